//! The program: reads the arguments, opens the window or runs a command, and returns the exit
//! status.

use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};
use std::process::ExitCode;
use std::sync::Arc;

use pindesk::cli::{self, CommandEnvironment, ExitStatus, Invocation, Screen};
use pindesk::domain::role::Operator;
use pindesk::domain::visible::shown;
use pindesk::environment::{self, KeyPlace, system_clock};
use pindesk::io_words::cause;
use pindesk::store::owner_only_folder;
use pindesk::ui;
use pindesk::zone::Zone;

fn main() -> ExitCode {
    environment::report_faults(environment::data_folder().ok());
    let status = match cli::parse(std::env::args_os()) {
        Err(answer) => answer.show(&mut stdout().lock(), &mut stderr().lock()),
        Ok(invocation) => environment::operator()
            .map_err(|error| (ExitStatus::NOT_PERMITTED, error))
            .and_then(|operator| carry_out(invocation, operator))
            .unwrap_or_else(|(status, error)| {
                drop(writeln!(stderr(), "pindesk: {}", shown(&error)));
                status
            }),
    };
    ExitCode::from(status.0)
}

/// Size and colours of standard output, if it is a terminal. See <https://no-color.org> for
/// `NO_COLOR`.
fn screen() -> Screen {
    if !stdout().is_terminal() {
        return Screen::default();
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    Screen {
        width: terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0)),
        is_terminal: true,
        is_coloured: !is_set("NO_COLOR") && !is_dumb,
    }
}

/// Shows a line on standard error at once. On a terminal it takes the place of a progress bar.
fn notify(text: &str) {
    const CLEAR_LINE: &str = "\r\u{1b}[K";
    let start = if stderr().is_terminal() {
        CLEAR_LINE
    } else {
        ""
    };
    drop(writeln!(stderr(), "{start}{}", shown(text)));
}

fn carry_out(
    invocation: Invocation,
    operator: Operator,
) -> Result<ExitStatus, (ExitStatus, String)> {
    let folder = environment::data_folder();
    match invocation {
        Invocation::Window { store, key_file } => {
            let failed = |error| (ExitStatus::STORE_FAILED, error);
            let folder = folder.map_err(failed)?;
            // The folder is made even if the store lies elsewhere. Otherwise the window, which
            // keeps its settings here, would make it readable for everybody.
            let made = owner_only_folder(&folder);
            made.map_err(|error| {
                failed(format!(
                    "The folder cannot be made: {}: {}",
                    cause(&error),
                    folder.display()
                ))
            })?;
            let store = store.unwrap_or_else(|| folder.join("pindesk.db"));
            let keys = key_file.map_or_else(environment::key_place, KeyPlace::File);
            let opened = ui::open_window(&store, &folder.join("sample.db"), &operator, &keys);
            opened
                .map(|()| ExitStatus::DONE)
                .map_err(|error| failed(error.to_string()))
        }
        Invocation::Command(command) => {
            let environment = CommandEnvironment {
                operator,
                default_store: folder.map(|folder| folder.join("pindesk.db")),
                keys: environment::key_place(),
                witness: environment::witness(),
                notify: Arc::new(notify),
                clock: system_clock(),
                zone: Zone::Local,
                is_watched: stderr().is_terminal(),
                is_typed: stdin().is_terminal(),
                screen: screen(),
            };
            Ok(cli::run(
                &command,
                &environment,
                &mut stdin().lock(),
                &mut stdout().lock(),
                &mut stderr(),
            ))
        }
    }
}
