//! The arguments after the name of a cmdlet: parameters, and words and texts without a parameter.

use super::cmdlets::{Cmdlet, Parameter, Takes};
use super::cursor::{Parsed, is_dash, is_line_end, is_quote};
use super::parser::PipelineParser;

/// A word or text, and the byte at which it begins.
#[derive(Clone, Debug)]
pub(super) struct ArgumentText {
    pub text: String,
    pub at: usize,
}

/// The arguments of a cmdlet.
#[derive(Default)]
pub(super) struct Arguments {
    given: Vec<(&'static Parameter, Vec<ArgumentText>)>,
    switches: Vec<(&'static str, bool)>,
}

impl Arguments {
    /// Takes the words of a parameter. There are none if it was not given.
    pub fn list(&mut self, name: &str) -> Vec<ArgumentText> {
        let index = self
            .given
            .iter()
            .position(|(parameter, _)| parameter.name == name);
        index
            .map(|index| self.given.swap_remove(index).1)
            .unwrap_or_default()
    }

    /// Takes the only word of a parameter.
    pub fn word(&mut self, name: &str) -> Option<ArgumentText> {
        self.list(name).into_iter().next()
    }

    /// Whether a switch was given and is on.
    pub fn switch(&self, name: &str) -> bool {
        self.switches
            .iter()
            .any(|(given, is_on)| *given == name && *is_on)
    }
}

/// Whether a word ends before this character.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | ';' | ',' | '(' | ')' | '{' | '}' | '&' | '<' | '>')
}

impl PipelineParser<'_> {
    /// All arguments of a cmdlet, up to the end of its stage.
    pub fn arguments(&mut self, cmdlet: Cmdlet) -> Parsed<Arguments> {
        let mut arguments = Arguments::default();
        while !self.is_at_end()? {
            let at = self.cursor.at;
            let parameter = if self.is_at_parameter() {
                self.parameter(cmdlet)?
            } else {
                let positional = cmdlet.positional().filter(|_| !self.is_at_foreign());
                let Some(parameter) = positional else {
                    return self.unexpected(cmdlet);
                };
                parameter
            };
            let is_twice = arguments.given.iter().any(|(given, _)| *given == parameter)
                || arguments
                    .switches
                    .iter()
                    .any(|(given, _)| *given == parameter.name);
            if is_twice {
                let text = format!(
                    "{} has its -{} already. A value with spaces needs quotes. {}",
                    cmdlet.name(),
                    parameter.name,
                    cmdlet.takes()
                );
                return self.cursor.fault_at(at, text);
            }
            if parameter.takes == Takes::Switch {
                arguments
                    .switches
                    .push((parameter.name, self.switch(parameter)?));
            } else {
                self.colon();
                let words = self.words(parameter)?;
                arguments.given.push((parameter, words));
            }
        }
        Ok(arguments)
    }

    /// Whether a stage ends at the cursor. The character that ends it is left to the caller.
    pub fn is_at_end(&mut self) -> Parsed<bool> {
        self.cursor.skip_blank()?;
        Ok(self
            .cursor
            .peek()
            .is_none_or(|c| is_line_end(c) || matches!(c, '|' | ';' | '&' | '<' | '>' | ')' | '}')))
    }

    /// Whether a dash with a letter after it is next.
    pub fn is_at_parameter(&self) -> bool {
        self.cursor.peek().is_some_and(is_dash)
            && self.cursor.second().is_some_and(char::is_alphabetic)
    }

    fn is_at_foreign(&self) -> bool {
        self.cursor
            .peek()
            .is_some_and(|c| matches!(c, '$' | '(' | '{' | '@' | '[' | ',') || is_dash(c))
    }

    fn unexpected<T>(&self, cmdlet: Cmdlet) -> Parsed<T> {
        match self.cursor.peek() {
            Some(c) if self.is_at_foreign() && !is_dash(c) => self.foreign(c),
            Some(c) if is_dash(c) => self
                .cursor
                .fault("The name of a parameter is missing behind this dash."),
            _ => self.cursor.fault(cmdlet.takes()),
        }
    }

    fn parameter(&mut self, cmdlet: Cmdlet) -> Parsed<&'static Parameter> {
        let at = self.cursor.at;
        self.cursor.bump();
        let word = self.cursor.take_while(|c| c.is_alphanumeric() || c == '_');
        match cmdlet.parameter(word) {
            Ok(parameter) => Ok(parameter),
            Err(why) => self.cursor.fault_at(at, why),
        }
    }

    /// Takes the `:` between a parameter and its value. Returns false if there is none.
    fn colon(&mut self) -> bool {
        self.cursor.eat(':')
    }

    /// The value of a switch, which is on unless `:$false` follows.
    fn switch(&mut self, parameter: &Parameter) -> Parsed<bool> {
        if !self.colon() {
            let at = self.cursor.at;
            self.cursor.skip_blank()?;
            if self.cursor.peek() == Some('$') {
                let name = parameter.name;
                return self.cursor.fault(format!(
                    "-{name} takes its value behind a colon: -{name}:$true."
                ));
            }
            self.cursor.at = at;
            return Ok(true);
        }
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        let word = self.cursor.take_while(|c| !ends_word(c));
        match word.to_ascii_lowercase().as_str() {
            "$true" => Ok(true),
            "$false" => Ok(false),
            _ => self
                .cursor
                .fault_at(at, format!("-{} takes $true or $false.", parameter.name)),
        }
    }

    /// The value of a parameter: one word, or several with commas between them.
    fn words(&mut self, parameter: &Parameter) -> Parsed<Vec<ArgumentText>> {
        let mut words = vec![self.word(parameter)?];
        loop {
            self.cursor.skip_blank()?;
            if self.cursor.peek() != Some(',') {
                return Ok(words);
            }
            if parameter.takes != Takes::Names {
                let text = format!(
                    "A comma makes a list, and -{} takes one value. Put it in quotes.",
                    parameter.name
                );
                return self.cursor.fault(text);
            }
            self.cursor.bump();
            self.cursor.skip_lines()?;
            words.push(self.word(parameter)?);
        }
    }

    fn word(&mut self, parameter: &Parameter) -> Parsed<ArgumentText> {
        if self.is_at_end()? || self.is_at_parameter() {
            return self
                .cursor
                .fault(format!("-{} needs a value.", parameter.name));
        }
        match self.cursor.peek() {
            Some(c @ ('$' | '(' | '{' | '@' | ',')) => self.foreign(c),
            _ => self.bare_or_quoted(),
        }
    }

    /// A word without quotes, or a text in quotes.
    pub fn bare_or_quoted(&mut self) -> Parsed<ArgumentText> {
        let at = self.cursor.at;
        if self.cursor.peek().is_some_and(is_quote) {
            let text = self.cursor.quoted()?;
            if self.cursor.peek().is_some_and(|c| !ends_word(c)) {
                return self.cursor.fault("A space is missing behind the quote.");
            }
            return Ok(ArgumentText { text, at });
        }
        let mut text = String::new();
        while let Some(c) = self.cursor.peek().filter(|c| !ends_word(*c)) {
            match c {
                '$' => {
                    let why = "A $ in a word stands for a variable, and there are none here. Use single quotes.";
                    return self.cursor.fault(why);
                }
                c if is_quote(c) => {
                    return self.cursor.fault(
                        "A quote inside of a word is not supported. Put all of it in quotes.",
                    );
                }
                '`' if self.cursor.second().is_some_and(|c| !is_line_end(c)) => {
                    self.cursor.bump();
                    text.extend(self.cursor.bump());
                }
                '`' => break,
                c => {
                    self.cursor.bump();
                    text.push(c);
                }
            }
        }
        if text.is_empty() {
            self.cursor.fault("A value is missing here.")
        } else {
            Ok(ArgumentText { text, at })
        }
    }
}
