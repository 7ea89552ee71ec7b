//! Waiting while another program writes to the store.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The longest time that a statement waits: the program's own import of a million users takes a
/// few minutes.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// The pause between two tries, in the first second and later. Short pauses keep single changes
/// quick while several programs write.
const PAUSES: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(25)];
const FIRST: Duration = Duration::from_secs(1);

/// A function that is told how long a statement has waited. It returns whether to go on waiting.
pub type Waiter = Arc<dyn Fn(Duration) -> bool + Send + Sync>;

/// The waiter of one connection.
#[derive(Clone, Default)]
pub(in crate::store) struct Waiting(Arc<Mutex<Option<Waiter>>>);

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}

impl Waiting {
    /// With a function that is asked from the beginning.
    pub fn asking(waiter: Option<Waiter>) -> Self {
        Self(Arc::new(Mutex::new(waiter)))
    }

    /// For another connection that waits as this one does now.
    pub fn as_set(&self) -> Self {
        Self::asking(waiter_of(&self.0))
    }

    /// Whether to go on after having waited that long.
    pub fn goes_on(&self, waited: Duration) -> bool {
        goes_on(&self.0, waited)
    }

    /// The pause before another try of a connection that has waited that long. None if it is to
    /// give up.
    pub fn pause(&self, waited: Duration) -> Option<Duration> {
        self.goes_on(waited)
            .then(|| PAUSES[usize::from(waited >= FIRST)])
    }

    /// Sets the function that is asked while the connection waits.
    pub fn set(&self, waiter: Option<Waiter>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = waiter;
    }
}

/// Not asked while the lock is held, since the function may set another one.
fn goes_on(waiter: &Mutex<Option<Waiter>>, waited: Duration) -> bool {
    waited < LONGEST_WAIT && waiter_of(waiter).is_none_or(|asked| asked(waited))
}

fn waiter_of(waiter: &Mutex<Option<Waiter>>) -> Option<Waiter> {
    waiter
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}
