//! The condition of `Where-Object`: the expression between `{` and `}`.
//!
//! `-not` binds closer than a comparison, and a comparison closer than `-and`, `-or` and `-xor`.
//! These three have one precedence and are evaluated from left to right, as
//! [about_Operator_Precedence](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_operator_precedence)
//! says.

use super::cursor::{Parsed, is_dash, is_line_end};
use super::operator::{BinaryOperator, Comparison, Logic};
use super::parser::PipelineParser;
use super::pattern::Pattern;
use super::syntax::{Compare, Expression};
use crate::zone::Zone;

/// The largest number of open brackets.
const DEEPEST: usize = 50;

const MIXED: &str = "-and and -or stand beside each other without brackets. PowerShell takes them from left to right; \
                     put brackets around what belongs together.";

impl PipelineParser<'_> {
    /// `{ condition }`. The next character must be the bracket.
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

    /// Reads a condition, up to the first character that cannot belong to it.
    pub fn expression(&mut self) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.cursor.fault("Too many brackets are open here.");
        }
        let mut left = self.comparison()?;
        let (mut and, mut or) = (false, false);
        while let Some((BinaryOperator::Logic(logic), end)) = self.operator()? {
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
                BinaryOperator::Compare {
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

    /// The tree of a comparison, with the pattern of `-like` and `-match`.
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

    /// The operator at the cursor and the byte after it. The cursor stays.
    pub fn operator(&mut self) -> Parsed<Option<(BinaryOperator, usize)>> {
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        let Some(c) = self.cursor.peek() else {
            return Ok(None);
        };
        if is_line_end(c) {
            // Only a closing bracket may follow on the next line.
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
        match BinaryOperator::from_name(name) {
            Ok(operator) => Ok(Some((operator, end))),
            Err(why) => self.cursor.fault(why),
        }
    }

    /// Takes the bracket that closes the one at byte `opened` of the text.
    pub fn close(&mut self, opened: usize, bracket: char) -> Parsed<()> {
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
}
