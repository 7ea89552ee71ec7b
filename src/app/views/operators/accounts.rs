//! Commands of the operators view: the roles of accounts.

use crate::app::{App, JobSlot, Notice, OperatorsTab, OperatorsView};
use crate::store::Grant;
use crate::worker::JobFailed;
use crate::worker::jobs::{GrantRole, OperatorsAndRoles, ReadOperators};

impl App {
    /// Shows the operators as they are now. The tab and what is typed stay.
    pub(in crate::app) fn enter_operators(&mut self) {
        let tab = self.operators.get_or_insert_default().tab;
        self.read_operators();
        self.read_tab(tab);
    }

    pub(in crate::app) fn read_operators(&mut self) {
        let who_can = self
            .operators
            .as_ref()
            .and_then(|operators| operators.who_can);
        let (done, failed) = (Self::operators_read, Self::operators_failed);
        self.submit(JobSlot::OPERATORS, ReadOperators { who_can }, done, failed);
    }

    fn operators_read(&mut self, read: OperatorsAndRoles) {
        if let Some(operators) = &mut self.operators {
            operators.all = read.operators;
            operators.roles = read.roles;
            operators.may_change = read.may_change;
            operators.holders = read.holders;
            let roles = &operators.roles;
            operators.role = operators
                .role
                .take()
                .filter(|name| roles.iter().any(|role| role.name == *name));
        }
    }

    fn operators_failed(&mut self, failed: &JobFailed) {
        self.report(failed);
    }

    pub(in crate::app) fn show_operators_tab(&mut self, tab: OperatorsTab) {
        let Some(operators) = &mut self.operators else {
            return;
        };
        operators.tab = tab;
        // The notice belongs to the tab that was left.
        operators.notice = None;
        operators.pending = None;
        self.read_tab(tab);
    }

    /// Reads what a tab shows beside the operators and roles.
    fn read_tab(&mut self, tab: OperatorsTab) {
        if matches!(tab, OperatorsTab::Approval | OperatorsTab::Protected) {
            self.read_approval();
        }
    }

    pub(in crate::app) fn show_who_can(&mut self, cmdlet: Option<&'static str>) {
        if let Some(operators) = &mut self.operators {
            operators.who_can = cmdlet;
            self.read_operators();
        }
    }

    /// Whether a role can be given, taken away, defined or removed right now.
    pub fn can_change_operators(&self) -> bool {
        let may_change = |operators: &OperatorsView| operators.may_change;
        self.operators.as_ref().is_some_and(may_change) && !self.is_writing()
    }

    pub(in crate::app) fn grant(&mut self, grant: Grant, role: String, account: String) {
        if !self.is_writing() && self.operators.is_some() {
            let wish = grant.wish(&role, &account);
            let job = GrantRole {
                grant,
                role,
                account,
            };
            let failed = Self::refused_or_pending(wish);
            self.submit(JobSlot::ROLES, job, Self::granted, failed);
        }
    }

    /// A role was given or taken away.
    fn granted(&mut self, outcome: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice::outcome(&outcome));
            operators.pending = None;
            operators.account.clear();
            self.read_operators();
        }
        self.say(outcome);
    }
}
