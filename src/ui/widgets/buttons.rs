//! Buttons of named commands, and buttons with an icon.

use eframe::egui::{Button, Color32, Rect, Response, RichText, Stroke, Ui, UiBuilder, pos2, vec2};

use super::texts::{focus_ring, name};
use crate::app::{Command, NamedCommand};
use crate::domain::user::UserId;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::theme;

/// A button for a named command: its text, tooltip and shortcut come from the command.
pub fn command_button(
    ui: &mut Ui,
    named: NamedCommand,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let response = ui.add_enabled(
        enabled,
        Button::new(named.text()).min_size(vec2(0.0, theme::CONTROL)),
    );
    finish_command(response, named, commands)
}

/// The main button of a view. `text` includes the number of users; the accessible name is that of
/// the command.
pub fn main_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: &str,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let palette = theme::palette(ui);
    let text = RichText::new(text)
        .color(palette.on_accent)
        .font(theme::strong(theme::BODY));
    filled_button(ui, named, text, palette.accent, enabled, commands)
}

/// The main button that confirms a change.
pub fn confirm_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: &str,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let palette = theme::palette(ui);
    let text = RichText::new(text)
        .color(palette.window)
        .font(theme::strong(theme::BODY));
    filled_button(ui, named, text, palette.system.text, enabled, commands)
}

fn filled_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: RichText,
    fill: Color32,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let shown = text.text().to_owned();
    let button = Button::new(text)
        .fill(fill)
        .stroke(Stroke::NONE)
        .min_size(vec2(0.0, theme::MAIN_BUTTON));
    let response = ui.add_enabled(enabled, button);
    if response.has_focus() {
        focus_ring(ui, response.rect.expand(2.0));
    }
    name(&response, named.text());
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_description(shown));
    finish_command(response, named, commands)
}

fn finish_command(
    response: Response,
    named: NamedCommand,
    commands: &mut Vec<Command>,
) -> Response {
    let tooltip = match named.shortcut() {
        Some(shortcut) => format!("{} ({shortcut})", named.tooltip()),
        None => named.tooltip().to_owned(),
    };
    if response.clicked() {
        commands.push(Command::Do(named));
    }
    response.on_hover_text(tooltip)
}

/// A button that shows only an icon.
pub fn icon_button(ui: &mut Ui, icon: Icon, label: &str, tooltip: &str) -> Response {
    button_with(ui, icon, theme::CONTROL, label, tooltip)
}

/// A button that shows only an icon, beside a line of small text.
pub fn small_icon_button(ui: &mut Ui, icon: Icon, label: &str, tooltip: &str) -> Response {
    button_with(ui, icon, 20.0, label, tooltip)
}

fn button_with(ui: &mut Ui, icon: Icon, side: f32, label: &str, tooltip: &str) -> Response {
    let size = vec2(side, side);
    let button = Button::new("").frame_when_inactive(false).min_size(size);
    let response = ui.add_sized(size, button);
    let palette = theme::palette(ui);
    let square = Rect::from_center_size(response.rect.center(), size * 0.5);
    icons::paint(
        ui.painter(),
        square,
        icon,
        if response.hovered() {
            palette.text
        } else {
            palette.secondary
        },
    );
    name(&response, label);
    response.on_hover_text(tooltip)
}

/// The button at the right end of a line, which takes its user out of the preview.
pub fn take_out_button(
    ui: &mut Ui,
    line: Rect,
    user: UserId,
    user_name: &str,
    commands: &mut Vec<Command>,
) {
    let rect = Rect::from_center_size(pos2(line.right() - 22.0, line.center().y), vec2(28.0, 28.0));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .id_salt(("take out", user.0)),
    );
    let tooltip = "Take this user out of the preview: they will not be changed.";
    if icon_button(
        &mut child,
        Icon::Close,
        &format!("Take out {user_name}"),
        tooltip,
    )
    .clicked()
    {
        commands.push(Command::TakeOut(user));
    }
}
