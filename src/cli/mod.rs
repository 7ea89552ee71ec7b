//! The command line: the same store, plans and directory as the window, with text, JSON and CSV
//! instead of painting.
//!
//! Results go to standard output, messages and progress to standard error. Both are given from
//! outside, as are the clock, the operator and standard input, so that tests can run commands
//! without a process.

mod apply_plan;
mod approval;
mod args;
mod authenticate;
mod care;
mod change;
mod charts;
mod colors;
mod columns;
mod confirm;
mod console;
mod environment;
mod export;
mod failure;
mod history;
mod hooks;
mod import;
mod info;
mod init;
mod key;
mod list;
mod messages;
mod notices;
mod one_user;
mod open_store;
mod password;
mod pin_input;
mod plan_change;
mod plan_commands;
mod plan_request;
mod plan_summary;
mod plans_review;
mod plans_show;
mod policy;
mod policy_simulate;
mod progress_bar;
mod protected;
mod report;
mod roles;
mod run;
#[cfg(unix)]
mod serve;
mod set_pin;
mod settings;
mod store;
mod submit;
mod table;
mod targets;
mod terminal;
mod undo;
mod users;
mod visible_writer;
mod whole_plan;

pub use args::{
    AboveLimit, ApplyArgs, ApprovalArgs, AuthenticateArgs, BackupArgs, ChangeArgs, CommandLine,
    CommentArgs, DecideArgs, ExportArgs, ExportTask, ExportTo, HooksArgs, How, ImportArgs,
    InitArgs, Invocation, KeyArgs, KeyTask, ListArgs, MostAttempts, NoticeForm, NoticeTo,
    ParseAnswer, PlansArgs, PlansTask, PolicyArgs, PolicySettings, PolicyTask, ProtectedArgs,
    ProtectedTask, RecoverArgs, ReportArgs, RestoreArgs, RolesArgs, RolesTask, RuledChanges,
    RunArgs, ScriptArgs, SetPinArgs, SettingsHow, StoreArgs, StoreCopyArgs, StoreInitArgs,
    StoreTask, StoreUpgradeArgs, Switch, Task, UndoArgs, UsersArgs, WhichUsers, Why, WritingArgs,
    commands, parse,
};
pub use environment::{CommandEnvironment, ExitStatus, Format, Notify};
pub use history::{HeadsArgs, HistoryArgs, HistoryTask, WhichBatches};
pub use terminal::Screen;

use std::io::{BufRead, Write};

use crate::plan::Action;
use console::Console;

/// Runs a command.
pub fn run(
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> ExitStatus {
    let mut console = Console::new(out, err, command.format, environment.screen);
    let done = match &command.task {
        Task::Init(args) => init::run(*args, command, environment, &mut console),
        Task::Import(args) => import::run(args, command, environment, &mut console),
        Task::Export(args) => export::run(args, command, environment, stdin, &mut console),
        Task::Backup(args) => export::back_up(args, command, environment, &mut console),
        Task::Store(args) => store::run(args, command, environment, &mut console),
        Task::Backups => care::backups(command, environment, &mut console),
        Task::Restore(args) => care::restore(args, command, environment, &mut console),
        Task::Check => care::check(command, environment, &mut console),
        Task::Recover(args) => care::recover(args, command, environment, &mut console),
        Task::Info(users) => info::run(users, command, environment, stdin, &mut console),
        Task::Users(args) => users::run(args, command, environment, &mut console),
        Task::Report(args) => charts::run(args, command, environment, &mut console),
        Task::Apply(args) => plan_commands::apply(args, command, environment, stdin, &mut console),
        Task::History(args) => history::run(args, command, environment, &mut console),
        Task::Roles(args) => roles::run(args, command, environment, &mut console),
        Task::Plans(args) => plans_review::run(args, command, environment, stdin, &mut console),
        Task::Run(args) => run::run(args, command, environment, stdin, &mut console),
        Task::SetPin(args) => set_pin::run(args, command, environment, stdin, &mut console),
        Task::Authenticate(args) => {
            authenticate::run(args, command, environment, stdin, &mut console)
        }
        Task::Key(args) => key::run(args, command, environment, &mut console),
        Task::Policy(args) => policy::run(args, command, environment, stdin, &mut console),
        Task::Approval(args) => approval::run(args, command, environment, &mut console),
        Task::Hooks(args) => hooks::run(args, command, environment, &mut console),
        Task::Protected(args) => protected::run(args, command, environment, stdin, &mut console),
        Task::Undo(args) => undo::run(args, command, environment, stdin, &mut console),
        Task::Lock(args) => change::run(
            Action::Lock,
            &args.change,
            args.until.as_deref(),
            command,
            environment,
            stdin,
            &mut console,
        ),
        Task::Unlock(args) => change::run(
            Action::Unlock,
            args,
            None,
            command,
            environment,
            stdin,
            &mut console,
        ),
        Task::ResetFailures(args) => change::run(
            Action::ResetFailures,
            args,
            None,
            command,
            environment,
            stdin,
            &mut console,
        ),
    };
    let status = done.unwrap_or_else(|failure| {
        console.say(&format!("pindesk: {failure}"));
        let status = failure.status();
        if status == ExitStatus::NOT_PERMITTED
            && let Ok(store) = command.open_again(environment)
            && let Ok(Some(why)) = store.renewed_account(&environment.operator)
        {
            console.say(&why);
        }
        status
    });
    console.finish(status)
}
