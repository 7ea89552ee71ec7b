//! Reading a damaged table row by row, as far as possible.

use super::schema::key_columns;
use crate::store::engine::connection::Connection;
use crate::store::engine::error::{EngineError, EngineResult};
use crate::store::engine::statement::Row;
use crate::store::engine::value::SqlValue;

/// Rows that are read with one statement.
const READ_TOGETHER: usize = 500;

/// The function that gets each row. Its error is one of reading the row.
type EachRow<'a> = &'a mut dyn FnMut(&[SqlValue<'_>]) -> EngineResult<()>;

/// Hands over these columns of each row of a table that can be read. Returns what is missing, in
/// words.
pub(in crate::store) fn each_readable_row(
    from: &Connection,
    table: &str,
    columns: &[String],
    mut each: impl FnMut(&[SqlValue<'_>]) -> EngineResult<()>,
) -> EngineResult<Vec<String>> {
    let (names, width) = (columns.join(", "), columns.len());
    let has_rowid = from
        .prepare(&format!("SELECT rowid FROM {table} LIMIT 0"))
        .is_ok();
    if has_rowid {
        return by_rowid(from, table, &names, width, &mut each);
    }
    let forwards = format!("SELECT {names} FROM {table}");
    if all_rows(from, &forwards, width, &mut each)? {
        return Ok(Vec::new());
    }
    // The rows behind the damage are read from the other end.
    let key = key_columns(from, table).unwrap_or_default();
    let key = key.join(" DESC, ");
    let backwards = format!("SELECT {names} FROM {table} ORDER BY {key} DESC");
    all_rows(from, &backwards, width, &mut each)?;
    Ok(vec!["the rows of damaged pages".to_owned()])
}

/// The values of a row, whose columns begin at `at`.
fn values(row: Row<'_>, at: usize, width: usize) -> EngineResult<Vec<SqlValue<'_>>> {
    (at..at + width).map(|column| row.get(column)).collect()
}

/// Reads all rows of a query. False if it ended early.
fn all_rows(from: &Connection, sql: &str, width: usize, each: EachRow<'_>) -> EngineResult<bool> {
    let Ok(mut statement) = from.prepare(sql) else {
        return Ok(false);
    };
    let mut rows = statement.query(&[])?;
    loop {
        match rows.next() {
            Ok(Some(row)) => each(&values(row, 0, width)?)?,
            Ok(None) => return Ok(true),
            Err(_damaged) => return Ok(false),
        }
    }
}

/// Reads a table in the order of its row IDs, and goes on behind pages that cannot be read. Returns
/// the ranges of IDs that are missing.
fn by_rowid(
    from: &Connection,
    table: &str,
    names: &str,
    width: usize,
    each: EachRow<'_>,
) -> EngineResult<Vec<String>> {
    let sql = format!(
        "SELECT rowid, {names} FROM {table} WHERE rowid >= ?1 ORDER BY rowid LIMIT {READ_TOGETHER}"
    );
    let mut gaps = Vec::new();
    let mut next = i64::MIN;
    loop {
        let (last, outcome) = one_stretch(from, &sql, next, width, each);
        let behind = last.map_or(next, |last| last.saturating_add(1));
        match outcome {
            StretchEnd::Full => next = behind,
            StretchEnd::End => return Ok(gaps),
            StretchEnd::Damaged => {
                let first = behind.max(0);
                let Some(readable) = first_readable(from, table, first) else {
                    gaps.push(format!("all rows from {first} on"));
                    return Ok(gaps);
                };
                gaps.push(format!("rows {first} to {}", readable - 1));
                next = readable;
            }
        }
    }
}

/// How a stretch of rows ended.
enum StretchEnd {
    Full,
    End,
    Damaged,
}

fn one_stretch(
    from: &Connection,
    sql: &str,
    next: i64,
    width: usize,
    each: EachRow<'_>,
) -> (Option<i64>, StretchEnd) {
    let mut last = None;
    let mut count = 0;
    let mut read = || -> EngineResult<()> {
        let mut statement = from.prepare_cached(sql)?;
        let mut rows = statement.query(&[&next])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            each(&values(row, 1, width)?)?;
            last = Some(id);
            count += 1;
        }
        Ok(())
    };
    let outcome = match read() {
        Err(_damaged) => StretchEnd::Damaged,
        Ok(()) if count == READ_TOGETHER => StretchEnd::Full,
        Ok(()) => StretchEnd::End,
    };
    (last, outcome)
}

/// The first row ID from `damaged` on whose row can be read. Pages hold ranges of IDs, so the end of
/// the damage is looked for in growing steps, and then more closely.
fn first_readable(from: &Connection, table: &str, damaged: i64) -> Option<i64> {
    let sql = format!("SELECT * FROM {table} WHERE rowid >= ?1 ORDER BY rowid LIMIT 1");
    let is_readable = |id: i64| {
        let mut statement = from.prepare_cached(&sql)?;
        let mut rows = statement.query(&[&id])?;
        Ok::<bool, EngineError>(rows.next()?.is_some())
    };
    let mut step: i64 = 1;
    let (mut bad, mut good) = (
        damaged,
        loop {
            let id = damaged.checked_add(step)?;
            match is_readable(id) {
                Ok(true) => break id,
                // There are no rows behind the damage.
                Ok(false) => return None,
                Err(_damaged) => step = step.checked_mul(2)?,
            }
        },
    );
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        if is_readable(middle).unwrap_or(false) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}
