//! The commands and options of the command line, and reading them.

mod care;
mod change;
mod export;
mod help;
mod hooks;
pub(super) mod import;
mod key;
mod pins;
mod plans;
mod reading;
mod report;
mod roles;
mod run;
mod store;
mod users;
mod writing;

pub use care::{RecoverArgs, RestoreArgs};
pub use change::{ApplyArgs, ChangeArgs, How, ListArgs, LockArgs, SettingsHow, UndoArgs, Why};
pub use export::{BackupArgs, ExportArgs, ExportTask, ExportTo, ScriptArgs};
pub use hooks::HooksArgs;
pub use import::ImportArgs;
pub use key::{InitArgs, KeyArgs, KeyTask};
pub use pins::{
    AuthenticateArgs, MostAttempts, PolicyArgs, PolicySettings, PolicyTask, SetPinArgs,
};
pub use plans::{
    AboveLimit, ApprovalArgs, CommentArgs, DecideArgs, PlansArgs, PlansTask, ProtectedArgs,
    ProtectedTask, RuledChanges, Switch,
};
pub use report::{NoticeForm, NoticeTo, ReportArgs};
pub use roles::{RolesArgs, RolesTask};
pub use run::RunArgs;
pub use store::{StoreArgs, StoreCopyArgs, StoreInitArgs, StoreTask, StoreUpgradeArgs};
pub use users::{UsersArgs, WhichUsers};
pub use writing::WritingArgs;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use super::console::Console;
use super::environment::{ExitStatus, Format};
use super::history::HistoryArgs;
use super::terminal::Screen;
use crate::plan::Action;
use crate::store::server_login;
use help::{
    APPLY_EXAMPLES, APPROVAL_EXAMPLES, AUTHENTICATE_EXAMPLES, BACKUP_EXAMPLES, BACKUPS_EXAMPLES,
    CHECK_EXAMPLES, EXAMPLES, EXPORT_EXAMPLES, FILTERS, HISTORY_EXAMPLES, IMPORT_EXAMPLES,
    INFO_EXAMPLES, INIT_EXAMPLES, LOCK_EXAMPLES, PLANS_EXAMPLES, POLICY_EXAMPLES,
    PROTECTED_EXAMPLES, RECOVER_EXAMPLES, RESET_FAILURES_EXAMPLES, RESTORE_EXAMPLES, RUN_EXAMPLES,
    SET_PIN_EXAMPLES, UNDO_EXAMPLES, UNLOCK_EXAMPLES, USERS_EXAMPLES, with_forms, with_identities,
};

/// All commands with their help, for man pages and completions.
pub fn commands() -> clap::Command {
    Cli::command()
}

/// The meaning of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// No command: the window, on this store or on the usual one.
    Window {
        store: Option<PathBuf>,
        /// The file with the keys of PINs, in the place of the keyring.
        key_file: Option<PathBuf>,
    },
    Command(CommandLine),
}

/// A command with the options that all commands have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    pub store: Option<PathBuf>,
    pub format: Format,
    /// Whether a clock far ahead of the last entry is accepted.
    pub accepts_clock: bool,
    /// Whether a history that this computer has not seen is accepted.
    pub accepts_history: bool,
    /// The file with the keys of PINs, in the place of the keyring.
    pub key_file: Option<PathBuf>,
    pub task: Task,
}

/// The answer to a command line that runs nothing: the help, the version, or an error.
#[derive(Debug)]
pub struct ParseAnswer(clap::Error);

/// Reads the command line; the first argument is the program's own name.
///
/// # Errors
/// The help or the version was asked for, or the command line is wrong.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, ParseAnswer> {
    let cli = Cli::try_parse_from(args).map_err(ParseAnswer)?;
    if let Some(store) = &cli.store {
        server_login(store).map_err(|error| {
            ParseAnswer(Cli::command().error(ErrorKind::ValueValidation, error))
        })?;
    }
    let Some(mut task) = cli.task else {
        return Ok(Invocation::Window {
            store: cli.store,
            key_file: cli.key_file,
        });
    };
    task.set_form(cli.format.of_notices())?;
    task.check()?;
    Ok(Invocation::Command(CommandLine {
        store: cli.store,
        format: cli.format.of_results(),
        accepts_clock: cli.accept_clock,
        accepts_history: cli.accept_history,
        key_file: cli.key_file,
        task,
    }))
}

impl ParseAnswer {
    /// Writes the help or the version to standard output, or an error to standard error.
    pub fn show(&self, out: &mut dyn std::io::Write, err: &mut dyn std::io::Write) -> ExitStatus {
        let mut console = Console::new(out, err, Format::Text, Screen::default());
        if self.0.use_stderr() {
            console.say(self.0.render().to_string().trim_end());
        } else {
            console.write(&self.0.render().to_string());
        }
        console.finish(if self.0.exit_code() == 0 {
            ExitStatus::DONE
        } else {
            ExitStatus::WRONG_INPUT
        })
    }
}

impl Task {
    /// Sets the form of notices, and checks the options that go with it.
    fn set_form(&mut self, form: Option<NoticeForm>) -> Result<(), ParseAnswer> {
        let to = match self {
            Self::Report(args) => args.task.notice_to(),
            _ => None,
        };
        let problem = match (to, form) {
            (Some(to), form) => {
                to.form = form;
                to.problem()
            }
            (None, Some(_)) => {
                Some("--format html and eml are for report expiring and report locked")
            }
            (None, None) => None,
        };
        problem.map_or(Ok(()), |problem| {
            let error = Cli::command().error(ErrorKind::ValueValidation, problem);
            Err(ParseAnswer(error))
        })
    }

    /// Checks rules that concern several options: a change needs users.
    fn check(&self) -> Result<(), ParseAnswer> {
        match self {
            Self::Lock(args) => check_named(
                Action::Lock,
                &args.change.users,
                &args.change.list,
                &["lock"],
            ),
            Self::Unlock(args) => check_named(Action::Unlock, &args.users, &args.list, &["unlock"]),
            Self::ResetFailures(args) => check_named(
                Action::ResetFailures,
                &args.users,
                &args.list,
                &["reset-failures"],
            ),
            Self::Export(ExportArgs {
                task: ExportTask::Script(script),
            }) => check_named(
                script.action,
                &script.users,
                &script.list,
                &["export", "script"],
            ),
            _ => Ok(()),
        }
    }
}

/// Refuses a change without users. Changing all users must be asked for with a filter.
fn check_named(
    action: Action,
    users: &WhichUsers,
    list: &ListArgs,
    words: &[&str],
) -> Result<(), ParseAnswer> {
    if users.identities.is_empty() && users.filters.is_empty() && list.csv.is_none() {
        let mut command = Cli::command();
        command.build();
        let word = words
            .iter()
            .try_fold(&command, |command, word| command.find_subcommand(word));
        let word = word.unwrap_or(&command);
        let text = format!(
            "The identity is empty. Name users by an IDENTITY such as sip:kenmyer@litwareinc.com, or choose them with \
             --where FILTER or --csv FILE; --where all {}s everybody.",
            action.word()
        );
        return Err(ParseAnswer(
            word.clone().error(ErrorKind::MissingRequiredArgument, text),
        ));
    }
    Ok(())
}

/// The version, and what it was built from. `build.rs` finds out both.
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("BUILD_COMMIT"),
    "\nbuild: ",
    env!("BUILD_KIND"),
);

#[derive(Parser)]
#[command(name = "pindesk", version, long_version = LONG_VERSION, about, after_help = EXAMPLES)]
struct Cli {
    /// The store to work on: a file, or an address such as postgresql://host/database; without it, the file in the
    /// platform's data folder
    #[arg(long, value_name = "STORE", global = true)]
    store: Option<PathBuf>,
    /// How results are written; json and csv have names that stay, and times in UTC
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    format: WantedFormat,
    /// Go on although the clock is more than a day ahead of the last entry; that is recorded
    #[arg(long, global = true)]
    accept_clock: bool,
    /// Go on although this computer has seen another history of the store; that is recorded
    #[arg(long, global = true)]
    accept_history: bool,
    /// The file with the key of the PINs, in the place of the keyring: see pindesk key
    #[arg(long, value_name = "FILE", global = true)]
    key_file: Option<PathBuf>,
    #[command(subcommand)]
    task: Option<Task>,
}

/// The forms that `--format` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum WantedFormat {
    Text,
    Json,
    Csv,
    // These two are only for lists of notices, so the help of the other commands does not name them.
    #[value(hide = true)]
    Html,
    #[value(hide = true)]
    Eml,
}

impl WantedFormat {
    /// The form of notices. None for the forms of all results.
    fn of_notices(self) -> Option<NoticeForm> {
        match self {
            Self::Text | Self::Json | Self::Csv => None,
            Self::Html => Some(NoticeForm::Html),
            Self::Eml => Some(NoticeForm::Eml),
        }
    }

    fn of_results(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Csv => Format::Csv,
            Self::Text | Self::Html | Self::Eml => Format::Text,
        }
    }
}

/// The commands. Their doc comments are the help.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Make a new store, whose first CsAdministrator is your account
    #[command(after_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// Set up a store on a PostgreSQL server
    #[command(after_help = store::EXAMPLES)]
    Store(StoreArgs),
    /// Import the CSV files that Get-CsUser and Get-CsClientPinInfo export
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(Box<ImportArgs>),
    /// Save users or PIN states as CSV, or a PowerShell script of what lock or unlock would do
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Save a copy of the store while others work on it
    #[command(after_help = BACKUP_EXAMPLES)]
    Backup(BackupArgs),
    /// List the copies of the store that PinDesk made before large changes
    #[command(after_help = BACKUPS_EXAMPLES)]
    Backups,
    /// Go back to a backup, and keep today's store beside it
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore(RestoreArgs),
    /// Check the store for damage without changing it; ends with 1 where there is some
    #[command(after_help = CHECK_EXAMPLES)]
    Check,
    /// Save what can be read of a damaged store into a new one
    #[command(after_help = RECOVER_EXAMPLES)]
    Recover(RecoverArgs),
    /// Show PIN states, as Get-CsClientPinInfo does
    #[command(after_help = with_forms(INFO_EXAMPLES))]
    Info(WhichUsers),
    /// Search for users, as the search box does
    #[command(after_help = format!("{FILTERS}\n\n{USERS_EXAMPLES}"))]
    Users(UsersArgs),
    /// Lock PINs, so that they can't be used until they are unlocked
    #[command(after_help = with_forms(LOCK_EXAMPLES))]
    Lock(Box<LockArgs>),
    /// Unlock PINs, for any cause of the lock
    #[command(after_help = with_forms(UNLOCK_EXAMPLES))]
    Unlock(Box<ChangeArgs>),
    /// Set the counts of failed logons to zero, and leave locks as they are
    #[command(after_help = with_forms(RESET_FAILURES_EXAMPLES))]
    ResetFailures(Box<ChangeArgs>),
    /// Set a PIN, or have one drawn; digits come on standard input, never as an argument
    #[command(after_help = with_identities(SET_PIN_EXAMPLES))]
    SetPin(Box<SetPinArgs>),
    /// Try a PIN, as a telephone does: wrong ones count, and lock
    #[command(after_help = with_identities(AUTHENTICATE_EXAMPLES))]
    Authenticate(AuthenticateArgs),
    /// Show or set what PINs must be like, how long they live, and when they are locked
    #[command(after_help = POLICY_EXAMPLES)]
    Policy(Box<PolicyArgs>),
    /// Show the numbers of a chart, or list users who are to be told that a PIN expires or is locked
    #[command(after_help = report::EXAMPLES)]
    Report(ReportArgs),
    /// Show, make, move or replace the key outside the store with which PINs are hashed
    #[command(after_help = key::EXAMPLES)]
    Key(KeyArgs),
    /// Run a PowerShell pipeline over PinDesk's own users
    #[command(after_help = RUN_EXAMPLES)]
    Run(Box<RunArgs>),
    /// Apply a plan that was saved with --save-plan or in the window
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(ApplyArgs),
    /// Give back what a batch has changed, but for users who changed since
    #[command(after_help = UNDO_EXAMPLES)]
    Undo(UndoArgs),
    /// Show the plans that were submitted for review, approve or reject them, and apply them
    #[command(after_help = PLANS_EXAMPLES, args_conflicts_with_subcommands = true)]
    Plans(PlansArgs),
    /// Show or set from when on plans need somebody else's approval
    #[command(after_help = APPROVAL_EXAMPLES)]
    Approval(ApprovalArgs),
    /// Show or set the programs that run before and after changes
    #[command(after_help = hooks::EXAMPLES)]
    Hooks(HooksArgs),
    /// Show the users whose PINs change only with approval, and put users on that list
    #[command(after_help = PROTECTED_EXAMPLES)]
    Protected(ProtectedArgs),
    /// Show who may do what, and give roles to accounts or take them away
    #[command(after_help = roles::EXAMPLES)]
    Roles(RolesArgs),
    /// Show what was done, or verify that nobody has changed the record of it
    #[command(after_help = HISTORY_EXAMPLES, args_conflicts_with_subcommands = true)]
    History(Box<HistoryArgs>),
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn each_action_has_its_command() {
        for action in Action::VARIANTS {
            let word = action.word();
            assert!(
                Cli::command().find_subcommand(word).is_some(),
                "there is no command {word}"
            );
        }
    }
}
