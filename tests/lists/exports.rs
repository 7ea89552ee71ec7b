//! Exports of users and PIN states: importing them into an empty store gives equal users and PIN
//! states.

use chrono::{Duration, TimeDelta};
use pindesk::domain::Time;
use pindesk::domain::user::{Account, UserId, UserNames};
use pindesk::exchange::csv_injection::as_meant;
use pindesk::exchange::{ExportKind, ImportOptions, Input, export, preview_input};
use pindesk::plan::import::{ImportKind, PinFacts};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::{TempStore, admin, names, now, pin_set};
use crate::{Desk, csv_rows, lock};

fn ids(temp: &TempStore) -> Vec<UserId> {
    let mut ids = Vec::new();
    temp.store
        .for_each_user(|user| {
            ids.push(user.id);
            true
        })
        .unwrap();
    ids
}

fn exported(temp: &TempStore, kind: ExportKind) -> String {
    let mut bytes = Vec::new();
    let ids = ids(temp);
    assert_eq!(
        export(&temp.store, kind, &ids, now(), &mut bytes, &Unwatched).unwrap(),
        ids.len()
    );
    String::from_utf8(bytes).unwrap()
}

fn import(temp: &mut TempStore, text: String, kind: ImportKind) {
    let options = ImportOptions {
        kind: Some(kind),
        zone: Zone::utc(),
        ..ImportOptions::default()
    };
    let preview = preview_input(
        &temp.store,
        &Input::bytes("export.csv", text),
        &options,
        now(),
        &Unwatched,
    )
    .unwrap();
    let conflicts = preview
        .plan
        .count(pindesk::plan::import::ImportGroup::Conflict);
    assert_eq!(conflicts, 0, "{:?}", preview.plan.rows);
    temp.store
        .import(&preview.plan, &admin(), now(), &Unwatched)
        .unwrap();
}

type Known = (UserNames, bool, bool, Option<Time>, Option<Time>);

/// The facts about all users that a file can hold: names, and the exported part of the PIN state.
fn known(temp: &TempStore) -> Vec<Known> {
    let mut known = Vec::new();
    temp.store
        .for_each_user(|user| {
            let locked = user.pin.is_locked_out(now());
            known.push((
                user.names,
                user.pin.is_set,
                locked,
                user.pin.last_change,
                user.pin.expires,
            ));
            true
        })
        .unwrap();
    known
}

/// A new store with the exports of another one.
fn copy(temp: &TempStore) -> TempStore {
    let mut other = TempStore::new();
    import(
        &mut other,
        exported(temp, ExportKind::Users),
        ImportKind::Users,
    );
    import(
        &mut other,
        exported(temp, ExportKind::Pins),
        ImportKind::Pins,
    );
    other
}

#[test]
fn an_export_has_a_mark_quotes_and_nothing_where_nothing_is_known() {
    let mut desk = Desk::new();
    let mut person = names("=cmd|' /C calc'!A0", "evil");
    (person.sip, person.account, person.guid) = (
        None,
        None,
        Some("4e7c1f52-0000-4000-8000-0000000000ab".to_owned()),
    );
    person.dn = Some("CN=\\\"x\\\",DC=com".to_owned());
    desk.temp.import_users(vec![person]).unwrap();
    let text = exported(&desk.temp, ExportKind::Users);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 7, "a header, five users and the end");
    let header = "\u{FEFF}\"DisplayName\",\"SipAddress\",\"UserPrincipalName\",\"Domain\",\"SamAccountName\",\
        \"DistinguishedName\",\"Guid\"";
    assert_eq!(lines[0], header);
    let ken = "\"Ken Myer\",\"sip:kenmyer@litwareinc.com\",\"kenmyer@litwareinc.com\",\"litwareinc\",\"kenmyer\",\
        \"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\",";
    assert_eq!(lines[1], ken);
    let evil = "\"'=cmd|' /C calc'!A0\",,\"evil@litwareinc.com\",,,\"CN=\\\"\"x\\\"\",DC=com\",\
        \"4e7c1f52-0000-4000-8000-0000000000ab\"";
    assert_eq!(lines[5], evil);
    assert_eq!(known(&copy(&desk.temp)), known(&desk.temp));
}

#[test]
fn a_lock_is_exported_with_all_that_is_known_of_it() {
    let mut desk = Desk::new();
    let list = "UPN,Reason,Ticket,Until\r\nkenmyer@litwareinc.com,\"-lost, \"\"again\"\"\",INC-9,2027-01-31T10:00:00Z\r\n";
    desk.temp.apply(&desk.plan(list)).unwrap();
    let text = exported(&desk.temp, ExportKind::Pins);
    let rows = csv_rows(&text, b',');
    let expected = [
        "sip:kenmyer@litwareinc.com",
        "True",
        "True",
        "",
        "",
        "Ken Myer",
        "administrator",
        "2026-11-22T12:00:00Z",
        "2027-01-31T10:00:00Z",
        r"litwareinc\ann",
        "'-lost, \"again\"",
        "INC-9",
    ];
    assert_eq!(rows[1], expected);
    assert_eq!(rows[2][1..5], ["True", "False", "", ""]);
    assert_eq!(known(&copy(&desk.temp)), known(&desk.temp));
    // An export can be read as a list, too. Its lock columns are not taken for Reason and Action.
    let plan = desk.plan_with(&text, &lock());
    assert_eq!((plan.items.len(), plan.items[0].own.as_deref()), (4, None));
}

fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        '"', ',', ';', '\n', '\'', '=', '+', '-', '@', '＝', '#', ' ', 'a', 'B', 'ü', '山', '|',
        '.',
    ];
    let text = proptest::collection::vec(proptest::sample::select(pieces), 1..9)
        .prop_map(String::from_iter);
    // The store has no names with spaces around them, and no empty names.
    text.prop_map(|text| text.trim().to_owned())
        .prop_filter("nothing", |text| !text.is_empty())
}

/// A user with a difficult name, some missing names, and a PIN in any state.
fn person() -> impl Strategy<Value = (String, [bool; 5], PinFacts)> {
    let moment = || {
        proptest::option::of((-200_000_000_i64..200_000_000).prop_map(|seconds| {
            now()
                .checked_add_signed(
                    Duration::seconds(seconds) + TimeDelta::milliseconds(seconds % 1000),
                )
                .unwrap()
        }))
    };
    let pin = (any::<bool>(), any::<bool>(), moment(), moment());
    let facts = pin.prop_map(|(is_set, is_locked_out, last_change, expires)| PinFacts {
        is_set,
        is_locked_out,
        last_change,
        expires,
    });
    (text(), any::<[bool; 5]>(), facts)
}

#[test]
fn an_export_and_an_import_of_it_are_equal() {
    let check = |people: &[(String, [bool; 5], PinFacts)]| {
        let mut temp = TempStore::new();
        let mut users = Vec::new();
        for (number, (name, [sip, upn, account, dn, guid], _)) in people.iter().enumerate() {
            // At least one name is exact.
            users.push(UserNames {
                display_name: name.clone(),
                sip: sip.then(|| format!("='s{number}@litwareinc.com")),
                upn: upn.then(|| format!("@u{number}@litwareinc.com")),
                account: account.then(|| Account {
                    domain: "-litware".to_owned(),
                    logon: format!("+logon'{number}"),
                }),
                dn: (*dn || !(*sip || *upn || *account))
                    .then(|| format!("CN=\\\"{number}\\, x,OU=A\\+B,DC=com")),
                guid: guid.then(|| format!("4e7c1f52-0000-4000-8000-{number:012}")),
                ..UserNames::default()
            });
        }
        let plan = temp.plan_users(users);
        temp.store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap();
        let all = ids(&temp);
        prop_assert_eq!(all.len(), people.len());
        let mut seen = pindesk::plan::import::SeenNames::default();
        for (id, (_, _, facts)) in all.iter().zip(people) {
            let user = temp.store.user(*id).unwrap().unwrap();
            let row = pindesk::plan::import::plan_pin(2, "", facts, &user, &mut seen, now());
            let names_version = temp.store.freshness().unwrap().names;
            let plan = pindesk::plan::import::ImportPlan {
                kind: ImportKind::Pins,
                source: "pins.csv".to_owned(),
                sha256: "00".repeat(32),
                names_version,
                rows: row.into_iter().collect(),
                unchanged: 0,
                undoes: None,
                reason: String::new(),
                ticket: String::new(),
                submitted: None,
            };
            temp.store
                .import(&plan, &admin(), now(), &Unwatched)
                .unwrap();
        }
        for (kind, columns) in [(ExportKind::Users, 7), (ExportKind::Pins, 12)] {
            let text = exported(&temp, kind);
            let rows = csv_rows(&text, b',');
            prop_assert_eq!(rows.len(), people.len() + 1);
            for (row, (name, ..)) in rows[1..].iter().zip(people) {
                prop_assert_eq!(row.len(), columns);
                let display = if kind == ExportKind::Users { 0 } else { 5 };
                prop_assert_eq!(as_meant(&row[display]), name);
                prop_assert!(
                    row.iter()
                        .all(|cell| !cell.starts_with(['=', '+', '-', '@', '＝', '\n'])),
                    "{:?}",
                    row
                );
            }
        }
        prop_assert_eq!(known(&copy(&temp)), known(&temp));
        Ok(())
    };
    let mut runner = TestRunner::new(Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&proptest::collection::vec(person(), 1..8), |people| {
            check(&people)
        })
        .unwrap();
    assert!(pin_set().is_set);
}

#[test]
fn a_report_is_a_page_in_which_no_name_means_anything_but_itself() {
    let mut desk = Desk::new();
    let evil = "<script>alert(1)</script> & \"Co\" 'x' \u{202E}";
    let user = names(evil, "evil");
    desk.temp.import_users(vec![user]).unwrap();
    desk.temp.import_pin("evil", &pin_set());
    let plan = desk.plan("UPN\nevil@litwareinc.com\nkenmyer@litwareinc.com\n<b>nobody</b>@x\n");
    let report = |plan: &pindesk::plan::Plan, applied: Option<&pindesk::store::Applied>| {
        let mut bytes = Vec::new();
        pindesk::exchange::write_report(&mut bytes, plan, applied, now()).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let before = report(&plan, None);
    assert!(
        before.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot; &#39;x&#39; ·"),
        "{before}"
    );
    assert!(
        !before.contains("<script") && !before.contains("<b>nobody"),
        "{before}"
    );
    assert!(
        before.contains("<h1>Preview: lock 2 users</h1>")
            && before.contains("What if: Performing the operation")
    );
    assert!(
        before.contains("unlocked → locked by administrator")
            && before.contains("<td>not found</td>")
    );
    let applied = desk.temp.apply(&plan).unwrap();
    let after = report(&plan, Some(&applied));
    assert!(
        after.contains("<h1>2 users locked</h1>") && after.contains("<td>changed</td>"),
        "{after}"
    );
    assert!(!after.contains("What if:"));
}
