//! When plans need approval and who is protected, as the operators view shows and changes it.

use super::{App, Notice, Purpose};
use crate::domain::approval::ApprovalRules;
use crate::worker::{Approval, Job, Whom};

/// The rules and the protected users as they are shown, and what is about to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalView {
    pub kept: Approval,
    pub draft: RulesDraft,
    /// The identity of somebody who is about to be protected.
    pub identity: String,
}

/// The rules as they stand in their boxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesDraft {
    pub has_limit: bool,
    pub limit: String,
    pub others_locks: bool,
}

/// The limit that is offered where there is none yet.
const USUAL_LIMIT: u64 = 200;

impl RulesDraft {
    fn of(rules: ApprovalRules) -> Self {
        Self {
            has_limit: rules.above.is_some(),
            limit: rules.above.unwrap_or(USUAL_LIMIT).to_string(),
            others_locks: rules.others_locks,
        }
    }

    /// None where the limit is no number.
    pub fn rules(&self) -> Option<ApprovalRules> {
        let limit = || {
            self.limit
                .trim()
                .replace([',', '.', ' ', '’', '\''], "")
                .parse()
                .ok()
        };
        let above = if self.has_limit { Some(limit()?) } else { None };
        Some(ApprovalRules {
            above,
            others_locks: self.others_locks,
        })
    }
}

impl ApprovalView {
    /// Why the operator cannot change any of it.
    pub fn why_not(&self) -> Option<String> {
        let roles = self.kept.setters.join(", ");
        (!self.kept.may_set)
            .then(|| format!("Only who has one of these roles may change this: {roles}."))
    }

    /// Why the rules cannot be saved as they stand in their boxes.
    pub fn why_not_save(&self) -> Option<String> {
        self.why_not().or_else(|| match self.draft.rules() {
            None => Some("The number of users is not a number.".to_owned()),
            Some(rules) if rules == self.kept.rules => Some("Nothing has been changed.".to_owned()),
            Some(_) => None,
        })
    }
}

impl App {
    pub(super) fn approval_read(&mut self, kept: Approval) {
        let Some(operators) = &mut self.operators else {
            return;
        };
        let identity = operators
            .approval
            .take()
            .map(|old| old.identity)
            .unwrap_or_default();
        operators.approval = Some(ApprovalView {
            draft: RulesDraft::of(kept.rules),
            kept,
            identity,
        });
    }

    pub(super) fn edit_rules(&mut self, draft: RulesDraft) {
        self.change_approval(|approval| approval.draft = draft);
    }

    pub(super) fn edit_protected(&mut self, identity: String) {
        self.change_approval(|approval| approval.identity = identity);
    }

    fn change_approval(&mut self, change: impl FnOnce(&mut ApprovalView)) {
        if let Some(approval) = self
            .operators
            .as_mut()
            .and_then(|operators| operators.approval.as_mut())
        {
            change(approval);
        }
    }

    pub(super) fn save_rules(&mut self) {
        let approval = self
            .operators
            .as_ref()
            .and_then(|operators| operators.approval.as_ref());
        let Some(approval) = approval.filter(|approval| approval.why_not_save().is_none()) else {
            return;
        };
        if let Some(rules) = approval.draft.rules().filter(|_| !self.is_writing()) {
            self.submit(Purpose::Rules, "Saving the rules", Job::SetApproval(rules));
        }
    }

    pub(super) fn protect(&mut self, whom: Whom, protects: bool) {
        if !self.is_writing() {
            let title = if protects {
                "Protecting a user"
            } else {
                "Ending the protection of a user"
            };
            self.submit(Purpose::Rules, title, Job::Protect(whom, protects));
        }
    }

    /// Rules were saved, or somebody is protected or no longer: `words` say which.
    pub(super) fn rules_changed(&mut self, words: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice {
                text: words.clone(),
                is_error: false,
            });
            self.edit_protected(String::new());
            self.submit(Purpose::Approval, "Reading the rules", Job::Approval);
        }
        if let Some(id) = self.details.as_ref().map(|details| details.id) {
            self.read_details(id);
        }
        self.say(words);
    }
}
