//! A list of users from a file to its result, step by step, through the window.

use std::fs;

use eframe::egui::{Key, Modifiers};
use pindesk::domain::pin::LockCause;

use super::harness::Desk;

/// Rows for users of the sample directory with a PIN, one of them twice, and one unknown user.
const LIST: &[u8] =
    b"Name,UPN\r\nCarla Eklund,ceklund@litwareinc.com\r\nAaron Barros,abarros@litwareinc.com\r\n\
    Carla again,ceklund@litwareinc.com\r\nNobody,ceklundd@litwareinc.com\r\n";

/// Opens a list and goes to its preview.
fn preview(desk: &mut Desk, name: &str, bytes: &[u8], purpose: &str) {
    let file = desk.write(name, bytes);
    desk.drop_file(&file);
    desk.wait_for(purpose);
    desk.click(purpose);
    for _ in 0..3 {
        desk.click("Next");
    }
}

#[test]
fn a_list_goes_from_the_file_to_its_result_and_comes_back() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.csv",
        LIST,
        "Lock the PINs of the users in it",
    );
    desk.wait_for("not found 1");
    for chip in ["will change 2", "duplicate 1", "no change needed 0"] {
        assert!(desk.has(chip), "{chip}\n{}", desk.names().join("\n"));
    }
    assert!(
        desk.has("Line 4, duplicate: Carla Eklund, sip:ceklund@litwareinc.com"),
        "{}",
        desk.names().join("\n")
    );
    let before = desk.folder.path().join("before.csv");
    desk.answer_dialogs_with(&before);
    desk.click("Save results…");
    desk.wait_until("the results", |_| before.exists());
    assert!(
        fs::read_to_string(&before)
            .unwrap()
            .contains("Carla Eklund,ceklund@litwareinc.com,will change,")
    );

    desk.click("Apply");
    desk.wait_for("Confirm Lock");
    assert!(
        desk.stored("Carla Eklund").pin.lock.is_none(),
        "nothing happens before the answer"
    );
    desk.click("Confirm");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    for name in ["Carla Eklund", "Aaron Barros"] {
        assert_eq!(
            desk.stored(name).pin.lock.unwrap().cause,
            LockCause::Administrator,
            "{name}"
        );
    }
    let after = desk.folder.path().join("after.csv");
    desk.answer_dialogs_with(&after);
    desk.click("Save results…");
    desk.wait_until("the results", |_| after.exists());
    let expected = [
        "Name,UPN,PinDeskVerdict,PinDeskReason,MatchedIdentity,Before,After",
        "Carla Eklund,ceklund@litwareinc.com,changed,,sip:ceklund@litwareinc.com,unlocked,locked by administrator",
        "Aaron Barros,abarros@litwareinc.com,changed,,sip:abarros@litwareinc.com,unlocked,locked by administrator",
        "Carla again,ceklund@litwareinc.com,duplicate,The same user as on line 2.,sip:ceklund@litwareinc.com,unlocked,unlocked",
    ];
    let text = fs::read_to_string(&after).unwrap();
    assert_eq!(text.split("\r\n").take(4).collect::<Vec<_>>(), expected);
    desk.click("Close file");
    assert!(desk.harness.state().app.import.is_none());
    let history = desk
        .store()
        .user_history(desk.stored("Carla Eklund").id, 1)
        .unwrap();
    assert_eq!(
        history[0].source.as_deref(),
        Some("list.csv"),
        "the history names the file"
    );
}

#[test]
fn nothing_is_taken_for_granted_about_a_list() {
    let mut desk = Desk::with_sample();
    let file = desk.write("list.csv", LIST);
    desk.drop_file(&file);
    desk.wait_for("Unlock the PINs of the users in it");
    assert!(
        !desk.is_enabled("Next"),
        "whether to lock or to unlock was not said"
    );
    assert!(desk.says("Choose what is to be done with this file."));
    desk.click("Unlock the PINs of the users in it");
    desk.click("Next");
    desk.click("Next");
    assert!(desk.is_enabled("Next"));
}

#[test]
fn one_can_go_back_and_read_the_file_otherwise() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.csv",
        LIST,
        "Unlock the PINs of the users in it",
    );
    desk.wait_until("the preview", |desk| desk.says("4 of 4 rows"));
    desk.click("Back");
    desk.click("Back");
    desk.click("Column names");
    desk.click("in no line");
    desk.wait_until("the header as a row", |desk| desk.has("1: Name, UPN"));
    desk.click("Step 4: Preview");
    desk.wait_until("one row more", |desk| desk.says("5 of 5 rows"));
    desk.click("Back");
    desk.click("Back");
    desk.click("Column names");
    desk.click("in line 1: Name,UPN");
    desk.wait_until("the header as a header", |desk| desk.has("Line: Name, UPN"));
    desk.click("Step 4: Preview");
    desk.wait_until("4 rows", |desk| desk.says("4 of 4 rows"));
}

#[test]
fn the_first_rows_are_repainted_for_each_encoding_and_header_line() {
    let mut desk = Desk::with_sample();
    let mut file = b"Exported by,Ken\r\nUPN,Name\r\n".to_vec();
    for number in 0..40 {
        file.extend(format!("a{number}@litwareinc.com,Ann\r\n").as_bytes());
    }
    // A name far below the first rows.
    file.extend(b"s@litwareinc.com,S\xF8ren Kj\xE6r\r\n");
    let file = desk.write("list.csv", &file);
    desk.drop_file(&file);
    desk.wait_for("Unlock the PINs of the users in it");
    desk.click("Unlock the PINs of the users in it");
    desk.click("Next");
    desk.wait_for("43: s@litwareinc.com, Søren Kjær");
    desk.click("Encoding");
    desk.click("Windows-1250 (Central Europe)");
    desk.wait_for("43: s@litwareinc.com, Sřren Kjćr");
    desk.click("Column names");
    desk.click("in line 1: Exported by,Ken");
    desk.wait_for("Line: Exported by, Ken");
    desk.wait_for("2: UPN, Name");
    desk.click("Column names");
    desk.click("in line 2: UPN,Name");
    desk.wait_for("Line: UPN, Name");
}

#[test]
fn an_ambiguous_row_changes_nobody_before_a_user_is_picked() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.txt",
        b"Maria Garcia\r\n",
        "Lock the PINs of the users in it",
    );
    desk.wait_for("ambiguous 1");
    assert!(!desk.is_enabled("Apply"));
    desk.click_row("Line 1, ambiguous");
    desk.wait_for("Pick Maria Garcia");
    let pick = desk
        .names()
        .into_iter()
        .find(|name| name.starts_with("Pick Maria Garcia"))
        .unwrap();
    desk.click(&pick);
    desk.wait_for("will change 1");
    assert!(desk.has("ambiguous 0") && desk.is_enabled("Apply"));
}

#[test]
fn the_rows_are_searched_and_filtered_by_verdict() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.csv",
        LIST,
        "Lock the PINs of the users in it",
    );
    desk.wait_for("not found 1");
    desk.enter_field("Search rows");
    desk.type_text("barros");
    desk.wait_until("one row", |desk| desk.says("1 of 4 rows"));
    desk.click("not found 1");
    desk.wait_until("no row", |desk| desk.says("0 of 4 rows"));
}

/// A workbook of `tests/workbooks`.
fn workbook(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/workbooks/files")
        .join(name)
}

#[test]
fn which_of_two_sheets_is_meant_is_asked_before_anything_is_planned() {
    let mut desk = Desk::with_sample();
    desk.drop_file(&workbook("openpyxl-two-lists-protected.xlsx"));
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    desk.click("Next");
    assert!(desk.says("Choose the sheet of the workbook."));
    assert!(desk.says("2 sheets that may be meant"));
    desk.click("Sheet");
    desk.click("Leavers");
    desk.wait_until("the sheet", |desk| {
        desk.has("2: ksato@litwareinc.com") && !desk.says("Choose the sheet of the workbook.")
    });
    desk.click("Next");
    desk.click("Next");
    desk.wait_until("the preview", |desk| desk.says("3 of 3 rows"));
}

#[test]
fn hidden_rows_are_said_and_taken_in_by_a_check_box() {
    let mut desk = Desk::with_sample();
    desk.drop_file(&workbook("xlsxwriter-autofilter-hidden.xlsx"));
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    desk.click("Next");
    assert!(desk.says("Left out: 5 hidden rows and the hidden sheet Data."));
    desk.click("Step 4: Preview");
    desk.wait_until("the rows that are seen", |desk| desk.says("2 of 2 rows"));
    desk.click("Step 2: How it is read");
    desk.click("Take in hidden rows and columns, and offer hidden sheets");
    desk.wait_until("the hidden rows", |desk| {
        desk.says("Taken in: 5 hidden rows.")
    });
}

#[test]
fn logon_names_need_a_domain() {
    let mut desk = Desk::with_sample();
    let file = desk.write("logons.csv", b"SamAccountName\r\nceklund\r\n");
    desk.drop_file(&file);
    desk.wait_for("Lock the PINs of the users in it");
    desk.click("Lock the PINs of the users in it");
    desk.click("Next");
    desk.click("Next");
    assert!(!desk.is_enabled("Next"));
    desk.click("litwareinc");
    desk.click("Next");
    desk.wait_for("will change 1");
}

#[test]
fn the_shown_batches_are_exported() {
    let mut desk = Desk::with_sample();
    desk.search("Carla Eklund");
    let file = desk.folder.path().join("pins out.csv");
    desk.answer_dialogs_with(&file);
    desk.click("File");
    desk.click("Export");
    desk.click("PIN states…");
    desk.wait_until("the export", |_| file.exists());
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("\u{feff}\"Identity\",\"IsPinSet\",\"IsLockedOut\","),
        "{text}"
    );
    assert_eq!(text.lines().count(), 2, "the one user who is shown");
}

#[test]
fn the_preview_of_an_older_file_never_reaches_the_sheet_of_a_newer_one() {
    let mut desk = Desk::with_sample();
    let users = desk.write("users.csv", pindesk::exchange::sample::USERS);
    let list = desk.write("list.csv", LIST);
    for _ in 0..5 {
        desk.drop_file(&users);
        desk.drop_file(&list);
        desk.wait_for("Lock the PINs of the users in it");
        desk.click("Lock the PINs of the users in it");
        desk.click("Next");
        desk.click("Next");
        desk.click("Next");
        desk.wait_until("the list's own preview", |desk| desk.says("4 of 4 rows"));
        desk.click("Close file");
        desk.click("Leave the file");
    }
}

#[test]
fn a_file_beside_an_open_list_takes_nothing_from_it() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.csv",
        LIST,
        "Lock the PINs of the users in it",
    );
    desk.wait_until("the preview", |desk| desk.says("4 of 4 rows"));
    let other = desk.write("other.csv", LIST);
    desk.drop_file(&other);
    assert!(desk.has("Leave this file?"), "{:?}", desk.texts());
    assert!(desk.says("The preview was not applied."));
    desk.click("Go on with it");
    assert!(desk.says("4 of 4 rows") && desk.says("Lock PINs from list.csv"));
    desk.drop_file(&other);
    desk.click("Leave the file");
    desk.wait_until("the other file", |desk| desk.says("other.csv"));
    assert!(!desk.says("4 of 4 rows"));
}

/// A list with a user who must be searched for, a name of several users, and one that is known.
const PROBLEMS: &[u8] =
    b"Name,UPN\r\nCarla Eklund,ceklund@litwareinc.com\r\nThe new boss,boss@litwareinc.com\r\n\
    The cleaner,cleaner@litwareinc.com\r\n";

#[test]
fn a_row_that_found_nobody_gets_any_user_and_the_pick_is_undone() {
    let mut desk = Desk::with_sample();
    preview(
        &mut desk,
        "list.csv",
        PROBLEMS,
        "Lock the PINs of the users in it",
    );
    desk.wait_for("not found 2");
    // F8 opens the problems one after the other.
    desk.press(Modifiers::NONE, Key::F8);
    desk.wait_until("the row", |desk| {
        desk.says("Line 3 as it stands in the file")
    });
    desk.press(Modifiers::NONE, Key::F8);
    desk.wait_until("the row", |desk| {
        desk.says("Line 4 as it stands in the file")
    });
    desk.press(Modifiers::SHIFT, Key::F8);
    desk.wait_until("the row", |desk| {
        desk.says("Line 3 as it stands in the file")
    });
    desk.enter_field("Search for any user");
    desk.type_text("barros");
    desk.click("Pick Aaron Barros (sip:abarros@litwareinc.com)");
    desk.wait_for("will change 2");
    assert!(desk.says("Aaron Barros was picked by hand."));
    assert!(
        desk.says("Aaron Barros is picked. Preview: 2 will change"),
        "{:?}",
        desk.texts()
    );
    // The other row means the user whom the list names already.
    desk.press(Modifiers::NONE, Key::F8);
    desk.enter_field("Search for any user");
    desk.type_text("carla");
    desk.click("Pick Carla Eklund (sip:ceklund@litwareinc.com)");
    desk.wait_for("duplicate 1");
    desk.press(Modifiers::COMMAND, Key::Z);
    desk.wait_for("duplicate 0");
    assert!(
        desk.says("Carla Eklund is no longer picked."),
        "{:?}",
        desk.texts()
    );
    desk.press(Modifiers::NONE, Key::F8);
    desk.click_row("Line 3, will change: Aaron Barros");
    desk.click("Undo pick");
    desk.wait_for("not found 2");
    assert!(!desk.says("was picked by hand"));
    // With nothing picked, leaving the file asks about the preview alone.
    desk.click("Close file");
    desk.wait_until("the question", |desk| {
        desk.says("The preview was not applied.")
    });
}
