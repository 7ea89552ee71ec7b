//! Writes man pages and shell completions, for `scripts/make-docs FOLDER`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap_complete::Shell;

fn main() -> io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("name the folder to write to"));
    };
    make_docs(&folder)
}

/// Writes `man/pindesk.1` and a page for each command, and `completions/` for four shells.
///
/// # Errors
/// The folder cannot be written to.
pub fn make_docs(folder: &Path) -> io::Result<()> {
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    for folder in [&man, &completions] {
        fs::create_dir_all(folder)?;
    }
    let mut commands = pindesk::cli::commands();
    clap_mangen::generate_to(commands.clone(), &man)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        clap_complete::generate_to(shell, &mut commands, "pindesk", &completions)?;
    }
    Ok(())
}
