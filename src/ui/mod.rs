//! Painting. It takes the state, returns commands and decides nothing.
//!
//! A function whose name ends in `_ui` paints one part of the window. It appends the commands that
//! the operator gives there to `commands`.

mod alt_key;
mod bars;
mod cells;
mod change_sheet;
mod command_box;
mod context_menu;
mod details;
mod dialog;
mod dialogs;
mod empty_state;
mod event_order;
mod file_dialogs;
mod filter_chips;
mod filter_line;
mod frame_times;
mod grid;
mod help;
mod icons;
mod keys;
mod off_screen;
mod palette;
mod pipeline_field;
mod rail;
mod reason_fields;
mod restore;
mod row_list;
mod shortcuts;
mod status;
mod stored_settings;
pub mod theme;
mod top_bar;
mod views;
mod virtual_scroll;
mod what_if;
mod widgets;
mod window;

pub use window::{PinDesk, Start, WindowError, open_window};

use eframe::egui::{Align, Context, Frame, Layout, Margin, Panel as Side, Stroke, Ui, UiBuilder};

use crate::app::{App, Command};

/// The window width in points below which the panel covers the view instead of being beside it, and
/// the rail shows icons only.
const NARROW: f32 = 1100.0;
const STATUS_HEIGHT: f32 = 30.0;

/// Whether the window is narrow.
fn is_narrow(ctx: &Context) -> bool {
    ctx.content_rect().width() < NARROW
}

/// Paints the whole window and returns the commands of the operator.
pub fn app_ui(ui: &mut Ui, app: &App) -> Vec<Command> {
    let mut commands = shortcuts::pressed(ui.ctx(), app);
    let commands_of = &mut commands;
    // Each opened store has its own IDs, so that no scroll position of one reaches another.
    let of_store = UiBuilder::new().id_salt(("store", app.openings()));
    ui.scope_builder(of_store, |ui| window_ui(ui, app, commands_of));
    commands
}

fn window_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let is_narrow = app.is_narrow;
    let frame = Frame::new()
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(8, 2));
    Side::top("menu")
        .exact_size(theme::ROW + 4.0)
        .frame(frame)
        .show(ui, |ui| top_bar::menu_ui(ui, app, commands));
    // The remaining space is divided by hand. The focus follows the painting order, which must be
    // rail, view, panel, status line; egui's panels would have to be painted from the edges inwards.
    let rest = ui.available_rect_before_wrap();
    let above = rest.with_max_y(rest.bottom() - STATUS_HEIGHT);
    let status = rest.with_min_y(above.bottom());
    let rail = above.with_max_x(above.left() + rail::width(is_narrow));
    let line = Stroke::new(1.0, palette.line);
    views::region(ui, "rail", rail, palette.panel, Margin::ZERO, |ui| {
        rail::rail_ui(ui, app, is_narrow, commands);
    });
    let room = above.with_min_x(rail.right());
    let layout = Layout::top_down(Align::Min);
    let mut inside = ui.new_child(
        UiBuilder::new()
            .id_salt(app.shown_view())
            .max_rect(room)
            .layout(layout),
    );
    inside.set_clip_rect(room.intersect(ui.clip_rect()));
    views::view_ui(&mut inside, app, is_narrow, commands);
    ui.painter().vline(rail.right(), rail.y_range(), line);
    let margin = Margin::symmetric(8, 2);
    views::region(ui, "status", status, palette.panel, margin, |ui| {
        status::status_ui(ui, app, commands);
    });
    ui.painter().hline(status.x_range(), status.top(), line);
    dialogs::dialogs_ui(ui, app, commands);
    if let Some(sheet) = &app.plan_sheet {
        views::plans::plan_sheet_ui(ui, app, sheet, commands);
    }
    if let Some(sheet) = &app.change_sheet {
        change_sheet::change_sheet_ui(ui, app, sheet, commands);
    }
    if let Some(view) = &app.restore {
        restore::restore_ui(ui, app, view, commands);
    }
    if let Some(view) = &app.keys_view {
        keys::keys_ui(ui, app, view, commands);
    }
    if let Some(shown) = &app.command_box {
        command_box::command_box_ui(ui, app, shown, commands);
    }
    views::lists::drop_hint_ui(ui);
}
