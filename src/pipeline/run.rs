//! Running a pipeline: what it is fed with goes through its stages one by one, and what it says in the end.

use std::collections::HashMap;
use std::sync::Arc;

use super::check::check;
use super::explain::{Explanation, explain};
use super::fault::Fault;
use super::objects::{Object, Row, Shape};
pub use super::stages::Lookup;
use super::stages::{State, Work};
use super::syntax::{Kind, Pipeline, Source, Stage};
use super::value::Value;
use crate::domain::Time;
use crate::domain::role::Role;
use crate::domain::user::{UserId, UserRecord, Version};
use crate::plan::words::users;
use crate::plan::{Found, Request, Resolved};
use crate::zone::Zone;

/// What a pipeline is run at.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub now: Time,
    /// In which texts are read as dates, and dates become texts.
    pub zone: Zone,
    /// Only the most important properties, where none were chosen: for a table that people read.
    pub brief: bool,
}

/// A pipeline at work. It keeps no more than its stages need: all of them but Sort-Object, -Last and -Unique let go what
/// they have seen.
pub struct Run<'a> {
    pipeline: &'a Pipeline,
    context: Context,
    stages: Vec<Stage>,
    states: Vec<State>,
    work: Work<'a>,
    columns: Arc<[String]>,
    fault: Option<Fault>,
}

/// What a pipeline came to.
#[derive(Debug)]
pub struct Outcome {
    pub answer: Answer,
    pub explanation: Explanation,
}

#[derive(Debug)]
pub enum Answer {
    /// So many rows were handed over. `columns` is empty where they are plain values without a name.
    Rows {
        columns: Vec<String>,
        count: usize,
    },
    Count(usize),
    Change(Change),
}

/// What is to be done to PINs: a request, and how it was asked.
#[derive(Debug)]
pub struct Change {
    /// Without reason and ticket, which a pipeline cannot say.
    pub request: Request,
    pub what_if: bool,
    pub confirm: bool,
    pub force: bool,
    /// The users as the pipeline saw them.
    seen: HashMap<UserId, Version>,
}

impl Change {
    /// Leaves out who has changed since the pipeline saw them, so that nobody is taken by a condition that no longer
    /// holds. Says how many that are.
    pub fn keep_as_seen(&self, items: &mut Vec<Resolved>) -> usize {
        let before = items.len();
        items.retain(|item| match &item.found {
            Found::User(user) => self
                .seen
                .get(&user.id)
                .is_none_or(|seen| *seen == user.version),
            _ => true,
        });
        before - items.len()
    }

    /// What to say about those that were left out.
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
    /// Begins to run it. Feed it with what [`Pipeline::source`] asks for, then [`Run::finish`]. Rows go to `sink` as they
    /// come out, until it says by false that it has enough.
    pub fn start<'a>(&'a self, context: Context, sink: &'a mut dyn FnMut(Row) -> bool) -> Run<'a> {
        Run {
            pipeline: self,
            context,
            stages: self.stages.clone(),
            states: self
                .stages
                .iter()
                .map(|stage| State::new(&stage.kind))
                .collect(),
            work: Work::new(context, sink),
            columns: Arc::from(Vec::new()),
            fault: None,
        }
    }

    /// Runs it over users that are at hand, where it asks for users or nothing.
    ///
    /// # Errors
    /// A condition cannot be worked out, or an identity finds nobody or several.
    pub fn run_over(
        &self,
        users: impl IntoIterator<Item = UserRecord>,
        context: Context,
        sink: &mut dyn FnMut(Row) -> bool,
    ) -> Result<Outcome, Fault> {
        let mut run = self.start(context, sink);
        if self.source() == Source::Users {
            for user in users {
                if !run.user(user) {
                    break;
                }
            }
        }
        run.finish()
    }
}

impl<'a> Run<'a> {
    /// Lets `Get-CsClientPinInfo` take texts and rows that name users.
    #[must_use]
    pub fn looking_up(mut self, lookup: &'a mut Lookup<'a>) -> Self {
        self.work.lookup = Some(lookup);
        self
    }
}

impl Run<'_> {
    /// Takes a user. False: it needs no more.
    pub fn user(&mut self, user: UserRecord) -> bool {
        self.feed(Object::User(Box::new(user)))
    }

    /// Takes a role. False: it needs no more.
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
            .map(|stage| State::new(&stage.kind))
            .collect();
        self.columns = Arc::from(columns.to_vec());
        Ok(())
    }

    /// Takes a row of the file. False: it needs no more.
    pub fn row(&mut self, cells: Vec<String>) -> bool {
        let cells = cells.into_iter().map(Value::Text).collect();
        self.feed(Object::Row(Row {
            columns: Arc::clone(&self.columns),
            cells,
            user: None,
        }))
    }

    fn feed(&mut self, object: Object) -> bool {
        if self.fault.is_some() {
            return false;
        }
        let fed = self.work.push(&self.stages, &mut self.states, 0, object);
        self.note(fed)
    }

    fn note(&mut self, done: Result<bool, (usize, String)>) -> bool {
        match done {
            Ok(goes_on) => goes_on,
            Err((at, message)) => {
                self.fault = Some(Fault::at(&self.pipeline.text, at, message));
                false
            }
        }
    }

    /// Ends the run: what was kept is handed on, and the answer is there.
    ///
    /// # Errors
    /// A condition could not be worked out, or an identity found nobody or several. Nothing of the answer holds then.
    pub fn finish(mut self) -> Result<Outcome, Fault> {
        if self.fault.is_none() {
            let flushed = self
                .work
                .flush(&self.stages, &mut self.states)
                .map(|()| true);
            self.note(flushed);
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let shape = check(&self.pipeline.text, &mut self.stages, Some(&*self.columns))
            .unwrap_or(Shape::Values);
        let explanation = explain(self.pipeline, &self.stages, &self.states);
        let taken = self.states.last().map_or(0, |state| state.counts.taken);
        let answer = match self.stages.last().map(|stage| &stage.kind) {
            Some(Kind::Measure) => Answer::Count(taken),
            Some(Kind::Change(change)) => {
                let (targets, seen) = self.work.take_targets();
                let request = Request {
                    action: change.action,
                    targets,
                    reason: String::new(),
                    ticket: String::new(),
                };
                let (what_if, confirm, force) = (change.what_if, change.confirm, change.force);
                Answer::Change(Change {
                    request,
                    what_if,
                    confirm,
                    force,
                    seen,
                })
            }
            _ => Answer::Rows {
                columns: shape.shown(self.context.brief),
                count: self.work.rows,
            },
        };
        Ok(Outcome {
            answer,
            explanation,
        })
    }
}
