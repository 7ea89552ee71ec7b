//! The tab of the roles: the cmdlets and units of each, and a form for custom roles.

use eframe::egui::{
    Align, Button, Layout, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2,
};

use super::parts::{LINE, NAMES, line_ui, list_frame, row_ui};
use crate::app::{App, Command, OperatorsView, RoleForm};
use crate::domain::custom_role::scope_text;
use crate::domain::role::{Role, cmdlet, is_built_in};
use crate::domain::text::shown;
use crate::plan::words::capital;
use crate::ui::{theme, widgets};

/// The height of the form below the list, without the check boxes, in points.
const FORM: f32 = 144.0;
/// The number of check boxes in a row.
const BOXES: usize = 3;
/// The width of a check box with the name of a cmdlet, in points.
const BOX: f32 = 184.0;
/// The width of the buttons of a role, in points.
const BUTTONS: f32 = 148.0;

pub fn roles_ui(ui: &mut Ui, app: &App, operators: &OperatorsView, commands: &mut Vec<Command>) {
    let height = (ui.available_height() - form_height()).max(LINE);
    list_frame(ui, |ui| {
        ScrollArea::vertical()
            .id_salt("roles")
            .max_height(height)
            .auto_shrink(false)
            .show(ui, |ui| {
                // Custom roles come first, because only they can be changed.
                let (built_in, own): (Vec<_>, Vec<_>) = operators
                    .roles
                    .iter()
                    .partition(|role| is_built_in(&role.name));
                for role in own.into_iter().chain(built_in) {
                    role_ui(ui, app.can_change_operators(), role, commands);
                }
            });
    });
    form_ui(ui, app.can_change_operators(), &operators.form, commands);
}

fn form_height() -> f32 {
    FORM + cmdlet::ALL.len().div_ceil(BOXES) as f32 * (theme::CONTROL + theme::GAP_S)
}

fn role_ui(ui: &mut Ui, can_change: bool, role: &Role, commands: &mut Vec<Command>) {
    let is_built_in = is_built_in(&role.name);
    let below = if role.cmdlets.is_empty() {
        "Nothing: it only looks".to_owned()
    } else {
        format!("{} {}", role.cmdlets.join(", "), scope_text(&role.units))
    };
    let (aside, room) = if is_built_in {
        ("built in", 0.0)
    } else {
        ("", BUTTONS)
    };
    let rect = line_ui(ui, &shown(&role.name), aside, &shown(&below), room);
    if is_built_in {
        return;
    }
    let rect = Rect::from_min_max(
        pos2(rect.right() - BUTTONS, rect.top()),
        pos2(rect.right() - 10.0, rect.bottom()),
    );
    let builder = UiBuilder::new()
        .max_rect(rect)
        .id_salt(&role.name)
        .layout(Layout::right_to_left(Align::Center));
    let mut child = ui.new_child(builder);
    let remove = child.add_enabled(can_change, Button::new("Remove"));
    widgets::name(&remove, &format!("Remove {}", role.name));
    if remove
        .on_hover_text("Remove this role. Remove it from all operators first.")
        .clicked()
    {
        commands.push(Command::RemoveRole(role.name.clone()));
    }
    let edit = child.add_enabled(can_change, Button::new("Edit"));
    widgets::name(&edit, &format!("Edit {}", role.name));
    if edit
        .on_hover_text("Put this role into the form below.")
        .clicked()
    {
        commands.push(Command::EditRole(role.name.clone()));
    }
}

fn form_ui(ui: &mut Ui, can_change: bool, form: &RoleForm, commands: &mut Vec<Command>) {
    let mut edited = form.clone();
    let title = form
        .edited
        .as_ref()
        .map_or_else(|| "New role".to_owned(), |name| format!("Editing {name}"));
    ui.label(RichText::new(shown(&title)).font(theme::strong(theme::SMALL)));
    let width = ui.available_width() - NAMES - theme::GAP_S;
    row_ui(ui, "Name", |ui| {
        // The name of a role cannot be edited, because accounts and the history refer to it.
        ui.add_enabled_ui(form.edited.is_none(), |ui| {
            let (_, name) = widgets::field(
                ui,
                "role name",
                "Role name",
                "As in Finance desk",
                &form.name,
                width,
            );
            edited.name = name.unwrap_or_else(|| form.name.clone());
        });
    });
    for (index, cmdlets) in cmdlet::ALL.chunks(BOXES).enumerate() {
        row_ui(ui, if index == 0 { "May run" } else { "" }, |ui| {
            for name in cmdlets {
                let mut is_on = form.permits(name);
                let (rect, _) = ui.allocate_exact_size(vec2(BOX, theme::CONTROL), Sense::hover());
                let layout = Layout::left_to_right(Align::Center);
                let mut child =
                    ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect).layout(layout));
                let response = child.checkbox(&mut is_on, *name);
                if response
                    .on_hover_text(format!("{}.", capital(cmdlet::words(name))))
                    .changed()
                {
                    edited.toggle(name);
                }
            }
        });
    }
    row_ui(ui, "Units", |ui| {
        let hint =
            "Everywhere, or as in OU=Finance,DC=litwareinc,DC=com; OU=Sales,DC=litwareinc,DC=com";
        let (response, units) = widgets::field(ui, "role units", "Units", hint, &form.units, width);
        response.on_hover_text(
            "Distinguished names of organisational units, with a semicolon between two of them. The role holds for users \
             in them and below them; empty, it holds everywhere.",
        );
        edited.units = units.unwrap_or_else(|| form.units.clone());
    });
    row_ui(ui, "", |ui| {
        let is_ready = !form.name.trim().is_empty() && !form.cmdlets.is_empty() && can_change;
        let save = ui.add_enabled(
            is_ready,
            Button::new("Save role").min_size(vec2(0.0, theme::CONTROL)),
        );
        if save
            .on_disabled_hover_text("A role needs a name and at least one cmdlet.")
            .clicked()
        {
            commands.push(Command::SaveRole);
        }
        let is_empty = *form == RoleForm::default();
        let clear = ui.add_enabled(
            !is_empty,
            Button::new("Clear form").min_size(vec2(0.0, theme::CONTROL)),
        );
        if clear
            .on_hover_text("Empty the form. Nothing is changed.")
            .clicked()
        {
            edited = RoleForm::default();
        }
    });
    if edited != *form {
        commands.push(Command::SetRoleForm(edited));
    }
}
