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

/// The address of a new schema of the server for tests, whose name begins so. Tests that need such a
/// server are ignored unless they are asked for, and fail where there is none.
pub(in crate::store) fn server_for_tests(name: &str) -> PathBuf {
    let server = std::env::var("PINDESK_TEST_SERVER")
        .expect("PINDESK_TEST_SERVER names no server: see scripts/postgres");
    let between = if server.contains('?') { '&' } else { '?' };
    let schema = format!("{name}_{}", std::process::id());
    format!("{server}{between}options=-csearch_path%3D{schema}").into()
}
