//! A role as it is typed in the operators view.

use crate::domain::custom_role::unit_words;
use crate::domain::role::Role;

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
