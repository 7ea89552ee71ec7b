//! Roles and the cmdlets that they permit. Names are compared exactly.

use strum::{EnumCount as _, VariantArray as _};

use super::action::Action;
use super::approval::ApprovalRules;
use super::dn::DistinguishedName;

/// Names of permissions. Those with Cs are cmdlets; the others are PinDesk's own.
pub mod cmdlet {
    use strum::{EnumCount as _, VariantArray as _};

    use crate::domain::action::Action;

    pub const LOCK: &str = Action::Lock.permission();
    pub const UNLOCK: &str = Action::Unlock.permission();
    pub const SET_PIN: &str = Action::SetPin.permission();
    /// Checking whether digits are a user's PIN. It needs a permission, because wrong digits count
    /// towards a lock.
    pub const TEST_PIN: &str = "Test-PinDeskPin";
    pub const POLICY: &str = "Set-CsPinPolicy";
    pub const IMPORT: &str = "Import-PinDesk";
    pub const ROLES: &str = "Set-PinDeskRole";
    /// Setting the rules of approval and the list of protected users.
    pub const APPROVAL: &str = "Set-PinDeskApproval";

    /// Permissions that are not actions on PINs.
    const OTHERS: [&str; 5] = [TEST_PIN, POLICY, IMPORT, ROLES, APPROVAL];

    /// The number of actions that have a permission of their own.
    const OWN: usize = {
        let (mut own, mut index) = (0, 0);
        while index < Action::COUNT {
            own += Action::VARIANTS[index].has_own_permission() as usize;
            index += 1;
        }
        own
    };

    /// All permissions in the order in which they are shown, actions first.
    pub const ALL: [&str; OWN + OTHERS.len()] = {
        let mut all = [""; OWN + OTHERS.len()];
        let (mut index, mut action, mut other) = (0, 0, 0);
        while index < all.len() {
            if action < Action::COUNT {
                if Action::VARIANTS[action].has_own_permission() {
                    all[index] = Action::VARIANTS[action].permission();
                    index += 1;
                }
                action += 1;
            } else {
                all[index] = OTHERS[other];
                (other, index) = (other + 1, index + 1);
            }
        }
        all
    };

    /// A plain description of a permission. An unknown name describes itself.
    pub fn words(name: &str) -> &str {
        match name {
            TEST_PIN => "try PINs",
            POLICY => "manage PIN policies",
            IMPORT => "import users and PINs",
            ROLES => "define roles and give them",
            APPROVAL => "set when approval is needed",
            other => Action::VARIANTS
                .iter()
                .find(|action| action.has_own_permission() && action.permission() == other)
                .map_or(other, |action| action.permits()),
        }
    }

    /// Whether it concerns the store as a whole. Then a role that is limited to units does not
    /// permit it.
    pub fn is_of_the_store(name: &str) -> bool {
        name == POLICY || name == IMPORT || name == ROLES || name == APPROVAL
    }
}

/// A role as the store keeps it: cmdlet names and, for custom roles, the organisational units it is
/// limited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub cmdlets: Vec<String>,
    /// Empty means everywhere.
    pub units: Vec<DistinguishedName>,
}

/// The users for whom an operator may run a cmdlet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    Nowhere,
    Everywhere,
    Within(Vec<DistinguishedName>),
}

/// The permissions of an operator for each action, and the rules of approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// In the order of [`Action::VARIANTS`].
    by_action: [Permission; Action::COUNT],
    /// Whether the operator may import, and so give back a PIN state that an import has replaced.
    pub may_import: bool,
    pub approval: ApprovalRules,
}

/// The administrator at the keyboard: the account of the operating system, and the machine it is
/// logged on to.
///
/// The account is a claim of the operating system, not a proof of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub account: String,
    pub machine: String,
    /// The ID of the account: a SID on Windows, `uid:1000` on Unix. None if the system does not say.
    pub id: Option<String>,
}

impl Operator {
    /// This operator as a server knows them: by the login that it has proved.
    #[must_use]
    pub fn at_server(self, login: String) -> Self {
        Self {
            account: login,
            id: None,
            ..self
        }
    }
}

/// The role of the account that creates a store.
pub const ADMINISTRATOR: &str = "CsAdministrator";

/// The built-in roles and their permissions, named after the administrative roles of Skype for
/// Business Server, see <https://learn.microsoft.com/powershell/module/skype/get-csadminrole>.
pub const BUILT_IN: [(&str, &[&str]); 5] = [
    (ADMINISTRATOR, &cmdlet::ALL),
    (
        "CsUserAdministrator",
        &[
            cmdlet::LOCK,
            cmdlet::UNLOCK,
            cmdlet::SET_PIN,
            cmdlet::TEST_PIN,
            cmdlet::IMPORT,
        ],
    ),
    (
        "CsHelpDesk",
        &[
            cmdlet::LOCK,
            cmdlet::UNLOCK,
            cmdlet::SET_PIN,
            cmdlet::TEST_PIN,
        ],
    ),
    ("CsServerAdministrator", &[cmdlet::POLICY]),
    ("CsViewOnlyAdministrator", &[]),
];

impl Permissions {
    /// The permissions that `permission` gives for each action.
    ///
    /// # Errors
    /// The first error of `permission`.
    pub fn of_each<E>(
        approval: ApprovalRules,
        permission: impl FnMut(Action) -> Result<Permission, E>,
    ) -> Result<Self, E> {
        let mut by_action = std::array::from_fn(|_| Permission::Nowhere);
        let found = Action::VARIANTS.iter().copied().map(permission);
        for (slot, permission) in by_action.iter_mut().zip(found) {
            *slot = permission?;
        }
        Ok(Self {
            by_action,
            may_import: false,
            approval,
        })
    }

    /// No permissions: a placeholder until the viewer is known.
    pub fn nothing() -> Self {
        Self::of_one(&Permission::Nowhere, ApprovalRules::default())
    }

    /// The permission for one action, for a plan without other actions.
    pub fn of_one(permission: &Permission, approval: ApprovalRules) -> Self {
        Self {
            by_action: std::array::from_fn(|_| permission.clone()),
            may_import: false,
            approval,
        }
    }

    /// The permission for an action.
    pub fn of(&self, action: Action) -> &Permission {
        &self.by_action[action as usize]
    }
}

impl Role {
    /// The first cmdlet that this role permits somewhere where the roles `held` do not. None if
    /// the role permits nothing beyond them.
    pub fn beyond(&self, held: &[Self]) -> Option<&str> {
        let is_held = |cmdlet: &&String| match Permission::of(held, cmdlet) {
            Permission::Everywhere => true,
            Permission::Nowhere => false,
            Permission::Within(_) if cmdlet::is_of_the_store(cmdlet) => false,
            Permission::Within(units) => {
                let is_inside =
                    |unit: &DistinguishedName| units.iter().any(|held| unit.is_within(held));
                !self.units.is_empty() && self.units.iter().all(is_inside)
            }
        };
        let cmdlet = self.cmdlets.iter().find(|cmdlet| !is_held(cmdlet))?;
        Some(cmdlet)
    }
}

/// Whether this is the name of a built-in role. Names are compared exactly.
pub fn is_built_in(name: &str) -> bool {
    BUILT_IN.iter().any(|(built_in, _)| *built_in == name)
}

impl Permission {
    /// The permission of several roles together for one cmdlet. Without a role, there is none.
    pub fn of(roles: &[Role], cmdlet: &str) -> Self {
        let mut within = Vec::new();
        for role in roles
            .iter()
            .filter(|role| role.cmdlets.iter().any(|name| name == cmdlet))
        {
            if role.units.is_empty() {
                return Self::Everywhere;
            }
            within.extend(role.units.iter().cloned());
        }
        if within.is_empty() {
            Self::Nowhere
        } else {
            Self::Within(within)
        }
    }

    /// Whether it covers a user with this distinguished name. A user without one is covered only by
    /// a permission everywhere.
    pub fn covers(&self, dn: Option<&DistinguishedName>) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::Within(units) => dn.is_some_and(|dn| units.iter().any(|unit| dn.is_within(unit))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(cmdlets: &[&str], units: &[&str]) -> Role {
        Role {
            name: "test".to_owned(),
            cmdlets: cmdlets.iter().map(|&name| name.to_owned()).collect(),
            units: units
                .iter()
                .map(|unit| DistinguishedName::parse(unit).unwrap())
                .collect(),
        }
    }

    #[test]
    fn a_role_that_may_only_unlock_may_not_lock() {
        let roles = [role(&[cmdlet::UNLOCK], &[])];
        assert_eq!(Permission::of(&roles, cmdlet::LOCK), Permission::Nowhere);
        assert_eq!(
            Permission::of(&roles, cmdlet::UNLOCK),
            Permission::Everywhere
        );
    }

    #[test]
    fn every_cmdlet_of_a_built_in_role_is_known_and_has_words() {
        for name in BUILT_IN.iter().flat_map(|(_, cmdlets)| *cmdlets) {
            assert!(
                cmdlet::ALL.contains(name) && cmdlet::words(name) != *name,
                "{name}"
            );
        }
        assert!(is_built_in(ADMINISTRATOR) && !is_built_in("csadministrator"));
    }

    #[test]
    fn the_help_desk_may_do_every_action() {
        for role in ["CsUserAdministrator", "CsHelpDesk"] {
            let (_, cmdlets) = BUILT_IN.iter().find(|(name, _)| *name == role).unwrap();
            for action in Action::VARIANTS {
                assert!(cmdlets.contains(&action.permission()), "{role}: {action:?}");
            }
        }
    }

    #[test]
    fn a_role_goes_beyond_roles_that_hold_less_or_elsewhere() {
        let finance = "OU=Finance,DC=litwareinc,DC=com";
        let payroll = "OU=Payroll,OU=Finance,DC=litwareinc,DC=com";
        let sales = "OU=Sales,DC=litwareinc,DC=com";
        let held = [
            role(&[cmdlet::ROLES], &[]),
            role(&[cmdlet::UNLOCK], &[finance]),
            role(&[cmdlet::UNLOCK], &[sales]),
        ];
        let beyond = |cmdlets: &[&str], units: &[&str]| {
            role(cmdlets, units).beyond(&held).map(str::to_owned)
        };
        assert_eq!(beyond(&[], &[]), None);
        assert_eq!(beyond(&[cmdlet::ROLES], &[]), None);
        assert_eq!(beyond(&[cmdlet::UNLOCK], &[payroll, sales]), None);
        assert_eq!(
            beyond(&[cmdlet::UNLOCK], &["DC=litwareinc,DC=com"]).as_deref(),
            Some(cmdlet::UNLOCK)
        );
        assert_eq!(
            beyond(&[cmdlet::UNLOCK], &[]).as_deref(),
            Some(cmdlet::UNLOCK)
        );
        assert_eq!(
            beyond(&[cmdlet::UNLOCK, cmdlet::LOCK], &[finance]).as_deref(),
            Some(cmdlet::LOCK)
        );
        let limited = [role(&[cmdlet::IMPORT], &[finance])];
        let import = role(&[cmdlet::IMPORT], &[finance]);
        assert_eq!(import.beyond(&limited), Some(cmdlet::IMPORT));
    }

    #[test]
    fn units_are_suffixes_of_whole_levels() {
        let permission = Permission::of(
            &[role(&[cmdlet::LOCK], &["OU=Finance,DC=litwareinc,DC=com"])],
            cmdlet::LOCK,
        );
        let dn = |text| DistinguishedName::parse(text).unwrap();
        assert!(permission.covers(Some(&dn("CN=Ken Myer,ou=finance,dc=litwareinc,dc=com"))));
        assert!(!permission.covers(Some(&dn("CN=Ken Myer,OU=Not Finance,DC=litwareinc,DC=com"))));
        assert!(!permission.covers(Some(&dn("DC=litwareinc,DC=com"))));
        assert!(!permission.covers(None));
    }
}
