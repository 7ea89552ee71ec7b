//! The line that says the filter of the list as a condition, and in which it can be typed.

use crate::domain::filter::Filter;
use crate::pipeline::{UserCondition, pin_condition};

/// The state of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterLine {
    /// The text as it was typed, or as the chips and the condition say it.
    pub text: String,
    /// Why the text is no filter. The list then keeps the last one.
    pub fault: Option<String>,
    /// The typed name under which the filter is to be kept.
    pub name: String,
}

/// The parts of a filter: a chip about locks, a chip about the PIN, and a condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterParts {
    pub filter: Filter,
    pub also: Filter,
    pub condition: String,
}

const AND: &str = " -and ";

impl FilterParts {
    /// Reads the text of a filter. Chips are found at its beginning.
    ///
    /// # Errors
    /// The text is no condition; the error says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let mut parts = Self::default();
        if rest.is_empty() {
            return Ok(parts);
        }
        if let Err(fault) = UserCondition::parse(rest) {
            return Err(fault.message);
        }
        while let Some((chip, after)) = first_chip(rest) {
            let slot = parts.slot(chip);
            if *slot != Filter::All {
                break;
            }
            *slot = chip;
            rest = after;
        }
        rest.clone_into(&mut parts.condition);
        Ok(parts)
    }

    /// The place for a chip.
    pub fn slot(&mut self, chip: Filter) -> &mut Filter {
        if chip.is_about_locks() {
            &mut self.filter
        } else {
            &mut self.also
        }
    }

    /// The whole filter as one condition. Empty if it lets everybody pass.
    pub fn text(&self) -> String {
        let chips = [self.filter, self.also];
        let mut words: Vec<String> = chips.into_iter().filter_map(chip_text).collect();
        if !self.condition.is_empty() {
            words.push(self.condition.clone());
        }
        all_of(&words)
    }
}

/// Conditions that must all hold, as one. A condition with `-or` gets the brackets that it needs
/// beside `-and`.
pub fn all_of(conditions: &[String]) -> String {
    let in_brackets = |condition: &String| {
        let beside = format!("{condition}{AND}{condition}");
        match UserCondition::parse(&beside) {
            Ok(_) => condition.clone(),
            Err(_) => format!("({condition})"),
        }
    };
    match conditions {
        [only] => only.clone(),
        several => {
            let parts: Vec<String> = several.iter().map(in_brackets).collect();
            parts.join(AND)
        }
    }
}

/// The chip with which a text begins, and the text behind it.
fn first_chip(text: &str) -> Option<(Filter, &str)> {
    Filter::CHIPS.into_iter().find_map(|chip| {
        let words = chip_text(chip)?;
        let head = text.get(..words.len())?;
        let rest = &text[words.len()..];
        let after = rest.get(..AND.len()).map(str::to_ascii_lowercase);
        match (head.eq_ignore_ascii_case(&words), rest.is_empty(), after) {
            (true, true, _) => Some((chip, "")),
            (true, false, Some(and)) if and == AND => Some((chip, rest[AND.len()..].trim_start())),
            _ => None,
        }
    })
}

/// A chip as a condition. None for the chip of all users.
fn chip_text(chip: Filter) -> Option<String> {
    pin_condition(chip).map(|text| text.replace("$_.", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_and_a_condition_are_read_from_their_own_text() {
        let own = "LockedBy -eq 'bob' -or DistinguishedName -like '*,OU=Sales,*'";
        for filter in Filter::CHIPS {
            for condition in ["", "LockedBy -eq 'bob'", own] {
                let mut parts = FilterParts::default();
                *parts.slot(filter) = filter;
                condition.clone_into(&mut parts.condition);
                let text = parts.text();
                let read = FilterParts::parse(&text).unwrap();
                assert_eq!(
                    (read.filter, read.also),
                    (parts.filter, parts.also),
                    "{text}"
                );
                assert_eq!(read.text(), text);
            }
        }
    }

    #[test]
    fn a_text_that_is_no_condition_is_refused() {
        for text in ["LockedBy", "Policy -eq 'x'", "IsLockedOut -eq", "a b"] {
            let read = FilterParts::parse(text);
            assert!(read.is_err() || text == "LockedBy", "{text}: {read:?}");
        }
        let why = FilterParts::parse("LockReason -eq 'x'").unwrap_err();
        assert!(why.contains("LockedSince"), "{why}");
    }
}
