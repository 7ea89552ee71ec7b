//! `history forward`: each batch of the history as one line of JSON in a file, exactly once.
//!
//! The file is its own record of what has arrived: a run goes on after its last whole line. It cuts
//! off a torn line, which a killed program may leave, and writes that batch again.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use serde::Serialize;

use super::error::ReadError;
use super::heads_file::{difference, open_plain, unreadable, unwritable};
use crate::plan::BatchId;
use crate::store::{BatchHead, BatchSummary, HeadNews, Store, StoreError};

/// Batches that are read from the store at once.
const READ_TOGETHER: usize = 200;

/// The bytes that are read at once while the beginning of the last line is looked for.
const STEP: u64 = 64 * 1024;

/// The beginning of each line: the first name of [`ForwardedBatch`].
const BEGINNING: &[u8] = b"{\"store\":\"";

/// A batch as it is handed on. Other programs rely on the names. The first five are those of the
/// lines of `history heads`, and say where in the history the batch stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForwardedBatch<'a> {
    #[serde(flatten)]
    head: &'a BatchHead,
    operator: &'a str,
    machine: &'a str,
    action: &'a str,
    changed: u64,
    drifted: u64,
    denied: u64,
    reason: &'a str,
    ticket: &'a str,
    source: Option<&'a str>,
    source_sha256: Option<&'a str>,
    undoes: Option<i64>,
    plan: Option<i64>,
}

/// A file that gets the batches of a store. It is locked, so that two programs never write it at once.
#[derive(Debug)]
pub struct ForwardFile<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> ForwardFile<'a> {
    /// Opens the file, or makes it for its owner alone, and cuts off the rest of a torn line.
    ///
    /// # Errors
    /// The file is a link or no plain file, has other lines, cannot be written, or another program
    /// forwards to it. It is left as it is then.
    pub fn open(path: &'a Path) -> Result<Self, ReadError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = open_plain(path, options)?;
        if file.try_lock().is_err() {
            return Err(ReadError::Write(format!(
                "another program writes to it: {}",
                path.display()
            )));
        }
        let whole = end_of_whole_lines(&mut file).map_err(unreadable(path))?;
        let length = file.metadata().map_err(unreadable(path))?.len();
        if whole < length {
            if !is_torn_line(&mut file, whole, length).map_err(unreadable(path))? {
                return Err(other_lines(path));
            }
            file.set_len(whole).map_err(unwritable(path))?;
            file.sync_all().map_err(unwritable(path))?;
        }
        Ok(Self { path, file })
    }

    /// Appends the batches that the file does not have yet, and returns their number. They are on
    /// disk then.
    ///
    /// # Errors
    /// The file has other lines or cannot be written, the history lacks its last line, or the store
    /// could not be read.
    pub fn forward(&mut self, store: &Store) -> Result<u64, ReadError> {
        let (mut last, mut count) = (self.go_to_end(store)?, 0);
        while let Some(next) = NextBatches::after(store, last)? {
            let mut lines = Vec::new();
            for (head, batch) in &next.batches {
                lines.extend(line(&ForwardedBatch::of(head, batch))?);
                count += 1;
            }
            self.file.write_all(&lines).map_err(unwritable(self.path))?;
            self.file.sync_all().map_err(unwritable(self.path))?;
            last = next.last;
        }
        Ok(count)
    }

    /// Sends the batches that the file does not have yet, each as one line of JSON, and notes each in the
    /// file when it is sent. Returns their number. A program that is killed between both sends that one
    /// batch again.
    ///
    /// # Errors
    /// Those of [`ForwardFile::forward`], and those of sending.
    pub fn send(
        &mut self,
        store: &Store,
        mut send: impl FnMut(&str) -> Result<(), ReadError>,
    ) -> Result<u64, ReadError> {
        let (mut last, mut count) = (self.go_to_end(store)?, 0);
        while let Some(next) = NextBatches::after(store, last)? {
            for (head, batch) in &next.batches {
                let sent = serde_json::to_string(&ForwardedBatch::of(head, batch));
                send(&sent.map_err(|error| unwritten(&error))?)?;
                let note = line(head)?;
                self.file.write_all(&note).map_err(unwritable(self.path))?;
                self.file.sync_data().map_err(unwritable(self.path))?;
                count += 1;
            }
            last = next.last;
        }
        Ok(count)
    }

    /// Goes to the end of the file. Returns the last batch that it has.
    fn go_to_end(&mut self, store: &Store) -> Result<BatchId, ReadError> {
        let last = self.last_batch(store)?;
        let at_end = self.file.seek(SeekFrom::End(0));
        at_end.map_err(unwritable(self.path))?;
        Ok(last)
    }

    /// The last batch that has arrived and that the store still has.
    fn last_batch(&mut self, store: &Store) -> Result<BatchId, ReadError> {
        let mut end = self.file.metadata().map_err(unreadable(self.path))?.len();
        while let Some((start, line)) =
            line_before(&mut self.file, end).map_err(unreadable(self.path))?
        {
            let Ok(head) = serde_json::from_slice::<BatchHead>(&line) else {
                return Err(other_lines(self.path));
            };
            match store.compare_head(&head)? {
                None => return Ok(BatchId(head.batch)),
                // The batches after the backup that was restored are gone; those before it are there.
                Some(HeadNews::Restored { .. }) => end = start,
                Some(HeadNews::Changed(change) | HeadNews::Elsewhere(change)) => {
                    return Err(ReadError::Store(StoreError::HistoryChanged {
                        what: difference(&head, change.kind),
                        path: store.path().to_owned(),
                    }));
                }
            }
        }
        Ok(BatchId(0))
    }
}

impl Drop for ForwardFile<'_> {
    /// Closing the file ends its lock only when no program that was just started has a copy of it.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            log::debug!("the lock of a file goes when it is closed: {error}");
        }
    }
}

/// Batches that follow each other, each with its place in the history.
struct NextBatches {
    batches: Vec<(BatchHead, BatchSummary)>,
    last: BatchId,
}

impl NextBatches {
    /// The next batches after one. None if there are no more.
    fn after(store: &Store, batch: BatchId) -> Result<Option<Self>, ReadError> {
        let heads = store.batch_heads(batch, READ_TOGETHER)?;
        let Some(newest) = heads.last() else {
            return Ok(None);
        };
        let last = BatchId(newest.batch);
        let ids: Vec<BatchId> = heads.iter().map(|head| BatchId(head.batch)).collect();
        let mut found = store.batches_of(&ids)?.into_iter().peekable();
        // A batch whose row somebody has taken away is left out.
        let batches = heads.into_iter().filter_map(|head| {
            let batch = found.next_if(|batch| batch.id.0 == head.batch)?;
            Some((head, batch))
        });
        Ok(Some(Self {
            batches: batches.collect(),
            last,
        }))
    }
}

impl<'a> ForwardedBatch<'a> {
    fn of(head: &'a BatchHead, batch: &'a BatchSummary) -> Self {
        Self {
            head,
            operator: &batch.operator,
            machine: &batch.machine,
            action: batch.action.word(),
            changed: batch.changed,
            drifted: batch.drifted,
            denied: batch.denied,
            reason: &batch.reason,
            ticket: &batch.ticket,
            source: batch.source.as_deref(),
            source_sha256: batch.source_sha256.as_deref(),
            undoes: batch.undoes.map(|batch| batch.0),
            plan: batch.plan.map(|plan| plan.0),
        }
    }
}

/// A value as a line of JSON.
fn line(value: &impl Serialize) -> Result<Vec<u8>, ReadError> {
    let mut line = serde_json::to_vec(value).map_err(|error| unwritten(&error))?;
    line.push(b'\n');
    Ok(line)
}

fn unwritten(error: &serde_json::Error) -> ReadError {
    ReadError::Write(error.to_string())
}

fn other_lines(path: &Path) -> ReadError {
    ReadError::Write(format!(
        "its last line is not one of pindesk history forward: {}",
        path.display()
    ))
}

/// Whether what stands behind the last line feed is the beginning of a line of this program, behind
/// another one of its lines. Other text stays, since the file may have another purpose.
fn is_torn_line(file: &mut File, whole: u64, length: u64) -> io::Result<bool> {
    let tail = read_at(file, whole, length.min(whole + BEGINNING.len() as u64))?;
    let is_ours = BEGINNING.starts_with(&tail);
    let before = line_before(file, whole)?;
    Ok(
        is_ours
            && before.is_none_or(|(_, line)| serde_json::from_slice::<BatchHead>(&line).is_ok()),
    )
}

/// The position after the last line feed. 0 if there is none.
fn end_of_whole_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.metadata()?.len();
    while end > 0 {
        let start = end.saturating_sub(STEP);
        let part = read_at(file, start, end)?;
        if let Some(found) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + found as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// The line that ends at a position, and where it begins. None at the beginning of the file.
fn line_before(file: &mut File, end: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
    if end == 0 {
        return Ok(None);
    }
    let mut start = end - 1;
    while start > 0 {
        let from = start.saturating_sub(STEP);
        let part = read_at(file, from, start)?;
        match part.iter().rposition(|byte| *byte == b'\n') {
            Some(found) => {
                start = from + found as u64 + 1;
                break;
            }
            None => start = from,
        }
    }
    let line = read_at(file, start, end)?;
    Ok(Some((start, line)))
}

fn read_at(file: &mut File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(end - start).read_to_end(&mut bytes)?;
    Ok(bytes)
}
