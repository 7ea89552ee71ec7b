//! Tells versions of names or PIN states apart without comparing them.

use std::sync::atomic::{AtomicU64, Ordering};

/// Two values with equal ages are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Age(u64);

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Age {
    /// An age that no other value has.
    pub fn next() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}
