//! The history of one user, the newest entry first.

use eframe::egui::{self, Align, Button, Label, Layout, RichText, Ui, UiBuilder};

use crate::app::{App, Command};
use crate::domain::text::shown;
use crate::domain::user::UserId;
use crate::store::{HistoryEntry, HistoryKind};
use crate::time_format;
use crate::ui::{theme, widgets};

pub(super) fn history_ui(
    ui: &mut Ui,
    app: &App,
    user: UserId,
    history: &[HistoryEntry],
    commands: &mut Vec<Command>,
) {
    if history.is_empty() {
        widgets::secondary(ui, "Nothing has been recorded about this user yet.");
    }
    // Only the last change of a PIN can be undone: the earlier ones have been changed since.
    let last = history
        .iter()
        .find(|entry| entry.kind == HistoryKind::Pin)
        .map(|entry| entry.seq);
    for entry in history {
        let is_undoable =
            entry.action.is_undoable() && last == Some(entry.seq) && !app.is_writing();
        let undone = is_undoable.then_some(user);
        ui.scope_builder(UiBuilder::new().id_salt(entry.seq), |ui| {
            entry_ui(ui, app, entry, undone, commands);
        });
    }
}

/// One entry. `undone` is the user whose change can be undone.
fn entry_ui(
    ui: &mut Ui,
    app: &App,
    entry: &HistoryEntry,
    undone: Option<UserId>,
    commands: &mut Vec<Command>,
) {
    ui.spacing_mut().item_spacing.y = 1.0;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().button_padding = egui::vec2(theme::GAP_S, 0.0);
    ui.separator();
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        if let Some(user) = undone {
            let button = Button::new("Undo…").min_size(egui::vec2(0.0, 22.0));
            let response = ui.add(button);
            widgets::name(&response, "Undo… this change");
            let tooltip = "Show what undoing this would do. Nothing changes yet.";
            if response.on_hover_text(tooltip).clicked() {
                commands.push(Command::Undo(entry.batch, Some(user)));
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
            let headline = RichText::new(entry.headline()).font(theme::strong(theme::SMALL));
            ui.add(Label::new(headline).wrap());
        });
    });
    let when = time_format::date_and_time(entry.at, app.zone());
    let (operator, machine) = (shown(&entry.operator), shown(&entry.machine));
    let from = widgets::secondary(ui, &format!("{when} by {operator} on {machine}"));
    from.on_hover_text(time_format::with_offset(entry.at, app.zone()));
    for (label, text) in [
        ("Reason", entry.reason.as_str()),
        ("Ticket", &entry.ticket),
        ("File", entry.source.as_deref().unwrap_or_default()),
    ] {
        if !text.is_empty() {
            widgets::secondary(ui, &format!("{label}: {}", shown(text)));
        }
    }
}
