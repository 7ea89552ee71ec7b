//! Chips: toggle buttons with a word and a number.

use eframe::egui::{
    self, Color32, FontId, Response, Sense, Stroke, Ui, accesskit::Role, pos2, vec2,
};

use crate::ui::theme;
use crate::ui::theme::Tone;

/// The width of a chip's margins in points.
const CHIP_SPACE: f32 = 26.0;

/// The width of a chip in points.
pub fn chip_width(ui: &Ui, text: &str, widest: &str) -> f32 {
    let width = |text: &str, font: FontId| {
        theme::figures(ui, text, &font, Color32::PLACEHOLDER)
            .size()
            .x
    };
    let label = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), Color32::PLACEHOLDER)
        .size()
        .x;
    label + width(widest, theme::strong(theme::SMALL)) + CHIP_SPACE
}

/// A toggle button with a word and a number. Its width fits the widest number, so that nothing
/// moves.
pub fn chip(
    ui: &mut Ui,
    text: &str,
    count: &str,
    widest: &str,
    is_on: bool,
    tone: Option<Tone>,
) -> Response {
    let palette = theme::palette(ui);
    let (text_color, fill, outline) = match (is_on, tone) {
        (true, _) => (palette.on_accent, palette.accent, palette.accent),
        (false, Some(tone)) => (tone.text, palette.window, palette.line),
        (false, None) => (palette.text, palette.window, palette.line),
    };
    let font = theme::small();
    let label = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), text_color);
    let number =
        ui.painter()
            .layout_no_wrap(count.to_owned(), theme::strong(theme::SMALL), text_color);
    let size = vec2(
        chip_width(ui, text, widest).max(label.size().x + number.size().x + CHIP_SPACE),
        26.0,
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let fill = if response.hovered() && !is_on {
        palette.hovered
    } else {
        fill
    };
    ui.painter().rect(
        rect,
        13.0,
        fill,
        Stroke::new(1.0, outline),
        egui::StrokeKind::Inside,
    );
    let middle = |height: f32| rect.center().y - height / 2.0;
    let (label_size, number_size) = (label.size(), number.size());
    ui.painter().galley(
        pos2(rect.left() + 10.0, middle(label_size.y)),
        label,
        text_color,
    );
    ui.painter().galley(
        pos2(rect.right() - 10.0 - number_size.x, middle(number_size.y)),
        number,
        text_color,
    );
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.expand(2.0),
            15.0,
            Stroke::new(2.0, palette.accent),
            egui::StrokeKind::Inside,
        );
    }
    let info = format!("{text} {count}");
    response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, is_on, info.clone()));
    response
}
