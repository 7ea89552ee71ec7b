//! The title of the panel, and its buttons.

use eframe::egui::{Align, Layout, Ui, vec2};

use crate::app::{App, Command, FocusTarget, NamedCommand, PreviewList};
use crate::plan::words::users;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

pub(super) fn header_ui(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::title(ui, text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let named = NamedCommand::ClosePreview;
            if widgets::icon_button(ui, Icon::Close, named.text(), named.tooltip()).clicked() {
                commands.push(Command::Do(named));
            }
        });
    });
}

/// The row of buttons at the bottom of the panel.
pub(super) fn buttons_row(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), theme::MAIN_BUTTON);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), contents);
}

/// The main button, which opens the confirmation question. If it is disabled, it says why. Returns
/// whether it is enabled.
pub(super) fn apply_button(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    commands: &mut Vec<Command>,
) -> bool {
    let typing = || app.typing_problem(list);
    let why = list.apply_obstacle().or_else(typing);
    let text = format!("Apply to {}", users(list.counts.will_change));
    let response = widgets::main_button(
        ui,
        NamedCommand::Apply,
        &text,
        why.is_none() && !app.is_writing(),
        commands,
    );
    if app.next_frame.focus == Some(FocusTarget::Apply) {
        response.request_focus();
    }
    if let Some(why) = &why {
        widgets::explain_disabled(&response, why);
        if list.review.is_none() {
            widgets::secondary(ui, why);
        }
    }
    why.is_none()
}

/// The button that submits the preview. It is the main button if the preview needs approval,
/// otherwise a plain one beside Apply. If the reason or the ticket is not what a rule asks for, it says
/// so.
pub fn submit_button(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    is_main: bool,
    commands: &mut Vec<Command>,
) {
    let (named, enabled) = (NamedCommand::Submit, app.is_submittable());
    let why = app.reason_problem(list).filter(|_| !enabled);
    let response = if is_main {
        let response = widgets::main_button(ui, named, named.text(), enabled, commands);
        match NamedCommand::Apply.shortcut() {
            Some(shortcut) => response.on_hover_text(format!("{shortcut} does it too.")),
            None => response,
        }
    } else {
        widgets::command_button(ui, named, enabled, commands)
    };
    if let Some(why) = why {
        widgets::explain_disabled(&response, &why);
        if is_main {
            widgets::secondary(ui, &why);
        }
    }
}
