//! The sheet of a submitted import or change of settings: its rows, and the steps of its review.

use eframe::egui::{Align2, Button, Sense, Ui, accesskit::Role, vec2};

use crate::app::{App, Command, NamedCommand, PlanSheet, SheetLine};
use crate::domain::text::shown;
use crate::plan::words::capital;
use crate::store::Decision;
use crate::time_format::date_and_time;
use crate::ui::dialog::{button_row, dialog};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub const WIDTH: f32 = 640.0;
/// The height of a row, and of the list of them, in points.
pub const LINE: f32 = 26.0;
pub const LIST: f32 = 260.0;

pub fn plan_sheet_ui(ui: &Ui, app: &App, sheet: &PlanSheet, commands: &mut Vec<Command>) {
    let title = sheet.title();
    dialog(ui, "plan sheet", &title, WIDTH, |ui| {
        widgets::title(ui, &title);
        facts_ui(ui, app, sheet);
        let lines = &sheet.lines;
        widgets::lines(
            ui,
            "plan sheet rows",
            "Rows of the plan",
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
        let is_open = !sheet.opened.summary.status.is_closed();
        if is_open {
            obstacles_ui(ui, sheet);
            let (_, comment) =
                widgets::named_field(ui, "sheet comment", "Comment", "", &sheet.comment, WIDTH);
            commands.extend(comment.map(Command::SetComment));
        }
        if let Some(notice) = &sheet.notice {
            let palette = theme::palette(ui);
            let (icon, tone) = if notice.is_error {
                (Icon::Warning, palette.system)
            } else {
                (Icon::Check, palette.good)
            };
            widgets::note(ui, icon, tone, &notice.text);
        }
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::MAIN_BUTTON, |ui| {
            widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
            if is_open {
                steps_ui(ui, app, sheet, commands);
            }
        });
    });
}

fn facts_ui(ui: &mut Ui, app: &App, sheet: &PlanSheet) {
    let summary = &sheet.opened.summary;
    let facts = [
        format!("{}.", capital(summary.status.word())),
        format!(
            "Submitted by {} on {}.",
            summary.author,
            date_and_time(summary.at, app.zone())
        ),
        about("Reason", &summary.reason),
        about("Ticket", &summary.ticket),
        about("File", summary.source.as_deref().unwrap_or_default()),
    ];
    let said: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    widgets::secondary(ui, &shown(&said.join(" ")));
}

fn about(name: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{name}: {text}.")
    }
}

pub fn line_ui(ui: &mut Ui, line: &SheetLine) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let color = if line.is_caution {
        palette.warning.text
    } else {
        palette.text
    };
    let text = shown(&line.text);
    widgets::paint_cut(ui, rect, Align2::LEFT_CENTER, &text, theme::body(), color);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(line.text.as_str());
    });
    response.on_hover_text(text);
}

/// The reasons why the operator may not approve or apply the plan.
fn obstacles_ui(ui: &mut Ui, sheet: &PlanSheet) {
    let may_not = &sheet.opened.may_not;
    for (step, why) in [("Approve", &may_not.approve), ("Apply", &may_not.apply)] {
        if let Some(why) = why {
            widgets::secondary(ui, &shown(&format!("{step}: {why}")));
        }
    }
}

fn steps_ui(ui: &mut Ui, app: &App, sheet: &PlanSheet, commands: &mut Vec<Command>) {
    let can_apply = sheet.opened.may_not.apply.is_none() && !app.is_writing();
    let apply = Button::new("Apply plan").min_size(vec2(0.0, theme::CONTROL));
    let response = ui.add_enabled(can_apply, apply);
    if response.clicked() {
        commands.push(Command::ApplySheet);
    }
    if let Some(why) = &sheet.opened.may_not.apply {
        widgets::explain_disabled(&response, why);
    }
    for (named, decision) in [
        (NamedCommand::Approve, Decision::Approve),
        (NamedCommand::Reject, Decision::Reject),
        (NamedCommand::Withdraw, Decision::Withdraw),
        (NamedCommand::Comment, Decision::Comment),
    ] {
        let obstacle = sheet.obstacle(decision);
        let is_possible = obstacle.is_none() && !app.is_writing();
        let response = widgets::command_button(ui, named, is_possible, commands);
        if let Some(why) = obstacle {
            widgets::explain_disabled(&response, &why);
        }
    }
}
