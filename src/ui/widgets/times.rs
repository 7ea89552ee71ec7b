//! Fields for a date and a time, and the calendar that fills them.

use chrono::{Datelike as _, Duration, Months, NaiveDate};
use eframe::egui::{
    self, Align, Button, Layout, Popup, PopupCloseBehavior, Rect, RichText, Stroke, StrokeKind, Ui,
    accesskit::Invalid, pos2, vec2,
};

use super::buttons::{icon_button, small_icon_button};
use super::fields::field;
use super::texts::name;
use crate::domain::Time;
use crate::domain::text::shown;
use crate::exchange::dates::moment_of;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::theme;
use crate::zone::Zone;

/// A field for a date, or a date and a time. Invalid text is marked and explained on hover and to
/// screen readers.
pub fn time_field(
    ui: &mut Ui,
    id: &str,
    label: &str,
    text: &str,
    width: f32,
    problem: Option<&str>,
) -> Option<String> {
    let (response, changed) = field(ui, id, label, "Any time", text, width);
    if let Some(problem) = problem {
        let color = theme::palette(ui).system.text;
        let rect = response.rect;
        ui.painter().rect_stroke(
            rect,
            theme::RADIUS,
            Stroke::new(1.5, color),
            StrokeKind::Inside,
        );
        let square =
            Rect::from_center_size(pos2(rect.right() - 14.0, rect.center().y), vec2(13.0, 13.0));
        icons::paint(ui.painter(), square, Icon::Warning, color);
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_invalid(Invalid::True);
            node.set_description(problem);
        });
    }
    let how = "A date, or a date and a time, as in 2026-11-22 13:35.";
    response.on_hover_text(problem.map_or(how.into(), shown));
    changed
}

/// The width and height of a day in the calendar, in points.
const DAY: egui::Vec2 = vec2(34.0, theme::CONTROL);
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A button that opens a calendar. Returns the text with the chosen day, which keeps the time of day
/// of `text`. Days before today cannot be chosen.
pub fn day_button(ui: &mut Ui, label: &str, text: &str, now: Time, zone: Zone) -> Option<String> {
    let button = icon_button(ui, Icon::Calendar, label, "Choose the day in a calendar.");
    let today = zone.local(now).date_naive();
    let chosen = moment_of(text.trim(), zone).map(|at| zone.local(at).date_naive());
    let id = button.id.with("month");
    let popup = Popup::from_toggle_button_response(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| calendar_ui(ui, id, chosen, today));
    let Some(popup) = popup else {
        ui.data_mut(|data| data.remove::<NaiveDate>(id));
        return None;
    };
    let day = popup.inner?;
    Popup::close_all(ui.ctx());
    button.request_focus();
    let time = text.trim().split_once([' ', 'T']).map(|(_, time)| time);
    Some(match time.filter(|time| time.contains(':')) {
        Some(time) => format!("{day} {time}"),
        None => day.to_string(),
    })
}

/// A month with its days. Returns the clicked day.
fn calendar_ui(
    ui: &mut Ui,
    id: egui::Id,
    chosen: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let proposed = chosen.unwrap_or(today);
    let kept: Option<NaiveDate> = ui.data(|data| data.get_temp(id));
    let first = kept.or_else(|| proposed.with_day(1)).unwrap_or(today);
    let mut shown_month = first;
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    ui.spacing_mut().button_padding = vec2(0.0, 0.0);
    ui.set_width(7.0 * DAY.x);
    ui.horizontal(|ui| {
        let before = small_icon_button(ui, Icon::Left, "Previous month", "Show the month before.");
        if before.clicked() {
            shown_month = first.checked_sub_months(Months::new(1)).unwrap_or(first);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let after = small_icon_button(ui, Icon::Right, "Next month", "Show the next month.");
            if after.clicked() {
                shown_month = first.checked_add_months(Months::new(1)).unwrap_or(first);
            }
            ui.centered_and_justified(|ui| {
                let month = first.format("%B %Y").to_string();
                ui.label(RichText::new(month).font(theme::strong(theme::BODY)));
            });
        });
    });
    ui.data_mut(|data| data.insert_temp(id, shown_month));
    let color = theme::palette(ui).secondary;
    ui.horizontal(|ui| {
        for day in DAYS {
            let text = RichText::new(day).font(theme::small()).color(color);
            ui.add_sized(vec2(DAY.x, 20.0), egui::Label::new(text));
        }
    });
    let monday = first - Duration::days(i64::from(first.weekday().num_days_from_monday()));
    let mut clicked = None;
    for week in 0..6 {
        let begin = monday + Duration::days(7 * week);
        if begin.month() != first.month() && begin > first {
            break;
        }
        ui.horizontal(|ui| {
            for day in (0..7).map(|day| begin + Duration::days(day)) {
                if day.month() != first.month() {
                    ui.allocate_space(DAY);
                    continue;
                }
                let button = Button::selectable(chosen == Some(day), day.day().to_string());
                let response = ui
                    .add_enabled_ui(day >= today, |ui| ui.add_sized(DAY, button))
                    .inner;
                name(&response, &day.format("%A, %Y-%m-%d").to_string());
                if response.clicked() {
                    clicked = Some(day);
                }
            }
        });
    }
    clicked
}
