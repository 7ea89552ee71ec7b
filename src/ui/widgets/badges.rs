//! Badges of lock states, and text that is cut off if it does not fit.

use eframe::egui::{
    self, Align2, Color32, FontId, Pos2, Rect, RichText, TextWrapMode, Ui, WidgetText, pos2, vec2,
};

use crate::domain::pin::PinStatus;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::theme;
use crate::ui::theme::Tone;

/// The width of a badge beside its word, in points.
pub const BADGE_SPACE: f32 = 30.0;

/// A lock state with icon, word and colour. Only locked states have a fill, so that they stand out.
pub fn paint_lock_badge(ui: &Ui, left_center: Pos2, width: f32, status: &PinStatus, text: &str) {
    let tone = theme::lock_tone(theme::palette(ui), status);
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), tone.text);
    let size = vec2((galley.size().x + BADGE_SPACE).min(width), 20.0);
    let rect = Rect::from_min_size(pos2(left_center.x, left_center.y - 10.0), size);
    if status.locked.is_some() {
        ui.painter().rect_filled(rect, theme::RADIUS, tone.fill);
    }
    let square =
        Rect::from_center_size(pos2(rect.left() + 12.0, rect.center().y), vec2(12.0, 12.0));
    icons::paint(ui.painter(), square, icons::of_status(status), tone.text);
    let at = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter()
        .with_clip_rect(rect.intersect(ui.clip_rect()))
        .galley(at, galley, tone.text);
}

/// A word with its icon on a fill. Returns the width in points.
pub fn paint_badge(ui: &Ui, left_center: Pos2, icon: Icon, tone: Tone, text: &str) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), tone.text);
    let rect = Rect::from_min_size(
        left_center - vec2(0.0, 10.0),
        vec2(galley.size().x + BADGE_SPACE, 20.0),
    );
    ui.painter().rect_filled(rect, theme::RADIUS, tone.fill);
    let square =
        Rect::from_center_size(pos2(rect.left() + 12.0, rect.center().y), vec2(12.0, 12.0));
    icons::paint(ui.painter(), square, icon, tone.text);
    let at = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tone.text);
    rect.width()
}

/// Text in one line, with an ellipsis if it does not fit. Returns whether it was cut off.
pub fn paint_cut(
    ui: &Ui,
    rect: Rect,
    align: Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> bool {
    let wrapping = WidgetText::from(RichText::new(text).font(font).color(color)).into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        rect.width(),
        egui::TextStyle::Body,
    );
    let at = align.align_size_within_rect(wrapping.size(), rect).min;
    let elided = wrapping.elided;
    ui.painter().galley(at, wrapping, color);
    elided
}

/// Text in one line whose end tells users apart, such as a logon name behind its domain. If it does
/// not fit, its front is cut off. Returns whether it was.
pub fn paint_front_cut(ui: &Ui, rect: Rect, text: &str, font: &FontId, color: Color32) -> bool {
    let layout = |text: String| ui.painter().layout_no_wrap(text, font.clone(), color);
    let whole = layout(text.to_owned());
    let is_cut = whole.size().x > rect.width();
    let galley = if is_cut {
        let starts: Vec<usize> = text.char_indices().map(|(start, _)| start).collect();
        let ending = |start: usize| layout(format!("…{}", text.get(start..).unwrap_or_default()));
        let first = starts.partition_point(|&start| ending(start).size().x > rect.width());
        ending(starts.get(first).copied().unwrap_or(text.len()))
    } else {
        whole
    };
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
    is_cut
}
