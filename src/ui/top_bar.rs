//! The top of the window: menus, the search box with its interpretation, and the filter chips.

use eframe::egui::{
    self, Align, Button, EventFilter, Key, Layout, MenuBar, Modifiers, Popup, RadioButton,
    RichText, Stroke, Ui,
};
use strum::VariantArray as _;

use super::icons;
use super::icons::Icon;
use super::{grid, theme, widgets};
use crate::app::{
    App, Command, CursorMove, CursorSelects, FocusTarget, NamedCommand, ThemeChoice, WindowView,
};
use crate::directory::Reading;
use crate::plan::Action;

/// The accessible name of the search box.
pub const SEARCH: &str = "Search";

/// The ID of the search box.
pub fn search_id() -> egui::Id {
    egui::Id::unique("search")
}

pub fn menu_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    MenuBar::new().ui(ui, |ui| {
        let file = menu(ui, "File", |ui| {
            item(ui, app, NamedCommand::Import, commands);
            item(ui, app, NamedCommand::OpenPlan, commands);
            ui.menu_button("Export", |ui| {
                item(ui, app, NamedCommand::ExportUsers, commands);
                item(ui, app, NamedCommand::ExportPins, commands);
                item(ui, app, NamedCommand::PrintList, commands);
                item(ui, app, NamedCommand::ExportList, commands);
                item(ui, app, NamedCommand::SaveWorkbook, commands);
                item(ui, app, NamedCommand::SavePlan, commands);
                item(ui, app, NamedCommand::SaveReport, commands);
                item(ui, app, NamedCommand::SaveScript, commands);
            });
            ui.separator();
            if app.is_sample() {
                item(ui, app, NamedCommand::LeaveSample, commands);
            } else {
                item(ui, app, NamedCommand::OpenSample, commands);
            }
            item(ui, app, NamedCommand::OpenStore, commands);
            item(ui, app, NamedCommand::OpenRestore, commands);
            item(ui, app, NamedCommand::OpenKeys, commands);
            ui.separator();
            item(ui, app, NamedCommand::Quit, commands);
        });
        if app.next_frame.focus == Some(FocusTarget::Menu) {
            file.request_focus();
        }
        menu(ui, "Edit", |ui| {
            for named in NamedCommand::COPIES {
                item(ui, app, named, commands);
            }
            item(ui, app, NamedCommand::PasteUsers, commands);
        });
        menu(ui, "Actions", |ui| {
            for action in Action::VARIANTS {
                item(ui, app, NamedCommand::of_action(*action), commands);
            }
            item(ui, app, NamedCommand::Undo, commands);
            item(ui, app, NamedCommand::OpenList, commands);
            item(ui, app, NamedCommand::Submit, commands);
            item(ui, app, NamedCommand::Palette, commands);
            item(ui, app, NamedCommand::CommandBox, commands);
            item(ui, app, NamedCommand::CopyQuery, commands);
            ui.separator();
            item(ui, app, NamedCommand::Details, commands);
            item(ui, app, NamedCommand::SelectAll, commands);
            item(ui, app, NamedCommand::ClearSelection, commands);
        });
        menu(ui, "View", |ui| {
            for view in WindowView::VARIANTS.iter().copied() {
                item(ui, app, view.command(), commands);
            }
            ui.separator();
            item(ui, app, NamedCommand::EarlierView, commands);
            item(ui, app, NamedCommand::LaterView, commands);
            item(ui, app, NamedCommand::Refresh, commands);
            ui.separator();
            ui.menu_button("Theme", |ui| {
                let is_free = app.environment.fixed_theme.is_none();
                for theme in ThemeChoice::VARIANTS.iter().copied() {
                    let radio = RadioButton::new(app.theme() == theme, theme.label());
                    if ui.add_enabled(is_free, radio).clicked() {
                        commands.push(Command::SetTheme(theme));
                        ui.close();
                    }
                }
            });
            let reading_pane = NamedCommand::ReadingPane;
            let mut is_on = app.settings.reading_pane;
            let toggle = ui.checkbox(&mut is_on, reading_pane.text());
            if toggle.on_hover_text(reading_pane.tooltip()).changed() {
                commands.push(Command::Do(reading_pane));
                ui.close();
            }
            ui.menu_button("Columns", |ui| {
                grid::columns_menu_ui(ui, app, commands);
            });
            ui.menu_button("Zoom", egui::gui_zoom::zoom_menu_buttons);
        });
        menu(ui, "Help", |ui| {
            item(ui, app, NamedCommand::UserGuide, commands);
            item(ui, app, NamedCommand::Shortcuts, commands);
            item(ui, app, NamedCommand::About, commands);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let next = match app.theme() {
                ThemeChoice::System => ThemeChoice::Light,
                ThemeChoice::Light => ThemeChoice::Dark,
                ThemeChoice::Dark => ThemeChoice::HighContrast,
                ThemeChoice::HighContrast => ThemeChoice::System,
            };
            let tooltip = format!(
                "Theme: {}. Click for: {}.",
                app.theme().label(),
                next.label()
            );
            if widgets::icon_button(ui, Icon::Theme, "Theme", &tooltip).clicked() {
                commands.push(Command::SetTheme(next));
            }
            let operator = &app.environment.operator;
            widgets::secondary(ui, &format!("{} on {}", operator.account, operator.machine))
                .on_hover_text("Changes are recorded under this account of the operating system.");
            palette_button(ui, app, commands);
            if app.is_sample() {
                let palette = theme::palette(ui);
                ui.label(
                    RichText::new("Sample directory")
                        .font(theme::strong(theme::SMALL))
                        .color(palette.warning.text),
                )
                .on_hover_text(
                    "Invented people in a store of their own. Nothing here touches your store.",
                );
            }
        });
    });
}

/// A menu of the bar. Enter and Down open it while its name has the focus.
fn menu(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) -> egui::Response {
    let button = ui.menu_button(name, contents).response;
    let id = Popup::default_response_id(&button);
    if button.has_focus() && !Popup::is_id_open(ui.ctx(), id) {
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(button.id, filter));
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown)) {
            Popup::open_id(ui.ctx(), id);
        }
    }
    button
}

/// The button that opens the palette, where there is room for it.
fn palette_button(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    const WIDEST: f32 = 240.0;
    const NARROWEST: f32 = 110.0;
    /// The room for the words about the sample directory.
    const SAMPLE: f32 = 120.0;
    let named = NamedCommand::Palette;
    let others = if app.is_sample() { SAMPLE } else { 0.0 };
    let width = (ui.available_width() - others - theme::GAP_XL).min(WIDEST);
    if width < NARROWEST {
        return;
    }
    ui.add_space(theme::GAP_M);
    let palette = theme::palette(ui);
    let mut button = Button::new(RichText::new(named.text()).color(palette.secondary))
        .stroke(Stroke::new(1.0, palette.line))
        .min_size(egui::vec2(width, 24.0));
    if let Some(shortcut) = named.shortcut() {
        button = button.shortcut_text(shortcut.to_string());
    }
    // Buttons of a menu bar have no room around their texts.
    let padded = ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = theme::GAP_S;
        ui.add(button)
    });
    let response = padded.inner;
    widgets::name(&response, named.text());
    if response.on_hover_text(named.tooltip()).clicked() {
        commands.push(Command::Do(named));
    }
    ui.add_space(theme::GAP_M);
}

/// An item of a menu. It is disabled while its command is not possible.
fn item(ui: &mut Ui, app: &App, named: NamedCommand, commands: &mut Vec<Command>) {
    let mut button = Button::new(named.text()).min_size(egui::vec2(200.0, 0.0));
    if let Some(shortcut) = named.shortcut() {
        button = button.shortcut_text(shortcut.to_string());
    }
    let response = ui.add_enabled(app.is_possible(named), button);
    widgets::name(&response, named.text());
    if response.on_hover_text(named.tooltip()).clicked() {
        commands.push(Command::Do(named));
        ui.close();
    }
}

pub fn search_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    ui.horizontal_centered(|ui| {
        let palette = theme::palette(ui);
        ui.add_space(theme::GAP_XS);
        icons::show(ui, Icon::Search, 16.0, palette.secondary);
        let width = (ui.available_width() * 0.55).clamp(280.0, 640.0);
        let hint = "Search by name, SIP address, UPN, account or DN";
        let (response, changed) =
            widgets::field(ui, "search", SEARCH, hint, &app.query.text, width);
        if app.next_frame.focus == Some(FocusTarget::Search) {
            response.request_focus();
        }
        if let Some(text) = changed {
            commands.push(Command::SetSearch(text));
        }
        // The key is consumed here, because the list gets the focus and would move by one more row.
        let leaves = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if response.has_focus() && leaves(Key::ArrowDown)
            || response.lost_focus() && leaves(Key::Enter)
        {
            commands.push(Command::MoveCursor {
                to: CursorMove::Rows(0),
                how: CursorSelects::Only,
            });
            ui.ctx()
                .memory_mut(|memory| memory.request_focus(grid::grid_id()));
        }
        if !app.query.text.is_empty()
            && widgets::icon_button(
                ui,
                Icon::Close,
                NamedCommand::ClearSearch.text(),
                NamedCommand::ClearSearch.tooltip(),
            )
            .clicked()
        {
            commands.push(Command::Do(NamedCommand::ClearSearch));
        }
        let reading = Reading::of(&app.query.text);
        let color = if matches!(reading, Reading::Refused(_)) {
            palette.system.text
        } else {
            palette.secondary
        };
        ui.label(
            RichText::new(reading.describe())
                .font(theme::small())
                .color(color),
        )
        .on_hover_text(
            "Text is looked for anywhere in all five names, without regard to case and accents. \
             With a * it is a display-name pattern: * stands for any run of characters.",
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let ready = !app.is_writing() && app.view.is_some();
            let enabled = ready && !app.selection.is_empty();
            let why = "Select one or more users first.";
            widgets::command_button(ui, NamedCommand::Unlock, enabled, commands)
                .on_disabled_hover_text(why);
            widgets::command_button(ui, NamedCommand::Lock, enabled, commands)
                .on_disabled_hover_text(why);
        });
    });
}
