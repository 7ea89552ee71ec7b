//! Expressions below a comparison: calculating, lists, casts, members, methods and indexes.
//!
//! From the weakest to the strongest: `+ -`, `* / %`, `-f`, `..`, the comma, and what stands before
//! or directly behind a value, as
//! [about_Operator_Precedence](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_operator_precedence)
//! says.

use strum::VariantArray as _;

use super::cursor::{Parsed, begins_variable, is_dash, is_double_quote, is_quote};
use super::member::{Member, Method, Type};
use super::objects::Shape;
use super::operator::Calculator;
use super::parser::PipelineParser;
use super::syntax::{Call, Expression, Property};
use super::value::Value;
use crate::zone::Zone;

/// The largest distance of a moment from now in days, about 2,700 years.
const MOST_DAYS: f64 = 1e6;

impl PipelineParser<'_> {
    /// Values with `+` and `-` between them.
    pub fn sum(&mut self) -> Parsed<Expression> {
        let mut left = self.product()?;
        loop {
            self.cursor.skip_blank()?;
            let operator = match (self.cursor.peek(), self.cursor.second()) {
                (Some('+'), second) if second != Some('+') => Calculator::Plus,
                (Some(c), second) if is_dash(c) && !second.is_some_and(char::is_alphabetic) => {
                    Calculator::Minus
                }
                _ => return Ok(left),
            };
            left = self.calculated(operator, left, Self::product)?;
        }
    }

    fn product(&mut self) -> Parsed<Expression> {
        let mut left = self.format()?;
        loop {
            self.cursor.skip_blank()?;
            let operator = match self.cursor.peek() {
                Some('*') => Calculator::Times,
                Some('/') => Calculator::Divide,
                Some('%') => Calculator::Remainder,
                _ => return Ok(left),
            };
            left = self.calculated(operator, left, Self::format)?;
        }
    }

    /// Takes an operator of one character and what stands behind it.
    fn calculated(
        &mut self,
        operator: Calculator,
        left: Expression,
        right: impl Fn(&mut Self) -> Parsed<Expression>,
    ) -> Parsed<Expression> {
        let at = self.cursor.at;
        self.cursor.bump();
        self.cursor.skip_lines()?;
        let right = right(self)?;
        self.calculation(operator, false, left, right, at)
    }

    fn format(&mut self) -> Parsed<Expression> {
        let left = self.range()?;
        self.cursor.skip_blank()?;
        let mut next = self.cursor.rest().chars();
        let is_format = next.next().is_some_and(is_dash)
            && next.next().is_some_and(|c| c.eq_ignore_ascii_case(&'f'))
            && !next.next().is_some_and(char::is_alphanumeric);
        if !is_format {
            return Ok(left);
        }
        let at = self.cursor.at;
        self.cursor.bump();
        self.cursor.bump();
        self.cursor.skip_lines()?;
        let right = self.range()?;
        self.calculation(Calculator::Format, false, left, right, at)
    }

    fn range(&mut self) -> Parsed<Expression> {
        let left = self.list()?;
        self.cursor.skip_blank()?;
        if !self.cursor.rest().starts_with("..") {
            return Ok(left);
        }
        let at = self.cursor.at;
        self.cursor.at += 2;
        self.cursor.skip_lines()?;
        let right = self.list()?;
        self.calculation(Calculator::Range, false, left, right, at)
    }

    fn list(&mut self) -> Parsed<Expression> {
        let first = self.operand()?;
        let mut items = vec![first];
        loop {
            self.cursor.skip_blank()?;
            if self.in_arguments > 0 || self.cursor.peek() != Some(',') {
                break;
            }
            self.cursor.bump();
            self.cursor.skip_lines()?;
            items.push(self.operand()?);
        }
        Ok(match (items.len(), items.pop()) {
            (1, Some(one)) => one,
            (_, last) => {
                items.extend(last);
                Expression::List(items)
            }
        })
    }

    /// `@( … )`: a list of the values in it.
    pub fn list_brackets(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        if self.cursor.second() != Some('(') {
            return self.foreign('@');
        }
        self.cursor.at += 2;
        self.cursor.skip_lines()?;
        let inner = if self.cursor.peek() == Some(')') {
            Expression::List(Vec::new())
        } else {
            self.inner()?
        };
        self.close(at, ')')?;
        self.behind(match inner {
            list @ Expression::List(_) => list,
            one @ Expression::Literal(_) => Expression::List(vec![one]),
            other => Expression::Array(Box::new(other)),
        })
    }

    /// A type in square brackets, such as `[datetime]`.
    pub fn type_name(&mut self) -> Parsed<Type> {
        let at = self.cursor.at;
        if !self.cursor.eat('[') {
            return self
                .cursor
                .fault("A type is missing here, such as [datetime].");
        }
        let name = self
            .cursor
            .take_while(|c| c.is_ascii_alphanumeric() || c == '.');
        let is_list = self.cursor.rest().starts_with("[]");
        let plain = name.to_ascii_lowercase();
        let plain = plain.strip_prefix("system.").unwrap_or(&plain);
        let plain = match plain {
            "int32" | "int64" | "long" => "int",
            "boolean" => "bool",
            "text.regularexpressions.regex" => "regex",
            other => other,
        };
        let found = if is_list {
            self.cursor.at += 2;
            (plain == "char").then_some(Type::Characters)
        } else {
            plain.parse().ok()
        };
        match found {
            Some(found) if self.cursor.eat(']') => Ok(found),
            _ => {
                let known: Vec<&str> = Type::VARIANTS.iter().map(Into::into).collect();
                let text = format!(
                    "The type [{name}] is not supported. Types are [{}].",
                    known.join("], [")
                );
                self.cursor.fault_at(at, text)
            }
        }
    }

    /// A cast `[type]value`, or a static member `[type]::Name`.
    pub fn typed(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        if self
            .cursor
            .rest()
            .to_ascii_lowercase()
            .starts_with("[pscustomobject]@{")
        {
            self.cursor.at += "[pscustomobject]".len();
            return self.table().map(Expression::Object);
        }
        let found = self.type_name()?;
        if !self.cursor.rest().starts_with("::") {
            self.cursor.skip_blank()?;
            let value = self.operand()?;
            return Ok(Expression::Cast(found, Box::new(value), at));
        }
        self.cursor.at += 2;
        let name = self
            .cursor
            .take_while(char::is_alphanumeric)
            .to_ascii_lowercase();
        let mut arguments = if self.cursor.peek() == Some('(') {
            self.method_arguments()?
        } else {
            Vec::new()
        };
        let first = (!arguments.is_empty()).then(|| arguments.remove(0));
        let call = |method, of, arguments| {
            Expression::Call(Box::new(Call {
                of,
                method,
                arguments,
                at,
            }))
        };
        let now = Expression::Now(chrono::Duration::zero());
        let made = match (found, name.as_str(), first) {
            (Type::DateTime, "now", None) => now,
            (Type::DateTime, "today", None) => Expression::Member(Box::new(now), Member::Date, at),
            (Type::DateTime, "minvalue", None) => {
                let text = Expression::Literal(Value::text("0001-01-01T00:00:00Z"));
                Expression::Cast(Type::DateTime, Box::new(text), at)
            }
            (Type::DateTime, "parse", Some(text)) if arguments.is_empty() => {
                Expression::Cast(Type::DateTime, Box::new(text), at)
            }
            (Type::DateTime, "parseexact", Some(text)) => call(Method::ParseExact, text, arguments),
            (Type::String, "isnullorempty", Some(text)) => {
                call(Method::IsNullOrEmpty, text, arguments)
            }
            (Type::String, "isnullorwhitespace", Some(text)) => {
                call(Method::IsNullOrWhiteSpace, text, arguments)
            }
            (Type::Regex, "escape", Some(text)) => call(Method::Escape, text, arguments),
            _ => {
                let text = "This member of the type is not supported. There are [datetime]::Now, Today, MinValue, \
                            Parse and ParseExact, [string]::IsNullOrEmpty and IsNullOrWhiteSpace, and [regex]::Escape.";
                return self.cursor.fault_at(at, text);
            }
        };
        self.behind(made)
    }

    fn method_arguments(&mut self) -> Parsed<Vec<Expression>> {
        let at = self.cursor.at;
        self.cursor.bump();
        self.cursor.skip_lines()?;
        let arguments = self.within("", |parser| {
            let mut arguments = Vec::new();
            parser.in_arguments = 1;
            while parser.cursor.peek() != Some(')') {
                arguments.push(parser.expression()?);
                parser.cursor.skip_lines()?;
                if !parser.cursor.eat(',') {
                    break;
                }
                parser.cursor.skip_lines()?;
            }
            Ok(arguments)
        })?;
        self.close(at, ')')?;
        Ok(arguments)
    }

    /// The members, methods and indexes directly behind a value.
    pub fn behind(&mut self, mut value: Expression) -> Parsed<Expression> {
        loop {
            let at = self.cursor.at;
            value = match (self.cursor.peek(), self.cursor.second()) {
                (Some('.'), second) if second != Some('.') => {
                    self.cursor.bump();
                    self.member(value)?
                }
                (Some('['), _) => {
                    self.cursor.bump();
                    self.cursor.skip_lines()?;
                    let index = self.within("", Self::expression)?;
                    self.close(at, ']')?;
                    Expression::Index(Box::new(value), Box::new(index), at)
                }
                (Some('('), _) => {
                    return self
                        .cursor
                        .fault("An operator is missing here, such as -and.");
                }
                _ => return Ok(value),
            };
        }
    }

    /// A property or method. The cursor is behind its dot.
    fn member(&mut self, of: Expression) -> Parsed<Expression> {
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        let name = if self.cursor.peek().is_some_and(is_quote) {
            self.cursor.quoted()?
        } else {
            self.cursor
                .take_while(|c| c.is_alphanumeric() || c == '_')
                .to_owned()
        };
        if name.is_empty() {
            return self
                .cursor
                .fault("The name of a property is missing here, such as $_.IsLockedOut.");
        }
        if self.cursor.peek() == Some('(') {
            let method = name.parse::<Method>().ok();
            let Some(method) = method.filter(|method| Method::of_values().contains(method)) else {
                let known: Vec<&str> = Method::of_values().iter().map(Into::into).collect();
                let text = format!(
                    "The method {name} is not supported. Methods are {}.",
                    known.join(", ")
                );
                return self.cursor.fault_at(at, text);
            };
            let arguments = self.method_arguments()?;
            return self.moved(Call {
                of,
                method,
                arguments,
                at,
            });
        }
        if matches!(of, Expression::It(_)) {
            return Ok(Expression::Property(Property { name, at }));
        }
        if let Some(part) = self.member_of_part(&of, &name, at)? {
            return Ok(part);
        }
        match name.parse() {
            Ok(member) => Ok(Expression::Member(Box::new(of), member, at)),
            Err(_unknown) if of.shape() != Shape::Values => {
                Ok(Expression::Of(Box::new(of), Property { name, at }))
            }
            Err(_unknown) => {
                let known: Vec<&str> = Member::VARIANTS.iter().map(Into::into).collect();
                let text = format!(
                    "A value has no property {name} here. There are {}.",
                    known.join(", ")
                );
                self.cursor.fault_at(at, text)
            }
        }
    }

    /// A call; a moment before or after now if that is what it is.
    fn moved(&self, call: Call) -> Parsed<Expression> {
        let share = match call.method {
            Method::AddDays => 1.0,
            Method::AddHours => 1.0 / 24.0,
            Method::AddMinutes => 1.0 / 1440.0,
            _ => return Ok(Expression::Call(Box::new(call))),
        };
        let (Expression::Now(before), [Expression::Literal(Value::Number(number))]) =
            (&call.of, call.arguments.as_slice())
        else {
            return Ok(Expression::Call(Box::new(call)));
        };
        let days = before.num_milliseconds() as f64 / 86_400_000.0 + number * share;
        if days.abs() > MOST_DAYS {
            return self
                .cursor
                .fault_at(call.at, "This is too far away from now.");
        }
        Ok(Expression::Now(chrono::Duration::milliseconds(
            (days * 86_400_000.0).round() as i64,
        )))
    }

    /// A text in quotes, with the values of `$_`, `$_.Property` and `$( … )` in double quotes.
    pub fn text(&mut self) -> Parsed<Expression> {
        let start = self.cursor.at;
        if !self.cursor.peek().is_some_and(is_double_quote) {
            return Ok(Expression::Literal(Value::Text(self.cursor.quoted()?)));
        }
        self.cursor.bump();
        let (mut parts, mut plain) = (Vec::new(), String::new());
        loop {
            let at = self.cursor.at;
            let Some(c) = self.cursor.bump() else {
                return self
                    .cursor
                    .fault_at(start, "The quote that begins here has no end.");
            };
            match c {
                c if is_double_quote(c) && self.cursor.peek().is_some_and(is_double_quote) => {
                    plain.extend(self.cursor.bump());
                }
                c if is_double_quote(c) => break,
                '`' => self.cursor.escape(start, &mut plain)?,
                '$' if self.cursor.peek().is_some_and(begins_variable) => {
                    self.cursor.at = at;
                    parts.push(Expression::Literal(Value::Text(std::mem::take(&mut plain))));
                    parts.push(self.variable_alone()?);
                }
                c => plain.push(c),
            }
        }
        if parts.is_empty() {
            return Ok(Expression::Literal(Value::Text(plain)));
        }
        parts.push(Expression::Literal(Value::Text(plain)));
        let known: Option<Vec<String>> = parts
            .iter()
            .map(|part| match part {
                Expression::Literal(value @ (Value::Text(_) | Value::Null | Value::Bool(_))) => {
                    Some(value.to_text(Zone::utc()))
                }
                _ => None,
            })
            .collect();
        Ok(match known {
            Some(texts) => Expression::Literal(Value::Text(texts.concat())),
            None => Expression::Parts(parts),
        })
    }
}
