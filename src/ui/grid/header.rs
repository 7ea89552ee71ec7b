//! The header of the grid: its columns, their widths, and the box that selects all.

use eframe::egui::{self, Align2, Color32, Rect, Sense, Stroke, Ui, accesskit::Role, pos2, vec2};
use strum::VariantArray as _;

use crate::app::{App, Command, NamedCommand};
use crate::directory::{SortColumn, View};
use crate::ui::cells::CELL_MARGIN;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub(super) const BOX_WIDTH: f32 = 36.0;

pub(super) const SCROLL_BAR: f32 = 12.0;

pub(super) const NARROWEST: f32 = 48.0;

/// The shown columns that fit into the room, the most important ones first. A column that does not
/// fit is left out rather than cut off; the menu still lists it.
pub(super) fn fitting_columns(app: &App, room: f32) -> Vec<SortColumn> {
    let mut left = room - BOX_WIDTH - SCROLL_BAR;
    SortColumn::VARIANTS
        .iter()
        .copied()
        .filter(|&column| app.settings.shows(column))
        .take_while(|&column| {
            left -= width_of(app, column);
            left >= 0.0 || column == SortColumn::DisplayName
        })
        .collect()
}

/// Stores the widths of dragged columns. The last column fills the remaining width, so its width is
/// not stored.
pub(super) fn remember_widths(
    app: &App,
    columns: &[SortColumn],
    widths: &[f32],
    commands: &mut Vec<Command>,
) {
    let dragged = columns.iter().zip(widths.get(1..).unwrap_or_default());
    for (&column, &width) in dragged.take(columns.len().saturating_sub(1)) {
        if (width - width_of(app, column)).abs() > 0.5 {
            commands.push(Command::SetColumnWidth(column, width));
        }
    }
}

pub(super) fn width_of(app: &App, column: SortColumn) -> f32 {
    app.settings
        .column_widths
        .get(&column)
        .copied()
        .unwrap_or(match column {
            SortColumn::DisplayName => 180.0,
            SortColumn::SipAddress => 210.0,
            SortColumn::Account => 140.0,
            SortColumn::Pin => 62.0,
            SortColumn::Lock => 140.0,
            SortColumn::Locked => 140.0,
            SortColumn::Expires => 184.0,
            SortColumn::LastChange => 96.0,
        })
}

pub(super) fn select_all_box(ui: &mut Ui, app: &App, view: &View, commands: &mut Vec<Command>) {
    let is_all = app.selection.covers(view);
    let response = ui.interact(
        ui.max_rect(),
        ui.scope_id().with("select all"),
        Sense::click(),
    );
    paint_box(ui, is_all);
    if response.has_focus() {
        widgets::focus_ring(ui, ui.max_rect());
    }
    let info =
        || egui::WidgetInfo::selected(Role::CheckBox, true, is_all, NamedCommand::SelectAll.text());
    response.widget_info(info);
    if response
        .on_hover_text(NamedCommand::SelectAll.tooltip())
        .clicked()
    {
        commands.push(Command::Do(if is_all {
            NamedCommand::ClearSelection
        } else {
            NamedCommand::SelectAll
        }));
    }
}

pub(super) fn header_cell(ui: &mut Ui, app: &App, column: SortColumn, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let rect = ui.max_rect();
    let response = ui.interact(
        rect.shrink2(vec2(3.0, 0.0)),
        ui.scope_id().with("sort"),
        Sense::click(),
    );
    let is_sorted = app.query.sort.column == column;
    let color = if is_sorted || response.hovered() {
        palette.text
    } else {
        palette.secondary
    };
    let text_rect = rect
        .shrink2(vec2(CELL_MARGIN, 0.0))
        .with_max_x(rect.right() - if is_sorted { 20.0 } else { 4.0 });
    let font = if is_sorted {
        theme::strong(theme::SMALL)
    } else {
        theme::small()
    };
    widgets::paint_cut(
        ui,
        text_rect,
        Align2::LEFT_CENTER,
        column.label(),
        font,
        color,
    );
    if is_sorted {
        let square =
            Rect::from_center_size(pos2(rect.right() - 12.0, rect.center().y), vec2(10.0, 10.0));
        icons::paint(
            ui.painter(),
            square,
            if app.query.sort.descending {
                Icon::Down
            } else {
                Icon::Up
            },
            color,
        );
    }
    if response.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    let name = match (is_sorted, app.query.sort.descending) {
        (false, _) => format!("Sort by {}", column.label()),
        (true, false) => format!("Sort by {}, ascending", column.label()),
        (true, true) => format!("Sort by {}, descending", column.label()),
    };
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, name.clone()));
    if response.on_hover_text(column.label()).clicked() {
        commands.push(Command::SortBy(column));
    }
}

pub(super) fn paint_box(ui: &mut Ui, is_selected: bool) {
    let palette = theme::palette(ui);
    let square = Rect::from_center_size(
        pos2(ui.max_rect().left() + 18.0, ui.max_rect().center().y),
        vec2(16.0, 16.0),
    );
    let (fill, outline) = if is_selected {
        (palette.accent, palette.accent)
    } else {
        (Color32::TRANSPARENT, palette.outline)
    };
    ui.painter().rect(
        square,
        3.0,
        fill,
        Stroke::new(1.0, outline),
        egui::StrokeKind::Inside,
    );
    if is_selected {
        icons::paint(
            ui.painter(),
            square.shrink(3.0),
            Icon::Check,
            palette.on_accent,
        );
    }
}
