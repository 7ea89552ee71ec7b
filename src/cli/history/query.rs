//! Converts the options of `pindesk history` to a query for the store.

use super::args::WhichBatches;
use crate::cli::environment::CommandEnvironment;
use crate::cli::failure::Failure;
use crate::domain::Time;
use crate::exchange::dates::{end_of, moment_of, no_moment};
use crate::plan::BatchAction;
use crate::store::{HistoryQuery, Store};
use crate::zone::Zone;

/// The query for the batches that the options ask for.
pub(super) fn query(
    which: &WhichBatches,
    store: &Store,
    environment: &CommandEnvironment,
) -> Result<HistoryQuery, Failure> {
    let WhichBatches {
        text,
        operator,
        user,
        action,
        since,
        until,
    } = which.clone();
    if let Some(word) = &action {
        let in_history = store.history_choices()?.actions;
        let newer = in_history
            .into_iter()
            .filter(|action| matches!(action, BatchAction::Unknown(_)));
        let known: Vec<String> = BatchAction::known()
            .chain(newer)
            .map(|action| action.to_string())
            .collect();
        if !known.contains(word) {
            return Err(Failure::Input(format!(
                "There is no action \"{word}\". Known are {}.",
                known.join(", ")
            )));
        }
    }
    let from = since
        .map(|text| moment(&text, environment, moment_of))
        .transpose()?;
    let until = until
        .map(|text| moment(&text, environment, end_of))
        .transpose()?;
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        return Err(Failure::Input(
            "--until lies before --since, so there is nothing between them.".to_owned(),
        ));
    }
    Ok(HistoryQuery {
        batch: None,
        text: text.unwrap_or_default(),
        operator,
        user,
        action: action.as_deref().map(BatchAction::of_word),
        from,
        until,
    })
}

/// Reads a time of the command line with one of the readers of `exchange::dates`.
pub(super) fn moment(
    text: &str,
    environment: &CommandEnvironment,
    read: fn(&str, Zone) -> Option<Time>,
) -> Result<Time, Failure> {
    read(text, environment.zone).ok_or_else(|| Failure::Input(no_moment(text)))
}
