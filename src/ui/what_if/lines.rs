//! The users of a preview: the four groups with their counts, and a line for each user.

use eframe::egui::{self, Align2, Frame, Rect, Sense, Stroke, Ui, accesskit::Role, pos2, vec2};
use strum::VariantArray as _;

use crate::app::{App, Command, FocusTarget, PreviewLine, PreviewList, WhatIfPanel};
use crate::domain::pin::PinState;
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::plan::{Group, Verdict};
use crate::store::Drift;
use crate::time_format;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

const LINE: f32 = 62.0;
const LIST: &str = "preview list";

/// The outcome of the changes of a preview: their number, and a word such as "planned".
pub type ChangeResult<'a> = Option<(usize, &'a str)>;

/// The space beside the text of a tile, in points.
const TILE_MARGIN: f32 = 9.0;

/// The four groups with their counts; a click lists one of them only.
pub fn counts_ui(
    ui: &mut Ui,
    list: &PreviewList,
    result: ChangeResult<'_>,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let counts = list.counts;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GAP_XS;
        let shown = |group: Group| match result {
            Some(result) if group == Group::WillChange => result,
            _ => (counts.of(group), group.label()),
        };
        let labels = Group::VARIANTS.iter().map(|group| shown(*group).1);
        let widths = tile_widths(ui, labels);
        // The numbers of all tiles have one size, and a smaller one if a long number needs it.
        let fits = |(group, width): (&Group, &f32)| {
            let font = theme::strong(theme::TITLE);
            let number = thousands(shown(*group).0);
            let number = ui.painter().layout_no_wrap(number, font, palette.text);
            number.size().x <= width - 34.0
        };
        let is_large = Group::VARIANTS.iter().zip(&widths).all(fits);
        let size = if is_large { theme::TITLE } else { theme::SMALL };
        for (&group, width) in Group::VARIANTS.iter().zip(widths) {
            let (count, label) = shown(group);
            let tone = if count == 0 {
                palette.neutral
            } else {
                theme::group_tone(palette, group)
            };
            let is_on = list.group == Some(group);
            let (rect, response) = ui.allocate_exact_size(vec2(width, 46.0), Sense::click());
            let outline = if is_on {
                Stroke::new(2.0, palette.accent)
            } else {
                Stroke::new(1.0, palette.line)
            };
            let fill = if response.hovered() {
                palette.hovered
            } else {
                palette.window
            };
            ui.painter()
                .rect(rect, theme::RADIUS, fill, outline, egui::StrokeKind::Inside);
            let number = thousands(count);
            let number = ui
                .painter()
                .layout_no_wrap(number, theme::strong(size), tone.text);
            let middle = rect.top() + 15.0;
            let number_at = pos2(rect.left() + 28.0, middle - number.size().y / 2.0);
            let square = Rect::from_center_size(
                pos2(rect.left() + 16.0, rect.top() + 15.0),
                vec2(12.0, 12.0),
            );
            icons::paint(ui.painter(), square, icons::of_group(group), tone.text);
            ui.painter().galley(number_at, number, tone.text);
            let label_rect = rect
                .with_min_y(rect.top() + 25.0)
                .shrink2(vec2(TILE_MARGIN, 3.0));
            widgets::paint_cut(
                ui,
                label_rect,
                Align2::LEFT_CENTER,
                label,
                theme::small(),
                palette.secondary,
            );
            if response.has_focus() {
                widgets::focus_ring(ui, rect);
            }
            let name = format!("{} {label}", thousands(count));
            response.widget_info(|| {
                egui::WidgetInfo::selected(Role::Button, true, is_on, name.clone())
            });
            if response
                .on_hover_text("List only these, or all of them again.")
                .clicked()
            {
                commands.push(Command::ShowGroup((!is_on).then_some(group)));
            }
        }
    });
}

/// The widths of the tiles in points: each label fits, and the rest of the row is shared equally.
fn tile_widths<'a>(ui: &Ui, labels: impl Iterator<Item = &'a str>) -> Vec<f32> {
    let needed: Vec<f32> = labels
        .map(|label| {
            let color = theme::palette(ui).secondary;
            let text = ui
                .painter()
                .layout_no_wrap(label.to_owned(), theme::small(), color);
            text.size().x + 2.0 * TILE_MARGIN
        })
        .collect();
    let count = needed.len() as f32;
    let free = ui.available_width() - (count - 1.0) * theme::GAP_XS - needed.iter().sum::<f32>();
    needed.iter().map(|width| width + free / count).collect()
}

/// The list of users, with `keep_below` points free below it.
pub fn list_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    keep_below: f32,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let mut list_id = egui::Id::NULL;
    let height = (ui.available_height() - keep_below).max(LINE);
    Frame::new()
        .fill(palette.window)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            list_id = widgets::lines_id(ui, LIST);
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::lines(
                ui,
                LIST,
                "Users of the preview",
                height - 2.0,
                LINE,
                list.len(),
                |ui, row| {
                    if let Some(line) = list.line(row, app.zone()) {
                        line_ui(ui, app, list, &line, can_take_out, commands);
                    }
                },
            );
        });
    // The focus is requested after painting, because egui does not give it to widgets below a
    // dialog in the frame in which the dialog closes.
    if app.next_frame.focus == Some(FocusTarget::Preview) {
        ui.memory_mut(|memory| memory.request_focus(list_id));
    }
}

/// Texts about the drift of a user: the change between planning and now.
pub struct DriftNote {
    /// The planned and the current state.
    pub states: String,
    /// "left alone" in a result, "left out" in a preview.
    pub left: &'static str,
    /// The operator and the time of the change.
    pub reason: String,
}

/// The drift of the user in a line of the preview or of its result.
pub fn drift_of(app: &App, list: &PreviewList, line: &PreviewLine) -> Option<DriftNote> {
    let user = line.user.filter(|_| line.verdict != Verdict::Duplicate)?;
    match &app.panel {
        WhatIfPanel::Result { drifted, .. } => {
            drifted.get(&user).map(|drift| drift_note(app, drift, true))
        }
        // A preview marks only users that are left out of it.
        _ if line.group == Group::WillChange => None,
        _ => list
            .drifted
            .get(&user)
            .map(|drift| drift_note(app, drift, false)),
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

fn drift_note(app: &App, drift: &Drift, is_over: bool) -> DriftNote {
    let now = app.now();
    let state = |state: &PinState| state.status(now).describe();
    let (planned, current) = (
        state(&drift.planned),
        drift.current.as_ref().map_or("no longer there", state),
    );
    let (states, left) = match is_over {
        true => (format!("was {planned}, is now {current}"), "left alone"),
        false if planned == current => (format!("was {planned}, changed since"), "left out"),
        false => (format!("was {planned}, now {current}"), "left out"),
    };
    let reason = match &drift.changed_by {
        Some((by, at)) => format!(
            "Changed by {by} at {}.",
            time_format::date_and_time(*at, app.zone())
        ),
        None if is_over => "Changed since the preview.".to_owned(),
        None => "Changed since the plan was made.".to_owned(),
    };
    DriftNote {
        states,
        left,
        reason,
    }
}

fn line_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    line: &PreviewLine,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let drift = drift_of(app, list, line);
    let has_drifted = drift.is_some();
    let (icon, tone) = match &drift {
        Some(_) => (Icon::Warning, palette.warning),
        None if line.is_protected => (Icon::Shield, palette.warning),
        None if line.is_cautious => (icons::of_group(line.group), palette.administrator),
        None => (
            icons::of_group(line.group),
            theme::group_tone(palette, line.group),
        ),
    };
    if has_drifted {
        ui.painter().rect_filled(rect, 0.0, palette.warning.fill);
    }
    let inner = rect.shrink2(vec2(10.0, 6.0));
    let square = Rect::from_min_size(inner.min + vec2(0.0, 2.0), vec2(13.0, 13.0));
    icons::paint(ui.painter(), square, icon, tone.text);
    let offers_take_out = can_take_out && line.group == Group::WillChange;
    let text = inner
        .with_min_x(inner.left() + 22.0)
        .with_max_x(inner.right() - if offers_take_out { 30.0 } else { 0.0 });
    let line_rect = |index: f32| {
        Rect::from_min_size(text.min + vec2(0.0, index * 17.0), vec2(text.width(), 17.0))
    };
    let left = Align2::LEFT_CENTER;
    let mut name_rect = line_rect(0.0);
    let generated = generated_pin(app, line);
    let (second, states, reason) = match drift {
        Some(DriftNote {
            states,
            left,
            reason,
        }) => {
            // The outcome is at the right end of the line, where it is never cut off.
            let galley = ui.painter().layout_no_wrap(
                left.to_owned(),
                theme::strong(theme::SMALL),
                tone.text,
            );
            let from = name_rect.right() - galley.size().x;
            ui.painter().galley(
                pos2(from, name_rect.center().y - galley.size().y / 2.0),
                galley,
                tone.text,
            );
            name_rect.max.x = from - theme::GAP_S;
            let whole = format!("{states}: {left}");
            (states, whole, reason)
        }
        None if generated.is_some() => (
            generated.clone().unwrap_or_default(),
            generated.unwrap_or_default(),
            String::new(),
        ),
        None if line.states.is_empty() => {
            (line.identity.clone(), String::new(), line.reason.clone())
        }
        None => (
            line.states.clone(),
            line.states.clone(),
            line.reason.clone(),
        ),
    };
    let (name, font) = (shown(&line.name), theme::strong(theme::BODY));
    match line.user {
        Some(user) => {
            widgets::user_link(ui, name_rect, &name, user, font, Sense::CLICK, commands);
        }
        None => {
            widgets::paint_cut(ui, name_rect, left, &name, font, palette.text);
        }
    }
    widgets::paint_cut(
        ui,
        line_rect(1.0),
        left,
        &shown(&second),
        theme::small(),
        palette.text,
    );
    let third = match (reason.as_str(), line.own.as_str()) {
        ("", "") => &line.identity,
        ("", _) => &line.own,
        _ => &reason,
    };
    let third_color = if reason.is_empty() {
        palette.secondary
    } else {
        tone.text
    };
    // A user that was not found has no second line, so the reason moves up.
    let index = if second.is_empty() { 1.0 } else { 2.0 };
    widgets::paint_cut(
        ui,
        line_rect(index),
        left,
        &shown(third),
        theme::small(),
        third_color,
    );
    widgets::bottom_line(ui, rect);
    let spoken: Vec<&str> = [
        line.name.as_str(),
        &line.identity,
        &states,
        &line.own,
        &reason,
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect();
    let is_closed = list
        .review
        .as_ref()
        .is_some_and(|review| review.is_closed());
    let is_preview = matches!(
        app.panel,
        WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. }
    ) && !is_closed;
    let what_if = line.what_if.as_ref().filter(|_| is_preview && !has_drifted);
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
    if let Some(user) = line.user.filter(|_| offers_take_out) {
        widgets::take_out_button(ui, rect, user, &line.name, commands);
    }
}
