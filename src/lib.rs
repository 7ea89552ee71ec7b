//! PinDesk finds users, shows which PINs are locked, and locks or unlocks PINs, with a preview
//! before anything changes.

pub mod app;
pub mod cli;
pub mod directory;
pub mod domain;
pub mod environment;
pub mod exchange;
pub mod io_words;
pub mod owner_only;
pub mod pipeline;
pub mod plan;
pub mod program;
pub mod progress;
pub mod store;
pub mod time_format;
pub mod ui;
#[cfg(windows)]
mod win32;
pub mod worker;
pub mod zone;

/// Long lists are read by one thread and planned by another, so most texts are freed by another
/// thread than the one that allocated them. The allocators of systems make both threads wait for
/// each other then; this one does not. Outside of Windows it also serves SQLite and the drivers of the
/// screen, because the system's keeps what a bulk job has freed, once for each thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
