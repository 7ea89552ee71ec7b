//! The history view: every batch, what it did, undoing it, and whether the chain holds.

use pindesk::plan::Action;

use super::desk::{Desk, someone_else};

#[test]
fn the_history_shows_every_batch_and_leads_back() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    someone_else(&mut desk.store(), Action::Lock, "Aaron Barros", "eve");
    desk.click("View");
    desk.click("History");
    desk.wait_for("5  Lock: 1 changed, eve on desk-2");
    assert!(
        desk.has("4  Lock: 1 changed, bob on desk-2") && desk.has("Import of users"),
        "{}",
        desk.names().join("\n")
    );
    desk.wait_for("sip:abarros@litwareinc.com: Locked: unlocked → locked by administrator");

    desk.enter_field("Search the history");
    desk.type_text("eklund");
    desk.wait_until("the batch in which she was", |desk| desk.says("1 batch") || desk.says("2 batches"));
    assert!(!desk.has("5  Lock"));
    desk.click_row("4  Lock: 1 changed, bob");
    desk.wait_for("sip:ceklund@litwareinc.com: Locked");
    desk.click("Undo this batch");
    desk.wait_for("1 will change");
    assert!(desk.harness.state().app.journal.is_none(), "the preview is there instead");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
}

#[test]
fn the_chain_is_verified_and_a_break_is_named() {
    let mut desk = Desk::with_sample();
    desk.click("View");
    desk.click("History");
    desk.wait_for("Verify history");
    desk.click("Verify history");
    desk.wait_until("the chain", |desk| desk.says("entries holds."));
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    sql.execute_batch("DROP TRIGGER history_no_update; UPDATE history SET target = 'somebody' WHERE seq = 7").unwrap();
    desk.click("Verify history");
    desk.wait_until("the break", |desk| desk.says("The chain breaks at entry 7: its content was changed."));
    desk.click("Close");
    assert!(desk.harness.state().app.journal.is_none());
}
