//! Whom a command is about: from identities and filters on the command line to targets.

use std::io::BufRead;

use super::Whom;
use super::failure::Failure;
use crate::domain::filter::Filter;
use crate::plan::Target;
use crate::plan::words::users;

/// An identity that stands for the lines of standard input.
const STANDARD_INPUT: &str = "-";

impl Whom {
    /// Were users named at all? A list from standard input that turns out to be empty names nobody, and never everybody.
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

    /// The targets of an action: the identities, or without any, all users who pass the first filter. Whoever is found
    /// must pass all filters in either case.
    pub(super) fn targets(&self, stdin: &mut dyn BufRead) -> Result<Vec<Target>, Failure> {
        if self.names_users() {
            return self.identities(stdin);
        }
        Ok(vec![Target::Filter(self.filters.first().copied().unwrap_or(Filter::All))])
    }

    /// What to say about named users who did not pass the filters.
    pub(super) fn left_out(&self, count: usize) -> Option<String> {
        let words = if count == 1 { "does not pass --where and was" } else { "do not pass --where and were" };
        (count > 0 && self.names_users()).then(|| format!("{} {words} left out.", users(count)))
    }
}

fn read_lines(stdin: &mut dyn BufRead, targets: &mut Vec<Target>) -> Result<(), Failure> {
    let mut line = String::new();
    loop {
        line.clear();
        let read = stdin.read_line(&mut line).map_err(|error| {
            Failure::Input(format!("Standard input cannot be read: {error}. Identities are read as UTF-8, one a line."))
        })?;
        if read == 0 {
            return Ok(());
        }
        // PowerShell may put a byte-order mark first.
        let text = line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        if !text.trim().is_empty() {
            targets.push(Target::Identity(text.to_owned()));
        }
    }
}
