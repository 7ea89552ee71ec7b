//! Rules for reasons and tickets: keeping and changing them, and holding plans to them.

use std::collections::BTreeSet;

use crate::domain::reason_rules::{ReasonRules, RuledChange};
use crate::plan::PlanRef;
use crate::plan::setting_words::{REASON_FOR, TICKET_FOR, TICKET_PATTERN};
use crate::store::engine::named_values::{set_text, text};
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::error::Result;
use crate::store::{Store, StoreError, WriteError};

impl Store {
    /// The rules for reasons and tickets.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn reason_rules(&self) -> Result<ReasonRules> {
        self.read(rules)
    }
}

/// The rules for reasons and tickets.
pub(in crate::store) fn rules(connection: &Connection) -> EngineResult<ReasonRules> {
    Ok(ReasonRules {
        reason_for: changes(text(connection, REASON_FOR)?.as_deref()),
        ticket_for: changes(text(connection, TICKET_FOR)?.as_deref()),
        ticket_pattern: text(connection, TICKET_PATTERN)?,
    })
}

/// Sets the rules. Returns whether that changed them.
pub(in crate::store) fn set(
    transaction: &Transaction<'_>,
    wanted: &ReasonRules,
) -> std::result::Result<bool, WriteError> {
    wanted.check().map_err(StoreError::WrongTicketPattern)?;
    if rules(transaction)? == *wanted {
        return Ok(false);
    }
    let words = |changes: &BTreeSet<RuledChange>| {
        let words: Vec<&str> = changes.iter().map(|change| change.word()).collect();
        (!words.is_empty()).then(|| words.join(","))
    };
    set_text(
        transaction,
        REASON_FOR,
        words(&wanted.reason_for).as_deref(),
    )?;
    set_text(
        transaction,
        TICKET_FOR,
        words(&wanted.ticket_for).as_deref(),
    )?;
    set_text(
        transaction,
        TICKET_PATTERN,
        wanted.ticket_pattern.as_deref(),
    )?;
    Ok(true)
}

/// Refuses a plan about PINs whose reason or ticket the rules do not take.
pub(in crate::store) fn check_reasons(
    connection: &Connection,
    plan: PlanRef<'_>,
) -> std::result::Result<(), WriteError> {
    let PlanRef::Pins(plan) = plan else {
        return Ok(());
    };
    let checked = rules(connection)?.check_all(plan.reasons());
    Ok(checked.map_err(StoreError::ReasonNeeded)?)
}

/// The changes in a value. One that cannot be read stands for all, as a damaged rule must not become
/// none.
pub(in crate::store) fn changes(value: Option<&str>) -> BTreeSet<RuledChange> {
    use strum::VariantArray as _;
    let Some(value) = value else {
        return BTreeSet::new();
    };
    let read: std::result::Result<BTreeSet<RuledChange>, _> =
        value.split(',').map(str::parse).collect();
    read.unwrap_or_else(|_unknown| RuledChange::VARIANTS.iter().copied().collect())
}
