//! An empty store in a temporary folder, for tests that look at the connection.

use super::Store;
use crate::domain::Time;
use crate::domain::role::Operator;

/// The folder, which is removed when it is dropped, and the store in it.
pub(in crate::store) fn empty_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let operator = Operator {
        account: r"litwareinc\ann".to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    };
    let path = folder.path().join("pindesk.db");
    let store = Store::open(&path, &operator, Time::default()).unwrap();
    (folder, store)
}
