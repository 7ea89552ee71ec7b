//! The options of `pindesk key` and `pindesk init`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const EXAMPLES: &str = r"The key lies in the keyring of your account, or in the file of --key-file or PINDESK_KEY_FILE, and never in the store or
its backups. Without the key nobody can set or test PINs. If it is lost, all PINs must be set again: keep a copy.

Examples:
  pindesk key status
  pindesk key new
  pindesk key export pins.key                          (an owner-only file with the key in clear)
  pindesk key import pins.key
  pindesk key rotate
  pindesk key rotate --finish
  pindesk key new --key-file /etc/pindesk/pins.key     (for a service account)";

/// The options of `pindesk key`. Without a subcommand, the state is shown.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct KeyArgs {
    #[command(subcommand)]
    pub task: Option<KeyTask>,
}

/// The subcommands of `pindesk key`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum KeyTask {
    /// Show which key the store uses, whether it is here, and how many PINs are hashed with it
    Status,
    /// Make a key; from then on the store's PINs are hashed with it
    New,
    /// Save the keys of the store to a new file, for another machine or a safe
    Export {
        /// The new file; a file that is there stays as it is
        file: PathBuf,
    },
    /// Keep the keys of this store that a file has in the keyring of your account
    Import {
        /// A file that pindesk key export has written
        file: PathBuf,
    },
    /// Replace the key by a new one; PINs are hashed again when they are next tested or set
    Rotate {
        /// End the rotation: no PIN is hashed with the old key any more
        #[arg(long)]
        finish: bool,
    },
}

/// The options of `pindesk init`.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitArgs {
    /// Make a key outside the store, with which its PINs are hashed: see pindesk key
    #[arg(long)]
    pub key: bool,
}
