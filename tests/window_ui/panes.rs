//! Going through the window with keys, and where the focus is.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::harness::Desk;

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

/// Whether the control with this role and name has the focus.
fn has_focus(desk: &Desk, role: Role, name: &str) -> bool {
    let mut controls = desk.harness.query_all_by_role_and_label(role, name);
    controls.any(|control| control.is_focused())
}

#[test]
fn f6_goes_from_a_row_to_the_reason_of_its_preview() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
    desk.press(NONE, Key::F6);
    desk.type_text("asked on the phone");
    assert_eq!(desk.harness.state().app.reason, "asked on the phone");
}

#[test]
fn f6_goes_round_the_panes_and_shift_f6_back() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.wait_for("Names, PIN and history");
    desk.press(NONE, Key::F6);
    assert!(desk.control("Names, PIN and history").is_focused());
    desk.press(NONE, Key::F6);
    assert!(has_focus(&desk, Role::Tab, "Users"));
    desk.press(NONE, Key::F6);
    desk.press(NONE, Key::ArrowDown);
    assert!(desk.has("row 2 of 250"));
    desk.press(Modifiers::SHIFT, Key::F6);
    assert!(has_focus(&desk, Role::Tab, "Users"));
    desk.click("Close details");
    desk.press(NONE, Key::F6);
    assert!(has_focus(&desk, Role::Tab, "Users"), "there is no panel");
}

#[test]
fn after_opening_the_sample_directory_one_types_a_search() {
    let mut desk = Desk::first_start();
    desk.wait_for("Open the sample directory");
    desk.click("Open the sample directory");
    desk.wait_for("Users, 250 of 250 shown");
    desk.type_text("myer");
    assert_eq!(desk.harness.state().app.query.text, "myer");
    assert!(desk.says("Looked for in all five names"));
}

#[test]
fn a_long_preview_is_searched() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::A);
    desk.press(CTRL, Key::L);
    desk.wait_for("230 will change");
    assert!(desk.says("250 of 250"));
    desk.enter_field("Search the preview");
    desk.type_text("kenmyer");
    desk.wait_until("the found user", |desk| desk.says("1 of 250"));
    assert!(desk.has("Ken Myer, sip:kenmyer@litwareinc.com"));
}

#[test]
fn f10_goes_to_the_menus_and_enter_opens_one() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::F10);
    assert!(desk.control("File").is_focused());
    desk.press(NONE, Key::Enter);
    assert!(desk.has("Import users or PINs…"));
}

#[test]
fn alt_alone_goes_to_the_menus_and_down_opens_one() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    let hold = |desk: &mut Desk, modifiers| {
        desk.harness.event(Event::ModifiersChanged(modifiers));
        desk.harness.step();
    };
    // The desktop reports the key itself, too.
    desk.harness.key_down(Key::AltLeft);
    hold(&mut desk, Modifiers::ALT);
    desk.harness.key_up(Key::AltLeft);
    hold(&mut desk, NONE);
    desk.harness.run();
    assert!(desk.control("File").is_focused());
    desk.press(NONE, Key::ArrowDown);
    assert!(desk.has("Import users or PINs…"));
    desk.press(NONE, Key::Escape);
    // Alt with another key is not Alt alone.
    desk.press(NONE, Key::F6);
    hold(&mut desk, Modifiers::ALT);
    desk.harness.key_press_modifiers(Modifiers::ALT, Key::Num9);
    desk.harness.step();
    hold(&mut desk, NONE);
    desk.harness.run();
    assert!(!desk.control("File").is_focused());
}
