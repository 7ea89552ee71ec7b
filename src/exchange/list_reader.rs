//! Reads the rows of a list on a thread of its own and hands them over in blocks, so that users are
//! looked up while the next rows are read.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use super::dates::WrittenDate;
use super::error::ReadError;
use super::list_rows::{ListReader, RowPerson, RowWish};
use super::records::FileRow;
use super::row_identity::{OtherName, RowIdentity};
use super::table::Table;
use crate::domain::Time;
use crate::plan::{Action, RowPosition, Wish};
use crate::progress::Progress;
use crate::store::{NameLookup, Search};

/// The largest number of rows of a list, since a plan must fit into memory.
const MOST_ROWS: usize = 2_000_000;
/// Rows of a block. Many rows are looked up faster together; the first block is small, so that the
/// lookup begins at once.
const FIRST_BLOCK: usize = 1 << 12;
const LARGEST_BLOCK: usize = 1 << 15;
/// The interval between checks for cancellation while no block arrives.
const PATIENCE: Duration = Duration::from_millis(50);

/// A row of a list, understood as far as possible without the store.
pub(super) enum UnderstoodRow {
    /// The row cannot be understood, for this reason.
    Unreadable(Wish, String),
    /// Nothing is to be done for the row, for this reason.
    NotDone(Wish, String),
    /// The row means the user of this identity, or says why it has none. If it has one, the next
    /// text of the search is this identity.
    User {
        wish: Wish,
        identity: Result<RowIdentity, String>,
        /// Other names that the row has for the user.
        also: Vec<OtherName>,
    },
}

/// Rows in the order of the file, and the users that they name.
#[derive(Default)]
pub(super) struct Block {
    pub rows: Vec<UnderstoodRow>,
    pub search: Search,
}

/// The blocks of a list as they arrive, and the table after the last one.
pub(super) struct Blocks<'scope> {
    blocks: Receiver<Result<Block, ReadError>>,
    thread: ScopedJoinHandle<'scope, Table>,
}

impl<'scope> Blocks<'scope> {
    /// Begins to read. `first` has the rows that were already taken from the table.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub fn begin<'env>(
        scope: &'scope thread::Scope<'scope, 'env>,
        mut table: Table,
        first: Vec<FileRow>,
        reader: &'env ListReader<'env>,
        until: impl Fn(WrittenDate) -> Result<Time, String> + Send + 'scope,
    ) -> std::io::Result<Self> {
        // One block waits while the next one is read.
        let (sender, blocks) = sync_channel(1);
        let thread = thread::Builder::new().name("pindesk-list".to_owned());
        let thread = thread.spawn_scoped(scope, move || {
            if let Err(error) = read(&mut table, first, reader, until, &sender) {
                // A receiver that is gone does not need the error.
                drop(sender.send(Err(error)));
            }
            table
        })?;
        Ok(Self { blocks, thread })
    }

    /// The next block; None at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read to its end, or the work was cancelled.
    pub fn next(&self, progress: &dyn Progress) -> Result<Option<Block>, ReadError> {
        loop {
            match self.blocks.recv_timeout(PATIENCE) {
                Ok(block) => return block.map(Some),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if progress.is_cancelled() => {
                    return Err(ReadError::Cancelled);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The table, after the last block.
    pub fn end(self) -> Table {
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn read(
    table: &mut Table,
    first: Vec<FileRow>,
    reader: &ListReader<'_>,
    until: impl Fn(WrittenDate) -> Result<Time, String>,
    sender: &SyncSender<Result<Block, ReadError>>,
) -> Result<(), ReadError> {
    let (mut block, mut lookups, mut size, mut sent) =
        (Block::default(), Vec::new(), FIRST_BLOCK, 0);
    let mut first = first.into_iter();
    while let Some(row) = first
        .next()
        .map_or_else(|| table.next_row(), |row| Ok(Some(row)))?
    {
        if sent + block.rows.len() >= MOST_ROWS {
            return Err(ReadError::TooManyRows { limit: MOST_ROWS });
        }
        block.add(&row, reader, &until, &mut lookups);
        if block.rows.len() >= size {
            sent += block.rows.len();
            size = LARGEST_BLOCK.min(size * 2);
            block.search = Search::of(&lookups);
            lookups.clear();
            if sender.send(Ok(std::mem::take(&mut block))).is_err() {
                return Ok(());
            }
        }
    }
    block.search = Search::of(&lookups);
    // A receiver that is gone does not need the last block.
    drop(sender.send(Ok(block)));
    Ok(())
}

impl Block {
    fn add(
        &mut self,
        row: &FileRow,
        reader: &ListReader<'_>,
        until: impl Fn(WrittenDate) -> Result<Time, String>,
        lookups: &mut Vec<NameLookup>,
    ) {
        let position = Some(RowPosition {
            line: row.line,
            byte: row.byte,
        });
        let read = reader.read(row).and_then(|mut read| {
            if let (Some((date, _)), Some(own)) = (&read.until, &mut read.wish.own) {
                own.until = Some(until(*date)?);
            }
            Ok(read)
        });
        let row_wish = match read {
            Ok(row_wish) => row_wish,
            Err(why) => {
                let cell = reader
                    .columns
                    .user
                    .and_then(|column| row.fields.get(column));
                let given = cell
                    .or(row.fields.first())
                    .map(|text| text.trim().to_owned())
                    .unwrap_or_default();
                let action = reader.action.unwrap_or(Action::Lock);
                return self.rows.push(UnderstoodRow::Unreadable(
                    Wish {
                        action,
                        given,
                        position,
                        own: None,
                    },
                    why,
                ));
            }
        };
        let RowWish {
            wish,
            mut people,
            not_done,
            ..
        } = row_wish;
        if let Some(why) = not_done {
            let given = people.swap_remove(0).given;
            let wish = Wish { given, ..wish };
            return self.rows.push(UnderstoodRow::NotDone(wish, why));
        }
        for RowPerson {
            given,
            identity,
            also,
        } in people
        {
            lookups.extend(identity.iter().map(RowIdentity::lookup));
            let wish = Wish {
                given,
                ..wish.clone()
            };
            self.rows.push(UnderstoodRow::User {
                wish,
                identity,
                also,
            });
        }
    }
}
