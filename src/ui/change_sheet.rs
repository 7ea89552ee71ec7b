//! The sheet that previews a change of settings, or undoing one or an import.

use eframe::egui::{Button, Ui, vec2};

use super::dialog::{button_row, dialog};
use super::icons::Icon;
use super::reason_fields::ReasonFields;
use super::views::plans::{LINE, LIST, WIDTH, line_ui};
use super::{theme, widgets};
use crate::app::{App, ChangeSheet, Command, NamedCommand};
use crate::domain::text::shown;

pub fn change_sheet_ui(ui: &Ui, app: &App, sheet: &ChangeSheet, commands: &mut Vec<Command>) {
    let title = sheet.title();
    dialog(ui, "change sheet", &title, WIDTH, |ui| {
        widgets::title(ui, &title);
        let is_undo = sheet.plan.as_ref().undoes().is_some();
        widgets::secondary(
            ui,
            if is_undo {
                "What has changed since the batch stays as it is. Nothing changes before you apply it."
            } else {
                "Nothing changes before you apply it. The history can undo it afterwards."
            },
        );
        let lines = &sheet.lines;
        widgets::lines(
            ui,
            "change sheet rows",
            "Rows of the change",
            LIST,
            LINE,
            lines.len(),
            |ui, row| {
                if let Some(line) = lines.get(row) {
                    line_ui(ui, line);
                }
            },
        );
        ui.add_space(theme::GAP_S);
        let fields = ReasonFields {
            ids: ("change reason", "change ticket"),
            hint: "Why",
            ticket_width: 110.0,
            list: None,
        };
        fields.show(ui, app, commands);
        let palette = theme::palette(ui);
        if let Some(needs) = &sheet.needs {
            let text = format!("Somebody else must approve it first: {needs}.");
            widgets::note(ui, Icon::Shield, palette.warning, &shown(&text));
        }
        if let Some(notice) = &sheet.notice {
            widgets::note(ui, Icon::Warning, palette.system, &shown(&notice.text));
        }
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::MAIN_BUTTON, |ui| {
            widgets::command_button(ui, NamedCommand::CloseDialog, !app.is_writing(), commands);
            steps_ui(ui, app, sheet, commands);
        });
    });
}

fn steps_ui(ui: &mut Ui, app: &App, sheet: &ChangeSheet, commands: &mut Vec<Command>) {
    let obstacle = sheet.obstacle();
    let is_possible = obstacle.is_none() && !app.is_writing();
    let apply = if sheet.plan.as_ref().undoes().is_some() {
        "Apply undo"
    } else {
        "Apply change"
    };
    for (text, command, is_enabled) in [
        (apply, Command::ApplyChange, sheet.needs.is_none()),
        ("Submit for review", Command::SubmitChange, true),
    ] {
        let button = Button::new(text).min_size(vec2(0.0, theme::CONTROL));
        let response = ui.add_enabled(is_possible && is_enabled, button);
        if response.clicked() {
            commands.push(command);
        }
        if let Some(why) = obstacle {
            widgets::explain_disabled(&response, why);
        }
    }
}
