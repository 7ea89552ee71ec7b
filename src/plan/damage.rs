//! Names that lost letters on their way through a file: `M?ller`, `MÃ¼ller` and `M³ller` for
//! Müller. Pure.
//!
//! Windows PowerShell 5.1 writes `?` for every letter that is not ASCII unless `-Encoding` is given.
//! A file that is read in another encoding than it was written in has other characters there: UTF-8
//! read as Windows-1252, Windows-1252 read as the code page of a console (OEM), or the reverse.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::text::shown;
use crate::domain::user::UserNames;

/// The reason why a row must not replace the names of a user. None if no name looks damaged.
pub(super) fn damaged_change(before: &UserNames, after: &UserNames) -> Option<String> {
    let (before, after) = (texts(before), texts(after));
    let damaged = before.into_iter().zip(after).find_map(|(before, after)| {
        let (before, after) = (before?, after?);
        is_damaged(&before, &after).then_some((before, after))
    });
    let (before, after) = damaged?;
    Some(format!(
        "{} {} would become {}. {EXPORT_AGAIN}",
        what_happened(&after),
        shown(&before),
        shown(&after)
    ))
}

/// The reason why a row must not become a new user. None if no name looks damaged.
pub(super) fn damaged_names(names: &UserNames) -> Option<String> {
    let texts = texts(names);
    let name = texts.iter().flatten().find(|name| looks_damaged(name))?;
    Some(format!(
        "{} The name would be {}. {EXPORT_AGAIN}",
        what_happened(name),
        shown(name)
    ))
}

const EXPORT_AGAIN: &str = "Export the file again with -Encoding UTF8.";

fn what_happened(name: &str) -> &'static str {
    if name.contains('?') {
        "Letters were lost when this file was written (they are ? now):"
    } else {
        "This file was written in another encoding than it is read in:"
    }
}

/// All names of a user, in one order.
fn texts(names: &UserNames) -> [Option<Cow<'_, str>>; 5] {
    [
        Some(names.display_name.as_str().into()),
        names.sip.as_deref().map(Cow::Borrowed),
        names.upn.as_deref().map(Cow::Borrowed),
        names
            .account
            .as_ref()
            .map(|account| account.to_string().into()),
        names.dn.as_deref().map(Cow::Borrowed),
    ]
}

/// Whether a name has none of the characters that damage leaves. Most names are plain ASCII, so this
/// is asked first.
fn is_plain(name: &str) -> bool {
    name.is_ascii() && !name.contains('?')
}

/// Whether a name is another one in which only the letters outside of ASCII are broken. Bytes of
/// ASCII survive every wrong encoding, so the names are compared run by run.
fn is_damaged(before: &str, after: &str) -> bool {
    // Letters outside of ASCII never turn into other characters of ASCII than `?`.
    if before == after || is_plain(after) {
        return false;
    }
    let (before, after): (Vec<char>, Vec<char>) = (before.nfc().collect(), after.nfc().collect());
    let (mut before, mut after) = (before.as_slice(), after.as_slice());
    let mut is_any_broken = false;
    while let (Some(first), Some(other)) = (before.first(), after.first()) {
        if first.is_ascii() {
            if !other.eq_ignore_ascii_case(first) {
                return false;
            }
            (before, after) = (&before[1..], &after[1..]);
            continue;
        }
        let (run, rest) = split_run(before, |c| !c.is_ascii());
        let (became, rest_after) = split_run(after, |c| !c.is_ascii() || *c == '?');
        if became.is_empty() || became != run && !is_broken(run, became) {
            return false;
        }
        is_any_broken |= became != run;
        (before, after) = (rest, rest_after);
    }
    before.is_empty() && after.is_empty() && is_any_broken
}

/// The characters at the beginning for which something holds, and the others.
fn split_run(chars: &[char], holds: impl Fn(&char) -> bool) -> (&[char], &[char]) {
    chars.split_at(chars.iter().take_while(|c| holds(c)).count())
}

/// Letters of one code page that look like other letters in the code page of a console, and the
/// other way round. All others turn into symbols, or into capitals.
const OTHER_LETTERS: [(char, char); 5] =
    [('ä', 'õ'), ('ß', 'á'), ('á', 'ß'), ('ì', 'ý'), ('ç', 'þ')];

/// Whether some letters became characters that are no spelling of them.
fn is_broken(run: &[char], became: &[char]) -> bool {
    let is_symbol = |c: &char| !c.is_ascii_alphanumeric() && !is_of_words(*c);
    let is_other_letter = run.len() == became.len()
        && run.iter().zip(became).any(|(letter, other)| {
            let is_other_capital = letter.is_lowercase()
                && other.is_uppercase()
                && !other.is_ascii()
                && !other.to_lowercase().eq([*letter]);
            is_other_capital || OTHER_LETTERS.contains(&(*letter, *other))
        });
    became.iter().any(is_symbol)
        || is_other_letter
        || decoded(became).is_some_and(|text| text.chars().nfc().eq(run.iter().copied()))
}

/// The text that these characters are if they are the bytes of UTF-8, read as Windows-1252.
fn decoded(chars: &[char]) -> Option<String> {
    let text: String = chars.iter().collect();
    let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&text);
    let decoded = String::from_utf8(bytes.into_owned()).ok()?;
    (!is_lossy && decoded != text).then_some(decoded)
}

/// Whether a character stands in words of names: letters, digits, and what joins them.
fn is_of_words(c: char) -> bool {
    c.is_alphabetic()
        || c.is_numeric() && !matches!(c, '¹' | '²' | '³' | '¼' | '½' | '¾')
        || unicode_normalization::char::is_combining_mark(c)
        || matches!(
            c,
            ' ' | '-' | '\'' | '.' | ',' | '&' | '/' | '(' | ')' | '_' | '+' | '@' | '=' | '\\' | ':'
                | '’' | '‘' | 'ʼ' | '·' | '‐'..='―' | '\u{A0}' | '\u{200B}'..='\u{200D}' | '、' | '・' | '　'
        )
}

/// Whether a name alone shows that it was damaged: by a replacement character, by the bytes of
/// UTF-8, or by a symbol of a wrong encoding in the middle of a word. Other symbols may be meant.
fn looks_damaged(name: &str) -> bool {
    if is_plain(name) {
        return false;
    }
    let chars: Vec<char> = name.chars().collect();
    let has_bytes = (2..=4).any(|length| {
        chars
            .windows(length)
            .any(|window| window.iter().all(|c| !c.is_ascii()) && decoded(window).is_some())
    });
    let is_inside = |position: usize| {
        let letter = |position: usize| chars.get(position).is_some_and(|c| c.is_alphabetic());
        let before = position.checked_sub(1).is_some_and(letter);
        let after = letter(position + 1);
        let is_end_of_word = chars.get(position + 1) == Some(&' ') && letter(position + 2);
        before && (after || chars[position] == '?' && is_end_of_word)
    };
    has_bytes
        || chars
            .iter()
            .any(|c| *c == char::REPLACEMENT_CHARACTER || ('\u{80}'..='\u{9F}').contains(c))
        || (0..chars.len())
            .any(|position| is_of_a_wrong_encoding(chars[position]) && is_inside(position))
}

/// Whether a character is one that letters turn into: `?`, what the code page of a console has for
/// letters of Windows-1252 (lines, blocks and symbols), or what Windows-1252 has for letters of that
/// code page.
fn is_of_a_wrong_encoding(c: char) -> bool {
    matches!(
        c,
        '?' | '\u{2500}'
            ..='\u{259F}'
                | '³'
                | '÷'
                | '±'
                | '¶'
                | '§'
                | '¸'
                | '¨'
                | '¹'
                | '²'
                | '¬'
                | '¦'
                | '¯'
                | '´'
                | '¤'
                | '”'
                | '„'
                | '‚'
                | '‡'
                | '†'
                | '‰'
                | '‹'
                | '›'
                | '•'
                | '˜'
                | '™'
                | '£'
                | '¥'
                | '¢'
                | '¡'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_letters_are_recognised_beside_the_name_that_they_were() {
        for (before, after) in [
            ("Jörg Müller", "J?rg M?ller"),
            ("Jörg Müller", "J??rg M??ller"),
            ("Jörg Müller", "Jörg M\u{FFFD}ller"),
            ("Jörg Müller", "JÃ¶rg MÃ¼ller"),
            ("Jörg Müller", "J÷rg M³ller"),
            ("Jörg Müller", "J”rg M\u{81}ller"),
            ("Zoë Kranz", "Zo? Kranz"),
            ("René Groß", "RenÚ Gro▀"),
            ("Groß", "GroÃŸ"),
            ("Groß", "Groá"),
            ("Jäger", "Jõger"),
            ("Žižek", "Å½iÅ¾ek"),
            ("Иван", "????"),
            ("Иван", "Ð˜Ð²Ð°Ð½"),
            ("CN=Zoë Kranz,OU=Köln,DC=a", "CN=Zo? Kranz,OU=K?ln,DC=a"),
        ] {
            assert!(is_damaged(before, after), "{before} → {after}");
        }
    }

    #[test]
    fn another_spelling_or_another_name_is_no_damage() {
        for (before, after) in [
            ("Jörg Müller", "Joerg Mueller"),
            ("Jörg Müller", "Jorg Muller"),
            ("Jörg Müller", "Jörg Meier"),
            ("Zoë Kranz", "Zoé Kranz"),
            ("Zoë", "ZOË"),
            ("Anne", "Änne"),
            ("M?ller", "Müller"),
            ("Иван", "Ivan"),
            ("Jörg", "Jo\u{308}rg"),
            ("Žižek", "Zizek"),
        ] {
            assert!(!is_damaged(before, after), "{before} → {after}");
        }
    }

    #[test]
    fn a_new_name_is_damaged_where_no_name_has_such_a_symbol() {
        for name in [
            "M?ller",
            "Zo? Kranz",
            "M\u{FFFD}ller",
            "MÃ¼ller",
            "M³ller",
            "J”rg Neu",
            "GroÃŸ",
            "M\u{81}ller",
            "Ð˜Ð²Ð°Ð½",
        ] {
            assert!(looks_damaged(name), "{name}");
        }
        for name in [
            "Jörg Müller",
            "O’Brien",
            "Anne-Marie",
            "Núria Pal·làs",
            "Иван Петров",
            "田中 太郎",
            "अनु",
            "Ready?",
            "Room 5 (Köln)",
            "Sales＝Support",
            "A★Team",
            "Ann “Annie” Smith",
            "Zoë",
            "Ø",
            "ÅSA",
            "Åsa Ÿ",
        ] {
            assert!(!looks_damaged(name), "{name}");
        }
    }
}
