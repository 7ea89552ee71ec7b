//! A list of rows that can be opened. It is one thing that has the focus: the arrows, Page Up and Page Down, Home and End
//! move a cursor in it, and Enter or Space opens the row of the cursor, as a click or a double click does.

use eframe::egui::{
    self, CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, accesskit, accesskit::Role, style::ScrollAnimation, vec2,
};

use super::{theme, widgets};

/// A list, by its id, with its name for assistive technology and its sizes.
pub struct RowList<'a> {
    pub list: &'a str,
    pub label: &'a str,
    pub height: f32,
    pub line: f32,
    pub count: usize,
    /// Is it to have the focus now?
    pub focus: Option<RowsFocus>,
    pub opens: OpenRowBy,
}

/// What opens a row with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenRowBy {
    Click,
    /// A click only moves the cursor, which is then seen also without the focus.
    DoubleClick,
}

/// What the list has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowListResponse {
    /// The row of the cursor; it means nothing in a list without rows.
    pub cursor: usize,
    pub opened: Option<usize>,
}

/// Where the cursor is when the list gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsFocus {
    /// On the first row: what is listed is new.
    First,
    /// Where it was.
    Kept,
}

/// The list as it was in the last frame.
#[derive(Clone, Copy, Debug, Default)]
struct LastFrame {
    cursor: usize,
    height: f32,
    /// How many rows Page Down goes on.
    page: usize,
}

impl RowList<'_> {
    /// Paints the visible rows; `paint` also gives the sentence that a row is read out as. Says which row was opened.
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
        let id = Id::unique(list);
        let focus = ui.interact(area, id, Sense::FOCUSABLE);
        if wanted.is_some() {
            focus.request_focus();
        }
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::List);
            node.set_label(label);
        });
        let old = ui.data(|data| data.get_temp::<LastFrame>(id));
        let kept = old
            .filter(|_| wanted != Some(RowsFocus::First))
            .map_or(0, |old| old.cursor);
        let mut cursor = kept.min(count.saturating_sub(1));
        let mut page = old.map_or(1, |old| old.page);
        // Where the list has become lower, as when a row was opened, that row must not slip out of it.
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

/// Where the keys pressed in this frame move the cursor.
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
        // A row is no stop of the Tab key, so egui itself tells neither where it is nor that it can be clicked.
        node.add_action(accesskit::Action::Click);
        node.set_bounds(accesskit::Rect {
            x0: rect.left().into(),
            y0: rect.top().into(),
            x1: rect.right().into(),
            y1: rect.bottom().into(),
        });
    });
}
