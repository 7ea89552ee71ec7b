//! The details of one user: the five names, the PIN state and the history.

use eframe::egui::{
    self, Align, Frame, Label, Layout, Margin, RichText, ScrollArea, Stroke, Ui, UiBuilder,
    accesskit::Role,
};

use super::icons;
use super::icons::Icon;
use super::{theme, widgets};
use crate::app::{App, Command, DetailsView, NamedCommand, row_text};
use crate::domain::pin::Expiry;
use crate::domain::text::shown;
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::powershell;
use crate::plan::Action;
use crate::store::{HistoryEntry, HistoryKind};
use crate::time_format;
use crate::worker::jobs::{ProtectionTarget, UserDetails};

pub fn details_ui(ui: &mut Ui, app: &App, details: &DetailsView, commands: &mut Vec<Command>) {
    let region = UiBuilder::new()
        .scope_id(egui::Id::unique("details"))
        .accessibility_role(Role::Region)
        .accessibility_label("Details");
    ui.scope_builder(region, |ui| {
        let facts = details.facts.as_ref();
        let user = facts.and_then(|facts| facts.user.as_ref());
        let title = user.map_or_else(
            || "Details".to_owned(),
            |user| shown(&user.names.display_name).into_owned(),
        );
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let named = NamedCommand::CloseDetails;
                if widgets::icon_button(ui, Icon::Close, named.text(), named.tooltip()).clicked() {
                    commands.push(Command::Do(named));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = RichText::new(title).font(theme::strong(theme::TITLE));
                    ui.add(Label::new(text).truncate());
                });
            });
        });
        if details.is_missing {
            widgets::secondary(ui, "This user is no longer in the store.");
        }
        let (Some(facts), Some(user)) = (facts, user) else {
            return;
        };
        let area = ui.available_rect_before_wrap();
        let id = egui::Id::unique("details text");
        let focus = ui.interact(area, id, egui::Sense::FOCUSABLE);
        widgets::name(&focus, "Names, PIN and history");
        let down = if focus.has_focus() {
            widgets::keys_down(ui, id, 28.0, area.height())
        } else {
            0.0
        };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if down != 0.0 {
                ui.scroll_with_delta(egui::vec2(0.0, -down));
            }
            ui.style_mut().interaction.selectable_labels = true;
            pin_ui(ui, app, user);
            actions_ui(ui, app, facts, commands);
            failures_ui(ui, user, facts);
            protection_ui(ui, app, user, commands);
            names_ui(ui, user);
            section(ui, "PowerShell");
            let action = if user.pin.is_locked_out(app.now()) {
                Action::Unlock
            } else {
                Action::Lock
            };
            widgets::command_line(
                ui,
                &powershell::command(action, &user.names.identity()),
                commands,
            );
            history_ui(ui, app, user.id, &facts.history, commands);
        });
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
    });
}

/// The actions for the shown user, each with what the operator has to know about it.
fn actions_ui(ui: &mut Ui, app: &App, facts: &UserDetails, commands: &mut Vec<Command>) {
    section(ui, "What you may do");
    for outlook in &facts.actions {
        let named = NamedCommand::of_action(outlook.action);
        ui.horizontal_top(|ui| {
            let size = egui::vec2(110.0, theme::CONTROL);
            let button = egui::Button::new(named.text()).min_size(size);
            let response = ui.add_enabled(outlook.is_possible && !app.is_writing(), button);
            widgets::name(&response, &format!("{} this user", named.text()));
            if response.clicked() {
                commands.push(Command::PreviewFor(outlook.action, facts.id));
            }
            if !outlook.text.is_empty() {
                widgets::secondary(ui, &outlook.text);
            }
        });
    }
}

/// The failed logons, and the policy that counts them.
fn failures_ui(ui: &mut Ui, user: &UserRecord, facts: &UserDetails) {
    section(ui, "Failed logons and policy");
    let in_a_row = user.pin.failures.local.to_string();
    let in_all = user.pin.failures.global.to_string();
    let policy = facts.policy.name.to_string();
    let lines = [
        ("In a row", in_a_row.as_str()),
        ("In all", &in_all),
        ("PIN policy", &policy),
    ];
    pairs(ui, "failures", &lines);
}

/// The protection of the user, with the button that changes it. The store decides whether the
/// operator may change it.
fn protection_ui(ui: &mut Ui, app: &App, user: &UserRecord, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let (button, tooltip, words, color) = if user.is_protected {
        let words = "Protected: changing this PIN needs the approval of somebody else.";
        (
            "Stop protecting",
            "From then on this PIN is changed as everybody's is.",
            words,
            palette.warning.text,
        )
    } else {
        let tooltip = "From then on changing this PIN needs the approval of somebody else, whatever the rules say.";
        ("Protect", tooltip, "Not protected.", palette.secondary)
    };
    section(ui, "Protection");
    let size = egui::vec2(ui.available_width(), theme::ROW);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let response = ui.add_enabled(
            !app.is_writing(),
            egui::Button::new(button).min_size(egui::vec2(0.0, theme::CONTROL)),
        );
        if response.on_hover_text(tooltip).clicked() {
            commands.push(Command::SetProtection(
                ProtectionTarget::User(user.id),
                !user.is_protected,
            ));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if user.is_protected {
                icons::show(ui, Icon::Shield, 14.0, color);
            }
            ui.add(Label::new(RichText::new(words).font(theme::small()).color(color)).wrap());
        });
    });
}

fn pin_ui(ui: &mut Ui, app: &App, user: &UserRecord) {
    let (now, zone) = (app.now(), app.zone());
    let status = user.pin.status(now);
    let palette = theme::palette(ui);
    let tone = theme::lock_tone(palette, &status);
    Frame::new()
        .fill(tone.fill)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.horizontal(|ui| {
                icons::show(ui, icons::of_status(&status), 15.0, tone.text);
                ui.label(
                    RichText::new(row_text::lock_label(&status))
                        .font(theme::strong(theme::BODY))
                        .color(tone.text),
                );
            });
            if let Some(lock) = user.pin.lock_in_force(now) {
                let by = lock
                    .by
                    .as_deref()
                    .map(|by| format!(" by {}", shown(by)))
                    .unwrap_or_default();
                let text = match lock.since {
                    Some(at) => format!("Since {}{by}", time_format::with_offset(at, zone)),
                    None => "Since when and by whom is not known: it came with an imported file."
                        .to_owned(),
                };
                ui.add(
                    Label::new(RichText::new(text).font(theme::small()).color(palette.text)).wrap(),
                );
                if let Some(end) = lock.ends() {
                    ui.label(
                        RichText::new(format!(
                            "Ends by itself at {}",
                            time_format::with_offset(end, zone)
                        ))
                        .font(theme::small()),
                    );
                }
                for (label, text) in [("Reason", &lock.reason), ("Ticket", &lock.ticket)] {
                    if !text.is_empty() {
                        ui.add(
                            Label::new(
                                RichText::new(format!("{label}: {}", shown(text)))
                                    .font(theme::small()),
                            )
                            .wrap(),
                        );
                    }
                }
            }
        });
    ui.add_space(theme::GAP_S);
    let expiry = match status.expiry {
        Expiry::NoPin => "–".to_owned(),
        Expiry::Never => "Never".to_owned(),
        Expiry::At(at) => format!(
            "{} ({})",
            time_format::with_offset(at, zone),
            time_format::relative(at, now, zone)
        ),
        Expiry::Expired(at) => format!(
            "{} (expired {})",
            time_format::with_offset(at, zone),
            time_format::relative(at, now, zone)
        ),
    };
    let last_change = user
        .pin
        .last_change
        .map_or_else(|| "–".to_owned(), |at| time_format::with_offset(at, zone));
    section(ui, "PIN");
    pairs(
        ui,
        "pin",
        &[
            ("PIN", if status.is_set { "Set" } else { "Not set" }),
            ("Expires", &expiry),
            ("Last change", &last_change),
        ],
    );
}

fn names_ui(ui: &mut Ui, user: &UserRecord) {
    let names = &user.names;
    let sip = names
        .sip
        .as_ref()
        .map(|sip| format!("sip:{sip}"))
        .unwrap_or_default();
    let account = names
        .account
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    section(ui, "Names");
    pairs(
        ui,
        "names",
        &[
            ("Display name", &names.display_name),
            ("SIP address", &sip),
            ("UPN", names.upn.as_deref().unwrap_or_default()),
            ("Account", &account),
            ("DN", names.dn.as_deref().unwrap_or_default()),
            ("GUID", names.guid.as_deref().unwrap_or_default()),
        ],
    );
}

fn history_ui(
    ui: &mut Ui,
    app: &App,
    user: UserId,
    history: &[HistoryEntry],
    commands: &mut Vec<Command>,
) {
    section(ui, "History");
    if history.is_empty() {
        widgets::secondary(ui, "Nothing has been recorded about this user yet.");
    }
    let palette = theme::palette(ui);
    // Only the last change of a PIN can be undone: the earlier ones have been changed since.
    let last = history
        .iter()
        .find(|entry| entry.kind == HistoryKind::Pin)
        .map(|entry| entry.seq);
    for entry in history {
        Frame::new()
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(theme::RADIUS)
            .inner_margin(Margin::symmetric(8, 6))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add(
                    Label::new(RichText::new(entry.headline()).font(theme::strong(theme::SMALL)))
                        .wrap(),
                );
                let from = format!(
                    "{} by {} on {}",
                    time_format::date_and_time(entry.at, app.zone()),
                    shown(&entry.operator),
                    shown(&entry.machine)
                );
                widgets::secondary(ui, &from);
                for (label, text) in [
                    ("Reason", entry.reason.as_str()),
                    ("Ticket", &entry.ticket),
                    ("File", entry.source.as_deref().unwrap_or_default()),
                ] {
                    if !text.is_empty() {
                        widgets::secondary(ui, &format!("{label}: {}", shown(text)));
                    }
                }
                let can_undo = entry.action.is_undoable();
                if can_undo && last == Some(entry.seq) && !app.is_writing() {
                    let response = ui.small_button("Undo…");
                    widgets::name(&response, "Undo this change");
                    if response
                        .on_hover_text("Show what undoing this would do. Nothing changes yet.")
                        .clicked()
                    {
                        commands.push(Command::Undo(entry.batch, Some(user)));
                    }
                }
            });
    }
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(theme::GAP_S);
    let color = theme::palette(ui).secondary;
    ui.label(
        RichText::new(title)
            .font(theme::strong(theme::SMALL))
            .color(color),
    );
}

/// Two columns: names at the left, texts at the right.
fn pairs(ui: &mut Ui, id: &str, pairs: &[(&str, &str)]) {
    const NAMES: f32 = 92.0;
    let color = theme::palette(ui).secondary;
    ui.scope_builder(UiBuilder::new().id_salt(id), |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.spacing_mut().interact_size.y = 18.0;
        for (name, text) in pairs {
            ui.horizontal_top(|ui| {
                ui.allocate_ui_with_layout(
                    egui::vec2(NAMES, 18.0),
                    Layout::left_to_right(Align::Min),
                    |ui| {
                        ui.set_width(NAMES);
                        ui.label(RichText::new(*name).font(theme::small()).color(color));
                    },
                );
                let text = if text.is_empty() {
                    "–".into()
                } else {
                    shown(text)
                };
                ui.add(Label::new(RichText::new(text).font(theme::small())).wrap());
            });
        }
    });
}
