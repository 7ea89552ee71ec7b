//! The columns of a list: guessed by their names and cells, or chosen.

use super::headings::is_of_another;
use super::list_columns::Meaning;
use super::records::FileRow;
use crate::domain::wrapped::{is_exact, people};

/// The columns of a list, as indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumns {
    /// The column that names the users; None when the user must choose it.
    pub user: Option<usize>,
    pub user_meaning: Meaning,
    /// Whether the first cells of that column are all logon names without a domain.
    pub are_bare: bool,
    /// Other columns that name somebody. When one of them names another user, the row is left
    /// undone: a column may have been sorted without the others.
    pub also: Vec<(usize, Meaning)>,
    pub domain: Option<usize>,
    pub action: Option<usize>,
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
        let meanings: Vec<Option<Meaning>> = headers
            .iter()
            .map(|name| {
                if has_header {
                    Meaning::of(once(name))
                } else {
                    None
                }
            })
            .collect();
        let column = |meaning| meanings.iter().position(|found| *found == Some(meaning));
        // If two columns have the same meaning, neither counts.
        let only = |meaning| {
            column(meaning).filter(|index| !meanings[index + 1..].contains(&Some(meaning)))
        };
        let named = Meaning::naming().find(|&meaning| column(meaning).is_some());
        let unnamed =
            |index: &usize| meanings[*index].is_none() && !is_of_another(&headers[*index]);
        let (user, user_meaning) = match named {
            // The address of an employee beside the name may be that of the manager.
            Some(Meaning::Employee) if has_exact(0..headers.len(), &meanings, first) => {
                (None, Meaning::Employee)
            }
            Some(meaning) => (only(meaning), meaning),
            None if has_header && headers.len() > 1 => {
                let columns: Vec<usize> = (0..headers.len()).filter(unnamed).collect();
                (most_exact(&columns, first), Meaning::Identity)
            }
            None => (
                most_exact(&(0..headers.len()).collect::<Vec<_>>(), first),
                Meaning::Identity,
            ),
        };
        Self {
            also: naming(&meanings, user),
            are_bare: are_bare(user, first),
            user,
            user_meaning,
            domain: only(Meaning::Domain),
            action: only(Meaning::Action),
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
        let meanings: Vec<Option<Meaning>> =
            headers.iter().map(|name| Meaning::of(once(name))).collect();
        self.user = user;
        self.user_meaning = user
            .and_then(|index| meanings.get(index).copied().flatten())
            .filter(|meaning| meaning.is_name())
            .unwrap_or(Meaning::Identity);
        self.are_bare = are_bare(user, first);
        // The names of employees do not contradict those of their managers.
        self.also = match user.and_then(|index| headers.get(index)) {
            Some(name) if is_of_another(name) => Vec::new(),
            _ => naming(&meanings, user),
        };
        self
    }

    /// Whether a column has a meaning.
    pub(super) fn has(&self, column: usize) -> bool {
        let others = [
            self.user,
            self.domain,
            self.action,
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

/// Whether no filled cell of a column is an identity on its own.
fn are_bare(user: Option<usize>, first: &[FileRow]) -> bool {
    let cells = first
        .iter()
        .filter_map(|row| row.fields.get(user?))
        .flat_map(|cell| people(cell, false));
    !cells
        .into_iter()
        .any(|person| is_exact(&person.identity) || person.identity.contains(['@', '\\']))
}

/// The name that a column shares with another one, without the number that tells them apart.
fn once(name: &str) -> &str {
    let number = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" ("));
    number
        .filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(name, |(name, _)| name)
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
