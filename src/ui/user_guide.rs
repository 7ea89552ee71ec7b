//! The user guide: docs/user-guide.md, shown in a dialog.

use eframe::egui::{Frame, Id, Rect, ScrollArea, Sense, TextStyle, Ui, accesskit::Role, vec2};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

use super::dialog::{close_button, dialog};
use super::{theme, widgets};
use crate::app::{App, Command, FocusTarget, NamedCommand};

/// The guide, as Markdown.
const TEXT: &str = include_str!("../../docs/user-guide.md");

const WIDTH: f32 = 680.0;
const HEIGHT: f32 = 560.0;
/// The height in points that the dialog needs above and below its text.
const AROUND: f32 = 140.0;

/// The dialog with the guide. The text has the focus from the start, so that the keys scroll it.
pub fn user_guide_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    let name = NamedCommand::UserGuide.text();
    dialog(ui, "user guide", name, WIDTH, |ui| {
        text_ui(
            ui,
            name,
            app.next_frame.focus == Some(FocusTarget::UserGuide),
        );
        close_button(ui, commands);
    });
}

fn text_ui(ui: &mut Ui, name: &str, wants_focus: bool) {
    let height = HEIGHT.min(ui.ctx().content_rect().height() - AROUND);
    let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let id = Id::unique("user guide text");
    let focus = ui.interact(area, id, Sense::FOCUSABLE);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Document);
        node.set_label(format!("Text of the {}", name.to_lowercase()));
    });
    if wants_focus {
        focus.request_focus();
    }
    let line = ui.text_style_height(&TextStyle::Body);
    let down = if focus.has_focus() {
        widgets::keys_down(ui, id, line, height)
    } else {
        0.0
    };
    ScrollArea::vertical()
        .id_salt("user guide")
        .max_height(height)
        .auto_shrink(false)
        .show(ui, |ui| {
            if down != 0.0 {
                ui.scroll_with_delta(vec2(0.0, -down));
            }
            ui.style_mut().url_in_tooltip = true;
            let font = theme::strong(theme::LARGE);
            ui.style_mut().text_styles.insert(TextStyle::Heading, font);
            Frame::new().inner_margin(theme::GAP_M).show(ui, |ui| {
                CommonMarkViewer::new().show(ui, &mut CommonMarkCache::default(), TEXT);
            });
        });
    if focus.has_focus() {
        widgets::focus_ring(ui, area);
    }
}
