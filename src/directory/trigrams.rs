//! The blocks of users in whose names a text may occur, so that a text that few have is not looked for in
//! all names.

use std::ops::Range;

use super::bit_set;

/// Number of users of a block.
const BLOCK: usize = 16;
/// Number of rows. A trigram has one of them, and shares it with others: a row says where a trigram
/// may be, and where it is not. More rows are more exact and take more memory: these take 24 bytes a
/// user.
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
            let (word, bit) = (block / 64, 1 << (block % 64));
            let (mut trigram, mut length) = (0, 0);
            for &byte in text.get(start..end).unwrap_or_default() {
                trigram = next_trigram(trigram, byte);
                length = if is_between(byte) { 0 } else { length + 1 };
                if length >= LENGTH
                    && let Some(row) = bits.get_mut(row_of(trigram) * width + word)
                {
                    *row |= bit;
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
        if self.users == 0 || text.len() < LENGTH {
            return None;
        }
        let mut blocks = vec![u64::MAX; self.width];
        for trigram in text.windows(LENGTH) {
            let trigram = trigram.iter().copied().fold(0, next_trigram);
            let start = row_of(trigram) * self.width;
            for (block, bits) in blocks.iter_mut().zip(&self.bits[start..]) {
                *block &= bits;
            }
        }
        let count: usize = blocks.iter().map(|word| word.count_ones() as usize).sum();
        if count * BLOCK > self.users / 8 {
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

/// The trigram that ends with a byte, behind the one that ends before it.
fn next_trigram(before: u32, byte: u8) -> u32 {
    ((before << 8) | u32::from(byte)) & 0xFF_FFFF
}

/// The row of a trigram.
fn row_of(trigram: u32) -> usize {
    // The multiplication spreads the number over the upper bits, which choose the row.
    let spread = u64::from(trigram.wrapping_mul(0x9E37_79B1));
    ((spread * ROWS as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Trigrams of users with one name each.
    fn of(names: &[String]) -> Trigrams {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        for name in names {
            text.extend(name.bytes());
            text.push(0);
            ends.push(u32::try_from(text.len()).unwrap());
        }
        Trigrams::of(&text, &ends, |byte| byte == 0)
    }

    proptest! {
        #[test]
        fn all_users_with_a_text_are_candidates(
            names in proptest::collection::vec("[a-c]{0,9}|[a-zäß田 ]{0,20}", 0..1000),
            text in "[a-c]{0,5}|[a-zäß田]{3}",
            at in any::<proptest::sample::Index>(),
        ) {
            let (trigrams, mut names) = (of(&names), names);
            // Nearly all texts that are drawn occur nowhere, so one is taken from a name.
            if !names.is_empty() {
                names.push(names[at.index(names.len())].clone());
            }
            for text in [Some(&text), names.last()].into_iter().flatten() {
                let Some(ranges) = trigrams.candidates(text.as_bytes()) else {
                    continue;
                };
                for (user, name) in names.iter().enumerate().take(trigrams.users) {
                    let is_candidate = ranges.iter().any(|range| range.contains(&user));
                    prop_assert!(is_candidate || !name.contains(text.as_str()), "{user}: {name} has {text}");
                }
            }
        }
    }

    #[test]
    fn a_text_that_one_user_has_leaves_their_block() {
        let names: Vec<String> = (0..3000)
            .map(|number| format!("user {number}@example.com"))
            .collect();
        let trigrams = of(&names);
        let found = trigrams.candidates(b" 2345@").unwrap_or_default();
        assert_eq!(found.as_slice(), std::slice::from_ref(&(2336..2352)));
        assert_eq!(
            trigrams
                .candidates(b" 9345@")
                .map(|ranges| ranges.len() < 8),
            Some(true)
        );
        assert_eq!(trigrams.candidates(b"user"), None, "all have it");
        assert_eq!(trigrams.candidates(b"us"), None, "it is too short");
        assert_eq!(of(&[]).candidates(b"user"), None);
    }
}
