//! Importing the directory and PIN states: exactly what the preview showed, in one transaction.

use rusqlite::{ToSql, Transaction, params};
use serde_json::json;

use super::apply::{Drift, current, drift, drift_entry};
use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::{UserId, UserNames, Version};
use crate::plan::PlannedUser;
use crate::plan::import::{ImportKind, ImportPlan, ImportRow, ImportVerdict};
use crate::progress::{Progress, step};
use crate::store::access::roles;
use crate::store::history::append::Chain;
use crate::store::history::entry::{
    Batch, Entry, HistoryKind, append_batch, record_denied, state_json,
};
use crate::store::pins::update::change_pins;
use crate::store::users::find::is_empty;
use crate::store::{BatchId, Result, Store, StoreError, WriteError, counter, next_version};

/// From so many new users on, making the indexes anew is faster than keeping them.
const MANY: u64 = 10_000;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub batch: BatchId,
    pub added: u64,
    pub changed: u64,
    /// Users whose PIN state had changed since the preview, and were left alone.
    pub drifted: Vec<Drift>,
}

impl Store {
    /// Carries an import out: all of what the preview showed, or nothing.
    ///
    /// # Errors
    /// The operator may not import, the names changed since the preview, the work was cancelled, or the store failed.
    /// Then nothing was changed.
    pub fn import(
        &mut self,
        plan: &ImportPlan,
        operator: &Operator,
        at: Time,
        progress: &dyn Progress,
    ) -> Result<Imported> {
        let source = Some((plan.source.as_str(), plan.sha256.as_str()));
        let batch = Batch {
            source,
            ..Batch::new(plan.kind.action(), at, operator)
        };
        let work = |transaction: &Transaction<'_>| {
            // A file reaches the whole directory, so a role for some units is not enough.
            if roles::permission(transaction, operator, cmdlet::IMPORT)? != Permission::Everywhere {
                return Err(StoreError::not_permitted(operator, cmdlet::IMPORT).into());
            }
            if plan.kind == ImportKind::Users
                && counter(transaction, "names")? != plan.names_version
            {
                return Err(StoreError::Stale.into());
            }
            let mut chain = append_batch(transaction, &batch)?;
            import(transaction, plan, &mut chain, at, progress)
        };
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &batch, &plan.source)
        })
    }
}

impl ImportKind {
    fn action(self) -> &'static str {
        match self {
            Self::Users => "import-users",
            Self::Pins => "import-pins",
        }
    }
}

fn import(
    transaction: &Transaction<'_>,
    plan: &ImportPlan,
    chain: &mut Chain,
    at: Time,
    progress: &dyn Progress,
) -> std::result::Result<Imported, WriteError> {
    let mut imported = Imported {
        batch: BatchId(chain.batch),
        added: 0,
        changed: 0,
        drifted: Vec::new(),
    };
    let version = next_version(transaction)?;
    if plan.kind == ImportKind::Pins {
        import_pins(
            transaction,
            plan,
            (chain, version),
            at,
            progress,
            &mut imported,
        )?;
        return Ok(imported);
    }
    let rows = plan.rows.len() as u64;
    // The first users of a large store: indexes are made much faster of all at once than of one after the other.
    let is_worth_it = rows >= MANY && is_empty(transaction)?;
    let indexes = if is_worth_it {
        take_indexes(transaction)?
    } else {
        Vec::new()
    };
    let for_each_index = rows / 6;
    let total = rows + for_each_index * indexes.len() as u64;
    for (done, row) in (1..).zip(&plan.rows) {
        match &row.verdict {
            ImportVerdict::NewUser(names) => {
                insert_user(transaction, names, chain.batch, version)?;
                imported.added += 1;
            }
            ImportVerdict::ChangedUser {
                id, before, after, ..
            } => {
                update_names(transaction, *id, after, version)?;
                let target = after.identity();
                let (before, after) = (Some(names_json(before)), Some(names_json(after)));
                chain.append(
                    transaction,
                    &Entry {
                        kind: HistoryKind::Names,
                        user: Some(*id),
                        target: &target,
                        before,
                        after,
                        note: None,
                    },
                )?;
                imported.changed += 1;
            }
            // PIN states are changed together, below.
            ImportVerdict::ChangedPin { .. }
            | ImportVerdict::Conflict(_)
            | ImportVerdict::Duplicate { .. } => {}
        }
        if step(progress, done, total) {
            return Err(StoreError::Cancelled.into());
        }
    }
    for (made, index) in (1..).zip(&indexes) {
        transaction.execute_batch(index)?;
        progress.advance(rows + for_each_index * made, total);
        if progress.is_cancelled() {
            return Err(StoreError::Cancelled.into());
        }
    }
    transaction.execute(
        "UPDATE counters SET value = ?1 WHERE name = 'names'",
        [version],
    )?;
    Ok(imported)
}

/// Changes the PIN states that are still as the preview saw them.
fn import_pins(
    transaction: &Transaction<'_>,
    plan: &ImportPlan,
    (chain, version): (&mut Chain, i64),
    at: Time,
    progress: &dyn Progress,
    imported: &mut Imported,
) -> std::result::Result<(), WriteError> {
    let changes: Vec<PinChange<'_>> = plan.rows.iter().filter_map(PinChange::of).collect();
    let ids: Vec<UserId> = changes.iter().map(|change| change.id).collect();
    // Checked and changed first, and written down after that: half of the way each.
    let (mut halves, total) = (0, changes.len() as u64);
    let mut halfway = || {
        halves += 1;
        let is_cancelled = halves % 2 == 0 && step(progress, halves / 2, total);
        if is_cancelled {
            Err(WriteError::from(StoreError::Cancelled))
        } else {
            Ok(())
        }
    };
    let is_changed = change_pins(transaction, &ids, version, |place, current| {
        halfway()?;
        let PinChange {
            id,
            planned,
            before,
            after,
            ..
        } = changes[place];
        // A lock that has ended by itself is none to protect.
        if before.lock_in_force(at) != after.lock_in_force(at) && is_protected(transaction, id)? {
            return Err(StoreError::Stale.into());
        }
        Ok(current
            .filter(|(version, _)| *version == planned)
            .map(|_| after.clone()))
    })?;
    for (change, is_changed) in changes.iter().zip(&is_changed) {
        if *is_changed {
            imported.changed += 1;
        } else {
            let current = current(transaction, change.id)?.map(|(_, state)| state);
            imported
                .drifted
                .push(drift(transaction, &change.user(), current)?);
        }
    }
    let mut drifted = imported.drifted.iter();
    let entries = changes
        .iter()
        .zip(&is_changed)
        .filter_map(|(change, is_changed)| {
            if !*is_changed {
                return drifted.next().map(drift_entry);
            }
            let (before, after) = (state_json(change.before), state_json(change.after));
            Some(Entry {
                kind: HistoryKind::Pin,
                user: Some(change.id),
                target: change.label,
                before,
                after,
                note: None,
            })
        });
    chain.append_all(transaction, entries, halfway)
}

/// A row that changes a PIN state.
#[derive(Clone, Copy)]
struct PinChange<'a> {
    id: UserId,
    planned: Version,
    before: &'a PinState,
    after: &'a PinState,
    label: &'a str,
}

impl<'a> PinChange<'a> {
    fn of(row: &'a ImportRow) -> Option<Self> {
        let ImportVerdict::ChangedPin {
            id,
            version,
            before,
            after,
        } = &row.verdict
        else {
            return None;
        };
        Some(Self {
            id: *id,
            planned: *version,
            before,
            after,
            label: &row.label,
        })
    }

    fn user(&self) -> PlannedUser {
        PlannedUser {
            id: self.id,
            version: self.planned,
            identity: self.label.to_owned(),
            display_name: self.label.to_owned(),
            before: self.before.clone(),
            is_protected: false,
        }
    }
}

fn is_protected(transaction: &Transaction<'_>, id: UserId) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND is_protected = 1)")?
        .query_row([id.0], |row| row.get(0))
}

/// Takes the indexes of the users away. What makes them again comes back.
fn take_indexes(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'users' AND sql IS NOT NULL";
    let found: Vec<(String, String)> = transaction
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        transaction.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

fn insert_user(
    transaction: &Transaction<'_>,
    names: &UserNames,
    batch: i64,
    version: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO users (display_name, sip, upn, domain, logon, dn, guid,
                display_key, sip_key, upn_key, account_key, dn_key, line_uri, site, added_batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )
        .and_then(|mut insert| with_columns(names, batch, |columns| insert.execute(columns)))?;
    transaction
        .prepare_cached("INSERT INTO pins (user_id, version) VALUES (?1, ?2)")?
        .execute(params![transaction.last_insert_rowid(), version])?;
    Ok(())
}

fn update_names(
    transaction: &Transaction<'_>,
    id: UserId,
    names: &UserNames,
    version: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE users SET display_name = ?1, sip = ?2, upn = ?3, domain = ?4, logon = ?5, dn = ?6, guid = ?7,
                display_key = ?8, sip_key = ?9, upn_key = ?10, account_key = ?11, dn_key = ?12, line_uri = ?13, site = ?14
             WHERE id = ?15",
        )
        .and_then(|mut update| with_columns(names, id.0, |columns| update.execute(columns)))?;
    // A plan that was made for the old names no longer holds.
    transaction
        .prepare_cached("UPDATE pins SET version = ?2 WHERE user_id = ?1")?
        .execute(params![id.0, version])?;
    Ok(())
}

/// Hands over the names, their comparable forms and a number, in the order of the two statements above.
fn with_columns<T>(names: &UserNames, number: i64, execute: impl FnOnce(&[&dyn ToSql]) -> T) -> T {
    let (keys, account) = (names.keys(), names.account.as_ref());
    execute(params![
        names.display_name,
        names.sip,
        names.upn,
        account.map(|account| &account.domain),
        account.map(|account| &account.logon),
        names.dn,
        keys.guid,
        keys.display,
        keys.sip,
        keys.upn,
        keys.account,
        keys.dn,
        names.line_uri,
        names.site,
        number,
    ])
}

fn names_json(names: &UserNames) -> String {
    let mut json = json!({
        "displayName": names.display_name,
        "sip": names.sip,
        "upn": names.upn,
        "account": names.account.as_ref().map(ToString::to_string),
        "dn": names.dn,
        "guid": names.guid,
    });
    for (name, value) in [("lineUri", &names.line_uri), ("site", &names.site)] {
        if let Some(value) = value {
            json[name] = json!(value);
        }
    }
    json.to_string()
}
