//! The bars above every view: an error, damage, a changed history, a missing key, and warnings.

use eframe::egui::{Frame, Margin, Panel as Side, Ui};

use super::icons::Icon;
use super::{keys, status, theme, widgets};
use crate::app::{App, Command};

pub fn bars_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let bar = |id: &'static str, fill| {
        let frame = Frame::new()
            .fill(fill)
            .inner_margin(Margin::symmetric(12, 4));
        Side::top(id).frame(frame)
    };
    if let Some(error) = app.notice.as_ref().filter(|notice| notice.is_error) {
        bar("error", palette.system.fill).show(ui, |ui| {
            status::error_bar_ui(ui, &error.text, commands);
        });
    }
    if let Some((text, error)) = app.lost_connection_text() {
        bar("lost connection", palette.system.fill).show(ui, |ui| {
            status::lost_connection_ui(ui, &text, &error, commands);
        });
    }
    if let Some(damage) = &app.damage {
        bar("damage", palette.system.fill).show(ui, |ui| {
            status::damage_ui(ui, damage, commands);
        });
    }
    if let Some(change) = &app.head_change {
        bar("head change", palette.system.fill).show(ui, |ui| {
            status::head_change_ui(ui, change, commands);
        });
    }
    if let Some(in_use) = app.keys.as_ref().filter(|keys| !keys.is_usable()) {
        bar("missing key", palette.panel).show(ui, |ui| {
            keys::missing_key_ui(ui, app, in_use, commands);
        });
    }
    let warnings = app.warnings();
    if !warnings.is_empty() {
        bar("warnings", palette.panel).show(ui, |ui| {
            for text in &warnings {
                widgets::note(ui, Icon::Warning, palette.administrator, text);
            }
        });
    }
}
