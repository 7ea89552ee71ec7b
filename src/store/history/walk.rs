//! Walks the batches of a query, one after the other, without keeping them in memory.

use rusqlite::{Connection, params};

use super::batches::{BatchSummary, FACTS, HistoryQuery, Undone, entries_of_batch, facts};
use super::entry::{HistoryEntry, entry};
use super::query::{NARROWED, Narrowed, Open, Wanted};
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS};
use crate::store::{Result, Store, StoreError};

impl Store {
    /// The batches of a query, newest first, at most so many.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn batches(
        &self,
        query: &HistoryQuery,
        limit: usize,
        progress: &dyn Progress,
    ) -> Result<Vec<BatchSummary>> {
        let mut found = Vec::new();
        if limit == 0 {
            return Ok(found);
        }
        self.walk::<StoreError>(query, Order::NewestFirst, progress, |batch, _, _| {
            found.push(batch);
            Ok(found.len() < limit)
        })?;
        Ok(found)
    }

    /// Calls `each` for the entries of a query's batches, in the order in which they were written.
    /// A batch without entries is handed over once, without an entry. Only one entry is in memory
    /// at a time. Returns the number of calls.
    ///
    /// # Errors
    /// The store could not be read, the work was cancelled, or `each` returned an error.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        query: &HistoryQuery,
        progress: &dyn Progress,
        mut each: impl FnMut(&BatchSummary, Option<&HistoryEntry>) -> std::result::Result<(), E>,
    ) -> std::result::Result<u64, E> {
        let sql = entries_of_batch();
        let mut handed_over = 0;
        self.walk(
            query,
            Order::OldestFirst,
            progress,
            |batch, connection, steps| {
                let mut statement = connection.prepare_cached(&sql)?;
                let mut rows = statement.query([batch.id.0])?;
                let before = handed_over;
                while let Some(row) = rows.next()? {
                    let entry = entry(row)?;
                    each(&batch, Some(&entry)).map_err(Halted::Other)?;
                    handed_over += 1;
                    steps.step(Some(entry.seq))?;
                }
                if handed_over == before {
                    each(&batch, None).map_err(Halted::Other)?;
                    handed_over += 1;
                }
                Ok(true)
            },
        )?;
        Ok(handed_over)
    }

    /// Calls `each` for the batches of a query until it returns false. The whole walk sees the
    /// store at one moment.
    fn walk<E: From<StoreError>>(
        &self,
        query: &HistoryQuery,
        order: Order,
        progress: &dyn Progress,
        each: impl FnMut(
            BatchSummary,
            &Connection,
            &mut Steps<'_>,
        ) -> std::result::Result<bool, Halted<E>>,
    ) -> std::result::Result<(), E> {
        walk(&self.connection, query, order, progress, each).map_err(|halted| match halted {
            Halted::Sqlite(error) => StoreError::from_sqlite(&error, &self.path).into(),
            Halted::Cancelled => StoreError::Cancelled.into(),
            Halted::Other(error) => error,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    OldestFirst,
    NewestFirst,
}

/// Reasons why a walk stopped early.
pub(super) enum Halted<E> {
    Sqlite(rusqlite::Error),
    Cancelled,
    /// The error that the callback returned.
    Other(E),
}

impl<E> From<rusqlite::Error> for Halted<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Order {
    fn sql(self) -> &'static str {
        match self {
            Self::OldestFirst => "ASC",
            Self::NewestFirst => "DESC",
        }
    }
}

fn walk<E>(
    connection: &Connection,
    query: &HistoryQuery,
    order: Order,
    progress: &dyn Progress,
    mut each: impl FnMut(
        BatchSummary,
        &Connection,
        &mut Steps<'_>,
    ) -> std::result::Result<bool, Halted<E>>,
) -> std::result::Result<(), Halted<E>> {
    let narrowed = query.narrowed(connection)?;
    let mut steps = Steps::of(connection, &narrowed, order, progress)?;
    let wanted = Wanted::of(query, connection, &mut steps)?;
    let undone = Undone::of(connection, query.batch)?;
    let mut targets = connection.prepare_cached(
        "SELECT seq, user_id, target FROM history WHERE batch_id = ?1 AND kind <> 'batch'",
    )?;
    let sql = format!(
        "SELECT {FACTS} FROM batches b WHERE {NARROWED} ORDER BY b.id {}",
        order.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&narrowed.values()[..])?;
    while let Some(row) = rows.next()? {
        let batch = facts(row)?;
        let mut open = wanted.open(&batch);
        if open != Open::NOTHING {
            let mut entries = targets.query([batch.id.0])?;
            while open != Open::NOTHING
                && let Some(entry) = entries.next()?
            {
                wanted.look(
                    &mut open,
                    entry.get(1)?,
                    entry.get_ref(2)?.as_str().unwrap_or_default(),
                );
                steps.step(entry.get(0)?)?;
            }
        }
        if open == Open::NOTHING
            && !each(batch.counted(connection, &undone)?, connection, &mut steps)?
        {
            break;
        }
        steps.step(None)?;
    }
    Ok(())
}

/// Progress of a walk, measured by the IDs of entries, since batches differ too much in size.
pub(super) struct Steps<'a> {
    progress: &'a dyn Progress,
    taken: u64,
    /// The ID of the entry at which it starts.
    start: i64,
    total: u64,
    /// The largest distance from the start so far.
    done: u64,
}

impl<'a> Steps<'a> {
    fn of(
        connection: &Connection,
        narrowed: &Narrowed,
        order: Order,
        progress: &'a dyn Progress,
    ) -> rusqlite::Result<Self> {
        let range = format!("SELECT min(b.id), max(b.id) FROM batches b WHERE {NARROWED}");
        let (oldest, newest): (Option<i64>, Option<i64>) = connection
            .prepare_cached(&range)?
            .query_row(&narrowed.values()[..], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (first, last): (Option<i64>, Option<i64>) = connection
            .prepare_cached(
                "SELECT (SELECT min(seq) FROM history WHERE batch_id = ?1),
                    (SELECT max(seq) FROM history WHERE batch_id = ?2)",
            )?
            .query_row(params![oldest, newest], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        let start = if order == Order::OldestFirst {
            first
        } else {
            last
        };
        Ok(Self {
            progress,
            taken: 0,
            start,
            total: last.abs_diff(first) + 1,
            done: 0,
        })
    }

    /// Counts one more step (an entry, if it has an ID). Reports it from time to time, and stops if
    /// that was asked for.
    pub fn step<E>(&mut self, seq: Option<i64>) -> std::result::Result<(), Halted<E>> {
        if let Some(seq) = seq {
            self.done = self.done.max(seq.abs_diff(self.start) + 1);
        }
        self.taken += 1;
        if self.taken.is_multiple_of(STEPS_BETWEEN_REPORTS) {
            self.progress.advance(self.done, self.total);
            if self.progress.is_cancelled() {
                return Err(Halted::Cancelled);
            }
        }
        Ok(())
    }
}
