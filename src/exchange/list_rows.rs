//! The columns and rows of a list of users whose PINs are to be locked or unlocked.

use std::collections::HashMap;

use super::dates::{DateOrder, WrittenDate, why_unreadable};
use super::list_columns::Meaning;
use super::records::FileRow;
use crate::domain::Time;
use crate::domain::dn::DistinguishedName;
use crate::domain::identity::{Identity, strip_sip};
use crate::plan::{Action, Own, RowPosition, Wish};
use crate::zone::Zone;

/// The columns of a list, as indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumns {
    /// The column that names the users; None when the user must choose it.
    pub user: Option<usize>,
    pub user_meaning: Meaning,
    /// Other columns with exact names. When one of them names another user, the row is ambiguous: a
    /// column may have been sorted without the others.
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

/// The identity in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowIdentity {
    Identity(Identity),
    Upn(String),
    Guid(String),
}

/// The change that a row asks for.
#[derive(Debug)]
pub(super) struct RowWish {
    pub wish: Wish,
    pub identity: RowIdentity,
    /// Other identities that the row has for the same user.
    pub also: Vec<RowIdentity>,
    /// The end of the lock, and its text: the order of day and month may still be open.
    pub until: Option<(WrittenDate, String)>,
    /// The reason why nothing is to be done for the row.
    pub not_done: Option<String>,
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
        let (user, user_meaning) = match named {
            Some(meaning) => (only(meaning), meaning),
            // A column with addresses and an unknown name may be that of a manager.
            None if has_header && headers.len() > 1 => (None, Meaning::Identity),
            None => (most_exact(headers.len(), first), Meaning::Identity),
        };
        Self {
            also: exact(&meanings, user),
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

    /// These columns with another one that names the users.
    #[must_use]
    pub fn with_user(mut self, user: Option<usize>, headers: &[String]) -> Self {
        let meanings: Vec<Option<Meaning>> = headers.iter().map(|name| Meaning::of(name)).collect();
        self.user = user;
        self.user_meaning = user
            .and_then(|index| meanings.get(index).copied().flatten())
            .filter(|meaning| meaning.is_name())
            .unwrap_or(Meaning::Identity);
        self.also = exact(&meanings, user);
        self
    }

    /// The question that the user must answer before the list can be read, if any.
    pub fn open_choice(&self, domain: &str) -> Option<&'static str> {
        if self.user.is_none() {
            Some("Choose the column that names the users.")
        } else if self.user_meaning == Meaning::Logon
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

/// The columns with exact names beside the one that names the users.
fn exact(meanings: &[Option<Meaning>], user: Option<usize>) -> Vec<(usize, Meaning)> {
    const EXACT: [Meaning; 4] = [
        Meaning::SipAddress,
        Meaning::Upn,
        Meaning::DistinguishedName,
        Meaning::Guid,
    ];
    let named = meanings
        .iter()
        .enumerate()
        .filter_map(|(index, meaning)| Some((index, (*meaning)?)));
    named
        .filter(|(index, meaning)| Some(*index) != user && EXACT.contains(meaning))
        .collect()
}

/// The name that a column shares with another one, without the number that tells them apart.
fn once(name: &str) -> &str {
    name.strip_suffix(" (2)").unwrap_or(name)
}

/// The only column, or the only one in which most cells look like exact identities.
fn most_exact(columns: usize, first: &[FileRow]) -> Option<usize> {
    if columns == 1 {
        return Some(0);
    }
    let is_exact = |cell: &String| {
        cell.contains(['@', '\\']) || matches!(Identity::parse(cell), Ok(Identity::Dn(_)))
    };
    let score = |index: usize| {
        first
            .iter()
            .filter(|row| row.fields.get(index).is_some_and(is_exact))
            .count()
    };
    let mut exact = (0..columns).filter(|&index| score(index) * 2 > first.len());
    exact.next().filter(|_| exact.next().is_none())
}

/// Reads the rows of a list.
pub(super) struct ListReader<'a> {
    pub columns: &'a ListColumns,
    /// The action. None means that each row names its own.
    pub action: Option<Action>,
    /// The domain of bare logon names.
    pub domain: &'a str,
    /// The NetBIOS name of each DNS domain.
    pub domains: &'a HashMap<String, String>,
}

impl ListReader<'_> {
    /// The change that a row asks for.
    ///
    /// # Errors
    /// The reason why the row cannot be understood, as a sentence.
    pub fn read(&self, row: &FileRow) -> Result<RowWish, String> {
        let row = row.checked()?;
        let cell = |column: Option<usize>| {
            column
                .and_then(|index| row.fields.get(index))
                .map_or("", |text| text.trim())
        };
        let action = self.action(cell(self.columns.action))?;
        let given = cell(self.columns.user).to_owned();
        let identity =
            self.identity(&given, self.columns.user_meaning, cell(self.columns.domain))?;
        // An identity that cannot be read does not contradict the first one.
        let also = self.columns.also.iter().filter_map(|&(index, meaning)| {
            self.identity(
                Some(cell(Some(index))).filter(|text| !text.is_empty())?,
                meaning,
                "",
            )
            .ok()
        });
        let also = also.collect();
        let filled = |column| {
            Some(cell(column))
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let (reason, ticket) = (filled(self.columns.reason), filled(self.columns.ticket));
        let until = match cell(self.columns.until) {
            "" => None,
            _ if action != Action::Lock => {
                return Err("It has an Until, which belongs to Lock only.".to_owned());
            }
            text => {
                let date = WrittenDate::read(text)
                    .ok_or_else(|| format!("Until is \"{text}\", {}", why_unreadable(text)))?;
                Some((date, text.to_owned()))
            }
        };
        let own = reason.is_some() || ticket.is_some() || until.is_some();
        let own = own.then(|| {
            Box::new(Own {
                reason,
                ticket,
                ..Own::default()
            })
        });
        let not_done = match self.columns.result {
            Some(_) => not_done(cell(self.columns.result), cell(self.columns.message))?,
            None => None,
        };
        let position = Some(RowPosition {
            line: row.line,
            byte: row.byte,
        });
        Ok(RowWish {
            wish: Wish {
                action,
                given,
                position,
                own,
            },
            identity,
            also,
            until,
            not_done,
        })
    }

    fn action(&self, cell: &str) -> Result<Action, String> {
        let word = cell.to_ascii_lowercase();
        let own = Action::listed()
            .find(|action| word == action.word() || word.eq_ignore_ascii_case(action.cmdlet()));
        match (own, self.action) {
            (Some(own), Some(action)) if own != action => Err(format!(
                "Its Action says {}, but this file is to {}.",
                own.label(),
                action.word()
            )),
            (Some(action), _) => Ok(action),
            (None, Some(action)) if cell.is_empty() => Ok(action),
            (None, None) if cell.is_empty() => {
                Err("Its Action is empty; it must be Lock or Unlock.".to_owned())
            }
            (None, _) => Err(format!(
                "Its Action is \"{cell}\"; it must be Lock or Unlock."
            )),
        }
    }

    fn identity(&self, text: &str, meaning: Meaning, domain: &str) -> Result<RowIdentity, String> {
        if text.is_empty() {
            return Err("The identity is empty.".to_owned());
        }
        let parse = |text: &str| Identity::parse(text).map_err(|error| error.to_string());
        let is_dn = || matches!(Identity::parse(text), Ok(Identity::Dn(_)));
        let identity = match meaning {
            Meaning::Guid => return Ok(RowIdentity::Guid(text.to_owned())),
            Meaning::DisplayName => Identity::DisplayName(text.to_owned()),
            Meaning::SipAddress if strip_sip(text).is_none() => parse(&format!("sip:{text}"))?,
            Meaning::DistinguishedName => match DistinguishedName::parse(text) {
                Ok(dn) => Identity::Dn(dn),
                Err(error) => return Err(format!("This is no distinguished name: {error}.")),
            },
            Meaning::Logon if !text.contains(['@', '\\']) && !is_dn() => Identity::Account {
                domain: self.domain(domain)?,
                logon: text.to_owned(),
            },
            _ => parse(text)?,
        };
        let is_pattern = matches!(identity, Identity::Pattern(_)) || text.contains('*');
        if is_pattern {
            Err("A file must name each user exactly, without wildcards (*).".to_owned())
        } else {
            Ok(match identity {
                Identity::Address(upn) if meaning == Meaning::Upn => RowIdentity::Upn(upn),
                identity => RowIdentity::Identity(identity),
            })
        }
    }

    /// The logon domain of the row, or else the chosen one. A DNS name is turned into its NetBIOS
    /// name.
    fn domain(&self, cell: &str) -> Result<String, String> {
        let name = if cell.is_empty() {
            self.domain.trim()
        } else {
            cell
        };
        if name.is_empty() {
            return Err("It has a logon name without a domain.".to_owned());
        }
        let known = self.domains.get(&name.to_lowercase()).cloned();
        let first = || name.split('.').next().unwrap_or(name).to_owned();
        Ok(known.unwrap_or_else(first))
    }
}

/// The reason why nothing happened for a row when its script ran. None if it was done.
fn not_done(result: &str, message: &str) -> Result<Option<String>, String> {
    match result.to_ascii_lowercase().as_str() {
        "done" => Ok(None),
        "failed" => Ok(Some(format!(
            "The live pool refused it: {}",
            if message.is_empty() {
                "no message."
            } else {
                message
            }
        ))),
        "whatif" => Ok(Some("The script only said what it would do.".to_owned())),
        "declined" => Ok(Some("Answered with No when the script was run.".to_owned())),
        _ => Err(format!(
            "Its result is \"{result}\"; a script writes Done, Failed, WhatIf or Declined."
        )),
    }
}

/// The end of a lock.
///
/// # Errors
/// The date does not exist in this order, or is in the past.
pub(super) fn until(
    written: WrittenDate,
    order: DateOrder,
    zone: Zone,
    now: Time,
) -> Result<Time, String> {
    match written.moment(order, zone) {
        None => Err(format!(
            "Its Until does not exist when read as {}.",
            order.label()
        )),
        Some(at) if at <= now => Err("The time in Until is in the past.".to_owned()),
        Some(at) => Ok(at),
    }
}
