//! The tree of a pipeline: what was read, checked, and ready to run.

use chrono::Duration;

use super::operator::{Comparison, Logic};
use super::pattern::Pattern;
use super::value::Value;
use crate::plan::Action;

/// A pipeline that was read and can be run.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(super) text: String,
    pub(super) stages: Vec<Stage>,
    /// What is worth knowing about it before it is run.
    pub(super) notes: Vec<String>,
}

/// What a pipeline is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// All users, in the order of their ids.
    Users,
    /// All roles.
    Roles,
    /// The rows of a file: its header first.
    File(&'a str),
    /// Nothing: it names an identity.
    Nothing,
}

/// What stands between two `|`.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub kind: Kind,
    /// Where it stands, and where it ends.
    pub at: usize,
    pub end: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Users {
        identity: Option<String>,
    },
    Pins {
        identity: Option<String>,
    },
    Roles {
        identity: Option<String>,
    },
    Import {
        path: String,
    },
    /// Texts in quotes with commas between them: identities.
    Texts(Vec<String>),
    Where(Expression),
    Select(Select),
    Sort {
        properties: Vec<Property>,
        descending: bool,
    },
    Measure,
    Export {
        path: String,
    },
    Change(ChangeStage),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Select {
    pub properties: Vec<Property>,
    pub expand: Option<Property>,
    pub first: Option<usize>,
    pub last: Option<usize>,
    pub unique: bool,
}

/// `Lock-CsClientPin`, `Unlock-CsClientPin` or `Set-CsClientPin`.
#[derive(Clone, Debug)]
pub(super) struct ChangeStage {
    pub action: Action,
    pub identity: Option<String>,
    pub what_if: bool,
    pub confirm: bool,
    pub force: bool,
}

/// The name of a property; checking puts it into its own spelling.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Property {
    pub name: String,
    pub at: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(Value),
    /// `(Get-Date)`, and what was added to it.
    Now(Duration),
    /// `$_` itself.
    It(usize),
    Property(Property),
    Not(Box<Expression>),
    Logic(Logic, Box<Expression>, Box<Expression>),
    Compare(Box<Compare>),
}

#[derive(Clone, Debug)]
pub(super) struct Compare {
    pub comparison: Comparison,
    /// `-ceq` and the like: case counts.
    pub is_exact: bool,
    pub left: Expression,
    pub right: Expression,
    /// Of `-like` and `-match` and their opposites.
    pub pattern: Option<Pattern>,
    pub at: usize,
}

impl Pipeline {
    /// What it is to be fed with.
    pub fn source(&self) -> Source<'_> {
        match self.stages.first().map(|stage| &stage.kind) {
            Some(Kind::Users { .. } | Kind::Pins { .. }) => Source::Users,
            Some(Kind::Roles { .. }) => Source::Roles,
            Some(Kind::Import { path }) => Source::File(path),
            _ => Source::Nothing,
        }
    }

    /// The file that its rows go to.
    pub fn export(&self) -> Option<&str> {
        match &self.stages.last()?.kind {
            Kind::Export { path } => Some(path),
            _ => None,
        }
    }

    /// What it does to PINs in the end; None where it only looks.
    pub fn action(&self) -> Option<Action> {
        match &self.stages.last()?.kind {
            Kind::Change(change) => Some(change.action),
            _ => None,
        }
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A stage as it was written, on one line.
    pub(super) fn stage_text(&self, stage: &Stage) -> String {
        self.text[stage.at..stage.end]
            .trim()
            .replace(char::is_control, " ")
    }
}
