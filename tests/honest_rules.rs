//! Ways around the rules that an administrator could take with the program itself.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use chrono::Duration;
use common::harness::{USERS, bob, eve, store};
use common::{TempStore, admin, now, operator, typed};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::{ADMINISTRATOR, Operator, Permission, Role, cmdlet};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Decision, Grant, StoreError};

const FINANCE: &str = "OU=Finance,DC=litwareinc,DC=com";
const SALES: &str = "OU=Sales,DC=litwareinc,DC=com";

fn role(name: &str, cmdlets: &[&str], units: &[&str]) -> Role {
    Role::read(name, cmdlets, units).unwrap()
}

/// Ann gives Eve a role of her own.
fn give(temp: &mut TempStore, role: &Role) {
    temp.store.set_role(role, &admin(), now()).unwrap();
    temp.store
        .grant(Grant::Give, &role.name, &eve().account, &admin(), now())
        .unwrap();
}

fn limit(temp: &mut TempStore, above: u64, hours: u32) {
    let rules = ApprovalRules {
        above: Some(above),
        hours,
        ..ApprovalRules::default()
    };
    temp.store
        .set_approval_rules(rules, &admin(), now())
        .unwrap();
}

fn lock(
    temp: &mut TempStore,
    who: &Operator,
    name: &str,
    hours: i64,
) -> Result<Applied, StoreError> {
    let at = now() + Duration::hours(hours);
    let plan = temp.plan_as(who, Action::Lock, typed(&[name]));
    temp.store.apply(&plan, who, at, &Unwatched)
}

/// The number of refused attempts in the history.
fn denied(temp: &TempStore) -> u64 {
    temp.batches("").iter().map(|batch| batch.denied).sum()
}

#[test]
fn giving_roles_alone_makes_nobody_an_administrator() {
    let mut temp = store();
    give(&mut temp, &role("Clerks", &[cmdlet::ROLES], &[]));
    let refused = temp
        .store
        .grant(Grant::Give, ADMINISTRATOR, &eve().account, &eve(), now());
    assert_eq!(
        refused,
        Err(StoreError::MoreThanHeld {
            operator: eve().account,
            role: ADMINISTRATOR.to_owned(),
            cmdlet: cmdlet::LOCK.to_owned(),
        })
    );
    assert_eq!(denied(&temp), 1, "the attempt is kept");
    let clerks = temp
        .store
        .grant(Grant::Give, "Clerks", &bob().account, &eve(), now());
    assert_eq!(clerks, Ok(true), "what she holds herself, she may give");
}

#[test]
fn nobody_defines_a_role_that_permits_more_than_their_own() {
    let mut temp = store();
    give(
        &mut temp,
        &role("Finance desk", &[cmdlet::UNLOCK], &[FINANCE]),
    );
    give(&mut temp, &role("Clerks", &[cmdlet::ROLES], &[]));
    for wider in [
        role("Clerks", &[cmdlet::ROLES, cmdlet::IMPORT], &[]),
        role("Finance desk", &[cmdlet::UNLOCK], &[]),
        role("Finance desk", &[cmdlet::UNLOCK], &[FINANCE, SALES]),
        role("Desk", &[cmdlet::LOCK], &[FINANCE]),
    ] {
        let refused = temp.store.set_role(&wider, &eve(), now()).unwrap_err();
        assert!(refused.is_refusal(), "{}: {refused}", wider.words());
    }
    assert_eq!(denied(&temp), 4);
    assert_eq!(
        temp.store.permission(&eve(), cmdlet::IMPORT),
        Ok(Permission::Nowhere)
    );
    let narrower = role(
        "Payroll",
        &[cmdlet::UNLOCK],
        &["OU=Payroll,OU=Finance,DC=litwareinc,DC=com"],
    );
    assert_eq!(temp.store.set_role(&narrower, &eve(), now()), Ok(true));
}

#[test]
fn an_administrator_who_has_never_acted_does_not_replace_the_last_one() {
    let mut temp = store();
    let carol = operator(r"litwareinc\carol");
    temp.store
        .grant(Grant::Give, ADMINISTRATOR, &carol.account, &admin(), now())
        .unwrap();
    let take = |temp: &mut TempStore, who: &Operator| {
        temp.store
            .grant(Grant::Take, ADMINISTRATOR, &who.account, &admin(), now())
    };
    assert_eq!(
        take(&mut temp, &admin()),
        Err(StoreError::LastAdministrator),
        "perhaps nobody can log on as Carol"
    );
    lock(&mut temp, &carol, "Ken Myer", 0).unwrap();
    assert_eq!(take(&mut temp, &admin()), Ok(true));
}

#[test]
fn an_account_with_a_character_that_shows_nothing_gets_no_role() {
    let mut temp = store();
    let refused = temp.store.grant(
        Grant::Give,
        ADMINISTRATOR,
        "litwareinc\\ann\u{200B}",
        &admin(),
        now(),
    );
    let error = refused.unwrap_err();
    assert!(
        matches!(&error, StoreError::HiddenCharacter { account } if account == "litwareinc\\ann·"),
        "{error}"
    );
}

#[test]
fn plans_below_the_limit_add_up() {
    let mut temp = store();
    limit(&mut temp, 2, 24);
    lock(&mut temp, &bob(), "Ken Myer", 0).unwrap();
    lock(&mut temp, &bob(), "Anna Smith", 1).unwrap();
    assert_eq!(
        lock(&mut temp, &bob(), "Pilar Ackerman", 2),
        Err(StoreError::NeedsApproval {
            why: "with 2 in the last 24 hours it changes 3 users, more than 2".to_owned()
        })
    );
    let again = temp.plan_as(&bob(), Action::Unlock, typed(&["Ken Myer"]));
    temp.store
        .apply(&again, &bob(), now() + Duration::hours(2), &Unwatched)
        .expect("a user who is changed again counts once");
    lock(&mut temp, &admin(), "Pilar Ackerman", 2).expect("others have a count of their own");
    lock(&mut temp, &bob(), "Jörg Müller", 26).expect("a day later the count begins again");
}

#[test]
fn an_account_that_is_written_in_another_way_has_the_same_count() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    lock(&mut temp, &bob(), "Ken Myer", 0).unwrap();
    let shouting = operator(r"LITWAREINC\BOB");
    assert!(matches!(
        lock(&mut temp, &shouting, "Anna Smith", 0),
        Err(StoreError::NeedsApproval { .. })
    ));
}

#[test]
fn approved_changes_do_not_count_and_neither_does_anything_with_0_hours() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &bob(), now())
        .unwrap();
    let plan = temp
        .store
        .submitted(id, &admin(), now())
        .unwrap()
        .reviewed
        .plan;
    temp.apply(&plan).unwrap();
    lock(&mut temp, &admin(), "Pilar Ackerman", 1).expect("the two were approved");
    assert!(lock(&mut temp, &admin(), "Jörg Müller", 1).is_err());
    limit(&mut temp, 1, 0);
    lock(&mut temp, &admin(), "Jörg Müller", 1).unwrap();
}

#[test]
fn the_store_says_in_advance_what_it_will_ask_for() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    lock(&mut temp, &admin(), USERS[0].0, 0).unwrap();
    let plan = temp.plan(Action::Lock, typed(&[USERS[1].0]));
    let needs = temp.store.approval_needs(&plan, &admin(), now()).unwrap();
    assert_eq!(needs.len(), 1);
    assert_eq!(
        temp.store.approval_needs(&plan, &bob(), now()),
        Ok(Vec::new())
    );
}
