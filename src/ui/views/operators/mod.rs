//! Operators and roles: a tab for each part of it.

mod accounts;
mod approval;
mod parts;
mod protected;
mod roles;

use eframe::egui::{
    Align, Button, Layout, RichText, Sense, Stroke, Ui, UiBuilder, accesskit::Role, vec2,
};

use crate::ui::dialog::button_row;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};
use strum::VariantArray as _;

use crate::app::{
    App, Command, FocusTarget, NamedCommand, OperatorsTab, OperatorsView, PendingChange,
};

/// The largest width in points. Longer lines of forms and lists are hard to follow.
const WIDEST: f32 = 960.0;

/// The height in points below which a tab does not shrink.
const LEAST_HEIGHT: f32 = 200.0;

/// The height in points of the notice and the buttons below the tab.
const BELOW: f32 = NOTICE + theme::CONTROL + theme::GAP_M;

/// The height of two lines for the outcome of a change, in points. It is reserved from the start.
const NOTICE: f32 = 52.0;

pub fn operators_ui(
    ui: &mut Ui,
    app: &App,
    operators: &OperatorsView,
    commands: &mut Vec<Command>,
) {
    ui.set_max_width(WIDEST.min(ui.available_width()));
    widgets::title(ui, "Operators, roles and approval");
    let has_focus = app.next_frame.focus == Some(FocusTarget::Operators);
    tabs_ui(ui, operators.tab, has_focus, commands);
    let height = (ui.available_height() - BELOW).max(LEAST_HEIGHT);
    let size = vec2(ui.available_width(), height);
    let (body, _) = ui.allocate_exact_size(size, Sense::hover());
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
        if let Some(pending) = &operators.pending {
            pending_ui(ui, app, pending, commands);
        }
    });
}

fn tabs_ui(ui: &mut Ui, shown: OperatorsTab, has_focus: bool, commands: &mut Vec<Command>) {
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
            if is_here && has_focus {
                response.request_focus();
            }
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
        ui.set_min_size(vec2(ui.available_width(), NOTICE));
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
