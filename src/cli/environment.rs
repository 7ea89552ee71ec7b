//! The values that a command is given from outside, and the status that it ends with.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::terminal::Screen;
use crate::domain::role::Operator;
use crate::environment::KeyPlace;
use crate::store::{HookRunner, Opener, Waiter, Witness};
use crate::worker::Clock;
use crate::zone::Zone;

/// A function that shows a line of text at once.
pub type Notify = Arc<dyn Fn(&str) + Send + Sync>;

/// The values that a command is given from outside.
pub struct CommandEnvironment {
    pub operator: Operator,
    /// The path of the store without `--store`, or the reason why there is none.
    pub default_store: Result<PathBuf, String>,
    /// The place of the keys of PINs without `--key-file`.
    pub keys: KeyPlace,
    /// Runs the hooks that this computer allows.
    pub hooks: Arc<dyn HookRunner>,
    /// The folder with what this account has seen of stores. None: nothing is remembered.
    pub witness: Option<Witness>,
    /// Says what a waiting command waits for, beside its own messages.
    pub notify: Notify,
    pub clock: Clock,
    /// The time zone in which times are shown, and in which times of a file without a zone are
    /// read.
    pub zone: Zone,
    /// Whether standard error is a terminal, so that long work shows its progress there.
    pub is_watched: bool,
    /// Whether standard input is a terminal, which shows what is typed.
    pub is_typed: bool,
    /// The abilities of the terminal to which results are written.
    pub screen: Screen,
}

/// A command that waits for another program says so after this time.
const QUIET_FOR: Duration = Duration::from_secs(2);

impl CommandEnvironment {
    /// Opens stores for the operator at this moment.
    pub(super) fn opener(&self) -> Opener<'_> {
        Opener {
            witness: self.witness.clone(),
            waiter: Some(self.waiter()),
            ..Opener::new(&self.operator, (self.clock)())
        }
    }

    /// A waiter that says once that the command waits, and goes on waiting.
    pub(super) fn waiter(&self) -> Waiter {
        let (notify, is_said) = (Arc::clone(&self.notify), AtomicBool::new(false));
        Arc::new(move |waited| {
            if waited >= QUIET_FOR && !is_said.swap(true, Ordering::Relaxed) {
                notify("pindesk: Waiting for another program that writes to the store…");
            }
            true
        })
    }

    /// Forgets what was seen of a store whose file is missing, before a new one is made there.
    pub(super) fn forget_missing(&self, path: &Path) {
        if let Some(witness) = &self.witness {
            witness.forget_missing(path);
        }
    }
}

/// The exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(pub u8);

/// The form in which results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
    // The values of JSON as a table. This is no doc comment, because a help text for one format
    // makes clap list all formats line by line in the help of each command.
    Csv,
}

impl ExitStatus {
    /// Everything was done, or nothing had to change.
    pub const DONE: Self = Self(0);
    /// Some rows were refused or drifted; the others are done.
    pub const IN_PART: Self = Self(1);
    /// The command line or an input file is wrong; nothing was done.
    pub const WRONG_INPUT: Self = Self(2);
    /// The store failed; nothing was done.
    pub const STORE_FAILED: Self = Self(3);
    /// The operator's roles do not permit it; nothing was done.
    pub const NOT_PERMITTED: Self = Self(4);
}
