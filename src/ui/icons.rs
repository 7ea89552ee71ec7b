//! Drawn icons in the program's own line weight, in any colour and size.

use std::f32::consts::{PI, TAU};

use eframe::egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::domain::pin::{LockCause, PinStatus};
use crate::plan::Group;
use crate::store::PlanStatus;

/// The icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A closed padlock with a person: locked by an administrator.
    LockPerson,
    /// A closed padlock with a bar: locked by the system.
    LockSystem,
    Clock,
    LockUnknown,
    Unlocked,
    Dash,
    Search,
    Close,
    Check,
    Warning,
    Change,
    Up,
    Down,
    Theme,
    /// A protected user.
    Shield,
    /// Two people: the view of the users.
    People,
    /// A sheet with lines: the view of the lists.
    Sheet,
    /// A sheet with a check mark: the view of the plans.
    Checklist,
    /// A clock with an arrow that runs back.
    History,
    /// Bars of different heights: the view of the charts.
    Bars,
    /// The keys of a telephone: the view of the PIN policies.
    Keypad,
    Sliders,
    Left,
    Right,
    /// A sheet of a calendar.
    Calendar,
    /// Two sheets: copy.
    Copy,
}

/// The icon of a PIN's lock state.
pub fn of_status(status: &PinStatus) -> Icon {
    match (status.locked, status.is_set) {
        (Some(LockCause::Administrator), _) => Icon::LockPerson,
        (Some(LockCause::System), _) => Icon::LockSystem,
        (Some(LockCause::Temporary), _) => Icon::Clock,
        (Some(LockCause::Unknown), _) => Icon::LockUnknown,
        (Some(LockCause::Inactivity), _) => Icon::Calendar,
        (None, true) => Icon::Unlocked,
        (None, false) => Icon::Dash,
    }
}

/// The icon of a group of the preview.
pub fn of_group(group: Group) -> Icon {
    match group {
        Group::WillChange => Icon::Change,
        Group::NoChange => Icon::Check,
        Group::Skipped => Icon::Dash,
        Group::Refused => Icon::Warning,
    }
}

/// The icon of a submitted plan's status.
pub fn of_plan(status: PlanStatus) -> Icon {
    match status {
        PlanStatus::Waiting => Icon::Clock,
        PlanStatus::Approved => Icon::Check,
        PlanStatus::Rejected => Icon::Close,
        PlanStatus::Applied => Icon::Change,
        PlanStatus::Withdrawn => Icon::Dash,
        PlanStatus::Outdated => Icon::Warning,
    }
}

/// Allocates the space of an icon and draws it.
pub fn show(ui: &mut Ui, icon: Icon, size: f32, color: Color32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    paint(ui.painter(), rect, icon, color);
    response
}

/// Draws an icon into a square.
pub fn paint(painter: &Painter, rect: Rect, icon: Icon, color: Color32) {
    let pen = Pen {
        painter,
        rect,
        stroke: Stroke::new((rect.width() / 11.0).max(1.2), color),
    };
    match icon {
        Icon::LockPerson => {
            pen.padlock(false);
            pen.dot(0.5, 0.6, 0.085);
            pen.fill_window(0.36, 0.69, 0.28, 0.12);
        }
        Icon::LockSystem => {
            pen.padlock(false);
            pen.fill_window(0.455, 0.55, 0.09, 0.17);
            pen.dot(0.5, 0.81, 0.05);
        }
        Icon::LockUnknown => {
            pen.padlock(false);
            pen.dot(0.5, 0.67, 0.09);
        }
        Icon::Unlocked => pen.padlock(true),
        Icon::Clock => {
            pen.arc(0.5, 0.52, 0.38, 0.0, TAU);
            pen.line(&[(0.5, 0.28), (0.5, 0.54), (0.68, 0.64)]);
        }
        Icon::Dash => pen.line(&[(0.25, 0.5), (0.75, 0.5)]),
        Icon::Search => {
            pen.arc(0.43, 0.43, 0.28, 0.0, TAU);
            pen.line(&[(0.64, 0.64), (0.88, 0.88)]);
        }
        Icon::Close => {
            pen.line(&[(0.25, 0.25), (0.75, 0.75)]);
            pen.line(&[(0.75, 0.25), (0.25, 0.75)]);
        }
        Icon::Check => pen.line(&[(0.2, 0.52), (0.42, 0.74), (0.82, 0.28)]),
        Icon::Warning => {
            pen.line(&[(0.5, 0.14), (0.92, 0.86), (0.08, 0.86), (0.5, 0.14)]);
            pen.line(&[(0.5, 0.4), (0.5, 0.62)]);
            pen.dot(0.5, 0.74, 0.045);
        }
        Icon::Change => {
            pen.line(&[(0.12, 0.5), (0.84, 0.5)]);
            pen.line(&[(0.6, 0.26), (0.86, 0.5), (0.6, 0.74)]);
        }
        Icon::Up => pen.line(&[(0.25, 0.62), (0.5, 0.36), (0.75, 0.62)]),
        Icon::Down => pen.line(&[(0.25, 0.38), (0.5, 0.64), (0.75, 0.38)]),
        Icon::Left => pen.line(&[(0.62, 0.25), (0.36, 0.5), (0.62, 0.75)]),
        Icon::Right => pen.line(&[(0.38, 0.25), (0.64, 0.5), (0.38, 0.75)]),
        Icon::Calendar => {
            pen.line(&[
                (0.12, 0.2),
                (0.88, 0.2),
                (0.88, 0.88),
                (0.12, 0.88),
                (0.12, 0.2),
            ]);
            pen.line(&[(0.12, 0.4), (0.88, 0.4)]);
            pen.line(&[(0.32, 0.08), (0.32, 0.28)]);
            pen.line(&[(0.68, 0.08), (0.68, 0.28)]);
            pen.dot(0.64, 0.66, 0.07);
        }
        Icon::Shield => {
            let right = [
                (0.5, 0.1),
                (0.86, 0.22),
                (0.84, 0.54),
                (0.72, 0.74),
                (0.5, 0.92),
            ];
            let left = right.iter().rev().map(|&(x, y)| (1.0 - x, y));
            pen.line(&right.iter().copied().chain(left).collect::<Vec<_>>());
        }
        Icon::People => {
            pen.arc(0.38, 0.32, 0.17, 0.0, TAU);
            pen.arc(0.38, 0.9, 0.3, PI, TAU);
            pen.line(&[(0.08, 0.9), (0.68, 0.9)]);
            pen.arc(0.7, 0.36, 0.13, -PI * 0.6, PI * 0.55);
            pen.arc(0.68, 0.86, 0.25, -PI * 0.45, 0.0);
        }
        Icon::Sheet => {
            pen.sheet();
            for y in [0.34, 0.52, 0.7] {
                pen.line(&[(0.32, y), (0.68, y)]);
            }
        }
        Icon::Checklist => {
            pen.sheet();
            pen.line(&[(0.32, 0.5), (0.46, 0.64), (0.7, 0.36)]);
        }
        Icon::History => {
            pen.arc(0.53, 0.5, 0.37, -PI * 0.85, PI * 0.75);
            pen.line(&[(0.05, 0.36), (0.2, 0.34), (0.24, 0.18)]);
            pen.line(&[(0.53, 0.28), (0.53, 0.52), (0.7, 0.62)]);
        }
        Icon::Sliders => {
            for (y, knob) in [(0.24, 0.66), (0.5, 0.34), (0.76, 0.58)] {
                pen.line(&[(0.1, y), (knob - 0.09, y)]);
                pen.line(&[(knob + 0.09, y), (0.9, y)]);
                pen.arc(knob, y, 0.09, 0.0, TAU);
            }
        }
        Icon::Bars => {
            for (x, top) in [(0.2, 0.55), (0.44, 0.2), (0.68, 0.4)] {
                pen.fill_window(x, top, 0.14, 0.86 - top);
            }
            pen.line(&[(0.1, 0.9), (0.92, 0.9)]);
        }
        Icon::Keypad => {
            for y in [0.2, 0.5, 0.8] {
                for x in [0.22, 0.5, 0.78] {
                    pen.dot(x, y, 0.085);
                }
            }
        }
        Icon::Copy => {
            pen.line(&[
                (0.3, 0.72),
                (0.12, 0.72),
                (0.12, 0.12),
                (0.64, 0.12),
                (0.64, 0.28),
            ]);
            pen.line(&[
                (0.36, 0.34),
                (0.88, 0.34),
                (0.88, 0.9),
                (0.36, 0.9),
                (0.36, 0.34),
            ]);
        }
        Icon::Theme => {
            pen.arc(0.5, 0.5, 0.36, 0.0, TAU);
            pen.half_disc(0.5, 0.5, 0.36);
        }
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        pos2(
            self.rect.left() + x * self.rect.width(),
            self.rect.top() + y * self.rect.height(),
        )
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter
            .circle_filled(self.at(x, y), radius * self.rect.width(), self.stroke.color);
    }

    fn fill_window(&self, x: f32, y: f32, width: f32, height: f32) {
        let rect = Rect::from_min_max(self.at(x, y), self.at(x + width, y + height));
        self.painter
            .rect_filled(rect, rect.height() / 2.5, self.stroke.color);
    }

    fn points_of_arc(&self, x: f32, y: f32, radius: f32, from: f32, to: f32) -> Vec<Pos2> {
        const STEPS: u16 = 24;
        (0..=STEPS)
            .map(|step| {
                let angle = from + (to - from) * f32::from(step) / f32::from(STEPS);
                self.at(x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect()
    }

    fn arc(&self, x: f32, y: f32, radius: f32, from: f32, to: f32) {
        self.painter.add(Shape::line(
            self.points_of_arc(x, y, radius, from, to),
            self.stroke,
        ));
    }

    fn sheet(&self) {
        let sheet = Rect::from_min_max(self.at(0.16, 0.1), self.at(0.84, 0.92));
        self.painter
            .rect_stroke(sheet, 1.5, self.stroke, eframe::egui::StrokeKind::Middle);
    }

    fn half_disc(&self, x: f32, y: f32, radius: f32) {
        let points = self.points_of_arc(x, y, radius, -PI / 2.0, PI / 2.0);
        self.painter.add(Shape::convex_polygon(
            points,
            self.stroke.color,
            Stroke::NONE,
        ));
    }

    /// A padlock. The shackle of an open one is swung aside.
    fn padlock(&self, open: bool) {
        let body = Rect::from_min_max(self.at(0.16, 0.46), self.at(0.84, 0.92));
        self.painter
            .rect_stroke(body, 1.5, self.stroke, eframe::egui::StrokeKind::Middle);
        let mut bow = self.points_of_arc(0.5, 0.3, 0.2, PI, TAU);
        if open {
            for point in &mut bow {
                point.x += self.rect.width() * 0.2;
            }
            bow.insert(0, self.at(0.5, 0.46));
        } else {
            bow.insert(0, self.at(0.3, 0.46));
            bow.push(self.at(0.7, 0.46));
        }
        self.painter.add(Shape::line(bow, self.stroke));
    }
}
