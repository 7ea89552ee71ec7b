//! The third step of an import: the column of each fact, and the domain of logon names.

use eframe::egui::{RichText, Ui};

use super::columns::{SIZES, example, file_domain_ui, headers};
use super::parts::choice;
use crate::app::{Command, ImportSheet};
use crate::exchange::{ColumnChoice, import_columns};
use crate::plan::import::ImportKind;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub fn columns_ui(ui: &mut Ui, sheet: &ImportSheet, kind: ImportKind, commands: &mut Vec<Command>) {
    let Some(found) = sheet.survey() else { return };
    ui.label(RichText::new("Which column has what").font(theme::strong(theme::BODY)));
    let all = headers(found, "–");
    for (field, column) in import_columns(kind, &found.headers, &sheet.import_columns) {
        ui.horizontal(|ui| {
            if let Some(picked) = choice(ui, field.word(), &column, &all, SIZES) {
                let heading = picked.and_then(|column| found.headers.get(column));
                let mut choices = sheet.import_columns.clone();
                choices.retain(|one| one.field != field && Some(&one.heading) != heading);
                choices.extend(heading.map(|heading| ColumnChoice {
                    heading: heading.clone(),
                    field,
                }));
                commands.push(Command::SetImportColumns(choices));
            }
            if let Some(example) = example(found, column) {
                widgets::secondary(ui, &format!("The first row has: {example}"));
            }
        });
    }
    file_domain_ui(ui, "Domain of logon names", sheet, found, commands);
    if let Some(why) = sheet.open_choice() {
        widgets::note(ui, Icon::Warning, theme::palette(ui).warning, why);
    }
}
