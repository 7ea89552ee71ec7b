//! A list that is too long for the 32-bit floats of screen coordinates.

use eframe::egui::accesskit::Role;
use eframe::egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Theme, TouchPhase, Vec2, pos2,
};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::ui::theme::ROW;

use super::harness::{Desk, ann, now};

const NONE: Modifiers = Modifiers::NONE;
const COUNT: usize = 70_000;

/// A window on a very large store. The users are written with plain SQL, because importing them
/// would take too long.
fn crowd() -> Desk {
    let prepare = |path: &std::path::Path| {
        drop(pindesk::store::Store::open(path, &ann(), now()).unwrap());
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COUNT})
             INSERT INTO users (display_name, display_key, sip, sip_key, added_batch)
             SELECT printf('U%05d', i), printf('u%05d', i), 'u' || i || '@x.y', 'u' || i || '@x.y', 1 FROM n;
             INSERT INTO pins (user_id, version, is_set) SELECT id, 1, 1 FROM users;
             UPDATE counters SET value = 1;"
        );
        rusqlite::Connection::open(path)
            .unwrap()
            .execute_batch(&sql)
            .unwrap();
    };
    let mut desk = Desk::open(prepare, Vec2::new(1280.0, 800.0), Theme::Light);
    desk.wait_for("Users, 70,000 of 70,000 shown");
    // The status bar says so while a large store is checked in the background.
    desk.wait_until("the store was checked", |desk| {
        !desk.says("checking it for damage")
    });
    desk
}

/// The visible rows by their numbers, with their top edges.
fn rows(desk: &Desk) -> Vec<(usize, f64)> {
    let rows = desk.harness.query_all_by_role(Role::ListBoxOption);
    let mut rows: Vec<_> = rows
        .map(|row| {
            let label = row.accesskit_node().label().unwrap();
            let number = label
                .rsplit("row ")
                .next()
                .unwrap()
                .split(' ')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            (number, row.accesskit_node().raw_bounds().unwrap().y0)
        })
        .collect();
    rows.sort_unstable_by_key(|(number, _): &(usize, f64)| *number);
    rows
}

fn assert_even(desk: &Desk, what: &str) {
    let rows = rows(desk);
    assert!(rows.len() > 10, "{what}: {rows:?}");
    for pair in rows[1..].windows(2) {
        assert_eq!(pair[0].0 + 1, pair[1].0, "{what}: one row after the other");
        assert!(
            (pair[1].1 - pair[0].1 - f64::from(ROW)).abs() < 0.05,
            "{what}: {pair:?}"
        );
    }
}

fn first(desk: &Desk) -> usize {
    rows(desk)[0].0
}

fn wheel(desk: &mut Desk, lines: f32) {
    desk.harness.event(Event::PointerMoved(pos2(400.0, 400.0)));
    desk.harness.event(Event::MouseWheel {
        source: MouseWheelSource::Wheel,
        unit: MouseWheelUnit::Line,
        delta: Vec2::new(0.0, lines),
        phase: TouchPhase::Move,
        modifiers: NONE,
    });
    desk.harness.run();
}

#[test]
fn the_cursor_goes_to_any_row_and_rows_are_even_everywhere() {
    let mut desk = crowd();
    desk.press(NONE, Key::ArrowDown);
    assert_even(&desk, "at the top");
    desk.press(NONE, Key::End);
    assert!(desk.has("row 70000 of 70000.") && desk.has("row 70,000 of 70,000"));
    assert_even(&desk, "at the end");
    let bottom = rows(&desk).last().unwrap().1;
    desk.press(NONE, Key::PageUp);
    assert_even(&desk, "a page up");
    desk.press(NONE, Key::PageDown);
    assert!(
        (rows(&desk).last().unwrap().1 - bottom).abs() < 0.05,
        "the last row is where it was"
    );
    for _ in 0..30 {
        desk.press(NONE, Key::ArrowUp);
    }
    assert!(desk.has("row 69970 of 70000."));
    assert_even(&desk, "some rows above the end");
    desk.press(NONE, Key::Home);
    assert!(desk.has("row 1 of 70000."));
    assert_eq!(first(&desk), 1);
}

#[test]
fn the_wheel_scrolls_by_the_same_way_wherever_the_list_is() {
    let mut desk = crowd();
    desk.press(NONE, Key::ArrowDown);
    let mut ways = Vec::new();
    // The list scrolls by many pages, so that the stretch of rows moves.
    for _ in 0..400 {
        let before = first(&desk);
        wheel(&mut desk, -30.0);
        ways.push(first(&desk) - before);
    }
    assert!(first(&desk) > 9_000, "{}", first(&desk));
    let (least, most) = (ways.iter().min().unwrap(), ways.iter().max().unwrap());
    assert!(most - least <= 1, "from {least} to {most} rows");
    assert_even(&desk, "in the middle");
    let before = first(&desk);
    wheel(&mut desk, 30.0);
    assert!(first(&desk) < before);
}

#[test]
fn the_scroll_bar_is_that_of_all_rows() {
    let mut desk = crowd();
    let bar = desk.harness.get_by_label("Scroll").rect();
    for (share, expected) in [(0.5, 35_000), (0.9, 63_000), (0.25, 17_500)] {
        let at = pos2(bar.center().x, bar.top() + bar.height() * share);
        desk.harness.drag_at(at);
        desk.harness.run();
        desk.harness.drop_at(at);
        desk.harness.run();
        assert!(
            first(&desk).abs_diff(expected) < 1500,
            "{} at {share}",
            first(&desk)
        );
        assert_even(&desk, "where the bar is");
    }
}

#[test]
fn letters_jump_to_the_next_name_that_begins_so() {
    let mut desk = crowd();
    desk.press(NONE, Key::ArrowDown);
    for letter in "Ú512".chars() {
        desk.harness.event(Event::Text(letter.to_string()));
    }
    desk.harness.run();
    assert!(
        desk.has("row 51,200 of 70,000") && desk.has("U51200, sip:u51200@x.y"),
        "{:?}",
        rows(&desk)
    );
    // After a pause a new name begins.
    desk.harness.run_steps(8);
    for row in ["51,201", "51,202"] {
        desk.harness.event(Event::Text("u".to_owned()));
        desk.harness.run();
        assert!(
            desk.has(&format!("row {row} of 70,000")),
            "the same letter goes on from one to the next: {row}"
        );
    }
    desk.harness.run_steps(8);
    desk.press(NONE, Key::End);
    desk.harness.event(Event::Text("u".to_owned()));
    desk.harness.run();
    assert!(desk.has("row 1 of 70,000"), "and around");
}

#[test]
fn a_letter_with_alt_keeps_the_selection() {
    let mut desk = crowd();
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    // X11 sends the letter as a text, too.
    desk.harness
        .event_modifiers(Event::Text("u".to_owned()), Modifiers::ALT);
    desk.harness.run();
    assert!(desk.has("70,000 selected"));
    let alt_gr = Modifiers::ALT | Modifiers::CTRL;
    desk.harness
        .event_modifiers(Event::Text("u".to_owned()), alt_gr);
    desk.harness.run();
    assert!(desk.has("1 selected"), "AltGr types letters");
}

#[test]
fn everybody_is_selected_and_one_taken_out() {
    let mut desk = crowd();
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    assert!(desk.has("70,000 selected"));
    desk.press(NONE, Key::End);
    assert!(desk.has("1 selected"));
    desk.press(Modifiers::COMMAND, Key::A);
    desk.press(NONE, Key::Space);
    assert!(desk.has("69,999 selected"));
    desk.search("U00001");
    assert!(desk.has("69,999 selected") && desk.has("Users, 1 of 70,000 shown"));
}

#[test]
fn the_chips_stand_on_one_line_with_large_numbers() {
    let desk = crowd();
    let line = |name: &str| desk.harness.get_by_label_contains(name).rect().center().y;
    assert!((line("All 70,000") - line("Expiring in 14 days")).abs() < 1.0);
}
