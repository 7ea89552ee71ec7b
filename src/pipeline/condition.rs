//! The condition of `Where-Object`: what stands between `{` and `}`.
//!
//! As in PowerShell, `-not` binds closer than a comparison, a comparison closer than `-and`, `-or` and `-xor`, and these
//! three bind alike, from left to right.

use chrono::Duration;

use super::cursor::{Parsed, is_dash, is_line_end, is_quote};
use super::operator::{Comparison, Logic, Operator};
use super::parser::Parser;
use super::pattern::Pattern;
use super::syntax::{Compare, Expression, Property};
use super::value::Value;
use crate::zone::Zone;

const DEEPEST: usize = 50;
const MOST_CONDITIONS: usize = 200;
/// So many digits are exact, and are written the same way everywhere.
const MOST_DIGITS: usize = 15;
const MOST_DECIMALS: usize = 4;
/// About 2,700 years.
const MOST_DAYS: f64 = 1e6;

const MIXED: &str = "-and and -or stand beside each other without brackets. PowerShell takes them from left to right; \
                     put brackets around what belongs together.";

impl Parser<'_> {
    /// `{ condition }`; the next sign must be the bracket.
    pub fn block(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        self.cursor.bump();
        self.cursor.skip_lines()?;
        if self.cursor.peek() == Some('}') {
            return self
                .cursor
                .fault_at(at, "The condition is empty, so nothing would pass.");
        }
        let condition = self.expression()?;
        self.close(at, '}')?;
        Ok(condition)
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.cursor.fault("Too many brackets are open here.");
        }
        let mut left = self.comparison()?;
        let (mut and, mut or) = (false, false);
        while let Some((Operator::Logic(logic), end)) = self.operator()? {
            self.cursor.at = end;
            self.cursor.skip_lines()?;
            let right = self.comparison()?;
            left = Expression::Logic(logic, Box::new(left), Box::new(right));
            (and, or) = (and || logic == Logic::And, or || logic != Logic::And);
        }
        if and && or && self.notes.is_empty() {
            self.notes.push(MIXED.to_owned());
        }
        self.depth -= 1;
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let mut left = self.operand()?;
        loop {
            let found = self.operator()?;
            let at = self.cursor.at;
            let Some((
                Operator::Compare {
                    comparison,
                    is_exact,
                },
                end,
            )) = found
            else {
                return Ok(left);
            };
            self.cursor.at = end;
            self.cursor.skip_lines()?;
            let right = self.operand()?;
            left = self.compare(comparison, is_exact, left, right, at)?;
        }
    }

    /// A comparison, with its pattern where it has one.
    pub fn compare(
        &self,
        comparison: Comparison,
        is_exact: bool,
        left: Expression,
        right: Expression,
        at: usize,
    ) -> Parsed<Expression> {
        use Comparison as C;
        let mut pattern = None;
        if matches!(comparison, C::Like | C::NotLike | C::Match | C::NotMatch) {
            let Expression::Literal(value) = &right else {
                return self.cursor.fault_at(
                    at,
                    format!("-{} needs a pattern in quotes.", comparison.name()),
                );
            };
            match Pattern::new(comparison, &value.to_text(Zone::utc()), is_exact) {
                Ok(made) => pattern = Some(made),
                Err(why) => return self.cursor.fault_at(at, why),
            }
        }
        Ok(Expression::Compare(Box::new(Compare {
            comparison,
            is_exact,
            left,
            right,
            pattern,
            at,
        })))
    }

    /// The operator that stands here, and where it ends. It is not taken.
    pub fn operator(&mut self) -> Parsed<Option<(Operator, usize)>> {
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        let Some(c) = self.cursor.peek() else {
            return Ok(None);
        };
        if is_line_end(c) {
            // The next line may only close the bracket.
            self.cursor.skip_lines()?;
            return match self.cursor.peek() {
                None | Some('}' | ')') => Ok(None),
                Some(c) if is_dash(c) => self.cursor.fault(
                    "A line cannot begin with an operator. Write it at the end of the line before.",
                ),
                Some(_) => self
                    .cursor
                    .fault("A condition is a single expression. Join several with -and or -or."),
            };
        }
        if !is_dash(c) {
            return match c {
                '}' | ')' => Ok(None),
                '=' => self.cursor.fault("= assigns, and does not compare. Write -eq."),
                '<' | '>' => self.cursor.fault("To compare, write -lt, -le, -gt or -ge."),
                '!' => self.cursor.fault("To compare, write -ne."),
                '|' | '&' => self
                    .cursor
                    .fault("To join conditions, write -and or -or. A pipeline in a condition is not supported."),
                '+' | '*' | '/' | '%' => {
                    self.cursor.fault("Calculating is not supported, but for (Get-Date).AddDays(n) and AddHours(n).")
                }
                '.' => self.cursor.fault("Methods are supported only for (Get-Date): AddDays and AddHours."),
                ',' => self.cursor.fault("Lists are not supported in a condition."),
                '[' => self.cursor.fault("Places of a list [ ] are not supported."),
                ';' => self.cursor.fault("A condition is a single expression: ; is not supported."),
                _ => self.cursor.fault("An operator is missing here, such as -eq."),
            };
        }
        self.cursor.bump();
        let name = self.cursor.take_while(char::is_alphanumeric);
        let end = self.cursor.at;
        self.cursor.at = at;
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return self.cursor.fault(
                "Calculating is not supported, but for (Get-Date).AddDays(n) and AddHours(n).",
            );
        }
        match Operator::named(name) {
            Ok(operator) => Ok(Some((operator, end))),
            Err(why) => self.cursor.fault(why),
        }
    }

    /// A value, or a condition in brackets, with what negates it.
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

    /// The bracket that closes the one at a place.
    fn close(&mut self, opened: usize, bracket: char) -> Parsed<()> {
        self.cursor.skip_lines()?;
        if self.cursor.eat(bracket) {
            return Ok(());
        }
        match self.cursor.peek() {
            None => self.cursor.fault_at(
                opened,
                format!("This bracket is not closed: {bracket} is missing."),
            ),
            Some(_) => self
                .cursor
                .fault(format!("{bracket} is missing before this.")),
        }
    }

    /// `.AddDays(n)` and `.AddHours(n)` behind `(Get-Date)`, any number of them.
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
            let place = self.cursor.at;
            let Expression::Literal(Value::Number(number)) = self.operand()? else {
                return self.cursor.fault_at(
                    place,
                    format!("{name} needs a number, such as {name}(-14)."),
                );
            };
            days += number * share;
            if days.abs() > MOST_DAYS {
                return self
                    .cursor
                    .fault_at(place, "This is too far away from now.");
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

    /// What stands behind `$_`: a dot and a property, or nothing.
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

    /// Nothing may be asked of a value but what it is.
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
