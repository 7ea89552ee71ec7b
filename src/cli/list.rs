//! `--csv`: the users of a list in place of those on the command line.

use std::path::Path;

use super::console::Console;
use super::failure::Failure;
use super::import::how_read;
use super::{ChangeArgs, Environment};
use crate::exchange::{Input, ListOptions, ListPreview, ReadOptions, look, plan_list, save_results as save};
use crate::plan::{Action, Plan};
use crate::progress::Unwatched;
use crate::store::{Applied, Store};
use crate::zone::Zone;

/// A list that was read, and what carrying it out would do.
pub(super) struct Listed {
    input: Input,
    read: ReadOptions,
    pub plan: Plan,
}

/// Reads a list and works it out.
pub(super) fn plan(
    file: &Path,
    action: Action,
    args: &ChangeArgs,
    (reason, ticket): (&str, &str),
    store: &Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<Listed, Failure> {
    let in_words = |error| Failure::file(file, error);
    let input = Input::file(file).map_err(in_words)?;
    let mut read = ReadOptions { encoding: args.list.encoding, ..ReadOptions::default() };
    let found = look(store, &input, &read, &Unwatched).map_err(in_words)?;
    read.surveyed = found.survey;
    let columns = match &args.list.column {
        None => found.columns,
        Some(name) => {
            let place = found.headers.iter().position(|header| header.eq_ignore_ascii_case(name.trim()));
            let place = place.ok_or_else(|| {
                Failure::Input(format!(
                    "{}: there is no column {name}. Columns found: {}.",
                    file.display(),
                    found.headers.join(", ")
                ))
            })?;
            found.columns.with_whom(Some(place), &found.headers)
        }
    };
    let options = ListOptions {
        read: read.clone(),
        columns: Some(columns),
        action: Some(action),
        domain: args.list.domain.clone().unwrap_or_default(),
        date_order: args.list.date_order,
        zone: if args.list.utc { Zone::utc() } else { environment.zone },
        reason: reason.to_owned(),
        ticket: ticket.to_owned(),
    };
    let watch = console.watch("Reading the list", environment);
    let preview = plan_list(store, &input, &options, &environment.operator, (environment.clock)(), &watch);
    drop(watch);
    let ListPreview { how_read: how, plan, .. } = preview.map_err(in_words)?;
    console.say(&how_read(file, &how));
    Ok(Listed { input, read, plan })
}

/// Saves the rows of a list with what became of each. Says whether that could be done: what was changed stays changed.
pub(super) fn save_results(
    listed: &Listed,
    applied: Option<&Applied>,
    to: &Path,
    environment: &Environment,
    console: &mut Console<'_>,
) -> bool {
    let watch = console.watch("Saving the results", environment);
    let saved = save(&listed.input, &listed.read, &listed.plan, applied, to, &watch);
    drop(watch);
    match &saved {
        Ok(encoding) => {
            console.say(&format!("{}: the rows of the list with what became of each, as {encoding}.", to.display()));
        }
        Err(error) => console.say(&format!("pindesk: {}", Failure::file(to, error.clone()))),
    }
    saved.is_ok()
}
