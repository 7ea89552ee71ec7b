//! The import sheet: importing a file step by step.

mod open;
mod preview;
mod rows;
mod steps;
