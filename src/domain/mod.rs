//! What PinDesk knows about the world: identities, PIN states and policies, filters and roles.
//!
//! Pure: nothing here reads a clock, a file or the store. Where a rule depends on the time, `now` is an argument.

pub mod action;
pub mod approval;
pub mod custom_role;
pub mod dn;
pub mod filter;
pub mod identity;
pub mod lockout;
pub mod pattern;
pub mod pin;
pub mod pin_digits;
pub mod policy;
pub mod role;
pub mod text;
pub mod user;

/// A moment, in UTC. Shown in the local time zone, kept and compared in this one.
pub type Time = chrono::DateTime<chrono::Utc>;
