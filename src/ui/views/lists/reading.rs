//! The second step: choosing how the file is read, with its first rows as parsed.

use eframe::egui::{self, Align2, RichText, ScrollArea, Sense, Ui, vec2};
use strum::VariantArray as _;

use super::parts::{choice, times_ui};
use crate::app::{Command, FilePurpose, ImportSheet};
use crate::domain::text::shown;
use crate::exchange::{
    Certainty, Delimiter, FileForm, FileSurvey, ReadOptions, TextEncoding, UnseenParts,
};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

const NAMES: f32 = 110.0;
const CHOICES: f32 = 260.0;
const CELL: f32 = 150.0;
const LINE_NUMBER: f32 = 52.0;
const ROW: f32 = 24.0;

pub fn reading_ui(ui: &mut Ui, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let mut read = sheet.read.clone();
    if let Some(found) = &sheet.survey {
        choices_ui(ui, found, &mut read);
    }
    if read != sheet.read {
        commands.push(Command::SetReadOptions(read));
    }
    let has_times = sheet.purpose == Some(FilePurpose::Pins)
        || sheet
            .columns
            .as_ref()
            .is_some_and(|columns| columns.until.is_some());
    if has_times {
        times_ui(ui, sheet, true, commands);
    }
    ui.add_space(theme::GAP_XS);
    match (&sheet.survey_failed, &sheet.survey) {
        (Some(why), _) => widgets::note(ui, Icon::Warning, palette.system, why),
        (None, Some(found)) => first_rows_ui(ui, found),
        (None, None) => {}
    }
}

fn choices_ui(ui: &mut Ui, found: &FileSurvey, read: &mut ReadOptions) {
    let sizes = (NAMES, CHOICES);
    match &found.how_read.form {
        FileForm::Text {
            encoding,
            certainty,
            delimiter,
            ..
        } => {
            ui.horizontal(|ui| {
                let all: Vec<_> = TextEncoding::VARIANTS
                    .iter()
                    .map(|&encoding| (encoding, encoding.label().to_owned()))
                    .collect();
                if let Some(chosen) = choice(
                    ui,
                    "Encoding",
                    &read.encoding.unwrap_or(*encoding),
                    &all,
                    sizes,
                ) {
                    read.encoding = Some(chosen);
                }
                widgets::secondary(ui, certainty_text(*certainty));
            });
            let all: Vec<_> = Delimiter::VARIANTS
                .iter()
                .map(|delimiter| (*delimiter, delimiter.label().to_owned()))
                .collect();
            if let Some(chosen) = choice(
                ui,
                "Separated by",
                &read.delimiter.unwrap_or(*delimiter),
                &all,
                sizes,
            ) {
                read.delimiter = Some(chosen);
            }
        }
        FileForm::Workbook {
            sheet,
            sheets,
            unseen,
            question,
            ..
        } => {
            let chosen = question.is_none().then(|| sheet.clone());
            let mut all: Vec<_> = sheets
                .iter()
                .map(|sheet| (Some(sheet.clone()), shown(sheet).into_owned()))
                .collect();
            if question.is_some() {
                all.insert(0, (None, "Not chosen yet".to_owned()));
            }
            if let Some(Some(chosen)) = choice(ui, "Sheet", &chosen, &all, sizes) {
                read.sheet = Some(chosen);
            }
            unseen_ui(ui, unseen, question.as_deref(), read);
        }
    }
    header_ui(ui, found, read);
}

/// The line with the names of the columns, by its number and text.
fn header_ui(ui: &mut Ui, found: &FileSurvey, read: &mut ReadOptions) {
    let chosen = found
        .how_read
        .header_line
        .filter(|_| found.how_read.has_header);
    let mut all = vec![(None, "in no line".to_owned())];
    for line in &found.top {
        let text = format!("in line {}: {}", line.number, shown(&line.text));
        all.push((Some(line.number), text));
    }
    if let Some(line) = chosen.filter(|line| found.top.iter().all(|top| top.number != *line)) {
        all.push((Some(line), format!("in line {line}")));
    }
    if let Some(line) = choice(ui, "Column names", &chosen, &all, (NAMES, CHOICES)) {
        read.header_line = line;
        read.has_header = line.is_none().then_some(false);
    }
}

/// The question which sheet is meant, and the parts of the sheet that nobody sees.
fn unseen_ui(ui: &mut Ui, unseen: &UnseenParts, question: Option<&str>, read: &mut ReadOptions) {
    if let Some(question) = question {
        widgets::note(ui, Icon::Warning, theme::palette(ui).system, question);
    }
    if unseen.has_hidden() || read.with_hidden {
        ui.checkbox(
            &mut read.with_hidden,
            "Take in hidden rows and columns, and offer hidden sheets",
        );
    }
    if let Some(sentence) = unseen.sentence() {
        widgets::secondary(ui, &sentence);
    }
}

fn certainty_text(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Mark => "The file says so itself (byte-order mark).",
        Certainty::Ascii => "All of it is plain ASCII.",
        Certainty::Valid => "All of it is valid UTF-8.",
        Certainty::Guess => "A guess: look at the names below.",
        Certainty::Chosen => "As chosen.",
    }
}

/// The first rows as parsed, so that a wrong choice is seen before any user is looked up.
fn first_rows_ui(ui: &mut Ui, found: &FileSurvey) {
    let palette = theme::palette(ui);
    let size = vec2(ui.available_width(), ui.available_height());
    let columns = found.headers.len();
    ScrollArea::both()
        .id_salt("first rows")
        .max_height(size.y)
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let room = (size.x - LINE_NUMBER - 16.0) / columns.max(1) as f32;
            let cell = room.clamp(CELL.min(room.max(90.0)), 420.0).max(90.0);
            let width = LINE_NUMBER + cell * columns as f32;
            let header: Vec<&str> = found.headers.iter().map(String::as_str).collect();
            row_ui(
                ui,
                (width, cell),
                "Line",
                &header,
                &theme::strong(theme::SMALL),
                palette.secondary,
            );
            for row in found.first.iter().chain(&found.doubtful) {
                let cells: Vec<&str> = row
                    .fields
                    .iter()
                    .map(String::as_str)
                    .take(columns)
                    .collect();
                let color = if row.problem.is_some() {
                    palette.system.text
                } else {
                    palette.text
                };
                let response = row_ui(
                    ui,
                    (width, cell),
                    &row.line.to_string(),
                    &cells,
                    &theme::small(),
                    color,
                );
                if let Some(problem) = &row.problem {
                    response.on_hover_text(problem);
                }
            }
            if found.first.is_empty() {
                ui.label(RichText::new("There are no rows.").color(palette.secondary));
            }
        });
}

fn row_ui(
    ui: &mut Ui,
    (width, cell): (f32, f32),
    line: &str,
    cells: &[&str],
    font: &egui::FontId,
    color: egui::Color32,
) -> egui::Response {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let part = |left: f32, width: f32| {
        egui::Rect::from_min_size(rect.min + vec2(left, 0.0), vec2(width, ROW))
            .shrink2(vec2(5.0, 0.0))
    };
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        part(0.0, LINE_NUMBER),
        left,
        line,
        theme::small(),
        palette.secondary,
    );
    for (index, text) in cells.iter().enumerate() {
        let at = LINE_NUMBER + cell * index as f32;
        widgets::paint_cut(ui, part(at, cell), left, &shown(text), font.clone(), color);
    }
    widgets::bottom_line(ui, rect);
    let sentence = format!("{line}: {}", cells.join(", "));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Row);
        node.set_label(sentence.as_str());
    });
    response
}
