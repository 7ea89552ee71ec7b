//! The plans submitted for review: one line per plan, newest first.

mod sheet;

pub use sheet::{LINE, LIST, WIDTH, line_ui, plan_sheet_ui};

use eframe::egui::{
    self, Align, Align2, Button, Frame, Label, Layout, Rect, Response, RichText, Stroke, Ui, pos2,
    vec2,
};
use strum::VariantArray as _;

use crate::app::{App, Command, FocusTarget, PlansView, WhatIfPanel, WindowView};
use crate::domain::text::shown;
use crate::plan::words::{capital, plural, thousands};
use crate::store::{PlanStatus, PlanSummary};
use crate::time_format;
use crate::ui::rail::waiting_words;
use crate::ui::row_list::{OpenRowBy, RowList, RowsFocus};
use crate::ui::{icons, theme, widgets};

const ROW: f32 = 48.0;
/// The height of the button with the space above it, in points.
const FOOTER: f32 = theme::MAIN_BUTTON + theme::GAP_L;
/// The columns of a line in points: `ID` from its left, `STATUS` and `AGE` from its right.
const ID: f32 = 44.0;
const STATUS: f32 = 248.0;
const AGE: f32 = 110.0;

pub fn plans_ui(ui: &mut Ui, app: &App, plans: &PlansView, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::title(ui, WindowView::Plans.label());
        if app.waiting_plans() > 0 {
            widgets::secondary(ui, &waiting_words(app.waiting_plans()));
        }
    });
    chips_ui(ui, plans, commands);
    ui.add_space(theme::GAP_XS);
    let height = (ui.available_height() - FOOTER).max(ROW);
    let chosen = list_ui(ui, app, plans, height, commands);
    ui.add_space(theme::GAP_XS);
    let row = vec2(ui.available_width(), theme::MAIN_BUTTON);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        open_button(ui, app, chosen, commands);
    });
}

/// The number of plans with each status. A click lists only those.
fn chips_ui(ui: &mut Ui, plans: &PlansView, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let widest = thousands(plans.count(None).max(10));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for status in std::iter::once(None).chain(PlanStatus::VARIANTS.iter().copied().map(Some)) {
            let count = plans.count(status);
            let label = status.map_or_else(|| "All".to_owned(), |status| capital(status.word()));
            let tone = status
                .filter(|_| count > 0)
                .map(|status| theme::plan_tone(palette, status));
            let is_on = plans.status == status;
            let response = widgets::chip(ui, &label, &thousands(count), &widest, is_on, tone);
            if response
                .on_hover_text("List only these, or all of them again.")
                .clicked()
            {
                commands.push(Command::FilterPlans(status.filter(|_| !is_on)));
            }
        }
    });
}

/// Lists the plans and returns the one of the cursor.
fn list_ui<'a>(
    ui: &mut Ui,
    app: &App,
    plans: &'a PlansView,
    height: f32,
    commands: &mut Vec<Command>,
) -> Option<&'a PlanSummary> {
    let palette = theme::palette(ui);
    let listed = plans.listed();
    let mut chosen = None;
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if listed.is_empty() {
                empty_ui(ui, plans, height);
                return;
            }
            let focus = match app.next_frame.focus {
                Some(FocusTarget::Plans) => Some(RowsFocus::First),
                Some(FocusTarget::PlansKept) => Some(RowsFocus::Kept),
                _ => None,
            };
            let rows = RowList {
                list: "submitted plans",
                label: "Submitted plans",
                height,
                line: ROW,
                count: listed.len(),
                focus,
                opens: OpenRowBy::DoubleClick,
            };
            let shown = rows.show(ui, |ui, row, response| {
                listed
                    .get(row)
                    .map_or_else(String::new, |plan| row_ui(ui, app, plan, response))
            });
            chosen = listed.get(shown.cursor).copied();
            let opened = shown
                .opened
                .and_then(|row| listed.get(row))
                .filter(|_| !app.is_writing());
            commands.extend(opened.map(|plan| Command::OpenSubmitted(plan.id)));
        });
    chosen
}

/// The message of an empty list: the purpose of plans, or that no plan has the chosen status.
fn empty_ui(ui: &mut Ui, plans: &PlansView, height: f32) {
    const WIDTH: f32 = 440.0;
    let palette = theme::palette(ui);
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    let (title, text) = match (&plans.all, plans.status) {
        (None, _) => (String::new(), "Reading the plans…"),
        (Some(all), Some(status)) if !all.is_empty() => {
            (format!("No plan is {}", status.word()), "")
        }
        _ => (
            "No plan has been submitted yet".to_owned(),
            "A plan is a preview that is kept until somebody else has looked at it. Make a preview with Lock, Unlock or a \
             file, and press Submit for review: whoever opens the plan here sees exactly what it would do, and who has \
             changed since, and can comment on it, approve it or reject it.",
        ),
    };
    let rect = Rect::from_center_size(
        rect.center(),
        vec2(WIDTH.min(rect.width() - 32.0), 130.0_f32.min(height)),
    );
    let layout = Layout::top_down(Align::Center);
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(layout));
    inside.spacing_mut().item_spacing.y = theme::GAP_S;
    if !title.is_empty() {
        inside.label(
            RichText::new(title)
                .font(theme::strong(theme::LARGE))
                .color(palette.text),
        );
    }
    if !text.is_empty() {
        inside.add(Label::new(RichText::new(text).color(palette.secondary)).wrap());
    }
}

/// Paints a line and returns the sentence for screen readers.
fn row_ui(ui: &mut Ui, app: &App, plan: &PlanSummary, response: &Response) -> String {
    let palette = theme::palette(ui);
    let rect = response.rect;
    if response.hovered() {
        ui.painter().rect_stroke(
            rect.shrink(1.0),
            2.0,
            Stroke::new(1.0, palette.line),
            egui::StrokeKind::Inside,
        );
    }
    let inner = rect.shrink2(vec2(10.0, 5.0));
    let (top, bottom) = (
        inner.with_max_y(inner.center().y),
        inner.with_min_y(inner.center().y),
    );
    let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
    let number = theme::figures(
        ui,
        &plan.id.0.to_string(),
        &theme::small(),
        palette.secondary,
    );
    let number_at = pos2(
        inner.left() + ID - 16.0 - number.size().x,
        top.center().y - number.size().y / 2.0,
    );
    ui.painter().galley(number_at, number, palette.secondary);
    let words = |half: Rect| {
        half.with_min_x(inner.left() + ID)
            .with_max_x(inner.right() - STATUS - theme::GAP_S)
    };
    let what = plan.what();
    widgets::paint_cut(
        ui,
        words(top),
        left,
        &what,
        theme::strong(theme::BODY),
        palette.text,
    );
    let about = about(plan);
    widgets::paint_cut(
        ui,
        words(bottom),
        left,
        &shown(&about),
        theme::small(),
        palette.secondary,
    );
    let tone = theme::plan_tone(palette, plan.status);
    let status = capital(plan.status.word());
    let status_at = pos2(inner.right() - STATUS, top.center().y);
    widgets::paint_badge(ui, status_at, icons::of_plan(plan.status), tone, &status);
    let column = |half: Rect| {
        half.with_min_x(inner.right() - STATUS)
            .with_max_x(inner.right() - AGE)
    };
    let changed = count(plan.drifted)
        .filter(|_| !plan.status.is_closed())
        .map(|n| format!("{n} changed since"));
    if let Some(changed) = &changed {
        // The text is aligned with the word of the badge above, to the right of its icon.
        let rect = column(bottom).translate(vec2(22.0, 0.0));
        widgets::paint_cut(
            ui,
            rect,
            left,
            changed,
            theme::small(),
            palette.warning.text,
        );
    }
    let age = time_format::age(plan.at, app.now());
    let column = |half: Rect| half.with_min_x(inner.right() - AGE);
    widgets::paint_cut(
        ui,
        column(top),
        right,
        &age,
        theme::small(),
        palette.secondary,
    );
    let comments = count(plan.comments).map(|n| {
        format!(
            "{n} {}",
            plural(plan.comments as usize, "comment", "comments")
        )
    });
    if let Some(comments) = &comments {
        widgets::paint_cut(
            ui,
            column(bottom),
            right,
            comments,
            theme::small(),
            palette.secondary,
        );
    }
    widgets::bottom_line(ui, rect);
    let whole = time_format::with_offset(plan.at, app.zone());
    response
        .clone()
        .on_hover_text(format!("{what}\n{}\nSubmitted at {whole}", shown(&about)));
    let more: Vec<String> = changed.into_iter().chain(comments).collect();
    let sentence = [
        vec![
            format!("Plan {}: {what}", plan.id.0),
            plan.status.word().to_owned(),
            about,
            age,
        ],
        more,
    ];
    sentence.concat().join(", ")
}

fn count(number: u64) -> Option<String> {
    (number > 0).then(|| thousands(usize::try_from(number).unwrap_or(usize::MAX)))
}

/// The author of the plan, and the reason.
fn about(plan: &PlanSummary) -> String {
    let given = [
        Some(&plan.author),
        Some(&plan.reason),
        Some(&plan.ticket),
        plan.source.as_ref(),
    ];
    let words: Vec<&str> = given
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    words.join(" · ")
}

fn open_button(ui: &mut Ui, app: &App, chosen: Option<&PlanSummary>, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let text = RichText::new("Open").font(theme::strong(theme::BODY));
    // Beside an open plan its next step has the main button.
    let button = if matches!(app.panel, WhatIfPanel::Empty) {
        Button::new(text.color(palette.on_accent))
            .fill(palette.accent)
            .stroke(Stroke::NONE)
    } else {
        Button::new(text)
    };
    let button = button.min_size(vec2(80.0, theme::MAIN_BUTTON));
    let response = ui.add_enabled(chosen.is_some() && !app.is_writing(), button);
    widgets::name(&response, "Open plan");
    if response.has_focus() {
        widgets::focus_ring(ui, response.rect.expand(2.0));
    }
    if let Some(plan) = chosen.filter(|_| response.clicked()) {
        commands.push(Command::OpenSubmitted(plan.id));
    }
    response.on_hover_text("Show this plan in the what-if panel. Nothing changes yet.");
}
