//! An opened row of a list: its cells in the file, and the users it may mean.

use eframe::egui::{self, Align, Frame, Layout, Margin, RichText, ScrollArea, Ui, vec2};

use crate::app::{App, Command, OpenedRow, PreviewList};
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::plan::{Candidate, Outcome, Refusal};
use crate::ui::{theme, widgets};

/// The height of the pane with the opened row, in points.
pub(super) const OPENED: f32 = 184.0;

/// The opened row of the file, the reason for its verdict, and the users it may mean.
pub(super) fn opened_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    opened: &OpenedRow,
    can_pick: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let Some(item) = list.plan.items.get(opened.item) else {
        return;
    };
    let frame = Frame::new()
        .fill(palette.panel)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(10, 8));
    let size = vec2(ui.available_width(), OPENED);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        frame.show(ui, |ui| {
            ui.set_min_size(size - vec2(20.0, 16.0));
            ui.set_max_size(size - vec2(20.0, 16.0));
            ScrollArea::vertical()
                .id_salt("opened row")
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.style_mut().interaction.selectable_labels = true;
                    let line = item.position.map_or(0, |position| position.line);
                    ui.label(
                        RichText::new(format!("Line {line} as it stands in the file"))
                            .font(theme::strong(theme::SMALL)),
                    );
                    let (text, color) = match &opened.row {
                        Some(Ok(row)) if row.raw.is_empty() => {
                            (row.fields.join(" | "), palette.text)
                        }
                        Some(Ok(row)) => (row.raw.clone(), palette.text),
                        Some(Err(why)) => (why.clone(), palette.system.text),
                        None => ("…".to_owned(), palette.secondary),
                    };
                    let mono = egui::FontId::monospace(theme::SMALL);
                    ui.add(
                        egui::Label::new(RichText::new(shown_lines(&text)).font(mono).color(color))
                            .wrap(),
                    );
                    let reason = list.plan.reason(item, app.zone());
                    if !reason.is_empty() {
                        ui.add(
                            egui::Label::new(RichText::new(shown(&reason)).font(theme::small()))
                                .wrap(),
                        );
                    }
                    if let Some(user) = &item.user {
                        let name = shown(&user.display_name);
                        let response = ui.link(format!("Show {name} in Users"));
                        if response.clicked() {
                            commands.push(Command::ShowUser(user.id));
                        }
                    }
                    if can_pick {
                        picked_ui(ui, app, opened, commands);
                    }
                    candidates_ui(
                        ui,
                        opened,
                        candidates(&item.outcome, &opened.nearest),
                        can_pick,
                        commands,
                    );
                    if can_pick && item.is_open() {
                        find_ui(ui, opened, commands);
                    }
                });
        });
    });
}

/// The user that was picked by hand for the row, and the button that undoes it.
fn picked_ui(ui: &mut Ui, app: &App, opened: &OpenedRow, commands: &mut Vec<Command>) {
    let sheet = app.import.as_ref();
    if let Some((index, pick)) = sheet.and_then(|sheet| sheet.pick_of(opened.item)) {
        ui.horizontal(|ui| {
            let names = &pick.user.names;
            let text = format!("{} was picked by hand.", shown(&names.display_name));
            ui.label(RichText::new(text).font(theme::small()));
            let undo = ui.button("Undo pick").on_hover_text(
                "Make the row as open as before. Ctrl+Z undoes the last pick of all rows.",
            );
            if undo.clicked() {
                commands.push(Command::UndoPick(index));
            }
        });
    }
}

/// A search for any user, for a row that names nobody who is known.
fn find_ui(ui: &mut Ui, opened: &OpenedRow, commands: &mut Vec<Command>) {
    let hint = "Search for any user";
    let (_, text) = widgets::field(ui, "user of row", hint, hint, &opened.wanted, 320.0);
    commands.extend(text.map(Command::FindForRow));
    let Some(found) = &opened.found else { return };
    candidates_ui(ui, opened, &found.users, true, commands);
    let more = found.count.saturating_sub(found.users.len());
    if found.count == 0 {
        widgets::secondary(ui, "No user has this text in a name.");
    } else if more > 0 {
        let text = format!("And {} more. Type more of the name.", thousands(more));
        widgets::secondary(ui, &text);
    }
}

/// Makes control characters visible and keeps line breaks.
pub(super) fn shown_lines(text: &str) -> String {
    text.lines()
        .map(|line| shown(line).into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn candidates<'a>(outcome: &'a Outcome, nearest: &'a [Candidate]) -> &'a [Candidate] {
    match outcome {
        Outcome::Refused(
            Refusal::Ambiguous { candidates }
            | Refusal::Disagree { candidates, .. }
            | Refusal::Elsewhere { candidates, .. }
            | Refusal::Lost { candidates },
        ) => candidates,
        Outcome::Refused(Refusal::NotFound { nearest: known }) if !known.is_empty() => known,
        Outcome::Refused(Refusal::NotFound { .. }) => nearest,
        _ => &[],
    }
}

/// The users that the row may mean. None of them is changed before the operator picks one.
pub(super) fn candidates_ui(
    ui: &mut Ui,
    opened: &OpenedRow,
    candidates: &[Candidate],
    can_pick: bool,
    commands: &mut Vec<Command>,
) {
    for candidate in candidates {
        ui.horizontal(|ui| {
            let label = format!(
                "{} ({})",
                shown(&candidate.display_name),
                shown(&candidate.identity)
            );
            if can_pick {
                let response = ui
                    .button("Pick")
                    .on_hover_text("This user is meant. The preview then shows what it would do.");
                widgets::name(&response, &format!("Pick {label}"));
                if response.clicked() {
                    commands.push(Command::PickUser(opened.item, candidate.id));
                }
            }
            ui.label(RichText::new(label).font(theme::small()));
        });
    }
}
