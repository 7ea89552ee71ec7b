//! Copies of the store as one file.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;

use common::{TempStore, admin, now};
use pindesk::progress::Unwatched;
use pindesk::store::{Store, StoreError};

#[test]
fn a_backup_is_a_store_and_replaces_an_earlier_one_of_the_same_store() {
    let temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let to = temp.folder.path().join("backup.db");
    temp.store.back_up(&to).unwrap();
    temp.store.back_up(&to).unwrap();
    let copy = Store::open(&to, &admin(), now()).unwrap();
    assert_eq!(copy.id(), temp.store.id());
    assert_eq!(
        copy.verify_history(&Unwatched).unwrap(),
        temp.store.verify_history(&Unwatched).unwrap()
    );
}

#[test]
fn a_backup_in_use_is_not_replaced() {
    for beside in ["backup.db-wal", "backup.db-journal"] {
        let temp = TempStore::new();
        let to = temp.folder.path().join("backup.db");
        temp.store.back_up(&to).unwrap();
        let was = fs::read(&to).unwrap();
        fs::write(temp.folder.path().join(beside), "").unwrap();
        let refused = temp.store.back_up(&to);
        assert!(
            matches!(&refused, Err(StoreError::CannotBackUp { detail, .. })
                if detail == "there is a store that somebody works on"),
            "{beside}: {refused:?}"
        );
        assert_eq!(fs::read(&to).unwrap(), was);
    }
}
