//! `--csv`: the users of a list instead of those on the command line.

use std::path::{Path, PathBuf};

use super::console::Console;
use super::failure::Failure;
use super::import::how_read;
use super::{CommandEnvironment, ListArgs, WhichUsers, Why};
use crate::exchange::{
    Input, ListOptions, ListPreview, OutputFile, ReadError, ReadOptions, check_writable, plan_list,
    save_results, survey_file,
};
use crate::plan::{Action, Plan};
use crate::progress::Unwatched;
use crate::store::{Applied, Store};
use crate::zone::Zone;

/// An action, the users it is for, and the reason.
#[derive(Clone, Copy)]
pub(super) struct WantedChange<'a> {
    pub action: Action,
    pub users: &'a WhichUsers,
    pub list: &'a ListArgs,
    pub why: &'a Why,
}

/// A list of users, and the options by which it was read.
pub(super) struct ListRead {
    input: Input,
    read: ReadOptions,
}

/// Reads a list and plans the action for its users.
pub(super) fn plan(
    file: &Path,
    asked: WantedChange<'_>,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(Plan, ListRead), Failure> {
    let args = asked.list;
    let with_file = |error| Failure::file(file, error);
    let input = Input::file(file).map_err(with_file)?;
    let mut read = ReadOptions {
        encoding: args.encoding,
        header_line: args.header_line,
        sheet: args.sheet.clone(),
        with_hidden: args.include_hidden,
        ..ReadOptions::default()
    };
    let found = survey_file(store, &input, &read, &Unwatched).map_err(with_file)?;
    read.surveyed = found.survey;
    let columns = match &args.column {
        None => found.columns,
        Some(name) => {
            let index = found
                .headers
                .iter()
                .position(|header| header.eq_ignore_ascii_case(name.trim()));
            let index = index.ok_or_else(|| {
                Failure::Input(format!(
                    "{}: there is no column {name}. Columns found: {}.",
                    file.display(),
                    found.headers.join(", ")
                ))
            })?;
            found
                .columns
                .with_user(Some(index), &found.headers, &found.first)
        }
    };
    let is_open = columns
        .open_choice(args.domain.as_deref().unwrap_or_default())
        .is_some();
    let with_columns = |error: ReadError| match error {
        ReadError::Choose(text) if is_open => Failure::Input(format!(
            "{}: {text} Add --column NAME, or --domain NAME for logon names. Columns found: {}.",
            file.display(),
            found.headers.join(", ")
        )),
        error => Failure::file(file, error),
    };
    let options = ListOptions {
        read: read.clone(),
        columns: Some(columns),
        action: Some(asked.action),
        domain: args.domain.clone().unwrap_or_default(),
        date_order: args.date_order,
        zone: if args.utc {
            Zone::utc()
        } else {
            environment.zone
        },
        reason: asked.why.reason.trim().to_owned(),
        ticket: asked.why.ticket.trim().to_owned(),
    };
    let watch = console.watch("Reading the list", environment);
    let preview = plan_list(
        store,
        &input,
        &options,
        &environment.operator,
        (environment.clock)(),
        &watch,
    );
    drop(watch);
    let ListPreview {
        how_read: how,
        plan,
        ..
    } = preview.map_err(with_columns)?;
    console.say(&how_read(file, &how));
    Ok((plan, ListRead { input, read }))
}

impl ListRead {
    /// Saves the rows of a list with the result of each. Returns false if that failed; the change itself
    /// stays. If the file cannot be written after a change, another one beside it gets the results,
    /// since they cannot be made again.
    pub fn save_results(
        &self,
        plan: &Plan,
        applied: Option<&Applied>,
        to: OutputFile<'_>,
        environment: &CommandEnvironment,
        console: &mut Console<'_>,
    ) -> bool {
        let watch = console.watch("Saving the results", environment);
        let saved = save_results(&self.input, &self.read, plan, applied, to, &watch);
        drop(watch);
        let save = |to| save_results(&self.input, &self.read, plan, applied, to, &Unwatched);
        match &saved {
            Ok(encoding) => {
                console.say(&format!(
                    "{}: the rows of the list with what became of each, as {encoding}.",
                    to.path.display()
                ));
            }
            Err(error) => {
                console.say(&format!(
                    "pindesk: {}",
                    Failure::file(to.path, error.clone())
                ));
                if applied.is_some()
                    && let Some(path) = free_name_beside(to.path)
                    && save(OutputFile { path: &path, ..to }).is_ok()
                {
                    console.say(&format!(
                        "The results were saved under another name: {}",
                        path.display()
                    ));
                }
            }
        }
        saved.is_ok()
    }
}

/// Checks that the file for the results can be written, before anything is changed.
///
/// # Errors
/// It cannot; the text says why, and that nothing was changed.
pub(super) fn check_results(to: OutputFile<'_>) -> Result<(), Failure> {
    check_writable(to).map_err(|error| {
        Failure::Input(format!(
            "{} Nothing was changed. To go on, name another file with --save-results.",
            Failure::file(to.path, error)
        ))
    })
}

/// `results (2).csv` for `results.csv`, or the next number that is free.
fn free_name_beside(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let end = path
        .extension()
        .map(|end| format!(".{}", end.to_string_lossy()))
        .unwrap_or_default();
    (2..100)
        .map(|number| path.with_file_name(format!("{stem} ({number}){end}")))
        .find(|path| !path.exists())
}
