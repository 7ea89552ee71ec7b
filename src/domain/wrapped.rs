//! Takes the people out of a cell: programs write prefixes, names and brackets around an address,
//! and several people into one cell.
//!
//! Sources of the forms: `proxyAddresses` (MS-ADA3,
//! <https://learn.microsoft.com/openspecs/windows_protocols/ms-ada3>), `Name <a@b>` (RFC 5322,
//! <https://www.rfc-editor.org/rfc/rfc5322>), `mailto:` (RFC 6068), `LDAP://` and `WinNT://` (ADSI,
//! <https://learn.microsoft.com/windows/win32/adsi/ldap-adspath>), `i:0#.w|` (claims of SharePoint,
//! <https://social.technet.microsoft.com/wiki/contents/articles/13921.sharepoint-20102013-claims-encoding.aspx>).

use std::borrow::Cow;

use super::cell_text::{parts, strip_prefix, trim_hidden};
use super::identity::{Identity, strip_sip};
use super::proxy_addresses::one_person;
use super::user::is_guid;

/// One person of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPerson<'a> {
    /// The part of the cell that names the person.
    pub part: &'a str,
    /// The identity, without what is written around it.
    pub identity: Cow<'a, str>,
    /// Other names that the cell has for the same person.
    pub also: Vec<Cow<'a, str>>,
}

/// The people that a cell names: one if the cell is not certainly a list. `are_proxies` says that
/// the column holds all addresses of one person.
pub fn people(cell: &str, are_proxies: bool) -> Vec<WrittenPerson<'_>> {
    let text = trim_hidden(cell);
    if is_plain(text) && !are_proxies {
        return vec![WrittenPerson::plain(text)];
    }
    let text = braced(formula(text));
    if let Some(narrow) = narrowed(text) {
        let people = people(&narrow, are_proxies).into_iter();
        return people.map(|person| person.owned_by(text)).collect();
    }
    if let Some((first, others)) = one_person(text, are_proxies) {
        let also = others.into_iter().map(bare).collect();
        return vec![WrittenPerson {
            part: text,
            identity: bare(first),
            also,
        }];
    }
    if is_one(text) {
        return vec![unwrapped(text)];
    }
    if let Some(people) = of_sharepoint(text) {
        return people;
    }
    for separators in [
        &[';', '；', '\n', '\r'] as &[char],
        &[',', '，', '、'],
        &['|'],
        &[' ', '\t'],
    ] {
        let mut parts = parts(text, separators);
        if separators.contains(&' ') {
            parts.retain(|part| !is_and(part));
        }
        if parts.len() > 1 || parts.first().is_some_and(|part| part.len() < text.len()) {
            let people: Vec<_> = parts.into_iter().map(unwrapped).collect();
            if people.iter().all(|person| is_exact(&person.identity)) {
                return people;
            }
        }
    }
    vec![unwrapped(text)]
}

/// Whether a cell that names nobody holds several names, which must stand in rows of their own.
pub fn holds_several(cell: &str) -> bool {
    parts(cell, &[';', '\n', '\r']).len() > 1 && !is_one(cell)
}

impl<'a> WrittenPerson<'a> {
    /// The person with texts of its own, named by this part of the cell.
    fn owned_by(self, part: &str) -> WrittenPerson<'_> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        WrittenPerson {
            part,
            identity: own(self.identity),
            also: self.also.into_iter().map(own).collect(),
        }
    }

    fn plain(part: &'a str) -> Self {
        Self {
            part,
            identity: Cow::Borrowed(part),
            also: Vec::new(),
        }
    }
}

/// The marks before the lines of a list, as text editors and Markdown write them.
const BULLETS: [char; 9] = ['-', '*', '•', '·', '◦', '▪', '‣', '–', '—'];

/// Whether nothing is written around a text. Most cells are so, which is found out fast.
fn is_plain(text: &str) -> bool {
    let (mut at_signs, mut backslashes) = (0, 0);
    let first = text.bytes().next().unwrap_or_default();
    if first.is_ascii_digit() && text.contains(' ') || text.starts_with(BULLETS) {
        return false;
    }
    for byte in text.bytes() {
        match byte {
            b'<' | b'>' | b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'"' | b'\'' | b';' | b','
            | b':' | b'|' | b'=' | b'\n' | b'\r' | b'\t' => return false,
            b'@' => at_signs += 1,
            b'\\' => backslashes += 1,
            _ => {}
        }
    }
    let is_ended = text.ends_with('.') && at_signs > 0;
    at_signs < 2
        && backslashes < 2
        && !is_ended
        && (text.is_ascii()
            || !text.contains(WIDE) && !text.starts_with(QUOTES.map(|(before, _)| before)))
}

/// Whether a text is one distinguished name, or the path of an object with one.
fn is_one(text: &str) -> bool {
    let is_dn = |text: &str| matches!(Identity::parse(text), Ok(Identity::Dn(_)));
    is_dn(text) || path_of_object(text).is_some_and(|dn| is_dn(&dn))
}

/// The text of a formula that a spreadsheet writes to keep a text: `="0001"`, or of the formula of a
/// link.
fn formula(text: &str) -> &str {
    let inner = text.strip_prefix('=').and_then(|formula| {
        let rest = formula
            .strip_prefix('"')
            .or_else(|| Some(formula.split_once("(\"")?.1))?;
        let (inner, _) = rest.split_once('"')?;
        Some(inner)
    });
    inner.map_or(text, trim_hidden)
}

/// The values of a property with several values, as Exchange writes them: `{SMTP:a@b, smtp:c@d}`.
fn braced(text: &str) -> &str {
    text.strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .filter(|inner| inner.contains('@'))
        .map_or(text, trim_hidden)
}

/// People as SharePoint writes them, each after a number:
/// `12;#litwareinc\kenmyer;#15;#packerman@litwareinc.com`.
fn of_sharepoint(text: &str) -> Option<Vec<WrittenPerson<'_>>> {
    let is_name = |part: &&str| !part.is_empty() && part.parse::<i64>().is_err();
    let parts = text.contains(";#").then(|| text.split(";#"))?;
    let people: Vec<_> = parts
        .map(trim_hidden)
        .filter(is_name)
        .map(unwrapped)
        .collect();
    let are_told = people.len() == 1 || people.iter().all(|person| is_exact(&person.identity));
    (are_told && !people.is_empty()).then_some(people)
}

/// Whether a text stands between two people, in ten languages.
fn is_and(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "/", "&", "+", "-", "and", "or", "und", "oder", "et", "ou", "y", "e", "ed", "en", "i",
        "oraz", "と", "和",
    ];
    WORDS.contains(&text.to_lowercase().as_str())
}

/// A text with an identity in the wide signs of East Asian keyboards, in ASCII.
fn narrowed(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let is_wide = text.contains(WIDE) && !text.contains(['@', '\\']);
    let narrowed = is_wide.then(|| text.chars().map(narrow).collect::<String>())?;
    narrowed.contains(['@', '\\']).then_some(narrowed)
}

/// Quotation marks as they stand before and behind a text, those of word processors in several
/// languages among them.
const QUOTES: [(char, char); 14] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('„', '“'),
    ('„', '”'),
    ('”', '”'),
    ('‘', '’'),
    ('‚', '‘'),
    ('’', '’'),
    ('«', '»'),
    ('»', '«'),
    ('‹', '›'),
    ('「', '」'),
    ('＂', '＂'),
];

/// The signs of an identity, and the letters beside them, as East Asian keyboards write them.
const WIDE: [char; 2] = ['＠', '＼'];

/// One person without what is written around the identity.
fn unwrapped(part: &str) -> WrittenPerson<'_> {
    let text = unquoted(part);
    let listed = after_bullet(text).or_else(|| after_number(text));
    let inner = listed.unwrap_or(text);
    let (label, labelled) = match after_label(inner) {
        Some((label, rest)) => (Some(label), rest),
        None => (None, inner),
    };
    for (label, text) in [(label, labelled), (None, inner)] {
        let (name, address) = match bracketed(text) {
            Some((name, address)) => (Some(unquoted(name)), address),
            None => (None, text),
        };
        let identity = bare(address);
        if is_exact(&identity) {
            let names = [name, label].into_iter().flatten();
            return WrittenPerson {
                part,
                identity,
                also: names
                    .filter(|name| !name.is_empty())
                    .map(Cow::Borrowed)
                    .collect(),
            };
        }
    }
    WrittenPerson {
        part,
        identity: bare(text),
        also: Vec::new(),
    }
}

/// The text after the mark of a list, as in `• kenmyer@litwareinc.com`.
fn after_bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(BULLETS)?;
    let text = rest.trim_start();
    (text.len() < rest.len()).then_some(text)
}

/// The text after the number of a list, as in `1. kenmyer@litwareinc.com` or `2) …`.
fn after_number(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = rest.strip_prefix(['.', ')'])?;
    let text = after.trim_start();
    (rest.len() < text.len() + 9 && text.len() < after.len()).then_some(text)
}

/// The label before a text, and the text: `To: kenmyer@litwareinc.com`, or a name in its place.
fn after_label(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.split_once(": ").or_else(|| text.split_once('：'))?;
    let is_label = label.len() <= 60 && !label.contains(['@', '\\', '=', '"']);
    is_label.then(|| (trim_hidden(label), trim_hidden(rest)))
}

/// The name and the address of `Name <a@b>`, `Name [a@b]`, `Name (a@b)` or `a@b (Name)`.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (open, close) = match text.chars().last()? {
        '>' => ('<', '>'),
        ']' => ('[', ']'),
        ')' => ('(', ')'),
        _ => return None,
    };
    let (outside, inside) = text.strip_suffix(close)?.rsplit_once(open)?;
    let (outside, inside) = (trim_hidden(outside), trim_hidden(inside));
    if is_exact(&bare(inside)) {
        Some((outside, inside))
    } else {
        is_exact(&bare(outside)).then_some((inside, outside))
    }
}

/// The identity without a prefix that says what it is.
fn bare(text: &str) -> Cow<'_, str> {
    let text = unquoted(text);
    if strip_sip(text).is_some() {
        // The address of a device has parameters after it.
        let address = text.split_once(';').map_or(text, |(address, _)| address);
        return Cow::Borrowed(without_port(address));
    }
    for prefix in ["smtp:", "mailto:", "email:", "upn:", "im:", "xmpp:"] {
        if let Some(rest) = strip_prefix(text, prefix) {
            let address = rest.split_once('?').map_or(rest, |(address, _)| address);
            return Cow::Borrowed(trim_hidden(address).trim_end_matches('.'));
        }
    }
    if let Some(rest) = strip_prefix(text, "winnt://") {
        let account = rest.split_once(',').map_or(rest, |(account, _)| account);
        if let Some((domain, logon)) = account.split_once('/')
            && !logon.contains('/')
        {
            return Cow::Owned(format!("{domain}\\{logon}"));
        }
    }
    if let Some(dn) = path_of_object(text) {
        return dn;
    }
    if let Some(claim) = claimed(text) {
        return Cow::Borrowed(claim);
    }
    match text.split_once(r"\\") {
        Some((domain, logon)) if !domain.is_empty() && !logon.contains('\\') => {
            Cow::Owned(format!("{domain}\\{logon}"))
        }
        // The end of a sentence.
        _ if text.contains('@') => Cow::Borrowed(text.trim_end_matches('.')),
        _ => Cow::Borrowed(text),
    }
}

/// A SIP address without the port after it.
fn without_port(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((before, port))
            if before.contains('@') && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            before
        }
        _ => address,
    }
}

/// The distinguished name in the path of an object: `LDAP://dc01.litwareinc.com:389/CN=…`. A URL has
/// signs as `%20` (RFC 4516, <https://www.rfc-editor.org/rfc/rfc4516>).
fn path_of_object(text: &str) -> Option<Cow<'_, str>> {
    let path = strip_prefix(text, "ldap://")
        .or_else(|| strip_prefix(text, "ldaps://"))
        .or_else(|| strip_prefix(text, "gc://"))?;
    let dn = match path.split_once('/') {
        Some((server, dn)) if !server.contains('=') => dn,
        _ => path,
    };
    Some(decoded(dn).map_or(Cow::Borrowed(dn), Cow::Owned))
}

/// A text with its `%20` decoded. None if it has none, or they are no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let hex = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = &after[if hex.is_some() { 2 } else { 0 }..];
    }
    (bytes.len() < text.len()).then(|| String::from_utf8(bytes).ok())?
}

/// The account or address in a claim of a user: `i:0#.w|litwareinc\kenmyer`,
/// `i:0#.f|membership|kenmyer@litwareinc.com`.
fn claimed(text: &str) -> Option<&str> {
    let claim = strip_prefix(text, "i:").unwrap_or(text);
    let (kind, _) = claim.split_once('|')?;
    let is_kind = kind.starts_with('0') && kind.chars().count() == 4 && kind.contains('.');
    is_kind.then(|| claim.rsplit_once('|').map(|(_, name)| name))?
}

/// A text without quotes around it.
fn unquoted(text: &str) -> &str {
    let text = trim_hidden(text);
    for (before, behind) in QUOTES {
        if let Some(inner) = text
            .strip_prefix(before)
            .and_then(|text| text.strip_suffix(behind))
        {
            return trim_hidden(inner);
        }
    }
    text
}

/// Whether a text is certainly an identity that names one user.
pub fn is_exact(text: &str) -> bool {
    match Identity::parse(text) {
        Ok(Identity::Sip(address) | Identity::Address(address)) => {
            !address.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'))
                && address.split_once('@').is_some_and(|(name, domain)| {
                    !name.is_empty() && !domain.is_empty() && !domain.contains('@')
                })
        }
        Ok(Identity::Account { domain, logon }) => {
            let is_word = |text: &str| !text.contains([',', ';', '<', '>', '/']);
            !domain.contains(char::is_whitespace) && is_word(&domain) && is_word(&logon)
        }
        Ok(Identity::Dn(_)) => true,
        Ok(Identity::DisplayName(text)) => is_guid(&text),
        Ok(Identity::Pattern(_)) | Err(_) => false,
    }
}
