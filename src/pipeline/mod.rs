//! PowerShell pipelines over PinDesk's own users: a small part of the language, read and worked out. Pure.
//!
//! Users, roles, the rows of files, the clock and the time zone are handed in. A pipeline changes nothing: it answers
//! with rows, a number, or a request that is planned and applied like any other. What is outside the part is refused
//! with its place before anything is worked out, so that nothing is ever half done.
//!
//! The parser is written by hand: what a sign means depends on whether it stands in an argument or in an expression,
//! and every refusal names its place and what would do instead; combinators would hide the first and not help with the
//! second.

mod arguments;
mod check;
mod cmdlets;
mod command;
mod compare;
mod condition;
mod cursor;
mod evaluate;
mod explain;
mod fault;
mod filter_text;
mod objects;
mod operator;
mod parser;
mod pattern;
mod run;
mod stages;
mod syntax;
mod value;

pub use explain::{Explained, Explanation};
pub use fault::Fault;
pub use filter_text::{pin_condition, pipeline_text};
pub use objects::Row;
pub use run::{Answer, Change, Context, Outcome, Run};
pub use syntax::{Pipeline, Source};
pub use value::Value;
