//! The state of the PIN, and what may be done about it.

use eframe::egui::{self, Button, Frame, Label, Margin, RichText, Ui};

use crate::app::{App, Command, NamedCommand, row_text};
use crate::domain::pin::{Lock, LockCause};
use crate::domain::text::shown;
use crate::domain::user::UserRecord;
use crate::time_format;
use crate::ui::{icons, theme, widgets};
use crate::worker::jobs::UserDetails;

/// Whether the PIN is locked, by whom, since when and why, and what ends the lock.
pub(super) fn state_ui(ui: &mut Ui, app: &App, user: &UserRecord) {
    let status = user.pin.status(app.now());
    let palette = theme::palette(ui);
    let tone = theme::lock_tone(palette, &status);
    Frame::new()
        .fill(tone.fill)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(10, 6))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 18.0;
            ui.horizontal(|ui| {
                icons::show(ui, icons::of_status(&status), 15.0, tone.text);
                ui.label(
                    RichText::new(row_text::lock_label(&status))
                        .font(theme::strong(theme::BODY))
                        .color(tone.text),
                );
            });
            if let Some(lock) = user.pin.effective_lock(app.now()) {
                lock_ui(ui, app, &lock);
            }
        });
}

fn lock_ui(ui: &mut Ui, app: &App, lock: &Lock) {
    let (now, zone) = (app.now(), app.zone());
    let color = theme::palette(ui).text;
    let line = |ui: &mut Ui, text: String, whole: &str| {
        let text = RichText::new(text).font(theme::small()).color(color);
        let label = ui.add(Label::new(text).wrap());
        if !whole.is_empty() {
            label.on_hover_text(whole);
        }
    };
    let by = lock.by.as_deref();
    let by = by.map_or_else(String::new, |by| format!(" by {}", shown(by)));
    match lock.since {
        Some(at) => {
            let since = time_format::date_and_time(at, zone);
            let ago = time_format::relative(at, now, zone);
            let whole = time_format::with_offset(at, zone);
            line(ui, format!("Since {since}{by} ({ago})"), &whole);
        }
        None => line(
            ui,
            "Since when and by whom is not known: it came with an imported file.".to_owned(),
            "",
        ),
    }
    for (label, text) in [("Reason", &lock.reason), ("Ticket", &lock.ticket)] {
        if !text.is_empty() {
            line(ui, format!("{label}: {}", shown(text)), "");
        }
    }
    if let Some(cause) = cause_text(lock.cause) {
        line(ui, cause.to_owned(), "");
    }
    if let Some(end) = lock.ends() {
        let whole = time_format::with_offset(end, zone);
        let end = time_format::date_and_time(end, zone);
        line(ui, format!("Ends by itself at {end}"), &whole);
    } else if lock.cause == LockCause::Inactivity {
        line(ui, "Unlock or a new PIN ends it.".to_owned(), "");
    } else {
        line(ui, "Only Unlock ends it.".to_owned(), "");
    }
}

/// The cause of a lock in a sentence, and the counts that Unlock resets. None if the line about the
/// beginning of the lock says all.
fn cause_text(cause: LockCause) -> Option<&'static str> {
    match cause {
        LockCause::System => Some(
            "There were too many wrong PINs in all. Unlock and Reset failures set both counts to zero; a right PIN does not.",
        ),
        LockCause::Temporary => Some(
            "There were too many wrong PINs in a row. The right PIN is refused, too. Only Unlock and Reset failures set the count of all to zero.",
        ),
        LockCause::Inactivity => Some(
            "Nobody has used the PIN for as many days as its policy allows. Unlock counts them from then on.",
        ),
        LockCause::Administrator | LockCause::Unknown => None,
    }
}

/// The actions for the shown user, and what the operator has to know about each.
pub(super) fn actions_ui(ui: &mut Ui, app: &App, facts: &UserDetails, commands: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_S;
        for outlook in &facts.actions {
            let named = NamedCommand::of_action(outlook.action);
            let button = Button::new(named.text()).min_size(egui::vec2(0.0, theme::CONTROL));
            let response = ui.add_enabled(outlook.is_possible && !app.is_writing(), button);
            widgets::name(&response, &format!("{} this user", named.text()));
            if !outlook.is_possible {
                widgets::explain_disabled(&response, &outlook.text);
            }
            if response.clicked() {
                commands.push(Command::PreviewFor(outlook.action, facts.id));
            }
        }
    });
    for outlook in facts.actions.iter().filter(|of| !of.text.is_empty()) {
        let action = NamedCommand::of_action(outlook.action).text();
        let action = action.trim_end_matches('…');
        widgets::secondary(ui, &format!("{action}: {}", outlook.text));
    }
}
