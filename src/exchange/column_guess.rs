//! The columns of a list: guessed by their names and cells, or chosen.

use super::headings::{is_of_another, meanings, once};
use super::list_columns::{Meaning, plain};
use super::records::FileRow;
use super::truth_words::truth;
use crate::domain::cell_text::trim_hidden;
use crate::domain::wrapped::{is_exact, people};
use crate::plan::{Action, may_be_logon};

/// The columns of a list, as indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumns {
    /// The column that names the users; None when the user must choose it.
    pub user: Option<usize>,
    pub user_meaning: Meaning,
    /// Whether the first cells of that column are logon names without a domain.
    pub are_bare: bool,
    /// Other columns that name somebody. When one of them names another user, the row is left
    /// undone: a column may have been sorted without the others.
    pub also: Vec<(usize, Meaning)>,
    /// Columns whose names say nothing, with exact identities. They are offered where the column of the
    /// users names nobody, and contradict nobody: they may be about somebody else.
    pub hints: Vec<usize>,
    /// The parts of the display name. They are compared, too, or name the users if nothing else does.
    pub first_name: Option<usize>,
    pub last_name: Option<usize>,
    pub domain: Option<usize>,
    pub action: Option<usize>,
    /// Columns that say yes or no for each row.
    pub wants_lock: Option<usize>,
    pub wants_unlock: Option<usize>,
    pub reason: Option<usize>,
    pub ticket: Option<usize>,
    pub until: Option<usize>,
    /// The result of a row when its script was run on the live pool, and its message.
    pub result: Option<usize>,
    pub message: Option<usize>,
}

impl ListColumns {
    /// Guesses the columns by their names, or by the first rows of a file without a header.
    pub fn guess(headers: &[String], has_header: bool, first: &[FileRow]) -> Self {
        let mut meanings = if has_header {
            meanings(headers)
        } else {
            vec![None; headers.len()]
        };
        if has_header {
            for (index, meaning) in meanings.iter_mut().enumerate() {
                *meaning = question(&headers[index], *meaning, index, first);
            }
        }
        let column = |meaning| meanings.iter().position(|found| *found == Some(meaning));
        // If two columns have the same meaning, neither counts.
        let only = |meaning| {
            column(meaning).filter(|index| !meanings[index + 1..].contains(&Some(meaning)))
        };
        let parts = only(Meaning::FirstName).zip(only(Meaning::LastName));
        let unnamed =
            |index: &usize| meanings[*index].is_none() && !is_of_another(&headers[*index]);
        let named = Named {
            headers,
            meanings: &meanings,
            first,
        };
        let (user, user_meaning) = match named.users() {
            // The address of an employee beside the name may be that of the manager.
            Some((_, Meaning::Employee)) if has_exact(0..headers.len(), &meanings, first) => {
                (None, Meaning::Employee)
            }
            Some(found) => found,
            None if has_header && headers.len() > 1 => {
                let columns: Vec<usize> = (0..headers.len()).filter(unnamed).collect();
                let exact = most_exact(&columns, first);
                match (exact, parts) {
                    (None, Some((_, last))) => (Some(last), Meaning::DisplayName),
                    _ => (exact, Meaning::Identity),
                }
            }
            None => (
                most_exact(&(0..headers.len()).collect::<Vec<_>>(), first),
                Meaning::Identity,
            ),
        };
        let hints = (0..headers.len()).filter(|column| {
            has_header && unnamed(column) && Some(*column) != user && are_exact(*column, first)
        });
        Self {
            hints: hints.collect(),
            also: naming(&meanings, user),
            are_bare: are_bare(user, first),
            user,
            user_meaning,
            first_name: parts.map(|(first, _)| first),
            last_name: parts.map(|(_, last)| last),
            domain: only(Meaning::Domain),
            action: only(Meaning::Action),
            wants_lock: only(Meaning::WantsLock),
            wants_unlock: only(Meaning::WantsUnlock),
            reason: column(Meaning::Reason),
            ticket: column(Meaning::Ticket),
            until: only(Meaning::Until),
            result: column(Meaning::Result),
            message: column(Meaning::Message),
        }
    }

    /// These columns with another one that names the users. `first` are the first rows.
    #[must_use]
    pub fn with_user(mut self, user: Option<usize>, headers: &[String], first: &[FileRow]) -> Self {
        let meanings = meanings(headers);
        self.user = user;
        self.user_meaning = user
            .and_then(|index| meanings.get(index).copied().flatten())
            .filter(|meaning| meaning.is_name())
            .unwrap_or(Meaning::Identity);
        self.are_bare = are_bare(user, first);
        self.hints.retain(|column| Some(*column) != user);
        // The names of employees do not contradict those of their managers.
        self.also = match user.and_then(|index| headers.get(index)) {
            Some(name) if is_of_another(name) => Vec::new(),
            _ => naming(&meanings, user),
        };
        self
    }

    /// The columns with the first and the last name.
    pub(super) fn name_parts(&self) -> Option<(usize, usize)> {
        self.first_name.zip(self.last_name)
    }

    /// Whether a column has a meaning.
    pub(super) fn has(&self, column: usize) -> bool {
        let others = [
            self.user,
            self.first_name,
            self.last_name,
            self.domain,
            self.action,
            self.wants_lock,
            self.wants_unlock,
            self.reason,
            self.ticket,
            self.until,
            self.result,
            self.message,
        ];
        others.contains(&Some(column)) || self.also.iter().any(|(other, _)| *other == column)
    }

    /// The question that the user must answer before the list can be read, if any.
    pub fn open_choice(&self, domain: &str) -> Option<&'static str> {
        if self.user.is_none() {
            Some("Choose the column that names the users.")
        } else if self.user_meaning == Meaning::Logon
            && self.are_bare
            && self.domain.is_none()
            && domain.trim().is_empty()
        {
            Some(
                "A logon name alone is not an identity, since it need not be unique. Choose the domain of this file.",
            )
        } else {
            None
        }
    }
}

/// The meaning of a column, where its heading may ask whether something is to be done: it does if a cell
/// answers with yes or no.
fn question(
    heading: &str,
    meaning: Option<Meaning>,
    column: usize,
    first: &[FileRow],
) -> Option<Meaning> {
    let asked = match meaning {
        Some(Meaning::WantsLock | Meaning::WantsUnlock) => meaning,
        None if plain(heading) == Action::Lock.word() => Some(Meaning::WantsLock),
        None if plain(heading) == Action::Unlock.word() => Some(Meaning::WantsUnlock),
        _ => return meaning,
    };
    let cells = first.iter().filter_map(|row| row.fields.get(column));
    let answers = cells.filter_map(|cell| truth(trim_hidden(cell))).count() > 0;
    asked.filter(|_| answers)
}

/// The columns that name somebody beside the one that names the users.
fn naming(meanings: &[Option<Meaning>], user: Option<usize>) -> Vec<(usize, Meaning)> {
    let named = meanings
        .iter()
        .enumerate()
        .filter_map(|(index, meaning)| Some((index, (*meaning)?)));
    named
        .filter(|(index, meaning)| Some(*index) != user && meaning.is_name())
        .collect()
}

/// The columns whose names say that they name users.
struct Named<'a> {
    headers: &'a [String],
    meanings: &'a [Option<Meaning>],
    first: &'a [FileRow],
}

impl Named<'_> {
    /// The column that names the users, and its meaning: the most exact one. Of several with one
    /// meaning, the only one with exact identities counts, or the first if they have one name. Logon
    /// names alone name nobody without a domain, so that a column of addresses counts before them.
    fn users(&self) -> Option<(Option<usize>, Meaning)> {
        let mut open = None;
        for meaning in Meaning::naming() {
            let columns = self.columns(meaning);
            let [first, others @ ..] = &columns[..] else {
                continue;
            };
            let user = match others {
                [] => Some(*first),
                _ => most_exact(&columns, self.first).or_else(|| self.same_name(&columns)),
            };
            let is_open = meaning == Meaning::Logon
                && !self.meanings.contains(&Some(Meaning::Domain))
                && user.is_none_or(|user| are_bare(Some(user), self.first));
            if !is_open {
                let is_better = user.is_some_and(|user| are_exact(user, self.first));
                return open.filter(|_| !is_better).or(Some((user, meaning)));
            }
            open = Some((user, meaning));
        }
        open
    }

    fn columns(&self, meaning: Meaning) -> Vec<usize> {
        let columns = self.meanings.iter().enumerate();
        let of = columns.filter(|(_, found)| **found == Some(meaning));
        of.map(|(column, _)| column).collect()
    }

    /// The first of several columns that have one name.
    fn same_name(&self, columns: &[usize]) -> Option<usize> {
        let name = |column: &usize| once(&self.headers[*column]);
        let (first, others) = columns.split_first()?;
        others
            .iter()
            .all(|other| name(other) == name(first))
            .then_some(*first)
    }
}

/// Whether the cells of a column are logon names, and none is an identity on its own.
fn are_bare(user: Option<usize>, first: &[FileRow]) -> bool {
    let cells = || {
        let cells = first.iter().filter_map(|row| row.fields.get(user?));
        let filled = cells.filter(|cell| !trim_hidden(cell).is_empty());
        filled.flat_map(|cell| people(cell, false))
    };
    let is_own = |text: &str| is_exact(text) || text.contains(['@', '\\']);
    !cells().any(|person| is_own(&person.identity))
        && (cells().next().is_none() || cells().any(|person| may_be_logon(&person.identity)))
}

/// The only column, or the only one in which most cells are exact identities.
fn most_exact(columns: &[usize], first: &[FileRow]) -> Option<usize> {
    if let [only] = columns
        && first.iter().all(|row| row.fields.len() <= 1)
    {
        return Some(*only);
    }
    let mut exact = columns.iter().filter(|&&column| are_exact(column, first));
    exact.next().copied().filter(|_| exact.next().is_none())
}

/// Whether most cells of a column are exact identities.
fn are_exact(column: usize, first: &[FileRow]) -> bool {
    let is_exact = |cell: &String| {
        people(cell, false)
            .iter()
            .any(|one| is_exact(&one.identity))
    };
    let filled = |row: &&FileRow| {
        row.fields
            .get(column)
            .is_some_and(|cell| !cell.trim().is_empty())
    };
    let cells = first.iter().filter(filled).count();
    let exact = first
        .iter()
        .filter(|row| row.fields.get(column).is_some_and(is_exact));
    exact.count() * 2 > cells
}

/// Whether a column whose name says nothing has exact identities.
fn has_exact(
    mut columns: std::ops::Range<usize>,
    meanings: &[Option<Meaning>],
    first: &[FileRow],
) -> bool {
    columns.any(|column| meanings[column].is_none() && are_exact(column, first))
}
