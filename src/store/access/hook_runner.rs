//! The connection between a store and the programs that are its hooks.

use std::fmt;
use std::sync::Arc;

use crate::domain::hook::{HookFault, HookMoment};
use crate::plan::BatchAction;
use crate::plan::document::NoPlan;
use crate::progress::Progress;

/// Runs the programs that this computer allows under the names of hooks.
pub trait HookRunner: fmt::Debug + Send + Sync {
    /// Runs a hook, and waits until it has ended. A hook that is allowed but not for the action of the
    /// change has nothing to do.
    ///
    /// # Errors
    /// The hook refuses the change, is not allowed on this computer, or did not do its work.
    fn run(&self, call: &HookCall<'_>) -> Result<(), HookFault>;

    /// The program that this computer runs under a name, in words.
    ///
    /// # Errors
    /// It allows none; the text says why.
    fn describe(&self, hook: &str) -> Result<String, String>;
}

/// A hook to be run, and the document that it gets on standard input.
pub struct HookCall<'a> {
    pub hook: &'a str,
    pub moment: HookMoment,
    pub action: &'a BatchAction,
    /// Writes the document: JSON on one line. It is large for large plans, and made only if needed.
    pub document: &'a dyn Fn() -> Result<String, NoPlan>,
    pub progress: &'a dyn Progress,
}

/// The runner of a store's hooks, and sentences about those that failed after a change.
#[derive(Debug, Default)]
pub(in crate::store) struct StoreHooks {
    pub runner: Option<Arc<dyn HookRunner>>,
    pub warnings: Vec<String>,
}

impl Clone for StoreHooks {
    /// The warnings stay with the connection that has changed something.
    fn clone(&self) -> Self {
        Self {
            runner: self.runner.clone(),
            warnings: Vec::new(),
        }
    }
}
