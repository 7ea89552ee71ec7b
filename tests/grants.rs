//! Granting and revoking roles: the needed permission, the record, and the last administrator, who
//! stays.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::{TempStore, admin, now, operator, typed};
use pindesk::domain::role::{ADMINISTRATOR, Operator, Permission, cmdlet};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Grant, OperatorRoles, Store, StoreError};

const BOB: &str = r"litwareinc\bob";
const HELP_DESK: &str = "CsHelpDesk";

fn give(temp: &mut TempStore, role: &str, account: &str) -> Result<bool, StoreError> {
    temp.store
        .grant(Grant::Give, role, account, &admin(), now())
}

fn take(temp: &mut TempStore, role: &str, account: &str) -> Result<bool, StoreError> {
    temp.store
        .grant(Grant::Take, role, account, &admin(), now())
}

#[test]
fn a_role_that_is_given_permits_and_one_that_is_taken_does_not() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let bob = operator(BOB);
    assert_eq!(give(&mut temp, HELP_DESK, BOB), Ok(true));
    assert_eq!(
        give(&mut temp, HELP_DESK, r"LitwareInc\BOB"),
        Ok(false),
        "he has it, in whatever case"
    );
    assert_eq!(
        temp.store.permission(&bob, cmdlet::UNLOCK),
        Ok(Permission::Everywhere)
    );
    let plan = temp.plan_as(&bob, Action::Lock, typed(&["Ken Myer"]));
    assert_eq!(
        temp.store
            .apply(&plan, &bob, now(), &Unwatched)
            .unwrap()
            .changed
            .len(),
        1
    );
    assert_eq!(take(&mut temp, HELP_DESK, r"LITWAREINC\bob"), Ok(true));
    assert_eq!(take(&mut temp, HELP_DESK, BOB), Ok(false));
    assert_eq!(
        temp.store.permission(&bob, cmdlet::UNLOCK),
        Ok(Permission::Nowhere)
    );
    let recorded: Vec<(String, String)> = temp
        .batches("bob")
        .into_iter()
        .map(|batch| (batch.action.to_string(), batch.reason))
        .collect();
    let words = |account: &str| format!("{HELP_DESK} for {account}");
    assert_eq!(
        recorded[0],
        ("take-role".to_owned(), words(r"LITWAREINC\bob")),
        "what is no change is not recorded"
    );
    assert_eq!(recorded[2], ("grant-role".to_owned(), words(BOB)));
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn the_last_administrator_stays() {
    let mut temp = TempStore::new();
    let before = temp.batches("").len();
    assert_eq!(
        take(&mut temp, ADMINISTRATOR, &admin().account),
        Err(StoreError::LastAdministrator)
    );
    assert_eq!(
        temp.store.permission(&admin(), cmdlet::ROLES),
        Ok(Permission::Everywhere)
    );
    assert_eq!(
        temp.batches("").len(),
        before,
        "nothing is recorded that did not happen"
    );
    give(&mut temp, ADMINISTRATOR, BOB).unwrap();
    let bob = operator(BOB);
    temp.store
        .grant(Grant::Give, HELP_DESK, BOB, &bob, now())
        .unwrap();
    assert_eq!(
        take(&mut temp, ADMINISTRATOR, &admin().account),
        Ok(true),
        "another account has the role now, and has used it"
    );
    let error = take(&mut temp, ADMINISTRATOR, BOB).unwrap_err();
    assert!(
        matches!(error, StoreError::NotPermitted { .. }),
        "the account that lost the role has no permission: {error}"
    );
}

#[test]
fn an_operator_without_permission_grants_no_role_and_is_recorded() {
    let mut temp = TempStore::new();
    give(&mut temp, HELP_DESK, BOB).unwrap();
    let bob = operator(BOB);
    for role in [ADMINISTRATOR, HELP_DESK] {
        let error = temp
            .store
            .grant(Grant::Give, role, BOB, &bob, now())
            .unwrap_err();
        assert!(
            matches!(&error, StoreError::NotPermitted { cmdlet, .. } if cmdlet == cmdlet::ROLES),
            "{error}"
        );
    }
    assert_eq!(
        temp.store.permission(&bob, cmdlet::ROLES),
        Ok(Permission::Nowhere)
    );
    assert_eq!(
        temp.batches("bob")
            .iter()
            .filter(|batch| batch.denied == 1)
            .count(),
        2
    );
}

#[test]
fn roles_are_told_apart_by_the_exact_name_of_a_cmdlet() {
    let mut temp = TempStore::new();
    temp.sql().run(
        "INSERT INTO roles VALUES ('Unlockers');
         INSERT INTO role_cmdlets VALUES ('Unlockers', 'Unlock-CsClientPin')",
    );
    let locking = temp.store.role_names(Some(cmdlet::LOCK)).unwrap();
    assert_eq!(
        locking,
        [ADMINISTRATOR, HELP_DESK, "CsUserAdministrator"],
        "-match would find Unlockers too"
    );
    assert!(
        temp.store
            .role_names(Some(cmdlet::UNLOCK))
            .unwrap()
            .contains(&"Unlockers".to_owned())
    );
    assert_eq!(temp.store.role_names(None).unwrap().len(), 6);
    assert_eq!(
        give(&mut temp, "CsHelpdesk", BOB),
        Err(StoreError::NoSuchRole {
            role: "CsHelpdesk".to_owned()
        }),
        "names of roles are exact"
    );
    assert!(give(&mut temp, HELP_DESK, "  ").is_err());
    give(&mut temp, "Unlockers", BOB).unwrap();
    give(&mut temp, HELP_DESK, BOB).unwrap();
    let expected = [
        OperatorRoles {
            account: admin().account,
            roles: vec![ADMINISTRATOR.to_owned()],
        },
        OperatorRoles {
            account: BOB.to_owned(),
            roles: vec![HELP_DESK.to_owned(), "Unlockers".to_owned()],
        },
    ];
    assert_eq!(temp.store.operators().unwrap(), expected);
}

/// An account with an ID, on the computer of the tests.
fn account(name: &str, id: &str) -> Operator {
    Operator {
        id: Some(id.to_owned()),
        ..operator(name)
    }
}

#[test]
fn a_role_belongs_to_the_account_that_first_used_it_and_not_to_a_later_one_of_that_name() {
    let mut temp = TempStore::new();
    let give = |temp: &mut TempStore, grant| {
        temp.store
            .grant(grant, "CsHelpDesk", "bob", &admin(), now())
            .unwrap();
    };
    give(&mut temp, Grant::Give);
    let (bob, new_bob) = (account("bob", "uid:1001"), account("bob", "uid:1002"));
    let roles = |temp: &TempStore, operator: &Operator| temp.store.roles(operator).unwrap().len();
    drop(Store::open(&temp.path(), &bob, now()).unwrap());
    assert_eq!((roles(&temp, &bob), roles(&temp, &new_bob)), (1, 0));
    let bound = &temp.batches("bind-account")[0];
    assert_eq!(bound.reason, "bob is uid:1001 on WS-01");
    drop(Store::open(&temp.path(), &bob, now()).unwrap());
    assert_eq!(temp.batches("bind-account").len(), 1, "recorded once");

    drop(Store::open(&temp.path(), &new_bob, now()).unwrap());
    assert_eq!(roles(&temp, &new_bob), 0);
    let why = temp.store.renewed_account(&new_bob).unwrap().unwrap();
    assert!(
        why.contains("that one is uid:1001 on WS-01, and this one is uid:1002 on WS-01"),
        "{why}"
    );
    assert_eq!(temp.store.renewed_account(&bob).unwrap(), None);

    give(&mut temp, Grant::Take);
    give(&mut temp, Grant::Give);
    drop(Store::open(&temp.path(), &new_bob, now()).unwrap());
    assert_eq!((roles(&temp, &bob), roles(&temp, &new_bob)), (0, 1));
}

#[test]
fn names_without_a_domain_are_compared_exactly() {
    let mut temp = TempStore::new();
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), now())
        .unwrap();
    let may = |name| !temp.store.roles(&operator(name)).unwrap().is_empty();
    assert!(may("bob") && !may("BOB"));
    assert!(may(r"LITWAREINC\ANN"), "names of Windows ignore case");
}
