//! Keyboard shortcuts: the named commands of pressed keys.

use eframe::egui::text_selection::LabelSelectionState;
use eframe::egui::{Context, Event, Key, Memory, Modifiers, Popup};

use super::alt_key;
use super::filter_line::MOST_KEPT_FILTERS;
use super::grid::grid_id;
use strum::VariantArray as _;

use super::top_bar::search_id;
use super::views::pane_at;
use crate::app::{App, Command, Modifier, NamedCommand, Pane, Shortcut, ShortcutKey, WindowView};

/// The commands whose shortcuts were pressed in this frame. Called before painting, so that no text
/// field consumes a shortcut.
pub fn pressed(ctx: &Context, app: &App) -> Vec<Command> {
    let grid_has_focus = ctx.memory(|memory| memory.has_focus(grid_id()));
    let is_editing = ctx.text_edit_focused();
    let is_dialog_open = app.has_dialog();
    // Esc closes only an open menu, and nothing below it.
    let is_menu_open = Popup::is_any_open(ctx);
    let reaches_dialogs =
        |named: NamedCommand| matches!(named, NamedCommand::CloseDialog | NamedCommand::Quit);
    let mut pressed: Vec<Command> = NamedCommand::VARIANTS
        .iter()
        .copied()
        .filter(|named| !named.needs_grid() || grid_has_focus)
        .filter(|named| !named.rests_in_text() || !is_editing)
        .filter(|named| app.has_place(*named))
        .filter(|named| !is_dialog_open || reaches_dialogs(*named))
        .filter(|named| !is_menu_open || *named != NamedCommand::CloseDialog)
        .filter(|named| {
            let mut keys = named.shortcut().into_iter().chain(named.earlier_shortcut());
            keys.any(|shortcut| is_pressed(ctx, shortcut))
        })
        .map(Command::Do)
        .collect();
    let is_alt = alt_key::is_tapped(ctx);
    if !is_dialog_open {
        pressed.extend(is_alt.then_some(Command::Do(NamedCommand::MenuBar)));
        pressed.extend(kept_filter(ctx, app));
        pressed.extend(go_to_pane(ctx, app));
        pressed.extend(pasted(ctx, app).map(Command::PasteUsers));
    }
    if is_dialog_open || app.shown_view() != WindowView::Users {
        ignore_held_keys(ctx);
    }
    pressed
}

/// The kept filter of Alt with a digit: the first one in the order of names has Alt+1.
fn kept_filter(ctx: &Context, app: &App) -> Vec<Command> {
    let digits = (1..=MOST_KEPT_FILTERS).filter_map(|digit| Key::from_name(&digit.to_string()));
    let pressed = |key: &Key| ctx.input_mut(|input| input.consume_key(Modifiers::ALT, *key));
    let Some(index) = digits.into_iter().position(|key| pressed(&key)) else {
        return Vec::new();
    };
    let name = app.settings.saved_filters.keys().nth(index);
    let name = name.filter(|_| app.can_show(WindowView::Users));
    name.map_or_else(Vec::new, |name| {
        let users = Command::Do(NamedCommand::Users);
        vec![users, Command::UseFilter(name.clone())]
    })
}

/// The pane to which F6 leads from the one with the focus, and Shift+F6 back.
fn go_to_pane(ctx: &Context, app: &App) -> Option<Command> {
    let pressed = |modifiers| ctx.input_mut(|input| input.consume_key(modifiers, Key::F6));
    let by = match (pressed(Modifiers::SHIFT), pressed(Modifiers::NONE)) {
        (true, _) => -1,
        (_, true) => 1,
        _ => return None,
    };
    let focused = ctx.memory(Memory::focused);
    let at = focused
        .and_then(|id| ctx.read_response(id))
        .map(|focused| focused.rect);
    let here = pane_at(ctx, at.map_or(0.0, |rect| rect.center().x));
    let next = here.next(by);
    let is_there = next != Pane::Panel || app.has_panel();
    Some(Command::GoToPane(if is_there {
        next
    } else {
        next.next(by)
    }))
}

/// The text that is pasted for the list of users: any text where no text is edited, and in the
/// search box one of several lines.
fn pasted(ctx: &Context, app: &App) -> Option<String> {
    if app.shown_view() != WindowView::Users || app.view.is_none() {
        return None;
    }
    let is_editing = ctx.text_edit_focused();
    let is_search = ctx.memory(|memory| memory.has_focus(search_id()));
    let mut pasted = None;
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            let Event::Paste(text) = event else {
                return true;
            };
            let is_list = text.trim().lines().nth(1).is_some();
            let is_ours = !is_editing || is_search && is_list;
            if is_ours {
                pasted = Some(text.clone());
            }
            !is_ours
        });
    });
    pasted
}

/// Ignores Enter and Space that are repeated or pressed with Ctrl. The key that opened a dialog or a
/// view must not also press a button of it, such as Confirm.
fn ignore_held_keys(ctx: &Context) {
    ctx.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Key {
                key: Key::Enter | Key::Space,
                repeat,
                modifiers,
                ..
            } => !repeat && !modifiers.command,
            _ => true,
        });
    });
}

fn is_pressed(ctx: &Context, shortcut: Shortcut) -> bool {
    // The keys of copying arrive as an event of their own. A marked text is copied before users.
    // F6 and pasting need more than a name, and are asked for by themselves.
    let by_itself = [NamedCommand::NextPane, NamedCommand::PasteUsers];
    if by_itself
        .iter()
        .any(|named| named.shortcut() == Some(shortcut))
    {
        return false;
    }
    if shortcut.key == ShortcutKey::Letter('C') {
        let with_shift = ctx.input(|input| input.modifiers.shift);
        if with_shift != (shortcut.modifier == Modifier::CtrlShift) {
            return false;
        }
        let marked = ctx.with_plugin(|labels: &mut LabelSelectionState| labels.has_selection());
        let has_marked_text = marked == Some(true);
        return !has_marked_text && ctx.input(|input| input.events.contains(&Event::Copy));
    }
    let modifiers = match shortcut.modifier {
        Modifier::None => Modifiers::NONE,
        Modifier::Shift => Modifiers::SHIFT,
        Modifier::Ctrl => Modifiers::COMMAND,
        Modifier::CtrlShift => Modifiers::COMMAND | Modifiers::SHIFT,
        Modifier::Alt => Modifiers::ALT,
    };
    let Some(key) = key(shortcut.key) else {
        return false;
    };
    // Shift+F10 opens the menu of what has the focus, and Shift+F8 is a shortcut of its own.
    let is_plain = shortcut.modifier == Modifier::None;
    let with_shift = is_plain && ctx.input(|input| input.modifiers.shift);
    if with_shift && matches!(key, Key::F8 | Key::F10) {
        return false;
    }
    ctx.input_mut(|input| input.consume_key(modifiers, key))
}

fn key(key: ShortcutKey) -> Option<Key> {
    match key {
        ShortcutKey::Letter(letter) => Key::from_name(letter.to_string().as_str()),
        ShortcutKey::Digit(digit) => Key::from_name(&digit.to_string()),
        ShortcutKey::Comma => Some(Key::Comma),
        ShortcutKey::Left => Some(Key::ArrowLeft),
        ShortcutKey::Right => Some(Key::ArrowRight),
        ShortcutKey::Function(number) => Key::from_name(&format!("F{number}")),
        ShortcutKey::Enter => Some(Key::Enter),
        ShortcutKey::Space => Some(Key::Space),
        ShortcutKey::Escape => Some(Key::Escape),
    }
}
