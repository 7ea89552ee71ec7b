//! The history view: the filtered batches, the changes of the chosen one, and the users that were
//! locked at a moment.

mod actions;
mod batch;
mod batches;
mod differences;
mod filters;
mod locked_on;
mod named_link;

use eframe::egui::{Align, Layout, Sense, Ui, UiBuilder, accesskit::Role, vec2};

use crate::app::{App, Command, HistoryTab, HistoryView, NamedCommand};
use crate::ui::{theme, widgets};

/// The gap between the batches and the chosen one, in points.
const GAP: f32 = 12.0;
const SHARE_OF_BATCHES: f32 = 0.42;
/// The height in points below which the lists do not shrink.
const LEAST_HEIGHT: f32 = 120.0;

pub fn history_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    title_and_tabs_ui(ui, app, history, commands);
    match history.tab {
        HistoryTab::Batches => filters::filters_ui(ui, app, history, commands),
        HistoryTab::LockedOn => locked_on::moment_ui(ui, app, &history.locked, commands),
    }
    let height = (ui.available_height() - differences::height(history)).max(LEAST_HEIGHT);
    let size = vec2(ui.available_width(), height);
    let (body, _) = ui.allocate_exact_size(size, Sense::hover());
    let layout = Layout::top_down(Align::Min);
    match history.tab {
        HistoryTab::Batches => {
            let middle = body.left() + (body.width() - GAP) * SHARE_OF_BATCHES;
            let (left, right) = (body.with_max_x(middle), body.with_min_x(middle + GAP));
            // Each list of batches begins at its top, and so do the entries of each batch.
            let salt = ("batches", history.listing);
            let mut inside =
                ui.new_child(UiBuilder::new().id_salt(salt).max_rect(left).layout(layout));
            batches::batches_ui(&mut inside, app, history, commands);
            let salt = ("entries", history.opened);
            let mut inside = ui.new_child(
                UiBuilder::new()
                    .id_salt(salt)
                    .max_rect(right)
                    .layout(layout),
            );
            inside.set_clip_rect(right.expand(2.0));
            batch::batch_ui(&mut inside, app, history, commands);
        }
        HistoryTab::LockedOn => {
            let salt = ("locked", history.locked.moment);
            let mut inside =
                ui.new_child(UiBuilder::new().id_salt(salt).max_rect(body).layout(layout));
            locked_on::locked_users_ui(&mut inside, app, &history.locked, commands);
        }
    }
    differences::differences_ui(ui, history);
}

/// The title, the two tabs, and the actions on the whole history with their outcome.
fn title_and_tabs_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::title(ui, NamedCommand::History.text());
        ui.add_space(theme::GAP_M);
        ui.spacing_mut().item_spacing.x = theme::GAP_XS;
        for (named, tab) in [
            (NamedCommand::HistoryBatches, HistoryTab::Batches),
            (NamedCommand::LockedOn, HistoryTab::LockedOn),
        ] {
            let is_shown = history.tab == tab;
            let response = ui.selectable_label(is_shown, named.text());
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_role(Role::Tab);
                node.set_selected(is_shown);
            });
            if response.has_focus() {
                widgets::focus_ring(ui, response.rect);
            }
            if response.on_hover_text(named.tooltip()).clicked() && !is_shown {
                commands.push(Command::Do(named));
            }
        }
        ui.spacing_mut().item_spacing.x = theme::GAP_S;
        actions::actions_ui(ui, app, history, commands);
    });
}
