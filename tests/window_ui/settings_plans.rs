//! Imports and changes of settings that need a second person, from the dialog to the review.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::ADMINISTRATOR;
use pindesk::store::{Grant, PlanStatus};

use crate::harness::{Desk, ann, now};

/// A desk on a store in which Carla Eklund is protected, and Bob is an administrator, too.
fn desk() -> Desk {
    let desk = Desk::with_sample();
    let carla = desk.stored("Carla Eklund").id;
    let mut store = desk.store();
    store.protect(carla, true, &ann(), now()).unwrap();
    store
        .grant(Grant::Give, ADMINISTRATOR, "bob", &ann(), now())
        .unwrap();
    drop(store);
    desk
}

fn open_first_plan(desk: &mut Desk) {
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Open plan");
    desk.wait_until("the list", |desk| desk.is_enabled("Open plan"));
    desk.click("Open plan");
}

#[test]
fn ending_a_protection_is_submitted_and_somebody_else_approves_and_applies_it() {
    let mut first = desk();
    first.search("Carla Eklund");
    first.click_row("Carla Eklund, ");
    first.press(Modifiers::NONE, Key::Enter);
    first.wait_for("Stop protecting");
    first.click("Stop protecting");
    first.wait_until("who could approve", |desk| {
        desk.says("It can be approved by bob.")
    });
    assert!(first.stored("Carla Eklund").is_protected);
    first.enter_field("Reason of the plan");
    first.type_text("left the board");
    first.click("Submit for review");
    first.wait_until("the plan", |desk| desk.says("Submitted as plan 1."));

    let mut second = first.beside("bob");
    open_first_plan(&mut second);
    second.wait_for("Protection of sip:ceklund@litwareinc.com: protected → not protected");
    assert!(second.has("Plan 1: User no longer protected: 1 setting"));
    assert!(second.says("Reason: left the board."));
    assert!(!second.is_enabled("Apply plan") && !second.is_enabled("Withdraw"));
    second.click("Approve");
    second.wait_until("the approval", |desk| desk.is_enabled("Apply plan"));
    second.click("Apply plan");
    second.wait_until("the change", |desk| desk.says("Plan 1 is applied."));
    assert!(!first.stored("Carla Eklund").is_protected);
    assert_eq!(
        first.store().plans().unwrap()[0].status,
        PlanStatus::Applied
    );
}

#[test]
fn the_hours_of_the_rules_are_set_in_the_window_and_fewer_need_approval() {
    let mut desk = desk();
    let rules = ApprovalRules {
        above: Some(5),
        ..ApprovalRules::default()
    };
    desk.store()
        .set_approval_rules(rules, &ann(), now())
        .unwrap();
    desk.show("Operators");
    desk.wait_for("Approval");
    desk.click("Approval");
    desk.wait_for("Save rules");
    for (hours, expected) in [("48", 48), ("12", 48)] {
        desk.enter_field("Hours over which changes are added up");
        desk.press(Modifiers::COMMAND, Key::A);
        desk.type_text(hours);
        desk.click("Save rules");
        let is_weaker = hours == "12";
        desk.wait_until("the outcome", |desk| {
            desk.says("Saved.") && !is_weaker || desk.has("Submit for review")
        });
        assert_eq!(desk.store().approval_rules().unwrap().hours, expected);
    }
    desk.click("Submit for review");
    desk.wait_until("the plan", |desk| desk.says("Submitted as plan 1."));
    desk.press(Modifiers::NONE, Key::Escape);
    open_first_plan(&mut desk);
    desk.wait_for("Hours over which changes are added up: 48 → 12");
    assert!(!desk.is_enabled("Approve"), "not by its author");
    desk.click("Withdraw");
    desk.wait_until("the end", |desk| desk.says("Plan 1 is withdrawn."));
}

#[test]
fn the_preview_of_an_import_says_that_it_needs_approval_and_is_submitted() {
    let mut desk = desk();
    let file = desk.write(
        "pins.csv",
        b"Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime\r\nsip:ceklund@litwareinc.com,True,True,,\r\n",
    );
    desk.drop_file(&file);
    desk.wait_until("the need", |desk| {
        desk.says("This import needs the approval of somebody else: it changes 1 protected user.")
    });
    assert!(!desk.has("Import 1 row"));
    desk.click("Submit for review");
    desk.wait_until("the plan", |desk| desk.says("Submitted as plan 1."));

    let mut second = desk.beside("bob");
    open_first_plan(&mut second);
    second.wait_for("Plan 1: Import of PINs: 1 row");
    second.wait_until("the button", |desk| {
        desk.harness.query_by_label("Approve").is_some()
    });
    second.click("Approve");
    second.wait_until("the approval", |desk| desk.is_enabled("Apply plan"));
    second.click("Apply plan");
    second.wait_until("the import", |desk| desk.says("Plan 1 is applied."));
    assert!(desk.stored("Carla Eklund").pin.is_locked_out(now()));
}
