//! Options of commands that write files.

use std::path::Path;

use clap::Args;

use crate::exchange::{OutputFile, Readers};

/// The readers of the files that a command writes.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WritingArgs {
    /// Let others read the files that are written, as far as the umask allows it; without it, only you can
    #[arg(long)]
    pub shared: bool,
}

impl WritingArgs {
    pub(in crate::cli) fn file(self, path: &Path) -> OutputFile<'_> {
        let readers = if self.shared {
            Readers::ByUmask
        } else {
            Readers::Owner
        };
        OutputFile { path, readers }
    }
}
