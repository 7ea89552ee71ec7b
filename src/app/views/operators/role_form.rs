//! A role as it is typed in the operators view.

use crate::domain::custom_role::units_text;
use crate::domain::role::Role;

/// A role as it is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleForm {
    /// The name of the role that is being edited. None: a new role.
    pub edited: Option<String>,
    pub name: String,
    pub cmdlets: Vec<String>,
    /// The organizational units as distinguished names, separated by semicolons. Empty: everywhere.
    pub units: String,
}

impl RoleForm {
    /// The form for editing a role.
    pub fn of(role: &Role) -> Self {
        let (name, cmdlets) = (role.name.clone(), role.cmdlets.clone());
        Self {
            edited: Some(name.clone()),
            name,
            cmdlets,
            units: units_text(&role.units),
        }
    }

    /// Whether the role permits a cmdlet.
    pub fn permits(&self, cmdlet: &str) -> bool {
        self.cmdlets.iter().any(|name| name == cmdlet)
    }

    /// Adds a cmdlet, or removes it.
    pub fn toggle(&mut self, cmdlet: &str) {
        if self.permits(cmdlet) {
            self.cmdlets.retain(|name| name != cmdlet);
        } else {
            self.cmdlets.push(cmdlet.to_owned());
        }
    }
}
