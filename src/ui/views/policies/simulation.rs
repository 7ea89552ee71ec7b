//! The effects of the typed policy, a row for each, which leads to its users.

use eframe::egui::{Align, Align2, Button, Layout, Sense, Ui, UiBuilder, accesskit::Role, vec2};

use super::parts::section;
use crate::app::{Command, PoliciesView};
use crate::domain::policy::PinPolicy;
use crate::domain::policy_effect::PolicyEffect;
use crate::plan::words::{thousands, users};
use crate::store::{EffectUsers, PolicySimulation};
use crate::ui::{theme, widgets};

/// The height of a row, and the widths of the columns for numbers and of the button, in points.
const LINE: f32 = 30.0;
const NUMBER: f32 = 90.0;
const BUTTON: f32 = 64.0;

pub(super) fn simulation_ui(ui: &mut Ui, view: &PoliciesView, commands: &mut Vec<Command>) {
    section(ui, "What it would mean on the data of now");
    let Ok(policy) = view.draft.read() else {
        widgets::secondary(ui, "The settings above say what is missing.");
        return;
    };
    let Some(simulation) = view.simulation() else {
        widgets::secondary(ui, "Working it out…");
        return;
    };
    ui.horizontal(|ui| {
        let text = format!("It would hold for {}.", users(simulation.users.len()));
        ui.label(text);
        let has_users = !simulation.users.is_empty();
        if show_button(ui, "Show all for whom it would hold", has_users) {
            commands.push(Command::ShowEffect(None));
        }
    });
    let effects: Vec<(PolicyEffect, &EffectUsers)> = simulation
        .effects
        .iter()
        .filter(|(_, users)| users.today > 0 || !users.users.is_empty())
        .map(|(effect, users)| (*effect, users))
        .collect();
    if effects.is_empty() {
        let text = if simulation.users.is_empty() {
            "Nobody has this policy yet."
        } else {
            "All their PINs keep to it."
        };
        widgets::secondary(ui, text);
        return;
    }
    ui.scope(|ui| table_ui(ui, &policy.policy, simulation, &effects, commands));
    widgets::secondary(
        ui,
        "Patterns cannot be checked, because only hashes of PINs are kept. Point at a row to read what it means.",
    );
}

fn table_ui(
    ui: &mut Ui,
    policy: &PinPolicy,
    simulation: &PolicySimulation,
    effects: &[(PolicyEffect, &EffectUsers)],
    commands: &mut Vec<Command>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let palette = theme::palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let right = rect.right() - BUTTON - theme::GAP_S;
    for (text, end) in [("Today", right - NUMBER), ("With it", right)] {
        let cell = rect.with_max_x(end).with_min_x(end - NUMBER);
        let right = Align2::RIGHT_CENTER;
        widgets::paint_cut(ui, cell, right, text, theme::small(), palette.secondary);
    }
    for (effect, found) in effects {
        line_ui(ui, policy, simulation, *effect, found, commands);
    }
    ui.add_space(theme::GAP_XS);
}

fn line_ui(
    ui: &mut Ui,
    policy: &PinPolicy,
    simulation: &PolicySimulation,
    effect: PolicyEffect,
    found: &EffectUsers,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let right = rect.right() - BUTTON - theme::GAP_S;
    let count = found.users.len();
    let label = effect.label(policy);
    let name = rect.with_max_x(right - 2.0 * NUMBER);
    let is_caution = matches!(
        effect,
        PolicyEffect::TooShort | PolicyEffect::PastLifetime | PolicyEffect::LocksAtNextFailure
    ) && count > 0;
    let color = if is_caution {
        palette.warning.text
    } else {
        palette.text
    };
    widgets::paint_cut(ui, name, Align2::LEFT_CENTER, &label, theme::body(), color);
    for (text, end, color) in [
        (thousands(found.today), right - NUMBER, palette.secondary),
        (thousands(count), right, color),
    ] {
        let galley = theme::figures(ui, &text, &theme::body(), color);
        let at = eframe::egui::pos2(
            end - galley.size().x,
            rect.center().y - galley.size().y / 2.0,
        );
        ui.painter().galley(at, galley, color);
    }
    widgets::bottom_line(ui, rect);
    let of = thousands(simulation.users.len());
    let sentence = format!(
        "{label}: {} of {of}, today {}. {}",
        thousands(count),
        thousands(found.today),
        effect.meaning()
    );
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    response.on_hover_text(effect.meaning());
    let button = UiBuilder::new()
        .id_salt(effect)
        .max_rect(
            rect.with_min_x(rect.right() - BUTTON)
                .shrink2(vec2(0.0, 3.0)),
        )
        .layout(Layout::right_to_left(Align::Center));
    let mut child = ui.new_child(button);
    if show_button(&mut child, &format!("Show: {label}"), count > 0) {
        commands.push(Command::ShowEffect(Some(effect)));
    }
}

/// A button that leads to users. Returns whether it was pressed.
fn show_button(ui: &mut Ui, name: &str, is_enabled: bool) -> bool {
    let response = ui.add_enabled(is_enabled, Button::new("Show").small());
    widgets::name(&response, name);
    response
        .on_hover_text("List these users in Users.")
        .clicked()
}
