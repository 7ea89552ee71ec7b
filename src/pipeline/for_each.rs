//! The statements in the blocks of `ForEach-Object` and `foreach`.

use super::cmdlets::Cmdlet;
use super::cursor::{Parsed, is_dash};
use super::parser::{PipelineParser, Scope};
use super::syntax::{Expression, LoopBlocks, Stage, StageKind, Statement};
use super::value::Value;

impl PipelineParser<'_> {
    /// A block in which `$_` is the object of the loop.
    pub fn steps_of_rows(&mut self) -> Parsed<Vec<Statement>> {
        self.scoped(Scope::Row, Self::steps)
    }

    /// `{ statements }`. The next character must be the bracket.
    pub fn steps(&mut self) -> Parsed<Vec<Statement>> {
        let opened = self.cursor.at;
        if !self.cursor.eat('{') {
            return self.cursor.fault("{ is missing before this.");
        }
        self.nested(|parser| {
            let mut steps = Vec::new();
            loop {
                parser.skip_separators()?;
                if parser.cursor.peek().is_none_or(|c| c == '}') {
                    parser.close(opened, '}')?;
                    return Ok(steps);
                }
                if !parser.assignment()? {
                    parser.step(&mut steps)?;
                }
                parser.end_of_statement()?;
            }
        })
    }

    /// Refuses what follows a statement without a separator.
    fn end_of_statement(&mut self) -> Parsed<()> {
        self.cursor.skip_blank()?;
        match self.cursor.peek() {
            None | Some(';' | '\n' | '\r' | '}') => Ok(()),
            Some('|') => self.cursor.fault(
                "In a block, only a value is handed on with |, and only to a cmdlet that changes PINs. Write several \
                 stages outside of the block.",
            ),
            Some(c) => self.foreign(c),
        }
    }

    fn step(&mut self, steps: &mut Vec<Statement>) -> Parsed<()> {
        let at = self.cursor.at;
        let word = self.word();
        let end = self.cursor.at;
        self.cursor.at = at;
        if word.eq_ignore_ascii_case("if") {
            self.cursor.at = end;
            let step = self.branch()?;
            steps.push(step);
            return Ok(());
        }
        let cmdlet = Cmdlet::from_name(word).ok();
        match cmdlet {
            Some(Cmdlet::WriteOutput) => {
                self.cursor.at = end;
                self.cursor.skip_blank()?;
                let value = self.argument()?.value;
                steps.push(Statement::Emit(value));
            }
            Some(Cmdlet::Change(_) | Cmdlet::GetUser | Cmdlet::GetPinInfo) => {
                let value = match self.one_command()? {
                    Ok(step) => step,
                    Err(value) => self.handed_on(value, at)?,
                };
                steps.push(value);
            }
            Some(other) if word.contains(is_dash) => {
                return self.cursor.fault(format!(
                    "{} is not supported in a block. Write it as a stage of its own, with | before it.",
                    other.name()
                ));
            }
            _ if word.contains(is_dash) && !word.is_empty() && cmdlet.is_none() => {
                return self
                    .cursor
                    .fault(Cmdlet::from_name(word).err().unwrap_or_default());
            }
            _ => {
                let value = self.within("|;\n", Self::expression)?;
                steps.push(self.handed_on(value, at)?);
            }
        }
        Ok(())
    }

    /// A cmdlet in a block: a change, or the value that it finds.
    fn one_command(&mut self) -> Parsed<Result<Statement, Expression>> {
        let at = self.cursor.at;
        let before = self.uses_of_it;
        let mut stages = self.stage()?;
        if let (
            1,
            Some(Stage {
                kind: StageKind::Change(change),
                ..
            }),
        ) = (stages.len(), stages.last())
        {
            if change.identities.is_empty() {
                let name = change.action.cmdlet();
                return self.cursor.fault_at(
                    at,
                    format!("{name} needs an identity here: {name} -Identity $_.Identity."),
                );
            }
            return Ok(Ok(Statement::Change(change.clone())));
        }
        let value = match stages.pop() {
            Some(Stage {
                kind: StageKind::Values(value),
                ..
            }) if stages.is_empty() => value,
            Some(_) if self.uses_of_it > before => return self.depends_on_it(at),
            last => {
                stages.extend(last);
                self.part_of(stages, at)?
            }
        };
        Ok(Err(value))
    }

    /// A value, or the change that it is handed on to.
    fn handed_on(&mut self, value: Expression, at: usize) -> Parsed<Statement> {
        self.cursor.skip_blank()?;
        if self.cursor.peek() != Some('|') {
            return Ok(Statement::Emit(value));
        }
        let pipe = self.cursor.at;
        self.cursor.bump();
        self.cursor.skip_lines()?;
        if let Some(Stage {
            kind: StageKind::Change(mut change),
            ..
        }) = self.stage()?.pop()
            && change.identities.is_empty()
        {
            change.identities.push((value, at));
            return Ok(Statement::Change(change));
        }
        self.cursor.at = pipe;
        self.end_of_statement()?;
        Ok(Statement::Emit(value))
    }

    /// `(condition) { … } elseif … else { … }`, behind the `if`.
    fn branch(&mut self) -> Parsed<Statement> {
        self.nested(Self::branch_inside)
    }

    fn branch_inside(&mut self) -> Parsed<Statement> {
        let condition = self.condition_of_if()?;
        self.branches += 1;
        let then = self.steps()?;
        let end = self.cursor.at;
        self.cursor.skip_lines()?;
        let word = self.word();
        let otherwise = if word.eq_ignore_ascii_case("elseif") {
            vec![self.branch()?]
        } else if word.eq_ignore_ascii_case("else") {
            self.cursor.skip_lines()?;
            self.steps()?
        } else {
            self.cursor.at = end;
            Vec::new()
        };
        self.branches -= 1;
        Ok(Statement::If(condition, then, otherwise))
    }

    /// `foreach ($name in …) { … }` and `if (…) { … }` as stages. None if it is neither.
    pub fn statement(&mut self) -> Parsed<Option<Vec<Stage>>> {
        let at = self.cursor.at;
        let word = self.word();
        self.cursor.skip_blank()?;
        let is_open = self.cursor.peek() == Some('(');
        let (mut stages, steps) = if word.eq_ignore_ascii_case("foreach") && is_open {
            let opened = self.cursor.at;
            self.cursor.bump();
            self.cursor.skip_lines()?;
            self.cursor.eat('$');
            let name = self.word().to_ascii_lowercase();
            self.cursor.skip_blank()?;
            if name.is_empty() || !self.word().eq_ignore_ascii_case("in") {
                return self
                    .cursor
                    .fault_at(opened, "A loop is written foreach ($user in …) { … }.");
            }
            self.cursor.skip_lines()?;
            let stages = self.scoped(Scope::Nothing, Self::pipeline)?;
            self.close(opened, ')')?;
            self.cursor.skip_lines()?;
            (stages, self.scoped(Scope::Loop(name), Self::steps)?)
        } else if word.eq_ignore_ascii_case("if") && is_open {
            let once = Stage {
                kind: StageKind::Values(Expression::Literal(Value::Bool(true))),
                at,
                end: self.cursor.at,
            };
            (vec![once], vec![self.branch()?])
        } else {
            self.cursor.at = at;
            return Ok(None);
        };
        stages.push(Stage {
            kind: StageKind::ForEach(Box::new(LoopBlocks {
                each: steps,
                ..LoopBlocks::default()
            })),
            at,
            end: self.cursor.at,
        });
        Ok(Some(stages))
    }
}
