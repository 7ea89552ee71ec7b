//! Checking a store without changing it.

use std::path::Path;

use crate::progress::Progress;
use crate::store::engine::sqlite;
use crate::store::history::difference::Difference;
use crate::store::{Result, Store, StoreError, Waiter};

/// The largest number of findings of one kind.
const MOST_FINDINGS: usize = 20;

/// The result of checking a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// All damage. Empty for a sound store.
    pub findings: Vec<String>,
    /// The differences between the store and its history, by area. They are no damage: somebody
    /// changed the store without PinDesk.
    pub differences: Vec<Difference>,
    pub users: u64,
    pub entries: u64,
    /// The hash of the last entry.
    pub head: String,
}

impl Checkup {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.differences.is_empty()
    }
}

impl Store {
    /// Checks every page, row and index of a store or a backup, the references between its tables,
    /// and its history. Nothing of it is changed.
    ///
    /// # Errors
    /// The file cannot be read at all, or the work was cancelled.
    pub fn check(path: &Path, waiter: Option<Waiter>, progress: &dyn Progress) -> Result<Checkup> {
        let (store, is_current) = Self::open_to_check(path, waiter)?;
        let mut checkup = Checkup::default();
        // A server looks after its own files and references.
        if !store.connection.is_on_server() {
            check_file(&store, &mut checkup);
        }
        match store.user_count() {
            Ok(users) => checkup.users = users,
            Err(error) => checkup.findings.push(finding(error)),
        }
        // The history of an older store is checked after the store has been brought up to date.
        if is_current {
            match store.verify_history(progress) {
                Ok(verified) => {
                    checkup.entries = verified.entries;
                    checkup.head = verified.head;
                    checkup.differences = verified.differences;
                    if let Some(broken) = verified.first_break {
                        let text = format!("history, entry {}: {}", broken.seq, broken.what);
                        checkup.findings.push(text);
                    }
                }
                Err(StoreError::Cancelled) => return Err(StoreError::Cancelled),
                Err(error) => checkup.findings.push(finding(error)),
            }
        }
        checkup.findings.dedup();
        Ok(checkup)
    }

    /// The number of users.
    pub(super) fn user_count(&self) -> Result<u64> {
        self.read(|connection| {
            connection.query_row("SELECT count(*) FROM users", &[], |row| row.get::<i64>(0))
        })
        .map(i64::unsigned_abs)
    }
}

/// Looks for damage of the file, and for rows that refer to missing ones.
fn check_file(store: &Store, checkup: &mut Checkup) {
    match sqlite::integrity_check(&store.connection, MOST_FINDINGS) {
        Ok(found) => checkup.findings.extend(found),
        Err(error) => checkup.findings.push(finding(store.error(&error))),
    }
    match sqlite::missing_references(&store.connection) {
        Ok(found) => checkup
            .findings
            .extend(found.iter().map(|(table, parent, rows)| {
                format!(
                    "{rows} rows of the table {table} refer to rows of {parent} that are missing"
                )
            })),
        Err(error) => checkup.findings.push(finding(store.error(&error))),
    }
}

fn finding(error: StoreError) -> String {
    match error {
        StoreError::Damaged { detail, .. } | StoreError::Other { detail, .. } => detail,
        error => error.to_string(),
    }
}
