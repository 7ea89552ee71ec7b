//! A history that this computer has not seen: the red bar, and going on with it.

use std::path::Path;

use eframe::egui::{Theme, Vec2};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{HistoryQuery, Opener, Store, Witness};

use super::harness::{Desk, after_release, ann, now, released_store, sample_store, someone_else};

/// A store in whose place an older copy was put after this computer has seen a change.
fn older_copy(path: &Path) {
    let mut store = sample_store(path);
    let copy = path.with_file_name("copy.db");
    store.back_up(&copy).unwrap();
    store.set_witness(Some(Witness::in_folder(path.with_file_name("seen"))));
    someone_else(&mut store, Action::Lock, "Carla Eklund", "bob");
    drop(store);
    std::fs::copy(copy, path).unwrap();
}

fn unlock_ken(desk: &mut Desk) {
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
}

#[test]
fn an_older_copy_is_named_in_red_and_written_only_after_it_is_accepted() {
    let size = Vec2::new(1280.0, 800.0);
    let mut desk = Desk::open(older_copy, size, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    desk.wait_for("This is an older copy of the store");
    unlock_ken(&mut desk);
    desk.wait_until("the refusal", |desk| desk.says("Nothing was changed."));
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));

    desk.click("Close preview");
    desk.click("Accept this history…");
    desk.wait_for("Go on with this history?");
    desk.click("Cancel");
    assert!(desk.has("This is an older copy of the store"));
    desk.click("Accept this history…");
    desk.click("Accept and record it");
    desk.wait_until("the bar is gone", |desk| {
        !desk.has("This is an older copy of the store")
    });
    unlock_ken(&mut desk);
    desk.wait_for("Unlock: 1 user unlocked.");
    let batches = desk
        .store()
        .batches(&HistoryQuery::default(), 2, &Unwatched)
        .unwrap();
    let words: Vec<&str> = batches.iter().map(|batch| batch.action.word()).collect();
    assert_eq!(words, ["unlock", "accept-history"]);
    assert!(batches[1].reason.starts_with("older copy"), "{batches:?}");
}

/// The released store of an older PinDesk, in the place of the same store as this computer has seen
/// it.
fn older_copy_of_older_pindesk(path: &Path) {
    std::fs::write(path, released_store()).unwrap();
    let (who, at) = (ann(), after_release());
    let seen = Opener {
        witness: Some(Witness::in_folder(path.with_file_name("seen"))),
        ..Opener::new(&who, at)
    };
    let store = seen.open_existing(path).unwrap();
    assert_eq!(store.head_news(), Ok(None));
    drop(store);
    std::fs::write(path, released_store()).unwrap();
}

#[test]
fn an_older_copy_of_an_older_pindesk_is_brought_up_to_date_only_after_it_is_accepted() {
    let size = Vec2::new(1280.0, 800.0);
    let mut desk = Desk::open(older_copy_of_older_pindesk, size, Theme::Light);
    desk.wait_until("the reason", |desk| {
        desk.says("This is an older copy of the store: it ends with entry 45,")
    });
    desk.click("Accept this history…");
    desk.wait_for("Go on with this history?");
    desk.click("Cancel");
    assert!(std::fs::read(desk.store_path()).unwrap() == released_store());
    desk.click("Accept this history…");
    desk.click("Accept and record it");
    desk.wait_for("Users, 13 of 13 shown");
    assert!(!desk.has("Accept this history…"));
}

#[test]
fn a_history_that_is_rewritten_while_the_window_is_open_is_named() {
    let mut desk = Desk::with_sample();
    desk.wait_for("Users, 250 of 250 shown");
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    let trigger: String = sql
        .query_row(
            "SELECT group_concat(name) FROM sqlite_schema
             WHERE type = 'trigger' AND tbl_name = 'history'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for name in trigger.split(',') {
        sql.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    sql.execute_batch(
        "UPDATE history SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM history)",
    )
    .unwrap();
    desk.wait_for("The history of this store was rewritten");
}

#[test]
fn a_restore_in_the_window_is_no_surprise() {
    let mut desk = Desk::with_sample();
    let copy = desk.folder.path().join("copy.db");
    desk.store().back_up(&copy).unwrap();
    unlock_ken(&mut desk);
    desk.wait_for("Unlock: 1 user unlocked.");
    desk.click("File");
    desk.click("Restore from backup…");
    desk.answer_dialogs_with(&copy);
    desk.click("Other file…");
    desk.wait_until("the comparison", |desk| desk.says("would be undone"));
    desk.click("Restore");
    desk.wait_until("the outcome", |desk| desk.says("Restored, as batch"));
    desk.wait_for("Users, 1 of 250 shown");
    unlock_ken(&mut desk);
    desk.wait_for("Unlock: 1 user unlocked.");
    assert!(!desk.has("Accept this history…"));
}

#[test]
fn somebody_elses_restore_is_told() {
    let mut desk = Desk::with_sample();
    let copy = desk.folder.path().join("copy.db");
    desk.store().back_up(&copy).unwrap();
    unlock_ken(&mut desk);
    desk.wait_for("Unlock: 1 user unlocked.");
    let (path, folder) = (desk.store_path(), desk.folder.path().join("seen"));
    let Desk {
        harness,
        folder: _kept,
        ..
    } = desk;
    drop(harness);
    Store::restore(&path, &copy, "", &Opener::new(&ann(), now()), &Unwatched).unwrap();
    let mut store = Store::open_existing(&path, &ann(), now()).unwrap();
    store.set_witness(Some(Witness::in_folder(folder)));
    let news = store.head_news().unwrap().unwrap().to_string();
    assert!(news.contains("ann has restored a backup"), "{news}");
    assert_eq!(store.head_news(), Ok(None));
}
