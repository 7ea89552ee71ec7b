//! The preview of a list: every row with its verdict, and the row as it stands in the file.

use eframe::egui::{
    self, Align, Align2, Frame, Layout, Margin, RichText, ScrollArea, Stroke, Ui, pos2, vec2,
};
use strum::VariantArray as _;

use super::how_read_ui;
use crate::app::{
    App, Command, FocusWish, ImportSheet, MainStep, NamedCommand, OpenedRow, PreviewLine,
    PreviewList, WhatIfPanel,
};
use crate::domain::text::shown;
use crate::exchange::HowRead;
use crate::plan::words::{thousands, users};
use crate::plan::{Candidate, Group, Outcome, Refusal, Verdict};
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::row_list::{Opens, Rows, RowsFocus};
use crate::ui::what_if::{drift_of, submit_button};
use crate::ui::{theme, widgets};
use crate::zone::Zone;

const LINE: f32 = 40.0;
/// The pane that shows a row as it stands in the file.
const OPENED: f32 = 150.0;
const FIELDS: f32 = 48.0;
/// The button that takes a user out of the preview.
const TAKE_OUT: f32 = 34.0;

pub fn list_ui(
    ui: &mut Ui,
    app: &App,
    sheet: &ImportSheet,
    how_read: &HowRead,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let Some(list) = app.panel.list() else { return };
    match &app.panel {
        WhatIfPanel::Result {
            applied, drifted, ..
        } => {
            let batch = applied.batch.map_or_else(String::new, |batch| {
                format!(" Recorded as batch {}.", batch.0)
            });
            let text = format!(
                "{} {}.{batch}",
                users(applied.changed.len()),
                list.plan.done()
            );
            widgets::note(ui, Icon::Check, palette.good, &text);
            if !drifted.is_empty() {
                let text = format!(
                    "{} had changed since the preview and kept the state they have now.",
                    users(drifted.len())
                );
                widgets::note(ui, Icon::Warning, palette.warning, &text);
            }
        }
        WhatIfPanel::Failed { text, .. } => widgets::note(ui, Icon::Warning, palette.system, text),
        _ => {}
    }
    let is_preview = matches!(
        app.panel,
        WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. }
    );
    if is_preview {
        let (icon, tone, text) = match (&list.refused, list.why_approval()) {
            (Some(refused), _) => (Icon::Warning, palette.system, Some(refused.clone())),
            (None, why) => (Icon::Shield, palette.warning, why),
        };
        if let Some(text) = text {
            widgets::note(ui, icon, tone, &text);
        }
    }
    how_read_ui(ui, how_read);
    let changed = match &app.panel {
        WhatIfPanel::Result { applied, .. } => Some(applied.changed.len()),
        _ => None,
    };
    verdicts_ui(ui, list, changed, commands);
    search_ui(ui, list, commands);
    let below = if is_preview {
        FIELDS + theme::GAP_S
    } else {
        0.0
    };
    let opened = sheet.opened.as_ref().map_or(0.0, |_| OPENED + theme::GAP_S);
    let height = (ui.available_height() - below - opened - 4.0).max(LINE);
    rows_ui(ui, app, sheet, list, height, commands);
    if let Some(opened) = &sheet.opened {
        opened_ui(ui, list, opened, is_preview, app.zone(), commands);
    }
    if is_preview {
        reasons_ui(ui, app, commands);
    }
}

/// How many rows have each verdict; a click lists those only. `changed` is how many did change, once that is known.
fn verdicts_ui(
    ui: &mut Ui,
    list: &PreviewList,
    changed: Option<usize>,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let widest = thousands(list.plan.items.len());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for &verdict in Verdict::VARIANTS {
            let (count, label) = match changed {
                Some(changed) if verdict == Verdict::WillChange => (changed, "changed"),
                _ => (list.verdicts[verdict as usize], verdict.label()),
            };
            // Denied is rare; the others keep their places.
            if count == 0 && verdict == Verdict::Denied {
                continue;
            }
            let tone = (count > 0).then(|| theme::group_tone(palette, verdict.group()));
            let is_on = list.verdict == Some(verdict);
            let response = widgets::chip(ui, label, &thousands(count), &widest, is_on, tone);
            if response
                .on_hover_text("List only these, or all of them again.")
                .clicked()
            {
                commands.push(Command::SearchPreview(
                    (!is_on).then_some(verdict),
                    list.search.clone(),
                ));
            }
        }
    });
}

fn search_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Search the rows by name, identity or line";
        let (_, text) = widgets::field(ui, "search rows", "Search rows", hint, &list.search, 320.0);
        if let Some(text) = text {
            commands.push(Command::SearchPreview(list.verdict, text));
        }
        let (shown, all) = (list.len(), list.plan.items.len());
        let hint = "Open a row to see how it stands in the file.";
        widgets::secondary(
            ui,
            &format!("{} of {} rows. {hint}", thousands(shown), thousands(all)),
        );
    });
}

fn rows_ui(
    ui: &mut Ui,
    app: &App,
    sheet: &ImportSheet,
    list: &PreviewList,
    height: f32,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if list.is_empty() {
                ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                    ui.centered_and_justified(|ui| widgets::secondary(ui, "No row matches."));
                });
                return;
            }
            let focus = match app.wishes.focus {
                Some(FocusWish::Sheet) => Some(RowsFocus::First),
                Some(FocusWish::Rows) => Some(RowsFocus::Kept),
                _ => None,
            };
            let label = "Rows of the file";
            let count = list.len();
            let rows = Rows {
                list: "file rows",
                label,
                height,
                line: LINE,
                count,
                focus,
                opens: Opens::Click,
            };
            let shown = rows.show(ui, |ui, row, response| {
                let (Some(place), Some(line)) = (list.place(row), list.line(row, app.zone()))
                else {
                    return String::new();
                };
                let is_open = sheet
                    .opened
                    .as_ref()
                    .is_some_and(|opened| opened.item == place);
                row_ui(ui, app, &line, is_open, response, commands)
            });
            commands.extend(
                shown
                    .opened
                    .and_then(|row| list.place(row))
                    .map(Command::OpenRow),
            );
        });
}

/// Paints a row, and says how it is read out.
fn row_ui(
    ui: &mut Ui,
    app: &App,
    line: &PreviewLine,
    is_open: bool,
    response: &egui::Response,
    commands: &mut Vec<Command>,
) -> String {
    let palette = theme::palette(ui);
    let rect = response.rect;
    let drift = match &app.panel {
        WhatIfPanel::Result { list, .. } if line.verdict == Verdict::WillChange => {
            drift_of(app, list, line)
        }
        _ => None,
    };
    let is_done = matches!(app.panel, WhatIfPanel::Result { .. });
    let (word, tone) = match &drift {
        Some(_) => ("drifted", palette.warning),
        None if is_done && line.verdict == Verdict::WillChange => ("changed", palette.good),
        None if line.is_protected => (line.verdict.label(), palette.warning),
        None if line.is_cautious => (line.verdict.label(), palette.administrator),
        None => (line.verdict.label(), theme::group_tone(palette, line.group)),
    };
    if is_open {
        ui.painter().rect_filled(rect, 0.0, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, palette.hovered);
    }
    let can_take_out =
        matches!(app.panel, WhatIfPanel::Preview(_)) && line.group == Group::WillChange;
    let columns = Columns::of(rect, can_take_out);
    let number = line
        .line
        .map(|line| thousands(usize::try_from(line).unwrap_or(usize::MAX)))
        .unwrap_or_default();
    let galley = theme::figures(ui, &number, &theme::small(), palette.secondary);
    ui.painter().galley(
        pos2(
            columns.line - galley.size().x,
            rect.center().y - galley.size().y / 2.0,
        ),
        galley,
        palette.secondary,
    );
    let square =
        egui::Rect::from_center_size(pos2(columns.line + 16.0, rect.center().y), vec2(12.0, 12.0));
    let icon = if line.is_protected {
        Icon::Shield
    } else {
        icons::of_group(line.group)
    };
    icons::paint(ui.painter(), square, icon, tone.text);
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        columns.verdict,
        left,
        word,
        theme::strong(theme::SMALL),
        tone.text,
    );
    let half = |rect: egui::Rect, top: bool| {
        let middle = rect.center().y;
        if top {
            rect.with_max_y(middle + 1.0).with_min_y(rect.top() + 3.0)
        } else {
            rect.with_min_y(middle - 1.0)
                .with_max_y(rect.bottom() - 3.0)
        }
    };
    let name = if line.user.is_some() {
        line.name.as_str()
    } else {
        line.given.as_str()
    };
    // What was found stands above what was asked for, unless they are the same.
    let asked = line.user.is_some() && line.given != line.name;
    let first = if asked {
        half(columns.whom, true)
    } else {
        columns.whom
    };
    widgets::paint_cut(ui, first, left, &shown(name), theme::small(), palette.text);
    if asked {
        widgets::paint_cut(
            ui,
            half(columns.whom, false),
            left,
            &shown(&line.given),
            theme::small(),
            palette.secondary,
        );
    }
    let (states, reason) = match drift {
        Some(drift) => (format!("{}: {}", drift.states, drift.left), drift.reason),
        None => (line.states.clone(), line.reason.clone()),
    };
    let (first, second) = if states.is_empty() {
        (&reason, &states)
    } else {
        (&states, &reason)
    };
    if second.is_empty() {
        widgets::paint_cut(
            ui,
            columns.what,
            left,
            &shown(first),
            theme::small(),
            palette.text,
        );
    } else {
        widgets::paint_cut(
            ui,
            half(columns.what, true),
            left,
            &shown(first),
            theme::small(),
            palette.text,
        );
        widgets::paint_cut(
            ui,
            half(columns.what, false),
            left,
            &shown(second),
            theme::small(),
            tone.text,
        );
    }
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, palette.line),
    );
    let spoken: Vec<&str> = [name, &line.identity, &states, &reason]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let at = line
        .line
        .map(|line| format!("Line {line}, "))
        .unwrap_or_default();
    if let Some(user) = line.user.filter(|_| can_take_out) {
        widgets::take_out_button(ui, rect, user, &line.name, commands);
    }
    format!("{at}{word}: {}", spoken.join(", "))
}

/// Where the parts of a row stand.
struct Columns {
    /// The right end of the line's number.
    line: f32,
    verdict: egui::Rect,
    whom: egui::Rect,
    what: egui::Rect,
}

impl Columns {
    fn of(rect: egui::Rect, can_take_out: bool) -> Self {
        let line = rect.left() + 62.0;
        let verdict = rect.with_min_x(line + 30.0).with_max_x(line + 118.0);
        let rest = rect
            .with_min_x(verdict.right() + 8.0)
            .with_max_x(rect.right() - 10.0);
        // Where the columns begin does not depend on the button: rows with it and without it stand below each other.
        let middle = rest.left() + rest.width() * 0.45;
        let end = rest.right() - if can_take_out { TAKE_OUT } else { 0.0 };
        Self {
            line,
            verdict,
            whom: rest.with_max_x(middle - 8.0),
            what: rest.with_min_x(middle).with_max_x(end),
        }
    }
}

/// A row as it stands in the file, why it has its verdict, and who may be meant.
fn opened_ui(
    ui: &mut Ui,
    list: &PreviewList,
    opened: &OpenedRow,
    can_pick: bool,
    zone: Zone,
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
                    let line = item.place.map_or(0, |place| place.line);
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
                    let reason = list.plan.reason(item, zone);
                    if !reason.is_empty() {
                        ui.add(
                            egui::Label::new(RichText::new(shown(&reason)).font(theme::small()))
                                .wrap(),
                        );
                    }
                    candidates_ui(
                        ui,
                        opened,
                        candidates(&item.outcome, &opened.nearest),
                        can_pick,
                        commands,
                    );
                });
        });
    });
}

/// Control signs made visible, with line breaks kept.
fn shown_lines(text: &str) -> String {
    text.lines()
        .map(|line| shown(line).into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

fn candidates<'a>(outcome: &'a Outcome, nearest: &'a [Candidate]) -> &'a [Candidate] {
    match outcome {
        Outcome::Refused(Refusal::Ambiguous { candidates } | Refusal::Lost { candidates }) => {
            candidates
        }
        Outcome::Refused(Refusal::NotFound { nearest: known }) if !known.is_empty() => known,
        Outcome::Refused(Refusal::NotFound { .. }) => nearest,
        _ => &[],
    }
}

/// Who may be meant. Nothing is done for any of them before somebody picks one.
fn candidates_ui(
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

fn reasons_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    const TICKET: f32 = 160.0;
    let size = vec2(ui.available_width(), FIELDS);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
        let width = size.x - TICKET - theme::GAP_S;
        let hint = "Why, for all rows that do not say it themselves";
        let (_, reason) =
            widgets::named_field(ui, "list reason", "Reason", hint, &app.reason, width);
        let (_, ticket) =
            widgets::named_field(ui, "list ticket", "Ticket", "Number", &app.ticket, TICKET);
        commands.extend(reason.map(Command::SetReason));
        commands.extend(ticket.map(Command::SetTicket));
    });
}

/// The button that leads to the question, and then to the change.
pub fn apply_button(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let WhatIfPanel::Preview(list) = &app.panel else {
        return;
    };
    if list.main_step() == MainStep::Submit {
        submit_button(ui, app, true, commands);
        return;
    }
    let why = list.plan.why_nothing(list.counts);
    let response = widgets::main_button(
        ui,
        NamedCommand::Apply,
        &list.apply_words,
        why.is_none() && !app.is_writing(),
        commands,
    );
    if app.wishes.focus == Some(FocusWish::Apply) {
        response.request_focus();
    }
    match why {
        Some(why) => widgets::say_why(&response, &why),
        None => submit_button(ui, app, false, commands),
    }
}

pub fn script_button(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let can_save = app.is_scriptable();
    let button = egui::Button::new("Save as script…").min_size(vec2(0.0, theme::CONTROL));
    let response = ui
        .add_enabled(can_save, button)
        .on_hover_text(NamedCommand::SaveScript.tooltip());
    widgets::name(&response, NamedCommand::SaveScript.text());
    if response.clicked() {
        commands.push(Command::Do(NamedCommand::SaveScript));
    }
}
