//! Texts and files from outside, changed at random. Each target reads or refuses all of them, and
//! keeps its own rules.
//!
//! `cargo test --test fuzz` makes a short run of every target. A long run of one target:
//! `PINDESK_FUZZ_RUNS=10000000 cargo test --release --test fuzz csv`. A failure names its seed
//! (`PINDESK_FUZZ_SEED`) and keeps the input as a file, which belongs into `tests/fuzz/corpus`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod campaign;
#[allow(dead_code, reason = "every test uses its own part of it")]
#[path = "../common/chance.rs"]
mod chance;
mod csv;
mod dates;
mod dn;
mod identity;
mod mutator;
mod pipeline;
mod plan_file;
mod rules;
mod settings;
mod workbook;

/// Checks that a message can be shown as it is: it says something and has no control characters.
fn assert_plain(message: &str) {
    assert!(
        !message.trim().is_empty() && !message.contains(char::is_control),
        "{message:?}"
    );
}

/// A new folder, in memory if there is such a place.
fn memory_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_no_such_place| tempfile::tempdir())
        .unwrap()
}
