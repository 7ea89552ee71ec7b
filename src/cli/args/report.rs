//! The options of `pindesk report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::writing::WritingArgs;
use crate::exchange::{ChartKind, NoticeKind, is_mail_address};

pub(super) const EXAMPLES: &str = r"Examples:
  pindesk report expiry
  pindesk report locks-by-day --format csv > locks.csv
  pindesk report expiring --within 14d
  pindesk report expiring --within 14d --format html --to expiring.html
  pindesk report expiring --within 14d --format eml --to outbox --from pins@litwareinc.com
  pindesk report locked --longer-than 30d --format csv > locked.csv
  pindesk report never-used --set-before 30d";

/// The report to show.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ReportArgs {
    #[command(subcommand)]
    pub task: ReportTask,
}

#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum ReportTask {
    /// PINs by the week in which they expire
    Expiry,
    /// PINs by the time since their last change
    Age,
    /// Users by the PIN policy that holds for them
    Policies,
    /// Locks and unlocks of the last 30 days, by day
    LocksByDay,
    /// Locks and unlocks of the last 30 days, by operator
    LocksByOperator,
    /// Wrong PINs of the last 48 hours, by hour, with bursts
    FailuresByHour,
    /// Users whose PINs expire soon: a list, a page, or mails to them (--format csv, html or eml)
    Expiring(ExpiringArgs),
    /// Users whose PINs are locked for long: a list, a page, or mails to them (--format csv, html or eml)
    Locked(LockedArgs),
    /// Users with whose PINs nobody has logged on: a list, a page, or mails to them (--format csv, html or eml)
    NeverUsed(NeverUsedArgs),
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct NeverUsedArgs {
    /// Only PINs that were set this number of days ago or earlier, such as 30d; without it, all
    #[arg(long, value_name = "DAYS", value_parser = days, default_value = "0", hide_default_value = true)]
    pub set_before: u16,
    #[command(flatten)]
    pub to: NoticeTo,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ExpiringArgs {
    /// PINs that expire within this number of days, such as 14d
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub within: u16,
    #[command(flatten)]
    pub to: NoticeTo,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct LockedArgs {
    /// PINs that are locked for this number of days or longer, such as 30d
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub longer_than: u16,
    #[command(flatten)]
    pub to: NoticeTo,
}

/// The place and the sender of notices.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct NoticeTo {
    /// The file of the page (--format html), or the folder of the mails (--format eml)
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,
    /// The address that the mails come from
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub from: Option<String>,
    #[command(flatten)]
    pub writing: WritingArgs,
    #[arg(skip)]
    pub form: Option<NoticeForm>,
}

/// The forms of notices beside those of all results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeForm {
    Html,
    Eml,
}

impl ReportTask {
    /// The chart to show. None for a list of notices.
    pub(in crate::cli) fn chart(&self) -> Option<ChartKind> {
        Some(match self {
            Self::Expiry => ChartKind::Expiry,
            Self::Age => ChartKind::Age,
            Self::Policies => ChartKind::Policies,
            Self::LocksByDay => ChartKind::LocksByDay,
            Self::LocksByOperator => ChartKind::LocksByOperator,
            Self::FailuresByHour => ChartKind::FailuresByHour,
            Self::Expiring(_) | Self::Locked(_) | Self::NeverUsed(_) => return None,
        })
    }

    /// The list of notices to make. None for a chart.
    pub(in crate::cli) fn notices(&self) -> Option<(NoticeKind, &NoticeTo)> {
        match self {
            Self::Expiring(args) => {
                let within_days = args.within;
                Some((NoticeKind::Expiring { within_days }, &args.to))
            }
            Self::Locked(args) => {
                let longer_than_days = args.longer_than;
                Some((NoticeKind::Locked { longer_than_days }, &args.to))
            }
            Self::NeverUsed(args) => {
                let set_before_days = args.set_before;
                Some((NoticeKind::NeverUsed { set_before_days }, &args.to))
            }
            _ => None,
        }
    }

    /// Where notices go. None for a chart.
    pub(super) fn notice_to(&mut self) -> Option<&mut NoticeTo> {
        match self {
            Self::Expiring(args) => Some(&mut args.to),
            Self::Locked(args) => Some(&mut args.to),
            Self::NeverUsed(args) => Some(&mut args.to),
            _ => None,
        }
    }
}

impl NoticeTo {
    /// The fault of the options taken together. None if they fit.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match (self.form, &self.to, &self.from) {
            (Some(NoticeForm::Eml), None, _) => {
                Some("--format eml needs --to FOLDER, where the mails are written")
            }
            (Some(NoticeForm::Eml), _, None) => {
                Some("--format eml needs --from ADDRESS, the sender of the mails")
            }
            (Some(NoticeForm::Html) | None, _, Some(_)) => Some("--from is for --format eml"),
            (None, Some(_), _) => Some("--to is for --format html and eml"),
            _ => None,
        }
    }
}

fn days(text: &str) -> Result<u16, String> {
    let number = text.strip_suffix('d').unwrap_or(text);
    number
        .parse()
        .map_err(|_no_number| "write a number of days, such as 14d".to_owned())
}

fn address(text: &str) -> Result<String, String> {
    if is_mail_address(text) {
        Ok(text.to_owned())
    } else {
        Err("write a mail address, such as pins@litwareinc.com".to_owned())
    }
}
