//! A user of the history: the name of today, and the identity at that time.

use eframe::egui::{Align2, Rect, Sense, Ui};

use crate::app::Command;
use crate::domain::text::shown;
use crate::domain::user::UserId;
use crate::ui::{theme, widgets};

/// The largest share of the width for the name.
const NAME: f32 = 0.55;

/// Paints the name as a link to the user, and the identity behind it. Without a name the identity is
/// the link.
pub(super) fn named_link_ui(
    ui: &Ui,
    rect: Rect,
    (name, identity): (&str, &str),
    user: UserId,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    let font = theme::small();
    let (first, rest) = match name {
        "" => (shown(identity), None),
        name => (shown(name), Some(shown(identity))),
    };
    let wanted = ui
        .painter()
        .layout_no_wrap(first.to_string(), font.clone(), palette.text)
        .size()
        .x;
    let end = match rest {
        Some(_) => rect.left() + wanted.min(rect.width() * NAME),
        None => rect.right(),
    };
    let sense = Sense::click();
    widgets::user_link(
        ui,
        rect.with_max_x(end),
        &first,
        user,
        font.clone(),
        sense,
        commands,
    );
    if let Some(identity) = rest {
        let rect = rect.with_min_x(end + theme::GAP_S);
        widgets::paint_cut(
            ui,
            rect,
            Align2::LEFT_CENTER,
            &identity,
            font,
            palette.secondary,
        );
    }
}
