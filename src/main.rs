//! The program for the command line, which also opens the window.

use std::process::ExitCode;

fn main() -> ExitCode {
    pindesk::program::run()
}
