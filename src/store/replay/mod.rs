//! Comparing the store with its history: what the entries say, replayed from the first one, against
//! the tables. Uses all rooms below it, and writes only where a store is upgraded.
//!
//! `verified` is the entrance. `replayed` gathers what the history says while the chain is walked.
//! `compare_users`, `compare_settings`, `compare_hashes` and `compare_values` read the tables, and
//! `doubts` decides where texts differ but may mean the same. `definitions` compares the schema.

mod compare_hashes;
mod compare_settings;
mod compare_users;
mod compare_values;
pub(in crate::store) mod definitions;
mod differences;
mod doubts;
mod replayed;
mod setting_words;
mod state_words;
pub(in crate::store) mod upgrade;
pub(in crate::store) mod verified;
