//! The tests that are about the file of a store: its place, rights, pages, log and copies. A server has
//! none of these, so they use a file also where the others use a server.

use std::cell::Cell;

thread_local! {
    static IS_IN_A_FILE: Cell<bool> = const { Cell::new(false) };
}

/// The mark of a test about the file of a store.
pub struct InAFile(());

/// Makes the stores of this test files, until the value is dropped.
pub fn in_a_file() -> InAFile {
    IS_IN_A_FILE.set(true);
    InAFile(())
}

/// Whether the stores of the running test are files on any engine.
pub(super) fn is_in_a_file() -> bool {
    IS_IN_A_FILE.get()
}

impl Drop for InAFile {
    fn drop(&mut self) {
        IS_IN_A_FILE.set(false);
    }
}
