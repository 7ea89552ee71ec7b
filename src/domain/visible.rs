//! Making characters visible that show nothing or change the direction of text.
//!
//! With such characters a name can look like another one, or a text can look like what it is not.
//! They are chosen by their Unicode properties
//! (<https://www.unicode.org/reports/tr44/#Property_Index>) rather than by a list.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Stands for a hidden character.
pub const STAND_IN: char = '·';

/// Controls, format characters (but those that Arabic and other scripts show), separators and spaces
/// other than U+0020, private and unassigned characters, all that may be left out in showing, and
/// characters whose glyph is empty.
static HIDDEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    class(
        r"[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}
          [\p{Zs}--\x20]
          [\p{Cf}--\p{Prepended_Concatenation_Mark}]
          \u{2800}\u{FFFC}\u{16FE4}\u{13441}\u{13442}\u{1D159}]",
    )
});

/// Letters and marks of the scripts that need the joiners U+200C and U+200D inside of words
/// (The Unicode Standard, chapters 9 to 13).
static JOINED_SCRIPTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    class(
        r"[[\p{L}\p{M}]&&[\p{scx=Arabic}\p{scx=Syriac}\p{scx=Mandaic}\p{scx=Nko}\p{scx=Mongolian}
          \p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}
          \p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}
          \p{scx=Myanmar}\p{scx=Khmer}\p{scx=Tibetan}]--[\p{scx=Latin}\p{scx=Greek}\p{scx=Cyrillic}]]",
    )
});

/// Characters after which U+200D continues an emoji sequence, and before which it does
/// (<https://www.unicode.org/reports/tr51/#Emoji_ZWJ_Sequences>).
static EMOJI: LazyLock<Option<Regex>> =
    LazyLock::new(|| class(r"[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{FE0F}]"));

const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';

/// A text for showing: hidden characters become [`STAND_IN`], so that no name can pass for another.
pub fn shown(text: &str) -> Cow<'_, str> {
    with_hidden(text, |_, out| out.push(STAND_IN))
}

/// Whether a text has characters that [`shown`] replaces.
pub fn has_hidden(text: &str) -> bool {
    hidden(text).next().is_some()
}

/// A JSON document, or a part of one, with hidden characters as `\u202e`. It has the same values.
///
/// Line feeds stay, since JSON has them only between values. Its texts must have been escaped as
/// JSON asks.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    with_hidden(json, |character, out| {
        if character == '\n' {
            out.push('\n');
            return;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

/// The bytes of the hidden characters of a text, in their order.
///
/// The joiners U+200C and U+200D are hidden unless they stand inside a word of a script that cannot
/// be written without them, or U+200D inside an emoji sequence.
pub fn hidden(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    // Nearly all texts are plain ASCII.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let rest = if is_plain { "" } else { text };
    rest.char_indices()
        .map(|(at, character)| (at..at + character.len_utf8(), character))
        .filter(move |(range, character)| {
            is_in(&HIDDEN, *character)
                && !is_joiner_in_place(&text[..range.start], *character, &text[range.end..])
        })
        .map(|(range, _)| range)
}

fn with_hidden(text: &str, replace: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for range in hidden(text) {
        out.push_str(&text[done..range.start]);
        done = range.end;
        text[range]
            .chars()
            .for_each(|character| replace(character, &mut out));
    }
    if done == 0 {
        return text.into();
    }
    out.push_str(&text[done..]);
    out.into()
}

fn is_joiner_in_place(before: &str, character: char, after: &str) -> bool {
    let (NON_JOINER | JOINER) = character else {
        return false;
    };
    let (Some(before), Some(after)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    let both = |class: &LazyLock<Option<Regex>>| is_in(class, before) && is_in(class, after);
    both(&JOINED_SCRIPTS) || character == JOINER && both(&EMOJI)
}

/// Whether a class has a character. A class that cannot be built has all but ASCII, so that nothing
/// stays hidden.
fn is_in(class: &LazyLock<Option<Regex>>, character: char) -> bool {
    match character {
        ' '..='~' => false,
        _ => class
            .as_ref()
            .is_none_or(|class| class.is_match(character.encode_utf8(&mut [0; 4]))),
    }
}

fn class(pattern: &str) -> Option<Regex> {
    regex::RegexBuilder::new(pattern)
        .ignore_whitespace(true)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_classes_can_be_built() {
        for class in [&HIDDEN, &JOINED_SCRIPTS, &EMOJI] {
            assert!(class.is_some());
        }
    }

    #[test]
    fn characters_that_show_nothing_or_turn_text_around_are_painted() {
        for hidden in "\0\t\n\r\u{1b}\u{7f}\u{85}\u{9b}\u{9d}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{1680}\u{17b4}\u{180b}\
            \u{180e}\u{2007}\u{200a}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{202f}\u{205f}\
            \u{2060}\u{2065}\u{2066}\u{2069}\u{206f}\u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{fffb}\u{fffc}\
            \u{e000}\u{1bca0}\u{1d159}\u{1d173}\u{13430}\u{13441}\u{e0001}\u{e0041}\u{e0100}\u{e0fff}\u{10ffff}"
            .chars()
        {
            let name = format!("Ken{hidden}Myer");
            assert_eq!(shown(&name), "Ken·Myer", "{name:?}");
            assert!(has_hidden(&name));
        }
    }

    #[test]
    fn what_people_are_called_stays() {
        for name in [
            "Ken Myer",
            "M\u{fc}ller",
            "MU\u{308}LLER",
            "Nguyễn Thị Minh",
            "Ярослав",
            "Ωμέγα",
            "שרה כהן",
            "محمد \u{600}\u{661}",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ශ්\u{200d}රී",
            "山田太郎",
            "각",
            "𠮷",
            "👩\u{200d}💻",
            "👩🏽\u{200d}💻",
            "O’Connor – “x” · … → €",
        ] {
            assert_eq!(shown(name), name);
            assert!(!has_hidden(name), "{name}");
        }
    }

    #[test]
    fn joiners_stay_only_inside_of_words_that_need_them() {
        for name in [
            "\u{200d}क",
            "क\u{200d}",
            "می\u{200c} خ",
            "a\u{200c}क",
            "क\u{200d}\u{200d}ष",
            "👩\u{200c}💻",
            "K\u{200d}en",
        ] {
            assert_eq!(
                shown(name).matches(STAND_IN).count(),
                name.matches([NON_JOINER, JOINER]).count(),
                "{name:?}"
            );
        }
    }

    #[test]
    fn json_stays_the_same_value_and_shows_everything() {
        let text = "a\u{202e}b\u{9b}31m\u{7f}\u{1b}]8;;\u{7}\n\u{e0041} \"é\" \u{a0}\\";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let visible = visible_json(&json);
        assert!(!has_hidden(&visible.replace('\n', "")), "{visible}");
        assert!(visible.contains("\\u202e") && visible.contains("\\udb40\\udc41"));
        assert_eq!(visible.lines().count(), 3);
        let back: Vec<String> = serde_json::from_str(&visible).unwrap();
        assert_eq!(back, [text]);
    }
}
