//! The dialog of the key outside the store, the bar about a missing key, and the box of a new store.

use eframe::egui::{
    Align, Checkbox, Label, Layout, RichText, Ui, UiBuilder,
    accesskit::{Live, Role},
    vec2,
};

use super::dialog::{button_row, dialog, most_height, scrolled};
use super::icons::Icon;
use super::{theme, widgets};
use crate::app::{App, Command, FocusTarget, KEY_BUTTONS, KeyStep, KeysView, NamedCommand};
use crate::domain::text::shown;
use crate::store::KeysInUse;

const WIDTH: f32 = 560.0;

/// The width of the column of buttons, in points.
const BUTTONS: f32 = 136.0;

/// The accessible name of the box of a new store.
const USE_KEY: &str = "Use a key outside the store";

const USE_KEY_MEANS: &str = "PINs are then hashed with a secret that is kept for your account alone, so that a copy of the store is not enough to try them.";

pub fn keys_ui(ui: &Ui, app: &App, view: &KeysView, commands: &mut Vec<Command>) {
    let name = NamedCommand::OpenKeys.text();
    dialog(ui, "keys", name, WIDTH, |ui| {
        if view.question.is_some() {
            question_ui(ui, app, view, commands);
            return;
        }
        widgets::title(ui, "The key outside the store");
        let focused = focused_step(app, view);
        scrolled(ui, "keys", most_height(ui), |ui| {
            state_ui(ui, view);
            ui.add_space(theme::GAP_S);
            for step in view.steps() {
                step_ui(ui, app, view, step, focused == Some(step), commands);
            }
        });
        ui.add_space(theme::GAP_S);
        button_row(ui, theme::CONTROL, |ui| {
            let close = widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
            if app.next_frame.focus == Some(FocusTarget::Keys) && focused.is_none() {
                close.request_focus();
            }
        });
    });
}

/// The outcome of the last step, and the state of the keys.
fn state_ui(ui: &mut Ui, view: &KeysView) {
    outcome_ui(ui, view);
    if view.overview.is_none() {
        ui.label("Looking at the key…");
    }
    for (text, is_missing) in view.lines() {
        if is_missing {
            widgets::note(ui, Icon::Warning, theme::palette(ui).warning, &shown(&text));
        } else {
            ui.add(Label::new(shown(&text)).wrap());
        }
    }
}

/// The step whose button gets the focus in this frame: the main one, or else the first.
fn focused_step(app: &App, view: &KeysView) -> Option<KeyStep> {
    let is_wanted = app.next_frame.focus == Some(FocusTarget::Keys) && !app.is_at_keys();
    let possible = |step: &KeyStep| is_wanted && view.obstacle(*step).is_none();
    let mut steps = view.main_step().into_iter().chain(view.steps());
    steps.find(possible)
}

/// The outcome of the last step. Its text is announced when it changes.
fn outcome_ui(ui: &mut Ui, view: &KeysView) {
    let palette = theme::palette(ui);
    let Some(outcome) = &view.outcome else {
        return;
    };
    let (icon, tone) = if outcome.is_error {
        (Icon::Warning, palette.system)
    } else {
        (Icon::Check, palette.good)
    };
    let text = shown(&outcome.text);
    let region = UiBuilder::new().accessibility_role(Role::Status);
    let response = ui.scope_builder(region, |ui| widgets::note(ui, icon, tone, &text));
    let id = response.response.id;
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_live(Live::Polite);
        node.set_label(&*text);
    });
    ui.add_space(theme::GAP_XS);
}

/// A button, and what it does in one sentence.
fn step_ui(
    ui: &mut Ui,
    app: &App,
    view: &KeysView,
    step: KeyStep,
    has_focus: bool,
    commands: &mut Vec<Command>,
) {
    let why = view.obstacle(step);
    let named = step.command();
    let is_possible = why.is_none() && !app.is_writing() && !app.is_at_keys();
    ui.horizontal_top(|ui| {
        let column = vec2(BUTTONS, theme::MAIN_BUTTON);
        let layout = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(column, layout, |ui| {
            ui.set_min_size(column);
            let response = if view.main_step() == Some(step) {
                widgets::main_button(ui, named, named.text(), is_possible, commands)
            } else {
                widgets::command_button(ui, named, is_possible, commands)
            };
            if let Some(why) = &why {
                widgets::explain_disabled(&response, why);
            }
            if has_focus {
                response.request_focus();
            }
            if response.gained_focus() {
                response.scroll_to_me(None);
            }
        });
        ui.vertical(|ui| {
            ui.set_width(ui.available_width());
            ui.add_space(theme::GAP_S);
            ui.add(Label::new(named.tooltip()).wrap());
            if let Some(why) = &why {
                widgets::secondary(ui, &shown(why));
            }
        });
    });
}

fn question_ui(ui: &mut Ui, app: &App, view: &KeysView, commands: &mut Vec<Command>) {
    let Some(question) = view.asked() else {
        ui.label("Looking at the key…");
        return;
    };
    ui.label(RichText::new(question.title).font(theme::strong(theme::LARGE)));
    ui.add_space(theme::GAP_XS);
    for line in &question.lines {
        ui.add(Label::new(shown(line)).wrap());
    }
    let why = view.question.and_then(|step| view.obstacle(step));
    if let Some(why) = &why {
        widgets::note(ui, Icon::Warning, theme::palette(ui).warning, &shown(why));
    }
    ui.add_space(theme::GAP_S);
    button_row(ui, theme::MAIN_BUTTON, |ui| {
        let is_possible = why.is_none() && !app.is_writing() && !app.is_at_keys();
        let confirm = NamedCommand::ConfirmKeyStep;
        widgets::confirm_button(ui, confirm, question.confirm, is_possible, commands);
        let cancel = widgets::command_button(ui, NamedCommand::CancelKeyStep, true, commands);
        if app.next_frame.focus == Some(FocusTarget::KeyQuestion) {
            cancel.request_focus();
        }
    });
}

/// The bar above the list about a key that is needed and not here, with the way on.
pub fn missing_key_ui(ui: &mut Ui, app: &App, keys: &KeysInUse, commands: &mut Vec<Command>) {
    let tone = theme::palette(ui).administrator;
    for text in keys.lines(&KEY_BUTTONS) {
        widgets::note(ui, Icon::Warning, tone, &shown(&text));
    }
    if app.keys_view.is_some() {
        // The dialog has a button of this name. The list below keeps its position.
        ui.allocate_space(vec2(0.0, theme::CONTROL));
    } else {
        widgets::command_button(ui, NamedCommand::ImportKey, app.view.is_some(), commands);
    }
}

/// The box in the first start of a store. The store exists already, so the key is made at once, after
/// one question.
pub fn first_key_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let in_use = app.keys.as_ref();
    let is_used = in_use.is_some_and(|keys| keys.key.is_some());
    let mut is_on = is_used;
    let is_free = in_use.is_some() && !is_used && !app.is_writing();
    let response = ui.add_enabled(is_free, Checkbox::new(&mut is_on, USE_KEY));
    if response.changed() {
        commands.push(Command::Do(NamedCommand::NewKey));
    }
    if is_used {
        let why = format!(
            "The store uses a key. See File → {}",
            NamedCommand::OpenKeys.text()
        );
        widgets::explain_disabled(&response, &why);
    }
    widgets::secondary(ui, USE_KEY_MEANS);
}

/// The box beside the button that makes a store of an empty file.
pub fn new_store_key_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let mut is_on = app.wants_key;
    if ui.checkbox(&mut is_on, USE_KEY).changed() {
        commands.push(Command::SetWantsKey(is_on));
    }
    widgets::secondary(ui, USE_KEY_MEANS);
}
