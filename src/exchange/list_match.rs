//! Finds the users of the rows of a list, and compares all names that a row has for them.

use std::sync::Arc;

use super::error::ReadError;
use super::list_reader::{Block, UnderstoodRow};
use super::row_identity::{OtherName, RowIdentity};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Match, Planner, Refusal, RowPosition, SkipReason, TwoColumns, Wish};
use crate::store::{Finding, NameLookup, Resolver, Search};

const HEADING: &str = "It names nobody: it is taken for the heading.";

/// The names of the columns of a list.
pub(super) struct ColumnNames {
    pub all: Vec<Arc<str>>,
    /// The index of the column that names the users.
    pub user: usize,
    /// The first row, if it is the heading unless it names somebody.
    pub heading: Option<RowPosition>,
}

impl ColumnNames {
    fn is_heading(&self, wish: &Wish) -> bool {
        self.heading.is_some() && self.heading == wish.position
    }

    /// The column of the users, and another one.
    fn with(&self, other: usize) -> TwoColumns {
        let name = |index: usize| self.all.get(index).cloned().unwrap_or_else(|| "".into());
        TwoColumns(name(self.user), name(other))
    }
}

/// A row, and what is known about its user.
enum MatchedRow {
    /// DecidedRow without the store.
    Unreadable(Wish, String),
    NotDone(Wish, String),
    User(Wish, Box<UserRecord>),
    /// The other names of the row are compared with this user.
    Compared(Wish, Box<UserRecord>, Vec<OtherName>),
    /// The row finds no single user. Its other names are looked up to offer one, unless the row
    /// means several.
    Open(Wish, Unfound, Vec<OtherName>),
}

/// The reason why a row finds no single user.
enum Unfound {
    Unreadable(String),
    Finding(Finding),
}

/// The users that the other names of a row find, name by name.
type Others<'a> = Vec<(OtherName, Vec<&'a [UserId]>)>;

/// Adds the items of a block of rows to a plan.
pub(super) fn add_block(
    block: Block,
    resolver: &mut Resolver<'_>,
    planner: &mut Planner<'_>,
    columns: &ColumnNames,
) -> Result<(), ReadError> {
    let rows = matched(block, resolver)?;
    let lookups: Vec<NameLookup> = rows
        .iter()
        .flat_map(MatchedRow::others)
        .flat_map(|other| other.names.iter().map(RowIdentity::lookup))
        .collect();
    let gathered = resolver.gather(&Search::of(&lookups))?;
    let mut found = gathered.each();
    let (mut findings, mut sets, mut decided) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        decided.push(match row {
            MatchedRow::Unreadable(wish, why) => {
                DecidedRow::Refused(wish, Refusal::Unreadable(why))
            }
            MatchedRow::NotDone(wish, why) => DecidedRow::NotDone(wish, why),
            MatchedRow::User(wish, user) => DecidedRow::User(wish, user),
            MatchedRow::Compared(wish, user, others) => {
                let others = with_found(others, &mut found);
                match contradiction(user.id, &others) {
                    None => DecidedRow::User(wish, user),
                    Some((column, ids)) => {
                        sets.push([&[user.id], ids].concat());
                        DecidedRow::Disagrees(wish, columns.with(column))
                    }
                }
            }
            MatchedRow::Open(wish, unfound, others) => {
                let others = with_found(others, &mut found);
                match (offered(&others), unfound) {
                    (Some((column, id)), _) => {
                        sets.push(vec![id]);
                        DecidedRow::Elsewhere(wish, columns.with(column))
                    }
                    (None, Unfound::Unreadable(why)) => {
                        DecidedRow::Refused(wish, Refusal::Unreadable(why))
                    }
                    (None, Unfound::Finding(finding)) => {
                        findings.push(finding);
                        DecidedRow::Finding(wish)
                    }
                }
            }
        });
    }
    let mut matches = resolver.matches(findings)?.into_iter();
    let mut candidates = resolver.candidates(&sets)?.into_iter();
    for row in decided {
        match row {
            DecidedRow::Refused(wish, refusal) => planner.refuse(wish, refusal),
            DecidedRow::NotDone(wish, why) => planner.skip(wish, SkipReason::NotDone(why)),
            DecidedRow::User(wish, user) => planner.add_user(wish, *user),
            DecidedRow::Disagrees(wish, columns) => {
                let candidates = candidates.next().unwrap_or_default();
                planner.refuse(
                    wish,
                    Refusal::Disagree {
                        columns,
                        candidates,
                    },
                );
            }
            DecidedRow::Elsewhere(wish, columns) => {
                let candidates = candidates.next().unwrap_or_default();
                planner.refuse(
                    wish,
                    Refusal::Elsewhere {
                        columns,
                        candidates,
                    },
                );
            }
            DecidedRow::Finding(wish) => match matches.next() {
                Some(Match::NotFound { nearest })
                    if nearest.is_empty() && columns.is_heading(&wish) =>
                {
                    planner.skip(wish, SkipReason::NotDone(HEADING.to_owned()));
                }
                Some(found) => planner.add(wish, found),
                None => {}
            },
        }
    }
    Ok(())
}

/// A row whose users are known, but for the candidates of those that are not done.
enum DecidedRow {
    Refused(Wish, Refusal),
    NotDone(Wish, String),
    User(Wish, Box<UserRecord>),
    Disagrees(Wish, TwoColumns),
    Elsewhere(Wish, TwoColumns),
    /// The next finding.
    Finding(Wish),
}

impl MatchedRow {
    fn others(&self) -> &[OtherName] {
        match self {
            Self::Compared(.., others) | Self::Open(.., others) => others,
            Self::Unreadable(..) | Self::NotDone(..) | Self::User(..) => &[],
        }
    }
}

/// The rows of a block with the users whom their identities find. Other names are kept only where
/// they are not the user's own.
fn matched(block: Block, resolver: &Resolver<'_>) -> Result<Vec<MatchedRow>, ReadError> {
    let gathered = resolver.gather(&block.search)?;
    let found: Vec<&[UserId]> = gathered.each().collect();
    let absent = absent_upns(&block.rows, &found);
    let mut of_absent = resolver.having_as_sip(&absent)?.into_iter();
    let single = |ids: &&[UserId]| match ids {
        [id] => Some(*id),
        _ => None,
    };
    let ids: Vec<UserId> = found.iter().filter_map(single).collect();
    let mut users = vec![None; ids.len()];
    resolver.each_user(&ids, |nth, user| users[nth] = Some(Box::new(user)))?;
    let (mut users, mut found) = (users.into_iter(), found.into_iter());
    let mut rows = Vec::with_capacity(block.rows.len());
    for row in block.rows {
        let (wish, identity, also) = match row {
            UnderstoodRow::Unreadable(wish, why) => {
                rows.push(MatchedRow::Unreadable(wish, why));
                continue;
            }
            UnderstoodRow::NotDone(wish, why) => {
                rows.push(MatchedRow::NotDone(wish, why));
                continue;
            }
            UnderstoodRow::User {
                wish,
                identity,
                also,
            } => (wish, identity, also),
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(why) => {
                rows.push(MatchedRow::Open(wish, Unfound::Unreadable(why), also));
                continue;
            }
        };
        let finding = match (found.next().unwrap_or_default(), &identity) {
            (&[_], _) => users
                .next()
                .flatten()
                .map_or_else(|| Finding::Nobody(wish.given.clone()), Finding::User),
            ([], RowIdentity::Identity(identity)) => Finding::no_identity(identity, &wish.given),
            ([], RowIdentity::Upn(upn)) => {
                Finding::no_upn(upn, of_absent.next().unwrap_or_default())
            }
            ([], RowIdentity::Guid(guid)) => Finding::Nobody(guid.clone()),
            (several, _) => Finding::several(several),
        };
        rows.push(match finding {
            Finding::User(user) => {
                let is_own =
                    |other: &OtherName| other.names.iter().any(|name| name.is_of(&user.names));
                let others: Vec<_> = also
                    .into_iter()
                    .filter(|other| !other.is_hint && !is_own(other))
                    .collect();
                if others.is_empty() {
                    MatchedRow::User(wish, user)
                } else {
                    MatchedRow::Compared(wish, user, others)
                }
            }
            Finding::Nobody(_) | Finding::Near(_) => {
                MatchedRow::Open(wish, Unfound::Finding(finding), also)
            }
            // The operator chooses among several users.
            Finding::Several(_) => MatchedRow::Open(wish, Unfound::Finding(finding), Vec::new()),
        });
    }
    Ok(rows)
}

/// The UPNs of rows for which no user was found, in the order of the rows.
fn absent_upns<'a>(rows: &'a [UnderstoodRow], found: &[&[UserId]]) -> Vec<&'a str> {
    let identities = rows.iter().filter_map(|row| match row {
        UnderstoodRow::User { identity, .. } => identity.as_ref().ok(),
        UnderstoodRow::Unreadable(..) | UnderstoodRow::NotDone(..) => None,
    });
    identities
        .zip(found)
        .filter_map(|(identity, ids)| match (identity, ids) {
            (RowIdentity::Upn(upn), []) => Some(upn.as_str()),
            _ => None,
        })
        .collect()
}

/// Other names with the users whom each of their texts finds.
fn with_found<'a>(
    others: Vec<OtherName>,
    found: &mut impl Iterator<Item = &'a [UserId]>,
) -> Others<'a> {
    let with = |other: OtherName| {
        let ids = found.by_ref().take(other.names.len()).collect();
        (other, ids)
    };
    others.into_iter().map(with).collect()
}

/// The column whose name belongs only to other users than this one, and those users. A display name
/// that several people have contradicts nobody.
fn contradiction<'a>(id: UserId, others: &Others<'a>) -> Option<(usize, &'a [UserId])> {
    others.iter().find_map(|(other, found)| {
        if found.iter().any(|ids| ids.contains(&id)) {
            return None;
        }
        let by_name = other.names.iter().zip(found);
        let (_, ids) = by_name
            .into_iter()
            .find(|(name, ids)| ids.len() == 1 || !(ids.is_empty() || name.is_display()))?;
        Some((other.column, *ids))
    })
}

/// The column and the only user whom the other names of a row find. None if they find several.
fn offered(others: &Others<'_>) -> Option<(usize, UserId)> {
    let mut offered = None;
    for (other, found) in others {
        for ids in found {
            match (*ids, offered) {
                ([], _) => {}
                ([id], None) => offered = Some((other.column, *id)),
                ([id], Some((_, known))) if *id == known => {}
                _ => return None,
            }
        }
    }
    offered
}
