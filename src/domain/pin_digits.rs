//! The digits of a PIN, and the check against common patterns.
//!
//! Source of the patterns: Microsoft Docs, `Set-CsPinPolicy`, parameter AllowCommonPatterns,
//! <https://learn.microsoft.com/powershell/module/skype/set-cspinpolicy>.

use zeroize::Zeroizing;

use super::policy::PinPolicy;

/// Digits that were typed or drawn, until they are hashed. They are shown at most once, and never
/// stored or logged: `Debug` hides them, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

/// Reasons why digits cannot be a PIN. No text repeats the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    #[error("A PIN has digits from 0 to 9 and nothing else.")]
    NotDigits,
    #[error("This PIN is too short: the policy asks for at least {least} digits.")]
    TooShort { least: u8 },
    #[error("A PIN has at most {} digits.", PinPolicy::MOST_DIGITS)]
    TooLong,
    #[error("This PIN is too easy to guess: its digits only repeat each other.")]
    Repeats,
    #[error("This PIN is too easy to guess: four of its digits follow each other, up or down.")]
    Ascends,
    #[error(
        "This PIN is too easy to guess: it is the user's phone number, the end of it, or the extension."
    )]
    PhoneNumber,
    #[error("This PIN was used before, and the policy remembers the last {remembered}.")]
    UsedBefore { remembered: u8 },
}

/// Number of consecutive digits (as in 1234) that make a common pattern.
const LONGEST_RUN: usize = 4;

impl Pin {
    /// Reads the digits. Surrounding white space is ignored.
    ///
    /// # Errors
    /// There are other characters than digits, or too many digits.
    pub fn parse(text: &str) -> Result<Self, PinFault> {
        let text = text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinFault::NotDigits);
        }
        if text.len() > usize::from(PinPolicy::MOST_DIGITS) {
            return Err(PinFault::TooLong);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The digits: for hashing, and for showing a drawn PIN once.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// Number of digits.
    pub fn length(&self) -> u8 {
        u8::try_from(self.0.len()).unwrap_or(u8::MAX)
    }

    /// Checks the PIN against a policy. `line` is the user's `LineURI`, such as
    /// `tel:+14255550100;ext=50100`.
    ///
    /// # Errors
    /// The first rule that the PIN breaks.
    pub fn check(&self, policy: &PinPolicy, line: Option<&str>) -> Result<(), PinFault> {
        if self.length() < policy.min_length {
            return Err(PinFault::TooShort {
                least: policy.min_length,
            });
        }
        if policy.allow_common_patterns {
            return Ok(());
        }
        if repeats(self.0.as_bytes()) {
            return Err(PinFault::Repeats);
        }
        if ascends(self.0.as_bytes()) {
            return Err(PinFault::Ascends);
        }
        if line.is_some_and(|line| is_in_line(&self.0, line)) {
            return Err(PinFault::PhoneNumber);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Whether every digit is in a run of two or more equal ones, as in 8888, 225577 and 11223344.
fn repeats(digits: &[u8]) -> bool {
    digits.chunk_by(|a, b| a == b).all(|run| run.len() >= 2)
}

/// Whether four consecutive digits ascend or descend anywhere, as in 1234, 991234 and 9876.
fn ascends(digits: &[u8]) -> bool {
    let is_long = |mut runs: std::slice::ChunkBy<'_, u8, fn(&u8, &u8) -> bool>| {
        runs.any(|run| run.len() >= LONGEST_RUN)
    };
    is_long(digits.chunk_by(|a, b| a + 1 == *b)) || is_long(digits.chunk_by(|a, b| *a == b + 1))
}

/// Whether the PIN is the telephone number, its end, or the extension.
fn is_in_line(pin: &str, line: &str) -> bool {
    let mut parts = line.split(';');
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let number = digits(parts.next().unwrap_or_default());
    let extension = parts.find_map(|part| {
        part.trim()
            .to_ascii_lowercase()
            .strip_prefix("ext=")
            .map(digits)
    });
    number.ends_with(pin) || extension.is_some_and(|extension| extension == pin)
}
