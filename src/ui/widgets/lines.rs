//! Lists that are scrolled with keys, and lines of PowerShell.

use eframe::egui::{
    self, Align2, Button, EventFilter, FontId, Key, Modifiers, Rect, ScrollArea, Sense, Ui,
    UiBuilder, accesskit::Role, pos2, vec2,
};

use super::badges::paint_cut;
use super::texts::{focus_ring, name};
use crate::app::Command;
use crate::ui::theme;

/// A list of lines of equal height. The list has the focus as a whole; the arrows, Page Up and Page
/// Down, Home and End scroll it, so that it is usable without a mouse.
pub fn lines(
    ui: &mut Ui,
    list: &str,
    label: &str,
    height: f32,
    line: f32,
    count: usize,
    mut paint: impl FnMut(&mut Ui, usize),
) {
    scrolled(ui, list, label, height, line, |ui, scroll, down| {
        scroll.show_rows(ui, line, count, |ui, rows| {
            if down != 0.0 {
                ui.scroll_with_delta(vec2(0.0, -down));
            }
            rows.for_each(|row| paint(ui, row));
        });
    });
}

/// A list whose first lines have heights of their own, as [`lines`] is one of equal heights. `paint`
/// gets the rectangle of a line.
pub fn uneven_lines(
    ui: &mut Ui,
    list: &str,
    label: &str,
    height: f32,
    tops: &LineTops,
    mut paint: impl FnMut(&mut Ui, usize, Rect),
) {
    scrolled(ui, list, label, height, tops.line, |ui, scroll, down| {
        scroll.show_viewport(ui, |ui, seen| {
            if down != 0.0 {
                ui.scroll_with_delta(vec2(0.0, -down));
            }
            ui.set_height(tops.of(tops.count));
            let (left, top) = (ui.max_rect().left(), ui.max_rect().top());
            let width = ui.max_rect().width();
            let mut row = tops.row_at(seen.top());
            while row < tops.count && tops.of(row) < seen.bottom() {
                let size = vec2(width, tops.of(row + 1) - tops.of(row));
                let rect = Rect::from_min_size(pos2(left, top + tops.of(row)), size);
                let line = UiBuilder::new().max_rect(rect).id_salt(row);
                ui.scope_builder(line, |ui| paint(ui, row, rect));
                row += 1;
            }
        });
    });
}

/// The positions of the lines of a list, in points from its top.
#[derive(Clone, Debug)]
pub struct LineTops {
    /// The tops of the first lines, and the bottom of the last of them.
    first: Vec<f32>,
    /// The height of each other line.
    line: f32,
    count: usize,
}

impl LineTops {
    /// A list of `count` lines. `heights` are those of the first lines.
    pub fn new(heights: impl Iterator<Item = f32>, line: f32, count: usize) -> Self {
        let mut first = vec![0.0];
        let mut end = 0.0;
        for height in heights {
            end += height;
            first.push(end);
        }
        Self { first, line, count }
    }

    fn of(&self, row: usize) -> f32 {
        let last = self.first.len() - 1;
        let end = self.first.get(row.min(last)).copied().unwrap_or_default();
        end + row.saturating_sub(last) as f32 * self.line
    }

    /// The line at a distance from the top.
    #[allow(clippy::cast_sign_loss, reason = "it is not below 0")]
    fn row_at(&self, y: f32) -> usize {
        let last = self.first.len() - 1;
        let end = self.of(last);
        if y >= end {
            last + ((y - end).max(0.0) / self.line) as usize
        } else {
            self.first
                .partition_point(|&top| top <= y)
                .saturating_sub(1)
        }
    }
}

/// A scroll area that has the focus as a whole, with the distance by which keys scroll it.
fn scrolled(
    ui: &mut Ui,
    list: &str,
    label: &str,
    height: f32,
    line: f32,
    contents: impl FnOnce(&mut Ui, ScrollArea, f32),
) {
    let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let id = lines_id(ui, list);
    let focus = ui.interact(area, id, Sense::FOCUSABLE);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::List);
        node.set_label(label);
    });
    let down = if focus.has_focus() {
        keys_down(ui, id, line, height)
    } else {
        0.0
    };
    let scroll = ScrollArea::vertical()
        .id_salt(list)
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink(false);
    contents(ui, scroll, down);
    if focus.has_focus() {
        focus_ring(ui, area);
    }
}

/// The ID of a list in this scope, to give it the focus. The scope names the store and the view, so
/// that no list begins where another one was.
pub fn lines_id(ui: &Ui, list: &str) -> egui::Id {
    ui.scope_id().with(list)
}

/// The distance in points by which the keys of this frame scroll a focused list.
pub fn keys_down(ui: &Ui, id: egui::Id, line: f32, page: f32) -> f32 {
    const ALL: f32 = 1e9;
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let keys = [
        (Key::ArrowDown, line),
        (Key::ArrowUp, -line),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::Home, -ALL),
        (Key::End, ALL),
    ];
    ui.input_mut(|input| {
        keys.into_iter()
            .map(|(key, by)| input.count_and_consume_key(Modifiers::NONE, key) as f32 * by)
            .sum()
    })
}

/// A line of PowerShell, with a button that copies it.
pub fn command_line(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        const COPY: f32 = 58.0;
        ui.spacing_mut().item_spacing.x = theme::GAP_S;
        let (rect, response) = ui.allocate_exact_size(
            vec2(ui.available_width() - COPY - theme::GAP_S, theme::CONTROL),
            Sense::hover(),
        );
        ui.painter()
            .rect_filled(rect, theme::RADIUS, palette.stripe);
        let font = FontId::monospace(theme::SMALL - 1.0);
        paint_cut(
            ui,
            rect.shrink2(vec2(8.0, 0.0)),
            Align2::LEFT_CENTER,
            text,
            font,
            palette.text,
        );
        name(&response, text);
        response.on_hover_text(text);
        let copy = ui.add_sized(vec2(COPY, theme::CONTROL), Button::new("Copy"));
        name(&copy, "Copy as PowerShell");
        if copy
            .on_hover_text("Copy this line of PowerShell.")
            .clicked()
        {
            commands.push(Command::Copy(text.to_owned()));
        }
    });
}

/// A bar with the finished share of some work, from 0 to 1. None: it is not known.
pub fn progress(ui: &mut Ui, share: Option<f32>, width: f32, label: &str) {
    const HEIGHT: f32 = 6.0;
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
    let done = rect.width() * share.unwrap_or(0.0).clamp(0.0, 1.0);
    ui.painter().rect_filled(rect, 2.0, palette.line);
    let done = rect.with_max_x(rect.left() + done);
    ui.painter().rect_filled(done, 2.0, palette.accent);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ProgressIndicator);
        node.set_label(label);
        if let Some(share) = share {
            node.set_numeric_value(f64::from(share));
            node.set_max_numeric_value(1.0);
        }
    });
}
