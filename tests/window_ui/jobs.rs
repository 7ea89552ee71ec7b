//! Finding, previewing, locking and unlocking, with the mouse.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::pin::LockCause;
use pindesk::plan::Action;

use super::harness::{Desk, now, sample_store, someone_else};

#[test]
fn every_control_has_its_name() {
    let mut desk = Desk::with_sample();
    for name in [
        "Search",
        "Lock",
        "Unlock",
        "Users",
        "Select all that match",
        "Theme",
        "File",
        "Actions",
        "View",
        "Help",
    ] {
        assert!(
            desk.harness.query_all_by_label(name).next().is_some(),
            "{name}\n{}",
            desk.names().join("\n")
        );
    }
    assert!(!desk.has("What if"), "there is no preview");
    for chip in [
        "All 250",
        "Locked 20",
        "By administrator 0",
        "By system 0",
        "Temporary 0",
        "Cause unknown 20",
        "Unlocked 230",
        "No PIN 20",
        "Expired 15",
        "Expiring in 14 days 12",
    ] {
        assert!(desk.harness.query_by_label(chip).is_some(), "{chip}");
    }
    for column in ["Account", "PIN", "Lock", "Expires", "Locked since, by"] {
        assert!(
            desk.harness
                .query_by_label(&format!("Sort by {column}"))
                .is_some(),
            "{column}"
        );
    }
    assert!(desk.has("Sort by Display name, ascending"));
    desk.click("File");
    for item in ["Import users or PINs…", "Open the sample directory", "Quit"] {
        assert!(desk.has(item), "{item}");
    }
    desk.press(Modifiers::NONE, Key::Escape);
    desk.click("View");
    for item in ["Refresh", "Columns", "Zoom"] {
        assert!(desk.has(item), "{item}");
    }
}

#[test]
fn rows_are_read_as_sentences() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    assert!(
        desk.has(
            r"Ken Myer, litwareinc\kenmyer, locked, cause unknown, never expires, row 1 of 1."
        ),
        "{:?}",
        desk.names()
    );
}

#[test]
fn unlocking_goes_from_the_preview_over_one_question_to_the_store() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    assert!(desk.has("1 selected"));
    desk.click("Unlock");
    desk.wait_for("What if: Performing the operation \"Unlock-CsClientPin\" on target \"sip:kenmyer@litwareinc.com\".");
    for group in [
        "1 will change",
        "0 no change needed",
        "0 skipped",
        "0 refused",
    ] {
        assert!(desk.has(group), "{group}");
    }
    assert!(
        desk.stored("Ken Myer").pin.is_locked_out(now()),
        "a preview changes nothing"
    );

    desk.enter_field("Reason");
    desk.type_text("called in, identity checked");
    desk.enter_field("Ticket");
    desk.type_text("INC-4711");
    desk.click("Apply");
    assert!(desk.has("Confirm Unlock the PIN of 1 user?"));
    assert!(
        desk.stored("Ken Myer").pin.is_locked_out(now()),
        "the question changes nothing"
    );

    desk.click("Confirm");
    desk.wait_for("Unlock: 1 user unlocked.");
    let user = desk.stored("Ken Myer");
    assert!(!user.pin.is_locked_out(now()));
    let entry = desk.store().user_history(user.id, 1).unwrap().remove(0);
    assert_eq!(
        (
            entry.action.word(),
            entry.operator.as_str(),
            entry.machine.as_str()
        ),
        ("unlock", "ann", "desk-1")
    );
    assert_eq!(
        (entry.reason.as_str(), entry.ticket.as_str()),
        ("called in, identity checked", "INC-4711")
    );
    assert!(desk.has("1 changed"));
    desk.wait_for(r"Ken Myer, litwareinc\kenmyer, unlocked");
    assert!(
        desk.has("0 selected"),
        "nobody stays selected for a second time by accident"
    );
}

#[test]
fn locking_keeps_the_operator_and_the_reason() {
    let mut desk = Desk::with_sample();
    desk.search("abarros");
    desk.click_row("Aaron Barros, ");
    desk.click("Lock");
    desk.wait_for("1 will change");
    desk.enter_field("Reason");
    desk.type_text("phone lost");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("Lock: 1 user locked.");
    let lock = desk.stored("Aaron Barros").pin.lock.unwrap();
    assert_eq!(
        (lock.cause, lock.by.as_deref(), lock.reason.as_str()),
        (LockCause::Administrator, Some("ann"), "phone lost")
    );
    desk.wait_for(
        r"Aaron Barros, litwareinc\abarros, locked by administrator ann since 2026-11-22",
    );
}

#[test]
fn cancel_goes_back_to_the_preview_and_changes_nothing() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.click("Cancel");
    assert!(desk.has("1 will change") && !desk.has("Confirm Unlock"));
    desk.click("Close preview");
    assert!(!desk.has("will change"));
    assert!(desk.stored("Ken Myer").pin.is_locked_out(now()));
}

#[test]
fn nothing_to_apply_is_said_and_apply_rests() {
    let mut desk = Desk::with_sample();
    desk.search("Aaron Barros");
    desk.click_row("Aaron Barros, ");
    desk.click("Unlock");
    desk.wait_for("1 no change needed");
    assert!(!desk.is_enabled("Apply"));
    assert!(desk.has("Nothing to apply: the PIN is already unlocked."));
    desk.press(Modifiers::COMMAND, Key::Enter);
    assert!(!desk.has("Confirm"), "nor does its shortcut");
}

#[test]
fn lock_and_unlock_are_disabled_until_a_user_is_selected() {
    let mut desk = Desk::with_sample();
    assert!(!desk.is_enabled("Lock") && !desk.is_enabled("Unlock"));
    desk.press(Modifiers::COMMAND, Key::U);
    assert!(desk.has("Unlock: no user is selected. Select one or more users first."));
    desk.click("Dismiss the error");
    assert!(!desk.has("no user is selected"));
}

#[test]
fn above_the_limit_the_number_must_be_typed() {
    let mut desk = Desk::with_sample();
    // 230 have a PIN: a tenth is 23, and 210 are not locked.
    desk.click("Select all that match");
    assert!(desk.has("250 selected"));
    desk.click("Lock");
    desk.wait_for("230 will change");
    assert!(desk.has("20 skipped"));
    desk.click("Apply");
    assert!(!desk.is_enabled("Confirm"));
    desk.type_text("23");
    assert!(!desk.is_enabled("Confirm"));
    desk.press(Modifiers::NONE, Key::Enter);
    assert!(
        desk.has("Confirm Lock the PINs of 230 users?"),
        "a wrong number does not confirm"
    );
    desk.type_text("0");
    assert!(desk.is_enabled("Confirm"));
    desk.click("Confirm");
    desk.wait_for("Lock: 230 users locked.");
}

#[test]
fn a_user_can_be_taken_out_of_the_preview() {
    let mut desk = Desk::with_sample();
    desk.search("myer");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.click("Select all that match");
    desk.click("Lock");
    desk.wait_for("will change");
    let before = desk.harness.state().app.panel.list().unwrap().plan.counts();
    desk.click("Take out Ken Myer");
    let after = desk.harness.state().app.panel.list().unwrap().plan.counts();
    assert_eq!(
        (after.will_change, after.skipped),
        (before.will_change - 1, before.skipped + 1)
    );
    assert!(desk.has("Taken out of this preview."));
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("locked.");
    let lock = desk.stored("Ken Myer").pin.lock.unwrap();
    assert_eq!(
        lock.cause,
        LockCause::Unknown,
        "who was taken out is left alone"
    );
}

#[test]
fn a_lock_that_another_administrator_set_is_marked() {
    let mut desk = Desk::open(
        |path| someone_else(&mut sample_store(path), Action::Lock, "Aaron Barros", "bob"),
        eframe::egui::Vec2::new(1280.0, 800.0),
        eframe::egui::Theme::Light,
    );
    desk.wait_for("By administrator 1");
    desk.click("By administrator 1");
    desk.wait_for("Users, 1 of 250 shown");
    desk.click_row("Aaron Barros, ");
    desk.click("Unlock");
    desk.wait_for("Locked on purpose by bob on 2026-11-22 12:00 UTC, reason: asked on the phone.");
    desk.click("Apply");
    assert!(desk.has("One of them was locked on purpose by another administrator."));
}

#[test]
fn details_show_the_names_the_state_and_the_history() {
    let mut desk = Desk::open(
        |path| someone_else(&mut sample_store(path), Action::Unlock, "Ken Myer", "bob"),
        eframe::egui::Vec2::new(1280.0, 800.0),
        eframe::egui::Theme::Light,
    );
    desk.wait_for("Users, 250 of 250 shown");
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Actions");
    desk.harness
        .get_by_role_and_label(Role::Button, "Details")
        .click();
    desk.wait_for("Unlocked: locked, cause unknown → unlocked");
    for text in [
        "kenmyer@litwareinc.com",
        "sip:kenmyer@litwareinc.com",
        r"litwareinc\kenmyer",
        "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
        "Reason: asked on the phone",
    ] {
        assert!(desk.says(text), "{text}: {:?}", desk.texts());
    }
    assert!(desk.says("by bob on desk-2"), "{:?}", desk.texts());
    desk.click("Close details");
    assert!(desk.harness.query_by_label("Close details").is_none());
}

#[test]
fn the_selection_survives_searching_and_sorting() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.search("");
    desk.click("Sort by Account");
    desk.wait_for("Sort by Account, ascending");
    desk.click("Sort by Account, ascending");
    desk.wait_for("Sort by Account, descending");
    assert!(desk.has("1 selected"));
    let id = desk.stored("Ken Myer").id;
    assert!(desk.harness.state().app.selection.contains(id));
}

#[test]
fn chips_filter_and_count_what_the_search_finds() {
    let mut desk = Desk::with_sample();
    desk.search("* Smith");
    desk.wait_for("Users, 8 of 250 shown");
    assert!(desk.has("Read as display name with wildcard"));
    assert!(desk.has("Locked 3") && desk.has("No PIN 1"));
    desk.click("Locked 3");
    desk.wait_for("Users, 3 of 250 shown");
    desk.click("Locked 3");
    desk.wait_for("Users, 8 of 250 shown");
}

#[test]
fn the_search_box_says_how_it_read_the_text() {
    let mut desk = Desk::with_sample();
    for (text, reading) in [
        ("kenmyer@litwareinc.com", "Read as UPN or SIP address"),
        (r"litwareinc\kenmyer", "Read as domain and logon name"),
        ("Ken Myer", "Looked for in all five names"),
        ("* Smith", "Read as display name with wildcard"),
        ("sip:kenmyer@litwareinc.com", "Read as SIP address"),
        (
            "CN=Ken Myer, OU=Finance, DC=litwareinc, DC=com",
            "Read as distinguished name",
        ),
    ] {
        desk.search(text);
        assert!(desk.says(reading), "{text}: {reading}");
        let people = desk.harness.state().app.view.as_ref().unwrap().len();
        assert_eq!(people, if text.starts_with('*') { 8 } else { 1 }, "{text}");
    }
    desk.search("*@litwareinc.com");
    desk.wait_for("Nobody matches");
    assert!(desk.says("Wildcards (*) work only with display names."));
}

#[test]
fn columns_can_be_hidden_and_the_theme_chosen() {
    let mut desk = Desk::with_sample();
    desk.click("Theme");
    assert_eq!(
        desk.harness.state().app.settings.theme,
        pindesk::app::ThemeChoice::Light
    );
    desk.click("View");
    desk.click("Columns");
    desk.click("Account");
    assert!(desk.harness.query_by_label("Sort by Account").is_none());
}
