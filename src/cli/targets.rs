//! Turns the identities and filters of a command line into the users that a command is about.

use std::collections::HashSet;
use std::io::{BufRead, Read as _};

use super::console::Console;
use super::failure::Failure;
use super::{CommandEnvironment, WhichUsers};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::user::UserRecord;
use crate::io_words::cause;
use crate::plan::words::{thousands, users};
use crate::plan::{Match, Target, narrow};
use crate::store::Store;

/// The identity that stands for the lines of standard input.
pub(super) const STANDARD_INPUT: &str = "-";
/// The most identities on standard input, as in a list: a plan must fit into memory.
const MOST_IDENTITIES: usize = 2_000_000;
/// The most bytes of a line of standard input, so that an endless one is noticed.
const LONGEST_LINE: u64 = 1 << 16;

/// The users that a command line names, for commands that only read.
pub(super) struct NamedUsers {
    /// The users without duplicates, in the order in which they were named.
    pub users: Vec<UserRecord>,
    /// The identities that do not name exactly one user, each with the reason.
    pub problems: Vec<(String, String)>,
    /// A message about named users who do not pass the filters.
    pub left_out: Option<String>,
}

impl WhichUsers {
    /// Looks up the named users, and narrows them to those who pass the filters.
    pub(super) fn look_up(
        &self,
        store: &Store,
        environment: &CommandEnvironment,
        stdin: &mut dyn BufRead,
        console: &mut Console<'_>,
        now: Time,
    ) -> Result<NamedUsers, Failure> {
        let targets = self.identities(stdin)?;
        let mut found = store.look_up(
            &targets,
            now,
            &console.watch("Looking users up", environment),
        )?;
        let left_out = narrow(&mut found, &self.filters, now);
        let mut named = NamedUsers {
            users: Vec::new(),
            problems: Vec::new(),
            left_out: self.left_out(left_out),
        };
        let mut seen = HashSet::new();
        for resolved in found {
            if let Some(problem) = resolved.problem() {
                named.problems.push((resolved.given, problem));
            } else if let Match::User(user) = resolved.found
                && seen.insert(user.id)
            {
                named.users.push(*user);
            }
        }
        Ok(named)
    }

    /// Whether identities were given. An empty list on standard input names no user, rather than
    /// all users.
    pub(super) fn names_users(&self) -> bool {
        !self.identities.is_empty()
    }

    /// The identities as targets; the filters then narrow them.
    pub(super) fn identities(&self, stdin: &mut dyn BufRead) -> Result<Vec<Target>, Failure> {
        let mut targets = Vec::with_capacity(self.identities.len());
        for identity in &self.identities {
            if identity == STANDARD_INPUT {
                read_lines(stdin, &mut targets)?;
            } else {
                targets.push(Target::Identity(identity.clone()));
            }
        }
        Ok(targets)
    }

    /// The targets of an action: the identities, or without any, all users who pass the first
    /// filter. The other filters narrow the result later.
    pub(super) fn targets(&self, stdin: &mut dyn BufRead) -> Result<Vec<Target>, Failure> {
        if self.names_users() {
            return self.identities(stdin);
        }
        Ok(vec![Target::Filter(
            self.filters.first().copied().unwrap_or(Filter::All),
        )])
    }

    /// A message about `count` named users who did not pass the filters. None if there are none.
    pub(super) fn left_out(&self, count: usize) -> Option<String> {
        let words = if count == 1 {
            "does not pass --where and was"
        } else {
            "do not pass --where and were"
        };
        (count > 0 && self.names_users()).then(|| format!("{} {words} left out.", users(count)))
    }
}

fn read_lines(stdin: &mut dyn BufRead, targets: &mut Vec<Target>) -> Result<(), Failure> {
    let mut line = String::new();
    loop {
        line.clear();
        let mut limited = (&mut *stdin).take(LONGEST_LINE);
        let read = limited.read_line(&mut line).map_err(|error| {
            Failure::Input(format!(
                "Standard input cannot be read: {}. Identities are read as UTF-8, one a line.",
                cause(&error)
            ))
        })?;
        if read as u64 == LONGEST_LINE || targets.len() == MOST_IDENTITIES {
            return Err(Failure::Input(format!(
                "Standard input has more than {} identities, or a line of more than {LONGEST_LINE} bytes. Nothing was done.",
                thousands(MOST_IDENTITIES)
            )));
        }
        if read == 0 {
            return Ok(());
        }
        // PowerShell may put a byte-order mark first.
        let text = line
            .trim_start_matches('\u{feff}')
            .trim_end_matches(['\r', '\n']);
        if !text.trim().is_empty() {
            targets.push(Target::Identity(text.to_owned()));
        }
    }
}
