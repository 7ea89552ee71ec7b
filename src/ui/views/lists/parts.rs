//! Parts that several steps of the import sheet share.

use eframe::egui::{self, Align2, Frame, ProgressBar, Stroke, Ui, vec2};

use crate::app::{App, Command, ImportSheet};
use crate::exchange::{DateOrder, HowRead};
use crate::plan::words::{plural, thousands};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

/// The progress of reading a file or writing a change.
pub fn working_ui(ui: &mut Ui, app: &App, what: &str) {
    ui.label(what);
    if let Some((share, words)) = app.file_progress() {
        let palette = theme::palette(ui);
        ui.add(
            ProgressBar::new(share)
                .desired_width(ui.available_width())
                .fill(palette.accent),
        );
        widgets::secondary(ui, &words);
    }
}

/// The frame around rows. Without rows it has this text.
pub(super) fn rows_frame(
    ui: &mut Ui,
    height: f32,
    instead: Option<&str>,
    rows: impl FnOnce(&mut Ui),
) {
    Frame::new()
        .stroke(Stroke::new(1.0, theme::palette(ui).line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if let Some(text) = instead {
                ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                    ui.centered_and_justified(|ui| widgets::secondary(ui, text));
                });
            } else {
                rows(ui);
            }
        });
}

/// A sentence about how the file was read.
pub(super) fn how_read_ui(ui: &mut Ui, how_read: &HowRead) {
    let rows = usize::try_from(how_read.rows).unwrap_or(usize::MAX);
    let mut text = format!("Read as {}", how_read.encoding());
    if let Some(delimiter) = how_read.delimiter() {
        text.push_str(&format!(", {}", delimiter.how_separated()));
    }
    text.push_str(&format!(
        ", {} {}",
        thousands(rows),
        plural(rows, "row", "rows")
    ));
    if let Some(type_line) = how_read.type_line() {
        let short = type_line.rsplit('.').next().unwrap_or(type_line);
        text.push_str(&format!(" of {short}"));
    }
    if let Some(dates) = &how_read.dates {
        text.push_str(&format!(", dates {dates}"));
    }
    text.push('.');
    if let Some(passed_over) = how_read.passed_over() {
        text.push_str(&format!(" {passed_over}"));
    }
    widgets::secondary(ui, &text);
    if let Some(guess) = how_read.guess() {
        let text = format!("{guess} If letters are wrong, choose the encoding in step 2.");
        widgets::note(ui, Icon::Warning, theme::palette(ui).warning, &text);
    }
}

/// The order of day and month, if the file leaves it open, and the zone of times without one.
pub(super) fn times_ui(
    ui: &mut Ui,
    sheet: &ImportSheet,
    asks_order: bool,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        if asks_order || sheet.date_order.is_some() {
            widgets::secondary(ui, "Dates are");
            for order in [DateOrder::MonthDayYear, DateOrder::DayMonthYear] {
                if ui
                    .radio(sheet.date_order == Some(order), order.label())
                    .clicked()
                {
                    commands.push(Command::SetDateOrder(order));
                }
            }
            ui.add_space(theme::GAP_M);
        }
        widgets::secondary(ui, "Times are");
        for (is_utc, label) in [(false, "in the local time zone"), (true, "in UTC")] {
            if ui.radio(sheet.is_utc == is_utc, label).clicked() && sheet.is_utc != is_utc {
                commands.push(Command::SetFileZoneUtc(is_utc));
            }
        }
    });
}

/// A labelled choice of one of several values. Returns the new value if it has changed.
pub(super) fn choice<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    chosen: &T,
    all: &[(T, String)],
    (names, width): (f32, f32),
) -> Option<T> {
    let mut picked = None;
    ui.horizontal(|ui| {
        let palette = theme::palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(names, theme::CONTROL), egui::Sense::hover());
        widgets::paint_cut(
            ui,
            rect,
            Align2::LEFT_CENTER,
            name,
            theme::body(),
            palette.secondary,
        );
        picked = widgets::combo(ui, name, chosen, all, width);
    });
    picked
}
