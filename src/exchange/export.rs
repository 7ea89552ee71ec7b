//! Exports users and PIN states as CSV that Excel, `Import-Csv` and PinDesk read.

use std::io::{self, Write};

use super::atomic_write::cannot_write;
use super::csv_injection::harmless;
use super::error::ReadError;
use crate::domain::Time;
use crate::domain::user::{UserId, UserRecord};
use crate::progress::{Progress, step};
use crate::store::Store;
use crate::time_format::iso_8601;

/// The content of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
pub enum ExportKind {
    /// The names, as PinDesk imports them.
    #[strum(serialize = "users")]
    Users,
    /// The PIN states, as `Get-CsClientPinInfo` shows them, and the locks as PinDesk knows them.
    #[strum(serialize = "PIN states")]
    Pins,
}

const USERS: [&str; 7] = [
    "DisplayName",
    "SipAddress",
    "UserPrincipalName",
    "Domain",
    "SamAccountName",
    "DistinguishedName",
    "Guid",
];
const PINS: [&str; 12] = [
    "Identity",
    "IsPinSet",
    "IsLockedOut",
    "LastPinChangeTime",
    "PinExpirationTime",
    "DisplayName",
    "LockCause",
    "LockedSince",
    "LockedUntil",
    "LockedBy",
    "LockReason",
    "LockTicket",
];

impl ExportKind {
    /// The plural noun for what is exported.
    pub fn label(self) -> &'static str {
        self.into()
    }
}

/// The number of users that are read at one moment. A row has a few hundred bytes.
const PAGE: usize = 4096;

/// Writes users, in this order, in pages: each as it is when its page is read, unless the store shows
/// one moment. Nothing is read while a page is written, so that a slow reader of the output keeps no
/// moment of the store. Times are ISO 8601 in UTC, so that no culture misreads them. Returns the
/// number of users that were written. Users that no longer exist are left out.
///
/// # Errors
/// The store could not be read, the file could not be written, or the work was cancelled.
pub fn export(
    store: &Store,
    kind: ExportKind,
    ids: &[UserId],
    now: Time,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<usize, ReadError> {
    let io = cannot_write;
    let columns: &[&str] = match kind {
        ExportKind::Users => &USERS,
        ExportKind::Pins => &PINS,
    };
    begin_csv(out, columns).map_err(io)?;
    let (mut written, mut done, mut page) = (0, 0, Vec::new());
    for ids_of_page in ids.chunks(PAGE) {
        let mut outcome = Ok(());
        store.each_user_of(ids_of_page, |user| {
            let row = user.map(|user| match kind {
                ExportKind::Users => user_row(&user),
                ExportKind::Pins => pin_row(&user, now),
            });
            if let Some(row) = row {
                outcome = write_row(&mut page, ',', row.into_iter()).map_err(io);
                written += 1;
            }
            done += 1;
            if outcome.is_ok() && step(progress, done, ids.len() as u64) {
                outcome = Err(ReadError::Cancelled);
            }
            outcome.is_ok()
        })?;
        outcome?;
        out.write_all(&page).map_err(io)?;
        page.clear();
    }
    out.flush().map_err(io)?;
    Ok(written)
}

fn user_row(user: &UserRecord) -> Vec<Option<String>> {
    let names = &user.names;
    vec![
        Some(names.display_name.clone()),
        names.sip.as_ref().map(|sip| format!("sip:{sip}")),
        names.upn.clone(),
        names.account.as_ref().map(|account| account.domain.clone()),
        names.account.as_ref().map(|account| account.logon.clone()),
        names.dn.clone(),
        names.guid.clone(),
    ]
}

fn pin_row(user: &UserRecord, now: Time) -> Vec<Option<String>> {
    let truth = |is: bool| Some(if is { "True" } else { "False" }.to_owned());
    let pin = &user.pin;
    let lock = pin.effective_lock(now);
    let lock = lock.as_deref();
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    vec![
        Some(user.names.identity()),
        truth(pin.is_set),
        truth(lock.is_some()),
        pin.last_change.map(iso_8601),
        pin.expires.map(iso_8601),
        Some(user.names.display_name.clone()),
        lock.map(|lock| lock.cause.word().to_owned()),
        lock.and_then(|lock| lock.since).map(iso_8601),
        lock.and_then(crate::domain::pin::Lock::ends).map(iso_8601),
        lock.and_then(|lock| lock.by.clone()),
        lock.and_then(|lock| filled(&lock.reason)),
        lock.and_then(|lock| filled(&lock.ticket)),
    ]
}

/// Writes the byte-order mark and the header.
pub(super) fn begin_csv(out: &mut dyn Write, columns: &[&str]) -> io::Result<()> {
    // Excel and Windows PowerShell read UTF-8 only with the mark.
    out.write_all("\u{feff}".as_bytes())?;
    write_row(out, ',', columns.iter().map(|&name| Some(name.to_owned())))
}

/// Writes rows with any columns as CSV. The header is written with the first row.
pub struct CsvRows<'a> {
    out: &'a mut dyn Write,
    delimiter: char,
    /// The content of the file that the rows are added to. None once it was written.
    earlier: Option<Vec<u8>>,
    has_begun: bool,
}

impl<'a> CsvRows<'a> {
    /// A writer that has written nothing yet. Rows are added to the content of an earlier file, if
    /// there is one.
    pub fn new(out: &'a mut dyn Write, delimiter: char, earlier: Option<Vec<u8>>) -> Self {
        Self {
            out,
            delimiter,
            earlier: earlier.filter(|earlier| !earlier.is_empty()),
            has_begun: false,
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The write failed, or the earlier file has other columns.
    pub fn write(
        &mut self,
        columns: &[String],
        fields: impl Iterator<Item = Option<String>>,
    ) -> io::Result<()> {
        if !self.has_begun {
            let mut header = "\u{feff}".as_bytes().to_vec();
            write_row(
                &mut header,
                self.delimiter,
                columns.iter().cloned().map(Some),
            )?;
            match self.earlier.take() {
                Some(earlier) if earlier.starts_with(&header) => self.add_to(&earlier)?,
                Some(_) => {
                    return Err(io::Error::other(
                        "its header is not that of these rows, so they cannot be added",
                    ));
                }
                None => self.out.write_all(&header)?,
            }
            self.has_begun = true;
        }
        write_row(self.out, self.delimiter, fields)
    }

    /// Ends the file. Without rows, the earlier content stays.
    ///
    /// # Errors
    /// The write failed.
    pub fn end(&mut self) -> io::Result<()> {
        match self.earlier.take() {
            Some(earlier) => self.add_to(&earlier),
            None => Ok(()),
        }
    }

    fn add_to(&mut self, earlier: &[u8]) -> io::Result<()> {
        self.out.write_all(earlier)?;
        if !earlier.ends_with(b"\n") {
            self.out.write_all(b"\r\n")?;
        }
        Ok(())
    }
}

/// Writes a row as `Export-Csv` of PowerShell does: each field in quotes, but nothing for a missing value. The
/// crate `csv` quotes all fields alike, so it cannot tell a missing value from an empty text.
pub(super) fn write_row(
    out: &mut dyn Write,
    delimiter: char,
    fields: impl Iterator<Item = Option<String>>,
) -> io::Result<()> {
    let cells: Vec<String> = fields
        .map(|field| {
            field.map_or_else(String::new, |text| {
                format!("\"{}\"", harmless(&text).replace('"', "\"\""))
            })
        })
        .collect();
    write!(
        out,
        "{}\r\n",
        cells.join(delimiter.encode_utf8(&mut [0; 4]))
    )
}
