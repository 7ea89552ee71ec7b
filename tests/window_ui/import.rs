//! Importing the directory and PIN states through the window.

use pindesk::exchange::sample;

use super::harness::Desk;

#[test]
fn the_directory_and_the_pins_come_in_with_a_preview_first() {
    let mut desk = Desk::first_start();
    desk.wait_for("Import users or PINs…");
    let users = desk.write("users.csv", sample::USERS);
    desk.answer_dialogs_with(&users);
    desk.click("Import users or PINs…");
    desk.wait_for("new 250");
    for group in ["changed 0", "unchanged 0", "in conflict 0"] {
        assert!(
            desk.harness.state().app.import.is_some() && desk.has(group),
            "{group}"
        );
    }
    assert!(
        desk.store().is_empty().unwrap(),
        "a preview changes nothing"
    );
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    desk.click("Close file");
    desk.wait_for("Users, 250 of 250 shown");
    assert!(desk.has("Locked 0"));

    let pins = desk.write("pins.csv", sample::PINS);
    desk.drop_file(&pins);
    desk.wait_for("changed 230");
    assert!(
        desk.has("unchanged 20"),
        "who has no PIN has none before and after"
    );
    assert!(
        desk.says("PinInfoDetails") && desk.says("month/day/year, as line"),
        "{:?}",
        desk.texts()
    );
    desk.click("Import");
    desk.wait_until("the result", |desk| {
        desk.says("230 changed. Recorded as batch")
    });
    desk.click("Close file");
    desk.wait_for("Locked 20");

    desk.drop_file(&users);
    desk.wait_for("unchanged 250");
    assert!(!desk.is_enabled("Import"), "there is nothing to import");
    desk.click("Close file");
    assert!(desk.harness.state().app.import.is_none());
}

#[test]
fn conflicts_are_named_with_their_line_and_left_out() {
    let mut desk = Desk::with_sample();
    let file = desk.write(
        "pins.csv",
        b"\"Identity\",\"IsPinSet\",\"IsLockedOut\",\"LastPinChangeTime\",\"PinExpirationTime\"\r\n\
          \"sip:nobody@litwareinc.com\",\"True\",\"True\",,\r\n\
          \"Maria Garcia\",\"True\",\"True\",,\r\n\
          \"sip:kenmyer@litwareinc.com\",\"perhaps\",\"True\",,\r\n\
          \"sip:abarros@litwareinc.com\",\"True\",\"True\",,\r\n",
    );
    desk.drop_file(&file);
    desk.wait_for("in conflict 3");
    for sentence in [
        "sip:nobody@litwareinc.com: Nobody in the directory has this identity. Import the users first. Line 2.",
        "Maria Garcia: 2 users have this identity. Line 3.",
        "Cannot be read: IsPinSet is \"perhaps\"; it must be True or False. Line 4.",
    ] {
        assert!(
            desk.has(sentence),
            "{sentence}\n{}",
            desk.names().join("\n")
        );
    }
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    assert!(desk.stored("Aaron Barros").pin.lock.is_some());
    assert!(
        desk.stored("Ken Myer").pin.is_set,
        "a row in conflict changes nothing"
    );
}

#[test]
fn columns_whose_headings_say_nothing_are_chosen_and_show_their_first_row() {
    let mut desk = Desk::with_sample();
    let file = desk.write(
        "joiners.csv",
        b"Whole,Where,Short,Desk\r\nNora Vance,nora.vance@litwareinc.com,nvance,12\r\n",
    );
    desk.drop_file(&file);
    desk.wait_for("Import it as the directory (Get-CsUser)");
    desk.click("Import it as the directory (Get-CsUser)");
    desk.click("Next");
    desk.click("Step 3: Columns");
    assert!(desk.says("Choose the column that has the DisplayName."));
    assert!(!desk.is_enabled("Next"));
    for (fact, heading) in [("DisplayName", "Whole"), ("UserPrincipalName", "Where")] {
        desk.click(fact);
        desk.click(heading);
    }
    assert!(desk.says("The first row has: nora.vance@litwareinc.com"));
    // The choice of a column for another fact takes it from the first one.
    desk.click("SipAddress");
    desk.click("Where");
    desk.click("SamAccountName");
    desk.click("Short");
    desk.enter_field("Domain of this file");
    desk.type_text("litwareinc");
    desk.click("Step 4: Preview");
    desk.wait_for("new 1");
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    let nora = desk.stored("Nora Vance").names;
    assert_eq!(nora.sip.as_deref(), Some("nora.vance@litwareinc.com"));
    assert_eq!(nora.upn, None);
    assert_eq!(nora.account.unwrap().to_string(), r"litwareinc\nvance");
}

#[test]
fn pin_states_with_headings_of_another_language_are_chosen_fact_by_fact() {
    let mut desk = Desk::with_sample();
    let file = desk.write(
        "pins.csv",
        b"Benutzer;Gesetzt;Gesperrt\r\nsip:abarros@litwareinc.com;WAHR;WAHR\r\n",
    );
    desk.drop_file(&file);
    desk.wait_for("Import it as PIN states (Get-CsClientPinInfo)");
    desk.click("Import it as PIN states (Get-CsClientPinInfo)");
    desk.click("Next");
    desk.click("Next");
    assert!(desk.says("Choose the columns that have Identity, IsPinSet and IsLockedOut."));
    for (fact, heading) in [("IsPinSet", "Gesetzt"), ("IsLockedOut", "Gesperrt")] {
        desk.click(fact);
        desk.click(heading);
    }
    desk.click("Next");
    desk.wait_for("changed 1");
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    assert!(desk.stored("Aaron Barros").pin.lock.is_some());
}

#[test]
fn an_open_order_of_dates_is_asked_for() {
    let mut desk = Desk::with_sample();
    let file = desk.write(
        "pins.csv",
        b"Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime\nsip:abarros@litwareinc.com,True,False,3/4/2026 1:00:00 PM,5/6/2027 1:00:00 PM\n",
    );
    desk.drop_file(&file);
    desk.wait_for("day/month/year");
    assert!(desk.harness.state().app.import.is_some());
    desk.click("day/month/year");
    desk.wait_for("changed 1");
    desk.click("Import");
    desk.wait_until("the result", |desk| desk.says("Recorded as batch"));
    let expires = desk.stored("Aaron Barros").pin.expires.unwrap();
    assert_eq!(expires.to_rfc3339(), "2027-06-05T13:00:00+00:00");
}

#[test]
fn a_file_that_is_neither_is_refused_in_plain_words() {
    let mut desk = Desk::with_sample();
    for (name, bytes, text) in [
        (
            "page.csv",
            b"<html><body>no list</body></html>".as_slice(),
            "This is a web page or XML, not a CSV file.",
        ),
        (
            "printed.csv",
            b"Identity\n--------\nsip:a@b.c\n".as_slice(),
            "This is output that was formatted for the screen",
        ),
        (
            "old.csv",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(),
            "The workbook is damaged",
        ),
        ("empty.csv", b"".as_slice(), "The file is empty."),
    ] {
        let file = desk.write(name, bytes);
        desk.drop_file(&file);
        desk.wait_until(text, |desk| desk.says(text));
        desk.click("Close file");
    }
}

#[test]
fn two_files_at_once_and_a_file_beside_a_question_are_not_lost() {
    let mut desk = Desk::with_sample();
    let (users, pins) = (
        desk.write("users.csv", sample::USERS),
        desk.write("pins.csv", sample::PINS),
    );
    desk.drop_files(&[&users, &pins]);
    assert!(desk.says("PinDesk imports one file at a time. Drop the users first, then the PINs."));
    desk.click("Dismiss the error");

    desk.search("Ken Myer");
    desk.click_row("Ken Myer, ");
    desk.click("Unlock");
    desk.wait_for("1 will change");
    desk.click("Apply");
    desk.drop_file(&users);
    desk.wait_for("unchanged 250");
    assert!(!desk.has("Confirm Unlock"), "one dialog at a time");
    desk.click("Close file");
    assert!(desk.has("1 will change"), "and the preview is still there");
}
