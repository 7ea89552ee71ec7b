//! The condition of `Where-Object`: the expression between `{` and `}`.
//!
//! `-not` binds closer than a comparison, and a comparison closer than `-and`, `-or` and `-xor`.
//! These three have one precedence and are evaluated from left to right, as
//! [about_Operator_Precedence](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_operator_precedence)
//! says.

use super::cursor::{Parsed, is_dash, is_line_end};
use super::operator::{BinaryOperator, Calculator, Comparison, Logic};
use super::parser::{PipelineParser, Scope};
use super::pattern::Pattern;
use super::syntax::{Calculation, Compare, Expression};
use crate::zone::Zone;

const MIXED: &str = "-and and -or stand beside each other without brackets. PowerShell takes them from left to right; \
                     put brackets around what belongs together.";
const NEGATED: &str = "-not belongs to the property alone, and what it gives is compared then. To negate the comparison, put \
                       brackets around it: -not ($_.IsLockedOut -eq $True).";

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

    /// A block in which `$_` is the object at hand.
    pub fn row_block(&mut self) -> Parsed<Expression> {
        self.scoped(Scope::Row, Self::block)
    }

    /// The condition of `-Filter`: in a block or in quotes, with names of properties without `$_`.
    pub fn filter(&mut self) -> Parsed<Expression> {
        let at = self.cursor.at;
        let quote = self.cursor.peek();
        self.is_filter = true;
        let found = match quote {
            Some('{') => self.row_block(),
            Some('\'' | '"') => self.scoped(Scope::Row, |parser| {
                parser.cursor.bump();
                let ends = if quote == Some('"') { "\"" } else { "'" };
                let found = parser.within(ends, Self::expression)?;
                parser.close(at, quote.unwrap_or_default())?;
                Ok(found)
            }),
            _ => self
                .cursor
                .fault("A condition is missing here: -Filter {DisplayName -like '*Smith'}."),
        }?;
        self.is_filter = false;
        if quote == Some('"') && self.cursor.text[at..self.cursor.at].contains(['$', '`']) {
            return self.cursor.fault_at(
                at,
                "A filter with $ in it is not supported in double quotes. Write it in { }.",
            );
        }
        Ok(found)
    }

    /// Reads a condition, up to the first character that cannot belong to it.
    pub fn expression(&mut self) -> Parsed<Expression> {
        self.nested(Self::logic)
    }

    fn logic(&mut self) -> Parsed<Expression> {
        let mut left = self.comparison()?;
        let (mut and, mut or) = (false, false);
        while let Some((BinaryOperator::Logic(logic), end)) = self.operator()? {
            self.cursor.at = end;
            self.cursor.skip_lines()?;
            let right = self.comparison()?;
            left = Expression::Logic(logic, Box::new(left), Box::new(right));
            (and, or) = (and || logic == Logic::And, or || logic != Logic::And);
        }
        if and && or {
            self.note(MIXED);
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let mut left = self.sum()?;
        loop {
            let found = self.operator()?;
            let at = self.cursor.at;
            let Some((operator, end)) = found else {
                return Ok(left);
            };
            if matches!(operator, BinaryOperator::Logic(_)) {
                return Ok(left);
            }
            self.cursor.at = end;
            self.cursor.skip_lines()?;
            left = match operator {
                BinaryOperator::Compare {
                    comparison,
                    is_exact,
                } => {
                    let right = self.sum()?;
                    if matches!(&left, Expression::Not(inner) if matches!(**inner, Expression::Property(_)))
                    {
                        self.note(NEGATED);
                    }
                    self.compare(comparison, is_exact, left, right, at)?
                }
                BinaryOperator::Calculate { operator, is_exact } => {
                    let right = self.sum()?;
                    self.calculation(operator, is_exact, left, right, at)?
                }
                BinaryOperator::Is(is_not) => {
                    let found = Expression::Is(Box::new(left), self.type_name()?);
                    if is_not {
                        Expression::Not(Box::new(found))
                    } else {
                        found
                    }
                }
                BinaryOperator::Logic(_) => left,
            };
        }
    }

    /// Adds a warning about the text, once.
    pub fn note(&mut self, text: &str) {
        if !self.notes.iter().any(|note| note == text) {
            self.notes.push(text.to_owned());
        }
    }

    /// The tree of a calculation, with the pattern of `-replace` and `-split`.
    pub fn calculation(
        &self,
        operator: Calculator,
        is_exact: bool,
        left: Expression,
        right: Expression,
        at: usize,
    ) -> Parsed<Expression> {
        let text = match &right {
            _ if !matches!(operator, Calculator::Replace | Calculator::Split) => None,
            Expression::List(items) => items.first(),
            other => Some(other),
        };
        let pattern = self.literal_pattern(Comparison::Match, text, is_exact, at)?;
        Ok(Expression::Calculate(Box::new(Calculation {
            operator,
            is_exact,
            left,
            right,
            pattern,
            at,
        })))
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
        let has_pattern = matches!(comparison, C::Like | C::NotLike | C::Match | C::NotMatch);
        let text = has_pattern.then_some(&right);
        let pattern = self.literal_pattern(comparison, text, is_exact, at)?;
        Ok(Expression::Compare(Box::new(Compare {
            comparison,
            is_exact,
            left,
            right,
            pattern,
            at,
        })))
    }

    /// The pattern of a literal. None for any other expression, whose pattern is made for each row.
    fn literal_pattern(
        &self,
        comparison: Comparison,
        text: Option<&Expression>,
        is_exact: bool,
        at: usize,
    ) -> Parsed<Option<Pattern>> {
        let Some(Expression::Literal(value)) = text else {
            return Ok(None);
        };
        match Pattern::new(comparison, &value.to_text(Zone::utc()), is_exact) {
            Ok(pattern) => Ok(Some(pattern)),
            Err(why) => self.cursor.fault_at(at, why),
        }
    }

    /// The operator at the cursor and the byte after it. The cursor stays.
    pub fn operator(&mut self) -> Parsed<Option<(BinaryOperator, usize)>> {
        self.cursor.skip_blank()?;
        let at = self.cursor.at;
        let Some(c) = self.cursor.peek() else {
            return Ok(None);
        };
        if self.ends.contains(if c == '\r' { '\n' } else { c }) {
            return Ok(None);
        }
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
                '+' => self.cursor.fault("Counting with ++ is not supported. Count with Measure-Object."),
                '=' => self.cursor.fault("= assigns, and does not compare. Write -eq."),
                '<' | '>' => self.cursor.fault("To compare, write -lt, -le, -gt or -ge."),
                '!' => self.cursor.fault("To compare, write -ne."),
                '|' | '&' => self
                    .cursor
                    .fault("To join conditions, write -and or -or. A pipeline in a condition is not supported."),
                ',' | ']' if self.in_arguments > 0 => Ok(None),
                ',' => self.cursor.fault("A value is missing before this comma."),
                '[' => self.cursor.fault("A bracket [ ] follows its value directly, without a space."),
                ']' => Ok(None),
                ';' => self.cursor.fault("A condition is a single expression: ; is not supported."),
                _ => self.cursor.fault("An operator is missing here, such as -eq."),
            };
        }
        self.cursor.bump();
        let name = self.cursor.take_while(char::is_alphanumeric);
        let end = self.cursor.at;
        self.cursor.at = at;
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
