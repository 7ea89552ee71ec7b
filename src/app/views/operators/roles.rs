//! Commands of the operators view: defining and removing roles.

use crate::app::{App, JobSlot, Notice, RoleForm};
use crate::domain::dn::split_names;
use crate::domain::role::{Role, is_built_in};
use crate::plan::SettingsWish;
use crate::worker::jobs::{RemoveRole, RoleChange, SetRole};

impl App {
    pub(in crate::app) fn edit_role(&mut self, name: &str) {
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

    pub(in crate::app) fn set_role_form(&mut self, form: RoleForm) {
        if let Some(operators) = &mut self.operators {
            operators.form = form;
        }
    }

    /// Saves the role of the form, unless something in it is wrong.
    pub(in crate::app) fn save_role(&mut self) {
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
        // A new role must not change an existing one.
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
        let failed = Self::refused_or_pending(SettingsWish::of_role(&role));
        self.submit(JobSlot::ROLES, SetRole(role), Self::role_changed, failed);
    }

    pub(in crate::app) fn remove_role(&mut self, name: String) {
        if !self.is_writing() && self.operators.is_some() {
            let role = name.clone();
            let failed = Self::refused_or_pending(SettingsWish::RemoveRole { role });
            self.submit(JobSlot::ROLES, RemoveRole(name), Self::role_changed, failed);
        }
    }

    /// A role was saved or removed.
    fn role_changed(&mut self, RoleChange { name, outcome }: RoleChange) {
        if let Some(operators) = &mut self.operators {
            operators.notice = Some(Notice::outcome(&outcome));
            let form = &operators.form;
            if form.name.trim() == name || form.edited.as_deref() == Some(&name) {
                operators.form = RoleForm::default();
            }
            self.read_operators();
        }
        self.say(outcome);
    }
}
