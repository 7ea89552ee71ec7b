//! The lists view: the steps from a file to the result, and the choices of each step.

mod columns;
mod directory;
mod import_columns;
mod list;
mod list_row;
mod opened_row;
mod parts;
mod purpose;
mod reading;

use eframe::egui::{
    self, Align, Align2, Button, Layout, RichText, Stroke, Ui, UiBuilder, pos2, vec2,
};
use strum::VariantArray as _;

use crate::app::{
    App, Command, FilePurpose, FocusTarget, ImportSheet, ImportStage, ImportStep, NamedCommand,
    WhatIfPanel,
};
use crate::domain::text::shown;
use crate::ui::icons::Icon;
use crate::ui::{empty_state, theme, widgets};
use parts::{times_ui, working_ui};

/// The height of the row of buttons with the space above it, in points.
const FOOTER: f32 = theme::MAIN_BUTTON + theme::GAP_M;

/// The file with its steps, or the ways to open one.
pub fn lists_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.import {
        Some(sheet) => sheet_ui(ui, app, sheet, commands),
        None => no_file_ui(ui, app, commands),
    }
}

fn sheet_ui(ui: &mut Ui, app: &App, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let title = sheet.title();
    let text = RichText::new(shown(&title)).font(theme::strong(theme::TITLE));
    ui.add(egui::Label::new(text).truncate());
    steps_ui(ui, sheet, commands);
    let height = (ui.available_height() - FOOTER).max(LEAST_HEIGHT);
    let size = vec2(ui.available_width(), height);
    let (body, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    // Each step of each file has its own IDs, so that a late click cannot reach a control of the
    // next step, and no list begins where another one was scrolled to.
    let stage = std::mem::discriminant(&sheet.stage);
    let salt = (&sheet.path, sheet.step, stage);
    let mut inside = ui.new_child(
        UiBuilder::new()
            .id_salt(salt)
            .max_rect(body)
            .layout(Layout::top_down(Align::Min)),
    );
    inside.set_clip_rect(body.expand(2.0).intersect(ui.clip_rect()));
    body_ui(&mut inside, app, sheet, commands);
    ui.push_id((salt, "footer"), |ui| {
        footer_ui(ui, app, sheet, commands);
    });
}

/// The view without a file: what it is for, and the ways to open one.
fn no_file_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    empty_state::centered(ui, 170.0, |ui| {
        empty_state::headline(ui, "No file is open");
        empty_state::paragraph(
            ui,
            "Lock or unlock everybody in a list (CSV, text or Excel workbook), or import users and the state of their PINs. \
             You see what each row would do before anything changes. A file can also be dropped on the window.",
        );
        ui.add_space(theme::GAP_M);
        let has_store = app.view.is_some() && !app.is_writing();
        let list = widgets::command_button(ui, NamedCommand::OpenList, has_store, commands);
        if app.next_frame.focus == Some(FocusTarget::ImportSheet) {
            list.request_focus();
        }
        widgets::command_button(ui, NamedCommand::Import, !app.is_writing(), commands);
    });
}

/// The height in points below which the body does not shrink.
const LEAST_HEIGHT: f32 = 120.0;

/// The steps, with the current one marked. A click goes to an enabled step.
fn steps_ui(ui: &mut Ui, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let is_over = sheet.step == ImportStep::Apply;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_XS;
        for (number, step) in (1..).zip(ImportStep::VARIANTS.iter().copied()) {
            if number > 1 {
                ui.label(RichText::new("›").color(palette.secondary));
            }
            let is_here = step == sheet.step;
            let text = format!("{number}  {}", step.label());
            let font = if is_here {
                theme::strong(theme::SMALL)
            } else {
                theme::small()
            };
            let color = if is_here {
                palette.accent
            } else {
                palette.secondary
            };
            let enabled = is_here || !is_over && sheet.can_go(step);
            // The current step cannot be clicked, but it is not painted as disabled.
            let sense = if is_here {
                egui::Sense::hover()
            } else {
                egui::Sense::click()
            };
            let text = RichText::new(text).font(font).color(color);
            let button = Button::new(text).frame_when_inactive(false).sense(sense);
            let button = if is_here {
                button.fill(egui::Color32::TRANSPARENT).stroke(Stroke::NONE)
            } else {
                button
            };
            let response = ui.add_enabled(enabled, button);
            widgets::name(&response, &format!("Step {number}: {}", step.label()));
            response
                .ctx
                .accesskit_node_builder(response.id, |node| node.set_selected(is_here));
            if is_here {
                let rect = response.rect;
                ui.painter().hline(
                    rect.x_range(),
                    rect.bottom(),
                    Stroke::new(2.0, palette.accent),
                );
            }
            if response.clicked() && !is_here {
                commands.push(Command::GoToStep(step));
            }
        }
    });
    ui.separator();
}

fn body_ui(ui: &mut Ui, app: &App, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    match sheet.step {
        ImportStep::File => purpose::purpose_ui(ui, app, sheet, commands),
        ImportStep::Reading => reading::reading_ui(ui, sheet, commands),
        ImportStep::Columns => match sheet.purpose.and_then(FilePurpose::import_kind) {
            Some(kind) => import_columns::columns_ui(ui, sheet, kind, commands),
            None => columns::columns_ui(ui, sheet, commands),
        },
        ImportStep::Preview | ImportStep::Apply => preview_or_result_ui(ui, app, sheet, commands),
    }
}

fn preview_or_result_ui(ui: &mut Ui, app: &App, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    match &sheet.stage {
        ImportStage::NotYet | ImportStage::Reading => working_ui(ui, app, "Reading the file…"),
        ImportStage::Importing { .. } => working_ui(ui, app, "Importing…"),
        ImportStage::Failed {
            text,
            asks_date_order,
        } => {
            widgets::note(ui, Icon::Warning, palette.system, text);
            times_ui(ui, sheet, *asks_date_order, commands);
        }
        ImportStage::NeedsApproval { text, .. } => {
            widgets::note(ui, Icon::Shield, palette.warning, text);
        }
        ImportStage::Preview {
            how_read,
            plan,
            group,
            listed,
            counts,
        } => {
            directory::preview_ui(
                ui,
                app,
                sheet,
                (how_read, plan),
                (counts, *group, listed),
                commands,
            );
        }
        ImportStage::Done { imported, plan } => {
            directory::done_ui(ui, app, (imported, plan), commands);
        }
        ImportStage::List { how_read } => match &app.panel {
            WhatIfPanel::Applying(_) => working_ui(ui, app, "Applying…"),
            _ => list::list_ui(ui, app, sheet, how_read, commands),
        },
    }
}

fn footer_ui(ui: &mut Ui, app: &App, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let is_list_result = matches!(
        (&sheet.stage, &app.panel),
        (ImportStage::List { .. }, WhatIfPanel::Result { .. })
    );
    let is_done = is_list_result || matches!(sheet.stage, ImportStage::Done { .. });
    let wants_focus = app.next_frame.focus == Some(FocusTarget::ImportSheet);
    ui.add_space(theme::GAP_XS);
    let row = vec2(ui.available_width(), theme::MAIN_BUTTON);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if is_done {
            let close = NamedCommand::CloseImport;
            let response = widgets::main_button(ui, close, close.text(), true, commands);
            // In the result of a list the rows have the focus.
            if wants_focus && !is_list_result {
                response.request_focus();
            }
        } else {
            match (&sheet.stage, sheet.step) {
                (ImportStage::Preview { .. }, ImportStep::Preview) if sheet.needs_approval() => {
                    let named = NamedCommand::Submit;
                    let enabled = !app.is_writing();
                    widgets::main_button(ui, named, named.text(), enabled, commands);
                }
                (ImportStage::Preview { counts, .. }, ImportStep::Preview) => {
                    directory::apply_button(ui, app, counts, commands);
                }
                (ImportStage::List { .. }, ImportStep::Preview) => {
                    list::apply_button(ui, app, commands);
                }
                (ImportStage::NeedsApproval { .. }, _) => {
                    let named = NamedCommand::Submit;
                    let enabled = !app.is_writing();
                    widgets::main_button(ui, named, named.text(), enabled, commands);
                }
                (_, ImportStep::File | ImportStep::Reading | ImportStep::Columns) => {
                    let next = next_button(ui, sheet, commands);
                    // Before a purpose is chosen, the choice of purposes has the focus.
                    if wants_focus && (sheet.step != ImportStep::File || sheet.purpose.is_some()) {
                        next.request_focus();
                    }
                }
                _ => {}
            }
            if matches!(
                sheet.step,
                ImportStep::Reading | ImportStep::Columns | ImportStep::Preview
            ) {
                let back = widgets::command_button(ui, NamedCommand::PreviousStep, true, commands);
                let has_failed = sheet.step == ImportStep::Preview
                    && matches!(sheet.stage, ImportStage::Failed { .. });
                if wants_focus
                    && (has_failed || sheet.step != ImportStep::Preview && !can_continue(sheet))
                {
                    back.request_focus();
                }
            }
            let is_changing = matches!(sheet.stage, ImportStage::Importing { .. })
                || matches!(app.panel, WhatIfPanel::Applying(_));
            let close = if is_changing {
                NamedCommand::StopChange
            } else {
                NamedCommand::CloseImport
            };
            widgets::command_button(ui, close, true, commands);
        }
        let has_list =
            matches!(sheet.stage, ImportStage::List { .. }) && app.panel.list().is_some();
        if has_list && !app.is_writing() && sheet.step >= ImportStep::Preview {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                widgets::command_button(ui, NamedCommand::SaveResults, true, commands);
                if !is_done {
                    list::script_button(ui, app, commands);
                }
                saved_ui(ui, sheet);
            });
        }
    });
}

/// The outcome of saving a file, in the space between the buttons.
fn saved_ui(ui: &mut Ui, sheet: &ImportSheet) {
    let Some(saved) = &sheet.saved else { return };
    let palette = theme::palette(ui);
    let color = if saved.is_error {
        palette.system.text
    } else {
        palette.secondary
    };
    let text = RichText::new(shown(&saved.text))
        .font(theme::small())
        .color(color);
    ui.add(egui::Label::new(text).truncate())
        .on_hover_text(shown(&saved.text));
}

fn can_continue(sheet: &ImportSheet) -> bool {
    sheet.neighbour(1).is_some_and(|step| sheet.can_go(step))
}

fn next_button(ui: &mut Ui, sheet: &ImportSheet, commands: &mut Vec<Command>) -> egui::Response {
    let can_go = can_continue(sheet);
    let response = widgets::main_button(
        ui,
        NamedCommand::NextStep,
        NamedCommand::NextStep.text(),
        can_go,
        commands,
    );
    if let Some(why) = sheet.why_not_next().filter(|_| !can_go) {
        response
            .ctx
            .accesskit_node_builder(response.id, |node| node.set_description(why));
        response.clone().on_disabled_hover_text(why);
        widgets::secondary(ui, why);
    }
    response
}

/// The hint over the whole window while a file is dragged above it.
pub fn drop_hint_ui(ui: &Ui) {
    if ui.ctx().input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = theme::palette(ui);
    let painter = ui.ctx().layer_painter(egui::LayerId::new(
        egui::Order::Foreground,
        egui::Id::unique("drop hint"),
    ));
    let rect = ui.ctx().content_rect();
    painter.rect_filled(rect, 0.0, palette.window.gamma_multiply(0.9));
    painter.rect_stroke(
        rect.shrink(12.0),
        8.0,
        Stroke::new(2.0, palette.accent),
        egui::StrokeKind::Inside,
    );
    let text = RichText::new("Drop the file to see what it would do");
    let at = pos2(rect.center().x, rect.center().y);
    painter.text(
        at,
        Align2::CENTER_CENTER,
        text.text(),
        theme::strong(theme::LARGE),
        palette.text,
    );
}
