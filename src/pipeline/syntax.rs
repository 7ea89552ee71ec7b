//! The tree of a pipeline, read, checked and ready to run.

use chrono::Duration;

use super::member::{Member, Method, Type};
use super::objects::Shape;
use super::operator::{Calculator, Comparison, Logic};
use super::pattern::Pattern;
use super::value::Value;
use crate::domain::dn::DistinguishedName;
use crate::plan::Action;

/// A pipeline that was read and can run.
#[derive(Clone, Debug)]
pub struct Pipeline {
    pub(super) text: String,
    pub(super) stages: Vec<Stage>,
    /// Warnings about the text.
    pub(super) notes: Vec<String>,
    /// Pipelines in brackets and of variables. They run first, in this order.
    pub(super) parts: Vec<Vec<Stage>>,
    /// The number of parts that have run.
    pub(super) done: usize,
    /// Whether it is a part of another pipeline.
    pub(super) is_part: bool,
}

/// The objects that a pipeline is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PipelineSource<'a> {
    /// All users, in the order of their IDs.
    Users,
    /// All roles.
    Roles,
    /// The rows of a file, after its header.
    File(&'a CsvSource),
    /// The lines of the file with this path.
    Lines(&'a str),
    /// No objects, since the pipeline begins with values.
    Nothing,
}

/// A file that `Import-Csv` reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvSource {
    pub path: String,
    /// The name of the encoding and the delimiter, if they are given.
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// The names of the columns, if the file has no header.
    pub header: Option<Vec<String>>,
}

/// A file that `Export-Csv`, `Out-File` and the like write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportFile {
    pub path: String,
    pub delimiter: Option<char>,
    /// Whether rows are added to a file that exists.
    pub appends: bool,
    /// Whether a file that exists is left alone.
    pub keeps: bool,
    /// Whether each object is a text, which becomes a line, and no row of a table.
    pub has_lines: bool,
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
    Import(CsvSource),
    Lines {
        path: String,
    },
    /// The items of a value that a pipeline begins with.
    Values(Expression),
    Where(Expression),
    /// Users whose distinguished name lies in an organisational unit.
    Within(DistinguishedName),
    Select(Box<Select>),
    Sort(SortStage),
    Group {
        by: Vec<NamedValue>,
        with_members: bool,
    },
    Measure(Vec<NamedValue>, Vec<Measured>),
    ForEach(Box<LoopBlocks>),
    /// `ConvertTo-Csv` with its delimiter: a table, which the next stage writes to a file.
    Csv(Option<char>),
    Export(ExportFile),
    Change(ChangeStage),
}

/// A value of `Measure-Object` besides the count.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::VariantArray, strum::IntoStaticStr,
)]
pub(super) enum Measured {
    Average,
    Sum,
    Maximum,
    Minimum,
}

/// The parameters of `Select-Object`, and of cmdlets that only show objects, such as `Format-Table`.
#[derive(Clone, Debug, Default)]
pub(super) struct Select {
    pub columns: Vec<NamedValue>,
    /// The patterns of `-ExcludeProperty`.
    pub without: Vec<NamedValue>,
    pub expand: Option<NamedValue>,
    pub skip: usize,
    pub skip_last: usize,
    pub first: Option<usize>,
    pub last: Option<usize>,
    /// The positions of `-Index`.
    pub positions: Vec<usize>,
    pub unique: bool,
    /// Whether the objects are only shown, so that no stage can follow.
    pub shows: bool,
}

/// The parameters of `Sort-Object`.
#[derive(Clone, Debug, Default)]
pub(super) struct SortStage {
    pub by: Vec<NamedValue>,
    pub descending: bool,
    pub unique: bool,
    pub top: Option<usize>,
    pub bottom: Option<usize>,
}

/// A property, or a value that is calculated for each object, and its name.
#[derive(Clone, Debug)]
pub(super) struct NamedValue {
    pub name: String,
    pub value: Expression,
    /// The order of this key, if it has one of its own.
    pub descending: Option<bool>,
    pub at: usize,
}

impl NamedValue {
    pub fn property(name: String, at: usize) -> Self {
        Self {
            value: Expression::Property(Property {
                name: name.clone(),
                at,
            }),
            name,
            descending: None,
            at,
        }
    }

    /// Whether the column is a property of the object as it is.
    pub fn is_plain(&self) -> bool {
        matches!(&self.value, Expression::Property(property) if property.name == self.name)
    }
}

/// The blocks of `ForEach-Object`: before the first object, for each one, and after the last one.
#[derive(Clone, Debug, Default)]
pub(super) struct LoopBlocks {
    pub begin: Vec<Statement>,
    pub each: Vec<Statement>,
    pub end: Vec<Statement>,
}

impl LoopBlocks {
    /// A loop with one value for each object.
    pub fn value(value: Expression) -> StageKind {
        StageKind::ForEach(Box::new(Self {
            each: vec![Statement::Emit(value)],
            ..Self::default()
        }))
    }

    /// The change in the blocks, if there is one. All changes in them are alike.
    pub fn change(&self) -> Option<&ChangeStage> {
        [&self.begin, &self.each, &self.end]
            .into_iter()
            .find_map(|steps| change_in(steps))
    }
}

fn change_in(steps: &[Statement]) -> Option<&ChangeStage> {
    steps.iter().find_map(|step| match step {
        Statement::Emit(_) => None,
        Statement::Change(change) => Some(change),
        Statement::If(_, then, otherwise) => change_in(then).or_else(|| change_in(otherwise)),
    })
}

/// A statement in a block of `ForEach-Object`.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// Hands on a value.
    Emit(Expression),
    Change(ChangeStage),
    If(Expression, Vec<Statement>, Vec<Statement>),
}

/// `Lock-CsClientPin`, `Unlock-CsClientPin` or `Set-CsClientPin`.
#[derive(Clone, Debug)]
pub(super) struct ChangeStage {
    pub action: Action,
    /// The identities, if they are not handed on by the stage before.
    pub identities: Vec<(Expression, usize)>,
    pub what_if: bool,
    pub confirm: bool,
    pub force: bool,
}

impl ChangeStage {
    /// Whether two changes are the same one, for users of their own.
    pub fn is_like(&self, other: &Self) -> bool {
        let key = |change: &Self| (change.action, change.what_if, change.confirm, change.force);
        key(self) == key(other)
    }
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
    /// `@( … )`: the items of a value.
    Array(Box<Expression>),
    /// A property of a value that is an object.
    Of(Box<Expression>, Property),
    /// The result of a pipeline in brackets or of a variable.
    Part(Box<Part>),
    /// The user or PIN state that a value names.
    LookUp(Shape, Box<Expression>, usize),
    /// `[pscustomobject]@{ … }`
    Object(Vec<NamedValue>),
}

/// The result of a part of the pipeline.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub index: usize,
    pub shape: Shape,
    /// None before it has run.
    pub found: Option<Value>,
    pub at: usize,
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
            Some(StageKind::Import(file)) => PipelineSource::File(file),
            Some(StageKind::Lines { path }) => PipelineSource::Lines(path),
            _ => PipelineSource::Nothing,
        }
    }

    /// The file to which the rows are exported, if there is one.
    pub fn export(&self) -> Option<&ExportFile> {
        match &self.stages.last()?.kind {
            StageKind::Export(file) => Some(file),
            _ => None,
        }
    }

    /// The change at the end of the pipeline. None if it only reads.
    pub(super) fn change(&self) -> Option<&ChangeStage> {
        self.stages.last()?.kind.change()
    }

    /// The action on PINs at the end of the pipeline. None if it only reads.
    pub fn action(&self) -> Option<Action> {
        self.change().map(|change| change.action)
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
