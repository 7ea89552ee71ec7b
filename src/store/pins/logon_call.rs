//! The circumstances of a logon.

use crate::domain::Time;
use crate::domain::origin::Origin;
use crate::domain::role::Operator;

/// The operator who passes a logon on, the time, the origin, and how much the answer may say.
#[derive(Clone, Copy)]
pub(super) struct LogonCall<'a> {
    pub operator: &'a Operator,
    /// The time of the clock.
    pub at: Time,
    pub origin: Option<&'a Origin>,
    /// Whether refusals of all kinds take the same work, so that their time says nothing.
    pub hides_reasons: bool,
}
