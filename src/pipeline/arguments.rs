//! The arguments after the name of a cmdlet: parameters, and values without a parameter.

use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_dash, is_double_quote, is_line_end, is_quote};
use super::parameters::{Parameter, Takes};
use super::parser::PipelineParser;
use super::syntax::{Expression, NamedValue, Statement};
use super::value::Value;
use crate::zone::Zone;

/// A value that was given to a cmdlet, and the byte at which it begins.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub value: Expression,
    pub at: usize,
}

/// The argument that was given for a parameter.
enum Given {
    Switch(bool),
    Values(Vec<Argument>),
    Columns(Vec<NamedValue>),
    Blocks(Vec<Vec<Statement>>),
    Condition(Expression),
}

/// The arguments of a cmdlet.
#[derive(Default)]
pub(super) struct Arguments {
    given: Vec<(&'static str, Given)>,
}

impl Arguments {
    fn take(&mut self, name: &str) -> Option<Given> {
        let index = self.given.iter().position(|(given, _)| *given == name)?;
        Some(self.given.swap_remove(index).1)
    }

    /// Takes the values of a parameter. There are none if it was not given.
    pub fn list(&mut self, name: &str) -> Vec<Argument> {
        match self.take(name) {
            Some(Given::Values(values)) => values,
            _ => Vec::new(),
        }
    }

    /// Takes the only value of a parameter.
    pub fn value(&mut self, name: &str) -> Option<Argument> {
        self.list(name).into_iter().next()
    }

    /// Takes the columns of a parameter.
    pub fn columns(&mut self, name: &str) -> Vec<NamedValue> {
        match self.take(name) {
            Some(Given::Columns(columns)) => columns,
            _ => Vec::new(),
        }
    }

    /// Takes the blocks of a parameter.
    pub fn blocks(&mut self, name: &str) -> Vec<Vec<Statement>> {
        match self.take(name) {
            Some(Given::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        }
    }

    /// Takes the condition of a parameter.
    pub fn condition(&mut self, name: &str) -> Option<Expression> {
        match self.take(name) {
            Some(Given::Condition(condition)) => Some(condition),
            _ => None,
        }
    }

    /// Whether a switch was given and is on.
    pub fn switch(&self, name: &str) -> bool {
        self.given
            .iter()
            .any(|(given, is)| *given == name && matches!(is, Given::Switch(true)))
    }
}

/// Whether a word ends before this character.
pub fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | ';' | ',' | '(' | ')' | '{' | '}' | '&' | '<' | '>')
}

impl PipelineParser<'_> {
    /// All arguments of a cmdlet, up to the end of its stage.
    pub fn arguments(&mut self, cmdlet: Cmdlet) -> Parsed<Arguments> {
        let mut arguments = Arguments::default();
        while !self.is_at_end()? {
            let at = self.cursor.at;
            if self.cursor.peek() == Some('@')
                && self.cursor.second().is_some_and(char::is_alphabetic)
            {
                self.splatted(cmdlet, &mut arguments)?;
                continue;
            }
            let is_named = self.is_at_parameter();
            let parameter = if is_named {
                self.parameter(cmdlet)?
            } else {
                match cmdlet.positional() {
                    Some(parameter)
                        if !self.cursor.peek().is_some_and(|c| is_dash(c) || c == ',') =>
                    {
                        parameter
                    }
                    _ => return self.unexpected(cmdlet),
                }
            };
            if arguments
                .given
                .iter()
                .any(|(given, _)| *given == parameter.name)
            {
                let text = format!(
                    "{} has its -{} already. A value with spaces needs quotes. {}",
                    cmdlet.name(),
                    parameter.name,
                    cmdlet.takes()
                );
                return self.cursor.fault_at(at, text);
            }
            let given = if parameter.takes == Takes::Switch {
                Given::Switch(self.switch(parameter)?)
            } else {
                self.cursor.eat(':');
                self.cursor.skip_blank()?;
                self.given(parameter)?
            };
            // A name without a parameter stands for the member that a loop takes.
            let name = match (&given, parameter.takes) {
                (Given::Values(_), Takes::Blocks) => "MemberName",
                _ => parameter.name,
            };
            arguments.given.push((name, given));
        }
        Ok(arguments)
    }

    fn given(&mut self, parameter: &Parameter) -> Parsed<Given> {
        if self.is_at_end()? && self.cursor.peek() != Some('{') || self.is_at_parameter() {
            return self
                .cursor
                .fault(format!("-{} needs a value.", parameter.name));
        }
        match parameter.takes {
            Takes::Columns => self.columns().map(Given::Columns),
            Takes::Blocks if self.cursor.peek() == Some('{') => {
                let mut blocks = Vec::new();
                while self.cursor.peek() == Some('{') {
                    blocks.push(self.steps_of_rows()?);
                    self.cursor.skip_blank()?;
                }
                Ok(Given::Blocks(blocks))
            }
            Takes::Condition => self.filter().map(Given::Condition),
            _ => self.values(parameter).map(Given::Values),
        }
    }

    /// The entries of a table as parameters: `@table`.
    fn splatted(&mut self, cmdlet: Cmdlet, arguments: &mut Arguments) -> Parsed<()> {
        let at = self.cursor.at;
        self.cursor.bump();
        let name = self.cursor.take_while(|c| c.is_alphanumeric() || c == '_');
        let Some(entries) = self.tables.get(&name.to_ascii_lowercase()).cloned() else {
            return self.cursor.fault_at(
                at,
                format!("@{name} is a table that is set nowhere in this line. Set it before: ${name} = @{{ … }}; …"),
            );
        };
        for entry in entries {
            let parameter = match cmdlet.parameter(&entry.name) {
                Ok(parameter) => parameter,
                Err(why) => return self.cursor.fault_at(at, why),
            };
            let given = match (parameter.takes, entry.value) {
                (Takes::Switch, Expression::Literal(value)) => Given::Switch(value.truth()),
                (Takes::Text | Takes::Texts | Takes::Ignored, value) => {
                    Given::Values(vec![Argument { value, at }])
                }
                _ => {
                    return self.cursor.fault_at(
                        at,
                        format!(
                            "-{} is not supported in a table. Write it out.",
                            parameter.name
                        ),
                    );
                }
            };
            arguments.given.push((parameter.name, given));
        }
        Ok(())
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

    fn unexpected<T>(&self, cmdlet: Cmdlet) -> Parsed<T> {
        match self.cursor.peek() {
            Some(c @ ('$' | '(' | '{' | '@' | '[' | ',')) => self.foreign(c),
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

    /// The value of a switch, which is on unless `:$false` or `:0` follows.
    fn switch(&mut self, parameter: &Parameter) -> Parsed<bool> {
        if !self.cursor.eat(':') {
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
        match self.argument()?.value {
            Expression::Literal(Value::Bool(is)) => Ok(is),
            Expression::Literal(Value::Text(text)) if text == "1" || text == "0" => Ok(text == "1"),
            _ => self
                .cursor
                .fault_at(at, format!("-{} takes $true or $false.", parameter.name)),
        }
    }

    /// The values of a parameter: one, or several with commas between them.
    fn values(&mut self, parameter: &Parameter) -> Parsed<Vec<Argument>> {
        let mut values = vec![self.argument()?];
        loop {
            self.cursor.skip_blank()?;
            if self.cursor.peek() != Some(',') {
                return Ok(values);
            }
            if matches!(parameter.takes, Takes::Text | Takes::Blocks) {
                let text = format!(
                    "A comma makes a list, and -{} takes one value. Put it in quotes.",
                    parameter.name
                );
                return self.cursor.fault(text);
            }
            self.cursor.bump();
            self.cursor.skip_lines()?;
            values.push(self.argument()?);
        }
    }

    /// A word, a text in quotes, or an expression that begins with `$`, `(` or `@(`.
    pub fn argument(&mut self) -> Parsed<Argument> {
        let at = self.cursor.at;
        let value = match (self.cursor.peek(), self.cursor.second()) {
            (Some('$' | '('), _) | (Some('@'), Some('(')) => {
                self.in_arguments += 1;
                let value = self.operand();
                self.in_arguments -= 1;
                value?
            }
            (Some(c), _) if is_double_quote(c) => self.text()?,
            (Some(c @ ('{' | '@' | ',')), _) => return self.foreign(c),
            _ => return self.bare_or_quoted(),
        };
        if self.cursor.peek().is_some_and(|c| !ends_word(c)) {
            return self.cursor.fault("A space is missing before this.");
        }
        Ok(Argument { value, at })
    }

    /// The text of an argument that must be known before anything runs.
    pub fn text_of(&self, argument: &Argument) -> Parsed<String> {
        match &argument.value {
            Expression::Literal(value @ (Value::Text(_) | Value::Number(_) | Value::Bool(_))) => {
                Ok(value.to_text(Zone::utc()))
            }
            _ => self.cursor.fault_at(
                argument.at,
                "This must be a plain word or a text in quotes.",
            ),
        }
    }

    /// A word without quotes, or a text in single quotes.
    pub fn bare_or_quoted(&mut self) -> Parsed<Argument> {
        let at = self.cursor.at;
        let text = if self.cursor.peek().is_some_and(is_quote) {
            let text = self.cursor.quoted()?;
            if self.cursor.peek().is_some_and(|c| !ends_word(c)) {
                return self.cursor.fault("A space is missing behind the quote.");
            }
            text
        } else {
            self.bare()?
        };
        Ok(Argument {
            value: Expression::Literal(Value::Text(text)),
            at,
        })
    }

    fn bare(&mut self) -> Parsed<String> {
        let mut text = String::new();
        while let Some(c) = self.cursor.peek().filter(|c| !ends_word(*c)) {
            match c {
                '$' => {
                    let why = "A $ in a word stands for a variable. Put the word in double quotes, or in single ones if \
                               it is a $.";
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
            Ok(text)
        }
    }
}
