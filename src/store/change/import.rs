//! Importing the directory and PIN states: exactly the changes that the preview showed, in one
//! transaction.

use super::hooks::HookResult;
use super::import_check::{check_names, still_undoing};
use super::import_pins::import_pins;
use crate::domain::Time;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::{UserId, UserNames};
use crate::plan::PlanRef;
use crate::plan::import::{ImportKind, ImportPlan, ImportRow, ImportVerdict};
use crate::progress::{Progress, step};
use crate::store::access::roles;
use crate::store::engine::Transaction;
use crate::store::engine::catalog::drop_indexes;
use crate::store::history::append::{Chain, Entry, append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
use crate::store::history::clock::time_of_batch;
use crate::store::history::entry::HistoryKind;
use crate::store::history::names_digest::{blocks_of, names_json};
use crate::store::plans::approval_check::check_approval;
use crate::store::plans::drift::Drift;
use crate::store::users::find::is_empty;
use crate::store::users::write::{insert_users, next_user_id, remove_users, update_names};
use crate::store::{BatchId, Result, Store, StoreError, WriteError, counter, next_version};

/// The number of new users from which on dropping the indexes and making them again is faster than
/// keeping them.
const MANY: u64 = 10_000;
/// The number of rows that are written together.
const ROWS_TOGETHER: usize = 1 << 10;

/// The result of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub batch: BatchId,
    pub added: u64,
    pub changed: u64,
    /// Users whom an undo of an import took out again.
    pub removed: u64,
    /// Users who changed since the preview, and were left alone.
    pub drifted: Vec<Drift>,
}

impl Store {
    /// Carries an import out: either all changes that the preview showed, or none.
    ///
    /// # Errors
    /// The operator may not import, the import needs somebody else's approval, or a hook refuses it
    /// (these are recorded), the names changed since the preview, the work was cancelled, or the store failed. Then nothing
    /// was changed.
    pub fn import(
        &mut self,
        plan: &ImportPlan,
        operator: &Operator,
        at: Time,
        progress: &dyn Progress,
    ) -> Result<Imported> {
        let store = self.id.clone();
        let batch = Batch {
            reason: &plan.reason,
            ticket: &plan.ticket,
            source: PlanRef::from(plan).source(),
            undoes: plan.undoes,
            ..Batch::new(plan.batch_action(), at, operator)
        };
        let asked = self.ask_hook(plan.into(), operator, progress, |connection| {
            if roles::permission(connection, operator, cmdlet::IMPORT)? != Permission::Everywhere {
                return Err(StoreError::not_permitted(operator, cmdlet::IMPORT).into());
            }
            check_approval(connection, plan.into(), &self.id, operator, at).map(drop)
        })?;
        let work = |transaction: &Transaction<'_>| {
            // A file reaches the whole directory, so a role for some units is not enough.
            if roles::permission(transaction, operator, cmdlet::IMPORT)? != Permission::Everywhere {
                return Err(StoreError::not_permitted(operator, cmdlet::IMPORT).into());
            }
            // An undo is compared with its batch, user by user.
            let still = still_undoing(transaction, plan)?;
            let (plan, drifted) = match &still {
                Some(still) => (&still.plan, &still.drifted[..]),
                None => (plan, &[][..]),
            };
            if plan.kind == ImportKind::Users
                && counter(transaction, "names")? != plan.names_version
            {
                return Err(StoreError::Stale.into());
            }
            check_names(transaction, plan)?;
            let at = time_of_batch(transaction, at)?;
            let submitted = check_approval(transaction, plan.into(), &store, operator, at)?;
            asked.check(transaction)?;
            let import = Importing {
                plan,
                version: next_version(transaction)?,
                first: next_user_id(transaction)?,
            };
            let batch = Batch {
                note: import.note().json(),
                plan: submitted.as_ref(),
                ..batch.clone()
            };
            let mut chain = append_batch(transaction, &batch)?;
            chain.append_all(transaction, drifted.iter().map(Drift::entry), || Ok(()))?;
            let mut imported = import.run(transaction, &mut chain, progress)?;
            imported.drifted.extend_from_slice(drifted);
            Ok(imported)
        };
        let imported = self.write_or_record(work, |transaction| {
            let target = match plan.undoes {
                Some(batch) => format!("batch {}", batch.0),
                None => plan.source.clone(),
            };
            record_denied(transaction, &batch, &target)
        })?;
        let result = HookResult {
            added: imported.added,
            removed: imported.removed,
            ..HookResult::new(imported.batch, imported.changed, &imported.drifted)
        };
        self.tell_hook(plan.into(), operator, &result);
        Ok(imported)
    }
}

/// An import whose batch is about to be written.
struct Importing<'a> {
    plan: &'a ImportPlan,
    /// The version that the users get.
    version: i64,
    /// The ID of the first new user.
    first: i64,
}

impl Importing<'_> {
    fn note(&self) -> BatchNote {
        let added = self.plan.rows.iter().filter_map(new_user);
        let ids = (self.first..).map(UserId);
        BatchNote {
            users: blocks_of(ids.zip(added)),
            names: (self.plan.kind == ImportKind::Users).then_some(self.version),
            ..BatchNote::of_version(self.version)
        }
    }

    fn run(
        &self,
        transaction: &Transaction<'_>,
        chain: &mut Chain,
        progress: &dyn Progress,
    ) -> std::result::Result<Imported, WriteError> {
        let Self { plan, version, .. } = *self;
        let mut imported = Imported {
            batch: BatchId(chain.batch),
            added: 0,
            changed: 0,
            removed: 0,
            drifted: Vec::new(),
        };
        if plan.kind == ImportKind::Pins {
            let pins = import_pins(transaction, plan, (chain, version), progress)?;
            (imported.changed, imported.drifted) = pins;
            return Ok(imported);
        }
        let rows = plan.rows.len() as u64;
        // The first users of a large store: SQLite makes an index of all rows much faster than row by
        // row.
        let is_worth_it = rows >= MANY && is_empty(transaction)?;
        let indexes = if is_worth_it {
            drop_indexes(transaction, "users")?
        } else {
            Vec::new()
        };
        let for_each_index = rows / 6;
        let total = rows + for_each_index * indexes.len() as u64;
        let mut next = self.first;
        let mut done = 0;
        for rows in plan.rows.chunks(ROWS_TOGETHER) {
            let new: Vec<&UserNames> = rows.iter().filter_map(new_user).collect();
            insert_users(transaction, &new, next, chain.batch, version)?;
            next += new.len() as i64;
            imported.added += new.len() as u64;
            let changed: Vec<NameChange<'_>> = rows.iter().filter_map(NameChange::of).collect();
            let after: Vec<_> = changed
                .iter()
                .map(|change| (change.id, change.after))
                .collect();
            update_names(transaction, &after, version)?;
            chain.append_all(
                transaction,
                changed.iter().map(NameChange::entry),
                || Ok(()),
            )?;
            imported.changed += changed.len() as u64;
            let removed: Vec<Removal<'_>> = rows.iter().filter_map(Removal::of).collect();
            let ids: Vec<UserId> = removed.iter().map(|removal| removal.id).collect();
            remove_users(transaction, &ids)?;
            chain.append_all(transaction, removed.iter().map(Removal::entry), || Ok(()))?;
            imported.removed += removed.len() as u64;
            for _ in rows {
                done += 1;
                if step(progress, done, total) {
                    return Err(StoreError::Cancelled.into());
                }
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
            &[&version],
        )?;
        Ok(imported)
    }
}

fn new_user(row: &ImportRow) -> Option<&UserNames> {
    match &row.verdict {
        ImportVerdict::NewUser(names) => Some(names),
        _ => None,
    }
}

/// A row that changes the names of a user.
struct NameChange<'a> {
    id: UserId,
    before: &'a UserNames,
    after: &'a UserNames,
    target: String,
}

impl<'a> NameChange<'a> {
    fn of(row: &'a ImportRow) -> Option<Self> {
        let ImportVerdict::ChangedUser {
            id, before, after, ..
        } = &row.verdict
        else {
            return None;
        };
        Some(Self {
            id: *id,
            before,
            after,
            target: after.identity(),
        })
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            kind: HistoryKind::Names,
            user: Some(self.id),
            target: &self.target,
            before: Some(names_json(self.before)),
            after: Some(names_json(self.after)),
            note: None,
        }
    }
}

/// A row that removes a user.
struct Removal<'a> {
    id: UserId,
    names: &'a UserNames,
    target: String,
}

impl<'a> Removal<'a> {
    fn of(row: &'a ImportRow) -> Option<Self> {
        let ImportVerdict::RemovedUser { id, names, .. } = &row.verdict else {
            return None;
        };
        Some(Self {
            id: *id,
            names,
            target: names.identity(),
        })
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            kind: HistoryKind::Removed,
            user: Some(self.id),
            target: &self.target,
            before: Some(names_json(self.names)),
            after: None,
            note: None,
        }
    }
}
