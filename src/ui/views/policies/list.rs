//! The list of all policies.

use eframe::egui::{Align2, Response, Ui, vec2};

use crate::app::{App, Command, FocusTarget, NamedCommand, PoliciesView};
use crate::domain::policy::{PinPolicy, PolicyName};
use crate::domain::text::shown;
use crate::plan::words::{capital, thousands, users};
use crate::ui::row_list::{OpenRowBy, RowList, RowsFocus};
use crate::ui::{theme, widgets};
use crate::worker::jobs::PolicyLine;

/// The height of a policy in points.
const LINE: f32 = 64.0;

pub(super) fn list_ui(ui: &mut Ui, app: &App, view: &PoliciesView, commands: &mut Vec<Command>) {
    let all = view.all.as_deref().unwrap_or_default();
    let height = ui.available_height() - theme::CONTROL - theme::GAP_S;
    let focus = app.next_frame.focus == Some(FocusTarget::Policies);
    let list = RowList {
        list: "policies",
        label: "Policies",
        height,
        line: LINE,
        count: all.len(),
        focus: focus.then_some(RowsFocus::Kept),
        opens: OpenRowBy::Click,
    };
    ui.spacing_mut().item_spacing.y = 0.0;
    let shown_key = view.draft.edited.as_ref().map(PolicyName::key);
    let answer = list.show(ui, |ui, row, response| {
        let Some(line) = all.get(row) else {
            return String::new();
        };
        let is_shown = shown_key == Some(line.policy.name.key());
        line_ui(ui, line, is_shown, response)
    });
    if let Some(line) = answer.opened.and_then(|row| all.get(row)) {
        commands.push(Command::ShowPolicy(line.policy.name.clone()));
    }
    ui.add_space(theme::GAP_S);
    widgets::command_button(ui, NamedCommand::NewPolicy, view.may_change, commands);
}

/// Paints a policy, and returns its sentence for screen readers.
fn line_ui(ui: &Ui, line: &PolicyLine, is_shown: bool, response: &Response) -> String {
    let palette = theme::palette(ui);
    let rect = response.rect;
    widgets::row_ground(ui, response, is_shown);
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let third = inner.height() / 3.0;
    let part = |from: f32| {
        inner
            .with_min_y(inner.top() + from * third)
            .with_max_y(inner.top() + (from + 1.0) * third)
    };
    let name = line.policy.name.to_string();
    let settings = line.policy.policy.describe();
    let reach = reach(line);
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(
        ui,
        part(0.0),
        left,
        &shown(&name),
        theme::strong(theme::BODY),
        palette.text,
    );
    for (at, text) in [(1.0, &brief(&line.policy.policy)), (2.0, &reach)] {
        widgets::paint_cut(ui, part(at), left, text, theme::small(), palette.secondary);
    }
    widgets::bottom_line(ui, rect);
    response.clone().on_hover_text(&settings);
    format!("{name}, {reach}, {settings}")
}

/// "At least 5 digits, expires after 180 days": the form beside the list has all settings.
fn brief(policy: &PinPolicy) -> String {
    let length = capital(&policy.length_in_words());
    format!("{length}, {}", policy.lifetime_in_words())
}

/// "holds for 3 users, granted to 3"
fn reach(line: &PolicyLine) -> String {
    let holds = format!("Holds for {}", users(line.users));
    match line.policy.name {
        PolicyName::User(_) => format!("{holds}, granted to {}", thousands(line.granted as usize)),
        PolicyName::Global | PolicyName::Site(_) => holds,
    }
}
