//! The rows of a list of users whose PINs are to be locked or unlocked.

use std::collections::HashMap;

use super::column_guess::ListColumns;
use super::dates::{DateOrder, WrittenDate, why_unreadable};
use super::list_columns::Meaning;
use super::name_parts::{NameOrder, display, parts, whole_name};
use super::note_row::note;
use super::records::FileRow;
use super::row_identity::{IdentityReader, OtherName, RowIdentity};
use super::truth_words::truth;
use crate::domain::Time;
use crate::domain::cell_text::trim_hidden;
use crate::domain::wrapped::{WrittenPerson, people};
use crate::plan::{Action, Own, RowPosition, Wish};
use crate::zone::Zone;

/// The change that a row asks for.
#[derive(Debug)]
pub(super) struct RowWish {
    pub wish: Wish,
    /// The people that the row names: one, unless its cell has several.
    pub people: Vec<RowPerson>,
    /// The end of the lock, and its text: the order of day and month may still be open.
    pub until: Option<(WrittenDate, String)>,
    /// The reason why nothing is to be done for the row.
    pub not_done: Option<String>,
}

impl RowWish {
    /// A row that is a total or a note.
    fn note(text: &str, action: Option<Action>, position: Option<RowPosition>) -> Self {
        const WHY: &str = "It names nobody: it is a total or a note.";
        Self {
            wish: Wish {
                action: action.unwrap_or(Action::Lock),
                given: String::new(),
                position,
                own: None,
            },
            people: vec![RowPerson {
                given: text.to_owned(),
                identity: Err(WHY.to_owned()),
                also: Vec::new(),
            }],
            until: None,
            not_done: Some(WHY.to_owned()),
        }
    }
}

/// One person of a row.
#[derive(Debug)]
pub(super) struct RowPerson {
    /// The text that names the person.
    pub given: String,
    /// The identity, or the reason why there is none.
    pub identity: Result<RowIdentity, String>,
    /// Other names that the row has for the same person.
    pub also: Vec<OtherName>,
}

/// Reads the rows of a list.
pub(super) struct ListReader<'a> {
    pub columns: &'a ListColumns,
    /// The order of first and last name in the display names of the directory.
    pub name_order: NameOrder,
    /// The action. None means that each row names its own.
    pub action: Option<Action>,
    /// The domain of bare logon names.
    pub domain: &'a str,
    /// The NetBIOS name of each DNS domain.
    pub domains: &'a HashMap<String, String>,
    /// The logon domains of the directory, by which a logon name beside the identity is compared.
    pub logon_domains: &'a [String],
}

impl ListReader<'_> {
    /// The change that a row asks for.
    ///
    /// # Errors
    /// The reason why the row cannot be understood, as a sentence.
    pub fn read(&self, row: &FileRow) -> Result<RowWish, String> {
        let row = row.checked()?;
        self.check_cells(row)?;
        let position = Some(RowPosition {
            line: row.line,
            byte: row.byte,
        });
        let user = self.columns.user.unwrap_or_default();
        if let Some(text) = note(row, user, |column| self.columns.has(column)) {
            return Ok(RowWish::note(text, self.action, position));
        }
        let cell = |column: Option<usize>| {
            column
                .and_then(|index| row.fields.get(index))
                .map_or("", |text| trim_hidden(text))
        };
        let action = self.action(cell(self.columns.action))?;
        let people = self.people(row, cell(self.columns.domain))?;
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
            None => self.not_wanted(action, cell)?,
        };
        Ok(RowWish {
            wish: Wish {
                action,
                given: String::new(),
                position,
                own,
            },
            people,
            until,
            not_done,
        })
    }

    /// Refuses a row in which a cell that decides about it is an error, or a formula without a result.
    fn check_cells(&self, row: &FileRow) -> Result<(), String> {
        if row.faults.is_empty() {
            return Ok(());
        }
        let named = self.columns.user.and_then(|column| row.fault(column));
        let others = [
            self.columns.domain,
            self.columns.action,
            self.columns.until,
            self.columns.result,
        ];
        let mut others = others.into_iter().flatten();
        let fault = named.or_else(|| others.find_map(|column| row.value_fault(column)));
        fault.map_or(Ok(()), Err)
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

    /// The reason why a row is left out whose own column for the action says no.
    ///
    /// # Errors
    /// The answer is neither yes nor no.
    fn not_wanted<'a>(
        &self,
        action: Action,
        cell: impl Fn(Option<usize>) -> &'a str,
    ) -> Result<Option<String>, String> {
        let column = match action {
            Action::Lock => self.columns.wants_lock,
            Action::Unlock => self.columns.wants_unlock,
            Action::SetPin | Action::ResetFailures => None,
        };
        let answer = cell(column);
        let said = || format!("Its column for {} says \"{answer}\"", action.label());
        match truth(answer) {
            Some(true) => Ok(None),
            Some(false) => Ok(Some(format!("{}.", said()))),
            None if answer.is_empty() => Ok(None),
            None => Err(format!("{}, which is neither yes nor no.", said())),
        }
    }

    /// The people that a row names, each with the other names that the row has for them.
    fn people(&self, row: &FileRow, domain: &str) -> Result<Vec<RowPerson>, String> {
        let reader = IdentityReader {
            domain: self.domain,
            domains: self.domains,
            logon_domains: self.logon_domains,
        };
        let field = |column: usize| row.fields.get(column).map_or("", String::as_str);
        let (column, meaning) = (
            self.columns.user.unwrap_or_default(),
            self.columns.user_meaning,
        );
        let mut named: Vec<RowPerson> = match self.by_parts(row) {
            Some(person) => vec![person],
            None => people(field(column), meaning == Meaning::Addresses)
                .into_iter()
                .map(|person| RowPerson {
                    given: person.part.to_owned(),
                    identity: reader.identity(&person.identity, meaning, domain),
                    also: within(&reader, &person, column),
                })
                .collect(),
        };
        if let ([person], Some((first, last))) = (&mut named[..], self.columns.name_parts())
            && ![first, last].contains(&column)
        {
            person.also.extend(whole_name(row, first, last));
        }
        for &(column, meaning) in &self.columns.also {
            let text = trim_hidden(field(column));
            // A cell without a true text does not contradict the first one.
            if text.is_empty() || row.fault(column).is_some() {
                continue;
            }
            let others = people(text, meaning == Meaning::Addresses);
            if others.len() == named.len() {
                for (person, other) in named.iter_mut().zip(&others) {
                    // A name that cannot be read does not contradict the first one.
                    let names = reader.other_names(&other.identity, meaning, domain);
                    person.also.extend((!names.is_empty()).then_some(OtherName {
                        column,
                        names,
                        is_hint: false,
                    }));
                    person.also.extend(within(&reader, other, column));
                }
            } else if meaning.is_exact() {
                return Err(format!(
                    "It names {} people in one column and {} in another.",
                    named.len(),
                    others.len()
                ));
            }
        }
        if let [person] = &mut named[..] {
            person.also.extend(self.hints(row, &reader));
        }
        Ok(named)
    }

    /// The names in columns whose own names say nothing.
    fn hints(&self, row: &FileRow, reader: &IdentityReader<'_>) -> Vec<OtherName> {
        let columns = self.columns.hints.iter().copied();
        let hint = |column: usize| {
            let cell = row.fields.get(column)?;
            let others = people(cell, false);
            let ([other], None) = (&others[..], row.fault(column)) else {
                return None;
            };
            Some(OtherName {
                column,
                names: reader.other_names(&other.identity, Meaning::Identity, ""),
                is_hint: true,
            })
        };
        columns
            .filter_map(hint)
            .filter(|hint| !hint.names.is_empty())
            .collect()
    }

    /// The person whom a row names by the two parts of the display name.
    fn by_parts(&self, row: &FileRow) -> Option<RowPerson> {
        let (first, last) = self.columns.name_parts()?;
        if self.columns.user != Some(last) {
            return None;
        }
        let (given, family) = parts(row, first, last)?;
        let name = self.name_order.name(given, family);
        Some(RowPerson {
            given: name.clone(),
            identity: Ok(display(name)),
            also: Vec::new(),
        })
    }
}

/// The other names that one cell has for a person.
fn within(
    reader: &IdentityReader<'_>,
    person: &WrittenPerson<'_>,
    column: usize,
) -> Vec<OtherName> {
    let names = person.also.iter().map(|name| OtherName {
        column,
        names: reader.other_names(name, Meaning::Identity, ""),
        is_hint: false,
    });
    names.filter(|other| !other.names.is_empty()).collect()
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
        "unknown" => Err(
            "The script was ended during this step. Look at this PIN on the live pool: it may have been changed or not."
                .to_owned(),
        ),
        "whatif" => Ok(Some("The script only said what it would do.".to_owned())),
        "declined" => Ok(Some("Answered with No when the script was run.".to_owned())),
        _ => Err(format!(
            "Its result is \"{result}\"; a script writes Done, Failed, Unknown, WhatIf or Declined."
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
