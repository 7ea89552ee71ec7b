//! Why a text names no user: what it is instead, and the way on.

use crate::domain::identity::looks_like_bare_logon;
use crate::domain::user::is_guid;
use crate::domain::visible::has_hidden;
use crate::domain::wrapped::holds_several;

type Cause = (fn(&str) -> bool, &'static str);

/// A sentence about a text that no user has: what it is instead, and the way on. None if it may be
/// a name.
pub(super) fn cause(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let causes: [Cause; 2] = [
        (
            |text| text.bytes().all(|byte| byte.is_ascii_digit()),
            "This is a number, and the store keeps no employee numbers. If it is a logon name, write domain\\logon.",
        ),
        (
            |text| looks_like_bare_logon(text) && may_be_logon(text),
            "A logon name alone is not an identity, since it need not be unique: write domain\\logon.",
        ),
    ];
    no_name(text).or_else(|| first_of(&causes, text))
}

/// Whether a text may be a logon name without its domain, or a damaged one. The other signs that such a name cannot have are
/// those of `sAMAccountName`
/// (<https://learn.microsoft.com/windows/win32/adschema/a-samaccountname>).
pub fn may_be_logon(text: &str) -> bool {
    const SIGNS: &[char] = &[
        '"', '/', '\\', '[', ']', ':', ';', '|', '=', ',', '+', '*', '<', '>', '@',
    ];
    !text.contains(|c: char| c.is_whitespace() || SIGNS.contains(&c)) && no_name(text).is_none()
}

/// The reason why a text cannot be a name.
fn no_name(text: &str) -> Option<&'static str> {
    let causes: [Cause; 10] = [
        (
            |text| text.is_empty(),
            "Nobody is named: the cell is empty.",
        ),
        (
            has_hidden,
            "It has characters that do not show, as copying from a web page leaves them: type it again.",
        ),
        (
            is_formula_error,
            "This is the error of a formula: correct it in the spreadsheet, and save the file again.",
        ),
        (is_placeholder, "This only says that nobody is named."),
        (is_guid, "This is a GUID, and no user in the store has it."),
        (
            is_sid,
            "This is a security identifier (SID), which the store does not keep: use an address or domain\\logon.",
        ),
        (
            is_type_name,
            "PowerShell wrote the type of a list here instead of its values: join them before Export-Csv, as in {$_.proxyAddresses -join ';'}.",
        ),
        (
            is_canonical,
            "This is a canonical name, which the store does not keep: use a column with addresses, accounts or distinguished names.",
        ),
        (
            is_telephone,
            "This is a telephone number, which names nobody here: use a column with addresses, accounts or display names.",
        ),
        (
            holds_several,
            "It holds several names: write each of them in a row of its own, or as addresses.",
        ),
    ];
    first_of(&causes, text)
}

fn first_of(causes: &[Cause], text: &str) -> Option<&'static str> {
    let cause = causes.iter().find(|(is, _)| is(text));
    cause.map(|(_, sentence)| *sentence)
}

/// Whether a text is an error that a spreadsheet shows in a cell, in any language: `#N/A`, `#REF!`,
/// `#BEZUG!`, `#NV`.
fn is_formula_error(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|rest| {
        !rest.is_empty()
            && rest.chars().count() <= 16
            && rest
                .chars()
                .all(|c| c.is_uppercase() || matches!(c, '/' | '!' | '?' | '0' | '_' | '¿' | '¡'))
    })
}

/// Whether a text stands where there is no value.
fn is_placeholder(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 22] = [
        "n/a",
        "na",
        "n.a.",
        "none",
        "null",
        "$null",
        "nil",
        "nobody",
        "unknown",
        "tbd",
        "(blank)",
        "(empty)",
        "<none>",
        "<null>",
        "(null)",
        "(leer)",
        "k.a.",
        "unbekannt",
        "inconnu",
        "desconocido",
        "sconosciuto",
        "brak",
    ];
    PLACEHOLDERS.contains(&text.to_lowercase().as_str())
        || text
            .chars()
            .all(|c| matches!(c, '-' | '–' | '—' | '?' | '.' | '_' | '/'))
}

fn is_sid(text: &str) -> bool {
    let rest = text
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("S-1-"))
        .map(|_| &text[4..]);
    rest.is_some_and(|rest| {
        rest.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
    })
}

/// Whether a text is what PowerShell writes for a property with several values.
fn is_type_name(text: &str) -> bool {
    let is_collection = [
        "[]",
        "Collection",
        "List`1[System.String]",
        "ValueCollection",
    ]
    .iter()
    .any(|end| text.ends_with(end));
    is_collection && text.starts_with(['S', 'M']) && text.contains('.')
}

/// Whether a text is a canonical name (`litwareinc.com/Finance/Ken Myer`) or a name of Exchange
/// (`/o=Litware/ou=…`).
fn is_canonical(text: &str) -> bool {
    let is_domain = |start: &str| start.contains('.') && !start.contains([' ', '@', ':']);
    text.get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("/o="))
        || text
            .split_once('/')
            .is_some_and(|(start, _)| is_domain(start))
}

fn is_telephone(text: &str) -> bool {
    let lower = text.to_lowercase();
    let number = lower.strip_prefix("tel:").unwrap_or(&lower);
    let number = number
        .split_once([';', 'x'])
        .map_or(number, |(number, _)| number);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_marked = number.len() < lower.len() || number.contains(['+', '(', ' ', '-', '/']);
    digits >= 5
        && is_marked
        && number.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '/' | '.' | '\u{A0}')
        })
}
