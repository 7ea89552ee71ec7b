//! Lines, frames and rows that several tabs share.

use eframe::egui::{self, Align2, Frame, Sense, Stroke, Ui, accesskit::Role, vec2};

use crate::ui::{theme, widgets};

/// The height of a list entry in points: its subject above, and the text about it below.
pub(super) const LINE: f32 = 46.0;

/// The width of the labels before fields, in points.
pub(super) const NAMES: f32 = 64.0;

/// The frame around a list.
pub(super) fn list_frame(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let line = theme::palette(ui).line;
    Frame::new()
        .stroke(Stroke::new(1.0, line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            contents(ui);
        });
}

/// An entry of a list, with `room` points free at its right. The whole text is shown on hover, and
/// is one sentence for screen readers.
pub(super) fn line_ui(ui: &mut Ui, above: &str, aside: &str, below: &str, room: f32) -> egui::Rect {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let inner = inner.with_max_x(inner.right() - room);
    let (first, second) = (
        inner.with_max_y(inner.center().y),
        inner.with_min_y(inner.center().y),
    );
    let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
    let aside_width = if aside.is_empty() {
        0.0
    } else {
        inner.width() * 0.5
    };
    let is_cut = [
        widgets::paint_cut(
            ui,
            first.with_max_x(first.right() - aside_width),
            left,
            above,
            theme::strong(theme::SMALL),
            palette.text,
        ),
        widgets::paint_cut(
            ui,
            first.with_min_x(first.right() - aside_width),
            right,
            aside,
            theme::small(),
            palette.secondary,
        ),
        widgets::paint_cut(ui, second, left, below, theme::small(), palette.secondary),
    ];
    widgets::bottom_line(ui, rect);
    let parts: Vec<&str> = [above, aside, below]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(parts.join(", "));
    });
    if is_cut.contains(&true) {
        response.on_hover_text(parts.join("\n"));
    }
    rect
}

/// A row with a label and a field. The label is only painted, because the field itself carries the
/// name for screen readers.
pub(super) fn row_ui(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let palette = theme::palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(NAMES, theme::CONTROL), Sense::hover());
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, rect, left, name, theme::body(), palette.secondary);
        contents(ui);
    });
}
