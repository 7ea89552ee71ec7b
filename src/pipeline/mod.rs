//! PowerShell pipelines over PinDesk's own users: a small part of the language, read and run
//! without input or output of its own.
//!
//! Users, roles, the rows of files, the clock and the time zone are handed in. A pipeline changes
//! nothing: its result is rows, a count, or a request that is planned and applied like any other.
//! Text outside the supported part is refused with its line and column before anything runs, so
//! nothing is ever half done.
//!
//! The parser is written by hand, since the meaning of a character depends on whether it stands in
//! an argument or in an expression, as
//! [about_Parsing](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing)
//! says, and since every refusal names its position and what to write instead. ARCHITECTURE.md says
//! which libraries were judged.

mod arguments;
mod calculate;
mod check;
mod cmdlets;
mod columns;
mod command;
mod compare;
mod complete;
mod condition;
mod context;
mod culture;
mod cursor;
mod date_format;
mod dotnet_class;
mod dotnet_escape;
mod dotnet_regex;
mod evaluate;
mod explain;
mod expression;
mod expression_words;
mod fault;
mod files;
mod filter_text;
mod for_each;
mod gather;
mod identity_match;
mod ldap;
mod line_shape;
mod member;
mod objects;
mod operand;
mod operator;
mod parameters;
mod parser;
mod parts;
mod pattern;
mod prompt;
mod run;
mod select;
mod sort_key;
mod stage_state;
mod stages;
mod standing;
mod statements;
mod syntax;
mod user_condition;
mod value;
mod variables;
mod walk;

pub use complete::{Completion, CompletionKind, Completions};
pub use context::Context;
pub use explain::{ExplainedStage, Explanation};
pub use fault::Fault;
pub use filter_text::{pin_condition, pipeline_text};

pub use line_shape::looks_like_a_line;
pub use run::{Change, Run, RunAnswer, RunOutcome};
pub use syntax::{CsvSource, ExportFile, Pipeline, PipelineSource};
pub use user_condition::{StoreFacts, UserCondition};
pub use value::{PipelineRow, Value};
