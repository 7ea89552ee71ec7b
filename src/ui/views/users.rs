//! The users: the search box, the filter chips, and the list.

use eframe::egui::{Align, Frame, Layout, Margin, Panel as Side, Ui};

use crate::app::{App, Command, NamedCommand};
use crate::directory::Among;
use crate::domain::text::shown;
use crate::plan::words::users;
use crate::ui::{empty_state, filter_chips, filter_line, grid, theme, top_bar, widgets};

/// The search box and the chips above the list.
pub fn bars_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let bar = |margin: Margin| Frame::new().fill(palette.window).inner_margin(margin);
    let chips_height = filter_chips::chips_height(ui, app, 20.0);
    Side::top("search")
        .exact_size(44.0)
        .frame(bar(Margin::symmetric(8, 4)))
        .show_separator_line(false)
        .show(ui, |ui| top_bar::search_ui(ui, app, commands));
    let margin = Margin {
        left: 12,
        right: 8,
        top: 3,
        bottom: 3,
    };
    Side::top("chips")
        .exact_size(chips_height)
        .frame(bar(margin))
        .show(ui, |ui| filter_chips::chips_ui(ui, app, commands));
    if let Some(line) = &app.filter_line {
        Side::top("filter")
            .exact_size(filter_line::height(ui, app))
            .frame(bar(margin))
            .show(ui, |ui| {
                filter_line::filter_line_ui(ui, app, line, commands);
            });
    }
    if let Some(among) = &app.query.among {
        let frame = Frame::new()
            .fill(palette.selected)
            .inner_margin(Margin::symmetric(12, 4));
        Side::top("among")
            .exact_size(theme::CONTROL + 8.0)
            .frame(frame)
            .show(ui, |ui| among_ui(ui, among, commands));
    }
}

/// The line that says why only particular users are listed, with the way back to all.
fn among_ui(ui: &mut Ui, among: &Among, commands: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        widgets::command_button(ui, NamedCommand::ShowEverybody, true, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let text = format!("Only {}: {}", users(among.len()), among.title);
            ui.label(shown(&text));
        });
    });
}

pub fn users_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.view {
        Some(_) if app.is_first_start() => empty_state::first_start_ui(ui, app, commands),
        Some(view) if view.is_empty() => empty_state::no_match_ui(ui, app, commands),
        Some(view) => grid::grid_ui(ui, app, view, commands),
        None => {}
    }
}
