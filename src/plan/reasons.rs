//! The reasons and tickets of the changes of a plan, and the demands of the store's rules on them.

use std::collections::BTreeSet;

use super::item::PlanItem;
use super::plan_value::Plan;
use crate::domain::action::Action;
use crate::domain::reason_rules::{ReasonCheck, ReasonFault, ReasonRules, RuledChange};

/// The demands of a store's rules on the reason and the ticket that are typed for a whole plan.
#[derive(Clone, Debug, Default)]
pub struct AskedReasons {
    check: ReasonCheck,
    /// The changes that have no reason of their own, and those that have no ticket of their own.
    without_reason: BTreeSet<RuledChange>,
    without_ticket: BTreeSet<RuledChange>,
    /// The first fault in the reasons and tickets that the rows of a file bring.
    in_rows: Option<ReasonFault>,
}

impl Plan {
    /// The reason and the ticket of each change. Those of a row of a list take precedence.
    pub fn reasons(&self) -> impl Iterator<Item = (RuledChange, &str, &str)> {
        self.changes().map(move |(item, _)| {
            let (reason, ticket) = own(item);
            (
                self.ruled_change(item),
                reason.unwrap_or(&self.reason),
                ticket.unwrap_or(&self.ticket),
            )
        })
    }

    /// The demands of the rules on the plan. This looks at each change, so the window keeps them and does
    /// not work them out in every frame.
    pub fn asked_reasons(&self, check: &ReasonCheck) -> AskedReasons {
        let mut asked = AskedReasons {
            check: check.clone(),
            ..AskedReasons::default()
        };
        if *check.rules() == ReasonRules::default() {
            return asked;
        }
        for (item, _) in self.changes() {
            let change = self.ruled_change(item);
            let (reason, ticket) = own(item);
            let mut found = Ok(());
            match reason {
                Some(reason) => found = found.and(check.reason(change, reason)),
                None => _ = asked.without_reason.insert(change),
            }
            match ticket {
                Some(ticket) => found = found.and(check.ticket(change, ticket)),
                None => _ = asked.without_ticket.insert(change),
            }
            asked.in_rows = asked.in_rows.or(found.err());
        }
        asked
    }

    fn ruled_change(&self, item: &PlanItem) -> RuledChange {
        match item.action {
            _ if self.undoes.is_some() => RuledChange::Undo,
            Action::Lock => RuledChange::Lock,
            Action::Unlock => RuledChange::Unlock,
            Action::SetPin => RuledChange::SetPin,
            Action::ResetFailures => RuledChange::ResetFailures,
        }
    }
}

impl AskedReasons {
    /// Whether a rule asks for a reason for the whole plan.
    pub fn needs_reason(&self) -> bool {
        let rules = self.check.rules();
        !rules.reason_for.is_disjoint(&self.without_reason)
    }

    /// Whether a rule asks for a ticket for the whole plan.
    pub fn needs_ticket(&self) -> bool {
        let rules = self.check.rules();
        !rules.ticket_for.is_disjoint(&self.without_ticket)
    }

    /// The pattern that a ticket for the whole plan must match.
    pub fn ticket_pattern(&self) -> Option<&str> {
        let pattern = self.check.rules().ticket_pattern.as_deref();
        pattern.filter(|_| !self.without_ticket.is_empty())
    }

    /// The first fault in the reasons and tickets that the rows of a file bring. Nothing that is typed
    /// for the whole plan ends it.
    pub fn fault_in_rows(&self) -> Option<&ReasonFault> {
        self.in_rows.as_ref()
    }

    /// The fault of the reason that is typed for the whole plan.
    pub fn fault_of_reason(&self, reason: &str) -> Option<ReasonFault> {
        let mut changes = self.without_reason.iter();
        changes.find_map(|&change| self.check.reason(change, reason).err())
    }

    /// The fault of the ticket that is typed for the whole plan.
    pub fn fault_of_ticket(&self, ticket: &str) -> Option<ReasonFault> {
        let mut changes = self.without_ticket.iter();
        changes.find_map(|&change| self.check.ticket(change, ticket).err())
    }
}

/// The reason and the ticket that an item brings.
fn own(item: &PlanItem) -> (Option<&str>, Option<&str>) {
    let own = item.own.as_deref();
    (
        own.and_then(|own| own.reason.as_deref()),
        own.and_then(|own| own.ticket.as_deref()),
    )
}
