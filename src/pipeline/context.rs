//! The environment of a run: the clock and the time zone, handed in from outside.

use crate::domain::Time;
use crate::zone::Zone;

/// The values from outside that a pipeline runs with.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub now: Time,
    /// The zone in which texts are read as dates and dates become texts.
    pub zone: Zone,
    /// Whether rows have only the most important properties when none were selected, as for a table
    /// that people read.
    pub brief: bool,
}
