//! Names, notes, titles and the ring around the focus.

use eframe::egui::{
    self, Align2, Color32, CursorIcon, FontId, Frame, Margin, Rect, Response, RichText, Sense,
    Stroke, Ui, accesskit::Role, vec2,
};

use super::badges::paint_cut;
use crate::app::Command;
use crate::domain::user::UserId;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::theme;
use crate::ui::theme::Tone;

/// Sets the accessible name of a widget, by which tests find it too.
pub fn name(response: &Response, name: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// Tells assistive technology where a target of clicks is. egui reports neither the bounds nor the
/// click action of what is not a tab stop.
pub fn describe_target(ui: &Ui, id: egui::Id, rect: Rect) {
    ui.ctx().accesskit_node_builder(id, |node| {
        node.add_action(egui::accesskit::Action::Click);
        node.set_bounds(egui::accesskit::Rect {
            x0: rect.left().into(),
            y0: rect.top().into(),
            x1: rect.right().into(),
            y1: rect.bottom().into(),
        });
    });
}

/// A coloured note with an icon, as wide as the available space.
pub fn note(ui: &mut Ui, icon: Icon, tone: Tone, text: &str) {
    Frame::new()
        .fill(tone.fill)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.set_width(ui.available_width());
                ui.add_space(1.0);
                icons::show(ui, icon, 14.0, tone.text);
                ui.add(egui::Label::new(RichText::new(text).color(tone.text)).wrap());
            });
        });
}

/// The height of a note with this text, in points.
pub fn note_height(ui: &Ui, text: &str) -> f32 {
    let width = ui.available_width() - 20.0 - 1.0 - 14.0 - ui.spacing().item_spacing.x;
    let galley = ui
        .painter()
        .layout(text.to_owned(), theme::body(), Color32::PLACEHOLDER, width);
    galley.size().y.max(14.0) + 16.0
}

/// Explains why a control is disabled, on hover and to assistive technology.
pub fn explain_disabled(response: &Response, why: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_description(why));
    response.clone().on_disabled_hover_text(why);
}

/// The title of a panel or sheet.
pub fn title(ui: &mut Ui, text: &str) {
    let palette = theme::palette(ui);
    ui.label(
        RichText::new(text)
            .font(theme::strong(theme::TITLE))
            .color(palette.text),
    );
}

/// Secondary text.
pub fn secondary(ui: &mut Ui, text: &str) -> Response {
    let color = theme::palette(ui).secondary;
    ui.add(egui::Label::new(RichText::new(text).font(theme::small()).color(color)).wrap())
}

/// A text that leads to its user in the view of the users. The text is cut if it does not fit. With
/// `Sense::click` it is a stop of the Tab key.
pub fn user_link(
    ui: &Ui,
    rect: Rect,
    text: &str,
    user: UserId,
    font: FontId,
    sense: Sense,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let width = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), palette.text)
        .size()
        .x;
    let rect = rect.with_max_x((rect.left() + width).min(rect.right()));
    let id = ui.scope_id().with(("user link", user.0, rect.top() as i32));
    let response = ui
        .interact(rect, id, sense)
        .on_hover_cursor(CursorIcon::PointingHand);
    let color = if response.hovered() || response.has_focus() {
        palette.accent
    } else {
        palette.text
    };
    paint_cut(ui, rect, Align2::LEFT_CENTER, text, font, color);
    if response.has_focus() {
        focus_ring(ui, rect.expand2(vec2(2.0, 0.0)));
    }
    let label = format!("Show {text} in Users");
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Link, true, label.as_str()));
    if response.clicked() {
        commands.push(Command::ShowUser(user));
    }
    response.on_hover_text("Show in Users.");
}

/// Paints the ground of a row of a list: that of the shown row, or of the one at the pointer.
pub fn row_ground(ui: &Ui, row: &Response, is_shown: bool) {
    let palette = theme::palette(ui);
    if is_shown {
        ui.painter().rect_filled(row.rect, 0.0, palette.selected);
    } else if row.hovered() {
        ui.painter().rect_filled(row.rect, 0.0, palette.hovered);
    }
}

/// Paints the line below a row of a list.
pub fn bottom_line(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(1.0, theme::palette(ui).line);
    ui.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, stroke);
}

/// Paints the ring around the control that has the focus.
pub fn focus_ring(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, theme::palette(ui).accent);
    ui.painter()
        .rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
}
