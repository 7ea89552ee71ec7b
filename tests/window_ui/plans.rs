//! Reviewed plans: submitting, reviewing, applying, and the rules of approval.

use eframe::egui::{Event, Key, Modifiers, PointerButton, Theme, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::app::{Command, NamedCommand, WindowView};
use pindesk::domain::approval::ApprovalRules;
use pindesk::plan::Action;
use pindesk::store::{PlanStatus, Store};

use super::harness::{Desk, ann, now, sample_store, someone_else};

const SIZE: Vec2 = Vec2::new(1280.0, 800.0);

fn desk_with(prepare: impl FnOnce(&mut Store)) -> Desk {
    let mut desk = Desk::open(|path| prepare(&mut sample_store(path)), SIZE, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    desk
}

fn need_approval_above(store: &mut Store, above: u64) {
    let rules = ApprovalRules {
        above: Some(above),
        others_locks: false,
        ..ApprovalRules::default()
    };
    assert!(store.set_approval_rules(rules, &ann(), now()).unwrap());
}

/// Makes the preview of an action for the users whose names contain a text.
fn preview(desk: &mut Desk, text: &str, action: &str, count: usize) {
    desk.search(text);
    desk.click("Select all that match");
    desk.wait_for(" selected");
    desk.click(action);
    desk.wait_for(&format!("{count} will change"));
}

fn status(desk: &Desk, id: i64) -> PlanStatus {
    let plans = desk.store().plans().unwrap();
    plans
        .into_iter()
        .find(|plan| plan.id.0 == id)
        .unwrap()
        .status
}

fn open_plan(desk: &mut Desk, start: &str) {
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for(start);
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Comment on the plan");
}

fn comment(desk: &mut Desk, text: &str) {
    desk.enter_field("Comment on the plan");
    desk.type_text(text);
}

/// The explanation of a disabled button.
fn why(desk: &Desk, name: &str) -> String {
    let control = desk.control(name);
    let node = control.accesskit_node();
    assert!(node.is_disabled(), "{name} can be pressed");
    node.description().unwrap_or_default()
}

/// Whether a button is the main button, which is the only one of this height.
fn is_main(desk: &Desk, name: &str) -> bool {
    let control = desk.control(name);
    control.rect().height() >= 32.0
}

#[test]
fn one_operator_submits_another_approves_and_users_changed_since_stay() {
    let mut first = desk_with(|store| need_approval_above(store, 2));
    preview(&mut first, "Carla", "Lock", 3);
    assert!(
        first.has("Needs the approval of somebody else: it changes 3 users, more than 2."),
        "{:?}",
        first.names()
    );
    assert!(is_main(&first, "Submit for review"));
    assert!(first.harness.query_by_label("Apply").is_none());
    first.enter_field("Reason");
    first.type_text("left the company");
    first.click("Submit for review");
    first.wait_for("Plan 1: lock 3 PINs");
    first.wait_until("what to do next", |desk| {
        desk.says("Submitted as plan 1. Somebody else finds it under View → Plans.")
    });
    assert!(first.has("Reason: left the company"));
    assert!(
        why(&first, "Apply").starts_with("Somebody else must approve it first: it changes 3 users")
    );
    assert!(
        first.harness.query_by_label("Approve").is_none(),
        "nobody approves what is their own"
    );

    someone_else(&mut first.store(), Action::Lock, "Carla Okafor", "eve");
    let mut second = first.beside("bob");
    second.show("Plans");
    second.wait_for(
        "Plan 1: Lock 3 PINs, waiting, ann · left the company, just now, 1 changed since",
    );
    second.click("Open plan");
    second.wait_for("Plan 1: lock 3 PINs");
    assert!(
        second.harness.state().app.shown_view() == WindowView::Plans,
        "the plan is beside the list"
    );
    assert!(second.has("was unlocked, now locked by administrator: left out"));
    assert!(second.has("Changed by eve at 2026-11-22 12:00."));
    assert!(second.has("Waiting, by ann, just now, 1 user changed since"));
    assert!(is_main(&second, "Approve"));
    comment(&mut second, "I have spoken with their manager");
    second.click("Approve");
    second.wait_until("the approval", |desk| desk.says("Plan 1 is approved."));
    second.wait_for("Approved by bob, just now: I have spoken with their manager");
    assert!(second.has("Submitted by ann, just now"));

    first.press(Modifiers::NONE, Key::F5);
    first.wait_for("Approved by bob");
    assert!(first.is_enabled("Apply"));
    first.click("Apply");
    first.wait_for("Confirm Lock the PINs of 2 users?");
    assert!(first.says("Reason: left the company. Ticket: none."));
    first.click("Confirm");
    first.wait_for("2 changed");
    assert_eq!(status(&first, 1), PlanStatus::Applied);
    let locked_by = |name: &str| first.stored(name).pin.lock.unwrap().by.unwrap();
    assert_eq!(
        [locked_by("Carla Eklund"), locked_by("Carla Okafor")],
        ["ann", "eve"]
    );
    assert_eq!(
        first.stored("Carla Eklund").pin.lock.unwrap().reason,
        "left the company"
    );

    second.press(Modifiers::NONE, Key::F5);
    second.wait_for("Applied, by ann, just now");
    assert!(
        second.has("3 planned") && second.harness.query_by_label("Apply").is_none(),
        "{:?}",
        second.names()
    );
}

#[test]
fn ctrl_enter_submits_a_plan_that_needs_approval_and_asks_about_other_plans() {
    let mut desk = desk_with(|store| need_approval_above(store, 2));
    preview(&mut desk, "Carla", "Lock", 3);
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.wait_for("Plan 1: lock 3 PINs");
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(!desk.has("Confirm"), "not before it is approved");

    preview(&mut desk, "Carla Eklund", "Lock", 1);
    assert!(is_main(&desk, "Apply") && !is_main(&desk, "Submit for review"));
    assert!(desk.is_enabled("Submit for review"));
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.wait_for("Confirm Lock the PIN of 1 user?");
}

#[test]
fn a_preview_that_needs_no_approval_can_be_submitted_all_the_same_and_withdrawn() {
    let mut desk = Desk::with_sample();
    desk.click("Actions");
    assert!(
        !desk.is_enabled("Submit for review"),
        "there is nothing to submit"
    );
    desk.press(Modifiers::NONE, Key::Escape);
    preview(&mut desk, "Carla", "Lock", 3);
    desk.click("Actions");
    desk.harness
        .get_all_by_label("Submit for review")
        .next()
        .unwrap()
        .click();
    desk.harness.run();
    desk.wait_for("Plan 1: lock 3 PINs");
    assert!(
        desk.is_enabled("Apply"),
        "its author may apply it, since no rule is against it"
    );
    desk.click("Actions");
    assert!(!desk.is_enabled("Submit for review"), "it is one already");
    desk.press(Modifiers::NONE, Key::Escape);
    desk.click("Withdraw");
    desk.wait_until("the withdrawal", |desk| desk.says("Plan 1 is withdrawn."));
    desk.wait_for("Withdrawn by ann");
    assert!(desk.harness.query_by_label("Withdraw").is_none());
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Withdrawn 1");
    desk.click("Waiting 0");
    assert!(desk.says("No plan is waiting"));
    desk.press(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(desk.harness.state().app.shown_view(), WindowView::Users);
    assert!(
        desk.has("Plan 1: lock 3 PINs"),
        "and the panel is as it was"
    );
}

#[test]
fn the_second_click_of_a_double_click_withdraws_nothing() {
    let mut desk = Desk::with_sample();
    preview(&mut desk, "Carla", "Lock", 3);
    // The clock of a test advances with each frame, and a worker thread may need any number of
    // frames.
    desk.harness
        .ctx
        .options_mut(|options| options.input_options.max_double_click_delay = 3600.0);
    let submit = desk.control("Submit for review").rect();
    let at = submit.left_bottom() + Vec2::new(30.0, -3.0);
    let click = |desk: &mut Desk| {
        desk.harness.hover_at(at);
        for pressed in [true, false] {
            let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
            desk.harness.event(Event::PointerButton {
                pos: at,
                button,
                pressed,
                modifiers,
            });
        }
        desk.harness.run();
    };
    click(&mut desk);
    desk.wait_for("Withdraw");
    assert!(
        desk.control("Withdraw").rect().contains(at),
        "the buttons lie one where the other was"
    );
    click(&mut desk);
    assert_eq!(status(&desk, 1), PlanStatus::Waiting);
    assert!(desk.is_enabled("Withdraw"));
}

#[test]
fn rejecting_needs_words_and_is_the_end() {
    let mut desk = Desk::with_sample();
    preview(&mut desk, "Carla", "Lock", 3);
    desk.click("Submit for review");
    desk.wait_for("Plan 1: lock 3 PINs");
    let mut other = desk.beside("bob");
    open_plan(&mut other, "Plan 1: ");
    assert_eq!(why(&other, "Reject"), "Say why in the comment.");
    assert_eq!(why(&other, "Comment"), "Write the comment first.");
    comment(&mut other, "Is Carla Eklund among them?");
    other.click("Comment");
    other.wait_for("Comment by bob, just now: Is Carla Eklund among them?");
    assert_eq!(why(&other, "Reject"), "Say why in the comment.");
    comment(&mut other, "not these three");
    other.click("Reject");
    other.wait_for("Rejected by bob, just now: not these three");
    assert!(other.harness.query_by_label("Approve").is_none());
    assert_eq!(status(&desk, 1), PlanStatus::Rejected);
    // The author's window shows an older state, and the store refuses the step it offers.
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(NamedCommand::Withdraw));
    desk.wait_until("the refusal", |desk| {
        desk.says("Plan 1 is rejected already. Nothing was changed.")
    });
    desk.wait_for("Rejected by bob");
    assert!(desk.has("Plan 1: lock 3 PINs"), "the plan stays open");
}

#[test]
fn less_than_was_approved_may_be_applied() {
    let mut desk = desk_with(|store| need_approval_above(store, 2));
    preview(&mut desk, "Carla", "Lock", 3);
    desk.click("Submit for review");
    desk.wait_for("Plan 1: lock 3 PINs");
    let mut other = desk.beside("bob");
    open_plan(&mut other, "Plan 1: ");
    assert!(!other.has("Take out "), "who approves, approves all of it");
    other.click("Approve");
    other.wait_for("Approved by bob");
    desk.click("Take out Carla Okafor");
    desk.wait_for("2 will change");
    assert!(
        desk.is_enabled("Apply"),
        "without her no approval is needed"
    );
    desk.press(Modifiers::NONE, Key::F5);
    desk.wait_for("Approved by bob");
    assert!(desk.has("2 will change"), "who was taken out stays out");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("2 changed");
    assert!(desk.stored("Carla Okafor").pin.lock.is_none());
    assert!(desk.stored("Carla Eklund").pin.lock.is_some());
    assert_eq!(status(&desk, 1), PlanStatus::Applied);
}

#[test]
fn without_a_role_everything_is_visible_and_refusals_have_a_reason() {
    let mut desk = Desk::with_sample();
    preview(&mut desk, "Carla", "Lock", 3);
    desk.click("Submit for review");
    desk.wait_for("Plan 1: lock 3 PINs");
    let mut other = desk.beside("bob");
    let sql = rusqlite::Connection::open(desk.store_path()).unwrap();
    sql.execute(
        "UPDATE operator_roles SET role = 'CsViewOnlyAdministrator' WHERE account = 'bob'",
        [],
    )
    .unwrap();
    open_plan(&mut other, "Plan 1: ");
    assert!(why(&other, "Approve").starts_with("bob may not run Lock-CsClientPin here"));
    assert!(why(&other, "Reject").starts_with("bob may not run Lock-CsClientPin here"));
}

#[test]
fn the_plan_of_a_list_is_submitted_from_its_sheet() {
    let mut desk = desk_with(|store| need_approval_above(store, 1));
    let file = desk.write(
        "list.csv",
        b"UPN\nkenmyer@litwareinc.com\nceklund@litwareinc.com\nabarros@litwareinc.com\n",
    );
    desk.drop_file(&file);
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    desk.click("Next");
    desk.click("Next");
    desk.click("Next");
    desk.wait_for("will change 3");
    assert!(
        desk.says("Needs the approval of somebody else: it changes 3 users, more than 1."),
        "{:?}",
        desk.texts()
    );
    assert!(is_main(&desk, "Submit for review"));
    desk.press(Modifiers::COMMAND, Key::Enter);
    desk.wait_for("Plan 1: lock 3 PINs");
    assert!(
        desk.harness.state().app.import.is_none(),
        "the sheet is closed"
    );
    assert!(desk.has("File: list.csv"));
    assert_eq!(status(&desk, 1), PlanStatus::Waiting);
}

#[test]
fn an_empty_list_of_plans_says_what_they_are_for() {
    let mut desk = Desk::with_sample();
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_until("what plans are for", |desk| {
        desk.says("No plan has been submitted yet")
    });
    assert!(!desk.is_enabled("Open plan"));
    assert!(desk.says("press Submit for review"));
}

#[test]
fn the_rules_are_set_in_the_window_and_hold() {
    let mut desk = Desk::with_sample();
    desk.show("Operators");
    desk.wait_for("Take CsAdministrator from ann");
    desk.click("Approval");
    desk.wait_for("Save rules");
    assert!(!desk.is_enabled("Save rules"), "nothing is changed yet");
    desk.click("Plans for more than a number of users need approval");
    desk.enter_field("Number of users");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("many");
    assert_eq!(
        why(&desk, "Save rules"),
        "The number of users or of hours is not a number."
    );
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("2");
    desk.click("Plans that undo another administrator's lock need approval");
    desk.click("Save rules");
    desk.wait_until("the rules in words", |desk| {
        desk.says(
            "Saved. Plans for more than 2 users in 24 hours, and plans that undo another administrator's lock, need approval.",
        )
    });
    let rules = ApprovalRules {
        above: Some(2),
        others_locks: true,
        ..ApprovalRules::default()
    };
    assert_eq!(desk.store().approval_rules(), Ok(rules));
    desk.press(Modifiers::NONE, Key::Escape);
    preview(&mut desk, "Carla", "Lock", 3);
    assert!(is_main(&desk, "Submit for review"));

    let mut other = desk.beside("bob");
    other.show("Operators");
    other.click("Approval");
    other.wait_for("Save rules");
    assert_eq!(
        why(&other, "Save rules"),
        "Requires one of these roles: CsAdministrator."
    );
}

#[test]
fn a_user_is_protected_in_the_window_and_changing_them_needs_approval() {
    let mut desk = Desk::with_sample();
    desk.show("Operators");
    desk.click("Protected users");
    desk.wait_for("Identity");
    for (identity, refusal) in [
        ("Carla*", "means 3 users. Name one of them exactly."),
        ("Carla Nobody", "Management object not found"),
        (
            "Maria Garcia",
            "Several users match identity \"Maria Garcia\": Maria Garcia (",
        ),
    ] {
        desk.enter_field("Identity");
        desk.press(Modifiers::COMMAND, Key::A);
        desk.type_text(identity);
        desk.click("Protect");
        desk.wait_until(refusal, |desk| desk.says(refusal));
    }
    desk.enter_field("Identity");
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("ceklund@litwareinc.com");
    desk.click("Protect");
    desk.wait_for("Stop protecting Carla Eklund");
    assert!(desk.stored("Carla Eklund").is_protected);
    desk.press(Modifiers::NONE, Key::Escape);
    preview(&mut desk, "Carla", "Lock", 3);
    assert!(desk.has("Protected: changing them needs approval."));
    assert!(desk.has("Needs the approval of somebody else: it changes 1 protected user."));
    assert!(is_main(&desk, "Submit for review"));
    desk.click("Take out Carla Eklund");
    desk.wait_for("2 will change");
    assert!(is_main(&desk, "Apply"), "without her it needs none");
}

#[test]
fn details_protect_a_user_and_stop_doing_so() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    desk.click_row("Carla Eklund, ");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Protect");
    desk.click("Protect");
    desk.wait_for("Stop protecting");
    assert!(desk.says("Protected: changing this PIN needs the approval of somebody else."));
    assert!(desk.stored("Carla Eklund").is_protected);
    desk.click("Stop protecting");
    desk.wait_until("the refusal", |desk| {
        desk.says("it ends the protection of 1 user")
    });
    assert!(desk.stored("Carla Eklund").is_protected);
}

#[test]
fn users_protected_meanwhile_are_refused_and_the_preview_stays() {
    let mut desk = Desk::with_sample();
    preview(&mut desk, "Carla Eklund", "Lock", 1);
    let carla = desk.stored("Carla Eklund").id;
    desk.store().protect(carla, true, &ann(), now()).unwrap();
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_until("the refusal", |desk| {
        desk.says("This plan needs the approval of somebody else")
    });
    desk.wait_for("1 will change");
    assert!(is_main(&desk, "Submit for review") && desk.harness.query_by_label("Apply").is_none());
    desk.click("Submit for review");
    desk.wait_for("Plan 1: lock 1 PIN");
    assert!(desk.has("Protected: changing them needs approval."));
    assert!(!desk.is_enabled("Apply"));
}

#[test]
fn a_list_of_plans_is_walked_with_the_keys() {
    let mut desk = Desk::with_sample();
    for text in ["Carla Eklund", "Carla Okafor"] {
        preview(&mut desk, text, "Lock", 1);
        desk.click("Submit for review");
        desk.wait_for("lock 1 PIN");
        desk.press(Modifiers::NONE, Key::Escape);
    }
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_for("Plan 2: ");
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Plan 1: lock 1 PIN");
    assert!(desk.has("Carla Eklund"));
}
