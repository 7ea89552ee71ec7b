//! Differences between the store and its history, by area.

use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};

/// The parts of a store that are compared with the history. Scripts rely on the words.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Area {
    /// Tables, indexes, triggers and views, against those that PinDesk makes.
    Schema,
    /// The PIN states of users.
    States,
    /// The users themselves, their names, and the keys by which they are found.
    Users,
    /// Definitions of roles.
    Roles,
    /// Roles that accounts have.
    Grants,
    /// Rules of approval, and other named values.
    Rules,
    Policies,
    /// Policies that users were granted.
    PolicyGrants,
    /// Users who are protected.
    Protection,
    /// Hashes of PINs.
    Hashes,
    /// Counters of changes, and the version of each user.
    Versions,
    /// The times of batches.
    Times,
}

/// The differences in one area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub area: Area,
    pub count: u64,
    /// The first difference as a sentence.
    pub first: String,
}

impl Area {
    /// The word that JSON has.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Difference {
    /// The first difference, and how many others there are: "… And 2 more."
    pub fn sentence(&self) -> String {
        match self.count {
            0 | 1 => self.first.clone(),
            count => format!("{} And {} more.", self.first, count - 1),
        }
    }
}
