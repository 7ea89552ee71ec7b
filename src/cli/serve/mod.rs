//! `pindesk authenticate --serve SOCKET`: answers logons that a gateway passes on, on a local Unix
//! socket for this account alone.
//!
//! A connection sends a line of JSON for each logon and gets a line for each. Every connection has a
//! thread of its own, which reads and writes. PINs are compared by as many threads as there are
//! cores, each with the store open for itself, so that many connections take no more memory.

mod connection;
mod line_reader;
mod messages;
mod own_socket;
mod workers;

use std::collections::BTreeMap;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::console::Console;
use super::failure::Failure;
use super::{CommandEnvironment, CommandLine, ExitStatus};
use crate::io_words::cause;
use connection::{hold, refuse};
use own_socket::OwnSocket;
use workers::work;

/// The largest number of connections at once. Another one gets an error and is closed.
const MOST_CONNECTIONS: usize = 64;

/// The pause after a connection could not be taken.
const PAUSE: Duration = Duration::from_millis(50);

/// The connections that are open, by a number that is used once.
type Open = Mutex<BTreeMap<u64, UnixStream>>;

pub(super) fn run(
    path: &Path,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let cannot = |error: &std::io::Error| {
        Failure::Input(format!(
            "The socket {} cannot be made: {}. Nothing was done.",
            path.display(),
            cause(error)
        ))
    };
    // A store or a key that is missing is said now rather than to the first caller.
    let store = command.open_store(environment, console)?;
    store.require_key()?;
    drop(store);
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|error| cannot(&error))?;
    let (handle, socket) = (
        signals.handle(),
        OwnSocket::at(path).map_err(|error| cannot(&error))?,
    );
    (environment.notify)(&format!(
        "Answering logons on {}. Ctrl+C or SIGTERM ends it.",
        path.display()
    ));
    let (open, is_ending) = (Open::default(), AtomicBool::new(false));
    let (open, is_ending) = (&open, &is_ending);
    thread::scope(|scope| {
        scope.spawn(move || {
            if signals.forever().next().is_some() {
                is_ending.store(true, Ordering::Release);
                // This wakes the loop below, which waits for a connection.
                drop(UnixStream::connect(path));
            }
        });
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (questions, waiting) = sync_channel(MOST_CONNECTIONS);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..cores {
            let waiting = Arc::clone(&waiting);
            scope.spawn(move || work(&waiting, command, environment));
        }
        for (number, stream) in (0..).zip(socket.listener.incoming()) {
            if is_ending.load(Ordering::Acquire) {
                break;
            }
            // There may be no more files for now.
            let Ok((stream, kept)) = stream.and_then(|stream| Ok((stream.try_clone()?, stream)))
            else {
                thread::sleep(PAUSE);
                continue;
            };
            let mut all = open.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MOST_CONNECTIONS {
                drop(all);
                refuse(stream);
                continue;
            }
            all.insert(number, kept);
            drop(all);
            let questions = questions.clone();
            scope.spawn(move || {
                hold(stream, &questions);
                let mut all = open.lock().unwrap_or_else(PoisonError::into_inner);
                all.remove(&number);
            });
        }
        handle.close();
        // Nobody is answered after this but those who have asked already.
        let all = open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in all.values() {
            if let Err(error) = stream.shutdown(Shutdown::Read) {
                log::debug!("a connection was closed already: {error}");
            }
        }
    });
    Ok(ExitStatus::DONE)
}
