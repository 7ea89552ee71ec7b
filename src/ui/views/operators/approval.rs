//! The tab of the rules of approval. All operators see them; only some may change them.

use eframe::egui::{Button, Checkbox, Ui, vec2};

use crate::app::{App, ApprovalView, Command};
use crate::ui::{theme, widgets};

/// The contents of the tab. The dialog shows the outcome of saving below it.
pub fn approval_ui(ui: &mut Ui, app: &App, approval: &ApprovalView, commands: &mut Vec<Command>) {
    let may_set = approval.kept.may_set;
    widgets::secondary(
        ui,
        "A plan that needs approval is submitted for review. It can be applied once somebody else, who may do the same, \
         has approved it. Changes to protected users always need approval.",
    );
    ui.add_space(theme::GAP_S);
    let mut draft = approval.draft.clone();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_S;
        let check = Checkbox::new(&mut draft.has_limit, "Plans for more than");
        let response = ui.add_enabled(may_set, check);
        widgets::name(
            &response,
            "Plans for more than a number of users need approval",
        );
        ui.add_enabled_ui(may_set && draft.has_limit, |ui| {
            let (_, text) = widgets::field(
                ui,
                "approval limit",
                "Number of users",
                "",
                &draft.limit,
                64.0,
            );
            if let Some(text) = text {
                draft.limit = text;
            }
        });
        ui.label("users in");
        ui.add_enabled_ui(may_set && draft.has_limit, |ui| {
            let name = "Hours over which changes are added up";
            let (_, text) = widgets::field(ui, "approval hours", name, "", &draft.hours, 48.0);
            if let Some(text) = text {
                draft.hours = text;
            }
        });
        ui.label("hours need approval");
    });
    widgets::secondary(
        ui,
        "With 0 hours, each plan is counted alone. Weaker rules need the approval of somebody else.",
    );
    ui.add_enabled(
        may_set,
        Checkbox::new(
            &mut draft.others_locks,
            "Plans that undo another administrator's lock need approval",
        ),
    );
    if draft != approval.draft {
        commands.push(Command::SetRulesDraft(draft));
    }
    ui.add_space(theme::GAP_S);
    save_ui(ui, app, approval, commands);
}

fn save_ui(ui: &mut Ui, app: &App, approval: &ApprovalView, commands: &mut Vec<Command>) {
    let why = approval.save_obstacle();
    ui.horizontal(|ui| {
        let button = Button::new("Save").min_size(vec2(80.0, theme::CONTROL));
        let response = ui.add_enabled(why.is_none() && !app.is_writing(), button);
        widgets::name(&response, "Save rules");
        if response.clicked() {
            commands.push(Command::SaveRules);
        }
        if let Some(why) = why {
            widgets::explain_disabled(&response, &why);
            // A draft without changes disables the button without an explanation beside it.
            let is_shown = !approval.kept.may_set || approval.draft.rules().is_none();
            if is_shown {
                widgets::secondary(ui, &why);
            }
        }
    });
}
