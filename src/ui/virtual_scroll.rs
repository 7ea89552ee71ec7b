//! Scrolling through very many rows. Places on the screen are numbers of 32 bits, in which the millionth row has no exact
//! place any more. So only a stretch of rows lies in the scroll area at a time; when its end comes near, it moves on by whole
//! rows, which nobody sees. The scroll bar is that of all rows.

use eframe::egui::{Id, Rect, Sense, Ui, accesskit::Role, pos2, vec2};

use super::theme;

/// How many rows lie in the scroll area at a time; lists that are not longer are scrolled as any other.
const ROWS: usize = 8192;
/// So near to its end the stretch moves on: further than one frame scrolls.
const MARGIN: usize = 1024;
const BAR: f32 = 8.0;
const SHORTEST_HANDLE: f32 = 24.0;

/// The rows that lie in the scroll area.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// The first of them. It is even, so that stripes stay where they are.
    pub first: usize,
    pub len: usize,
    /// How many rows there are in all.
    count: usize,
    /// How far the scroll area is scrolled, and how high it is.
    offset: f32,
    height: f32,
}

impl Stretch {
    /// The stretch of a list as it was in the last frame, with this many rows now, and with a row that should be seen in it.
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

    /// Are there more rows than lie in the scroll area? Then it is told how far to scroll, and has no bar of its own.
    pub fn is_part(&self) -> bool {
        self.count > ROWS
    }

    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// Notes how far the area has been scrolled, moves on where an end is near, and paints the bar of all rows.
    pub fn end(mut self, ui: &mut Ui, list: Id, body: Rect, line: f32, scrolled: f32) {
        (self.offset, self.height) = (scrolled, body.height());
        if self.is_part() {
            let seen = rows_in(f64::from(self.offset), line);
            let shown = rows_in(f64::from(body.height()), line) + 1;
            if seen < MARGIN || seen + shown + MARGIN > self.len {
                self.move_to((self.first + seen).saturating_sub(ROWS / 2), line);
            }
            self.bar_ui(ui, list, body, line);
        }
        ui.data_mut(|data| data.insert_temp(list.with("stretch"), self));
    }

    /// Scrolls no further than it takes to see a row. The area itself would need a frame more, and may be another one then.
    fn show(&mut self, row: usize, line: f32) {
        if !self.has_within(row) {
            self.move_to(row.saturating_sub(ROWS / 2), line);
        }
        let top = row.saturating_sub(self.first) as f32 * line;
        self.offset = self.offset.min(top).max(top + line - self.height);
    }

    /// Lies this row far enough from the ends, or at an end of the list itself?
    fn has_within(&self, row: usize) -> bool {
        let (first, end) = (self.first, self.first + self.len);
        (first == 0 || first + MARGIN <= row) && (end == self.count || row + MARGIN < end)
    }

    /// Begins with another row, and stays where it is on the screen.
    fn move_to(&mut self, first: usize, line: f32) {
        let first = first.min(self.count.saturating_sub(ROWS)) & !1;
        self.len = (self.count - first).min(ROWS + 1);
        let moved = self.first as f64 - first as f64;
        self.offset = (f64::from(self.offset) + moved * f64::from(line)).max(0.0) as f32;
        self.first = first;
    }

    fn bar_ui(&mut self, ui: &mut Ui, list: Id, body: Rect, line: f32) {
        let track = body.with_min_x(body.right() - BAR);
        let response = ui.interact(track, list.with("scroll bar"), Sense::click_and_drag());
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
        // Dragged by where it was taken hold of; a click beside it takes its middle.
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

/// How many whole rows there are in a height.
#[allow(clippy::cast_sign_loss, reason = "what is below zero is none")]
fn rows_in(height: f64, line: f32) -> usize {
    (height / f64::from(line)).max(0.0) as usize
}
