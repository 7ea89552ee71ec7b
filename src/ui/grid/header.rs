//! The header of the grid: its columns are sorted, moved, resized, shown and hidden here.
//!
//! The header is one tab stop. The arrows go through its columns; with Ctrl they move the column,
//! and with Shift they resize it.

use eframe::egui::{
    self, Align2, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Stroke, Ui,
    accesskit::Role, pos2, vec2,
};

use super::header_menu::{menu_ui, to_the_left, to_the_right};
use crate::app::{App, Command, GridColumn};
use crate::ui::cells::CELL_MARGIN;
use crate::ui::icons::Icon;
use crate::ui::{icons, theme, widgets};

/// The room for the arrow of the sorted column, in points.
const ARROW: f32 = 20.0;

/// The step by which the keys resize a column, in points.
const STEP: f32 = 16.0;

/// Paints the header cells. Returns the column that is to fit its content.
pub(super) fn header_ui(
    ui: &mut Ui,
    app: &App,
    cells: &[(GridColumn, Rect)],
    commands: &mut Vec<Command>,
) -> Option<GridColumn> {
    let mut stop = tab_stop(ui, app, cells);
    // The keys come before the cells: only the cell that gets the focus can be focused.
    let index = cells.iter().position(|(column, _)| Some(*column) == stop);
    if let Some(index) = index {
        stop = keyboard(ui, app, cells, index, commands).or(stop);
    }
    let mut fits = None;
    for (index, &(column, rect)) in cells.iter().enumerate() {
        let id = header_id(column);
        let focusable = if stop == Some(column) {
            Sense::FOCUSABLE
        } else {
            Sense::empty()
        };
        let sense = Sense::CLICK | Sense::DRAG | focusable;
        let response = ui.interact(rect.shrink2(vec2(3.0, 0.0)), id, sense);
        widgets::describe_target(ui, id, rect.intersect(ui.clip_rect()));
        paint(ui, app, column, rect, &response);
        if response.gained_focus() {
            ui.scroll_to_rect(rect, None);
        }
        if response.clicked() {
            commands.push(Command::SortBy(column.sort()));
        }
        moving(ui, cells, index, &response, commands);
        fits = menu_ui(ui, app, cells, index, &response, commands).or(fits);
    }
    fits
}

/// The width of a header cell whose text is not cut off, in points.
pub(super) fn natural_width(ui: &Ui, column: GridColumn) -> f32 {
    let font = theme::strong(theme::SMALL);
    let color = theme::palette(ui).text;
    let text = ui
        .painter()
        .layout_no_wrap(column.label().to_owned(), font, color);
    text.size().x + CELL_MARGIN + ARROW
}

fn header_id(column: GridColumn) -> Id {
    Id::unique(("grid header", column))
}

/// The column that Tab reaches: the last one that had the focus, or else the first one.
fn tab_stop(ui: &Ui, app: &App, cells: &[(GridColumn, Rect)]) -> Option<GridColumn> {
    let kept = ui.data(|data| data.get_temp::<GridColumn>(Id::unique("grid header stop")));
    let sorted = cells
        .iter()
        .find(|(column, _)| column.sort() == app.query.sort.column);
    kept.filter(|kept| cells.iter().any(|(column, _)| column == kept))
        .or(sorted.or(cells.first()).map(|(column, _)| *column))
}

fn paint(ui: &Ui, app: &App, column: GridColumn, rect: Rect, response: &Response) {
    let palette = theme::palette(ui);
    let sort = app.query.sort;
    let is_sorted = column.sort() == sort.column;
    let color = if is_sorted || response.hovered() {
        palette.text
    } else {
        palette.secondary
    };
    let right = rect.right() - if is_sorted { ARROW } else { 4.0 };
    let text_rect = rect.shrink2(vec2(CELL_MARGIN, 0.0)).with_max_x(right);
    let font = if is_sorted {
        theme::strong(theme::SMALL)
    } else {
        theme::small()
    };
    let label = column.label();
    widgets::paint_cut(ui, text_rect, Align2::LEFT_CENTER, label, font, color);
    if is_sorted {
        let middle = pos2(rect.right() - 12.0, rect.center().y);
        let square = Rect::from_center_size(middle, vec2(10.0, 10.0));
        let icon = if sort.descending {
            Icon::Down
        } else {
            Icon::Up
        };
        icons::paint(ui.painter(), square, icon, color);
    }
    if response.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    let name = match (is_sorted, sort.descending) {
        (false, _) => format!("Sort by {label}"),
        (true, false) => format!("Sort by {label}, ascending"),
        (true, true) => format!("Sort by {label}, descending"),
    };
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, name.clone()));
    response.clone().on_hover_text(label);
}

/// The keys of the column that is the tab stop, if it has the focus. Returns the column that the
/// arrows go to.
fn keyboard(
    ui: &Ui,
    app: &App,
    cells: &[(GridColumn, Rect)],
    index: usize,
    commands: &mut Vec<Command>,
) -> Option<GridColumn> {
    let at = |index: usize| cells.get(index).map(|(column, _)| *column);
    let column = at(index)?;
    if !ui.memory(|memory| memory.has_focus(header_id(column))) {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(header_id(column), filter));
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let width = app.settings.columns.width(column);
    if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
        commands.push(Command::SetColumnWidth(column, width - STEP));
    } else if pressed(Modifiers::SHIFT, Key::ArrowRight) {
        commands.push(Command::SetColumnWidth(column, width + STEP));
    } else if pressed(Modifiers::COMMAND, Key::ArrowLeft) {
        commands.extend(to_the_left(cells, index));
    } else if pressed(Modifiers::COMMAND, Key::ArrowRight) {
        commands.extend(to_the_right(cells, index));
    } else {
        let left = pressed(Modifiers::NONE, Key::ArrowLeft);
        let right = pressed(Modifiers::NONE, Key::ArrowRight);
        let next = match (left, right) {
            (true, _) => index.checked_sub(1).and_then(at),
            (_, true) => at(index + 1),
            _ => None,
        };
        if let Some(next) = next {
            ui.data_mut(|data| data.insert_temp(Id::unique("grid header stop"), next));
            ui.memory_mut(|memory| memory.request_focus(header_id(next)));
        }
        return next;
    }
    None
}

/// A column that is dragged by its header. It moves when it is dropped; until then a line shows
/// where it would go.
fn moving(
    ui: &Ui,
    cells: &[(GridColumn, Rect)],
    index: usize,
    response: &Response,
    commands: &mut Vec<Command>,
) {
    if !response.dragged() && !response.drag_stopped() {
        return;
    }
    let Some(pointer) = response.interact_pointer_pos() else {
        return;
    };
    ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    let next = cells.iter().find(|(_, rect)| pointer.x < rect.center().x);
    let x = next.or(cells.last()).map_or(0.0, |(_, rect)| {
        if next.is_some() {
            rect.left()
        } else {
            rect.right()
        }
    });
    let line = Stroke::new(2.0, theme::palette(ui).accent);
    ui.painter().vline(x, response.rect.y_range(), line);
    let at = |index: usize| cells.get(index).map(|(column, _)| *column);
    let next = next.map(|(column, _)| *column);
    if response.drag_stopped()
        && let Some(column) = at(index)
        && next != Some(column)
        && next != at(index + 1)
    {
        commands.push(Command::MoveColumn(column, next));
    }
}
