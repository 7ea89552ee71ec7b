//! Turns a cmdlet with its arguments into stages.

use strum::VariantArray as _;

use super::arguments::{Argument, Arguments};
use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_dash};
use super::ldap;
use super::objects::Shape;
use super::operator::BinaryOperator;
use super::parser::PipelineParser;
use super::syntax::{
    ChangeStage, Expression, LoopBlocks, Measured, NamedValue, Property, Select, SortStage,
    StageKind,
};
use super::value::Value;
use crate::domain::dn::DistinguishedName;
use crate::domain::identity::Identity;
use crate::plan::Action;

impl PipelineParser<'_> {
    /// Reads what follows the name of a cmdlet. Some parameters are stages of their own.
    pub fn command(&mut self, name: &str, at: usize) -> Parsed<Vec<StageKind>> {
        let cmdlet = match Cmdlet::from_name(name) {
            Ok(cmdlet) => cmdlet,
            Err(why) => return self.cursor.fault_at(at, why),
        };
        match cmdlet {
            Cmdlet::Where => return Ok(vec![self.where_object(at)?]),
            Cmdlet::GetDate => return Ok(vec![StageKind::Values(self.get_date()?)]),
            Cmdlet::NewTimeSpan => return Ok(vec![StageKind::Values(self.new_time_span(at)?)]),
            _ => {}
        }
        let mut arguments = self.arguments(cmdlet)?;
        self.stages_of(cmdlet, &mut arguments, at)
    }

    fn stages_of(
        &mut self,
        cmdlet: Cmdlet,
        arguments: &mut Arguments,
        at: usize,
    ) -> Parsed<Vec<StageKind>> {
        let one = |kind| Ok(vec![kind]);
        match cmdlet {
            Cmdlet::GetUser | Cmdlet::GetPinInfo | Cmdlet::GetAdminRole => {
                self.getting(cmdlet, arguments)
            }
            Cmdlet::ImportCsv => one(StageKind::Import(self.source_file(arguments, at)?)),
            Cmdlet::GetContent => one(StageKind::Lines {
                path: self.path(arguments, cmdlet, at)?,
            }),
            Cmdlet::ExportCsv | Cmdlet::OutFile | Cmdlet::SetContent | Cmdlet::AddContent => {
                let file = self.written_file(arguments, cmdlet, at)?;
                one(StageKind::Export(file))
            }
            Cmdlet::ConvertToCsv => one(StageKind::Csv(self.delimiter(arguments, at, true)?)),
            Cmdlet::Select => one(StageKind::Select(Box::new(self.select(arguments, at)?))),
            Cmdlet::FormatTable
            | Cmdlet::FormatList
            | Cmdlet::FormatWide
            | Cmdlet::OutHost
            | Cmdlet::OutGridView => one(StageKind::Select(Box::new(Select {
                columns: arguments.columns("Property"),
                shows: true,
                ..Select::default()
            }))),
            Cmdlet::Sort => one(StageKind::Sort(SortStage {
                by: arguments.columns("Property"),
                descending: arguments.switch("Descending"),
                unique: arguments.switch("Unique"),
                top: self.count(arguments, "Top")?,
                bottom: self.count(arguments, "Bottom")?,
            })),
            Cmdlet::Group => one(StageKind::Group {
                by: arguments.columns("Property"),
                with_members: !arguments.switch("NoElement"),
            }),
            Cmdlet::Measure => {
                let wanted = Measured::VARIANTS.iter().copied();
                one(StageKind::Measure(
                    arguments.columns("Property"),
                    wanted
                        .filter(|wanted| arguments.switch(wanted.into()))
                        .collect(),
                ))
            }
            Cmdlet::ForEach => one(self.for_each(arguments, at)?),
            Cmdlet::OutNull => one(StageKind::nothing()),
            Cmdlet::WriteOutput => {
                let values = arguments
                    .list("InputObject")
                    .into_iter()
                    .map(|given| given.value);
                one(StageKind::Values(Expression::List(values.collect())))
            }
            Cmdlet::Tee | Cmdlet::Where | Cmdlet::GetDate | Cmdlet::NewTimeSpan => {
                one(StageKind::Where(Expression::Literal(Value::Bool(true))))
            }
            Cmdlet::Change(action) => one(StageKind::Change(self.change(action, arguments)?)),
        }
    }

    /// `Get-CsUser`, `Get-CsClientPinInfo` or `Get-CsAdminRole`.
    fn getting(&self, cmdlet: Cmdlet, arguments: &mut Arguments) -> Parsed<Vec<StageKind>> {
        let of = |identity| match cmdlet {
            Cmdlet::GetUser => StageKind::Users { identity },
            Cmdlet::GetPinInfo => StageKind::Pins { identity },
            _ => StageKind::Roles { identity },
        };
        let mut kinds = match arguments.value("Identity") {
            None => vec![of(None)],
            Some(Argument {
                value: Expression::Literal(value),
                at,
            }) => {
                let text = self.text_of(&Argument {
                    value: Expression::Literal(value),
                    at,
                })?;
                // Names of roles are no identities of users.
                if cmdlet != Cmdlet::GetAdminRole
                    && let Err(why) = Identity::parse(&text)
                {
                    return self.cursor.fault_at(at, why.to_string());
                }
                vec![of(Some(text))]
            }
            Some(Argument { value, at }) if cmdlet == Cmdlet::GetAdminRole => {
                return self.text_of(&Argument { value, at }).map(|_| Vec::new());
            }
            // A value that is known when it is read finds one user or state.
            Some(given) => {
                let shape = if cmdlet == Cmdlet::GetUser {
                    Shape::Users
                } else {
                    Shape::Pins
                };
                let found = Expression::LookUp(shape, Box::new(given.value), given.at);
                vec![StageKind::Values(found)]
            }
        };
        if let Some(unit) = arguments.value("OU") {
            match DistinguishedName::parse(&self.text_of(&unit)?) {
                Ok(unit) => kinds.push(StageKind::Within(unit)),
                Err(_unreadable) => {
                    return self.cursor.fault_at(
                        unit.at,
                        "An organisational unit is a distinguished name, such as 'OU=Sales,DC=litwareinc,DC=com'.",
                    );
                }
            }
        }
        if let Some(filter) = arguments.value("LdapFilter") {
            match ldap::condition(&self.text_of(&filter)?, filter.at) {
                Ok(condition) => kinds.push(StageKind::Where(condition)),
                Err(why) => return self.cursor.fault_at(filter.at, why),
            }
        }
        kinds.extend(arguments.condition("Filter").map(StageKind::Where));
        if let Some(size) = arguments.value("ResultSize")
            && !self.text_of(&size)?.eq_ignore_ascii_case("Unlimited")
        {
            kinds.push(StageKind::Select(Box::new(Select {
                first: Some(self.whole(&size)?),
                ..Select::default()
            })));
        }
        Ok(kinds)
    }

    fn select(&self, arguments: &mut Arguments, at: usize) -> Parsed<Select> {
        let positions: Parsed<Vec<usize>> = arguments
            .list("Index")
            .iter()
            .map(|given| self.whole(given))
            .collect();
        let expand = arguments.value("ExpandProperty");
        let select = Select {
            columns: arguments.columns("Property"),
            without: arguments.columns("ExcludeProperty"),
            expand: match expand {
                Some(given) => Some(NamedValue::property(self.text_of(&given)?, given.at)),
                None => None,
            },
            skip: self.count(arguments, "Skip")?.unwrap_or(0),
            skip_last: self.count(arguments, "SkipLast")?.unwrap_or(0),
            first: self.count(arguments, "First")?,
            last: self.count(arguments, "Last")?,
            positions: positions?,
            unique: arguments.switch("Unique"),
            shows: false,
        };
        let counts =
            select.first.is_some() || select.last.is_some() || select.skip + select.skip_last > 0;
        let chooses =
            !select.columns.is_empty() || !select.positions.is_empty() || select.expand.is_some();
        if !chooses && !counts && !select.unique && select.without.is_empty() {
            return self.cursor.fault_at(
                at,
                format!(
                    "Select-Object is not told what to select. {}",
                    Cmdlet::Select.takes()
                ),
            );
        }
        let ways = [
            select.first.is_some() || select.skip > 0 && select.last.is_none(),
            select.last.is_some(),
            select.skip_last > 0,
            !select.positions.is_empty(),
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            return self
                .cursor
                .fault_at(at, "-First together with -Last is not supported, nor -SkipLast or -Index with one of them.");
        }
        Ok(select)
    }

    fn count(&self, arguments: &mut Arguments, name: &str) -> Parsed<Option<usize>> {
        arguments
            .value(name)
            .map(|given| self.whole(&given))
            .transpose()
    }

    pub fn whole(&self, given: &Argument) -> Parsed<usize> {
        match self.text_of(given)?.parse::<u32>() {
            Ok(count) => Ok(count as usize),
            Err(_no_number) => self
                .cursor
                .fault_at(given.at, "This must be a whole number, such as 10."),
        }
    }

    /// The blocks of `ForEach-Object`, or the name of a property or method.
    fn for_each(&self, arguments: &mut Arguments, at: usize) -> Parsed<StageKind> {
        if let Some(given) = arguments.value("MemberName") {
            let name = self.text_of(&given)?;
            let property = Property { name, at: given.at };
            return Ok(LoopBlocks::value(Expression::Property(property)));
        }
        let mut given = arguments.blocks("Process");
        let mut blocks = LoopBlocks {
            begin: arguments.blocks("Begin").into_iter().flatten().collect(),
            each: Vec::new(),
            end: arguments.blocks("End").into_iter().flatten().collect(),
        };
        // Several blocks without names begin with one for the beginning, and end with one for the end.
        if given.len() > 1 {
            blocks.begin.extend(given.remove(0));
        }
        if given.len() > 1 {
            blocks.end.splice(0..0, given.pop().unwrap_or_default());
        }
        blocks.each = given.into_iter().flatten().collect();
        if blocks.begin.is_empty() && blocks.each.is_empty() && blocks.end.is_empty() {
            return self.cursor.fault_at(
                at,
                "ForEach-Object takes a block with values or cmdlets, or the name of a property.",
            );
        }
        Ok(StageKind::ForEach(Box::new(blocks)))
    }

    fn change(&self, action: Action, arguments: &mut Arguments) -> Parsed<ChangeStage> {
        if let Some(pin) = arguments.value("Pin") {
            // Other people can read a command line: in the list of processes and in the history of
            // the shell.
            return self.cursor.fault_at(pin.at, NO_PIN_HERE);
        }
        let identity = arguments.value("Identity");
        if let Some(Argument {
            value: Expression::Literal(_),
            at,
        }) = &identity
        {
            let text = identity
                .as_ref()
                .map(|given| self.text_of(given))
                .transpose()?;
            if let Err(why) = Identity::parse(&text.unwrap_or_default()) {
                return self.cursor.fault_at(*at, why.to_string());
            }
        }
        Ok(ChangeStage {
            action,
            identities: identity
                .into_iter()
                .map(|given| (given.value, given.at))
                .collect(),
            what_if: arguments.switch("WhatIf"),
            confirm: arguments.switch("Confirm"),
            force: arguments.switch("Force"),
        })
    }

    /// `Where-Object { … }`, or `Where-Object Property -operator value`.
    fn where_object(&mut self, at: usize) -> Parsed<StageKind> {
        if self.is_at_end()? {
            return self.cursor.fault_at(
                at,
                format!("Where-Object needs a condition. {}", Cmdlet::Where.takes()),
            );
        }
        let is_negated = self.skip_parameter("Not")?;
        self.skip_parameter("FilterScript")?;
        if self.cursor.peek() == Some('{') {
            let condition = self.row_block()?;
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
        let name = self.bare_or_quoted()?;
        let property = Expression::Property(Property {
            name: self.text_of(&name)?,
            at: name.at,
        });
        if self.is_at_end()? {
            return Ok(StageKind::Where(if is_negated {
                Expression::Not(Box::new(property))
            } else {
                property
            }));
        }
        let at = self.cursor.at;
        if is_negated {
            return self
                .cursor
                .fault("-Not takes a property alone. Write { } and -not ( … ) for a comparison.");
        }
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
    /// Returns whether it was.
    fn skip_parameter(&mut self, name: &str) -> Parsed<bool> {
        if self.is_at_parameter() {
            let at = self.cursor.at;
            self.cursor.bump();
            let word = self.cursor.take_while(char::is_alphanumeric);
            if word.eq_ignore_ascii_case(name) {
                self.cursor.eat(':');
                self.cursor.skip_blank()?;
                return Ok(true);
            }
            self.cursor.at = at;
        }
        Ok(false)
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
                let is_number = self
                    .text_of(&word)?
                    .chars()
                    .all(|c| c.is_ascii_digit() || c == '.');
                if !is_number {
                    return Ok(word.value);
                }
                self.cursor.at = at;
                self.operand()
            }
            _ => Ok(self.argument()?.value),
        }
    }
}

const NO_PIN_HERE: &str = "A PIN never stands in a command. Leave -Pin out, and one is drawn and shown once; or use \
    pindesk set-pin, which reads it from standard input.";
