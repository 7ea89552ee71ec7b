//! The history view.

mod batches;
mod locked_on;
