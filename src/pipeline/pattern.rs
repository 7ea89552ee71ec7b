//! The patterns of `-like`, as
//! [about_Wildcards](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_wildcards)
//! defines them, and of `-match`, which are
//! [regular expressions of .NET](https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference).

use fancy_regex::{Error, Regex, RegexBuilder, RuntimeError};

use super::culture;
use super::dotnet_regex::translated;
use super::operator::Comparison;

/// The largest size of a compiled regular expression, in bytes. Sensible patterns need less, and
/// compiling this much takes little time.
const LARGEST_REGEX: usize = 1 << 20;
/// The number of steps back after which a regular expression is stopped. This many take about a
/// tenth of a second.
const MOST_STEPS: usize = 1_000_000;
/// The largest size of a pattern, in bytes.
const LONGEST: usize = 1000;

/// The right side of `-like` or `-match`.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Wildcard(Wildcard),
    /// A regular expression, and the name of a cmdlet if the pattern is nothing else.
    Regex(Box<Regex>, Option<String>),
}

/// A text in which `*`, `?` and `[a-z]` stand for other characters. A backtick takes their meaning
/// away.
#[derive(Clone, Debug)]
pub(super) struct Wildcard {
    parts: Vec<WildcardPart>,
    is_exact: bool,
    /// The characters before the first wildcard.
    plain: String,
    whole: Whole,
}

/// Whether a pattern is compared by culture, as a whole: PowerShell does so without a wildcard, and
/// with one `*` at the end alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    No,
    Text,
    Beginning,
}

/// The small letter of a character, as .NET finds it for one character.
fn small(c: char) -> char {
    let mut letters = c.to_lowercase();
    letters.next().unwrap_or(c)
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
        Self::regex(text, is_exact)
    }

    /// A regular expression.
    ///
    /// # Errors
    /// .NET refuses it, or it has no equal here.
    pub fn regex(text: &str, is_exact: bool) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("A pattern may have {LONGEST} characters."));
        }
        let made = RegexBuilder::new(&translated(text, is_exact)?)
            .backtrack_limit(MOST_STEPS)
            .delegate_size_limit(LARGEST_REGEX)
            .build();
        match made {
            Ok(regex) => Ok(Self::Regex(
                Box::new(regex),
                is_cmdlet(text).then(|| text.to_owned()),
            )),
            Err(Error::CompileError(_)) => {
                Err("This regular expression is too large, or not supported here.".to_owned())
            }
            Err(_) => Err("This regular expression is not supported here.".to_owned()),
        }
    }

    /// Whether a text matches.
    ///
    /// # Errors
    /// A regular expression takes too many steps.
    pub fn matches(&self, text: &str) -> Result<bool, String> {
        match self {
            Self::Wildcard(wildcard) => Ok(wildcard.matches(text)),
            Self::Regex(regex, _) => regex.is_match(text).map_err(|error| stopped(&error, text)),
        }
    }

    /// The parts of a text between the matches, and the groups of these.
    ///
    /// # Errors
    /// A regular expression takes too many steps.
    pub fn split(&self, text: &str) -> Result<Vec<String>, String> {
        let Self::Regex(regex, _) = self else {
            return Ok(vec![text.to_owned()]);
        };
        let (mut parts, mut from) = (Vec::new(), 0);
        for found in regex.captures_iter(text) {
            let found = found.map_err(|error| stopped(&error, text))?;
            let Some(whole) = found.get(0) else { continue };
            parts.push(text[from..whole.start()].to_owned());
            let groups = found.iter().skip(1).flatten();
            parts.extend(groups.map(|group| group.as_str().to_owned()));
            from = whole.end();
        }
        parts.push(text[from..].to_owned());
        Ok(parts)
    }

    /// A text with each match replaced. `$1` in the replacement is a group, and `$$` a `$`.
    ///
    /// # Errors
    /// A regular expression takes too many steps, or the replacement has other parts.
    pub fn replace(&self, text: &str, by: &str) -> Result<String, String> {
        let Self::Regex(regex, _) = self else {
            return Ok(text.to_owned());
        };
        let (mut out, mut from) = (String::new(), 0);
        for found in regex.captures_iter(text) {
            let found = found.map_err(|error| stopped(&error, text))?;
            let Some(whole) = found.get(0) else { continue };
            out.push_str(&text[from..whole.start()]);
            replacement(by, &found, &mut out)?;
            from = whole.end();
        }
        out.push_str(&text[from..]);
        Ok(out)
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

fn stopped(error: &Error, text: &str) -> String {
    match error {
        Error::RuntimeError(RuntimeError::BacktrackLimitExceeded) => format!(
            "This regular expression takes too many steps for \"{}\". Write it with fewer repetitions inside of each other.",
            crate::domain::text::beginning(text, 40)
        ),
        _ => "This regular expression cannot be carried out here.".to_owned(),
    }
}

/// Adds a replacement to a text.
fn replacement(
    by: &str,
    found: &fancy_regex::Captures<'_, str>,
    out: &mut String,
) -> Result<(), String> {
    let mut rest = by;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (name, after) = match rest
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
        {
            Some(braced) => braced,
            None => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        };
        match name.parse::<usize>() {
            Ok(number) if number < found.len() => {
                out.push_str(found.get(number).map_or("", |group| group.as_str()));
                rest = after;
            }
            _ if rest.starts_with(['&', '`', '\'', '+', '_', '{']) => {
                return Err("In a replacement, $1 and $$ are supported, and no other $.".to_owned());
            }
            _ => out.push('$'),
        }
    }
    out.push_str(rest);
    Ok(())
}

impl Wildcard {
    fn new(text: &str, is_exact: bool) -> Result<Self, String> {
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
        let mut plain: String = String::new();
        let mut by_culture = None;
        for (index, part) in parts.iter().enumerate() {
            match part {
                WildcardPart::Character(c) => plain.push(*c),
                WildcardPart::Run if index + 1 == parts.len() && index > 0 => {
                    by_culture = Some(Whole::Beginning);
                }
                _ => {
                    by_culture = Some(Whole::No);
                    break;
                }
            }
        }
        if !is_exact {
            for part in &mut parts {
                if let WildcardPart::Character(c) = part {
                    *c = small(*c);
                }
            }
        }
        Ok(Self {
            parts,
            is_exact,
            plain,
            whole: by_culture.unwrap_or(Whole::Text),
        })
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
        match self.whole {
            Whole::Text => return culture::equal(text, &self.plain, self.is_exact),
            Whole::Beginning => return culture::begins(text, &self.plain, self.is_exact),
            Whole::No => {}
        }
        let text: Vec<char> = if self.is_exact {
            text.chars().collect()
        } else {
            text.chars().map(small).collect()
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
                    let is_in = |c: &char| {
                        ranges
                            .iter()
                            .any(|(first, last)| (first..=last).contains(&c))
                    };
                    is_in(c) || (!self.is_exact && c.to_uppercase().any(|c| is_in(&c)))
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
