//! PinDesk: finds users, shows whose PIN is locked, and locks or unlocks PINs with a preview before anything changes.

pub mod domain;
pub mod plan;
pub mod progress;
pub mod store;
