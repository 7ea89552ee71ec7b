//! The one module that knows the engine of a store: connections, transactions, statements, rows and
//! values, with the files and the upkeep of SQLite.
//!
//! The rest of the store speaks to [`Connection`] and its likes, and to SQL that both SQLite and
//! PostgreSQL take, with these rules:
//! - Parameters are numbered, as `?1`; [`statement`] says why.
//! - A list of IDs or texts is one parameter, which [`id_set`] turns into a table.
//! - Every number is a whole one of 64 bits, and truth is 0 or 1.
//! - No statement relies on row IDs or numbers that the engine draws, on the order of rows without
//!   `ORDER BY`, or on a comparison of texts without regard to case.
//!
//! [`sqlite`] has all that only SQLite has, [`postgres`] all that only PostgreSQL has, and [`catalog`]
//! asks the engine of a connection for what both have in ways of their own. This room uses no other
//! room of the store.

pub(in crate::store) mod address;
pub(in crate::store) mod catalog;
pub(in crate::store) mod catalog_rows;
pub(in crate::store) mod connection;
pub(in crate::store) mod dialect;
pub(in crate::store) mod error;
pub(in crate::store) mod file_ids;
pub(in crate::store) mod files;
pub(in crate::store) mod id_set;
pub(in crate::store) mod location;
mod locks;
pub(in crate::store) mod named_values;
pub(in crate::store) mod postgres;
pub(in crate::store) mod row_blocks;
pub(in crate::store) mod schema_guard;
pub(in crate::store) mod sqlite;
pub(in crate::store) mod statement;
pub(in crate::store) mod store_errors;
pub(in crate::store) mod times;
pub(in crate::store) mod transaction;
pub(in crate::store) mod value;
pub(in crate::store) mod waiting;

pub(in crate::store) use connection::{Connection, Transaction};
pub(in crate::store) use error::{EngineError, EngineResult, ErrorKind};
pub(in crate::store) use statement::Row;
pub(in crate::store) use value::{SqlValue, ToSql};
