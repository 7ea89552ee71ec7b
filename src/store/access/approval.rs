//! Rules of approval: keeping and changing them.

use crate::domain::approval::{ApprovalRules, USUAL_HOURS};
use crate::plan::setting_words::{ABOVE, HOURS, OTHERS_LOCKS};
use crate::store::Store;
use crate::store::engine::named_values::{set_text, text};
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::error::Result;

impl Store {
    /// The rules that say which plans need approval.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn approval_rules(&self) -> Result<ApprovalRules> {
        self.read(rules)
    }
}

/// Sets the rules of approval. Returns whether that changed them.
pub(in crate::store) fn set_rules(
    transaction: &Transaction<'_>,
    wanted: ApprovalRules,
) -> EngineResult<bool> {
    if rules(transaction)? == wanted {
        return Ok(false);
    }
    let number = |value: u64| value.to_string();
    set_text(transaction, ABOVE, wanted.above.map(number).as_deref())?;
    let hours = Some(wanted.hours).filter(|hours| *hours != USUAL_HOURS);
    set_text(
        transaction,
        HOURS,
        hours.map(|hours| hours.to_string()).as_deref(),
    )?;
    set_text(
        transaction,
        OTHERS_LOCKS,
        wanted.others_locks.then_some("1"),
    )?;
    Ok(true)
}

/// The rules of approval.
pub(in crate::store) fn rules(connection: &Connection) -> EngineResult<ApprovalRules> {
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
