//! The end of the locks of a preview: none, or a date and a time.

use eframe::egui::{Align, Layout, Ui, vec2};

use crate::app::{App, Command, PreviewList};
use crate::ui::{theme, widgets};

/// The name of the choice between no end and an end.
const CHOICE: &str = "Locked until";
/// The height of a field with its label above, in points.
pub(super) const FIELDS: f32 = 48.0;
const CHOICE_WIDTH: f32 = 144.0;

/// Whether the end can be typed: only for locks that would be set, in a preview that brings no ends
/// of its own.
pub(super) fn takes_lock_end(list: &PreviewList) -> bool {
    list.takes_lock_end && list.counts.will_change > 0
}

pub(super) fn lock_end_ui(ui: &mut Ui, app: &App, list: &PreviewList, commands: &mut Vec<Command>) {
    let size = vec2(ui.available_width(), FIELDS);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
        let has_end = list.lock_end.is_some();
        let choices = [
            (false, "No end".to_owned()),
            (true, "Date and time".to_owned()),
        ];
        let chosen = widgets::labelled(ui, CHOICE, CHOICE_WIDTH, |ui| {
            widgets::combo(ui, CHOICE, &has_end, &choices, CHOICE_WIDTH)
        });
        if let Some(has_end) = chosen {
            commands.push(Command::SetLockEnd(has_end.then(String::new)));
        }
        let Some(end) = &list.lock_end else {
            return;
        };
        let width = ui.available_width();
        let label = "Date, or date and time";
        let problem = app.lock_end_problem(list);
        let typed = widgets::labelled(ui, label, width, |ui| {
            ui.horizontal(|ui| {
                let width = width - theme::CONTROL - theme::GAP_XS;
                let (name, problem) = ("End of the locks", problem.as_deref());
                let typed = widgets::time_field(ui, "lock end", name, &end.text, width, problem);
                let (now, zone) = (app.now(), app.zone());
                let day = widgets::day_button(ui, "Choose the day", &end.text, now, zone);
                day.or(typed)
            })
            .inner
        });
        if let Some(text) = typed {
            commands.push(Command::SetLockEnd(Some(text)));
        }
    });
}
