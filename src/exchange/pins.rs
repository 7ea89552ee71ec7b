//! PIN states as `Get-CsClientPinInfo | Export-Csv` writes them.

use super::dates::{DateOrder, OrderEvidence, WrittenDate, why_unreadable};
use super::error::ReadError;
use super::headings::meanings;
use super::import_columns::{ColumnFinder, ImportField};
use super::import_options::ImportOptions;
use super::list_columns::Meaning;
use super::records::FileRow;
use super::table::Table;
use super::truth_words::truth;
use crate::domain::identity::Identity;
use crate::domain::wrapped::is_exact;
use crate::plan::import::PinFacts;
use crate::zone::Zone;

/// The indexes of the columns.
pub(super) struct PinColumns {
    identity: usize,
    /// Other columns that name somebody, each with its heading.
    also: Vec<(usize, Meaning, String)>,
    /// The domain of logon names, which may be empty, if the users are named by logon names.
    domain_of_logons: Option<String>,
    is_set: usize,
    is_locked_out: usize,
    last_change: Option<usize>,
    expires: Option<usize>,
}

/// A row. The order of day and month of its dates may still be unknown.
pub(super) struct PinStateRow {
    pub line: u64,
    pub identity: String,
    /// Other names that the row has for its user, each with the heading of its column.
    pub also: Vec<(String, Identity)>,
    is_set: bool,
    is_locked_out: bool,
    last_change: Option<WrittenDate>,
    expires: Option<WrittenDate>,
}

impl PinColumns {
    /// Finds the columns by their names, or as a user says.
    ///
    /// # Errors
    /// One of the columns is missing, or a chosen one does not exist.
    pub fn find(table: &Table, options: &ImportOptions) -> Result<Self, ReadError> {
        if let Some(name) = table.doubled() {
            return Err(ReadError::DuplicateHeader(name));
        }
        let finder = ColumnFinder::new(table, &options.columns)?;
        let needed = |field: ImportField| {
            let column = finder.find(field);
            column.ok_or_else(|| table.missing(field.word()))
        };
        let identity = needed(ImportField::Identity)?;
        let domain = options.domain.trim();
        let headers = table.headers();
        let named = meanings(headers).into_iter().zip(headers).enumerate();
        let also = named.filter_map(|(column, (meaning, heading))| {
            let meaning = meaning.filter(|meaning| meaning.is_name() && column != identity)?;
            Some((column, meaning, heading.clone()))
        });
        Ok(Self {
            identity,
            also: also.collect(),
            domain_of_logons: finder.has_logons(identity).then(|| domain.to_owned()),
            is_set: needed(ImportField::IsPinSet)?,
            is_locked_out: needed(ImportField::IsLockedOut)?,
            last_change: finder.find(ImportField::LastPinChangeTime),
            expires: finder.find(ImportField::PinExpirationTime),
        })
    }

    /// The identity in a cell. A logon name gets the domain of the file.
    fn named(&self, text: &str) -> Result<String, String> {
        let is_alone = !text.is_empty() && !text.contains(['@', '\\', '=', ':']);
        match &self.domain_of_logons {
            Some(domain) if is_alone && domain.is_empty() => Err(
                "It has a logon name without a domain, which need not be unique. Choose the domain (--domain NAME)."
                    .to_owned(),
            ),
            Some(domain) if is_alone => Ok(format!("{domain}\\{text}")),
            _ => Ok(text.to_owned()),
        }
    }

    /// Whether a file has PIN states.
    pub fn fits(table: &Table) -> bool {
        table.column(&["IsPinSet"]).is_some() && table.column(&["IsLockedOut"]).is_some()
    }

    /// Reads a row and notes its dates as evidence of their order.
    ///
    /// # Errors
    /// The reason why a field cannot be read, as a sentence.
    pub fn read(&self, row: &FileRow, evidence: &mut OrderEvidence) -> Result<PinStateRow, String> {
        let columns = [
            Some(self.identity),
            Some(self.is_set),
            Some(self.is_locked_out),
            self.last_change,
            self.expires,
        ];
        let mut columns = columns.into_iter().flatten();
        if let Some(fault) = columns.find_map(|column| row.value_fault(column)) {
            return Err(fault);
        }
        let field = |column: usize| row.fields.get(column).map_or("", |text| text.trim());
        let truth_of = |column: usize, name: &str| {
            let text = field(column);
            truth(text).ok_or_else(|| format!("{name} is \"{text}\"; it must be True or False."))
        };
        let mut date = |column: Option<usize>, name: &str| match column.map_or("", field) {
            "" => Ok::<_, String>(None),
            text => {
                let date = WrittenDate::read(text)
                    .ok_or_else(|| format!("{name} is \"{text}\", {}", why_unreadable(text)))?;
                evidence.add(date, row.line, text);
                Ok(Some(date))
            }
        };
        let also = self.also.iter().filter_map(|(column, meaning, heading)| {
            let text = field(*column);
            let identity = match meaning {
                _ if is_exact(text) => Identity::parse(text).ok()?,
                Meaning::DisplayName if !text.is_empty() => Identity::DisplayName(text.to_owned()),
                _ => return None,
            };
            row.fault(*column)
                .is_none()
                .then(|| (heading.clone(), identity))
        });
        let pin = PinStateRow {
            line: row.line,
            also: also.collect(),
            identity: self.named(field(self.identity))?,
            is_set: truth_of(self.is_set, "IsPinSet")?,
            is_locked_out: truth_of(self.is_locked_out, "IsLockedOut")?,
            last_change: date(self.last_change, "LastPinChangeTime")?,
            expires: date(self.expires, "PinExpirationTime")?,
        };
        if pin.identity.is_empty() {
            Err("Identity is empty.".to_owned())
        } else {
            Ok(pin)
        }
    }
}

impl PinStateRow {
    /// The facts of the row, with this order of dates.
    ///
    /// # Errors
    /// A date does not exist in that order. The text is a sentence.
    pub fn facts(&self, order: DateOrder, zone: Zone) -> Result<PinFacts, String> {
        let moment = |date: Option<WrittenDate>| match date {
            None => Ok(None),
            Some(date) => date.moment(order, zone).map(Some).ok_or_else(|| {
                format!(
                    "A date of it does not exist when read as {}.",
                    order.label()
                )
            }),
        };
        Ok(PinFacts {
            is_set: self.is_set,
            is_locked_out: self.is_locked_out,
            last_change: moment(self.last_change)?,
            expires: moment(self.expires)?,
        })
    }
}
