//! The palette: commands, users, plans, batches and settings by their words.

use eframe::egui::{Key, Modifiers};
use pindesk::app::{ThemeChoice, WindowView};
use pindesk::plan::Action;

use super::harness::{Desk, someone_else};

const NONE: Modifiers = Modifiers::NONE;
const FIELD: &str = "Words or PowerShell";

fn find(desk: &mut Desk, text: &str) {
    desk.press(Modifiers::COMMAND, Key::K);
    desk.wait_for(FIELD);
    desk.type_text(text);
}

/// The names of the listed rows.
fn rows(desk: &Desk) -> Vec<String> {
    let shown = desk.harness.state().app.command_box.as_ref().unwrap();
    shown.found.iter().map(|row| row.text.clone()).collect()
}

#[test]
fn a_command_is_found_by_its_words_with_its_keys_and_executed() {
    let mut desk = Desk::with_sample();
    find(&mut desk, "insi");
    desk.wait_for("Insights, Show charts of the PINs");
    assert!(desk.has("command, Ctrl+5, 1 of "), "{:?}", desk.names());
    desk.press(NONE, Key::Enter);
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Insights);
    // A command that has no place in this view is not offered.
    find(&mut desk, "set new pin");
    assert!(
        !rows(&desk).contains(&"Set new PIN…".to_owned()),
        "{:?}",
        rows(&desk)
    );
    desk.press(NONE, Key::Escape);
    find(&mut desk, "theme dark");
    desk.press(NONE, Key::Enter);
    assert_eq!(desk.harness.state().app.settings.theme, ThemeChoice::Dark);
    find(&mut desk, "settings places");
    desk.press(NONE, Key::Enter);
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Settings);
}

#[test]
fn a_user_is_found_by_any_name_and_shown_in_the_list() {
    let mut desk = Desk::with_sample();
    desk.search("anna");
    find(&mut desk, "ken my");
    desk.wait_for("Ken Myer, sip:kenmyer@litwareinc.com, user, 1 of ");
    desk.press(NONE, Key::Enter);
    desk.wait_for("Names, PIN and history");
    let app = &desk.harness.state().app;
    assert_eq!(
        app.query.text, "",
        "the search that hid the user is emptied"
    );
    let id = desk.stored("sip:kenmyer@litwareinc.com").id;
    assert_eq!(desk.harness.state().app.selection.cursor, Some(id));
    // Of many users, all are a row away.
    find(&mut desk, "smith");
    desk.wait_for("List all 10 users");
    let index = rows(&desk)
        .iter()
        .position(|row| row.starts_with("List all"));
    for _ in 0..index.unwrap() {
        desk.press(NONE, Key::ArrowDown);
    }
    desk.press(NONE, Key::Enter);
    desk.wait_for("Users, 10 of 250 shown");
}

#[test]
fn plans_and_batches_are_found_by_number_and_reason() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::U);
    desk.wait_for("1 will change");
    desk.enter_field("Reason");
    desk.type_text("came back from leave");
    desk.click("Submit for review");
    desk.wait_until("the plan", |desk| !desk.store().plans().unwrap().is_empty());
    find(&mut desk, "plan leave");
    desk.wait_for("Plan 1: Unlock 1 PIN");
    desk.press(NONE, Key::Enter);
    desk.wait_for("Reason: came back from leave");
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Plans);
    let batch = desk
        .store()
        .user_history(desk.stored("Carla Eklund").id, 1)
        .unwrap()[0]
        .batch;
    for text in [
        "asked on the phone".to_owned(),
        format!("batch {}", batch.0),
    ] {
        find(&mut desk, &text);
        let row = format!("Batch {}", batch.0);
        desk.wait_for(&row);
        let index = rows(&desk).iter().position(|found| found.starts_with(&row));
        for _ in 0..index.unwrap() {
            desk.press(NONE, Key::ArrowDown);
        }
        desk.press(NONE, Key::Enter);
        let app = &desk.harness.state().app;
        assert_eq!(app.history.as_ref().unwrap().opened, Some(batch));
    }
}

#[test]
fn words_that_begin_a_cmdlet_lead_to_a_line() {
    let mut desk = Desk::with_sample();
    find(&mut desk, "get");
    desk.wait_for("Get-CsUser, Begin a line of PowerShell, PowerShell, ");
    let index = rows(&desk).iter().position(|row| row == "Get-CsUser");
    for _ in 0..index.unwrap() {
        desk.press(NONE, Key::ArrowDown);
    }
    desk.press(NONE, Key::Enter);
    desk.type_text("| Measure-Object");
    desk.press(NONE, Key::Enter);
    desk.wait_for("Count: 250");
    // The line is still there the next time, and typing replaces it.
    desk.press(NONE, Key::Escape);
    find(&mut desk, "nobody has these words");
    desk.wait_for("No command, user, plan or batch has these words.");
    assert!(!desk.is_enabled("Run"));
}

#[test]
fn the_rows_can_be_clicked_and_esc_goes_back_to_the_list() {
    let mut desk = Desk::with_sample();
    desk.click("Find anything…");
    desk.wait_for(FIELD);
    desk.type_text("locked on");
    desk.wait_for("Locked on…, Show who was locked at a moment");
    desk.press(NONE, Key::Escape);
    assert!(!desk.has(FIELD));
    desk.press(NONE, Key::ArrowDown);
    assert!(desk.has("row 1 of 250"));
    find(&mut desk, "filter: locked");
    let row = rows(&desk)
        .iter()
        .position(|row| row == "Filter: Locked")
        .unwrap()
        + 1;
    let all = rows(&desk).len();
    desk.click(&format!("Filter: Locked, filter, {row} of {all}"));
    desk.wait_for("Users, 20 of 250 shown");
}
