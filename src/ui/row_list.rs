//! A list of rows that can be opened. The list has the focus as a whole: the arrows, Page Up and
//! Page Down, Home and End move its cursor. Enter, Space, and a click or double click open a row.

use eframe::egui::{
    self, CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, accesskit, accesskit::Role, style::ScrollAnimation, vec2,
};

use super::{theme, widgets};

/// A list: its ID, its name for assistive technology, and its sizes in points.
pub struct RowList<'a> {
    pub list: &'a str,
    pub label: &'a str,
    pub height: f32,
    pub line: f32,
    pub count: usize,
    /// Whether the list gets the focus in this frame, and where its cursor is then.
    pub focus: Option<RowsFocus>,
    pub opens: OpenRowBy,
}

/// The mouse action that opens a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenRowBy {
    Click,
    /// A click only moves the cursor. The cursor is then visible without the focus too.
    DoubleClick,
}

/// The result of painting a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowListResponse {
    /// The row of the cursor. Without meaning if the list is empty.
    pub cursor: usize,
    pub opened: Option<usize>,
}

/// The position of the cursor when the list gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsFocus {
    /// The first row, because the rows are new.
    First,
    /// The row where it was.
    Kept,
    /// This row.
    At(usize),
}

/// The state of the list in the last frame.
#[derive(Clone, Copy, Debug, Default)]
struct LastFrame {
    cursor: usize,
    height: f32,
    /// The number of rows that Page Down moves.
    page: usize,
}

impl RowList<'_> {
    /// Paints the visible rows. `paint` returns the sentence for screen readers of each row.
    pub fn show(
        self,
        ui: &mut Ui,
        mut paint: impl FnMut(&mut Ui, usize, &Response) -> String,
    ) -> RowListResponse {
        let Self {
            list,
            label,
            height,
            line,
            count,
            focus: wanted,
            opens,
        } = self;
        let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
        // The scope names the store and the view, so that no list begins where another one was.
        let id = ui.scope_id().with(list);
        let focus = ui.interact(area, id, Sense::FOCUSABLE);
        if wanted.is_some() {
            focus.request_focus();
        }
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::List);
            node.set_label(label);
        });
        let old = ui.data(|data| data.get_temp::<LastFrame>(id));
        let kept = match wanted {
            Some(RowsFocus::First) => 0,
            Some(RowsFocus::At(row)) => row,
            Some(RowsFocus::Kept) | None => old.map_or(0, |old| old.cursor),
        };
        let mut cursor = kept.min(count.saturating_sub(1));
        let mut page = old.map_or(1, |old| old.page);
        // If the list has become lower, for example because a row was opened, the row of the cursor
        // must stay visible.
        let is_lower = old.is_some_and(|old| height < old.height);
        let (mut opened, mut has_moved) = (None, wanted.is_some() || is_lower);
        if focus.has_focus() && count > 0 {
            let to = moved(ui, id, cursor, count - 1, page);
            has_moved |= to != cursor;
            cursor = to;
            opened = is_opened(ui).then_some(cursor);
        }
        let scroll = ScrollArea::vertical()
            .id_salt(list)
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink(false);
        scroll.show_rows(ui, line, count, |ui, visible| {
            page = visible.len().saturating_sub(2).max(1);
            let top = ui.max_rect().top() - visible.start as f32 * line;
            if has_moved {
                let rect = Rect::from_min_size(
                    egui::pos2(ui.max_rect().left(), top + cursor as f32 * line),
                    vec2(ui.available_width(), line),
                );
                ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
            }
            for row in visible {
                let (_, rect) = ui.allocate_space(vec2(ui.available_width(), line));
                let response = ui
                    .interact(rect, id.with(row), Sense::CLICK)
                    .on_hover_cursor(CursorIcon::PointingHand);
                if opens == OpenRowBy::DoubleClick && row == cursor {
                    ui.painter()
                        .rect_filled(rect, 0.0, theme::palette(ui).selected);
                }
                let sentence = paint(ui, row, &response);
                describe(ui, &response, rect.intersect(ui.clip_rect()), &sentence);
                if row == cursor && focus.has_focus() {
                    let active = response.id.accesskit_id();
                    ui.ctx()
                        .accesskit_node_builder(id, |node| node.set_active_descendant(active));
                    let stroke = Stroke::new(1.0, theme::palette(ui).accent);
                    ui.painter()
                        .rect_stroke(rect.shrink(2.0), 2.0, stroke, StrokeKind::Inside);
                }
                if response.clicked() {
                    focus.request_focus();
                    cursor = row;
                    if opens == OpenRowBy::Click || response.double_clicked() {
                        opened = Some(row);
                    }
                }
            }
        });
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
        ui.data_mut(|data| {
            data.insert_temp(
                id,
                LastFrame {
                    cursor,
                    height,
                    page,
                },
            )
        });
        RowListResponse { cursor, opened }
    }
}

/// The row to which the keys of this frame move the cursor.
fn moved(ui: &Ui, id: Id, cursor: usize, last: usize, page: usize) -> usize {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let page = isize::try_from(page).unwrap_or(1);
    let moves = [
        (Key::ArrowDown, 1),
        (Key::ArrowUp, -1),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::Home, isize::MIN),
        (Key::End, isize::MAX),
    ];
    ui.input_mut(|input| {
        moves.into_iter().fold(cursor, |cursor, (key, by)| {
            let times = input.count_and_consume_key(Modifiers::NONE, key);
            (0..times).fold(cursor, |cursor, _| {
                cursor.saturating_add_signed(by).min(last)
            })
        })
    })
}

fn is_opened(ui: &Ui) -> bool {
    ui.input_mut(|input| {
        [Key::Enter, Key::Space]
            .into_iter()
            .any(|key| input.consume_key(Modifiers::NONE, key))
    })
}

fn describe(ui: &Ui, response: &Response, rect: Rect, sentence: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence);
        // A row is not a tab stop, so egui reports neither its bounds nor its click action to
        // assistive technology.
        node.add_action(accesskit::Action::Click);
        node.set_bounds(accesskit::Rect {
            x0: rect.left().into(),
            y0: rect.top().into(),
            x1: rect.right().into(),
            y1: rect.bottom().into(),
        });
    });
}
