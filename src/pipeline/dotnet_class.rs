//! Character classes of regular expressions of .NET, as
//! [Character classes](https://learn.microsoft.com/dotnet/standard/base-types/character-classes-in-regular-expressions)
//! describes them.

use super::dotnet_escape::{escaped_character, invalid};

/// The characters of `\w`, inside of `[ ]`.
pub(super) const WORD: &str = r"\p{L}\p{Mn}\p{Nd}\p{Pc}";

/// The general categories by the names that .NET knows.
const CATEGORIES: [&str; 37] = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
    "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
    "Cc", "Cf", "Cs", "Co", "Cn",
];

/// Named blocks: name, first and last character.
const BLOCKS: [(&str, u16, u16); 60] = [
    ("IsBasicLatin", 0x0000, 0x007F),
    ("IsLatin-1Supplement", 0x0080, 0x00FF),
    ("IsLatinExtended-A", 0x0100, 0x017F),
    ("IsLatinExtended-B", 0x0180, 0x024F),
    ("IsIPAExtensions", 0x0250, 0x02AF),
    ("IsSpacingModifierLetters", 0x02B0, 0x02FF),
    ("IsCombiningDiacriticalMarks", 0x0300, 0x036F),
    ("IsGreek", 0x0370, 0x03FF),
    ("IsGreekandCoptic", 0x0370, 0x03FF),
    ("IsCyrillic", 0x0400, 0x04FF),
    ("IsCyrillicSupplement", 0x0500, 0x052F),
    ("IsArmenian", 0x0530, 0x058F),
    ("IsHebrew", 0x0590, 0x05FF),
    ("IsArabic", 0x0600, 0x06FF),
    ("IsSyriac", 0x0700, 0x074F),
    ("IsThaana", 0x0780, 0x07BF),
    ("IsDevanagari", 0x0900, 0x097F),
    ("IsBengali", 0x0980, 0x09FF),
    ("IsGurmukhi", 0x0A00, 0x0A7F),
    ("IsGujarati", 0x0A80, 0x0AFF),
    ("IsOriya", 0x0B00, 0x0B7F),
    ("IsTamil", 0x0B80, 0x0BFF),
    ("IsTelugu", 0x0C00, 0x0C7F),
    ("IsKannada", 0x0C80, 0x0CFF),
    ("IsMalayalam", 0x0D00, 0x0D7F),
    ("IsSinhala", 0x0D80, 0x0DFF),
    ("IsThai", 0x0E00, 0x0E7F),
    ("IsLao", 0x0E80, 0x0EFF),
    ("IsTibetan", 0x0F00, 0x0FFF),
    ("IsMyanmar", 0x1000, 0x109F),
    ("IsGeorgian", 0x10A0, 0x10FF),
    ("IsHangulJamo", 0x1100, 0x11FF),
    ("IsEthiopic", 0x1200, 0x137F),
    ("IsCherokee", 0x13A0, 0x13FF),
    ("IsKhmer", 0x1780, 0x17FF),
    ("IsMongolian", 0x1800, 0x18AF),
    ("IsLatinExtendedAdditional", 0x1E00, 0x1EFF),
    ("IsGreekExtended", 0x1F00, 0x1FFF),
    ("IsGeneralPunctuation", 0x2000, 0x206F),
    ("IsSuperscriptsandSubscripts", 0x2070, 0x209F),
    ("IsCurrencySymbols", 0x20A0, 0x20CF),
    ("IsLetterlikeSymbols", 0x2100, 0x214F),
    ("IsNumberForms", 0x2150, 0x218F),
    ("IsArrows", 0x2190, 0x21FF),
    ("IsMathematicalOperators", 0x2200, 0x22FF),
    ("IsMiscellaneousTechnical", 0x2300, 0x23FF),
    ("IsEnclosedAlphanumerics", 0x2460, 0x24FF),
    ("IsBoxDrawing", 0x2500, 0x257F),
    ("IsGeometricShapes", 0x25A0, 0x25FF),
    ("IsMiscellaneousSymbols", 0x2600, 0x26FF),
    ("IsDingbats", 0x2700, 0x27BF),
    ("IsCJKSymbolsandPunctuation", 0x3000, 0x303F),
    ("IsHiragana", 0x3040, 0x309F),
    ("IsKatakana", 0x30A0, 0x30FF),
    ("IsBopomofo", 0x3100, 0x312F),
    ("IsCJKUnifiedIdeographsExtensionA", 0x3400, 0x4DBF),
    ("IsCJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ("IsHangulSyllables", 0xAC00, 0xD7AF),
    ("IsAlphabeticPresentationForms", 0xFB00, 0xFB4F),
    ("IsHalfwidthandFullwidthForms", 0xFF00, 0xFFEF),
];

/// The class of `\p{…}` or `\P{…}` after its `p`, and the bytes of its brackets.
///
/// # Errors
/// .NET knows no such property.
pub(super) fn property(
    rest: &str,
    is_negated: bool,
    ignores_case: bool,
) -> Result<(String, usize), String> {
    let Some((name, _)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
        return invalid("a malformed \\p{X} character escape");
    };
    let end = name.len() + 2;
    let p = if is_negated { 'P' } else { 'p' };
    // Without case, letters of any case pass.
    if ignores_case && ["Lu", "Ll", "Lt"].contains(&name) {
        let not = if is_negated { "^" } else { "" };
        return Ok((format!("[{not}\\p{{Lu}}\\p{{Ll}}\\p{{Lt}}]"), end));
    }
    if CATEGORIES.contains(&name) {
        return Ok((format!("\\{p}{{{name}}}"), end));
    }
    let not = if is_negated { "^" } else { "" };
    match BLOCKS.iter().find(|(block, ..)| *block == name) {
        Some((_, first, last)) => Ok((format!("[{not}\\x{{{first:X}}}-\\x{{{last:X}}}]"), end)),
        None if name.starts_with("Is") => Err(format!(
            "This regular expression is not supported here: the block {name} is not known."
        )),
        None => invalid(&format!("the unknown property {name}")),
    }
}

/// The class after its `[`, and its bytes with its `]`.
///
/// # Errors
/// .NET refuses it.
pub(super) fn class(rest: &str, ignores_case: bool) -> Result<(String, usize), String> {
    let mut at = 0;
    let next = |at: usize| rest[at..].chars().next();
    let is_negated = rest.starts_with('^');
    if is_negated {
        at += 1;
    }
    let start = at;
    let mut items = String::new();
    let mut has_i = false;
    loop {
        let Some(c) = next(at) else {
            return invalid("a [ without its ]");
        };
        if c == ']' && at > start {
            at += 1;
            break;
        }
        if c == '-' && rest[at..].starts_with("-[") && at > start {
            let (without, end) = class(&rest[at + 2..], ignores_case)?;
            at += 2 + end;
            if next(at) != Some(']') {
                return invalid("a subtraction that is not the last part of its [ ]");
            }
            at += 1;
            let base = finish(&items, is_negated, has_i && ignores_case);
            return Ok((format!("[{base}--{without}]"), at));
        }
        let (first, end) = item(&rest[at..], ignores_case)?;
        at += end;
        let ClassPart::Character(first) = first else {
            let ClassPart::Set(set) = first else { continue };
            items.push_str(&set);
            continue;
        };
        let is_range =
            rest[at..].starts_with('-') && next(at + 1).is_some_and(|c| c != ']' && c != '[');
        let mut last = first;
        if is_range {
            let (found, end) = item(&rest[at + 1..], ignores_case)?;
            at += 1 + end;
            match found {
                ClassPart::Character(found) if found < first => {
                    return invalid("a [x-y] range in reverse order");
                }
                ClassPart::Character(found) => last = found,
                ClassPart::Set(_) => return invalid("a class inside of a character range"),
            }
        }
        has_i |= ['i', 'I', '\u{130}']
            .iter()
            .any(|i| (first..=last).contains(i));
        items.push_str(&format!(
            "\\x{{{:X}}}-\\x{{{:X}}}",
            first as u32, last as u32
        ));
    }
    Ok((finish(&items, is_negated, has_i && ignores_case), at))
}

fn finish(items: &str, is_negated: bool, adds_i: bool) -> String {
    let not = if is_negated { "^" } else { "" };
    let i = if adds_i { "i\u{130}" } else { "" };
    format!("[{not}{items}{i}]")
}

/// A part of a class.
enum ClassPart {
    Character(char),
    /// A set of characters, as it stands inside of `[ ]`.
    Set(String),
}

fn item(rest: &str, ignores_case: bool) -> Result<(ClassPart, usize), String> {
    let Some(c) = rest.chars().next() else {
        return invalid("a [ without its ]");
    };
    if c != '\\' {
        return Ok((ClassPart::Character(c), c.len_utf8()));
    }
    let inner = &rest[1..];
    let set = |text: String, end: usize| Ok((ClassPart::Set(text), 1 + end));
    match inner.chars().next() {
        Some(c @ ('d' | 'D' | 's' | 'S')) => set(format!("\\{c}"), 1),
        Some('w') => set(WORD.to_owned(), 1),
        Some('W') => set(format!("[^{WORD}]"), 1),
        Some('b') => Ok((ClassPart::Character('\u{8}'), 2)),
        Some(c @ ('p' | 'P')) => {
            let (made, end) = property(&inner[1..], c == 'P', ignores_case)?;
            set(made, 1 + end)
        }
        Some('1'..='7') => invalid("an octal number in [ ], which is not supported here"),
        _ => {
            let (c, end) = escaped_character(inner)?;
            Ok((ClassPart::Character(c), 1 + end))
        }
    }
}
