//! The command line as scripts and people use it: exit codes, the content of each stream, and the
//! JSON.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod approval;
mod bad_days;
mod change;
mod confirm;
mod exit;
mod export;
mod forward;
mod golden;
mod heads;
mod history;
#[cfg(unix)]
mod hooks;
mod import;
mod keys;
mod life;
mod lists;
mod look;
mod notices;
mod older;
mod people;
mod plans;
mod race;
mod review;
mod roles;
mod run;
mod schema;
#[cfg(unix)]
mod serve;
mod setup;
mod submit;
mod tables;
mod terminal;
mod witness;
