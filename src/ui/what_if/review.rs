//! A submitted plan in the panel: its changes, drifted users, comments, and the next steps.

use eframe::egui::{
    self, Align2, Button, Frame, Label, Margin, RichText, ScrollArea, Sense, Stroke, Ui, pos2,
    text::LayoutJob, vec2,
};

use super::buttons::{apply_button, buttons_row, header_ui};
use super::counts::counts_ui;
use super::lines::list_ui;
use crate::app::{App, Command, FocusTarget, MainStep, NamedCommand, PlanReview, PreviewList};
use crate::domain::text::shown;
use crate::plan::words::{capital, plural, thousands, users};
use crate::plan::{ApprovalNeed, BatchAction, BatchId};
use crate::store::{Decision, PlanEvent, PlanStatus};
use crate::time_format;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

/// The height of a line of small text, in points.
const TEXT: f32 = 17.0;
/// The height of the list of events in points. It is limited, so that the users stay the largest
/// part.
const EVENTS: std::ops::RangeInclusive<f32> = 46.0..=118.0;
const EVENTS_MARGIN: f32 = 6.0;
const EVENTS_GAP: f32 = 4.0;
/// The largest number of lines of the reason of a plan, and of why it needs approval.
const MOST_LINES: usize = 6;

pub fn review_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    review: &PlanReview,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let room = ui.available_height();
    header_ui(ui, &review.title(), commands);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        status_ui(ui, app, list, review);
        about_ui(ui, list);
        if !list.needs.is_empty() && review.summary.status == PlanStatus::Waiting {
            let why = format!("Needs approval: {}.", ApprovalNeed::words(&list.needs));
            small_text(ui, Some(Icon::Shield), &why, palette.warning.text);
        }
    });
    // A closed plan shows its planned changes here; its events link to what was applied.
    let planned = review
        .is_closed()
        .then_some((list.counts.will_change, "planned"));
    counts_ui(ui, list, planned, commands);
    let widths = ui.available_width() - 2.0 * (EVENTS_MARGIN + 2.0) - 12.0;
    let height: f32 = review
        .events
        .iter()
        .map(|event| event_height(ui, event, widths))
        .sum();
    let most = (room * 0.34 - 90.0).clamp(*EVENTS.start(), *EVENTS.end());
    let events = (height - EVENTS_GAP + 2.0 * EVENTS_MARGIN).min(most);
    let mut footer_height = events + theme::CONTROL + 2.0 * theme::GAP_S;
    if let Some(refused) = &list.refused {
        footer_height += widgets::note_height(ui, refused) + theme::GAP_S;
    }
    if !review.is_closed() {
        footer_height += theme::MAIN_BUTTON + theme::GAP_S;
    }
    list_ui(
        ui,
        app,
        list,
        footer_height,
        list.offers_take_out(),
        commands,
    );
    events_ui(ui, app, review, events, commands);
    comment_ui(ui, app, review, commands);
    if let Some(refused) = &list.refused {
        widgets::note(ui, Icon::Warning, palette.system, refused);
    }
    if !review.is_closed() {
        // Each step has its own IDs, so that a late click cannot reach another step.
        let step = (review.summary.status, list.main_step());
        ui.push_id(step, |ui| {
            buttons_row(ui, |ui| steps_ui(ui, app, list, review, commands));
        });
    }
}

/// The status, author and age of the plan, and the number of drifted users.
fn status_ui(ui: &mut Ui, app: &App, list: &PreviewList, review: &PlanReview) {
    let palette = theme::palette(ui);
    let summary = &review.summary;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let status = summary.status;
    let word = capital(status.word());
    let at = pos2(rect.left(), rect.center().y);
    let badge = widgets::paint_badge(
        ui,
        at,
        icons::of_plan(status),
        theme::plan_tone(palette, status),
        &word,
    );
    let changed = list.drifted.len();
    let mut end = rect.right();
    if changed > 0 {
        let text = format!("{} changed since", thousands(changed));
        let galley =
            ui.painter()
                .layout_no_wrap(text, theme::strong(theme::SMALL), palette.warning.text);
        end -= galley.size().x;
        ui.painter().galley(
            pos2(end, rect.center().y - galley.size().y / 2.0),
            galley,
            palette.warning.text,
        );
        end -= theme::GAP_S;
    }
    let by = format!(
        "by {}, {}",
        shown(&summary.author),
        time_format::age(summary.at, app.now())
    );
    let by_rect = rect
        .with_min_x(rect.left() + badge + theme::GAP_S)
        .with_max_x(end);
    widgets::paint_cut(
        ui,
        by_rect,
        Align2::LEFT_CENTER,
        &by,
        theme::small(),
        palette.secondary,
    );
    let drifted = if changed == 0 {
        String::new()
    } else {
        format!(", {} changed since", users(changed))
    };
    widgets::name(&response, &format!("{word}, {by}{drifted}"));
    let whole = time_format::with_offset(summary.at, app.zone());
    response.on_hover_text(format!(
        "Submitted by {} at {whole}",
        shown(&summary.author)
    ));
}

/// The reason and ticket of the plan. They were submitted with it, so they are not editable.
fn about_ui(ui: &mut Ui, list: &PreviewList) {
    let plan = &list.plan;
    let own = format!(
        "{} {} in the file",
        thousands(list.own_reasons),
        plural(list.own_reasons, "row has one", "rows have one")
    );
    let reason = match (plan.reason.as_str(), list.own_reasons) {
        ("", 0) => "none given".to_owned(),
        ("", _) => own,
        (reason, 0) => reason.to_owned(),
        (reason, _) => format!("{reason}; {own}"),
    };
    let mut words = format!("Reason: {reason}");
    if !plan.ticket.is_empty() {
        words.push_str(&format!(" · Ticket: {}", plan.ticket));
    }
    if let Some(source) = &plan.source {
        words.push_str(&format!(" · File: {}", source.name));
    }
    small_text(ui, None, &words, theme::palette(ui).text);
}

/// A small text on as many lines as it needs, up to [`MOST_LINES`]. The whole text is shown on hover.
fn small_text(ui: &mut Ui, icon: Option<Icon>, text: &str, color: egui::Color32) {
    let indent = if icon.is_some() { 20.0 } else { 0.0 };
    let (font, width) = (theme::small(), ui.available_width());
    let mut job = LayoutJob::simple(shown(text).into_owned(), font, color, width - indent);
    job.wrap.max_rows = MOST_LINES;
    let galley = ui.painter().layout_job(job);
    let size = vec2(width, galley.size().y.max(TEXT));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    if let Some(icon) = icon {
        let middle = pos2(rect.left() + 6.5, rect.top() + TEXT / 2.0);
        let square = egui::Rect::from_center_size(middle, vec2(13.0, 13.0));
        icons::paint(ui.painter(), square, icon, color);
    }
    ui.painter()
        .galley(rect.min + vec2(indent, 0.0), galley, color);
    widgets::name(&response, text);
    response.on_hover_text(shown(text));
}

/// The comment of a review step. Submitting and applying have none, because their reason is shown
/// above.
fn comment(event: &PlanEvent) -> Option<&str> {
    let is_step = matches!(
        event.action,
        BatchAction::ApprovePlan
            | BatchAction::RejectPlan
            | BatchAction::WithdrawPlan
            | BatchAction::CommentPlan
    );
    Some(event.text.as_str()).filter(|text| is_step && !text.is_empty())
}

fn event_height(ui: &Ui, event: &PlanEvent, width: f32) -> f32 {
    let text = comment(event).map_or(0.0, |text| {
        let color = egui::Color32::PLACEHOLDER;
        ui.painter()
            .layout(shown(text).into_owned(), theme::small(), color, width)
            .size()
            .y
    });
    TEXT + text + EVENTS_GAP
}

/// The events of the plan, newest first. The list has the focus as a whole, and the keys scroll it.
fn events_ui(
    ui: &mut Ui,
    app: &App,
    review: &PlanReview,
    height: f32,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let area = egui::Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let id = egui::Id::unique("plan events");
    let focus = ui.interact(area, id, Sense::FOCUSABLE);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(egui::accesskit::Role::List);
        node.set_label("What was done with this plan");
    });
    let down = if focus.has_focus() {
        widgets::keys_down(ui, id, TEXT, height)
    } else {
        0.0
    };
    let margin = Margin::symmetric((EVENTS_MARGIN + 2.0) as i8, EVENTS_MARGIN as i8);
    Frame::new()
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::RADIUS)
        .inner_margin(margin)
        .show(ui, |ui| {
            let inside = height - 2.0 * EVENTS_MARGIN;
            let scroll = ScrollArea::vertical()
                .id_salt("plan events")
                .max_height(inside)
                .min_scrolled_height(inside);
            scroll.auto_shrink(false).show(ui, |ui| {
                if down != 0.0 {
                    ui.scroll_with_delta(vec2(0.0, -down));
                }
                ui.spacing_mut().item_spacing.y = 0.0;
                for (index, event) in review.events.iter().rev().enumerate() {
                    if index > 0 {
                        ui.add_space(EVENTS_GAP);
                    }
                    event_ui(ui, app, event, commands);
                }
            });
        });
    if focus.has_focus() {
        widgets::focus_ring(ui, area);
    }
}

fn event_ui(ui: &mut Ui, app: &App, event: &PlanEvent, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), TEXT), Sense::hover());
    let age = time_format::age(event.at, app.now());
    let when = ui
        .painter()
        .layout_no_wrap(age.clone(), theme::small(), palette.secondary);
    let from = rect.right() - when.size().x;
    ui.painter().galley(
        pos2(from, rect.center().y - when.size().y / 2.0),
        when,
        palette.secondary,
    );
    let headline = event.headline();
    let mut words = rect.with_max_x(from - theme::GAP_S);
    if event.is_applied() {
        // The link leads to the applied changes in the history.
        words.max.x = batch_link(ui, words, event.batch, commands) - theme::GAP_S;
    }
    widgets::paint_cut(
        ui,
        words,
        Align2::LEFT_CENTER,
        &shown(&headline),
        theme::strong(theme::SMALL),
        palette.text,
    );
    let text = comment(event);
    let spoken = text.map_or_else(String::new, |text| format!(": {text}"));
    widgets::name(&response, &format!("{headline}, {age}{spoken}"));
    response.on_hover_text(format!(
        "{} at {}",
        shown(&headline),
        time_format::with_offset(event.at, app.zone())
    ));
    if let Some(text) = text {
        ui.add(
            Label::new(
                RichText::new(shown(text))
                    .font(theme::small())
                    .color(palette.text),
            )
            .wrap(),
        );
    }
}

/// A link to a batch in the history, at the right end of `room`. Returns its left edge.
fn batch_link(ui: &mut Ui, room: egui::Rect, batch: BatchId, commands: &mut Vec<Command>) -> f32 {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let mut inside = ui.new_child(
        egui::UiBuilder::new()
            .id_salt(("batch", batch.0))
            .max_rect(room)
            .layout(layout),
    );
    let link = inside.link(RichText::new(format!("Batch {}", batch.0)).font(theme::small()));
    if link.clicked() {
        commands.push(Command::OpenHistoryAt(batch));
    }
    let start = link.rect.left();
    link.on_hover_text("Show in the history what applying it did.");
    start
}

fn comment_ui(ui: &mut Ui, app: &App, review: &PlanReview, commands: &mut Vec<Command>) {
    const BUTTON: f32 = 86.0;
    let size = vec2(ui.available_width(), theme::CONTROL);
    ui.allocate_ui_with_layout(
        size,
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            let width = size.x - BUTTON - theme::GAP_S;
            let hint = "Say something about this plan";
            let (field, text) = widgets::field(
                ui,
                "plan comment",
                "Comment on the plan",
                hint,
                &review.comment,
                width,
            );
            // Enter triggers no step, so the field keeps the focus.
            let is_entered =
                field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            if is_entered || app.next_frame.focus == Some(FocusTarget::Comment) {
                field.request_focus();
            }
            commands.extend(text.map(Command::SetComment));
            step_button(
                ui,
                app,
                review,
                (NamedCommand::Comment, Decision::Comment),
                BUTTON,
                commands,
            );
        },
    );
}

/// The next steps: approving another operator's plan, or applying.
fn steps_ui(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    review: &PlanReview,
    commands: &mut Vec<Command>,
) {
    if list.main_step() == MainStep::Approve {
        let why = review.obstacle(Decision::Approve);
        let named = NamedCommand::Approve;
        let enabled = why.is_none() && !app.is_writing();
        let response = widgets::main_button(ui, named, named.text(), enabled, commands);
        if let Some(why) = why {
            widgets::explain_disabled(&response, &why);
        }
    } else {
        apply_button(ui, app, list, commands);
    }
    let other = if review.is_author {
        (NamedCommand::Withdraw, Decision::Withdraw)
    } else {
        (NamedCommand::Reject, Decision::Reject)
    };
    step_button(ui, app, review, other, 0.0, commands);
}

fn step_button(
    ui: &mut Ui,
    app: &App,
    review: &PlanReview,
    (named, decision): (NamedCommand, Decision),
    width: f32,
    commands: &mut Vec<Command>,
) {
    let why = review.obstacle(decision);
    let button = Button::new(named.text()).min_size(vec2(width, theme::CONTROL));
    let response = ui.add_enabled(why.is_none() && !app.is_writing(), button);
    if let Some(why) = why {
        widgets::explain_disabled(&response, &why);
    }
    // A double click is ignored, because it may have begun on another button at the same position.
    if response.clicked() && !response.double_clicked() && !response.triple_clicked() {
        commands.push(Command::Do(named));
    }
    response.on_hover_text(named.tooltip());
}
