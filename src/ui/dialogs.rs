//! Dialogs over the window that ask a question.

use eframe::egui::{self, Label, RichText, Ui};

use super::dialog::{button_row, dialog};
use super::help::help_ui;
use super::icons::Icon;
use super::{theme, widgets};
use crate::app::{
    App, Command, FocusTarget, LeavingFile, LockEnd, NamedCommand, PreviewList, WhatIfPanel,
};
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};
use crate::time_format;
use crate::worker::ClockJump;

/// The dialogs that lie over the window.
pub fn dialogs_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    if let WhatIfPanel::Confirming { list, typed } = &app.panel {
        confirm_ui(ui, app, list, typed, commands);
    }
    if let Some(leaving) = &app.leaving_file {
        leaving_ui(ui, app, leaving, commands);
    }
    if app.giving_up_pins.is_some() {
        pins_ui(ui, app, commands);
    }
    if let Some(jump) = &app.clock_question {
        clock_ui(ui, app, jump, commands);
    }
    if app.asks_about_history
        && let Some(change) = app.changed_history()
    {
        history_ui(ui, app, &change, commands);
    }
    if let Some(help) = app.help {
        help_ui(ui, app, help, commands);
    }
}

fn confirm_ui(ui: &Ui, app: &App, list: &PreviewList, typed: &str, commands: &mut Vec<Command>) {
    let plan = &list.plan;
    let count = list.counts.will_change;
    let question = &list.question;
    let name = format!("{} {question}", NamedCommand::Confirm.text());
    dialog(ui, "confirm", &name, 420.0, |ui| {
        let palette = theme::palette(ui);
        ui.label(RichText::new(question.as_str()).font(theme::strong(theme::LARGE)));
        ui.add_space(theme::GAP_XS);
        ui.add(Label::new(RichText::new(shown(&plan.first_names(count)))).wrap());
        let others = list.cautions;
        if others > 0 {
            let text = format!(
                "{} locked on purpose by another administrator.",
                if others == 1 {
                    "One of them was".to_owned()
                } else {
                    format!("{} of them were", thousands(others))
                }
            );
            widgets::note(ui, Icon::Warning, palette.administrator, &text);
            cautions_ui(ui, list, commands);
        }
        // A submitted plan has its own reason and ticket.
        let given = if list.review.is_some() {
            (&plan.reason, &plan.ticket)
        } else {
            (&app.reason, &app.ticket)
        };
        let (reason, ticket) = (given.0.trim(), given.1.trim());
        let reason = if reason.is_empty() {
            "none given"
        } else {
            reason
        };
        let ticket = if ticket.is_empty() { "none" } else { ticket };
        widgets::secondary(
            ui,
            &format!("Reason: {}. Ticket: {}.", shown(reason), shown(ticket)),
        );
        if let Some(end) = list.lock_end.as_ref().and_then(LockEnd::at) {
            let end = time_format::date_and_time(end, app.zone());
            widgets::secondary(ui, &format!("Ends by itself on {end}."));
        }
        if list.own_reasons > 0 {
            let rows = format!(
                "{} {}",
                thousands(list.own_reasons),
                plural(list.own_reasons, "row says", "rows say")
            );
            widgets::secondary(
                ui,
                &format!("{rows} another reason or ticket in the file: there that one is kept."),
            );
        }
        if list.must_type_number() {
            ui.add_space(theme::GAP_XS);
            let label = format!("Type the number of users, {}, to confirm", thousands(count));
            let (response, text) =
                widgets::named_field(ui, "typed number", &label, "", typed, 420.0);
            if app.next_frame.focus == Some(FocusTarget::TypedNumber) {
                response.request_focus();
            }
            commands.extend(text.map(Command::SetTypedNumber));
            if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                if app.panel.is_confirmable() {
                    commands.push(Command::Do(NamedCommand::Confirm));
                } else {
                    response.request_focus();
                }
            }
        }
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::MAIN_BUTTON, |ui| {
            let text = &list.apply_words;
            // A red button for each unlock of one person would warn of nothing.
            let button = if list.must_type_number() || list.cautions > 0 {
                widgets::confirm_button
            } else {
                widgets::main_button
            };
            let is_enabled = app.panel.is_confirmable();
            let response = button(ui, NamedCommand::Confirm, text, is_enabled, commands);
            if app.next_frame.focus == Some(FocusTarget::Confirm) {
                response.request_focus();
            }
            let back = widgets::command_button(ui, NamedCommand::BackToPreview, true, commands);
            if app.next_frame.focus == Some(FocusTarget::BackToPreview) {
                back.request_focus();
            }
        });
    });
}

/// The users whom another administrator has locked on purpose, each with the whole reason, and the
/// button that leaves them out.
fn cautions_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    for text in &list.first_cautions {
        ui.add(Label::new(RichText::new(shown(text)).font(theme::small())).wrap());
    }
    let more = list.cautions.saturating_sub(list.first_cautions.len());
    if more > 0 {
        let text = format!(
            "And {} more, which are first in the preview.",
            thousands(more)
        );
        widgets::secondary(ui, &text);
    }
    if list.review.is_none() {
        widgets::command_button(ui, NamedCommand::LeaveOutCautious, true, commands);
    }
}

fn leaving_ui(ui: &Ui, app: &App, leaving: &LeavingFile, commands: &mut Vec<Command>) {
    const QUESTION: &str = "Leave this file?";
    dialog(ui, "leaving file", QUESTION, 420.0, |ui| {
        ui.label(RichText::new(QUESTION).font(theme::strong(theme::LARGE)));
        ui.add_space(theme::GAP_XS);
        if let Some(sheet) = &app.import {
            ui.add(Label::new(shown(&sheet.title())).wrap());
        }
        ui.add(Label::new(leaving.lost.as_str()).wrap());
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::CONTROL, |ui| {
            let stay = widgets::command_button(ui, NamedCommand::StayWithFile, true, commands);
            if app.next_frame.focus == Some(FocusTarget::LeavingFile) {
                stay.request_focus();
            }
            widgets::command_button(ui, NamedCommand::LeaveFile, true, commands);
        });
    });
}

fn pins_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    const QUESTION: &str = "Give up the new PINs?";
    dialog(ui, "new pins", QUESTION, 420.0, |ui| {
        ui.label(RichText::new(QUESTION).font(theme::strong(theme::LARGE)));
        ui.add_space(theme::GAP_XS);
        let count = app.pins_at_stake();
        let pins = plural(count, "new PIN is", "new PINs are");
        let text = format!(
            "{} {pins} shown in the result and nowhere else. Nobody has copied them.",
            thousands(count)
        );
        ui.add(Label::new(text).wrap());
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::CONTROL, |ui| {
            let keep = widgets::command_button(ui, NamedCommand::KeepPins, true, commands);
            if app.next_frame.focus == Some(FocusTarget::PinsQuestion) {
                keep.request_focus();
            }
            widgets::command_button(ui, NamedCommand::GiveUpPins, true, commands);
        });
    });
}

fn clock_ui(ui: &Ui, app: &App, jump: &ClockJump, commands: &mut Vec<Command>) {
    const QUESTION: &str = "Is the clock of this computer right?";
    dialog(ui, "clock", QUESTION, 420.0, |ui| {
        ui.label(RichText::new(QUESTION).font(theme::strong(theme::LARGE)));
        ui.add_space(theme::GAP_XS);
        ui.add(Label::new(app.clock_question_text(jump)).wrap());
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::CONTROL, |ui| {
            let accept = widgets::command_button(ui, NamedCommand::AcceptClock, true, commands);
            if app.next_frame.focus == Some(FocusTarget::ClockQuestion) {
                accept.request_focus();
            }
            widgets::command_button(ui, NamedCommand::RejectClock, true, commands);
        });
    });
}

fn history_ui(ui: &Ui, app: &App, change: &str, commands: &mut Vec<Command>) {
    const QUESTION: &str = "Go on with this history?";
    dialog(ui, "head change", QUESTION, 420.0, |ui| {
        ui.label(RichText::new(QUESTION).font(theme::strong(theme::LARGE)));
        ui.add_space(theme::GAP_XS);
        ui.add(Label::new(change).wrap());
        ui.add(
            Label::new(
                "Accept it only if you know the reason. Otherwise keep a copy of the file, ask those who can write to it, and restore a backup.",
            )
            .wrap(),
        );
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::CONTROL, |ui| {
            widgets::command_button(ui, NamedCommand::AcceptHistory, true, commands);
            let reject = widgets::command_button(ui, NamedCommand::RejectHistory, true, commands);
            if app.next_frame.focus == Some(FocusTarget::HistoryQuestion) {
                reject.request_focus();
            }
        });
    });
}
