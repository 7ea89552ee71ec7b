//! Verifying finds changes of the history that bypass the program and its triggers.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]
#![allow(clippy::print_stdout, reason = "says how many were found")]

mod common;

use common::{TempStore, admin, now, operator, typed};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Grant};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rusqlite::types::Value;

/// A store with a history of several batches, including an undo and rows with reasons of their own.
fn store() -> TempStore {
    let mut temp = TempStore::with(&[
        ("Ken Myer", "kenmyer"),
        ("Pilar Ackerman", "packerman"),
        ("Jörg Müller", "jmuller"),
    ]);
    for (action, names) in [
        (Action::Lock, ["Ken Myer", "Jörg Müller"]),
        (Action::Unlock, ["Ken Myer", "Nobody"]),
        (Action::Lock, ["k", "m"]),
    ] {
        let plan = temp.plan(action, typed(&names));
        temp.store
            .apply(&plan, &admin(), now(), &Unwatched)
            .unwrap();
    }
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), now())
        .unwrap();
    temp.store
        .decide(id, Decision::Approve, "looks fine", &operator("bob"), now())
        .unwrap();
    temp.store
        .apply(
            &temp
                .store
                .submitted(id, &admin(), now())
                .unwrap()
                .reviewed
                .pins()
                .unwrap()
                .plan,
            &admin(),
            now(),
            &Unwatched,
        )
        .unwrap();
    let last = temp.store.last_undoable(&admin()).unwrap().unwrap();
    let undo = temp.store.plan_undo(last, None, &admin(), now()).unwrap();
    temp.store
        .apply(&undo, &admin(), now(), &Unwatched)
        .unwrap();
    temp
}

fn is_found(temp: &TempStore) -> bool {
    // An entry that no longer has the right form is found because it is unreadable.
    temp.store
        .verify_history(&Unwatched)
        .map_or(true, |verified| verified.first_break.is_some())
}

/// The tables to which rows are only appended, with their keys and columns.
const TABLES: [(&str, &str, &[&str]); 4] = [
    (
        "history",
        "seq",
        &[
            "seq",
            "batch_id",
            "kind",
            "user_id",
            "target",
            "before",
            "after",
            "prev_hash",
            "hash",
            "note",
        ],
    ),
    (
        "batches",
        "id",
        &[
            "id",
            "action",
            "at",
            "operator",
            "machine",
            "reason",
            "ticket",
            "source",
            "source_sha256",
            "program",
            "undoes",
            "plan",
            "plan_sha256",
        ],
    ),
    (
        "plans",
        "id",
        &["id", "content", "action", "undoes", "changes"],
    ),
    ("plan_users", "user_id", &["plan_id", "user_id", "version"]),
];

#[test]
fn random_edits_of_single_bytes_are_all_found() {
    for (index, edits) in [(0, 1000), (1, 500), (2, 200), (3, 100)] {
        let found = found_edits(TABLES[index], edits);
        println!("{found} of {edits} edits of {} were found", TABLES[index].0);
        assert_eq!(found, edits, "{}", TABLES[index].0);
    }
}

/// Edits a table `edits` times, one after the other. Returns the number of edits that verifying
/// finds.
fn found_edits((table, key, columns): (&str, &str, &[&str]), edits: usize) -> usize {
    let temp = store();
    let sql = temp.without_triggers();
    sql.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
        .unwrap();
    let keys: Vec<i64> = sql
        .prepare(&format!("SELECT {key} FROM {table} ORDER BY 1"))
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let (mut done, mut found) = (0, 0);
    let mut runner = TestRunner::deterministic();
    while done < edits {
        let edit = (
            0..keys.len(),
            0..columns.len(),
            any::<prop::sample::Index>(),
            1..=255_u8,
        );
        let (row, column, at, with) = edit.new_tree(&mut runner).unwrap().current();
        let (row, column) = (keys[row], columns[column]);
        let read = format!("SELECT {column} FROM {table} WHERE {key} = ?1");
        let before: Value = sql.query_row(&read, [row], |row| row.get(0)).unwrap();
        let Some(after) = edited(&before, at, with) else {
            continue;
        };
        let now_at: i64 = if let (Value::Integer(new), true) = (&after, column == key) {
            *new
        } else {
            row
        };
        let write = format!("UPDATE {table} SET {column} = ?1 WHERE {key} = ?2");
        // The ID of another row cannot be used.
        if sql.execute(&write, rusqlite::params![after, row]).is_err() {
            continue;
        }
        done += 1;
        if is_found(&temp) {
            found += 1;
        } else {
            println!("not found: {table}.{column} of {row}: {before:?} became {after:?}");
        }
        sql.execute(&write, rusqlite::params![before, now_at])
            .unwrap();
    }
    assert!(!is_found(&temp), "and everything is as it was");
    found
}

#[test]
fn every_way_of_sql_behind_the_triggers_is_found() {
    const WAYS: [&str; 16] = [
        "UPDATE history SET target = 'sip:x@y' WHERE seq = 9",
        "UPDATE OR REPLACE history SET seq = 8 WHERE seq = 9",
        "UPDATE history SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM history)",
        "DELETE FROM history WHERE seq = 9",
        "DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)",
        "DELETE FROM history WHERE batch_id = (SELECT max(id) FROM batches)",
        "DELETE FROM history",
        "REPLACE INTO history SELECT seq, batch_id, kind, user_id, 'sip:x@y', before, after, prev_hash, hash, note
         FROM history WHERE seq = 9",
        "INSERT INTO history SELECT * FROM history WHERE seq = 9 ON CONFLICT DO UPDATE SET target = 'sip:x@y'",
        "INSERT INTO history SELECT seq + 1, batch_id, kind, user_id, target, before, after, hash, hash, note
         FROM history WHERE seq = (SELECT max(seq) FROM history)",
        "INSERT INTO batches SELECT id + 1, action, at, 'eve', machine, reason, ticket, source, source_sha256, program,
         undoes, plan, plan_sha256 FROM batches WHERE id = (SELECT max(id) FROM batches)",
        "UPDATE batches SET operator = 'eve' WHERE id = 4",
        "REPLACE INTO batches SELECT id, action, at, 'eve', machine, reason, ticket, source, source_sha256, program,
         undoes, plan, plan_sha256 FROM batches WHERE id = 4",
        "DELETE FROM batches WHERE id = 4",
        "CREATE TABLE other AS SELECT * FROM history; UPDATE other SET target = 'sip:x@y' WHERE seq = 9;
         DROP TABLE history; ALTER TABLE other RENAME TO history",
        "ALTER TABLE history DROP COLUMN note",
    ];
    let mut found = 0;
    for way in WAYS {
        let temp = store();
        let sql = temp.without_triggers();
        sql.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .unwrap();
        sql.execute_batch(way)
            .unwrap_or_else(|error| panic!("{way}: {error}"));
        drop(sql);
        // A second connection, as the next start of the program has it.
        assert!(is_found(&temp), "{way}");
        found += 1;
    }
    println!("{found} of {} ways were found", WAYS.len());
}

#[test]
fn entries_cut_off_the_end_are_found_after_later_entries_were_written() {
    let mut temp = store();
    let sql = temp.without_triggers();
    sql.execute_batch(
        "PRAGMA foreign_keys = OFF;
         DELETE FROM history WHERE batch_id = (SELECT max(id) FROM batches);
         DELETE FROM batches WHERE id = (SELECT max(id) FROM batches)",
    )
    .unwrap();
    drop(sql);
    assert!(is_found(&temp));
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "eve", &admin(), now())
        .unwrap();
    assert!(is_found(&temp), "the next entry leaves a gap");
}

/// The value with one changed byte. None if it has no byte.
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
            Some(Value::Text(String::from_utf8(bytes(text.as_bytes())).ok()?))
                .filter(|new| *new != *value)
        }
        Value::Blob(blob) if !blob.is_empty() => Some(Value::Blob(bytes(blob))),
        _ => None,
    }
}
