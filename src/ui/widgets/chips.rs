//! Chips: toggle buttons with a word and a number.

use eframe::egui::{
    self, Color32, FontId, Response, Sense, Stroke, Ui, accesskit::Role, pos2, vec2,
};

use crate::ui::theme;
use crate::ui::theme::Tone;

/// A chip: its text, and the number beside it.
pub struct Chip {
    /// The painted text. It may be shorter than the name.
    pub text: String,
    /// The name for assistive technology.
    pub name: String,
    pub count: String,
    /// The text whose width is reserved for the number, so that nothing moves.
    pub widest: String,
    pub is_on: bool,
    /// Whether the number is 0. Such a chip steps back.
    pub is_empty: bool,
    pub tone: Option<Tone>,
    /// The space at the left and the right end, in points.
    pub margin: f32,
}

/// A toggle button with a word and a number.
pub fn chip(
    ui: &mut Ui,
    text: &str,
    count: &str,
    widest: &str,
    is_on: bool,
    tone: Option<Tone>,
) -> Response {
    let chip = Chip {
        text: text.to_owned(),
        name: text.to_owned(),
        count: count.to_owned(),
        widest: widest.to_owned(),
        is_on,
        is_empty: false,
        tone,
        margin: 10.0,
    };
    chip.show(ui)
}

/// The gap between the text and the number of a chip, in points.
const NUMBER_GAP: f32 = 6.0;

impl Chip {
    /// The width in points.
    pub fn width(&self, ui: &Ui) -> f32 {
        let width = |text: &str, font: FontId| {
            theme::figures(ui, text, &font, Color32::PLACEHOLDER)
                .size()
                .x
        };
        let number = theme::strong(theme::SMALL);
        let number = width(&self.widest, number.clone()).max(width(&self.count, number));
        width(&self.text, theme::small()) + number + NUMBER_GAP + 2.0 * self.margin
    }

    pub fn show(&self, ui: &mut Ui) -> Response {
        let palette = theme::palette(ui);
        let (text_color, fill, outline) = match (self.is_on, self.is_empty, self.tone) {
            (true, ..) => (palette.on_accent, palette.accent, palette.accent),
            (false, true, _) => (palette.secondary, palette.window, Color32::TRANSPARENT),
            (false, false, Some(tone)) => (tone.text, palette.window, palette.line),
            (false, false, None) => (palette.text, palette.window, palette.line),
        };
        let (rect, response) = ui.allocate_exact_size(vec2(self.width(ui), 26.0), Sense::click());
        let fill = if response.hovered() && !self.is_on {
            palette.hovered
        } else {
            fill
        };
        let outline = Stroke::new(1.0, outline);
        ui.painter()
            .rect(rect, 13.0, fill, outline, egui::StrokeKind::Inside);
        let layout = |text: &str, font: FontId| {
            ui.painter()
                .layout_no_wrap(text.to_owned(), font, text_color)
        };
        let label = layout(&self.text, theme::small());
        let number = layout(&self.count, theme::strong(theme::SMALL));
        for (x, galley) in [
            (rect.left() + self.margin, label),
            (rect.right() - self.margin - number.size().x, number),
        ] {
            let at = pos2(x, rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(at, galley, text_color);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect.expand(2.0),
                15.0,
                Stroke::new(2.0, palette.accent),
                egui::StrokeKind::Inside,
            );
        }
        let info = format!("{} {}", self.name, self.count);
        let is_on = self.is_on;
        response
            .widget_info(|| egui::WidgetInfo::selected(Role::Button, true, is_on, info.clone()));
        response
    }
}
