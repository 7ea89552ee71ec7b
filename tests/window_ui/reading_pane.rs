//! The details of the user at the cursor.

use eframe::egui::{Key, Modifiers};

use super::harness::Desk;

const NONE: Modifiers = Modifiers::NONE;

fn shown_name(desk: &Desk) -> Option<String> {
    let app = &desk.harness.state().app;
    let facts = app.details.as_ref()?.facts.as_ref()?;
    Some(facts.user.as_ref()?.names.display_name.clone())
}

#[test]
fn the_details_follow_the_cursor() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_until("the first user", |desk| {
        shown_name(desk).as_deref() == Some("#1 Help Desk")
    });
    desk.press(NONE, Key::ArrowDown);
    assert_ne!(
        shown_name(&desk).as_deref(),
        Some("#1 Help Desk"),
        "the facts of one user never stand beside another one"
    );
    desk.wait_until("the next user", |desk| {
        shown_name(desk).as_deref() == Some("Aaron Barros")
    });
}

#[test]
fn the_details_say_what_may_be_done_and_do_it_for_the_user_they_show() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_for("Unlock this user");
    assert!(desk.is_enabled("Unlock this user"));
    assert!(!desk.is_enabled("Set new PIN… this user"));
    assert!(desk.says("What you may do") && desk.says("Failed logons and policy"));
    desk.click("Unlock this user");
    desk.wait_for("1 will change");
    assert!(desk.has("on target \"sip:kenmyer@litwareinc.com\""));
}

#[test]
fn a_new_pin_is_previewed_as_a_new_pin() {
    let mut desk = Desk::with_sample();
    desk.search("Aaron Barros");
    desk.press(NONE, Key::ArrowDown);
    desk.click("Actions");
    desk.click("Set new PIN…");
    desk.wait_for("1 will change");
    assert!(desk.has("with a new PIN") || desk.says("with a new PIN"));
}
