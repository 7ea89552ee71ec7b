//! Rules of approval: keeping and changing them.

use rusqlite::Connection;

use super::permitted::Attempt;
use crate::domain::Time;
use crate::domain::approval::{ApprovalRules, USUAL_HOURS};
use crate::domain::role::{Operator, cmdlet};
use crate::plan::BatchAction;
use crate::store::Store;
use crate::store::engine::named_values::{set_text, text};
use crate::store::error::Result;

/// Names of the values that keep the rules.
const ABOVE: &str = "approval_above";
const HOURS: &str = "approval_hours";
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
            set_text(
                transaction,
                ABOVE,
                rules.above.map(|above| above.to_string()).as_deref(),
            )?;
            let hours = Some(rules.hours).filter(|hours| *hours != USUAL_HOURS);
            set_text(
                transaction,
                HOURS,
                hours.map(|hours| hours.to_string()).as_deref(),
            )?;
            set_text(transaction, OTHERS_LOCKS, rules.others_locks.then_some("1"))?;
            Ok(Some(words.clone()))
        })
    }
}

/// The rules of approval.
pub(in crate::store) fn rules(connection: &Connection) -> rusqlite::Result<ApprovalRules> {
    // An unreadable limit must not become none. With 0, every plan needs approval.
    let above = text(connection, ABOVE)?.map(|above| above.parse().unwrap_or(0));
    // Likewise, unreadable hours must not become few.
    let hours = text(connection, HOURS)?.map(|hours| hours.parse().unwrap_or(u32::MAX));
    Ok(ApprovalRules {
        above,
        hours: hours.unwrap_or(USUAL_HOURS),
        others_locks: text(connection, OTHERS_LOCKS)?.is_some(),
    })
}
