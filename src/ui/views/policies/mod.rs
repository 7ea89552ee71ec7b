//! The PIN policies: all of them at the left, and at the right one of them with what it would mean.

mod form;
mod list;
mod parts;
mod simulation;

use eframe::egui::{ScrollArea, Ui};

use super::list_and_page::list_and_page;
use crate::app::{App, Command, NamedCommand, PoliciesView};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};
use parts::section;

/// The width of the list in points, and the largest width of the form beside it.
const LIST: f32 = 280.0;
const FORM: f32 = 660.0;

pub fn policies_ui(ui: &mut Ui, app: &App, view: &PoliciesView, commands: &mut Vec<Command>) {
    widgets::title(ui, "PIN policies");
    // The scroll bar is at the edge of the window, whatever the width of the form.
    let (mut list, mut inside) = list_and_page(ui, LIST, f32::INFINITY);
    list::list_ui(&mut list, app, view, commands);
    let width = inside.max_rect().width();
    ScrollArea::vertical()
        .id_salt("policy form")
        .auto_shrink(false)
        .show(&mut inside, |ui| {
            ui.set_max_width(FORM.min(width - 12.0));
            if view.all.is_some() {
                policy_ui(ui, app, view, commands);
            }
        });
}

fn policy_ui(ui: &mut Ui, app: &App, view: &PoliciesView, commands: &mut Vec<Command>) {
    form::form_ui(ui, view, commands);
    notice_ui(ui, view);
    buttons_ui(ui, app, view, commands);
    ui.add_space(theme::GAP_S);
    simulation::simulation_ui(ui, view, commands);
    ui.add_space(theme::GAP_S);
    grant_ui(ui, app, view, commands);
}

fn notice_ui(ui: &mut Ui, view: &PoliciesView) {
    let palette = theme::palette(ui);
    if let Some(notice) = &view.notice {
        let (icon, tone) = if notice.is_error {
            (Icon::Warning, palette.system)
        } else {
            (Icon::Check, palette.good)
        };
        widgets::note(ui, icon, tone, &notice.text);
    }
}

const MAY_NOT: &str = "To change policies, you need a role with Set-CsPinPolicy.";

fn buttons_ui(ui: &mut Ui, app: &App, view: &PoliciesView, commands: &mut Vec<Command>) {
    let may_not = (!view.may_change).then(|| MAY_NOT.to_owned());
    let is_idle = !app.is_writing();
    ui.horizontal(|ui| {
        let named = NamedCommand::PreviewPolicy;
        let why = may_not.clone().or_else(|| view.draft_obstacle());
        let response =
            widgets::main_button(ui, named, named.text(), why.is_none() && is_idle, commands);
        if let Some(why) = &why {
            widgets::explain_disabled(&response, why);
        }
        let removes = may_not.clone().or_else(|| view.remove_obstacle());
        let named = NamedCommand::RemovePolicy;
        let response = widgets::command_button(ui, named, removes.is_none() && is_idle, commands);
        if let Some(why) = removes {
            widgets::explain_disabled(&response, &why);
        }
        if let Some(why) = why {
            widgets::secondary(ui, &why);
        }
    });
}

/// Granting the policy to the users who are selected in the view of the users.
fn grant_ui(ui: &mut Ui, app: &App, view: &PoliciesView, commands: &mut Vec<Command>) {
    section(ui, "Grant");
    let targets = app.grant_target_words();
    let may_not = (!view.may_change).then(|| MAY_NOT.to_owned());
    let nobody = targets.is_none();
    let nobody = nobody.then(|| "Select users in Users first.".to_owned());
    let text = match &targets {
        Some(whom) => format!("Selected in Users: {whom}."),
        None => "Select users in Users, and grant them this policy here.".to_owned(),
    };
    widgets::secondary(ui, &text);
    ui.horizontal(|ui| {
        for (named, own) in [
            (NamedCommand::GrantPolicy, view.grant_obstacle()),
            (NamedCommand::RevokePolicy, None),
        ] {
            let why = may_not.clone().or(own).or(nobody.clone());
            let is_enabled = why.is_none() && !app.is_writing();
            let response = widgets::command_button(ui, named, is_enabled, commands);
            if let Some(why) = why {
                widgets::explain_disabled(&response, &why);
            }
        }
    });
}
