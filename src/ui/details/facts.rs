//! The facts about a PIN and the names of its user, a line each.

use eframe::egui::{Align, Button, Label, Layout, RichText, Ui, UiBuilder, vec2};

use crate::app::{App, Command};
use crate::domain::Time;
use crate::domain::pin::{Expiry, Failures};
use crate::domain::text::shown;
use crate::domain::user::UserRecord;
use crate::plan::words::{capital, thousands};
use crate::store::LogonMark;
use crate::time_format;
use crate::ui::icons::Icon;
use crate::ui::{icons, theme, widgets};
use crate::worker::jobs::{ProtectionTarget, UserDetails};

/// The height of a line in points, and the width of its name.
const LINE: f32 = 18.0;
const NAME: f32 = 84.0;
/// The height of a button beside a line, in points.
const CONTROL: f32 = 22.0;

/// A line: its name, its text, and what hovering over the text says.
struct Fact<'a> {
    name: &'a str,
    text: String,
    whole: String,
}

pub(super) fn pin_ui(ui: &mut Ui, app: &App, user: &UserRecord, facts: &UserDetails) {
    let (now, zone) = (app.now(), app.zone());
    let status = user.pin.status(now);
    let exactly =
        |at: Option<Time>| at.map_or_else(String::new, |at| time_format::with_offset(at, zone));
    let set = if status.is_set { "Set" } else { "Not set" };
    let last_change = match user.pin.last_change {
        Some(at) => format!(
            "{set}, last change {}",
            time_format::date_and_time(at, zone)
        ),
        None => set.to_owned(),
    };
    let expires = |at: Time, word: &str| {
        let relative = time_format::relative(at, now, zone);
        format!(
            "{} ({word}{relative})",
            time_format::date_and_time(at, zone)
        )
    };
    let (expiry, expires_at) = match status.expiry {
        Expiry::NoPin => (String::new(), None),
        Expiry::Never => ("Never".to_owned(), None),
        Expiry::At(at) => (expires(at, ""), Some(at)),
        Expiry::Expired(at) => (expires(at, "expired "), Some(at)),
    };
    let failures = user.pin.failures;
    let lines = [
        Fact {
            name: "PIN",
            text: last_change,
            whole: exactly(user.pin.last_change),
        },
        Fact {
            name: "Expires",
            text: expiry,
            whole: exactly(expires_at),
        },
        Fact {
            name: "Failures",
            text: failures_text(app, failures, facts),
            whole: format!(
                "Failed logons with a PIN. Unlock sets both counts to zero. {}",
                match &facts.last_logons.success {
                    Some(last) => format!(
                        "The last logon with the right PIN was {}.",
                        mark_text(app, last)
                    ),
                    None => "No logon with the right PIN is known.".to_owned(),
                }
            ),
        },
        Fact {
            name: "PIN policy",
            text: format!(
                "{}: {}",
                facts.policy.named.name,
                facts.policy.named.policy.length_in_words()
            ),
            whole: format!(
                "{}. {}",
                capital(&facts.policy.named.policy.describe()),
                facts.policy.why.sentence()
            ),
        },
    ];
    for fact in lines {
        line(ui, &fact, |_| {});
    }
}

/// "at 2026-11-22 14:02 from gw-3"
fn mark_text(app: &App, mark: &LogonMark) -> String {
    let at = time_format::date_and_time(mark.at, app.zone());
    let from = mark.from.as_deref().map(shown);
    format!(
        "at {at}{}",
        from.map_or_else(String::new, |from| format!(" from {from}"))
    )
}

/// "23 of 25 in a row, 412 of 1,000 in all, last at 2026-11-22 14:02 from gw-3". Without known limits
/// only the counts are said.
fn failures_text(app: &App, failures: Failures, facts: &UserDetails) -> String {
    let of = |count: u32, limit: Option<u32>| {
        let count = thousands(count as usize);
        match limit {
            Some(limit) => format!("{count} of {}", thousands(limit as usize)),
            None => count,
        }
    };
    let limits = facts.limits;
    let last = facts.last_logons.failure.as_ref();
    let last = last.map_or_else(String::new, |last| {
        format!(", last {}", mark_text(app, last))
    });
    format!(
        "{} in a row, {} in all{last}",
        of(failures.local, limits.map(|limits| limits.local)),
        of(failures.global, limits.map(|limits| limits.global))
    )
}

/// The protection of the user, with the button that changes it. The store decides whether the
/// operator may change it.
pub(super) fn protection_ui(
    ui: &mut Ui,
    app: &App,
    user: &UserRecord,
    commands: &mut Vec<Command>,
) {
    let (button, tooltip, text) = if user.is_protected {
        (
            "Stop protecting",
            "From then on this PIN is changed as everybody's is.",
            "Protected: changing this PIN needs the approval of somebody else.",
        )
    } else {
        (
            "Protect",
            "From then on changing this PIN needs the approval of somebody else, whatever the rules say.",
            "Not protected",
        )
    };
    let fact = Fact {
        name: "Protection",
        text: text.to_owned(),
        whole: String::new(),
    };
    line(ui, &fact, |ui| {
        let button = Button::new(button).min_size(vec2(0.0, CONTROL));
        let response = ui.add_enabled(!app.is_writing(), button);
        if response.on_hover_text(tooltip).clicked() {
            let target = ProtectionTarget::User(user.id);
            commands.push(Command::SetProtection(target, !user.is_protected));
        }
        if user.is_protected {
            let color = theme::palette(ui).warning.text;
            icons::show(ui, Icon::Shield, 14.0, color);
        }
    });
}

/// The names, each with a button that copies it as it is kept.
pub(super) fn names_ui(ui: &mut Ui, user: &UserRecord, commands: &mut Vec<Command>) {
    let names = &user.names;
    let sip = names.sip.as_ref().map(|sip| format!("sip:{sip}"));
    let account = names.account.as_ref().map(ToString::to_string);
    for (name, text) in [
        ("Display name", Some(&names.display_name)),
        ("SIP address", sip.as_ref()),
        ("UPN", names.upn.as_ref()),
        ("Account", account.as_ref()),
        ("DN", names.dn.as_ref()),
        ("GUID", names.guid.as_ref()),
    ] {
        let fact = Fact {
            name,
            text: text.cloned().unwrap_or_default(),
            whole: String::new(),
        };
        line(ui, &fact, |ui| {
            let Some(text) = text.filter(|text| !text.is_empty()) else {
                return;
            };
            let button = widgets::small_icon_button(
                ui,
                Icon::Copy,
                &format!("Copy {name}"),
                "Copy this name.",
            );
            if button.clicked() {
                commands.push(Command::Copy(text.clone()));
            }
        });
    }
}

/// A line. `controls` are painted at its right end, from right to left.
fn line(ui: &mut Ui, fact: &Fact<'_>, controls: impl FnOnce(&mut Ui)) {
    let color = theme::palette(ui).secondary;
    let scope = UiBuilder::new().id_salt(fact.name);
    ui.scope_builder(scope, |ui| {
        ui.spacing_mut().interact_size.y = LINE;
        ui.spacing_mut().button_padding = vec2(theme::GAP_S, 0.0);
        let size = vec2(ui.available_width(), LINE);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            controls(ui);
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                let size = vec2(NAME, LINE);
                ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
                    ui.set_width(NAME);
                    ui.label(RichText::new(fact.name).font(theme::small()).color(color));
                });
                let text = if fact.text.is_empty() {
                    "–".into()
                } else {
                    shown(&fact.text)
                };
                let label = Label::new(RichText::new(text).font(theme::small())).wrap();
                let response = ui.add(label);
                if !fact.whole.is_empty() {
                    response.on_hover_text(&fact.whole);
                }
            });
        });
    });
}
