//! The filtered batches, newest first.

use eframe::egui::{
    self, Align2, Frame, Sense, Stroke, Ui, UiBuilder, accesskit::Role, pos2, vec2,
};

use crate::app::{App, Command, HistoryView};
use crate::domain::text::shown;
use crate::store::BatchSummary;
use crate::time_format;
use crate::ui::{theme, widgets};

const LINE: f32 = 46.0;

pub fn batches_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let height = ui.available_height() - 2.0;
    let Some(batches) = &history.batches else {
        return;
    };
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if batches.is_empty() {
                let rect = ui.max_rect().shrink(10.0);
                widgets::secondary(
                    &mut ui.new_child(UiBuilder::new().max_rect(rect)),
                    "No batch is found.",
                );
            }
            widgets::lines(
                ui,
                "batches list",
                "Batches",
                height,
                LINE,
                batches.len(),
                |ui, row| {
                    if let Some(batch) = batches.get(row) {
                        line_ui(ui, app, batch, history.opened == Some(batch.id), commands);
                    }
                },
            );
        });
}

fn line_ui(
    ui: &mut Ui,
    app: &App,
    batch: &BatchSummary,
    is_open: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    widgets::row_ground(ui, &response, is_open);
    let inner = rect.shrink2(vec2(10.0, 5.0));
    let when = theme::figures(
        ui,
        &time_format::date_and_time(batch.at, app.zone()),
        &theme::small(),
        palette.secondary,
    );
    let when_width = when.size().x;
    ui.painter().galley(
        pos2(inner.right() - when_width, inner.top()),
        when,
        palette.secondary,
    );
    let first = inner
        .with_max_x(inner.right() - when_width - 8.0)
        .with_max_y(inner.center().y);
    let second = inner.with_min_y(inner.center().y);
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        first,
        left,
        &batch.headline(),
        theme::strong(theme::SMALL),
        palette.text,
    );
    let about = about(batch);
    widgets::paint_cut(
        ui,
        second,
        left,
        &shown(&about),
        theme::small(),
        palette.secondary,
    );
    widgets::bottom_line(ui, rect);
    if response.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    let sentence = format!(
        "{}, {about}, {}",
        batch.headline(),
        time_format::date_and_time(batch.at, app.zone())
    );
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
        node.add_action(egui::accesskit::Action::Click);
    });
    if response.clicked() {
        commands.push(Command::OpenBatch(batch.id));
    }
}

/// The operator, plan, file and reason of a batch.
pub fn about(batch: &BatchSummary) -> String {
    let mut words = vec![format!("{} on {}", batch.operator, batch.machine)];
    words.extend(batch.plan.map(|plan| format!("plan {}", plan.0)));
    words.extend(batch.source.clone());
    words.extend(
        [&batch.reason, &batch.ticket]
            .into_iter()
            .filter(|text| !text.is_empty())
            .cloned(),
    );
    words.join(" · ")
}
