//! Turns a cmdlet with its arguments into a stage.

use super::arguments::{ArgumentText, Arguments};
use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_dash};
use super::operator::BinaryOperator;
use super::parser::PipelineParser;
use super::syntax::{ChangeStage, Expression, Property, Select, StageKind};
use super::value::Value;
use crate::domain::identity::Identity;
use crate::plan::Action;

impl PipelineParser<'_> {
    /// Reads what follows the name of a cmdlet.
    pub fn command(&mut self, name: &str, at: usize) -> Parsed<StageKind> {
        let cmdlet = match Cmdlet::from_name(name) {
            Ok(cmdlet) => cmdlet,
            Err(why) => return self.cursor.fault_at(at, why),
        };
        if cmdlet == Cmdlet::Where {
            return self.where_object(at);
        }
        let mut arguments = self.arguments(cmdlet)?;
        self.stage_of(cmdlet, &mut arguments, at)
    }

    fn stage_of(&self, cmdlet: Cmdlet, arguments: &mut Arguments, at: usize) -> Parsed<StageKind> {
        let identity = match arguments.word("Identity") {
            // Names of roles are no identities of users.
            Some(word) if cmdlet == Cmdlet::GetAdminRole => Some(word.text),
            Some(word) => match Identity::parse(&word.text) {
                Ok(_) => Some(word.text),
                Err(why) => return self.cursor.fault_at(word.at, why.to_string()),
            },
            None => None,
        };
        Ok(match cmdlet {
            Cmdlet::GetUser => StageKind::Users { identity },
            Cmdlet::GetPinInfo => StageKind::Pins { identity },
            Cmdlet::GetAdminRole => StageKind::Roles { identity },
            Cmdlet::ImportCsv => StageKind::Import {
                path: self.path(arguments, cmdlet, at)?,
            },
            Cmdlet::ExportCsv => StageKind::Export {
                path: self.path(arguments, cmdlet, at)?,
            },
            Cmdlet::Select => StageKind::Select(self.select(arguments, at)?),
            Cmdlet::FormatTable
            | Cmdlet::FormatList
            | Cmdlet::FormatWide
            | Cmdlet::OutHost
            | Cmdlet::OutGridView => StageKind::Select(Select {
                properties: arguments
                    .list("Property")
                    .into_iter()
                    .map(Property::from)
                    .collect(),
                shows: true,
                ..Select::default()
            }),
            Cmdlet::Sort => StageKind::Sort {
                properties: arguments
                    .list("Property")
                    .into_iter()
                    .map(Property::from)
                    .collect(),
                descending: arguments.switch("Descending"),
            },
            Cmdlet::Change(action) => match arguments.word("Pin") {
                // Other people can read a command line: in the list of processes and in the
                // history of the shell.
                Some(pin) => return self.cursor.fault_at(pin.at, NO_PIN_HERE),
                None => change(action, identity, arguments),
            },
            Cmdlet::Measure | Cmdlet::Where => StageKind::Measure,
        })
    }

    fn path(&self, arguments: &mut Arguments, cmdlet: Cmdlet, at: usize) -> Parsed<String> {
        match arguments.word("Path") {
            Some(path) if !path.text.is_empty() => Ok(path.text),
            _ => self
                .cursor
                .fault_at(at, format!("{} needs the name of a file.", cmdlet.name())),
        }
    }

    fn select(&self, arguments: &mut Arguments, at: usize) -> Parsed<Select> {
        let select = Select {
            properties: arguments
                .list("Property")
                .into_iter()
                .map(Property::from)
                .collect(),
            expand: arguments.word("ExpandProperty").map(Property::from),
            first: self.count(arguments.word("First"))?,
            last: self.count(arguments.word("Last"))?,
            unique: arguments.switch("Unique"),
            shows: false,
        };
        let chooses = !select.properties.is_empty() || select.expand.is_some() || select.unique;
        if !chooses && select.first.is_none() && select.last.is_none() {
            return self.cursor.fault_at(
                at,
                format!(
                    "Select-Object is not told what to select. {}",
                    Cmdlet::Select.takes()
                ),
            );
        }
        if let (Some(expand), false) = (&select.expand, select.properties.is_empty()) {
            return self.cursor.fault_at(
                expand.at,
                "-ExpandProperty together with -Property is not supported.",
            );
        }
        if select.first.is_some() && select.last.is_some() {
            return self
                .cursor
                .fault_at(at, "-First together with -Last is not supported.");
        }
        Ok(select)
    }

    fn count(&self, word: Option<ArgumentText>) -> Parsed<Option<usize>> {
        let Some(word) = word else { return Ok(None) };
        match word.text.parse::<u32>() {
            Ok(count) => Ok(Some(count as usize)),
            Err(_no_number) => self
                .cursor
                .fault_at(word.at, "This must be a whole number, such as 10."),
        }
    }

    /// `Where-Object { … }`, or `Where-Object Property -operator value`.
    fn where_object(&mut self, at: usize) -> Parsed<StageKind> {
        if self.is_at_end()? {
            return self.cursor.fault_at(
                at,
                format!("Where-Object needs a condition. {}", Cmdlet::Where.takes()),
            );
        }
        self.skip_parameter("FilterScript")?;
        if self.cursor.peek() == Some('{') {
            let condition = self.block()?;
            return if self.is_at_end()? {
                Ok(StageKind::Where(condition))
            } else {
                self.cursor
                    .fault("Behind its condition, Where-Object takes nothing.")
            };
        }
        self.skip_parameter("Property")?;
        if let Some(c @ ('$' | '(' | '@' | '[' | ',')) = self.cursor.peek() {
            return self.foreign(c);
        }
        if self.is_at_parameter() {
            return self.cursor.fault(Cmdlet::Where.takes());
        }
        let property = Expression::Property(self.bare_or_quoted()?.into());
        if self.is_at_end()? {
            return Ok(StageKind::Where(property));
        }
        let at = self.cursor.at;
        let (comparison, is_exact) = match self.operator()? {
            Some((
                BinaryOperator::Compare {
                    comparison,
                    is_exact,
                },
                end,
            )) => {
                self.cursor.at = end;
                (comparison, is_exact)
            }
            Some((BinaryOperator::Calculate { .. } | BinaryOperator::Is(_), _)) => {
                return self
                    .cursor
                    .fault("This operator needs { }: Where-Object { $_.PinExpirationTime -is [datetime] }.");
            }
            Some((BinaryOperator::Logic(_), _)) => {
                return self
                    .cursor
                    .fault("Several conditions need { }: Where-Object { $_.IsPinSet -and $_.IsLockedOut }.");
            }
            None => {
                return self.cursor.fault(format!(
                    "An operator is missing here. {}",
                    Cmdlet::Where.takes()
                ));
            }
        };
        if self.is_at_end()? {
            return self
                .cursor
                .fault_at(at, "A value is missing behind this operator.");
        }
        self.skip_parameter("Value")?;
        let mut right = self.simple_value()?;
        self.cursor.skip_blank()?;
        if self.cursor.peek() == Some(',') {
            let mut items = vec![right];
            while self.cursor.eat(',') {
                self.cursor.skip_lines()?;
                items.push(self.simple_value()?);
                self.cursor.skip_blank()?;
            }
            right = Expression::List(items);
        }
        let condition = self.compare(comparison, is_exact, property, right, at)?;
        if self.is_at_end()? {
            Ok(StageKind::Where(condition))
        } else {
            self.cursor.fault(
                "Several conditions need { }: Where-Object { $_.IsPinSet -and $_.IsLockedOut }.",
            )
        }
    }

    /// Skips the name of a parameter of `Where-Object`, if it is next.
    fn skip_parameter(&mut self, name: &str) -> Parsed<()> {
        if self.is_at_parameter() {
            let at = self.cursor.at;
            self.cursor.bump();
            let word = self.cursor.take_while(char::is_alphanumeric);
            if word.eq_ignore_ascii_case(name) {
                self.cursor.eat(':');
                self.cursor.skip_blank()?;
            } else {
                self.cursor.at = at;
            }
        }
        Ok(())
    }

    /// The value in `Where-Object Property -operator value`: an expression in brackets or with a
    /// `$`, otherwise a number or a text.
    fn simple_value(&mut self) -> Parsed<Expression> {
        match self.cursor.peek() {
            Some('$' | '(' | '@' | '[') => self.operand(),
            Some(c) if is_dash(c) && self.cursor.second().is_some_and(|c| c.is_ascii_digit()) => {
                self.operand()
            }
            Some(c @ ('{' | ',')) => self.foreign(c),
            Some(c) if c.is_ascii_digit() => {
                let at = self.cursor.at;
                let word = self.bare_or_quoted()?;
                let is_number = word.text.chars().all(|c| c.is_ascii_digit() || c == '.');
                if !is_number {
                    return Ok(Expression::Literal(Value::Text(word.text)));
                }
                self.cursor.at = at;
                self.operand()
            }
            _ => Ok(Expression::Literal(Value::Text(
                self.bare_or_quoted()?.text,
            ))),
        }
    }
}

const NO_PIN_HERE: &str = "A PIN never stands in a command. Leave -Pin out, and one is drawn and shown once; or use \
    pindesk set-pin, which reads it from standard input.";

fn change(action: Action, identity: Option<String>, arguments: &mut Arguments) -> StageKind {
    StageKind::Change(ChangeStage {
        action,
        identity,
        what_if: arguments.switch("WhatIf"),
        confirm: arguments.switch("Confirm"),
        force: arguments.switch("Force"),
    })
}

impl From<ArgumentText> for Property {
    fn from(word: ArgumentText) -> Self {
        Self {
            name: word.text,
            at: word.at,
        }
    }
}
