//! The values of a condition: literals, properties of `$_`, moments, and conditions in brackets.

use chrono::Duration;

use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_dash, is_quote};
use super::member::{Member, Type};
use super::operator::Calculator;
use super::parser::PipelineParser;
use super::syntax::{Expression, Property};
use super::value::Value;

/// The largest number of values and conditions in a pipeline.
const MOST_CONDITIONS: usize = 200;
/// The number of digits up to which a number is exact and has one written form everywhere.
const MOST_DIGITS: usize = 15;
const MOST_DECIMALS: usize = 4;

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
            '$' => {
                let value = self.variable_alone()?;
                self.behind(value)
            }
            '@' => self.list_brackets(),
            '[' => self.typed(),
            c if is_quote(c) => {
                let text = self.text()?;
                self.behind(text)
            }
            '+' if self.cursor.second().is_some_and(|c| c.is_ascii_digit()) => {
                self.cursor.bump();
                self.number()
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
            '{' | ';' | '&' => self.foreign(c),
            '}' | ')' | '|' => self.cursor.fault("A value is missing here."),
            _ => {
                let at = self.cursor.at;
                let word: &str = self
                    .cursor
                    .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
                if self.is_filter && !word.is_empty() {
                    let name = word.to_owned();
                    return Ok(Expression::Property(Property { name, at }));
                }
                if let Ok(Cmdlet::Change(action)) = Cmdlet::from_name(word) {
                    return self.cursor.fault_at(
                        at,
                        format!(
                            "{} in a condition would change everybody that comes to it, and looks like a filter. Hand users \
                             on to it with | instead.",
                            action.cmdlet()
                        ),
                    );
                }
                let text = match word.to_ascii_lowercase().as_str() {
                    "if" => return self.choice(),
                    "return" => {
                        self.cursor.skip_blank()?;
                        return self.expression();
                    }
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

    /// `(condition) { value } else { value }` after an `if`.
    fn choice(&mut self) -> Parsed<Expression> {
        let condition = self.condition_of_if()?;
        let mut parts = [condition, self.braced()?, Expression::Literal(Value::Null)];
        self.cursor.skip_lines()?;
        let at = self.cursor.at;
        let word = self.cursor.take_while(char::is_alphabetic);
        if word.eq_ignore_ascii_case("else") {
            self.cursor.skip_lines()?;
            parts[2] = self.braced()?;
        } else {
            self.cursor.at = at;
        }
        Ok(Expression::Choice(Box::new(parts)))
    }

    /// `(condition)` behind an `if`, and the lines up to what follows it.
    pub fn condition_of_if(&mut self) -> Parsed<Expression> {
        self.cursor.skip_lines()?;
        if self.cursor.peek() != Some('(') {
            return self
                .cursor
                .fault("A condition in brackets is missing behind if.");
        }
        let condition = self.brackets()?;
        self.cursor.skip_lines()?;
        Ok(condition)
    }

    fn braced(&mut self) -> Parsed<Expression> {
        if self.cursor.peek() != Some('{') {
            return self.cursor.fault("{ is missing before this.");
        }
        self.within("", Self::block)
    }

    fn negated(&mut self) -> Parsed<Expression> {
        self.cursor.skip_lines()?;
        Ok(Expression::Not(Box::new(self.operand()?)))
    }

    /// `( … )`, and what is directly behind it.
    pub fn brackets(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        self.cursor.bump();
        let inner = self.inner()?;
        self.close(at, ')')?;
        self.behind(inner)
    }

    /// The arguments of a cmdlet in an expression: values, with the name of a parameter before each
    /// or none, up to the closing bracket.
    fn named_values(&mut self) -> Parsed<Vec<(String, Expression, usize)>> {
        let mut found = Vec::new();
        loop {
            if self.is_at_end()? {
                return Ok(found);
            }
            let at = self.cursor.at;
            let mut name = String::new();
            if self.is_at_parameter() {
                self.cursor.bump();
                name = self
                    .cursor
                    .take_while(char::is_alphanumeric)
                    .to_ascii_lowercase();
                self.cursor.eat(':');
                self.cursor.skip_blank()?;
            }
            self.in_arguments += 1;
            let value = match self.cursor.peek() {
                Some(c) if c.is_ascii_digit() => {
                    let word = self.bare_or_quoted()?;
                    let word = self.text_of(&word)?;
                    Ok(Expression::Literal(match word.parse() {
                        Ok(number) => Value::Number(number),
                        Err(_no_number) => Value::Text(word),
                    }))
                }
                _ => self.operand(),
            };
            self.in_arguments -= 1;
            found.push((name, value?, at));
        }
    }

    /// `Get-Date`, with a date as text or by `-Year`, `-Month` and `-Day`.
    pub fn get_date(&mut self) -> Parsed<Expression> {
        const NO: &str = "Get-Date takes a date, or -Year, -Month and -Day here.";
        let mut value = Expression::Now(Duration::zero());
        let mut day: [Option<f64>; 3] = [None; 3];
        for (name, given, at) in self.named_values()? {
            let index = ["year", "month", "day"]
                .iter()
                .position(|known| *known == name);
            match (index, &given, name.as_str()) {
                (Some(index), Expression::Literal(Value::Number(number)), _) => {
                    day[index] = Some(*number);
                }
                (None, _, "" | "date") => {
                    value = Expression::Cast(Type::DateTime, Box::new(given), at);
                }
                _ => return self.cursor.fault_at(at, NO),
            }
        }
        // The time of the day stays that of now.
        match day {
            [None, None, None] => Ok(value),
            [Some(year), Some(month), Some(day)] => {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let day = Expression::Cast(
                    Type::DateTime,
                    Box::new(Expression::Literal(Value::Text(text))),
                    self.cursor.at,
                );
                let at = self.cursor.at;
                let today = Expression::Member(Box::new(value.clone()), Member::Date, at);
                let since = self.calculation(Calculator::Minus, false, value, today, at)?;
                self.calculation(Calculator::Plus, false, day, since, at)
            }
            _ => self.cursor.fault(NO),
        }
    }

    /// `New-TimeSpan`, with two dates or with `-Days`, `-Hours`, `-Minutes` and `-Seconds`.
    pub fn new_time_span(&mut self, at: usize) -> Parsed<Expression> {
        let (mut start, mut end, mut span) = (None, None, Duration::zero());
        let mut has_parts = false;
        for (name, given, value_at) in self.named_values()? {
            let unit = match name.as_str() {
                "days" => 86_400_000.0,
                "hours" => 3_600_000.0,
                "minutes" => 60_000.0,
                "seconds" => 1000.0,
                _ => 0.0,
            };
            match (&given, name.as_str()) {
                (Expression::Literal(Value::Number(number)), _)
                    if unit > 0.0 && number.abs() < 1e6 =>
                {
                    has_parts = true;
                    span += Duration::milliseconds((number * unit).round() as i64);
                }
                (_, "start") => start = Some(given),
                (_, "end") => end = Some(given),
                (_, "") if start.is_none() => start = Some(given),
                (_, "") if end.is_none() => end = Some(given),
                _ => {
                    return self.cursor.fault_at(
                        value_at,
                        "New-TimeSpan takes two dates, or -Days, -Hours, -Minutes and -Seconds with a number.",
                    );
                }
            }
        }
        let now = Expression::Now(Duration::zero());
        match (start, end, has_parts) {
            (None, None, true) => Ok(Expression::Literal(Value::Span(span))),
            (Some(start), end, false) => {
                let date = |value| Expression::Cast(Type::DateTime, Box::new(value), at);
                let end = date(end.unwrap_or(now));
                self.calculation(Calculator::Minus, false, end, date(start), at)
            }
            _ => self.cursor.fault_at(
                at,
                "New-TimeSpan takes two dates, or -Days, -Hours, -Minutes and -Seconds with a number.",
            ),
        }
    }

    /// A variable or `$( … )`, without a member.
    pub fn variable_alone(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        self.cursor.bump();
        if self.cursor.eat('(') {
            let inner = self.inner()?;
            self.close(at, ')')?;
            return Ok(inner);
        }
        let name = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
        let value = match name.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => return self.variable(name, at),
        };
        Ok(Expression::Literal(value))
    }

    fn number(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        let is_negative = self.cursor.peek().is_some_and(is_dash);
        if is_negative {
            self.cursor.bump();
        }
        let rest = self.cursor.rest();
        let end = rest
            .char_indices()
            .find(|(at, c)| {
                let is_range = *c == '.' && rest[at + 1..].starts_with('.');
                is_range || !(c.is_ascii_alphanumeric() || *c == '.')
            })
            .map_or(rest.len(), |(at, _)| at);
        self.cursor.at += end;
        let digits = &rest[..end];
        if let Some(number) = special_number(digits) {
            return Ok(Expression::Literal(Value::Number(if is_negative {
                -number
            } else {
                number
            })));
        }
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

/// A number with a prefix, an exponent or a unit: `0x10`, `1e3`, `1kb`, `5L`, `1d`.
fn special_number(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let number = if let Some(hexadecimal) = lower.strip_prefix("0x") {
        u32::from_str_radix(hexadecimal, 16)
            .ok()
            .filter(|number| i32::try_from(*number).is_ok())?
            .into()
    } else {
        let units = [
            ("kb", 1),
            ("mb", 2),
            ("gb", 3),
            ("tb", 4),
            ("l", 0),
            ("d", 0),
        ];
        let unit = units.iter().find(|(unit, _)| lower.ends_with(unit));
        match unit {
            Some((unit, power)) => {
                let digits = lower.strip_suffix(unit)?;
                let number: u32 = digits.parse().ok()?;
                f64::from(number) * 1024_f64.powi(*power)
            }
            None if lower.contains('e')
                && lower
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'e') =>
            {
                lower.parse().ok()?
            }
            None => return None,
        }
    };
    (number < 1e15).then_some(number)
}
