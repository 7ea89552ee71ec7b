//! Bounds of workbooks in ZIP archives, which are checked before a part is read: a small file can
//! promise, or become, more than all memory.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};

use memchr::memmem;
use zip::ZipArchive;

use super::error::{FREE_TO_GROW, LARGEST_UNPACKED, MOST_RATIO, WorkbookError};

/// The most bytes of the shared texts, which the reader keeps in memory.
const MOST_SHARED: u64 = 64 << 20;
/// The part with the texts of all cells, each once. It may be in any folder.
const SHARED_TEXTS: [&str; 2] = ["sharedstrings.xml", "sharedstrings.bin"];
/// The first bytes of an entry of a ZIP directory, and the entries that a workbook may have: memory
/// for all of them is allocated at once.
const ENTRY: &[u8] = b"PK\x01\x02";
const MOST_PARTS: usize = 20_000;

/// Checks all parts of an archive, and that none is damaged.
pub(super) fn check(mut file: &File) -> Result<(), WorkbookError> {
    file.rewind().map_err(WorkbookError::damaged)?;
    if count_parts(file).map_err(WorkbookError::damaged)? > MOST_PARTS {
        return Err(WorkbookError::damaged("it has too many parts"));
    }
    file.rewind().map_err(WorkbookError::damaged)?;
    check_parts(file)
}

/// The highest possible number of entries in a ZIP directory, counted before memory is allocated
/// for them.
fn count_parts(mut file: &File) -> std::io::Result<usize> {
    let (mut chunk, mut kept, mut count) = (vec![0; 1 << 16], 0, 0);
    loop {
        let read = file.read(&mut chunk[kept..])?;
        if read == 0 {
            return Ok(count);
        }
        let filled = kept + read;
        count += memmem::find_iter(&chunk[..filled], ENTRY).count();
        // The last bytes may be the beginning of another entry.
        kept = filled.min(ENTRY.len() - 1);
        chunk.copy_within(filled - kept..filled, 0);
    }
}

/// Unpacks each part once without keeping it, since the sizes in a ZIP directory may be false.
fn check_parts(file: &File) -> Result<(), WorkbookError> {
    let damaged = |error: zip::result::ZipError| WorkbookError::damaged(error);
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut promised = 0_u64;
    for index in 0..zip.len() {
        promised = promised.saturating_add(zip.by_index_raw(index).map_err(damaged)?.size());
    }
    if promised > LARGEST_UNPACKED {
        return Err(WorkbookError::TooLargeUnpacked);
    }
    let (mut unpacked, mut chunk) = (0_u64, vec![0; 1 << 16]);
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).map_err(damaged)?;
        let packed = part.compressed_size().max(1);
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let has_texts = SHARED_TEXTS.iter().any(|texts| name.ends_with(texts));
        let mut size = 0_u64;
        loop {
            let read = part.read(&mut chunk).map_err(WorkbookError::damaged)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > FREE_TO_GROW && size / packed > MOST_RATIO {
                return Err(WorkbookError::PackedTooTightly);
            }
            if has_texts && size > MOST_SHARED {
                return Err(WorkbookError::TooMuchText);
            }
            if unpacked + size > LARGEST_UNPACKED {
                return Err(WorkbookError::TooLargeUnpacked);
            }
        }
        unpacked += size;
    }
    Ok(())
}
