//! Drift: users whose state or names have changed since a plan was made.

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::PlannedUser;
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::append::Entry;
use crate::store::history::entry::{HistoryKind, state_json};
use crate::store::history::last_change::{LastChange, last_changes};
use crate::store::users::read_many::users_of;

/// A planned user whose state or names have changed since the plan was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub id: UserId,
    pub identity: String,
    pub display_name: String,
    pub planned: PinState,
    /// None: the store has no such user.
    pub current: Option<PinState>,
    /// The operator of the last change, and its time.
    pub changed_by: Option<(String, Time)>,
}

impl Drift {
    /// The drift under the identity of the plan, which is shown beside it.
    pub(in crate::store) fn of(
        planned: &PlannedUser,
        user: Option<&UserRecord>,
        changed_by: Option<(String, Time)>,
    ) -> Self {
        Self {
            id: planned.id,
            identity: planned.identity.clone(),
            display_name: planned.display_name.clone(),
            planned: planned.before.clone(),
            current: user.map(|user| user.pin.clone()),
            changed_by,
        }
    }

    /// The drift under the store's identity of the user, for the history. A plan may come from a
    /// file that gives the user another name.
    fn named_by_store(self, user: Option<&UserRecord>) -> Self {
        match user {
            Some(UserRecord { names, .. }) => Self {
                identity: names.identity(),
                display_name: names.display_name.clone(),
                ..self
            },
            None => self,
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

/// The drift of each of these users, in their order, with the identities for the history.
pub(in crate::store) fn drifts(
    connection: &Connection,
    planned: &[&PlannedUser],
) -> EngineResult<Vec<Drift>> {
    let ids: Vec<UserId> = planned.iter().map(|user| user.id).collect();
    let (users, changes) = (users_of(connection, &ids)?, last_changes(connection, &ids)?);
    let drift = |(planned, user): (&&PlannedUser, &Option<UserRecord>)| {
        let changed_by = changes.get(&planned.id).map(LastChange::operator_and_time);
        Drift::of(planned, user.as_ref(), changed_by).named_by_store(user.as_ref())
    };
    Ok(planned.iter().zip(&users).map(drift).collect())
}
