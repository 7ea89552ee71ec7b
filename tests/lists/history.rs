//! Lists in the history: the file, and the reason and ticket of each row; and stores of earlier
//! versions.

use std::path::Path;

use pindesk::domain::text::hex;
use pindesk::exchange::ListOptions;
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use sha2::{Digest as _, Sha256};

use crate::common::{TempStore, admin, now, typed};
use crate::{Desk, KEN, PILAR, lock};

fn assert_unbroken(store: &Store) -> u64 {
    let verified = store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.first_break, None);
    verified.entries
}

#[test]
fn the_reason_and_ticket_of_a_row_are_in_the_lock_and_in_the_history() {
    let mut desk = Desk::new();
    desk.temp
        .apply(&desk.plan("packerman@litwareinc.com\r\njmuller@litwareinc.com\r\n"))
        .unwrap();
    let list = "UPN;Action;Reason;Ticket;Until\r\n\
        kenmyer@litwareinc.com;lock;\"lost; \"\"again\"\"\";INC-1;2027-01-31T10:00:00Z\r\n\
        asmith@litwareinc.com;lock;;;\r\n\
        packerman@litwareinc.com;unlock;found it;INC-2;\r\n\
        jmuller@litwareinc.com;unlock;;INC-3;\r\n";
    let options = ListOptions {
        reason: "for all".to_owned(),
        ticket: "INC-0".to_owned(),
        action: None,
        ..lock()
    };
    let applied = desk.temp.apply(&desk.plan_with(list, &options)).unwrap();
    assert_eq!(applied.changed.len(), 4);
    for (logon, reason, ticket, until) in [
        (
            "kenmyer",
            "lost; \"again\"",
            "INC-1",
            Some("2027-01-31T10:00:00Z"),
        ),
        ("asmith", "for all", "INC-0", None),
        ("packerman", "found it", "INC-2", None),
        ("jmuller", "for all", "INC-3", None),
    ] {
        let user = desk.temp.user(logon);
        let newest = desk.temp.store.user_history(user.id, 1).unwrap().remove(0);
        assert_eq!(
            (&*newest.reason, &*newest.ticket),
            (reason, ticket),
            "{logon}"
        );
        assert_eq!(
            (newest.action.word(), newest.source.as_deref()),
            ("change", Some("list.csv"))
        );
        assert_eq!(newest.after, Some(user.pin.clone()), "{logon}");
        let Some(lock) = user.pin.lock else { continue };
        assert_eq!((&*lock.reason, &*lock.ticket), (reason, ticket), "{logon}");
        assert_eq!(
            lock.until,
            until.map(|until| until.parse().unwrap()),
            "{logon}"
        );
    }
    let sha256: String = desk
        .temp
        .plain()
        .query_row(
            "SELECT source_sha256 FROM batches ORDER BY id DESC",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(sha256, hex(&Sha256::digest(list)));
    assert_unbroken(&desk.temp.store);
}

#[test]
fn a_note_that_is_changed_later_breaks_the_chain() {
    for change in ["note = '{\"reason\":\"other\"}'", "note = NULL"] {
        let mut desk = Desk::new();
        desk.temp
            .apply(&desk.plan("UPN,Reason\r\nkenmyer@litwareinc.com,lost\r\n"))
            .unwrap();
        assert_unbroken(&desk.temp.store);
        let plain = desk.temp.plain();
        let triggers: Vec<String> = plain
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(
            plain
                .execute_batch(&format!(
                    "UPDATE history SET {change} WHERE note IS NOT NULL"
                ))
                .is_err()
        );
        for trigger in triggers {
            plain
                .execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
        plain
            .execute_batch(&format!(
                "UPDATE history SET {change} WHERE note IS NOT NULL"
            ))
            .unwrap();
        let verified = desk.temp.store.verify_history(&Unwatched).unwrap();
        assert_eq!(
            verified.first_break.unwrap().what,
            "its content was changed",
            "{change}"
        );
    }
}

/// A store in version 1 of the schema, which has no lists, with the content of another store.
fn version_1(of: &TempStore, path: &Path) {
    let old = rusqlite::Connection::open(path).unwrap();
    old.execute_batch(include_str!("../../src/store/schema/sqlite/v1.sql"))
        .unwrap();
    old.execute("ATTACH ?1 AS new", [of.path().to_str().unwrap()])
        .unwrap();
    let mut copied = Vec::new();
    for table in [
        "batches",
        "users",
        "pins",
        "roles",
        "role_cmdlets",
        "role_units",
        "operator_roles",
        "history",
    ] {
        let columns: String = old
            .query_row(
                "SELECT group_concat(name) FROM pragma_table_info(?1)",
                [table],
                |row| row.get(0),
            )
            .unwrap();
        copied.push(
            old.execute(
                &format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}"),
                [],
            )
            .unwrap(),
        );
        assert!(!columns.contains("note"), "it is the schema of version 1");
    }
    assert!(copied[0] > 1 && copied[7] > 3);
    for table in ["meta", "counters"] {
        old.execute_batch(&format!(
            "INSERT OR REPLACE INTO {table} SELECT * FROM new.{table}"
        ))
        .unwrap();
    }
    hash_without_notes(&old);
    old.execute_batch("DETACH new; PRAGMA application_id = 0x50696E44; PRAGMA user_version = 1")
        .unwrap();
}

/// Hashes all entries as the first program did, which had no notes, and forgets the noted head,
/// which it had not either.
fn hash_without_notes(old: &rusqlite::Connection) {
    let triggers: Vec<(String, String)> = old
        .prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, _) in &triggers {
        old.execute_batch(&format!("DROP TRIGGER main.{name}"))
            .unwrap();
    }
    let sql = "SELECT json_array(seq, batch_id, kind, user_id, target, before, after) FROM main.history ORDER BY seq";
    let lines: Vec<String> = old
        .prepare(sql)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut prev = [0; 32];
    for (seq, line) in (1_i64..).zip(lines) {
        let hash: [u8; 32] = Sha256::digest(format!("{}\n{line}\n", hex(&prev))).into();
        old.execute(
            "UPDATE main.history SET prev_hash = ?2, hash = ?3 WHERE seq = ?1",
            rusqlite::params![seq, prev, hash],
        )
        .unwrap();
        prev = hash;
    }
    for (_, sql) in &triggers {
        old.execute_batch(sql).unwrap();
    }
    old.execute("DELETE FROM main.meta WHERE key = 'history_head'", [])
        .unwrap();
}

#[test]
fn a_store_of_version_1_is_taken_over_with_all_of_its_history() {
    let mut before = TempStore::with(&[KEN, PILAR]);
    let plan = before.plan(
        pindesk::plan::Action::Lock,
        typed(&["kenmyer@litwareinc.com"]),
    );
    before.apply(&plan).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    version_1(&before, &path);

    let store = Store::open(&path, &admin(), now()).unwrap();
    assert_eq!(
        assert_unbroken(&store),
        assert_unbroken(&before.store) + 1,
        "nothing is lost, and what the store holds is recorded"
    );
    let mut desk = Desk {
        temp: TempStore { store, folder },
    };
    let version: i64 = desk
        .temp
        .plain()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    let newest: i64 = before
        .plain()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, newest);
    let ken = desk.temp.user("kenmyer");
    assert_eq!(ken, before.user("kenmyer"));
    let newest = desk.temp.store.user_history(ken.id, 1).unwrap().remove(0);
    assert_eq!((&*newest.reason, &*newest.ticket), ("lost phone", "INC-7"));
    // The opened store records new entries, with the reasons of their rows.
    let list = "UPN,Action,Reason\r\nkenmyer@litwareinc.com,unlock,found\r\npackerman@litwareinc.com,lock,\r\n";
    assert_eq!(desk.temp.apply(&desk.plan(list)).unwrap().changed.len(), 2);
    assert_eq!(
        assert_unbroken(&desk.temp.store),
        assert_unbroken(&before.store) + 4
    );
    assert_unbroken(&desk.temp.again());
    assert_eq!(
        desk.temp.store.user_history(ken.id, 1).unwrap()[0].reason,
        "found"
    );
}
