//! Work on all users by several threads at once, one part at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The work was stopped because its result is no longer needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;

/// More threads are no faster, because all wait for the same memory.
const MOST_THREADS: usize = 4;

/// Number of threads for one piece of work.
pub(super) fn count() -> usize {
    thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
}

/// Cuts a slice into chunks of one size (the last may be smaller), and works on each chunk with its
/// index.
pub(super) fn in_chunks<T: Send>(
    slice: &mut [T],
    size: usize,
    stop: &(dyn Fn() -> bool + Sync),
    work: impl Fn(usize, &mut [T]) + Sync,
) -> Result<(), Stopped> {
    let is_single = slice.len() <= size;
    let chunks = Mutex::new(slice.chunks_mut(size).enumerate());
    let has_stopped = AtomicBool::new(false);
    let run = || {
        loop {
            let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((number, chunk)) = next else { return };
            if stop() {
                has_stopped.store(true, Ordering::Relaxed);
                return;
            }
            work(number, chunk);
        }
    };
    if is_single {
        run();
    } else {
        thread::scope(|scope| {
            for _ in 1..count() {
                // Without further threads this one does all of the work.
                drop(
                    thread::Builder::new()
                        .name("pindesk-search-too".to_owned())
                        .spawn_scoped(scope, run),
                );
            }
            run();
        });
    }
    if has_stopped.into_inner() {
        Err(Stopped)
    } else {
        Ok(())
    }
}
