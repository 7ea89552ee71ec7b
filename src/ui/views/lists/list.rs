//! The preview of a list: each row with its verdict, and the opened row of the file.

use eframe::egui::{self, Ui, vec2};
use strum::VariantArray as _;

use super::list_row::row_ui;
use super::opened_row::{OPENED, opened_ui};
use super::parts::{how_read_ui, rows_frame};
use crate::app::{
    App, Command, FocusTarget, ImportSheet, MainStep, NamedCommand, PreviewList, WhatIfPanel,
};
use crate::exchange::HowRead;
use crate::plan::Verdict;
use crate::plan::words::{thousands, users};
use crate::ui::icons::Icon;
use crate::ui::reason_fields::ReasonFields;
use crate::ui::row_list::{OpenRowBy, RowList, RowsFocus};
use crate::ui::what_if::{HEADING, leave_out_ui, submit_button};
use crate::ui::{theme, widgets};

const LINE: f32 = 40.0;

pub fn list_ui(
    ui: &mut Ui,
    app: &App,
    sheet: &ImportSheet,
    how_read: &HowRead,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let Some(list) = app.panel.list() else { return };
    match &app.panel {
        WhatIfPanel::Result {
            applied, drifted, ..
        } => {
            let batch = applied.batch.map_or_else(String::new, |batch| {
                format!(" Recorded as batch {}.", batch.0)
            });
            let text = format!(
                "{} {}.{batch}",
                users(applied.changed.len()),
                list.plan.done()
            );
            widgets::note(ui, Icon::Check, palette.good, &text);
            if !drifted.is_empty() {
                let text = format!(
                    "{} had changed since the preview and kept the state they have now.",
                    users(drifted.len())
                );
                widgets::note(ui, Icon::Warning, palette.warning, &text);
            }
        }
        WhatIfPanel::Failed { text, .. } => widgets::note(ui, Icon::Warning, palette.system, text),
        _ => {}
    }
    let is_preview = matches!(
        app.panel,
        WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. }
    );
    if is_preview {
        let (icon, tone, text) = match (&list.refused, list.why_approval()) {
            (Some(refused), _) => (Icon::Warning, palette.system, Some(refused.clone())),
            (None, why) => (Icon::Shield, palette.warning, why),
        };
        if let Some(text) = text {
            widgets::note(ui, icon, tone, &text);
        }
    }
    how_read_ui(ui, how_read);
    let changed = match &app.panel {
        WhatIfPanel::Result { applied, .. } => Some(applied.changed.len()),
        _ => None,
    };
    verdicts_ui(ui, list, changed, commands);
    search_ui(ui, app, list, commands);
    let below = if is_preview {
        ReasonFields::HEIGHT + theme::GAP_S
    } else {
        0.0
    };
    let opened = sheet.opened.as_ref().map_or(0.0, |_| OPENED + theme::GAP_S);
    let has_cautions = list.cautions > 0 && matches!(app.panel, WhatIfPanel::Preview(_));
    let cautions = if has_cautions {
        HEADING + theme::GAP_S
    } else {
        0.0
    };
    let height = (ui.available_height() - below - opened - cautions - 4.0).max(LINE);
    if cautions > 0.0 {
        leave_out_ui(ui, list, commands);
    }
    rows_ui(ui, app, sheet, list, height, commands);
    if let Some(opened) = &sheet.opened {
        opened_ui(ui, app, list, opened, is_preview, commands);
    }
    if is_preview {
        let fields = ReasonFields {
            ids: ("list reason", "list ticket"),
            hint: "Why, for all rows that do not say it themselves",
            ticket_width: 160.0,
            list: Some(list),
        };
        fields.show(ui, app, commands);
    }
}

/// The number of rows with each verdict. A click lists only those. `changed` is the number of
/// changed users, once it is known.
fn verdicts_ui(
    ui: &mut Ui,
    list: &PreviewList,
    changed: Option<usize>,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let widest = thousands(list.plan.items.len());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for &verdict in Verdict::VARIANTS {
            let (count, label) = match changed {
                Some(changed) if verdict == Verdict::WillChange => (changed, "changed"),
                _ => (list.verdicts[verdict as usize], verdict.label()),
            };
            // Denied is rare, so it is shown only when needed. The other tiles keep their
            // positions.
            if count == 0 && verdict == Verdict::Denied {
                continue;
            }
            let tone = (count > 0).then(|| theme::group_tone(palette, verdict.group()));
            let is_on = list.verdict == Some(verdict);
            let response = widgets::chip(ui, label, &thousands(count), &widest, is_on, tone);
            if response
                .on_hover_text("List only these, or all of them again.")
                .clicked()
            {
                commands.push(Command::SearchPreview(
                    (!is_on).then_some(verdict),
                    list.search.clone(),
                ));
            }
        }
    });
}

fn search_ui(ui: &mut Ui, app: &App, list: &PreviewList, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Search the rows by name, identity or line";
        let (response, text) =
            widgets::field(ui, "search rows", "Search rows", hint, &list.search, 320.0);
        if app.next_frame.focus == Some(FocusTarget::SearchRows) {
            response.request_focus();
        }
        if let Some(text) = text {
            commands.push(Command::SearchPreview(list.verdict, text));
        }
        let (shown, all) = (list.len(), list.plan.items.len());
        let hint = "Open a row to see how it stands in the file.";
        widgets::secondary(
            ui,
            &format!("{} of {} rows. {hint}", thousands(shown), thousands(all)),
        );
    });
}

fn rows_ui(
    ui: &mut Ui,
    app: &App,
    sheet: &ImportSheet,
    list: &PreviewList,
    height: f32,
    commands: &mut Vec<Command>,
) {
    let instead = list.is_empty().then_some("No row matches.");
    rows_frame(ui, height, instead, |ui| {
        let focus = match app.next_frame.focus {
            _ if app.next_frame.list_row.is_some() => app.next_frame.list_row.map(RowsFocus::At),
            Some(FocusTarget::ImportSheet) => Some(RowsFocus::First),
            Some(FocusTarget::ImportRows) => Some(RowsFocus::Kept),
            _ => None,
        };
        let label = "Rows of the file";
        let count = list.len();
        let rows = RowList {
            list: "file rows",
            label,
            height,
            line: LINE,
            count,
            focus,
            opens: OpenRowBy::Click,
        };
        let shown = rows.show(ui, |ui, row, response| {
            let (Some(item), Some(line)) = (list.item_index(row), list.line(row, app.zone()))
            else {
                return String::new();
            };
            let is_open = sheet
                .opened
                .as_ref()
                .is_some_and(|opened| opened.item == item);
            row_ui(ui, app, &line, is_open, response, commands)
        });
        commands.extend(
            shown
                .opened
                .and_then(|row| list.item_index(row))
                .map(Command::OpenRow),
        );
    });
}

/// The button that opens the confirmation question.
pub fn apply_button(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let WhatIfPanel::Preview(list) = &app.panel else {
        return;
    };
    if list.main_step() == MainStep::Submit {
        submit_button(ui, app, list, true, commands);
        return;
    }
    let nothing = list.plan.nothing_to_apply(list.counts);
    let why = nothing.or_else(|| app.typing_problem(list));
    let response = widgets::main_button(
        ui,
        NamedCommand::Apply,
        &list.apply_words,
        why.is_none() && !app.is_writing(),
        commands,
    );
    if app.next_frame.focus == Some(FocusTarget::Apply) {
        response.request_focus();
    }
    match why {
        Some(why) => {
            widgets::explain_disabled(&response, &why);
            widgets::secondary(ui, &why);
        }
        None => submit_button(ui, app, list, false, commands),
    }
}

pub fn script_button(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let can_save = app.is_scriptable();
    let button = egui::Button::new("Save as script…").min_size(vec2(0.0, theme::CONTROL));
    let response = ui
        .add_enabled(can_save, button)
        .on_hover_text(NamedCommand::SaveScript.tooltip());
    widgets::name(&response, NamedCommand::SaveScript.text());
    if response.clicked() {
        commands.push(Command::Do(NamedCommand::SaveScript));
    }
}
