//! PowerShell: the scripts that PinDesk writes, and the lines that it reads, held against the
//! answers of a real PowerShell.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

#[path = "../common/mod.rs"]
mod common;

#[allow(clippy::print_stdout, reason = "the shares of answers are printed")]
mod answers;
#[allow(clippy::print_stdout, reason = "the share of answers is printed")]
mod lines;
mod scripts;
mod tables;
mod texts;
