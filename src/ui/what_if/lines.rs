//! The list of the users of a preview. Changes that undo what somebody did on purpose stand first,
//! under a heading of their own, and reasons are shown whole.

use eframe::egui::{self, Align, Frame, Layout, Rect, RichText, Stroke, Ui, UiBuilder, vec2};

use super::line::{LINE, is_open_preview, line_height, line_ui};
use crate::app::{App, Command, FocusTarget, NamedCommand, PreviewList, WhatIfPanel};
use crate::plan::words::thousands;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::widgets::LineTops;
use crate::ui::{theme, widgets};

const LIST: &str = "preview list";
/// The number of first lines that are as high as their reasons need. The reasons of others are cut,
/// and shown whole on hover, since a preview can have a million lines.
const MEASURED: usize = 500;
/// The height of a heading in the list, in points.
pub const HEADING: f32 = 36.0;

/// The list of users, with `keep_below` points free below it.
pub fn list_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    keep_below: f32,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let mut list_id = egui::Id::NULL;
    let height = (ui.available_height() - keep_below).max(LINE);
    Frame::new()
        .fill(palette.window)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            list_id = widgets::lines_id(ui, LIST);
            ui.spacing_mut().item_spacing.y = 0.0;
            let tops = tops(ui, app, list, can_take_out);
            let label = "Users of the preview";
            widgets::uneven_lines(ui, LIST, label, height - 2.0, &tops, |ui, row, rect| {
                let Some(line) = list.line(row, app.zone()) else {
                    return;
                };
                let heading = heading(app, list, row);
                if let Some(heading) = heading {
                    let rect = rect.with_max_y(rect.top() + HEADING);
                    // The question has this button, too.
                    let is_asked = matches!(app.panel, WhatIfPanel::Confirming { .. });
                    heading_ui(ui, list, heading, rect, can_take_out && !is_asked, commands);
                }
                let top = rect.top() + heading.map_or(0.0, |_| HEADING);
                let rect = rect.with_min_y(top);
                line_ui(ui, app, list, &line, rect, can_take_out, commands);
            });
        });
    // The focus is requested after painting, because egui does not give it to widgets below a
    // dialog in the frame in which the dialog closes.
    if app.next_frame.focus == Some(FocusTarget::Preview) {
        ui.memory_mut(|memory| memory.request_focus(list_id));
    }
}

/// The facts on which the heights of lines depend: the preview, its revision, the width of the list, and whether
/// users can be taken out.
type LineKey = (u64, u64, u32, bool);

/// The positions of the lines. They are measured again when the list or its width changes.
fn tops(ui: &Ui, app: &App, list: &PreviewList, can_take_out: bool) -> LineTops {
    // The scroll bar may need a part of the width.
    let width = ui.available_width() - ui.spacing().scroll.allocated_width();
    let key: LineKey = (app.previews(), list.revision, width.to_bits(), can_take_out);
    let id = ui.scope_id().with("line tops");
    let kept: Option<(LineKey, LineTops)> = ui.data(|data| data.get_temp(id));
    if let Some((of, tops)) = kept
        && of == key
    {
        return tops;
    }
    let heights = (0..list.len().min(MEASURED)).map(|row| {
        let line = list.line(row, app.zone());
        let line = line.map_or(LINE, |line| {
            line_height(ui, app, list, &line, width, can_take_out)
        });
        line + heading(app, list, row).map_or(0.0, |_| HEADING)
    });
    let tops = LineTops::new(heights, LINE, list.len());
    ui.data_mut(|data| data.insert_temp(id, (key, tops.clone())));
    tops
}

/// A heading above a line.
#[derive(Clone, Copy)]
enum Heading {
    Cautious,
    Others,
}

/// The heading above a row. Only a list with cautions that can still be applied has headings.
fn heading(app: &App, list: &PreviewList, row: usize) -> Option<Heading> {
    let cautious = list.first_cautious();
    if cautious == 0 || !is_open_preview(app, list) {
        return None;
    }
    match row {
        0 => Some(Heading::Cautious),
        row if row == cautious => Some(Heading::Others),
        _ => None,
    }
}

/// The bar above another list of a preview: the number of its cautions, and the button that leaves
/// them out.
pub fn leave_out_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    let size = vec2(ui.available_width(), HEADING);
    let rect = ui.allocate_space(size).1;
    heading_ui(ui, list, Heading::Cautious, rect, true, commands);
}

fn heading_ui(
    ui: &mut Ui,
    list: &PreviewList,
    heading: Heading,
    rect: Rect,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let (tone, icon, text) = match heading {
        Heading::Cautious => {
            let count = thousands(list.cautions);
            let text = format!("{count} locked on purpose");
            (palette.administrator, Icon::Warning, text)
        }
        Heading::Others => (palette.neutral, Icon::People, "Other users".to_owned()),
    };
    ui.painter().rect_filled(rect, 0.0, tone.fill);
    let inside = rect.shrink2(vec2(10.0, 4.0));
    let mut row = ui.new_child(
        UiBuilder::new()
            .id_salt(text.as_str())
            .max_rect(inside)
            .layout(Layout::left_to_right(Align::Center)),
    );
    row.spacing_mut().item_spacing.x = theme::GAP_S;
    icons::show(&mut row, icon, 14.0, tone.text);
    row.label(
        RichText::new(text)
            .font(theme::strong(theme::BODY))
            .color(tone.text),
    );
    if matches!(heading, Heading::Cautious) && can_take_out {
        row.with_layout(Layout::right_to_left(Align::Center), |ui| {
            widgets::command_button(ui, NamedCommand::LeaveOutCautious, true, commands);
        });
    }
    widgets::bottom_line(ui, rect);
}
