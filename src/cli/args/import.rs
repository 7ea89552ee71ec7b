//! The options of `pindesk import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Why;
use super::change::encoding;
use crate::exchange::{ColumnChoice, DateOrder, ImportField, TextEncoding};
use crate::plan::import::ImportKind;

/// The file to import, and options for reading it.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ImportArgs {
    /// The content of the file: "users" from Get-CsUser, or "pins" from Get-CsClientPinInfo
    #[arg(value_name = "users|pins", value_enum, hide_possible_values = true)]
    pub kind: ImportKind,
    /// The CSV file or workbook
    pub file: PathBuf,
    /// Show what importing would do, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Make no copy of the store before the import
    #[arg(long)]
    pub no_backup: bool,
    /// The order of month and day in a date such as 9/12/2026, where the file does not show it
    #[arg(long, value_enum, value_name = "mdy|dmy", hide_possible_values = true)]
    pub date_order: Option<DateOrder>,
    /// Read times as UTC rather than in this machine's time zone
    #[arg(long)]
    pub utc: bool,
    /// The column with this heading has this fact, where its heading does not say so: DisplayName, SipAddress,
    /// UserPrincipalName, SamAccountName, Domain, DistinguishedName, Guid, LineURI or Site of a user; Identity, IsPinSet,
    /// IsLockedOut, LastPinChangeTime or PinExpirationTime of a PIN
    #[arg(long = "column", value_name = "HEADING=FACT", value_parser = column_choice)]
    pub columns: Vec<ColumnChoice>,
    /// The domain of logon names that stand alone
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    pub domain: String,
    /// utf-8, utf-16le, windows-1252, ibm850, macintosh and the like, where the guess is wrong
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook, where several have lists
    #[arg(long, value_name = "NAME|NUMBER")]
    pub sheet: Option<String>,
    /// The line with the names of the columns; lines before it are passed over
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_line: Option<u64>,
    /// Take in hidden and filtered rows and hidden columns of a workbook
    #[arg(long)]
    pub include_hidden: bool,
    /// Import the user with exactly this display name or identity although a name looks damaged; only for
    /// users, and refused if no row has the name
    #[arg(long = "accept-name", value_name = "NAME")]
    pub accepted_names: Vec<String>,
    /// Leave the rows of protected users out, so that they need no approval
    #[arg(long)]
    pub without_protected: bool,
    /// Submit it for review instead: somebody else can approve it, and `pindesk plans apply` applies it
    #[arg(long, conflicts_with = "what_if")]
    pub submit: bool,
    #[command(flatten)]
    pub why: Why,
}

fn column_choice(text: &str) -> Result<ColumnChoice, String> {
    let unknown = || {
        format!(
            "write HEADING=FACT with one of {}",
            ImportField::words().join(", ")
        )
    };
    let (heading, field) = text.rsplit_once('=').ok_or_else(unknown)?;
    let field = field.trim().parse().map_err(|_unknown| unknown())?;
    let heading = heading.trim().to_owned();
    Ok(ColumnChoice { heading, field })
}

impl ValueEnum for ImportKind {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Users, Self::Pins]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(kind_word(*self).into())
    }
}

impl ValueEnum for DateOrder {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::MonthDayYear, Self::DayMonthYear]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::MonthDayYear => "mdy".into(),
            Self::DayMonthYear => "dmy".into(),
        })
    }
}

/// The word for a kind of file on the command line and in JSON.
pub(in crate::cli) fn kind_word(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Users => "users",
        ImportKind::Pins => "pins",
    }
}
