//! A change of a plan that is not about PINs, as JSON and CSV have it.

use serde::Serialize;

use super::table;
use crate::plan::ChangeLine;

/// One change of an import or of settings. Scripts rely on the names.
#[derive(Serialize)]
pub(super) struct PlanChange {
    target: String,
    /// Empty for something new.
    before: String,
    after: String,
}

impl table::OutputRow for PlanChange {
    const FIELDS: &'static [&'static str] = &["target", "before", "after"];
}

impl PlanChange {
    pub fn of(line: ChangeLine) -> Self {
        let ChangeLine {
            target,
            before,
            after,
        } = line;
        Self {
            target,
            before,
            after,
        }
    }
}
