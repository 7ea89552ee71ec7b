//! Painting. It takes the state, returns commands and decides nothing.
//!
//! A function whose name ends in `_ui` paints one part of the window. It appends the commands that
//! the operator gives there to `commands`.

mod cells;
mod command_box;
mod details;
mod dialog;
mod dialogs;
mod empty_state;
mod frame_times;
mod grid;
mod help;
mod history;
mod icons;
mod import;
mod keys;
mod operators;
mod plan_sheet;
mod plans;
mod restore;
mod row_list;
mod shortcuts;
mod status;
mod stored_settings;
pub mod theme;
mod top_bar;
mod undo_sheet;
mod virtual_scroll;
mod what_if;
mod widgets;
mod window;

pub use window::{PinDesk, WindowError, open_window};

use eframe::egui::{
    Align, Area, Color32, Frame, Id, Layout, Margin, Order, Panel as Side, Rect, Stroke, Ui,
    UiBuilder, vec2,
};

use crate::app::{App, Command, WhatIfPanel};

/// The window width in points below which the panel covers the list instead of being beside it.
const NARROW: f32 = 1100.0;
const STATUS_HEIGHT: f32 = 30.0;
/// The width of the panel in points, the same for all contents.
const PANEL_WIDTH: f32 = 380.0;

/// Paints the whole window and returns the commands of the operator.
pub fn app_ui(ui: &mut Ui, app: &App) -> Vec<Command> {
    let mut commands = shortcuts::pressed(ui.ctx(), app);
    let palette = theme::palette(ui);
    let bar = |fill, margin: Margin| Frame::new().fill(fill).inner_margin(margin);
    let commands_of = &mut commands;
    let is_narrow = ui.ctx().content_rect().width() < NARROW;
    let chips_height = top_bar::chips_height(ui, app, 20.0);
    Side::top("menu")
        .exact_size(theme::ROW + 4.0)
        .frame(bar(palette.panel, Margin::symmetric(8, 2)))
        .show(ui, |ui| top_bar::menu_ui(ui, app, commands_of));
    Side::top("search")
        .exact_size(44.0)
        .frame(bar(palette.window, Margin::symmetric(8, 4)))
        .show_separator_line(false)
        .show(ui, |ui| {
            top_bar::search_ui(ui, app, commands_of);
        });
    Side::top("chips")
        .exact_size(chips_height)
        .frame(bar(
            palette.window,
            Margin {
                left: 12,
                right: 8,
                top: 3,
                bottom: 3,
            },
        ))
        .show(ui, |ui| top_bar::chips_ui(ui, app, commands_of));
    if let Some(error) = app.notice.as_ref().filter(|notice| notice.is_error) {
        Side::top("error")
            .frame(bar(palette.system.fill, Margin::symmetric(12, 4)))
            .show(ui, |ui| status::error_bar_ui(ui, &error.text, commands_of));
    }
    if let Some(damage) = &app.damage {
        Side::top("damage")
            .frame(bar(palette.system.fill, Margin::symmetric(12, 4)))
            .show(ui, |ui| status::damage_ui(ui, damage, commands_of));
    }
    if let Some(change) = &app.head_change {
        Side::top("head change")
            .frame(bar(palette.system.fill, Margin::symmetric(12, 4)))
            .show(ui, |ui| status::head_change_ui(ui, change, commands_of));
    }
    if let Some(in_use) = app.keys.as_ref().filter(|keys| !keys.is_usable()) {
        Side::top("missing key")
            .frame(bar(palette.panel, Margin::symmetric(12, 4)))
            .show(ui, |ui| keys::missing_key_ui(ui, app, in_use, commands_of));
    }
    let warnings = app.warnings();
    if !warnings.is_empty() {
        Side::top("warnings")
            .frame(bar(palette.panel, Margin::symmetric(12, 4)))
            .show(ui, |ui| {
                for text in &warnings {
                    widgets::note(ui, icons::Icon::Warning, palette.administrator, text);
                }
            });
    }
    // The remaining space is divided by hand. The focus follows the painting order, which must be
    // list, panel, status line; egui's panels would have to be painted from the edges inwards.
    let rest = ui.available_rect_before_wrap();
    let above = rest.with_max_y(rest.bottom() - STATUS_HEIGHT);
    let status = rest.with_min_y(above.bottom());
    let has_something_to_show = !matches!(app.panel, WhatIfPanel::Empty) || app.details.is_some();
    let has_users = app.view.is_some() && !app.is_first_start();
    let has_panel = has_users && !is_narrow;
    let middle = if has_panel {
        above.with_max_x(above.right() - PANEL_WIDTH)
    } else {
        above
    };
    region(
        ui,
        "middle",
        middle,
        palette.window,
        Margin::ZERO,
        |ui| match (&app.store_error, &app.view) {
            (Some(error), _) => {
                empty_state::store_failed_ui(ui, app, error, commands_of);
            }
            (None, None) => empty_state::loading_ui(ui, app, commands_of),
            (None, Some(_)) if app.is_first_start() => {
                empty_state::first_start_ui(ui, app, commands_of);
            }
            (None, Some(view)) if view.is_empty() => empty_state::no_match_ui(ui, app, commands_of),
            (None, Some(view)) => grid::grid_ui(ui, app, view, commands_of),
        },
    );
    if has_panel {
        let rect = above.with_min_x(middle.right());
        region(ui, "panel", rect, palette.panel, Margin::same(12), |ui| {
            panel_ui(ui, app, commands_of);
        });
        ui.painter()
            .vline(rect.left(), rect.y_range(), Stroke::new(1.0, palette.line));
    } else if has_users && has_something_to_show {
        sheet_ui(ui, above, |ui| panel_ui(ui, app, commands_of));
    }
    region(
        ui,
        "status",
        status,
        palette.panel,
        Margin::symmetric(8, 2),
        |ui| status::status_ui(ui, app, commands_of),
    );
    ui.painter().hline(
        status.x_range(),
        status.top(),
        Stroke::new(1.0, palette.line),
    );
    dialogs::dialogs_ui(ui, app, commands_of);
    if let Some(operators) = &app.operators {
        operators::operators_ui(ui, app, operators, commands_of);
    }
    if let Some(sheet) = &app.plan_sheet {
        plan_sheet::plan_sheet_ui(ui, app, sheet, commands_of);
    }
    if let Some(sheet) = &app.undo_sheet {
        undo_sheet::undo_sheet_ui(ui, app, sheet, commands_of);
    }
    if let Some(view) = &app.restore {
        restore::restore_ui(ui, app, view, commands_of);
    }
    if let Some(view) = &app.keys_view {
        keys::keys_ui(ui, app, view, commands_of);
    }
    if let Some(history) = &app.history {
        history::history_ui(ui, app, history, commands_of);
    }
    if let Some(shown) = &app.command_box {
        command_box::command_box_ui(ui, app, shown, commands_of);
    }
    if let Some(plans) = &app.plans {
        plans::plans_ui(ui, app, plans, commands_of);
    }
    if let Some(sheet) = &app.import {
        import::import_ui(ui, app, sheet, commands_of);
    }
    import::drop_hint_ui(ui);
    commands
}

/// A part of the window with its own background.
fn region(
    ui: &mut Ui,
    id: &str,
    rect: Rect,
    fill: Color32,
    margin: Margin,
    contents: impl FnOnce(&mut Ui),
) {
    ui.painter().rect_filled(rect, 0.0, fill);
    let mut inside = ui.new_child(
        UiBuilder::new()
            .id_salt(id)
            .max_rect(rect - margin)
            .layout(Layout::top_down(Align::Min)),
    );
    inside.set_clip_rect(rect.intersect(ui.clip_rect()));
    contents(&mut inside);
}

fn panel_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.details {
        Some(details) => details::details_ui(ui, app, details, commands),
        None => what_if::what_if_ui(ui, app, commands),
    }
}

/// The panel as a sheet over the list, which keeps its size.
fn sheet_ui(ui: &Ui, room: Rect, contents: impl FnOnce(&mut Ui)) {
    let rect = room.with_min_x(room.right() - PANEL_WIDTH);
    let frame = what_if::panel_frame(ui).shadow(ui.visuals().window_shadow);
    let area = Area::new(Id::unique("panel sheet"))
        .order(Order::Middle)
        .fixed_pos(rect.min)
        .constrain(false);
    area.show(ui.ctx(), |ui| {
        frame.show(ui, |ui| {
            let inner = rect.size() - vec2(24.0, 24.0);
            ui.set_min_size(inner);
            ui.set_max_size(inner);
            contents(ui);
        });
    });
}
