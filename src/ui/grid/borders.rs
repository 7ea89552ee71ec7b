//! The right borders of columns in the header, which are dragged to resize a column. A double click
//! fits the column to the rows in view.

use eframe::egui::{CursorIcon, Id, Rect, Sense, Ui};

use crate::app::{App, Command, GridColumn};

/// How far from a border the pointer takes hold of it, in points.
const GRIP: f32 = 4.0;

/// The width of a column and the pointer when a drag began, in points.
#[derive(Clone, Copy, Debug)]
struct BorderDrag {
    width: f32,
    pointer: f32,
}

/// Returns the column whose border was double-clicked.
pub(super) fn borders_ui(
    ui: &Ui,
    app: &App,
    cells: &[(GridColumn, Rect)],
    commands: &mut Vec<Command>,
) -> Option<GridColumn> {
    let mut fits = None;
    for &(column, cell) in cells {
        let right = cell.right();
        let grip = cell.with_min_x(right - GRIP).with_max_x(right + GRIP);
        let id = Id::unique(("column border", column));
        // Columns are resized with the keys of the header, so a border is not a tab stop.
        let response = ui.interact(grip, id, Sense::CLICK | Sense::DRAG);
        let width = app.settings.columns.width(column);
        if let Some(pointer) = response.interact_pointer_pos() {
            // The width follows from where the drag began, not from the border, which moves when the
            // list is scrolled sideways.
            let begun = BorderDrag {
                width,
                pointer: ui
                    .input(|input| input.pointer.press_origin().map_or(pointer.x, |at| at.x)),
            };
            if response.drag_started() {
                ui.data_mut(|data| data.insert_temp(id, begun));
            }
            let drag: BorderDrag = ui.data(|data| data.get_temp(id)).unwrap_or(begun);
            let wanted = drag.width + pointer.x - drag.pointer;
            if response.dragged() && (wanted - width).abs() >= 0.5 {
                commands.push(Command::SetColumnWidth(column, wanted));
            }
        }
        if response.hovered() || response.dragged() {
            ui.set_cursor_icon(CursorIcon::ResizeColumn);
            let line = ui.visuals().widgets.hovered.bg_stroke;
            ui.painter().vline(right, cell.y_range(), line);
        }
        if response.double_clicked() {
            fits = Some(column);
        }
    }
    fits
}
