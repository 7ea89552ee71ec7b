//! Work on all users by several threads at once, a part at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Nobody waits for the answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;

/// More threads than that only wait for the same memory.
const MOST_THREADS: usize = 4;

/// How many threads work on one thing.
pub(super) fn count() -> usize {
    thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS)
}

/// Cuts a slice into chunks of one size, the last one being what is left, and works on each with its number.
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
                // Where there is no further thread, this one does it all.
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
