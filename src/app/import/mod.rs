//! The import sheet: a file on its way in, step by step.

mod open;
mod preview;
mod rows;
mod steps;
