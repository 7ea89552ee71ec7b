//! An empty store in a temporary folder, for tests that look at the connection.

use std::path::PathBuf;

use super::Store;
use crate::domain::Time;
use crate::domain::role::Operator;

/// The folder, which is removed when it is dropped, and the store in it.
pub(in crate::store) fn empty_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    let store = Store::open(&path, &ann(), Time::default()).unwrap();
    (folder, store)
}

/// The operator who makes the stores of tests.
pub(in crate::store) fn ann() -> Operator {
    Operator {
        account: r"litwareinc\ann".to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    }
}

/// The address of a new schema of the server for tests, whose name begins so. None where there is no
/// such server (`tests/common/mod.rs`).
pub(in crate::store) fn server_for_tests(name: &str) -> Option<PathBuf> {
    let server = std::env::var("PINDESK_TEST_SERVER").ok()?;
    let between = if server.contains('?') { '&' } else { '?' };
    let schema = format!("{name}_{}", std::process::id());
    Some(format!("{server}{between}options=-csearch_path%3D{schema}").into())
}
