//! Walks through the expressions of a pipeline, and fills in the results of its parts.

use super::objects::Shape;
use super::syntax::{ChangeStage, Expression, Pipeline, SortStage, StageKind, Statement};
use super::value::Value;

impl Expression {
    /// The expressions of which it is made.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Literal(_) | Self::Now(_) | Self::It(_) | Self::Property(_) | Self::Part(_) => {
                Vec::new()
            }
            Self::Not(of)
            | Self::Member(of, ..)
            | Self::Cast(_, of, _)
            | Self::Is(of, _)
            | Self::Array(of)
            | Self::Of(of, _)
            | Self::LookUp(_, of, _) => vec![of],
            Self::Logic(_, left, right) | Self::Index(left, right, _) => vec![left, right],
            Self::Compare(compare) => vec![&mut compare.left, &mut compare.right],
            Self::Calculate(calculation) => vec![&mut calculation.left, &mut calculation.right],
            Self::Parts(items) | Self::List(items) => items.iter_mut().collect(),
            Self::Call(call) => std::iter::once(&mut call.of)
                .chain(&mut call.arguments)
                .collect(),
            Self::Choice(parts) => parts.iter_mut().collect(),
            Self::Object(columns) => columns.iter_mut().map(|column| &mut column.value).collect(),
        }
    }

    /// The kind of objects that the value is.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Part(part) => part.shape.clone(),
            Self::Index(of, ..) | Self::Array(of) => of.shape(),
            Self::LookUp(shape, ..) => shape.clone(),
            Self::Object(columns) => Shape::named(columns.iter().map(|column| column.name.clone())),
            _ => Shape::Values,
        }
    }

    fn mark(&mut self, used: &mut [bool]) {
        if let Self::Part(part) = self
            && let Some(is) = used.get_mut(part.index)
        {
            *is = true;
        }
        for part in self.parts_mut() {
            part.mark(used);
        }
    }

    fn fill(&mut self, index: usize, found: &Value) {
        if let Self::Part(part) = self
            && part.index == index
        {
            part.found = Some(found.clone());
        }
        for part in self.parts_mut() {
            part.fill(index, found);
        }
    }
}

impl Statement {
    fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Self::Emit(value) => vec![value],
            Self::Change(change) => change
                .identities
                .iter_mut()
                .map(|(identity, _)| identity)
                .collect(),
            Self::If(condition, then, otherwise) => std::iter::once(condition)
                .chain(
                    then.iter_mut()
                        .chain(otherwise)
                        .flat_map(Self::expressions_mut),
                )
                .collect(),
        }
    }
}

impl StageKind {
    /// The change of PINs in the stage, if there is one.
    pub fn change(&self) -> Option<&ChangeStage> {
        match self {
            Self::Change(change) => Some(change),
            Self::ForEach(blocks) => blocks.change(),
            _ => None,
        }
    }

    /// A stage that nothing passes.
    pub fn nothing() -> Self {
        Self::Where(Expression::Literal(Value::Bool(false)))
    }

    /// Whether nothing passes the stage.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Where(Expression::Literal(Value::Bool(false))))
    }

    /// Whether the stage only counts.
    pub fn is_count(&self) -> bool {
        matches!(self, Self::Measure(by, wanted) if by.is_empty() && wanted.is_empty())
    }

    /// The expressions in its arguments.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        match self {
            Self::Values(value) | Self::Where(value) => vec![value],
            Self::Select(select) => {
                let columns = select.columns.iter_mut().chain(&mut select.expand);
                columns.map(|column| &mut column.value).collect()
            }
            Self::Sort(SortStage { by, .. }) | Self::Group { by, .. } | Self::Measure(by, _) => {
                by.iter_mut().map(|column| &mut column.value).collect()
            }
            Self::ForEach(blocks) => {
                let steps = blocks
                    .begin
                    .iter_mut()
                    .chain(&mut blocks.each)
                    .chain(&mut blocks.end);
                steps.flat_map(Statement::expressions_mut).collect()
            }
            Self::Change(change) => change
                .identities
                .iter_mut()
                .map(|(identity, _)| identity)
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Pipeline {
    /// Empties parts that nothing needs.
    pub(super) fn drop_unused_parts(&mut self) {
        let mut used = vec![false; self.parts.len()];
        for stage in &mut self.stages {
            stage
                .kind
                .expressions_mut()
                .into_iter()
                .for_each(|part| part.mark(&mut used));
        }
        for index in (0..self.parts.len()).rev() {
            for stage in &mut self.parts[index] {
                if used[index] {
                    stage
                        .kind
                        .expressions_mut()
                        .into_iter()
                        .for_each(|part| part.mark(&mut used));
                }
            }
            if !used[index] {
                self.parts[index].clear();
            }
        }
    }

    /// The next part of it that must run first. None if all have run.
    pub fn next_part(&mut self) -> Option<Self> {
        while self.parts.get(self.done)?.is_empty() {
            self.done += 1;
        }
        Some(Self {
            text: self.text.clone(),
            stages: self.parts.get(self.done)?.clone(),
            notes: Vec::new(),
            parts: Vec::new(),
            done: 0,
            is_part: true,
        })
    }

    /// Takes in what [`Pipeline::next_part`] has found.
    pub fn take_part(&mut self, mut found: Vec<Value>) {
        let value = match found.len() {
            0 => Value::Null,
            1 => found.swap_remove(0),
            _ => Value::List(found),
        };
        let stages = self.parts.iter_mut().flatten().chain(&mut self.stages);
        for expression in stages.flat_map(|stage| stage.kind.expressions_mut()) {
            expression.fill(self.done, &value);
        }
        self.done += 1;
    }
}
