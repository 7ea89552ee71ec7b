//! The order of users by their organizational units.

use std::collections::HashMap;

use super::canonical_dn::is_canonical;
use super::ranks::ranked;
use super::{NameForm, Names, Position};
use crate::domain::dn::DistinguishedName;

/// The ranks of the units of all users, in the order in which the users lie in memory. 0 stands for
/// none.
pub(super) fn ranks(names: &Names) -> Box<[u64]> {
    let mut units = Units::default();
    let of_users = (0..names.len()).map(|position| {
        let dn = names.get(Position::of(position), NameForm::Dn);
        units.index_of(&dn)
    });
    let of_users: Vec<usize> = of_users.collect();
    let paths = units.paths;
    let ranks = ranked(paths.len(), paths.into_iter().enumerate().collect());
    let rank = |unit: usize| ranks.get(unit).copied().unwrap_or_default();
    of_users.into_iter().map(rank).collect()
}

/// The units that were met so far. Few units have many users, so the path of each is made once.
#[derive(Default)]
struct Units {
    /// The indexes of units by the text behind the first comma of a distinguished name.
    known: HashMap<String, usize>,
    paths: Vec<String>,
}

impl Units {
    fn index_of(&mut self, dn: &str) -> usize {
        // In a name that is not written in its canonical form the first comma may be part of a value.
        let unit = Some(dn).filter(|dn| is_canonical(dn));
        let unit = unit.and_then(|dn| dn.split_once(','));
        if let Some(&known) = unit.and_then(|(_, unit)| self.known.get(unit)) {
            return known;
        }
        let index = self.paths.len();
        let path = DistinguishedName::parse(dn).map(|dn| dn.container_path());
        self.paths.push(path.unwrap_or_default());
        if let Some((_, unit)) = unit {
            self.known.insert(unit.to_owned(), index);
        }
        index
    }
}
