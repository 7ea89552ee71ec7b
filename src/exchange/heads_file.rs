//! A file with the last entry of each batch as one line of JSON, outside of the store: on another
//! disk, or in a folder where this account can append but not change.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::error::ReadError;
use crate::io_words::cause;
use crate::plan::BatchId;
use crate::progress::Progress;
use crate::store::{BatchHead, HeadChangeKind, HeadNews, Store, StoreError};

/// The longest line in bytes. A line of PinDesk has about 220.
const LONGEST_LINE: u64 = 4096;

/// The end of the file in which its last line is looked for, in bytes.
const TAIL: u64 = 64 * 1024;

/// Batches that are read from the store at once.
const READ_TOGETHER: usize = 1000;

/// The outcome of appending to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendedHeads {
    pub batches: u64,
    /// The last batch that the file has. None if it has none.
    pub last: Option<BatchId>,
}

/// The outcome of comparing a file with the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparedHeads {
    pub lines: u64,
    /// The lines whose batches were undone when somebody restored a backup with PinDesk.
    pub undone: u64,
    /// The first line that the history lacks without such a reason.
    pub first_change: Option<ChangedLine>,
    /// The first line that cannot be read, as a program leaves it that was killed while it wrote.
    pub unreadable: Option<u64>,
    /// The batches of the store after the last line.
    pub not_in_file: u64,
}

/// A line of the file that the history lacks. Lines are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLine {
    pub line: u64,
    pub head: BatchHead,
    pub kind: HeadChangeKind,
}

/// Appends the batches that the file does not have yet, after its last line. A new file is for its
/// owner alone.
///
/// # Errors
/// The file is a link, has other lines or cannot be written, or the history lacks its last line.
/// Nothing was appended then, except where the disk is full.
pub fn append_heads(store: &Store, path: &Path) -> Result<AppendedHeads, ReadError> {
    let mut file = open_to_append(path)?;
    let mut last = last_line(store, path)?;
    let mut appended = 0;
    loop {
        let heads = store.batch_heads(last.unwrap_or(BatchId(0)), READ_TOGETHER)?;
        let Some(newest) = heads.last() else { break };
        last = Some(BatchId(newest.batch));
        let mut text = Vec::new();
        if appended == 0 && !ends_with_line(path).map_err(unreadable(path))? {
            text.push(b'\n');
        }
        for head in &heads {
            let line = serde_json::to_writer(&mut text, head).map_err(io::Error::from);
            line.map_err(unwritable(path))?;
            text.push(b'\n');
        }
        file.write_all(&text).map_err(unwritable(path))?;
        appended += heads.len() as u64;
    }
    file.sync_all().map_err(unwritable(path))?;
    Ok(AppendedHeads {
        batches: appended,
        last,
    })
}

/// Compares each line of the file with the history.
///
/// # Errors
/// The file cannot be read, or the store could not be read.
pub fn compare_heads(
    store: &Store,
    path: &Path,
    progress: &dyn Progress,
) -> Result<ComparedHeads, ReadError> {
    let mut compared = ComparedHeads::default();
    let mut last = BatchId(0);
    let total = fs::metadata(path).map_err(unreadable(path))?.len();
    for_each_line(path, 0, &mut |number, done, head| {
        progress.advance(done, total);
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
        let Some(head) = head else {
            compared.unreadable.get_or_insert(number);
            return Ok(());
        };
        compared.lines += 1;
        match store.compare_head(&head)? {
            None => last = BatchId(head.batch),
            Some(HeadNews::Restored { .. }) => compared.undone += 1,
            Some(HeadNews::Changed(change) | HeadNews::Elsewhere(change)) => {
                compared.first_change.get_or_insert(ChangedLine {
                    line: number,
                    head,
                    kind: change.kind,
                });
            }
        }
        Ok(())
    })?;
    compared.not_in_file = store.batches_after(last)?;
    Ok(compared)
}

/// The last batch of the file that the store has.
fn last_line(store: &Store, path: &Path) -> Result<Option<BatchId>, ReadError> {
    let length = fs::metadata(path).map_err(unreadable(path))?.len();
    let mut last = None;
    let mut broken = None;
    // The first line of the tail may be the end of one.
    let start = length.saturating_sub(TAIL);
    for_each_line(path, start, &mut |number, _, head| {
        match head {
            Some(head) => last = Some(head),
            None if start == 0 || number > 1 => broken = broken.or(Some(number)),
            None => {}
        }
        Ok(())
    })?;
    let Some(last) = last else {
        return match broken {
            Some(line) => Err(ReadError::BrokenRow {
                line,
                what: "this is no line of pindesk history heads.".to_owned(),
            }),
            None => Ok(None),
        };
    };
    match store.compare_head(&last)? {
        None => Ok(Some(BatchId(last.batch))),
        Some(HeadNews::Restored { .. }) => last_that_is_there(store, path),
        Some(HeadNews::Changed(change) | HeadNews::Elsewhere(change)) => {
            Err(ReadError::Store(StoreError::HistoryChanged {
                what: difference(&last, change.kind),
                path: store.path().to_owned(),
            }))
        }
    }
}

/// The last batch of the file that the store has after a backup was restored.
fn last_that_is_there(store: &Store, path: &Path) -> Result<Option<BatchId>, ReadError> {
    let mut last = None;
    for_each_line(path, 0, &mut |_, _, head| {
        if let Some(head) = head
            && store.compare_head(&head)?.is_none()
        {
            last = Some(BatchId(head.batch));
        }
        Ok(())
    })?;
    Ok(last)
}

impl ChangedLine {
    /// The difference as a sentence.
    pub fn sentence(&self) -> String {
        format!("Line {}: {}", self.line, difference(&self.head, self.kind))
    }
}

pub(super) fn difference(head: &BatchHead, kind: HeadChangeKind) -> String {
    let BatchHead {
        store,
        batch,
        entry,
        ..
    } = head;
    match kind {
        HeadChangeKind::Rewritten => format!(
            "The history of the store was rewritten: batch {batch} of the file ended with entry {entry} and another hash."
        ),
        HeadChangeKind::Older { last } => format!(
            "The store is an older copy: it ends with entry {last}, and batch {batch} of the file ended with entry {entry}."
        ),
        HeadChangeKind::OtherStore => format!(
            "The file is of another store, whose ID is {store}. Each store needs a file of its own."
        ),
    }
}

/// Opens the file to append to it, or makes it.
fn open_to_append(path: &Path) -> Result<File, ReadError> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    open_plain(path, options)
}

/// Opens a file for its owner alone, and refuses links, which may lead to a file of somebody else.
pub(super) fn open_plain(path: &Path, options: OpenOptions) -> Result<File, ReadError> {
    let refused = |why: &str| Err(ReadError::Write(format!("{why}: {}", path.display())));
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => return refused("it is a link"),
        Ok(found) if !found.is_file() => return refused("it is no plain file"),
        _ => {}
    }
    #[cfg(unix)]
    let options = {
        let mut owned = options;
        std::os::unix::fs::OpenOptionsExt::mode(&mut owned, 0o600);
        owned
    };
    let file = options.open(path).map_err(unwritable(path))?;
    if !is_at(&file, path).map_err(unwritable(path))? {
        return refused("it was replaced at this moment");
    }
    Ok(file)
}

/// Whether the open file is the one at the path, and no link led to it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (open, there) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok((open.dev(), open.ino()) == (there.dev(), there.ino()))
}

/// On Windows making a link needs a privilege of its own.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> io::Result<bool> {
    Ok(!fs::symlink_metadata(path)?.is_symlink())
}

/// Whether the file is empty or ends with a whole line.
fn ends_with_line(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// A function that gets the number of a line, the bytes read so far, and the line. None: the line
/// cannot be read.
type EachLine<'a> = dyn FnMut(u64, u64, Option<BatchHead>) -> Result<(), ReadError> + 'a;

/// Reads the lines from a byte on. Empty lines are left out.
fn for_each_line(path: &Path, start: u64, each: &mut EachLine<'_>) -> Result<(), ReadError> {
    let mut file = File::open(path).map_err(unreadable(path))?;
    file.seek(SeekFrom::Start(start))
        .map_err(unreadable(path))?;
    let mut reader = BufReader::new(file);
    let (mut number, mut done) = (0, start);
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut reader).take(LONGEST_LINE);
        if limited
            .read_until(b'\n', &mut line)
            .map_err(unreadable(path))?
            == 0
        {
            return Ok(());
        }
        number += 1;
        done += line.len() as u64;
        if !line.trim_ascii().is_empty() {
            each(number, done, serde_json::from_slice(&line).ok())?;
        }
    }
}

pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> ReadError {
    move |error| ReadError::Io(format!("{}: {}", cause(&error), path.display()))
}

pub(super) fn unwritable(path: &Path) -> impl Fn(io::Error) -> ReadError {
    move |error| ReadError::Write(format!("{}: {}", cause(&error), path.display()))
}
