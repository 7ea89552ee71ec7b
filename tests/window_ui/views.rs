//! The views of the window: going from one to another, and what each of them keeps.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use pindesk::app::{HistoryTab, ThemeChoice, WhatIfPanel, WindowView};
use pindesk::plan::Action;

use super::harness::{Desk, sample_store, someone_else};

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

const LIST: &[u8] =
    b"UPN\r\nceklund@litwareinc.com\r\nceklundd@litwareinc.com\r\nabarros@litwareinc.com\r\n";

fn shown(desk: &Desk) -> WindowView {
    desk.harness.state().app.shown_view()
}

/// Opens a list and shows the preview of locking its users, of whom so many are unlocked.
fn preview_of_list(desk: &mut Desk, unlocked: usize) {
    let file = desk.write("list.csv", LIST);
    desk.drop_file(&file);
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    for _ in 0..3 {
        desk.click("Next");
    }
    desk.wait_for(&format!("will change {unlocked}"));
}

#[test]
fn every_view_has_a_key_and_an_item_in_the_rail() {
    let mut desk = Desk::with_sample();
    for (key, name, view) in [
        (Key::Num2, "Lists", WindowView::Lists),
        (Key::Num3, "Plans", WindowView::Plans),
        (Key::Num4, "History", WindowView::History),
        (Key::Num5, "Insights", WindowView::Insights),
        (Key::Num6, "Policies", WindowView::Policies),
        (Key::Num7, "Operators", WindowView::Operators),
        (Key::Comma, "Settings", WindowView::Settings),
        (Key::Num1, "Users", WindowView::Users),
    ] {
        desk.press(CTRL, key);
        assert_eq!(shown(&desk), view, "{name}");
        assert!(desk.has(&format!("{name} view")), "{:?}", desk.names());
        let item = desk.harness.get_by_role_and_label(Role::Tab, name);
        assert_eq!(item.accesskit_node().is_selected(), Some(true), "{name}");
    }
    for (name, view) in [
        ("Settings", WindowView::Settings),
        ("Lists", WindowView::Lists),
    ] {
        desk.show(name);
        assert_eq!(shown(&desk), view, "{name}");
    }
}

#[test]
fn the_rail_is_walked_with_the_arrows_and_keeps_the_focus() {
    let mut desk = Desk::with_sample();
    desk.show("Plans");
    // The first list of plans takes the focus when it has been read.
    desk.wait_for("No plan has been submitted yet");
    desk.harness
        .get_by_role_and_label(Role::Tab, "Plans")
        .focus();
    desk.harness.run();
    desk.press(NONE, Key::ArrowDown);
    assert_eq!(shown(&desk), WindowView::History);
    desk.press(NONE, Key::ArrowUp);
    desk.press(NONE, Key::ArrowUp);
    assert_eq!(shown(&desk), WindowView::Lists);
    let item = desk.harness.get_by_role_and_label(Role::Tab, "Lists");
    assert!(item.accesskit_node().is_focused());
    desk.press(NONE, Key::ArrowUp);
    desk.press(NONE, Key::ArrowUp);
    assert_eq!(shown(&desk), WindowView::Users, "it ends there");
}

#[test]
fn the_first_list_of_plans_leaves_the_focus_to_somebody_who_walks_on() {
    let mut desk = Desk::with_sample();
    desk.show("Lists");
    desk.harness
        .get_by_role_and_label(Role::Tab, "Lists")
        .focus();
    desk.harness.run();
    desk.press(NONE, Key::ArrowDown);
    assert_eq!(shown(&desk), WindowView::Plans);
    desk.wait_for("No plan has been submitted yet");
    let item = desk.harness.get_by_role_and_label(Role::Tab, "Plans");
    assert!(item.accesskit_node().is_focused());
    desk.press(NONE, Key::ArrowDown);
    assert_eq!(shown(&desk), WindowView::History);
}

#[test]
fn alt_left_goes_back_and_alt_right_forward() {
    let mut desk = Desk::with_sample();
    desk.press(CTRL, Key::Num4);
    desk.press(CTRL, Key::Num3);
    desk.press(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(shown(&desk), WindowView::History);
    desk.press(Modifiers::ALT, Key::ArrowLeft);
    desk.press(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(shown(&desk), WindowView::Users, "the first one");
    desk.press(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(shown(&desk), WindowView::History);
    desk.press(CTRL, Key::Num7);
    desk.press(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(shown(&desk), WindowView::Operators, "Plans is forgotten");
    desk.press(Modifiers::ALT, Key::ArrowLeft);
    assert_eq!(shown(&desk), WindowView::History);
}

#[test]
fn a_view_keeps_its_work_while_another_one_is_shown() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    desk.press(CTRL, Key::Num4);
    desk.wait_for("Search the history");
    desk.enter_field("Search the history");
    desk.type_text("eklund");
    desk.click("Locked on…");
    desk.press(CTRL, Key::Num7);
    desk.wait_for("Take CsAdministrator from ann");
    desk.enter_field("Account");
    desk.type_text("eve");
    desk.press(CTRL, Key::Num4);
    let app = &desk.harness.state().app;
    let history = app.history.as_ref().unwrap();
    assert_eq!(
        (history.search.as_str(), history.tab),
        ("eklund", HistoryTab::LockedOn)
    );
    desk.press(CTRL, Key::Num7);
    let operators = &desk.harness.state().app.operators;
    assert_eq!(operators.as_ref().unwrap().account, "eve");
}

#[test]
fn the_preview_of_a_list_and_that_of_the_users_are_two() {
    let mut desk = Desk::with_sample();
    preview_of_list(&mut desk, 2);
    desk.enter_field("Reason");
    desk.type_text("list of HR");
    desk.press(CTRL, Key::Num1);
    assert!(!desk.has("What if"), "the list keeps its preview to itself");
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.enter_field("Reason");
    desk.type_text("called");
    desk.press(CTRL, Key::Num2);
    assert!(desk.has("will change 2") && !desk.has("What if"));
    let reason = |desk: &Desk| desk.harness.state().app.reason.clone();
    assert_eq!(reason(&desk), "list of HR");
    desk.press(CTRL, Key::Num1);
    assert!(desk.has("1 will change"));
    assert_eq!(reason(&desk), "called");
    desk.click("Apply");
    desk.click("Confirm");
    desk.wait_for("Unlock: 1 user unlocked.");
    assert!(desk.stored("Carla Eklund").pin.lock.is_none());
    desk.press(CTRL, Key::Num2);
    desk.press(CTRL, Key::Enter);
    desk.click("Confirm");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    assert!(desk.stored("Carla Eklund").pin.lock.is_some());
}

#[test]
fn the_answer_about_a_list_never_reaches_the_preview_of_the_users() {
    let mut desk = Desk::with_sample();
    let file = desk.write("list.csv", LIST);
    desk.drop_file(&file);
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    desk.click("Next");
    desk.click("Next");
    // The preview is still being made when another view is shown.
    desk.harness
        .get_by_role_and_label(Role::Button, "Next")
        .click();
    desk.harness.step();
    desk.press(CTRL, Key::Num1);
    desk.wait_until("the preview of the list", |desk| {
        desk.says("Preview: 2 will change")
    });
    assert!(matches!(desk.harness.state().app.panel, WhatIfPanel::Empty));
    desk.press(CTRL, Key::Num2);
    assert!(desk.has("will change 2"));
}

#[test]
fn a_file_with_a_preview_is_not_left_without_a_question() {
    let mut desk = Desk::with_sample();
    preview_of_list(&mut desk, 2);
    desk.press(NONE, Key::Escape);
    assert!(desk.has("Leave this file?"));
    assert!(desk.says("The preview was not applied."));
    desk.press(NONE, Key::Escape);
    assert!(desk.has("will change 2"), "Esc stays with it");
    desk.click("Close file");
    desk.click("Leave the file");
    assert_eq!(shown(&desk), WindowView::Users);
    desk.press(CTRL, Key::Num2);
    assert!(desk.says("No file is open"));
}

#[test]
fn commands_that_act_on_the_selection_rest_where_it_cannot_be_seen() {
    let mut desk = Desk::with_sample();
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    for key in [Key::Num3, Key::Num4, Key::Num7, Key::Comma, Key::Num2] {
        desk.press(CTRL, key);
        desk.press(CTRL, Key::U);
        desk.harness.run();
    }
    desk.press(CTRL, Key::Num1);
    assert!(!desk.has("What if"));
    desk.press(CTRL, Key::U);
    desk.wait_for("1 will change");
}

#[test]
fn the_list_of_users_has_the_room_of_a_panel_that_shows_nothing() {
    let mut desk = Desk::with_sample();
    let right = |desk: &Desk| {
        desk.harness
            .get_by_role_and_label(Role::Group, "Users")
            .rect()
            .right()
    };
    assert!(right(&desk) > 1270.0);
    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    assert!(right(&desk) < 910.0);
    desk.click("Close preview");
    desk.click("Close details");
    assert!(right(&desk) > 1270.0);
}

#[test]
fn a_narrow_window_has_a_rail_of_icons_with_the_same_names() {
    let size = Vec2::new(1024.0, 700.0);
    let mut desk = Desk::with_sample_in(size, Theme::Light);
    let width = |desk: &Desk| {
        desk.harness
            .get_by_role_and_label(Role::Tab, "History")
            .rect()
            .width()
    };
    assert!(width(&desk) < 60.0);
    desk.show("History");
    assert_eq!(shown(&desk), WindowView::History);
}

#[test]
fn nothing_of_one_store_is_seen_in_another() {
    let mut desk = Desk::with_sample();
    preview_of_list(&mut desk, 2);
    desk.press(CTRL, Key::Num4);
    desk.enter_field("Search the history");
    desk.type_text("eklund");
    let other = desk.folder.path().join("other.db");
    drop(sample_store(&other));
    desk.answer_dialogs_with(&other);
    desk.press(CTRL, Key::Comma);
    desk.click("Open another store…");
    desk.wait_for("Users, 250 of 250 shown");
    assert_eq!(shown(&desk), WindowView::Users);
    desk.press(CTRL, Key::Num4);
    let history = &desk.harness.state().app.history;
    assert!(history.as_ref().unwrap().search.is_empty());
    desk.press(CTRL, Key::Num2);
    assert!(desk.says("No file is open"));
}

#[test]
fn a_list_of_plans_begins_at_its_top_in_another_store() {
    let mut desk = Desk::with_sample();
    desk.press(CTRL, Key::Num4);
    desk.wait_for("Import of users");
    assert!(desk.has("Batches"));
    let batches = |desk: &Desk| desk.harness.get_by_label("Batches").accesskit_node().id();
    let of_first = batches(&desk);
    let other = desk.folder.path().join("other.db");
    drop(sample_store(&other));
    desk.answer_dialogs_with(&other);
    desk.press(CTRL, Key::Comma);
    desk.click("Open another store…");
    desk.wait_for("Users, 250 of 250 shown");
    desk.press(CTRL, Key::Num4);
    desk.wait_for("Import of users");
    assert_ne!(batches(&desk), of_first, "the ID names the store");
}

#[test]
fn the_settings_show_the_copies_and_make_one() {
    let mut desk = Desk::with_sample();
    desk.press(CTRL, Key::Comma);
    desk.wait_until("which copies there are", |desk| {
        desk.says("up to batch") || desk.says("There is no copy of this store yet.")
    });
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    desk.click("Back up now");
    desk.wait_until("the copy", |desk| {
        desk.says("The store was checked and copied.")
    });
    desk.wait_until("it is listed", |desk| desk.says("up to batch 4"));
    desk.click("Back up now");
    desk.wait_until("no second copy of the same", |desk| {
        desk.says("The newest copy has everything already.")
    });
    desk.click("Dark");
    let theme = desk.harness.state().app.settings.theme;
    assert_eq!(theme.label(), "Dark");
    desk.click("PIN key…");
    assert!(desk.says("The key outside the store"));
    desk.press(NONE, Key::Escape);
    assert_eq!(shown(&desk), WindowView::Settings);
}

#[test]
fn the_keys_of_earlier_versions_still_lead_to_the_history_and_the_plans() {
    let mut desk = Desk::with_sample();
    desk.press(CTRL, Key::H);
    assert_eq!(shown(&desk), WindowView::History);
    desk.press(CTRL, Key::P);
    assert_eq!(shown(&desk), WindowView::Plans);
}

#[test]
fn the_rail_says_how_many_plans_wait_for_the_operator() {
    let mut desk = Desk::with_sample();
    let badge = |desk: &Desk| {
        let item = desk.harness.get_by_role_and_label(Role::Tab, "Plans");
        let text = item.accesskit_node().description().unwrap_or_default();
        let words = text.lines().find(|line| line.ends_with(" for you."));
        words.map(ToOwned::to_owned)
    };
    assert_eq!(badge(&desk), None);
    let mut other = desk.beside("bob");
    for (name, text) in [
        ("Carla Eklund", "1 plan waits for you."),
        ("Carla Okafor", "2 plans wait for you."),
    ] {
        other.search(name);
        other.click_row(&format!("{name}, "));
        other.click("Lock");
        other.wait_for("1 will change");
        other.click("Submit for review");
        other.wait_for("lock 1 PIN");
        desk.wait_until(text, |desk| badge(desk).as_deref() == Some(text));
    }
    assert!(
        desk.says("Plan 2 of bob waits for you: Lock 1 PIN."),
        "{:?}",
        desk.texts()
    );
    assert_eq!(badge(&other), None, "nobody decides about their own plans");

    desk.press(CTRL, Key::Num3);
    desk.wait_for("Plan 2: Lock 1 PIN");
    desk.press(NONE, Key::Enter);
    desk.wait_for("Approve");
    desk.click("Approve");
    desk.wait_until("one less", |desk| {
        badge(desk).as_deref() == Some("1 plan waits for you.")
    });
    other.wait_until("the decision", |desk| {
        desk.says("ann has approved your plan 2.")
    });
}

#[test]
fn a_user_in_the_history_a_preview_or_a_list_leads_to_the_users() {
    let mut desk = Desk::with_sample();
    someone_else(&mut desk.store(), Action::Lock, "Carla Eklund", "bob");
    let carla = desk.stored("Carla Eklund").id;
    let cursor = |desk: &Desk| desk.harness.state().app.selection.cursor;
    // The search hides her, and gives way.
    desk.search("Ken Myer");
    desk.press(CTRL, Key::Num4);
    desk.wait_for("Show Carla Eklund in Users");
    desk.click("Show Carla Eklund in Users");
    desk.wait_until("her row", |desk| cursor(desk) == Some(carla));
    assert_eq!(shown(&desk), WindowView::Users);
    assert!(desk.has("Carla Eklund, "));

    desk.press(CTRL, Key::Num4);
    desk.click("Locked on…");
    desk.wait_for("Show Carla Eklund in Users");
    desk.press(CTRL, Key::Num1);
    desk.search("Ken Myer");
    desk.press(CTRL, Key::Num4);
    desk.click("Show Carla Eklund in Users");
    desk.wait_until("her row again", |desk| cursor(desk) == Some(carla));

    preview_of_list(&mut desk, 1);
    desk.click_row("Line 4, ");
    desk.wait_for("Show Aaron Barros in Users");
    desk.click("Show Aaron Barros in Users");
    let aaron = desk.stored("Aaron Barros").id;
    desk.wait_until("his row", |desk| cursor(desk) == Some(aaron));
    desk.press(CTRL, Key::Num2);
    assert!(desk.has("will change 1"), "the list is as it was");
}

#[test]
fn after_users_were_imported_the_next_step_is_offered() {
    let mut desk = Desk::first_start();
    desk.wait_for("Import users or PINs…");
    let users = desk.write("users.csv", pindesk::exchange::sample::USERS);
    desk.drop_file(&users);
    desk.wait_for("new 250");
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    assert!(desk.says("Import the file of Get-CsClientPinInfo next."));
    let pins = desk.write("pins.csv", pindesk::exchange::sample::PINS);
    desk.answer_dialogs_with(&pins);
    desk.click("Import users or PINs…");
    desk.wait_for("changed 230");
}

#[test]
fn the_settings_of_the_computer_fix_the_theme() {
    let mut desk = Desk::with_sample();
    desk.show("Settings");
    assert!(desk.is_enabled("Light"));
    let app = &mut desk.harness.state_mut().app;
    app.environment.fixed_theme = Some(ThemeChoice::Dark);
    app.environment.machine_file = Some("/etc/pindesk/settings.json".into());
    desk.wait_for("An administrator of this computer has chosen the theme.");
    assert!(!desk.is_enabled("Light"));
    assert!(desk.says("/etc/pindesk/settings.json"));
    desk.show("Users");
    desk.click("Theme");
    desk.wait_until("the reason", |desk| {
        desk.says("An administrator of this computer has chosen the theme.")
    });
    let app = &desk.harness.state().app;
    assert_eq!(app.theme(), ThemeChoice::Dark);
    assert_ne!(app.settings.theme, ThemeChoice::Light);
}
