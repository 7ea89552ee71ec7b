//! PIN states, policies, hashes and logons. Uses the rooms below: engine, schema, history, access
//! and users.

mod attempts;
pub(in crate::store) mod authenticate;
pub(in crate::store) mod hash;
pub(in crate::store) mod policies;
pub(in crate::store) mod set_pin;
pub(in crate::store) mod update;
