//! Pasting users into the list.

use eframe::egui::{Event, Key, Modifiers};

use super::harness::Desk;

const NONE: Modifiers = Modifiers::NONE;

fn paste(desk: &mut Desk, text: &str) {
    desk.harness.event(Event::Paste(text.to_owned()));
    desk.harness.run();
}

#[test]
fn a_pasted_column_of_identities_selects_its_users_and_says_who_is_missing() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    paste(
        &mut desk,
        "sip:kenmyer@litwareinc.com\r\nlitwareinc\\abarros\r\nnobody@litwareinc.com\r\nMaria Garcia\r\n\r\nKen Myer\r\n",
    );
    desk.wait_until("the selected users", |desk| desk.has("2 selected"));
    assert!(
        desk.has("2 users of the pasted text selected. Not found: nobody@litwareinc.com. Several users are called: Maria Garcia."),
        "{:?}",
        desk.names()
    );
}

#[test]
fn the_addresses_of_a_mail_and_the_rows_of_a_table_are_understood() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    paste(
        &mut desk,
        "Ken Myer <kenmyer@litwareinc.com>; Aaron Barros <abarros@litwareinc.com>",
    );
    desk.wait_until("the selected users", |desk| desk.has("2 selected"));
    paste(&mut desk, "Maria Garcia\tlitwareinc\\abarros\tSet\n");
    desk.wait_until("the user of the row", |desk| desk.has("1 selected"));
    assert!(desk.has("1 user of the pasted text selected."));
}

#[test]
fn several_lines_in_the_search_box_are_users_and_one_is_a_search() {
    let mut desk = Desk::with_sample();
    desk.search("smith");
    paste(
        &mut desk,
        "sip:kenmyer@litwareinc.com\nlitwareinc\\abarros\n",
    );
    desk.wait_until("the selected users", |desk| desk.has("2 selected"));
    desk.wait_until("everybody", |desk| desk.has("250 of 250 shown"));
    assert!(!desk.has("not shown"));
    desk.press(Modifiers::COMMAND, Key::F);
    paste(&mut desk, "barros");
    desk.wait_until("the search", |desk| {
        desk.harness.state().app.query.text == "barros"
    });
}

#[test]
fn a_text_without_users_leaves_the_selection() {
    let mut desk = Desk::with_sample();
    desk.press(NONE, Key::ArrowDown);
    paste(&mut desk, "somebody\nelse\n");
    desk.wait_for("The pasted text names no user of this store.");
    assert!(desk.has("1 selected"));
}
