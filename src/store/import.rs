//! Importing the directory and PIN states: exactly what the preview showed, in one transaction.

use rusqlite::types::Value;
use rusqlite::{Transaction, params, params_from_iter};
use serde_json::json;

use super::append::Chain;
use super::apply::{Drift, current, drift, drift_entry};
use super::history::{Batch, Entry, HistoryKind, append_batch, record_denied, state_json};
use super::{BatchId, Result, Store, StoreError, WriteError, counter, next_version, roles, rows};
use crate::domain::Time;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::{UserId, UserNames};
use crate::plan::PlannedUser;
use crate::plan::import::{ImportKind, ImportPlan, ImportVerdict};
use crate::progress::{Progress, step};

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
        let batch = Batch { source, ..Batch::new(plan.kind.action(), at, operator) };
        let work = |transaction: &Transaction<'_>| {
            // A file reaches the whole directory, so a role for some units is not enough.
            if roles::permission(transaction, operator, cmdlet::IMPORT)? != Permission::Everywhere {
                return Err(StoreError::not_permitted(operator, cmdlet::IMPORT).into());
            }
            if plan.kind == ImportKind::Users && counter(transaction, "names")? != plan.names_version {
                return Err(StoreError::Stale.into());
            }
            let mut chain = append_batch(transaction, &batch)?;
            import(transaction, plan, &mut chain, at, progress)
        };
        self.write_or_record(work, |transaction| record_denied(transaction, &batch, &plan.source))
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
    let mut imported = Imported { batch: BatchId(chain.batch), added: 0, changed: 0, drifted: Vec::new() };
    let version = next_version(transaction)?;
    let total = plan.rows.len() as u64;
    for (done, row) in (1..).zip(&plan.rows) {
        match &row.verdict {
            ImportVerdict::NewUser(names) => {
                insert_user(transaction, names, chain.batch, version)?;
                imported.added += 1;
            }
            ImportVerdict::ChangedUser { id, before, after, .. } => {
                update_names(transaction, *id, after, version)?;
                let target = after.identity();
                let (before, after) = (Some(names_json(before)), Some(names_json(after)));
                chain.append(
                    transaction,
                    &Entry { kind: HistoryKind::Names, user: Some(*id), target: &target, before, after, note: None },
                )?;
                imported.changed += 1;
            }
            ImportVerdict::ChangedPin { id, version: planned, before, after } => {
                let now = current(transaction, *id)?;
                // A lock that has ended by itself is none to protect.
                if before.lock_in_force(at) != after.lock_in_force(at) && is_protected(transaction, *id)? {
                    return Err(StoreError::Stale.into());
                }
                if now.as_ref().is_some_and(|(version, _)| version == planned) {
                    rows::write_pin(transaction, *id, after, version)?;
                    let (before, after) = (state_json(before), state_json(after));
                    chain.append(
                        transaction,
                        &Entry {
                            kind: HistoryKind::Pin,
                            user: Some(*id),
                            target: &row.label,
                            before,
                            after,
                            note: None,
                        },
                    )?;
                    imported.changed += 1;
                } else {
                    let user = PlannedUser {
                        id: *id,
                        version: *planned,
                        identity: row.label.clone(),
                        display_name: row.label.clone(),
                        before: (**before).clone(),
                        is_protected: false,
                    };
                    let drift = drift(transaction, &user, now.map(|(_, state)| state))?;
                    chain.append(transaction, &drift_entry(&drift))?;
                    imported.drifted.push(drift);
                }
            }
            ImportVerdict::Conflict(_) | ImportVerdict::Duplicate { .. } => {}
        }
        if step(progress, done, total) {
            return Err(StoreError::Cancelled.into());
        }
    }
    if plan.kind == ImportKind::Users {
        transaction.execute("UPDATE counters SET value = ?1 WHERE name = 'names'", [version])?;
    }
    Ok(imported)
}

fn is_protected(transaction: &Transaction<'_>, id: UserId) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND is_protected = 1)")?
        .query_row([id.0], |row| row.get(0))
}

fn insert_user(transaction: &Transaction<'_>, names: &UserNames, batch: i64, version: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO users (display_name, sip, upn, domain, logon, dn, guid,
                display_key, sip_key, upn_key, account_key, dn_key, line_uri, site, added_batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params_from_iter(name_columns(names).into_iter().chain([Value::Integer(batch)])))?;
    transaction
        .prepare_cached("INSERT INTO pins (user_id, version) VALUES (?1, ?2)")?
        .execute(params![transaction.last_insert_rowid(), version])?;
    Ok(())
}

fn update_names(transaction: &Transaction<'_>, id: UserId, names: &UserNames, version: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE users SET display_name = ?1, sip = ?2, upn = ?3, domain = ?4, logon = ?5, dn = ?6, guid = ?7,
                display_key = ?8, sip_key = ?9, upn_key = ?10, account_key = ?11, dn_key = ?12, line_uri = ?13, site = ?14
             WHERE id = ?15",
        )?
        .execute(params_from_iter(name_columns(names).into_iter().chain([Value::Integer(id.0)])))?;
    // A plan that was made for the old names no longer holds.
    transaction.prepare_cached("UPDATE pins SET version = ?2 WHERE user_id = ?1")?.execute(params![id.0, version])?;
    Ok(())
}

/// The names and their comparable forms, in the order of the two statements above.
fn name_columns(names: &UserNames) -> [Value; 14] {
    let keys = names.keys();
    let account = names.account.as_ref();
    let value = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    [
        Value::Text(names.display_name.clone()),
        value(names.sip.clone()),
        value(names.upn.clone()),
        value(account.map(|account| account.domain.clone())),
        value(account.map(|account| account.logon.clone())),
        value(names.dn.clone()),
        value(keys.guid),
        Value::Text(keys.display),
        value(keys.sip),
        value(keys.upn),
        value(keys.account),
        value(keys.dn),
        value(names.line_uri.clone()),
        value(names.site.clone()),
    ]
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
