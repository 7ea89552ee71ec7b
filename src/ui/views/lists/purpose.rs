//! The first step: a description of the file, and the choice of its use.

use eframe::egui::{RichText, Ui};

use super::parts::working_ui;
use strum::VariantArray as _;

use crate::app::{App, Command, FilePurpose, FocusTarget, ImportSheet};
use crate::exchange::{Certainty, FileForm, FileSurvey};
use crate::plan::words::plural;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub fn purpose_ui(ui: &mut Ui, app: &App, sheet: &ImportSheet, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    if let Some(why) = &sheet.survey_failed {
        widgets::note(ui, Icon::Warning, palette.system, why);
        return;
    }
    let Some(found) = sheet.survey() else {
        return working_ui(ui, app, "Looking at the file…");
    };
    ui.label(RichText::new("What is to be done with this file?").font(theme::strong(theme::BODY)));
    ui.add_space(theme::GAP_XS);
    let mut wants_focus =
        app.next_frame.focus == Some(FocusTarget::ImportSheet) && sheet.purpose.is_none();
    for purpose in FilePurpose::VARIANTS.iter().copied() {
        let fits = fits(purpose, found);
        ui.horizontal(|ui| {
            let radio = ui.add_enabled(
                fits.is_none(),
                eframe::egui::RadioButton::new(sheet.purpose == Some(purpose), purpose.label()),
            );
            if fits.is_none() && std::mem::take(&mut wants_focus) {
                radio.request_focus();
            }
            if let Some(why) = fits {
                widgets::secondary(ui, why);
            }
            if radio.clicked() {
                commands.push(Command::SetPurpose(purpose));
            }
        });
    }
    ui.add_space(theme::GAP_M);
    ui.label(RichText::new("What was found").font(theme::strong(theme::BODY)));
    for line in findings(found) {
        widgets::secondary(ui, &line);
    }
    if let FileForm::Text {
        certainty: Certainty::Guess,
        ..
    } = found.how_read.form
    {
        let text = "The encoding is a guess. Look at the names in the next step before you go on.";
        widgets::note(ui, Icon::Warning, palette.warning, text);
    }
}

/// Why a file cannot be used for a purpose. None if it can.
fn fits(purpose: FilePurpose, found: &FileSurvey) -> Option<&'static str> {
    match purpose {
        FilePurpose::ByColumn if found.columns.action.is_none() => {
            Some("no column is called Action")
        }
        FilePurpose::Lock
        | FilePurpose::Unlock
        | FilePurpose::ByColumn
        | FilePurpose::Users
        | FilePurpose::Pins => None,
    }
}

/// A few sentences about the layout and the contents of the file.
fn findings(found: &FileSurvey) -> Vec<String> {
    let how = &found.how_read;
    let mut lines = vec![match how.delimiter() {
        Some(delimiter) => format!(
            "It is read as {}, {}.",
            how.encoding(),
            delimiter.how_separated()
        ),
        None => format!("It is read as {}.", how.encoding()),
    }];
    if let Some(type_line) = how.type_line() {
        lines.push(format!(
            "PowerShell wrote it from objects of the type {type_line}."
        ));
    }
    let columns = found.headers.len();
    lines.push(if how.has_header {
        format!(
            "It has {columns} {}: {}.",
            plural(columns, "column", "columns"),
            found.headers.join(", ")
        )
    } else {
        format!(
            "It has no header; its first row is: {}.",
            found.first.first().map_or("", |row| row.raw.trim())
        )
    });
    lines
}
