//! The history view: the batches at the left, what the chosen one did at the right.

use eframe::egui::{
    self, Align, Align2, Frame, Label, Layout, RichText, Sense, Stroke, Ui, UiBuilder, accesskit::Role, pos2, vec2,
};

use super::dialogs::dialog;
use super::icons::Icon;
use super::{details, look, widgets};
use crate::app::{App, Command, Journal, Named, Verification, texts};
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};
use crate::store::{BatchSummary, HistoryEntry, is_undoable};

const WIDTH: f32 = 1000.0;
const HEIGHT: f32 = 520.0;
const LINE: f32 = 46.0;
const ENTRY: f32 = 40.0;

pub fn journal_ui(ui: &Ui, app: &App, journal: &Journal, commands: &mut Vec<Command>) {
    let room = ui.ctx().content_rect();
    let width = WIDTH.min(room.width() - 80.0);
    let height = HEIGHT.min(room.height() - 160.0).max(200.0);
    dialog(ui, "history", Named::History.text(), width, |ui| {
        widgets::title(ui, "History");
        search_ui(ui, journal, commands);
        let (body, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let middle = body.left() + body.width() * 0.42;
        let left = body.with_max_x(middle - 6.0);
        let right = body.with_min_x(middle + 6.0);
        let layout = Layout::top_down(Align::Min);
        let mut inside = ui.new_child(UiBuilder::new().id_salt("batches").max_rect(left).layout(layout));
        batches_ui(&mut inside, app, journal, commands);
        let mut inside = ui.new_child(UiBuilder::new().id_salt("entries").max_rect(right).layout(layout));
        inside.set_clip_rect(right.expand(2.0));
        batch_ui(&mut inside, app, journal, commands);
        foot_ui(ui, journal, commands);
    });
}

fn search_ui(ui: &mut Ui, journal: &Journal, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Search by operator, user, action, reason, ticket or file";
        let (_, text) = widgets::field(ui, "search history", "Search the history", hint, &journal.search, 380.0);
        commands.extend(text.map(Command::SearchHistory));
        if let Some(batches) = &journal.batches {
            let count = batches.len();
            widgets::secondary(ui, &format!("{} {}", thousands(count), plural(count, "batch", "batches")));
        }
    });
}

fn batches_ui(ui: &mut Ui, app: &App, journal: &Journal, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    let height = ui.available_height() - 2.0;
    let Some(batches) = &journal.batches else { return };
    Frame::new().stroke(Stroke::new(1.0, palette.line)).corner_radius(look::RADIUS).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        widgets::lines(ui, "batches list", "Batches", height, LINE, batches.len(), |ui, row| {
            if let Some(batch) = batches.get(row) {
                line_ui(ui, app, batch, journal.opened == Some(batch.id), commands);
            }
        });
    });
}

fn line_ui(ui: &mut Ui, app: &App, batch: &BatchSummary, is_open: bool, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::click());
    if is_open {
        ui.painter().rect_filled(rect, 0.0, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, palette.hovered);
    }
    let inner = rect.shrink2(vec2(10.0, 5.0));
    let when = look::figures(ui, &texts::date_and_time(batch.at, app.zone()), &look::small(), palette.secondary);
    let when_width = when.size().x;
    ui.painter().galley(pos2(inner.right() - when_width, inner.top()), when, palette.secondary);
    let first = inner.with_max_x(inner.right() - when_width - 8.0).with_max_y(inner.center().y);
    let second = inner.with_min_y(inner.center().y);
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(ui, first, left, &headline(batch), look::strong(look::SMALL), palette.text);
    let about = about(batch);
    widgets::paint_cut(ui, second, left, &shown(&about), look::small(), palette.secondary);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line));
    if response.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    let sentence = format!("{}, {about}, {}", headline(batch), texts::date_and_time(batch.at, app.zone()));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
        node.add_action(egui::accesskit::Action::Click);
    });
    if response.clicked() {
        commands.push(Command::OpenBatch(batch.id));
    }
}

/// "12  Unlock: 340 changed, 2 drifted"
fn headline(batch: &BatchSummary) -> String {
    let what = match batch.action.as_str() {
        "lock" => "Lock",
        "unlock" => "Unlock",
        "change" => "Lock and unlock",
        "undo" => "Undo",
        "import-users" => "Import of users",
        "import-pins" => "Import of PINs",
        "create-store" => "Store made",
        "grant-role" => "Role given",
        "take-role" => "Role taken",
        "set-role" => "Role defined",
        "remove-role" => "Role removed",
        other => other,
    };
    let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
    let counts: Vec<String> = [(batch.changed, "changed"), (batch.drifted, "drifted"), (batch.denied, "denied")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    let undone = match batch.undone {
        0 => "",
        all if all >= batch.changed => " (undone)",
        _some => " (undone in part)",
    };
    if counts.is_empty() {
        format!("{}  {what}{undone}", batch.id.0)
    } else {
        format!("{}  {what}: {}{undone}", batch.id.0, counts.join(", "))
    }
}

fn about(batch: &BatchSummary) -> String {
    let mut words = vec![format!("{} on {}", batch.operator, batch.machine)];
    words.extend(batch.source.clone());
    words.extend([&batch.reason, &batch.ticket].into_iter().filter(|text| !text.is_empty()).cloned());
    words.join(" · ")
}

fn batch_ui(ui: &mut Ui, app: &App, journal: &Journal, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    let opened = journal.opened.and_then(|id| journal.batches.as_ref()?.iter().find(|batch| batch.id == id));
    let Some(batch) = opened else {
        widgets::secondary(ui, "Nothing is found.");
        return;
    };
    ui.add(Label::new(RichText::new(shown(&headline(batch))).font(look::strong(look::BODY))).truncate());
    let whole = format!("{} by {}", texts::whole(batch.at, app.zone()), about(batch));
    ui.add(Label::new(RichText::new(shown(&whole)).font(look::small()).color(palette.secondary)).wrap());
    for (other, word) in [(batch.undoes, "Undoes batch"), (batch.undone_by, "Undone by batch")] {
        if let Some(other) = other
            && ui.link(format!("{word} {}", other.0)).clicked()
        {
            commands.push(Command::OpenBatch(other));
        }
    }
    let can_undo = is_undoable(&batch.action) && batch.changed > 0;
    if can_undo {
        let response = ui.add_enabled(!app.is_writing(), egui::Button::new("Undo…"));
        widgets::name(&response, "Undo this batch");
        let text = "Show what undoing this batch would do. Who has changed since is left out. Nothing changes yet.";
        if response.on_hover_text(text).clicked() {
            commands.push(Command::Undo(batch.id, None));
        }
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
    let what = details::headline(entry);
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

fn foot_ui(ui: &mut Ui, journal: &Journal, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    ui.add_space(look::GAP_XS);
    let row = vec2(ui.available_width(), look::MAIN_BUTTON);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        widgets::command_button(ui, Named::CloseDialog, true, commands);
        let is_running = journal.verified == Verification::Running;
        widgets::command_button(ui, Named::VerifyHistory, !is_running, commands);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if let Verification::Done(verified) = &journal.verified {
                let entries = thousands(usize::try_from(verified.entries).unwrap_or(usize::MAX));
                let (icon, tone, text) = match &verified.first_break {
                    None => (Icon::Check, palette.good, format!("The chain of all {entries} entries holds.")),
                    Some(place) => {
                        let text = format!("The chain breaks at entry {}: {}.", place.seq, place.what);
                        (Icon::Warning, palette.system, text)
                    }
                };
                super::icons::show(ui, icon, 14.0, tone.text);
                ui.add(Label::new(RichText::new(&text).font(look::small()).color(tone.text)).truncate())
                    .on_hover_text(format!("{text}\nThe last hash is {}.", verified.head));
            }
        });
    });
}
