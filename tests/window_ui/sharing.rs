//! Two windows, or a window and a command, on one store.

use eframe::egui::{Theme, Vec2};
use pindesk::domain::pin::LockCause;
use pindesk::plan::Action;
use tempfile::TempDir;

use super::desk::{Desk, someone_else};

#[test]
fn what_another_connection_changes_is_seen_without_asking() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    someone_else(&mut desk.store(), Action::Unlock, "Ken Myer", "bob");
    desk.wait_for(r"Ken Myer, litwareinc\kenmyer, unlocked");
}

#[test]
fn two_windows_see_each_other() {
    let mut first = Desk::with_sample();
    let mut second =
        Desk::open_on(TempDir::new().unwrap(), &first.store_path(), Vec2::new(1280.0, 800.0), Theme::Light);
    second.wait_for("Locked 20");
    first.search("Ken Myer");
    first.click_row("Ken Myer, ");
    first.click("Unlock");
    first.wait_for("1 will change");
    first.click("Apply");
    first.click("Confirm");
    first.wait_for("Unlock: 1 user unlocked.");
    second.wait_for("Locked 19");
}

#[test]
fn a_plan_leaves_out_exactly_who_has_changed_since_and_says_so() {
    let mut desk = Desk::with_sample();
    desk.click("Locked 20");
    desk.wait_for("Users, 20 of 250 shown");
    desk.click("Select all that match");
    desk.click("Unlock");
    desk.wait_for("20 will change");
    someone_else(&mut desk.store(), Action::Lock, "Ken Myer", "bob");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("Unlock: 19 users unlocked. 1 user had changed since the preview and was left alone.");
    assert!(desk.has("was locked, cause unknown, is now locked by administrator: left alone"));
    assert!(desk.has("Changed by bob at 2026-11-22 12:00."));
    assert_eq!(desk.stored("Ken Myer").pin.lock.unwrap().cause, LockCause::Administrator);
    assert!(desk.stored("Pilar Ackerman").pin.lock.is_none());
}
