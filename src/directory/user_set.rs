//! A set of users with one bit each: 125 kB for a million users.

use std::ops::Range;

use super::bit_set;

/// Some of the users, by their indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UserSet {
    words: Vec<u64>,
    len: usize,
}

impl UserSet {
    /// The empty set for a directory of `len` users.
    pub fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    pub fn all(len: usize) -> Self {
        let mut all = Self {
            words: vec![u64::MAX; len.div_ceil(64)],
            len,
        };
        if let Some(last) = all.words.last_mut().filter(|_| !len.is_multiple_of(64)) {
            *last = (1 << (len % 64)) - 1;
        }
        all
    }

    pub fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    pub fn contains(&self, position: u32) -> bool {
        bit_set::contains(&self.words, position as usize)
    }

    /// The users who are in both sets.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = self.words.iter().zip(&other.words);
        Self {
            words: both.map(|(word, other)| word & other).collect(),
            len: self.len,
        }
    }

    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Calls `each` for all users of the set, in the order of their indexes.
    pub fn each(&self, each: impl FnMut(usize)) {
        self.each_in(0..self.len, each);
    }

    /// Calls `each` for the users of the set in a range of indexes.
    pub fn each_in(&self, range: Range<usize>, each: impl FnMut(usize)) {
        bit_set::each(&self.words, range, each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_as_many_as_there_are() {
        for len in [0, 1, 63, 64, 65, 1000] {
            let (all, none) = (UserSet::all(len), UserSet::none(len));
            assert_eq!((all.count(), none.count()), (len, 0));
            assert!(!all.contains(u32::try_from(len).unwrap()));
            let mut each = Vec::new();
            all.each(|position| each.push(position));
            assert_eq!(each, (0..len).collect::<Vec<_>>());
        }
    }
}
