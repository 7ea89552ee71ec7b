//! The grid of users. Only the visible rows are painted. Each row is one click target and one
//! sentence for screen readers.

mod borders;
mod header;
mod header_menu;
mod input;
mod rows;
mod select_box;

pub use header_menu::columns_menu_ui;
pub use rows::{grid_id, visible_rows};

use eframe::egui::{
    self, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, accesskit::Role,
    scroll_area::ScrollBarVisibility,
};
use egui_extras::{Column, TableBuilder};

use crate::app::{App, Command, FocusTarget, GridColumn};
use crate::directory::View;
use crate::plan::words::thousands;
use crate::ui::cells::{cell, natural_width};
use crate::ui::virtual_scroll::Stretch;
use crate::ui::{theme, widgets};
use borders::borders_ui;
use header::header_ui;
use input::{interact, keyboard};
use rows::{PaintedList, PaintedRow, UserList, VisibleRows, keep_visible_columns};
use select_box::{BOX_WIDTH, paint_box, select_all_box};

/// The room beside the rows for the scroll bar, in points.
const SCROLL_BAR: f32 = 12.0;

/// The number of rows before and after those in view that are read with them.
const READ_AROUND: usize = 50;

pub fn grid_ui(ui: &mut Ui, app: &App, view: &View, commands: &mut Vec<Command>) {
    let label = if view.is_complete {
        format!(
            "Users, {} of {} shown",
            thousands(view.len()),
            thousands(view.directory.len())
        )
    } else {
        "Users, the first rows; the others are being loaded".to_owned()
    };
    let list = UiBuilder::new()
        .scope_id(egui::Id::unique("grid list"))
        .accessibility_role(Role::ListBox)
        .accessibility_label(label);
    ui.scope_builder(list, |ui| {
        let area = ui.available_rect_before_wrap();
        let focus = ui.interact(area, grid_id(), Sense::FOCUSABLE);
        widgets::name(&focus, "Users");
        ui.ctx()
            .accesskit_node_builder(grid_id(), |node| node.set_role(Role::Group));
        if app.next_frame.focus == Some(FocusTarget::Grid) {
            focus.request_focus();
        }
        if focus.has_focus() {
            keyboard(ui, commands);
        }
        let list = UserList::new(app, view, area);
        keep_visible_columns(ui.ctx(), &list.columns);
        let painted = list.show(ui, commands);
        commands.extend(list.rows_to_read(&painted));
        painted.keep_visible_rows(ui);
        for row in &painted.rows {
            if row.rect.intersect(painted.body).is_positive() {
                interact(ui, &list, row, &painted, focus.has_focus(), commands);
            }
        }
        if let Some(column) = painted.fits {
            let cells = painted
                .rows
                .iter()
                .filter_map(|row| natural_width(ui, app, view, row.position, column));
            let width = cells.fold(header::natural_width(ui, column), f32::max);
            commands.push(Command::SetColumnWidth(column, width.ceil()));
        }
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
    });
}

impl<'a> UserList<'a> {
    fn new(app: &'a App, view: &'a View, area: Rect) -> Self {
        let room = area.width() - SCROLL_BAR - BOX_WIDTH;
        Self {
            app,
            view,
            area,
            columns: app.settings.columns.visible(room),
        }
    }

    fn width_of(&self, column: GridColumn) -> f32 {
        self.app.settings.columns.width(column)
    }

    /// The command that reads the columns from the store, with some rows before and after those in
    /// view. None if nothing is lacking.
    fn rows_to_read(&self, painted: &PaintedList) -> Option<Command> {
        let rows = &painted.rows;
        let (first, last) = (rows.first()?.row, rows.last()?.row);
        let is_needed = self.columns.iter().any(|column| column.is_from_store());
        let lacks = || self.app.rows_in_view.lacks(rows.iter().map(|row| row.id));
        (is_needed && lacks()).then(|| {
            let around = first.saturating_sub(READ_AROUND)..=last + READ_AROUND;
            Command::ReadRows(around.filter_map(|row| self.view.id_at(row)).collect())
        })
    }

    /// Paints header, rows and scroll bars.
    fn show(&self, ui: &mut Ui, commands: &mut Vec<Command>) -> PaintedList {
        let (app, view) = (self.app, self.view);
        let is_other_list = is_other_list(ui, app, view);
        let wanted = app.next_frame.scroll_to_row;
        let wanted = wanted.or(is_other_list.then_some(0));
        let stretch = Stretch::of(ui, grid_id(), view.len(), theme::ROW, wanted);
        let inside = self.area.with_max_x(self.area.right() - SCROLL_BAR);
        let mut part = ui.new_child(UiBuilder::new().id_salt("columns").max_rect(inside));
        let mut painted = PaintedList {
            rows: Vec::new(),
            hints: Vec::new(),
            body: inside,
            fits: None,
        };
        let widths = self.columns.iter().map(|&column| self.width_of(column));
        let content = BOX_WIDTH + widths.sum::<f32>();
        let mut sideways = ScrollArea::horizontal()
            .id_salt("columns")
            .auto_shrink(false);
        if is_other_list && wanted == Some(0) {
            sideways = sideways.horizontal_scroll_offset(0.0);
        }
        let shown = sideways.show(&mut part, |ui| {
            ui.set_width(content.max(inside.width()));
            let spare = (inside.width() - content).max(0.0);
            self.table(ui, &stretch, spare, &mut painted, commands)
        });
        painted.body = shown.inner.0.intersect(shown.inner_rect);
        let body = painted.body.with_max_x(self.area.right());
        stretch.end(ui, grid_id(), body, theme::ROW, shown.inner.1);
        painted
    }

    /// Paints the table, and returns the rectangle of its rows and how far they are scrolled.
    fn table(
        &self,
        ui: &mut Ui,
        stretch: &Stretch,
        spare: f32,
        painted: &mut PaintedList,
        commands: &mut Vec<Command>,
    ) -> (Rect, f32) {
        let (app, view) = (self.app, self.view);
        ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
        // The scroll offset is set in each frame, so the area cannot bounce back by itself.
        ui.spacing_mut().scroll.kinetic.rubber_band = false;
        let mut builder = TableBuilder::new(ui)
            .id_salt(("grid table", &self.columns))
            .striped(true)
            .resizable(false)
            .animate_scrolling(false)
            .auto_shrink(false)
            .vertical_scroll_offset(stretch.offset())
            .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
            .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
            .column(Column::exact(BOX_WIDTH));
        for &column in &self.columns {
            builder = builder.column(Column::exact(self.width_of(column)).clip(true));
        }
        builder = builder.column(Column::exact(spare).clip(true));
        let mut cells = Vec::new();
        let output = builder
            .header(theme::ROW, |mut header| {
                header.col(|ui| select_all_box(ui, app, view, commands));
                for &column in &self.columns {
                    header.col(|ui| cells.push((column, ui.max_rect())));
                }
                header.col(|_| {});
            })
            .body(|body| {
                body.rows(theme::ROW, stretch.len, |mut row| {
                    let number = stretch.first + row.index();
                    let Some((&position, id)) = view.positions.get(number).zip(view.id_at(number))
                    else {
                        return;
                    };
                    let is_selected = app.selection.contains(id);
                    row.set_selected(is_selected);
                    let (mut whole, _) = row.col(|ui| paint_box(ui, is_selected));
                    for &column in &self.columns {
                        let hints = &mut painted.hints;
                        let (cell, _) = row.col(|ui| cell(ui, app, view, position, column, hints));
                        whole = whole.union(cell);
                    }
                    row.col(|ui| whole = whole.union(ui.max_rect()));
                    whole.set_height(theme::ROW);
                    painted.rows.push(PaintedRow {
                        row: number,
                        id,
                        position,
                        rect: whole,
                    });
                });
            });
        let lines = ui.visuals().widgets.noninteractive.bg_stroke;
        for (_, cell) in &cells {
            let bottom = output.inner_rect.bottom();
            vertical_line(ui, *cell, bottom, lines);
        }
        painted.fits = header_ui(ui, app, &cells, commands);
        painted.fits = borders_ui(ui, app, &cells, commands).or(painted.fits);
        (output.inner_rect, output.state.clamped_offset().y)
    }
}

impl PaintedList {
    /// Keeps which rows are visible for the next frame.
    fn keep_visible_rows(&self, ui: &Ui) {
        let row = |row: Option<&PaintedRow>| row.map_or(0, |row| row.row);
        let mut rows = self.rows.iter();
        let first = rows.find(|row| row.rect.center().y > self.body.top());
        let mut rows = self.rows.iter().rev();
        let last = rows.find(|row| row.rect.center().y < self.body.bottom());
        VisibleRows {
            first: row(first),
            last: row(last),
        }
        .keep(ui.ctx());
    }
}

/// A line at the right border of a column, from its header down.
fn vertical_line(ui: &Ui, cell: Rect, bottom: f32, stroke: Stroke) {
    ui.painter()
        .vline(cell.right(), cell.top()..=bottom, stroke);
}

/// Whether this frame shows the answer to another query or of another store than the last one. The
/// list then begins at its top.
fn is_other_list(ui: &Ui, app: &App, view: &View) -> bool {
    let id = grid_id().with("list");
    let list = (app.store().to_owned(), view.query.clone());
    let last = ui.data(|data| data.get_temp(id));
    if last.as_ref() == Some(&list) {
        return false;
    }
    ui.data_mut(|data| data.insert_temp(id, list));
    true
}
