//! The lists view: a file, step by step, from choosing it to the result.

mod close;
pub mod leaving;
mod open;
mod preview;
mod rows;
pub mod sheet;
pub mod stage;
pub mod step;
mod steps;
