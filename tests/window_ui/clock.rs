//! A clock that is far ahead of the last entry is asked about; one that is behind is told.

use chrono::Duration;
use eframe::egui::{Key, Modifiers, Theme, Vec2};

use super::harness::{Desk, now, sample_store_at};

const QUESTION: &str = "Is the clock of this computer right?";

/// A window on a store whose last entry is this long ago.
fn last_written(ago: Duration) -> Desk {
    let size = Vec2::new(1280.0, 800.0);
    let prepare = |path: &std::path::Path| drop(sample_store_at(path, now() - ago));
    let mut desk = Desk::open(prepare, size, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    desk
}

fn unlock_ken(desk: &mut Desk) {
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Confirm");
}

#[test]
fn a_jump_is_asked_about_and_the_change_goes_on_when_it_is_accepted() {
    let mut desk = last_written(Duration::days(9));
    unlock_ken(&mut desk);
    desk.wait_for(QUESTION);
    assert!(desk.says("9 days earlier"), "{:?}", desk.texts());
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
    desk.click("The clock is right");
    desk.wait_for("Unlock: 1 user unlocked.");
    assert!(!desk.has(QUESTION));
    let history = desk
        .store()
        .user_history(desk.stored("Ken Myer").id, 1)
        .unwrap();
    assert_eq!(history[0].at, now());
}

#[test]
fn a_jump_that_is_not_accepted_changes_nothing_and_keeps_the_preview() {
    let mut desk = last_written(Duration::days(9));
    unlock_ken(&mut desk);
    desk.wait_for(QUESTION);
    desk.press(Modifiers::NONE, Key::Escape);
    desk.wait_for("Cancelled. Nothing was changed.");
    assert!(!desk.has(QUESTION) && desk.has("1 will change"));
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
}

#[test]
fn a_clock_that_is_behind_is_told() {
    let desk = last_written(Duration::hours(-3));
    assert!(
        desk.says("3 hours behind the last entry of the store"),
        "{:?}",
        desk.texts()
    );
}
