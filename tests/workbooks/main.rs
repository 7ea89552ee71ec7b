//! Workbooks of many programs, held against what a person sees in them. `README.md` says how they
//! were made and how the truth is written.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]
#![allow(clippy::print_stdout, reason = "the share is printed")]

#[path = "../common/mod.rs"]
mod common;

mod cells;
mod lists;
mod made;
mod named;
mod sheets;
mod truth;

use truth::Truth;

/// The least share of files that come out as their truth says, in percent.
const LEAST_SHARE: usize = 100;

#[test]
fn every_workbook_of_the_table_is_as_its_truth_says() {
    let all = Truth::all();
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|truth| {
            let why = truth.check().err()?;
            Some(format!("{}: {why}", truth.file))
        })
        .collect();
    let share = (all.len() - wrong.len()) * 100 / all.len();
    println!(
        "{} of {} workbooks come out as their truth says ({share} %).\n{}",
        all.len() - wrong.len(),
        all.len(),
        wrong.join("\n")
    );
    assert!(share >= LEAST_SHARE, "{share} %:\n{}", wrong.join("\n"));
}
