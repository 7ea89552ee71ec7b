//! Painting. Takes the state, returns commands, decides nothing.

mod details;
mod dialogs;
mod grid;
mod icons;
mod import;
mod keys;
pub mod look;
mod start;
mod status;
mod top;
mod what_if;
mod widgets;
mod window;

pub use window::{PinDesk, WindowError, open_window};

use eframe::egui::{Area, CentralPanel, Frame, Id, Margin, Order, Panel as Side, Rect, Stroke, Ui, vec2};

use crate::app::{App, Command, Panel};

/// Below this width the panel at the right lies over the list rather than beside it.
const NARROW: f32 = 1100.0;
/// The panel keeps its width, whatever it shows.
const PANEL_WIDTH: f32 = 380.0;

/// Paints the whole window and says what was asked for.
pub fn app_ui(ui: &mut Ui, app: &App) -> Vec<Command> {
    let mut commands = keys::pressed(ui.ctx(), app);
    let palette = look::palette(ui);
    let bar = |fill, margin: Margin| Frame::new().fill(fill).inner_margin(margin);
    let commands_of = &mut commands;
    let is_narrow = ui.ctx().content_rect().width() < NARROW;
    let chips_height = top::chips_height(ui, app, 20.0);
    Side::top("menu")
        .exact_size(look::ROW + 4.0)
        .frame(bar(palette.panel, Margin::symmetric(8, 2)))
        .show(ui, |ui| top::menu_ui(ui, app, commands_of));
    Side::top("search")
        .exact_size(44.0)
        .frame(bar(palette.window, Margin::symmetric(8, 4)))
        .show_separator_line(false)
        .show(ui, |ui| {
            top::search_ui(ui, app, commands_of);
        });
    Side::top("chips")
        .exact_size(chips_height)
        .frame(bar(palette.window, Margin { left: 12, right: 8, top: 3, bottom: 3 }))
        .show(ui, |ui| top::chips_ui(ui, app, commands_of));
    Side::bottom("status")
        .exact_size(30.0)
        .frame(bar(palette.panel, Margin::symmetric(8, 2)))
        .show(ui, |ui| status::status_ui(ui, app, commands_of));
    if let Some(error) = app.notice.as_ref().filter(|notice| notice.is_error) {
        Side::top("error")
            .frame(bar(palette.system.fill, Margin::symmetric(12, 4)))
            .show(ui, |ui| status::error_bar_ui(ui, &error.text, commands_of));
    }
    let has_something_to_show = !matches!(app.panel, Panel::Empty) || app.details.is_some();
    let has_users = app.view.is_some() && !app.is_first_start();
    if has_users && !is_narrow {
        let panel = Side::right("panel").exact_size(PANEL_WIDTH).resizable(false).frame(what_if::panel_frame(ui));
        panel.show(ui, |ui| panel_ui(ui, app, commands_of));
    }
    let room = ui.available_rect_before_wrap();
    let middle = Frame::new().fill(palette.window).stroke(Stroke::NONE).inner_margin(Margin::ZERO);
    CentralPanel::default().frame(middle).show(ui, |ui| match (&app.store_error, &app.view) {
        (Some(error), _) => start::store_failed_ui(ui, error, app.is_sample(), commands_of),
        (None, None) => start::loading_ui(ui, app),
        (None, Some(_)) if app.is_first_start() => start::first_start_ui(ui, commands_of),
        (None, Some(view)) if view.is_empty() => start::nobody_ui(ui, app, commands_of),
        (None, Some(view)) => grid::grid_ui(ui, app, view, commands_of),
    });
    if has_users && is_narrow && has_something_to_show {
        sheet_ui(ui, room, |ui| panel_ui(ui, app, commands_of));
    }
    dialogs::dialogs_ui(ui, app, commands_of);
    if let Some(sheet) = &app.import {
        import::import_ui(ui, app, sheet, commands_of);
    }
    import::drop_hint_ui(ui);
    commands
}

fn panel_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.details {
        Some(details) => details::details_ui(ui, app, details, commands),
        None => what_if::what_if_ui(ui, app, commands),
    }
}

/// The panel as a sheet over the list, which stays where it is.
fn sheet_ui(ui: &Ui, room: Rect, contents: impl FnOnce(&mut Ui)) {
    let rect = room.with_min_x(room.right() - PANEL_WIDTH);
    let frame = what_if::panel_frame(ui).shadow(ui.visuals().window_shadow);
    let area = Area::new(Id::unique("panel sheet")).order(Order::Middle).fixed_pos(rect.min).constrain(false);
    area.show(ui.ctx(), |ui| {
        frame.show(ui, |ui| {
            let inner = rect.size() - vec2(24.0, 24.0);
            ui.set_min_size(inner);
            ui.set_max_size(inner);
            contents(ui);
        });
    });
}
