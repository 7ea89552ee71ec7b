//! The command line: the same store, plans and directory as the window, with text, JSON and CSV in place of painting.
//!
//! Results go to standard output, messages and progress to standard error. Both are given from outside, as are the
//! clock, the operator and standard input, so that tests can run commands without a process.

mod apply_plan;
mod approval;
mod args;
mod authenticate;
mod change;
mod colors;
mod columns;
mod confirm;
mod console;
mod export;
mod failure;
mod history;
mod import;
mod info;
mod list;
mod messages;
mod one_user;
mod pin_input;
mod plan_commands;
mod plan_request;
mod plans_review;
mod plans_show;
mod policy;
mod progress_bar;
mod protected;
mod report;
mod roles;
mod run;
mod set_pin;
mod submit;
mod table;
mod targets;
mod terminal;
mod users;

pub use args::{
    AboveLimit, ApplyArgs, ApprovalArgs, AuthenticateArgs, BackupArgs, ChangeArgs, Command,
    CommentArgs, DecideArgs, ExportArgs, ExportTask, ExportTo, How, ImportArgs, Invocation,
    ListArgs, MostAttempts, ParseAnswer, PlansArgs, PlansTask, PolicyArgs, PolicySettings,
    PolicyTask, ProtectedArgs, ProtectedTask, RolesArgs, RolesTask, RunArgs, ScriptArgs,
    SetPinArgs, Switch, Task, UndoArgs, UsersArgs, Whom, Why, commands, parse,
};
pub use history::{HistoryArgs, HistoryTask, WhichBatches};
pub use terminal::Screen;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use crate::domain::role::Operator;
use crate::store::Store;
use crate::worker::Clock;
use crate::zone::Zone;
use console::Console;
use failure::Failure;

/// What a command is given from outside.
pub struct CommandEnvironment {
    pub operator: Operator,
    /// The store without `--store`, or why there is no place for one.
    pub default_store: Result<PathBuf, String>,
    pub clock: Clock,
    /// The zone in which times are shown, and in which a file's times without a zone are read.
    pub zone: Zone,
    /// Somebody watches standard error: long work shows there how far it is.
    pub is_watched: bool,
    /// Standard input is a terminal, which shows what is typed.
    pub is_typed: bool,
    /// The terminal that results go to, if they go to one.
    pub screen: Screen,
}

/// What the program ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitStatus(pub u8);

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
    // The values of JSON as a table. No text of the help: with one, the help of each command would be twice as long.
    Csv,
}

impl ExitStatus {
    /// Also when nothing had to change.
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

/// Carries a command out.
pub fn run(
    command: &Command,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitStatus {
    let mut console = Console::new(out, err, command.format, environment.screen);
    let done = match &command.task {
        Task::Import(args) => import::run(args, command, environment, &mut console),
        Task::Export(args) => export::run(args, command, environment, stdin, &mut console),
        Task::Backup(args) => export::back_up(args, command, environment, &mut console),
        Task::Info(whom) => info::run(whom, command, environment, stdin, &mut console),
        Task::Users(args) => users::run(args, command, environment, &mut console),
        Task::Apply(args) => plan_commands::apply(args, command, environment, stdin, &mut console),
        Task::History(args) => history::run(args, command, environment, &mut console),
        Task::Roles(args) => roles::run(args, command, environment, &mut console),
        Task::Plans(args) => plans_review::run(args, command, environment, stdin, &mut console),
        Task::Run(args) => run::run(args, command, environment, stdin, &mut console),
        Task::SetPin(args) => set_pin::run(args, command, environment, stdin, &mut console),
        Task::Authenticate(args) => {
            authenticate::run(args, command, environment, stdin, &mut console)
        }
        Task::Policy(args) => policy::run(args, command, environment, stdin, &mut console),
        Task::Approval(args) => approval::run(args, command, environment, &mut console),
        Task::Protected(args) => protected::run(args, command, environment, stdin, &mut console),
        Task::Undo(args) => plan_commands::undo(args, command, environment, stdin, &mut console),
        Task::Change(action, args) => {
            change::run(*action, args, command, environment, stdin, &mut console)
        }
    };
    let status = done.unwrap_or_else(|failure| {
        console.say(&format!("pindesk: {failure}"));
        failure.status()
    });
    console.finish(status)
}

impl Command {
    /// Opens the store for a command that needs one with something in it: a misspelt name makes no new store.
    fn open_store(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        // Where the name cannot even be looked at, opening says why.
        if path.try_exists().is_ok_and(|exists| !exists) {
            return Err(Failure::NoStore(path));
        }
        Ok(Store::open(
            &path,
            &environment.operator,
            (environment.clock)(),
        )?)
    }

    /// Opens the store, and makes it where there is none.
    fn open_or_make_store(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        Ok(Store::open(
            &path,
            &environment.operator,
            (environment.clock)(),
        )?)
    }

    fn store_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => environment.default_store.clone().map_err(Failure::Input),
        }
    }
}
