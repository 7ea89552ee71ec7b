//! Tests of the window, driven by accessible names.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod care;
mod clock;
mod command_box;
mod copy;
mod errors;
mod filters;
mod grid;
mod harness;
mod history;
mod hooks;
mod import;
mod insights;
mod jobs;
mod keyboard;
mod keys;
mod large;
mod lists;
mod lock_end;
mod new_pins;
mod operators;
mod palette;
mod panes;
mod paste;
mod pictures;
mod plans;
mod policies;
mod reading_pane;
mod reasons;
mod restore;
mod saved_lists;
mod settings_plans;
mod sharing;
mod small;
mod tour;
mod undo;
mod undo_whole;
mod views;
mod whole_texts;
mod witness;
