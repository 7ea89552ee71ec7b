//! The streams of a compound file (MS-CFB:
//! <https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb>), as old Office files and encrypted
//! workbooks are. Files of programs that leave parts of the tables unused are read, too.

use encoding_rs::UTF_16LE;

use super::error::WorkbookError;

/// A compound file in memory.
pub(super) struct CompoundFile<'a> {
    bytes: &'a [u8],
    /// The size of a sector in bytes.
    sector: usize,
    /// The sector after each sector.
    next: Vec<u32>,
    entries: Vec<DirectoryEntry>,
}

/// A stream of a compound file.
struct DirectoryEntry {
    name: String,
    first: u32,
    size: usize,
    is_root: bool,
}

const HEADER: usize = 512;
const SMALL_SECTOR: usize = 64;
/// Streams below this size are in small sectors.
const SMALL_STREAM: usize = 4096;
/// Numbers above this are no sectors.
const LAST_SECTOR: u32 = 0xFFFF_FFFA;
/// The sectors of the table of sectors that the header names.
const NAMED_IN_HEADER: usize = 109;
const ENTRY: usize = 128;

impl<'a> CompoundFile<'a> {
    /// # Errors
    /// The file is damaged or cut off.
    pub fn of(bytes: &'a [u8]) -> Result<Self, WorkbookError> {
        let mut file = Self {
            bytes,
            sector: match short(bytes, 30)? {
                9 => 512,
                12 => 4096,
                _ => return Err(WorkbookError::damaged("its sectors have no known size")),
            },
            next: Vec::new(),
            entries: Vec::new(),
        };
        for sector in file.table()? {
            file.next.extend(numbers(file.sector_bytes(sector)?));
        }
        let directory = file.chain(number(bytes, 48)?, usize::MAX)?;
        for entry in directory.chunks_exact(ENTRY) {
            file.entries.extend(DirectoryEntry::read(entry)?);
        }
        Ok(file)
    }

    /// Whether the file ends with a sector and has streams. Otherwise its end is missing.
    pub fn is_whole(&self) -> bool {
        let has = |is_root: bool| self.entries.iter().any(|entry| entry.is_root == is_root);
        self.bytes.len().is_multiple_of(HEADER) && has(true) && has(false)
    }

    /// Whether there is a stream with this name, in any case.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The bytes of a stream. None if there is none with this name.
    ///
    /// # Errors
    /// The file is damaged or cut off.
    pub fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, WorkbookError> {
        let Some(entry) = self.entry(name) else {
            return Ok(None);
        };
        if entry.size >= SMALL_STREAM {
            return self.chain(entry.first, entry.size).map(Some);
        }
        let root = self.entries.iter().find(|entry| entry.is_root);
        let small = root.map_or(Ok(Vec::new()), |root| self.chain(root.first, root.size))?;
        let next: Vec<u32> = numbers(&self.chain(number(self.bytes, 60)?, usize::MAX)?).collect();
        let read = |sector: u32| {
            let start = sector as usize * SMALL_SECTOR;
            small
                .get(start..start + SMALL_SECTOR)
                .ok_or_else(WorkbookError::cut_off)
        };
        joined(entry.first, entry.size, &next, read).map(Some)
    }

    fn entry(&self, name: &str) -> Option<&DirectoryEntry> {
        self.entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The sectors of the table of sectors.
    fn table(&self) -> Result<Vec<u32>, WorkbookError> {
        let header = self
            .bytes
            .get(76..HEADER)
            .ok_or_else(WorkbookError::cut_off)?;
        let mut table: Vec<u32> = numbers(header).take(NAMED_IN_HEADER).collect();
        let mut more = number(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector;
        while more < LAST_SECTOR && table.len() <= most {
            let mut named: Vec<u32> = numbers(self.sector_bytes(more)?).collect();
            more = named.pop().unwrap_or(u32::MAX);
            table.extend(named);
        }
        table.retain(|&sector| sector < LAST_SECTOR);
        table.truncate(number(self.bytes, 44)? as usize);
        Ok(table)
    }

    /// The bytes of a sector. The last one may be cut.
    fn sector_bytes(&self, sector: u32) -> Result<&'a [u8], WorkbookError> {
        let start = (sector as usize)
            .checked_add(1)
            .and_then(|sector| sector.checked_mul(self.sector));
        let start = start
            .filter(|&start| start < self.bytes.len())
            .ok_or_else(WorkbookError::cut_off)?;
        Ok(&self.bytes[start..self.bytes.len().min(start + self.sector)])
    }

    /// The bytes of the sectors from the first one on, at most `size`.
    fn chain(&self, first: u32, size: usize) -> Result<Vec<u8>, WorkbookError> {
        joined(first, size, &self.next, |sector| self.sector_bytes(sector))
    }
}

impl DirectoryEntry {
    /// An entry of the directory; None if it is unused.
    fn read(bytes: &[u8]) -> Result<Option<Self>, WorkbookError> {
        let length = usize::from(short(bytes, 64)?).saturating_sub(2).min(62);
        let kind = bytes[66];
        let name = UTF_16LE
            .decode_without_bom_handling(&bytes[..length])
            .0
            .into_owned();
        // The upper half of the size has no meaning in files of version 3.
        let (first, size) = (number(bytes, 116)?, number(bytes, 120)? as usize);
        let is_root = kind == 5;
        Ok((is_root || kind == 2).then_some(Self {
            name,
            first,
            size,
            is_root,
        }))
    }
}

/// The bytes of a chain of sectors, at most `size`.
///
/// # Errors
/// The chain goes in a circle, leaves the file, or ends before `size` bytes.
fn joined<'s>(
    first: u32,
    size: usize,
    next: &[u32],
    read: impl Fn(u32) -> Result<&'s [u8], WorkbookError>,
) -> Result<Vec<u8>, WorkbookError> {
    let (mut bytes, mut sector, mut steps) = (Vec::new(), first, 0);
    while sector < LAST_SECTOR && bytes.len() < size {
        bytes.extend_from_slice(read(sector)?);
        steps += 1;
        if steps > next.len() {
            return Err(WorkbookError::damaged("its sectors go in a circle"));
        }
        sector = *next
            .get(sector as usize)
            .ok_or_else(WorkbookError::cut_off)?;
    }
    if size != usize::MAX && bytes.len() < size {
        return Err(WorkbookError::cut_off());
    }
    bytes.truncate(size);
    Ok(bytes)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|bytes| u32::from_le_bytes(*bytes))
}

fn number(bytes: &[u8], at: usize) -> Result<u32, WorkbookError> {
    let four = bytes
        .get(at..at + 4)
        .and_then(|bytes| bytes.try_into().ok());
    four.map(u32::from_le_bytes)
        .ok_or_else(WorkbookError::cut_off)
}

fn short(bytes: &[u8], at: usize) -> Result<u16, WorkbookError> {
    let two = bytes
        .get(at..at + 2)
        .and_then(|bytes| bytes.try_into().ok());
    two.map(u16::from_le_bytes)
        .ok_or_else(WorkbookError::cut_off)
}
