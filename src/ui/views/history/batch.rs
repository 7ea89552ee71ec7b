//! One batch: its operator, time and reason, and its change to each user.

use eframe::egui::{
    Align, Align2, Button, Frame, Label, Layout, Rect, RichText, Sense, Stroke, TextWrapMode, Ui,
    UiBuilder, accesskit::Role, pos2, vec2,
};

use super::batches::about;
use super::named_link::named_link_ui;
use crate::app::{App, Command, HistoryView, NamedCommand};
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::store::{HistoryEntry, HistoryKind};
use crate::time_format;
use crate::ui::{theme, widgets};
use crate::worker::jobs::MOST_ENTRIES;

const ENTRY: f32 = 40.0;

pub fn batch_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    // If no batch is listed, the list at the left says so.
    let Some(batch) = &history.batch else { return };
    ui.add(
        Label::new(RichText::new(shown(&batch.headline())).font(theme::strong(theme::BODY)))
            .truncate(),
    );
    let whole = format!(
        "{} by {}",
        time_format::date_and_time(batch.at, app.zone()),
        about(batch)
    );
    let exactly = time_format::with_offset(batch.at, app.zone());
    ui.add(
        Label::new(
            RichText::new(shown(&whole))
                .font(theme::small())
                .color(palette.secondary),
        )
        .wrap(),
    )
    .on_hover_text(exactly);
    for (other, word) in [
        (batch.undoes, "Undoes batch"),
        (batch.undone_by, "Undone by batch"),
    ] {
        if let Some(other) = other
            && ui.link(format!("{word} {}", other.0)).clicked()
        {
            commands.push(Command::OpenBatch(other));
        }
    }
    if let Some(plan) = batch.plan
        && ui.link(format!("Plan {}", plan.0)).clicked()
    {
        commands.push(Command::OpenSubmitted(plan));
    }
    ui.horizontal(|ui| {
        widgets::command_button(ui, NamedCommand::SaveBatchReport, true, commands);
        widgets::command_button(ui, NamedCommand::SaveEvidence, true, commands);
        if batch.can_be_undone() {
            let button = Button::new("Undo…").min_size(vec2(0.0, theme::CONTROL));
            let response = ui.add_enabled(!app.is_writing(), button);
            widgets::name(&response, "Undo this batch");
            let text = "Show what undoing this batch would do. Users that have changed since are left out. Nothing changes yet.";
            if response.on_hover_text(text).clicked() {
                commands.push(Command::Undo(batch.id, None));
            }
        }
    });
    if history.entries.len() == MOST_ENTRIES {
        let text = format!(
            "The first {} entries. Report… and Export… have all of them.",
            thousands(MOST_ENTRIES)
        );
        widgets::secondary(ui, &text);
    }
    let height = ui.available_height() - 2.0;
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::lines(
                ui,
                "entries list",
                "Entries",
                height,
                ENTRY,
                history.entries.len(),
                |ui, row| {
                    if let Some(entry) = history.entries.get(row) {
                        entry_ui(ui, app, entry, commands);
                    }
                },
            );
        });
}

fn entry_ui(ui: &mut Ui, app: &App, entry: &HistoryEntry, commands: &mut Vec<Command>) {
    const UNDO: f32 = 72.0;
    let palette = theme::palette(ui);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), ENTRY), Sense::hover());
    let mut inner = rect.shrink2(vec2(10.0, 4.0));
    let undone = entry
        .user
        .filter(|_| entry.kind == HistoryKind::Pin && entry.action.is_undoable());
    if let Some(user) = undone {
        inner.max.x -= UNDO + theme::GAP_S;
        let rect = Rect::from_center_size(
            pos2(rect.right() - 8.0 - UNDO / 2.0, rect.center().y),
            vec2(UNDO, ENTRY),
        );
        let layout = Layout::right_to_left(Align::Center);
        let mut child = ui.new_child(
            UiBuilder::new()
                .id_salt(entry.seq)
                .max_rect(rect)
                .layout(layout),
        );
        let response = child.add_enabled(
            !app.is_writing(),
            Button::new("Undo…")
                .wrap_mode(TextWrapMode::Extend)
                .min_size(vec2(0.0, theme::CONTROL)),
        );
        widgets::name(&response, &format!("Undo for {}", entry.target));
        let text = "Show what undoing this one change would do. Users that have changed since are left out. Nothing changes yet.";
        if response.on_hover_text(text).clicked() {
            commands.push(Command::Undo(entry.batch, Some(user)));
        }
    }
    let what = entry.headline();
    let left = Align2::LEFT_CENTER;
    let (above, below) = (
        inner.with_max_y(inner.center().y),
        inner.with_min_y(inner.center().y),
    );
    let target = shown(&entry.target);
    let name = entry.user.and_then(|user| app.name_of(user));
    let name = name.unwrap_or_default();
    match entry.user {
        Some(user) => named_link_ui(ui, above, (&name, &entry.target), user, commands),
        None => {
            widgets::paint_cut(ui, above, left, &target, theme::small(), palette.text);
        }
    }
    widgets::paint_cut(ui, below, left, &what, theme::small(), palette.secondary);
    widgets::bottom_line(ui, rect);
    let sentence = match name.as_str() {
        "" => format!("{}: {what}", entry.target),
        name => format!("{name}, {}: {what}", entry.target),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
}
