//! What PinDesk knows about the world: identities, PIN states, filters and roles.
//!
//! Pure: nothing here reads a clock, a file or the store. Where a rule depends on the time, `now` is an argument.

pub mod approval;
pub mod custom_role;
pub mod dn;
pub mod filter;
pub mod identity;
pub mod pattern;
pub mod pin;
pub mod role;
pub mod text;
pub mod user;

/// A moment, in UTC. Shown in the local time zone, kept and compared in this one.
pub type Time = chrono::DateTime<chrono::Utc>;
