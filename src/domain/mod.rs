//! The rules: identities, PIN states and policies, actions, filters and roles.
//!
//! Pure: nothing here reads a clock, a file or the store. If a rule depends on the time, `now` is
//! an argument.

pub mod account;
pub mod action;
pub mod approval;
pub mod cell_text;
pub mod custom_role;
pub mod dn;
pub mod filter;
pub mod hook;
pub mod identity;
pub mod kept_filter;
pub mod lockout;
pub mod origin;
pub mod pattern;
pub mod pin;
pub mod pin_digits;
pub mod pin_holder;
pub mod pin_key;
pub mod pin_rule;
pub mod policy;
pub mod policy_effect;
mod proxy_addresses;
pub mod reason_rules;
pub mod role;
pub mod text;
pub mod user;
pub mod visible;
pub mod wrapped;

/// A moment in UTC. Times are kept and compared in UTC, and shown in the local time zone.
pub type Time = chrono::DateTime<chrono::Utc>;
