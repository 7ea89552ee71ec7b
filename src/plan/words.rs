//! The sentences of a plan, shared by the window and the command line: what-if lines, reasons and
//! questions.

use strum::{EnumCount as _, VariantArray as _};

use super::batch_action::BatchAction;
use super::caution_words::when_and_why;
use crate::domain::action::Action;
use crate::domain::pin::PinStatus;
use crate::domain::text::shown;
use crate::domain::user::UserRecord;
use crate::time_format::{date_at_time, in_sentence};
use crate::zone::Zone;

use super::item::PlanItem;
use super::no_user::cause;
use super::outcome::{Caution, Counts, Outcome, Refusal, SkipReason, TwoColumns};
use super::plan_value::{BatchId, Plan};
use super::request::{Candidate, Match, Resolved};

/// The number of names that a question spells out.
const FIRST_NAMES: usize = 3;

impl Plan {
    /// `What if: Performing the operation "Unlock-CsClientPin" on target "sip:kenmyer@litwareinc.com".`
    pub fn what_if(&self, item: &PlanItem) -> Option<String> {
        let user = item
            .user
            .as_ref()
            .filter(|_| matches!(item.outcome, Outcome::Change { .. }))?;
        Some(format!(
            "What if: Performing the operation \"{}\" on target \"{}\".",
            item.cmdlet(),
            user.identity
        ))
    }

    /// The state of an item's user when the plan was made. None if no user was found.
    pub fn before(&self, item: &PlanItem) -> Option<PinStatus> {
        item.user
            .as_ref()
            .map(|user| user.before.status(self.taken_at))
    }

    /// The state of an item's user after the plan. Without a change, it is the state before.
    pub fn planned_after(&self, item: &PlanItem) -> Option<PinStatus> {
        let user = item.user.as_ref()?;
        Some(match item.outcome {
            Outcome::Change { .. } => self
                .after(item, &user.before, &self.operator, self.taken_at)
                .status(self.taken_at),
            _ => user.before.status(self.taken_at),
        })
    }

    /// "Unlock the PINs of 2 users?" The count is an argument, here and below, since a window asks
    /// in every frame.
    pub fn question(&self, count: usize) -> String {
        let pins = plural(count, "the PIN", "the PINs");
        if let Some(batch) = self.undoes {
            return format!(
                "Undo batch {}: change {pins} of {} back?",
                batch.0,
                users(count)
            );
        }
        match self.actions_in_words() {
            Some(words) if words.contains(" and ") => {
                format!("{words}: change {pins} of {}?", users(count))
            }
            Some(words) => format!("{words}?"),
            None => {
                let pins = format!("{pins} of {}", users(count));
                let what = self.action.map(|action| action.on_pins(&pins));
                what.unwrap_or_else(|| format!("{} {pins}", self.label())) + "?"
            }
        }
    }

    /// The title of a preview of so many changes.
    pub fn title(&self, count: usize) -> String {
        pin_change_title(self.undoes, self.action, count)
    }

    /// "Lock", "Unlock" or "Set"; "Undo" or "Change" for a plan without an action of its own.
    pub fn label(&self) -> &'static str {
        let other = if self.undoes.is_some() {
            "Undo"
        } else {
            "Change"
        };
        self.action.map_or(other, Action::label)
    }

    /// "locked", "unlocked" or "given a new PIN"; "changed back" or "changed" for a plan without an
    /// action of its own.
    pub fn done(&self) -> &'static str {
        let other = if self.undoes.is_some() {
            "changed back"
        } else {
            "changed"
        };
        self.action.map_or(other, Action::done)
    }

    /// "Locked 3 users", "Gave 1 user a new PIN"
    pub fn done_to(&self, count: usize) -> String {
        match self.action {
            Some(action) => action.done_to(&users(count)),
            None => format!("{} {}", capital(self.done()), users(count)),
        }
    }

    /// The action that the history and JSON name when the plan is applied.
    pub fn batch_action(&self) -> BatchAction {
        match (self.action, self.undoes) {
            (Some(action), _) => action.into(),
            (None, Some(_)) => BatchAction::Undo,
            (None, None) => BatchAction::Change,
        }
    }

    /// The label of the button that applies the plan to `count` users: "Lock 3 users", "Set PINs of
    /// 3 users".
    pub fn button(&self, count: usize) -> String {
        self.actions_in_words().unwrap_or_else(|| {
            let verb = self.action.map_or(self.label(), Action::button);
            format!("{verb} {}", users(count))
        })
    }

    /// "Lock 12 and unlock 340" for a plan whose items have several actions.
    pub fn actions_in_words(&self) -> Option<String> {
        if self.action.is_some() || self.undoes.is_some() {
            return None;
        }
        let mut counts = [0; Action::COUNT];
        for (item, _) in self.changes() {
            counts[item.action as usize] += 1;
        }
        let parts: Vec<(Action, usize)> = Action::VARIANTS
            .iter()
            .map(|action| (*action, counts[*action as usize]))
            .filter(|(_, count)| *count > 0)
            .collect();
        match parts[..] {
            [] => None,
            [(action, count)] => Some(format!("{} {}", action.button(), users(count))),
            _ => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|(action, count)| format!("{} {}", action.word(), thousands(*count)))
                    .collect();
                Some(capital(&parts.join(" and ")))
            }
        }
    }

    /// "Ken Myer, Pilar Ackerman, Jörg Müller and 4 more"
    pub fn first_names(&self, count: usize) -> String {
        let names: Vec<&str> = self
            .changes()
            .take(FIRST_NAMES)
            .map(|(_, user)| user.display_name.as_str())
            .collect();
        match count - names.len() {
            0 => names.join(", "),
            more => format!("{} and {} more", names.join(", "), thousands(more)),
        }
    }

    /// The reason why there is nothing to apply. None if there is something.
    pub fn nothing_to_apply(&self, counts: Counts) -> Option<String> {
        if counts.will_change > 0 {
            return None;
        }
        Some(if self.items.is_empty() {
            "Nothing to apply: no user matches.".to_owned()
        } else if counts.refused == self.items.len() {
            "Nothing to apply: every user was refused.".to_owned()
        } else if counts.refused == 0 && counts.skipped == 0 {
            format!(
                "Nothing to apply: {} already {}.",
                plural(counts.no_change, "the PIN is", "all PINs are"),
                self.done()
            )
        } else {
            "Nothing to apply: no PIN would change.".to_owned()
        })
    }
}

impl Plan {
    /// The reason of an item's outcome, with times in a zone. Items of a file are named by their
    /// lines.
    pub fn reason(&self, item: &PlanItem, zone: Zone) -> String {
        let line = |index: &usize| {
            self.items
                .get(*index)
                .and_then(|other| other.position)
                .map(|position| position.line)
        };
        match &item.outcome {
            Outcome::Duplicate { of } => {
                line(of).map(|line| format!("The same user as on line {line}."))
            }
            Outcome::Refused(Refusal::Contradiction { with }) => line(with).map(|line| {
                format!("Line {line} wants the opposite for the same user, so neither is done.")
            }),
            _ => None,
        }
        .unwrap_or_else(|| item.reason(zone))
    }
}

impl PlanItem {
    /// The reason of this item's outcome, in plain words and with times in a zone. Empty for a
    /// change without a caution that says all. Files and JSON use [`Zone::utc`], and then the times say that they
    /// are in UTC.
    pub fn reason(&self, zone: Zone) -> String {
        match &self.outcome {
            Outcome::Change { caution: None } if self.action == Action::ResetFailures => {
                self.counts_in_words()
            }
            Outcome::Change { caution: None } => String::new(),
            Outcome::Change {
                caution: Some(Caution::LockedByAnother { by, since, reason }),
            } => {
                let rest = when_and_why(*since, reason, zone);
                format!("Locked on purpose by {by}{rest}.")
            }
            Outcome::NoChange => self.action.unchanged().to_owned(),
            Outcome::Skipped(SkipReason::NoPinSet) => "No PIN is set.".to_owned(),
            Outcome::Skipped(SkipReason::Locked) => {
                "The PIN is locked: unlock it before a new one is set.".to_owned()
            }
            Outcome::Skipped(SkipReason::TakenOut) => "Taken out of this preview.".to_owned(),
            Outcome::Skipped(SkipReason::NotDone(why)) => why.clone(),
            Outcome::Skipped(SkipReason::ChangedSince { by, at }) => {
                format!(
                    "Changed since by {by} on {}: left as it is.",
                    in_sentence(*at, zone)
                )
            }
            Outcome::Duplicate { of } => format!("The same user as item {}.", of + 1),
            Outcome::Refused(refusal) => self.refusal_reason(refusal),
        }
    }

    /// "23 failures in a row and 412 in all would no longer count."
    fn counts_in_words(&self) -> String {
        let restored = self.own.as_ref().and_then(|own| own.restores.as_ref());
        let state = restored.or(self.user.as_ref().map(|user| &user.before));
        let failures = state.map(|state| state.failures).unwrap_or_default();
        let (local, global) = (failures.local as usize, failures.global as usize);
        format!(
            "{} {} in a row and {} in all would {}.",
            thousands(local),
            plural(local, "failure", "failures"),
            thousands(global),
            if restored.is_some() {
                "count again"
            } else {
                "no longer count"
            }
        )
    }

    fn refusal_reason(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::Invalid(error) => error.to_string(),
            Refusal::Denied => format!(
                "Your roles do not permit {} for this user.",
                self.permission()
            ),
            Refusal::Lost { candidates } => format!(
                "Letters were lost when this file was written (they are ? now), and nobody is called so. Is it {}?",
                names(candidates)
            ),
            Refusal::Disagree {
                columns: TwoColumns(first, second),
                candidates,
            } => {
                let (one, others) = candidates.split_at(candidates.len().min(1));
                if first == second {
                    return format!(
                        "The column \"{first}\" names {}, but also {}, in one cell. Correct this row: nothing is done for it.",
                        names(one),
                        names(others)
                    );
                }
                format!(
                    "The column \"{first}\" names {}, but the column \"{second}\" names {}. Correct this row: nothing is done for it.",
                    names(one),
                    names(others)
                )
            }
            Refusal::Elsewhere {
                columns: TwoColumns(first, second),
                candidates,
            } => {
                let fault = if self.given.is_empty() {
                    "is empty in this row".to_owned()
                } else {
                    format!("names nobody here: \"{}\"", self.given)
                };
                format!(
                    "The column \"{first}\" {fault}. The column \"{second}\" names {}: choose that column (--column \"{second}\"), or correct the row.",
                    names(candidates)
                )
            }
            Refusal::Contradiction { with } => {
                format!(
                    "Item {} wants the opposite for the same user, so neither is done.",
                    with + 1
                )
            }
            Refusal::Unreadable(why) => why.clone(),
            Refusal::Ambiguous { candidates } => ambiguous(&self.given, candidates),
            Refusal::NotFound { nearest } => not_found(&self.given, nearest),
        }
    }
}

impl Resolved {
    /// The reason why no single user was found, in plain words. None if one was found.
    pub fn problem(&self) -> Option<String> {
        match &self.found {
            Match::User(_) => None,
            Match::Invalid(error) => Some(error.to_string()),
            Match::Ambiguous { candidates } => Some(ambiguous(&self.given, candidates)),
            Match::NotFound { nearest } => Some(not_found(&self.given, nearest)),
            Match::Lost { candidates } => Some(ambiguous(&self.given, candidates)),
        }
    }
}

fn ambiguous(given: &str, candidates: &[Candidate]) -> String {
    format!(
        "Several users match identity \"{given}\": {}. Name one of them exactly.",
        names(candidates)
    )
}

fn not_found(given: &str, nearest: &[Candidate]) -> String {
    let mut text = format!("Management object not found for identity \"{given}\".");
    if let Some(cause) = cause(given) {
        text.push_str(&format!(" {cause}"));
    }
    if !nearest.is_empty() {
        text.push_str(&format!(" Did you mean {}?", names(nearest)));
    }
    text
}

/// "1 setting", "12 settings"
pub fn settings(count: usize) -> String {
    format!(
        "{} {}",
        thousands(count),
        plural(count, "setting", "settings")
    )
}

/// "Unlock 3 PINs", "Reset failures of 3 PINs", "Undo batch 12: 3 PINs": the title of changes of PINs. No
/// action stands for several.
pub fn pin_change_title(undoes: Option<BatchId>, action: Option<Action>, count: usize) -> String {
    let pins = format!("{} {}", thousands(count), plural(count, "PIN", "PINs"));
    match (undoes, action) {
        (Some(batch), _) => format!("Undo batch {}: {pins}", batch.0),
        (None, Some(action)) => action.on_pins(&pins),
        (None, None) => format!("Change {pins}"),
    }
}

/// "1 user", "12,408 users"
pub fn users(count: usize) -> String {
    format!("{} {}", thousands(count), plural(count, "user", "users"))
}

/// "Protected user Ken Myer (sip:kenmyer@litwareinc.com) was locked by wrong PINs on 2026-11-22 at
/// 12:00."
pub fn locked_by_guesses(user: &UserRecord, zone: Zone) -> String {
    let names = &user.names;
    let since = user.pin.lock.as_ref().and_then(|lock| lock.since);
    let when = since.map(|since| format!(" on {}", date_at_time(since, zone)));
    format!(
        "Protected user {} ({}) was locked by wrong PINs{}.",
        shown(&names.display_name),
        names.identity(),
        when.unwrap_or_default()
    )
}

/// The singular for 1, otherwise the plural.
pub fn plural<'a>(count: usize, one: &'a str, several: &'a str) -> &'a str {
    if count == 1 { one } else { several }
}

/// "locked" → "Locked"
pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// 12408 → "12,408"
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn names(candidates: &[Candidate]) -> String {
    let shown: Vec<String> = candidates
        .iter()
        .map(|candidate| format!("{} ({})", candidate.display_name, candidate.identity))
        .collect();
    shown.join(", ")
}
