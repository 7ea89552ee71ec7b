//! Empty states and errors: the message and the next steps.

use std::sync::Arc;

use eframe::egui::{Theme, Vec2};
use pindesk::domain::pin_key::{KeyId, PinKey};
use pindesk::store::{FoundKey, KeySource};

use super::harness::{Desk, ann, now, sample_store};

#[test]
fn the_first_start_says_how_to_begin() {
    let mut desk = Desk::first_start();
    desk.wait_for("Open the sample directory");
    assert!(desk.is_enabled("Import users or PINs…"));
    desk.click("Open the sample directory");
    desk.wait_for("Users, 250 of 250 shown");
    assert!(
        desk.folder.path().join("sample.db").exists(),
        "the sample has a store of its own"
    );
    assert!(
        desk.store().is_empty().unwrap(),
        "and the own store stays as it was"
    );
    desk.click("File");
    desk.click("Leave the sample directory");
    desk.wait_for("Open the sample directory");
}

#[test]
fn an_empty_result_shows_the_next_steps() {
    let mut desk = Desk::with_sample();
    desk.click("Locked 20");
    desk.wait_for("Users, 20 of 250 shown");
    desk.search("zzz");
    assert!(
        desk.says("No user with “zzz” in a name passes the filter “Locked”."),
        "{:?}",
        desk.texts()
    );
    desk.click("Search for everybody");
    desk.wait_for("Users, 20 of 250 shown");
    desk.search("Aaron Barros");
    desk.click("Remove the filter");
    desk.wait_for("Users, 1 of 250 shown");
}

#[test]
fn a_store_that_cannot_be_opened_is_named_with_the_way_out() {
    let mut desk = Desk::open(
        |path| std::fs::write(path, "not a store at all").unwrap(),
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Try again");
    assert!(
        desk.says("This file is not a PinDesk store"),
        "{:?}",
        desk.texts()
    );
    assert_eq!(
        std::fs::read(desk.store_path()).unwrap(),
        b"not a store at all",
        "and the file is as it was"
    );

    std::fs::remove_file(desk.store_path()).unwrap();
    drop(sample_store(&desk.store_path()));
    desk.click("Try again");
    desk.wait_for("Users, 250 of 250 shown");
}

#[test]
fn an_operator_without_a_role_sees_locked_users_and_is_refused_in_the_preview() {
    let mut desk = Desk::open(
        |path| {
            drop(sample_store(path));
            let sql = rusqlite::Connection::open(path).unwrap();
            sql.execute(
                "UPDATE operator_roles SET role = 'CsViewOnlyAdministrator'",
                [],
            )
            .unwrap();
        },
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 refused");
    assert!(desk.has("Your roles do not permit Unlock-CsClientPin for this user."));
    assert!(!desk.is_enabled("Apply"));
}

#[test]
fn an_empty_file_becomes_a_store_only_after_a_click() {
    let mut desk = Desk::open(
        |path| std::fs::write(path, "").unwrap(),
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
    desk.wait_for("Make a new store here");
    assert!(desk.says("This file is empty"), "{:?}", desk.texts());
    assert_eq!(std::fs::read(desk.store_path()).unwrap(), b"");
    desk.click("Make a new store here");
    desk.wait_for("Open the sample directory");
    assert!(desk.store().is_empty().unwrap());
}

#[test]
fn a_store_that_is_deleted_while_it_is_open_is_missed_and_not_made_again() {
    let mut desk = Desk::with_sample();
    let kept = desk.folder.path().join("kept.db");
    desk.store().back_up(&kept).unwrap();
    for end in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(
            desk.folder.path().join(format!("pindesk.db{end}")),
        ));
    }
    desk.wait_for("Open another store…");
    assert!(
        desk.says("was moved, deleted or replaced"),
        "{:?}",
        desk.texts()
    );
    desk.click("Try again");
    desk.wait_until("the missing file is named", |desk| {
        desk.says("There is no store here any more")
    });
    assert!(!desk.store_path().exists());
    desk.answer_dialogs_with(&kept);
    desk.click("Open another store…");
    desk.wait_for("Users, 250 of 250 shown");
}

/// A source with one key, in the place of a keyring.
#[derive(Debug)]
struct OneKey(PinKey);

impl KeySource for OneKey {
    fn find(&self, id: &KeyId) -> Result<Option<FoundKey>, String> {
        Ok(Some(FoundKey {
            key: self.0.clone(),
            found_in: "a test".to_owned(),
        })
        .filter(|found| found.key.id() == id))
    }
}

#[test]
fn a_store_whose_key_is_not_here_says_so_with_the_way_out() {
    let mut desk = Desk::with_sample();
    desk.click("Help");
    desk.click("About PinDesk");
    assert!(desk.says("This store uses no key."), "{:?}", desk.texts());
    desk.click("Close");
    let key = PinKey::of([7; 32]);
    let mut store = desk.store();
    store.set_keys(Arc::new(OneKey(key.clone())));
    store.begin_key(key.id(), &ann(), now()).unwrap();
    desk.wait_until("the warning", |desk| {
        desk.says("is needed to set and test PINs")
    });
    assert!(desk.says(key.id().as_str()) && desk.has("Import key…"));
}

/// A store of 20 MB in which an index has another name of a user than the table. Opening a store of
/// this size does not compare them.
fn large_and_damaged(path: &std::path::Path) {
    drop(sample_store(path));
    let open = || rusqlite::Connection::open(path).unwrap();
    let sql = open();
    sql.execute_batch("INSERT INTO meta (key, value) VALUES ('filler', hex(zeroblob(10000000)))")
        .unwrap();
    let index = "FROM sqlite_schema WHERE name = 'users_upn'";
    let (root, definition): (i64, String) = sql
        .query_row(&format!("SELECT rootpage, sql {index}"), [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    sql.execute_batch(&format!("PRAGMA writable_schema = ON; DELETE {index}"))
        .unwrap();
    drop(sql);
    open()
        .execute_batch("UPDATE users SET upn_key = 'x@litwareinc.com' WHERE id = 5")
        .unwrap();
    let sql = open();
    sql.execute_batch("PRAGMA writable_schema = ON").unwrap();
    sql.execute(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
         VALUES ('index', 'users_upn', 'users', ?1, ?2)",
        (root, definition),
    )
    .unwrap();
}

#[test]
fn damage_in_a_large_store_is_found_in_the_background_and_ends_writing() {
    let size = Vec2::new(1280.0, 800.0);
    let mut desk = Desk::open(large_and_damaged, size, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    desk.wait_for("The store is damaged");
    assert!(!desk.says("checking it for damage"));
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_until("the refusal", |desk| {
        desk.says("Nothing more is written to it")
    });
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
}
