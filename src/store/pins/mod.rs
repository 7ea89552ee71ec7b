//! PIN states, policies, hashes, keys and logons. Uses the rooms below: engine, schema, history, access
//! and users.

mod attack;
mod attempts;
pub(in crate::store) mod authenticate;
pub(in crate::store) mod caller;
mod failure_counts;
mod failure_limits;
mod hash;
pub(in crate::store) mod hash_rows;
pub(in crate::store) mod key_life;
pub(in crate::store) mod keys;
mod logon_call;
pub(in crate::store) mod pin_rules;
pub(in crate::store) mod policies;
pub(in crate::store) mod policy_reach;
pub(in crate::store) mod set_pin;
pub(in crate::store) mod simulate;
pub(in crate::store) mod update;
