//! The message and the next step in the middle of the window when there is no list to show.

use eframe::egui::{self, Layout, RichText, Ui, vec2};

use super::icons;
use super::icons::Icon;
use super::{keys, theme, widgets};
use crate::app::{App, Command, FocusTarget, NamedCommand};
use crate::domain::filter::Filter;
use crate::store::StoreError;

/// The first start: the store has no users yet.
pub fn first_start_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    centered(ui, 290.0, |ui| {
        headline(ui, "No users yet");
        paragraph(
            ui,
            "PinDesk works on a list of users and the state of their PINs. Export both in PowerShell, then import them here, \
             or drop the files on this window:",
        );
        for line in [
            "Get-CsUser | Export-Csv users.csv -Encoding UTF8",
            "Get-CsUser | Get-CsClientPinInfo | Export-Csv pins.csv -Encoding UTF8",
        ] {
            let label = egui::Label::new(
                RichText::new(line)
                    .monospace()
                    .color(theme::palette(ui).text),
            );
            ui.add(label.selectable(true));
        }
        ui.add_space(theme::GAP_M);
        // The row is as wide as its two buttons, which centres them.
        const IMPORT: &str = "Import users…";
        let width = |text: &str, font: egui::FontId| {
            let text =
                ui.painter()
                    .layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER);
            text.size().x + 2.0 * ui.spacing().button_padding.x
        };
        let both = width(IMPORT, theme::strong(theme::BODY))
            + theme::GAP_S
            + width(NamedCommand::OpenSample.text(), theme::body());
        ui.allocate_ui_with_layout(
            vec2(both, theme::MAIN_BUTTON),
            Layout::left_to_right(egui::Align::Center),
            |ui| {
                let import = widgets::main_button(ui, NamedCommand::Import, IMPORT, true, commands);
                if app.next_frame.focus == Some(FocusTarget::Grid) {
                    import.request_focus();
                }
                let sample = egui::Button::new(NamedCommand::OpenSample.text())
                    .min_size(vec2(0.0, theme::MAIN_BUTTON));
                if ui
                    .add(sample)
                    .on_hover_text(NamedCommand::OpenSample.tooltip())
                    .clicked()
                {
                    commands.push(Command::Do(NamedCommand::OpenSample));
                }
            },
        );
        ui.add_space(theme::GAP_M);
        keys::first_key_ui(ui, app, commands);
    });
}

/// The store cannot be opened: the error, the path, and the possible next steps.
pub fn store_failed_ui(ui: &mut Ui, app: &App, error: &StoreError, commands: &mut Vec<Command>) {
    centered(ui, 190.0, |ui| {
        let palette = theme::palette(ui);
        icons::show(ui, Icon::Warning, 28.0, palette.system.text);
        headline(ui, "The store cannot be used");
        paragraph(ui, &error.to_string());
        ui.add_space(theme::GAP_S);
        let button = egui::Button::new("Try again").min_size(vec2(120.0, theme::MAIN_BUTTON));
        if ui.add(button).clicked() {
            commands.push(Command::Do(NamedCommand::Refresh));
        }
        if matches!(error, StoreError::NotUpgraded { .. }) {
            widgets::command_button(ui, NamedCommand::AskAboutHistory, true, commands);
        }
        if is_for_backup(error) {
            widgets::command_button(ui, NamedCommand::OpenRestore, true, commands);
        }
        let another = if app.is_sample() {
            NamedCommand::LeaveSample
        } else {
            NamedCommand::OpenStore
        };
        widgets::command_button(ui, another, true, commands);
        if matches!(error, StoreError::EmptyFile { .. }) {
            ui.add_space(theme::GAP_L);
            keys::new_store_key_ui(ui, app, commands);
            widgets::command_button(ui, NamedCommand::MakeStore, true, commands);
        }
    });
}

/// Whether a backup helps with an error of the store.
fn is_for_backup(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Damaged { .. }
            | StoreError::NotADatabase { .. }
            | StoreError::EmptyFile { .. }
            | StoreError::NoStore { .. }
            | StoreError::NotUpgraded { .. }
    )
}

pub fn loading_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    centered(ui, 60.0, |ui| {
        let waits = app.waits_to_open();
        let text = if waits {
            "Waiting for another program that writes to the store…"
        } else if app.loaded_so_far == 0 {
            "Opening the store…"
        } else {
            "Loading the users…"
        };
        ui.label(
            RichText::new(text)
                .font(theme::strong(theme::TITLE))
                .color(theme::palette(ui).secondary),
        );
        if waits {
            ui.add_space(theme::GAP_S);
            widgets::command_button(ui, NamedCommand::CancelWait, true, commands);
        }
    });
}

/// No user matches the search and the filter.
pub fn no_match_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    centered(ui, 130.0, |ui| {
        headline(ui, "Nobody matches");
        let text = app.query.text.trim();
        let parts = app.filter_parts();
        let chips = [parts.filter, parts.also].into_iter();
        let mut filters: Vec<String> = chips
            .filter(|filter| *filter != Filter::All)
            .map(Filter::label)
            .collect();
        filters.extend(Some(parts.condition).filter(|condition| !condition.is_empty()));
        let filter = filters.join("” and “");
        paragraph(
            ui,
            &match (text.is_empty(), filter.as_str()) {
                (false, "") if text.contains('*') => {
                    format!("No display name matches “{text}”.")
                }
                (false, filter) if text.contains('*') => {
                    format!(
                        "Nobody whose display name matches “{text}” passes the filter “{filter}”."
                    )
                }
                (false, "") => format!("No user has “{text}” in any of the five names."),
                (false, filter) => {
                    format!("No user with “{text}” in a name passes the filter “{filter}”.")
                }
                (true, "") => "None of these users is in the store any more.".to_owned(),
                (true, filter) => format!("No user passes the filter “{filter}”."),
            },
        );
        ui.add_space(theme::GAP_S);
        let mut wanted = app.next_frame.focus == Some(FocusTarget::Grid);
        let mut button = |ui: &mut Ui, text: &str| {
            let response = ui.button(text);
            if std::mem::take(&mut wanted) {
                response.request_focus();
            }
            response.clicked()
        };
        if !text.is_empty() {
            // This name differs from that of the button in the search box, because assistive
            // technology cannot tell two controls with one name apart.
            if button(ui, "Search for everybody") {
                commands.push(Command::Do(NamedCommand::ClearSearch));
            }
        }
        // The button of the line has the name of its command.
        if !filter.is_empty() && button(ui, "Remove the filter") {
            commands.push(Command::Do(NamedCommand::RemoveFilter));
        }
        if app.query.among.is_some() && button(ui, "List all users") {
            commands.push(Command::Do(NamedCommand::ShowEverybody));
        }
    });
}

pub fn centered(ui: &mut Ui, height: f32, contents: impl FnOnce(&mut Ui)) {
    let above = (ui.available_height() - height).max(0.0) * 0.4;
    ui.add_space(above);
    ui.vertical_centered(|ui| {
        ui.set_max_width(560.0);
        contents(ui);
    });
}

pub fn headline(ui: &mut Ui, text: &str) {
    ui.label(
        RichText::new(text)
            .font(theme::strong(theme::LARGE))
            .color(theme::palette(ui).text),
    );
}

pub fn paragraph(ui: &mut Ui, text: &str) {
    let color = theme::palette(ui).secondary;
    ui.add(egui::Label::new(RichText::new(text).color(color)).wrap());
}
