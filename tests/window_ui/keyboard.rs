//! The main tasks without a mouse.

use eframe::egui::accesskit::Role;
use eframe::egui::{self, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::pin::LockCause;
use pindesk::domain::user::UserId;

use super::harness::{Desk, now};

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

fn cursor(desk: &Desk) -> UserId {
    desk.harness.state().app.selection.cursor.unwrap()
}

fn row(desk: &Desk) -> usize {
    let app = &desk.harness.state().app;
    app.view.as_ref().unwrap().row_of(cursor(desk)).unwrap()
}

/// A window with the preview of an unlock, opened with keys alone.
fn with_kens_unlock_previewed() -> Desk {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
    desk
}

#[test]
fn a_user_is_found_and_unlocked_with_keys_alone() {
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
    assert_eq!(
        desk.stored("Ken Myer").pin.lock.unwrap().cause,
        LockCause::Administrator
    );
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
    let mut desk = Desk::with_sample_in(egui::vec2(1024.0, 700.0), egui::Theme::Light);
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
    for keys in [
        "Ctrl+F", "Ctrl+L", "Ctrl+U", "Ctrl+O", "Ctrl+A", "F5", "F1", "Enter", "Space", "Esc",
    ] {
        assert!(desk.says(keys), "{keys}: {:?}", desk.texts());
    }
    desk.press(CTRL, Key::L);
    assert!(
        !desk.has("no user is selected"),
        "shortcuts rest under a dialog"
    );
    desk.press(NONE, Key::Escape);
    assert!(desk.harness.state().app.panel.list().is_none());
    assert!(desk.harness.state().app.help.is_none());
}

#[test]
fn the_user_guide_is_in_the_help_menu() {
    let mut desk = Desk::with_sample();
    desk.click("Help");
    desk.click("User guide");
    assert!(desk.says("Find users"), "a heading: {:?}", desk.texts());
    assert!(desk.says("sha256sum"), "a command: {:?}", desk.texts());
    let top = |desk: &Desk| desk.harness.get_by_value("Find users").rect().top();
    let before = top(&desk);
    desk.press(NONE, Key::ArrowDown);
    assert!(top(&desk) < before, "the keys scroll it");
    desk.press(NONE, Key::Escape);
    assert!(!desk.says("Find users"));
}

#[test]
fn a_text_that_is_higher_than_the_window_scrolls_and_keeps_its_button() {
    const SIZE: egui::Vec2 = egui::vec2(900.0, 420.0);
    let mut desk = Desk::with_sample_in(SIZE, egui::Theme::Dark);
    desk.press(NONE, Key::F1);
    desk.harness.run();
    let window = egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE);
    let title = desk.harness.query_all_by_value("Keyboard shortcuts").next();
    let button = desk.harness.get_by_role_and_label(Role::Button, "Close");
    let (title, close) = (title.unwrap().rect(), button.rect());
    assert!(window.contains_rect(title), "{title:?}");
    assert!(window.contains_rect(close), "{close:?}");
    let last = |desk: &Desk| {
        desk.harness
            .get_by_value("Ctrl+Plus, Ctrl+Minus, Ctrl+0")
            .rect()
    };
    assert!(last(&desk).bottom() > close.top(), "it does not fit");
    desk.press(NONE, Key::End);
    desk.harness.run();
    assert!(last(&desk).bottom() <= close.top(), "{:?}", last(&desk));
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
    let mut desk = with_kens_unlock_previewed();
    desk.press(CTRL, Key::Enter);
    let held = |modifiers| egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: true,
        modifiers,
    };
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

#[test]
fn keys_mean_the_list_that_is_waited_for() {
    let mut desk = Desk::with_sample();
    desk.press(CTRL, Key::F);
    // All keys come at once, before the search can be answered.
    desk.harness
        .event(egui::Event::Text("kenmyer@litwareinc.com".to_owned()));
    desk.harness.step();
    desk.harness.key_press_modifiers(NONE, Key::Enter);
    desk.harness.step();
    desk.harness.key_press_modifiers(CTRL, Key::U);
    desk.harness.step();
    desk.wait_for("1 will change");
    assert!(
        desk.has("on target \"sip:kenmyer@litwareinc.com\""),
        "{:?}",
        desk.names()
    );
    assert!(desk.has("1 selected"));
}

#[test]
fn exactly_the_plan_on_the_screen_is_confirmed() {
    let mut desk = with_kens_unlock_previewed();
    desk.search("Pilar Ackerman");
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_for("Close details");
    desk.press(CTRL, Key::Enter);
    assert!(!desk.has("Confirm Unlock"), "the details cover the preview");
    assert!(
        desk.has("on target \"sip:kenmyer@litwareinc.com\""),
        "so it is shown again first"
    );
    desk.press(CTRL, Key::Enter);
    assert!(desk.has("Confirm Unlock the PIN of 1 user?"));
}

#[test]
fn rows_far_apart_are_selected_with_keys_alone() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    for _ in 0..3 {
        desk.press(CTRL, Key::ArrowDown);
    }
    assert!(desk.has("1 selected"));
    desk.press(NONE, Key::Space);
    assert!(desk.has("2 selected"));
}

#[test]
fn a_cursor_that_left_the_list_selects_nobody() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Escape);
    desk.search("Pilar Ackerman");
    desk.harness
        .get_by_role_and_label(Role::Group, "Users")
        .focus();
    desk.harness.run();
    desk.press(NONE, Key::Space);
    assert!(desk.has("0 selected"));
}

#[test]
fn the_preview_can_be_read_to_its_end_with_keys() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::A);
    desk.press(CTRL, Key::U);
    desk.wait_for("20 will change");
    desk.click("20 will change");
    assert!(!desk.has("佐藤 健一, sip:ksato@litwareinc.com, locked"));
    desk.harness.get_by_label("Users of the preview").focus();
    desk.harness.run();
    desk.press(NONE, Key::PageDown);
    desk.press(NONE, Key::End);
    assert!(
        desk.has("佐藤 健一, sip:ksato@litwareinc.com, locked"),
        "{:?}",
        desk.names()
    );
}

#[test]
fn after_escape_the_focus_is_where_one_can_go_on() {
    let mut desk = with_kens_unlock_previewed();
    desk.press(CTRL, Key::Enter);
    desk.press(NONE, Key::Escape);
    assert!(desk.control("Apply").is_focused());
    desk.press(NONE, Key::F1);
    desk.press(NONE, Key::Escape);
    let row = desk
        .harness
        .get_by_label_contains(r"Ken Myer, litwareinc\kenmyer");
    assert!(
        row.is_focused(),
        "the list has the focus, and in it the row of the cursor"
    );
}

#[test]
fn a_list_is_gone_through_with_keys_alone() {
    let mut desk = Desk::with_sample();
    let list =
        b"UPN\r\nceklund@litwareinc.com\r\nceklundd@litwareinc.com\r\nabarros@litwareinc.com\r\n";
    let file = desk.write("list.csv", list);
    desk.drop_file(&file);
    // The focus is on the first choice; the second one locks.
    desk.wait_for("Unlock the PINs of the users in it");
    desk.press(NONE, Key::Tab);
    desk.press(NONE, Key::Space);
    desk.wait_for("Lock PINs from list.csv");
    // Past the two kinds of import to the button.
    for _ in 0..3 {
        desk.press(NONE, Key::Tab);
    }
    for step in ["How it is read", "Columns", "Preview"] {
        desk.press(NONE, Key::Enter);
        assert_eq!(
            desk.harness
                .state()
                .app
                .import
                .as_ref()
                .unwrap()
                .step
                .label(),
            step
        );
    }
    desk.wait_for("not found 1");
    desk.press(NONE, Key::Enter);
    desk.wait_until("the row that was not found", |desk| {
        desk.says("Line 3 as it stands in the file")
    });
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_until("the row below", |desk| {
        desk.says("Line 2 as it stands in the file")
    });
    desk.press(NONE, Key::Escape);
    assert!(
        !desk.says("as it stands in the file") && desk.has("Lists view"),
        "Esc closes one thing at a time"
    );
    desk.press(CTRL, Key::Enter);
    assert!(desk.has("Confirm Lock the PINs of 2 users?"));
    desk.press(NONE, Key::Enter);
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    assert_eq!(
        desk.stored("Carla Eklund").pin.lock.unwrap().cause,
        LockCause::Administrator
    );
    desk.press(NONE, Key::End);
    desk.press(NONE, Key::Space);
    desk.wait_until("the last row", |desk| {
        desk.says("Line 4 as it stands in the file")
    });
    desk.press(NONE, Key::Escape);
    desk.press(NONE, Key::Escape);
    assert!(desk.harness.state().app.import.is_none());
}

#[test]
fn esc_empties_the_search_of_a_list_before_it_asks_whether_to_leave_it() {
    let mut desk = Desk::with_sample();
    let file = desk.write(
        "list.csv",
        b"UPN\r\nceklund@litwareinc.com\r\nabarros@litwareinc.com\r\n",
    );
    desk.drop_file(&file);
    desk.wait_for("Unlock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    for _ in 0..3 {
        desk.click("Next");
    }
    desk.wait_for("will change 2");
    desk.enter_field("Search rows");
    desk.type_text("barros");
    desk.wait_until("one row", |desk| desk.says("1 of 2 rows"));
    desk.press(NONE, Key::Escape);
    desk.wait_until("both rows", |desk| desk.says("2 of 2 rows"));
    desk.press(NONE, Key::Escape);
    assert!(desk.has("Leave this file?"));
    desk.press(NONE, Key::Escape);
    assert!(desk.says("2 of 2 rows"), "Esc leaves the question");
    desk.press(NONE, Key::Escape);
    desk.click("Leave the file");
    assert!(desk.harness.state().app.import.is_none());
}
