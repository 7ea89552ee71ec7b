//! The columns of a file to import: by their names in the languages of the headings, or as a user says.

use strum::VariantArray as _;

use super::error::ReadError;
use super::list_columns::Meaning;
use super::table::Table;

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

/// Finds the columns of a table.
pub(super) struct ColumnFinder<'a> {
    table: &'a Table,
    /// The index and fact of each chosen column.
    chosen: Vec<(usize, ImportField)>,
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

    /// The headings that PowerShell and its reports write, the most exact first.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::DisplayName => &["DisplayName", "Name"],
            Self::SipAddress => &["SipAddress", "Sip", "SipUri"],
            Self::UserPrincipalName => &["UserPrincipalName", "UPN"],
            Self::SamAccountName => &["SamAccountName", "UserName", "LogonName"],
            Self::Domain => &["Domain", "NetBIOSDomain", "NTDomain"],
            Self::DistinguishedName => &["DistinguishedName", "DN", "Identity"],
            Self::Guid => &["Guid", "ObjectGuid"],
            Self::LineUri => &["LineURI", "TelURI"],
            Self::Site => &["Site", "SiteName"],
            // Reports that join users and PINs have no `Identity`.
            Self::Identity => &[
                "Identity",
                "SipAddress",
                "SipUri",
                "UserPrincipalName",
                "UPN",
                "DistinguishedName",
            ],
            Self::IsPinSet => &["IsPinSet"],
            Self::IsLockedOut => &["IsLockedOut"],
            Self::LastPinChangeTime => &["LastPinChangeTime"],
            Self::PinExpirationTime => &["PinExpirationTime"],
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
        let index = |choice: &ColumnChoice| {
            let column = table.column(&[choice.heading.as_str()]);
            let column = column.ok_or_else(|| table.no_column(&choice.heading))?;
            Ok::<_, ReadError>((column, choice.field))
        };
        let chosen = choices.iter().map(index).collect::<Result<_, _>>()?;
        Ok(Self { table, chosen })
    }

    /// The column with a fact. A column that was chosen for another fact does not count, and of
    /// several with the same meaning none does.
    pub fn find(&self, field: ImportField) -> Option<usize> {
        let chosen = self.chosen.iter().find(|(_, other)| *other == field);
        if let Some((column, _)) = chosen {
            return Some(*column);
        }
        let is_free = |column: &usize| self.chosen.iter().all(|(other, _)| other != column);
        let named = field.headings().iter();
        let mut named = named.filter_map(|name| self.table.column(&[name]));
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
        let headers = self.table.headers().iter().enumerate();
        let mut columns = headers.filter(|(_, name)| Meaning::of(name) == Some(meaning));
        let (column, _) = columns.next()?;
        columns.next().is_none().then_some(column)
    }

    /// The column with a fact that the file must have.
    ///
    /// # Errors
    /// There is none.
    pub fn needed(&self, field: ImportField) -> Result<usize, ReadError> {
        self.find(field)
            .ok_or_else(|| self.table.missing(field.word()))
    }

    /// Whether a column has logon names by its heading.
    pub fn has_logons(&self, column: usize) -> bool {
        let name = self.table.headers().get(column);
        name.is_some_and(|name| Meaning::of(name) == Some(Meaning::Logon))
    }
}
