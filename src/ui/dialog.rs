//! The frame of a dialog, and its row of buttons.

use eframe::egui::{
    Align, Frame, Layout, Margin, Modal, Rect, ScrollArea, Stroke, Ui, UiBuilder, accesskit::Role,
    vec2,
};

use super::{theme, widgets};
use crate::app::{Command, NamedCommand};

/// A dialog with a width in points, and a name for assistive technology.
pub fn dialog<R>(
    ui: &Ui,
    id: &str,
    name: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let palette = theme::palette(ui);
    let frame = Frame::new()
        .fill(palette.window)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(8.0)
        .shadow(ui.visuals().window_shadow)
        .inner_margin(Margin::same(20));
    let region = UiBuilder::new()
        .scope_id(ui.scope_id().with((id, "dialog")))
        .accessibility_role(Role::Dialog)
        .accessibility_label(name);
    // The scope names the store.
    Modal::new(ui.scope_id().with(id))
        .frame(frame)
        .show(ui.ctx(), |ui| {
            ui.scope_builder(region, |ui| {
                ui.set_width(width);
                contents(ui)
            })
            .inner
        })
        .inner
}

/// The height in points that a dialog needs around a part that scrolls, for its title, its last
/// button and its margins.
const AROUND: f32 = 140.0;

/// The largest height in points of a part of a dialog that scrolls.
pub fn most_height(ui: &Ui) -> f32 {
    ui.ctx().content_rect().height() - AROUND
}

/// A part of a dialog that scrolls if it is higher than that. Returns its rectangle.
pub fn scrolled(ui: &mut Ui, id: &str, height: f32, contents: impl FnOnce(&mut Ui)) -> Rect {
    ScrollArea::vertical()
        .id_salt(id)
        .max_height(height)
        // Otherwise the dialog begins with the height that egui gives to any area.
        .min_scrolled_height(height)
        .auto_shrink([false, true])
        .show(ui, contents)
        .inner_rect
}

/// The buttons at the bottom of a dialog, from the right. Their row has a fixed height, because a
/// row that fills the remaining height would keep a dialog from shrinking.
pub fn button_row(ui: &mut Ui, height: f32, buttons: impl FnOnce(&mut Ui)) {
    let row = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), buttons);
}

/// The button that closes a dialog.
pub fn close_button(ui: &mut Ui, commands: &mut Vec<Command>) {
    ui.add_space(theme::GAP_S);
    button_row(ui, theme::CONTROL, |ui| {
        widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
    });
}
