//! The digits of a PIN, and the check against common patterns.
//!
//! Source of the patterns: Microsoft Docs, `Set-CsPinPolicy`, parameter AllowCommonPatterns,
//! <https://learn.microsoft.com/powershell/module/skype/set-cspinpolicy>.

use zeroize::Zeroizing;

pub use super::pin_holder::PinHolder;
use super::pin_rule::PinRule;
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
    #[error(
        "This PIN is too easy to guess: it follows straight lines on the keypad, as 2580 and 159753 do."
    )]
    KeypadLines,
    #[error("This PIN is too easy to guess: it is one group of digits, repeated.")]
    RepeatedGroups,
    #[error("This PIN is too easy to guess: it has fewer than three different digits.")]
    FewDigits,
    #[error(
        "This PIN is too easy to guess: backwards it is the user's phone number, the end of it, or the extension."
    )]
    ReversedNumber,
    #[error("This PIN is too easy to guess: on a keypad it spells the user's own name.")]
    OwnName,
    #[error("This PIN was used before, and the policy remembers the last {remembered}.")]
    UsedBefore { remembered: u8 },
}

/// All rules that a PIN breaks. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentences(.0))]
pub struct PinFaults(pub Vec<PinFault>);

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

    /// Checks the PIN against a policy.
    ///
    /// # Errors
    /// The rules that the PIN breaks.
    pub fn check(&self, policy: &PinPolicy, holder: PinHolder<'_>) -> Result<(), PinFaults> {
        let faults = self.faults(policy, holder);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(PinFaults(faults))
        }
    }

    /// The rules of a policy that the PIN breaks. Empty if it keeps to all of them.
    pub fn faults(&self, policy: &PinPolicy, holder: PinHolder<'_>) -> Vec<PinFault> {
        let least = policy.min_length;
        let mut faults = Vec::new();
        faults.extend((self.length() < least).then_some(PinFault::TooShort { least }));
        if !policy.allow_common_patterns {
            let digits = self.0.as_bytes();
            faults.extend(repeats(digits).then_some(PinFault::Repeats));
            faults.extend(ascends(digits).then_some(PinFault::Ascends));
            faults.extend(holder.has_in_line(&self.0).then_some(PinFault::PhoneNumber));
        }
        let also = policy.also_refused.iter();
        let broken = also.filter(|rule| rule.is_broken_by(&self.0, holder));
        faults.extend(broken.map(|rule| PinFault::of_rule(*rule)));
        faults
    }
}

impl PinFault {
    fn of_rule(rule: PinRule) -> Self {
        match rule {
            PinRule::KeypadLines => Self::KeypadLines,
            PinRule::RepeatedGroups => Self::RepeatedGroups,
            PinRule::FewDigits => Self::FewDigits,
            PinRule::ReversedNumber => Self::ReversedNumber,
            PinRule::OwnName => Self::OwnName,
        }
    }

    /// Whether another draw of as many digits can avoid the fault.
    pub fn is_of_digits(self) -> bool {
        !matches!(
            self,
            Self::NotDigits | Self::TooShort { .. } | Self::TooLong
        )
    }
}

impl From<PinFault> for PinFaults {
    fn from(fault: PinFault) -> Self {
        Self(vec![fault])
    }
}

/// The sentences of faults, one after the other.
fn sentences(faults: &[PinFault]) -> String {
    let sentences: Vec<String> = faults.iter().map(ToString::to_string).collect();
    sentences.join(" ")
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
