//! Undo of an import of users, as a plan of an import. Pure.
//!
//! Users whom the import added are taken out again, and names that it changed are changed back. An
//! undo of such an undo adds the users again, under new IDs.

use std::collections::HashMap;

use super::import::{ImportRow, ImportVerdict};
use crate::domain::user::{NameKeys, UserId, UserNames, UserRecord};

/// Something that a batch did to the names of a user, and the user as they are now.
#[derive(Clone, Debug)]
pub enum UndoneNames {
    /// The batch added the user. `stays` is the reason why the user cannot be taken out again.
    Added {
        user: Box<UserRecord>,
        stays: Option<String>,
    },
    /// The batch changed the names. They are None if the history cannot be read.
    Changed {
        /// The identity of the user at the time of the change.
        target: String,
        names: Option<Box<ChangedNames>>,
        /// The user now. None if it no longer exists.
        user: Option<Box<UserRecord>>,
    },
    /// The batch removed the user. The names are None if the history cannot be read.
    Removed {
        target: String,
        names: Option<Box<UserNames>>,
    },
}

/// The names of a user before and after a batch.
#[derive(Clone, Debug)]
pub struct ChangedNames {
    pub before: UserNames,
    pub after: UserNames,
}

/// The rows of the undo, in the order of the changes. Users who changed since are left out.
pub fn undo_rows(changes: Vec<UndoneNames>) -> Vec<ImportRow> {
    let row = |(line, change)| {
        let (label, verdict) = undone(change);
        ImportRow {
            line,
            label,
            verdict,
        }
    };
    (1..).zip(changes).map(row).collect()
}

fn undone(change: UndoneNames) -> (String, ImportVerdict) {
    let left = |why: &str| ImportVerdict::Conflict(why.to_owned());
    match change {
        UndoneNames::Added { user, stays } => {
            let UserRecord {
                id, version, names, ..
            } = *user;
            let label = names.display_name.clone();
            let removed = ImportVerdict::RemovedUser {
                id,
                version,
                names: Box::new(names),
            };
            (label, stays.map_or(removed, ImportVerdict::Conflict))
        }
        UndoneNames::Changed {
            target,
            names,
            user,
        } => match (names, user) {
            (None, _) => (target, left(UNREADABLE)),
            (_, None) => (target, left("The user is no longer in the store.")),
            (Some(names), Some(user)) if user.names == names.after => {
                let verdict = ImportVerdict::ChangedUser {
                    id: user.id,
                    version: user.version,
                    before: Box::new(names.after),
                    after: Box::new(names.before),
                };
                (user.names.display_name.clone(), verdict)
            }
            (Some(_), Some(user)) => (
                user.names.display_name.clone(),
                left("The names have changed since, and stay as they are."),
            ),
        },
        UndoneNames::Removed { target, names } => match names {
            None => (target, left(UNREADABLE)),
            Some(names) => (names.display_name.clone(), ImportVerdict::NewUser(names)),
        },
    }
}

const UNREADABLE: &str = "The history does not say the names.";

/// Leaves out rows whose names belong to somebody else by now. `sharing` are the users of the store
/// who have one of the names that the row at the same index brings back.
///
/// Two users may have exchanged names, so another user is nobody else if the plan removes them or
/// takes the name from them. A row that is left out may be the reason for another one.
pub fn leave_out_taken(rows: &mut [ImportRow], sharing: &[Vec<UserRecord>]) {
    loop {
        let taken = taken(rows, sharing);
        if taken.is_empty() {
            return;
        }
        for (index, why) in taken {
            if let Some(row) = rows.get_mut(index) {
                row.verdict = ImportVerdict::Conflict(why);
            }
        }
    }
}

fn taken(rows: &[ImportRow], sharing: &[Vec<UserRecord>]) -> Vec<(usize, String)> {
    let after: HashMap<UserId, Option<NameKeys>> = rows
        .iter()
        .filter_map(|row| match &row.verdict {
            ImportVerdict::RemovedUser { id, .. } => Some((*id, None)),
            ImportVerdict::ChangedUser { id, after, .. } => Some((*id, Some(after.keys()))),
            _ => None,
        })
        .collect();
    let keeps_a_name = |other: &UserRecord, keys: &NameKeys| match after.get(&other.id) {
        Some(None) => false,
        Some(Some(other)) => share_a_name(other, keys),
        None => true,
    };
    let taken = |(index, (row, sharing)): (usize, (&ImportRow, &Vec<UserRecord>))| {
        let keys = row.verdict.new_names()?.keys();
        let other = sharing
            .iter()
            .find(|other| Some(other.id) != row.verdict.user() && keeps_a_name(other, &keys))?;
        let why = format!(
            "One of the names belongs to {} ({}) now.",
            other.names.display_name,
            other.names.identity()
        );
        Some((index, why))
    };
    let rows = rows.iter().zip(sharing).enumerate();
    rows.filter_map(taken).collect()
}

fn share_a_name(one: &NameKeys, other: &NameKeys) -> bool {
    [
        (&one.guid, &other.guid),
        (&one.dn, &other.dn),
        (&one.upn, &other.upn),
        (&one.sip, &other.sip),
        (&one.account, &other.account),
    ]
    .into_iter()
    .any(|(one, other)| one.is_some() && one == other)
}

impl ImportVerdict {
    /// The names that the row brings into the store.
    pub fn new_names(&self) -> Option<&UserNames> {
        match self {
            Self::NewUser(names) => Some(names),
            Self::ChangedUser { after, .. } => Some(after),
            _ => None,
        }
    }
}
