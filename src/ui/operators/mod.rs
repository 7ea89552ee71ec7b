//! Operators and roles: a dialog with a tab for each part of it.

mod accounts;
mod approval;
mod parts;
mod protected;
mod roles;

use eframe::egui::{
    Align, Button, Layout, RichText, Sense, Stroke, Ui, UiBuilder, accesskit::Role, vec2,
};

use crate::ui::dialog::{button_row, dialog};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};
use strum::VariantArray as _;

use crate::app::{App, Command, NamedCommand, OperatorsTab, OperatorsView, PendingChange};

const WIDTH: f32 = 640.0;

/// The height of all tabs in points. It is the same for all, so that nothing moves between them.
const HEIGHT: f32 = 452.0;

/// The height in points of the title, tabs, notice, buttons and margins around the tab.
const AROUND: f32 = 252.0;

/// The height of two lines for the outcome of a change, in points. It is reserved from the start.
const NOTICE: f32 = 52.0;

pub fn operators_ui(ui: &Ui, app: &App, operators: &OperatorsView, commands: &mut Vec<Command>) {
    let height = HEIGHT
        .min(ui.ctx().content_rect().height() - AROUND)
        .max(200.0);
    dialog(
        ui,
        "operators",
        NamedCommand::Operators.text(),
        WIDTH,
        |ui| {
            widgets::title(ui, "Operators, roles and approval");
            tabs_ui(ui, operators.tab, commands);
            let (body, _) = ui.allocate_exact_size(vec2(WIDTH, height), Sense::hover());
            let layout = Layout::top_down(Align::Min);
            let mut inside = ui.new_child(
                UiBuilder::new()
                    .id_salt(operators.tab)
                    .max_rect(body)
                    .layout(layout),
            );
            match (operators.tab, &operators.approval) {
                (OperatorsTab::Operators, _) => {
                    accounts::accounts_ui(&mut inside, app, operators, commands);
                }
                (OperatorsTab::Roles, _) => roles::roles_ui(&mut inside, app, operators, commands),
                (OperatorsTab::Approval, Some(view)) => {
                    approval::approval_ui(&mut inside, app, view, commands);
                }
                (OperatorsTab::Protected, Some(view)) => {
                    protected::protected_ui(&mut inside, app, view, commands);
                }
                (_, None) => {}
            }
            notice_ui(ui, operators);
            button_row(ui, theme::CONTROL, |ui| {
                widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
                if let Some(pending) = &operators.pending {
                    pending_ui(ui, app, pending, commands);
                }
            });
        },
    );
}

fn tabs_ui(ui: &mut Ui, shown: OperatorsTab, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_XS;
        for tab in OperatorsTab::VARIANTS.iter().copied() {
            let is_here = tab == shown;
            let font = if is_here {
                theme::strong(theme::BODY)
            } else {
                theme::body()
            };
            let color = if is_here {
                palette.accent
            } else {
                palette.secondary
            };
            let text = RichText::new(tab.label()).font(font).color(color);
            let response = ui.add(Button::new(text).frame_when_inactive(false));
            response.ctx.accesskit_node_builder(response.id, |node| {
                node.set_role(Role::Tab);
                node.set_selected(is_here);
            });
            if is_here {
                ui.painter().hline(
                    response.rect.x_range(),
                    response.rect.bottom(),
                    Stroke::new(2.0, palette.accent),
                );
            }
            if response.clicked() {
                commands.push(Command::ShowOperatorsTab(tab));
            }
        }
    });
    ui.separator();
}

fn notice_ui(ui: &mut Ui, operators: &OperatorsView) {
    let palette = theme::palette(ui);
    ui.scope(|ui| {
        ui.set_min_size(vec2(WIDTH, NOTICE));
        let is_about_roles = matches!(operators.tab, OperatorsTab::Operators | OperatorsTab::Roles);
        if operators.notice.is_none()
            && is_about_roles
            && !operators.may_change
            && !operators.roles.is_empty()
        {
            widgets::secondary(
                ui,
                "To give, define or remove roles, you need a role with Set-PinDeskRole.",
            );
        }
        if let Some(notice) = &operators.notice {
            let (icon, tone) = if notice.is_error {
                (Icon::Warning, palette.system)
            } else {
                (Icon::Check, palette.good)
            };
            widgets::note(ui, icon, tone, &notice.text);
        }
    });
}

/// The button that submits a change that needs approval, with its reason before it.
fn pending_ui(ui: &mut Ui, app: &App, pending: &PendingChange, commands: &mut Vec<Command>) {
    let named = NamedCommand::Submit;
    widgets::main_button(ui, named, named.text(), !app.is_writing(), commands);
    let (_, reason) = widgets::field(
        ui,
        "reason of the plan",
        "Reason of the plan",
        "Reason",
        &pending.reason,
        260.0,
    );
    commands.extend(reason.map(Command::SetPendingReason));
}
