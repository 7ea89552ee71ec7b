//! The line below the chips that says the whole filter as a condition, in which it can be typed.

use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{
    Align, Button, FontId, Layout, PopupCloseBehavior, RichText, TextEdit, Ui, vec2,
};

use super::pipeline_field::{MONOSPACE, has_paused};
use super::{theme, widgets};
use crate::app::{App, Command, FilterLine, FocusTarget, NamedCommand};
use crate::directory::NameForm;
use crate::domain::text::shown;
use crate::exchange::powershell::{like_pattern, quoted};
use crate::ui::icons::Icon;

/// The accessible name of the line.
const FILTER: &str = "Filter";
/// The number of kept filters that have a key.
pub(super) const MOST_KEPT_FILTERS: usize = 9;
/// The height of the line, and of a message below it, in points.
const HEIGHT: f32 = 36.0;
const MESSAGE: f32 = 22.0;

/// The height of the line in points. 0 if it is closed.
pub fn height(ui: &Ui, app: &App) -> f32 {
    match &app.filter_line {
        None => 0.0,
        Some(line) if shows_fault(ui, line) => HEIGHT + MESSAGE,
        Some(_) => HEIGHT,
    }
}

/// A text is judged when nobody types any more.
fn shows_fault(ui: &Ui, line: &FilterLine) -> bool {
    line.fault.is_some() && has_paused(ui, &line.text)
}

pub fn filter_line_ui(ui: &mut Ui, app: &App, line: &FilterLine, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let row = vec2(ui.available_width(), theme::CONTROL);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let remove = NamedCommand::RemoveFilter;
        if widgets::icon_button(ui, Icon::Close, remove.text(), remove.tooltip()).clicked() {
            commands.push(Command::Do(remove));
        }
        saved_ui(ui, app, line, commands);
        add_ui(ui, app, commands);
        let mut edited = line.text.clone();
        let hint = "For example: LockedBy -eq 'bob' -and DistinguishedName -like '*,OU=Sales,*'";
        let font = FontId::monospace(MONOSPACE);
        let field = TextEdit::singleline(&mut edited)
            .id(eframe::egui::Id::unique("filter line"))
            .font(font.clone())
            .hint_text(RichText::new(hint).font(font).color(palette.secondary))
            .desired_width(ui.available_width())
            .margin(eframe::egui::Margin::symmetric(8, 6))
            .min_size(vec2(0.0, theme::CONTROL));
        let response = ui.add(field);
        widgets::name(&response, FILTER);
        if app.next_frame.focus == Some(FocusTarget::FilterLine) {
            response.request_focus();
        }
        if edited != line.text {
            commands.push(Command::TypeFilter(edited));
        }
    });
    if let Some(why) = line.fault.as_ref().filter(|_| shows_fault(ui, line)) {
        let text = RichText::new(shown(why)).font(theme::small());
        let label = eframe::egui::Label::new(text.color(palette.system.text)).truncate();
        ui.add(label).on_hover_text(shown(why));
    }
}

/// The conditions that are asked for most, and those of the user at the cursor.
fn add_ui(ui: &mut Ui, app: &App, commands: &mut Vec<Command>) {
    let add = ui.menu_button("Add", |ui| {
        for (words, condition) in conditions(app) {
            let button = Button::new(shown(&words).as_ref()).min_size(vec2(240.0, 0.0));
            if ui.add(button).on_hover_text(shown(&condition)).clicked() {
                commands.push(Command::AddCondition(condition));
                ui.close();
            }
        }
    });
    widgets::name(&add.response, "Add a condition");
}

fn conditions(app: &App) -> Vec<(String, String)> {
    let own = |words: &str, condition: &str| (words.to_owned(), condition.to_owned());
    let me = &app.environment.operator.account;
    let mut all = vec![
        own(
            "Locked in the last 24 hours",
            "LockedSince -ge (Get-Date).AddDays(-1)",
        ),
        own(
            "Locked in the last 7 days",
            "LockedSince -ge (Get-Date).AddDays(-7)",
        ),
        own(
            "Locked more than 30 days ago",
            "LockedSince -ne $Null -and LockedSince -lt (Get-Date).AddDays(-30)",
        ),
        (
            format!("Locked by me ({me})"),
            format!("LockedBy -eq {}", quoted(me)),
        ),
        own(
            "PIN changed in the last 7 days",
            "LastPinChangeTime -ge (Get-Date).AddDays(-7)",
        ),
        own(
            "PIN never expires",
            "IsPinSet -eq $True -and PinExpirationTime -eq $Null",
        ),
        own("With failed logons", "Failures -gt 0"),
        own("Not of the global policy", "PinPolicy -ne 'Global'"),
    ];
    let cursor = app.view.as_ref().zip(app.visible_cursor());
    let Some((view, id)) = cursor else { return all };
    let Some(position) = view.directory.position_of(id) else {
        return all;
    };
    let pin = view.directory.pin(position);
    if let Some(by) = pin
        .as_ref()
        .and_then(|pin| pin.locked_by(view.now))
        .filter(|by| by != me)
    {
        let condition = format!("LockedBy -eq {}", quoted(by));
        all.push((format!("Locked by {by}"), condition));
    }
    if let Some(facts) = app.rows_in_view.facts(id) {
        let condition = format!("PinPolicy -eq {}", quoted(&facts.policy));
        all.push((format!("With the policy {}", facts.policy), condition));
    }
    let dn = view.directory.names().get(position, NameForm::Dn);
    for unit in units(&dn).into_iter().take(4) {
        let pattern = quoted(&format!("*,{}", like_pattern(unit)));
        all.push((
            format!("In {unit}"),
            format!("DistinguishedName -like {pattern}"),
        ));
    }
    all
}

/// The organisational units in a distinguished name, each with what it is in, the innermost first.
fn units(dn: &str) -> Vec<&str> {
    let starts = dn.match_indices(",OU=").map(|(at, _)| at + 1);
    starts.filter_map(|at| dn.get(at..)).collect()
}

/// The filters that are kept under names, and the field that keeps this one.
fn saved_ui(ui: &mut Ui, app: &App, line: &FilterLine, commands: &mut Vec<Command>) {
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new("Saved").config(config).ui(ui, |ui| {
        ui.set_min_width(260.0);
        for (index, name) in app.settings.saved_filters.keys().enumerate() {
            let keys = (index < MOST_KEPT_FILTERS).then(|| format!("Alt+{}", index + 1));
            let (used, forgotten) = kept_ui(ui, name, keys, true);
            commands.extend(used.then(|| Command::UseFilter(name.clone())));
            commands.extend(forgotten.then(|| Command::ForgetFilter(name.clone())));
        }
        let for_all = &app.filters_for_all;
        if !for_all.filters.is_empty() {
            widgets::secondary(ui, "For all operators");
        }
        for name in for_all.filters.iter().map(|kept| &kept.name) {
            ui.push_id("for all", |ui| {
                let (used, forgotten) = kept_ui(ui, name, None, for_all.may_change);
                commands.extend(used.then(|| Command::UseFilterForAll(name.clone())));
                commands.extend(forgotten.then(|| Command::ForgetFilterForAll(name.clone())));
            });
        }
        ui.horizontal(|ui| {
            let hint = "Name of this filter";
            let (field, name) = widgets::field(ui, "filter name", hint, hint, &line.name, 180.0);
            commands.extend(name.map(Command::SetFilterName));
            let is_entered =
                field.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter));
            let can_save = !line.name.trim().is_empty() && !line.text.is_empty();
            let save = widgets::command_button(ui, NamedCommand::SaveFilter, can_save, commands);
            if is_entered && can_save {
                commands.push(Command::Do(NamedCommand::SaveFilter));
            }
            let why = app.no_filters_for_all();
            let button = Button::new("Keep for all").min_size(vec2(0.0, theme::CONTROL));
            let for_all = ui.add_enabled(can_save && why.is_none(), button);
            if let Some(why) = &why {
                widgets::explain_disabled(&for_all, why);
            }
            if for_all.clicked() {
                commands.push(Command::KeepFilterForAll);
            }
            let is_kept = save.clicked() || for_all.clicked() || is_entered && can_save;
            if is_kept {
                ui.close();
            }
        });
    });
    widgets::name(&response, "Saved filters");
}

/// A kept filter of the menu. Returns whether it is used, and whether it is forgotten.
fn kept_ui(ui: &mut Ui, name: &str, keys: Option<String>, can_forget: bool) -> (bool, bool) {
    let layout = Layout::right_to_left(Align::Center);
    let row = ui.horizontal(|ui| {
        let row = ui.with_layout(layout, |ui| {
            let forget = format!("Forget {name}");
            let is_forgotten = can_forget
                && widgets::small_icon_button(ui, Icon::Close, &forget, &forget).clicked();
            let mut button = Button::new(shown(name).as_ref()).truncate();
            if let Some(keys) = keys {
                button = button.shortcut_text(keys);
            }
            let button = ui.add_sized(vec2(ui.available_width(), theme::CONTROL), button);
            widgets::name(&button, name);
            if button.clicked() {
                ui.close();
            }
            (button.clicked(), is_forgotten)
        });
        row.inner
    });
    row.inner
}
