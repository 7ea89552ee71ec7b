//! Small things that several panels paint alike.

use eframe::egui::{
    self, Align2, Button, Color32, ComboBox, EventFilter, FontId, Frame, Key, Margin, Modifiers,
    Pos2, Rect, Response, RichText, ScrollArea, Sense, Stroke, TextEdit, TextWrapMode, Ui,
    UiBuilder, WidgetText, accesskit::Role, pos2, vec2,
};

use super::icons;
use super::icons::Icon;
use super::theme;
use super::theme::Tone;
use crate::app::{Command, NamedCommand};
use crate::domain::pin::PinStatus;
use crate::domain::user::UserId;

/// Gives a widget the name under which assistive technology, and tests, find it.
pub fn name(response: &Response, name: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// A button for a named command: its text, tooltip and shortcut come from the command.
pub fn command_button(
    ui: &mut Ui,
    named: NamedCommand,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let response = ui.add_enabled(
        enabled,
        Button::new(named.text()).min_size(vec2(0.0, theme::CONTROL)),
    );
    finish_command(response, named, commands)
}

/// The one main button in sight. `text` says to how many; the accessible name stays the command's own.
pub fn main_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: &str,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let palette = theme::palette(ui);
    let text = RichText::new(text)
        .color(palette.on_accent)
        .font(theme::strong(theme::BODY));
    filled_button(ui, named, text, palette.accent, enabled, commands)
}

/// The main button of the moment at which something is about to change for good.
pub fn confirm_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: &str,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let palette = theme::palette(ui);
    let text = RichText::new(text)
        .color(palette.window)
        .font(theme::strong(theme::BODY));
    filled_button(ui, named, text, palette.system.text, enabled, commands)
}

fn filled_button(
    ui: &mut Ui,
    named: NamedCommand,
    text: RichText,
    fill: Color32,
    enabled: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let shown = text.text().to_owned();
    let button = Button::new(text)
        .fill(fill)
        .stroke(Stroke::NONE)
        .min_size(vec2(0.0, theme::MAIN_BUTTON));
    let response = ui.add_enabled(enabled, button);
    if response.has_focus() {
        focus_ring(ui, response.rect.expand(2.0));
    }
    name(&response, named.text());
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_description(shown));
    finish_command(response, named, commands)
}

fn finish_command(
    response: Response,
    named: NamedCommand,
    commands: &mut Vec<Command>,
) -> Response {
    let tooltip = match named.shortcut() {
        Some(shortcut) => format!("{} ({shortcut})", named.tooltip()),
        None => named.tooltip().to_owned(),
    };
    if response.clicked() {
        commands.push(Command::Do(named));
    }
    response.on_hover_text(tooltip)
}

/// A button that shows nothing but an icon.
pub fn icon_button(ui: &mut Ui, icon: Icon, label: &str, tooltip: &str) -> Response {
    let size = vec2(theme::CONTROL, theme::CONTROL);
    let response = ui.add(Button::new("").frame_when_inactive(false).min_size(size));
    let palette = theme::palette(ui);
    let square = Rect::from_center_size(response.rect.center(), vec2(14.0, 14.0));
    icons::paint(
        ui.painter(),
        square,
        icon,
        if response.hovered() {
            palette.text
        } else {
            palette.secondary
        },
    );
    name(&response, label);
    response.on_hover_text(tooltip)
}

/// A button at the right end of a line that takes its user out of the preview.
pub fn take_out_button(
    ui: &mut Ui,
    line: Rect,
    user: UserId,
    user_name: &str,
    commands: &mut Vec<Command>,
) {
    let place =
        Rect::from_center_size(pos2(line.right() - 22.0, line.center().y), vec2(28.0, 28.0));
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(place)
            .id_salt(("take out", user.0)),
    );
    let tooltip = "Take this user out of the preview: they will not be changed.";
    if icon_button(
        &mut child,
        Icon::Close,
        &format!("Take out {user_name}"),
        tooltip,
    )
    .clicked()
    {
        commands.push(Command::TakeOut(user));
    }
}

/// A line of text to type into, with its name above it.
pub fn named_field(
    ui: &mut Ui,
    id: &str,
    label: &str,
    hint: &str,
    text: &str,
    width: f32,
) -> (Response, Option<String>) {
    let palette = theme::palette(ui);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.set_width(width);
        ui.label(
            RichText::new(label)
                .font(theme::small())
                .color(palette.secondary),
        );
        field(ui, id, label, hint, text, width)
    })
    .inner
}

/// A line of text to type into. Says what it has become, if that is something else.
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

/// A choice of one of several. Says what was chosen, if that is something else.
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
            // Some screen readers are told no value of such a list, but its description.
            node.set_description(shown);
        });
    picked
}

/// A lock state: icon, word and colour; on a fill only where it is locked, so that what matters stands out.
pub fn paint_lock_badge(ui: &Ui, left_center: Pos2, width: f32, status: &PinStatus, text: &str) {
    let tone = theme::lock_tone(theme::palette(ui), status);
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), tone.text);
    let size = vec2((galley.size().x + 30.0).min(width), 20.0);
    let rect = Rect::from_min_size(pos2(left_center.x, left_center.y - 10.0), size);
    if status.locked.is_some() {
        ui.painter().rect_filled(rect, theme::RADIUS, tone.fill);
    }
    let square =
        Rect::from_center_size(pos2(rect.left() + 12.0, rect.center().y), vec2(12.0, 12.0));
    icons::paint(ui.painter(), square, icons::of_status(status), tone.text);
    let at = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter()
        .with_clip_rect(rect.intersect(ui.clip_rect()))
        .galley(at, galley, tone.text);
}

/// A word with its icon on a fill. Says how wide it is.
pub fn paint_badge(ui: &Ui, left_center: Pos2, icon: Icon, tone: Tone, text: &str) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), tone.text);
    let rect = Rect::from_min_size(
        left_center - vec2(0.0, 10.0),
        vec2(galley.size().x + 30.0, 20.0),
    );
    ui.painter().rect_filled(rect, theme::RADIUS, tone.fill);
    let square =
        Rect::from_center_size(pos2(rect.left() + 12.0, rect.center().y), vec2(12.0, 12.0));
    icons::paint(ui.painter(), square, icon, tone.text);
    let at = pos2(rect.left() + 22.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tone.text);
    rect.width()
}

/// Text in one line, cut with an ellipsis where it does not fit. Says whether it was cut.
pub fn paint_cut(
    ui: &Ui,
    rect: Rect,
    align: Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> bool {
    let wrapping = WidgetText::from(RichText::new(text).font(font).color(color)).into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        rect.width(),
        egui::TextStyle::Body,
    );
    let at = align.align_size_within_rect(wrapping.size(), rect).min;
    let elided = wrapping.elided;
    ui.painter().galley(at, wrapping, color);
    elided
}

/// A coloured note with an icon, as wide as there is room.
pub fn note(ui: &mut Ui, icon: Icon, tone: Tone, text: &str) {
    Frame::new()
        .fill(tone.fill)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.set_width(ui.available_width());
                ui.add_space(1.0);
                icons::show(ui, icon, 14.0, tone.text);
                ui.add(egui::Label::new(RichText::new(text).color(tone.text)).wrap());
            });
        });
}

/// How high a note with this text is.
pub fn note_height(ui: &Ui, text: &str) -> f32 {
    let width = ui.available_width() - 20.0 - 1.0 - 14.0 - ui.spacing().item_spacing.x;
    let galley = ui
        .painter()
        .layout(text.to_owned(), theme::body(), Color32::PLACEHOLDER, width);
    galley.size().y.max(14.0) + 16.0
}

/// Says why a control is disabled, to the eye and to assistive technology.
pub fn say_why(response: &Response, why: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_description(why));
    response.clone().on_disabled_hover_text(why);
}

/// A list of lines of one height. It is one thing that has the focus, and the arrows, Page Up and Page Down, Home and End
/// scroll it: whatever it says can be reached without a mouse.
pub fn lines(
    ui: &mut Ui,
    list: &str,
    label: &str,
    height: f32,
    line: f32,
    count: usize,
    mut paint: impl FnMut(&mut Ui, usize),
) {
    let area = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
    let id = egui::Id::unique(list);
    let focus = ui.interact(area, id, Sense::FOCUSABLE);
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::List);
        node.set_label(label);
    });
    let down = if focus.has_focus() {
        keys_down(ui, id, line, height)
    } else {
        0.0
    };
    let scroll = ScrollArea::vertical()
        .id_salt(list)
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink(false);
    scroll.show_rows(ui, line, count, |ui, rows| {
        if down != 0.0 {
            ui.scroll_with_delta(vec2(0.0, -down));
        }
        rows.for_each(|row| paint(ui, row));
    });
    if focus.has_focus() {
        focus_ring(ui, area);
    }
}

/// How far the keys pressed in this frame scroll a list that has the focus.
pub fn keys_down(ui: &Ui, id: egui::Id, line: f32, page: f32) -> f32 {
    const ALL: f32 = 1e9;
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let keys = [
        (Key::ArrowDown, line),
        (Key::ArrowUp, -line),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::Home, -ALL),
        (Key::End, ALL),
    ];
    ui.input_mut(|input| {
        keys.into_iter()
            .map(|(key, by)| input.count_and_consume_key(Modifiers::NONE, key) as f32 * by)
            .sum()
    })
}

/// A line of PowerShell, with a button that copies it.
pub fn command_line(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        const COPY: f32 = 58.0;
        ui.spacing_mut().item_spacing.x = theme::GAP_S;
        let (rect, response) = ui.allocate_exact_size(
            vec2(ui.available_width() - COPY - theme::GAP_S, theme::CONTROL),
            Sense::hover(),
        );
        ui.painter()
            .rect_filled(rect, theme::RADIUS, palette.stripe);
        let font = FontId::monospace(theme::SMALL - 1.0);
        paint_cut(
            ui,
            rect.shrink2(vec2(8.0, 0.0)),
            Align2::LEFT_CENTER,
            text,
            font,
            palette.text,
        );
        name(&response, text);
        response.on_hover_text(text);
        let copy = ui.add_sized(vec2(COPY, theme::CONTROL), Button::new("Copy"));
        name(&copy, "Copy as PowerShell");
        if copy
            .on_hover_text("Copy this line of PowerShell.")
            .clicked()
        {
            commands.push(Command::Copy(text.to_owned()));
        }
    });
}

/// The title of a panel or sheet.
pub fn title(ui: &mut Ui, text: &str) {
    let palette = theme::palette(ui);
    ui.label(
        RichText::new(text)
            .font(theme::strong(theme::TITLE))
            .color(palette.text),
    );
}

/// Secondary text.
pub fn secondary(ui: &mut Ui, text: &str) -> Response {
    let color = theme::palette(ui).secondary;
    ui.add(egui::Label::new(RichText::new(text).font(theme::small()).color(color)).wrap())
}

/// What has the focus is seen.
pub fn focus_ring(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, theme::palette(ui).accent);
    ui.painter()
        .rect_stroke(rect, theme::RADIUS, stroke, egui::StrokeKind::Inside);
}

/// What a chip needs beside its word and its number.
const CHIP_SPACE: f32 = 26.0;

/// How wide a chip is.
pub fn chip_width(ui: &Ui, text: &str, widest: &str) -> f32 {
    let width = |text: &str, font: FontId| {
        theme::figures(ui, text, &font, Color32::PLACEHOLDER)
            .size()
            .x
    };
    let label = ui
        .painter()
        .layout_no_wrap(text.to_owned(), theme::small(), Color32::PLACEHOLDER)
        .size()
        .x;
    label + width(widest, theme::strong(theme::SMALL)) + CHIP_SPACE
}

/// A chip that can be on or off: a word and a number. It is as wide as the widest number needs, so that nothing moves.
pub fn chip(
    ui: &mut Ui,
    text: &str,
    count: &str,
    widest: &str,
    is_on: bool,
    tone: Option<Tone>,
) -> Response {
    let palette = theme::palette(ui);
    let (text_color, fill, outline) = match (is_on, tone) {
        (true, _) => (palette.on_accent, palette.accent, palette.accent),
        (false, Some(tone)) => (tone.text, palette.window, palette.line),
        (false, None) => (palette.text, palette.window, palette.line),
    };
    let font = theme::small();
    let label = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), text_color);
    let number =
        ui.painter()
            .layout_no_wrap(count.to_owned(), theme::strong(theme::SMALL), text_color);
    let size = vec2(
        chip_width(ui, text, widest).max(label.size().x + number.size().x + CHIP_SPACE),
        26.0,
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let fill = if response.hovered() && !is_on {
        palette.hovered
    } else {
        fill
    };
    ui.painter().rect(
        rect,
        13.0,
        fill,
        Stroke::new(1.0, outline),
        egui::StrokeKind::Inside,
    );
    let middle = |height: f32| rect.center().y - height / 2.0;
    let (label_size, number_size) = (label.size(), number.size());
    ui.painter().galley(
        pos2(rect.left() + 10.0, middle(label_size.y)),
        label,
        text_color,
    );
    ui.painter().galley(
        pos2(rect.right() - 10.0 - number_size.x, middle(number_size.y)),
        number,
        text_color,
    );
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.expand(2.0),
            15.0,
            Stroke::new(2.0, palette.accent),
            egui::StrokeKind::Inside,
        );
    }
    let info = format!("{text} {count}");
    response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, is_on, info.clone()));
    response
}
