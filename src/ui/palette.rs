//! The rows that typed words find, below the text field of the palette.

use eframe::egui::{
    Align2, Id, Rect, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, style::ScrollAnimation,
    vec2,
};

use super::pipeline_field::LINE;
use super::{theme, widgets};
use crate::app::{Command, CommandBox, PaletteItem};
use crate::domain::text::shown;

/// The largest share of the width for the text of a row.
const TEXT: f32 = 0.45;

/// The rows of the palette. The text field keeps the focus; the arrows choose a row.
pub(super) fn found_ui(ui: &mut Ui, palette: &CommandBox, commands: &mut Vec<Command>) {
    if palette.found.is_empty() {
        let words = if palette.is_searching() {
            "Searching…"
        } else {
            "No command, user, plan or batch has these words."
        };
        widgets::secondary(ui, words);
        return;
    }
    let has_moved = has_moved(ui, palette);
    let height = ui.available_height();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("found")
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink(false)
        .show(ui, |ui| {
            for (row, item) in palette.found.iter().enumerate() {
                let rect = row_ui(ui, palette, row, item, commands);
                if has_moved && row == palette.chosen {
                    ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
                }
            }
        });
}

/// Whether another row is chosen, or another text is typed, than in the last frame.
fn has_moved(ui: &Ui, palette: &CommandBox) -> bool {
    let now = (palette.text.clone(), palette.chosen);
    ui.data_mut(|data| {
        let last: &mut (String, usize) = data.get_temp_mut_or_default(Id::unique("chosen row"));
        let has_moved = *last != now;
        *last = now;
        has_moved
    })
}

fn row_ui(
    ui: &mut Ui,
    palette: &CommandBox,
    row: usize,
    item: &PaletteItem,
    commands: &mut Vec<Command>,
) -> Rect {
    let colors = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::CLICK);
    let is_chosen = row == palette.chosen;
    if is_chosen || response.hovered() {
        let fill = if is_chosen {
            colors.selected
        } else {
            colors.hovered
        };
        ui.painter().rect_filled(rect, theme::RADIUS, fill);
    }
    let kind: &str = item.kind.into();
    let right = if item.keys.is_empty() {
        kind
    } else {
        item.keys.as_str()
    };
    // The scroll bar lies over the right end.
    let inner = rect
        .with_min_x(rect.left() + 8.0)
        .with_max_x(rect.right() - 14.0);
    let width = |text: &str, font| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), font, colors.text);
        galley.size().x
    };
    let text = shown(&item.text);
    let room = inner.right() - width(right, theme::small()) - theme::GAP_M;
    let wanted = width(&text, theme::body()) + theme::GAP_L;
    let end = inner.left() + wanted.min(inner.width() * TEXT);
    let left = Align2::LEFT_CENTER;
    let first = if item.detail.is_empty() { room } else { end };
    let first = inner.with_max_x(first);
    widgets::paint_cut(ui, first, left, &text, theme::body(), colors.text);
    if !item.detail.is_empty() {
        let rest = inner.with_min_x(end).with_max_x(room);
        let detail = shown(&item.detail);
        widgets::paint_cut(ui, rest, left, &detail, theme::small(), colors.secondary);
    }
    let align = Align2::RIGHT_CENTER;
    widgets::paint_cut(ui, inner, align, right, theme::small(), colors.secondary);
    let parts = [&item.text, &item.detail, kind, &item.keys];
    let parts: Vec<&str> = parts
        .into_iter()
        .map(|part| -> &str { part })
        .filter(|part| !part.is_empty())
        .collect();
    let name = format!(
        "{}, {} of {}",
        parts.join(", "),
        row + 1,
        palette.found.len()
    );
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
    if response.clicked() {
        commands.push(Command::TakeFound(row));
    }
    rect
}
