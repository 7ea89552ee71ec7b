//! `pindesk history forward`: each batch in a file that other programs read.

use std::thread;
use std::time::Duration;

use super::args::ForwardArgs;
use super::syslog::Syslog;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::{CommandEnvironment, ExitStatus};
use crate::exchange::{ForwardFile, ReadError};
use crate::plan::words::{plural, thousands};
use crate::store::Store;

/// The pause between two looks at the store.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) fn run(
    args: &ForwardArgs,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = &args.to;
    let failed = |error: ReadError| Failure::file(path, error);
    let syslog = args.syslog.as_deref().map(Syslog::connect).transpose()?;
    let mut file = ForwardFile::open(path).map_err(failed)?;
    let mut forward = || match &syslog {
        Some(syslog) => file.send(store, |line| syslog.send(line)),
        None => file.forward(store),
    };
    let mut seen = store.data_version()?;
    let count = forward().map_err(failed)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let said = format!(
        "{}: {} {} forwarded.",
        args.syslog.as_ref().unwrap_or(path).display(),
        thousands(count),
        plural(count, "batch was", "batches were")
    );
    if !args.follow {
        console.say(&said);
        return Ok(ExitStatus::DONE);
    }
    (environment.notify)(&format!("{said} Ctrl+C ends it."));
    // The file holds where this ends, so that nothing needs to be done when it is killed.
    loop {
        thread::sleep(PAUSE);
        store.check_place()?;
        let now = store.data_version()?;
        if now != seen {
            seen = now;
            forward().map_err(failed)?;
        }
    }
}
