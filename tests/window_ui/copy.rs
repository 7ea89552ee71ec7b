//! Copying the selected users.

use eframe::egui::{Event, Key, Modifiers, OutputCommand};

use pindesk::app::{Command, NamedCommand};

use super::harness::Desk;

const NONE: Modifiers = Modifiers::NONE;

/// The text that is copied next.
pub fn copied(desk: &mut Desk) -> String {
    let mut text = None;
    desk.wait_until("the copied text", |desk| {
        let commands = &desk.harness.output().platform_output.commands;
        text = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        text.is_some()
    });
    text.unwrap()
}

#[test]
fn ctrl_c_copies_the_selected_rows_as_a_table() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.harness.event(Event::Copy);
    let text = copied(&mut desk);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("Display name\tAccount\tPIN\tLock\t"));
    assert!(
        lines[1].starts_with("Ken Myer\tlitwareinc\\kenmyer\tSet\t"),
        "{text}"
    );
    assert!(desk.has("Copied 1 user."));
}

#[test]
fn a_text_that_is_edited_is_copied_rather_than_rows() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::F);
    desk.harness.event(Event::Copy);
    desk.harness.run();
    assert!(!desk.has("Copied 1 user."));
}

#[test]
fn the_edit_menu_copies_identities_and_json() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.click("Edit");
    assert!(desk.has("Copy as CSV") && desk.has("Copy selection as PowerShell"));
    desk.press(NONE, Key::Escape);
    // Copying ends in a frame that a click in a test would already have left behind.
    let copies = |desk: &mut Desk, named| {
        let app = &mut desk.harness.state_mut().app;
        app.execute(Command::Do(named));
        copied(desk)
    };
    let identities = copies(&mut desk, NamedCommand::CopyIdentities);
    assert_eq!(identities, "sip:kenmyer@litwareinc.com\n");
    let text = copies(&mut desk, NamedCommand::CopyJson);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json[0]["Identity"], "sip:kenmyer@litwareinc.com");
    assert_eq!(json[0]["IsLockedOut"], true);
    assert_eq!(json[0]["LockCause"], "unknown");
}

#[test]
fn everybody_is_selected_wherever_no_text_is_edited() {
    let mut desk = Desk::with_sample();
    desk.harness.run();
    desk.control("Theme").focus();
    desk.harness.run();
    desk.press(Modifiers::COMMAND, Key::A);
    assert!(desk.has("250 selected"));
}

#[test]
fn ctrl_shift_c_copies_identities_and_the_menu_of_a_row_the_other_forms() {
    let mut desk = Desk::with_sample();
    desk.search("smith");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::A);
    let both = Modifiers::COMMAND | Modifiers::SHIFT;
    desk.harness.event_modifiers(Event::Copy, both);
    let text = copied(&mut desk);
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.lines().all(|line| line.starts_with("sip:")), "{text}");
    desk.press(Modifiers::SHIFT, Key::F10);
    desk.click("Copy as");
    assert!(desk.has("Copy as JSON") && desk.has("Copy selection as PowerShell"));
}
