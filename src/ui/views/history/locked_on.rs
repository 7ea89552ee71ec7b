//! The users that were locked at a moment.

use eframe::egui::{
    Align, Align2, Frame, Layout, Link, Rect, RichText, Sense, Stroke, Ui, UiBuilder,
    accesskit::Role, pos2, vec2,
};

use super::filters::{SEARCH, count_ui, label};
use super::named_link::named_link_ui;
use crate::app::{App, Command, LockedOnView, NamedCommand};
use crate::domain::Time;
use crate::domain::pin::{Expiry, PinStatus};
use crate::domain::text::shown;
use crate::plan::words::{thousands, users};
use crate::store::WasLocked;
use crate::time_format;
use crate::ui::{theme, widgets};

const MOMENT: f32 = 190.0;
const CAUSE: f32 = 148.0;
const TIME: f32 = 122.0;
const DATE: f32 = 88.0;
const BATCH: f32 = 56.0;
/// The margin at both ends of a row, in points. `BAR` is the space for the scroll bar.
const MARGIN: f32 = 10.0;
const BAR: f32 = 12.0;
/// The width in points from which there is room for the reason.
const WITH_REASON: f32 = 860.0;

/// The fields for the moment and the search.
pub fn moment_ui(ui: &mut Ui, app: &App, locked: &LockedOnView, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        label(ui, "Who was locked on");
        let problem = locked.problem.as_deref();
        let text = widgets::time_field(
            ui,
            "locked on",
            "Date and time",
            &locked.text,
            MOMENT,
            problem,
        );
        commands.extend(text.map(Command::SetLockedOnTime));
        widgets::command_button(ui, NamedCommand::LockedNow, true, commands);
        match (problem, locked.moment) {
            (Some(problem), _) => count_ui(ui, "", Some(problem)),
            (None, Some(moment)) => {
                let text = format!(
                    "{}, as the history says.",
                    time_format::with_offset(moment, app.zone())
                );
                count_ui(ui, &text, None);
            }
            (None, None) => {}
        }
    });
    ui.horizontal(|ui| {
        let hint = "Search by user, operator, cause, reason or ticket";
        let (_, text) = widgets::field(
            ui,
            "search locked",
            "Search who was locked",
            hint,
            &locked.search,
            SEARCH,
        );
        commands.extend(text.map(Command::SearchLocked));
        if let Some(all) = locked.all.as_ref().filter(|_| locked.problem.is_none()) {
            let words = match &locked.found {
                Some(found) => format!("{} of {} locked", thousands(found.len()), users(all.len())),
                None => format!("{} locked", users(all.len())),
            };
            count_ui(ui, &words, None);
        }
    });
}

pub fn locked_users_ui(ui: &mut Ui, app: &App, locked: &LockedOnView, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    if locked.problem.is_some() || locked.all.is_none() {
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let columns = LockedColumns::of(ui.max_rect().width(), locked.has_ends);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme::ROW), Sense::hover());
    let heads = [
        "User",
        "Lock",
        "By",
        "Since",
        "Until",
        "Reason and ticket",
        "Batch",
    ];
    for (rect, text) in columns.cells(head).into_iter().zip(heads) {
        let font = theme::strong(theme::SMALL);
        if rect.width() > 0.0 {
            widgets::paint_cut(ui, rect, Align2::LEFT_CENTER, text, font, palette.secondary);
        }
    }
    let height = ui.available_height() - 2.0;
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            let count = locked.len();
            if count == 0 {
                let nobody = if locked.found.is_some() {
                    "Nobody is found."
                } else {
                    "Nobody was locked."
                };
                let rect = ui.max_rect().shrink(MARGIN);
                widgets::secondary(&mut ui.new_child(UiBuilder::new().max_rect(rect)), nobody);
            }
            widgets::lines(
                ui,
                "locked list",
                "Who was locked",
                height,
                theme::ROW,
                count,
                |ui, row| {
                    if let Some(was) = locked.row(row) {
                        ui.push_id(row, |ui| row_ui(ui, app, was, &columns, commands));
                    }
                },
            );
        });
}

fn row_ui(
    ui: &mut Ui,
    app: &App,
    was: &WasLocked,
    columns: &LockedColumns,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let zone = app.zone();
    let lock = &was.lock;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), theme::ROW), Sense::hover());
    let [user, cause, by, since, until, why, batch] = columns.cells(rect);
    let time = |time: Option<Time>| {
        time.map_or_else(String::new, |time| time_format::date_and_time(time, zone))
    };
    let (from, to) = (time(lock.since), time(lock.ends()));
    let date =
        |time: Option<Time>| time.map_or_else(String::new, |time| time_format::date(time, zone));
    let (from_shown, to_shown) = if columns.is_narrow {
        (date(lock.since), date(lock.ends()))
    } else {
        (from.clone(), to.clone())
    };
    let operator = lock.by.as_deref().unwrap_or_default();
    let reason: Vec<&str> = [lock.reason.as_str(), &lock.ticket]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let reason = reason.join(" · ");
    let status = PinStatus {
        is_set: true,
        locked: Some(lock.cause),
        expiry: Expiry::Never,
    };
    let left = Align2::LEFT_CENTER;
    named_link_ui(ui, user, (&was.name, &was.target), was.user, commands);
    widgets::paint_lock_badge(
        ui,
        cause.left_center(),
        cause.width(),
        &status,
        lock.cause.label(),
    );
    widgets::paint_cut(ui, by, left, &shown(operator), theme::small(), palette.text);
    // If no lock ends by itself, there is no column for the end, and its text is empty.
    for (rect, text) in [(since, &from_shown), (until, &to_shown)] {
        let figures = theme::figures(ui, text, &theme::small(), palette.text);
        ui.painter().galley(
            pos2(rect.left(), rect.center().y - figures.size().y / 2.0),
            figures,
            palette.text,
        );
    }
    if why.width() > 0.0 {
        widgets::paint_cut(
            ui,
            why,
            left,
            &shown(&reason),
            theme::small(),
            palette.secondary,
        );
    }
    widgets::bottom_line(ui, rect);
    let parts = [
        ("by", operator),
        ("since", &from),
        ("until", &to),
        ("because", &reason),
    ];
    let who = match was.name.as_str() {
        "" => was.target.clone(),
        name => format!("{name}, {}", was.target),
    };
    let mut sentence = format!("{who}: {}", status.describe());
    for (word, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
        sentence.push_str(&format!(", {word} {text}"));
    }
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    response.on_hover_text(shown(&sentence));
    let layout = Layout::left_to_right(Align::Center);
    let mut link_ui = ui.new_child(UiBuilder::new().max_rect(batch).layout(layout));
    let link = link_ui.add(Link::new(
        RichText::new(was.batch.0.to_string()).font(theme::small()),
    ));
    widgets::name(&link, &format!("Batch {} of {}", was.batch.0, was.target));
    if link
        .on_hover_text("Show the batch after which it was so.")
        .clicked()
    {
        commands.push(Command::OpenBatch(was.batch));
    }
}

/// The width of each column in points. A column of width 0 is hidden.
struct LockedColumns {
    widths: [f32; 7],
    /// Whether the room is too narrow for reasons and times of day.
    is_narrow: bool,
}

impl LockedColumns {
    fn of(width: f32, has_ends: bool) -> Self {
        let is_narrow = width < WITH_REASON;
        let time = if is_narrow { DATE } else { TIME };
        let until = if has_ends { time } else { 0.0 };
        let rest = width - 2.0 * MARGIN - BAR - CAUSE - time - until - BATCH;
        let (user, by, why) = if is_narrow {
            (0.64, 0.36, 0.0)
        } else {
            (0.44, 0.24, 0.32)
        };
        Self {
            widths: [
                rest * user,
                CAUSE,
                rest * by,
                time,
                until,
                rest * why,
                BATCH,
            ],
            is_narrow,
        }
    }

    /// The cells of a row, with a gap after each.
    fn cells(&self, row: Rect) -> [Rect; 7] {
        let mut left = row.left() + MARGIN;
        self.widths.map(|width| {
            let cell = Rect::from_min_size(
                pos2(left, row.top()),
                vec2((width - theme::GAP_S).max(0.0), row.height()),
            );
            left += width;
            cell
        })
    }
}
