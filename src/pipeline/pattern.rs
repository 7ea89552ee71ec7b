//! The patterns of `-like`, as
//! [about_Wildcards](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_wildcards)
//! defines them, and of `-match`, which are
//! [regular expressions of .NET](https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference).

use regex::{Regex, RegexBuilder};

use super::operator::Comparison;
use crate::domain::text::identity_key;

/// The largest size of a compiled regular expression, in bytes. Sensible patterns need less, and
/// compiling this much takes little time.
const LARGEST_REGEX: usize = 1 << 20;
const DEEPEST_REGEX: u32 = 50;
/// The largest size of a pattern, in bytes.
const LONGEST: usize = 1000;

/// The right side of `-like` or `-match`.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Wildcard(Wildcard),
    /// A regular expression, and the name of a cmdlet if the pattern is nothing else.
    Regex(Regex, Option<String>),
}

/// A text in which `*`, `?` and `[a-z]` stand for other characters. A backtick takes their meaning
/// away.
#[derive(Clone, Debug)]
pub(super) struct Wildcard {
    parts: Vec<WildcardPart>,
    is_exact: bool,
}

#[derive(Clone, Debug)]
enum WildcardPart {
    Character(char),
    /// `?`
    Any,
    /// `*`
    Run,
    /// The ranges of `[a-z]`.
    OneOf(Vec<(char, char)>),
}

impl Pattern {
    /// The pattern of a comparison.
    ///
    /// # Errors
    /// It cannot be read, or has another meaning in .NET than here.
    pub fn new(comparison: Comparison, text: &str, is_exact: bool) -> Result<Self, String> {
        if text.chars().count() > LONGEST {
            return Err(format!("A pattern may have {LONGEST} characters."));
        }
        if matches!(comparison, Comparison::Like | Comparison::NotLike) {
            return Wildcard::new(text, is_exact).map(Self::Wildcard);
        }
        check_regex(text)?;
        let made = RegexBuilder::new(text)
            .case_insensitive(!is_exact)
            .size_limit(LARGEST_REGEX)
            .nest_limit(DEEPEST_REGEX)
            .build();
        match made {
            Ok(regex) => Ok(Self::Regex(regex, is_cmdlet(text).then(|| text.to_owned()))),
            Err(regex::Error::CompiledTooBig(_)) => {
                Err("This regular expression is too large.".to_owned())
            }
            Err(error) => {
                let error = error.to_string();
                let why = error
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ");
                Err(format!("This regular expression is not supported: {why}."))
            }
        }
    }

    /// Whether a text matches.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Wildcard(wildcard) => wildcard.matches(text),
            Self::Regex(regex, _) => regex.is_match(text),
        }
    }

    /// The cmdlet whose plain name the pattern is.
    pub fn cmdlet(&self) -> Option<&str> {
        match self {
            Self::Regex(_, cmdlet) => cmdlet.as_deref(),
            Self::Wildcard(_) => None,
        }
    }
}

/// Whether a text is a verb, a dash and a noun, such as `Lock-CsClientPin`.
fn is_cmdlet(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric());
    text.split_once('-')
        .is_some_and(|(verb, noun)| is_word(verb) && is_word(noun))
}

/// Refuses syntax that .NET reads otherwise or that only .NET knows, so that no pattern quietly
/// changes its meaning.
fn check_regex(text: &str) -> Result<(), String> {
    let mut at = 0;
    let mut repeated = Repeated::Not;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at + c.len_utf8()..];
        at += c.len_utf8();
        let before = std::mem::replace(&mut repeated, Repeated::Not);
        match c {
            '\\' => {
                escape(rest)?;
                at += rest.chars().next().map_or(0, char::len_utf8);
            }
            '[' => at += class(rest)?,
            '(' if rest.starts_with('?') => {
                group(&rest[1..])?;
                at += 1;
            }
            '*' | '+' | '{' if before != Repeated::Not => {
                return refused("a quantifier behind another");
            }
            '?' if before == Repeated::Lazily => return refused("a quantifier behind another"),
            '{' if rest.starts_with(',') => return refused("{,"),
            '*' | '+' => repeated = Repeated::Greedily,
            '{' => {
                at += rest.find('}').map_or(0, |end| end + 1);
                repeated = Repeated::Greedily;
            }
            '?' if before == Repeated::Greedily => repeated = Repeated::Lazily,
            '?' => repeated = Repeated::Greedily,
            _ => {}
        }
    }
    Ok(())
}

/// Whether the last character is a quantifier.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeated {
    Not,
    Greedily,
    Lazily,
}

fn refused<T>(what: &str) -> Result<T, String> {
    Err(format!("This regular expression is not supported: {what}."))
}

/// Checks the text after a backslash.
fn escape(rest: &str) -> Result<(), String> {
    match rest.chars().next() {
        Some('k' | '1'..='9') => refused("a reference back to a group"),
        Some('G' | 'Z' | 'c' | 'e' | '0') => refused("this escape"),
        Some('<' | '>') => refused("a backslash before < or >"),
        Some('b') if rest.starts_with("b{") => refused("\\b{"),
        _ => Ok(()),
    }
}

/// Checks the text after `(?`.
fn group(rest: &str) -> Result<(), String> {
    let mut characters = rest.chars();
    match (characters.next(), characters.next()) {
        (Some('=' | '!' | '>'), _) => refused("looking ahead, or an atomic group"),
        (Some('<'), Some('=' | '!')) => refused("looking behind"),
        (Some(':' | '<'), _) | (Some('i'), Some(')')) => Ok(()),
        _ => refused("this kind of group"),
    }
}

/// Checks the text after a `[`, up to its `]`. Returns its bytes.
fn class(rest: &str) -> Result<usize, String> {
    // A ] directly after the beginning is a plain character.
    let inner = rest.strip_prefix('^').unwrap_or(rest);
    let start = rest.len() - inner.len();
    let mut characters = inner
        .char_indices()
        .skip(usize::from(inner.starts_with(']')))
        .peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            ']' => return Ok(start + at + 1),
            '[' => return refused("a [ inside of [ ]: write \\["),
            '&' | '-' | '~' if inner[at + 1..].starts_with(c) => {
                return refused("two of these characters inside of [ ]");
            }
            '\\' => drop(characters.next()),
            _ => {}
        }
    }
    refused("a [ without its ]")
}

impl Wildcard {
    fn new(text: &str, is_exact: bool) -> Result<Self, String> {
        let text = if is_exact {
            text.to_owned()
        } else {
            identity_key(text)
        };
        let (mut parts, mut characters) = (Vec::new(), text.chars());
        while let Some(c) = characters.next() {
            parts.push(match c {
                '*' if matches!(parts.last(), Some(WildcardPart::Run)) => continue,
                '*' => WildcardPart::Run,
                '?' => WildcardPart::Any,
                '[' => WildcardPart::OneOf(Self::one_of(&mut characters)?),
                '`' => WildcardPart::Character(characters.next().unwrap_or('`')),
                c => WildcardPart::Character(c),
            });
        }
        Ok(Self { parts, is_exact })
    }

    /// The ranges after a `[`, up to its `]`.
    fn one_of(characters: &mut std::str::Chars<'_>) -> Result<Vec<(char, char)>, String> {
        let mut found: Vec<(char, bool)> = Vec::new();
        loop {
            match characters.next() {
                None => {
                    return Err(
                        "A [ in this pattern has no ]. Write `[ for the character itself."
                            .to_owned(),
                    );
                }
                Some(']') if !found.is_empty() => break,
                Some('`') => found.extend(characters.next().map(|c| (c, true))),
                Some(c) => found.push((c, false)),
            }
        }
        let (mut ranges, mut rest) = (Vec::new(), found.as_slice());
        while let [(first, _), others @ ..] = rest {
            rest = others;
            let mut last = *first;
            if let [('-', false), (end, _), others @ ..] = rest {
                (last, rest) = (*end, others);
            }
            if last < *first {
                return Err(format!("In this pattern, {first}-{last} runs backwards."));
            }
            ranges.push((*first, last));
        }
        Ok(ranges)
    }

    /// Whether a text matches. Each `*` is tried with as few characters as possible first, and gets
    /// one more whenever the part after it does not fit.
    fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = if self.is_exact {
            text.chars().collect()
        } else {
            identity_key(text).chars().collect()
        };
        let (mut at, mut part) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let fits = match self.parts.get(part) {
                Some(WildcardPart::Run) => {
                    retry = Some((part + 1, at));
                    part += 1;
                    continue;
                }
                None if at == text.len() => return true,
                None => false,
                Some(WildcardPart::Character(expected)) => text.get(at) == Some(expected),
                Some(WildcardPart::Any) => at < text.len(),
                Some(WildcardPart::OneOf(ranges)) => text.get(at).is_some_and(|c| {
                    ranges
                        .iter()
                        .any(|(first, last)| (first..=last).contains(&c))
                }),
            };
            if fits {
                (at, part) = (at + 1, part + 1);
            } else if let Some((behind, from)) = retry.filter(|(_, from)| *from < text.len()) {
                retry = Some((behind, from + 1));
                (at, part) = (from + 1, behind);
            } else {
                return false;
            }
        }
    }
}
