//! The append-only history: batches, entries, and the chain of their hashes.
//!
//! Writing goes through `append`, which knows the end of the chain from `head` and the
//! time of the next entry from `clock`; `batch` and `hashed` say what is written and hashed. Reading
//! goes through `entry` (entries), `list` (batches that match a `query`) and `locked_at`. `verify`
//! walks the chain, and `evidence` gathers what proves one batch. `witness` keeps the last entry that
//! was seen outside of the store, `head_news` compares it, and `head_watch` does so for an open
//! store. `lost_answer` finds a change again after the connection to a server was lost. This room uses
//! `engine` only.

pub(in crate::store) mod append;
pub(in crate::store) mod batch;
pub(in crate::store) mod batch_heads;
pub(in crate::store) mod batch_note;
pub(in crate::store) mod chain_break;
pub(in crate::store) mod changed_lately;
pub(in crate::store) mod choices;
pub(in crate::store) mod clock;
pub(in crate::store) mod difference;
pub(in crate::store) mod entry;
pub(in crate::store) mod evidence;
pub(in crate::store) mod failed_logons;
pub(in crate::store) mod hashed;
pub(in crate::store) mod head;
pub(in crate::store) mod head_news;
pub(in crate::store) mod head_watch;
mod headlines;
pub(in crate::store) mod last_change;
pub(in crate::store) mod last_logons;
mod list;
pub(in crate::store) mod lock_changes;
pub(in crate::store) mod locked_at;
pub(in crate::store) mod lost_answer;
mod matching;
pub(in crate::store) mod names_digest;
pub(in crate::store) mod query;
pub(in crate::store) mod settings;
pub(in crate::store) mod summary;
pub(in crate::store) mod verify;
mod verify_plans;
mod walk_progress;
pub(in crate::store) mod witness;
