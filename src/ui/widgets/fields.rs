//! Text fields and choices.

use eframe::egui::{self, ComboBox, Margin, Response, RichText, TextEdit, Ui, vec2};

use super::texts::name;
use crate::ui::theme;

/// A text field of one line, with its label above.
pub fn named_field(
    ui: &mut Ui,
    id: &str,
    label: &str,
    hint: &str,
    text: &str,
    width: f32,
) -> (Response, Option<String>) {
    labelled(ui, label, width, |ui| {
        field(ui, id, label, hint, text, width)
    })
}

/// A control with a label above. The control itself carries the name for screen readers.
pub fn labelled<R>(ui: &mut Ui, label: &str, width: f32, control: impl FnOnce(&mut Ui) -> R) -> R {
    let color = theme::palette(ui).secondary;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.set_width(width);
        ui.label(RichText::new(label).font(theme::small()).color(color));
        control(ui)
    })
    .inner
}

/// A text field of one line. Returns the new text if it has changed.
pub fn field(
    ui: &mut Ui,
    id: &str,
    label: &str,
    hint: &str,
    text: &str,
    width: f32,
) -> (Response, Option<String>) {
    let palette = theme::palette(ui);
    let mut edited = text.to_owned();
    let hint = RichText::new(hint).color(palette.secondary);
    let response = ui.add(
        TextEdit::singleline(&mut edited)
            .id(egui::Id::unique(id))
            .hint_text(hint)
            .desired_width(width)
            .margin(Margin::symmetric(8, 5))
            .min_size(vec2(0.0, theme::CONTROL)),
    );
    name(&response, label);
    let changed = (edited != text).then_some(edited);
    (response, changed)
}

/// A choice of one of several values. Returns the new value if it has changed.
pub fn combo<T: PartialEq + Clone>(
    ui: &mut Ui,
    label: &str,
    chosen: &T,
    all: &[(T, String)],
    width: f32,
) -> Option<T> {
    let mut picked = None;
    let shown = all
        .iter()
        .find(|(value, _)| value == chosen)
        .map_or("–", |(_, text)| text.as_str());
    let combo = ComboBox::from_id_salt(label)
        .selected_text(shown)
        .width(width)
        .height(280.0)
        .truncate()
        .show_ui(ui, |ui| {
            for (value, text) in all {
                if ui.selectable_label(value == chosen, text).clicked() && value != chosen {
                    picked = Some(value.clone());
                }
            }
        });
    name(&combo.response, label);
    combo
        .response
        .ctx
        .accesskit_node_builder(combo.response.id, |node| {
            node.set_value(shown);
            // Some screen readers do not get the value of such a list, but they get its
            // description.
            node.set_description(shown);
        });
    picked
}
