//! The plan: for each user, the state before, the outcome and its reason.

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use super::item::{PlanItem, PlannedUser, SourceFile};
use super::outcome::{Counts, Outcome, Verdict};
use crate::domain::Time;
use crate::domain::action::{Action, ActionDetails};
use crate::domain::pin::PinState;
use crate::domain::role::{Permission, Permissions};
use crate::domain::text::search_key;

/// A request, decided for each of its users against the store at one moment. Only plans are
/// applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The action. None if each row of a file has its own action, or if a batch is undone.
    pub action: Option<Action>,
    /// The batch that this plan undoes.
    pub undoes: Option<BatchId>,
    /// The submitted plan that this one was opened from.
    pub submitted: Option<PlanId>,
    pub reason: String,
    pub ticket: String,
    /// The file that the request came from.
    pub source: Option<SourceFile>,
    /// The account that made the plan.
    pub operator: String,
    /// The permissions of that account, for the preview. The store checks its own when the plan is
    /// applied.
    pub permissions: Permissions,
    pub taken_at: Time,
    pub items: Vec<PlanItem>,
    /// Users with a PIN, counted up to 5,000; beyond that the confirmation limit no longer changes.
    pub pins_set: u64,
}

/// The ID of a batch, which is one change in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BatchId(pub i64);

/// The ID of a plan that was submitted for review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanId(pub i64);

/// Upper bound of the confirmation limit, in users. Above the limit, the number must be typed to
/// confirm.
pub const CONFIRM_LIMIT: u64 = 50;
/// The confirmation limit between these bounds, as a share of all users with a PIN.
const CONFIRM_SHARE_PERCENT: u64 = 10;
/// Lower bound of the confirmation limit, in users, since a tenth of a small directory is few
/// users.
const CONFIRM_NEVER_BELOW: u64 = 5;
/// The limit in a sentence.
pub const CONFIRM_LIMIT_WORDS: &str = "The number of users must be typed before a change of more than 50 users or a tenth of \
     all who have a PIN, whichever is fewer, but never for five or fewer.";

impl Plan {
    /// The items that would change, with their users.
    pub fn changes(&self) -> impl Iterator<Item = (&PlanItem, &PlannedUser)> {
        self.items
            .iter()
            .filter(|item| matches!(item.outcome, Outcome::Change { .. }))
            .filter_map(|item| item.user.as_deref().map(|user| (item, user)))
    }

    /// The indexes of the items with a verdict that contain a text: in the identity as given, in
    /// the user's name or identity, or as their line.
    pub fn search(&self, verdict: Option<Verdict>, text: &str) -> Vec<usize> {
        let key = search_key(text.trim());
        let contains = |name: &str| search_key(name).contains(&key);
        let fits = |item: &PlanItem| {
            verdict.is_none_or(|verdict| item.outcome.verdict() == verdict)
                && (key.is_empty()
                    || contains(&item.given)
                    || item
                        .position
                        .is_some_and(|position| position.line.to_string() == key)
                    || item.user.as_ref().is_some_and(|user| {
                        contains(&user.display_name) || contains(&user.identity)
                    }))
        };
        self.items
            .iter()
            .enumerate()
            .filter(|(_, item)| fits(item))
            .map(|(index, _)| index)
            .collect()
    }

    /// The number of items in each group.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *counts.of_mut(item.outcome.group()) += 1;
        }
        counts
    }

    /// The number of changes above which it must be typed: 50, or a tenth of all users with a PIN,
    /// whichever is fewer.
    pub fn confirm_limit(&self) -> u64 {
        (self.pins_set.saturating_mul(CONFIRM_SHARE_PERCENT) / 100)
            .clamp(CONFIRM_NEVER_BELOW, CONFIRM_LIMIT)
    }

    /// Whether the number must be typed to confirm `count` changes.
    pub fn must_type_number(&self, count: usize) -> bool {
        count as u64 > self.confirm_limit()
    }

    /// The state of an item's user after `operator` has applied the plan at `at`.
    pub fn after(&self, item: &PlanItem, before: &PinState, operator: &str, at: Time) -> PinState {
        let own = item.own.as_deref();
        if let Some(restored) = own.and_then(|own| own.restores.as_ref()) {
            return restored.clone();
        }
        let reason = own.and_then(|own| own.reason.as_deref());
        let ticket = own.and_then(|own| own.ticket.as_deref());
        let details = ActionDetails {
            operator,
            at,
            until: own.and_then(|own| own.until),
            reason: reason.unwrap_or(&self.reason),
            ticket: ticket.unwrap_or(&self.ticket),
            lifetime_days: own.and_then(|own| own.lifetime_days).unwrap_or(0),
            inactivity_days: own.and_then(|own| own.inactivity_days).unwrap_or(0),
        };
        item.action.apply(before, &details)
    }

    /// Whether the pool has a cmdlet for each change.
    pub fn is_of_the_product(&self) -> bool {
        self.changes()
            .all(|(item, _)| item.action.is_of_the_product())
    }

    /// Whether a script can make the changes on the pool.
    pub fn has_script(&self) -> bool {
        self.changes().all(|(item, _)| item.action.is_listed())
    }

    /// The part of the directory in which the operator may do an action.
    pub fn permission(&self, action: Action) -> &Permission {
        self.permissions.of(action)
    }

    /// The permissions that the operator's roles must hold, each once.
    pub fn permissions_needed(&self) -> Vec<&'static str> {
        let mut needed: Vec<&str> = match self.action {
            Some(action) => vec![action.permission()],
            None => Action::VARIANTS
                .iter()
                .copied()
                .filter(|action| self.changes().any(|(item, _)| item.action == *action))
                .map(Action::permission)
                .collect(),
        };
        let all = needed.clone();
        let mut index = 0;
        needed.retain(|one| {
            index += 1;
            !all[..index - 1].contains(one)
        });
        needed
    }

    /// The moment at which the lock of an item would end by itself. None for any other change, and if
    /// only Unlock would end it.
    pub fn lock_end(&self, item: &PlanItem) -> Option<Time> {
        let user = item
            .user
            .as_ref()
            .filter(|_| matches!(item.outcome, Outcome::Change { .. }))?;
        let after = self.after(item, &user.before, &self.operator, self.taken_at);
        after.lock_in_force(self.taken_at)?.ends()
    }

    /// Gives all locks one end, or none, in place of those that they have.
    pub fn end_locks(&mut self, until: Option<Time>) {
        let locks = self
            .items
            .iter_mut()
            .filter(|item| item.action == Action::Lock);
        for item in locks {
            if until.is_some() || item.own.is_some() {
                item.own.get_or_insert_default().until = until;
            }
        }
    }

    /// The plan with an end for each lock that has none of its own.
    #[must_use]
    pub fn locking_until(mut self, until: Time) -> Self {
        let locks = self
            .items
            .iter_mut()
            .filter(|item| item.action == Action::Lock);
        for item in locks {
            item.own.get_or_insert_default().until.get_or_insert(until);
        }
        self
    }
}
