//! Undoing an import of users or a change of settings, from the history to the result.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use pindesk::domain::identity::Identity;
use pindesk::store::Grant;

use super::harness::{Desk, ann, now};

const TWO: &[u8] = b"DisplayName,SipAddress,Guid,DistinguishedName\r\nNew One,sip:none@litwareinc.com,0a,\r\nNew Two,sip:ntwo@litwareinc.com,0b,\r\n";

fn is_stored(desk: &Desk, identity: &str) -> bool {
    let identity = Identity::parse(identity).unwrap();
    !desk.store().find(&identity).unwrap().is_empty()
}

/// A desk that has just imported two users.
fn desk_with_two_more() -> Desk {
    let mut desk = Desk::with_sample();
    let file = desk.write("users.csv", TWO);
    desk.drop_file(&file);
    desk.wait_for("new 2");
    desk.click("Import");
    desk.wait_until("the import", |desk| {
        desk.says("Imported 2 rows of the file.")
    });
    desk.press(Modifiers::NONE, Key::Escape);
    desk
}

/// Opens the preview of undoing the newest batch.
fn undo_newest(desk: &mut Desk) {
    let newest: i64 = rusqlite::Connection::open(desk.store_path())
        .unwrap()
        .query_row("SELECT max(id) FROM batches", [], |row| row.get(0))
        .unwrap();
    desk.press(Modifiers::COMMAND, Key::Num4);
    let row = format!("{newest}  ");
    desk.wait_for(&row);
    let mut rows = desk.harness.query_all_by_label_contains(&row);
    rows.next().unwrap().click_accesskit();
    drop(rows);
    desk.harness.run();
    desk.wait_for("Undo this batch");
    desk.click("Undo this batch");
    desk.wait_for("Apply undo");
}

#[test]
fn an_import_is_undone_from_the_history_and_the_list_notices() {
    let mut desk = desk_with_two_more();
    desk.search("New Two");
    desk.click_row("New Two, ");
    undo_newest(&mut desk);
    assert!(
        desk.has("New One: removed, was sip:none@litwareinc.com"),
        "{:?}",
        desk.names()
    );
    assert!(
        is_stored(&desk, "sip:ntwo@litwareinc.com"),
        "a preview changes nothing"
    );
    desk.click("Apply undo");
    desk.wait_until("the undo", |desk| desk.says("is undone."));
    assert!(!is_stored(&desk, "sip:ntwo@litwareinc.com"));
    desk.wait_until("the list without the user", |desk| {
        !desk
            .names()
            .iter()
            .any(|name| name.starts_with("New Two, "))
    });
    undo_newest(&mut desk);
    desk.wait_for("New Two: new: display name New Two, SIP address ntwo@litwareinc.com, UPN none, account none, distinguished name none, GUID 0b, LineURI none, site none");
    desk.click("Apply undo");
    desk.wait_until("the users again", |desk| {
        is_stored(desk, "sip:ntwo@litwareinc.com")
    });
}

#[test]
fn an_undo_of_settings_is_previewed_submitted_and_named_in_the_list() {
    let mut desk = Desk::with_sample();
    let carla = desk.stored("Carla Eklund").id;
    desk.store().protect(carla, true, &ann(), now()).unwrap();
    undo_newest(&mut desk);
    assert!(desk.has("Protection of sip:ceklund@litwareinc.com: protected → not protected"));
    assert!(desk.says("Somebody else must approve it first: it ends the protection of 1 user."));
    assert!(!desk.is_enabled("Apply undo"));
    desk.click("Submit for review");
    desk.wait_until("the plan", |desk| desk.says("Submitted as plan 1."));
    let plans = desk.store().plans().unwrap();
    let batch = plans[0].undoes.unwrap().0;
    assert_eq!(plans[0].what(), format!("Undo batch {batch}: 1 setting"));
    assert_eq!(plans[0].drifted, 0);
    desk.press(Modifiers::COMMAND, Key::Num3);
    desk.wait_until("the list", |desk| desk.is_enabled("Open plan"));
    desk.click("Open plan");
    desk.wait_for(&format!("Plan 1: Undo batch {batch}: 1 setting"));
}

#[test]
fn an_undo_of_settings_that_needs_nobody_is_applied() {
    let mut desk = Desk::with_sample();
    desk.store()
        .grant(Grant::Give, "CsHelpDesk", "bob", &ann(), now())
        .unwrap();
    undo_newest(&mut desk);
    desk.click("Apply undo");
    desk.wait_until("the undo", |desk| desk.says("is undone."));
    let operators = desk.store().operators().unwrap();
    assert!(operators.iter().all(|operator| operator.account != "bob"));
}
