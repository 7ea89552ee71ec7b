//! Escape codes, with which a terminal shows colours and overwrites a line.

use std::io::IsTerminal;

/// Whether a stream is a terminal that understands escape codes.
#[cfg(not(windows))]
pub fn shows_escape_codes(stream: &impl IsTerminal) -> bool {
    stream.is_terminal()
}

/// Whether a stream is a console that understands escape codes. They are turned on for it, since
/// older consoles of Windows write them as text otherwise.
#[cfg(windows)]
pub fn shows_escape_codes(stream: &(impl IsTerminal + std::os::windows::io::AsHandle)) -> bool {
    stream.is_terminal() && crate::win32::turn_escape_codes_on(stream)
}
