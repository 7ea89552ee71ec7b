//! The settings on one page: appearance, the store and its copies, the key of PINs, limits, and the
//! places of files.

use eframe::egui::{
    Align, Button, Label, Layout, RadioButton, RichText, ScrollArea, Ui, UiBuilder,
    accesskit::Role, gui_zoom, style::ScrollAnimation, vec2,
};
use strum::VariantArray as _;

use crate::app::{
    App, Command, FocusTarget, KEY_MENU, NamedCommand, SettingsPart, ThemeChoice, WindowView,
};
use crate::domain::text::shown;
use crate::plan::CONFIRM_LIMIT_WORDS;
use crate::plan::words::{plural, thousands};
use crate::store::BackupFile;
use crate::time_format::date_and_time;
use crate::ui::icons::Icon;
use crate::ui::{theme, widgets};

/// The largest width of the page in points.
const WIDEST: f32 = 760.0;
/// The width of the names before values, in points.
const NAMES: f32 = 170.0;
/// The number of copies that are listed. Restore… has all of them.
const MOST_COPIES: usize = 5;

pub fn settings_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    widgets::title(ui, WindowView::Settings.label());
    ScrollArea::vertical()
        .id_salt("settings")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(WIDEST.min(ui.available_width()));
            for part in SettingsPart::VARIANTS.iter().copied() {
                part_ui(ui, app, part, |ui| match part {
                    SettingsPart::Appearance => appearance_ui(ui, app, commands),
                    SettingsPart::Store => store_ui(ui, app, commands),
                    SettingsPart::Backups => backups_ui(ui, app, commands),
                    SettingsPart::Key => key_ui(ui, app, commands),
                    SettingsPart::Limits => limits_ui(ui, commands),
                    SettingsPart::Places => places_ui(ui, app, commands),
                });
            }
        });
}

/// A part of the page with its headline. It is a group for assistive technology.
fn part_ui(ui: &mut Ui, app: &App, part: SettingsPart, contents: impl FnOnce(&mut Ui)) {
    let name = part.label();
    ui.add_space(theme::GAP_M);
    let group = UiBuilder::new()
        .id_salt(name)
        .accessibility_role(Role::Group)
        .accessibility_label(format!("{name} settings"));
    let shown = ui.scope_builder(group, |ui| {
        ui.label(RichText::new(name).font(theme::strong(theme::BODY)));
        ui.separator();
        contents(ui);
    });
    if app.next_frame.settings_part == Some(part) {
        let animation = ScrollAnimation::none();
        ui.scroll_to_rect_animation(shown.response.rect, Some(Align::TOP), animation);
    }
}

/// A row with a name at the left.
fn row_ui(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let size = vec2(NAMES, theme::CONTROL);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            widgets::secondary(ui, name);
        });
        contents(ui);
    });
}

fn appearance_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    row_ui(ui, "Theme", |ui| {
        let mut wants_focus = app.next_frame.focus == Some(FocusTarget::Settings);
        let is_free = app.environment.fixed_theme.is_none();
        for theme in ThemeChoice::VARIANTS.iter().copied() {
            let is_chosen = app.theme() == theme;
            let radio = ui.add_enabled(is_free, RadioButton::new(is_chosen, theme.label()));
            if is_chosen && std::mem::take(&mut wants_focus) {
                radio.request_focus();
            }
            if radio.clicked() {
                commands.push(Command::SetTheme(theme));
            }
        }
    });
    if app.environment.fixed_theme.is_some() {
        row_ui(ui, "", |ui| {
            widgets::secondary(ui, ThemeChoice::FIXED);
        });
    }
    row_ui(ui, "Zoom", |ui| {
        let button = |ui: &mut Ui, text: &str, name: &str| {
            let response = ui.add(Button::new(text).min_size(vec2(theme::CONTROL, theme::CONTROL)));
            widgets::name(&response, name);
            response.clicked()
        };
        if button(ui, "−", "Zoom out") {
            gui_zoom::zoom_out(ui.ctx());
        }
        let percent = ui.ctx().zoom_factor() * 100.0;
        if button(ui, &format!("{percent:.0} %"), "Normal size") {
            ui.ctx().set_zoom_factor(1.0);
        }
        if button(ui, "+", "Zoom in") {
            gui_zoom::zoom_in(ui.ctx());
        }
    });
    row_ui(ui, "Dates and times", |ui| {
        let text = format!(
            "As in {}, in the time zone of this computer.",
            date_and_time(app.now(), app.zone())
        );
        ui.add(Label::new(text).wrap());
    });
}

fn store_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    row_ui(ui, "File", |ui| {
        path_ui(ui, &app.store().display().to_string(), commands);
    });
    if let Some(view) = app.view.as_ref().filter(|view| view.is_complete) {
        row_ui(ui, "Users", |ui| {
            ui.label(thousands(view.directory.len()));
        });
    }
    ui.horizontal(|ui| {
        let can_switch = !app.is_writing();
        widgets::command_button(ui, NamedCommand::OpenStore, can_switch, commands);
        let sample = if app.is_sample() {
            NamedCommand::LeaveSample
        } else {
            NamedCommand::OpenSample
        };
        widgets::command_button(ui, sample, can_switch, commands);
    });
}

fn backups_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    widgets::secondary(
        ui,
        &format!(
            "A checked copy is made beside the store before large changes. {}",
            BackupFile::kept_words()
        ),
    );
    match app.settings_view.copies.as_deref() {
        None => {}
        Some([]) => {
            widgets::secondary(ui, "There is no copy of this store yet.");
        }
        Some(copies) => copies_ui(ui, app, copies),
    }
    if let Some(outcome) = &app.settings_view.outcome {
        let palette = theme::palette(ui);
        let (icon, tone) = if outcome.is_error {
            (Icon::Warning, palette.system)
        } else {
            (Icon::Check, palette.good)
        };
        widgets::note(ui, icon, tone, &shown(&outcome.text));
    }
    ui.horizontal(|ui| {
        let can_copy = app.view.is_some() && !app.is_backing_up();
        widgets::command_button(ui, NamedCommand::BackUpNow, can_copy, commands);
        widgets::command_button(ui, NamedCommand::OpenRestore, !app.is_writing(), commands);
    });
}

fn copies_ui(ui: &mut Ui, app: &App, copies: &[BackupFile]) {
    for copy in copies.iter().take(MOST_COPIES) {
        let text = format!(
            "{}, up to batch {}, {}",
            date_and_time(copy.made_at, app.zone()),
            copy.batch.0,
            size_text(copy.size)
        );
        ui.label(text)
            .on_hover_text(shown(&copy.path.display().to_string()));
    }
    let more = copies.len().saturating_sub(MOST_COPIES);
    if more > 0 {
        let text = format!(
            "{} {}.",
            thousands(more),
            plural(more, "older copy", "older copies")
        );
        widgets::secondary(ui, &text);
    }
}

/// "824 KB", "3.1 MB"
fn size_text(bytes: u64) -> String {
    const KB: u64 = 1024;
    const MB: u64 = KB * KB;
    if bytes < MB {
        return format!("{} KB", bytes.div_ceil(KB));
    }
    format!("{}.{} MB", bytes / MB, bytes % MB * 10 / MB)
}

fn key_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let lines = app.keys.as_ref().map_or_else(
        || vec!["Not read yet.".to_owned()],
        |keys| keys.lines(&KEY_MENU),
    );
    for line in lines {
        ui.add(Label::new(shown(&line)).wrap());
    }
    widgets::command_button(ui, NamedCommand::OpenKeys, app.view.is_some(), commands);
}

fn limits_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    ui.add(Label::new(CONFIRM_LIMIT_WORDS).wrap());
    ui.horizontal_wrapped(|ui| {
        ui.label("Which plans need the approval of somebody else is set under");
        if ui.link("Operators, Approval").clicked() {
            commands.push(Command::Do(NamedCommand::Operators));
            commands.push(Command::ShowOperatorsTab(
                crate::app::OperatorsTab::Approval,
            ));
        }
    });
}

fn places_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    for place in app.places() {
        row_ui(ui, place.name, |ui| path_ui(ui, &place.text, commands));
    }
}

/// A path, and the button that copies it.
fn path_ui(ui: &mut Ui, path: &str, commands: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let copy = ui.add(Button::new("Copy").min_size(vec2(0.0, theme::CONTROL)));
        widgets::name(&copy, &format!("Copy {path}"));
        if copy.clicked() {
            commands.push(Command::Copy(path.to_owned()));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.add(Label::new(shown(path)).truncate())
                .on_hover_text(shown(path));
        });
    });
}
