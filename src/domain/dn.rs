//! Distinguished names: reading, printing and comparing them.
//!
//! Source: RFC 4514, <https://www.rfc-editor.org/rfc/rfc4514>.

use std::fmt;

use super::text::identity_key;

/// A distinguished name, such as `CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com`.
///
/// Printing gives the canonical form: no spaces around separators, and only the escapes that RFC
/// 4514 demands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DistinguishedName {
    rdns: Vec<Rdn>,
}

/// One level of a distinguished name. It has several attributes if `+` joins them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rdn {
    pairs: Vec<(String, String)>,
}

/// The reason why a text is not a distinguished name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnError {
    #[error("an attribute such as CN= is missing at character {0}")]
    NoAttribute(usize),
    #[error("the value is empty at character {0}")]
    NoValue(usize),
    #[error("a backslash at character {0} is not followed by a character that may be escaped")]
    BadEscape(usize),
    #[error("the character {1:?} at character {0} must be escaped with a backslash")]
    Unescaped(usize, char),
    #[error("the escaped bytes at character {0} are not UTF-8")]
    NotUtf8(usize),
    #[error("the wildcard * works only with display names")]
    Wildcard,
}

impl Rdn {
    /// A level in the form in which all its spellings are equal: short names instead of the object
    /// identifiers that RFC 4514 lists, and its attributes in order.
    fn of(mut pairs: Vec<(String, String)>) -> Self {
        for (attribute, _) in &mut pairs {
            *attribute = short_name(attribute).to_owned();
        }
        pairs.sort_unstable();
        Self { pairs }
    }
}

impl DistinguishedName {
    /// Reads a distinguished name, with escaped characters, hex escapes (`\C3\BC`) and spaces
    /// around separators.
    ///
    /// # Errors
    /// The text is not a distinguished name; the error says why and where. An unescaped `*` is
    /// refused, since wildcards work only with display names.
    pub fn parse(text: &str) -> Result<Self, DnError> {
        Parser {
            chars: text.chars().collect(),
            at: 0,
        }
        .name()
    }

    /// The form for comparing: names that mean the same have equal keys. It ignores case and normal
    /// form of values, case and aliases of attributes, and the order within a `+` group.
    pub fn key(&self) -> String {
        let mut key = String::new();
        for (i, rdn) in self.rdns.iter().enumerate() {
            if i > 0 {
                key.push(',');
            }
            let mut pairs: Vec<String> = rdn
                .pairs
                .iter()
                .map(|(attribute, value)| {
                    format!(
                        "{}={}",
                        attribute_key(attribute),
                        escape(&identity_key(value))
                    )
                })
                .collect();
            pairs.sort_unstable();
            key.push_str(&pairs.join("+"));
        }
        key
    }

    /// Whether this name is the given organisational unit, or below it.
    pub fn is_within(&self, unit: &Self) -> bool {
        let (mine, theirs) = (self.rdns.len(), unit.rdns.len());
        mine >= theirs
            && Self {
                rdns: self.rdns[mine - theirs..].to_vec(),
            }
            .key()
                == unit.key()
    }

    /// The value of the first level, if it is a `CN=`.
    pub fn common_name(&self) -> Option<String> {
        let (attribute, value) = self.rdns.first()?.pairs.first()?;
        attribute.eq_ignore_ascii_case("cn").then(|| value.clone())
    }

    /// The values of the `DC=` parts joined with dots: `litwareinc.com`. Empty if there are none.
    pub fn dns_domain(&self) -> String {
        self.domain_components().collect::<Vec<_>>().join(".")
    }

    /// The path of the unit or container that holds the named object, from the domain inwards, as
    /// the tools of Windows write it: `litwareinc.com/Europe/Finance`.
    pub fn container_path(&self) -> String {
        let of_domain = |pair: &&(String, String)| attribute_key(&pair.0) == "dc";
        let inner = self.rdns.iter().skip(1).rev();
        let inner = inner
            .flat_map(|rdn| &rdn.pairs)
            .filter(|pair| !of_domain(pair));
        let names = std::iter::once(self.dns_domain()).chain(inner.map(|(_, value)| value.clone()));
        let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        names.join("/")
    }

    /// The value of the first `DC=` part, from which the logon domain is derived if nothing better
    /// is known.
    pub fn first_domain_component(&self) -> Option<&str> {
        self.domain_components().next()
    }

    fn domain_components(&self) -> impl Iterator<Item = &str> {
        self.rdns
            .iter()
            .flat_map(|rdn| &rdn.pairs)
            .filter(|(attribute, _)| attribute_key(attribute) == "dc")
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, rdn) in self.rdns.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            for (j, (attribute, value)) in rdn.pairs.iter().enumerate() {
                if j > 0 {
                    f.write_str("+")?;
                }
                write!(f, "{attribute}={}", escape(value))?;
            }
        }
        Ok(())
    }
}

/// Whether the text begins like a distinguished name, so that an error in it is worth reporting.
pub fn looks_like_dn(text: &str) -> bool {
    let Some((attribute, _)) = text.split_once('=') else {
        return false;
    };
    matches!(
        attribute_key(attribute.trim()).as_str(),
        "cn" | "ou" | "dc" | "o" | "uid" | "l" | "st" | "c" | "street"
    )
}

/// Splits a text at the semicolons between distinguished names. An escaped semicolon belongs to a
/// name. The text may end with one semicolon; elsewhere a missing name is an empty one, which does
/// not parse.
pub fn split_names(text: &str) -> Vec<&str> {
    let text = text.trim();
    let (mut names, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == ';' && !is_escaped {
            names.push(text[start..at].trim_start());
            start = at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if start < text.len() {
        names.push(text[start..].trim_start());
    }
    names
}

/// An attribute in lower case, with its short name instead of an OID (table in RFC 4514 section 3).
fn attribute_key(attribute: &str) -> String {
    short_name(attribute).to_ascii_lowercase()
}

/// The short name of an attribute that is written as an object identifier. Any other one is returned
/// as it is. Source: RFC 4514, section 3.
fn short_name(attribute: &str) -> &str {
    match attribute {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "STREET",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "0.9.2342.19200300.100.1.25" => "DC",
        "0.9.2342.19200300.100.1.1" => "UID",
        other => other,
    }
}

/// A value with the escapes that RFC 4514 section 2.4 demands.
fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (i, c) in value.chars().enumerate() {
        match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => out.extend(['\\', c]),
            '#' if i == 0 => out.push_str("\\#"),
            ' ' if i == 0 || i == last => out.push_str("\\ "),
            '*' => out.push_str("\\2A"),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:02X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn name(mut self) -> Result<DistinguishedName, DnError> {
        let mut rdns = Vec::new();
        let mut pairs = Vec::new();
        loop {
            pairs.push(self.pair()?);
            match self.next() {
                Some('+') => {}
                Some(_) => rdns.push(Rdn::of(std::mem::take(&mut pairs))),
                None => {
                    rdns.push(Rdn::of(pairs));
                    return Ok(DistinguishedName { rdns });
                }
            }
        }
    }

    fn pair(&mut self) -> Result<(String, String), DnError> {
        self.skip_spaces();
        let start = self.at;
        let attribute: String =
            self.take_while(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
        self.skip_spaces();
        let named =
            attribute.starts_with(|c: char| c.is_ascii_alphabetic()) && !attribute.contains('.');
        let numbered = attribute.contains('.')
            && attribute
                .split('.')
                .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        if !(named || numbered) || self.peek() != Some('=') {
            return Err(DnError::NoAttribute(start + 1));
        }
        self.at += 1;
        self.skip_spaces();
        let value = self.value()?;
        Ok((attribute, value))
    }

    /// Reads a value up to the next separator, without the unescaped spaces before it.
    fn value(&mut self) -> Result<String, DnError> {
        let start = self.at;
        let mut bytes: Vec<u8> = Vec::new();
        let mut kept = 0;
        while let Some(c) = self.peek() {
            match c {
                ',' | '+' => break,
                '\\' => {
                    self.escaped(&mut bytes)?;
                    kept = bytes.len();
                }
                '*' => return Err(DnError::Wildcard),
                '"' | '<' | '>' | ';' | '\0' => return Err(DnError::Unescaped(self.at + 1, c)),
                '#' if self.at == start => return Err(DnError::Unescaped(self.at + 1, c)),
                c => {
                    self.at += 1;
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    if c != ' ' {
                        kept = bytes.len();
                    }
                }
            }
        }
        bytes.truncate(kept);
        if bytes.is_empty() {
            return Err(DnError::NoValue(start + 1));
        }
        String::from_utf8(bytes).map_err(|_not_utf8| DnError::NotUtf8(start + 1))
    }

    fn escaped(&mut self, bytes: &mut Vec<u8>) -> Result<(), DnError> {
        let error = DnError::BadEscape(self.at + 1);
        let (first, second) = (
            self.chars.get(self.at + 1).copied(),
            self.chars.get(self.at + 2).copied(),
        );
        let Some(first) = first else {
            return Err(error);
        };
        if let (Some(high), Some(low)) = (first.to_digit(16), second.and_then(|c| c.to_digit(16))) {
            bytes.push(u8::try_from(high * 16 + low).map_err(|_too_large| error)?);
            self.at += 3;
        } else if matches!(
            first,
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | ' ' | '#' | '=' | '*'
        ) {
            bytes.push(u8::try_from(u32::from(first)).map_err(|_not_ascii| error)?);
            self.at += 2;
        } else {
            return Err(error);
        }
        Ok(())
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn skip_spaces(&mut self) {
        self.take_while(|c| c == ' ');
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }
}
