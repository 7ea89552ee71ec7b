//! Questions that keep people from losing what cannot be had again, or from undoing what somebody
//! did on purpose.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::app::{Command, NamedCommand};
use pindesk::domain::pin::LockCause;
use pindesk::plan::Action;

use super::harness::{Desk, lock_with_reason, now, someone_else};

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

/// A window with the question whether to unlock Carla, whom bob has locked on purpose, and Ken.
fn with_bobs_lock_in_the_question() -> Desk {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    for name in ["Carla Eklund", "Ken Myer"] {
        desk.search(name);
        let row = format!("{name}, ");
        desk.press(NONE, Key::ArrowDown);
        assert!(desk.has(&row));
    }
    desk.search("");
    let carla = desk.stored("Carla Eklund").id;
    desk.harness.state_mut().app.execute(Command::Toggle(carla));
    desk.press(CTRL, Key::U);
    desk.wait_for("2 will change");
    desk.press(CTRL, Key::Enter);
    desk.harness.run();
    desk
}

#[test]
fn the_question_says_who_was_locked_on_purpose_and_enter_goes_back() {
    let mut desk = with_bobs_lock_in_the_question();
    assert!(desk.says("One of them was locked on purpose by another administrator."));
    assert!(
        desk.says("Carla Eklund: Locked on purpose by bob on 2026-11-22 12:00 UTC, reason: asked on the phone."),
        "{:?}",
        desk.texts()
    );
    desk.press(NONE, Key::Enter);
    assert!(desk.has("2 will change"));
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
}

#[test]
fn those_locked_on_purpose_are_left_out_with_one_click() {
    let mut desk = with_bobs_lock_in_the_question();
    desk.click("Leave these out");
    assert!(desk.has("1 will change") && desk.has("1 user left out."));
    desk.press(CTRL, Key::Enter);
    assert!(!desk.says("locked on purpose"));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Unlock: 1 user unlocked.");
    let lock = desk.stored("Carla Eklund").pin.lock.unwrap();
    assert_eq!(lock.cause, LockCause::Administrator);
}

/// The vertical position of the first control whose name contains a text.
fn top_of(desk: &Desk, name: &str) -> f32 {
    let mut found = desk.harness.query_all_by_label_contains(name);
    found.next().unwrap().rect().top()
}

#[test]
fn rows_locked_on_purpose_stand_first_with_their_whole_reason_and_leave_with_one_click() {
    let mut desk = Desk::with_sample();
    let reason = "security incident 88, do not unlock before the investigators have spoken with \
                  her, which they will do on Monday morning at the earliest";
    let mut store = desk.store();
    lock_with_reason(&mut store, "Carla Eklund", "bob", reason);
    // An own lock is marked, too, but is no caution.
    lock_with_reason(&mut store, "Aaron Barros", "ann", "left the company");
    desk.press(NONE, Key::F5);
    desk.wait_for("By administrator 2");
    desk.click("By administrator 2");
    desk.wait_for("Users, 2 of 250 shown");
    desk.press(CTRL, Key::A);
    desk.press(CTRL, Key::U);
    desk.wait_for("2 will change");
    assert!(desk.says("1 locked on purpose") && desk.says("Other users"));
    assert!(desk.has(reason) && desk.has("You locked this PIN on purpose on 2026-11-22 12:00 UTC"));
    let below = top_of(&desk, "Show Aaron Barros") - top_of(&desk, "Show Carla Eklund");
    assert!(
        below > 36.0 + 75.0,
        "the reason has more than one line: {below}"
    );
    desk.click("Leave these out");
    assert!(desk.has("1 will change") && !desk.says("1 locked on purpose"));
}

#[test]
fn a_reviewer_is_told_that_a_plan_undoes_their_own_lock() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    desk.press(NONE, Key::F5);
    desk.search("Carla Eklund");
    desk.press(NONE, Key::ArrowDown);
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
    desk.click("Submit for review");
    desk.wait_for("Plan 1: unlock 1 PIN");
    let mut bob = desk.beside("bob");
    bob.press(CTRL, Key::Num3);
    bob.wait_for("Plan 1: ");
    bob.press(NONE, Key::Enter);
    bob.wait_for("Comment on the plan");
    assert!(bob.says("1 locked on purpose"), "{:?}", bob.texts());
    assert!(bob.has(
        "You locked this PIN on purpose on 2026-11-22 12:00 UTC, reason: asked on the phone."
    ));
}

/// A window with the result of a new PIN that was drawn for Aaron Barros.
fn with_a_drawn_pin() -> Desk {
    let mut desk = Desk::with_sample();
    desk.search("Aaron Barros");
    desk.press(NONE, Key::ArrowDown);
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(NamedCommand::SetPin));
    desk.wait_for("1 will change");
    desk.press(CTRL, Key::Enter);
    desk.press(NONE, Key::Enter);
    desk.wait_for("Copy the PINs");
    desk.press(NONE, Key::ArrowDown);
    desk
}

#[test]
fn new_pins_are_not_lost_without_a_question() {
    let mut desk = with_a_drawn_pin();
    for lose in [
        (CTRL, Key::L),
        (CTRL, Key::Z),
        (NONE, Key::Escape),
        (CTRL, Key::Q),
    ] {
        desk.press(lose.0, lose.1);
        assert!(desk.has("Give up the new PINs?"), "{lose:?}");
        desk.press(NONE, Key::Enter);
        assert!(!desk.has("Give up the new PINs?"));
        assert!(desk.has("new PIN "), "the safe answer has the focus");
    }
    assert!(!desk.harness.state().app.wants_to_quit);
    desk.press(CTRL, Key::L);
    desk.click("Give the PINs up");
    desk.wait_for("1 will change");
}

#[test]
fn copied_pins_may_go() {
    let mut desk = with_a_drawn_pin();
    desk.click("Copy the PINs");
    assert!(desk.has("The PINs are copied."));
    desk.press(CTRL, Key::L);
    desk.wait_for("1 will change");
    assert!(!desk.has("Give up the new PINs?"));
}
