//! New PINs in the window: drawn ones that are not lost, and typed ones.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::app::{Command, NamedCommand};
use pindesk::domain::pin_digits::Pin;
use strum::VariantArray as _;

use super::harness::{Desk, ann, now};

const NONE: Modifiers = Modifiers::NONE;

/// The preview of a new PIN for Aaron Barros.
fn preview() -> Desk {
    let mut desk = Desk::with_sample();
    desk.search("Aaron Barros");
    desk.press(NONE, Key::ArrowDown);
    desk.click("Actions");
    desk.click("Set new PIN…");
    desk.wait_for("1 will change");
    desk
}

fn choose_typed(desk: &mut Desk) {
    let choice = desk
        .harness
        .get_by_role_and_label(Role::ComboBox, "New PIN");
    choice.click();
    desk.harness.run();
    desk.click("Typed");
    desk.wait_until("the rules", |desk| {
        let entry = desk.harness.state().app.pin_entry.as_ref();
        entry.is_some_and(|entry| entry.rules.is_some())
    });
}

fn type_into(desk: &mut Desk, field: &str, digits: &str) {
    let field = desk
        .harness
        .get_by_role_and_label(Role::PasswordInput, field);
    field.focus();
    desk.harness.run();
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text(digits);
}

/// Whether any name, value or description of the window has these digits.
fn shows(desk: &Desk, digits: &str) -> bool {
    let contains = |text: Option<String>| text.is_some_and(|text| text.contains(digits));
    desk.harness.root().children_recursive().any(|node| {
        let node = node.accesskit_node();
        contains(node.label()) || contains(node.value()) || contains(node.description())
    })
}

fn is_right(desk: &Desk, digits: &str) -> bool {
    let aaron = desk.stored("Aaron Barros").id;
    let pin = Pin::parse(digits).unwrap();
    desk.store()
        .authenticate(aaron, &pin, &ann(), now())
        .unwrap()
        .refusal
        .is_none()
}

#[test]
fn a_typed_pin_is_set_and_shown_nowhere() {
    let mut desk = preview();
    choose_typed(&mut desk);
    assert!(!desk.is_enabled("Apply"));
    type_into(&mut desk, "Digits", "502817");
    type_into(&mut desk, "Once more", "502817");
    assert!(!shows(&desk, "502817"));
    let entry = format!("{:?}", desk.harness.state().app.pin_entry);
    assert!(!entry.contains("502817"), "{entry}");
    assert!(desk.is_enabled("Apply"));
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.click("Confirm");
    desk.wait_for("1 user given a new PIN");
    assert!(!desk.has("Copy the PINs") && !shows(&desk, "502817"));
    assert!(desk.harness.state().app.pin_entry.is_none());
    assert!(is_right(&desk, "502817"));
}

#[test]
fn broken_rules_are_named_once_the_first_field_was_left() {
    let mut desk = preview();
    choose_typed(&mut desk);
    type_into(&mut desk, "Digits", "1234");
    assert!(!desk.says("too short") && !desk.says("follow each other"));
    type_into(&mut desk, "Once more", "9");
    assert!(desk.says("This PIN is too short: the policy asks for at least 5 digits."));
    assert!(desk.says("four of its digits follow each other, up or down."));
    assert!(desk.says("The two fields differ."));
    type_into(&mut desk, "Digits", "91b");
    assert!(desk.says("A PIN has digits from 0 to 9 and nothing else."));
    type_into(&mut desk, "Digits", "90517");
    assert!(!desk.says("too short") && !desk.says("nothing else"));
    assert!(!desk.is_enabled("Apply"), "it is not typed twice yet");
    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(!desk.has("Confirm"));
}

#[test]
fn a_typed_pin_belongs_to_one_preview() {
    let mut desk = preview();
    choose_typed(&mut desk);
    type_into(&mut desk, "Digits", "502817");
    type_into(&mut desk, "Once more", "502817");
    assert!(!desk.is_enabled("Submit for review"), "a plan keeps no PIN");
    desk.click("Close preview");
    assert!(desk.harness.state().app.pin_entry.is_none());
    desk.search("Barros");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    desk.click("Actions");
    desk.click("Set new PIN…");
    desk.wait_for("will change");
    assert!(!desk.has("New PIN"), "the PINs of several users are drawn");
}

/// The result with a drawn PIN for Aaron Barros, and that PIN.
fn drawn() -> (Desk, String) {
    let mut desk = preview();
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.click("Confirm");
    desk.wait_for("Save slips…");
    let names = desk.names();
    let pin = names.iter().find_map(|name| name.split("new PIN ").nth(1));
    let pin: String = pin
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    assert!(pin.len() >= 5);
    (desk, pin)
}

#[test]
fn slips_are_saved_for_printing_and_settle_the_question() {
    let (mut desk, pin) = drawn();
    let path = desk.folder.path().join("slips.html");
    desk.answer_dialogs_with(&path);
    desk.click("Save slips…");
    desk.wait_until("the slips", |desk| desk.says("1 PIN slip saved"));
    let page = std::fs::read_to_string(&path).unwrap();
    for text in [
        "Aaron Barros",
        "sip:abarros@litwareinc.com",
        &pin,
        "2026-11-22",
    ] {
        assert!(page.contains(text), "{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others can read the slips");
    }
    desk.click("Close preview");
    assert!(!desk.has("Give up the new PINs?"));
}

#[test]
fn no_command_loses_drawn_pins_without_a_question() {
    let (mut desk, _) = drawn();
    for named in NamedCommand::VARIANTS {
        if matches!(named, NamedCommand::CopyPins | NamedCommand::GiveUpPins) {
            continue;
        }
        let app = &mut desk.harness.state_mut().app;
        app.execute(Command::Do(*named));
        app.execute(Command::Do(NamedCommand::KeepPins));
        assert_eq!(app.pins_at_stake(), 1, "{named:?}");
        assert!(!app.wants_to_quit, "{named:?}");
        desk.harness.step();
        assert_eq!(desk.harness.state().app.pins_at_stake(), 1, "{named:?}");
    }
}
