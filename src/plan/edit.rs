//! Changes that an operator makes to a preview: takes users out, and picks the user that an item
//! means.

use std::collections::HashSet;

use super::decide::{decide, is_covered};
use super::item::PlanItem;
use super::outcome::{Outcome, Refusal, SkipReason};
use super::plan_value::Plan;
use crate::domain::user::{UserId, UserRecord};

impl Plan {
    /// The plan with one user skipped. Taking out a user never adds a change.
    #[must_use]
    pub fn without(mut self, id: UserId) -> Self {
        self.take_out(id);
        self
    }

    /// Makes one user skipped, in place.
    pub fn take_out(&mut self, id: UserId) {
        self.take_out_all(&[id]);
    }

    /// Makes several users skipped, in place.
    pub fn take_out_all(&mut self, ids: &[UserId]) {
        let ids: HashSet<UserId> = ids.iter().copied().collect();
        for item in &mut self.items {
            let is_meant = item
                .user
                .as_ref()
                .is_some_and(|user| ids.contains(&user.id));
            if is_meant && matches!(item.outcome, Outcome::Change { .. }) {
                item.outcome = Outcome::Skipped(SkipReason::TakenOut);
            }
        }
    }

    /// Sets the user that the operator picked for the item at an index. An item that already has a
    /// user stays.
    pub fn pick(&mut self, index: usize, user: UserRecord) {
        let Some(action) = self
            .items
            .get(index)
            .filter(|item| item.is_open())
            .map(|item| item.action)
        else {
            return;
        };
        // Duplicates refer to the user's first item. Opposite actions for one user are refused.
        let first = self.items.iter().position(|item| item.is_first_of(user.id));
        let outcome = match first {
            Some(first) if self.items[first].action != action => {
                let other = &mut self.items[first];
                if !matches!(other.outcome, Outcome::Refused(_)) {
                    other.outcome = Outcome::Refused(Refusal::Contradiction { with: index });
                }
                Outcome::Refused(Refusal::Contradiction { with: first })
            }
            Some(of) => Outcome::Duplicate { of },
            None if !is_covered(self.permission(action), &user) => {
                Outcome::Refused(Refusal::Denied)
            }
            None => decide(action, &user, &self.operator, self.taken_at),
        };
        let item = &mut self.items[index];
        item.user = Some(Box::new(user.into()));
        item.outcome = outcome;
    }
}

impl PlanItem {
    /// Whether a user can still be picked for it.
    fn is_open(&self) -> bool {
        use Refusal::{Ambiguous, Disagree, Elsewhere, Invalid, Lost, NotFound};
        self.user.is_none()
            && matches!(
                &self.outcome,
                Outcome::Refused(
                    Invalid(_)
                        | NotFound { .. }
                        | Ambiguous { .. }
                        | Disagree { .. }
                        | Elsewhere { .. }
                        | Lost { .. }
                )
            )
    }

    fn is_first_of(&self, id: UserId) -> bool {
        self.user.as_ref().is_some_and(|user| user.id == id)
            && !matches!(self.outcome, Outcome::Duplicate { .. })
    }
}
