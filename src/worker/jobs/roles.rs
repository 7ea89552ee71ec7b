//! Operators and roles: reading them, granting roles, and defining roles.

use crate::domain::role::{Permission, Role, cmdlet};
use crate::store::{Grant, Holder, OperatorRoles, remove_role_outcome, set_role_outcome};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Reads the operators and all roles.
pub struct ReadOperators {
    /// A cmdlet whose holders are read as well.
    pub who_can: Option<&'static str>,
}

/// The operators with their roles, and all roles.
#[derive(Debug)]
pub struct OperatorsAndRoles {
    pub operators: Vec<OperatorRoles>,
    pub roles: Vec<Role>,
    /// Whether the operator at the keyboard may change any of it.
    pub may_change: bool,
    /// The cmdlet of the request, and the accounts that may run it.
    pub holders: Option<(&'static str, Vec<Holder>)>,
}

/// Gives an account a role, or takes it away. The answer is a sentence.
pub struct GrantRole {
    pub grant: Grant,
    pub role: String,
    pub account: String,
}

/// Creates a custom role, or changes its cmdlets and units.
pub struct SetRole(pub Role);

/// Removes a role by its name.
pub struct RemoveRole(pub String);

/// The name of a role that was created, changed or removed, and the outcome as a sentence.
#[derive(Debug)]
pub struct RoleChange {
    pub name: String,
    pub outcome: String,
}

impl Job for ReadOperators {
    type Answer = OperatorsAndRoles;

    fn title(&self) -> &'static str {
        "Reading the operators"
    }

    fn run(self, context: JobContext<'_>) -> Result<OperatorsAndRoles, JobFailed> {
        let JobContext {
            store, operator, ..
        } = context;
        let _one_moment = store.snapshot()?;
        let holders = match self.who_can {
            Some(cmdlet) => Some((cmdlet, store.who_can(cmdlet)?)),
            None => None,
        };
        Ok(OperatorsAndRoles {
            operators: store.operators()?,
            roles: store.all_roles()?,
            may_change: store.permission(operator, cmdlet::ROLES)? == Permission::Everywhere,
            holders,
        })
    }
}

impl Job for GrantRole {
    type Answer = String;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Changing a role"
    }

    fn run(self, context: JobContext<'_>) -> Result<String, JobFailed> {
        let (role, account) = (&self.role, &self.account);
        let changed =
            context
                .store
                .grant(self.grant, role, account, context.operator, context.now)?;
        Ok(self.grant.outcome(role, account, changed))
    }
}

impl Job for SetRole {
    type Answer = RoleChange;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Saving a role"
    }

    fn run(self, context: JobContext<'_>) -> Result<RoleChange, JobFailed> {
        let changed = context
            .store
            .set_role(&self.0, context.operator, context.now)?;
        Ok(RoleChange {
            outcome: set_role_outcome(&self.0, changed),
            name: self.0.name,
        })
    }
}

impl Job for RemoveRole {
    type Answer = RoleChange;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Removing a role"
    }

    fn run(self, context: JobContext<'_>) -> Result<RoleChange, JobFailed> {
        let changed = context
            .store
            .remove_role(&self.0, context.operator, context.now)?;
        Ok(RoleChange {
            outcome: remove_role_outcome(&self.0, changed),
            name: self.0,
        })
    }
}
