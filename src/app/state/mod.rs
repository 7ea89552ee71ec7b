//! The types of the window's state. None of them knows [`App`](super::App).

pub mod columns;
pub mod command;
pub mod command_box;
pub mod details;
pub mod environment;
pub mod grid_column;
pub mod help;
pub mod job_slot;
pub mod keys;
pub mod named_command;
pub mod next_frame;
pub mod notice;
pub(in crate::app) mod other_preview;
pub mod panel;
pub mod picked_file;
pub mod preview_line;
pub mod preview_list;
pub mod restore;
pub mod review;
pub mod review_steps;
pub(in crate::app) mod review_words;
pub mod running_job;
pub mod selection;
pub mod settings;
pub mod shortcut;
pub mod undo_sheet;
