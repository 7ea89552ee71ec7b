//! Dialogs over the window: the one question before a change, the shortcuts, and About.

use eframe::egui::{
    self, Align, Frame, Grid, Id, Label, Layout, Margin, Modal, RichText, Stroke, Ui, UiBuilder,
    accesskit::Role, vec2,
};

use super::icons::Icon;
use super::{theme, widgets};
use strum::VariantArray as _;

use crate::app::{App, Command, FocusWish, NamedCommand, PreviewList, WhatIfPanel};
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};

pub fn dialogs_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    if let WhatIfPanel::Confirming { list, typed } = &app.panel {
        confirm_ui(ui, app, list, typed, commands);
    }
    if app.shows_shortcuts {
        shortcuts_ui(ui, commands);
    }
    if app.shows_about {
        about_ui(ui, app, commands);
    }
}

/// A dialog of a width, with its name for assistive technology.
pub fn dialog<R>(
    ui: &Ui,
    id: &str,
    name: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let palette = theme::palette(ui);
    let frame = Frame::new()
        .fill(palette.window)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(8.0)
        .shadow(ui.visuals().window_shadow)
        .inner_margin(Margin::same(20));
    let region = UiBuilder::new()
        .scope_id(Id::unique((id, "dialog")))
        .accessibility_role(Role::Dialog)
        .accessibility_label(name);
    Modal::new(Id::unique(id))
        .frame(frame)
        .show(ui.ctx(), |ui| {
            ui.scope_builder(region, |ui| {
                ui.set_width(width);
                contents(ui)
            })
            .inner
        })
        .inner
}

/// The buttons at the foot of a dialog, from the right. They are as high as themselves: with all the room that is left, a
/// dialog would stay as high as it once was.
pub fn foot(ui: &mut Ui, height: f32, buttons: impl FnOnce(&mut Ui)) {
    let row = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), buttons);
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
        }
        // Those of a submitted plan are part of it.
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
            if app.wishes.focus == Some(FocusWish::Typed) {
                response.request_focus();
            }
            commands.extend(text.map(Command::SetTyped));
            if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                if app.panel.is_confirmable() {
                    commands.push(Command::Do(NamedCommand::Confirm));
                } else {
                    response.request_focus();
                }
            }
        }
        ui.add_space(theme::GAP_S);
        foot(ui, theme::MAIN_BUTTON, |ui| {
            let text = &list.apply_words;
            let response = widgets::confirm_button(
                ui,
                NamedCommand::Confirm,
                text,
                app.panel.is_confirmable(),
                commands,
            );
            if app.wishes.focus == Some(FocusWish::Confirm) {
                response.request_focus();
            }
            widgets::command_button(ui, NamedCommand::BackToPreview, true, commands);
        });
    });
}

fn shortcuts_ui(ui: &Ui, commands: &mut Vec<Command>) {
    dialog(
        ui,
        "shortcuts",
        NamedCommand::Shortcuts.text(),
        420.0,
        |ui| {
            widgets::title(ui, NamedCommand::Shortcuts.text());
            let named = NamedCommand::VARIANTS.iter().copied().filter_map(|named| {
                named
                    .shortcut()
                    .map(|shortcut| (named.text(), shortcut.to_string()))
            });
            let others = [
                (
                    "Move the cursor in the list",
                    "↑ ↓ Page Up Page Down Home End",
                ),
                (
                    "Select from here to there",
                    "Shift + those keys, or Shift + click",
                ),
                (
                    "Move the cursor and keep the selection",
                    "Ctrl + those keys, then Space",
                ),
                (
                    "Select one more, or one less",
                    "Ctrl + click, or a click on the box",
                ),
                (
                    "Larger, smaller, normal size",
                    "Ctrl+Plus, Ctrl+Minus, Ctrl+0",
                ),
            ];
            let all: Vec<(String, String)> = named
                .map(|(text, keys)| (text.to_owned(), keys))
                .chain(others.map(|(text, keys)| (text.to_owned(), keys.to_owned())))
                .collect();
            Grid::new("shortcuts grid")
                .num_columns(2)
                .spacing([theme::GAP_XL, 6.0])
                .show(ui, |ui| {
                    for (text, keys) in all {
                        ui.label(text);
                        ui.label(RichText::new(keys).font(theme::strong(theme::SMALL)));
                        ui.end_row();
                    }
                });
            close_button(ui, commands);
        },
    );
}

fn about_ui(ui: &Ui, app: &App, commands: &mut Vec<Command>) {
    dialog(ui, "about", NamedCommand::About.text(), 420.0, |ui| {
        widgets::title(ui, &format!("PinDesk {}", env!("CARGO_PKG_VERSION")));
        ui.label(
            "Finds users, shows whose PIN is locked, and locks or unlocks PINs with a preview before anything changes.",
        );
        let store = app.store().display().to_string();
        for (label, text) in [
            ("Store", store.as_str()),
            ("Renderer", &app.renderer),
            ("Licence", "MIT or Apache-2.0"),
        ] {
            ui.horizontal_top(|ui| {
                let name = ui.label(RichText::new(label).font(theme::strong(theme::SMALL)));
                ui.add_space((70.0 - name.rect.width()).max(0.0));
                ui.add(Label::new(RichText::new(text).font(theme::small())).wrap());
            });
        }
        close_button(ui, commands);
    });
}

fn close_button(ui: &mut Ui, commands: &mut Vec<Command>) {
    ui.add_space(theme::GAP_S);
    foot(ui, theme::CONTROL, |ui| {
        widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
    });
}
