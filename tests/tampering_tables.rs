//! Changing the tables of a store, its schema or its whole chain behind PinDesk's back: verifying finds it, or the store
//! is not written to.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::role::Role;
use pindesk::domain::text::hex;
use pindesk::domain::user::UserNames;
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Area, Decision, Grant, Store, StoreError, Verified};
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

/// A store with rows in every table that PinDesk writes: users with and without entries of their own, a renamed one,
/// one who was added and taken out again,
/// PINs that were set, roles, rules, policies, protection and a plan.
fn full_store() -> TempStore {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer"), ("Pilar Ackerman", "packerman")]);
    let guid = |logon: &str, display: &str, guid: &str| UserNames {
        guid: Some(guid.to_owned()),
        line_uri: Some("tel:+14255550100".to_owned()),
        site: Some("Redmond".to_owned()),
        ..names(display, logon)
    };
    temp.import_users(vec![
        guid("jmuller", "Jörg Müller", "{AA}"),
        guid("asmith", "Anna Smith", "BB"),
    ])
    .unwrap();
    temp.import_users(vec![guid("asmith", "Anna Jones", "BB")])
        .unwrap();
    let mistaken = temp
        .import_users(vec![
            guid("jmuller", "Jörg Schmidt", "AA"),
            guid("ejones", "Eve Jones", "CC"),
        ])
        .unwrap();
    let undo = temp.store.plan_undo_import(mistaken.batch).unwrap();
    temp.store
        .import(&undo.unwrap(), &admin(), now(), &Unwatched)
        .unwrap();
    temp.import_pin("jmuller", &pin_set());
    let at = now();
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer", "Jörg Müller"]));
    temp.apply(&plan).unwrap();
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Pilar Ackerman"]));
    temp.apply(&plan).unwrap();
    let (ken, anna) = (temp.id("kenmyer"), temp.id("asmith"));
    let store = &mut temp.store;
    let wrong = Pin::parse("00000").unwrap();
    store.authenticate(ken, &wrong, &admin(), at).unwrap();
    let desk = Role::read(
        "Finance desk",
        &["Lock-CsClientPin"],
        &["OU=Finance,DC=litwareinc,DC=com"],
    );
    store.set_role(&desk.unwrap(), &admin(), at).unwrap();
    for (role, account) in [("CsHelpDesk", "bob"), ("Finance desk", "carl")] {
        store
            .grant(Grant::Give, role, account, &admin(), at)
            .unwrap();
    }
    for name in [
        PolicyName::Global,
        PolicyName::User("Executives".to_owned()),
    ] {
        let policy = PinPolicy {
            max_attempts: Some(7),
            ..PinPolicy::default()
        };
        store
            .set_policy(&NamedPolicy { name, policy }, &admin(), at)
            .unwrap();
    }
    let executives = PolicyName::User("Executives".to_owned());
    store
        .grant_policy(anna, Some(&executives), &admin(), at)
        .unwrap();
    store.protect(anna, true, &admin(), at).unwrap();
    let rules = ApprovalRules {
        above: Some(4),
        others_locks: true,
        ..ApprovalRules::default()
    };
    store.set_approval_rules(rules, &admin(), at).unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Jörg Müller"]));
    let id = temp.store.submit(&plan, &admin(), at).unwrap();
    temp.store
        .decide(id, Decision::Approve, "fine", &operator("bob"), at)
        .unwrap();
    temp
}

fn verify(temp: &TempStore) -> Verified {
    temp.store.verify_history(&Unwatched).unwrap()
}

/// Whether verifying finds anything but the triggers that are away.
fn is_found(temp: &TempStore) -> bool {
    let verified = temp.store.verify_history(&Unwatched);
    verified.map_or(true, |verified| {
        let mut areas = verified.differences.iter().map(|found| found.area);
        verified.first_break.is_some() || areas.any(|area| area != Area::Schema)
    })
}

fn area(verified: &Verified, area: Area) -> Option<&str> {
    let found = verified.differences.iter().find(|found| found.area == area);
    found.map(|found| found.first.as_str())
}

fn strings(sql: &Connection, query: &str) -> Vec<String> {
    let mut statement = sql.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// One table: its columns with their types, and those of its key.
struct Table {
    name: String,
    columns: Vec<(String, String)>,
    key: Vec<String>,
}

impl Table {
    /// All tables of the store, those of SQLite itself included.
    fn all(sql: &Connection) -> Vec<Self> {
        let tables = strings(
            sql,
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        );
        tables.into_iter().map(|name| Self::of(sql, name)).collect()
    }

    fn of(sql: &Connection, name: String) -> Self {
        let query = format!("SELECT name, type, pk FROM pragma_table_info('{name}')");
        let mut statement = sql.prepare(&query).unwrap();
        let columns: Vec<(String, String, i64)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut key: Vec<String> = columns
            .iter()
            .filter(|(_, _, pk)| *pk > 0)
            .map(|(column, _, _)| column.clone())
            .collect();
        if key.is_empty() {
            key = vec!["rowid".to_owned()];
        }
        Self {
            name,
            columns: columns
                .into_iter()
                .map(|(name, kind, _)| (name, kind))
                .collect(),
            key,
        }
    }

    fn count(&self, sql: &Connection) -> i64 {
        let count = format!("SELECT count(*) FROM main.{}", self.name);
        sql.query_row(&count, [], |row| row.get(0)).unwrap()
    }

    /// Whether a row is about attempts to log on. They are rows only while a PIN is compared, and the history has
    /// their results.
    fn is_of_attempts(&self, sql: &Connection, position: i64) -> bool {
        let query = format!(
            "SELECT name IS 'logon_attempts' FROM sqlite_sequence WHERE {}",
            self.row(position)
        );
        self.name == "sqlite_sequence" && sql.query_row(&query, [], |row| row.get(0)).unwrap()
    }

    /// The condition that names a row by its position.
    fn row(&self, position: i64) -> String {
        let key = self.key.join(", ");
        let name = &self.name;
        format!(
            "({key}) = (SELECT {key} FROM main.{name} ORDER BY {key} LIMIT 1 OFFSET {position})"
        )
    }

    /// Carries a statement out, calls `check` if it changed anything, and brings the table back.
    fn with_edit(
        &self,
        sql: &Connection,
        edit: &str,
        value: Option<&Value>,
        check: &mut dyn FnMut(),
    ) {
        let name = &self.name;
        let largest: Option<i64> = (name == "users").then(|| {
            let read = "SELECT seq FROM sqlite_sequence WHERE name = 'users'";
            sql.query_row(read, [], |row| row.get(0)).unwrap()
        });
        sql.execute_batch(&format!(
            "CREATE TEMP TABLE before_edit AS SELECT * FROM main.{name}"
        ))
        .unwrap();
        let params: Vec<&Value> = value.into_iter().collect();
        let changed = sql.execute(edit, rusqlite::params_from_iter(params));
        if changed.is_ok_and(|rows| rows > 0) {
            check();
        }
        sql.execute_batch(&format!(
            "DELETE FROM main.{name}; INSERT INTO main.{name} SELECT * FROM before_edit; DROP TABLE before_edit"
        ))
        .unwrap();
        // SQLite notes the largest ID that an edit used.
        if let Some(largest) = largest {
            sql.execute(
                "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'users'",
                [largest],
            )
            .unwrap();
        }
    }
}

/// Other values than this one, of the column's type and null.
fn other_values(value: &Value, kind: &str) -> Vec<Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut others = match (value, kind) {
        (Value::Integer(number), _) => vec![
            Value::Integer(number + 1),
            Value::Integer(1 - number),
            Value::Integer(i64::MAX),
        ],
        (Value::Text(old), _) => vec![Value::Text(format!("{old}x")), text("")],
        (Value::Blob(old), _) => vec![Value::Blob(old.iter().map(|byte| byte ^ 1).collect())],
        (_, "INTEGER") => vec![Value::Integer(1), Value::Integer(i64::MAX)],
        (_, "BLOB") => vec![Value::Blob(vec![0; 32])],
        (_, _) => vec![text("administrator"), text("x")],
    };
    others.push(Value::Null);
    others.retain(|other| other != value);
    others
}

/// The rows of a table that are edited: all of a small table, and some of a long one.
fn positions(count: i64) -> Vec<i64> {
    let step = (count / 5).max(1);
    let mut positions: Vec<i64> = (0..count).filter(|position| position % step == 0).collect();
    positions.extend(count.checked_sub(1).filter(|last| *last > 0));
    positions
}

#[test]
fn every_column_of_every_table_is_covered() {
    let temp = full_store();
    assert!(verify(&temp).is_sound(), "{:?}", verify(&temp));
    let sql = temp.without_triggers();
    sql.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
        .unwrap();
    let mut missed = BTreeMap::new();
    let mut covered = BTreeSet::new();
    for table in Table::all(&sql) {
        for position in positions(table.count(&sql)) {
            if table.is_of_attempts(&sql, position) {
                continue;
            }
            for (column, kind) in &table.columns {
                let read = format!(
                    "SELECT {column} FROM main.{} WHERE {}",
                    table.name,
                    table.row(position)
                );
                let value: Value = sql.query_row(&read, [], |row| row.get(0)).unwrap();
                for other in other_values(&value, kind) {
                    let edit = format!(
                        "UPDATE main.{} SET {column} = ?1 WHERE {}",
                        table.name,
                        table.row(position)
                    );
                    table.with_edit(&sql, &edit, Some(&other), &mut || {
                        covered.insert(format!("{}.{column}", table.name));
                        if !is_found(&temp) {
                            let edit = format!("{value:?} became {other:?}");
                            missed
                                .insert(format!("{}.{column} of row {position}", table.name), edit);
                        }
                    });
                }
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    // Nothing writes the table of domains yet, so it has no row to change. Rows that are added are found, see below.
    // Attempts to log on are rows only while a PIN is compared. Kept filters say nothing about users, and are in no entry.
    let all = Table::all(&sql);
    let all = all
        .iter()
        .filter(|table| {
            !["domains", "logon_attempts", "kept_filters"].contains(&table.name.as_str())
        })
        .flat_map(|table| {
            let columns = table.columns.iter();
            columns.map(|(column, _)| format!("{}.{column}", table.name))
        });
    assert_eq!(covered, all.collect(), "columns that were changed");
    assert!(!is_found(&temp), "and everything is as it was");
}

#[test]
fn rows_that_are_added_or_removed_are_found_in_every_table() {
    let temp = full_store();
    let sql = temp.without_triggers();
    sql.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
        .unwrap();
    let mut missed = Vec::new();
    for table in Table::all(&sql) {
        let name = &table.name;
        if ["logon_attempts", "kept_filters"].contains(&name.as_str()) {
            continue;
        }
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(
                |(column, kind)| match (table.key.contains(column), kind.as_str()) {
                    (true, "INTEGER") => format!("{column} + 1000"),
                    (true, _) => format!("{column} || 'x'"),
                    (false, _) => column.clone(),
                },
            )
            .collect();
        let mut edits = vec![format!(
            "INSERT INTO main.{name} SELECT {} FROM main.{name} WHERE {}",
            columns.join(", "),
            table.row(0)
        )];
        if name == "domains" {
            edits = vec!["INSERT INTO domains VALUES ('litwareinc.com', 'evil')".to_owned()];
        }
        for position in positions(table.count(&sql)) {
            if table.is_of_attempts(&sql, position) {
                continue;
            }
            edits.push(format!(
                "DELETE FROM main.{name} WHERE {}",
                table.row(position)
            ));
        }
        for edit in edits {
            let mut is_checked = false;
            table.with_edit(&sql, &edit, None, &mut || {
                is_checked = true;
                if !is_found(&temp) {
                    missed.push(edit.clone());
                }
            });
            assert!(is_checked, "{edit}");
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(!is_found(&temp), "and everything is as it was");
}

#[test]
fn the_first_difference_of_each_area_is_named_and_counted() {
    let temp = full_store();
    temp.plain()
        .execute_batch(
            r"UPDATE pins SET lock_cause = NULL, lock_since = NULL, lock_by = NULL, lock_reason = '', lock_ticket = ''
                WHERE lock_by IS NOT NULL;
              UPDATE pins SET expires = 1 WHERE is_set;
              UPDATE users SET sip = 'evil@litwareinc.com', sip_key = 'evil@litwareinc.com' WHERE logon = 'asmith';
              INSERT INTO operator_roles (account_key, account, role) VALUES ('eve', 'eve', 'CsAdministrator');
              DELETE FROM role_units;
              UPDATE pin_policies SET min_length = 4 WHERE key = 'global';
              UPDATE meta SET value = '99' WHERE key = 'approval_above';
              UPDATE users SET is_protected = 0;
              UPDATE users SET pin_policy = NULL",
        )
        .unwrap();
    let verified = verify(&temp);
    assert_eq!(verified.first_break, None, "the chain itself holds");
    for (found, sentence) in [
        (
            Area::Grants,
            "Role given: CsAdministrator for eve: the store has it, the history does not.",
        ),
        (
            Area::Roles,
            "Role Finance desk: the store says units none, the history says OU=Finance,DC=litwareinc,DC=com.",
        ),
        (
            Area::Policies,
            "PIN policy Global: the store says minLength 4, the history says 5.",
        ),
        (
            Area::Rules,
            "Value approval_above: the store says value 99, the history says 4.",
        ),
        (
            Area::Protection,
            "Protection of sip:asmith@litwareinc.com: the history has it, the store does not.",
        ),
        (
            Area::PolicyGrants,
            "PIN policy of sip:asmith@litwareinc.com: the history has it, the store does not.",
        ),
        (
            Area::Users,
            "Names of sip:evil@litwareinc.com: the store says sip evil@litwareinc.com, the history says sip \
             asmith@litwareinc.com in batch 6.",
        ),
    ] {
        assert_eq!(area(&verified, found), Some(sentence));
    }
    let states = verified
        .differences
        .iter()
        .find(|found| found.area == Area::States)
        .unwrap();
    assert_eq!(states.count, 3, "{states:?}");
    let locked: Vec<&str> = states.first.split(": ").collect();
    assert!(locked[0].starts_with("PIN state of sip:"), "{states:?}");
    assert!(states.sentence().ends_with("And 2 more."));
}

#[test]
fn a_state_that_was_changed_is_named_with_the_batch_that_the_history_has() {
    let temp = full_store();
    temp.plain()
        .execute_batch(
            "UPDATE pins SET lock_cause = NULL, lock_since = NULL, lock_by = NULL, lock_reason = '', lock_ticket = ''
             WHERE lock_by IS NOT NULL",
        )
        .unwrap();
    assert_eq!(
        area(&verify(&temp), Area::States),
        Some(
            r"PIN state of sip:packerman@litwareinc.com: the store says unlocked, the history says locked by litwareinc\ann in batch 12."
        )
    );
}

#[test]
fn a_change_that_was_taken_over_by_a_later_entry_stays_found() {
    let mut temp = full_store();
    temp.plain()
        .execute_batch(
            "UPDATE pins SET lock_cause = NULL, lock_since = NULL, lock_by = NULL, lock_reason = '', lock_ticket = ''
             WHERE lock_by IS NOT NULL;
             INSERT INTO operator_roles (account_key, account, role) VALUES ('eve', 'eve', 'CsHelpDesk')",
        )
        .unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Pilar Ackerman"]));
    temp.apply(&plan).unwrap();
    temp.store
        .grant(Grant::Take, "CsHelpDesk", "eve", &admin(), now())
        .unwrap();
    let verified = verify(&temp);
    let state = area(&verified, Area::States).unwrap();
    assert!(
        state.contains("before its change, says unlocked, the history says locked by"),
        "{state}"
    );
    assert!(area(&verified, Area::Grants).is_some(), "{verified:?}");
}

#[test]
fn a_schema_that_is_not_of_pindesk_is_named_and_not_written_to() {
    for (change, sentence) in [
        (
            "CREATE TRIGGER x AFTER INSERT ON batches BEGIN UPDATE pins SET lock_cause = NULL; END",
            "The store has a trigger x that PinDesk did not make.",
        ),
        (
            "CREATE TABLE x (y)",
            "The store has a table x that PinDesk did not make.",
        ),
        (
            "CREATE VIEW x AS SELECT 1",
            "The store has a view x that PinDesk did not make.",
        ),
        (
            "CREATE INDEX x ON pins (expires)",
            "The store has an index x that PinDesk did not make.",
        ),
        (
            "DROP TRIGGER history_no_update",
            "The trigger history_no_update of the store is missing.",
        ),
        (
            "DROP INDEX users_sip",
            "The index users_sip of the store is missing.",
        ),
        (
            "ALTER TABLE pins ADD COLUMN x TEXT",
            "The table pins of the store is not as PinDesk made it.",
        ),
        (
            "DROP TRIGGER plans_no_delete; CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans BEGIN SELECT 1; END",
            "The trigger plans_no_delete of the store is not as PinDesk made it.",
        ),
    ] {
        let mut temp = full_store();
        temp.plain().execute_batch(change).unwrap();
        assert_eq!(
            area(&verify(&temp), Area::Schema),
            Some(sentence),
            "{change}"
        );
        let give =
            |store: &mut Store| store.grant(Grant::Give, "CsHelpDesk", "zoe", &admin(), now());
        let before = verify(&temp).entries;
        for refused in [give(&mut temp.store), give(&mut temp.again())] {
            let error = refused.expect_err(change);
            assert!(matches!(error, StoreError::ForeignSchema { .. }), "{error}");
            assert!(error.to_string().starts_with(sentence), "{error}");
        }
        assert_eq!(
            verify(&temp).entries,
            before,
            "nothing was written: {change}"
        );
        assert!(
            temp.again().operators().is_ok(),
            "but it can be read: {change}"
        );
    }
}

#[test]
fn a_schema_that_was_put_right_is_written_to_again() {
    let mut temp = full_store();
    temp.plain().execute_batch("CREATE TABLE x (y)").unwrap();
    let give = |store: &mut Store| store.grant(Grant::Give, "CsHelpDesk", "zoe", &admin(), now());
    assert!(give(&mut temp.store).is_err());
    temp.plain().execute_batch("DROP TABLE x").unwrap();
    assert_eq!(give(&mut temp.store), Ok(true));
    temp.plain().execute_batch("ANALYZE").unwrap();
    assert!(
        verify(&temp).is_sound(),
        "statistics are no tables of somebody else"
    );
}

#[test]
fn an_older_store_with_a_foreign_trigger_is_not_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/v5.db");
    fs::write(&path, fs::read(old).unwrap()).unwrap();
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch(
        "CREATE TRIGGER x AFTER UPDATE ON users BEGIN DELETE FROM operator_roles; END",
    )
    .unwrap();
    let error = Store::open(&path, &admin(), now()).unwrap_err();
    assert!(matches!(error, StoreError::ForeignSchema { .. }), "{error}");
    let version: i64 = sql
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 5);
}

/// Hashes all entries again, as an account can do that may write the file.
fn rewrite_chain(sql: &Connection) {
    let lines = strings(
        sql,
        "SELECT CASE WHEN note IS NULL THEN json_array(seq, batch_id, kind, user_id, target, before, after)
            ELSE json_array(seq, batch_id, kind, user_id, target, before, after, note) END
         FROM history ORDER BY seq",
    );
    let mut prev = [0; 32];
    for (seq, line) in (1_i64..).zip(&lines) {
        let hash: [u8; 32] = Sha256::digest(format!("{}\n{line}\n", hex(&prev))).into();
        sql.execute(
            "UPDATE history SET prev_hash = ?2, hash = ?3 WHERE seq = ?1",
            rusqlite::params![seq, prev, hash],
        )
        .unwrap();
        prev = hash;
    }
    let head = format!("{} {}", lines.len(), hex(&prev));
    sql.execute(
        "UPDATE meta SET value = ?1 WHERE key = 'history_head'",
        [head],
    )
    .unwrap();
}

#[test]
fn a_chain_that_was_rewritten_without_the_tables_is_found() {
    let lock = "kind = 'pin' AND after LIKE '%administrator%'";
    let grant = "(SELECT seq FROM history WHERE kind = 'grant' LIMIT 1)";
    for (edit, found) in [
        (String::new(), None),
        (
            format!("UPDATE history SET after = before WHERE {lock}"),
            Some(Area::States),
        ),
        (
            format!("UPDATE history SET after = replace(after, 'ann', 'eve') WHERE {lock}"),
            Some(Area::States),
        ),
        (
            "UPDATE history SET after = replace(after, 'Anna Jones', 'Anna Smith') WHERE kind = 'names'".to_owned(),
            Some(Area::Users),
        ),
        (
            format!("UPDATE history SET after = replace(after, 'HelpDesk', 'Administrator') WHERE seq = {grant}"),
            Some(Area::Grants),
        ),
        (
            "UPDATE history SET note = replace(note, 'CsHelpDesk', 'CsHelpDeskX') WHERE seq = 1".to_owned(),
            Some(Area::Roles),
        ),
        (
            "UPDATE history SET note = json_set(note, '$.version', 99) WHERE kind = 'batch' AND batch_id = 10".to_owned(),
            Some(Area::Versions),
        ),
        (
            "UPDATE batches SET at = at - 1 WHERE id = 9;
             UPDATE history SET after = json_set(after, '$[2]', (SELECT at FROM batches WHERE id = 9))
             WHERE kind = 'batch' AND batch_id = 9"
                .to_owned(),
            Some(Area::Times),
        ),
    ] {
        let temp = full_store();
        let sql = temp.without_triggers();
        sql.execute_batch(&edit).unwrap();
        rewrite_chain(&sql);
        drop(sql);
        let verified = verify(&temp);
        assert_eq!(verified.first_break, None, "the chain holds: {edit}");
        match found {
            Some(found) => assert!(area(&verified, found).is_some(), "{edit}: {verified:?}"),
            None => assert!(verified.is_sound(), "{verified:?}"),
        }
    }
}
