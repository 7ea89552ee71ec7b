//! The main job without a mouse.

use eframe::egui::{self, Key, Modifiers};
use pindesk::domain::pin::LockCause;
use pindesk::domain::user::UserId;

use super::desk::{Desk, now};

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

fn cursor(desk: &Desk) -> UserId {
    desk.harness.state().app.selection.cursor.unwrap()
}

fn row(desk: &Desk) -> usize {
    let app = &desk.harness.state().app;
    app.view.as_ref().unwrap().row_of(cursor(desk)).unwrap()
}

#[test]
fn somebody_is_found_and_unlocked_with_keys_alone() {
    let mut desk = Desk::with_sample();
    desk.search("kenmyer@litwareinc.com");
    desk.press(NONE, Key::ArrowDown);
    assert!(desk.has("1 selected"));
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
    desk.press(CTRL, Key::Enter);
    assert!(desk.has("Confirm Unlock the PIN of 1 user?"));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Unlock: 1 user unlocked.");
    assert!(!desk.stored("Ken Myer").pin.is_locked_out(now()));
}

#[test]
fn a_number_is_typed_and_confirmed_with_enter() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::Enter);
    desk.press(CTRL, Key::A);
    assert!(desk.has("250 selected"));
    desk.press(CTRL, Key::L);
    desk.wait_for("230 will change");
    desk.press(CTRL, Key::Enter);
    desk.type_text("230");
    assert!(desk.is_enabled("Confirm"));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Lock: 230 users locked.");
    assert_eq!(desk.stored("Ken Myer").pin.lock.unwrap().cause, LockCause::Administrator);
}

#[test]
fn the_cursor_moves_by_row_by_page_and_to_the_ends() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    assert_eq!(row(&desk), 0);
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::ArrowUp);
    assert_eq!(row(&desk), 1);
    desk.press(NONE, Key::End);
    assert_eq!(row(&desk), 249);
    assert!(desk.has("row 250 of 250."), "the cursor is always in sight");
    desk.press(NONE, Key::PageUp);
    let after_page = row(&desk);
    assert!((200..249).contains(&after_page), "{after_page}");
    desk.press(NONE, Key::Home);
    assert_eq!(row(&desk), 0);
    assert!(desk.has("1 selected"));
}

#[test]
fn shift_extends_and_space_toggles() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    for _ in 0..3 {
        desk.press(Modifiers::SHIFT, Key::ArrowDown);
    }
    assert!(desk.has("4 selected"));
    desk.press(NONE, Key::Space);
    assert!(desk.has("3 selected"));
    desk.press(NONE, Key::Space);
    assert!(desk.has("4 selected"));
    desk.press(NONE, Key::Escape);
    assert!(desk.has("0 selected"));
}

#[test]
fn enter_opens_the_details_and_escape_closes_them() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_for("Close details");
    desk.press(NONE, Key::Escape);
    assert!(!desk.has("Close details"));
}

#[test]
fn f1_shows_every_shortcut() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::F1);
    for keys in ["Ctrl+F", "Ctrl+L", "Ctrl+U", "Ctrl+O", "Ctrl+A", "F5", "F1", "Enter", "Space", "Esc"] {
        assert!(desk.says(keys), "{keys}: {:?}", desk.texts());
    }
    desk.press(CTRL, Key::L);
    assert!(!desk.has("no user is selected"), "shortcuts rest under a dialog");
    desk.press(NONE, Key::Escape);
    assert!(desk.harness.state().app.panel.list().is_none());
    assert!(!desk.harness.state().app.shows_shortcuts);
}

#[test]
fn escape_empties_the_search_when_nothing_else_is_open() {
    let mut desk = Desk::with_sample();
    desk.search("smith");
    desk.press(NONE, Key::Escape);
    desk.wait_for("Users, 250 of 250 shown");
}

#[test]
fn a_key_that_is_held_down_does_not_confirm() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
    desk.press(CTRL, Key::Enter);
    let held =
        |modifiers| egui::Event::Key { key: Key::Enter, physical_key: None, pressed: true, repeat: true, modifiers };
    for modifiers in [CTRL, NONE, CTRL] {
        desk.harness.event(held(modifiers));
        desk.harness.run();
    }
    desk.press(CTRL, Key::Enter);
    assert!(desk.has("Confirm Unlock the PIN of 1 user?"));
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Unlock: 1 user unlocked.");
}
