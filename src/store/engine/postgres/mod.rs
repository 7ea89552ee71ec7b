//! All that only PostgreSQL has: addresses, connections, and its catalog of tables.
//!
//! The references are pages of <https://www.postgresql.org/docs/current>.

mod address;
#[cfg(test)]
mod address_tests;
mod bell;
pub(super) mod catalog;
mod connect;
pub(super) mod connection;
mod errors;
mod kept_texts;
mod pairs;
mod passwords;
mod pgpass;
mod setting;
pub(super) mod statement;
mod tls;
mod translate;
mod url;
pub(super) mod values;

pub(in crate::store) use address::Address;
pub(in crate::store) use bell::Bell;
pub(in crate::store) use connect::address;
pub(in crate::store) use connect::connect;
pub(in crate::store) use passwords::remember;
