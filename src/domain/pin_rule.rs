//! Rules against PINs that are easy to guess, beyond the common patterns. A policy switches each of
//! them on by itself.
//!
//! Source of the rules: Cisco, Administration Guide for Cisco Unified Communications Manager
//! (OL-18611-01), chapter 112, trivial passwords. It gives examples only; the exact readings are
//! those of the variants.

use strum::VariantArray as _;

use super::pin_holder::PinHolder;
use super::text::search_key;

/// A rule that a policy can switch on. Its word in JSON, in the store and on the command line is its
/// name in kebab case. The order is that of all lists.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PinRule {
    /// Straight lines of three or more keys make the whole PIN (159753, 14789), or a line of four
    /// keys is anywhere in it (2580, 992580).
    KeypadLines,
    /// The whole PIN is a group of digits that is repeated: 408408, 121212, 8888.
    RepeatedGroups,
    /// Fewer than three different digits: 12121, 70007.
    FewDigits,
    /// The PIN backwards is the telephone number, its end, or the extension.
    ReversedNumber,
    /// A word of the user's display name on the keypad, or the beginning of a longer word: 2662 for
    /// Anna, and 25392 for Alexander.
    OwnName,
}

/// The straight lines of the keypad, in one direction each.
const LINES: [&[u8]; 8] = [
    b"123", b"456", b"789", b"147", b"2580", b"369", b"159", b"357",
];
/// The number of keys of a line that makes a whole PIN together with others, and of one that is
/// refused wherever it is.
const SHORT_LINE: usize = 3;
const LONG_LINE: usize = 4;
/// The least number of different digits.
const DIFFERENT_DIGITS: usize = 3;
/// The digits on which the letters from a to z are (ITU-T E.161,
/// <https://www.itu.int/rec/T-REC-E.161>).
const KEYS_OF_LETTERS: &[u8; 26] = b"22233344455566677778889999";

impl PinRule {
    /// Its word: "keypad-lines".
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// All words, for messages.
    pub fn words() -> String {
        let words: Vec<&str> = Self::VARIANTS.iter().map(|rule| rule.word()).collect();
        words.join(", ")
    }

    /// The PINs that it refuses: "lines on the keypad, such as 2580 and 159753".
    pub fn refused(self) -> &'static str {
        match self {
            Self::KeypadLines => "lines on the keypad, such as 2580 and 159753",
            Self::RepeatedGroups => "repeated groups, such as 408408 and 121212",
            Self::FewDigits => "fewer than three different digits, such as 70007",
            Self::ReversedNumber => "the phone number or extension backwards",
            Self::OwnName => "the user's own name on the keypad",
        }
    }

    /// The few words of a list of settings: "no keypad lines".
    pub fn in_short(self) -> &'static str {
        match self {
            Self::KeypadLines => "no keypad lines",
            Self::RepeatedGroups => "no repeated groups",
            Self::FewDigits => "three different digits",
            Self::ReversedNumber => "no reversed number",
            Self::OwnName => "no own name",
        }
    }

    /// Whether digits break the rule.
    pub(super) fn is_broken_by(self, digits: &str, holder: PinHolder<'_>) -> bool {
        let keys = digits.as_bytes();
        match self {
            Self::KeypadLines => is_of_lines(keys) || keys.windows(LONG_LINE).any(is_on_a_line),
            Self::RepeatedGroups => (1..keys.len())
                .filter(|length| keys.len().is_multiple_of(*length))
                .any(|length| keys.chunks(length).all(|group| group == &keys[..length])),
            Self::FewDigits => {
                let mut different = keys.to_vec();
                different.sort_unstable();
                different.dedup();
                different.len() < DIFFERENT_DIGITS
            }
            Self::ReversedNumber => {
                let reversed: String = digits.chars().rev().collect();
                holder.has_in_line(&reversed)
            }
            Self::OwnName => search_key(holder.display_name)
                .replace(['\'', '\u{2019}'], "")
                .split(|c: char| !c.is_alphabetic())
                .filter_map(on_keypad)
                .any(|name| name.starts_with(digits)),
        }
    }
}

/// Whether keys follow each other on one straight line, in either direction.
fn is_on_a_line(keys: &[u8]) -> bool {
    let reversed: Vec<u8> = keys.iter().rev().copied().collect();
    LINES.iter().any(|line| {
        let mut parts = line.windows(keys.len());
        parts.any(|part| part == keys || part == reversed)
    })
}

/// Whether keys are nothing but straight lines of at least three keys. A line begins on the key on
/// which the one before has ended (14789), or anywhere (159753).
fn is_of_lines(keys: &[u8]) -> bool {
    let mut ends = vec![false; keys.len() + 1];
    ends[0] = true;
    for end in SHORT_LINE..=keys.len() {
        ends[end] = (SHORT_LINE..=LONG_LINE.min(end)).any(|length| {
            let start = end - length;
            let is_joined = ends[start] || start > 0 && ends[start + 1];
            is_joined && is_on_a_line(&keys[start..end])
        });
    }
    ends[keys.len()]
}

/// The digits of a name on the keypad. None if it has no letters, or letters that are not on the
/// keypad.
fn on_keypad(name: &str) -> Option<String> {
    let key = |letter: u8| {
        let index = usize::from(letter.checked_sub(b'a')?);
        KEYS_OF_LETTERS.get(index).map(|key| char::from(*key))
    };
    let digits: Option<String> = name.bytes().map(key).collect();
    digits.filter(|digits| !digits.is_empty())
}
