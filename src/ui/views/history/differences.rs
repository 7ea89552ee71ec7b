//! The list of differences between the store and its history.

use eframe::egui::{Align2, Sense, Ui, accesskit::Role, vec2};

use crate::app::{HistoryView, Verification};
use crate::domain::text::shown;
use crate::store::Difference;
use crate::ui::{theme, widgets};

/// The height of a line, in points.
const LINE: f32 = 22.0;
/// The largest number of lines that are shown without scrolling.
const MOST_LINES: usize = 5;

/// The height in points that the list needs; 0 without differences.
pub fn height(history: &HistoryView) -> f32 {
    match found(history).len() {
        0 => 0.0,
        lines => lines.min(MOST_LINES) as f32 * LINE + theme::GAP_S,
    }
}

pub fn differences_ui(ui: &mut Ui, history: &HistoryView) {
    let differences = found(history);
    if differences.is_empty() {
        return;
    }
    ui.add_space(theme::GAP_XS);
    let height = differences.len().min(MOST_LINES) as f32 * LINE;
    let count = differences.len();
    widgets::lines(
        ui,
        "differences list",
        "Differences from the history",
        height,
        LINE,
        count,
        |ui, row| {
            if let Some(difference) = differences.get(row) {
                line_ui(ui, difference);
            }
        },
    );
}

fn line_ui(ui: &mut Ui, difference: &Difference) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let sentence = shown(&difference.sentence()).into_owned();
    widgets::paint_cut(
        ui,
        rect,
        Align2::LEFT_CENTER,
        &sentence,
        theme::small(),
        palette.text,
    );
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    response.on_hover_text(sentence);
}

fn found(history: &HistoryView) -> &[Difference] {
    match &history.verified {
        Verification::Done(verified) => &verified.differences,
        Verification::NotAsked | Verification::Running => &[],
    }
}
