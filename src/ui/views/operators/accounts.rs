//! The tab of the operators: accounts with their roles, the accounts that may run a cmdlet, and
//! granting and revoking roles.

use eframe::egui::{
    self, Align2, Button, ComboBox, Label, RichText, ScrollArea, Sense, Stroke, Ui, vec2,
};

use super::parts::{LINE, line_ui, list_frame, row_ui};
use crate::app::{App, Command, OperatorsView};
use crate::domain::custom_role::units_text;
use crate::domain::role::{Permission, cmdlet};
use crate::domain::text::shown;
use crate::plan::words::capital;
use crate::store::{Grant, Holder, OperatorRoles};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

/// The height of the row that grants a role, with the space above it, in points.
const GRANT: f32 = theme::CONTROL + theme::GAP_M;
const ANYONE: &str = "Anyone with a role";

pub fn accounts_ui(ui: &mut Ui, app: &App, operators: &OperatorsView, commands: &mut Vec<Command>) {
    widgets::secondary(
        ui,
        "Everybody is known by their account of the operating system. Without a role one can look, but not change.",
    );
    who_can_ui(ui, operators, commands);
    let height = (ui.available_height() - GRANT).max(LINE);
    list_frame(ui, |ui| {
        // Each question keeps its own scroll position.
        let id = ("operators", operators.who_can);
        ScrollArea::vertical()
            .id_salt(id)
            .max_height(height)
            .auto_shrink(false)
            .show(ui, |ui| match operators.who_can {
                None => operators.all.iter().for_each(|operator| {
                    operator_ui(ui, app.can_change_operators(), operator, commands);
                }),
                Some(_) => operators
                    .holders()
                    .unwrap_or_default()
                    .iter()
                    .for_each(|holder| holder_ui(ui, holder)),
            });
    });
    ui.add_space(theme::GAP_XS);
    grant_ui(ui, app, operators, commands);
}

fn who_can_ui(ui: &mut Ui, operators: &OperatorsView, commands: &mut Vec<Command>) {
    row_ui(ui, "Who can", |ui| {
        let text = operators
            .who_can
            .map_or_else(|| ANYONE.to_owned(), cmdlet_text);
        let combo = ComboBox::from_id_salt("who can")
            .selected_text(&text)
            .width(400.0)
            .height(280.0)
            .show_ui(ui, |ui| {
                let all = std::iter::once(None).chain(cmdlet::ALL.map(Some));
                for choice in all {
                    let text = choice.map_or_else(|| ANYONE.to_owned(), cmdlet_text);
                    if ui
                        .selectable_label(operators.who_can == choice, text)
                        .clicked()
                    {
                        commands.push(Command::ShowWhoCan(choice));
                    }
                }
            });
        widgets::name(&combo.response, "Who can");
        combo
            .response
            .ctx
            .accesskit_node_builder(combo.response.id, |node| {
                node.set_value(text.as_str());
                // Some screen readers do not get the value of such a list, but they get its
                // description.
                node.set_description(text.as_str());
            });
        if let Some(holders) = operators.holders() {
            let count = holders.len();
            widgets::secondary(
                ui,
                &format!(
                    "{count} {}",
                    crate::plan::words::plural(count, "account", "accounts")
                ),
            );
        }
    });
}

/// "Unlock PINs (Unlock-CsClientPin)"
fn cmdlet_text(cmdlet: &str) -> String {
    format!("{} ({cmdlet})", capital(cmdlet::words(cmdlet)))
}

fn holder_ui(ui: &mut Ui, holder: &Holder) {
    let unit = match &holder.permission {
        Permission::Within(units) => format!("In {}", units_text(units)),
        Permission::Everywhere | Permission::Nowhere => "Everywhere".to_owned(),
    };
    let roles = format!("by {}", holder.roles.join(", "));
    line_ui(
        ui,
        &shown(&holder.account),
        &shown(&roles),
        &shown(&unit),
        0.0,
    );
}

fn operator_ui(
    ui: &mut Ui,
    can_change: bool,
    operator: &OperatorRoles,
    commands: &mut Vec<Command>,
) {
    const ACCOUNT: f32 = 260.0;
    let palette = theme::palette(ui);
    let response = ui.horizontal(|ui| {
        ui.add_space(10.0);
        let (rect, response) =
            ui.allocate_exact_size(vec2(ACCOUNT, theme::ROW + 4.0), Sense::hover());
        let account = shown(&operator.account);
        let left = Align2::LEFT_CENTER;
        if widgets::paint_cut(ui, rect, left, &account, theme::body(), palette.text) {
            response.on_hover_text(account);
        }
        ui.vertical(|ui| {
            ui.add_space(2.0);
            for role in &operator.roles {
                role_ui(ui, can_change, &operator.account, role, commands);
            }
            ui.add_space(2.0);
        });
    });
    let rect = response.response.rect;
    ui.painter().hline(
        ui.max_rect().x_range(),
        rect.bottom() - 0.5,
        Stroke::new(1.0, palette.line),
    );
}

fn role_ui(ui: &mut Ui, can_change: bool, account: &str, role: &str, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let label = format!("Take {role} from {account}");
        let (name, button) = (
            ui.available_width() - theme::CONTROL - 24.0,
            egui::Layout::left_to_right(egui::Align::Center),
        );
        ui.allocate_ui_with_layout(vec2(name, theme::CONTROL), button, |ui| {
            ui.set_width(name);
            ui.add(Label::new(RichText::new(shown(role)).font(theme::body())).truncate());
        });
        let take = ui
            .add_enabled_ui(can_change, |ui| {
                widgets::icon_button(ui, Icon::Close, &label, &label)
            })
            .inner;
        if take.clicked() {
            commands.push(Command::GrantRole(
                Grant::Take,
                role.to_owned(),
                account.to_owned(),
            ));
        }
    });
}

fn grant_ui(ui: &mut Ui, app: &App, operators: &OperatorsView, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        let hint = "Account, as in litwareinc\\bob";
        let (_, account) = widgets::field(
            ui,
            "operator account",
            "Account",
            hint,
            &operators.account,
            260.0,
        );
        commands.extend(account.map(Command::SetGrantAccount));
        let chosen = operators.role.as_deref().unwrap_or("Role");
        let combo = ComboBox::from_id_salt("role to give")
            .selected_text(shown(chosen))
            .width(230.0)
            .height(280.0)
            .truncate()
            .show_ui(ui, |ui| {
                for role in &operators.roles {
                    let is_chosen = operators.role.as_ref() == Some(&role.name);
                    if ui.selectable_label(is_chosen, shown(&role.name)).clicked() {
                        commands.push(Command::SetGrantRole(role.name.clone()));
                    }
                }
            });
        widgets::name(&combo.response, "Role");
        combo.response.on_hover_text(shown(chosen));
        let role = operators
            .role
            .clone()
            .filter(|_| !operators.account.trim().is_empty() && app.can_change_operators());
        let response = ui.add_enabled(
            role.is_some(),
            Button::new("Give role").min_size(vec2(0.0, theme::CONTROL)),
        );
        if let Some(role) = role.filter(|_| response.clicked()) {
            commands.push(Command::GrantRole(
                Grant::Give,
                role,
                operators.account.trim().to_owned(),
            ));
        }
    });
}
