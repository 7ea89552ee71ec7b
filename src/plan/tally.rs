//! The totals of a plan, counted in one pass, since a plan can have a million items.

use std::collections::HashSet;

use strum::EnumCount as _;

use super::approval::ApprovalNeed;
use super::item::PlannedUser;
use super::outcome::{Caution, Counts, Group, Outcome, Verdict};
use super::plan_value::Plan;

/// The totals of a plan, and the order in which its items are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: Counts,
    /// The number of items with each verdict, in the order of [`Verdict`].
    pub verdicts: [usize; Verdict::COUNT],
    /// The number of changes of PINs that another administrator locked on purpose.
    pub cautions: usize,
    /// The number of changes with a reason or ticket of their own.
    pub own_reasons: usize,
    /// The reasons why another operator must approve the plan, as known when it was made.
    pub needs: Vec<ApprovalNeed>,
    /// The indexes of all items: changes with a caution and then refusals first, since they need
    /// attention, then the other changes and the rest.
    pub order: Vec<usize>,
}

impl Plan {
    pub fn tally(&self) -> Tally {
        let (mut tally, mut groups) = (Tally::default(), <[Vec<usize>; Group::COUNT]>::default());
        let mut cautious = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            let verdict = item.outcome.verdict();
            tally.verdicts[verdict as usize] += 1;
            *tally.counts.of_mut(verdict.group()) += 1;
            match &item.outcome {
                Outcome::Change { caution: Some(_) } => cautious.push(index),
                _ => groups[verdict.group() as usize].push(index),
            }
            if let Outcome::Change { caution } = &item.outcome {
                tally.cautions +=
                    usize::from(matches!(caution, Some(Caution::LockedByAnother { .. })));
                let own = item
                    .own
                    .as_ref()
                    .is_some_and(|own| own.reason.is_some() || own.ticket.is_some());
                tally.own_reasons += usize::from(own);
            }
        }
        let [changes, no_change, skipped, refused] = groups;
        tally.order = [cautious, refused, changes, no_change, skipped].concat();
        let (rules, operator) = (self.permissions.approval, &self.operator);
        let is_protected = |user: &PlannedUser| user.is_protected;
        // The store adds the changes of the last hours when the plan is applied.
        let lately = HashSet::new();
        tally.needs = self.approval_needs(rules, &lately, operator, self.taken_at, &is_protected);
        tally
    }
}
