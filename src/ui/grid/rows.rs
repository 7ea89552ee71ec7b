//! IDs of the grid and its rows, and which rows and columns are visible.

use eframe::egui::{self, Rect};

use crate::app::{App, GridColumn};
use crate::directory::{Position, View};
use crate::domain::user::UserId;
use crate::ui::cells::CellHint;

/// The ID of the grid, which has the focus as a whole.
pub fn grid_id() -> egui::Id {
    egui::Id::unique("grid")
}

pub(super) fn row_id(id: UserId) -> egui::Id {
    egui::Id::unique(("grid row", id.0))
}

/// The rows that were visible in the last frame, for the status line and for Page Up and Page Down.
#[derive(Clone, Copy, Debug, Default)]
pub struct VisibleRows {
    pub first: usize,
    pub last: usize,
}

impl VisibleRows {
    pub(super) fn keep(self, ctx: &egui::Context) {
        ctx.data_mut(|data| data.insert_temp(egui::Id::unique("visible rows"), self));
    }
}

pub fn visible_rows(ctx: &egui::Context) -> VisibleRows {
    ctx.data(|data| data.get_temp(egui::Id::unique("visible rows")))
        .unwrap_or_default()
}

/// The columns that were shown in the last frame, for the choice of columns and for copying.
pub fn visible_columns(ctx: &egui::Context) -> Vec<GridColumn> {
    ctx.data(|data| data.get_temp(egui::Id::unique("visible columns")))
        .unwrap_or_default()
}

pub(super) fn keep_visible_columns(ctx: &egui::Context, columns: &[GridColumn]) {
    let id = egui::Id::unique("visible columns");
    ctx.data_mut(|data| data.insert_temp(id, columns.to_vec()));
}

/// A painted row and its position.
pub(super) struct PaintedRow {
    pub row: usize,
    pub id: UserId,
    pub position: Position,
    pub rect: Rect,
}

/// The list as it is painted in this frame: its columns and their widths.
pub(super) struct UserList<'a> {
    pub app: &'a App,
    pub view: &'a View,
    pub area: Rect,
    pub columns: Vec<GridColumn>,
}

/// The painted list, for the parts that lie over it.
pub(super) struct PaintedList {
    pub rows: Vec<PaintedRow>,
    pub hints: Vec<CellHint>,
    /// The visible part of the rows.
    pub body: Rect,
    /// The column whose width is to fit the painted rows.
    pub fits: Option<GridColumn>,
}
