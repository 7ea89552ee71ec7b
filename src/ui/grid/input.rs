//! The mouse and the keyboard in the grid.

use eframe::egui::{
    self, EventFilter, Key, Modifiers, Rect, Response, RichText, Sense, Stroke, Ui,
    accesskit::Role, vec2,
};

use super::rows::{PaintedList, PaintedRow, UserList, grid_id, row_id, visible_rows};
use super::select_box::BOX_WIDTH;
use crate::app::cell_text::cell_text;
use crate::app::{Command, CursorMove, CursorSelects, GridColumn, NamedCommand, row_text};
use crate::plan::Action;
use crate::ui::context_menu::context_menu;
use crate::ui::{theme, widgets};

pub(super) fn interact(
    ui: &mut Ui,
    list: &UserList<'_>,
    row: &PaintedRow,
    painted: &PaintedList,
    grid_has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let (app, view) = (list.app, list.view);
    let rect = row.rect.intersect(painted.body);
    let palette = theme::palette(ui);
    let response = ui.interact(rect, row_id(row.id), Sense::CLICK);
    let is_selected = app.selection.contains(row.id);
    widgets::describe_target(ui, response.id, rect);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListBoxOption);
        let more = from_store(list, row);
        let sentence = row_text::row_sentence(view, row.position, row.row, &more, app.zone());
        node.set_label(sentence);
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
        .is_some_and(|at| at.x < row.rect.left() + BOX_WIDTH);
    let is_choosing = in_box || modifiers.command || modifiers.shift;
    // A double click on a check box is two clicks on it, so it does not open the details.
    if response.double_clicked() && !is_choosing {
        commands.extend([Command::Select(row.id), Command::OpenDetails(row.id)]);
    } else if response.clicked() {
        ui.memory_mut(|memory| memory.request_focus(grid_id()));
        commands.push(match (modifiers.shift, is_choosing) {
            (true, _) => Command::ExtendSelection(row.id),
            (false, true) => Command::Toggle(row.id),
            (false, false) => Command::Select(row.id),
        });
    }
    if response.secondary_clicked() && !is_selected {
        commands.push(Command::Select(row.id));
    }
    row_menu(ui, row, &response, commands);
    if let Some(hint) = response
        .hover_pos()
        .and_then(|at| painted.hints.iter().find(|hint| hint.rect.contains(at)))
    {
        response.on_hover_ui_at_pointer(|ui| drop(ui.label(RichText::new(&hint.text))));
    }
}

/// The texts of a row in columns that are read from the store.
fn from_store(list: &UserList<'_>, row: &PaintedRow) -> Vec<(GridColumn, String)> {
    let (app, view) = (list.app, list.view);
    let columns = list.columns.iter().copied();
    let columns = columns.filter(|column| column.is_from_store());
    let facts = app.rows_in_view.facts(row.id);
    let texts = columns.map(|column| {
        let text = cell_text(view, row.position, column, facts, app.zone());
        (column, text)
    });
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

/// The menu of a row, which a right click opens, and for the row of the cursor the Menu key.
fn row_menu(ui: &Ui, row: &PaintedRow, response: &Response, commands: &mut Vec<Command>) {
    context_menu(ui, response, "Row menu", grid_id(), |ui| {
        let mut item = |ui: &mut Ui, named: NamedCommand| {
            let item = ui.button(named.text()).on_hover_text(named.tooltip());
            if item.clicked() {
                commands.push(Command::Do(named));
                ui.close();
            }
            item
        };
        let first = item(ui, NamedCommand::of_action(Action::Lock));
        for action in [Action::Unlock, Action::ResetFailures, Action::SetPin] {
            item(ui, NamedCommand::of_action(action));
        }
        let [copy, others @ ..] = NamedCommand::COPIES;
        item(ui, copy);
        ui.menu_button("Copy as", |ui| {
            for named in others {
                item(ui, named);
            }
        });
        let details = NamedCommand::Details;
        if ui
            .button(details.text())
            .on_hover_text(details.tooltip())
            .clicked()
        {
            commands.push(Command::OpenDetails(row.id));
            ui.close();
        }
        first
    });
}

/// The modifier keys at the moment of the click. After a slow frame they may already be released.
pub(super) fn modifiers_of_click(input: &egui::InputState) -> Modifiers {
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

pub(super) fn keyboard(ui: &mut Ui, commands: &mut Vec<Command>) {
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
            // Shift comes first, because the plain key would also match while Shift is held down.
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

/// Seconds without a typed letter after which typing starts a new name.
pub(super) const PAUSE: f64 = 1.0;

/// The typed beginning of a name while the list has the focus. None in frames without a new letter.
pub(super) fn typed_ahead(ui: &Ui) -> Option<String> {
    let id = grid_id().with("typed ahead");
    let (now, typed) = ui.input(|input| {
        // Alt with a letter is for menus. AltGr, which types letters, is Ctrl and Alt on Windows.
        if input.modifiers.alt && !input.modifiers.ctrl {
            return (input.time, String::new());
        }
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
