//! The dialog that goes back to a backup: the copies, and what would be undone.

use eframe::egui::{Button, ScrollArea, Ui};

use super::dialog::{button_row, dialog};
use super::icons::Icon;
use super::{theme, widgets};
use crate::app::{App, Command, NamedCommand, RestoreView};
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands, users};
use crate::store::BackupComparison;
use crate::time_format::date_and_time;

const WIDTH: f32 = 560.0;

/// The largest heights of the list of copies and of that of batches, in points.
const COPIES: f32 = 150.0;
const BATCHES: f32 = 130.0;

/// Another program keeps the store from being opened.
const WAITING: &str = "Waiting for another program that writes to the store…";

pub fn restore_ui(ui: &Ui, app: &App, view: &RestoreView, commands: &mut Vec<Command>) {
    let name = NamedCommand::OpenRestore.text();
    dialog(ui, "restore", name, WIDTH, |ui| {
        widgets::title(ui, "Restore from a backup");
        if view.is_restoring() {
            if view.is_waiting() {
                ui.label(WAITING);
                widgets::command_button(ui, NamedCommand::CancelWait, true, commands);
            } else {
                ui.label("Restoring the backup…");
            }
            return;
        }
        copies_ui(ui, app, view, commands);
        widgets::command_button(ui, NamedCommand::ChooseBackup, true, commands);
        ui.add_space(theme::GAP_S);
        if let Some(chosen) = &view.chosen {
            widgets::secondary(ui, &shown(&chosen.display().to_string()));
        }
        match &view.compared {
            _ if view.is_comparing() => {
                ui.label(if view.is_waiting() {
                    WAITING
                } else {
                    "Checking the backup…"
                });
            }
            Some(Ok(comparison)) => comparison_ui(ui, app, comparison),
            Some(Err(error)) => {
                let tone = theme::palette(ui).system;
                widgets::note(ui, Icon::Warning, tone, &error.to_string());
            }
            None => {
                widgets::secondary(
                    ui,
                    "Choose a backup. It is checked, and you see what would be undone. Nothing changes yet.",
                );
            }
        }
        if view.is_restorable() {
            let (_, reason) =
                widgets::named_field(ui, "restore reason", "Reason", "", &view.reason, WIDTH);
            commands.extend(reason.map(Command::SetRestoreReason));
        }
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::MAIN_BUTTON, |ui| {
            let (named, is_ready) = (NamedCommand::RestoreBackup, view.is_restorable());
            widgets::main_button(ui, named, named.text(), is_ready, commands);
            widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
        });
    });
}

fn copies_ui(ui: &mut Ui, app: &App, view: &RestoreView, commands: &mut Vec<Command>) {
    if view.copies.is_empty() {
        widgets::secondary(
            ui,
            "PinDesk has made no copies of this store by itself yet.",
        );
        return;
    }
    ScrollArea::vertical()
        .id_salt("copies")
        .max_height(COPIES)
        .show(ui, |ui| {
            for copy in &view.copies {
                let text = format!(
                    "{}, up to batch {}",
                    date_and_time(copy.made_at, app.zone()),
                    copy.batch.0
                );
                let is_chosen = view.chosen.as_ref() == Some(&copy.path);
                if ui.add(Button::selectable(is_chosen, text)).clicked() {
                    commands.push(Command::CompareBackup(copy.path.clone()));
                }
            }
        });
}

fn comparison_ui(ui: &mut Ui, app: &App, comparison: &BackupComparison) {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let made_at = comparison.made_at.map_or_else(String::new, |at| {
        format!(" ends on {} and", date_and_time(at, app.zone()))
    });
    if let Some(first) = comparison.differences.first() {
        let text = format!(
            "The backup is not as its own history says: {}",
            first.sentence()
        );
        widgets::note(ui, Icon::Warning, theme::palette(ui).system, &shown(&text));
    }
    ui.label(format!(
        "The backup is {}. It{made_at} has {}.",
        if comparison.differences.is_empty() {
            "sound"
        } else {
            "not damaged"
        },
        users(count(comparison.users))
    ));
    if comparison.unreadable.is_some() {
        ui.label("The store of today cannot be read. It is kept under another name.");
        return;
    }
    let undone = count(comparison.undone_count);
    ui.label(format!(
        "{} {} since then would be undone.",
        thousands(undone),
        plural(undone, "batch", "batches")
    ));
    ScrollArea::vertical()
        .id_salt("undone")
        .max_height(BATCHES)
        .show(ui, |ui| {
            for batch in &comparison.undone {
                let text = format!(
                    "{}: {}, by {}, {} changed",
                    date_and_time(batch.at, app.zone()),
                    batch.action.label(),
                    batch.operator,
                    thousands(count(batch.changed))
                );
                widgets::secondary(ui, &shown(&text));
            }
        });
}
