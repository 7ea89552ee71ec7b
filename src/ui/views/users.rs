//! The users: the search box, the filter chips, and the list.

use eframe::egui::{Frame, Margin, Panel as Side, Ui};

use crate::app::{App, Command};
use crate::ui::{empty_state, filter_chips, grid, theme, top_bar};

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
}

pub fn users_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.view {
        Some(_) if app.is_first_start() => empty_state::first_start_ui(ui, app, commands),
        Some(view) if view.is_empty() => empty_state::no_match_ui(ui, app, commands),
        Some(view) => grid::grid_ui(ui, app, view, commands),
        None => {}
    }
}
