//! The actions on the whole history, and their outcome.

use eframe::egui::{
    Align, Label, Layout, RichText, Ui,
    accesskit::{Live, Role},
};

use crate::app::{App, Command, HistoryTab, HistoryView, NamedCommand, Verification};
use crate::domain::text::shown;
use crate::plan::words::thousands;
use crate::ui::icons;
use crate::ui::icons::Icon;
use crate::ui::theme::Tone;
use crate::ui::{theme, widgets};

pub fn actions_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let is_running = history.verified == Verification::Running;
        widgets::command_button(ui, NamedCommand::VerifyHistory, !is_running, commands);
        if history.tab == HistoryTab::Batches {
            let has_any = history
                .batches
                .as_ref()
                .is_some_and(|batches| !batches.is_empty());
            widgets::command_button(ui, NamedCommand::ExportHistory, has_any, commands);
        } else {
            let has_any = history.locked.problem.is_none() && !history.locked.is_empty();
            widgets::command_button(ui, NamedCommand::ExportLocked, has_any, commands);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            outcome_or_progress_ui(ui, app, history, commands);
        });
    });
}

/// The progress of running work, otherwise the last outcome. It is beside the
/// buttons, where one looks after pressing them.
fn outcome_or_progress_ui(
    ui: &mut Ui,
    app: &App,
    history: &HistoryView,
    commands: &mut Vec<Command>,
) {
    let palette = theme::palette(ui);
    if let Some(job) = app.history_job() {
        let percent = job
            .watch
            .share()
            .map_or_else(String::new, |share| format!(" {:.0} %", share * 100.0));
        let label = format!("Cancel {}", job.title.to_lowercase());
        if widgets::icon_button(ui, Icon::Close, &label, "Cancel. Nothing is changed.").clicked() {
            commands.push(Command::CancelJob(job.id));
        }
        let text = RichText::new(format!("{}{percent}", job.title))
            .font(theme::small())
            .color(palette.secondary);
        ui.add(Label::new(text).truncate());
    } else if let Some(notice) = &history.notice {
        let (icon, tone) = if notice.is_error {
            (Icon::Warning, palette.system)
        } else {
            (Icon::Check, palette.good)
        };
        outcome_ui(ui, icon, tone, &shown(&notice.text), "");
    } else if let Verification::Done(verified) = &history.verified {
        let entries = thousands(usize::try_from(verified.entries).unwrap_or(usize::MAX));
        let (icon, tone, text) = match &verified.first_break {
            None if verified.is_sound() => (
                Icon::Check,
                palette.good,
                format!(
                    "The store agrees with its history. The chain of all {entries} entries holds."
                ),
            ),
            None => (
                Icon::Warning,
                palette.system,
                "The store is not as its history says.".to_owned(),
            ),
            Some(first_break) => {
                let text = format!(
                    "The chain breaks at entry {}: {}.",
                    first_break.seq, first_break.what
                );
                (Icon::Warning, palette.system, text)
            }
        };
        outcome_ui(
            ui,
            icon,
            tone,
            &text,
            &format!("\nThe last hash is {}.", verified.head),
        );
    }
}

/// An outcome that screen readers announce at once. `more` is shown on hover, after the whole text.
fn outcome_ui(ui: &mut Ui, icon: Icon, tone: Tone, text: &str, more: &str) {
    icons::show(ui, icon, 14.0, tone.text);
    let response =
        ui.add(Label::new(RichText::new(text).font(theme::small()).color(tone.text)).truncate());
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Status);
        node.set_live(Live::Polite);
    });
    response.on_hover_text(format!("{text}{more}"));
}
