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
    /// user stays. Returns the items that were changed, as they were before, with their indexes.
    pub fn pick(&mut self, index: usize, user: UserRecord) -> Vec<(usize, PlanItem)> {
        let mut before = Vec::new();
        let Some(action) = self
            .items
            .get(index)
            .filter(|item| item.is_open())
            .map(|item| item.action)
        else {
            return before;
        };
        // Duplicates refer to the user's first item. Opposite actions for one user are refused.
        let first = self.items.iter().position(|item| item.is_first_of(user.id));
        let outcome = match first {
            Some(first) if self.items[first].action != action => {
                let other = &mut self.items[first];
                before.push((first, other.clone()));
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
        before.push((index, item.clone()));
        item.user = Some(Box::new(user.into()));
        item.outcome = outcome;
        before
    }

    /// Puts items back as they were before a pick, the last of all.
    pub fn put_back(&mut self, before: Vec<(usize, PlanItem)>) {
        for (index, was) in before {
            if let Some(item) = self.items.get_mut(index) {
                *item = was;
            }
        }
    }
}

impl PlanItem {
    /// Whether a user can still be picked for it.
    pub fn is_open(&self) -> bool {
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
