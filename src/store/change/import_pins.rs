//! Importing PIN states. States that have changed since the preview are left alone and reported.

use super::two_pass_progress::TwoPassProgress;
use crate::domain::pin::PinState;
use crate::domain::user::{UserId, Version};
use crate::plan::PlannedUser;
use crate::plan::import::{ImportPlan, ImportRow, ImportVerdict};
use crate::progress::Progress;
use crate::store::WriteError;
use crate::store::engine::Transaction;
use crate::store::history::append::{Chain, Entry};
use crate::store::history::entry::{HistoryKind, state_json};
use crate::store::pins::update::change_pins;
use crate::store::plans::drift::{Drift, drifts};

/// The number of users whose states are kept until their history is written.
const IMPORTED_TOGETHER: usize = 1 << 17;

/// Changes the PIN states that have not changed since the preview. Returns the number of changed
/// users, and those who drifted.
pub(super) fn import_pins(
    transaction: &Transaction<'_>,
    plan: &ImportPlan,
    (chain, version): (&mut Chain, i64),
    progress: &dyn Progress,
) -> Result<(u64, Vec<Drift>), WriteError> {
    let (mut changed, mut all_drifted) = (0, Vec::new());
    let changes: Vec<PinChange<'_>> = plan.rows.iter().filter_map(PinChange::of).collect();
    let mut two_passes = TwoPassProgress::of(progress, changes.len());
    for changes in changes.chunks(IMPORTED_TOGETHER) {
        let ids: Vec<UserId> = changes.iter().map(|change| change.id).collect();
        let mut identities = vec![String::new(); changes.len()];
        let states = change_pins(transaction, &ids, version, |position, user| {
            two_passes.step()?;
            let change = &changes[position];
            let Some(user) = user else { return Ok(None) };
            identities[position] = user.names.identity();
            let is_still = user.version == change.planned && user.pin == *change.before;
            Ok(is_still.then(|| change.after.clone()))
        })?;
        let left: Vec<PlannedUser> = changes
            .iter()
            .zip(&states)
            .filter(|(_, after)| after.is_none())
            .map(|(change, _)| change.planned_user())
            .collect();
        let drifted = drifts(transaction, &left.iter().collect::<Vec<_>>())?;
        let mut drifts = drifted.iter();
        let users = changes.iter().zip(&identities).zip(&states);
        let entries = users.filter_map(|((change, identity), after)| match after {
            Some(after) => Some(Entry {
                kind: HistoryKind::Pin,
                user: Some(change.id),
                target: identity,
                before: state_json(change.before),
                after: state_json(after),
                note: None,
            }),
            None => drifts.next().map(Drift::entry),
        });
        chain.append_all(transaction, entries, || two_passes.step())?;
        changed += (changes.len() - left.len()) as u64;
        all_drifted.extend(drifted);
    }
    Ok((changed, all_drifted))
}

/// A row that changes a PIN state.
#[derive(Clone, Copy)]
struct PinChange<'a> {
    id: UserId,
    planned: Version,
    before: &'a PinState,
    after: &'a PinState,
    label: &'a str,
}

impl<'a> PinChange<'a> {
    fn of(row: &'a ImportRow) -> Option<Self> {
        let ImportVerdict::ChangedPin {
            id,
            version,
            before,
            after,
        } = &row.verdict
        else {
            return None;
        };
        Some(Self {
            id: *id,
            planned: *version,
            before,
            after,
            label: &row.label,
        })
    }

    fn planned_user(&self) -> PlannedUser {
        PlannedUser {
            id: self.id,
            version: self.planned,
            identity: self.label.to_owned(),
            display_name: self.label.to_owned(),
            before: self.before.clone(),
            is_protected: false,
        }
    }
}
