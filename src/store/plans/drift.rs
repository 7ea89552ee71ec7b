//! Users who are no longer as a plan saw them.

use rusqlite::Connection;

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::{UserId, UserNames, UserRecord};
use crate::plan::PlannedUser;
use crate::store::history::entry::{Entry, HistoryKind, state_json};
use crate::store::history::last_change::{LastChange, last_changes};
use crate::store::users::read_many::users_of;

/// A planned user who is no longer as the plan saw them, in state or name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub id: UserId,
    /// The identity and display name that the store has; those of the plan where the store has no such user.
    pub identity: String,
    pub display_name: String,
    pub planned: PinState,
    /// None: the store has no such user.
    pub current: Option<PinState>,
    /// The operator of the last change, and its time.
    pub changed_by: Option<(String, Time)>,
}

impl Drift {
    pub(in crate::store) fn of(
        planned: &PlannedUser,
        user: Option<&UserRecord>,
        changed_by: Option<(String, Time)>,
    ) -> Self {
        let names = user.map(|user| &user.names);
        Self {
            id: planned.id,
            identity: names.map_or_else(|| planned.identity.clone(), UserNames::identity),
            display_name: names
                .map_or(&planned.display_name, |names| &names.display_name)
                .clone(),
            planned: planned.before.clone(),
            current: user.map(|user| user.pin.clone()),
            changed_by,
        }
    }

    pub(in crate::store) fn entry(&self) -> Entry<'_> {
        Entry {
            kind: HistoryKind::Drifted,
            user: Some(self.id),
            target: &self.identity,
            before: state_json(&self.planned),
            after: self.current.as_ref().and_then(state_json),
            note: None,
        }
    }
}

/// What became of these planned users, in their order.
pub(in crate::store) fn drifts(
    connection: &Connection,
    planned: &[&PlannedUser],
) -> rusqlite::Result<Vec<Drift>> {
    let ids: Vec<UserId> = planned.iter().map(|user| user.id).collect();
    let (users, changes) = (users_of(connection, &ids)?, last_changes(connection, &ids)?);
    let drift = |(planned, user): (&&PlannedUser, &Option<UserRecord>)| {
        let changed_by = changes.get(&planned.id).map(LastChange::operator_and_time);
        Drift::of(planned, user.as_ref(), changed_by)
    };
    Ok(planned.iter().zip(&users).map(drift).collect())
}
