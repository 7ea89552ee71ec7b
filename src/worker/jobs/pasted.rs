//! Finding the users of a pasted text.

use std::collections::BTreeSet;

use crate::domain::identity::Identity;
use crate::domain::user::UserId;
use crate::domain::wrapped::people;
use crate::store::{NameLookup, Resolver, Search, StoreError};
use crate::worker::job::{Job, JobContext, JobFailed};

/// The number of people who are looked up together.
const BLOCK: usize = 4096;

/// Finds the users that a text names: one identity a line, or several as mail programs write them,
/// or the rows of a table.
pub struct FindPasted(pub String);

/// The users of a pasted text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PastedUsers {
    /// In the order of the text, each once.
    pub found: Vec<UserId>,
    /// The names that no user has.
    pub missed: Vec<String>,
    /// The names that several users have.
    pub ambiguous: Vec<String>,
}

/// One person of the text.
struct PastedPerson {
    label: String,
    /// The names of the person. All those that find exactly one user must find the same one.
    names: Vec<Identity>,
}

impl Job for FindPasted {
    type Answer = PastedUsers;

    fn title(&self) -> &'static str {
        "Looking up pasted users"
    }

    fn run(self, context: JobContext<'_>) -> Result<PastedUsers, JobFailed> {
        let resolver = context.store.resolver(context.operator)?;
        let wanted: Vec<PastedPerson> = self.0.lines().flat_map(of_line).collect();
        let mut answer = PastedUsers::default();
        for block in wanted.chunks(BLOCK) {
            if context.watch.is_cancelled() {
                return Err(JobFailed::Cancelled);
            }
            answer.add(block, &resolver)?;
        }
        let mut seen = BTreeSet::new();
        answer.found.retain(|id| seen.insert(*id));
        Ok(answer)
    }
}

/// The people of a line. The cells of a row of a table name one person together.
fn of_line(line: &str) -> Vec<PastedPerson> {
    let cells = line.split('\t').map(str::trim);
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let exact = |name: &str| {
        let parsed = Identity::parse(name).ok();
        parsed.filter(|identity| !matches!(identity, Identity::Pattern(_)))
    };
    match cells.as_slice() {
        [] => Vec::new(),
        [cell] => people(cell, false)
            .into_iter()
            .map(|person| PastedPerson {
                label: person.part.to_owned(),
                names: exact(&person.identity).into_iter().collect(),
            })
            .collect(),
        [first, ..] => {
            let names = cells.iter().filter_map(|cell| {
                let people = people(cell, false);
                let only = people.into_iter().next();
                only.and_then(|person| exact(&person.identity))
            });
            vec![PastedPerson {
                label: (*first).to_owned(),
                names: names.collect(),
            }]
        }
    }
}

impl PastedUsers {
    fn add(&mut self, wanted: &[PastedPerson], resolver: &Resolver<'_>) -> Result<(), StoreError> {
        let names = wanted.iter().flat_map(|wanted| &wanted.names);
        let lookups: Vec<NameLookup> = names.map(NameLookup::identity).collect();
        let gathered = resolver.gather(&Search::of(&lookups))?;
        let mut each = gathered.each();
        for wanted in wanted {
            let found: Vec<&[UserId]> = each.by_ref().take(wanted.names.len()).collect();
            let only = found.iter().filter(|ids| ids.len() == 1);
            let only: BTreeSet<UserId> = only.flat_map(|ids| ids.iter().copied()).collect();
            let is_known = found.iter().any(|ids| !ids.is_empty());
            match only.first() {
                Some(&id) if only.len() == 1 => self.found.push(id),
                None if !is_known => self.missed.push(wanted.label.clone()),
                _ => self.ambiguous.push(wanted.label.clone()),
            }
        }
        Ok(())
    }
}
