//! The history view.

mod batches;
pub mod filters;
mod locked_on;
pub mod locked_on_view;
pub mod state;
