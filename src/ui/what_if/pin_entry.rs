//! The new PIN of one user: drawn, or typed twice.

use eframe::egui::{Align, Id, Layout, Margin, TextEdit, Ui, accesskit::Invalid, vec2};
use zeroize::Zeroizing;

use super::lock_end::FIELDS;
use crate::app::{App, Command, FocusTarget, NewPinEntry, PinText, PreviewList};
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

const CHOICE: &str = "New PIN";
const CHOICE_WIDTH: f32 = 130.0;
/// The room for digits beyond those of a PIN, so that a text that grows leaves no copies in memory.
const ROOM: usize = 64;

/// The height of the control, in points. 0 where the PIN is always drawn.
pub(super) fn entry_height(ui: &Ui, app: &App, list: &PreviewList) -> f32 {
    if app.user_of_new_pin(list).is_none() {
        return 0.0;
    }
    let faults = app.entry_of(list).map(faults).unwrap_or_default();
    let notes = faults
        .iter()
        .map(|text| widgets::note_height(ui, text) + theme::GAP_S);
    FIELDS + theme::GAP_S + notes.sum::<f32>()
}

pub(super) fn entry_ui(ui: &mut Ui, app: &App, list: &PreviewList, commands: &mut Vec<Command>) {
    if app.user_of_new_pin(list).is_none() {
        return;
    }
    let entry = app.entry_of(list);
    let size = vec2(ui.available_width(), FIELDS);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
        let choices = [(false, "Drawn".to_owned()), (true, "Typed".to_owned())];
        let is_typed = entry.is_some();
        let chosen = widgets::labelled(ui, CHOICE, CHOICE_WIDTH, |ui| {
            widgets::combo(ui, CHOICE, &is_typed, &choices, CHOICE_WIDTH)
        });
        commands.extend(chosen.map(Command::TypeNewPin));
        let Some(entry) = entry else { return };
        let width = (ui.available_width() - theme::GAP_S) / 2.0;
        let faults = faults(entry);
        let wants_focus = app.next_frame.focus == Some(FocusTarget::NewPin);
        let first = Field {
            label: "Digits",
            text: &entry.typed,
            faults: &faults,
            width,
            wants_focus,
        };
        let (typed, was_left) = first.show(ui);
        commands.extend(typed.map(|text| Command::SetNewPin(text, false)));
        if was_left {
            commands.push(Command::LeaveNewPin);
        }
        let second = Field {
            label: "Once more",
            text: &entry.again,
            faults: &[],
            width,
            wants_focus: false,
        };
        let (again, _) = second.show(ui);
        commands.extend(again.map(|text| Command::SetNewPin(text, true)));
    });
    let tone = theme::palette(ui).system;
    for text in entry.map(faults).unwrap_or_default() {
        widgets::note(ui, Icon::Warning, tone, &text);
    }
}

/// The rules that the typed digits break, in sentences, and that the two fields differ.
fn faults(entry: &NewPinEntry) -> Vec<String> {
    let faults = entry.faults();
    let mut texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    if entry.differs() {
        texts.push("The two fields differ.".to_owned());
    }
    texts
}

/// A field whose digits are neither shown nor read aloud.
struct Field<'a> {
    label: &'a str,
    text: &'a PinText,
    faults: &'a [String],
    width: f32,
    wants_focus: bool,
}

impl Field<'_> {
    /// Paints the field. Returns its new text if it has changed, and whether it was left.
    fn show(self, ui: &mut Ui) -> (Option<PinText>, bool) {
        let Self {
            label,
            text,
            faults,
            width,
            wants_focus,
        } = self;
        widgets::labelled(ui, label, width, |ui| {
            let mut edited = Zeroizing::new(String::with_capacity(ROOM + text.text().len()));
            edited.push_str(text.text());
            let mut output = TextEdit::singleline(&mut *edited)
                .id(Id::unique(("new pin", label)))
                .password(true)
                .char_limit(ROOM)
                .desired_width(width)
                .margin(Margin::symmetric(8, 5))
                .min_size(vec2(0.0, theme::CONTROL))
                .show(ui);
            // Undo would keep what was typed in memory.
            output.state.clear_undoer();
            let response = output.response.response;
            output.state.store(ui.ctx(), response.id);
            widgets::name(&response, label);
            if wants_focus {
                response.request_focus();
            }
            if !faults.is_empty() {
                ui.ctx().accesskit_node_builder(response.id, |node| {
                    node.set_invalid(Invalid::True);
                    node.set_description(faults.join(" "));
                });
            }
            let changed = (edited.as_str() != text.text()).then(|| PinText::new(&edited));
            (changed, response.lost_focus())
        })
    }
}
