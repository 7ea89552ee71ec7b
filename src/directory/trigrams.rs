//! The blocks of users in whose names a text may occur, so that a text that few have is not looked for in
//! all names.

use std::ops::Range;

use super::bit_set;

/// Number of users of a block.
const BLOCK: usize = 16;
/// Number of rows. A trigram has one of them, and shares it with others: a row says where a trigram
/// may be, and where it is not. More rows are more exact and take more memory, 8 bytes for 1,024
/// users each.
const ROWS: usize = 3072;
/// Number of bytes of a trigram.
const LENGTH: usize = 3;

/// One bit for each row and block of users: whether a trigram of that row occurs in their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Trigrams {
    bits: Vec<u64>,
    /// Number of words of a row.
    width: usize,
    /// Number of users.
    users: usize,
}

impl Trigrams {
    /// Reads the names of users, of which each ends at one of `ends`. `is_between` says which bytes
    /// separate names. No text that is looked for has one.
    pub fn of(text: &[u8], ends: &[u32], is_between: impl Fn(u8) -> bool) -> Self {
        let width = ends.len().div_ceil(BLOCK * 64);
        let mut bits = vec![0; width * ROWS];
        let mut start = 0;
        for (block, users) in ends.chunks(BLOCK).enumerate() {
            let end = users.last().map_or(start, |&end| end as usize);
            let names = text.get(start..end).unwrap_or_default();
            for name in names.split(|&byte| is_between(byte)) {
                for trigram in name.windows(LENGTH) {
                    bit_set::set(&mut bits, row_of(trigram) * width * 64 + block);
                }
            }
            start = end;
        }
        Self {
            bits,
            width,
            users: ends.len(),
        }
    }

    /// The ranges of users in whose names a text may occur. None if it is too short, or if it may
    /// occur in so many that looking for it in all names is as fast.
    pub fn candidates(&self, text: &[u8]) -> Option<Vec<Range<usize>>> {
        let mut blocks = vec![u64::MAX; self.width];
        if self.users == 0 || text.len() < LENGTH {
            return None;
        }
        for trigram in text.windows(LENGTH) {
            let start = row_of(trigram) * self.width;
            for (block, bits) in blocks.iter_mut().zip(&self.bits[start..]) {
                *block &= bits;
            }
        }
        let count: usize = blocks.iter().map(|word| word.count_ones() as usize).sum();
        if count * BLOCK > self.users / 2 {
            return None;
        }
        let mut ranges: Vec<Range<usize>> = Vec::with_capacity(count);
        bit_set::each(&blocks, 0..self.width * 64, |block| {
            let (start, end) = (block * BLOCK, ((block + 1) * BLOCK).min(self.users));
            match ranges.last_mut() {
                Some(before) if before.end == start => before.end = end,
                _ => ranges.push(start..end),
            }
        });
        Some(ranges)
    }
}

/// The row of a trigram.
fn row_of(trigram: &[u8]) -> usize {
    let number = trigram
        .iter()
        .fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
    // The multiplication spreads the number over the upper bits, which choose the row.
    let spread = u64::from(number.wrapping_mul(0x9E37_79B1));
    (spread * ROWS as u64 >> 32) as usize
}
