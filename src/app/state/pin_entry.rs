//! A new PIN that the operator types, instead of having it drawn.

use zeroize::Zeroizing;

use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::user::UserId;
use crate::store::PinRules;

/// A text that may be a PIN. `Debug` hides it, and its memory is wiped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PinText(Zeroizing<String>);

/// A PIN that is typed twice for one user.
#[derive(Debug)]
pub struct NewPinEntry {
    pub user: UserId,
    pub typed: PinText,
    pub again: PinText,
    /// Whether the first field was left. Before that nothing is said about what is in it.
    pub is_left: bool,
    /// The rules for this user. None until they have been read.
    pub rules: Option<PinRules>,
}

impl PinText {
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for the field that it is typed into.
    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for PinText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinText(…)")
    }
}

impl NewPinEntry {
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            typed: PinText::default(),
            again: PinText::default(),
            is_left: false,
            rules: None,
        }
    }

    /// The rules that the typed PIN breaks. None of them is named before the field was left once.
    pub fn faults(&self) -> Vec<PinFault> {
        if !self.is_left || self.typed.is_empty() {
            return Vec::new();
        }
        self.all_faults()
    }

    fn all_faults(&self) -> Vec<PinFault> {
        match (Pin::parse(self.typed.text()), &self.rules) {
            (Err(fault), _) => vec![fault],
            (Ok(pin), Some(rules)) => rules.faults(&pin),
            (Ok(_), None) => Vec::new(),
        }
    }

    /// Whether the text of the second field cannot become the PIN of the first one.
    pub fn differs(&self) -> bool {
        !self.typed.text().starts_with(self.again.text())
    }

    /// The PIN, if it was typed twice and keeps to the rules. Otherwise the next thing to do.
    ///
    /// # Errors
    /// The next thing to do, as a sentence.
    pub fn pin(&self) -> Result<Pin, &'static str> {
        let pin = Pin::parse(self.typed.text());
        match pin {
            _ if self.rules.is_none() => Err("The rules of the PIN policy are being read."),
            _ if self.typed.is_empty() => Err("Type the new PIN, or have it drawn."),
            Ok(pin) if self.all_faults().is_empty() => {
                if self.typed == self.again {
                    Ok(pin)
                } else {
                    Err("Type the new PIN once more.")
                }
            }
            _ => Err("The new PIN does not keep to the rules."),
        }
    }
}
