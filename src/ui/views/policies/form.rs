//! The form of a policy: its settings, each with what it means.

use eframe::egui::{Align2, Checkbox, RichText, Sense, Ui, vec2};
use strum::VariantArray as _;

use crate::app::{Command, PoliciesView, PolicyDraft};
use crate::domain::pin_rule::PinRule;
use crate::domain::policy::{PinPolicy, PolicyName};
use crate::domain::text::shown;
use crate::plan::words::{capital, plural, thousands};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

/// The width of the names of fields, and of the fields for numbers, in points.
const NAMES: f32 = 210.0;
const NUMBER: f32 = 72.0;
/// The width in points from which the names stand beside their fields, and not above them.
const BESIDE: f32 = 420.0;

pub(super) fn form_ui(ui: &mut Ui, view: &PoliciesView, commands: &mut Vec<Command>) {
    let mut draft = view.draft.clone();
    let (title, about) = heading(&draft);
    ui.label(RichText::new(shown(&title)).font(theme::strong(theme::BODY)));
    widgets::secondary(ui, &about);
    ui.add_enabled_ui(view.may_change, |ui| {
        if draft.edited.is_none() {
            row_ui(ui, "Name", |ui| {
                let hint = "As in Executives, or site:Redmond";
                text_ui(
                    ui,
                    "policy name",
                    "Policy name",
                    hint,
                    &mut draft.name,
                    260.0,
                );
            });
        }
        number_ui(ui, "Digits at least", &mut draft.min_length, "4 to 24");
        number_ui(
            ui,
            "Old PINs that can't come back",
            &mut draft.history,
            "0 to 20. It binds users who set their own PIN.",
        );
        number_ui(
            ui,
            "Lifetime in days",
            &mut draft.lifetime,
            "0 to 999, 0 for never. PINs that are set keep their expiry.",
        );
        number_ui(
            ui,
            "Days without use",
            &mut draft.inactivity,
            "0 to 999, 0 for no limit. Then it is locked.",
        );
        row_ui(ui, "Common patterns", |ui| {
            let text = "Allow PINs such as 1234, 11223344 and the phone number";
            let check = Checkbox::new(&mut draft.allow_common_patterns, text);
            let response = ui.add(check);
            widgets::name(&response, "Allow common patterns");
        });
        // The rules are one group.
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            rules_ui(ui, &mut draft);
        });
        row_ui(ui, "Wrong PINs in a row", |ui| {
            let check = Checkbox::new(&mut draft.has_max_attempts, "Lock for an hour after");
            let response = ui.add(check);
            widgets::name(&response, "A limit of its own for wrong PINs in a row");
            ui.add_enabled_ui(draft.has_max_attempts, |ui| {
                let name = "Number of wrong PINs in a row";
                text_ui(ui, name, name, "", &mut draft.max_attempts, NUMBER);
            });
        });
    });
    match draft.settings() {
        Ok(policy) => {
            widgets::secondary(ui, &limits(&policy));
        }
        Err(why) => widgets::note(ui, Icon::Warning, theme::palette(ui).system, &why),
    }
    ui.add_space(theme::GAP_S);
    if draft != view.draft {
        commands.push(Command::SetPolicyDraft(draft));
    }
}

/// The title of the form, and for whom the policy is.
fn heading(draft: &PolicyDraft) -> (String, String) {
    let title = |name: &PolicyName| format!("Policy {name}");
    match &draft.edited {
        None => (
            "New policy".to_owned(),
            "A policy named site:NAME holds for the users of that site. Any other name is granted to users. The nearest one \
             holds: that granted to a user, else that of the site, else the global one."
                .to_owned(),
        ),
        Some(name @ PolicyName::Global) => (
            title(name),
            "It holds for everybody without a policy of their own or of their site.".to_owned(),
        ),
        Some(name @ PolicyName::Site(site)) => (
            title(name),
            format!("It holds for the users of the site {site} without a policy of their own."),
        ),
        Some(name @ PolicyName::User(_)) => (
            title(name),
            "It holds for the users to whom it is granted.".to_owned(),
        ),
    }
}

/// "A PIN of 4 digits is locked for an hour after 10 wrong PINs in a row, and until it is unlocked after
/// 100 in all. PINs of 5 or 6 digits: 25 and 1,000. Longer PINs: 25 and 5,000."
fn limits(policy: &PinPolicy) -> String {
    let classes = [
        (4, "A PIN of 4 digits", ""),
        (6, "A PIN of 5 or 6 digits", "PINs of 5 or 6 digits"),
        (7, "A PIN of 7 digits or more", "Longer PINs"),
    ];
    let held = classes
        .into_iter()
        .filter(|(digits, ..)| *digits >= policy.min_length || *digits == 7);
    let sentences: Vec<String> = held
        .enumerate()
        .map(|(nth, (digits, one, others))| {
            let limits = policy.limits(digits);
            let (local, global) = (limits.local as usize, thousands(limits.global as usize));
            let row = thousands(local);
            if nth > 0 {
                return format!("{others}: {row} and {global}.");
            }
            let pins = plural(local, "PIN", "PINs");
            format!(
                "{one} is locked for an hour after {row} wrong {pins} in a row, and until it is unlocked after {global} in all."
            )
        })
        .collect();
    sentences.join(" ")
}

/// A check box for each rule that a policy can switch on. Only the first row has a label.
fn rules_ui(ui: &mut Ui, draft: &mut PolicyDraft) {
    let mut label = "Also refuse";
    for rule in PinRule::VARIANTS {
        row_ui(ui, std::mem::take(&mut label), |ui| {
            let mut is_on = draft.also_refused.contains(rule);
            let response = ui.add(Checkbox::new(&mut is_on, capital(rule.refused())));
            widgets::name(&response, &format!("Refuse {}", rule.refused()));
            if is_on {
                draft.also_refused.insert(*rule);
            } else {
                draft.also_refused.remove(rule);
            }
        });
    }
}

fn number_ui(ui: &mut Ui, name: &str, text: &mut String, range: &str) {
    row_ui(ui, name, |ui| {
        text_ui(ui, name, name, "", text, NUMBER);
        widgets::secondary(ui, range);
    });
}

fn text_ui(ui: &mut Ui, id: &str, name: &str, hint: &str, text: &mut String, width: f32) {
    let (_, changed) = widgets::field(ui, id, name, hint, text, width);
    if let Some(changed) = changed {
        *text = changed;
    }
}

/// A row with a label, which is only painted, because the control itself carries the name.
fn row_ui(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    let label = |ui: &mut Ui, width: f32| {
        let palette = theme::palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(width, theme::CONTROL), Sense::hover());
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, rect, left, name, theme::body(), palette.secondary);
    };
    let width = ui.available_width();
    if width < BESIDE {
        if !name.is_empty() {
            label(ui, width);
        }
        ui.horizontal(contents);
        return;
    }
    ui.horizontal(|ui| {
        label(ui, NAMES);
        contents(ui);
    });
}
