//! Opening a store on a bad day: paths that are no store, logs of other files, and files that go
//! away while they are open.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{TempStore, admin, now, operator, typed};
use pindesk::domain::role::{Permission, cmdlet};
use pindesk::plan::{Action, Plan};
use pindesk::progress::Unwatched;
use pindesk::store::{Store, StoreError};
use rusqlite::Connection;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The names of all files of a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn lock(temp: &TempStore) -> Plan {
    temp.plan(Action::Lock, typed(&["Ken Myer"]))
}

// Paths without a store

#[test]
fn an_empty_file_becomes_a_store_only_if_somebody_asks_for_that() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file.db");
    let database = folder.path().join("database.db");
    fs::write(&file, "").unwrap();
    Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE t (x); DROP TABLE t; VACUUM;")
        .unwrap();
    for path in [file, database] {
        let before = fs::read(&path).unwrap();
        let empty = StoreError::EmptyFile { path: path.clone() };
        for open in [Store::open, Store::open_existing, Store::open_to_read] {
            assert_eq!(open(&path, &admin(), now()).unwrap_err(), empty);
        }
        assert!(fs::read(&path).unwrap() == before, "it is as it was");
        drop(Store::open_or_make(&path, &admin(), now()).unwrap());
        let opened = Store::open(&path, &operator("other"), now()).unwrap();
        assert_eq!(
            opened.permission(&admin(), cmdlet::LOCK),
            Ok(Permission::Everywhere)
        );
    }
}

#[test]
fn where_there_is_no_file_looking_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.db");
    for open in [Store::open_existing, Store::open_to_read] {
        let missing = StoreError::NoStore { path: path.clone() };
        assert_eq!(open(&path, &admin(), now()).unwrap_err(), missing);
    }
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn a_new_store_leaves_nothing_else_in_its_folder() {
    let temp = TempStore::new();
    drop(temp.store);
    assert_eq!(names(temp.folder.path()), ["pindesk.db"]);
}

#[cfg(unix)]
#[test]
fn pipes_devices_folders_and_broken_links_are_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &link).unwrap();
    for path in [&pipe, &link, Path::new("/dev/zero"), folder.path()] {
        for open in [Store::open, Store::open_or_make, Store::open_to_read] {
            let refused = open(path, &admin(), now());
            assert!(
                matches!(refused, Err(StoreError::NotAFile { .. })),
                "{}: {refused:?}",
                path.display()
            );
        }
    }
}

// Backups and logs

#[test]
fn looking_into_a_backup_changes_nothing_of_it() {
    let temp = TempStore::with(&[KEN]);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    temp.store.back_up(&copy).unwrap();
    let older = folder.path().join("older.db");
    let v5 = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/v5.db");
    fs::copy(v5, &older).unwrap();
    // As a backup of that program was.
    let plain = Connection::open(&older).unwrap();
    plain.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(plain);
    for path in [copy, older] {
        let before = fs::read(&path).unwrap();
        let mut store = Store::open_to_read(&path, &admin(), now()).unwrap();
        assert_eq!(store.path(), path);
        let verified = store.verify_history(&Unwatched).unwrap();
        assert_eq!(verified.first_break, None);
        assert!(!store.for_reading().unwrap().is_empty().unwrap());
        if path.ends_with("copy.db") {
            let plan = lock(&temp);
            let refused = store.apply(&plan, &admin(), now(), &Unwatched);
            assert_eq!(
                refused.unwrap_err(),
                StoreError::ReadOnly { path: path.clone() }
            );
        }
        drop(store);
        assert!(fs::read(&path).unwrap() == before, "{}", path.display());
    }
    assert_eq!(names(folder.path()), ["copy.db", "older.db"]);
}

#[test]
fn the_log_of_a_dead_program_is_not_played_into_a_backup() {
    let mut temp = TempStore::with(&[KEN]);
    let path = temp.path();
    let copy = temp.folder.path().join("copy.db");
    temp.store.back_up(&copy).unwrap();
    temp.apply(&lock(&temp)).unwrap();
    // A program that is killed leaves the log as it is now.
    let log = fs::read(beside(&path, "-wal")).unwrap();
    assert!(!log.is_empty());
    drop(temp.store);
    fs::copy(&copy, &path).unwrap();
    fs::write(beside(&path, "-wal"), &log).unwrap();

    let refused = Store::open(&path, &admin(), now()).unwrap_err();
    let StoreError::ForeignLog { log: moved, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert!(fs::read(moved).unwrap() == log, "the log is kept");
    assert!(fs::read(&path).unwrap() == fs::read(&copy).unwrap());
    temp.store = Store::open(&path, &admin(), now()).unwrap();
    assert!(!temp.is_locked("kenmyer"));
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.first_break, None);
}

#[test]
fn the_log_of_the_store_itself_is_played() {
    let mut temp = TempStore::with(&[KEN]);
    temp.apply(&lock(&temp)).unwrap();
    let crashed = tempfile::tempdir().unwrap();
    let path = crashed.path().join("pindesk.db");
    for end in ["", "-wal"] {
        fs::copy(beside(&temp.path(), end), beside(&path, end)).unwrap();
    }
    temp.store = Store::open(&path, &admin(), now()).unwrap();
    assert!(temp.is_locked("kenmyer"));
}

// Files that go away while they are open

/// Does something to the files of an open store, and expects that every write is refused after it.
#[track_caller]
fn after(what: &str, harm: impl FnOnce(&Path)) -> TempStore {
    let mut temp = TempStore::with(&[KEN]);
    let plan = lock(&temp);
    harm(&temp.path());
    let moved = StoreError::Moved { path: temp.path() };
    assert_eq!(temp.apply(&plan), Err(moved.clone()), "{what}");
    assert_eq!(temp.store.check_place(), Err(moved), "{what}");
    temp
}

#[cfg(unix)]
#[test]
fn a_store_that_was_moved_deleted_or_replaced_is_not_written_to() {
    after("moved", |path| {
        fs::rename(path, path.with_extension("old")).unwrap();
    });
    after("deleted", |path| fs::remove_file(path).unwrap());
    after("log deleted", |path| {
        fs::remove_file(beside(path, "-wal")).unwrap();
    });
    after("index of the log deleted", |path| {
        fs::remove_file(beside(path, "-shm")).unwrap();
    });
    after("folder deleted", |path| {
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    });
    let other = TempStore::with(&[("Anna Smith", "asmith")]);
    let (copy, other_path) = (other.folder.path().join("copy.db"), other.path());
    other.store.back_up(&copy).unwrap();
    drop(other.store);
    let temp = after("replaced", |path| {
        fs::rename(&other_path, path).unwrap();
    });
    let refused = Store::open_existing(&temp.path(), &admin(), now()).unwrap_err();
    assert!(
        matches!(refused, StoreError::ForeignLog { .. }),
        "the log of the store that was replaced: {refused:?}"
    );
    let there = Store::open_to_read(&temp.path(), &admin(), now()).unwrap();
    let expected = Store::open_to_read(&copy, &admin(), now()).unwrap();
    assert_eq!(
        there.verify_history(&Unwatched).unwrap(),
        expected.verify_history(&Unwatched).unwrap(),
        "nothing was written to the store that took its place"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_now_is_noticed() {
    let one = TempStore::with(&[KEN]);
    let two = TempStore::with(&[KEN]);
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(one.path(), &link).unwrap();
    let mut store = Store::open(&link, &admin(), now()).unwrap();
    let plan = lock(&one);
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(two.path(), &link).unwrap();
    let refused = store.apply(&plan, &admin(), now(), &Unwatched);
    assert_eq!(refused.unwrap_err(), StoreError::Moved { path: link });
    assert!(!one.is_locked("kenmyer") && !two.is_locked("kenmyer"));
}

#[test]
fn a_folder_that_is_gone_is_said_to_be_gone() {
    let temp = TempStore::with(&[KEN]);
    let path = temp.path();
    let store = temp.store;
    drop(temp.folder);
    let refused = store.for_reading().unwrap_err();
    assert_eq!(refused, StoreError::Moved { path: path.clone() });
    let refused = Store::open_existing(&path, &admin(), now()).unwrap_err();
    assert_eq!(refused, StoreError::NoStore { path });
}
