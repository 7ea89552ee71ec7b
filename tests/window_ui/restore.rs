//! Going back to a backup, and waiting for other programs.

use eframe::egui::{Theme, Vec2};

use super::harness::{Desk, released_store, sample_store};

fn lock_carla(desk: &mut Desk) {
    desk.search("Carla Eklund");
    desk.click_row("Carla Eklund, ");
    desk.click("Lock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
}

#[test]
fn a_backup_is_compared_and_takes_the_place_of_the_store() {
    let mut desk = Desk::with_sample();
    let copy = desk.folder.path().join("copy.db");
    desk.store().back_up(&copy).unwrap();
    lock_carla(&mut desk);
    desk.wait_for("1 changed");
    desk.click("File");
    desk.click("Restore from backup…");
    desk.wait_for("Other file…");
    assert!(!desk.is_enabled("Restore"));
    desk.answer_dialogs_with(&copy);
    desk.click("Other file…");
    desk.wait_until("what would be undone", |desk| {
        desk.says("1 batch since then would be undone.")
    });
    assert!(desk.stored("Carla Eklund").pin.lock.is_some());
    desk.click("Restore");
    desk.wait_until("the outcome", |desk| desk.says("Restored, as batch"));
    desk.wait_until("the restored users", |desk| {
        desk.harness.state().app.view.is_some()
    });
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
}

#[test]
fn a_damaged_store_offers_the_copies_by_itself() {
    let mut desk = Desk::open(
        |path| {
            let store = sample_store(path);
            store.back_up_before_change(super::harness::now()).unwrap();
            drop(store);
            std::fs::write(path, vec![0xA5; 50_000]).unwrap();
        },
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Restore from backup…");
    desk.click("Restore from backup…");
    desk.wait_for("2026-11-22 12:00, up to batch 3");
    desk.click("2026-11-22 12:00, up to batch 3");
    desk.wait_until("the comparison", |desk| {
        desk.says("The store of today cannot be read.")
    });
    desk.click("Restore");
    desk.wait_for("Users, 250 of 250 shown");
}

#[test]
fn opening_a_store_waits_for_another_program_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    std::fs::write(&path, released_store()).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut desk = Desk::open_on(folder, &path, Vec2::new(1280.0, 800.0), Theme::Light);
    desk.wait_until("the other program is named", |desk| {
        desk.says("Waiting for another program that writes to the store…")
    });
    desk.click("Cancel");
    desk.wait_until("the end of the wait", |desk| {
        desk.says("the wait for it was cancelled")
    });
    desk.click("Try again");
    desk.wait_until("the other program is named again", |desk| {
        desk.says("Waiting for another program that writes to the store…")
    });
    other.execute_batch("ROLLBACK").unwrap();
    desk.wait_for("Users, 13 of 13 shown");
}

#[test]
fn a_change_waits_for_another_program_and_says_so() {
    let mut desk = Desk::with_sample();
    let other = rusqlite::Connection::open(desk.store_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    lock_carla(&mut desk);
    desk.wait_until("the other program is named", |desk| {
        desk.says("Waiting for another program that writes")
    });
    other.execute_batch("ROLLBACK").unwrap();
    desk.wait_for("1 changed");
    assert!(desk.stored("Carla Eklund").pin.lock.is_some());
}
