//! The two programs of this crate: one for the command line, and one for the window alone.
//!
//! Windows gives a console to the first one, wherever it is started, and never gives one to the
//! second. So the first one opens the second for its window, where there is one beside it.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use serde::Deserialize as _;

use crate::app::ThemeChoice;
use crate::cli::{self, CommandEnvironment, ExitStatus, Invocation, Screen};
use crate::domain::role::Operator;
use crate::domain::visible::shown;
use crate::environment::{self, KeyPlace, shows_escape_codes, system_clock};
use crate::io_words::cause;
use crate::owner_only::owner_only_folder;
use crate::store::{server_login, server_name, use_password};
use crate::ui;
use crate::zone::Zone;

/// The program for the window, without its ending.
const WINDOW_PROGRAM: &str = "pindesk-window";

/// The status with which the program ends, and the text that says why.
type Ending = (ExitStatus, String);

/// Runs a command, or opens the window.
pub fn run() -> ExitCode {
    report_faults(|_text| {});
    let status = match cli::parse(std::env::args_os()) {
        Err(answer) => answer.show(&mut stdout().lock(), &mut stderr().lock()),
        Ok(invocation) => {
            let carried_out = match invocation {
                Invocation::Window { store, key_file } => {
                    open_window_program().unwrap_or_else(|| open_window(store, key_file))
                }
                Invocation::Command(command) => run_command(&command),
            };
            carried_out.unwrap_or_else(|(status, error)| {
                drop(writeln!(stderr(), "pindesk: {}", shown(&error)));
                status
            })
        }
    };
    ExitCode::from(status.0)
}

/// Opens the window. Errors are shown in a message box, because nobody sees standard error.
pub fn run_window() -> ExitCode {
    report_faults(show_box);
    let opened = match cli::parse(std::env::args_os()) {
        Ok(Invocation::Window { store, key_file }) => open_window(store, key_file),
        Ok(Invocation::Command(_)) => Err((
            ExitStatus::WRONG_INPUT,
            "This program only opens the window. Commands are for pindesk in a console.".to_owned(),
        )),
        Err(answer) => {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let status = answer.show(&mut out, &mut err);
            out.extend(err);
            Err((status, String::from_utf8_lossy(&out).into_owned()))
        }
    };
    let status = opened.unwrap_or_else(|(status, text)| {
        show_box(&text);
        status
    });
    ExitCode::from(status.0)
}

fn report_faults(show: fn(&str)) {
    let folder = environment::data_folder().ok();
    environment::report_faults(folder.map(|folder| folder.path), show);
}

fn show_box(text: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("PinDesk")
        .set_description(shown(text))
        .show();
}

/// Starts the program for the window with the arguments of this one. None if there is none beside
/// this program; outside of Windows no program needs another one for its window.
fn open_window_program() -> Option<Result<ExitStatus, Ending>> {
    if !cfg!(windows) {
        return None;
    }
    let own = std::env::current_exe().ok()?;
    let program = own.with_file_name(WINDOW_PROGRAM).with_extension("exe");
    if !program.is_file() {
        return None;
    }
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    // It keeps no pipe of this program open, so a reader of that gets its end.
    let started = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Some(match started {
        Ok(_goes_on_alone) => Ok(ExitStatus::DONE),
        Err(error) => Err((
            ExitStatus::STORE_FAILED,
            format!("{} cannot be started: {}", program.display(), cause(&error)),
        )),
    })
}

/// The operator of a store: on a server the login, which the server proves.
fn operator(store: Option<&Path>) -> Result<Operator, Ending> {
    let operator = environment::operator().map_err(|error| (ExitStatus::NOT_PERMITTED, error))?;
    let login = store.map(server_login).transpose();
    match login.map_err(|error| (ExitStatus::WRONG_INPUT, error.to_string()))? {
        Some(Some(login)) => Ok(operator.at_server(login)),
        _ => Ok(operator),
    }
}

fn open_window(store: Option<PathBuf>, key_file: Option<PathBuf>) -> Result<ExitStatus, Ending> {
    let failed = |error| (ExitStatus::STORE_FAILED, error);
    let machine = environment::machine_settings().map_err(failed)?;
    let store = store.or(machine.store);
    let operator = operator(store.as_deref())?;
    let folder = environment::data_folder().map_err(failed)?;
    let fixed_theme = machine.theme.as_deref().map(theme_named).transpose();
    // The folder is made even if the store lies elsewhere. Otherwise the window, which keeps its
    // settings here, would make it readable for everybody.
    owner_only_folder(&folder.path).map_err(|error| {
        failed(format!(
            "The folder cannot be made: {}: {}",
            cause(&error),
            folder.path.display()
        ))
    })?;
    if let Some(store) = &store {
        use_kept_password(store);
    }
    let advice = folder.advice().filter(|_| store.is_none());
    let keys = key_file.map_or_else(environment::key_place, KeyPlace::File);
    let start = ui::Start {
        store: store.unwrap_or_else(|| folder.store()),
        folder: folder.path,
        operator,
        keys,
        advice,
        fixed_theme: fixed_theme.map_err(failed)?,
        machine_file: machine.file,
    };
    ui::open_window(&start)
        .map(|()| ExitStatus::DONE)
        .map_err(|error| failed(error.to_string()))
}

/// Uses the password that the keyring has for a store on a server. The window asks for none.
fn use_kept_password(store: &Path) {
    let kept = server_name(store).ok().flatten();
    if let Some(kept) = kept.and_then(|name| environment::kept_password(&name))
        && let Err(error) = use_password(store, kept)
    {
        log::warn!("the password in the keyring is not used: {error}");
    }
}

/// A theme by its name in the settings of this computer.
fn theme_named(name: &str) -> Result<ThemeChoice, String> {
    ThemeChoice::deserialize(serde_json::Value::from(name)).map_err(|_unknown| {
        format!(
            "The settings of this computer name a theme that there is not: {name}. Themes are Light, Dark, HighContrast and System."
        )
    })
}

fn run_command(command: &cli::CommandLine) -> Result<ExitStatus, Ending> {
    let folder = environment::data_folder();
    // A command that names its store does not read the settings.
    let of_machine = match command.store {
        Some(_) => Ok(None),
        None => environment::machine_settings().map(|machine| machine.store),
    };
    let named = command.store.as_ref();
    let named = named.or_else(|| of_machine.as_ref().ok()?.as_ref());
    let operator = operator(named.map(PathBuf::as_path))?;
    if named.is_none()
        && let Ok(folder) = &folder
        && let Some(advice) = folder.advice()
    {
        notify(&format!("pindesk: {advice}"));
    }
    let environment = CommandEnvironment {
        operator,
        default_store: of_machine.and_then(|store| match store {
            Some(store) => Ok(store),
            None => folder.map(|folder| folder.store()),
        }),
        keys: environment::key_place(),
        hooks: Arc::new(environment::hooks()),
        witness: environment::witness(),
        notify: Arc::new(notify),
        clock: system_clock(),
        zone: Zone::Local,
        is_watched: shows_escape_codes(&stderr()),
        is_typed: stdin().is_terminal(),
        screen: screen(),
    };
    Ok(cli::run(
        command,
        &environment,
        &mut stdin().lock(),
        &mut stdout().lock(),
        &mut stderr(),
    ))
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
        is_coloured: !is_set("NO_COLOR") && !is_dumb && shows_escape_codes(&stdout()),
    }
}

/// Shows a line on standard error at once. On a terminal it takes the place of a progress bar.
fn notify(text: &str) {
    const CLEAR_LINE: &str = "\r\u{1b}[K";
    let start = if shows_escape_codes(&stderr()) {
        CLEAR_LINE
    } else {
        ""
    };
    drop(writeln!(stderr(), "{start}{}", shown(text)));
}
