//! Texts and times as numbers in the same order.

use crate::domain::text::sort_key;

/// The ranks of texts in the order in which they are listed. An empty text has none.
pub(super) fn ranked(len: usize, texts: Vec<(usize, String)>) -> Box<[u64]> {
    let keyed = texts
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    let mut keyed: Vec<(String, usize)> = keyed
        .map(|(position, text)| (sort_key(text.trim()), position))
        .collect();
    keyed.sort_unstable();
    let mut all = vec![0; len].into_boxed_slice();
    for (rank, equal) in (1..).zip(keyed.chunk_by(|one, other| one.0 == other.0)) {
        for (_, position) in equal {
            if let Some(slot) = all.get_mut(*position) {
                *slot = rank;
            }
        }
    }
    all
}

/// Maps milliseconds to unsigned numbers in the same order.
pub(super) fn of_millis(millis: i64) -> u64 {
    millis.cast_unsigned() ^ (1 << 63)
}
