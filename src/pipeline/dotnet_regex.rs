//! Translates regular expressions of .NET, as the
//! [quick reference](https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference)
//! describes them, into those of the crate `fancy-regex`.
//!
//! A pattern never changes its meaning quietly: it is refused if .NET refuses it, and if it has no
//! equal there.

use super::dotnet_class::{WORD, class, property};
use super::dotnet_escape::{escaped_character, invalid};

/// The largest number of repetitions in `{n,m}`.
const MOST_REPETITIONS: usize = 1000;

/// The options of `(?imnsx)`.
#[derive(Clone, Copy)]
struct Options {
    ignores_case: bool,
    multiline: bool,
    explicit: bool,
    single_line: bool,
    extended: bool,
}

struct Translator<'a> {
    pattern: &'a str,
    at: usize,
    out: String,
    options: Options,
    /// The names of all groups in their order; None for a group with a number only.
    groups: Vec<Option<String>>,
    /// The groups of a first reading, to which references may point.
    known: Option<&'a [Option<String>]>,
    depth: usize,
}

/// Translates a pattern.
///
/// # Errors
/// .NET refuses it, or it cannot be translated; the message says which.
pub(super) fn translated(pattern: &str, is_exact: bool) -> Result<String, String> {
    let first = Translator::new(pattern, is_exact, None).run()?;
    let second = Translator::new(pattern, is_exact, Some(&first.groups)).run()?;
    Ok(second.out)
}

fn unsupported<T>(what: &str) -> Result<T, String> {
    Err(format!(
        "This regular expression is not supported here: {what}. PowerShell itself can answer it."
    ))
}

impl<'a> Translator<'a> {
    fn new(pattern: &'a str, is_exact: bool, known: Option<&'a [Option<String>]>) -> Self {
        let out = if is_exact { "" } else { "(?i)" };
        Self {
            pattern,
            at: 0,
            out: out.to_owned(),
            options: Options {
                ignores_case: !is_exact,
                multiline: false,
                explicit: false,
                single_line: false,
                extended: false,
            },
            groups: Vec::new(),
            known,
            depth: 0,
        }
    }

    fn run(mut self) -> Result<Self, String> {
        self.alternatives()?;
        if self.rest().starts_with(')') {
            return invalid("too many )'s");
        }
        Ok(self)
    }

    fn rest(&self) -> &'a str {
        &self.pattern[self.at..]
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Reads up to a `)` or the end.
    fn alternatives(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > 50 {
            return unsupported("so many groups inside of each other");
        }
        loop {
            self.skip_extended();
            match self.rest().chars().next() {
                None | Some(')') => break,
                Some('|') => {
                    self.at += 1;
                    self.out.push('|');
                }
                Some('*' | '+' | '?') => return invalid("a quantifier follows nothing"),
                Some('{') if self.quantifier_length().is_some() => {
                    return invalid("a quantifier follows nothing");
                }
                Some(_) => {
                    if self.atom()? {
                        self.quantifier()?;
                    }
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn skip_extended(&mut self) {
        loop {
            if self.rest().starts_with("(?#")
                && let Some(end) = self.rest().find(')')
            {
                self.at += end + 1;
                continue;
            }
            if !self.options.extended {
                return;
            }
            let rest = self.rest();
            let skipped = match rest.chars().next() {
                Some(c) if c.is_whitespace() => c.len_utf8(),
                Some('#') => rest.find('\n').unwrap_or(rest.len()),
                _ => return,
            };
            self.at += skipped;
        }
    }

    /// Reads one part. Returns whether it may have a quantifier.
    fn atom(&mut self) -> Result<bool, String> {
        let Some(c) = self.bump() else {
            return Ok(false);
        };
        match c {
            '\\' => self.escape()?,
            '[' => {
                let (made, end) = class(self.rest(), self.options.ignores_case)?;
                self.at += end;
                self.out.push_str(&made);
            }
            '(' => return self.group(),
            '.' if self.options.single_line => self.out.push_str("(?s:.)"),
            '.' => self.out.push_str("[^\\n]"),
            '^' if self.options.multiline => self.out.push_str("(?m:^)"),
            '^' => self.out.push_str("\\A"),
            '$' if self.options.multiline => self.out.push_str("(?m:$)"),
            '$' => self.out.push_str("(?=\\n?\\z)"),
            c => self.literal(c),
        }
        Ok(true)
    }

    fn literal(&mut self, c: char) {
        match c {
            'i' | 'I' | '\u{130}' if self.options.ignores_case => {
                self.out.push_str("[i\u{130}]");
            }
            // Unicode folds the last letter of a word with the others; .NET does not.
            'ς' if self.options.ignores_case => self.out.push_str("(?-i:ς)"),
            'σ' | 'Σ' if self.options.ignores_case => self.out.push_str("(?-i:[σΣ])"),
            c if c.is_alphanumeric() => self.out.push(c),
            c => self.out.push_str(&format!("\\x{{{:X}}}", c as u32)),
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let start = self.at;
        let Some(c) = self.bump() else {
            return invalid("a \\ ends it");
        };
        match c {
            'd' | 'D' | 's' | 'S' => self.out.extend(['\\', c]),
            'w' => self.out.push_str(&format!("[{WORD}]")),
            'W' => self.out.push_str(&format!("[^{WORD}]")),
            'b' => self.out.push_str(&format!(
                "(?:(?<=[{WORD}\u{200C}\u{200D}])(?![{WORD}\u{200C}\u{200D}])|(?<![{WORD}\u{200C}\u{200D}])(?=[{WORD}\u{200C}\u{200D}]))"
            )),
            'B' => self.out.push_str(&format!(
                "(?:(?<=[{WORD}\u{200C}\u{200D}])(?=[{WORD}\u{200C}\u{200D}])|(?<![{WORD}\u{200C}\u{200D}])(?![{WORD}\u{200C}\u{200D}]))"
            )),
            'A' | 'z' => self.out.extend(['\\', c]),
            'Z' => self.out.push_str("(?=\\n?\\z)"),
            'G' => return unsupported("\\G"),
            'p' | 'P' => {
                let (made, end) = property(self.rest(), c == 'P', self.options.ignores_case)?;
                self.at += end;
                self.out.push_str(&made);
            }
            'k' => return self.named_reference(),
            '1'..='9' => return self.numbered_reference(start),
            _ => {
                self.at = start;
                let (c, end) = escaped_character(self.rest())?;
                self.at += end;
                self.literal(c);
            }
        }
        Ok(())
    }

    fn named_reference(&mut self) -> Result<(), String> {
        let close = match self.bump() {
            Some('<') => '>',
            Some('\'') => '\'',
            _ => return invalid("a malformed \\k<...> named back reference"),
        };
        let Some(end) = self.rest().find(close) else {
            return invalid("a malformed \\k<...> named back reference");
        };
        let name = &self.rest()[..end];
        self.at += end + 1;
        self.reference(name)
    }

    fn numbered_reference(&mut self, start: usize) -> Result<(), String> {
        let digits = self.pattern[start..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        self.at = start + digits;
        let name = &self.pattern[start..self.at];
        if digits > 1 && self.known.is_some() && self.index_of(name).is_none() {
            return unsupported("a character by its octal number");
        }
        self.reference(name)
    }

    /// The position of a group among all groups. .NET numbers groups without a name first.
    fn index_of(&self, name: &str) -> Option<usize> {
        let groups = self.known?;
        let Ok(number) = name.parse::<usize>() else {
            return groups
                .iter()
                .position(|group| group.as_deref() == Some(name))
                .map(|index| index + 1);
        };
        let unnamed = groups.iter().enumerate().filter(|(_, name)| name.is_none());
        let named = groups.iter().enumerate().filter(|(_, name)| name.is_some());
        unnamed
            .chain(named)
            .nth(number.checked_sub(1)?)
            .map(|(index, _)| index + 1)
    }

    fn reference(&mut self, name: &str) -> Result<(), String> {
        if self.known.is_none() {
            return Ok(());
        }
        match self.index_of(name) {
            Some(index) => {
                self.out.push_str(&format!("(?:\\{index})"));
                Ok(())
            }
            None => invalid(&format!("a reference to undefined group {name}")),
        }
    }

    /// Reads a group after its `(`. Returns whether it may have a quantifier.
    fn group(&mut self) -> Result<bool, String> {
        let before = self.options;
        if !self.eat("?") {
            if before.explicit {
                self.out.push_str("(?:");
            } else {
                self.groups.push(None);
                self.out.push('(');
            }
            return self.inside(before);
        }
        for plain in [":", "=", "!", ">", "<=", "<!"] {
            if self.eat(plain) {
                self.out.push_str("(?");
                self.out.push_str(plain);
                return self.inside(before);
            }
        }
        if self.rest().starts_with(['<', '\'']) {
            let close = if self.bump() == Some('<') { '>' } else { '\'' };
            let Some(end) = self.rest().find(close) else {
                return invalid("a group name without its end");
            };
            let name = &self.rest()[..end];
            self.at += end + 1;
            if name.contains('-') {
                return unsupported("balancing groups");
            }
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(is_word) {
                return invalid("an invalid group name");
            }
            if name.starts_with(|c: char| c.is_ascii_digit())
                || self.groups.contains(&Some(name.to_owned()))
            {
                return unsupported("a group with a number for a name, or two of one name");
            }
            self.groups.push(Some(name.to_owned()));
            self.out.push('(');
            return self.inside(before);
        }
        if self.rest().starts_with('(') {
            return unsupported("conditions in it");
        }
        self.set_options(before)
    }

    /// `(?i)`, `(?i-n)` or `(?i:…)`.
    fn set_options(&mut self, before: Options) -> Result<bool, String> {
        let mut is_on = true;
        loop {
            let Some(c) = self.bump() else {
                return invalid("a ( without its )");
            };
            match c {
                'i' | 'I' => self.options.ignores_case = is_on,
                'm' | 'M' => self.options.multiline = is_on,
                'n' | 'N' => self.options.explicit = is_on,
                's' | 'S' => self.options.single_line = is_on,
                'x' | 'X' => self.options.extended = is_on,
                '-' => is_on = false,
                '+' => is_on = true,
                ':' | ')' => {
                    let case = if self.options.ignores_case { "i" } else { "-i" };
                    self.out.push_str(&format!("(?{case}{c}"));
                    return if c == ':' {
                        self.inside(before)
                    } else {
                        Ok(false)
                    };
                }
                _ => return invalid("an unrecognized grouping construct"),
            }
        }
    }

    fn inside(&mut self, before: Options) -> Result<bool, String> {
        self.alternatives()?;
        if !self.eat(")") {
            return invalid("a ( without its )");
        }
        self.out.push(')');
        self.options = before;
        Ok(true)
    }

    /// The bytes of `{n}`, `{n,}` or `{n,m}` at the position. Otherwise a bracket is plain.
    fn quantifier_length(&self) -> Option<usize> {
        let rest = self.rest();
        let inner = rest.strip_prefix('{')?;
        let end = inner.find('}')?;
        let (least, most) = inner[..end].split_once(',').unwrap_or((&inner[..end], ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        (!least.is_empty() && is_number(least) && is_number(most)).then_some(end + 2)
    }

    fn quantifier(&mut self) -> Result<(), String> {
        self.skip_extended();
        let length = match self.rest().chars().next() {
            Some('*' | '+' | '?') => 1,
            Some('{') => match self.quantifier_length() {
                Some(length) => length,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let text = &self.rest()[..length];
        let numbers: Vec<usize> = text
            .trim_matches(['{', '}'])
            .split(',')
            .filter(|part| part.starts_with(|c: char| c.is_ascii_digit()))
            .map(|part| part.parse().unwrap_or(usize::MAX))
            .collect();
        if let [least, most] = numbers.as_slice()
            && least > most
        {
            return invalid("an illegal {x,y} with x > y");
        }
        if numbers.iter().any(|number| *number > MOST_REPETITIONS) {
            return unsupported("so many repetitions");
        }
        self.out.push_str(text);
        self.at += length;
        if self.eat("?") {
            self.out.push('?');
        }
        self.skip_extended();
        let is_next = self.rest().starts_with(['*', '+', '?']);
        if is_next || self.quantifier_length().is_some() {
            return invalid("a nested quantifier");
        }
        Ok(())
    }
}
