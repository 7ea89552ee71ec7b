//! Sets of indexes, one bit each.

use std::ops::Range;

/// Whether an index is in the set.
pub(super) fn contains(bits: &[u64], position: usize) -> bool {
    bits.get(position / 64)
        .is_some_and(|word| word >> (position % 64) & 1 == 1)
}

/// Adds an index.
pub(super) fn set(bits: &mut [u64], position: usize) {
    if let Some(word) = bits.get_mut(position / 64) {
        *word |= 1 << (position % 64);
    }
}

/// Adds an index, and grows the set if necessary.
pub(super) fn mark(bits: &mut Vec<u64>, position: usize) {
    bits.resize(bits.len().max(position / 64 + 1), 0);
    set(bits, position);
}

/// Removes an index.
pub(super) fn unset(bits: &mut [u64], position: usize) {
    if let Some(word) = bits.get_mut(position / 64) {
        *word &= !(1 << (position % 64));
    }
}

/// Calls `each` for the indexes of a range that are in the set, in ascending order.
pub(super) fn each(bits: &[u64], range: Range<usize>, mut each: impl FnMut(usize)) {
    let (first, end) = (range.start / 64, range.end.div_ceil(64).min(bits.len()));
    for (at, word) in (first..end).zip(bits.get(first..end).unwrap_or_default()) {
        let mut word = *word;
        if at == first {
            word &= u64::MAX << (range.start % 64);
        }
        if (at + 1) * 64 > range.end {
            word &= (1 << (range.end % 64)) - 1;
        }
        while word != 0 {
            each(at * 64 + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_exactly_its_marks() {
        let mut bits = Vec::new();
        let marked = [0, 1, 5, 62, 63, 64, 65, 127, 128, 190];
        for position in marked {
            mark(&mut bits, position);
        }
        for start in 0..200 {
            for end in start..200 {
                let mut found = Vec::new();
                each(&bits, start..end, |position| found.push(position));
                let expected: Vec<usize> = marked
                    .iter()
                    .copied()
                    .filter(|position| (start..end).contains(position))
                    .collect();
                assert_eq!(found, expected, "{start}..{end}");
            }
        }
        unset(&mut bits, 63);
        assert!(
            !contains(&bits, 63)
                && contains(&bits, 62)
                && contains(&bits, 64)
                && !contains(&bits, 1000)
        );
    }
}
