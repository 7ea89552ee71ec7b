//! The fields for the reason and the ticket of a preview, marked where a rule of the store asks for them.

use eframe::egui::{
    Align, Layout, Response, Stroke, StrokeKind, Ui,
    accesskit::{Invalid, Node},
    vec2,
};

use super::{theme, widgets};
use crate::app::{App, Command, FocusTarget, PreviewList};
use crate::domain::text::shown;
use crate::plan::AskedReasons;

/// The two fields, side by side.
pub struct ReasonFields<'a> {
    /// The IDs of the fields, which no other fields have.
    pub ids: (&'a str, &'a str),
    /// The words in an empty field of the reason.
    pub hint: &'a str,
    /// The width of the field of the ticket, in points.
    pub ticket_width: f32,
    /// The preview that the rules of the store are asked about. None: there are no rules for it.
    pub list: Option<&'a PreviewList>,
}

impl ReasonFields<'_> {
    /// The height of the fields with their labels, in points.
    pub const HEIGHT: f32 = 48.0;

    pub fn show(self, ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
        let size = vec2(ui.available_width(), Self::HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
            let asked = self.list.map(|list| &list.asked);
            let width = size.x - self.ticket_width - theme::GAP_S;
            let needs_reason = asked.is_some_and(AskedReasons::needs_reason);
            let label = label("Reason", needs_reason);
            let (id, text) = (self.ids.0, app.reason.as_str());
            let (reason, typed) = widgets::named_field(ui, id, label, self.hint, text, width);
            if needs_reason {
                mark(&reason, Node::set_required);
            }
            if app.next_frame.focus == Some(FocusTarget::Reason) {
                reason.request_focus();
            }
            commands.extend(typed.map(Command::SetReason));
            self.ticket_ui(ui, app, commands);
        });
    }

    fn ticket_ui(&self, ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
        let asked = self.list.map(|list| &list.asked);
        let needs_ticket = asked.is_some_and(AskedReasons::needs_ticket);
        let pattern = asked.and_then(|asked| asked.ticket_pattern());
        let label = label("Ticket", needs_ticket);
        let hint = pattern.unwrap_or("Number");
        let (id, text) = (self.ids.1, app.ticket.as_str());
        let (ticket, typed) =
            widgets::named_field(ui, id, label, &shown(hint), text, self.ticket_width);
        commands.extend(typed.map(Command::SetTicket));
        if app.next_frame.focus == Some(FocusTarget::Ticket) {
            ticket.request_focus();
        }
        if needs_ticket {
            mark(&ticket, Node::set_required);
        }
        let problem = self.list.and_then(|list| app.ticket_problem(list));
        let form = pattern.map(|pattern| format!("Tickets look like {}.", shown(pattern)));
        if problem.is_some() {
            let stroke = Stroke::new(1.5, theme::palette(ui).system.text);
            ui.painter()
                .rect_stroke(ticket.rect, theme::RADIUS, stroke, StrokeKind::Inside);
            mark(&ticket, |node| node.set_invalid(Invalid::True));
        }
        if let Some(words) = problem.or(form) {
            mark(&ticket, |node| node.set_description(words.as_str()));
            ticket.on_hover_text(shown(&words));
        }
    }
}

/// The label and accessible name of a field.
fn label(name: &'static str, is_required: bool) -> &'static str {
    match (name, is_required) {
        ("Reason", true) => "Reason (required)",
        ("Ticket", true) => "Ticket (required)",
        _ => name,
    }
}

fn mark(field: &Response, mark: impl FnOnce(&mut Node)) {
    field.ctx.accesskit_node_builder(field.id, mark);
}
