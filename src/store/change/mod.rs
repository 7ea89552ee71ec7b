//! Applying, importing and undoing: the only room that writes into several others. Uses all rooms
//! below it.

pub(in crate::store) mod apply;
pub(in crate::store) mod hooks;
pub(in crate::store) mod import;
mod import_check;
mod import_pins;
mod setting_commands;
pub(in crate::store) mod settings;
mod settings_words;
#[cfg(test)]
mod statement_count;
mod trial;
mod two_pass_progress;
pub(in crate::store) mod undo;
mod undo_settings;
mod weakening;
