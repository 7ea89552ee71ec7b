//! The hooks that this computer runs for stores.

use std::collections::BTreeMap;

use super::allowed_hook::AllowedHook;
use super::hook_process::{Ended, run};
use super::machine_settings::{MachineSettings, machine_settings};
use crate::domain::hook::{HookFault, HookMoment};
use crate::domain::text::beginning;
use crate::domain::visible::shown;
use crate::store::{HookCall, HookRunner};

/// The largest number of characters that are shown of what a hook has written.
const MOST_SHOWN: usize = 1000;

/// Runs the hooks that the settings of a computer allow. By default none.
#[derive(Debug, Default)]
pub struct Hooks {
    allowed: BTreeMap<String, AllowedHook>,
    /// Whether the settings of this computer are read whenever a hook is to be run.
    reads_settings: bool,
}

/// The hooks that the settings of this computer allow at the moment at which they run.
pub fn hooks() -> Hooks {
    Hooks {
        reads_settings: true,
        ..Hooks::default()
    }
}

impl Hooks {
    /// The hooks of these settings.
    pub fn of(settings: &MachineSettings) -> Self {
        Self {
            allowed: settings.hooks.clone(),
            reads_settings: false,
        }
    }

    fn allowed(&self, name: &str) -> Result<AllowedHook, String> {
        let found = if self.reads_settings {
            machine_settings()?.hooks.remove(name)
        } else {
            self.allowed.get(name).cloned()
        };
        found.ok_or_else(|| "its settings name no such hook".to_owned())
    }
}

impl HookRunner for Hooks {
    fn run(&self, call: &HookCall<'_>) -> Result<(), HookFault> {
        let hook = || call.hook.to_owned();
        let allowed = self.allowed(call.hook);
        let allowed = allowed.map_err(|why| HookFault::NotAllowed { hook: hook(), why })?;
        if !allowed.is_for(call.action.word()) {
            return Ok(());
        }
        let not_run = |why: String| HookFault::NotRun { hook: hook(), why };
        let document = (call.document)().map_err(|error| not_run(error.to_string()))?;
        match run(&allowed, document, call.progress).map_err(not_run)? {
            Ended::Well => Ok(()),
            Ended::TooLate => Err(HookFault::TooSlow {
                hook: hook(),
                seconds: allowed.seconds,
            }),
            Ended::Cancelled => Err(HookFault::Cancelled),
            Ended::Badly { status, written } => {
                let words = words(&written);
                if call.moment == HookMoment::Before {
                    let words = words.unwrap_or_else(|| format!("it ended with {status}"));
                    return Err(HookFault::Refused {
                        hook: hook(),
                        words,
                    });
                }
                let words = words.map(|words| format!(": {words}"));
                Err(not_run(format!(
                    "it ended with {status}{}",
                    words.unwrap_or_default()
                )))
            }
        }
    }

    fn describe(&self, hook: &str) -> Result<String, String> {
        let allowed = self.allowed(hook)?;
        Ok(allowed.program.display().to_string())
    }
}

/// The words of a hook on one line, without characters that could change a terminal. None if it has
/// said nothing.
fn words(written: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(written);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    let line = beginning(&line, MOST_SHOWN);
    (!line.is_empty()).then(|| shown(&line).into_owned())
}
