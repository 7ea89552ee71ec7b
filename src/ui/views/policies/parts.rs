//! Parts that the form and the simulation share.

use eframe::egui::{RichText, Ui};

use crate::ui::theme;

/// The title of a part of the form.
pub(super) fn section(ui: &mut Ui, title: &str) {
    let color = theme::palette(ui).secondary;
    ui.label(
        RichText::new(title)
            .font(theme::strong(theme::SMALL))
            .color(color),
    );
}
