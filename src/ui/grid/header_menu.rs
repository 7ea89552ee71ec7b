//! The menu of a column: sorting, hiding, fitting and moving it, and the choice of columns.

use eframe::egui::{Button, Checkbox, Rect, Response, Ui};
use strum::VariantArray as _;

use super::rows::visible_columns;
use crate::app::{App, Command, GridColumn};
use crate::directory::Sort;
use crate::ui::context_menu::context_menu;

/// Paints the menu if it is open. Returns the column that is to fit its content.
pub(super) fn menu_ui(
    ui: &Ui,
    app: &App,
    cells: &[(GridColumn, Rect)],
    index: usize,
    response: &Response,
    commands: &mut Vec<Command>,
) -> Option<GridColumn> {
    let (column, _) = *cells.get(index)?;
    let mut fits = None;
    let name = format!("Column {}", column.label());
    context_menu(ui, response, &name, response.id, |ui| {
        let item = |ui: &mut Ui, text: &str, enabled: bool| {
            let item = ui.add_enabled(enabled, Button::new(text));
            if item.clicked() {
                ui.close();
            }
            item
        };
        let fit = item(ui, "Fit to the rows in view", true);
        if fit.clicked() {
            fits = Some(column);
        }
        ui.separator();
        for (text, descending) in [("Sort ascending", false), ("Sort descending", true)] {
            if item(ui, text, true).clicked() {
                let column = column.sort();
                commands.push(Command::SortInOrder(Sort { column, descending }));
            }
        }
        ui.separator();
        if item(ui, "Move left", index > 0).clicked() {
            commands.extend(to_the_left(cells, index));
        }
        if item(ui, "Move right", index + 1 < cells.len()).clicked() {
            commands.extend(to_the_right(cells, index));
        }
        if item(ui, "Hide column", column != GridColumn::DisplayName).clicked() {
            commands.push(Command::ShowColumn(column, false));
        }
        ui.separator();
        ui.menu_button("Columns", |ui| columns_menu_ui(ui, app, commands));
        if item(ui, "Reset all columns", true).clicked() {
            commands.push(Command::ResetColumns);
        }
        fit
    });
    fits
}

/// The choice of columns.
pub fn columns_menu_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let visible = visible_columns(ui.ctx());
    for &column in GridColumn::VARIANTS {
        let mut is_shown = visible.contains(&column) || app.settings.columns.is_shown(column);
        let is_free = column != GridColumn::DisplayName;
        let toggle = Checkbox::new(&mut is_shown, column.label());
        if ui.add_enabled(is_free, toggle).changed() {
            commands.push(Command::ShowColumn(column, is_shown));
        }
    }
}

/// The command that moves a column to the left of its neighbour.
pub(super) fn to_the_left(cells: &[(GridColumn, Rect)], index: usize) -> Option<Command> {
    let (column, _) = cells.get(index)?;
    let (left, _) = cells.get(index.checked_sub(1)?)?;
    Some(Command::MoveColumn(*column, Some(*left)))
}

/// The command that moves a column to the right of its neighbour.
pub(super) fn to_the_right(cells: &[(GridColumn, Rect)], index: usize) -> Option<Command> {
    let (column, _) = cells.get(index)?;
    let (right, _) = cells.get(index + 1)?;
    // Moving the neighbour to the left has the same effect, also if hidden columns lie in between.
    Some(Command::MoveColumn(*right, Some(*column)))
}
