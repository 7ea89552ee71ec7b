//! The operators of the store and their roles, and giving and taking them.

use eframe::egui::{Align, ComboBox, Label, Layout, RichText, ScrollArea, Ui, vec2};

use super::dialogs::dialog;
use super::icons::Icon;
use super::{look, widgets};
use crate::app::{App, Command, Named, Operators};
use crate::domain::text::shown;
use crate::store::Grant;

const WIDTH: f32 = 560.0;
const LIST: f32 = 280.0;

pub fn operators_ui(ui: &Ui, app: &App, operators: &Operators, commands: &mut Vec<Command>) {
    dialog(ui, "operators", Named::Operators.text(), WIDTH, |ui| {
        widgets::title(ui, "Operators and their roles");
        widgets::secondary(
            ui,
            "Everybody is known by their account of the operating system. Without a role one can look, but not change.",
        );
        let (list, _) = ui.allocate_exact_size(vec2(WIDTH, LIST), eframe::egui::Sense::hover());
        let mut inside = ui.new_child(eframe::egui::UiBuilder::new().id_salt("list of operators").max_rect(list));
        list_ui(&mut inside, app, operators, commands);
        grant_ui(ui, app, operators, commands);
        if let Some(notice) = &operators.notice {
            let palette = look::palette(ui);
            let (icon, tone) =
                if notice.is_error { (Icon::Warning, palette.system) } else { (Icon::Check, palette.good) };
            widgets::note(ui, icon, tone, &notice.text);
        }
        ui.add_space(look::GAP_XS);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            widgets::command_button(ui, Named::CloseDialog, true, commands);
        });
    });
}

fn list_ui(ui: &mut Ui, app: &App, operators: &Operators, commands: &mut Vec<Command>) {
    ScrollArea::vertical().id_salt("operators").auto_shrink(false).show(ui, |ui| {
        for operator in &operators.all {
            ui.horizontal(|ui| {
                ui.set_min_height(look::ROW);
                let (rect, _) = ui.allocate_exact_size(vec2(200.0, look::ROW), eframe::egui::Sense::hover());
                let color = look::palette(ui).text;
                let left = eframe::egui::Align2::LEFT_CENTER;
                widgets::paint_cut(ui, rect, left, &shown(&operator.account), look::body(), color);
                ui.vertical(|ui| {
                    for role in &operator.roles {
                        ui.horizontal(|ui| {
                            ui.add(Label::new(RichText::new(shown(role)).font(look::body())));
                            let label = format!("Take {role} from {}", operator.account);
                            let response = widgets::icon_button(ui, Icon::Close, &label, &label);
                            if response.clicked() && !app.is_writing() {
                                let account = operator.account.clone();
                                commands.push(Command::GrantRole(Grant::Take, role.clone(), account));
                            }
                        });
                    }
                });
            });
            ui.separator();
        }
    });
}

fn grant_ui(ui: &mut Ui, app: &App, operators: &Operators, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Account, as in litwareinc\\bob";
        let (_, account) = widgets::field(ui, "operator account", "Account", hint, &operators.account, 230.0);
        commands.extend(account.map(Command::SetGrantAccount));
        let chosen = operators.role.as_deref().unwrap_or("Role");
        let combo = ComboBox::from_id_salt("role to give").selected_text(chosen).width(190.0).show_ui(ui, |ui| {
            for role in &operators.roles {
                if ui.selectable_label(operators.role.as_ref() == Some(role), role).clicked() {
                    commands.push(Command::SetGrantRole(role.clone()));
                }
            }
        });
        widgets::name(&combo.response, "Role");
        let role = operators.role.clone().filter(|_| !operators.account.trim().is_empty() && !app.is_writing());
        let button = eframe::egui::Button::new("Give role").min_size(vec2(0.0, look::CONTROL));
        let response = ui.add_enabled(role.is_some(), button);
        if let Some(role) = role.filter(|_| response.clicked()) {
            commands.push(Command::GrantRole(Grant::Give, role, operators.account.trim().to_owned()));
        }
    });
}
