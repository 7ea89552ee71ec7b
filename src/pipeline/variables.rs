//! Variables of a line: each stands for a value, which is put in its place when it is read.

use super::cursor::Parsed;
use super::parser::{PipelineParser, Scope, Variable};
use super::syntax::{Expression, Stage, StageKind};

impl PipelineParser<'_> {
    /// `$name = …`, if that is next. Returns whether it was.
    pub fn assignment(&mut self) -> Parsed<bool> {
        let at = self.cursor.at;
        if !self.cursor.eat('$') {
            return Ok(false);
        }
        let name = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || c == '_')
            .to_ascii_lowercase();
        self.cursor.skip_blank()?;
        if name.is_empty() || self.cursor.peek() != Some('=') || self.cursor.second() == Some('=') {
            self.cursor.at = at;
            return Ok(false);
        }
        self.cursor.bump();
        self.cursor.skip_lines()?;
        if self.branches > 0 {
            return self
                .cursor
                .fault_at(at, "A variable cannot be set in an if here. Set it before.");
        }
        let is_reserved = matches!(name.as_str(), "_" | "psitem" | "true" | "false" | "null")
            || (name.ends_with("preference")
                && (name.starts_with("whatif") || name.starts_with("confirm")));
        if (self.cursor.peek(), self.cursor.second()) == (Some('@'), Some('{')) {
            let entries = self.table()?;
            self.tables.insert(name, entries);
            return Ok(true);
        }
        let (uses, size) = (self.uses_of_it, self.conditions);
        let begun = self.cursor.at;
        let is_choice = self.word().eq_ignore_ascii_case("if");
        self.cursor.at = begun;
        let mut stages = if is_choice {
            let value = self.within("|;\n", Self::expression)?;
            vec![Stage {
                kind: StageKind::Values(value),
                at,
                end: self.cursor.at,
            }]
        } else {
            self.pipeline()?
        };
        let value = match stages.as_mut_slice() {
            [
                Stage {
                    kind: StageKind::Values(value),
                    ..
                },
            ] => value.clone(),
            _ if self.uses_of_it > uses => return self.depends_on_it(at),
            _ => self.part_of(stages, at)?,
        };
        let asks_nobody = matches!(&value, Expression::Literal(value)
            if name == "confirmpreference" && value.to_text(crate::zone::Zone::utc()).eq_ignore_ascii_case("none"));
        if is_reserved && !asks_nobody {
            return self
                .cursor
                .fault_at(at, format!("${name} cannot be set here."));
        }
        let variable = Variable {
            value,
            uses_it: self.uses_of_it > uses,
            size: self.conditions - size,
        };
        self.variables.insert(name, variable);
        Ok(true)
    }

    /// The value of a variable whose name begins at the byte `at`.
    pub fn variable(&mut self, name: &str, at: usize) -> Parsed<Expression> {
        let plain = name.to_ascii_lowercase();
        let is_it = matches!(plain.as_str(), "_" | "psitem");
        match &self.scope {
            Scope::Row if is_it => {
                self.uses_of_it += 1;
                return Ok(Expression::It(at));
            }
            Scope::Loop(name) if *name == plain => {
                self.uses_of_it += 1;
                return Ok(Expression::It(at));
            }
            _ if is_it => {
                return self.cursor.fault_at(
                    at,
                    "$_ has no value here. It is the object that a block { } gets from the stage before.",
                );
            }
            _ => {}
        }
        let Some(variable) = self.variables.get(&plain) else {
            return self.cursor.fault_at(
                at,
                format!("${name} is set nowhere before in this line. Set it first: ${name} = 'Ken Myer'; …"),
            );
        };
        self.conditions += variable.size + 1;
        self.uses_of_it += usize::from(variable.uses_it);
        Ok(variable.value.clone())
    }
}
