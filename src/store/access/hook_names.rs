//! The names of the hooks that run before and after changes: keeping and changing them.

use crate::domain::hook::HookNames;
use crate::plan::setting_words::{HOOK_AFTER, HOOK_BEFORE};
use crate::store::engine::named_values::{set_text, text};
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::error::Result;
use crate::store::{Store, StoreError, WriteError};

impl Store {
    /// The names of the hooks.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn hook_names(&self) -> Result<HookNames> {
        self.read(names)
    }
}

/// The names of the hooks. A damaged name stays one, so that no hook is left out.
pub(in crate::store) fn names(connection: &Connection) -> EngineResult<HookNames> {
    Ok(HookNames {
        before: text(connection, HOOK_BEFORE)?,
        after: text(connection, HOOK_AFTER)?,
    })
}

/// Sets the names. Returns whether that changed them.
pub(in crate::store) fn set(
    transaction: &Transaction<'_>,
    wanted: &HookNames,
) -> std::result::Result<bool, WriteError> {
    wanted.check().map_err(StoreError::WrongHookName)?;
    if names(transaction)? == *wanted {
        return Ok(false);
    }
    set_text(transaction, HOOK_BEFORE, wanted.before.as_deref())?;
    set_text(transaction, HOOK_AFTER, wanted.after.as_deref())?;
    Ok(true)
}
