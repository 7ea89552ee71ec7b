//! What may stand on the command line, and reading it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::console::Console;
use super::history::HistoryArgs;
use super::roles_args::{self, RolesArgs};
use super::{ExitStatus, Format};
use crate::domain::filter::Filter;
use crate::exchange::{DateOrder, TextEncoding};
use crate::plan::Action;
use crate::plan::import::ImportKind;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// No command: the window, on this store or on the usual one.
    Window {
        store: Option<PathBuf>,
    },
    Command(Command),
}

/// A command, and what holds for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    pub store: Option<PathBuf>,
    pub format: Format,
    pub task: Task,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    Import(ImportArgs),
    Info(Whom),
    Users(UsersArgs),
    Change(Action, Box<ChangeArgs>),
    Apply(ApplyArgs),
    Undo(UndoArgs),
    Roles(RolesArgs),
    History(Box<HistoryArgs>),
}

/// An answer in place of an invocation: the help, the version, or what is wrong with the command line.
#[derive(Debug)]
pub struct ParseAnswer(clap::Error);

/// Reads the command line; the first argument is the program's own name.
///
/// # Errors
/// The help or the version was asked for, or the command line is wrong.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, ParseAnswer> {
    let cli = Cli::try_parse_from(args).map_err(ParseAnswer)?;
    let task = match cli.task {
        None => return Ok(Invocation::Window { store: cli.store }),
        Some(Word::Import(args)) => Task::Import(args),
        Some(Word::Info(whom)) => Task::Info(whom),
        Some(Word::Users(args)) => Task::Users(args),
        Some(Word::Apply(args)) => Task::Apply(args),
        Some(Word::Undo(args)) => Task::Undo(args),
        Some(Word::History(args)) => Task::History(Box::new(args)),
        Some(Word::Roles(args)) => Task::Roles(args),
        Some(Word::Lock(args)) => change(Action::Lock, args)?,
        Some(Word::Unlock(args)) => change(Action::Unlock, args)?,
    };
    Ok(Invocation::Command(Command { store: cli.store, format: cli.format, task }))
}

impl ParseAnswer {
    /// Shows it: the help and the version as results, errors as messages.
    pub fn show(&self, out: &mut dyn std::io::Write, err: &mut dyn std::io::Write) -> ExitStatus {
        let mut console = Console::new(out, err, Format::Text);
        if self.0.use_stderr() {
            console.say(self.0.render().to_string().trim_end());
        } else {
            console.write(&self.0.render().to_string());
        }
        console.finish(if self.0.exit_code() == 0 { ExitStatus::DONE } else { ExitStatus::WRONG_INPUT })
    }
}

/// Acting on everybody must be said, not left out by mistake.
fn change(action: Action, args: ChangeArgs) -> Result<Task, ParseAnswer> {
    if args.whom.identities.is_empty() && args.whom.filters.is_empty() && args.list.csv.is_none() {
        let mut command = Cli::command();
        command.build();
        let word = command.find_subcommand_mut(action.word()).map(|found| found.clone()).unwrap_or(command);
        let text = format!(
            "Nobody is named. Name users by an IDENTITY such as sip:kenmyer@litwareinc.com, or choose them with \
             --where FILTER or --csv FILE; --where all {}s everybody.",
            action.word()
        );
        return Err(ParseAnswer(word.clone().error(ErrorKind::MissingRequiredArgument, text)));
    }
    Ok(Task::Change(action, Box::new(args)))
}

#[derive(Parser)]
#[command(name = "pindesk", version, about, after_help = EXAMPLES)]
struct Cli {
    /// The store to work on; without it, the one in the platform's data folder
    #[arg(long, value_name = "FILE", global = true)]
    store: Option<PathBuf>,
    /// How results are written
    #[arg(long, value_name = "FORMAT", global = true, default_value = "text")]
    format: Format,
    #[command(subcommand)]
    task: Option<Word>,
}

#[derive(Subcommand)]
enum Word {
    /// Import the CSV files that Get-CsUser and Get-CsClientPinInfo export
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Show PIN states, as Get-CsClientPinInfo does
    #[command(after_help = with_forms(INFO_EXAMPLES))]
    Info(Whom),
    /// Search for users, as the search box does
    #[command(after_help = format!("{FILTERS}\n\n{USERS_EXAMPLES}"))]
    Users(UsersArgs),
    /// Lock PINs, so that they can't be used until they are unlocked
    #[command(after_help = with_forms(LOCK_EXAMPLES))]
    Lock(ChangeArgs),
    /// Unlock PINs, whoever or whatever locked them
    #[command(after_help = with_forms(UNLOCK_EXAMPLES))]
    Unlock(ChangeArgs),
    /// Apply a plan that was saved with --save-plan or in the window
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(ApplyArgs),
    /// Give back what a batch has changed, but for users who changed since
    #[command(after_help = UNDO_EXAMPLES)]
    Undo(UndoArgs),
    /// Show who may do what, and give roles to accounts or take them away
    #[command(after_help = roles_args::EXAMPLES)]
    Roles(RolesArgs),
    /// Show what was done, or verify that nobody has changed the record of it
    #[command(after_help = HISTORY_EXAMPLES, args_conflicts_with_subcommands = true)]
    History(HistoryArgs),
}

/// How a plan is carried out.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// Show what would happen, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Hide the messages about users who need no change, are skipped or are left out
    #[arg(long)]
    pub force: bool,
}

/// Why something is done.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// Why; the history keeps it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// The number of the ticket; the history keeps it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub ticket: String,
}

/// Which plan is applied.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ApplyArgs {
    /// The plan file
    pub plan: PathBuf,
    #[command(flatten)]
    pub how: How,
}

/// Which batch is undone, and why.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct UndoArgs {
    /// The number of the batch; without it, your own last one
    pub batch: Option<i64>,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub why: Why,
}

/// Which file comes in, and how it is read.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ImportArgs {
    /// What the file holds: "users" from Get-CsUser, or "pins" from Get-CsClientPinInfo
    #[arg(value_name = "users|pins", value_enum, hide_possible_values = true)]
    pub kind: ImportKind,
    /// The CSV file
    pub file: PathBuf,
    /// Show what importing would do, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Which number of a date such as 9/12/2026 is the month, where the file does not show it
    #[arg(long, value_enum, value_name = "mdy|dmy", hide_possible_values = true)]
    pub date_order: Option<DateOrder>,
    /// Read times as UTC rather than in this machine's time zone
    #[arg(long)]
    pub utc: bool,
}

/// Users, by name and by filter.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    /// Whom; several may be named, and - reads one a line from standard input
    #[arg(value_name = "IDENTITY")]
    pub identities: Vec<String>,
    /// Only users who pass; where there are several, all of them must hold
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse)]
    pub filters: Vec<Filter>,
}

/// What is searched for.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct UsersArgs {
    /// Looked for anywhere in all five names, ignoring case and accents; with a *, a display-name pattern
    pub text: Option<String>,
    /// Only users who pass; where there are several, all of them must hold
    #[arg(long = "where", value_name = "FILTER", value_parser = Filter::parse)]
    pub filters: Vec<Filter>,
}

/// A list of users in a file, and how it is read where it does not tell itself.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Lists")]
pub struct ListArgs {
    /// The users of a CSV file, a plain list or an Excel workbook
    #[arg(long, value_name = "FILE", conflicts_with_all = ["identities", "filters"])]
    pub csv: Option<PathBuf>,
    /// The column that names the users
    #[arg(long, value_name = "NAME", requires = "csv")]
    pub column: Option<String>,
    /// The domain of logon names that stand alone
    #[arg(long, value_name = "NAME", requires = "csv")]
    pub domain: Option<String>,
    /// utf-8, utf-16le, windows-1252 and the like, where the guess is wrong
    #[arg(long, value_name = "NAME", requires = "csv", value_parser = encoding)]
    pub encoding: Option<TextEncoding>,
    /// Which number of a date such as 9/12/2026 is the month, where the file does not show it
    #[arg(long, value_enum, value_name = "mdy|dmy", hide_possible_values = true, requires = "csv")]
    pub date_order: Option<DateOrder>,
    /// Read times as UTC rather than in this machine's time zone
    #[arg(long, requires = "csv")]
    pub utc: bool,
    /// Save the rows of the list, in their order, with what became of each
    #[arg(long, value_name = "FILE", requires = "csv")]
    pub save_results: Option<PathBuf>,
}

fn encoding(word: &str) -> Result<TextEncoding, String> {
    TextEncoding::from_word(word).ok_or_else(|| {
        let known: Vec<String> = TextEncoding::all().map(TextEncoding::word).collect();
        format!("known are {}", known.join(", "))
    })
}

/// Whose PINs are locked or unlocked, and why.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ChangeArgs {
    #[command(flatten)]
    pub whom: Whom,
    #[command(flatten)]
    pub list: ListArgs,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub why: Why,
    /// Save the plan, for a ticket or for `pindesk apply`
    #[arg(long, value_name = "FILE")]
    pub save_plan: Option<PathBuf>,
}

fn with_forms(examples: &str) -> String {
    format!("{IDENTITIES}\n\n{FILTERS}\n\n{examples}")
}

impl ValueEnum for ImportKind {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Users, Self::Pins]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(super::import::kind_word(*self).into())
    }
}

impl ValueEnum for DateOrder {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::MonthDayYear, Self::DayMonthYear]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::MonthDayYear => "mdy".into(),
            Self::DayMonthYear => "dmy".into(),
        })
    }
}

const EXAMPLES: &str = r"Without a command, the window opens.

Examples:
  pindesk import users users.csv
  pindesk info --where locked
  pindesk unlock kenmyer@litwareinc.com --reason 'Found his notebook' --what-if

Exit status: 0 done, also when nothing had to change; 1 some rows were refused or drifted, the others are done;
2 the command line or an input file is wrong; 3 the store failed; 4 not permitted. With 2, 3 and 4, nothing was done.";

const IDENTITIES: &str = r"An IDENTITY is one of:
  sip:kenmyer@litwareinc.com                       SIP address
  kenmyer@litwareinc.com                           UPN, or SIP address without its prefix
  litwareinc\kenmyer                               domain and logon name
  'Ken Myer', '* Smith'                            display name; only here * is a wildcard
  CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com      distinguished name";

const FILTERS: &str = "A FILTER is one of:
  locked, unlocked, locked-by=admin|system|temporary|unknown,
  pin-set, no-pin, expired, expires-within=14d, never-expires, all";

const IMPORT_EXAMPLES: &str = r"Examples:
  Get-CsUser | Export-Csv -Encoding UTF8 users.csv                            (in PowerShell)
  Get-CsUser | Get-CsClientPinInfo | Export-Csv -Encoding UTF8 pins.csv       (in PowerShell)
  pindesk import users users.csv --what-if
  pindesk import pins pins.csv --date-order dmy";

const INFO_EXAMPLES: &str = r"Examples:
  pindesk info kenmyer@litwareinc.com 'litwareinc\packerman'
  pindesk info --where locked --where expired
  pindesk info '* Smith' --format json";

const USERS_EXAMPLES: &str = r"Examples:
  pindesk users muller
  pindesk users 'Pilar*'
  pindesk users finance --where no-pin";

const LOCK_EXAMPLES: &str = r"Examples:
  pindesk lock kenmyer@litwareinc.com --reason 'On leave' --ticket HD-1042
  pindesk lock --where expired --what-if
  pindesk lock - < leavers.txt";

const APPLY_EXAMPLES: &str = r"Examples:
  pindesk unlock --csv tickets.csv --what-if --save-plan tickets.plan.json
  pindesk apply tickets.plan.json --what-if
  pindesk apply tickets.plan.json";

const HISTORY_EXAMPLES: &str = r"Examples:
  pindesk history
  pindesk history INC-4711 --format json
  pindesk history --action lock --operator 'litwareinc\bob' --since 2026-11-01 --until 2026-11-30
  pindesk history show 12
  pindesk history export november.csv --since 2026-11-01 --until 2026-11-30
  pindesk history report 12 'batch 12.html'
  pindesk history verify
  pindesk history locked-on '2026-11-22 13:35'";

const UNDO_EXAMPLES: &str = r"Examples:
  pindesk undo --what-if
  pindesk undo 12 --reason 'wrong list'";

const UNLOCK_EXAMPLES: &str = r"Examples:
  pindesk unlock 'Ken Myer'
  pindesk unlock '* Smith' --where locked-by=system --what-if
  pindesk unlock --where locked-by=temporary --force
  pindesk unlock --csv tickets.csv --what-if --save-results preview.csv";
