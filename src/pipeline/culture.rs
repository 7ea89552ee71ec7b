//! The comparison of texts by culture, as `-eq`, `-lt` and their relatives compare them in
//! PowerShell 7: with the root collation of
//! [Unicode](https://www.unicode.org/reports/tr10/), in which characters without width do not count
//! and composed letters, ligatures and digits of other scripts equal their plain forms.
//! [Globalization and ICU](https://learn.microsoft.com/dotnet/core/extensions/globalization-icu)
//! describes it.

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::{CollatorOptions, Strength};
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::text::identity_key;

/// The collations without and with case.
static COLLATORS: LazyLock<[Option<CollatorBorrowed<'static>>; 2]> = LazyLock::new(|| {
    [Strength::Secondary, Strength::Tertiary].map(|strength| {
        let mut options = CollatorOptions::default();
        options.strength = Some(strength);
        CollatorBorrowed::try_new(icu_collator::CollatorPreferences::default(), options).ok()
    })
});

/// Whether each character of a text is one byte, is shown, and differs from all others.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Whether two texts are equal.
pub(super) fn equal(left: &str, right: &str, is_exact: bool) -> bool {
    if is_plain(left) && is_plain(right) {
        return if is_exact {
            left == right
        } else {
            left.eq_ignore_ascii_case(right)
        };
    }
    order(left, right, is_exact).is_eq()
}

/// Whether a text begins with another one.
pub(super) fn begins(text: &str, beginning: &str, is_exact: bool) -> bool {
    if is_plain(text) && is_plain(beginning) {
        return text.get(..beginning.len()).is_some_and(|start| {
            start == beginning || (!is_exact && start.eq_ignore_ascii_case(beginning))
        });
    }
    let text = &taken_apart(text);
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .filter(|at| {
            !text[*at..]
                .chars()
                .next()
                .is_some_and(unicode_normalization::char::is_combining_mark)
        })
        .any(|at| equal(&text[..at], beginning, is_exact))
}

/// The order of two texts.
pub(super) fn order(left: &str, right: &str, is_exact: bool) -> Ordering {
    match &COLLATORS[usize::from(is_exact)] {
        Some(collator) => collator
            .compare(left, right)
            .then_with(|| widths(left).cmp(&widths(right))),
        None if is_exact => left.cmp(right),
        None => identity_key(left).cmp(&identity_key(right)),
    }
}

/// Bytes that are in the order of texts without case.
pub(super) fn sort_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let is_written = COLLATORS[0]
        .as_ref()
        .is_some_and(|collator| collator.write_sort_key_to(text, &mut bytes).is_ok());
    if is_written {
        bytes
    } else {
        identity_key(text).into_bytes()
    }
}

/// Letters that .NET tells from others which the collation takes for the same: those of full and
/// half width, and the two scripts of Japanese.
fn is_told_apart(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{FF01}'..='\u{FFEE}')
}

fn widths(text: &str) -> Vec<char> {
    text.chars().filter(|c| is_told_apart(*c)).collect()
}

/// A text with ligatures and the like in their letters, so that a beginning may end inside of one.
fn taken_apart(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if is_told_apart(c) {
            out.push(c);
        } else {
            out.extend(std::iter::once(c).nfkc());
        }
    }
    out
}
