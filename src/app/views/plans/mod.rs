//! The plans view: the submitted plans, and the one that is opened.

mod list;
mod news;
mod review;
mod sheet;
pub mod sheet_view;
pub mod state;
