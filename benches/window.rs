//! Measures the CPU time of a frame: one pass of egui over the whole window with 60 visible rows,
//! without a screen, at several positions of lists of several lengths. Run it with `cargo bench
//! --bench window`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so and ends, and what it measures it prints"
)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{now, open, operator, sizes, store_of};
use criterion::Criterion;
use eframe::egui::{self, Context, Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use pindesk::app::{
    App, Command, CursorMove, CursorSelects, FileChooser, NamedCommand, NextFrame,
    WindowEnvironment, WindowSettings,
};
use pindesk::directory::Directory;
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::progress::Unwatched;
use pindesk::ui::{app_ui, theme};
use pindesk::worker::Waker;
use pindesk::zone::Zone;

/// The height of a window with 60 visible rows, in points.
const HEIGHT: f32 = 60.0 * theme::ROW + 190.0;

struct NoFiles;

impl FileChooser for NoFiles {
    fn open_csv(&self, _title: &str, _chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {}
    fn open_store(&self, _title: &str, _chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {}
    fn open_plan(&self, _title: &str, _chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {}
    fn open_key(&self, _title: &str, _chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {}
    fn save(
        &self,
        _title: &str,
        _name: &str,
        _extension: &str,
        _chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>,
    ) {
    }

    fn open_page(&self, _page: &Path) -> Result<(), String> {
        Ok(())
    }
}

/// The window without a screen.
struct Window {
    ctx: Context,
    app: App,
    time: f64,
}

impl Window {
    /// A window on a store, the time until the first rows were shown, and the time until all users
    /// were loaded.
    fn open(store: PathBuf) -> (Self, Duration, Duration) {
        let started = Instant::now();
        let ctx = Context::default();
        theme::install(&ctx);
        ctx.enable_accesskit();
        let environment = WindowEnvironment {
            sample_store: store.with_extension("sample"),
            folder_advice: None,
            fixed_theme: None,
            machine_file: None,
            store,
            operator: operator(),
            keys: Arc::new(KeyPlace::default()),
            hooks: Arc::new(Hooks::default()),
            witness: None,
            clock: Arc::new(now),
            zone: Zone::utc(),
            waker: Waker::new(|| {}),
            files: Box::new(NoFiles),
        };
        let app = App::new(environment, WindowSettings::default());
        let mut window = Self {
            ctx,
            app,
            time: 0.0,
        };
        window.pass(Vec::new());
        let usable = window.wait(started, |app| app.view.is_some());
        let complete = window.wait(started, |app| {
            app.view.as_ref().is_some_and(|view| view.is_complete)
        });
        (window, usable, complete)
    }

    fn wait(&mut self, started: Instant, is_so: impl Fn(&App) -> bool) -> Duration {
        while !is_so(&self.app) {
            std::thread::sleep(Duration::from_millis(1));
            self.app.poll();
        }
        self.pass(Vec::new());
        started.elapsed()
    }

    /// Paints one frame and carries out its commands. Returns the time of painting alone.
    fn pass(&mut self, events: Vec<Event>) -> Duration {
        self.time += 0.016;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, HEIGHT))),
            time: Some(self.time),
            focused: true,
            events,
            ..RawInput::default()
        };
        let mut commands = Vec::new();
        let started = Instant::now();
        let output = self
            .ctx
            .run_ui(input, |ui| commands = app_ui(ui, &self.app));
        let took = started.elapsed();
        drop(output);
        self.app.next_frame = NextFrame::default();
        for command in commands {
            self.app.execute(command);
        }
        took
    }

    fn go_to(&mut self, row: usize) {
        self.app.execute(Command::MoveCursor {
            to: CursorMove::First,
            how: CursorSelects::Only,
        });
        self.app.execute(Command::MoveCursor {
            to: CursorMove::Rows(row as i64),
            how: CursorSelects::Only,
        });
        for _ in 0..4 {
            self.pass(Vec::new());
        }
    }

    /// The numbers of the visible rows of the last frame, with their top and bottom edges in
    /// points.
    fn rows(&mut self) -> Vec<(usize, f64, f64)> {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, HEIGHT))),
            time: Some(self.time),
            ..RawInput::default()
        };
        let output = self.ctx.run_ui(input, |ui| drop(app_ui(ui, &self.app)));
        let update = output
            .platform_output
            .accesskit_update
            .expect("AccessKit is on");
        let rows = update
            .nodes
            .iter()
            .filter(|(_, node)| node.role() == egui::accesskit::Role::ListBoxOption);
        let mut rows: Vec<_> = rows
            .map(|(_, node)| {
                let bounds = node.bounds().unwrap();
                (node.position_in_set().unwrap(), bounds.y0, bounds.y1)
            })
            .collect();
        rows.sort_by_key(|(row, ..)| *row);
        rows
    }
}

fn positions(count: usize) -> [(&'static str, usize); 4] {
    [
        ("top", 0),
        ("middle", count / 2),
        ("near the end", count - count / 100 - 1),
        ("end", count - 1),
    ]
}

/// Checks that the visible rows are consecutive and equally high.
fn check_rows(window: &mut Window, count: usize) {
    for (name, row) in positions(count) {
        window.go_to(row);
        let rows = window.rows();
        assert!(
            rows.iter().any(|(shown, ..)| *shown == row),
            "{name}: row {row} of {count} is in sight"
        );
        let whole = &rows[1..rows.len() - 1];
        for pair in whole.windows(2) {
            assert_eq!(pair[0].0 + 1, pair[1].0, "{name}: one row after the other");
            assert!(
                (pair[1].1 - pair[0].1 - f64::from(theme::ROW)).abs() < 0.05,
                "{name}: {pair:?}"
            );
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut starts = Vec::new();
    for count in sizes() {
        let path = store_of(count);
        // The first load brings the file into the memory of the operating system.
        drop(Directory::load(&open(&path), &Unwatched).unwrap());
        let (mut window, usable, complete) = Window::open(path);
        starts.push((count, usable, complete));
        let mut group = criterion.benchmark_group(format!("frame/{count}"));
        group
            .sample_size(50)
            .nresamples(1000)
            .measurement_time(Duration::from_secs(1))
            .warm_up_time(Duration::from_millis(300));
        // Sorting in the background would be measured, too.
        window
            .app
            .view
            .iter()
            .for_each(|view| view.directory.prepare_orders());
        check_rows(&mut window, count);
        for (name, row) in positions(count) {
            window.go_to(row);
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| window.pass(Vec::new())).sum());
            });
        }
        window.app.execute(Command::Do(NamedCommand::SelectAll));
        window.go_to(count / 3);
        window.app.execute(Command::Do(NamedCommand::SelectAll));
        group.bench_function("all selected", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| window.pass(Vec::new())).sum());
        });
        window.go_to(count / 2);
        let wheel = || {
            vec![
                Event::PointerMoved(egui::pos2(400.0, 600.0)),
                Event::MouseWheel {
                    source: egui::MouseWheelSource::Wheel,
                    unit: egui::MouseWheelUnit::Line,
                    delta: vec2(0.0, -3.0),
                    phase: egui::TouchPhase::Move,
                    modifiers: Modifiers::NONE,
                },
            ]
        };
        group.bench_function("scrolling", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| window.pass(wheel())).sum());
        });
        let page = |key| {
            vec![Event::Key {
                key,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers: Modifiers::NONE,
            }]
        };
        group.bench_function("Page Down", |bencher| {
            window.app.next_frame.focus = Some(pindesk::app::FocusTarget::Grid);
            bencher.iter_custom(|times| (0..times).map(|_| window.pass(page(Key::PageDown))).sum());
        });
        group.finish();
    }
    criterion.final_summary();
    println!(
        "From the start of the window, without its renderer, until there are rows, and until everybody is there:"
    );
    for (count, usable, complete) in starts {
        println!(
            "{count:>9} users: {:.2} s, {:.2} s",
            usable.as_secs_f64(),
            complete.as_secs_f64()
        );
    }
}
