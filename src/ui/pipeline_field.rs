//! The text field of the palette, and the words that can stand at the cursor of a line.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{
    Align2, FontId, Id, Key, KeyboardShortcut, Margin, Modifiers, RichText, Sense, TextEdit, Ui,
    WidgetInfo, accesskit::Role, vec2,
};

use super::{theme, widgets};
use crate::app::{App, Command, CommandBox, Direction, FocusTarget, NamedCommand};

/// The size of the text of a line, in points.
pub(super) const MONOSPACE: f32 = theme::SMALL;
/// The height of a row of the command box, in points.
pub(super) const LINE: f32 = 24.0;
/// Completions that are shown without scrolling.
const MOST_SHOWN: usize = 6;
/// Seconds without typing after which a line is judged.
const PAUSE: f64 = 0.7;

/// The accessible name of the text field.
const FIELD: &str = "Words or PowerShell";

fn field_id() -> Id {
    Id::unique("pipeline")
}

/// The height of a field for a line of PowerShell beyond that for words, in points.
pub(super) const LINES: f32 = 26.0;

/// The text field. Enter takes the chosen row of what words find, or runs a line; Shift+Enter begins
/// a new line. Tab takes a completion, Up and Down choose one, or recall an earlier line where there
/// are none.
pub(super) fn text_ui(ui: &mut Ui, app: &App, shown: &CommandBox, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let mut edited = shown.text.clone();
    let has_completions = !shown.completions.items.is_empty();
    if ui.memory(|memory| memory.has_focus(field_id())) {
        keys(ui, shown, commands);
    }
    let hint = "A command, a name, a plan or batch, or Get-CsUser | Get-CsClientPinInfo | …";
    let hint = RichText::new(hint).color(palette.secondary);
    let output = TextEdit::multiline(&mut edited)
        .id(field_id())
        .font(FontId::monospace(MONOSPACE))
        .hint_text(hint.font(FontId::monospace(MONOSPACE)))
        .desired_rows(if shown.is_line() { 3 } else { 1 })
        .desired_width(f32::INFINITY)
        .lock_focus(has_completions)
        .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter))
        .margin(Margin::symmetric(8, 6))
        .show(ui);
    let response = &output.response;
    widgets::name(response, FIELD);
    if app.next_frame.focus == Some(FocusTarget::CommandBox) {
        response.request_focus();
    }
    let cursor = app.next_frame.pipeline_cursor.map(|byte| {
        let characters = edited[..edited.floor_char_boundary(byte)].chars().count();
        CCursorRange::one(CCursor::new(characters))
    });
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(edited.chars().count()));
    let all = app.next_frame.selects_pipeline.then_some(all);
    if let Some(cursor) = cursor.or(all) {
        let mut state = TextEditState::load(ui.ctx(), response.id).unwrap_or_default();
        state.cursor.set_char_range(Some(cursor));
        state.store(ui.ctx(), response.id);
    }
    let is_entered = response.has_focus()
        && ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, Key::Enter) > 0);
    if edited != shown.text {
        let characters = output
            .cursor_range
            .map_or(usize::MAX, |range| range.primary.index.into());
        let cursor = edited
            .char_indices()
            .nth(characters)
            .map_or(edited.len(), |(at, _)| at);
        commands.push(Command::TypePipeline {
            text: edited,
            cursor,
        });
    } else if is_entered {
        commands.push(if shown.found.is_empty() {
            Command::Do(NamedCommand::RunPipeline)
        } else {
            Command::TakeFound(shown.chosen)
        });
    }
}

fn keys(ui: &Ui, shown: &CommandBox, commands: &mut Vec<Command>) {
    let has_completions = !shown.completions.items.is_empty();
    let has_found = !shown.found.is_empty();
    let is_recalling = !has_completions && !has_found && !shown.text.contains(['\n', '\r']);
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    for (key, direction) in [
        (Key::ArrowUp, Direction::Up),
        (Key::ArrowDown, Direction::Down),
    ] {
        if has_completions && pressed(key) {
            commands.push(Command::ChooseCompletion(direction));
        } else if has_found && pressed(key) {
            commands.push(Command::ChooseFound(direction));
        } else if is_recalling && pressed(key) {
            commands.push(Command::RecallPipeline(direction));
        }
    }
    if has_completions && pressed(Key::Tab) {
        commands.push(Command::Complete(shown.chosen));
    }
}

/// The words that can stand at the cursor, with their kinds. The chosen one is always among those
/// that are shown.
pub(super) fn completions_ui(ui: &mut Ui, shown: &CommandBox, commands: &mut Vec<Command>) {
    let first = shown.chosen.saturating_sub(MOST_SHOWN - 1);
    let last = shown.completions.items.len().min(first + MOST_SHOWN);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for row in first..last {
            completion_ui(ui, shown, row, commands);
        }
    });
}

fn completion_ui(ui: &mut Ui, shown: &CommandBox, row: usize, commands: &mut Vec<Command>) {
    let items = &shown.completions.items;
    let Some(item) = items.get(row) else { return };
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::CLICK);
    let is_chosen = row == shown.chosen;
    if is_chosen || response.hovered() {
        let fill = if is_chosen {
            palette.selected
        } else {
            palette.hovered
        };
        ui.painter().rect_filled(rect, theme::RADIUS, fill);
    }
    let inner = rect.shrink2(vec2(8.0, 0.0));
    let text = FontId::monospace(MONOSPACE);
    widgets::paint_cut(
        ui,
        inner,
        Align2::LEFT_CENTER,
        &item.text,
        text,
        palette.text,
    );
    let kind: &str = item.kind.into();
    let key = if is_chosen { ", Tab" } else { "" };
    widgets::paint_cut(
        ui,
        inner,
        Align2::RIGHT_CENTER,
        &format!("{kind}{key}"),
        theme::small(),
        palette.secondary,
    );
    let name = format!("{}, {kind}, {} of {}", item.text, row + 1, items.len());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &name));
    if response.clicked() {
        commands.push(Command::Complete(row));
    }
}

/// Whether nobody has typed for a moment, so that the line can be judged.
pub(super) fn has_paused(ui: &Ui, text: &str) -> bool {
    let now = ui.input(|input| input.time);
    let since = ui.data_mut(|data| {
        let kept: &mut (String, f64) =
            data.get_temp_mut_or(Id::unique("typed pipeline"), (String::new(), now));
        if kept.0 != text {
            *kept = (text.to_owned(), now);
        }
        kept.1
    });
    let left = PAUSE - (now - since);
    if left > 0.0 {
        let wait = std::time::Duration::from_secs_f64(left);
        ui.ctx().request_repaint_after(wait);
    }
    left <= 0.0
}
