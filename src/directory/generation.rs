//! Tells versions of names or PIN states apart without comparing them.

use std::sync::atomic::{AtomicU64, Ordering};

/// The generation of a value. Values with equal generations are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Generation(u64);

/// The number of the next generation.
static NEXT: AtomicU64 = AtomicU64::new(1);

impl Generation {
    /// A generation that no other value has.
    pub fn next() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}
