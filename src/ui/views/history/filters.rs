//! The filters of the batches: a text, the action, the operator, a user, and the time.

use eframe::egui::{Align, Label, Layout, RichText, Ui};

use crate::app::{App, Command, FocusTarget, HistoryFilters, HistoryView, NamedCommand};
use crate::domain::text::shown;
use crate::plan::words::{plural, thousands};
use crate::ui::{theme, widgets};
use crate::worker::jobs::MOST_BATCHES;

pub const SEARCH: f32 = 380.0;
const ACTION: f32 = 150.0;
const OPERATOR: f32 = 160.0;
const USER: f32 = 140.0;
const TIME: f32 = 134.0;
/// The width in points below which the filters take two lines.
const ONE_LINE: f32 = 960.0;

/// Paints the filters, on one line or two.
pub fn filters_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    let filters = &history.filters;
    let mut changed = filters.clone();
    search_ui(ui, app, history, commands);
    let is_one_line = ui.available_width() >= ONE_LINE;
    ui.horizontal(|ui| {
        user_ui(ui, history, &mut changed);
        if is_one_line {
            time_range_ui(ui, app, filters, &mut changed, commands);
        }
    });
    if !is_one_line {
        ui.horizontal(|ui| time_range_ui(ui, app, filters, &mut changed, commands));
    }
    if changed != *filters {
        commands.push(Command::FilterHistory(changed));
    }
}

fn search_ui(ui: &mut Ui, app: &App, history: &HistoryView, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let hint = "Search by operator, user, action, reason, ticket or file";
        let (response, text) = widgets::field(
            ui,
            "search history",
            "Search the history",
            hint,
            &history.search,
            SEARCH,
        );
        if app.next_frame.focus == Some(FocusTarget::History) {
            response.request_focus();
        }
        commands.extend(text.map(Command::SearchHistory));
        let zone = app.zone();
        let problem = history
            .filters
            .from_problem(zone)
            .or_else(|| history.filters.until_problem(zone));
        if let Some(batches) = &history.batches {
            let count = batches.len();
            let words = format!("{} {}", thousands(count), plural(count, "batch", "batches"));
            // Only the newest batches are listed; the export has all of them.
            let words = if count < MOST_BATCHES {
                words
            } else {
                format!("The newest {words}")
            };
            count_ui(ui, &words, problem.as_deref());
        }
    });
}

/// A count, followed by the problem with the typed text, if any.
pub fn count_ui(ui: &mut Ui, words: &str, problem: Option<&str>) {
    let palette = theme::palette(ui);
    ui.add(Label::new(
        RichText::new(words)
            .font(theme::small())
            .color(palette.secondary),
    ));
    if let Some(problem) = problem {
        let text = RichText::new(shown(problem))
            .font(theme::small())
            .color(palette.system.text);
        ui.add(Label::new(text).truncate())
            .on_hover_text(shown(problem));
    }
}

fn user_ui(ui: &mut Ui, history: &HistoryView, changed: &mut HistoryFilters) {
    let filters = &history.filters;
    let choice = |word: &String, label: &str| (Some(word.clone()), shown(label).into_owned());
    let actions = history
        .choices
        .actions
        .iter()
        .map(|action| (Some(action.clone()), shown(action.label()).into_owned()));
    let actions: Vec<_> = std::iter::once((None, "All actions".to_owned()))
        .chain(actions)
        .collect();
    if let Some(action) = widgets::combo(ui, "Action", &filters.action, &actions, ACTION) {
        changed.action = action;
    }
    let operators = history
        .choices
        .operators
        .iter()
        .map(|account| choice(account, account));
    let operators: Vec<_> = std::iter::once((None, "All operators".to_owned()))
        .chain(operators)
        .collect();
    if let Some(operator) = widgets::combo(ui, "Operator", &filters.operator, &operators, OPERATOR)
    {
        changed.operator = operator;
    }
    label(ui, "User");
    let (_, user) = widgets::field(ui, "history user", "User", "Any name", &filters.user, USER);
    if let Some(user) = user {
        changed.user = user;
    }
}

fn time_range_ui(
    ui: &mut Ui,
    app: &App,
    filters: &HistoryFilters,
    changed: &mut HistoryFilters,
    commands: &mut Vec<Command>,
) {
    let zone = app.zone();
    label(ui, "From");
    let problem = filters.from_problem(zone);
    if let Some(from) = widgets::time_field(
        ui,
        "history from",
        "From",
        &filters.from,
        TIME,
        problem.as_deref(),
    ) {
        changed.from = from;
    }
    label(ui, "until");
    let problem = filters.until_problem(zone);
    if let Some(until) = widgets::time_field(
        ui,
        "history until",
        "Until",
        &filters.until,
        TIME,
        problem.as_deref(),
    ) {
        changed.until = until;
    }
    if filters.is_any_set() {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            widgets::command_button(ui, NamedCommand::ClearHistoryFilters, true, commands);
        });
    }
}

/// The label before a field. The field itself carries the name for screen readers.
pub fn label(ui: &mut Ui, text: &str) {
    let color = theme::palette(ui).secondary;
    ui.add(Label::new(
        RichText::new(text).font(theme::small()).color(color),
    ));
}
