//! The values of a condition: literals, properties of `$_`, moments, and conditions in brackets.

use chrono::Duration;

use super::cursor::{Parsed, is_dash, is_quote};
use super::parser::PipelineParser;
use super::syntax::{Expression, Property};
use super::value::Value;

/// The largest number of values and conditions in a pipeline.
const MOST_CONDITIONS: usize = 200;
/// The number of digits up to which a number is exact and has one written form everywhere.
const MOST_DIGITS: usize = 15;
const MOST_DECIMALS: usize = 4;
/// The largest distance of a moment from now in days, about 2,700 years.
const MOST_DAYS: f64 = 1e6;

impl PipelineParser<'_> {
    /// A value, or a condition in brackets, with `-not` or `!` before it.
    pub fn operand(&mut self) -> Parsed<Expression> {
        self.conditions += 1;
        if self.conditions > MOST_CONDITIONS {
            return self
                .cursor
                .fault(format!("A pipeline may have {MOST_CONDITIONS} conditions."));
        }
        let Some(c) = self.cursor.peek() else {
            return self.cursor.fault("A value is missing here.");
        };
        match c {
            '!' => {
                self.cursor.bump();
                self.negated()
            }
            '(' => self.brackets(),
            '$' => self.variable(),
            c if is_quote(c) => {
                let text = self.cursor.quoted()?;
                self.no_member()?;
                Ok(Expression::Literal(Value::Text(text)))
            }
            c if c.is_ascii_digit() => self.number(),
            c if is_dash(c) && self.cursor.second().is_some_and(|c| c.is_ascii_digit()) => {
                self.number()
            }
            c if is_dash(c) => {
                let at = self.cursor.at;
                self.cursor.bump();
                let name = self.cursor.take_while(char::is_alphanumeric);
                if name.eq_ignore_ascii_case("not") {
                    return self.negated();
                }
                self.cursor
                    .fault_at(at, format!("A value is missing before -{name}."))
            }
            '{' | '@' | '[' | ';' | '&' => self.foreign(c),
            '}' | ')' | '|' => self.cursor.fault("A value is missing here."),
            _ => {
                let at = self.cursor.at;
                let word = self
                    .cursor
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
                let text = match word.to_ascii_lowercase().as_str() {
                    "true" | "false" | "null" => {
                        format!("Write ${word}: without the $ it is no value.")
                    }
                    "get-date" => "Write (Get-Date), with its brackets.".to_owned(),
                    "" => "This is not supported in a condition.".to_owned(),
                    _ => format!(
                        "A text needs quotes, and a property $_ before it: \"{word}\" or $_.{word}."
                    ),
                };
                self.cursor.fault_at(at, text)
            }
        }
    }

    fn negated(&mut self) -> Parsed<Expression> {
        self.cursor.skip_lines()?;
        Ok(Expression::Not(Box::new(self.operand()?)))
    }

    fn brackets(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        self.cursor.bump();
        self.cursor.skip_lines()?;
        let inside = self.cursor.at;
        let word = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || is_dash(c));
        let plain: String = word
            .chars()
            .map(|c| {
                if is_dash(c) {
                    '-'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        if plain == "get-date" {
            self.cursor.skip_lines()?;
            if !self.cursor.eat(')') {
                return self
                    .cursor
                    .fault("Get-Date takes nothing here: write (Get-Date).");
            }
            return self.moments();
        }
        self.cursor.at = inside;
        let inner = self.expression()?;
        self.close(at, ')')?;
        self.no_member()?;
        Ok(inner)
    }

    /// `.AddDays(n)` and `.AddHours(n)` after `(Get-Date)`, any number of them.
    fn moments(&mut self) -> Parsed<Expression> {
        let mut days = 0.0;
        while self.cursor.eat('.') {
            let at = self.cursor.at;
            let name = self.cursor.take_while(char::is_alphanumeric);
            let share = match name.to_ascii_lowercase().as_str() {
                "adddays" => 1.0,
                "addhours" => 1.0 / 24.0,
                _ => {
                    return self.cursor.fault_at(
                        at,
                        "(Get-Date) has AddDays and AddHours here, and nothing else.",
                    );
                }
            };
            if !self.cursor.eat('(') {
                return self.cursor.fault(format!(
                    "{name} needs a number in brackets, such as {name}(-14)."
                ));
            }
            self.cursor.skip_lines()?;
            let number_at = self.cursor.at;
            let Expression::Literal(Value::Number(number)) = self.operand()? else {
                return self.cursor.fault_at(
                    number_at,
                    format!("{name} needs a number, such as {name}(-14)."),
                );
            };
            days += number * share;
            if days.abs() > MOST_DAYS {
                return self
                    .cursor
                    .fault_at(number_at, "This is too far away from now.");
            }
            self.cursor.skip_lines()?;
            if !self.cursor.eat(')') {
                return self
                    .cursor
                    .fault(format!("{name} needs a number alone, such as {name}(-14)."));
            }
        }
        Ok(Expression::Now(Duration::milliseconds(
            (days * 86_400_000.0).round() as i64,
        )))
    }

    fn variable(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        if matches!(self.cursor.second(), Some('(')) {
            return self.foreign('$');
        }
        self.cursor.bump();
        let name = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
        let value = match name.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "_" | "psitem" => return self.property(at),
            _ => {
                self.cursor.at = at;
                return self.foreign('$');
            }
        };
        self.no_member()?;
        Ok(Expression::Literal(value))
    }

    /// `$_.Property`, or `$_` alone. The cursor is after `$_`, which begins at byte `it`.
    fn property(&mut self, it: usize) -> Parsed<Expression> {
        if !self.cursor.eat('.') {
            self.no_member()?;
            return Ok(Expression::It(it));
        }
        let at = self.cursor.at;
        let name = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || c == '_')
            .to_owned();
        if name.is_empty() {
            return self
                .cursor
                .fault("The name of a property is missing here, such as $_.IsLockedOut.");
        }
        if self.cursor.peek() == Some('(') {
            return self.cursor.fault_at(
                at,
                "Methods are supported only for (Get-Date): AddDays and AddHours.",
            );
        }
        self.no_member()?;
        Ok(Expression::Property(Property { name, at }))
    }

    /// Refuses a property, method or index after a value.
    fn no_member(&self) -> Parsed<()> {
        match self.cursor.peek() {
            Some('.') => self
                .cursor
                .fault("Methods and properties of values are not supported, but for (Get-Date): AddDays and AddHours."),
            Some('[') => self.cursor.fault("Places of a list [ ] are not supported."),
            Some('(') => self.cursor.fault("An operator is missing here, such as -and."),
            _ => Ok(()),
        }
    }

    fn number(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        let is_negative = self.cursor.peek().is_some_and(is_dash);
        if is_negative {
            self.cursor.bump();
        }
        let digits = self
            .cursor
            .take_while(|c| c.is_ascii_alphanumeric() || c == '.');
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        let fits =
            whole.len() + decimals.len() <= MOST_DIGITS + 1 && decimals.len() <= MOST_DECIMALS;
        match digits.parse::<f64>() {
            Ok(number) if is_plain(whole) && is_plain(decimals) && fits => Ok(Expression::Literal(
                Value::Number(if is_negative && number != 0.0 {
                    -number
                } else {
                    number
                }),
            )),
            _ => self.cursor.fault_at(
                at,
                "This number is not supported. Write it as 14, -14 or 0.5.",
            ),
        }
    }
}
