//! The status line: the numbers of selected and shown users, the store, the last outcome, and
//! running work.

use std::path::MAIN_SEPARATOR;

use eframe::egui::{
    self, Align, Layout, RichText, Ui, UiBuilder,
    accesskit::{Live, Role},
};

use super::icons;
use super::icons::Icon;
use super::{grid, theme, widgets};
use crate::app::{App, Command, NamedCommand, WindowView};
use crate::plan::words::{thousands, users};
use crate::store::{HeadChange, StoreError};

pub fn status_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal_centered(|ui| {
        ui.add_space(theme::GAP_XS);
        let text = counts_text(ui, app);
        let galley = theme::figures(ui, &text, &theme::small(), palette.text);
        // The width fits the longest likely text, so that the following texts keep their positions.
        let (rect, response) = ui.allocate_exact_size(
            egui::vec2(galley.size().x.max(320.0), 20.0),
            egui::Sense::hover(),
        );
        ui.painter().galley(
            egui::pos2(rect.left(), rect.center().y - galley.size().y / 2.0),
            galley,
            palette.text,
        );
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Status);
            node.set_label(text.as_str());
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            jobs_ui(ui, app, commands);
            let store = app.store().display().to_string();
            let width = (ui.available_width() * 0.4).min(320.0);
            ui.allocate_ui_with_layout(
                egui::vec2(width, 20.0),
                Layout::right_to_left(Align::Center),
                |ui| {
                    let name = app.store_name();
                    let is_file = app.store().file_name().is_some_and(|file| file == name);
                    let name = if is_file {
                        format!("Store: …{MAIN_SEPARATOR}{name}")
                    } else {
                        format!("Store: {name}")
                    };
                    let name = if app.is_checking {
                        format!("{name} · checking it for damage…")
                    } else {
                        name
                    };
                    ui.add(
                        egui::Label::new(
                            RichText::new(name)
                                .font(theme::small())
                                .color(palette.secondary),
                        )
                        .truncate(),
                    )
                    .on_hover_text(store);
                },
            );
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                notice_ui(ui, app, commands);
            });
        });
    });
}

fn counts_text(ui: &Ui, app: &App) -> String {
    let selected = format!("{} selected", thousands(app.selection.len()));
    let Some(view) = &app.view else {
        return match app.loaded_so_far {
            0 => "Opening the store…".to_owned(),
            count => format!(
                "Loading: {} users",
                thousands(usize::try_from(count).unwrap_or(usize::MAX))
            ),
        };
    };
    if !view.is_complete {
        let loaded = thousands(usize::try_from(app.loaded_so_far).unwrap_or(usize::MAX));
        return format!("{selected} · the first rows · {loaded} users loaded so far");
    }
    if app.shown_view() != WindowView::Users {
        return users(view.directory.len());
    }
    let selected = match app.selection.count_hidden(view) {
        Some(hidden) if hidden > 0 && hidden == app.selection.len() => {
            format!("{selected}, not shown")
        }
        Some(hidden) if hidden > 0 => format!("{selected}, {} not shown", thousands(hidden)),
        _ => selected,
    };
    let shown = format!(
        "{} of {} shown",
        thousands(view.len()),
        thousands(view.directory.len())
    );
    if view.is_empty() {
        return format!("{selected} · {shown}");
    }
    if let Some(row) = app.visible_cursor().and_then(|id| view.row_of(id)) {
        return format!(
            "{selected} · {shown} · row {} of {}",
            thousands(row + 1),
            thousands(view.len())
        );
    }
    let rows = grid::visible_rows(ui.ctx());
    let last = (rows.last + 1).min(view.len());
    format!(
        "{selected} · {shown} · row {}–{}",
        thousands((rows.first + 1).min(last)),
        thousands(last)
    )
}

/// The last outcome. Its text is announced when it changes.
fn notice_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let text = app
        .notice
        .as_ref()
        .filter(|notice| !notice.is_error)
        .map_or("", |notice| notice.text.as_str());
    let region = UiBuilder::new().scope_id(egui::Id::unique("announcements"));
    ui.scope_builder(region, |ui| {
        let response = ui.add(
            egui::Label::new(
                RichText::new(text)
                    .font(theme::small())
                    .color(palette.secondary),
            )
            .truncate(),
        );
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Status);
            node.set_live(Live::Polite);
            node.set_label(text);
        });
        let page = app.notice.as_ref().and_then(|notice| notice.page.as_ref());
        if let Some(page) = page {
            let open = ui.small_button("Open in the browser");
            if open
                .on_hover_text("Show the saved page, to read or print it.")
                .clicked()
            {
                commands.push(Command::OpenPage(page.clone()));
            }
        }
    });
}

/// The bar above the list with an error, which stays visible until it is dismissed.
pub fn error_bar_ui(ui: &mut Ui, text: &str, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        icons::show(ui, Icon::Warning, 15.0, palette.system.text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, Icon::Close, "Dismiss the error", "Hide this message.")
                .clicked()
            {
                commands.push(Command::DismissNotice);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                alert_ui(ui, text);
            });
        });
    });
}

/// The bar above the list about a history that this computer has not seen, with the ways on. It stays
/// until the history is accepted or a backup is restored.
pub fn head_change_ui(ui: &mut Ui, change: &HeadChange, commands: &mut Vec<Command>) {
    let text = format!("{change} Nothing is written to it until that is settled.");
    let ways_on = [
        NamedCommand::History,
        NamedCommand::OpenRestore,
        NamedCommand::AskAboutHistory,
    ];
    red_bar_ui(ui, &text, &ways_on, commands);
}

/// The bar above the list about damage that was found after the store was opened.
pub fn damage_ui(ui: &mut Ui, damage: &StoreError, commands: &mut Vec<Command>) {
    red_bar_ui(
        ui,
        &damage.to_string(),
        &[NamedCommand::OpenRestore],
        commands,
    );
}

/// The bar above the list while the connection to the server of the store is lost, with its cause as a
/// tooltip.
pub fn lost_connection_ui(ui: &mut Ui, text: &str, error: &str, commands: &mut Vec<Command>) {
    ui.scope(|ui| red_bar_ui(ui, text, &[NamedCommand::Refresh], commands))
        .response
        .on_hover_text(error);
}

fn red_bar_ui(ui: &mut Ui, text: &str, ways_on: &[NamedCommand], commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        icons::show(ui, Icon::Warning, 15.0, palette.system.text);
        alert_ui(ui, text);
    });
    ui.horizontal(|ui| {
        for named in ways_on {
            widgets::command_button(ui, *named, true, commands);
        }
    });
}

/// A red text that is announced at once.
fn alert_ui(ui: &mut Ui, text: &str) {
    let red = theme::palette(ui).system.text;
    let response = ui.add(egui::Label::new(RichText::new(text).color(red)).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Alert);
        node.set_live(Live::Assertive);
        node.set_label(text);
    });
}

/// Running jobs that take a while, each with its name, progress and Cancel.
fn jobs_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let (jobs, next) = app.visible_jobs();
    if let Some(next) = next {
        ui.ctx().request_repaint_after(next);
    }
    for job in jobs {
        let label = format!("Cancel: {}", job.title);
        if widgets::icon_button(ui, Icon::Close, &label, "Cancel. Nothing is changed.").clicked() {
            commands.push(Command::CancelJob(job.id));
        }
        widgets::progress(ui, job.watch.share(), 90.0, job.title);
        let percent = job
            .watch
            .share()
            .map_or_else(String::new, |share| format!(" {:.0} %", share * 100.0));
        ui.label(
            RichText::new(format!("{}{percent}", job.title()))
                .font(theme::small())
                .color(palette.secondary),
        );
    }
}
