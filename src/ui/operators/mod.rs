//! Operators and roles: a dialog with a tab for each part of it.

mod accounts;
mod approval;
mod protected;
mod roles;

use eframe::egui::{
    self, Align, Align2, Button, Frame, Layout, RichText, Sense, Stroke, Ui, UiBuilder,
    accesskit::Role, vec2,
};

use super::dialog::{dialog, foot};
use super::icons::Icon;
use super::{theme, widgets};
use strum::VariantArray as _;

use crate::app::{App, Command, NamedCommand, OperatorsTab, OperatorsView};

const WIDTH: f32 = 640.0;
/// All tabs are equally high, so that nothing moves from one to the next.
const HEIGHT: f32 = 452.0;
/// What the dialog needs beside the tab: title, tabs, notice, foot and margins.
const AROUND: f32 = 252.0;
/// Two lines: what came of a change has its place before there is something to say.
const NOTICE: f32 = 52.0;
/// A line of a list: what it is about above, and what is said about it below.
const LINE: f32 = 46.0;
/// The names of fields, before them.
const NAMES: f32 = 64.0;

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
            foot(ui, theme::CONTROL, |ui| {
                widgets::command_button(ui, NamedCommand::CloseDialog, true, commands);
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
                "Only who may run Set-PinDeskRole can give roles, define them or remove them.",
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

/// The frame around a list.
fn list_frame(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let line = theme::palette(ui).line;
    Frame::new()
        .stroke(Stroke::new(1.0, line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            contents(ui);
        });
}

/// A line of a list; `room` is kept free at its right. All of it is shown on hover, and said as one sentence.
fn line_ui(ui: &mut Ui, above: &str, aside: &str, below: &str, room: f32) -> egui::Rect {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let inner = inner.with_max_x(inner.right() - room);
    let (first, second) = (
        inner.with_max_y(inner.center().y),
        inner.with_min_y(inner.center().y),
    );
    let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
    let aside_width = if aside.is_empty() {
        0.0
    } else {
        inner.width() * 0.5
    };
    let is_cut = [
        widgets::paint_cut(
            ui,
            first.with_max_x(first.right() - aside_width),
            left,
            above,
            theme::strong(theme::SMALL),
            palette.text,
        ),
        widgets::paint_cut(
            ui,
            first.with_min_x(first.right() - aside_width),
            right,
            aside,
            theme::small(),
            palette.secondary,
        ),
        widgets::paint_cut(ui, second, left, below, theme::small(), palette.secondary),
    ];
    ui.painter().hline(
        rect.x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, palette.line),
    );
    let parts: Vec<&str> = [above, aside, below]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(parts.join(", "));
    });
    if is_cut.contains(&true) {
        response.on_hover_text(parts.join("\n"));
    }
    rect
}

/// A row: the name of a field, and the field. The name is painted only, since the field says it itself.
fn row_ui(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let palette = theme::palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(NAMES, theme::CONTROL), Sense::hover());
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, rect, left, name, theme::body(), palette.secondary);
        contents(ui);
    });
}
