//! The grid of users. Only the visible rows are painted. Each row is one click target and one
//! sentence for screen readers.

mod header;
mod input;
mod rows;

pub use rows::{grid_id, visible_rows};

use eframe::egui::{
    self, Rect, Sense, Ui, UiBuilder, accesskit::Role, scroll_area::ScrollBarVisibility, vec2,
};
use egui_extras::{Column, TableBuilder};

use crate::app::{App, Command, FocusTarget};
use crate::directory::View;
use crate::plan::words::thousands;
use crate::ui::cells::{CellHint, cell};
use crate::ui::virtual_scroll::Stretch;
use crate::ui::{theme, widgets};
use header::{
    BOX_WIDTH, NARROWEST, fitting_columns, header_cell, paint_box, remember_widths, select_all_box,
    width_of,
};
use input::{interact, keyboard};
use rows::{PaintedRow, VisibleRows};

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
        let (mut painted, mut hints) = (Vec::new(), Vec::new());
        let body = table(ui, app, view, commands, &mut painted, &mut hints);
        let shows = VisibleRows {
            first: painted
                .iter()
                .find(|row| row.rect.center().y > body.top())
                .map_or(0, |row| row.row),
            last: painted
                .iter()
                .rev()
                .find(|row| row.rect.center().y < body.bottom())
                .map_or(0, |row| row.row),
        };
        ui.data_mut(|data| data.insert_temp(egui::Id::unique("visible rows"), shows));
        for row in &painted {
            let rect = row.rect.intersect(body);
            if rect.is_positive() {
                interact(
                    ui,
                    app,
                    view,
                    row,
                    rect,
                    &hints,
                    focus.has_focus(),
                    commands,
                );
            }
        }
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
    });
}

fn table(
    ui: &mut Ui,
    app: &App,
    view: &View,
    commands: &mut Vec<Command>,
    painted: &mut Vec<PaintedRow>,
    hints: &mut Vec<CellHint>,
) -> Rect {
    let columns = fitting_columns(app, ui.available_width());
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let stretch = Stretch::of(
        ui,
        grid_id(),
        view.len(),
        theme::ROW,
        app.next_frame.scroll_to_row,
    );
    // The scroll offset is set in each frame, so the area cannot bounce back by itself.
    ui.spacing_mut().scroll.kinetic.rubber_band &= !stretch.is_part();
    let mut builder = TableBuilder::new(ui)
        .id_salt(("grid table", &columns))
        .striped(true)
        .resizable(true)
        .animate_scrolling(false)
        .auto_shrink(false)
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
        .column(Column::exact(BOX_WIDTH));
    for (index, &column) in columns.iter().enumerate() {
        let is_last = index + 1 == columns.len();
        let column = if is_last {
            Column::remainder()
        } else {
            Column::initial(width_of(app, column))
        };
        builder = builder.column(column.at_least(NARROWEST).clip(true));
    }
    if stretch.is_part() {
        let hidden = ScrollBarVisibility::AlwaysHidden;
        builder = builder
            .vertical_scroll_offset(stretch.offset())
            .scroll_bar_visibility(hidden);
    } else if let Some(row) = app.next_frame.scroll_to_row {
        builder = builder.scroll_to_row(row, None);
    }
    let output = builder
        .header(theme::ROW, |mut header| {
            header.col(|ui| select_all_box(ui, app, view, commands));
            for &column in &columns {
                header.col(|ui| header_cell(ui, app, column, commands));
            }
        })
        .body(|body| {
            remember_widths(app, &columns, body.widths(), commands);
            body.rows(theme::ROW, stretch.len, |mut row| {
                let number = stretch.first + row.index();
                let Some((&position, id)) = view.positions.get(number).zip(view.id_at(number))
                else {
                    return;
                };
                let is_selected = app.selection.contains(id);
                row.set_selected(is_selected);
                let (mut whole, _) = row.col(|ui| paint_box(ui, is_selected));
                for &column in &columns {
                    let (cell, _) = row.col(|ui| cell(ui, app, view, position, column, hints));
                    whole = whole.union(cell);
                }
                let mut whole = whole.union(row.response().rect);
                whole.set_height(theme::ROW);
                painted.push(PaintedRow {
                    row: number,
                    id,
                    position,
                    rect: whole,
                });
            });
        });
    stretch.end(
        ui,
        grid_id(),
        output.inner_rect,
        theme::ROW,
        output.state.clamped_offset().y,
    );
    output.inner_rect
}
