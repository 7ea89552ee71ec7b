//! The reading pane: one user, with the PIN state, what may be done, the names and the history.

mod facts;
mod history;
mod state;

use eframe::egui::{
    self, Align, Label, Layout, RichText, ScrollArea, Ui, UiBuilder, accesskit::Role,
};

use super::icons::Icon;
use super::{theme, widgets};
use crate::app::{App, Command, DetailsView, FocusTarget, NamedCommand};
use crate::domain::text::shown;
use crate::exchange::powershell;
use crate::plan::Action;

/// The ID of the text of the pane, which has the focus as a whole.
pub fn details_id() -> egui::Id {
    egui::Id::unique("details text")
}

pub fn details_ui(ui: &mut Ui, app: &App, details: &DetailsView, commands: &mut Vec<Command>) {
    let region = UiBuilder::new()
        .scope_id(egui::Id::unique("details"))
        .accessibility_role(Role::Region)
        .accessibility_label("Details");
    ui.scope_builder(region, |ui| {
        let facts = details.facts.as_ref();
        let user = facts.and_then(|facts| facts.user.as_ref());
        let title = user.map_or_else(
            || "Details".to_owned(),
            |user| shown(&user.names.display_name).into_owned(),
        );
        title_ui(ui, &title, commands);
        if details.is_missing {
            widgets::secondary(ui, "This user is no longer in the store.");
        }
        let (Some(facts), Some(user)) = (facts, user) else {
            return;
        };
        let area = ui.available_rect_before_wrap();
        let id = details_id();
        let focus = ui.interact(area, id, egui::Sense::FOCUSABLE);
        widgets::name(&focus, "Names, PIN and history");
        if app.next_frame.focus == Some(FocusTarget::Details) {
            focus.request_focus();
        }
        let down = if focus.has_focus() {
            widgets::keys_down(ui, id, 28.0, area.height())
        } else {
            0.0
        };
        // Another user is read from the top on.
        let text = ScrollArea::vertical()
            .id_salt(("text", user.id.0))
            .auto_shrink(false);
        text.show(ui, |ui| {
            if down != 0.0 {
                ui.scroll_with_delta(egui::vec2(0.0, -down));
            }
            ui.style_mut().interaction.selectable_labels = true;
            ui.spacing_mut().item_spacing.y = theme::GAP_XS;
            state::state_ui(ui, app, user);
            state::actions_ui(ui, app, facts, commands);
            section(ui, "PIN");
            facts::pin_ui(ui, app, user, facts);
            facts::protection_ui(ui, app, user, commands);
            section(ui, "Names");
            facts::names_ui(ui, user, commands);
            let action = if user.pin.is_locked_out(app.now()) {
                Action::Unlock
            } else {
                Action::Lock
            };
            let line = powershell::command(action, &user.names.identity());
            widgets::command_line(ui, &line, commands);
            section(ui, "History");
            history::history_ui(ui, app, user.id, &facts.history, commands);
        });
        if focus.has_focus() {
            widgets::focus_ring(ui, area);
        }
    });
}

fn title_ui(ui: &mut Ui, title: &str, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let named = NamedCommand::CloseDetails;
            if widgets::icon_button(ui, Icon::Close, named.text(), named.tooltip()).clicked() {
                commands.push(Command::Do(named));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(title).font(theme::strong(theme::TITLE));
                ui.add(Label::new(text).truncate());
            });
        });
    });
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(theme::GAP_XS);
    let color = theme::palette(ui).secondary;
    ui.label(
        RichText::new(title)
            .font(theme::strong(theme::SMALL))
            .color(color),
    );
}
