//! Plans of imports: the rows that would be new, changed, unchanged or in conflict.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use super::accepted_names::AcceptedNames;
use super::batch_action::BatchAction;
use super::damage::{damaged_change, damaged_names};
use super::plan_value::{BatchId, PlanId};
use crate::domain::Time;
use crate::domain::pin::{Failures, Lock, LockCause, PinState};
use crate::domain::user::{NameKeys, UserId, UserNames, UserRecord, Version};

/// The kind of an imported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    /// `Get-CsUser | Export-Csv`
    Users,
    /// `Get-CsUser | Get-CsClientPinInfo | Export-Csv`
    Pins,
}

/// The changes that importing a file makes to the store. An import takes only such a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportPlan {
    pub kind: ImportKind,
    /// The file's name, and the SHA-256 of its bytes in hexadecimal.
    pub source: String,
    pub sha256: String,
    /// The version of the store's names when the plan was made. An import of users is valid only
    /// while this version is current.
    pub names_version: i64,
    /// All rows but the unchanged ones, in the order of the file.
    pub rows: Vec<ImportRow>,
    pub unchanged: usize,
    /// The batch that the plan undoes. There is no file then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<BatchId>,
    pub reason: String,
    pub ticket: String,
    /// The submitted plan that this one was opened from.
    #[serde(skip)]
    pub submitted: Option<PlanId>,
}

/// A row of the file, with its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// The line of the file on which the row starts, from 1.
    pub line: u64,
    /// The user of the row, as the file names it.
    pub label: String,
    pub verdict: ImportVerdict,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ImportVerdict {
    NewUser(Box<UserNames>),
    ChangedUser {
        id: UserId,
        version: Version,
        before: Box<UserNames>,
        after: Box<UserNames>,
    },
    /// An undo takes a user out again whom an import added.
    RemovedUser {
        id: UserId,
        version: Version,
        names: Box<UserNames>,
    },
    ChangedPin {
        id: UserId,
        version: Version,
        before: Box<PinState>,
        after: Box<PinState>,
    },
    /// The row is left out, for this reason.
    Conflict(String),
    /// The row is left out because an earlier row, on this line, is about the same user.
    Duplicate {
        of_line: u64,
    },
}

/// The groups of the import preview.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum ImportGroup {
    New,
    Changed,
    Unchanged,
    #[strum(serialize = "in conflict")]
    Conflict,
}

/// The PIN state of one user, as `Get-CsClientPinInfo` reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinFacts {
    pub is_set: bool,
    pub is_locked_out: bool,
    pub last_change: Option<Time>,
    pub expires: Option<Time>,
}

impl ImportPlan {
    pub fn count(&self, group: ImportGroup) -> usize {
        match group {
            ImportGroup::Unchanged => self.unchanged,
            group => self
                .rows
                .iter()
                .filter(|row| row.verdict.group() == group)
                .count(),
        }
    }

    /// Whether there is anything to import.
    pub fn changes_anything(&self) -> bool {
        self.changes().next().is_some()
    }

    /// The rows that change something.
    pub fn changes(&self) -> impl Iterator<Item = &ImportRow> {
        self.rows
            .iter()
            .filter(|row| row.verdict.group() != ImportGroup::Conflict)
    }

    /// The users whose PIN states the plan changes, and those whom it removes, with the versions that
    /// it saw.
    pub fn pin_versions(&self) -> impl Iterator<Item = (UserId, Version)> {
        self.rows.iter().filter_map(|row| match &row.verdict {
            ImportVerdict::ChangedPin { id, version, .. }
            | ImportVerdict::RemovedUser { id, version, .. } => Some((*id, *version)),
            _ => None,
        })
    }

    /// The action that the history names.
    pub fn batch_action(&self) -> BatchAction {
        match (self.undoes, self.kind) {
            (Some(_), _) => BatchAction::Undo,
            (None, ImportKind::Users) => BatchAction::ImportUsers,
            (None, ImportKind::Pins) => BatchAction::ImportPins,
        }
    }

    /// The plan without the changes of some users, whose rows become conflicts for this reason.
    #[must_use]
    pub fn without(mut self, users: &HashSet<UserId>, why: &str) -> Self {
        for row in &mut self.rows {
            if row.verdict.user().is_some_and(|id| users.contains(&id)) {
                row.verdict = ImportVerdict::Conflict(why.to_owned());
            }
        }
        self
    }
}

impl ImportVerdict {
    /// The known user whom the row changes or removes.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::ChangedUser { id, .. }
            | Self::RemovedUser { id, .. }
            | Self::ChangedPin { id, .. } => Some(*id),
            Self::NewUser(_) | Self::Conflict(_) | Self::Duplicate { .. } => None,
        }
    }

    pub fn group(&self) -> ImportGroup {
        match self {
            Self::NewUser(_) => ImportGroup::New,
            Self::ChangedUser { .. } | Self::RemovedUser { .. } | Self::ChangedPin { .. } => {
                ImportGroup::Changed
            }
            Self::Conflict(_) | Self::Duplicate { .. } => ImportGroup::Conflict,
        }
    }
}

impl ImportGroup {
    /// The label that people read: "in conflict".
    pub const fn label(self) -> &'static str {
        self.into_str()
    }
}

/// The names for which a file has a column. A name without a column is unknown, which differs from
/// an empty name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameColumns {
    pub sip: bool,
    pub upn: bool,
    pub account: bool,
    pub dn: bool,
    pub line_uri: bool,
    pub site: bool,
}

impl Default for NameColumns {
    fn default() -> Self {
        Self {
            sip: true,
            upn: true,
            account: true,
            dn: true,
            line_uri: true,
            site: true,
        }
    }
}

/// The columns of a file, and the row that has each name first. It is filled while the rows are
/// planned.
#[derive(Debug, Default)]
pub struct SeenNames {
    columns: NameColumns,
    /// Lines by the fingerprint of a name. The names themselves would take several times the
    /// memory.
    by_name: HashMap<[u64; 2], u64>,
    hashers: [RandomState; 2],
    users: HashMap<UserId, u64>,
    /// Names that are imported although they look damaged.
    accepted: AcceptedNames,
}

impl SeenNames {
    /// Accepts rows with one of these display names or identities although a name looks damaged.
    #[must_use]
    pub fn accepting(mut self, names: &[String]) -> Self {
        self.accepted = AcceptedNames::of(names);
        self
    }

    /// The first accepted name that no row has.
    pub fn unmet_name(&self) -> Option<&str> {
        self.accepted.unmet()
    }

    /// An empty collection for a file with these columns.
    pub fn of_columns(columns: NameColumns) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    /// The names of a row. Names for which the file has no column are those of the store, unless
    /// another column has them: `FABRIKAM\anna` has the account in the column of the logon name.
    fn completed(&self, mut names: UserNames, known: &UserNames) -> UserNames {
        let NameColumns {
            sip,
            upn,
            account,
            dn,
            line_uri,
            site,
        } = self.columns;
        if !sip && names.sip.is_none() {
            names.sip.clone_from(&known.sip);
        }
        if !upn && names.upn.is_none() {
            names.upn.clone_from(&known.upn);
        }
        if !account && names.account.is_none() {
            names.account.clone_from(&known.account);
        }
        if !dn {
            names.dn.clone_from(&known.dn);
        }
        if !line_uri {
            names.line_uri.clone_from(&known.line_uri);
        }
        if !site {
            names.site.clone_from(&known.site);
        }
        names
    }

    /// Notes the exact names of a row. Returns the earlier line that has one of them, and the kind
    /// of the name.
    fn claim(&mut self, keys: &NameKeys, line: u64) -> Option<(u64, &'static str)> {
        let exact = [
            ("GUID", &keys.guid),
            ("distinguished name", &keys.dn),
            ("UPN", &keys.upn),
            ("SIP address", &keys.sip),
            ("account", &keys.account),
        ];
        let prints = exact.map(|(form, key)| key.as_ref().map(|key| self.fingerprint(form, key)));
        for (print, (form, _)) in prints.iter().zip(exact) {
            if let Some(earlier) = print.as_ref().and_then(|print| self.by_name.get(print)) {
                return Some((*earlier, form));
            }
        }
        self.by_name
            .extend(prints.into_iter().flatten().map(|print| (print, line)));
        None
    }

    /// A hash of 128 bits with random keys, so collisions between the names of a file are
    /// negligible.
    fn fingerprint(&self, form: &str, key: &str) -> [u64; 2] {
        [&self.hashers[0], &self.hashers[1]].map(|hasher| hasher.hash_one((form, key)))
    }
}

/// Plans a row of the directory. `sharing` are the users in the store with any of its exact names.
/// None if nothing would change.
///
/// A user is recognized by the GUID of the directory. If the row or the store has no GUID, the
/// distinguished name must be equal, or all exact names that both have. Names are reassigned when
/// people leave, so any weaker match is a conflict: two people must never become one user.
pub fn plan_user(
    line: u64,
    names: UserNames,
    sharing: &[UserRecord],
    seen: &mut SeenNames,
) -> Option<ImportRow> {
    let keys = names.keys();
    let label = names.display_name.clone();
    let is_accepted = seen.accepted.meet(&names);
    let row = |verdict| {
        Some(ImportRow {
            line,
            label: label.clone(),
            verdict,
        })
    };
    if let Some((earlier, form)) = seen.claim(&keys, line) {
        return row(ImportVerdict::Conflict(format!(
            "Line {earlier} of the file has the same {form}."
        )));
    }
    let same_guid = |user: &&UserRecord| keys.guid.is_some() && user.names.keys().guid == keys.guid;
    let known = match (sharing.iter().find(same_guid), sharing) {
        (Some(known), _) => known,
        (None, []) => {
            return row(match damaged_names(&names) {
                Some(why) if !is_accepted => ImportVerdict::Conflict(why),
                _ => ImportVerdict::NewUser(Box::new(names)),
            });
        }
        (None, [only]) if only.names.guid.is_none() || names.guid.is_none() => {
            if !is_surely(&only.names.keys(), &keys) {
                let text = format!(
                    "It shares a name with {}, but other names differ, and no GUID tells whether it is the same person. \
                     Export with the Guid column.",
                    describe(only)
                );
                return row(ImportVerdict::Conflict(text));
            }
            only
        }
        (None, [other]) => {
            let text = format!(
                "{} has one of these names already, but is somebody else (another GUID).",
                describe(other)
            );
            return row(ImportVerdict::Conflict(text));
        }
        (None, [first, second, ..]) => {
            let text = format!(
                "Its names belong to two people: {} and {}.",
                describe(first),
                describe(second)
            );
            return row(ImportVerdict::Conflict(text));
        }
    };
    if let Some(other) = sharing.iter().find(|other| other.id != known.id) {
        return row(ImportVerdict::Conflict(format!(
            "One of its new names belongs to {}.",
            describe(other)
        )));
    }
    let mut after = seen.completed(names, &known.names);
    // The store keeps a GUID in its comparable form, without braces and in one case.
    after.guid = keys.guid.or_else(|| known.names.guid.clone());
    if after == known.names {
        return None;
    }
    if let Some(why) = damaged_change(&known.names, &after)
        && !(seen.accepted.meet(&after) || is_accepted)
    {
        return row(ImportVerdict::Conflict(why));
    }
    row(ImportVerdict::ChangedUser {
        id: known.id,
        version: known.version,
        before: Box::new(known.names.clone()),
        after: Box::new(after),
    })
}

/// Whether names alone show that both are the same person, if there is no GUID to compare.
fn is_surely(known: &NameKeys, row: &NameKeys) -> bool {
    let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let same_dn = known.dn.is_some() && known.dn == row.dn;
    let same_names = agree(&known.sip, &row.sip)
        && agree(&known.upn, &row.upn)
        && agree(&known.account, &row.account);
    same_dn || (same_names && agree(&known.dn, &row.dn))
}

/// Plans a row of PIN states for its user. None if nothing would change.
///
/// The file does not tell which account locked a PIN. A lock that is in force in both the store and
/// the file stays as it is. A lock that only the file has gets an unknown cause. A lock that an
/// administrator set in the store is never removed by a file.
pub fn plan_pin(
    line: u64,
    label: &str,
    facts: &PinFacts,
    user: &UserRecord,
    seen: &mut SeenNames,
    now: Time,
) -> Option<ImportRow> {
    let row = |verdict| {
        Some(ImportRow {
            line,
            label: label.to_owned(),
            verdict,
        })
    };
    if let Some(&of_line) = seen.users.get(&user.id) {
        return row(ImportVerdict::Duplicate { of_line });
    }
    seen.users.insert(user.id, line);
    let in_force = user.pin.lock_in_force(now);
    let lock = match (facts.is_locked_out, in_force) {
        (true, Some(lock)) => Some(lock.clone()),
        (true, None) => Some(Lock {
            cause: LockCause::Unknown,
            since: None,
            until: None,
            by: None,
            reason: String::new(),
            ticket: String::new(),
        }),
        (false, Some(lock)) if lock.cause == LockCause::Administrator => {
            let by = lock.by.as_deref().unwrap_or("an administrator");
            let text = format!(
                "The file says unlocked, but {by} locked this PIN here. Unlock it in the preview if that is meant."
            );
            return row(ImportVerdict::Conflict(text));
        }
        (false, _) => None,
    };
    let after = PinState {
        is_set: facts.is_set,
        last_change: facts.last_change,
        expires: facts.expires,
        // Removing a lock resets the failures, as Unlock does. Otherwise they still count.
        failures: if lock.is_some() || in_force.is_none() {
            user.pin.failures
        } else {
            Failures::default()
        },
        lock,
        // Of a PIN that was set elsewhere nobody here knows when it is used.
        inactivity: user
            .pin
            .inactivity
            .filter(|_| facts.is_set && facts.last_change == user.pin.last_change),
    };
    // An expired lock alone is not a difference.
    let same = PinState {
        lock: user.pin.lock_in_force(now).cloned(),
        failures: after.failures,
        ..user.pin.clone()
    } == after;
    if same {
        return None;
    }
    row(ImportVerdict::ChangedPin {
        id: user.id,
        version: user.version,
        before: Box::new(user.pin.clone()),
        after: Box::new(after),
    })
}

fn describe(user: &UserRecord) -> String {
    format!("{} ({})", user.names.display_name, user.names.identity())
}
