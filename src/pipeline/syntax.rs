//! The tree of a pipeline, read, checked and ready to run.

use chrono::Duration;

use super::member::{Member, Method, Type};
use super::operator::{Calculator, Comparison, Logic};
use super::pattern::Pattern;
use super::value::Value;
use crate::plan::Action;

/// A pipeline that was read and can run.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(super) text: String,
    pub(super) stages: Vec<Stage>,
    /// Warnings about the text.
    pub(super) notes: Vec<String>,
}

/// The objects that a pipeline is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PipelineSource<'a> {
    /// All users, in the order of their IDs.
    Users,
    /// All roles.
    Roles,
    /// The rows of the file with this path, after its header.
    File(&'a str),
    /// No objects, since the pipeline begins with identities.
    Nothing,
}

/// A stage, between two `|`.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub kind: StageKind,
    /// The range of the stage in the text, in bytes: `at..end`.
    pub at: usize,
    pub end: usize,
}

/// The kind of a stage: its cmdlet and arguments.
#[derive(Clone, Debug)]
pub(super) enum StageKind {
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

/// The parameters of `Select-Object`, and of cmdlets that only show objects, such as `Format-Table`.
#[derive(Clone, Debug, Default)]
pub(super) struct Select {
    pub properties: Vec<Property>,
    pub expand: Option<Property>,
    pub first: Option<usize>,
    pub last: Option<usize>,
    pub unique: bool,
    /// Whether the objects are only shown, so that no stage can follow.
    pub shows: bool,
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

/// The name of a property, whose case is corrected by the check, and the byte at which it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Property {
    pub name: String,
    pub at: usize,
}

/// A condition or a value in it.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Literal(Value),
    /// `(Get-Date)`, and the time that was added to it.
    Now(Duration),
    /// `$_` itself, and the byte at which it begins.
    It(usize),
    Property(Property),
    Not(Box<Expression>),
    Logic(Logic, Box<Expression>, Box<Expression>),
    Compare(Box<Compare>),
    /// A text in double quotes, in parts.
    Parts(Vec<Expression>),
    /// Values with commas between them.
    List(Vec<Expression>),
    /// A property that a value has by its type, and the byte at which it begins.
    Member(Box<Expression>, Member, usize),
    Call(Box<Call>),
    /// A value that is turned into a type, and the byte at which the type begins.
    Cast(Type, Box<Expression>, usize),
    /// `-is`: whether a value has a type.
    Is(Box<Expression>, Type),
    /// An item of a list or a character of a text, and the byte of its bracket.
    Index(Box<Expression>, Box<Expression>, usize),
    Calculate(Box<Calculation>),
    /// `if (…) {…} else {…}`
    Choice(Box<[Expression; 3]>),
}

/// A method that is called on a value.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub of: Expression,
    pub method: Method,
    pub arguments: Vec<Expression>,
    pub at: usize,
}

/// An operator that makes a value of two others.
#[derive(Clone, Debug)]
pub(super) struct Calculation {
    pub operator: Calculator,
    /// Whether case counts, as in `-creplace`.
    pub is_exact: bool,
    pub left: Expression,
    pub right: Expression,
    /// The regular expression of `-replace` and `-split`, if it is known from the start.
    pub pattern: Option<Pattern>,
    pub at: usize,
}

/// A comparison.
#[derive(Clone, Debug)]
pub(super) struct Compare {
    pub comparison: Comparison,
    /// Whether case counts, as in `-ceq`.
    pub is_exact: bool,
    pub left: Expression,
    pub right: Expression,
    /// The pattern of `-like` and `-match` and their opposites.
    pub pattern: Option<Pattern>,
    pub at: usize,
}

impl Pipeline {
    /// The objects that the pipeline must be fed with.
    pub fn source(&self) -> PipelineSource<'_> {
        match self.stages.first().map(|stage| &stage.kind) {
            Some(StageKind::Users { .. } | StageKind::Pins { .. }) => PipelineSource::Users,
            Some(StageKind::Roles { .. }) => PipelineSource::Roles,
            Some(StageKind::Import { path }) => PipelineSource::File(path),
            _ => PipelineSource::Nothing,
        }
    }

    /// The path of the file to which the rows are exported, if there is one.
    pub fn export(&self) -> Option<&str> {
        match &self.stages.last()?.kind {
            StageKind::Export { path } => Some(path),
            _ => None,
        }
    }

    /// The action on PINs at the end of the pipeline. None if it only reads.
    pub fn action(&self) -> Option<Action> {
        match &self.stages.last()?.kind {
            StageKind::Change(change) => Some(change.action),
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
