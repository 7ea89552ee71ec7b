//! The views of the window. Each folder has the state of one view and what commands do to it.

pub mod history;
pub mod insights;
pub mod lists;
pub mod operators;
pub mod plans;
pub mod policies;
pub mod settings;
mod show;
pub mod window_view;
