//! The program for the window alone, to which Windows gives no console.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    pindesk::program::run_window()
}
