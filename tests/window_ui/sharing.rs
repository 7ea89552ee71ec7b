//! Two windows, or a window and a command, on one store.

use eframe::egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::kittest::NodeT as _;
use pindesk::domain::pin::LockCause;
use pindesk::domain::role::Operator;
use pindesk::plan::{Action, Keep, PlanId, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Grant};
use tempfile::TempDir;

use super::harness::{Desk, ann, now, someone_else};

#[test]
fn changes_by_another_connection_appear_by_themselves() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    someone_else(&mut desk.store(), Action::Unlock, "Ken Myer", "bob");
    desk.wait_for(r"Ken Myer, litwareinc\kenmyer, unlocked");
}

#[test]
fn two_windows_see_each_other() {
    let mut first = Desk::with_sample();
    let mut second = Desk::open_on(
        TempDir::new().unwrap(),
        &first.store_path(),
        Vec2::new(1280.0, 800.0),
        Theme::Light,
    );
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
fn a_plan_leaves_out_and_reports_exactly_the_users_changed_since() {
    let mut desk = Desk::with_sample();
    desk.click("Locked 20");
    desk.wait_for("Users, 20 of 250 shown");
    desk.click("Select all that match");
    desk.click("Unlock");
    desk.wait_for("20 will change");
    someone_else(&mut desk.store(), Action::Lock, "Ken Myer", "bob");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for(
        "Unlock: 19 users unlocked. 1 user had changed since the preview and was left alone.",
    );
    assert!(desk.has("was locked, cause unknown, is now locked by administrator: left alone"));
    assert!(desk.has("Changed by bob at 2026-11-22 12:00."));
    assert_eq!(
        desk.stored("Ken Myer").pin.lock.unwrap().cause,
        LockCause::Administrator
    );
    assert!(desk.stored("Pilar Ackerman").pin.lock.is_none());
}

#[test]
fn steps_of_other_reviewers_appear_by_themselves_and_lead_to_the_applying_batch() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    desk.click("Select all that match");
    desk.click("Lock");
    desk.wait_for("1 will change");
    desk.click("Submit for review");
    desk.wait_for("Plan 1: lock 1 PIN");
    let bob = Operator {
        account: "bob".to_owned(),
        machine: "desk-2".to_owned(),
        id: None,
    };
    let mut store = desk.store();
    store
        .grant(Grant::Give, "CsHelpDesk", "bob", &ann(), now())
        .unwrap();
    store
        .decide(PlanId(1), Decision::Approve, "they have left", &bob, now())
        .unwrap();
    desk.wait_for("Approved by bob, just now: they have left");
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Plan 1: Lock 1 PIN, approved");
    store
        .decide(PlanId(1), Decision::Comment, "on Friday", &bob, now())
        .unwrap();
    desk.wait_for("Plan 1: Lock 1 PIN, approved, ann, just now, 1 comment");
    desk.wait_for("Comment by bob, just now: on Friday");

    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("1 changed");
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Plan 1: Lock 1 PIN, applied");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Applied by ann, just now");
    desk.click("Batch 8");
    desk.wait_for("sip:ceklund@litwareinc.com: Locked: unlocked → locked by administrator");
    assert_eq!(
        desk.harness
            .state()
            .app
            .history
            .as_ref()
            .unwrap()
            .opened
            .map(|batch| batch.0),
        Some(8)
    );
}

#[test]
fn the_focus_stays_by_the_plan_when_a_step_is_taken_by_key() {
    let mut desk = Desk::with_sample();
    someone_submits(&mut desk);
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Plan 1: Lock 1 PIN, waiting");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Comment on the plan");
    desk.enter_field("Comment on the plan");
    desk.type_text("who asked?");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.press(Modifiers::NONE, Key::Tab);
    assert!(
        is_focused(&desk, "Comment"),
        "Enter has left the focus in the field"
    );
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Comment by ann, just now: who asked?");
    desk.type_text("their manager did");
    desk.press(Modifiers::NONE, Key::Tab);
    desk.press(Modifiers::NONE, Key::Tab);
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Approved by ann, just now: their manager did");
    assert!(is_focused(&desk, "Users of the preview"));
}

/// Submits bob's plan to lock Carla Eklund.
fn someone_submits(desk: &mut Desk) {
    let bob = Operator {
        account: "bob".to_owned(),
        machine: "desk-2".to_owned(),
        id: None,
    };
    let request = Request {
        action: Action::Lock,
        targets: vec![Target::Identity("Carla Eklund".to_owned())],
        keep: Keep::All,
        reason: "left".to_owned(),
        ticket: String::new(),
    };
    let mut store = desk.store();
    store
        .grant(Grant::Give, "CsHelpDesk", "bob", &ann(), now())
        .unwrap();
    let planned = store.plan(&request, &bob, now(), &Unwatched).unwrap();
    store.submit(&planned.plan, &bob, now()).unwrap();
}

fn is_focused(desk: &Desk, name: &str) -> bool {
    let control = desk.control(name);
    control.accesskit_node().is_focused()
}

#[test]
fn a_protected_user_who_is_locked_by_guesses_is_told_at_once() {
    let mut desk = Desk::with_sample();
    let mut store = desk.store();
    let pilar = desk.stored("Pilar Ackerman").id;
    store.protect(pilar, true, &ann(), now()).unwrap();
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    sql.execute(
        "UPDATE pins SET lock_cause = 'system', lock_since = ?2, version = (SELECT value + 1 FROM counters
             WHERE name = 'version') WHERE user_id = ?1",
        [pilar.0, now().timestamp_millis()],
    )
    .unwrap();
    desk.wait_until("the warning", |desk| {
        desk.says("Protected user Pilar Ackerman (sip:packerman@litwareinc.com) was locked by wrong PINs on 2026-11-22 at 12:00 UTC.")
    });
}
