//! Everything about one user.

use strum::VariantArray as _;

use crate::domain::policy::Limits;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Action, Keep, Outcome, Request, Target};
use crate::store::{HeldPolicy, HistoryEntry, LastLogons, StoreError};
use crate::worker::job::{Job, JobContext, JobFailed};
use crate::zone::Zone;

/// The largest number of history entries in the details, newest first.
const MOST_ENTRIES_OF_USER: usize = 200;

/// Reads a user and the user's history.
pub struct ReadDetails {
    pub id: UserId,
    pub zone: Zone,
}

/// A user, with the newest history entries and with what the operator may do.
#[derive(Debug)]
pub struct UserDetails {
    pub id: UserId,
    /// None if the store has no such user.
    pub user: Option<Box<UserRecord>>,
    pub history: Vec<HistoryEntry>,
    /// The policy that holds for the PIN, and why.
    pub policy: HeldPolicy,
    /// The limits of wrong PINs. None: they cannot be known here.
    pub limits: Option<Limits>,
    /// The last logons with their origins, from the history.
    pub last_logons: LastLogons,
    /// The preview of each action.
    pub actions: Vec<ActionOutlook>,
}

/// The preview of an action for one user, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionOutlook {
    pub action: Action,
    /// Whether something would change.
    pub is_possible: bool,
    /// Why not, or what to know before. May be empty.
    pub text: String,
}

impl Job for ReadDetails {
    type Answer = UserDetails;

    fn title(&self) -> &'static str {
        "Reading details"
    }

    fn run(self, context: JobContext<'_>) -> Result<UserDetails, JobFailed> {
        let (id, store) = (self.id, &*context.store);
        let _one_moment = store.snapshot()?;
        let user = store.user(id)?.map(Box::new);
        // Without counted failures there is nothing to say about them.
        let has_failures = (user.as_ref()).is_some_and(|user| user.pin.failures.global > 0);
        let actions = Action::VARIANTS
            .iter()
            .filter(|action| user.is_some() && (has_failures || **action != Action::ResetFailures));
        Ok(UserDetails {
            id,
            history: store.user_history(id, MOST_ENTRIES_OF_USER)?,
            policy: store.held_policy(id)?,
            limits: store.failure_limits(id)?,
            last_logons: store.last_logons(&[id])?.remove(&id).unwrap_or_default(),
            actions: actions
                .map(|&action| self.outlook(action, &context))
                .collect::<Result<_, _>>()?,
            user,
        })
    }
}

impl ReadDetails {
    /// Plans the action without applying it, so that the details never say anything else than the
    /// preview.
    fn outlook(
        &self,
        action: Action,
        context: &JobContext<'_>,
    ) -> Result<ActionOutlook, StoreError> {
        let (store, operator, now) = (&*context.store, context.operator, context.now);
        let request = Request {
            action,
            targets: vec![Target::User(self.id)],
            keep: Keep::All,
            reason: String::new(),
            ticket: String::new(),
        };
        let plan = store.plan(&request, operator, now, context.watch)?.plan;
        let item = plan.items.first();
        let is_possible = item.is_some_and(|item| matches!(item.outcome, Outcome::Change { .. }));
        let mut text = item.map_or_else(String::new, |item| plan.reason(item, self.zone));
        if is_possible {
            let needs = store.approval_needs(&plan, operator, now)?;
            if let Some(need) = needs.first() {
                let gap = if text.is_empty() { "" } else { " " };
                text = format!("Needs approval: {need}.{gap}{text}");
            }
        }
        Ok(ActionOutlook {
            action,
            is_possible,
            text,
        })
    }
}
