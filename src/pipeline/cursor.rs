//! A position in the text of a pipeline, and the characters that PowerShell treats alike, as
//! [about_Quoting_Rules](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules)
//! and chapter 2 of the
//! [language specification](https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02) say.

use super::fault::Fault;

/// A position in the text that moves forward.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    /// The text as it was typed, for faults. Its bytes have the positions of those of `text`.
    pub typed: &'a str,
    /// The byte of the next character.
    pub at: usize,
}

/// A result, or the reason and the position at which the text is refused.
pub(super) type Parsed<T> = Result<T, Fault>;

/// Whether PowerShell takes a character for a dash before an operator, a parameter or the noun of a
/// cmdlet.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201B}')
}

pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201C}'..='\u{201E}')
}

/// Whether PowerShell takes a character for a quote.
pub(super) fn is_quote(c: char) -> bool {
    is_single_quote(c) || is_double_quote(c)
}

/// Whether a `$` before this character begins a variable or `$( )`.
pub(super) fn begins_variable(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '(' | '{' | '?' | '$' | '^' | ':')
}

/// Whether a character ends a line.
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

impl<'a> Cursor<'a> {
    /// A cursor at the beginning of a text. `typed` is the text as it was typed, of equal length.
    pub fn new(text: &'a str, typed: &'a str) -> Self {
        Self { text, typed, at: 0 }
    }

    /// The text from the cursor on.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one.
    pub fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Takes the next character.
    pub fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Takes this character if it is the next one. Returns whether it was.
    pub fn eat(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    /// Takes characters as long as they pass a test.
    pub fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Refuses the text at the cursor.
    pub fn fault<T>(&self, message: impl Into<String>) -> Parsed<T> {
        self.fault_at(self.at, message)
    }

    /// Refuses the text at a byte.
    pub fn fault_at<T>(&self, at: usize, message: impl Into<String>) -> Parsed<T> {
        Err(Fault::at(self.typed, at, message))
    }

    /// Skips spaces, comments, and line ends after a backtick.
    pub fn skip_blank(&mut self) -> Parsed<()> {
        loop {
            self.take_while(|c| c.is_whitespace() && !is_line_end(c));
            match (self.peek(), self.second()) {
                (Some('`'), Some(c)) if is_line_end(c) => {
                    self.at += 1;
                    self.line_end();
                }
                (Some('#'), _) => drop(self.take_while(|c| !is_line_end(c))),
                (Some('<'), Some('#')) => {
                    let Some(end) = self.rest().find("#>") else {
                        return self.fault("This comment <# has no end #>.");
                    };
                    self.at += end + 2;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips spaces, comments and line ends at a position where a command may continue on the next
    /// line.
    pub fn skip_lines(&mut self) -> Parsed<()> {
        loop {
            self.skip_blank()?;
            if !self.peek().is_some_and(is_line_end) {
                return Ok(());
            }
            self.line_end();
        }
    }

    fn line_end(&mut self) {
        if self.rest().starts_with("\r\n") {
            self.at += 1;
        }
        self.bump();
    }

    /// A text in quotes. The next character must be a quote.
    pub fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        let is_double = self.bump().is_some_and(is_double_quote);
        let is_end = if is_double {
            is_double_quote
        } else {
            is_single_quote
        };
        let mut out = String::new();
        loop {
            let at = self.at;
            let Some(c) = self.bump() else {
                return self.fault_at(start, "The quote that begins here has no end.");
            };
            match c {
                // Two quotes stand for one.
                c if is_end(c) && self.peek().is_some_and(is_end) => out.extend(self.bump()),
                c if is_end(c) => return Ok(out),
                '`' if is_double => self.escape(start, &mut out)?,
                '$' if is_double && self.peek().is_some_and(begins_variable) => {
                    let text = "A $ in double quotes stands for a variable, and there are none here. Write `$ or use \
                                single quotes.";
                    return self.fault_at(at, text);
                }
                c => out.push(c),
            }
        }
    }

    /// The character after a backtick in double quotes, as about_Special_Characters lists them.
    pub fn escape(&mut self, start: usize, out: &mut String) -> Parsed<()> {
        let at = self.at - 1;
        let Some(c) = self.bump() else {
            return self.fault_at(start, "The quote that begins here has no end.");
        };
        out.push(match c {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'u' if self.peek() == Some('{') => {
                self.bump();
                let code = self.take_while(|c| c.is_ascii_hexdigit());
                let found = Some(code)
                    .filter(|code| code.len() <= 6)
                    .and_then(|code| u32::from_str_radix(code, 16).ok());
                match found.and_then(char::from_u32) {
                    Some(found) if self.eat('}') => found,
                    _ => {
                        return self.fault_at(
                            at,
                            "This is not a character: write `u{E9} with its code in hexadecimal.",
                        );
                    }
                }
            }
            c => c,
        });
        Ok(())
    }
}
