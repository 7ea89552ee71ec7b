//! The palette: words and what they find; or a pipeline to type, its first error with the position,
//! and the answer.

use eframe::egui::{
    self, Align2, FontId, Label, RichText, ScrollArea, Sense, Ui,
    accesskit::{Live, Role},
    vec2,
};

use super::dialog::{button_row, dialog};
use super::icons::Icon;
use super::palette::found_ui;
use super::pipeline_field::{LINE, LINES, MONOSPACE, completions_ui, has_paused, text_ui};
use super::{theme, widgets};
use crate::app::{App, Command, CommandBox, EXAMPLES, NamedCommand, Notice};
use crate::domain::text::shown;
use crate::pipeline::Explanation;
use crate::plan::words::{plural, thousands};
use crate::worker::jobs::PipelineAnswer;

const TITLE: &str = "Find anything";
const WIDTH: f32 = 900.0;
const HEIGHT: f32 = 300.0;
const STAGE: f32 = 44.0;
const EXAMPLE: f32 = 46.0;

pub fn command_box_ui(ui: &Ui, app: &App, shown: &CommandBox, commands: &mut Vec<Command>) {
    let room = ui.ctx().content_rect();
    let width = WIDTH.min(room.width() - 80.0);
    let height = HEIGHT.min(room.height() - 340.0).max(120.0);
    dialog(ui, "command box", TITLE, width, |ui| {
        widgets::title(ui, TITLE);
        let about = if shown.is_line() {
            "PowerShell over the users of this store. What it would do to PINs is shown as a preview first; nothing \
                 changes before you apply it."
        } else {
            "Commands, users, plans, batches and settings by their words, or a line of PowerShell. Up and Down choose, \
                 Enter opens."
        };
        widgets::secondary(ui, about);
        text_ui(ui, app, shown, commands);
        let height = if shown.is_line() {
            height
        } else {
            height + LINES
        };
        let (body, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        let mut inside = ui.new_child(egui::UiBuilder::new().id_salt("answer").max_rect(body));
        inside.set_clip_rect(body.expand(2.0));
        answer_ui(&mut inside, shown, commands);
        button_row(ui, theme::MAIN_BUTTON, |ui| {
            let is_runnable = shown.is_runnable() && !app.is_writing();
            widgets::main_button(
                ui,
                NamedCommand::RunPipeline,
                NamedCommand::RunPipeline.text(),
                is_runnable,
                commands,
            );
            widgets::command_button(ui, NamedCommand::ExplainPipeline, is_runnable, commands);
            widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
            if matches!(shown.answer, Some(PipelineAnswer::Rows { count, .. }) if count > 0) {
                widgets::command_button(ui, NamedCommand::ExportRows, true, commands);
                widgets::command_button(ui, NamedCommand::CopyRows, true, commands);
            }
            if shown.is_running {
                widgets::secondary(ui, "Running…");
            } else if let Some(notice) = &shown.notice {
                notice_ui(ui, notice);
            }
        });
    });
}

fn answer_ui(ui: &mut Ui, shown: &CommandBox, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    if !shown.is_line() && !shown.text.trim().is_empty() {
        found_ui(ui, shown, commands);
        return;
    }
    completions_ui(ui, shown, commands);
    if let Some(failed) = shown.fault.as_ref().or(shown.failed.as_ref()) {
        // A word that is being typed is no fault yet.
        if has_paused(ui, &shown.text) {
            fault_ui(ui, failed);
        }
        return;
    }
    match &shown.answer {
        None if shown.text.trim().is_empty() && shown.completions.items.is_empty() => {
            examples_ui(ui, commands);
        }
        None => {}
        Some(PipelineAnswer::Explained(explanation)) => explained_ui(ui, explanation),
        Some(PipelineAnswer::Rows {
            columns,
            rows,
            count,
            warnings,
        }) => {
            warnings_ui(ui, warnings);
            rows_ui(ui, columns, rows, *count);
        }
        Some(PipelineAnswer::Count { count, warnings }) => {
            warnings_ui(ui, warnings);
            ui.label(
                RichText::new(format!("Count: {}", thousands(*count)))
                    .font(theme::strong(theme::TITLE)),
            );
        }
        Some(PipelineAnswer::Written(words)) => widgets::note(ui, Icon::Check, palette.good, words),
        Some(PipelineAnswer::Plan { .. }) => {}
    }
}

/// The outcome of copying or exporting rows, which is announced.
fn notice_ui(ui: &mut Ui, notice: &Notice) {
    let palette = theme::palette(ui);
    let color = if notice.is_error {
        palette.system.text
    } else {
        palette.secondary
    };
    let text = shown(&notice.text);
    let label = RichText::new(&*text).font(theme::small()).color(color);
    let response = ui.add(Label::new(label).truncate());
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
}

/// The error, and below it the line of the pipeline with the position marked.
fn fault_ui(ui: &mut Ui, text: &str) {
    let palette = theme::palette(ui);
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    widgets::note(ui, Icon::Warning, palette.system, &shown(first));
    if !rest.is_empty() {
        let rest: Vec<_> = rest.lines().map(shown).collect();
        let marked_line = RichText::new(rest.join("\n"))
            .font(FontId::monospace(MONOSPACE))
            .color(palette.text);
        ScrollArea::horizontal()
            .id_salt("marked line")
            .show(ui, |ui| ui.add(Label::new(marked_line).extend()));
    }
}

fn warnings_ui(ui: &mut Ui, warnings: &[String]) {
    for warning in warnings {
        widgets::note(
            ui,
            Icon::Warning,
            theme::palette(ui).warning,
            &shown(warning),
        );
    }
}

fn examples_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let height = ui.available_height();
    ui.spacing_mut().item_spacing.y = 0.0;
    widgets::lines(
        ui,
        "pipeline examples",
        "Examples",
        height,
        EXAMPLE,
        EXAMPLES.len(),
        |ui, row| {
            let Some((what, text)) = EXAMPLES.get(row) else {
                return;
            };
            let palette = theme::palette(ui);
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), EXAMPLE), Sense::click());
            if response.hovered() {
                ui.painter()
                    .rect_filled(rect, theme::RADIUS, palette.hovered);
            }
            two_lines(
                ui,
                rect,
                (what, theme::strong(theme::SMALL)),
                (text, FontId::monospace(MONOSPACE)),
                0.0,
            );
            if response.has_focus() {
                widgets::focus_ring(ui, rect);
            }
            response.widget_info(|| {
                egui::WidgetInfo::labeled(Role::Button, true, format!("Example: {what}"))
            });
            if response.on_hover_text(*text).clicked() {
                commands.push(Command::SetPipeline((*text).to_owned()));
            }
        },
    );
}

/// Each stage with its number of input and output rows.
fn explained_ui(ui: &mut Ui, explanation: &Explanation) {
    warnings_ui(ui, &explanation.warnings);
    let height = ui.available_height();
    let stages = &explanation.stages;
    ui.spacing_mut().item_spacing.y = 0.0;
    widgets::lines(
        ui,
        "pipeline stages",
        "Stages",
        height,
        STAGE,
        stages.len(),
        |ui, row| {
            const NUMBERS: f32 = 170.0;
            let Some(stage) = stages.get(row) else { return };
            let palette = theme::palette(ui);
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), STAGE), Sense::hover());
            let text = FontId::monospace(MONOSPACE);
            two_lines(
                ui,
                rect,
                (&stage.text, text),
                (&stage.words, theme::small()),
                NUMBERS,
            );
            let numbers = format!("{} → {}", thousands(stage.taken), thousands(stage.passed));
            let at = rect
                .with_min_x(rect.right() - NUMBERS)
                .shrink2(vec2(8.0, 0.0));
            widgets::paint_cut(
                ui,
                at,
                Align2::RIGHT_CENTER,
                &numbers,
                theme::strong(theme::SMALL),
                palette.text,
            );
            let sentence = format!(
                "{}: {}, {} in, {} out",
                stage.text, stage.words, stage.taken, stage.passed
            );
            response.ctx.accesskit_node_builder(response.id, |node| {
                node.set_role(Role::ListItem);
                node.set_label(sentence.as_str());
            });
            response.on_hover_text(format!("{}\n{}", shown(&stage.text), stage.words));
        },
    );
}

fn two_lines(ui: &Ui, rect: egui::Rect, above: (&str, FontId), below: (&str, FontId), room: f32) {
    let palette = theme::palette(ui);
    let inner = rect.shrink2(vec2(8.0, 4.0));
    let inner = inner.with_max_x(inner.right() - room);
    let (first, second) = (
        inner.with_max_y(inner.center().y),
        inner.with_min_y(inner.center().y),
    );
    widgets::paint_cut(
        ui,
        first,
        Align2::LEFT_CENTER,
        &shown(above.0),
        above.1,
        palette.text,
    );
    widgets::paint_cut(
        ui,
        second,
        Align2::LEFT_CENTER,
        &shown(below.0),
        below.1,
        palette.secondary,
    );
    widgets::bottom_line(ui, rect);
}

fn rows_ui(ui: &mut Ui, columns: &[String], rows: &[Vec<String>], count: usize) {
    let palette = theme::palette(ui);
    let words = match count {
        0 => "Nothing was found.".to_owned(),
        count if count > rows.len() => {
            format!(
                "The first {} of {} rows. Export-Csv writes all of them.",
                thousands(rows.len()),
                thousands(count)
            )
        }
        count => format!("{} {}", thousands(count), plural(count, "row", "rows")),
    };
    widgets::secondary(ui, &words);
    let shares = shares(columns, rows);
    let all = ui.available_width();
    let cell_rect = |rect: egui::Rect, column: usize| {
        let left = rect.left() + all * shares[..column].iter().sum::<f32>();
        let width = all * shares.get(column).copied().unwrap_or(1.0);
        egui::Rect::from_x_y_ranges(left..=left + width, rect.y_range()).shrink2(vec2(6.0, 0.0))
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    if !columns.is_empty() {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        for (column, name) in columns.iter().enumerate() {
            let font = theme::strong(theme::SMALL);
            widgets::paint_cut(
                ui,
                cell_rect(rect, column),
                Align2::LEFT_CENTER,
                &shown(name),
                font,
                palette.text,
            );
        }
        widgets::bottom_line(ui, rect);
    }
    let height = ui.available_height();
    widgets::lines(
        ui,
        "pipeline rows",
        "Rows",
        height,
        LINE,
        rows.len(),
        |ui, row| {
            let Some(cells) = rows.get(row) else { return };
            let (rect, response) =
                ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
            if row % 2 == 1 {
                ui.painter().rect_filled(rect, 0.0, palette.stripe);
            }
            for (column, cell) in cells.iter().enumerate() {
                let font = theme::small();
                widgets::paint_cut(
                    ui,
                    cell_rect(rect, column),
                    Align2::LEFT_CENTER,
                    &shown(cell),
                    font,
                    palette.text,
                );
            }
            let sentence = cells.join(", ");
            response.ctx.accesskit_node_builder(response.id, |node| {
                node.set_role(Role::ListItem);
                node.set_label(sentence.as_str());
            });
            response.on_hover_text(
                cells
                    .iter()
                    .map(|cell| shown(cell))
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        },
    );
}

/// The share of the width of each column, by the longest text in the first rows, within bounds.
fn shares(columns: &[String], rows: &[Vec<String>]) -> Vec<f32> {
    const LOOKED_AT: usize = 50;
    let length = |text: &String| text.chars().count().clamp(6, 32) as f32;
    let count = columns.len().max(rows.first().map_or(1, Vec::len));
    let longest = |column: usize| {
        let cells = rows
            .iter()
            .take(LOOKED_AT)
            .filter_map(|row| row.get(column))
            .chain(columns.get(column));
        cells.map(length).fold(6.0, f32::max)
    };
    let lengths: Vec<f32> = (0..count).map(longest).collect();
    let all: f32 = lengths.iter().sum();
    lengths.into_iter().map(|length| length / all).collect()
}
