//! The chips above the list: the filters, with the number of users of each.

use eframe::egui::{Ui, vec2};

use super::theme;
use super::theme::Tone;
use super::widgets::Chip;
use crate::app::{App, Command};
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
}

/// From comfortable to close. The first one in which all chips stand on one line is taken.
const ROOMS: [ChipRoom; 3] = [
    ChipRoom {
        gap: 6.0,
        margin: 10.0,
        is_short: false,
    },
    ChipRoom {
        gap: 4.0,
        margin: 8.0,
        is_short: false,
    },
    ChipRoom {
        gap: 4.0,
        margin: 6.0,
        is_short: true,
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
        for (index, filter) in Filter::CHIPS.into_iter().enumerate() {
            let response = chip_of(ui, app, index, filter, chosen).show(ui);
            if response.clicked() {
                let is_on = app.query.filter == filter;
                commands.push(Command::SetFilter(if is_on { Filter::All } else { filter }));
            }
        }
    });
}

fn room_of(ui: &Ui, app: &App, width: f32) -> ChipRoom {
    let [first, second, closest] = ROOMS;
    let fits = |room: &ChipRoom| width_in(ui, app, *room) <= width;
    [first, second].into_iter().find(fits).unwrap_or(closest)
}

/// The width of all chips on one line, in points.
fn width_in(ui: &Ui, app: &App, room: ChipRoom) -> f32 {
    let chips = Filter::CHIPS.into_iter().enumerate();
    let widths =
        chips.map(|(index, filter)| chip_of(ui, app, index, filter, room).width(ui) + room.gap);
    widths.sum::<f32>() - room.gap
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
        is_on: app.query.filter == filter,
        is_empty: number == Some(0),
        tone,
        margin: room.margin,
    }
}
