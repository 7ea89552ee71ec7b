//! The window: opening it, choosing its renderer, and running its frames.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui::{self, RawInput, ThemePreference, ViewportBuilder, ViewportCommand, Visuals};
use eframe::{CreationContext, NativeOptions, Renderer, Storage};

use super::event_order::LaterEvents;
use super::file_dialogs::Dialogs;
use super::frame_times::FrameTimes;
use super::stored_settings::{self, stored_settings};
use super::{app_ui, is_narrow, theme};
use crate::app::{App, Command, NamedCommand, Notice, ThemeChoice, WindowEnvironment};
use crate::domain::role::Operator;
use crate::environment::{KeyPlace, hooks, system_clock, witness, work_area};
use crate::worker::{KeyKeeper, Waker};
use crate::zone::Zone;

/// The window could not be opened. The text says why and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WindowError(pub String);

/// The values with which the window opens.
#[derive(Clone, Debug)]
pub struct Start {
    pub store: PathBuf,
    /// The folder of the sample directory and of the settings of the window.
    pub folder: PathBuf,
    pub operator: Operator,
    pub keys: KeyPlace,
    /// The reason to move the folder, if it lies where it should not.
    pub advice: Option<String>,
    /// The theme that the settings of this computer demand.
    pub fixed_theme: Option<ThemeChoice>,
    /// The file with the settings of this computer. None if there is none.
    pub machine_file: Option<PathBuf>,
}

/// The program that eframe runs.
pub struct PinDesk {
    pub app: App,
    title: String,
    later_events: LaterEvents,
    frame_times: Option<FrameTimes>,
}

/// The way to a renderer that can start.
const WAY_TO_DRAW: &str = if cfg!(windows) {
    "Install the driver of the graphics card"
} else if cfg!(target_os = "linux") {
    "Install a graphics driver (on Debian and Ubuntu: mesa-vulkan-drivers and libgl1)"
} else {
    "Install a graphics driver"
};

/// Opens the window and returns when it has been closed. Tries wgpu first, and OpenGL if wgpu
/// cannot start.
///
/// # Errors
/// There is no display, or no renderer can start.
pub fn open_window(start: &Start) -> Result<(), WindowError> {
    if let Some(text) = no_display() {
        return Err(WindowError(text));
    }
    let mut failures = Vec::new();
    for renderer in [Renderer::Wgpu, Renderer::Glow] {
        let start_again = start.clone();
        let create: eframe::AppCreator<'_> = Box::new(move |cc| {
            let ctx = cc.egui_ctx.clone();
            let keys: Arc<dyn KeyKeeper> = Arc::new(start_again.keys);
            let environment = WindowEnvironment {
                store: start_again.store,
                sample_store: start_again.folder.join("sample.db"),
                operator: start_again.operator,
                keys,
                hooks: Arc::new(hooks()),
                folder_advice: start_again.advice,
                fixed_theme: start_again.fixed_theme,
                machine_file: start_again.machine_file,
                witness: witness(),
                clock: system_clock(),
                zone: Zone::Local,
                waker: Waker::new(move || ctx.request_repaint()),
                files: Box::new(Dialogs::over(cc)),
            };
            Ok(Box::new(PinDesk::new(cc, environment)))
        });
        match eframe::run_native("pindesk", options(renderer, &start.folder), create) {
            Ok(()) => return Ok(()),
            // If the display cannot be reached, another renderer would not help.
            Err(eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_)) => {
                return Err(WindowError(display_unreachable()));
            }
            Err(error) => {
                log::warn!("{renderer} cannot start: {error}");
                failures.push(format!("{renderer}: {error}"));
            }
        }
    }
    Err(WindowError(format!(
        "PinDesk cannot draw its window: neither of its two renderers can start ({}). {WAY_TO_DRAW}, or use the command line: \
         pindesk --help.",
        failures.join("; ")
    )))
}

/// The largest width and height of a texture, in pixels.
///
/// egui keeps each character that was shown, in each size, in one texture, which is emptied when it is
/// nearly full. A graphics card's own limit would let it grow to a gigabyte.
const LARGEST_TEXTURE: usize = 2048;

impl PinDesk {
    pub fn new(cc: &CreationContext<'_>, environment: WindowEnvironment) -> Self {
        theme::install(&cc.egui_ctx);
        // egui keeps scroll positions between starts. They would hide the first rows of another list.
        cc.egui_ctx.data_mut(egui::util::IdTypeMap::clear);
        let (settings, unreadable) = cc.storage.map(stored_settings).unwrap_or_default();
        let mut app = App::new(environment, settings);
        app.notice = unreadable.map(Notice::error);
        app.renderer = renderer_name(cc);
        apply_theme(&cc.egui_ctx, app.theme());
        Self {
            app,
            title: String::new(),
            later_events: LaterEvents::default(),
            // With OpenGL there is no call between the window's work and the painting.
            frame_times: cc
                .wgpu_render_state
                .as_ref()
                .and_then(|_| FrameTimes::from_environment()),
        }
    }
}

impl eframe::App for PinDesk {
    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut RawInput) {
        if self.later_events.hold(&mut input.events) {
            ctx.request_repaint();
        }
        if let Some(side) = &mut input.max_texture_side {
            *side = LARGEST_TEXTURE.min(*side);
        }
        if let Some(times) = &mut self.frame_times {
            times.begin();
        }
    }

    /// wgpu's frame is asked for its colour between its last triangle and the painting.
    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        if let Some(times) = &self.frame_times {
            times.end_work();
        }
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        if let Some(times) = &mut self.frame_times {
            times.write_last(frame.info().cpu_usage);
        }
        self.app.poll();
        let is_closing = ctx.input(|input| input.viewport().close_requested());
        if is_closing && self.app.pins_at_stake() > 0 {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.app.execute(Command::Do(NamedCommand::Quit));
        }
        let title = title(&self.app);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.is_narrow = is_narrow(ui.ctx());
        let mut commands = app_ui(ui, &self.app);
        let dropped: Vec<_> = ui.ctx().input(|input| {
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_owned())
                .collect()
        });
        if !dropped.is_empty() {
            commands.push(Command::ImportFiles(dropped));
        }
        let next_frame = std::mem::take(&mut self.app.next_frame);
        if let Some(text) = next_frame.copy {
            ui.ctx().copy_text(text);
        }
        if next_frame.pastes {
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        if commands.is_empty() {
            return;
        }
        let theme = self.app.theme();
        for command in commands {
            self.app.execute(command);
        }
        if self.app.theme() != theme {
            apply_theme(ui.ctx(), self.app.theme());
        }
        if self.app.wants_to_quit {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
        // The effect of the commands is painted at once.
        ui.ctx().request_repaint();
    }

    fn save(&mut self, storage: &mut dyn Storage) {
        stored_settings::keep(storage, &self.app.settings);
    }
}

/// The size of the window when it is opened for the first time, in points.
const USUAL_SIZE: [f32; 2] = [1280.0, 800.0];

/// The size of the window when it is opened for the first time. It fits above the task bar.
fn first_size() -> [f32; 2] {
    match work_area() {
        Some(room) => fitting(USUAL_SIZE, room),
        None => USUAL_SIZE,
    }
}

/// A size of the inside of a window that fits into a room together with its frame.
fn fitting(size: [f32; 2], room: [f32; 2]) -> [f32; 2] {
    /// The borders and the title bar of a window of Windows 10 and 11, in points.
    const FRAME: [f32; 2] = [16.0, 39.0];
    let inside = |side: usize| size[side].min(room[side] - FRAME[side]);
    [inside(0), inside(1)]
}

fn options(renderer: Renderer, folder: &Path) -> NativeOptions {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon-256.png"))
        .unwrap_or_default();
    NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("PinDesk")
            .with_app_id("pindesk")
            .with_inner_size(first_size())
            .with_min_inner_size([760.0, 480.0])
            .with_icon(Arc::new(icon))
            .with_drag_and_drop(true),
        renderer,
        persistence_path: Some(folder.join("app.ron")),
        ..NativeOptions::default()
    }
}

fn apply_theme(ctx: &egui::Context, theme: ThemeChoice) {
    theme::use_high_contrast(ctx, theme == ThemeChoice::HighContrast);
    ctx.set_theme(match theme {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark | ThemeChoice::HighContrast => ThemePreference::Dark,
    });
}

fn title(app: &App) -> String {
    if app.is_sample() {
        "PinDesk – sample directory".to_owned()
    } else {
        format!("PinDesk – {}", app.store_name())
    }
}

fn renderer_name(cc: &CreationContext<'_>) -> String {
    match &cc.wgpu_render_state {
        Some(state) => {
            let info = state.adapter.get_info();
            format!("wgpu, {:?}, {}", info.backend, info.name)
        }
        None if cc.gl.is_some() => "OpenGL".to_owned(),
        None => "none".to_owned(),
    }
}

/// The error for a Unix desktop without a display. The environment names the display there, so a
/// missing one is detected before any renderer is tried.
fn no_display() -> Option<String> {
    let is_unix_desktop = cfg!(all(unix, not(target_os = "macos")));
    let is_named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (is_unix_desktop && !is_named("DISPLAY") && !is_named("WAYLAND_DISPLAY")).then(|| {
        "PinDesk cannot open its window: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). Start it on a desktop, \
         connect with a forwarded display (ssh -X), or use the command line: pindesk --help."
            .to_owned()
    })
}

fn display_unreachable() -> String {
    let name = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.is_empty())
            .map(|value| format!("{name}={value}"))
    };
    let display = name("WAYLAND_DISPLAY")
        .or_else(|| name("DISPLAY"))
        .unwrap_or_else(|| "the desktop".to_owned());
    format!(
        "PinDesk cannot open its window: the display cannot be reached ({display}). Start it on a desktop whose display you may \
         use, or use the command line: pindesk --help."
    )
}
