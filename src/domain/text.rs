//! Keys for comparing texts: exact ones for identities, tolerant ones for the search box and for
//! sorting.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

pub use super::visible::shown;

/// The key of an identity: identities that mean the same have equal keys.
///
/// Ignores case in all scripts (Unicode simple case folding) and normal form (NFC against NFD), and
/// nothing more: accents, widths, ligatures, `ß` against `ss` and the dotless `ı` stay different,
/// since an identity that acts is exact.
pub fn identity_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    /// The keys of the characters up to Cyrillic.
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let characters = ('\0'..=LAST_ALONE).map(|c| normal_key(c.encode_utf8(&mut [0; 4])));
        characters.collect()
    });
    const LAST_ALONE: char = '\u{482}';
    // Characters that combine with the one before them do not have a key of their own.
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        match KEYS.get(c as usize).filter(|_| !is_accent(c)) {
            Some(of_character) => key.push_str(of_character),
            None => return normal_key(text),
        }
    }
    key
}

/// The key of an identity in any script.
fn normal_key(text: &str) -> String {
    text.nfd().map(fold_char).nfc().collect()
}

/// The key of the search box: without case and without accents.
///
/// "muller" finds "Müller", "lukasz" finds "Łukasz", "strasse" finds "Straße". Marks that carry
/// sound rather than an accent, such as the vowel signs of Devanagari, stay.
pub fn search_key(text: &str) -> String {
    if text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
    {
        return text.to_ascii_lowercase();
    }
    let mut key = String::with_capacity(text.len());
    for c in text.nfkd() {
        if is_accent(c) || is_ignored(c) {
            continue;
        }
        match plain_letters(c) {
            Some(letters) => key.push_str(letters),
            None => key.push(fold_char(c)),
        }
    }
    key
}

/// The key by which display names are sorted: first without case and accents, as in a printed list,
/// then exactly.
///
/// "Åsa" stands beside "Asa" rather than after "Zoe". Keys are compared byte by byte. Names with
/// equal keys have equal identity keys. Names whose search key is empty come last.
pub fn sort_key(text: &str) -> String {
    /// Separates the two keys. It is smaller than any character of the first, so that "Al" stays
    /// before "Al B".
    const THEN: char = '\u{1}';
    const LAST: &str = "\u{10FFFF}";
    let (search, exact) = (search_key(text), identity_key(text));
    match search.as_str() {
        "" => format!("{LAST}{THEN}{exact}"),
        key if key == exact => exact,
        key => format!("{key}{THEN}{exact}"),
    }
}

/// The key of a text after a conversion to ASCII: `m?ller` for Müller. Windows PowerShell 5.1
/// converts like this in `Export-Csv` without `-Encoding`, with one `?` for each UTF-16 unit.
pub fn lossy_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfc() {
        if c.is_ascii() {
            key.push(c.to_ascii_lowercase());
        } else {
            key.extend(std::iter::repeat_n('?', c.len_utf16()));
        }
    }
    key
}

/// A text, or its first `most` characters and `…` if it is longer.
pub fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Bytes in hexadecimal, as `sha256sum` prints them.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        })
        .collect()
}

fn fold_char(c: char) -> char {
    unicode_case_mapping::case_folded(c)
        .and_then(|code| char::from_u32(code.get()))
        .unwrap_or(c)
}

/// Whether the search box ignores a character that shows nothing: direction marks, joiners, controls.
///
/// The store keeps sort keys, which are made of search keys, so this list cannot grow with Unicode
/// as that of [`super::visible`] does.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
        || c.is_control()
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// Plain forms of letters that no normal form decomposes, although people type them without their
/// stroke, or as two letters.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'Æ' | 'æ' => "ae",
        'Œ' | 'œ' => "oe",
        'Ø' | 'ø' => "o",
        'Ł' | 'ł' => "l",
        'Đ' | 'đ' | 'Ð' | 'ð' => "d",
        'Þ' | 'þ' => "th",
        'Ħ' | 'ħ' => "h",
        'ı' => "i",
        '‘' | '’' | '‚' | '‛' | 'ʼ' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_ignore_case_in_all_scripts_and_normal_form() {
        for (a, b) in [
            ("Ken Myer", "KEN MYER"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("Иванов", "ИВАНОВ"),
            ("M\u{fc}ller", "MU\u{308}LLER"),
            ("ǅ", "ǆ"),
        ] {
            assert_eq!(identity_key(a), identity_key(b), "{a} and {b}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_key_of_a_text_is_that_of_its_characters_together(
            text in "[a-zA-Z \u{80}-\u{500}]{0,12}|[a-zäÜßİıǅΣς\u{301}\u{308}\u{345}\u{483}й\u{37A}]{0,6}|\\PC{0,6}"
        ) {
            proptest::prop_assert_eq!(identity_key(&text), normal_key(&text));
        }
    }

    #[test]
    fn identities_ignore_nothing_more() {
        for (a, b) in [
            ("Müller", "Muller"),
            ("Straße", "Strasse"),
            ("ı", "i"),
            ("İ", "i"),
            ("ａ", "a"),
            ("ﬁ", "fi"),
            ("a b", "a  b"),
        ] {
            assert_ne!(identity_key(a), identity_key(b), "{a} and {b}");
        }
    }

    #[test]
    fn searching_ignores_accents() {
        for (name, typed) in [
            ("Müller", "muller"),
            ("Łukasz", "lukasz"),
            ("Straße", "STRASSE"),
            ("Đặng", "dang"),
            ("O’Connor", "o'connor"),
        ] {
            assert_eq!(search_key(name), search_key(typed), "{name} and {typed}");
        }
        assert_ne!(
            search_key("कि"),
            search_key("क"),
            "vowel signs are not accents"
        );
    }

    #[test]
    fn names_are_sorted_without_accents_first_and_exactly_then() {
        let sorted = [
            "Aaron",
            "asa",
            "Åsa",
            "Asa B",
            "Zoe",
            "Zoë",
            "Ωμέγα",
            "Жук",
            "",
            "\u{301}",
        ];
        for pair in sorted.windows(2) {
            assert!(sort_key(pair[0]) < sort_key(pair[1]), "{pair:?}");
        }
        assert_eq!(sort_key("ÅSA"), sort_key("A\u{30A}sa"));
    }
}
