//! The views of the window, and the panel beside them. Each folder or file paints one view.

mod history;
mod insights;
mod list_and_page;
pub mod lists;
mod operators;
pub mod plans;
mod policies;
mod settings;
mod users;

use eframe::egui::{
    Align, Area, Color32, Context, Id, Layout, Margin, Order, Rect, Stroke, Ui, UiBuilder,
    accesskit::Role, vec2,
};

use super::{bars, details, empty_state, theme, what_if};
use crate::app::{App, Command, Pane, WindowView};

/// The width of the panel in points, the same for all contents.
const PANEL_WIDTH: f32 = 380.0;
/// The margin of a view in points.
const MARGIN: i8 = 12;

/// Paints the shown view, and the panel beside or over it if there is something to show in it.
pub fn view_ui(ui: &mut Ui, app: &App, is_narrow: bool, commands: &mut Vec<Command>) {
    let view = app.shown_view();
    if view == WindowView::Users {
        users::bars_ui(ui, app, commands);
    }
    bars::bars_ui(ui, app, commands);
    let palette = theme::palette(ui);
    let room = ui.available_rect_before_wrap();
    let has_panel = app.has_panel();
    let middle = if has_panel && !is_narrow {
        room.with_max_x(room.right() - PANEL_WIDTH)
    } else {
        room
    };
    let margin = match view {
        WindowView::Users => Margin::ZERO,
        _ => Margin::same(MARGIN),
    };
    region(ui, "middle", middle, palette.window, margin, |ui| {
        let named = UiBuilder::new()
            .id_salt("named")
            .accessibility_role(Role::Region)
            .accessibility_label(format!("{} view", view.label()));
        ui.scope_builder(named, |ui| contents_ui(ui, app, view, commands));
    });
    let panel = room.right() - if has_panel { PANEL_WIDTH } else { 0.0 };
    let edges = (room.left(), panel);
    ui.data_mut(|data| data.insert_temp(Id::unique("panes"), edges));
    if has_panel && is_narrow {
        sheet_ui(ui, room, |ui| panel_ui(ui, app, commands));
    } else if has_panel {
        let rect = room.with_min_x(middle.right());
        let margin = Margin::same(MARGIN);
        region(ui, "panel", rect, palette.panel, margin, |ui| {
            panel_ui(ui, app, commands);
        });
        ui.painter()
            .vline(rect.left(), rect.y_range(), Stroke::new(1.0, palette.line));
    }
}

/// The pane at this horizontal position of the last frame.
pub fn pane_at(ctx: &Context, x: f32) -> Pane {
    let edges = ctx.data(|data| data.get_temp(Id::unique("panes")));
    let (view, panel): (f32, f32) = edges.unwrap_or((0.0, f32::MAX));
    match x {
        x if x < view => Pane::Rail,
        x if x < panel => Pane::View,
        _ => Pane::Panel,
    }
}

fn contents_ui(ui: &mut Ui, app: &App, view: WindowView, commands: &mut Vec<Command>) {
    // A file stays open when the store fails, and the settings name the store.
    let needs_store = match view {
        WindowView::Settings => false,
        WindowView::Lists => app.import.is_none(),
        _ => true,
    };
    match (&app.store_error, &app.view) {
        (Some(error), _) if needs_store => {
            return empty_state::store_failed_ui(ui, app, error, commands);
        }
        (None, None) if needs_store => return empty_state::loading_ui(ui, app, commands),
        _ => {}
    }
    match view {
        WindowView::Users => users::users_ui(ui, app, commands),
        WindowView::Lists => lists::lists_ui(ui, app, commands),
        WindowView::Plans => {
            if let Some(plans) = &app.plans {
                plans::plans_ui(ui, app, plans, commands);
            }
        }
        WindowView::History => {
            if let Some(history) = &app.history {
                history::history_ui(ui, app, history, commands);
            }
        }
        WindowView::Insights => {
            if let Some(insights) = &app.insights {
                insights::insights_ui(ui, app, insights, commands);
            }
        }
        WindowView::Policies => {
            if let Some(policies) = &app.policies {
                policies::policies_ui(ui, app, policies, commands);
            }
        }
        WindowView::Operators => {
            if let Some(operators) = &app.operators {
                operators::operators_ui(ui, app, operators, commands);
            }
        }
        WindowView::Settings => settings::settings_ui(ui, app, commands),
    }
}

fn panel_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.details {
        Some(details) if app.shown_view() == WindowView::Users => {
            details::details_ui(ui, app, details, commands);
        }
        _ => what_if::what_if_ui(ui, app, commands),
    }
}

/// A part of the window with its own background.
pub fn region(
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

/// The panel as a sheet over the view, which keeps its size.
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
