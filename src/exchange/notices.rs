//! Users who are to be told something: PINs that expire soon, and PINs that are locked for long. As a
//! page of HTML, and as mails to them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::Duration;

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::html;
use super::html::escaped;
use super::mail::{Mail, is_mail_address};
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::pin::{Expiry, LockCause};
use crate::domain::user::{UserNames, UserRecord};
use crate::plan::words::{capital, thousands, users};
use crate::progress::{Progress, step};
use crate::store::{Store, StoreError};
use crate::time_format::{date, date_and_time, date_at_time, relative};
use crate::zone::Zone;

/// The users of a list of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// PINs that expire within this number of days and have not expired yet.
    Expiring { within_days: u16 },
    /// PINs that are locked for at least this number of days.
    Locked { longer_than_days: u16 },
    /// PINs that were set at least this number of days ago, and with which nobody has logged on.
    NeverUsed { set_before_days: u16 },
}

/// A user of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    pub identity: String,
    pub display_name: String,
    /// The mail address: the SIP address or the UPN, whichever is a plain address.
    pub address: Option<String>,
    /// The expiry of the PIN, the beginning of its lock, or the time when it was set.
    pub at: Time,
    /// The cause and the operator of the lock. None for the other lists.
    pub lock: Option<(LockCause, Option<String>)>,
}

/// The users of the list, by display name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    pub users: Vec<NoticeRow>,
    /// The number of locked users who are not listed, because an import has not said since when they
    /// are locked; or that of PINs of which it is not known when they were set.
    pub since_unknown: usize,
}

/// The sender of mails, and the moment and the zone of their texts.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// A mail address.
    pub from: &'a str,
    pub now: Time,
    pub zone: Zone,
}

/// Mails that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenMails {
    pub written: usize,
    /// The users without a mail address.
    pub without_address: usize,
}

/// Reads the users of a list.
///
/// # Errors
/// The store could not be read, or the work was cancelled.
pub fn notices(
    store: &Store,
    kind: NoticeKind,
    now: Time,
    progress: &dyn Progress,
) -> Result<Notices, StoreError> {
    let _one_moment = store.snapshot()?;
    let total = store.count_users()? as u64;
    let logons = match kind {
        NoticeKind::NeverUsed { .. } => store.logons_since(Time::UNIX_EPOCH)?,
        _ => HashMap::new(),
    };
    let (mut found, mut done, mut is_cancelled) = (Notices::default(), 0, false);
    store.for_each_user_by_name(|user| {
        done += 1;
        is_cancelled = step(progress, done, total);
        found.add(&user, kind, logons.get(&user.id).copied(), now);
        !is_cancelled
    })?;
    if is_cancelled {
        return Err(StoreError::Cancelled);
    }
    Ok(found)
}

impl NoticeKind {
    /// "PINs that expire within 14 days"
    pub fn title(self) -> String {
        match self {
            Self::Expiring { within_days } => format!("PINs that expire within {within_days} days"),
            Self::Locked { longer_than_days } => {
                format!("PINs that are locked for {longer_than_days} days or longer")
            }
            Self::NeverUsed { set_before_days: 0 } => "PINs that nobody has used".to_owned(),
            Self::NeverUsed { set_before_days } => {
                format!("PINs that nobody has used, set {set_before_days} days ago or earlier")
            }
        }
    }

    /// The subject and the text of the mail to a user.
    fn mail(self, notice: &NoticeRow, now: Time, zone: Zone) -> (String, String) {
        let day = date(notice.at, zone);
        match self {
            Self::Expiring { .. } => (
                format!("Your PIN expires on {day}"),
                format!(
                    "Hello {},\n\nyour PIN expires on {} ({}). Please set a new one before.\n\n\
                     An expired PIN is not accepted. Your password is not affected.\n",
                    notice.display_name,
                    date_at_time(notice.at, zone),
                    relative(notice.at, now, zone)
                ),
            ),
            Self::NeverUsed { .. } => (
                "You have not used your PIN yet".to_owned(),
                format!(
                    "Hello {},\n\nyour PIN was set on {day}, and you have not used it yet. If you do not need it, or do not \
                     know it, please tell your help desk.\n\nYour password is not affected.\n",
                    notice.display_name
                ),
            ),
            Self::Locked { .. } => (
                format!("Your PIN is locked since {day}"),
                format!(
                    "Hello {},\n\nyour PIN is locked since {day}. If you need it, please ask your help desk to unlock it.\n\n\
                     Your password is not affected.\n",
                    notice.display_name
                ),
            ),
        }
    }
}

impl Notices {
    fn add(&mut self, user: &UserRecord, kind: NoticeKind, logon: Option<Time>, now: Time) {
        let status = user.pin.status(now);
        let (at, lock) = match kind {
            NoticeKind::Expiring { within_days } => match status.expiry {
                Expiry::At(at) if at <= now + Duration::days(i64::from(within_days)) => (at, None),
                _ => return,
            },
            NoticeKind::Locked { longer_than_days } => {
                let Some(lock) = user.pin.effective_lock(now) else {
                    return;
                };
                match lock.since {
                    None => {
                        self.since_unknown += 1;
                        return;
                    }
                    Some(since) if now - since < Duration::days(i64::from(longer_than_days)) => {
                        return;
                    }
                    Some(since) => (since, Some((lock.cause, lock.by.clone()))),
                }
            }
            NoticeKind::NeverUsed { set_before_days } => match user.pin.last_change {
                _ if !user.pin.is_set => return,
                None => {
                    self.since_unknown += usize::from(logon.is_none());
                    return;
                }
                Some(set) => {
                    let is_used = logon.is_some_and(|logon| logon >= set);
                    if is_used || now - set < Duration::days(i64::from(set_before_days)) {
                        return;
                    }
                    (set, None)
                }
            },
        };
        self.users.push(NoticeRow {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            address: mail_address(&user.names),
            at,
            lock,
        });
    }
}

fn mail_address(names: &UserNames) -> Option<String> {
    let addresses = [&names.sip, &names.upn].into_iter().flatten();
    let mut plain = addresses.filter(|address| is_mail_address(address));
    plain.next().cloned()
}

/// Writes the list as an HTML page.
///
/// # Errors
/// The writer failed.
pub fn write_notices(
    notices: &Notices,
    kind: NoticeKind,
    now: Time,
    zone: Zone,
    out: &mut dyn Write,
) -> io::Result<()> {
    let facts = [
        ("Users", thousands(notices.users.len())),
        ("Written", date_and_time(now, zone)),
    ];
    html::begin(out, &kind.title(), &facts)?;
    match kind {
        NoticeKind::Expiring { .. } => html::begin_table(out, &["User", "Expires", ""])?,
        NoticeKind::Locked { .. } => html::begin_table(out, &["User", "Locked since", "Cause"])?,
        NoticeKind::NeverUsed { .. } => html::begin_table(out, &["User", "PIN set", ""])?,
    }
    for notice in &notices.users {
        let last = match &notice.lock {
            None => capital(&relative(notice.at, now, zone)),
            Some((cause, None)) => cause.label().to_owned(),
            Some((cause, Some(by))) => format!("{}: {by}", cause.label()),
        };
        writeln!(
            out,
            "<tr><td>{}<br><span class=\"secondary\">{}</span></td><td>{}</td><td>{}</td></tr>",
            escaped(&notice.display_name),
            escaped(&notice.identity),
            date_and_time(notice.at, zone),
            escaped(&last)
        )?;
    }
    html::end(out)?;
    out.flush()
}

/// Writes a mail to each user of the list into a folder, which is made if it is missing: one `.eml`
/// file a user, with the mail address as its name.
///
/// # Errors
/// The folder has messages already, or a file cannot be written.
pub fn write_mails(
    notices: &Notices,
    kind: NoticeKind,
    sender: Sender<'_>,
    folder: OutputFile<'_>,
) -> Result<WrittenMails, ReadError> {
    let Sender { from, now, zone } = sender;
    let OutputFile { path, readers } = folder;
    fs::create_dir_all(path).map_err(cannot_write)?;
    if let Some(message) = first_message(path).map_err(cannot_write)? {
        return Err(ReadError::Write(format!(
            "The folder has messages already, such as {}. Send or delete them first, so that nobody gets two",
            message.display()
        )));
    }
    let mut names = HashSet::new();
    let mut written = 0;
    for notice in &notices.users {
        let Some(to) = &notice.address else { continue };
        let (subject, body) = kind.mail(notice, now, zone);
        let mail = Mail {
            from,
            to_name: &notice.display_name,
            to,
            subject: &subject,
            body: &body,
            date: now,
        };
        let path = path.join(file_name(to, &mut names));
        let file = OutputFile {
            path: &path,
            readers,
        };
        write_whole(file, |file| mail.write(file).map_err(cannot_write))?;
        written += 1;
    }
    Ok(WrittenMails {
        written,
        without_address: notices.users.len() - written,
    })
}

fn first_message(folder: &Path) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("eml"))
        {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// A file name of an address that no other address of this run has, on any system.
fn file_name(address: &str, names: &mut HashSet<String>) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "@._-+".contains(c);
    let safe = |c: char| if is_safe(c) { c } else { '_' };
    let name: String = address.to_ascii_lowercase().chars().map(safe).collect();
    let numbers = std::iter::once(String::new()).chain((2..).map(|number| format!("-{number}")));
    let mut free = numbers
        .map(|number| format!("{name}{number}.eml"))
        .filter(|name| names.insert(name.clone()));
    free.next().unwrap_or(name)
}

/// "12 messages written. 3 users have no mail address."
impl std::fmt::Display for WrittenMails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages = if self.written == 1 {
            "message"
        } else {
            "messages"
        };
        write!(f, "{} {messages} written", thousands(self.written))?;
        match self.without_address {
            0 => write!(f, "."),
            1 => write!(f, ". 1 user has no mail address."),
            several => write!(f, ". {} have no mail address.", users(several)),
        }
    }
}
