//! Refreshing a plan about settings: each setting is compared with the store as it is now.

use crate::plan::{SettingChange, SettingsPlan};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::settings::Settings;
use crate::store::{StoreError, WriteError};

/// A plan about settings, and the settings that have changed since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshedSettings {
    pub plan: SettingsPlan,
    pub drifted: Vec<DriftedSetting>,
}

/// A setting that is no longer as a plan saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftedSetting {
    /// From the state that the plan saw to the state now.
    pub since: SettingChange,
}

impl RefreshedSettings {
    /// A plan as it was submitted.
    pub(super) fn unchanged(plan: &SettingsPlan) -> Self {
        Self {
            plan: plan.clone(),
            drifted: Vec::new(),
        }
    }
}

impl std::fmt::Display for DriftedSetting {
    /// "PIN policy Global: at least 5 digits → at least 6 digits"
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.since.change_line().fmt(f)
    }
}

/// Compares the settings of a plan with the store. The plan itself stays as it is, since it is
/// applied whole or not at all.
pub(super) fn refresh_settings(
    connection: &Connection,
    plan: &SettingsPlan,
) -> EngineResult<RefreshedSettings> {
    let now = Settings::read(connection)?;
    Ok(RefreshedSettings {
        plan: plan.clone(),
        drifted: drifted_settings(plan, &now),
    })
}

/// The settings of a plan that are no longer as it saw them.
pub(in crate::store) fn drifted_settings(
    plan: &SettingsPlan,
    now: &Settings,
) -> Vec<DriftedSetting> {
    let drift = |change: &SettingChange| {
        let current = now.value_of(change);
        (current != change.before.as_ref()).then(|| DriftedSetting {
            since: SettingChange {
                after: current.cloned(),
                ..change.clone()
            },
        })
    };
    plan.changes.iter().filter_map(drift).collect()
}

/// Checks that a plan was tried out in this store.
///
/// # Errors
/// It was made in another store, or never tried out.
pub(in crate::store) fn check_store(plan: &SettingsPlan, store: &str) -> Result<(), WriteError> {
    if plan.store == store {
        Ok(())
    } else {
        Err(StoreError::PlanOfOtherStore.into())
    }
}

/// Checks that the settings of a plan are as it saw them.
///
/// # Errors
/// It was made in another store, or settings have changed since.
pub(super) fn check_current(
    connection: &Connection,
    plan: &SettingsPlan,
    store: &str,
) -> Result<(), WriteError> {
    check_store(plan, store)?;
    let drifted = drifted_settings(plan, &Settings::read(connection)?);
    if drifted.is_empty() {
        return Ok(());
    }
    let what: Vec<String> = drifted.iter().map(ToString::to_string).collect();
    let what = what.join("; ");
    Err(StoreError::SettingsDrifted { what }.into())
}
