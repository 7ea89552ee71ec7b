//! Commands of the operators view: the rules of approval, and protected users.

use crate::app::{App, ApprovalView, JobSlot, Notice, RulesDraft};
use crate::plan::SettingsWish;
use crate::worker::jobs::{
    ApprovalSettings, ProtectionTarget, ReadApproval, SetApprovalRules, SetProtection,
};

impl App {
    pub(in crate::app) fn read_approval(&mut self) {
        let (done, failed) = (Self::approval_read, Self::report);
        self.submit(JobSlot::APPROVAL, ReadApproval, done, failed);
    }

    fn approval_read(&mut self, kept: ApprovalSettings) {
        let Some(operators) = &mut self.operators else {
            return;
        };
        let (identity, draft) = match operators.approval.take() {
            // The typed rules stay, unless the kept ones have changed meanwhile.
            Some(old) if old.kept.rules == kept.rules => (old.identity, old.draft),
            Some(old) => (old.identity, RulesDraft::of(kept.rules)),
            None => (String::new(), RulesDraft::of(kept.rules)),
        };
        operators.approval = Some(ApprovalView {
            kept,
            draft,
            identity,
        });
    }

    pub(in crate::app) fn edit_rules(&mut self, draft: RulesDraft) {
        self.change_approval(|approval| approval.draft = draft);
    }

    pub(in crate::app) fn edit_protected(&mut self, identity: String) {
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

    pub(in crate::app) fn save_rules(&mut self) {
        let approval = self
            .operators
            .as_ref()
            .and_then(|operators| operators.approval.as_ref());
        let Some(approval) = approval.filter(|approval| approval.save_obstacle().is_none()) else {
            return;
        };
        if let Some(rules) = approval.draft.rules().filter(|_| !self.is_writing()) {
            let failed = Self::refused_or_pending(SettingsWish::SetApproval { rules });
            let job = SetApprovalRules(rules);
            self.submit(JobSlot::RULES, job, Self::rules_changed, failed);
        }
    }

    pub(in crate::app) fn protect(&mut self, target: ProtectionTarget, protects: bool) {
        if !self.is_writing() {
            // Protecting a typed user needs no approval.
            let wish = match target {
                ProtectionTarget::User(user) => Some(SettingsWish::Protect { user, protects }),
                ProtectionTarget::Identity(_) => None,
            };
            let job = SetProtection { target, protects };
            let failed = Self::refused_or_pending(wish);
            self.submit(JobSlot::RULES, job, Self::rules_changed, failed);
        }
    }

    /// Rules were saved, or a protection was changed.
    fn rules_changed(&mut self, outcome: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice::outcome(&outcome));
            operators.pending = None;
            self.edit_protected(String::new());
            self.read_approval();
        }
        self.read_details_again();
        self.say(outcome);
    }
}
