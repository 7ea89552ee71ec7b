//! The objects that pass through a pipeline, and the properties of each kind.

use std::sync::Arc;

use strum::VariantArray as _;

use super::context::Context;
use super::value::{Object, PipelineRow, Value};
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::{Lock, LockCause};
use crate::domain::role::{Role, is_built_in};
use crate::domain::user::{UserId, UserRecord, Version};

/// The kind of objects that a stage passes on. It is known before anything runs, except the columns
/// of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Users,
    Pins,
    Roles,
    /// Rows with the columns of selected properties or of a file. `of_roles` is true for selected
    /// properties of roles.
    Columns {
        columns: Vec<String>,
        of_roles: bool,
    },
    /// The rows of a file whose header was not read yet.
    File,
    Values,
}

/// The property by which a cmdlet finds the user that a row means.
pub(super) const IDENTITY: &str = "Identity";

/// The name of a user in their organisational unit, which `Get-CsUser` has besides those that are
/// shown.
pub(super) const NAME: &str = "Name";

const USER: [&str; 8] = [
    IDENTITY,
    "DisplayName",
    "SipAddress",
    "UserPrincipalName",
    "SamAccountName",
    "Domain",
    "DistinguishedName",
    "Guid",
];
const PIN: [&str; 12] = [
    IDENTITY,
    "DisplayName",
    "SipAddress",
    "UserPrincipalName",
    "IsPinSet",
    "IsLockedOut",
    "LockCause",
    "LastPinChangeTime",
    "PinExpirationTime",
    "LockedBy",
    "LockReason",
    "LockedSince",
];
const ROLE: [&str; 4] = [IDENTITY, "IsStandardRole", "Cmdlets", "UserScopes"];

/// Properties that are shown when none were selected and there is no room for all.
const USER_BRIEF: [&str; 4] = ["DisplayName", "SipAddress", "UserPrincipalName", IDENTITY];
const PIN_BRIEF: [&str; 7] = [
    IDENTITY,
    "DisplayName",
    "IsPinSet",
    "IsLockedOut",
    "LockCause",
    "LastPinChangeTime",
    "PinExpirationTime",
];

/// The values that a property can have, as they are written after an operator. Empty if there are
/// too many. Dates are examples.
pub(super) fn known_values(property: &str) -> Vec<String> {
    const DATES: [&str; 3] = [
        "(Get-Date)",
        "(Get-Date).AddDays(7)",
        "(Get-Date).AddDays(-7)",
    ];
    match property.to_ascii_lowercase().as_str() {
        "ispinset" | "islockedout" | "isstandardrole" => {
            ["$True", "$False"].map(str::to_owned).to_vec()
        }
        "lockcause" => {
            let causes = LockCause::VARIANTS.iter();
            causes.map(|cause| format!("'{}'", cause.word())).collect()
        }
        "lastpinchangetime" | "pinexpirationtime" | "lockedsince" => {
            DATES.map(str::to_owned).to_vec()
        }
        _ => Vec::new(),
    }
}

impl Shape {
    /// Rows with these columns.
    pub fn named(columns: impl Iterator<Item = String>) -> Self {
        Self::Columns {
            columns: columns.collect(),
            of_roles: false,
        }
    }

    /// The properties of its objects; None when they are not known yet.
    pub fn properties(&self) -> Option<Vec<&str>> {
        Some(match self {
            Self::Users => USER.to_vec(),
            Self::Pins => PIN.to_vec(),
            Self::Roles => ROLE.to_vec(),
            Self::Columns { columns, .. } => columns.iter().map(String::as_str).collect(),
            Self::Values => Vec::new(),
            Self::File => return None,
        })
    }

    /// The properties that are shown when none were selected.
    pub fn shown(&self, brief: bool) -> Vec<String> {
        let names: &[&str] = match self {
            Self::Users if brief => &USER_BRIEF,
            Self::Pins if brief => &PIN_BRIEF,
            other => &other.properties().unwrap_or_default(),
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }
}

impl Object {
    /// The value of a property, whose name may have any case. None if there is none.
    pub fn any_property(&self, name: &str, context: &Context) -> Option<Value> {
        let shape = match self {
            Self::User(_) => Shape::Users,
            Self::Pin(_) => Shape::Pins,
            Self::Role(_) => Shape::Roles,
            Self::Row(row) => Shape::named(row.columns.iter().cloned()),
            Self::Value(_) => Shape::Values,
        };
        let names = shape.properties()?;
        let known = names
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name))?;
        Some(self.property(known, context))
    }

    /// The value of a property, whose name must have the right case.
    pub fn property(&self, name: &str, context: &Context) -> Value {
        match self {
            Self::User(user) => user_property(user, name),
            Self::Pin(user) => pin_property(user, name, context),
            Self::Role(role) => role_property(role, name),
            Self::Row(row) => row.cell(name).cloned().unwrap_or(Value::Null),
            Self::Value(_) => Value::Null,
        }
    }

    /// The user that the object represents.
    pub fn user(&self) -> Option<(UserId, Version)> {
        match self {
            Self::User(user) | Self::Pin(user) => Some((user.id, user.version)),
            Self::Row(row) => row.user,
            Self::Role(_) | Self::Value(_) => None,
        }
    }

    /// The selected properties as a row.
    pub fn row(&self, columns: &Arc<[String]>, context: &Context) -> PipelineRow {
        let has_identity = columns.iter().any(|name| name == IDENTITY);
        PipelineRow {
            columns: Arc::clone(columns),
            cells: columns
                .iter()
                .map(|name| self.property(name, context))
                .collect(),
            user: self.user().filter(|_| has_identity),
        }
    }
}

impl PipelineRow {
    /// The user that the row shows. None for rows of files and roles, and if the row has no
    /// identity column.
    pub fn user(&self) -> Option<UserId> {
        self.user.map(|(id, _)| id)
    }

    pub(super) fn cell(&self, name: &str) -> Option<&Value> {
        self.columns
            .iter()
            .position(|column| column == name)
            .and_then(|index| self.cells.get(index))
    }
}

fn user_property(user: &UserRecord, name: &str) -> Value {
    let names = &user.names;
    let account = names.account.as_ref();
    match name {
        "DisplayName" => Value::text(&names.display_name),
        NAME => {
            let dn = names.dn.as_deref().map(DistinguishedName::parse);
            let name = dn.and_then(Result::ok).and_then(|dn| dn.common_name());
            Value::Text(name.unwrap_or_else(|| names.display_name.clone()))
        }
        "SipAddress" => Value::text_or_null(names.sip.as_ref().map(|sip| format!("sip:{sip}"))),
        "UserPrincipalName" => Value::text_or_null(names.upn.clone()),
        "SamAccountName" => Value::text_or_null(account.map(|account| account.logon.clone())),
        "Domain" => Value::text_or_null(account.map(|account| account.domain.clone())),
        // The distinguished name is the Identity that Get-CsUser shows.
        IDENTITY | "DistinguishedName" => Value::text_or_null(names.dn.clone()),
        "Guid" => Value::text_or_null(names.guid.clone()),
        _ => Value::Null,
    }
}

fn pin_property(user: &UserRecord, name: &str, context: &Context) -> Value {
    let status = user.pin.status(context.now);
    let lock = || user.pin.effective_lock(context.now);
    let filled =
        |text: Option<&String>| Value::text_or_null(text.filter(|text| !text.is_empty()).cloned());
    match name {
        IDENTITY => Value::Text(user.names.identity()),
        "IsPinSet" => Value::Bool(status.is_set),
        "IsLockedOut" => Value::Bool(status.locked.is_some()),
        "LockCause" => Value::text_or_null(status.locked.map(LockCause::word).map(str::to_owned)),
        "LastPinChangeTime" => Value::date(user.pin.last_change),
        "PinExpirationTime" => Value::date(user.pin.expires.filter(|_| status.is_set)),
        "LockedBy" => filled(lock().as_deref().and_then(|lock: &Lock| lock.by.as_ref())),
        "LockReason" => filled(lock().as_deref().map(|lock| &lock.reason)),
        "LockedSince" => Value::date(lock().and_then(|lock| lock.since)),
        other => user_property(user, other),
    }
}

fn role_property(role: &Role, name: &str) -> Value {
    match name {
        IDENTITY => Value::text(&role.name),
        "IsStandardRole" => Value::Bool(is_built_in(&role.name)),
        "Cmdlets" => Value::texts(role.cmdlets.iter().map(String::as_str)),
        "UserScopes" if role.units.is_empty() => Value::texts(["Global"]),
        "UserScopes" => {
            let units = role.units.iter().map(|unit| format!("OU:{unit}"));
            Value::List(units.map(Value::Text).collect())
        }
        _ => Value::Null,
    }
}
