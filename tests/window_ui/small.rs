//! The window at 200 % on 1280×800, where 640×400 points are left.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Theme, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::harness::Desk;

const SIZE: Vec2 = vec2(640.0, 400.0);

/// Whether the control with this role and name lies inside of the window.
fn is_inside(desk: &Desk, role: Role, name: &str) -> bool {
    let rect = desk.harness.get_by_role_and_label(role, name).rect();
    rect.left() >= 0.0 && rect.top() >= 0.0 && rect.right() <= SIZE.x && rect.bottom() <= SIZE.y
}

#[test]
fn every_view_has_its_controls_inside_of_a_small_window() {
    let mut desk = Desk::with_sample_in(SIZE, Theme::Light);
    for view in [
        "Users",
        "Lists",
        "Plans",
        "History",
        "Insights",
        "Policies",
        "Operators",
        "Settings",
    ] {
        assert!(is_inside(&desk, Role::Tab, view), "{view}");
        desk.show(view);
        let (role, name) = match view {
            "Policies" => (Role::TextInput, "Old PINs that can't come back"),
            "Operators" => (Role::Button, "Give role"),
            "History" => (Role::Button, "Verify history"),
            "Insights" => (Role::Button, "Save as CSV…"),
            _ => continue,
        };
        desk.wait_for(name);
        assert!(is_inside(&desk, role, name), "{view}: {name}");
    }
}

#[test]
fn a_preview_scrolls_to_its_buttons_in_a_small_window() {
    let mut desk = Desk::with_sample_in(SIZE, Theme::Light);
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::L);
    desk.wait_for("1 will change");
    // The focused button is scrolled into view.
    desk.control("Apply").focus();
    desk.wait_until("the button", |desk| is_inside(desk, Role::Button, "Apply"));
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Confirm Lock");
}
