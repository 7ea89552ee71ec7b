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
    text.bytes().all(is_plain_byte)
}

fn is_plain_byte(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
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
    let is_plain_beginning = is_plain(beginning);
    if is_plain_beginning {
        let plain = text.bytes().take_while(|byte| is_plain_byte(*byte)).count();
        // The character behind these may change the last one, as a combining mark does.
        let sure = if plain == text.len() {
            plain
        } else {
            plain.saturating_sub(1)
        };
        let both = sure.min(beginning.len());
        if !equal(&text[..both], &beginning[..both], is_exact) {
            return false;
        }
        if both == beginning.len() || sure == text.len() {
            return both == beginning.len();
        }
    } else if !text.starts_with(unicode_normalization::char::is_combining_mark)
        && equal("", beginning, is_exact)
    {
        return true;
    }
    let mut rest = taken_apart(text).peekable();
    let mut start = String::new();
    while let Some(c) = rest.next() {
        start.push(c);
        if rest
            .peek()
            .is_some_and(|c| unicode_normalization::char::is_combining_mark(*c))
        {
            continue;
        }
        match order(&start, beginning, is_exact) {
            Ordering::Equal => return true,
            // No further character makes it less. In other scripts, a letter may change the weight
            // of the one before it.
            Ordering::Greater if is_plain_beginning => return false,
            _ => {}
        }
    }
    false
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

/// The characters of a text with ligatures and the like in their letters, so that a beginning may end
/// inside of one.
fn taken_apart(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(|c| {
        let alone = is_told_apart(c).then_some(c);
        let apart = (!is_told_apart(c)).then(|| std::iter::once(c).nfkc());
        alone.into_iter().chain(apart.into_iter().flatten())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rule without its shortcuts: some part of the text, from its first character on, equals the
    /// beginning.
    fn begins_by_the_rule(text: &str, beginning: &str, is_exact: bool) -> bool {
        let text: String = taken_apart(text).collect();
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let mut whole = ends
            .filter(|at| !text[*at..].starts_with(unicode_normalization::char::is_combining_mark));
        whole.any(|at| order(&text[..at], beginning, is_exact).is_eq())
    }

    proptest! {
        #[test]
        fn shortcuts_change_no_answer(
            text in "[abAB1 .'\\-éÄ\u{301}\u{323}ﬁﬂ日ｆ\u{200b}Оßæเก]{0,6}",
            beginning in "[abAB1fi .'\\-éÄ\u{301}ﬁ日\u{200b}Оsæเก]{1,4}",
            is_exact: bool,
        ) {
            prop_assert_eq!(
                begins(&text, &beginning, is_exact),
                begins_by_the_rule(&text, &beginning, is_exact)
            );
        }
    }
}
