//! Custom roles: reading and checking them.

use super::dn::{DistinguishedName, DnError};
use super::role::{Role, cmdlet};
use super::visible::{has_hidden, shown};

/// Longest allowed name of a role, in characters.
pub const LONGEST_NAME: usize = 64;

/// Reasons why a role is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleFault {
    #[error("A role needs a name.")]
    NoName,
    #[error(
        "The name of a role has at most {} characters, and this one has {length}. Choose a shorter one.",
        LONGEST_NAME
    )]
    LongName { length: usize },
    #[error(
        "The name {name} contains an invisible character, marked here by a dot. Type the name again without it."
    )]
    HiddenSign { name: String },
    #[error("The role {role} permits nothing. Name at least one cmdlet: {}.", cmdlet::ALL.join(", "))]
    NoCmdlet { role: String },
    #[error("There is no cmdlet {}.{} Names are compared exactly; known are {}.", shown(.name), did_you_mean(*.like), cmdlet::ALL.join(", "))]
    UnknownCmdlet {
        name: String,
        like: Option<&'static str>,
    },
    #[error("{} is not the distinguished name of a unit: {reason}. Write it as in OU=Finance,DC=litwareinc,DC=com.", quoted(.unit))]
    Unit { unit: String, reason: DnError },
    #[error(
        "{cmdlet} concerns the whole store, so a role that is limited to units cannot permit it. Put it into a role without units."
    )]
    LimitedToUnits { cmdlet: &'static str },
}

impl Role {
    /// Reads a role from typed texts.
    ///
    /// # Errors
    /// The first fault. An unreadable unit is never left out, since that would make the role wider.
    pub fn read(
        name: &str,
        cmdlets: &[impl AsRef<str>],
        units: &[impl AsRef<str>],
    ) -> Result<Self, RoleFault> {
        let units = units
            .iter()
            .map(|unit| read_unit(unit.as_ref()))
            .collect::<Result<_, _>>()?;
        let cmdlets = cmdlets
            .iter()
            .map(|name| name.as_ref().to_owned())
            .collect();
        Self {
            name: name.to_owned(),
            cmdlets,
            units,
        }
        .checked()
    }

    /// The role as the store keeps it: the name without surrounding spaces, cmdlets and units in
    /// order and without duplicates.
    ///
    /// # Errors
    /// The first fault.
    pub fn checked(&self) -> Result<Self, RoleFault> {
        let name = checked_name(&self.name)?.to_owned();
        let named = self
            .cmdlets
            .iter()
            .map(|name| known_cmdlet(name))
            .collect::<Result<Vec<_>, _>>()?;
        if named.is_empty() {
            return Err(RoleFault::NoCmdlet { role: name });
        }
        let cmdlets: Vec<&'static str> = cmdlet::ALL
            .into_iter()
            .filter(|known| named.contains(known))
            .collect();
        if let Some(cmdlet) = cmdlets
            .iter()
            .find(|name| cmdlet::is_of_the_store(name) && !self.units.is_empty())
        {
            return Err(RoleFault::LimitedToUnits { cmdlet });
        }
        let units = in_order(&self.units);
        Ok(Self {
            name,
            cmdlets: cmdlets.into_iter().map(str::to_owned).collect(),
            units,
        })
    }

    /// Whether both roles permit the same.
    pub fn permits_the_same(&self, other: &Self) -> bool {
        let units = |role: &Self| {
            let mut keys: Vec<String> = role.units.iter().map(DistinguishedName::key).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let cmdlets = |role: &Self| {
            let mut names = role.cmdlets.clone();
            names.sort_unstable();
            names
        };
        cmdlets(self) == cmdlets(other) && units(self) == units(other)
    }

    /// "Finance desk: Unlock-CsClientPin in OU=Finance,DC=litwareinc,DC=com"
    pub fn words(&self) -> String {
        if self.cmdlets.is_empty() {
            return format!("{}: nothing", self.name);
        }
        format!(
            "{}: {} {}",
            self.name,
            self.cmdlets.join(", "),
            scope_text(&self.units)
        )
    }
}

/// "everywhere", or "in OU=Finance,DC=litwareinc,DC=com; OU=Sales,DC=litwareinc,DC=com"
pub fn scope_text(units: &[DistinguishedName]) -> String {
    if units.is_empty() {
        "everywhere".to_owned()
    } else {
        format!("in {}", units_text(units))
    }
}

/// Units separated by semicolons, since each one contains commas. [`super::dn::split_names`] reads
/// this text.
pub fn units_text(units: &[DistinguishedName]) -> String {
    units
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// The cmdlet with exactly this name.
///
/// # Errors
/// There is none. The error offers a cmdlet with another spelling, if there is one.
pub fn known_cmdlet(name: &str) -> Result<&'static str, RoleFault> {
    let find = |is_it: &dyn Fn(&str) -> bool| cmdlet::ALL.into_iter().find(|known| is_it(known));
    find(&|known| known == name).ok_or_else(|| RoleFault::UnknownCmdlet {
        name: name.to_owned(),
        like: find(&|known| known.eq_ignore_ascii_case(name.trim())),
    })
}

/// Units in the order of their texts, without duplicates.
pub(crate) fn in_order(units: &[DistinguishedName]) -> Vec<DistinguishedName> {
    let mut units = units.to_vec();
    units.sort_by_cached_key(DistinguishedName::key);
    units.dedup_by_key(|unit| unit.key());
    units
}

fn checked_name(name: &str) -> Result<&str, RoleFault> {
    let name = name.trim();
    let length = name.chars().count();
    if name.is_empty() {
        Err(RoleFault::NoName)
    } else if has_hidden(name) {
        let name = shown(name).chars().take(LONGEST_NAME).collect();
        Err(RoleFault::HiddenSign { name })
    } else if length > LONGEST_NAME {
        Err(RoleFault::LongName { length })
    } else {
        Ok(name)
    }
}

fn read_unit(unit: &str) -> Result<DistinguishedName, RoleFault> {
    DistinguishedName::parse(unit).map_err(|reason| RoleFault::Unit {
        unit: unit.to_owned(),
        reason,
    })
}

fn did_you_mean(like: Option<&'static str>) -> String {
    like.map(|like| format!(" Did you mean {like}?"))
        .unwrap_or_default()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dn::split_names;

    const UNIT: &str = "OU=Finance,DC=litwareinc,DC=com";
    const NOWHERE: [&str; 0] = [];

    #[test]
    fn what_was_typed_is_put_in_order() {
        let units = [
            "ou=Sales, dc=litwareinc, dc=com",
            UNIT,
            "OU=finance,DC=LITWAREINC,DC=com",
        ];
        let role = Role::read(
            "  Finance desk ",
            &[cmdlet::UNLOCK, cmdlet::LOCK, cmdlet::UNLOCK],
            &units,
        )
        .unwrap();
        assert_eq!(role.cmdlets, [cmdlet::LOCK, cmdlet::UNLOCK]);
        assert_eq!(
            role.words(),
            "Finance desk: Lock-CsClientPin, Unlock-CsClientPin in \
             OU=Finance,DC=litwareinc,DC=com; ou=Sales,dc=litwareinc,dc=com"
        );
        assert_eq!(role.checked().unwrap(), role);
    }

    #[test]
    fn a_name_can_be_seen_and_is_not_too_long() {
        let name = |name: &str| Role::read(name, &[cmdlet::LOCK], &NOWHERE).map(|role| role.name);
        assert_eq!(name(" \t"), Err(RoleFault::NoName));
        assert_eq!(name(&"ä".repeat(64)).unwrap().chars().count(), 64);
        assert_eq!(
            name(&"a".repeat(65)),
            Err(RoleFault::LongName { length: 65 })
        );
        for hidden in [
            "Finance\u{200B}desk",
            "Finance\ndesk",
            "Finance\u{202E}desk",
        ] {
            assert_eq!(
                name(hidden),
                Err(RoleFault::HiddenSign {
                    name: "Finance·desk".to_owned()
                })
            );
        }
    }

    #[test]
    fn cmdlets_are_exact_and_the_right_spelling_is_offered() {
        let role = |cmdlets: &[&str]| {
            Role::read("Desk", cmdlets, &NOWHERE)
                .map(|_| ())
                .map_err(|fault| fault.to_string())
        };
        assert!(role(&[]).unwrap_err().contains("at least one cmdlet"));
        let error = role(&["lock-csclientpin"]).unwrap_err();
        assert!(error.contains("Did you mean Lock-CsClientPin?"), "{error}");
        let error = role(&["Lock"]).unwrap_err();
        assert!(
            !error.contains("Did you mean") && error.contains("known are Lock-CsClientPin, "),
            "{error}"
        );
        let limited = Role::read("Desk", &[cmdlet::IMPORT], &[UNIT]);
        assert_eq!(
            limited,
            Err(RoleFault::LimitedToUnits {
                cmdlet: cmdlet::IMPORT
            })
        );
    }

    #[test]
    fn units_in_one_line_are_taken_apart_as_they_were_put_together() {
        let units = [
            "OU=A\\;B\\\\,DC=litwareinc",
            "OU=A\\, B,DC=litwareinc",
            "OU=C\\3B,DC=litwareinc",
        ];
        let role = Role::read("Desk", &[cmdlet::LOCK], &units).unwrap();
        assert_eq!(role.units.len(), 3);
        let line = units_text(&role.units);
        assert_eq!(
            Role::read("Desk", &[cmdlet::LOCK], &split_names(&line)).unwrap(),
            role,
            "{line}"
        );
        assert_eq!(
            split_names(&format!("{line} ;")).len(),
            3,
            "one more at the end means nothing"
        );
        assert_eq!(split_names(" \t"), NOWHERE);
        for missing in [";", ";;", "OU=A;;OU=B", ";OU=A", "OU=A; ;"] {
            let fault = Role::read("Desk", &[cmdlet::LOCK], &split_names(missing));
            assert!(
                matches!(fault, Err(RoleFault::Unit { .. })),
                "{missing}: {fault:?}"
            );
        }
    }

    #[test]
    fn an_unreadable_unit_is_refused_and_never_left_out() {
        for unit in ["", "Finance", "OU=", "OU=*,DC=litwareinc,DC=com"] {
            let fault = Role::read("Desk", &[cmdlet::LOCK], &[UNIT, unit]).unwrap_err();
            assert!(
                matches!(&fault, RoleFault::Unit { unit: named, .. } if named == unit),
                "{fault}"
            );
        }
    }
}
