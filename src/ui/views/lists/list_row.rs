//! A row of the preview of a list.

use eframe::egui::{self, Align2, Color32, Rect, TextFormat, Ui, pos2, text::LayoutJob, vec2};

use crate::app::{App, Command, PreviewLine, WhatIfPanel};
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::plan::{Group, Verdict};
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::what_if::drift_of;
use crate::ui::{theme, widgets};

/// The width of the button that takes a user out of the preview, in points.
pub(super) const TAKE_OUT: f32 = 34.0;

/// Paints a row and returns the sentence for screen readers.
pub(super) fn row_ui(
    ui: &mut Ui,
    app: &App,
    line: &PreviewLine,
    is_open: bool,
    response: &egui::Response,
    commands: &mut Vec<Command>,
) -> String {
    let palette = theme::palette(ui);
    let rect = response.rect;
    let drift = match &app.panel {
        WhatIfPanel::Result { list, .. } if line.verdict == Verdict::WillChange => {
            drift_of(app, list, line)
        }
        _ => None,
    };
    let is_done = matches!(app.panel, WhatIfPanel::Result { .. });
    let (word, tone) = match &drift {
        Some(_) => ("drifted", palette.warning),
        None if is_done && line.verdict == Verdict::WillChange => ("changed", palette.good),
        None if line.is_protected => (line.verdict.label(), palette.warning),
        None if line.is_cautious => (line.verdict.label(), palette.administrator),
        None => (line.verdict.label(), theme::group_tone(palette, line.group)),
    };
    widgets::row_ground(ui, response, is_open);
    let can_take_out =
        matches!(app.panel, WhatIfPanel::Preview(_)) && line.group == Group::WillChange;
    let columns = RowColumns::of(rect, can_take_out);
    let number = line
        .line
        .map(|line| thousands(usize::try_from(line).unwrap_or(usize::MAX)))
        .unwrap_or_default();
    let galley = theme::figures(ui, &number, &theme::small(), palette.secondary);
    ui.painter().galley(
        pos2(
            columns.line - galley.size().x,
            rect.center().y - galley.size().y / 2.0,
        ),
        galley,
        palette.secondary,
    );
    let square =
        Rect::from_center_size(pos2(columns.line + 16.0, rect.center().y), vec2(12.0, 12.0));
    let icon = if line.is_protected {
        Icon::Shield
    } else {
        icons::of_group(line.group)
    };
    icons::paint(ui.painter(), square, icon, tone.text);
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        columns.verdict,
        left,
        word,
        theme::strong(theme::SMALL),
        tone.text,
    );
    let half = |rect: Rect, top: bool| {
        let middle = rect.center().y;
        if top {
            rect.with_max_y(middle + 1.0).with_min_y(rect.top() + 3.0)
        } else {
            rect.with_min_y(middle - 1.0)
                .with_max_y(rect.bottom() - 3.0)
        }
    };
    let name = if line.user.is_some() {
        line.name.as_str()
    } else {
        line.given.as_str()
    };
    // The found name is above the given identity, unless they are equal.
    let asked = line.user.is_some() && line.given != line.name;
    let first = if asked {
        half(columns.user, true)
    } else {
        columns.user
    };
    widgets::paint_cut(ui, first, left, &shown(name), theme::small(), palette.text);
    if asked {
        widgets::paint_cut(
            ui,
            half(columns.user, false),
            left,
            &shown(&line.given),
            theme::small(),
            palette.secondary,
        );
    }
    let (states, reason) = match drift {
        Some(drift) => (format!("{}: {}", drift.states, drift.left), drift.reason),
        None => (line.states.clone(), line.reason.clone()),
    };
    let is_whole = what_ui(
        ui,
        columns.what,
        (&states, palette.text),
        (&reason, tone.text),
    );
    widgets::bottom_line(ui, rect);
    let spoken: Vec<&str> = [name, &line.identity, &states, &reason]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    if !is_whole {
        let whole: Vec<_> = spoken.iter().map(|part| shown(part)).collect();
        response.clone().on_hover_text(whole.join("\n"));
    }
    let at = line
        .line
        .map(|line| format!("Line {line}, "))
        .unwrap_or_default();
    if let Some(user) = line.user.filter(|_| can_take_out) {
        widgets::take_out_button(ui, rect, user, &line.name, commands);
    }
    format!("{at}{word}: {}", spoken.join(", "))
}

/// Paints the states of a row and the reason on two lines: each on its own, or if that is too little
/// for the reason, one after the other. Returns whether all of it is there.
fn what_ui(
    ui: &Ui,
    rect: Rect,
    (states, text): (&str, Color32),
    (reason, tone): (&str, Color32),
) -> bool {
    let layout = |between: &str| {
        let mut job = LayoutJob::default();
        job.wrap.max_width = rect.width();
        job.wrap.max_rows = 2;
        let color = if states.is_empty() { text } else { tone };
        let mut add = |part: &str, color| {
            job.append(part, 0.0, TextFormat::simple(theme::small(), color));
        };
        add(&shown(states), text);
        if !states.is_empty() && !reason.is_empty() {
            add(between, color);
        }
        add(&shown(reason), color);
        ui.painter().layout_job(job)
    };
    let mut galley = layout("\n");
    if galley.elided {
        galley = layout(" · ");
    }
    let is_whole = !galley.elided;
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(at.min, galley, text);
    is_whole
}

/// The rectangles of the parts of a row.
pub(super) struct RowColumns {
    /// The right end of the line number.
    line: f32,
    verdict: Rect,
    user: Rect,
    what: Rect,
}

impl RowColumns {
    fn of(rect: Rect, can_take_out: bool) -> Self {
        let line = rect.left() + 62.0;
        let verdict = rect.with_min_x(line + 30.0).with_max_x(line + 118.0);
        let rest = rect
            .with_min_x(verdict.right() + 8.0)
            .with_max_x(rect.right() - 10.0);
        // The columns begin at the same position with and without the button, so that the rows
        // align.
        let middle = rest.left() + rest.width() * 0.36;
        let end = rest.right() - if can_take_out { TAKE_OUT } else { 0.0 };
        Self {
            line,
            verdict,
            user: rest.with_max_x(middle - 8.0),
            what: rest.with_min_x(middle).with_max_x(end),
        }
    }
}
