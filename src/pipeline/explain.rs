//! Describes each stage of a pipeline in words and numbers, and warns where PowerShell itself would
//! have decided otherwise.

use strum::EnumMessage;

use super::expression_words::condition_words;
use super::stage_state::StageState;
use super::syntax::{
    ChangeStage, Expression, NamedValue, Pipeline, Select, SortStage, Stage, StageKind, Statement,
};
use crate::plan::words::{plural, thousands};
use crate::zone::Zone;

/// A description of what a pipeline did, stage by stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    pub stages: Vec<ExplainedStage>,
    /// Facts to know before relying on the result.
    pub warnings: Vec<String>,
}

impl Explanation {
    /// Adds what comes after it.
    pub fn add(&mut self, mut after: Self) {
        self.stages.append(&mut after.stages);
        self.warnings.append(&mut after.warnings);
    }
}

/// A description of what one stage did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedStage {
    /// The stage as it was written.
    pub text: String,
    /// The stage in plain English, such as "their PIN states".
    pub words: String,
    /// The number of objects that came to it.
    pub taken: usize,
    /// The number of objects that it passed on or changed.
    pub passed: usize,
}

/// Describes a pipeline after its run.
pub(super) fn explain(pipeline: &Pipeline, stages: &[Stage], states: &[StageState]) -> Explanation {
    let mut warnings = pipeline.notes.clone();
    let mut explained = Vec::with_capacity(stages.len());
    for (stage, state) in stages.iter().zip(states) {
        explained.push(ExplainedStage {
            text: pipeline.stage_text(stage),
            words: words(&stage.kind),
            taken: state.counts.taken,
            passed: state
                .counts
                .passed
                .max(usize::from(matches!(stage.kind, StageKind::Measure(..)))),
        });
        warn(state, &mut warnings);
    }
    Explanation {
        stages: explained,
        warnings,
    }
}

fn warn(state: &StageState, warnings: &mut Vec<String>) {
    let (differences, noticed) = (&state.differences, &state.noticed);
    let objects = |count: usize| format!("{} {}", thousands(count), plural(count, "user", "users"));
    if let Some(cmdlet) = noticed
        .cmdlet
        .as_ref()
        .filter(|_| differences.also + differences.without > 0)
    {
        let what = if differences.roles.is_empty() {
            "PowerShell would have answered otherwise".to_owned()
        } else {
            format!(
                "PowerShell would also have found {}",
                differences.roles.join(", ")
            )
        };
        warnings.push(format!(
            "-match finds \"{cmdlet}\" inside of longer names too: {what}. PinDesk takes only what holds exactly {cmdlet}; \
             in PowerShell write -contains."
        ));
    } else if differences.also + differences.without > 0 {
        let property = noticed.missing_date.as_deref().unwrap_or("date");
        let done = match (differences.also, differences.without) {
            (also, 0) => format!("would also have taken {}", objects(also)),
            (0, without) => format!("would have left out {}", objects(without)),
            (also, without) => format!(
                "would also have taken {} and left out {}",
                objects(also),
                objects(without)
            ),
        };
        warnings.push(format!(
            "PowerShell takes a missing {property} for earlier than every date: the same line there {done} by mistake. \
             PinDesk takes it for neither earlier nor later; in PowerShell add: $_.{property} -ne $Null -and …"
        ));
    }
    let traps = noticed.traps.iter().filter_map(EnumMessage::get_message);
    warnings.extend(traps.map(str::to_owned));
}

fn words(kind: &StageKind) -> String {
    let of = |identity: &Option<String>| {
        identity
            .as_ref()
            .map_or_else(String::new, |text| format!(" of \"{text}\""))
    };
    match kind {
        StageKind::Users { identity: None } => "all users".to_owned(),
        StageKind::Users { identity } => format!("the names{}", of(identity)),
        StageKind::Pins { identity: None } => "their PIN states".to_owned(),
        StageKind::Pins { identity } => format!("the PIN state{}", of(identity)),
        StageKind::Roles { identity: None } => "all roles".to_owned(),
        StageKind::Roles { identity } => format!("the role{}", of(identity)),
        StageKind::Import(file) => format!("the rows of {}", file.path),
        StageKind::Lines { path } => format!("the lines of {path}"),
        StageKind::Values(Expression::Literal(_) | Expression::List(_)) => "values".to_owned(),
        StageKind::Values(value) => condition_words(value),
        StageKind::Where(condition) => format!("those where {}", condition_words(condition)),
        StageKind::Within(unit) => format!("those in {unit}"),
        StageKind::Select(select) => select_words(select),
        StageKind::Sort(sort) => sort_words(sort),
        StageKind::Group { by, .. } => format!("groups{}", by_words(by)),
        StageKind::Measure(by, _) if by.is_empty() => "counted".to_owned(),
        StageKind::Measure(by, _) => format!("measured{}", by_words(by)),
        StageKind::ForEach(blocks) => {
            let steps = blocks.begin.iter().chain(&blocks.each).chain(&blocks.end);
            let words: Vec<String> = steps.map(step_words).collect();
            format!("for each: {}", words.join("; "))
        }
        StageKind::Export(file) => format!("written to {}", file.path),
        StageKind::Csv(_) => "made CSV".to_owned(),
        StageKind::Change(change) => change_words(change),
    }
}

fn change_words(change: &ChangeStage) -> String {
    let identities: Vec<String> = change
        .identities
        .iter()
        .map(|(identity, _)| match identity {
            Expression::Literal(text) => text.to_text(Zone::utc()),
            other => condition_words(other),
        })
        .collect();
    let identity = (!identities.is_empty()).then(|| identities.join("\", \""));
    change.action.explained(identity.as_deref())
}

fn step_words(step: &Statement) -> String {
    match step {
        Statement::Emit(value) => condition_words(value),
        Statement::Change(change) => change_words(change),
        Statement::If(condition, then, otherwise) => {
            let all =
                |steps: &[Statement]| steps.iter().map(step_words).collect::<Vec<_>>().join("; ");
            let otherwise = match otherwise.as_slice() {
                [] => String::new(),
                steps => format!(", or else {}", all(steps)),
            };
            format!(
                "if {}: {}{otherwise}",
                condition_words(condition),
                all(then)
            )
        }
    }
}

fn by_words(by: &[NamedValue]) -> String {
    let names: Vec<&str> = by.iter().map(|column| column.name.trim()).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" by {}", names.join(", then "))
    }
}

fn sort_words(sort: &SortStage) -> String {
    let mut words = format!("sorted{}", by_words(&sort.by));
    if sort.descending {
        words.push_str(", the greatest first");
    }
    if sort.unique {
        words.push_str(", each one once");
    }
    if let Some(top) = sort.top {
        words.push_str(&format!(", the first {}", thousands(top)));
    }
    if let Some(bottom) = sort.bottom {
        words.push_str(&format!(", the last {}", thousands(bottom)));
    }
    words
}

fn select_words(select: &Select) -> String {
    let mut parts = Vec::new();
    if select.shows {
        parts.push("shown".to_owned());
    }
    if select.skip > 0 {
        parts.push(format!("without the first {}", thousands(select.skip)));
    }
    if select.skip_last > 0 {
        parts.push(format!("without the last {}", thousands(select.skip_last)));
    }
    if let Some(first) = select.first {
        parts.push(format!("the first {}", thousands(first)));
    }
    if let Some(last) = select.last {
        parts.push(format!("the last {}", thousands(last)));
    }
    if let Some(expand) = &select.expand {
        parts.push(format!("only the value of {}", expand.name));
    }
    if !select.positions.is_empty() {
        parts.push("those at the given positions".to_owned());
    }
    if !select.columns.is_empty() {
        let names: Vec<&str> = select
            .columns
            .iter()
            .map(|column| column.name.trim())
            .collect();
        parts.push(format!("only {}", names.join(", ")));
    }
    if select.unique {
        parts.push("each one once".to_owned());
    }
    parts.join(", ")
}
