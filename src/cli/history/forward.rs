//! `pindesk history forward`: each batch in a file that other programs read.

use std::thread;
use std::time::Duration;

use super::args::ForwardArgs;
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
    let mut file = ForwardFile::open(path).map_err(failed)?;
    let mut seen = store.data_version()?;
    let count = file.forward(store).map_err(failed)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let said = format!(
        "{}: {} {} forwarded.",
        path.display(),
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
            file.forward(store).map_err(failed)?;
        }
    }
}
