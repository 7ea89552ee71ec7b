//! The history names users as the store knows them, not as a file or a plan names them.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::domain::user::UserId;
use pindesk::plan::{Action, Plan, PlannedUser};
use pindesk::progress::Unwatched;
use pindesk::store::{HistoryKind, StoreError};

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");

fn targets(temp: &TempStore, logon: &str) -> Vec<(HistoryKind, String)> {
    let entries = temp.store.user_history(temp.id(logon), 100).unwrap();
    let target = |entry: pindesk::store::HistoryEntry| (entry.kind, entry.target);
    entries.into_iter().map(target).collect()
}

fn forged(plan: &Plan, forge: impl Fn(&mut PlannedUser)) -> Plan {
    let mut plan = plan.clone();
    plan.items
        .iter_mut()
        .filter_map(|item| item.user.as_mut())
        .for_each(|user| forge(user));
    plan
}

#[test]
fn an_import_of_pin_states_names_the_user_and_not_the_text_of_the_file() {
    let mut temp = TempStore::with(&[KEN]);
    let mut facts = pin_set();
    facts.is_locked_out = true;
    let plan = temp.plan_pins(&[("KENMYER", facts)]);
    assert_eq!(plan.rows[0].label, "KENMYER");
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let newest = targets(&temp, "kenmyer").remove(0);
    assert_eq!(
        newest,
        (HistoryKind::Pin, "sip:kenmyer@litwareinc.com".to_owned())
    );
}

#[test]
fn an_import_of_pin_states_names_users_who_drifted_as_the_store_does() {
    let mut temp = TempStore::with(&[KEN]);
    let mut facts = pin_set();
    facts.is_locked_out = true;
    let plan = temp.plan_pins(&[("KENMYER", facts)]);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    let imported = temp
        .store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(imported.drifted[0].identity, "sip:kenmyer@litwareinc.com");
    assert_eq!(imported.drifted[0].display_name, "Ken Myer");
    let newest = targets(&temp, "kenmyer").remove(0);
    assert_eq!(
        newest,
        (
            HistoryKind::Drifted,
            "sip:kenmyer@litwareinc.com".to_owned()
        )
    );
}

#[test]
fn a_plan_with_another_identity_changes_nobody_and_its_drift_has_the_right_name() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let forgeries = [
        forged(&plan, |user| {
            user.identity = "sip:packerman@litwareinc.com".to_owned();
        }),
        forged(&plan, |user| {
            user.display_name = "Pilar Ackerman".to_owned();
        }),
    ];
    for plan in &forgeries {
        let applied = temp.apply(plan).unwrap();
        assert!(applied.changed.is_empty() && !temp.is_locked("kenmyer"));
        assert_eq!(applied.drifted[0].id, temp.id("kenmyer"));
        assert_eq!(applied.drifted[0].identity, "sip:kenmyer@litwareinc.com");
        assert_eq!(applied.drifted[0].display_name, "Ken Myer");
        let newest = targets(&temp, "kenmyer").remove(0);
        assert_eq!(
            newest,
            (
                HistoryKind::Drifted,
                "sip:kenmyer@litwareinc.com".to_owned()
            )
        );
    }
    assert!(
        targets(&temp, "packerman")
            .iter()
            .all(|(_, target)| target == "sip:packerman@litwareinc.com")
    );
    assert_eq!(
        temp.apply(&plan).unwrap().changed,
        [temp.id("kenmyer")],
        "the plan as it was made"
    );
}

#[test]
fn a_refused_plan_is_recorded_with_the_names_of_the_store() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let plan = forged(&plan, |user| {
        user.identity = "sip:packerman@litwareinc.com".to_owned();
    });
    let refused = temp
        .store
        .apply(&plan, &operator("nobody"), now(), &Unwatched);
    assert!(matches!(refused, Err(StoreError::NotPermitted { .. })));
    let newest = targets(&temp, "kenmyer").remove(0);
    assert_eq!(
        newest,
        (HistoryKind::Denied, "sip:kenmyer@litwareinc.com".to_owned())
    );
}

#[test]
fn users_are_handed_over_in_the_order_of_the_ids_as_they_are_at_one_moment() {
    const USERS: usize = 5_000;
    let mut temp = TempStore::new();
    let users = (0..USERS).map(|nth| names(&format!("User {nth}"), &format!("user{nth}")));
    temp.import_users(users.collect()).unwrap();
    let last = format!("user{}", USERS - 1);
    temp.import_pin(&last, &pin_set());
    let mut ids: Vec<UserId> = (0..USERS).rev().map(|nth| UserId(nth as i64 + 1)).collect();
    ids.rotate_left(1);
    ids.insert(1, UserId(1_000_000));
    assert_eq!(*ids.last().unwrap(), temp.id(&last));
    let mut other = temp.again();
    let plan = temp.plan(
        Action::Lock,
        typed(&[format!("{last}@litwareinc.com").as_str()]),
    );
    assert_eq!(plan.changes().count(), 1);
    let mut found = Vec::new();
    temp.store
        .each_user_of(&ids, |user| {
            if found.is_empty() {
                other.apply(&plan, &admin(), now(), &Unwatched).unwrap();
            }
            found.push(user);
            true
        })
        .unwrap();
    assert!(found[1].is_none(), "the store has no such user");
    found.remove(1);
    ids.remove(1);
    let handed: Vec<UserId> = found.iter().flatten().map(|user| user.id).collect();
    assert_eq!(handed, ids);
    let last_found = found.last().unwrap().as_ref().unwrap();
    assert!(!last_found.pin.is_locked_out(now()) && temp.is_locked(&last));
}
