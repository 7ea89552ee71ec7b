//! The operators view: who has which role, who can do what, and the roles themselves.

use super::{App, ApprovalView, FocusWish, Notice, Purpose};
use crate::domain::custom_role::unit_words;
use crate::domain::dn::split_names;
use crate::domain::role::{Role, is_built_in};
use crate::store::{Grant, Holder, OperatorRoles};
use crate::worker::{Job, OperatorsRead};

/// The parts of the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OperatorsTab {
    #[default]
    Operators,
    Roles,
    Approval,
    Protected,
}

impl OperatorsTab {
    pub const ALL: [Self; 4] = [
        Self::Operators,
        Self::Roles,
        Self::Approval,
        Self::Protected,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Operators => "Operators",
            Self::Roles => "Roles",
            Self::Approval => "Approval",
            Self::Protected => "Protected users",
        }
    }
}

/// The operators and roles as they are shown, and what is about to be changed.
#[derive(Default)]
pub struct Operators {
    pub tab: OperatorsTab,
    /// The rules of approval and the protected users, once they have been asked for.
    pub approval: Option<ApprovalView>,
    pub all: Vec<OperatorRoles>,
    /// All roles, the built-in ones first.
    pub roles: Vec<Role>,
    /// May whoever is at the keyboard change any of it?
    pub may_change: bool,
    /// The cmdlet of "Who can"; none: anyone with a role.
    pub who_can: Option<&'static str>,
    holders: Option<(&'static str, Vec<Holder>)>,
    pub account: String,
    pub role: Option<String>,
    pub form: RoleForm,
    /// What came of the last change.
    pub notice: Option<Notice>,
}

/// A role as it is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleForm {
    /// It is this role that is defined anew; none: it is a new one.
    pub edited: Option<String>,
    pub name: String,
    pub cmdlets: Vec<String>,
    /// Distinguished names with a semicolon between them; empty: everywhere.
    pub units: String,
}

impl Operators {
    /// Who may run the chosen cmdlet, as soon as it has been read.
    pub fn holders(&self) -> Option<&[Holder]> {
        let chosen = self.who_can?;
        self.holders
            .as_ref()
            .filter(|(cmdlet, _)| *cmdlet == chosen)
            .map(|(_, holders)| holders.as_slice())
    }

    /// Can a role be given, taken, defined or removed right now?
    pub fn can_change(&self, app: &App) -> bool {
        self.may_change && !app.is_writing()
    }

    fn fail(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error: true,
        });
    }
}

impl RoleForm {
    /// The form for defining a role anew.
    pub fn of(role: &Role) -> Self {
        let (name, cmdlets) = (role.name.clone(), role.cmdlets.clone());
        Self {
            edited: Some(name.clone()),
            name,
            cmdlets,
            units: unit_words(&role.units),
        }
    }

    /// Does it permit this cmdlet?
    pub fn permits(&self, cmdlet: &str) -> bool {
        self.cmdlets.iter().any(|name| name == cmdlet)
    }

    /// Adds a cmdlet, or takes it away.
    pub fn toggle(&mut self, cmdlet: &str) {
        if self.permits(cmdlet) {
            self.cmdlets.retain(|name| name != cmdlet);
        } else {
            self.cmdlets.push(cmdlet.to_owned());
        }
    }
}

impl App {
    pub(super) fn open_operators(&mut self) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.operators = Some(Operators::default());
        self.read_operators();
    }

    fn read_operators(&mut self) {
        let who_can = self
            .operators
            .as_ref()
            .and_then(|operators| operators.who_can);
        self.submit(
            Purpose::Operators,
            "Reading the operators",
            Job::Operators(who_can),
        );
    }

    pub(super) fn operators_read(&mut self, read: OperatorsRead) {
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

    pub(super) fn show_operators_tab(&mut self, tab: OperatorsTab) {
        let Some(operators) = &mut self.operators else {
            return;
        };
        operators.tab = tab;
        // It is about what was done on the other one.
        operators.notice = None;
        if matches!(tab, OperatorsTab::Approval | OperatorsTab::Protected) {
            self.submit(Purpose::Approval, "Reading the rules", Job::Approval);
        }
    }

    pub(super) fn show_who_can(&mut self, cmdlet: Option<&'static str>) {
        if let Some(operators) = &mut self.operators {
            operators.who_can = cmdlet;
            self.read_operators();
        }
    }

    pub(super) fn grant(&mut self, grant: Grant, role: String, account: String) {
        if !self.is_writing() && self.operators.is_some() {
            self.submit(
                Purpose::Grant,
                "Changing a role",
                Job::Grant(grant, role, account),
            );
        }
    }

    /// A role was given or taken: `words` say which.
    pub(super) fn granted(&mut self, words: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice {
                text: words.clone(),
                is_error: false,
            });
            operators.account.clear();
            self.read_operators();
        }
        self.say(words);
    }

    pub(super) fn not_granted(&mut self, why: &str) {
        if let Some(operators) = &mut self.operators {
            operators.fail(why);
        }
    }

    pub(super) fn edit_role(&mut self, name: &str) {
        if let Some(operators) = &mut self.operators
            && let Some(role) = operators
                .roles
                .iter()
                .find(|role| role.name == name && !is_built_in(name))
        {
            operators.form = RoleForm::of(role);
            operators.notice = None;
        }
    }

    pub(super) fn set_role_form(&mut self, form: RoleForm) {
        if let Some(operators) = &mut self.operators {
            operators.form = form;
        }
    }

    /// Saves the role of the form, unless something in it is wrong.
    pub(super) fn save_role(&mut self) {
        let is_writing = self.is_writing();
        let Some(operators) = self.operators.as_mut().filter(|_| !is_writing) else {
            return;
        };
        let form = &operators.form;
        let name = form.edited.as_deref().unwrap_or(&form.name);
        let role = match Role::read(name, &form.cmdlets, &split_names(&form.units)) {
            Ok(role) => role,
            Err(fault) => return operators.fail(format!("{fault} Nothing was changed.")),
        };
        // Who means a new role must not change one that is there.
        if form.edited.is_none() && operators.roles.iter().any(|other| other.name == role.name) {
            let edit = if is_built_in(&role.name) {
                "Choose another name."
            } else {
                "Edit that one, or choose another name."
            };
            return operators.fail(format!(
                "There is a role {} already. {edit} Nothing was changed.",
                role.name
            ));
        }
        self.submit(Purpose::Grant, "Saving a role", Job::SetRole(role));
    }

    pub(super) fn remove_role(&mut self, name: String) {
        if !self.is_writing() && self.operators.is_some() {
            self.submit(Purpose::Grant, "Removing a role", Job::RemoveRole(name));
        }
    }

    /// A role was saved or removed: `words` say what came of it.
    pub(super) fn role_changed(&mut self, name: &str, words: String) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice {
                text: words.clone(),
                is_error: false,
            });
            let form = &operators.form;
            if form.name.trim() == name || form.edited.as_deref() == Some(name) {
                operators.form = RoleForm::default();
            }
            self.read_operators();
        }
        self.say(words);
    }

    pub(super) fn close_operators(&mut self) {
        self.cancel(Purpose::Operators);
        self.cancel(Purpose::Approval);
        self.operators = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
