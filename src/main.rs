//! PinDesk: arguments → window or command; exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Ok(folder) = pindesk::surroundings::data_folder() else { return ExitCode::from(3) };
    let store = std::env::args().nth(2).map_or_else(|| folder.join("pindesk.db"), Into::into);
    match pindesk::ui::open_window(&store, &folder.join("sample.db"), &pindesk::surroundings::operator()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}
