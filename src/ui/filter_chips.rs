//! The chips above the list: the filters, with the number of users of each.

use eframe::egui::{Button, RichText, Ui, vec2};

use super::theme;
use super::theme::Tone;
use super::widgets::Chip;
use crate::app::{App, Command, NamedCommand};
use crate::domain::filter::Filter;
use crate::domain::pin::LockCause;
use crate::plan::words::thousands;

/// How closely the chips stand, in points.
#[derive(Clone, Copy)]
struct ChipRoom {
    gap: f32,
    margin: f32,
    /// Whether long texts are shortened.
    is_short: bool,
    /// Whether chips without users are left out.
    leaves_out_empty: bool,
}

/// From comfortable to close. The first one in which all chips stand on one line is taken.
const ROOMS: [ChipRoom; 4] = [
    ChipRoom {
        gap: 6.0,
        margin: 10.0,
        is_short: false,
        leaves_out_empty: false,
    },
    ChipRoom {
        gap: 4.0,
        margin: 8.0,
        is_short: false,
        leaves_out_empty: false,
    },
    ChipRoom {
        gap: 4.0,
        margin: 6.0,
        is_short: true,
        leaves_out_empty: false,
    },
    ChipRoom {
        gap: 4.0,
        margin: 6.0,
        is_short: true,
        leaves_out_empty: true,
    },
];

/// The height of the chip bar in points: one line, or two in a narrow window.
pub fn chips_height(ui: &Ui, app: &App, margins: f32) -> f32 {
    let room = ui.available_width() - margins;
    let chosen = room_of(ui, app, room);
    if width_in(ui, app, chosen) <= room {
        36.0
    } else {
        68.0
    }
}

pub fn chips_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let chosen = room_of(ui, app, ui.available_width());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(chosen.gap, chosen.gap);
        for (index, filter) in chips(app, chosen) {
            let response = chip_of(ui, app, index, filter, chosen).show(ui);
            if response.clicked() {
                commands.push(Command::ToggleChip(filter));
            }
        }
        let (named, size) = (NamedCommand::FilterLine, vec2(filter_width(ui), 26.0));
        let button = Button::new(RichText::new(named.text()).font(theme::small())).min_size(size);
        let button = button.frame_when_inactive(false);
        if ui.add(button).on_hover_text(named.tooltip()).clicked() {
            commands.push(Command::Do(named));
        }
    });
}

/// The width of the button that opens the line of the filter, in points.
fn filter_width(ui: &Ui) -> f32 {
    let text = NamedCommand::FilterLine.text().to_owned();
    let color = theme::palette(ui).text;
    let text = ui.painter().layout_no_wrap(text, theme::small(), color);
    (text.size().x + 2.0 * ui.spacing().button_padding.x).ceil()
}

/// The chips that are shown in a room: all of them, or only those with users where that is too
/// narrow.
fn chips(app: &App, room: ChipRoom) -> impl Iterator<Item = (usize, Filter)> {
    let view = app.view.as_ref().filter(|view| view.is_complete);
    let chips = Filter::CHIPS.into_iter().enumerate();
    chips.filter(move |&(index, filter)| {
        let is_empty = view.is_some_and(|view| view.counts.get(index) == Some(&0));
        !room.leaves_out_empty || !is_empty || is_on(app, filter)
    })
}

fn is_on(app: &App, filter: Filter) -> bool {
    let query = &app.query;
    match filter {
        Filter::All => query.filter == Filter::All && query.also == Filter::All,
        filter => query.filter == filter || query.also == filter,
    }
}

fn room_of(ui: &Ui, app: &App, width: f32) -> ChipRoom {
    let [first, second, third, closest] = ROOMS;
    let fits = |room: &ChipRoom| width_in(ui, app, *room) <= width;
    let mut rooms = [first, second, third].into_iter();
    rooms.find(fits).unwrap_or(closest)
}

/// The width of all chips on one line, in points.
fn width_in(ui: &Ui, app: &App, room: ChipRoom) -> f32 {
    let widths = chips(app, room)
        .map(|(index, filter)| chip_of(ui, app, index, filter, room).width(ui) + room.gap);
    widths.sum::<f32>() + filter_width(ui)
}

fn chip_of(ui: &Ui, app: &App, index: usize, filter: Filter, room: ChipRoom) -> Chip {
    let palette = theme::palette(ui);
    let view = app.view.as_ref().filter(|view| view.is_complete);
    let number = view.and_then(|view| view.counts.get(index)).copied();
    let count = number.map_or_else(|| "–".to_owned(), thousands);
    // While one types, numbers only become smaller. The room is that of all users of the filter, or
    // at least two digits.
    let widest = match filter {
        Filter::All | Filter::Unlocked => thousands(view.map_or(0, |view| view.directory.len())),
        _ => "00".to_owned(),
    };
    let tone: Option<Tone> = match filter {
        Filter::LockedBy(LockCause::System) => Some(palette.system),
        Filter::LockedBy(LockCause::Administrator) => Some(palette.administrator),
        Filter::LockedBy(LockCause::Temporary) | Filter::ExpiresWithinDays(_) => {
            Some(palette.warning)
        }
        Filter::Unlocked => Some(palette.good),
        _ => None,
    };
    let name = filter.label();
    let text = match filter {
        Filter::ExpiresWithinDays(_) if room.is_short => "Expiring",
        Filter::LockedBy(LockCause::Unknown) if room.is_short => "Unknown",
        _ => &name,
    };
    Chip {
        text: text.to_owned(),
        name,
        count,
        widest,
        is_on: is_on(app, filter),
        is_empty: number == Some(0),
        tone,
        margin: room.margin,
    }
}
