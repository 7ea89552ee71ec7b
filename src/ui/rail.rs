//! The rail at the left: an icon and a word for each view.

use eframe::egui::{
    Align2, EventFilter, Key, Modifiers, Rect, Response, Sense, Ui, UiBuilder, Vec2, accesskit,
    accesskit::Role, pos2, vec2,
};
use strum::{EnumCount as _, VariantArray as _};

use super::icons::Icon;
use super::{icons, theme, widgets};
use crate::app::{App, Command, FocusTarget, WindowView};
use crate::plan::words::{plural, thousands};

/// The widths in points, with words and with icons only.
const WIDE: f32 = 76.0;
const ICONS: f32 = 48.0;
/// The heights of an item in points, with and without its word.
const HIGH: f32 = 54.0;
const LOW: f32 = 44.0;
const ICON: f32 = 20.0;
/// The gap between two items in points.
const GAP: f32 = 2.0;
/// The width in points of the line beside the shown view.
const MARK: f32 = 3.0;
/// The height of a badge in points, and the largest number that it shows exactly.
const BADGE: f32 = 16.0;
const MOST_IN_BADGE: usize = 99;

pub fn width(is_narrow: bool) -> f32 {
    if is_narrow { ICONS } else { WIDE }
}

pub fn rail_ui(ui: &mut Ui, app: &App, is_narrow: bool, commands: &mut Vec<Command>) {
    let region = UiBuilder::new()
        .id_salt("rail")
        .accessibility_role(Role::TabList)
        .accessibility_label("Views");
    ui.scope_builder(region, |ui| {
        ui.spacing_mut().item_spacing.y = GAP;
        ui.add_space(theme::GAP_XS);
        // In a low window the items are lower, so that all of them are in sight.
        let room = ui.available_height() / WindowView::COUNT as f32 - GAP;
        let wanted = if is_narrow { LOW } else { HIGH };
        let size = vec2(width(is_narrow), wanted.min(room).max(ICON));
        for view in WindowView::VARIANTS.iter().copied() {
            item_ui(ui, app, view, size, commands);
        }
    });
}

fn item_ui(ui: &mut Ui, app: &App, view: WindowView, size: Vec2, commands: &mut Vec<Command>) {
    let is_narrow = size.y < HIGH;
    let palette = theme::palette(ui);
    let is_shown = app.shown_view() == view;
    let is_possible = app.can_show(view);
    let (_, rect) = ui.allocate_space(size);
    // The rail is one stop of the Tab key, at the shown view.
    let sense = match (is_shown, is_possible) {
        (true, _) => Sense::click(),
        (false, true) => Sense::CLICK,
        (false, false) => Sense::hover(),
    };
    let response = ui.interact(rect, ui.scope_id().with(view), sense);
    if is_shown && app.next_frame.focus == Some(FocusTarget::Rail) {
        response.request_focus();
    }
    if response.has_focus()
        && let Some(next) = arrow_target(ui, app, &response)
    {
        commands.push(Command::ShowFromRail(next));
    }
    let color = match (is_shown, is_possible) {
        (true, _) => palette.accent,
        (false, true) => palette.secondary,
        (false, false) => palette.outline,
    };
    if is_shown {
        ui.painter().rect_filled(rect, 0.0, palette.selected);
        let mark = rect.with_max_x(rect.left() + MARK);
        ui.painter().rect_filled(mark, 0.0, palette.accent);
    } else if response.hovered() && is_possible {
        ui.painter().rect_filled(rect, 0.0, palette.hovered);
    }
    let icon_y = if is_narrow {
        rect.center().y
    } else {
        rect.top() + 18.0
    };
    let square = Rect::from_center_size(pos2(rect.center().x, icon_y), vec2(ICON, ICON));
    icons::paint(ui.painter(), square, icon_of(view), color);
    let waiting = waiting_of(app, view);
    if waiting > 0 {
        badge(ui, square, waiting);
    }
    if !is_narrow {
        let word = rect.with_min_y(rect.top() + 31.0).shrink2(vec2(2.0, 2.0));
        let font = if is_shown {
            theme::strong(theme::SMALL)
        } else {
            theme::small()
        };
        let text = if is_shown { palette.text } else { color };
        widgets::paint_cut(ui, word, Align2::CENTER_CENTER, view.label(), font, text);
    }
    if response.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    describe(ui, &response, view, is_shown, is_possible);
    if response.clicked() && is_possible {
        commands.push(Command::Do(view.command()));
    }
    let named = view.command();
    let keys = named
        .shortcut()
        .map_or_else(String::new, |shortcut| format!(" ({shortcut})"));
    let tooltip = if is_narrow {
        format!("{}: {}{keys}", view.label(), named.tooltip())
    } else {
        format!("{}{keys}", named.tooltip())
    };
    // The tooltip is the description for assistive technology, too.
    let tooltip = if waiting > 0 {
        format!("{}\n{tooltip}", waiting_words(waiting))
    } else {
        tooltip
    };
    response.on_hover_text(tooltip);
}

/// The number of things in a view that wait for the operator.
fn waiting_of(app: &App, view: WindowView) -> usize {
    match view {
        WindowView::Plans => app.waiting_plans(),
        _ => 0,
    }
}

/// "2 plans wait for you."
pub fn waiting_words(waiting: usize) -> String {
    let plans = plural(waiting, "plan waits", "plans wait");
    format!("{} {plans} for you.", thousands(waiting))
}

/// A number at the upper right corner of an icon.
fn badge(ui: &Ui, icon: Rect, number: usize) {
    let palette = theme::palette(ui);
    let text = if number > MOST_IN_BADGE {
        format!("{MOST_IN_BADGE}+")
    } else {
        number.to_string()
    };
    let font = theme::strong(theme::SMALL - 1.0);
    let galley = ui.painter().layout_no_wrap(text, font, palette.on_accent);
    let size = vec2((galley.size().x + 8.0).max(BADGE), BADGE);
    let rect = Rect::from_center_size(icon.right_top() + vec2(4.0, 1.0), size);
    ui.painter().rect_filled(rect, BADGE / 2.0, palette.accent);
    let at = rect.center() - galley.size() / 2.0;
    ui.painter().galley(at, galley, palette.on_accent);
}

fn describe(ui: &Ui, response: &Response, view: WindowView, is_shown: bool, is_possible: bool) {
    let rect = response.rect;
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Tab);
        node.set_label(view.label());
        node.set_selected(is_shown);
        if is_possible {
            node.add_action(accesskit::Action::Click);
        } else {
            node.set_disabled();
        }
        // egui reports the bounds of stops of the Tab key only.
        node.set_bounds(accesskit::Rect {
            x0: rect.left().into(),
            y0: rect.top().into(),
            x1: rect.right().into(),
            y1: rect.bottom().into(),
        });
    });
}

/// The view to which the arrow keys of this frame lead.
fn arrow_target(ui: &Ui, app: &App, response: &Response) -> Option<WindowView> {
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let by: isize = ui.input_mut(|input| {
        let mut times = |key| {
            isize::try_from(input.count_and_consume_key(Modifiers::NONE, key)).unwrap_or_default()
        };
        times(Key::ArrowDown) - times(Key::ArrowUp)
    });
    if by == 0 {
        return None;
    }
    let possible: Vec<WindowView> = WindowView::VARIANTS
        .iter()
        .copied()
        .filter(|view| app.can_show(*view))
        .collect();
    let index = possible.iter().position(|view| *view == app.shown_view())?;
    let next = index.saturating_add_signed(by).min(possible.len() - 1);
    possible.get(next).copied()
}

fn icon_of(view: WindowView) -> Icon {
    match view {
        WindowView::Users => Icon::People,
        WindowView::Lists => Icon::Sheet,
        WindowView::Plans => Icon::Checklist,
        WindowView::History => Icon::History,
        WindowView::Insights => Icon::Bars,
        WindowView::Policies => Icon::Keypad,
        WindowView::Operators => Icon::Shield,
        WindowView::Settings => Icon::Sliders,
    }
}
