//! The cells of the grid: the text of each column for a user.

use eframe::egui::{self, Align2, Color32, Rect, Ui, pos2, vec2};

use super::{theme, widgets};
use crate::app::cell_text::cell_text;
use crate::app::{App, GridColumn, row_text};
use crate::directory::{Position, View};
use crate::domain::pin::Expiry;
use crate::domain::text::shown;
use crate::time_format;
use crate::worker::jobs::UserFacts;

/// The gap between the text of a cell and its edges, in points.
pub const CELL_MARGIN: f32 = 8.0;

/// The hint of a cell under the pointer whose text is cut off or shortened.
pub struct CellHint {
    pub rect: Rect,
    pub text: String,
}

/// Paints one cell of a user. If the text is cut off or shortened, returns a hint with the whole
/// text.
pub fn cell(
    ui: &mut Ui,
    app: &App,
    view: &View,
    position: Position,
    column: GridColumn,
    hints: &mut Vec<CellHint>,
) {
    let palette = theme::palette(ui);
    let rect = ui.max_rect().shrink2(vec2(CELL_MARGIN, 0.0));
    let (now, zone) = (view.now, app.zone());
    let facts = facts_of(app, view, position);
    let text_of_cell = || cell_text(view, position, column, facts, zone);
    let is_hovered = ui.rect_contains_pointer(ui.max_rect());
    let mut hint = |text: String| {
        if is_hovered {
            hints.push(CellHint { rect, text });
        }
    };
    let left = |text: &str, font: egui::FontId, color: Color32| {
        widgets::paint_cut(ui, rect, Align2::LEFT_CENTER, text, font, color)
    };
    let Some(pin) = view.directory.pin(position) else {
        return;
    };
    let status = pin.status(now);
    match column {
        GridColumn::DisplayName
        | GridColumn::SipAddress
        | GridColumn::Upn
        | GridColumn::Reason
        | GridColumn::Ticket
        | GridColumn::Policy => {
            let color = match column {
                GridColumn::DisplayName | GridColumn::Reason => palette.text,
                _ => palette.secondary,
            };
            let text = text_of_cell();
            let text = shown(&text);
            if left(&text, theme::body(), color) {
                hint(text.into_owned());
            }
        }
        // The end tells users apart: the logon name, the innermost unit.
        GridColumn::Account | GridColumn::Unit => {
            let text = text_of_cell();
            let text = shown(&text);
            if widgets::paint_front_cut(ui, rect, &text, &theme::body(), palette.secondary) {
                hint(text.into_owned());
            }
        }
        GridColumn::Pin => {
            let color = if status.is_set {
                palette.text
            } else {
                palette.secondary
            };
            let text = text_of_cell();
            left(&text, theme::body(), color);
        }
        GridColumn::Lock => {
            widgets::paint_lock_badge(
                ui,
                rect.left_center(),
                rect.width(),
                &status,
                row_text::lock_label(&status),
            );
        }
        GridColumn::Locked => {
            if status.locked.is_none() {
                return;
            }
            let Some(since) = pin.locked_since(view.now) else {
                left("not known", theme::body(), palette.secondary);
                return;
            };
            let date = theme::figures(
                ui,
                &time_format::date(since, zone),
                &theme::body(),
                palette.text,
            );
            let at = pos2(rect.left(), rect.center().y - date.size().y / 2.0);
            let by_rect = rect.with_min_x(rect.left() + date.size().x + theme::GAP_S);
            ui.painter().galley(at, date, palette.text);
            let by = pin.locked_by(view.now).unwrap_or_default();
            widgets::paint_cut(
                ui,
                by_rect,
                Align2::LEFT_CENTER,
                &shown(by),
                theme::body(),
                palette.secondary,
            );
            hint(format!(
                "{} {}",
                time_format::with_offset(since, zone),
                shown(by)
            ));
        }
        GridColumn::Expires => {
            let (at, is_past) = match status.expiry {
                Expiry::NoPin => return,
                Expiry::Never => {
                    left("Never", theme::body(), palette.secondary);
                    return;
                }
                Expiry::At(at) => (at, false),
                Expiry::Expired(at) => (at, true),
            };
            let is_soon = !is_past && at - now <= chrono::Duration::days(14);
            let color = if is_past {
                palette.system.text
            } else if is_soon {
                palette.warning.text
            } else {
                palette.secondary
            };
            date_and_distance(
                ui,
                rect,
                &time_format::date(at, zone),
                &time_format::relative(at, now, zone),
                color,
            );
            hint(format!(
                "{} {}",
                if is_past { "Expired" } else { "Expires" },
                time_format::with_offset(at, zone)
            ));
        }
        GridColumn::LastChange => {
            if let Some(at) = pin.last_change() {
                date_and_distance(ui, rect, &time_format::date(at, zone), "", palette.text);
                hint(time_format::with_offset(at, zone));
            }
        }
        GridColumn::Failures => {
            let text = text_of_cell();
            let color = if text == "0" {
                palette.secondary
            } else {
                palette.text
            };
            let text = theme::figures(ui, &text, &theme::body(), color);
            let at = pos2(rect.left(), rect.center().y - text.size().y / 2.0);
            ui.painter().galley(at, text, color);
        }
        GridColumn::LastFailure => {
            if let Some(at) = facts.and_then(|facts| facts.last_failure) {
                date_and_distance(ui, rect, &time_format::date(at, zone), "", palette.text);
                hint(time_format::with_offset(at, zone));
            }
        }
    }
}

/// The facts that were read from the store about a user of the list.
fn facts_of<'a>(app: &'a App, view: &View, position: Position) -> Option<&'a UserFacts> {
    let id = view.directory.id_at(position)?;
    app.rows_in_view.facts(id)
}

/// The width at which nothing of a cell is cut off, in points. None if the cell is empty.
pub fn natural_width(
    ui: &Ui,
    app: &App,
    view: &View,
    position: Position,
    column: GridColumn,
) -> Option<f32> {
    let facts = facts_of(app, view, position);
    let text = cell_text(view, position, column, facts, app.zone());
    if text.is_empty() {
        return None;
    }
    let font = match column {
        GridColumn::Lock => theme::small(),
        _ => theme::body(),
    };
    let mut width = theme::figures(ui, &shown(&text), &font, Color32::PLACEHOLDER)
        .size()
        .x;
    width += match column {
        GridColumn::Lock => widgets::BADGE_SPACE,
        GridColumn::Expires => DISTANCE,
        _ => 0.0,
    };
    // Rounding may cut off a text that fits to the last fraction of a point.
    Some(width + 2.0 * CELL_MARGIN + 1.0)
}

/// The room for "in 3 months" beside a date, in points.
const DISTANCE: f32 = 84.0;

/// Paints a date, and its distance from now at the right edge if there is room for both.
fn date_and_distance(ui: &Ui, rect: Rect, date: &str, distance: &str, color: Color32) {
    let palette = theme::palette(ui);
    let date = theme::figures(ui, date, &theme::body(), palette.text);
    let right = rect.with_min_x(rect.left() + date.size().x + theme::GAP_S);
    ui.painter().galley(
        pos2(rect.left(), rect.center().y - date.size().y / 2.0),
        date,
        palette.text,
    );
    let distance = ui
        .painter()
        .layout_no_wrap(distance.to_owned(), theme::small(), color);
    if distance.size().x <= right.width() {
        let at = pos2(
            right.right() - distance.size().x,
            rect.center().y - distance.size().y / 2.0,
        );
        ui.painter().galley(at, distance, color);
    }
}
