//! Runs a pipeline: objects go through its stages one by one, and then the answer is ready.

use std::sync::Arc;

use super::check::check;
use super::context::Context;
use super::explain::{Explanation, explain};
use super::fault::{Fault, LocatedMessage};
use super::objects::Shape;
use super::stage_state::StageState;
pub use super::stages::Lookup;
use super::stages::StageRunner;
use super::syntax::{Pipeline, Stage};
use super::value::{Object, PipelineRow, Value};
use crate::domain::role::Role;
use crate::domain::user::UserRecord;
use crate::plan::words::users;
use crate::plan::{Keep, Request};

/// A running pipeline. Only `Sort-Object`, `-Last` and `-Unique` keep the objects that they have
/// seen; all other stages hand them on at once.
pub struct Run<'a> {
    pipeline: &'a Pipeline,
    context: Context,
    stages: Vec<Stage>,
    states: Vec<StageState>,
    runner: StageRunner<'a>,
    columns: Arc<[String]>,
    fault: Option<Fault>,
}

/// The result of a run.
#[derive(Debug)]
pub struct RunOutcome {
    pub answer: RunAnswer,
    pub explanation: Explanation,
    /// The objects that a part of a pipeline has found. It hands no rows to the sink.
    pub found: Vec<Value>,
}

/// The answer of a pipeline.
#[derive(Debug)]
pub enum RunAnswer {
    /// Rows went to the sink. `columns` is empty when they are plain values without a name.
    Rows {
        columns: Vec<String>,
        count: usize,
    },
    /// The count of `Measure-Object`.
    Count(usize),
    Change(Change),
}

/// A change of PINs: the request, and the switches of the cmdlet.
#[derive(Debug)]
pub struct Change {
    /// The request, without reason and ticket, for which a pipeline has no parameters. It keeps the
    /// users who are still as the pipeline saw them.
    pub request: Request,
    pub what_if: bool,
    pub confirm: bool,
    pub force: bool,
}

impl Change {
    /// A sentence about `count` users that were left out. None if it is 0.
    pub fn left_out_words(count: usize) -> Option<String> {
        (count > 0).then(|| {
            format!(
                "{} changed in the meantime and left out. Run it again.",
                users(count)
            )
        })
    }
}

impl Pipeline {
    /// Begins a run. Feed it with the objects that [`Pipeline::source`] asks for, then call
    /// [`Run::finish`]. Rows go to `sink` as they come, until it returns false.
    pub fn start<'a>(
        &'a self,
        context: Context,
        sink: &'a mut dyn FnMut(PipelineRow) -> bool,
    ) -> Run<'a> {
        Run {
            pipeline: self,
            context,
            stages: self.stages.clone(),
            states: self
                .stages
                .iter()
                .map(|stage| StageState::new(&stage.kind))
                .collect(),
            runner: StageRunner::new(context, self.is_part, sink),
            columns: Arc::from(Vec::new()),
            fault: None,
        }
    }
}

impl<'a> Run<'a> {
    /// Lets `Get-CsClientPinInfo` take texts and rows that name users.
    #[must_use]
    pub fn looking_up(mut self, lookup: &'a mut Lookup<'a>) -> Self {
        self.runner.lookup = Some(lookup).into();
        self
    }
}

impl Run<'_> {
    /// Takes a user. Returns false if no more objects are needed.
    pub fn user(&mut self, user: UserRecord) -> bool {
        self.feed(Object::User(Box::new(user)))
    }

    /// Takes a role. Returns false if no more objects are needed.
    pub fn role(&mut self, role: Role) -> bool {
        self.feed(Object::Role(Box::new(role)))
    }

    /// Takes the header of the file, before its rows.
    ///
    /// # Errors
    /// The pipeline names a column that the file does not have.
    pub fn header(&mut self, columns: &[String]) -> Result<(), Fault> {
        check(&self.pipeline.text, &mut self.stages, Some(columns))?;
        self.states = self
            .stages
            .iter()
            .map(|stage| StageState::new(&stage.kind))
            .collect();
        self.columns = Arc::from(columns.to_vec());
        Ok(())
    }

    /// Takes a line of the file. Returns false if no more objects are needed.
    pub fn line(&mut self, text: String) -> bool {
        self.feed(Object::Value(Value::Text(text)))
    }

    /// Takes a row of the file. Cells that are missing at its end are `$null`. Returns false if no more objects are needed.
    pub fn row(&mut self, cells: Vec<String>) -> bool {
        let mut cells: Vec<Value> = cells.into_iter().map(Value::Text).collect();
        cells.resize(self.columns.len(), Value::Null);
        self.feed(Object::Row(PipelineRow {
            columns: Arc::clone(&self.columns),
            cells,
            user: None,
        }))
    }

    fn feed(&mut self, object: Object) -> bool {
        if self.fault.is_some() {
            return false;
        }
        let fed = self.runner.push(&self.stages, &mut self.states, 0, object);
        self.note(fed)
    }

    fn note(&mut self, done: Result<bool, LocatedMessage>) -> bool {
        match done {
            Ok(goes_on) => goes_on,
            Err(found) => {
                self.fault = Some(Fault::of(&self.pipeline.text, found));
                false
            }
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        if self.fault.is_none() {
            let flushed = self
                .runner
                .flush(&self.stages, &mut self.states)
                .map(|()| true);
            self.note(flushed);
        }
        self.fault.take().map_or(Ok(()), Err)
    }

    /// Ends the run: objects that stages have kept are passed on, and the answer is returned.
    ///
    /// # Errors
    /// A condition could not be evaluated, or an identity found no user or several. Rows that went
    /// to the sink before do not count then.
    pub fn finish(mut self) -> Result<RunOutcome, Fault> {
        self.end()?;
        let shape = check(&self.pipeline.text, &mut self.stages, Some(&*self.columns))
            .unwrap_or(Shape::Values);
        let explanation = explain(self.pipeline, &self.stages, &self.states);
        let taken = self.states.last().map_or(0, |state| state.counts.taken);
        let is_count = self
            .stages
            .last()
            .is_some_and(|stage| stage.kind.is_count());
        let answer = match self.pipeline.change() {
            _ if is_count => RunAnswer::Count(taken),
            Some(change) => {
                let (targets, seen) = self.runner.take_targets();
                let request = Request {
                    action: change.action,
                    targets,
                    reason: String::new(),
                    ticket: String::new(),
                    keep: Keep::AsSeen(seen),
                };
                let (what_if, confirm, force) = (change.what_if, change.confirm, change.force);
                RunAnswer::Change(Change {
                    request,
                    what_if,
                    confirm,
                    force,
                })
            }
            None => RunAnswer::Rows {
                columns: shape.shown(self.context.brief),
                count: self.runner.rows,
            },
        };
        Ok(RunOutcome {
            answer,
            explanation,
            found: self.runner.kept.unwrap_or_default(),
        })
    }
}
