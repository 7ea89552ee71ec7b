//! Listing batches and handing over their entries, page by page: the number of statements does not
//! depend on the number of batches in a page, and only one page is in memory.

use super::entry::{ENTRIES, HistoryEntry, entry};
use super::matching::Matching;
use super::query::{Conditions, HistoryQuery};
use super::summary::{BatchSummary, SUMMARY_COLUMNS, count, summary};
use super::walk_progress::{BatchOrder, Halted, WalkProgress};
use crate::plan::BatchId;
use crate::progress::Progress;
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store, StoreError};

/// The largest number of batches in a page.
const PAGE: usize = 5_000;
/// The largest number of batches in a page if their entries have to be searched: a smaller page has
/// the first matches sooner.
const SEARCHED_PAGE: usize = 500;

/// One page of a walk.
struct Page<'a> {
    /// The batches that match, in the order of the walk, with their counts.
    batches: Vec<BatchSummary>,
    /// Conditions for exactly the batches of the page, those that do not match among them.
    conditions: Conditions,
    connection: &'a Connection,
}

impl Store {
    /// One batch, or None if there is none with this ID.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch(&self, batch: BatchId) -> Result<Option<BatchSummary>> {
        Ok(self.batches_of(&[batch])?.pop())
    }

    /// The batches with these IDs, the oldest first. One that does not exist is left out.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batches_of(&self, ids: &[BatchId]) -> Result<Vec<BatchSummary>> {
        let ids = IdSet::of(ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT {SUMMARY_COLUMNS} FROM batches b WHERE b.id IN {IN_LIST} ORDER BY b.id"
        );
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let found: EngineResult<Vec<_>> = statement.query_map(&[&ids], summary)?.collect();
            let mut batches = found?;
            count(connection, &mut batches)?;
            Ok(batches)
        })
    }

    /// The batches that match the query, newest first, at most `limit`.
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
        let order = BatchOrder::NewestFirst;
        self.walk::<StoreError>(query, order, limit, progress, |page, _| {
            found.extend(page.batches);
            Ok(found.len() < limit)
        })?;
        found.truncate(limit);
        Ok(found)
    }

    /// Hands over each entry of the batches that match the query, with its batch, in the order in
    /// which the entries were written. A batch without entries is handed over once, without an
    /// entry. Returns the number of calls.
    ///
    /// # Errors
    /// The store could not be read, the work was cancelled, or the error that `each` returns.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        query: &HistoryQuery,
        progress: &dyn Progress,
        mut each: impl FnMut(&BatchSummary, Option<&HistoryEntry>) -> std::result::Result<(), E>,
    ) -> std::result::Result<u64, E> {
        let mut handed_over = 0;
        let order = BatchOrder::OldestFirst;
        self.walk(query, order, usize::MAX, progress, |page, progress| {
            hand_over(page, progress, |batch, entry| {
                handed_over += 1;
                each(batch, entry)
            })?;
            Ok(true)
        })?;
        Ok(handed_over)
    }

    /// Hands over pages of batches until `each` returns false. All of them are of one moment.
    fn walk<E: From<StoreError>>(
        &self,
        query: &HistoryQuery,
        order: BatchOrder,
        limit: usize,
        progress: &dyn Progress,
        each: impl FnMut(Page<'_>, &mut WalkProgress<'_>) -> std::result::Result<bool, Halted<E>>,
    ) -> std::result::Result<(), E> {
        let snapshot = self.snapshot()?;
        walk(snapshot.connection(), query, order, limit, progress, each).map_err(|halted| {
            match halted {
                Halted::Engine(error) => self.error(&error).into(),
                Halted::Cancelled => StoreError::Cancelled.into(),
                Halted::Other(error) => error,
            }
        })
    }
}

fn walk<E>(
    connection: &Connection,
    query: &HistoryQuery,
    order: BatchOrder,
    limit: usize,
    progress: &dyn Progress,
    mut each: impl FnMut(Page<'_>, &mut WalkProgress<'_>) -> std::result::Result<bool, Halted<E>>,
) -> std::result::Result<(), Halted<E>> {
    let conditions = query.conditions(connection)?;
    let mut progress = WalkProgress::of(connection, &conditions, order, progress)?;
    let matching = Matching::of(query, connection, &mut progress)?;
    let size = if matching.is_everything() {
        PAGE.min(limit)
    } else {
        SEARCHED_PAGE
    };
    let mut rest = (i64::MIN, i64::MAX);
    loop {
        let mut batches = read_page(connection, &conditions.within(rest), order, size)?;
        let is_last = batches.len() < size;
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else {
            return Ok(());
        };
        let (first, last) = (first.id.0, last.id.0);
        let conditions = conditions.within((first.min(last), first.max(last)));
        rest = match order {
            BatchOrder::OldestFirst => (last.saturating_add(1), i64::MAX),
            BatchOrder::NewestFirst => (i64::MIN, last.saturating_sub(1)),
        };
        for _ in &batches {
            progress.step(None)?;
        }
        matching.retain(connection, &conditions, &mut batches, &mut progress)?;
        count(connection, &mut batches)?;
        let page = Page {
            batches,
            conditions,
            connection,
        };
        if !each(page, &mut progress)? || is_last {
            return Ok(());
        }
    }
}

fn read_page(
    connection: &Connection,
    conditions: &Conditions,
    order: BatchOrder,
    size: usize,
) -> EngineResult<Vec<BatchSummary>> {
    let direction = match order {
        BatchOrder::OldestFirst => "ASC",
        BatchOrder::NewestFirst => "DESC",
    };
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS} FROM batches b WHERE {} ORDER BY b.id {direction} LIMIT {size}",
        conditions.sql()
    );
    connection
        .prepare_cached(&sql)?
        .query_map(&conditions.parameters(), summary)?
        .collect()
}

/// The statement that reads the entries of a page. The batches come first in the join, so that the
/// entries come in the order of the index and need not be sorted.
fn entries_of_page(conditions: &Conditions) -> String {
    let entries = ENTRIES.replace(
        "FROM history h JOIN batches b ON b.id = h.batch_id",
        "FROM batches b CROSS JOIN history h",
    );
    format!(
        "{entries} WHERE h.batch_id = b.id AND {} AND h.kind <> 'batch' ORDER BY b.id, h.seq",
        conditions.sql()
    )
}

/// Hands over the entries of a page, which begins with the oldest batch.
fn hand_over<E>(
    page: Page<'_>,
    progress: &mut WalkProgress<'_>,
    mut each: impl FnMut(&BatchSummary, Option<&HistoryEntry>) -> std::result::Result<(), E>,
) -> std::result::Result<(), Halted<E>> {
    let Page {
        batches,
        conditions,
        connection,
    } = page;
    let mut statement = connection.prepare_cached(&entries_of_page(&conditions))?;
    let mut rows = statement.query(&conditions.parameters())?;
    let mut next = rows.next()?;
    for batch in &batches {
        let mut is_empty = true;
        while let Some(row) = next {
            let id = BatchId(row.get(1)?);
            if id > batch.id {
                break;
            }
            progress.step(Some(row.get(0)?))?;
            if id == batch.id {
                is_empty = false;
                each(batch, Some(&entry(row)?)).map_err(Halted::Other)?;
            }
            next = rows.next()?;
        }
        if is_empty {
            each(batch, None).map_err(Halted::Other)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty_store::empty_store;

    #[test]
    fn the_entries_of_a_page_need_not_be_sorted() {
        let (_folder, store) = empty_store();
        let conditions = Conditions::default().within((1, 9));
        let sql = format!("EXPLAIN QUERY PLAN {}", entries_of_page(&conditions));
        let mut statement = store.connection.prepare(&sql).unwrap();
        let steps = statement
            .query_map(&conditions.parameters(), |row| row.get::<String>(3))
            .unwrap();
        let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
        assert!(
            steps.len() == 2 && steps[1].contains("history_batch"),
            "{steps:?}"
        );
    }
}
