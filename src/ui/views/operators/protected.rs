//! The tab of the protected users. Changing the PIN of one needs another operator's approval.

use eframe::egui::{
    Align, Align2, Button, Direction, Key, Layout, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder,
    accesskit::Role, vec2,
};

use crate::app::{App, ApprovalView, Command};
use crate::domain::text::shown;
use crate::domain::user::UserRecord;
use crate::ui::{theme, widgets};
use crate::worker::jobs::ProtectionTarget;

const LINE: f32 = 44.0;
const BUTTON: f32 = 84.0;
/// The height of the field and its button below the list, in points.
const FOOTER: f32 = theme::CONTROL + theme::GAP_S;

/// The contents of the tab. The dialog shows the outcome of a change below it.
pub fn protected_ui(ui: &mut Ui, app: &App, approval: &ApprovalView, commands: &mut Vec<Command>) {
    let may_set = approval.kept.may_set;
    let text =
        "Whatever would change the PIN of one of these users needs the approval of somebody else. ";
    let why = approval.obstacle();
    widgets::secondary(ui, &format!("{text}{}", why.as_deref().unwrap_or_default()));
    let can_change = may_set && !app.is_writing();
    let size = vec2(
        ui.available_width(),
        (ui.available_height() - FOOTER).max(LINE),
    );
    let (list, _) = ui.allocate_exact_size(size, Sense::hover());
    let stroke = Stroke::new(1.0, theme::palette(ui).line);
    ui.painter().rect_stroke(
        list,
        theme::RADIUS,
        stroke,
        eframe::egui::StrokeKind::Inside,
    );
    let mut inside = ui.new_child(
        UiBuilder::new()
            .id_salt("list of protected users")
            .max_rect(list.shrink(1.0)),
    );
    list_ui(&mut inside, &approval.kept.protected, can_change, commands);
    field_ui(ui, approval, can_change, commands);
}

fn list_ui(ui: &mut Ui, protected: &[UserRecord], can_change: bool, commands: &mut Vec<Command>) {
    if protected.is_empty() {
        ui.centered_and_justified(|ui| widgets::secondary(ui, "Nobody is protected."));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("protected users")
        .auto_shrink(false)
        .show_rows(ui, LINE, protected.len(), |ui, rows| {
            for user in protected.get(rows).unwrap_or_default() {
                line_ui(ui, user, can_change, commands);
            }
        });
}

fn line_ui(ui: &mut Ui, user: &UserRecord, can_change: bool, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let inner = rect.shrink2(vec2(10.0, 4.0));
    let words = inner.with_max_x(inner.right() - BUTTON - theme::GAP_S);
    let (name, identity) = (&user.names.display_name, user.names.identity());
    let (above, below) = (
        words.with_max_y(words.center().y),
        words.with_min_y(words.center().y),
    );
    let left = Align2::LEFT_CENTER;
    widgets::paint_cut(ui, above, left, &shown(name), theme::body(), palette.text);
    widgets::paint_cut(
        ui,
        below,
        left,
        &shown(&identity),
        theme::small(),
        palette.secondary,
    );
    widgets::bottom_line(ui, rect);
    let sentence = format!("{name}, {identity}, protected");
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::ListItem);
        node.set_label(sentence.as_str());
    });
    response.on_hover_text(format!("{}\n{}", shown(name), shown(&identity)));
    let rect = Rect::from_center_size(
        eframe::egui::pos2(inner.right() - BUTTON / 2.0, rect.center().y),
        vec2(BUTTON, theme::CONTROL),
    );
    let layout = Layout::centered_and_justified(Direction::TopDown);
    let button_place = UiBuilder::new()
        .max_rect(rect)
        .layout(layout)
        .id_salt(("remove", user.id.0));
    let mut child = ui.new_child(button_place);
    let response = child.add_enabled(can_change, Button::new("Remove"));
    widgets::name(&response, &format!("Stop protecting {name}"));
    if response.clicked() {
        commands.push(Command::SetProtection(
            ProtectionTarget::User(user.id),
            false,
        ));
    }
}

fn field_ui(ui: &mut Ui, approval: &ApprovalView, can_change: bool, commands: &mut Vec<Command>) {
    let size = vec2(ui.available_width(), theme::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        let hint = r"Identity, as in sip:kenmyer@litwareinc.com or litwareinc\kenmyer";
        let width = size.x - BUTTON - theme::GAP_S;
        let identity = approval.identity.trim();
        let mut is_entered = false;
        ui.add_enabled_ui(approval.kept.may_set, |ui| {
            let (field, text) = widgets::field(
                ui,
                "identity to protect",
                "Identity",
                hint,
                &approval.identity,
                width,
            );
            is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            commands.extend(text.map(Command::SetProtectedIdentity));
        });
        let can_protect = can_change && !identity.is_empty();
        let button = Button::new("Protect").min_size(vec2(BUTTON, theme::CONTROL));
        let response = ui.add_enabled(can_protect, button);
        if can_protect && (response.clicked() || is_entered) {
            commands.push(Command::SetProtection(
                ProtectionTarget::Identity(identity.to_owned()),
                true,
            ));
        }
    });
}
