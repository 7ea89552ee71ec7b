//! The columns of a file to import: by their names in the languages of the headings, or as a user says.

use strum::VariantArray as _;

use super::error::ReadError;
use super::headings::headings_of;
use super::list_columns::{Meaning, column_named};
use super::table::Table;
use crate::plan::import::ImportKind;

/// A fact that a column of an imported file has. The name of each is that of PowerShell.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(ascii_case_insensitive)]
pub enum ImportField {
    DisplayName,
    SipAddress,
    UserPrincipalName,
    SamAccountName,
    Domain,
    DistinguishedName,
    Guid,
    #[strum(serialize = "LineURI")]
    LineUri,
    Site,
    /// The user of a PIN.
    Identity,
    IsPinSet,
    IsLockedOut,
    LastPinChangeTime,
    PinExpirationTime,
}

/// The choice of a user: the column with this heading has this fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChoice {
    pub heading: String,
    pub field: ImportField,
}

/// Finds the columns of a file by its headings.
pub(super) struct ColumnFinder<'a> {
    headers: &'a [String],
    /// The index and fact of each chosen column.
    chosen: Vec<(usize, ImportField)>,
}

/// The facts that a file of this kind can have, each with the index of its column.
pub fn import_columns(
    kind: ImportKind,
    headers: &[String],
    choices: &[ColumnChoice],
) -> Vec<(ImportField, Option<usize>)> {
    let finder = ColumnFinder::of(headers, choices);
    let fields = ImportField::of(kind).iter();
    fields.map(|field| (*field, finder.find(*field))).collect()
}

/// The question that is open before the columns of a file suffice for its import, if any.
pub fn open_import_choice(
    kind: ImportKind,
    headers: &[String],
    choices: &[ColumnChoice],
) -> Option<&'static str> {
    let finder = ColumnFinder::of(headers, choices);
    let has = |field: &ImportField| finder.find(*field).is_some();
    match kind {
        ImportKind::Pins if !ImportField::of(kind)[..3].iter().all(has) => {
            Some("Choose the columns that have Identity, IsPinSet and IsLockedOut.")
        }
        ImportKind::Users if !has(&ImportField::DisplayName) => {
            Some("Choose the column that has the DisplayName.")
        }
        ImportKind::Users if !ImportField::of(kind)[1..5].iter().any(has) => Some(
            "Choose a column that tells users apart: SipAddress, UserPrincipalName, SamAccountName or DistinguishedName.",
        ),
        ImportKind::Users | ImportKind::Pins => None,
    }
}

impl ImportField {
    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The names of all facts.
    pub fn words() -> Vec<&'static str> {
        Self::VARIANTS.iter().map(|field| field.word()).collect()
    }

    /// The facts of a kind of file, those that tell users apart or are needed first.
    fn of(kind: ImportKind) -> &'static [Self] {
        match kind {
            ImportKind::Users => &[
                Self::DisplayName,
                Self::SipAddress,
                Self::UserPrincipalName,
                Self::SamAccountName,
                Self::DistinguishedName,
                Self::Domain,
                Self::Guid,
                Self::LineUri,
                Self::Site,
            ],
            ImportKind::Pins => &[
                Self::Identity,
                Self::IsPinSet,
                Self::IsLockedOut,
                Self::LastPinChangeTime,
                Self::PinExpirationTime,
            ],
        }
    }

    /// The meanings of headings in other languages, the most exact first.
    fn meanings(self) -> &'static [Meaning] {
        match self {
            Self::DisplayName => &[Meaning::DisplayName],
            Self::SipAddress => &[Meaning::SipAddress],
            Self::UserPrincipalName => &[Meaning::Upn],
            Self::SamAccountName => &[Meaning::Logon],
            Self::Domain => &[Meaning::Domain],
            Self::DistinguishedName => &[Meaning::DistinguishedName],
            Self::Guid => &[Meaning::Guid],
            Self::Identity => &[
                Meaning::Identity,
                Meaning::SipAddress,
                Meaning::Upn,
                Meaning::DistinguishedName,
                Meaning::Logon,
            ],
            Self::LineUri
            | Self::Site
            | Self::IsPinSet
            | Self::IsLockedOut
            | Self::LastPinChangeTime
            | Self::PinExpirationTime => &[],
        }
    }
}

impl<'a> ColumnFinder<'a> {
    /// A finder that follows the choices of a user first.
    ///
    /// # Errors
    /// A chosen column does not exist.
    pub fn new(table: &'a Table, choices: &[ColumnChoice]) -> Result<Self, ReadError> {
        let headers = table.headers();
        let absent = |choice: &&ColumnChoice| column_named(headers, &choice.heading).is_none();
        match choices.iter().find(absent) {
            Some(choice) => Err(table.no_column(&choice.heading)),
            None => Ok(Self::of(headers, choices)),
        }
    }

    fn of(headers: &'a [String], choices: &[ColumnChoice]) -> Self {
        let index =
            |choice: &ColumnChoice| Some((column_named(headers, &choice.heading)?, choice.field));
        Self {
            headers,
            chosen: choices.iter().filter_map(index).collect(),
        }
    }

    /// The column with a fact. A column that was chosen for another fact does not count, and of
    /// several with the same meaning none does.
    pub fn find(&self, field: ImportField) -> Option<usize> {
        let chosen = self.chosen.iter().find(|(_, other)| *other == field);
        if let Some((column, _)) = chosen {
            return Some(*column);
        }
        let is_free = |column: &usize| self.chosen.iter().all(|(other, _)| other != column);
        let mut named = headings_of(field.word())
            .iter()
            .filter_map(|name| column_named(self.headers, name));
        named.find(is_free).or_else(|| {
            let meant = field.meanings().iter();
            meant
                .copied()
                .find_map(|meaning| self.only(meaning))
                .filter(is_free)
        })
    }

    /// The only column with a meaning.
    fn only(&self, meaning: Meaning) -> Option<usize> {
        let headers = self.headers.iter().enumerate();
        let mut columns = headers.filter(|(_, name)| Meaning::of(name) == Some(meaning));
        let (column, _) = columns.next()?;
        columns.next().is_none().then_some(column)
    }

    /// Whether a column has logon names by its heading.
    pub fn has_logons(&self, column: usize) -> bool {
        let name = self.headers.get(column);
        name.is_some_and(|name| Meaning::of(name) == Some(Meaning::Logon))
    }
}
