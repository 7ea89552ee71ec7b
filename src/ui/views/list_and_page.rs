//! The shape of a view with a list at the left and a page beside it.

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2};

/// The two parts of a view: a list of this width at the left, and a page of at most this width beside
/// it, in points.
pub(super) fn list_and_page(ui: &mut Ui, list_width: f32, page_width: f32) -> (Ui, Ui) {
    let room = ui.available_rect_before_wrap();
    let list = room.with_max_x(room.left() + list_width);
    let left = list.right() + 16.0;
    let page = Rect::from_min_max(
        pos2(left, room.top()),
        pos2(room.right().min(left + page_width), room.bottom()),
    );
    let mut part = |id: &str, rect: Rect| {
        let layout = Layout::top_down(Align::Min);
        ui.new_child(UiBuilder::new().id_salt(id).max_rect(rect).layout(layout))
    };
    (part("list", list), part("page", page))
}
