//! The rules of the store for reasons and tickets, and what they ask of the preview.

use super::{App, FocusTarget, PreviewList};
use crate::domain::reason_rules::{ReasonCheck, ReasonFault, ReasonRules};

/// The largest number of characters of a pattern that is said in a short sentence.
const SHORT_PATTERN: usize = 24;

impl App {
    /// Takes the rules of the store, and holds the open previews to them.
    pub(super) fn take_reason_rules(&mut self, rules: ReasonRules) {
        self.reason_check = ReasonCheck::new(rules);
        for panel in [&mut self.panel, &mut self.other_preview.panel] {
            if let Some(list) = panel.list_mut() {
                list.hold_to(&self.reason_check);
            }
        }
    }

    /// Why a preview can be neither applied nor submitted with its reason and its ticket, in a short
    /// sentence. None if it can.
    pub fn reason_problem(&self, list: &PreviewList) -> Option<String> {
        if list.counts.will_change == 0 {
            return None;
        }
        let asked = &list.asked;
        let Some(review) = &list.review else {
            let typed = || asked.fault_of_reason(&self.reason);
            let typed = typed().or_else(|| asked.fault_of_ticket(&self.ticket));
            let in_rows = || asked.fault_in_rows().map(row_words);
            return typed.as_ref().map(words).or_else(in_rows);
        };
        // The rules may be newer than the plan, which keeps its reason and ticket.
        let plan = &list.plan;
        let own = asked.fault_in_rows().cloned();
        let own = own.or_else(|| asked.fault_of_reason(&plan.reason));
        let fault = own.or_else(|| asked.fault_of_ticket(&plan.ticket));
        fault.filter(|_| !review.is_closed()).map(|fault| {
            let what = match fault {
                ReasonFault::NoReason => "a reason",
                ReasonFault::NoTicket => "a ticket",
                ReasonFault::OtherForm { .. } => "a ticket of another form",
            };
            format!("A rule of the store now asks for {what}. Submit it anew.")
        })
    }

    /// Moves the focus to the field of the preview with which a rule does not agree, if there is one.
    pub(in crate::app) fn focus_reason(&mut self) {
        let Some(list) = self.panel.list().filter(|list| list.review.is_none()) else {
            return;
        };
        let target = if list.asked.fault_of_reason(&self.reason).is_some() {
            FocusTarget::Reason
        } else if list.asked.fault_of_ticket(&self.ticket).is_some() {
            FocusTarget::Ticket
        } else {
            return;
        };
        self.next_frame.focus = Some(target);
    }

    /// The fault of the typed ticket in a whole sentence. None while it is empty or fits.
    pub fn ticket_problem(&self, list: &PreviewList) -> Option<String> {
        let fault = list.asked.fault_of_ticket(&self.ticket)?;
        matches!(fault, ReasonFault::OtherForm { .. }).then(|| fault.to_string())
    }
}

/// The words about a fault, which fit beside a button.
fn words(fault: &ReasonFault) -> String {
    match fault {
        ReasonFault::NoReason => "Give a reason. A rule of the store asks for one.".to_owned(),
        ReasonFault::NoTicket => "Give a ticket. A rule of the store asks for one.".to_owned(),
        ReasonFault::OtherForm { pattern, .. } if pattern.chars().count() <= SHORT_PATTERN => {
            format!("A ticket must look like {pattern}.")
        }
        ReasonFault::OtherForm { .. } => {
            "The ticket is not of the form that a rule asks for.".to_owned()
        }
    }
}

/// The words about a fault of a row.
fn row_words(fault: &ReasonFault) -> String {
    let what = match fault {
        ReasonFault::NoReason => "no reason",
        ReasonFault::NoTicket => "no ticket",
        ReasonFault::OtherForm { .. } => "a ticket of another form than a rule asks for",
    };
    format!("A row of the file has {what}. Take it out, or correct the file.")
}
