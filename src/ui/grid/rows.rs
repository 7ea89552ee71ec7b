//! IDs of the grid and its rows, and which rows are visible.

use eframe::egui::{self, Rect};

use crate::directory::Position;
use crate::domain::user::UserId;

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

pub fn visible_rows(ctx: &egui::Context) -> VisibleRows {
    ctx.data(|data| data.get_temp(egui::Id::unique("visible rows")))
        .unwrap_or_default()
}

/// A painted row and its position.
pub(super) struct PaintedRow {
    pub row: usize,
    pub id: UserId,
    pub position: Position,
    pub rect: Rect,
}
