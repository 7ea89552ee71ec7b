//! The what-if panel: the preview of a change, and then its result.

mod buttons;
mod counts;
mod drift;
mod line;
mod lines;
mod lock_end;
mod pin_entry;
mod review;

pub use buttons::submit_button;
pub use drift::drift_of;
pub use lines::{HEADING, leave_out_ui};

use eframe::egui::{
    self, Align, Frame, Id, Layout, Margin, Memory, Rect, ScrollArea, Ui, UiBuilder,
    accesskit::Role, style::ScrollAnimation, vec2,
};

use crate::app::{App, Command, MainStep, NamedCommand, PreviewList, WhatIfPanel};
use crate::plan::Action;
use crate::plan::words::{capital, thousands, users};
use crate::store::Applied;
use crate::time_format;
use crate::ui::icons::Icon;
use crate::ui::reason_fields::ReasonFields;
use crate::ui::{theme, widgets};
use buttons::{apply_button, buttons_row, header_ui};
use counts::counts_ui;
use lines::list_ui;
use lock_end::{FIELDS, lock_end_ui, takes_lock_end};
use pin_entry::{entry_height, entry_ui};

/// The accessible name of the panel.
pub const WHAT_IF: &str = "What if";

pub fn what_if_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let region = UiBuilder::new()
        .scope_id(Id::unique("what if"))
        .accessibility_role(Role::Region)
        .accessibility_label(WHAT_IF);
    // Each state has its own IDs, so that a late click cannot reach a control of the next one. The
    // confirmation shares those of the preview, which stays visible behind it.
    let state = match &app.panel {
        WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. } => 0,
        WhatIfPanel::Empty => 1,
        WhatIfPanel::Planning(_) => 2,
        WhatIfPanel::Applying(_) => 3,
        WhatIfPanel::Result { .. } => 4,
        WhatIfPanel::Failed { .. } => 5,
    };
    ui.scope_builder(region, |ui| {
        ui.push_id((state, app.previews()), |ui| {
            at_least(ui, LEAST, |ui| state_ui(ui, app, commands));
        });
    });
}

/// The height in points that the panel needs for its list, fields and buttons.
const LEAST: f32 = 540.0;

/// Paints contents that need a height. In a lower window they scroll.
fn at_least(ui: &mut Ui, height: f32, contents: impl FnOnce(&mut Ui)) {
    if ui.available_height() >= height {
        contents(ui);
        return;
    }
    let size = vec2(ui.available_width(), height);
    ScrollArea::vertical()
        .id_salt("low panel")
        .auto_shrink(false)
        .show(ui, |ui| {
            let layout = Layout::top_down(Align::Min);
            let area = ui.allocate_ui_with_layout(size, layout, contents).response;
            show_focused(ui, area.rect);
        });
}

/// Scrolls to the control in an area that has got the focus since the last frame.
fn show_focused(ui: &Ui, area: Rect) {
    let focused = ui.memory(Memory::focused);
    let last = ui.data_mut(|data| {
        let last: &mut Option<Id> = data.get_temp_mut_or_default(ui.scope_id().with("focus"));
        std::mem::replace(last, focused)
    });
    let control = focused.filter(|_| focused != last);
    let control = control.and_then(|id| ui.ctx().read_response(id));
    if let Some(control) = control.filter(|control| area.contains_rect(control.rect)) {
        ui.scroll_to_rect_animation(control.rect, None, ScrollAnimation::none());
    }
}

fn state_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.panel {
        WhatIfPanel::Empty => {}
        WhatIfPanel::Planning(action) => {
            let before =
                action.map_or_else(String::new, |action| format!("{}: ", Action::label(action)));
            let text = capital(&format!("{before}working out the preview…"));
            header_ui(ui, &text, commands);
        }
        WhatIfPanel::Preview(list) | WhatIfPanel::Confirming { list, .. } => match &list.review {
            Some(review) => review::review_ui(ui, app, list, review, commands),
            None => preview_ui(ui, app, list, commands),
        },
        WhatIfPanel::Applying(list) => {
            header_ui(ui, &format!("{}: applying…", list.plan.label()), commands);
            counts_ui(ui, list, None, commands);
        }
        WhatIfPanel::Result {
            list,
            applied,
            drifted,
        } => {
            let done = format!("{} {}", users(applied.changed.len()), list.plan.done());
            header_ui(ui, &done, commands);
            let palette = theme::palette(ui);
            let when = time_format::date_and_time(applied.at, app.zone());
            let batch = applied.batch.map_or_else(String::new, |batch| {
                format!(" Recorded as batch {}.", batch.0)
            });
            widgets::note(
                ui,
                Icon::Check,
                palette.good,
                &format!("Done at {when}.{batch}"),
            );
            if !drifted.is_empty() {
                let text = format!(
                    "{} had changed since the preview and kept the state they have now.",
                    users(drifted.len())
                );
                widgets::note(ui, Icon::Warning, palette.warning, &text);
            }
            generated_pins_ui(ui, applied, commands);
            let can_be_undone =
                !applied.changed.is_empty() && list.plan.batch_action().is_undoable();
            if let Some(batch) = applied.batch.filter(|_| can_be_undone) {
                let response = ui.button("Undo…").on_hover_text(
                    "Show what undoing this batch would do. Users that have changed since are left out. Nothing changes yet.",
                );
                widgets::name(&response, "Undo this batch");
                if response.clicked() {
                    commands.push(Command::Undo(batch, None));
                }
            }
            counts_ui(ui, list, Some((applied.changed.len(), "changed")), commands);
            list_ui(ui, app, list, 0.0, false, commands);
        }
        WhatIfPanel::Failed { text, list } => {
            header_ui(ui, "Nothing was changed", commands);
            let palette = theme::palette(ui);
            widgets::note(ui, Icon::Warning, palette.system, text);
            if let Some(list) = list {
                counts_ui(ui, list, None, commands);
                list_ui(ui, app, list, 0.0, false, commands);
            }
        }
    }
}

/// The note about generated PINs. The lines below show them, and PinDesk stores them nowhere.
fn generated_pins_ui(ui: &mut Ui, applied: &Applied, commands: &mut Vec<Command>) {
    if applied.pins.is_empty() {
        return;
    }
    let text = "The new PINs are shown here and only now: PinDesk keeps none of them. Hand them on before you close this.";
    widgets::note(ui, Icon::Warning, theme::palette(ui).warning, text);
    ui.horizontal(|ui| {
        widgets::command_button(ui, NamedCommand::CopyPins, true, commands);
        widgets::command_button(ui, NamedCommand::SaveSlips, true, commands);
    });
}

fn preview_ui(ui: &mut Ui, app: &App, list: &PreviewList, commands: &mut Vec<Command>) {
    const FOOTER: f32 = ReasonFields::HEIGHT + theme::MAIN_BUTTON + 3.0 * theme::GAP_S;
    const COMMAND: f32 = theme::CONTROL + theme::GAP_S;
    let plan = &list.plan;
    // A preview without changes has no PowerShell line.
    let mut footer_height = if list.counts.will_change == 0 {
        FOOTER
    } else {
        FOOTER + COMMAND
    };
    let notes = notes(list);
    if takes_lock_end(list) {
        footer_height += FIELDS + theme::GAP_S;
    }
    footer_height += entry_height(ui, app, list);
    for (_, text) in &notes {
        footer_height += widgets::note_height(ui, text) + theme::GAP_S;
    }
    let counts = list.counts;
    header_ui(ui, &plan.title(counts.will_change), commands);
    counts_ui(ui, list, None, commands);
    if plan.items.len() > SEARCHED_FROM {
        search_ui(ui, list, commands);
    }
    list_ui(ui, app, list, footer_height, true, commands);
    powershell_ui(ui, list, commands);
    if takes_lock_end(list) {
        lock_end_ui(ui, app, list, commands);
    }
    entry_ui(ui, app, list, commands);
    let fields = ReasonFields {
        ids: ("reason", "ticket"),
        hint: "Why",
        ticket_width: 116.0,
        list: Some(list),
    };
    fields.show(ui, app, commands);
    let palette = theme::palette(ui);
    for (note, text) in &notes {
        let (icon, tone) = match note {
            NoteKind::Refusal => (Icon::Warning, palette.system),
            NoteKind::Warning => (Icon::Warning, palette.warning),
            NoteKind::Approval => (Icon::Shield, palette.warning),
        };
        widgets::note(ui, icon, tone, text);
    }
    ui.push_id(list.main_step(), |ui| {
        buttons_row(ui, |ui| match list.main_step() {
            MainStep::Submit => submit_button(ui, app, list, true, commands),
            _ => {
                if apply_button(ui, app, list, commands) {
                    submit_button(ui, app, list, false, commands);
                }
            }
        });
    });
}

/// The number of users from which on a preview has a search.
const SEARCHED_FROM: usize = 10;

/// The search of the users of a preview.
fn search_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Search the preview";
        let width = ui.available_width() - 120.0;
        let (_, text) = widgets::field(ui, "search preview", hint, hint, &list.search, width);
        commands.extend(text.map(|text| Command::SearchPreview(list.verdict, text)));
        let (listed, all) = (list.len(), list.plan.items.len());
        widgets::secondary(ui, &format!("{} of {}", thousands(listed), thousands(all)));
    });
}

/// The kind of a note above the buttons.
enum NoteKind {
    Refusal,
    Warning,
    Approval,
}

/// The notes above the buttons: a refusal of the store, warnings of a pipeline, and the need for
/// approval.
fn notes(list: &PreviewList) -> Vec<(NoteKind, String)> {
    let refused = list.refused.clone().map(|text| (NoteKind::Refusal, text));
    let warnings = list
        .warnings
        .iter()
        .map(|text| (NoteKind::Warning, text.clone()));
    refused
        .into_iter()
        .chain(warnings)
        .chain(list.why_approval().map(|text| (NoteKind::Approval, text)))
        .collect()
}

/// The changes as PowerShell: one line for a few users, or a script for any number.
fn powershell_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    match &list.one_line {
        Some(line) => widgets::command_line(ui, line, commands),
        None if list.counts.will_change > 0 && list.plan.has_script() => {
            ui.allocate_ui_with_layout(
                vec2(ui.available_width(), theme::CONTROL),
                Layout::left_to_right(Align::Center),
                |ui| {
                    let response = ui.add(egui::Button::new("Save as PowerShell script…"));
                    widgets::name(&response, NamedCommand::SaveScript.text());
                    if response
                        .on_hover_text(NamedCommand::SaveScript.tooltip())
                        .clicked()
                    {
                        commands.push(Command::Do(NamedCommand::SaveScript));
                    }
                },
            );
        }
        None => {}
    }
}

/// The frame of the panel, with its fill and margin.
pub fn panel_frame(ui: &Ui) -> Frame {
    Frame::new()
        .fill(theme::palette(ui).panel)
        .inner_margin(Margin::same(12))
}
