//! The details of the user at the cursor.

use eframe::egui::{Key, Modifiers, Theme, vec2};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::user::UserId;
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::Store;

use super::harness::{Desk, ann, now};

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
    assert!(desk.says("PIN policy") && desk.says("0 in a row, 0 in all"));
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

#[test]
fn the_reading_pane_opens_by_itself_and_follows_the_cursor() {
    let mut desk = Desk::with_sample();
    assert!(!desk.has("Close details"));
    desk.press(NONE, Key::ArrowDown);
    desk.wait_until("the first user", |desk| {
        shown_name(desk).as_deref() == Some("#1 Help Desk")
    });
    desk.click_row(r"Aaron Barros, litwareinc\abarros");
    desk.wait_until("the clicked user", |desk| {
        shown_name(desk).as_deref() == Some("Aaron Barros")
    });
    desk.press(NONE, Key::Escape);
    assert!(
        desk.has("0 selected") && desk.has("Close details"),
        "Esc is for the selection"
    );
}

#[test]
fn a_preview_takes_the_place_of_the_reading_pane_and_gives_it_back() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.wait_for("Unlock this user");
    desk.press(Modifiers::COMMAND, Key::U);
    desk.wait_for("1 will change");
    assert!(!desk.has("Close details"));
    desk.press(NONE, Key::ArrowDown);
    assert!(!desk.has("Close details"), "the preview stays");
    desk.press(NONE, Key::Escape);
    desk.wait_for("Unlock this user");
}

#[test]
fn a_closed_reading_pane_stays_closed_until_it_is_wanted() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    desk.wait_for("Close details");
    desk.click("Close details");
    desk.press(NONE, Key::ArrowDown);
    assert!(!desk.has("Close details"));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Close details");
    desk.press(NONE, Key::Escape);
    assert!(!desk.has("Close details"), "Enter has not switched it on");
    desk.click("View");
    desk.click("Reading pane");
    desk.wait_for("Close details");
}

#[test]
fn in_a_narrow_window_the_details_do_not_cover_the_list_by_themselves() {
    let mut desk = Desk::with_sample_in(vec2(1024.0, 700.0), Theme::Light);
    desk.press(NONE, Key::ArrowDown);
    desk.harness.run();
    assert!(!desk.has("Close details"));
    desk.press(NONE, Key::Enter);
    desk.wait_for("Close details");
}

#[test]
fn each_name_can_be_copied() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.wait_for("Copy SIP address");
    for (button, copied) in [
        ("Copy SIP address", "sip:kenmyer@litwareinc.com"),
        ("Copy Account", r"litwareinc\kenmyer"),
    ] {
        desk.click(button);
        assert_eq!(desk.harness.state().app.next_frame.copy, None);
        assert!(desk.has("Copied."), "{copied}");
    }
}

#[test]
fn the_history_stands_above_the_fold() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.press(NONE, Key::ArrowDown);
    desk.wait_until("the history", |desk| desk.says("PIN state imported"));
    let entry = desk
        .harness
        .get_by_value("PIN state imported: no PIN set → locked, cause unknown");
    assert!(entry.rect().bottom() < 740.0, "{:?}", entry.rect());
}

fn pin(digits: &str) -> Pin {
    Pin::parse(digits).unwrap()
}

/// Gives Aaron Barros a PIN that PinDesk knows.
fn aaron_with_new_pin(desk: &Desk) -> (UserId, Store) {
    let aaron = desk.stored("Aaron Barros").id;
    let mut store = desk.store();
    let request = Request {
        action: Action::SetPin,
        targets: vec![Target::User(aaron)],
        keep: Keep::All,
        reason: String::new(),
        ticket: String::new(),
    };
    let plan = store
        .plan(&request, &ann(), now(), &Unwatched)
        .unwrap()
        .plan;
    store
        .apply_with(&plan, Some(&pin("502817")), &ann(), now(), &Unwatched)
        .unwrap();
    (aaron, store)
}

#[test]
fn failures_stand_beside_their_limits_and_a_lock_says_what_ends_it() {
    let mut desk = Desk::with_sample();
    let (aaron, mut store) = aaron_with_new_pin(&desk);
    for _ in 0..2 {
        store
            .authenticate(aaron, &pin("999999"), &ann(), now())
            .unwrap();
    }
    desk.search("Aaron Barros");
    desk.press(NONE, Key::ArrowDown);
    desk.press(NONE, Key::Enter);
    desk.wait_until("the failures", |desk| {
        desk.says("2 of 25 in a row, 2 of 1,000 in all, last at 2026-11-22")
    });
    for _ in 2..25 {
        store
            .authenticate(aaron, &pin("999999"), &ann(), now())
            .unwrap();
    }
    desk.press(NONE, Key::F5);
    desk.wait_until("the lock", |desk| {
        desk.says("There were too many wrong PINs in a row.") && desk.says("Ends by itself at")
    });
    assert!(desk.says("0 of 25 in a row, 25 of 1,000 in all"));
    assert!(!desk.says("Only Unlock ends it."));
}

#[test]
fn failures_are_reset_without_unlocking() {
    let mut desk = Desk::with_sample();
    let (aaron, mut store) = aaron_with_new_pin(&desk);
    store
        .authenticate(aaron, &pin("999999"), &ann(), now())
        .unwrap();
    desk.search("Aaron Barros");
    desk.click_row("Aaron Barros, ");
    desk.wait_until("the failure", |desk| desk.says("1 of "));
    desk.click("Reset failures this user");
    desk.wait_for("Reset failures of 1 PIN");
    desk.wait_for("unlocked, 1 failure in a row and 1 in all would no longer count.");
    assert!(!desk.has("→ unlocked"), "its lock stays as it is");
    assert!(
        !desk.says("Reset-PinDeskFailures -Identity"),
        "the pool has no cmdlet that could be copied"
    );
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    assert_eq!(desk.stored("Aaron Barros").pin.failures.global, 0);
}
