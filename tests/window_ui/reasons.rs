//! Rules of the store for reasons and tickets: the fields are marked, and nothing is applied without them.

use std::path::Path;

use eframe::egui::accesskit::{Invalid, Role};
use eframe::egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::reason_rules::{ReasonRules, RuledChange};
use pindesk::store::Store;

use super::harness::{Desk, ann, now, sample_store};

fn set_rules(store: &mut Store, reason_for: &[RuledChange], ticket_for: &[RuledChange]) {
    let rules = ReasonRules {
        reason_for: reason_for.iter().copied().collect(),
        ticket_for: ticket_for.iter().copied().collect(),
        ticket_pattern: Some("INC-[0-9]+".to_owned()),
    };
    assert!(store.set_reason_rules(rules, &ann(), now()).unwrap());
}

fn desk_with_rules() -> Desk {
    let lock = [RuledChange::Lock];
    let mut desk = Desk::open(
        |path| set_rules(&mut sample_store(path), &lock, &lock),
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    desk
}

fn preview(desk: &mut Desk, action: &str) {
    desk.search("Carla");
    desk.click("Select all that match");
    desk.click(action);
    desk.wait_for("3 will change");
}

/// The explanation of a disabled button.
fn why(desk: &Desk, name: &str) -> String {
    let control = desk.control(name);
    let node = control.accesskit_node();
    assert!(node.is_disabled(), "{name} can be pressed");
    node.description().unwrap_or_default()
}

fn has_field(desk: &Desk, name: &str) -> bool {
    desk.harness
        .query_by_role_and_label(Role::TextInput, name)
        .is_some()
}

fn field<'a>(desk: &'a Desk, name: &'a str) -> Node<'a> {
    desk.harness.get_by_role_and_label(Role::TextInput, name)
}

fn has_focus(desk: &Desk, name: &str) -> bool {
    field(desk, name).accesskit_node().is_focused()
}

fn change_field(desk: &mut Desk, name: &str, text: &str) {
    desk.enter_field(name);
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text(text);
}

#[test]
fn apply_waits_for_the_reason_and_the_ticket_that_a_rule_asks_for() {
    let mut desk = desk_with_rules();
    preview(&mut desk, "Lock");
    for name in ["Reason (required)", "Ticket (required)"] {
        let field = field(&desk, name);
        assert!(field.accesskit_node().is_required(), "{name}");
    }
    let no_reason = "Give a reason. A rule of the store asks for one.";
    assert_eq!(why(&desk, "Apply"), no_reason);
    assert!(desk.has(no_reason), "it stands beside the button");

    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(!desk.has("Confirm"));
    assert!(has_focus(&desk, "Reason (required)"));
    desk.type_text("left the company");
    let no_ticket = "Give a ticket. A rule of the store asks for one.";
    assert_eq!(why(&desk, "Apply"), no_ticket);

    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(has_focus(&desk, "Ticket (required)"));
    desk.type_text("12");
    assert_eq!(why(&desk, "Apply"), "A ticket must look like INC-[0-9]+.");
    let ticket = field(&desk, "Ticket (required)");
    let node = ticket.accesskit_node();
    assert_eq!(node.data().invalid(), Some(Invalid::True));
    let words = node.description().unwrap_or_default();
    assert!(words.contains("\"12\" is not of the form"), "{words}");

    change_field(&mut desk, "Ticket (required)", "INC-12");
    let ticket = field(&desk, "Ticket (required)");
    assert_eq!(ticket.accesskit_node().data().invalid(), None);
    assert!(desk.is_enabled("Apply") && desk.is_enabled("Submit for review"));
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.wait_for("Confirm Lock the PINs of 3 users?");
    desk.click("Confirm");
    desk.wait_for("3 changed");
    let lock = desk.stored("Carla Eklund").pin.lock.unwrap();
    assert_eq!(lock.reason, "left the company");
}

#[test]
fn a_rule_marks_only_the_changes_that_it_is_for_and_a_new_one_marks_an_open_preview() {
    let mut desk = desk_with_rules();
    desk.search("Ken Myer");
    desk.click("Select all that match");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    assert!(has_field(&desk, "Reason") && has_field(&desk, "Ticket"));
    assert!(desk.is_enabled("Apply"));
    change_field(&mut desk, "Ticket", "12");
    assert_eq!(why(&desk, "Apply"), "A ticket must look like INC-[0-9]+.");
    change_field(&mut desk, "Ticket", "INC-7");
    assert!(desk.is_enabled("Apply"));

    let unlock = [RuledChange::Unlock];
    set_rules(&mut desk.store(), &unlock, &[]);
    desk.press(Modifiers::NONE, Key::F5);
    desk.wait_for("Reason (required)");
    assert!(!desk.is_enabled("Apply") && has_field(&desk, "Ticket"));
    change_field(&mut desk, "Reason (required)", "back from leave");
    assert!(desk.is_enabled("Apply"));
}

#[test]
fn rows_of_a_list_that_bring_their_own_reason_need_no_common_one() {
    let mut desk = desk_with_rules();
    let columns = "Identity,Reason,Ticket\n";
    for (rows, name) in [
        (
            "Aaron Barros,left,INC-1\nCarla Eklund,left,INC-2\n",
            "Reason",
        ),
        (
            "Aaron Barros,left,INC-1\nCarla Eklund,,\n",
            "Reason (required)",
        ),
    ] {
        let file = desk.write("list.csv", format!("{columns}{rows}").as_bytes());
        open_list(&mut desk, &file);
        assert!(has_field(&desk, name), "{:?}", desk.names());
        assert_eq!(desk.is_enabled("Apply"), name == "Reason");
        desk.click("Close file");
        desk.click("Leave the file");
    }
    let rows = "Aaron Barros,left,INC-1\nCarla Eklund,left,77\n";
    let file = desk.write("list.csv", format!("{columns}{rows}").as_bytes());
    open_list(&mut desk, &file);
    let words = why(&desk, "Apply");
    assert!(
        words.starts_with("A row of the file has a ticket of another form"),
        "{words}"
    );
}

#[test]
fn a_preview_that_needs_approval_is_not_submitted_without_its_reason() {
    let mut desk = desk_with_rules();
    let rules = ApprovalRules {
        above: Some(2),
        ..ApprovalRules::default()
    };
    let changed = desk.store().set_approval_rules(rules, &ann(), now());
    assert!(changed.unwrap());
    preview(&mut desk, "Lock");
    desk.wait_for("Needs the approval of somebody else");
    let words = "Give a reason. A rule of the store asks for one.";
    assert_eq!(why(&desk, "Submit for review"), words);
    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(has_focus(&desk, "Reason (required)"));
    desk.type_text("left the company");
    change_field(&mut desk, "Ticket (required)", "INC-3");
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.wait_for("Plan 1: lock 3 PINs");
    assert!(desk.has("Reason: left the company · Ticket: INC-3"));
}

fn open_list(desk: &mut Desk, file: &Path) {
    desk.drop_file(file);
    desk.click("Lock the PINs of the users in it");
    for _ in 0..3 {
        desk.click("Next");
    }
    desk.wait_for("will change 2");
}
