//! Finding the users that targets point at, in blocks, so that thousands of targets take few
//! statements.

use super::candidates::CandidateReader;
use super::find::{NEAREST_LOOKUPS, find};
use super::find_many::{NameLookup, Search, gather};
use super::nearest::nearest_of_each;
use super::read_many::users_of;
use super::rows;
use super::rows::{DISPLAY_SORT, USER_COLUMN_COUNT, USER_COLUMNS, USER_TABLES};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::identity::Identity;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Match, Resolved, Target};
use crate::progress::Progress;
use crate::store::engine::{Connection, EngineResult};

/// The number of targets that are looked up together.
const TOGETHER: usize = 1 << 12;

/// Takes the results of some targets, in their order.
type Sink<'a> = &'a mut dyn FnMut(Vec<Resolved>) -> EngineResult<()>;

/// Hands over what each target finds, in their order. False: the work was cancelled.
pub(in crate::store) fn resolve_targets(
    connection: &Connection,
    targets: &[Target],
    now: Time,
    progress: &dyn Progress,
    sink: Sink<'_>,
) -> EngineResult<bool> {
    let mut resolving = Resolving {
        connection,
        now,
        nearest_left: NEAREST_LOOKUPS,
        candidates: CandidateReader::default(),
    };
    let (mut done, total) = (0, targets.len() as u64);
    for run in targets.chunk_by(is_looked_up_together) {
        for targets in run.chunks(TOGETHER) {
            resolving.resolve(targets, sink)?;
            done += targets.len() as u64;
            progress.advance(done, total);
            if progress.is_cancelled() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn is_looked_up_together(one: &Target, next: &Target) -> bool {
    matches!(
        (one, next),
        (Target::User(_), Target::User(_)) | (Target::Identity(_), Target::Identity(_))
    )
}

struct Resolving<'a> {
    connection: &'a Connection,
    now: Time,
    /// The number of further targets without a user for which the nearest users are looked up.
    nearest_left: usize,
    candidates: CandidateReader,
}

impl Resolving<'_> {
    /// Resolves targets of one kind.
    fn resolve(&mut self, targets: &[Target], sink: Sink<'_>) -> EngineResult<()> {
        match targets {
            [Target::User(_), ..] => {
                let ids: Vec<UserId> = targets.iter().filter_map(Target::user).collect();
                let found = users_of(self.connection, &ids)?.into_iter().zip(ids);
                sink(
                    found
                        .map(|(user, id)| user.map_or_else(|| nobody(id), one))
                        .collect(),
                )
            }
            [Target::Identity(_), ..] => {
                let texts = targets.iter().filter_map(|target| match target {
                    Target::Identity(text) => Some(text.as_str()),
                    Target::User(_) | Target::Filter(_) => None,
                });
                sink(self.identities(&texts.collect::<Vec<_>>())?)
            }
            [Target::Filter(filter), ..] => {
                for ids in self.matching(*filter)?.chunks(TOGETHER) {
                    let users = users_of(self.connection, ids)?;
                    sink(users.into_iter().flatten().map(one).collect())?;
                }
                Ok(())
            }
            [] => Ok(()),
        }
    }

    /// The users whose PIN state a filter accepts, by display name.
    fn matching(&self, filter: Filter) -> EngineResult<Vec<UserId>> {
        // Read by ID and sorted here: reading a large store by name jumps through the whole file.
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {USER_COLUMNS}, {DISPLAY_SORT} FROM {USER_TABLES} ORDER BY u.id"
        ))?;
        let mut rows = statement.query(&[])?;
        let mut found: Vec<(String, UserId)> = Vec::new();
        while let Some(row) = rows.next()? {
            if filter.matches(&rows::user_pin(row)?.status(self.now), self.now) {
                found.push((row.get(USER_COLUMN_COUNT)?, UserId(row.get(0)?)));
            }
        }
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    fn identities(&mut self, texts: &[&str]) -> EngineResult<Vec<Resolved>> {
        let identities: Vec<_> = texts.iter().map(|text| Identity::parse(text)).collect();
        let exact = identities.iter().flatten();
        let lookups: Vec<NameLookup> = exact.map(NameLookup::identity).collect();
        let gathered = gather(self.connection, &Search::of(&lookups))?;
        let (singles, several): (Vec<&[UserId]>, Vec<&[UserId]>) = gathered
            .each()
            .filter(|ids| !ids.is_empty())
            .partition(|ids| ids.len() == 1);
        let mut users = users_of(self.connection, &singles.concat())?.into_iter();
        let mut candidates = self
            .candidates
            .of_sets(self.connection, &several)?
            .into_iter();
        let mut found_by_each = gathered.each().map(|ids| match ids {
            [] => Some(Match::NotFound {
                nearest: Vec::new(),
            }),
            [_] => users
                .next()
                .flatten()
                .map(|user| Match::User(Box::new(user))),
            _ => candidates
                .next()
                .map(|candidates| Match::Ambiguous { candidates }),
        });
        let mut resolved = Vec::with_capacity(texts.len());
        // The targets that nobody has, with their index.
        let mut unknown: Vec<(usize, &str)> = Vec::new();
        for (text, identity) in texts.iter().zip(identities) {
            let identity = match identity {
                Ok(identity) => identity,
                Err(error) => {
                    resolved.push(Resolved {
                        given: (*text).to_owned(),
                        found: Match::Invalid(error),
                    });
                    continue;
                }
            };
            let given = text.trim();
            let one = |found| Resolved {
                given: given.to_owned(),
                found,
            };
            let mut users = Vec::new();
            let exact = found_by_each.next().flatten();
            if matches!(identity, Identity::Pattern(_)) {
                users = find(self.connection, &identity)?;
            } else if let Some(found @ (Match::User(_) | Match::Ambiguous { .. })) = exact {
                resolved.push(one(found));
                continue;
            }
            if users.is_empty() {
                unknown.push((resolved.len(), given));
                resolved.push(one(Match::NotFound {
                    nearest: Vec::new(),
                }));
            }
            resolved.extend(
                users
                    .into_iter()
                    .map(|user| one(Match::User(Box::new(user)))),
            );
        }
        unknown.truncate(self.nearest_left);
        self.nearest_left -= unknown.len();
        let (indexes, texts): (Vec<usize>, Vec<&str>) = unknown.into_iter().unzip();
        let nearest = nearest_of_each(self.connection, &texts)?;
        for (index, nearest) in indexes.into_iter().zip(nearest) {
            resolved[index].found = Match::NotFound { nearest };
        }
        Ok(resolved)
    }
}

fn nobody(id: UserId) -> Resolved {
    Resolved {
        given: format!("user {}", id.0),
        found: Match::NotFound {
            nearest: Vec::new(),
        },
    }
}

fn one(user: UserRecord) -> Resolved {
    Resolved {
        given: user.names.identity(),
        found: Match::User(Box::new(user)),
    }
}
