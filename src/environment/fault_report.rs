//! The report of a fault of the program, written when a thread panics.
//!
//! It holds no names and no PINs: of the message only a text that stands in the source is kept,
//! because a formatted one may quote data.

use std::backtrace::Backtrace;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use chrono::Utc;

use crate::owner_only::{owner_only_folder, owner_only_part};
use crate::time_format::utc;

/// From now on each panic of the program writes a report into this folder and says where it is, on
/// standard error. Without a folder, the report itself goes there. `show` shows it, too, if the
/// program ends with it, because its first thread panicked.
pub fn report_faults(folder: Option<PathBuf>, show: fn(&str)) {
    std::panic::set_hook(Box::new(move |panic| {
        let report = report(panic);
        let said = match folder.as_deref().map(|folder| write(folder, &report)) {
            Some(Ok(path)) => format!(
                "This is a fault of PinDesk itself. A report without names or PINs is in {}",
                path.display()
            ),
            Some(Err(error)) => {
                format!(
                    "This is a fault of PinDesk itself ({error} while writing this report).\n{report}"
                )
            }
            None => format!("This is a fault of PinDesk itself.\n{report}"),
        };
        // A closed standard error is no reason for a second panic.
        drop(writeln!(io::stderr(), "pindesk: {said}"));
        if std::thread::current().name() == Some("main") {
            show(&said);
        }
    }));
}

fn report(panic: &PanicHookInfo<'_>) -> String {
    let message = panic
        .payload()
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or("(left out, since it may quote data)");
    let place = panic.location().map(ToString::to_string);
    let thread = std::thread::current();
    format!(
        "PinDesk {} on {} {}\nTime: {}\nThread: {}\nPlace: {}\nMessage: {message}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        now(),
        thread.name().unwrap_or("unnamed"),
        place.as_deref().unwrap_or("unknown"),
        Backtrace::force_capture(),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "a report is written without the rest of the program"
)]
fn now() -> impl fmt::Display {
    utc(Utc::now())
}

/// Writes a report into a new file, which only the owner can read.
fn write(folder: &Path, report: &str) -> io::Result<PathBuf> {
    owner_only_folder(folder)?;
    let mut file = owner_only_part(folder, "pindesk-fault-", ".txt")?;
    file.write_all(report.as_bytes())?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}
