//! The boxes that show and change which rows are selected.

use eframe::egui::{self, Color32, Rect, Sense, Stroke, Ui, accesskit::Role, pos2, vec2};

use crate::app::{App, Command, NamedCommand};
use crate::directory::View;
use crate::ui::icons::Icon;
use crate::ui::{icons, theme, widgets};

/// The width of the column of boxes, in points.
pub(super) const BOX_WIDTH: f32 = 36.0;

/// The box of the header, which selects all users of the list.
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

/// The box of a row.
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
