//! The grid of users. Only the visible rows are painted; each is one thing to click and one sentence to hear.

use eframe::egui::{
    self, Align2, Color32, EventFilter, Key, Modifiers, Rect, RichText, Sense, Stroke, Ui,
    UiBuilder, accesskit::Role, pos2, scroll_area::ScrollBarVisibility, vec2,
};
use egui_extras::{Column, TableBuilder};
use strum::VariantArray as _;

use super::cells::{CELL_MARGIN, CellHint, cell};
use super::icons;
use super::icons::Icon;
use super::virtual_scroll::Stretch;
use super::{theme, widgets};
use crate::app::{App, Command, CursorMove, CursorSelects, FocusWish, NamedCommand, row_text};
use crate::directory::{Position, SortColumn, View};
use crate::domain::user::UserId;
use crate::plan::Action;
use crate::plan::words::thousands;

const BOX_WIDTH: f32 = 36.0;
const SCROLL_BAR: f32 = 12.0;
const NARROWEST: f32 = 48.0;

/// The grid as one thing that has the focus.
pub fn grid_id() -> egui::Id {
    egui::Id::unique("grid")
}

fn row_id(id: UserId) -> egui::Id {
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

/// A row that was painted, and where.
struct PaintedRow {
    row: usize,
    id: UserId,
    place: Position,
    rect: Rect,
}

pub fn grid_ui(ui: &mut Ui, app: &App, view: &View, commands: &mut Vec<Command>) {
    let label = if view.is_complete {
        format!(
            "Users, {} of {} shown",
            thousands(view.len()),
            thousands(view.directory.len())
        )
    } else {
        "Users, the first rows; the others are being loaded".to_owned()
    };
    let list = UiBuilder::new()
        .scope_id(egui::Id::unique("grid list"))
        .accessibility_role(Role::ListBox)
        .accessibility_label(label);
    ui.scope_builder(list, |ui| {
        let area = ui.available_rect_before_wrap();
        let focus = ui.interact(area, grid_id(), Sense::FOCUSABLE);
        widgets::name(&focus, "Users");
        ui.ctx()
            .accesskit_node_builder(grid_id(), |node| node.set_role(Role::Group));
        if app.wishes.focus == Some(FocusWish::Grid) {
            focus.request_focus();
        }
        if focus.has_focus() {
            keyboard(ui, commands);
        }
        let (mut painted, mut hints) = (Vec::new(), Vec::new());
        let body = table(ui, app, view, commands, &mut painted, &mut hints);
        let shows = VisibleRows {
            first: painted
                .iter()
                .find(|row| row.rect.center().y > body.top())
                .map_or(0, |row| row.row),
            last: painted
                .iter()
                .rev()
                .find(|row| row.rect.center().y < body.bottom())
                .map_or(0, |row| row.row),
        };
        ui.data_mut(|data| data.insert_temp(egui::Id::unique("visible rows"), shows));
        for row in &painted {
            let rect = row.rect.intersect(body);
            if rect.is_positive() {
                interact(
                    ui,
                    app,
                    view,
                    row,
                    rect,
                    &hints,
                    focus.has_focus(),
                    commands,
                );
            }
        }
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
    });
}

fn table(
    ui: &mut Ui,
    app: &App,
    view: &View,
    commands: &mut Vec<Command>,
    painted: &mut Vec<PaintedRow>,
    hints: &mut Vec<CellHint>,
) -> Rect {
    let columns = fitting_columns(app, ui.available_width());
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let stretch = Stretch::of(
        ui,
        grid_id(),
        view.len(),
        theme::ROW,
        app.wishes.scroll_to_row,
    );
    // It is told each frame where to be, so it cannot swing back by itself.
    ui.spacing_mut().scroll.kinetic.rubber_band &= !stretch.is_part();
    let mut builder = TableBuilder::new(ui)
        .id_salt(("grid table", &columns))
        .striped(true)
        .resizable(true)
        .animate_scrolling(false)
        .auto_shrink(false)
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
        .column(Column::exact(BOX_WIDTH));
    for (place, &column) in columns.iter().enumerate() {
        let is_last = place + 1 == columns.len();
        let column = if is_last {
            Column::remainder()
        } else {
            Column::initial(width_of(app, column))
        };
        builder = builder.column(column.at_least(NARROWEST).clip(true));
    }
    if stretch.is_part() {
        let hidden = ScrollBarVisibility::AlwaysHidden;
        builder = builder
            .vertical_scroll_offset(stretch.offset())
            .scroll_bar_visibility(hidden);
    } else if let Some(row) = app.wishes.scroll_to_row {
        builder = builder.scroll_to_row(row, None);
    }
    let output = builder
        .header(theme::ROW, |mut header| {
            header.col(|ui| select_all_box(ui, app, view, commands));
            for &column in &columns {
                header.col(|ui| header_cell(ui, app, column, commands));
            }
        })
        .body(|body| {
            remember_widths(app, &columns, body.widths(), commands);
            body.rows(theme::ROW, stretch.len, |mut row| {
                let number = stretch.first + row.index();
                let Some((&place, id)) = view.positions.get(number).zip(view.id_at(number)) else {
                    return;
                };
                let is_selected = app.selection.contains(id);
                row.set_selected(is_selected);
                let (mut whole, _) = row.col(|ui| paint_box(ui, is_selected));
                for &column in &columns {
                    let (cell, _) = row.col(|ui| cell(ui, app, view, place, column, hints));
                    whole = whole.union(cell);
                }
                let mut whole = whole.union(row.response().rect);
                whole.set_height(theme::ROW);
                painted.push(PaintedRow {
                    row: number,
                    id,
                    place,
                    rect: whole,
                });
            });
        });
    stretch.end(
        ui,
        grid_id(),
        output.inner_rect,
        theme::ROW,
        output.state.clamped_offset().y,
    );
    output.inner_rect
}

/// The shown columns for which there is room, the ones that are looked at most first. A column that is cut off would be
/// worse than one that is not there: the menu tells which there are.
fn fitting_columns(app: &App, room: f32) -> Vec<SortColumn> {
    let mut left = room - BOX_WIDTH - SCROLL_BAR;
    SortColumn::ALL
        .into_iter()
        .filter(|&column| app.settings.shows(column))
        .take_while(|&column| {
            left -= width_of(app, column);
            left >= 0.0 || column == SortColumn::DisplayName
        })
        .collect()
}

/// Keeps the widths that somebody has dragged. The last column is as wide as the rest of the room, so it is not asked.
fn remember_widths(app: &App, columns: &[SortColumn], widths: &[f32], commands: &mut Vec<Command>) {
    let dragged = columns.iter().zip(widths.get(1..).unwrap_or_default());
    for (&column, &width) in dragged.take(columns.len().saturating_sub(1)) {
        if (width - width_of(app, column)).abs() > 0.5 {
            commands.push(Command::SetColumnWidth(column, width));
        }
    }
}

fn width_of(app: &App, column: SortColumn) -> f32 {
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

fn select_all_box(ui: &mut Ui, app: &App, view: &View, commands: &mut Vec<Command>) {
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

fn header_cell(ui: &mut Ui, app: &App, column: SortColumn, commands: &mut Vec<Command>) {
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

fn paint_box(ui: &mut Ui, is_selected: bool) {
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

fn interact(
    ui: &mut Ui,
    app: &App,
    view: &View,
    row: &PaintedRow,
    rect: Rect,
    hints: &[CellHint],
    grid_has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let response = ui.interact(rect, row_id(row.id), Sense::CLICK);
    let is_selected = app.selection.contains(row.id);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListBoxOption);
        // A row is no stop of the Tab key, so egui itself tells neither where it is nor that it can be clicked.
        node.add_action(egui::accesskit::Action::Click);
        node.set_bounds(egui::accesskit::Rect {
            x0: rect.left().into(),
            y0: rect.top().into(),
            x1: rect.right().into(),
            y1: rect.bottom().into(),
        });
        node.set_label(row_text::row_sentence(
            &view.directory,
            row.place,
            row.row,
            view.len(),
            view.now,
            app.zone(),
        ));
        node.set_selected(is_selected);
        node.set_position_in_set(row.row);
        node.set_size_of_set(view.len());
    });
    let is_cursor = app.selection.cursor == Some(row.id);
    if is_cursor && grid_has_focus {
        let active = response.id.accesskit_id();
        ui.ctx()
            .accesskit_node_builder(grid_id(), |node| node.set_active_descendant(active));
    }
    if response.hovered() && !is_selected {
        let line = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        ui.painter().rect_filled(line, 0.0, palette.accent);
    }
    if is_cursor {
        ui.painter().rect_stroke(
            rect.shrink(1.0),
            2.0,
            Stroke::new(1.0, palette.accent),
            egui::StrokeKind::Inside,
        );
    }
    let modifiers = ui.input(modifiers_of_click);
    let in_box = response
        .interact_pointer_pos()
        .is_some_and(|at| at.x < rect.left() + BOX_WIDTH);
    let is_choosing = in_box || modifiers.command || modifiers.shift;
    // A quick second click on a box is a second click on that box.
    if response.double_clicked() && !is_choosing {
        commands.extend([Command::Select(row.id), Command::OpenDetails(row.id)]);
    } else if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(grid_id()));
        commands.push(match (modifiers.shift, is_choosing) {
            (true, _) => Command::ExtendTo(row.id),
            (false, true) => Command::Toggle(row.id),
            (false, false) => Command::Select(row.id),
        });
    }
    if response.secondary_clicked() && !is_selected {
        commands.push(Command::Select(row.id));
    }
    response.context_menu(|ui| {
        for named in Action::VARIANTS
            .iter()
            .copied()
            .map(NamedCommand::of_action)
        {
            if ui
                .button(named.text())
                .on_hover_text(named.tooltip())
                .clicked()
            {
                commands.push(Command::Do(named));
                ui.close();
            }
        }
        if ui.button(NamedCommand::Details.text()).clicked() {
            commands.push(Command::OpenDetails(row.id));
            ui.close();
        }
    });
    if let Some(hint) = response
        .hover_pos()
        .and_then(|at| hints.iter().find(|hint| hint.rect.contains(at)))
    {
        response.on_hover_ui_at_pointer(|ui| drop(ui.label(RichText::new(&hint.text))));
    }
}

/// The keys that were held down at the click itself: at the end of a slow frame they may have been let go.
fn modifiers_of_click(input: &egui::InputState) -> Modifiers {
    let of_event = |event: &egui::Event| match event {
        egui::Event::PointerButton {
            pressed: false,
            modifiers,
            ..
        } => Some(*modifiers),
        _ => None,
    };
    input
        .events
        .iter()
        .rev()
        .find_map(of_event)
        .unwrap_or(input.modifiers)
}

fn keyboard(ui: &mut Ui, commands: &mut Vec<Command>) {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(grid_id(), filter));
    let visible = visible_rows(ui.ctx());
    let page = i64::try_from(visible.last.saturating_sub(visible.first))
        .unwrap_or(1)
        .max(1);
    let moves = [
        (Key::ArrowDown, CursorMove::Rows(1)),
        (Key::ArrowUp, CursorMove::Rows(-1)),
        (Key::PageDown, CursorMove::Rows(page)),
        (Key::PageUp, CursorMove::Rows(-page)),
        (Key::Home, CursorMove::First),
        (Key::End, CursorMove::Last),
    ];
    if let Some(text) = typed_ahead(ui) {
        commands.push(Command::JumpTo(text));
    }
    ui.input_mut(|input| {
        for (key, to) in moves {
            // Shift first: without it, the plain key would also be found with Shift held down.
            for (modifiers, how) in [
                (Modifiers::SHIFT, CursorSelects::Through),
                (Modifiers::COMMAND, CursorSelects::Nothing),
                (Modifiers::NONE, CursorSelects::Only),
            ] {
                for _ in 0..input.count_and_consume_key(modifiers, key) {
                    commands.push(Command::MoveCursor { to, how });
                }
            }
        }
    });
}

/// After so many seconds without a letter a new beginning of a name is typed.
const PAUSE: f64 = 1.0;

/// The beginning of a name that is being typed while the list has the focus, in the frame in which it grows.
fn typed_ahead(ui: &Ui) -> Option<String> {
    let id = grid_id().with("typed ahead");
    let (now, typed) = ui.input(|input| {
        let letters = input.events.iter().filter_map(|event| match event {
            egui::Event::Text(text) if text != " " => Some(text.as_str()),
            _ => None,
        });
        (input.time, letters.collect::<String>())
    });
    if typed.is_empty() {
        return None;
    }
    let (before, at): (String, f64) = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let text = if now - at < PAUSE {
        before + &typed
    } else {
        typed
    };
    ui.data_mut(|data| data.insert_temp(id, (text.clone(), now)));
    Some(text)
}
