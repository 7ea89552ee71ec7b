//! The history view: batches and their entries, undoing, and verifying the chain.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::app::WindowView;
use pindesk::plan::Action;

use super::harness::{Desk, someone_else};

#[test]
fn the_history_shows_every_batch_and_leads_back() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    someone_else(&mut desk.store(), Action::Lock, "Aaron Barros", "eve");
    desk.show("History");
    desk.wait_for("5  Lock: 1 changed, eve on desk-2");
    assert!(
        desk.has("4  Lock: 1 changed, bob on desk-2") && desk.has("Import of users"),
        "{}",
        desk.names().join("\n")
    );
    desk.wait_for("sip:abarros@litwareinc.com: Locked: unlocked → locked by administrator");

    desk.enter_field("Search the history");
    desk.type_text("eklund");
    desk.wait_until("the batch in which she was", |desk| {
        desk.says("1 batch") || desk.says("2 batches")
    });
    assert!(!desk.has("5  Lock"));
    desk.click_row("4  Lock: 1 changed, bob");
    desk.wait_for("sip:ceklund@litwareinc.com: Locked");
    desk.click("Undo this batch");
    desk.wait_for("1 will change");
    assert_eq!(
        desk.harness.state().app.shown_view(),
        WindowView::Users,
        "the preview is there instead"
    );
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
}

#[test]
fn the_chain_is_verified_and_a_break_is_named() {
    let mut desk = Desk::with_sample();
    desk.show("History");
    desk.wait_for("Verify history");
    desk.click("Verify history");
    desk.wait_until("the chain", |desk| desk.says("entries holds."));
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    sql.execute_batch(
        "DROP TRIGGER history_no_update; UPDATE history SET target = 'somebody' WHERE seq = 7",
    )
    .unwrap();
    desk.click("Verify history");
    desk.wait_until("the break", |desk| {
        desk.says("The chain breaks at entry 7: its content was changed.")
    });
    desk.press(Modifiers::NONE, Key::Escape);
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Users);
}

#[test]
fn differences_between_the_store_and_its_history_are_listed() {
    let mut desk = Desk::with_sample();
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    sql.execute_batch(
        "INSERT INTO operator_roles (account_key, account, role) VALUES ('eve', 'eve', 'CsHelpDesk');
         UPDATE pin_policies SET min_length = 4",
    )
    .unwrap();
    desk.press(Modifiers::COMMAND, Key::Num4);
    desk.wait_for("Verify history");
    desk.click("Verify history");
    desk.wait_for("Role given: CsHelpDesk for eve: the store has it, the history does not.");
    assert!(desk.has("PIN policy Global: the store says minLength 4, the history says 5."));
    assert!(desk.says("The store is not as its history says."));
    sql.execute_batch(
        "DELETE FROM operator_roles WHERE account = 'eve'; UPDATE pin_policies SET min_length = 5",
    )
    .unwrap();
    desk.click("Verify history");
    desk.wait_until("the chain", |desk| desk.says("entries holds."));
    assert!(!desk.has("Differences from the history"));
}

/// The history of a store in which bob has locked Carla Eklund, and eve has locked Aaron Barros.
fn history_of_two() -> Desk {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    someone_else(&mut desk.store(), Action::Lock, "Aaron Barros", "eve");
    desk.press(Modifiers::COMMAND, Key::Num4);
    desk.wait_for("5  Lock: 1 changed, eve on desk-2");
    desk
}

fn choose(desk: &mut Desk, list: &str, choice: &str) {
    desk.harness
        .get_by_role_and_label(Role::ComboBox, list)
        .click();
    desk.harness.run();
    // An element below the list may have an equal name.
    desk.harness
        .query_all_by_label(choice)
        .last()
        .unwrap()
        .click();
    desk.harness.run();
}

fn wait_for_batches(desk: &mut Desk, words: &str) {
    desk.wait_until(words, |desk| desk.texts().iter().any(|text| text == words));
}

#[test]
fn the_history_is_filtered_by_action_operator_user_and_time() {
    let mut desk = history_of_two();
    wait_for_batches(&mut desk, "5 batches");
    assert!(!desk.has("Clear filters"));
    choose(&mut desk, "Action", "Lock");
    wait_for_batches(&mut desk, "2 batches");
    choose(&mut desk, "Operator", "bob");
    wait_for_batches(&mut desk, "1 batch");
    desk.wait_for("sip:ceklund@litwareinc.com: Locked: unlocked → locked by administrator");
    assert!(desk.has("4  Lock: 1 changed, bob") && !desk.has("5  Lock"));
    desk.click("Clear filters");
    wait_for_batches(&mut desk, "5 batches");
    assert!(
        desk.control("Search the history").is_focused(),
        "the button is gone, and the focus is not"
    );
    desk.enter_field("User");
    desk.type_text("aaron");
    wait_for_batches(&mut desk, "2 batches");
    desk.click("Clear filters");

    desk.enter_field("From");
    desk.type_text("2026-11");
    desk.wait_until("what is wrong", |desk| desk.says("\"2026-11\" is no time."));
    wait_for_batches(&mut desk, "5 batches");
    desk.type_text("-23");
    wait_for_batches(&mut desk, "0 batches");
    assert!(desk.says("No batch is found.") && !desk.says("is no time"));
    assert!(!desk.is_enabled("Export…"));
    desk.click("Clear filters");
    desk.enter_field("Until");
    desk.type_text("2026-11-22");
    wait_for_batches(&mut desk, "5 batches");
}

#[test]
fn the_filtered_history_is_exported_and_a_batch_is_reported() {
    let mut desk = history_of_two();
    choose(&mut desk, "Operator", "eve");
    wait_for_batches(&mut desk, "1 batch");
    let csv = desk.folder.path().join("history.csv");
    desk.answer_dialogs_with(&csv);
    desk.click("Export…");
    desk.wait_until("that it is saved", |desk| {
        desk.says("1 row of the history exported: history.csv")
    });
    let text = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(
        text.contains("\"eve\"") && text.contains("\"sip:abarros@litwareinc.com\""),
        "{text}"
    );
    let page = desk.folder.path().join("batch.html");
    desk.answer_dialogs_with(&page);
    desk.click("Report…");
    desk.wait_until("that it is saved", |desk| {
        desk.says("Report of batch 5 saved: batch.html")
    });
    assert!(
        std::fs::read_to_string(&page)
            .unwrap()
            .contains("Batch 5: Lock, 1 changed")
    );
    desk.answer_dialogs_with(desk.folder.path());
    desk.click("Export…");
    desk.wait_until("why not", |desk| desk.says("it is a folder"));
    assert!(desk.harness.state().app.history.is_some());
}

#[test]
fn users_locked_at_a_moment_are_listed_and_lead_to_the_batch() {
    let mut desk = history_of_two();
    desk.click("Locked on…");
    desk.wait_until("all of now", |desk| desk.says("22 users locked"));
    desk.enter_field("Search who was locked");
    desk.type_text("BOB");
    desk.wait_until("who was found", |desk| desk.says("1 of 22 users locked"));
    let row = "sip:ceklund@litwareinc.com: locked by administrator, by bob, since 2026-11-22 12:00";
    assert!(
        desk.has(row) && !desk.has("sip:abarros@litwareinc.com: locked"),
        "{}",
        desk.names().join("\n")
    );

    desk.enter_field("Date and time");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("2026-11-22 11:59");
    desk.wait_until("nobody", |desk| desk.says("0 of 0 users locked"));
    desk.type_text("x");
    desk.wait_until("what is wrong", |desk| {
        desk.says("\"2026-11-22 11:59x\" is no time.")
    });
    assert!(!desk.has("User locked") && !desk.says("users locked"));
    desk.click("Now");
    desk.wait_for(row);
    desk.click("Batch 4 of sip:ceklund@litwareinc.com");
    desk.wait_for("Undo this batch");
    desk.wait_for("sip:ceklund@litwareinc.com: Locked: unlocked → locked by administrator");
    assert!(
        desk.has("5  Lock: 1 changed, eve on desk-2"),
        "the batches are there again"
    );
}

#[test]
fn the_history_opens_with_the_focus_in_its_search() {
    let mut desk = Desk::with_sample();
    desk.press(Modifiers::COMMAND, Key::Num4);
    desk.wait_for("Import of users");
    desk.type_text("pins.csv");
    desk.wait_until("what was typed is looked for", |desk| desk.says("1 batch"));
}
