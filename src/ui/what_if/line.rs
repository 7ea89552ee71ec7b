//! A line of the preview: a user, the states before and after, and the whole reason.

use std::sync::Arc;

use eframe::egui::{
    Align2, Color32, Galley, Rect, Sense, Ui, UiBuilder, accesskit::Role, pos2, vec2,
};

use super::drift::{DriftNote, drift_of};
use crate::app::{App, Command, PreviewLine, PreviewList, WhatIfPanel};
use crate::domain::text::shown;
use crate::plan::Group;
use crate::ui::icons::Icon;
use crate::ui::theme::Tone;
use crate::ui::{icons, theme, widgets};

/// The height of a line whose reason needs one line of text, in points.
pub(super) const LINE: f32 = 62.0;
/// The height of a line of text, in points.
const TEXT: f32 = 17.0;
const MARGIN: f32 = 10.0;
const TOP: f32 = 6.0;
/// The room for the icon of a line, and for the button that takes its user out, in points.
const ICON: f32 = 22.0;
const TAKE_OUT: f32 = 30.0;

/// The texts of a line, and its icon and colours.
struct LineWords {
    icon: Icon,
    tone: Tone,
    /// The states before and after, a new PIN, or the identity. It may be empty.
    second: String,
    /// The states for screen readers.
    states: String,
    /// The outcome at the right end of the first line.
    outcome: Option<&'static str>,
    reason: String,
    /// The reason, or else what the file says, or the identity.
    third: String,
}

/// The height that a line needs, in points, in a list of this width.
pub(super) fn line_height(
    ui: &Ui,
    app: &App,
    list: &PreviewList,
    line: &PreviewLine,
    width: f32,
    can_take_out: bool,
) -> f32 {
    let words = words(ui, app, list, line);
    let room = width - 2.0 * MARGIN - ICON - end_room(line, can_take_out);
    let second = second_height(ui, &words, room);
    let third = galley(ui, &words.third, room).size().y;
    (2.0 * TOP + TEXT + second + third).max(LINE)
}

/// Paints a line of the list into a rectangle.
pub(super) fn line_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    line: &PreviewLine,
    rect: Rect,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let mut ui = ui.new_child(UiBuilder::new().id_salt("line").max_rect(rect));
    let ui = &mut ui;
    let response = ui.allocate_rect(rect, Sense::hover());
    let words = words(ui, app, list, line);
    let has_drifted = words.outcome.is_some();
    if has_drifted {
        ui.painter().rect_filled(rect, 0.0, palette.warning.fill);
    }
    let inner = rect.shrink2(vec2(MARGIN, TOP));
    let square = Rect::from_min_size(inner.min + vec2(0.0, 2.0), vec2(13.0, 13.0));
    icons::paint(ui.painter(), square, words.icon, words.tone.text);
    let text = inner
        .with_min_x(inner.left() + ICON)
        .with_max_x(inner.right() - end_room(line, can_take_out));
    let first = Rect::from_min_size(text.min, vec2(text.width(), TEXT));
    name_ui(ui, line, &words, first, commands);
    let is_measured = rect.height() >= line_height(ui, app, list, line, rect.width(), can_take_out);
    let second = match second_height(ui, &words, text.width()) {
        height if is_measured => height,
        height => height.min(TEXT),
    };
    let second = Rect::from_min_size(first.left_bottom(), vec2(text.width(), second));
    text_ui(ui, &words.second, second, palette.text);
    let color = if words.reason.is_empty() {
        palette.secondary
    } else {
        words.tone.text
    };
    text_ui(ui, &words.third, text.with_min_y(second.bottom()), color);
    widgets::bottom_line(ui, rect);
    let what_if = line
        .what_if
        .as_ref()
        .filter(|_| is_open_preview(app, list) && !has_drifted);
    let spoken = [
        &line.name,
        &line.identity,
        &words.states,
        &line.own,
        &words.reason,
    ];
    let spoken: Vec<&str> = spoken
        .into_iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let sentence = match what_if {
        Some(what_if) => format!("{}. {what_if}", spoken.join(", ").trim_end_matches('.')),
        None => spoken.join(", "),
    };
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    let hover = match what_if {
        Some(what_if) => format!(
            "{}\n{}\n{what_if}",
            shown(&line.name),
            spoken[1..].join("\n")
        ),
        None => spoken.join("\n"),
    };
    response.on_hover_text(hover.lines().map(shown).collect::<Vec<_>>().join("\n"));
    if let Some(user) = line.user.filter(|_| offers_take_out(line, can_take_out)) {
        let first_lines = rect.with_max_y(rect.top() + LINE);
        widgets::take_out_button(ui, first_lines, user, &line.name, commands);
    }
}

/// The name, and at the right end of its line the outcome, which is never cut off.
fn name_ui(
    ui: &mut Ui,
    line: &PreviewLine,
    words: &LineWords,
    mut rect: Rect,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    if let Some(outcome) = words.outcome {
        let (font, color) = (theme::strong(theme::SMALL), words.tone.text);
        let galley = ui.painter().layout_no_wrap(outcome.to_owned(), font, color);
        let from = rect.right() - galley.size().x;
        let top = rect.center().y - galley.size().y / 2.0;
        ui.painter().galley(pos2(from, top), galley, color);
        rect.max.x = from - theme::GAP_S;
    }
    let (name, font) = (shown(&line.name), theme::strong(theme::BODY));
    if let Some(user) = line.user {
        widgets::user_link(ui, rect, &name, user, font, Sense::CLICK, commands);
    } else {
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, rect, left, &name, font, palette.text);
    }
}

fn words(ui: &Ui, app: &App, list: &PreviewList, line: &PreviewLine) -> LineWords {
    let palette = theme::palette(ui);
    let drift = drift_of(app, list, line);
    let (icon, tone) = match &drift {
        Some(_) => (Icon::Warning, palette.warning),
        None if line.is_protected => (Icon::Shield, palette.warning),
        None if line.is_cautious => (icons::of_group(line.group), palette.administrator),
        None => (
            icons::of_group(line.group),
            theme::group_tone(palette, line.group),
        ),
    };
    let (second, states, outcome, reason) = match (drift, generated_pin(app, line)) {
        (Some(drift), _) => {
            let DriftNote {
                states,
                left,
                reason,
            } = drift;
            let whole = format!("{states}: {left}");
            (states, whole, Some(left), reason)
        }
        (None, Some(pin)) => (pin.clone(), pin, None, String::new()),
        (None, None) if line.states.is_empty() => {
            let identity = line.identity.clone();
            (identity, String::new(), None, line.reason.clone())
        }
        (None, None) => (
            line.states.clone(),
            line.states.clone(),
            None,
            line.reason.clone(),
        ),
    };
    let third = match (reason.as_str(), line.own.as_str()) {
        ("", "") => line.identity.clone(),
        ("", own) => own.to_owned(),
        (reason, _) => reason.to_owned(),
    };
    LineWords {
        icon,
        tone,
        second,
        states,
        outcome,
        reason,
        third,
    }
}

/// The text about the generated PIN of the user in a line: "new PIN 48213".
fn generated_pin(app: &App, line: &PreviewLine) -> Option<String> {
    let WhatIfPanel::Result { applied, .. } = &app.panel else {
        return None;
    };
    let user = line.user.filter(|_| line.group == Group::WillChange)?;
    applied
        .pins
        .iter()
        .find(|generated| generated.user == user)
        .map(|generated| format!("new PIN {}", generated.pin.digits()))
}

fn galley(ui: &Ui, text: &str, width: f32) -> Arc<Galley> {
    let text = shown(text).into_owned();
    ui.painter()
        .layout(text, theme::small(), Color32::PLACEHOLDER, width)
}

/// Paints a text on as many lines as it needs, or on one line if there is no room for them.
fn text_ui(ui: &Ui, text: &str, rect: Rect, color: Color32) {
    let whole = galley(ui, text, rect.width());
    if whole.size().y <= rect.height() + 1.0 {
        ui.painter().galley(rect.min, whole, color);
    } else {
        let one = rect.with_max_y(rect.top() + TEXT);
        let left = Align2::LEFT_CENTER;
        widgets::paint_cut(ui, one, left, &shown(text), theme::small(), color);
    }
}

/// The height of the second text. A user that was not found has none, so the reason moves up.
fn second_height(ui: &Ui, words: &LineWords, width: f32) -> f32 {
    if words.second.is_empty() {
        0.0
    } else {
        galley(ui, &words.second, width).size().y.max(TEXT)
    }
}

fn offers_take_out(line: &PreviewLine, can_take_out: bool) -> bool {
    can_take_out && line.group == Group::WillChange
}

fn end_room(line: &PreviewLine, can_take_out: bool) -> f32 {
    if offers_take_out(line, can_take_out) {
        TAKE_OUT
    } else {
        0.0
    }
}

/// Whether the list is a preview that can still be applied.
pub(super) fn is_open_preview(app: &App, list: &PreviewList) -> bool {
    let is_preview = matches!(
        app.panel,
        WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. }
    );
    is_preview
        && list
            .review
            .as_ref()
            .is_none_or(|review| !review.is_closed())
}
