//! The recorded answers of PowerShell, and how many of them PinDesk gives.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pindesk::pipeline::Context;
use pindesk::zone::Zone;
use serde_json::Value as Json;

/// The way in which PinDesk dealt with a line.
#[derive(Debug)]
pub enum Verdict {
    /// It answered as PowerShell did, or with a difference that it names.
    Answered,
    /// It refused the line, with this message.
    Refused(String),
    /// It gave another answer.
    Other(String),
}

/// The number of lines and of answers, for each kind.
#[derive(Default)]
pub struct Shares {
    kinds: BTreeMap<String, (usize, usize)>,
    refused: Vec<String>,
    other: Vec<String>,
}

impl Shares {
    /// Adds a line that PowerShell answered or refused.
    pub fn add(&mut self, kind: &str, line: &str, verdict: Verdict) {
        let (answered, all) = self.kinds.entry(kind.to_owned()).or_default();
        *all += 1;
        match verdict {
            Verdict::Answered => *answered += 1,
            Verdict::Refused(why) => self.refused.push(format!("{line}\n      {why}")),
            Verdict::Other(what) => self.other.push(format!("{line}\n      {what}")),
        }
    }

    /// Prints the shares, and the refused lines if `PINDESK_SHOW_REFUSED` is set.
    pub fn print(&self, title: &str) {
        println!("{title}: {:.1} % answered", 100.0 * self.share(|_| true));
        for (kind, (answered, all)) in &self.kinds {
            println!("  {kind}: {answered} of {all}");
        }
        if std::env::var_os("PINDESK_SHOW_REFUSED").is_some() {
            println!("  refused:\n    {}", self.refused.join("\n    "));
        }
    }

    /// The share of answers among the lines of some kinds.
    pub fn share(&self, wanted: impl Fn(&str) -> bool) -> f64 {
        let (answered, all) = self
            .kinds
            .iter()
            .filter(|(kind, _)| wanted(kind))
            .fold((0, 0), |sum, (_, found)| (sum.0 + found.0, sum.1 + found.1));
        answered as f64 / all.max(1) as f64
    }

    /// Fails if one line was answered otherwise than by PowerShell.
    pub fn expect_no_other(&self) {
        assert!(self.other.is_empty(), "\n    {}", self.other.join("\n    "));
    }
}

/// The recorded answers in a file of this folder.
pub fn recorded(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap()
}

/// Whether PowerShell could not read a line, or answered with an error.
pub fn is_refused_there(recorded: &Json) -> bool {
    ["errors", "error", "unreadable"]
        .iter()
        .any(|name| recorded.get(*name).is_some())
}

/// The moment at which the lines were asked.
pub fn asked_at() -> DateTime<Utc> {
    "2026-11-28T20:00:00Z".parse().unwrap()
}

/// The clock and the zone with which the lines were asked.
pub fn context() -> Context {
    Context {
        now: asked_at(),
        zone: Zone::utc(),
        brief: false,
    }
}
