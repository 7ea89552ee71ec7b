//! Scrolling through very many rows. Screen coordinates are 32-bit floats, which are not exact
//! enough for the millionth row. The scroll area therefore holds only a stretch of the rows. When
//! one of its ends comes near, the stretch moves by whole rows, which is not visible. The scroll
//! bar is for all rows, and stands beside the scroll area.

use eframe::egui::{Id, Rect, Sense, Ui, accesskit::Role, pos2, vec2};

use super::{theme, widgets};

/// The number of rows in the scroll area. Shorter lists are scrolled as usual.
const ROWS: usize = 8192;
/// The distance in rows from an end at which the stretch moves. One frame scrolls less than that.
const MARGIN: usize = 1024;
const BAR: f32 = 8.0;
const SHORTEST_HANDLE: f32 = 24.0;

/// The rows in the scroll area.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// The first row of the stretch. It is even, so that the stripes of rows stay the same.
    pub first: usize,
    pub len: usize,
    /// The number of all rows.
    count: usize,
    /// The scroll offset of the area in points. `height` is its height in points.
    offset: f32,
    height: f32,
}

impl Stretch {
    /// The stretch of the last frame, adapted to `count` rows. It contains the row `wanted`, which
    /// should be visible.
    pub fn of(ui: &Ui, list: Id, count: usize, line: f32, wanted: Option<usize>) -> Self {
        let old: Self = ui
            .data(|data| data.get_temp(list.with("stretch")))
            .unwrap_or_default();
        let mut stretch = Self {
            count,
            len: count.min(ROWS),
            ..old
        };
        stretch.move_to(old.first, line);
        if let Some(row) = wanted {
            stretch.show(row, line);
        }
        stretch
    }

    /// Whether the stretch holds only a part of the rows.
    fn is_part(&self) -> bool {
        self.count > ROWS
    }

    /// The scroll offset that the area gets in points. The area has no bar of its own.
    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// Stores the new scroll offset, moves the stretch if an end is near, and paints the scroll
    /// bar at the right edge of `body`.
    pub fn end(mut self, ui: &mut Ui, list: Id, body: Rect, line: f32, scrolled: f32) {
        (self.offset, self.height) = (scrolled, body.height());
        if self.is_part() {
            let seen = rows_in(f64::from(self.offset), line);
            let shown = rows_in(f64::from(body.height()), line) + 1;
            if seen < MARGIN || seen + shown + MARGIN > self.len {
                self.move_to((self.first + seen).saturating_sub(ROWS / 2), line);
            }
        }
        if self.count as f64 * f64::from(line) > f64::from(body.height()) {
            self.bar_ui(ui, list, body, line);
        }
        ui.data_mut(|data| data.insert_temp(list.with("stretch"), self));
    }

    /// Scrolls just far enough to make a row visible. The scroll area itself would do so one frame
    /// later, when the stretch may have moved.
    fn show(&mut self, row: usize, line: f32) {
        if !self.has_within(row) {
            self.move_to(row.saturating_sub(ROWS / 2), line);
        }
        let top = row.saturating_sub(self.first) as f32 * line;
        // The height is not known before the first frame.
        let height = self.height.max(line);
        self.offset = self.offset.min(top).max(top + line - height);
    }

    /// Whether a row is in the stretch and not near one of its ends, except for the ends of the
    /// list itself.
    fn has_within(&self, row: usize) -> bool {
        let (first, end) = (self.first, self.first + self.len);
        (first == 0 || first + MARGIN <= row) && (end == self.count || row + MARGIN < end)
    }

    /// Moves the stretch to another first row. The visible rows keep their positions on the screen.
    fn move_to(&mut self, first: usize, line: f32) {
        let first = first.min(self.count.saturating_sub(ROWS)) & !1;
        self.len = (self.count - first).min(ROWS + 1);
        let moved = self.first as f64 - first as f64;
        self.offset = (f64::from(self.offset) + moved * f64::from(line)).max(0.0) as f32;
        self.first = first;
    }

    fn bar_ui(&mut self, ui: &mut Ui, list: Id, body: Rect, line: f32) {
        let track = body.with_min_x(body.right() - BAR);
        // The list is scrolled with its own keys, so the bar is not a tab stop.
        let sense = Sense::CLICK | Sense::DRAG;
        let response = ui.interact(track, list.with("scroll bar"), sense);
        widgets::describe_target(ui, response.id, track);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::ScrollBar);
            node.set_label("Scroll");
        });
        let all = self.count as f64 * f64::from(line);
        let (shown, room) = (f64::from(body.height()), all - f64::from(body.height()));
        let handle =
            (shown / all * f64::from(track.height())).max(f64::from(SHORTEST_HANDLE)) as f32;
        let way = track.height() - handle;
        let top = self.first as f64 * f64::from(line) + f64::from(self.offset);
        let mut at = (top / room).clamp(0.0, 1.0) as f32;
        // A drag keeps the point where the handle was grabbed. A click beside the handle moves its
        // middle there.
        let held = list.with("scroll bar held");
        if let Some(pointer) = response.interact_pointer_pos() {
            let inside = pointer.y - (track.top() + at * way);
            let grip = if response.drag_started() || response.clicked() {
                let grip = if (0.0..handle).contains(&inside) {
                    inside
                } else {
                    handle / 2.0
                };
                ui.data_mut(|data| data.insert_temp(held, grip));
                grip
            } else {
                ui.data(|data| data.get_temp(held)).unwrap_or(handle / 2.0)
            };
            at = ((pointer.y - grip - track.top()) / way).clamp(0.0, 1.0);
            if response.dragged() || response.clicked() {
                let top = f64::from(at) * room;
                let row = rows_in(top, line);
                self.move_to(row.saturating_sub(ROWS / 2), line);
                self.offset = (top - self.first as f64 * f64::from(line)) as f32;
                ui.ctx().request_repaint();
            }
        }
        let scroll = &ui.style().spacing.scroll;
        let opacity = match (
            response.hovered() || response.dragged(),
            ui.rect_contains_pointer(body),
        ) {
            (true, _) => scroll.interact_handle_opacity,
            (false, true) => scroll.active_handle_opacity,
            (false, false) => scroll.dormant_handle_opacity,
        };
        let rect = Rect::from_min_size(
            pos2(track.left(), track.top() + at * way),
            vec2(BAR, handle),
        );
        ui.painter().rect_filled(
            rect,
            BAR / 2.0,
            theme::palette(ui).text.gamma_multiply(opacity),
        );
    }
}

/// The number of whole rows in a height in points.
#[allow(clippy::cast_sign_loss, reason = "a negative height has no rows")]
fn rows_in(height: f64, line: f32) -> usize {
    (height / f64::from(line)).max(0.0) as usize
}
