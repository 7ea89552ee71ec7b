//! Tells one moment of names or PIN states from another, without looking at them.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is of the same age is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Age(u64);

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Age {
    /// An age that nothing else has.
    pub fn next() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}
