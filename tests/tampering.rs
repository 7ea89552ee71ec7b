//! Changing the history behind the back of program and triggers: verifying finds it.
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so and ends")]

mod common;

use common::{TempStore, admin, now, typed};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rusqlite::Connection;
use rusqlite::types::Value;

/// A store with a history of several batches, an undo and rows with reasons of their own among them.
fn store() -> TempStore {
    let mut temp =
        TempStore::with(&[("Ken Myer", "kenmyer"), ("Pilar Ackerman", "packerman"), ("Jörg Müller", "jmuller")]);
    for (action, names) in [
        (Action::Lock, ["Ken Myer", "Jörg Müller"]),
        (Action::Unlock, ["Ken Myer", "Nobody"]),
        (Action::Lock, ["k", "m"]),
    ] {
        let plan = temp.plan(action, typed(&names));
        temp.store.apply(&plan, &admin(), now(), &Unwatched).unwrap();
    }
    let last = temp.store.last_undoable(&admin()).unwrap().unwrap();
    let undo = temp.store.plan_undo(last, None, &admin(), now()).unwrap();
    temp.store.apply(&undo, &admin(), now(), &Unwatched).unwrap();
    temp
}

fn is_found(temp: &TempStore) -> bool {
    // What no longer has the form of an entry is found by being unreadable.
    temp.store.verify_history(&Unwatched).map_or(true, |verified| verified.first_break.is_some())
}

#[test]
fn a_thousand_edits_of_single_bytes_are_all_found() {
    const COLUMNS: [&str; 10] =
        ["seq", "batch_id", "kind", "user_id", "target", "before", "after", "prev_hash", "hash", "note"];
    let temp = store();
    let sql = without_triggers(&temp);
    sql.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
    let entries: i64 = sql.query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
    let (mut edits, mut found) = (0, 0);
    let mut runner = TestRunner::deterministic();
    while edits < 1000 {
        let edit = (1..=entries, 0..COLUMNS.len(), any::<prop::sample::Index>(), 1..=255_u8);
        let (seq, column, at, with) = edit.new_tree(&mut runner).unwrap().current();
        let column = COLUMNS[column];
        let read = format!("SELECT {column} FROM history WHERE seq = ?1");
        let before: Value = sql.query_row(&read, [seq], |row| row.get(0)).unwrap();
        let Some(after) = edited(&before, at, with) else { continue };
        let rowid: i64 = if let (Value::Integer(new), "seq") = (&after, column) { *new } else { seq };
        let write = format!("UPDATE history SET {column} = ?1 WHERE seq = ?2");
        // A number that another entry has cannot be taken.
        if sql.execute(&write, rusqlite::params![after, seq]).is_err() {
            continue;
        }
        edits += 1;
        found += usize::from(is_found(&temp));
        sql.execute(&write, rusqlite::params![before, rowid]).unwrap();
    }
    assert_eq!((found, edits), (1000, 1000), "edits that were found, of all");
    assert!(!is_found(&temp), "and everything is as it was");
}

/// The value with one byte changed; None where there is nothing to change.
fn edited(value: &Value, at: prop::sample::Index, with: u8) -> Option<Value> {
    let bytes = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        bytes
    };
    match value {
        Value::Integer(number) => Some(Value::Integer(number ^ i64::from(with))),
        Value::Text(text) if !text.is_empty() => {
            Some(Value::Text(String::from_utf8(bytes(text.as_bytes())).ok()?)).filter(|new| *new != *value)
        }
        Value::Blob(blob) if !blob.is_empty() => Some(Value::Blob(bytes(blob))),
        _ => None,
    }
}

fn without_triggers(temp: &TempStore) -> Connection {
    let sql = temp.plain();
    let names: Vec<String> = sql
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in names {
        sql.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    sql
}
