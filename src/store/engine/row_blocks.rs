//! Many rows as the parameters of one statement.

use super::connection::Connection;
use super::error::EngineResult;
use super::statement::PreparedStatement;
use super::value::ToSql;

/// The numbers of rows that one statement takes. A list of rows is cut into blocks of these sizes,
/// the largest first, so that few different statements are prepared. SQLite allows 32,766
/// parameters in a statement.
const BLOCK_SIZES: [usize; 3] = [128, 16, 1];

/// Cuts rows into blocks that one statement takes each.
pub(in crate::store) fn blocks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = BLOCK_SIZES.into_iter().find(|size| *size <= rest.len())?;
        let (block, after) = rest.split_at(size);
        rest = after;
        Some(block)
    })
}

/// `VALUES` with a parameter for each column of each row.
pub(in crate::store) fn values(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("VALUES {}", vec![row; rows].join(", "))
}

/// A statement whose parameters are bound row by row.
pub(in crate::store) struct RowStatement<'a> {
    statement: PreparedStatement<'a>,
    next: usize,
}

impl<'a> RowStatement<'a> {
    pub fn prepare(connection: &'a Connection, sql: &str) -> EngineResult<Self> {
        Ok(Self {
            statement: connection.prepare_cached(sql)?,
            next: 1,
        })
    }

    pub fn bind_row(&mut self, row: &[&dyn ToSql]) -> EngineResult<()> {
        for value in row {
            self.statement.bind(self.next, *value)?;
            self.next += 1;
        }
        Ok(())
    }

    pub fn execute(mut self) -> EngineResult<usize> {
        self.statement.execute_bound()
    }
}
