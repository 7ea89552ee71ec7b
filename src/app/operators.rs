//! The operators view: who has which role, and giving and taking them.

use super::{App, FocusWish, Notice, Purpose};
use crate::store::{Grant, OperatorRoles};
use crate::worker::Job;

/// The operators as they are shown, and the role that is about to be given.
#[derive(Default)]
pub struct Operators {
    pub all: Vec<OperatorRoles>,
    /// The names of all roles.
    pub roles: Vec<String>,
    pub account: String,
    pub role: Option<String>,
    /// What came of the last change.
    pub notice: Option<Notice>,
}

impl App {
    pub(super) fn open_operators(&mut self) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.operators = Some(Operators::default());
        self.submit(Purpose::Operators, "Reading the operators", Job::Operators);
    }

    pub(super) fn operators_read(&mut self, all: Vec<OperatorRoles>, roles: Vec<String>) {
        if let Some(operators) = &mut self.operators {
            operators.all = all;
            operators.roles = roles;
        }
    }

    pub(super) fn grant(&mut self, grant: Grant, role: String, account: String) {
        if !self.is_writing() && self.operators.is_some() {
            self.submit(Purpose::Grant, "Changing a role", Job::Grant(grant, role, account));
        }
    }

    /// A role was given or taken: `words` say which.
    pub(super) fn granted(&mut self, words: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice { text: words.clone(), is_error: false });
            operators.account.clear();
            self.submit(Purpose::Operators, "Reading the operators", Job::Operators);
        }
        self.say(words);
    }

    pub(super) fn not_granted(&mut self, why: &str) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice { text: why.to_owned(), is_error: true });
        }
    }

    pub(super) fn close_operators(&mut self) {
        self.cancel(Purpose::Operators);
        self.operators = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
