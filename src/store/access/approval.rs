//! Rules of approval and protected users. The store decides here; the window only shows a hint
//! beforehand.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::permitted::Attempt;
use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::role::{Operator, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{ApprovalNeed, BatchAction, Outcome, Plan};
use crate::store::plans::submitted;
use crate::store::plans::submitted::Submitted;
use crate::store::users::find::user;
use crate::store::users::rows::{BY_DISPLAY_NAME, USER_COLUMNS, USER_TABLES, user as read_user};
use crate::store::{PlanId, Result, Store, StoreError, WriteError};

/// Names of the values that keep the rules.
const ABOVE: &str = "approval_above";
const OTHERS_LOCKS: &str = "approval_others_locks";

impl Store {
    /// The rules that say which plans need approval.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn approval_rules(&self) -> Result<ApprovalRules> {
        self.read(rules)
    }

    /// Sets the rules of approval. Returns whether that changed them.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), or the store failed.
    pub fn set_approval_rules(
        &mut self,
        rules: ApprovalRules,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let words = rules.describe();
        let (action, target) = (BatchAction::SetApproval, "approval");
        let attempt = Attempt {
            cmdlet: cmdlet::APPROVAL,
            action,
            target,
            words: &words,
            operator,
            at,
        };
        self.change_if_permitted(&attempt, |transaction| {
            if self::rules(transaction)? == rules {
                return Ok(None);
            }
            write(
                transaction,
                ABOVE,
                rules.above.map(|above| above.to_string()).as_deref(),
            )?;
            write(transaction, OTHERS_LOCKS, rules.others_locks.then_some("1"))?;
            Ok(Some(words.clone()))
        })
    }

    /// The protected users, in the order of their names.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_users(&self) -> Result<Vec<UserRecord>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.is_protected = 1 ORDER BY {BY_DISPLAY_NAME}"
            );
            connection.prepare_cached(&sql)?.query_map([], read_user)?.collect()
        })
    }

    /// Protects a user, or stops doing so. Returns whether that was a change.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), there is no such user, or the store failed.
    pub fn protect(
        &mut self,
        id: UserId,
        protects: bool,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let about = self.read(|connection| user(connection, id))?;
        let about = about.ok_or(StoreError::NoSuchUser)?;
        let words = format!("{} ({})", about.names.display_name, about.names.identity());
        let action = if protects {
            BatchAction::ProtectUser
        } else {
            BatchAction::UnprotectUser
        };
        let attempt = Attempt {
            cmdlet: cmdlet::APPROVAL,
            action,
            target: &words,
            words: &words,
            operator,
            at,
        };
        self.change_if_permitted(&attempt, |transaction| {
            let changed = transaction.execute(
                "UPDATE users SET is_protected = ?2 WHERE id = ?1 AND is_protected <> ?2",
                params![id.0, protects],
            )?;
            Ok((changed > 0).then(|| words.clone()))
        })
    }
}

pub(in crate::store) fn rules(connection: &Connection) -> rusqlite::Result<ApprovalRules> {
    let value = |key: &str| -> rusqlite::Result<Option<String>> {
        connection
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()
    };
    // An unreadable limit must not become none. With 0, every plan needs approval.
    let above = value(ABOVE)?.map(|text| text.parse().unwrap_or(0));
    Ok(ApprovalRules {
        above,
        others_locks: value(OTHERS_LOCKS)?.is_some(),
    })
}

fn write(transaction: &Transaction<'_>, key: &str, value: Option<&str>) -> rusqlite::Result<()> {
    match value {
        Some(value) => transaction.execute(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, value],
        )?,
        None => transaction.execute("DELETE FROM meta WHERE key = ?1", [key])?,
    };
    Ok(())
}

/// Checks whether the rules of approval allow applying this plan. Returns the submitted plan that
/// it is, or is part of.
///
/// A submitted plan is applied as it was submitted, or a part of it. The store compares it with its
/// own copy.
pub(in crate::store) fn check(
    transaction: &Transaction<'_>,
    plan: &Plan,
    store: &str,
    operator: &Operator,
    at: Time,
) -> std::result::Result<Option<(PlanId, String)>, WriteError> {
    let submitted = plan
        .submitted
        .map(|id| submitted::load(transaction, id, store))
        .transpose()?;
    if let Some(submitted) = &submitted {
        if let Some(status) = submitted.closed() {
            return Err(StoreError::PlanClosed {
                id: submitted.id.0,
                status: status.word(),
            }
            .into());
        }
        if !is_part(plan, &submitted.plan) {
            return Err(StoreError::NotAsSubmitted { id: submitted.id.0 }.into());
        }
    }
    // A part of a plan needs approval if the whole plan does. Otherwise a small part of a waiting
    // plan could be applied, which would close it for all other users.
    let judged = submitted.as_ref().map_or(plan, |submitted| &submitted.plan);
    let needs = needs(transaction, judged, operator, at)?;
    let is_approved = |submitted: &Submitted| submitted::is_approved(transaction, submitted, plan);
    if !needs.is_empty() && !submitted.as_ref().map_or(Ok(false), is_approved)? {
        return Err(StoreError::NeedsApproval {
            why: ApprovalNeed::words(&needs),
        }
        .into());
    }
    Ok(submitted.map(|submitted| (submitted.id, submitted.sha256)))
}

/// The reasons why a plan needs approval if this operator applies it, by the store's own rules and
/// list.
pub(in crate::store) fn needs(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
    at: Time,
) -> rusqlite::Result<Vec<ApprovalNeed>> {
    let protected: HashSet<i64> = connection
        .prepare_cached("SELECT id FROM users WHERE is_protected = 1")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let is_protected = |user: &crate::plan::PlannedUser| protected.contains(&user.id.0);
    Ok(plan.approval_needs(rules(connection)?, &operator.account, at, &is_protected))
}

/// Whether each change of the plan is a change of the submitted one, with an equal reason.
fn is_part(plan: &Plan, submitted: &Plan) -> bool {
    let same = (
        plan.action,
        plan.undoes,
        &plan.reason,
        &plan.ticket,
        &plan.source,
    ) == (
        submitted.action,
        submitted.undoes,
        &submitted.reason,
        &submitted.ticket,
        &submitted.source,
    );
    // Both list their users in one order, since neither refreshing nor taking out moves users.
    same && plan.items.len() == submitted.items.len()
        && plan
            .items
            .iter()
            .zip(&submitted.items)
            .all(|(item, submitted)| {
                let would_change = |outcome: &Outcome| matches!(outcome, Outcome::Change { .. });
                let is_same_user = match (&item.user, &submitted.user) {
                    (Some(user), Some(other)) => {
                        (user.id, user.version, &user.before)
                            == (other.id, other.version, &other.before)
                    }
                    _ => false,
                };
                !would_change(&item.outcome)
                    || would_change(&submitted.outcome)
                        && is_same_user
                        && (item.action, &item.own) == (submitted.action, &submitted.own)
            })
}
