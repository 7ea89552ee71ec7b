//! The end of the locks of a preview.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::Time;

use super::harness::Desk;

const NONE: Modifiers = Modifiers::NONE;

fn end_of(desk: &Desk, identity: &str) -> Option<Time> {
    desk.stored(identity).pin.lock?.until
}

fn open_choice(desk: &mut Desk) {
    let choice = desk
        .harness
        .get_by_role_and_label(Role::ComboBox, "Locked until");
    choice.click();
    desk.harness.run();
}

/// The preview of locking Aaron Barros, with an end in a week.
fn preview_with_end() -> Desk {
    let mut desk = Desk::with_sample();
    desk.search("Aaron Barros");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::L);
    desk.wait_for("1 will change");
    assert!(!desk.has("End of the locks"), "no end is proposed unasked");
    open_choice(&mut desk);
    desk.click("Date and time");
    assert!(desk.has("End of the locks"));
    desk
}

fn type_end(desk: &mut Desk, text: &str) {
    desk.enter_field("End of the locks");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text(text);
}

fn apply(desk: &mut Desk) {
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.click("Confirm");
    desk.wait_for("1 user locked");
}

#[test]
fn a_lock_ends_through_the_day_that_is_proposed() {
    let mut desk = preview_with_end();
    assert!(desk.has("unlocked → locked until 2026-11-30 00:00"));
    apply(&mut desk);
    let end = "2026-11-30T00:00:00Z".parse().unwrap();
    assert_eq!(end_of(&desk, "Aaron Barros"), Some(end));
}

#[test]
fn a_typed_end_is_that_of_the_lock_and_the_details_say_it() {
    let mut desk = preview_with_end();
    type_end(&mut desk, "2026-12-01 17:30");
    assert!(desk.has("locked until 2026-12-01 17:30"));
    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(
        desk.says("Ends by itself on 2026-12-01 17:30."),
        "the question says it"
    );
    desk.click("Confirm");
    desk.wait_for("1 user locked");
    let end = "2026-12-01T17:30:00Z".parse().unwrap();
    assert_eq!(end_of(&desk, "Aaron Barros"), Some(end));
    desk.press(NONE, Key::Escape);
    desk.wait_until("the details", |desk| {
        desk.says("Ends by itself at 2026-12-01 17:30")
    });
}

#[test]
fn an_end_that_cannot_be_stops_apply_and_says_why() {
    let mut desk = preview_with_end();
    for (typed, why) in [
        (
            "2026-11-21",
            "The end of the locks is in the past: 2026-11-22 00:00.",
        ),
        ("next week", "\"next week\" is no time."),
    ] {
        type_end(&mut desk, typed);
        assert!(!desk.is_enabled("Apply"), "{typed}");
        assert!(desk.says(why), "{why}");
        desk.press(Modifiers::COMMAND, Key::Enter);
        assert!(!desk.has("Confirm"), "{typed}");
    }
}

#[test]
fn no_end_takes_an_end_back() {
    let mut desk = preview_with_end();
    open_choice(&mut desk);
    desk.click("No end");
    assert!(!desk.has("until 2026"));
    apply(&mut desk);
    assert_eq!(end_of(&desk, "Aaron Barros"), None);
    assert!(desk.stored("Aaron Barros").pin.lock.is_some());
}

#[test]
fn the_calendar_changes_the_day_and_keeps_the_time() {
    let mut desk = preview_with_end();
    type_end(&mut desk, "2026-11-30 08:15");
    desk.click("Choose the day");
    assert!(
        !desk.is_enabled("Saturday, 2026-11-21"),
        "a day before today"
    );
    desk.click("Next month");
    desk.click("Friday, 2026-12-11");
    assert!(desk.has("locked until 2026-12-11 08:15"));
    assert!(!desk.has("Next month"), "the calendar closes");
}

#[test]
fn only_locks_have_an_end() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.press(Modifiers::COMMAND, Key::U);
    desk.wait_for("1 will change");
    assert!(!desk.has("Locked until"));
}
