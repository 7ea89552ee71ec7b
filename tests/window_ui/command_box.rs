//! Lines in the palette: pipelines are typed, explained and run; changes to PINs open the preview.

use eframe::egui::{Key, Modifiers, Theme, Vec2};
use pindesk::app::{Command, NamedCommand, WhatIfPanel};
use pindesk::domain::filter::Filter;
use pindesk::domain::identity::Identity;
use pindesk::domain::pin_digits::Pin;
use pindesk::exchange::run_pipeline;
use pindesk::pipeline::{Context, Pipeline};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;

use super::harness::{Desk, ann, now, sample_store};

/// The accessible name of the text field.
const FIELD: &str = "Words or PowerShell";
const SIZE: Vec2 = Vec2::new(1280.0, 800.0);
const LOCKED: &str = "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}";
const EXPIRED: &str =
    "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)}";

fn desk_with_box() -> Desk {
    let mut desk = Desk::open(|path| drop(sample_store(path)), SIZE, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    desk.press(Modifiers::COMMAND, Key::K);
    desk.wait_for(FIELD);
    desk
}

fn is_disabled(desk: &Desk, name: &str) -> bool {
    !desk.is_enabled(name)
}

#[test]
fn the_documented_line_is_run_as_a_preview_and_changes_nobody_before_it_is_applied() {
    let mut desk = desk_with_box();
    assert!(is_disabled(&desk, "Run"), "there is nothing to run");
    desk.type_text(&format!("{LOCKED} | Unlock-CsClientPin"));
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("20 will change");
    assert!(desk.stored("sip:kenmyer@litwareinc.com").pin.lock.is_some());
    desk.click("Apply");
    desk.wait_for("Unlock the PINs of 20 users?");
}

#[test]
fn faults_are_shown_with_their_position_while_typing() {
    let mut desk = desk_with_box();
    desk.type_text("Get-CsUser | Lock-CsClientPn");
    desk.wait_for("line 1, column 14: \"Lock-CsClientPn\" is no cmdlet");
    assert!(is_disabled(&desk, "Run") && is_disabled(&desk, "Explain"));
    desk.press(Modifiers::NONE, Key::Enter);
    assert!(desk.has("line 1, column 14"), "Enter runs nothing");
    desk.press(Modifiers::NONE, Key::Escape);
    desk.wait_until("closed", |desk| !desk.has(FIELD));
    desk.press(Modifiers::COMMAND, Key::K);
    desk.wait_for("line 1, column 14");
}

#[test]
fn explain_describes_each_stage_and_differences_from_powershell() {
    let mut desk = desk_with_box();
    desk.type_text(&format!("{EXPIRED} | Lock-CsClientPin"));
    desk.click("Explain");
    desk.wait_for("250 in");
    assert!(
        desk.has("would also have taken 80 users"),
        "{:?}",
        desk.names()
    );
    assert!(desk.has("15 out"), "{:?}", desk.names());
    // The preview shows the warning too.
    desk.click("Run");
    desk.wait_for("15 will change");
    assert!(
        desk.has("would also have taken 80 users"),
        "{:?}",
        desk.names()
    );
}

#[test]
fn rows_are_listed_and_an_example_is_a_click_away() {
    let mut desk = desk_with_box();
    desk.click("Example: Which roles may unlock");
    desk.click("Run");
    desk.wait_for("3 rows");
    assert!(desk.has("CsHelpDesk"), "{:?}", desk.names());
    desk.control(FIELD).focus();
    desk.harness.run();
    desk.press(Modifiers::COMMAND, Key::A);
    desk.type_text("Get-CsUser | Measure-Object");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Count: 250");
}

#[test]
fn a_pipeline_exports_to_a_file() {
    let mut desk = desk_with_box();
    let file = desk.write("locked.csv", b"");
    desk.type_text(&format!("{LOCKED} | Export-Csv '{}'", file.display()));
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("20 rows written to");
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 21);
}

#[test]
fn new_pins_are_drawn_when_they_are_applied_and_shown_until_the_result_is_closed() {
    let mut desk = desk_with_box();
    desk.type_text("'Jeff Smith', 'Ken Myer', 'Ben Smith' | Set-CsClientPin");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("2 will change");
    assert!(
        desk.has("unlock it before a new one is set"),
        "Ken Myer is locked: {:?}",
        desk.names()
    );
    desk.click("Apply");
    desk.wait_for("Set the PINs of 2 users?");
    desk.click("Confirm");
    desk.wait_for("2 users given a new PIN");
    assert!(
        desk.has("shown here and only now") && !desk.has("Undo this batch"),
        "{:?}",
        desk.names()
    );
    assert!(desk.has("Copy the PINs"));
    let WhatIfPanel::Result { applied, .. } = &desk.harness.state().app.panel else {
        panic!("{:?}", desk.names())
    };
    let copied = applied.drawn_lines();
    for line in copied.lines() {
        let (identity, digits) = line.split_once('\t').unwrap();
        assert!(desk.has(&format!("new PIN {digits}")), "{:?}", desk.names());
        let id = desk
            .store()
            .find(&Identity::parse(identity).unwrap())
            .unwrap()[0]
            .id;
        let pin = Pin::parse(digits).unwrap();
        assert_eq!(
            desk.store()
                .authenticate(id, &pin, &ann(), now())
                .unwrap()
                .refusal,
            None
        );
    }
    assert_eq!(copied.lines().count(), 2);
    desk.click("Close preview");
    desk.click("Give the PINs up");
    desk.wait_until("closed", |desk| !desk.has("new PIN "));
}

#[test]
fn a_selected_user_gets_a_new_pin_from_the_menu() {
    let mut desk = Desk::with_sample();
    desk.search("jeff smith");
    desk.wait_for("Users, 1 of 250 shown");
    desk.click_row("Jeff Smith");
    desk.click("Actions");
    desk.click("Set new PIN…");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.wait_for("Set the PIN of 1 user?");
    desk.click("Confirm");
    desk.wait_for("new PIN ");
}

/// The text that a command copies to the clipboard.
fn copied(desk: &mut Desk, named: NamedCommand) -> String {
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(named));
    app.next_frame.copy.take().unwrap()
}

/// The number of rows that a pipeline finds.
fn found(desk: &Desk, text: &str) -> usize {
    let pipeline = Pipeline::parse(text).unwrap_or_else(|fault| panic!("{fault}"));
    let context = Context {
        now: now(),
        zone: Zone::utc(),
        brief: true,
    };
    let mut count = 0;
    run_pipeline(&pipeline, context, &desk.store(), &Unwatched, &mut |_row| {
        count += 1;
        true
    })
    .unwrap();
    count
}

#[test]
fn the_list_and_the_selection_are_copied_as_pipelines_that_find_the_same_people() {
    let mut desk = Desk::open(|path| drop(sample_store(path)), SIZE, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    for (search, filter, count) in [
        ("smith", Filter::Locked, 3),
        ("", Filter::Expired, 15),
        ("* Smith", Filter::All, 8),
        ("d'a", Filter::All, 1),
        ("[", Filter::All, 0),
        ("litwareinc\\ken", Filter::All, 1),
        ("", Filter::All, 250),
    ] {
        desk.harness
            .state_mut()
            .app
            .execute(Command::SetFilter(filter));
        desk.search(search);
        let shown = desk.harness.state().app.view.as_ref().unwrap().len();
        assert_eq!(shown, count, "{search} {filter:?}");
        let text = copied(&mut desk, NamedCommand::CopyQuery);
        assert_eq!(found(&desk, &text), count, "{text}");
        if count > 0 {
            let app = &mut desk.harness.state_mut().app;
            app.execute(Command::Do(NamedCommand::SelectAll));
            app.execute(Command::Do(NamedCommand::CopySelection));
            let text = super::copy::copied(&mut desk);
            // More names than a line of PinDesk may have are a list for PowerShell.
            if count > 200 {
                assert_eq!(text.lines().count(), count, "{text}");
                continue;
            }
            assert_eq!(found(&desk, &text), count, "{text}");
        }
    }
}

#[test]
fn words_that_can_stand_at_the_cursor_are_offered_and_tab_takes_one() {
    let mut desk = desk_with_box();
    desk.type_text("Get-CsU");
    desk.wait_for("Get-CsUser, cmdlet, 1 of 1");
    desk.press(Modifiers::NONE, Key::Tab);
    desk.type_text(" | Get-CsClientPinInfo | where {$_.L");
    desk.wait_for("LockCause, property, 1 of");
    desk.press(Modifiers::NONE, Key::ArrowDown);
    desk.press(Modifiers::NONE, Key::ArrowUp);
    desk.press(Modifiers::NONE, Key::Tab);
    desk.type_text(" -eq 's");
    desk.wait_for("system, value, 1 of");
    desk.press(Modifiers::NONE, Key::Tab);
    desk.type_text("'} | Measure-Object");
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("Count: ");
    assert_eq!(
        desk.harness.state().app.command_box.as_ref().unwrap().text,
        "Get-CsUser | Get-CsClientPinInfo | where {$_.LockCause -eq 'system'} | Measure-Object"
    );
}

#[test]
fn a_line_that_was_run_comes_back_with_up() {
    let mut desk = desk_with_box();
    for line in [
        "Get-CsUser | Measure-Object",
        "Get-CsAdminRole | Measure-Object",
    ] {
        desk.press(Modifiers::COMMAND, Key::A);
        desk.type_text(line);
        desk.press(Modifiers::NONE, Key::Enter);
        desk.wait_for("Count: ");
    }
    let text = |desk: &Desk| {
        desk.harness
            .state()
            .app
            .command_box
            .as_ref()
            .unwrap()
            .text
            .clone()
    };
    for (key, expected) in [
        (Key::ArrowUp, "Get-CsAdminRole | Measure-Object"),
        (Key::ArrowUp, "Get-CsUser | Measure-Object"),
        (Key::ArrowUp, "Get-CsUser | Measure-Object"),
        (Key::ArrowDown, "Get-CsAdminRole | Measure-Object"),
    ] {
        desk.press(Modifiers::NONE, key);
        assert_eq!(text(&desk), expected);
    }
}

#[test]
fn a_line_is_judged_when_nobody_types_any_more() {
    let mut desk = desk_with_box();
    desk.type_text("Get-CsUser | Lock-CsClientPn");
    assert!(!desk.has("is no cmdlet"), "{:?}", desk.names());
    desk.wait_for("is no cmdlet");
}

#[test]
fn the_listed_rows_are_copied_and_exported_whole() {
    let mut desk = desk_with_box();
    desk.type_text(LOCKED);
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_for("20 rows");
    let app = &mut desk.harness.state_mut().app;
    app.execute(Command::Do(NamedCommand::CopyRows));
    let text = super::copy::copied(&mut desk);
    assert_eq!(text.lines().count(), 21, "{text}");
    let header = text.lines().next().unwrap();
    assert!(
        header.split('\t').any(|name| name == "IsLockedOut"),
        "{header}"
    );
    desk.wait_for("Copied 20 rows.");
    let file = desk.folder.path().join("rows.csv");
    desk.answer_dialogs_with(&file);
    desk.click("Export rows…");
    desk.wait_for("20 rows saved: rows.csv");
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 21);
    // Another text has no rows yet.
    desk.control(FIELD).focus();
    desk.harness.run();
    desk.type_text(" ");
    assert!(!desk.has("Copy rows"));
}
