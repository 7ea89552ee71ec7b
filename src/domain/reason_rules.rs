//! Rules for the reasons and tickets of changes. Off by default.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

/// The changes for which a rule can ask for a reason or a ticket. Its word in JSON, in the store and
/// on the command line is its name in kebab case.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum RuledChange {
    Lock,
    Unlock,
    SetPin,
    ResetFailures,
    Undo,
}

/// The rules of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReasonRules {
    /// The changes that need a reason.
    #[serde(default)]
    pub reason_for: BTreeSet<RuledChange>,
    /// The changes that need a ticket.
    #[serde(default)]
    pub ticket_for: BTreeSet<RuledChange>,
    /// A regular expression that the whole of every ticket matches.
    #[serde(default)]
    pub ticket_pattern: Option<String>,
}

/// Reasons why a change may not be applied or submitted as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReasonFault {
    #[error("A rule of the store asks for a reason. Give one, and apply again.")]
    NoReason,
    #[error("A rule of the store asks for a ticket. Give one, and apply again.")]
    NoTicket,
    #[error(
        "The ticket \"{ticket}\" is not of the form that a rule of the store asks for: {pattern}"
    )]
    OtherForm { ticket: String, pattern: String },
}

/// A pattern for tickets that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The pattern for tickets is no regular expression of 1 to {} characters, such as INC-[0-9]+.",
    ReasonRules::MOST
)]
pub struct TicketPatternFault;

impl RuledChange {
    /// Its word: "set-pin".
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// All words, for messages.
    pub fn words() -> String {
        let words: Vec<&str> = Self::VARIANTS.iter().map(|change| change.word()).collect();
        words.join(", ")
    }
}

impl ReasonRules {
    /// The largest number of characters of a pattern.
    pub const MOST: usize = 200;

    /// Checks that the pattern can be used.
    ///
    /// # Errors
    /// It cannot.
    pub fn check(&self) -> Result<(), TicketPatternFault> {
        let is_good = |pattern: &String| {
            (1..=Self::MOST).contains(&pattern.chars().count()) && whole(pattern).is_some()
        };
        if self.ticket_pattern.as_ref().is_none_or(is_good) {
            Ok(())
        } else {
            Err(TicketPatternFault)
        }
    }

    /// Checks the reason and the ticket of each change.
    ///
    /// # Errors
    /// The first fault.
    pub fn check_all<'a>(
        &self,
        changes: impl Iterator<Item = (RuledChange, &'a str, &'a str)>,
    ) -> Result<(), ReasonFault> {
        if *self == Self::default() {
            return Ok(());
        }
        let check = ReasonCheck::new(self.clone());
        for (change, reason, ticket) in changes {
            check.reason(change, reason)?;
            check.ticket(change, ticket)?;
        }
        Ok(())
    }

    /// Whether something that `other` refuses would be accepted. Of two patterns neither is known to be
    /// the stricter one, so that any other pattern counts.
    pub fn are_weaker_than(&self, other: &Self) -> bool {
        !self.reason_for.is_superset(&other.reason_for)
            || !self.ticket_for.is_superset(&other.ticket_for)
            || other.ticket_pattern.is_some() && self.ticket_pattern != other.ticket_pattern
    }

    /// "A reason is needed for: lock, unlock. Tickets look like INC-[0-9]+." Empty without rules.
    pub fn describe(&self) -> String {
        let list = |what: &str, changes: &BTreeSet<RuledChange>| {
            let words: Vec<&str> = changes.iter().map(|change| change.word()).collect();
            (!words.is_empty()).then(|| format!("A {what} is needed for: {}.", words.join(", ")))
        };
        let pattern = self.ticket_pattern.as_ref();
        let sentences = [
            list("reason", &self.reason_for),
            list("ticket", &self.ticket_for),
            pattern.map(|pattern| format!("Tickets look like {pattern}.")),
        ];
        let sentences: Vec<String> = sentences.into_iter().flatten().collect();
        sentences.join(" ")
    }
}

/// Rules that are ready to check reasons and tickets one by one. A pattern that cannot be used refuses
/// every ticket, so that a damaged rule does not become none.
#[derive(Clone, Debug, Default)]
pub struct ReasonCheck {
    rules: ReasonRules,
    /// The pattern of the rules. None: there is none, or it cannot be used.
    pattern: Option<regex::Regex>,
}

impl ReasonCheck {
    pub fn new(rules: ReasonRules) -> Self {
        let pattern = rules.ticket_pattern.as_deref().and_then(whole);
        Self { rules, pattern }
    }

    pub fn rules(&self) -> &ReasonRules {
        &self.rules
    }

    /// Checks the reason of a change.
    ///
    /// # Errors
    /// It is missing.
    pub fn reason(&self, change: RuledChange, reason: &str) -> Result<(), ReasonFault> {
        if reason.trim().is_empty() && self.rules.reason_for.contains(&change) {
            return Err(ReasonFault::NoReason);
        }
        Ok(())
    }

    /// Checks the ticket of a change.
    ///
    /// # Errors
    /// It is missing, or of another form.
    pub fn ticket(&self, change: RuledChange, ticket: &str) -> Result<(), ReasonFault> {
        let ticket = ticket.trim();
        if ticket.is_empty() {
            let is_needed = self.rules.ticket_for.contains(&change);
            return if is_needed {
                Err(ReasonFault::NoTicket)
            } else {
                Ok(())
            };
        }
        let Some(pattern) = &self.rules.ticket_pattern else {
            return Ok(());
        };
        let fits = |regex: &regex::Regex| regex.is_match(ticket);
        if self.pattern.as_ref().is_some_and(fits) {
            return Ok(());
        }
        Err(ReasonFault::OtherForm {
            ticket: ticket.to_owned(),
            pattern: pattern.clone(),
        })
    }
}

/// A regular expression for a whole text.
fn whole(pattern: &str) -> Option<regex::Regex> {
    // The pattern must be one by itself, so that no bracket in it closes the one around it.
    regex::Regex::new(pattern).ok()?;
    regex::Regex::new(&format!("^(?:{pattern})$")).ok()
}
