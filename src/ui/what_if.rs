//! The what-if panel: what would happen to whom, and then what did.

use eframe::egui::{
    self, Align, Frame, Layout, Margin, RichText, Sense, Stroke, Ui, UiBuilder, accesskit::Role, pos2, vec2,
};

use super::icons::{self, Icon};
use super::{look, widgets};
use crate::app::{App, Command, FocusWish, Named, Panel, PreviewLine, PreviewList, texts};
use crate::domain::text::shown;
use crate::plan::words::{thousands, users};
use crate::plan::{Action, Group};
use crate::store::Drift;

/// The accessible name of the panel.
pub const WHAT_IF: &str = "What if";

const LINE: f32 = 62.0;

pub fn what_if_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let region = UiBuilder::new()
        .scope_id(egui::Id::unique("what if"))
        .accessibility_role(Role::Region)
        .accessibility_label(WHAT_IF);
    // The preview of a file is in its sheet, as long as that is open.
    let is_in_sheet = app.import.is_some() && app.panel.list().is_some_and(|list| list.plan.source.is_some());
    // Each state has ids of its own: a click that comes late must not reach another control of the next one. The
    // question lies over the preview, which stays as it is.
    let state = match &app.panel {
        Panel::Preview(_) | Panel::Confirming { .. } => 0,
        Panel::Empty => 1,
        Panel::Planning(_) => 2,
        Panel::Applying(_) => 3,
        Panel::Result { .. } => 4,
        Panel::Failed { .. } => 5,
    };
    ui.scope_builder(region, |ui| {
        if is_in_sheet {
            empty_ui(ui, app);
        } else {
            ui.push_id(state, |ui| state_ui(ui, app, commands));
        }
    });
}

fn state_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    match &app.panel {
        Panel::Empty => empty_ui(ui, app),
        Panel::Planning(action) => {
            let label = action.map_or("Undo", Action::label);
            header_ui(ui, &format!("{label}: working out the preview…"), commands);
        }
        Panel::Preview(list) | Panel::Confirming { list, .. } => preview_ui(ui, app, list, commands),
        Panel::Applying(list) => {
            header_ui(ui, &format!("{}: applying…", list.plan.label()), commands);
            counts_ui(ui, list, None, commands);
        }
        Panel::Result { list, applied, drifted } => {
            let done = format!("{} {}", users(applied.changed.len()), list.plan.done());
            header_ui(ui, &done, commands);
            let palette = look::palette(ui);
            let when = texts::whole(applied.at, app.zone());
            let batch = applied.batch.map_or_else(String::new, |batch| format!(" Recorded as batch {}.", batch.0));
            widgets::note(ui, Icon::Check, palette.good, &format!("Done at {when}.{batch}"));
            if !drifted.is_empty() {
                let text =
                    format!("{} had changed since the preview and kept the state they have now.", users(drifted.len()));
                widgets::note(ui, Icon::Warning, palette.warning, &text);
            }
            if let Some(batch) = applied.batch.filter(|_| !applied.changed.is_empty()) {
                let response = ui.button("Undo…").on_hover_text(
                    "Show what undoing this batch would do. Who has changed since is left out. Nothing changes yet.",
                );
                widgets::name(&response, "Undo this batch");
                if response.clicked() {
                    commands.push(Command::Undo(batch, None));
                }
            }
            counts_ui(ui, list, Some(applied.changed.len()), commands);
            list_ui(ui, app, list, 0.0, &|id| id.and_then(|id| drifted.get(&id)), false, commands);
        }
        Panel::Failed { text, list } => {
            header_ui(ui, "Nothing was changed", commands);
            let palette = look::palette(ui);
            widgets::note(ui, Icon::Warning, palette.system, text);
            if let Some(list) = list {
                counts_ui(ui, list, None, commands);
                list_ui(ui, app, list, 0.0, &|_| None, false, commands);
            }
        }
    }
}

fn empty_ui(ui: &mut Ui, app: &App) {
    widgets::title(ui, WHAT_IF);
    ui.add_space(look::GAP_XS);
    let text = if app.selection.is_empty() {
        "Select users in the list, then press Lock or Unlock. What would happen to each of them is shown here first; nothing \
         changes before you apply it."
            .to_owned()
    } else {
        format!(
            "{} selected. Press Lock or Unlock to see here what would happen. Nothing changes before you apply it.",
            users(app.selection.len())
        )
    };
    let color = look::palette(ui).secondary;
    ui.add(egui::Label::new(RichText::new(text).color(color)).wrap());
}

fn header_ui(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::title(ui, text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let named = Named::ClosePreview;
            if widgets::icon_button(ui, Icon::Close, named.text(), named.tooltip()).clicked() {
                commands.push(Command::Do(named));
            }
        });
    });
}

fn preview_ui(ui: &mut Ui, app: &App, list: &PreviewList, commands: &mut Vec<Command>) {
    const FOOT: f32 = 48.0 + look::MAIN_BUTTON + 3.0 * look::GAP_S;
    const COMMAND: f32 = look::CONTROL + look::GAP_S;
    let plan = &list.plan;
    // Where nothing would change there is nothing to say in PowerShell.
    let foot = if list.counts.will_change == 0 { FOOT } else { FOOT + COMMAND };
    let counts = list.counts;
    let pins = if counts.will_change == 1 { "PIN" } else { "PINs" };
    let batch = plan.undoes.map_or_else(String::new, |batch| format!(" batch {}:", batch.0));
    header_ui(ui, &format!("{}{batch} {} {pins}", plan.label(), thousands(counts.will_change)), commands);
    counts_ui(ui, list, None, commands);
    list_ui(ui, app, list, foot, &|_| None, true, commands);
    powershell_ui(ui, list, commands);
    let why = plan.why_nothing(counts);
    let fields = vec2(ui.available_width(), 48.0);
    ui.allocate_ui_with_layout(fields, Layout::left_to_right(Align::Min), |ui| {
        const TICKET: f32 = 110.0;
        let width = fields.x - TICKET - look::GAP_S;
        let (_, reason) = widgets::named_field(ui, "reason", "Reason", "Why", &app.reason, width);
        let (_, ticket) = widgets::named_field(ui, "ticket", "Ticket", "Number", &app.ticket, TICKET);
        commands.extend(reason.map(Command::SetReason));
        commands.extend(ticket.map(Command::SetTicket));
    });
    ui.allocate_ui_with_layout(vec2(fields.x, look::MAIN_BUTTON), Layout::left_to_right(Align::Center), |ui| {
        let text = format!("Apply to {}", users(counts.will_change));
        let response = widgets::main_button(ui, Named::Apply, &text, why.is_none() && !app.is_writing(), commands);
        if app.wishes.focus == Some(FocusWish::Apply) {
            response.request_focus();
        }
        if let Some(why) = why {
            response.ctx.accesskit_node_builder(response.id, |node| node.set_description(why.as_str()));
            response.on_disabled_hover_text(&why);
            widgets::secondary(ui, &why);
        }
    });
}

/// The same in PowerShell: a line while the users are few, and a script for any number.
fn powershell_ui(ui: &mut Ui, list: &PreviewList, commands: &mut Vec<Command>) {
    match &list.one_line {
        Some(line) => widgets::command_line(ui, line, commands),
        None if list.counts.will_change > 0 => {
            ui.allocate_ui_with_layout(
                vec2(ui.available_width(), look::CONTROL),
                Layout::left_to_right(Align::Center),
                |ui| {
                    let response = ui.add(egui::Button::new("Save as PowerShell script…"));
                    widgets::name(&response, Named::SaveScript.text());
                    if response.on_hover_text(Named::SaveScript.tooltip()).clicked() {
                        commands.push(Command::Do(Named::SaveScript));
                    }
                },
            );
        }
        None => {}
    }
}

/// The four groups with their counts; a click lists one of them only.
/// `changed` is how many did change, once that is known.
fn counts_ui(ui: &mut Ui, list: &PreviewList, changed: Option<usize>, commands: &mut Vec<Command>) {
    let palette = look::palette(ui);
    let counts = list.counts;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = look::GAP_XS;
        let width = (ui.available_width() - 3.0 * look::GAP_XS) / 4.0;
        for group in Group::ALL {
            let (count, label) = match changed {
                Some(changed) if group == Group::WillChange => (changed, "changed"),
                _ => (counts.of(group), group.label()),
            };
            let tone = if count == 0 { palette.neutral } else { look::group_tone(palette, group) };
            let is_on = list.group == Some(group);
            let (rect, response) = ui.allocate_exact_size(vec2(width, 46.0), Sense::click());
            let outline = if is_on { Stroke::new(2.0, palette.accent) } else { Stroke::new(1.0, palette.line) };
            let fill = if response.hovered() { palette.hovered } else { palette.window };
            ui.painter().rect(rect, look::RADIUS, fill, outline, egui::StrokeKind::Inside);
            let number = ui.painter().layout_no_wrap(thousands(count), look::strong(look::TITLE), tone.text);
            let number_at = pos2(rect.left() + 28.0, rect.top() + 6.0);
            let square = egui::Rect::from_center_size(pos2(rect.left() + 16.0, rect.top() + 15.0), vec2(12.0, 12.0));
            icons::paint(ui.painter(), square, icons::of_group(group), tone.text);
            ui.painter().galley(number_at, number, tone.text);
            let label_rect = rect.with_min_y(rect.top() + 25.0).shrink2(vec2(9.0, 3.0));
            widgets::paint_cut(ui, label_rect, egui::Align2::LEFT_CENTER, label, look::small(), palette.secondary);
            if response.has_focus() {
                widgets::focus_ring(ui, rect);
            }
            let name = format!("{} {label}", thousands(count));
            response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, is_on, name.clone()));
            if response.on_hover_text("List only these, or all of them again.").clicked() {
                commands.push(Command::ShowGroup((!is_on).then_some(group)));
            }
        }
    });
}

fn list_ui<'a>(
    ui: &mut Ui,
    app: &App,
    list: &PreviewList,
    keep_below: f32,
    drift_of: &dyn Fn(Option<crate::domain::user::UserId>) -> Option<&'a Drift>,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = look::palette(ui);
    let height = (ui.available_height() - keep_below).max(LINE);
    Frame::new().fill(palette.window).stroke(Stroke::new(1.0, palette.line)).corner_radius(look::RADIUS).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            widgets::lines(ui, "preview list", "Users of the preview", height - 2.0, LINE, list.len(), |ui, row| {
                if let Some(line) = list.line(row) {
                    line_ui(ui, app, &line, drift_of(line.user), can_take_out, commands);
                }
            });
        },
    );
}

fn line_ui(
    ui: &mut Ui,
    app: &App,
    line: &PreviewLine,
    drift: Option<&Drift>,
    can_take_out: bool,
    commands: &mut Vec<Command>,
) {
    let palette = look::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let tone = match drift {
        Some(_) => palette.warning,
        None if line.is_cautious => palette.administrator,
        None => look::group_tone(palette, line.group),
    };
    let inner = rect.shrink2(vec2(10.0, 6.0));
    let square = egui::Rect::from_min_size(inner.min + vec2(0.0, 2.0), vec2(13.0, 13.0));
    let icon = if drift.is_some() { Icon::Warning } else { icons::of_group(line.group) };
    icons::paint(ui.painter(), square, icon, tone.text);
    let offers_take_out = can_take_out && line.group == Group::WillChange;
    let text =
        inner.with_min_x(inner.left() + 22.0).with_max_x(inner.right() - if offers_take_out { 30.0 } else { 0.0 });
    let part = |place: f32| egui::Rect::from_min_size(text.min + vec2(0.0, place * 17.0), vec2(text.width(), 17.0));
    let (states, reason) = match drift {
        Some(drift) => drift_words(app, drift),
        None => (line.states.clone(), line.reason.clone()),
    };
    let left = egui::Align2::LEFT_CENTER;
    widgets::paint_cut(ui, part(0.0), left, &shown(&line.name), look::strong(look::BODY), palette.text);
    let second = if states.is_empty() { line.identity.clone() } else { states.clone() };
    widgets::paint_cut(ui, part(1.0), left, &shown(&second), look::small(), palette.text);
    let third = if reason.is_empty() { &line.identity } else { &reason };
    let third_color = if reason.is_empty() { palette.secondary } else { tone.text };
    // Of somebody who was not found there is nothing to say between the name and the reason.
    let place = if second.is_empty() { 1.0 } else { 2.0 };
    widgets::paint_cut(ui, part(place), left, &shown(third), look::small(), third_color);
    let stroke = Stroke::new(1.0, palette.line);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, stroke);
    let spoken: Vec<&str> =
        [line.name.as_str(), &line.identity, &states, &reason].into_iter().filter(|part| !part.is_empty()).collect();
    let what_if = line.what_if.as_ref().filter(|_| can_take_out);
    let sentence = match what_if {
        Some(what_if) if drift.is_none() => format!("{}. {what_if}", spoken.join(", ")),
        _ => spoken.join(", "),
    };
    let id = response.id;
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    let hover = match what_if {
        Some(what_if) if drift.is_none() => format!("{}\n{}\n{what_if}", shown(&line.name), spoken[1..].join("\n")),
        _ => spoken.join("\n"),
    };
    response.on_hover_text(hover.lines().map(shown).collect::<Vec<_>>().join("\n"));
    if let Some(user) = line.user.filter(|_| offers_take_out) {
        widgets::take_out_button(ui, rect, user, &line.name, commands);
    }
}

pub fn drift_words(app: &App, drift: &Drift) -> (String, String) {
    let now = app.now();
    let state = |state: &crate::domain::pin::PinState| state.status(now).describe();
    let current = drift.current.as_ref().map_or("no longer there", state);
    let states = format!("was {}, is now {current}: left alone", state(&drift.planned));
    let reason = match &drift.changed_by {
        Some((by, at)) => format!("Changed by {by} at {}.", texts::date_and_time(*at, app.zone())),
        None => "Changed since the preview.".to_owned(),
    };
    (states, reason)
}

/// The margin of the panel at the right.
pub fn panel_frame(ui: &Ui) -> Frame {
    Frame::new().fill(look::palette(ui).panel).inner_margin(Margin::same(12))
}
