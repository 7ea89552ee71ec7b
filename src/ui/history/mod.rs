//! The history view: the filtered batches, the changes of the chosen one, and the users that were
//! locked at a moment.

mod batch;
mod batches;
mod differences;
mod filters;
mod footer;
mod locked_on;

use eframe::egui::{Align, Layout, Sense, Ui, UiBuilder, accesskit::Role, vec2};

use super::dialog::dialog;
use super::{theme, widgets};
use crate::app::{App, Command, HistoryTab, HistoryView, NamedCommand};

const WIDTH: f32 = 1000.0;
const HEIGHT: f32 = 520.0;
/// The height in points that the dialog needs above and below its lists.
const AROUND: f32 = 230.0;
/// The gap between the batches and the chosen one, in points.
const GAP: f32 = 12.0;
const SHARE_OF_BATCHES: f32 = 0.42;

pub fn history_ui(ui: &Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    let room = ui.ctx().content_rect();
    let width = WIDTH.min(room.width() - 80.0);
    dialog(ui, "history", NamedCommand::History.text(), width, |ui| {
        title_and_tabs_ui(ui, history, commands);
        let lines = match history.tab {
            HistoryTab::Batches => filters::filters_ui(ui, app, history, commands),
            HistoryTab::LockedOn => locked_on::moment_ui(ui, app, &history.locked, commands),
        };
        // The lists give up the height of a second line of filters and of the differences, so the
        // dialog keeps its height.
        let height = HEIGHT.min(room.height() - AROUND)
            - (lines - 1) as f32 * (theme::CONTROL + theme::GAP_S)
            - differences::height(history);
        let (body, _) = ui.allocate_exact_size(vec2(width, height.max(160.0)), Sense::hover());
        let layout = Layout::top_down(Align::Min);
        match history.tab {
            HistoryTab::Batches => {
                let middle = body.left() + (body.width() - GAP) * SHARE_OF_BATCHES;
                let (left, right) = (body.with_max_x(middle), body.with_min_x(middle + GAP));
                let mut inside = ui.new_child(
                    UiBuilder::new()
                        .id_salt("batches")
                        .max_rect(left)
                        .layout(layout),
                );
                batches::batches_ui(&mut inside, app, history, commands);
                let mut inside = ui.new_child(
                    UiBuilder::new()
                        .id_salt("entries")
                        .max_rect(right)
                        .layout(layout),
                );
                inside.set_clip_rect(right.expand(2.0));
                batch::batch_ui(&mut inside, app, history, commands);
            }
            HistoryTab::LockedOn => {
                let mut inside = ui.new_child(
                    UiBuilder::new()
                        .id_salt("locked")
                        .max_rect(body)
                        .layout(layout),
                );
                locked_on::locked_users_ui(&mut inside, app, &history.locked, commands);
            }
        }
        differences::differences_ui(ui, history);
        footer::footer_ui(ui, app, history, commands);
    });
}

/// The title and the two tabs.
fn title_and_tabs_ui(ui: &mut Ui, history: &HistoryView, commands: &mut Vec<Command>) {
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
    });
}
