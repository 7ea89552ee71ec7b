//! One batch: by whom, when and why, and what it did to each user.

use eframe::egui::{Align2, Button, Frame, Label, RichText, Sense, Stroke, Ui, accesskit::Role, vec2};

use super::batches::about;
use crate::app::{App, Command, Journal, Named, texts};
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::store::{HistoryEntry, is_undoable};
use crate::ui::{look, widgets};
use crate::worker::MOST_ENTRIES;

const ENTRY: f32 = 40.0;

pub fn batch_ui(ui: &mut Ui, app: &App, journal: &Journal, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    // Where no batch is listed the list at the left says so.
    let Some(batch) = &journal.batch else { return };
    ui.add(Label::new(RichText::new(shown(&batch.headline())).font(look::strong(look::BODY))).truncate());
    let whole = format!("{} by {}", texts::whole(batch.at, app.zone()), about(batch));
    ui.add(Label::new(RichText::new(shown(&whole)).font(look::small()).color(palette.secondary)).wrap());
    for (other, word) in [(batch.undoes, "Undoes batch"), (batch.undone_by, "Undone by batch")] {
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
        widgets::command_button(ui, Named::SaveBatchReport, true, commands);
        widgets::command_button(ui, Named::SaveEvidence, true, commands);
        if is_undoable(&batch.action) && batch.changed > 0 {
            let button = Button::new("Undo…").min_size(vec2(0.0, look::CONTROL));
            let response = ui.add_enabled(!app.is_writing(), button);
            widgets::name(&response, "Undo this batch");
            let text = "Show what undoing this batch would do. Who has changed since is left out. Nothing changes yet.";
            if response.on_hover_text(text).clicked() {
                commands.push(Command::Undo(batch.id, None));
            }
        }
    });
    if journal.entries.len() == MOST_ENTRIES {
        let text = format!("The first {} entries. Report… and Export… have all of them.", thousands(MOST_ENTRIES));
        widgets::secondary(ui, &text);
    }
    let height = ui.available_height() - 2.0;
    Frame::new().stroke(Stroke::new(1.0, palette.line)).corner_radius(look::RADIUS).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::lines(ui, "entries list", "Entries", height, ENTRY, journal.entries.len(), |ui, row| {
            if let Some(entry) = journal.entries.get(row) {
                entry_ui(ui, entry);
            }
        });
    });
}

fn entry_ui(ui: &mut Ui, entry: &HistoryEntry) {
    let palette = look::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ENTRY), Sense::hover());
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let what = entry.headline();
    let left = Align2::LEFT_CENTER;
    let (above, below) = (inner.with_max_y(inner.center().y), inner.with_min_y(inner.center().y));
    widgets::paint_cut(ui, above, left, &shown(&entry.target), look::small(), palette.text);
    widgets::paint_cut(ui, below, left, &what, look::small(), palette.secondary);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line));
    let sentence = format!("{}: {what}", entry.target);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
}
