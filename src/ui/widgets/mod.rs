//! Controls that look and behave the same in all parts of the window.

mod badges;
mod buttons;
mod chips;
mod fields;
mod lines;
mod texts;
mod times;

pub use badges::{BADGE_SPACE, paint_badge, paint_cut, paint_front_cut, paint_lock_badge};
pub use buttons::{
    command_button, confirm_button, icon_button, main_button, small_icon_button, take_out_button,
};
pub use chips::{Chip, chip};
pub use fields::{combo, field, labelled, named_field};
pub use lines::{LineTops, command_line, keys_down, lines, lines_id, progress, uneven_lines};
pub use texts::{
    bottom_line, describe_target, explain_disabled, focus_ring, name, note, note_height,
    row_ground, secondary, title, user_link,
};
pub use times::{day_button, time_field};
