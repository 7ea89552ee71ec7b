//! Sentences on which somebody decides are there as a whole, in windows of every width.

use eframe::egui::{Key, Modifiers, Shape, Theme, Vec2};
use pindesk::plan::Action;

use super::harness::{Desk, lock_with_reason, sample_store, someone_else};

const WIDTHS: [f32; 3] = [1024.0, 1280.0, 1600.0];
const REASON: &str = "Security incident 88: the notebook was stolen at the airport, do not unlock before the \
    police has called back on Monday";

fn desk(width: f32) -> Desk {
    let mut desk = Desk::open(
        |path| {
            let mut store = sample_store(path);
            lock_with_reason(&mut store, "Carla Eklund", "bob", REASON);
            lock_with_reason(&mut store, "Carla Okafor", "bob", REASON);
            someone_else(&mut store, Action::Lock, "Carla Gerber", "eve");
        },
        Vec2::new(width, 800.0),
        Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    desk
}

/// The painted texts that end in an ellipsis.
fn cut_texts(desk: &Desk) -> Vec<String> {
    fn look(shape: &Shape, cut: &mut Vec<String>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| look(shape, cut)),
            Shape::Text(text) if text.galley.elided => cut.push(text.galley.text().to_owned()),
            _ => {}
        }
    }
    let mut cut = Vec::new();
    for clipped in &desk.harness.output().shapes {
        look(&clipped.shape, &mut cut);
    }
    cut
}

/// The cut texts that are sentences: neither names in the list nor lines of PowerShell, which have their
/// own ways to be read.
fn cut_sentences(desk: &Desk) -> Vec<String> {
    let mut cut = cut_texts(desk);
    cut.retain(|text| text.contains(' ') && !text.contains("-Cs"));
    cut
}

#[test]
fn no_line_of_a_preview_is_cut() {
    for width in WIDTHS {
        let mut desk = desk(width);
        desk.search("Carla");
        desk.click("Select all that match");
        desk.click("Unlock");
        desk.wait_for("3 locked on purpose");
        assert!(desk.has(REASON), "{width}");
        assert_eq!(cut_sentences(&desk), [""; 0], "{width}");
    }
}

#[test]
fn the_reason_of_a_submitted_plan_and_what_changed_since_are_not_cut() {
    let why = "End of the quarter: everybody who is back from leave gets the PIN again, as agreed with the help desk";
    for width in WIDTHS {
        let mut desk = desk(width);
        desk.search("Carla");
        desk.click("Select all that match");
        desk.click("Unlock");
        desk.wait_for("3 locked on purpose");
        desk.enter_field("Reason");
        desk.type_text(why);
        desk.enter_field("Ticket");
        desk.type_text("INC-204711");
        desk.click("Submit for review");
        desk.wait_for("Plan 1: unlock 3 PINs");
        someone_else(&mut desk.store(), Action::Unlock, "Carla Gerber", "eve");
        desk.press(Modifiers::NONE, Key::F5);
        desk.wait_for("left out");
        assert!(desk.has(&format!("Reason: {why} · Ticket: INC-204711")));
        assert_eq!(cut_sentences(&desk), [""; 0], "{width}");
    }
}

#[test]
fn the_rows_of_a_list_say_their_whole_reasons() {
    for width in WIDTHS {
        let mut desk = desk(width);
        let list = "Name,UPN\nMaria Garcia,\nNobody at all,nobody@litwareinc.com\n\
            Carla Gerber,ceklund@litwareinc.com\nKen Myer,\n";
        let file = desk.write("list.csv", list.as_bytes());
        desk.drop_file(&file);
        desk.click("Unlock the PINs of the users in it");
        for _ in 0..3 {
            desk.click("Next");
        }
        desk.wait_until("the rows", |desk| desk.says("4 of 4 rows"));
        assert_eq!(cut_sentences(&desk), [""; 0], "{width}");
    }
}
