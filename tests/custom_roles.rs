//! Custom roles: valid definitions, the permission to define them, the record of changes, and their
//! effect.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::domain::custom_role::RoleFault;
use pindesk::domain::dn::DistinguishedName;
use pindesk::domain::role::{ADMINISTRATOR, BUILT_IN, Permission, Role, cmdlet};
use pindesk::domain::user::UserNames;
use pindesk::plan::{Action, Outcome, Refusal};
use pindesk::progress::Unwatched;
use pindesk::store::{Grant, Holder, StoreError};

const BOB: &str = r"litwareinc\bob";
const DESK: &str = "Finance desk";
const FINANCE: &str = "OU=Finance,DC=litwareinc,DC=com";

fn dn(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap()
}

/// A role that was not checked.
fn role(name: &str, cmdlets: &[&str], units: &[&str]) -> Role {
    Role {
        name: name.to_owned(),
        cmdlets: cmdlets.iter().map(|&name| name.to_owned()).collect(),
        units: units.iter().map(|unit| dn(unit)).collect(),
    }
}

fn set(temp: &mut TempStore, role: &Role) -> Result<bool, StoreError> {
    temp.store.set_role(role, &admin(), now())
}

fn remove(temp: &mut TempStore, name: &str) -> Result<bool, StoreError> {
    temp.store.remove_role(name, &admin(), now())
}

fn give(temp: &mut TempStore, role: &str, account: &str) {
    assert_eq!(
        temp.store
            .grant(Grant::Give, role, account, &admin(), now()),
        Ok(true)
    );
}

/// Action and reason of the newest batches, the newest first.
fn recorded(temp: &TempStore) -> Vec<(String, String)> {
    temp.batches("")
        .into_iter()
        .map(|batch| (batch.action.to_string(), batch.reason))
        .collect()
}

fn entry(action: &str, reason: &str) -> (String, String) {
    (action.to_owned(), reason.to_owned())
}

#[test]
fn a_role_is_defined_redefined_and_removed_and_each_change_is_recorded() {
    let mut temp = TempStore::new();
    let wanted = role(
        "  Finance desk ",
        &[cmdlet::UNLOCK, cmdlet::LOCK, cmdlet::UNLOCK],
        &[
            "ou=finance, dc=LITWAREINC, dc=com",
            FINANCE,
            "OU=Sales,DC=litwareinc,DC=com",
        ],
    );
    assert_eq!(set(&mut temp, &wanted), Ok(true));
    assert_eq!(set(&mut temp, &wanted), Ok(false));
    let again = role(
        DESK,
        &[cmdlet::LOCK, cmdlet::UNLOCK],
        &["OU=sales,DC=litwareinc,DC=com", FINANCE],
    );
    assert_eq!(
        set(&mut temp, &again),
        Ok(false),
        "the same in another order and case"
    );
    let kept = temp.store.all_roles().unwrap().pop().unwrap();
    assert_eq!((kept.name.as_str(), kept.units.len()), (DESK, 2));
    assert_eq!(kept.cmdlets, [cmdlet::LOCK, cmdlet::UNLOCK]);
    assert_eq!(
        set(&mut temp, &role(DESK, &[cmdlet::UNLOCK], &[FINANCE])),
        Ok(true)
    );
    assert_eq!(
        temp.store.all_roles().unwrap().pop().unwrap(),
        role(DESK, &[cmdlet::UNLOCK], &[FINANCE])
    );
    assert_eq!(remove(&mut temp, DESK), Ok(true));
    assert_eq!(remove(&mut temp, DESK), Ok(false));
    assert_eq!(temp.store.all_roles().unwrap().len(), BUILT_IN.len());
    let words = "Finance desk: Unlock-CsClientPin in OU=Finance,DC=litwareinc,DC=com";
    let history = recorded(&temp);
    assert_eq!(
        history[..2],
        [entry("remove-role", words), entry("set-role", words)]
    );
    assert_eq!(history[2].0, "set-role");
    assert_eq!(
        history.len(),
        4,
        "what is no change is not recorded: {history:?}"
    );
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn all_roles_stand_in_a_stable_order() {
    let mut temp = TempStore::new();
    for name in ["Zulu", "alpha", "Árpád", "Bravo"] {
        set(&mut temp, &role(name, &[cmdlet::LOCK], &[])).unwrap();
    }
    let names: Vec<String> = temp
        .store
        .all_roles()
        .unwrap()
        .into_iter()
        .map(|role| role.name)
        .collect();
    let built_in = BUILT_IN.map(|(name, _)| name);
    assert_eq!(names[..5], built_in);
    assert_eq!(names[5..], ["alpha", "Bravo", "Zulu", "Árpád"]);
    let roles = temp.store.all_roles().unwrap();
    assert!(
        roles
            .iter()
            .zip(BUILT_IN)
            .all(|(role, (_, cmdlets))| role.cmdlets == cmdlets),
        "{roles:?}"
    );
}

#[test]
fn an_invalid_role_is_refused_with_the_fault_and_not_kept() {
    let mut temp = TempStore::new();
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[])).unwrap();
    let before = (recorded(&temp), temp.store.all_roles().unwrap());
    let unlock = [cmdlet::UNLOCK];
    for (wrong, words) in [
        (role(" ", &unlock, &[]), "A role needs a name."),
        (role(&"x".repeat(65), &unlock, &[]), "at most 64 characters"),
        (role("Desk\u{200B}", &unlock, &[]), "Desk·"),
        (role("De\tsk", &unlock, &[]), "De·sk"),
        (role("Desk", &[], &[]), "permits nothing"),
        (
            role("Desk", &["unlock-csclientpin"], &[]),
            "Did you mean Unlock-CsClientPin?",
        ),
        (
            role("Desk", &["Get-CsUser"], &[]),
            "There is no cmdlet Get-CsUser.",
        ),
        (
            role("Desk", &[cmdlet::ROLES], &[FINANCE]),
            "concerns the whole store",
        ),
        (
            role("FINANCE DESK", &unlock, &[]),
            "that of the role Finance desk",
        ),
        (
            role("csadministrator", &unlock, &[]),
            "that of the role CsAdministrator",
        ),
        (role("CsHelpDesk", &unlock, &[]), "is built in"),
        (role(ADMINISTRATOR, &unlock, &[]), "is built in"),
    ] {
        let error = set(&mut temp, &wrong).unwrap_err().to_string();
        assert!(
            error.contains(words) && error.ends_with("Nothing was changed."),
            "{error}"
        );
    }
    assert_eq!((recorded(&temp), temp.store.all_roles().unwrap()), before);
}

#[test]
fn a_unit_that_cannot_be_read_never_widens_a_role() {
    let fault = Role::read(DESK, &[cmdlet::LOCK], &[FINANCE, "Sales"]).unwrap_err();
    assert!(
        matches!(&fault, RoleFault::Unit { unit, .. } if unit == "Sales"),
        "{fault}"
    );
    // The row was edited by another program, or the file is damaged.
    let mut temp = TempStore::new();
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[FINANCE])).unwrap();
    give(&mut temp, DESK, BOB);
    temp.sql().run("UPDATE role_units SET dn = 'Finance'");
    assert_eq!(
        temp.store.permission(&operator(BOB), cmdlet::LOCK),
        Ok(Permission::Nowhere)
    );
    assert!(
        temp.store
            .who_can(cmdlet::LOCK)
            .unwrap()
            .iter()
            .all(|holder| holder.account != BOB)
    );
}

#[test]
fn a_granted_role_and_a_built_in_role_cannot_be_removed() {
    let mut temp = TempStore::new();
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[])).unwrap();
    give(&mut temp, DESK, BOB);
    give(&mut temp, DESK, r"litwareinc\carol");
    let before = recorded(&temp).len();
    let error = remove(&mut temp, DESK).unwrap_err();
    let accounts = vec![BOB.to_owned(), r"litwareinc\carol".to_owned()];
    assert_eq!(
        error,
        StoreError::RoleInUse {
            role: DESK.to_owned(),
            accounts
        }
    );
    assert!(
        error
            .to_string()
            .contains(r"litwareinc\bob and litwareinc\carol still have it"),
        "{error}"
    );
    assert_eq!(
        remove(&mut temp, "CsHelpDesk"),
        Err(StoreError::BuiltInRole {
            role: "CsHelpDesk".to_owned()
        })
    );
    let error = remove(&mut temp, "finance desk").unwrap_err();
    assert!(
        error.to_string().contains("but there is Finance desk"),
        "{error}"
    );
    assert_eq!(remove(&mut temp, "Sales desk"), Ok(false));
    assert_eq!(recorded(&temp).len(), before);
}

#[test]
fn an_operator_without_permission_defines_no_role_and_is_recorded() {
    let mut temp = TempStore::new();
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[FINANCE])).unwrap();
    give(&mut temp, "CsHelpDesk", BOB);
    let bob = operator(BOB);
    let wider = role(DESK, &[cmdlet::LOCK], &[]);
    let refused = StoreError::NotPermitted {
        operator: BOB.to_owned(),
        cmdlet: cmdlet::ROLES.to_owned(),
    };
    assert_eq!(
        temp.store.set_role(&wider, &bob, now()),
        Err(refused.clone())
    );
    assert_eq!(
        temp.store.set_role(&role("", &[], &[]), &bob, now()),
        Err(refused.clone()),
        "not even told what is wrong"
    );
    assert_eq!(temp.store.remove_role(DESK, &bob, now()), Err(refused));
    let denied: Vec<_> = temp
        .batches("bob")
        .into_iter()
        .filter(|batch| batch.denied == 1)
        .collect();
    let shown: Vec<_> = denied
        .into_iter()
        .map(|batch| (batch.action.to_string(), batch.reason))
        .collect();
    assert_eq!(shown[0], entry("remove-role", DESK));
    assert_eq!(
        shown[2],
        entry("set-role", "Finance desk: Lock-CsClientPin everywhere")
    );
    assert_eq!(
        temp.store.all_roles().unwrap().pop().unwrap(),
        role(DESK, &[cmdlet::LOCK], &[FINANCE])
    );
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn a_role_of_ones_own_that_gives_roles_does_not_stand_in_for_the_last_administrator() {
    let mut temp = TempStore::new();
    set(&mut temp, &role("Managers", &[cmdlet::ROLES], &[])).unwrap();
    give(&mut temp, "Managers", BOB);
    let bob = operator(BOB);
    assert_eq!(
        temp.store
            .set_role(&role(DESK, &[cmdlet::ROLES], &[]), &bob, now()),
        Ok(true),
        "bob may define roles"
    );
    let taken = temp
        .store
        .grant(Grant::Take, ADMINISTRATOR, &admin().account, &bob, now());
    assert_eq!(taken, Err(StoreError::LastAdministrator));
}

#[test]
fn holders_of_a_permission_are_found_by_the_exact_name_of_the_cmdlet() {
    let mut temp = TempStore::new();
    set(&mut temp, &role("Unlockers", &[cmdlet::UNLOCK], &[FINANCE])).unwrap();
    set(
        &mut temp,
        &role(
            "Sales unlockers",
            &[cmdlet::UNLOCK],
            &["OU=Sales,DC=litwareinc,DC=com", FINANCE],
        ),
    )
    .unwrap();
    give(&mut temp, "Unlockers", BOB);
    give(&mut temp, "Sales unlockers", r"LITWAREINC\Bob");
    give(&mut temp, "Unlockers", r"litwareinc\carol");
    give(&mut temp, "CsHelpDesk", r"litwareinc\carol");
    let holder = |account: &str, permission: Permission, roles: &[&str]| Holder {
        account: account.to_owned(),
        permission,
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
    };
    let ann = || holder(&admin().account, Permission::Everywhere, &[ADMINISTRATOR]);
    let carol = r"litwareinc\carol";
    let within = Permission::Within(vec![dn(FINANCE), dn("OU=Sales,DC=litwareinc,DC=com")]);
    let unlocking = temp.store.who_can(cmdlet::UNLOCK).unwrap();
    let account = unlocking[1].account.clone();
    assert!(account.eq_ignore_ascii_case(BOB), "{account}");
    assert_eq!(
        unlocking,
        [
            ann(),
            holder(&account, within, &["Sales unlockers", "Unlockers"]),
            holder(carol, Permission::Everywhere, &["CsHelpDesk", "Unlockers"]),
        ]
    );
    let locking = temp.store.who_can(cmdlet::LOCK).unwrap();
    assert_eq!(
        locking,
        [
            ann(),
            holder(carol, Permission::Everywhere, &["CsHelpDesk"])
        ],
        "-match would find bob too"
    );
    for name in ["lock-csclientpin", "Lock", "CsClientPin", ""] {
        assert_eq!(temp.store.who_can(name), Ok(Vec::new()), "{name}");
    }
}

#[test]
fn a_limited_role_imports_nothing_and_is_not_said_to() {
    let mut temp = TempStore::new();
    temp.sql().run(
        "INSERT INTO roles VALUES ('Importers'); INSERT INTO role_cmdlets VALUES ('Importers', 'Import-PinDesk');
         INSERT INTO role_units VALUES ('Importers', 'OU=Finance,DC=litwareinc,DC=com')",
    );
    give(&mut temp, "Importers", BOB);
    assert_eq!(
        temp.store.who_can(cmdlet::IMPORT).unwrap().len(),
        1,
        "ann alone"
    );
}

/// A user with this distinguished name. The GUID identifies the user after a move.
fn person(display: &str, logon: &str, dn: &str) -> UserNames {
    UserNames {
        dn: Some(dn.to_owned()),
        guid: Some(format!("guid-of-{logon}")),
        ..names(display, logon)
    }
}

/// A store with Ken in Finance, Pilar in a unit below it, and Zoë in Sales.
fn three_people() -> TempStore {
    let mut temp = TempStore::new();
    let people = vec![
        person(
            "Ken Myer",
            "kenmyer",
            "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
        ),
        person(
            "Pilar Ackerman",
            "packerman",
            "CN=Ackerman\\, Pilar,OU=Audit,ou=finance,DC=LitwareInc,DC=com",
        ),
        person(
            "Zoë Smith",
            "zsmith",
            "CN=Zoë Smith,OU=Finance,OU=Sales,DC=litwareinc,DC=com",
        ),
    ];
    temp.import_users(people).unwrap();
    for logon in ["kenmyer", "packerman", "zsmith"] {
        temp.import_pin(logon, &pin_set());
    }
    temp
}

#[test]
fn users_outside_the_units_are_refused_in_the_preview_and_left_alone() {
    let mut temp = three_people();
    let units = ["ou = FINANCE, dc=LITWAREINC ,DC=Com"];
    temp.store
        .set_role(
            &Role::read(DESK, &[cmdlet::LOCK], &units).unwrap(),
            &admin(),
            now(),
        )
        .unwrap();
    give(&mut temp, DESK, BOB);
    let bob = operator(BOB);
    let people = ["Ken Myer", "Pilar Ackerman", "Zoë Smith"];
    let plan = temp.plan_as(&bob, Action::Lock, typed(&people));
    assert!(
        matches!(plan.items[0].outcome, Outcome::Change { .. }),
        "{:?}",
        plan.items[0]
    );
    assert!(
        matches!(plan.items[1].outcome, Outcome::Change { .. }),
        "a unit below it: {:?}",
        plan.items[1]
    );
    assert_eq!(plan.items[2].outcome, Outcome::Refused(Refusal::Denied));
    let applied = temp.store.apply(&plan, &bob, now(), &Unwatched).unwrap();
    assert_eq!(applied.changed.len(), 2);
    assert_eq!(
        ["kenmyer", "packerman", "zsmith"].map(|logon| temp.is_locked(logon)),
        [true, true, false]
    );
    // The permission to lock does not include unlocking.
    let plan = temp.plan_as(&bob, Action::Unlock, typed(&["Ken Myer"]));
    assert_eq!(plan.items[0].outcome, Outcome::Refused(Refusal::Denied));
}

#[test]
fn users_moved_out_of_the_unit_or_with_a_revoked_unit_are_left_alone() {
    let mut temp = three_people();
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[FINANCE])).unwrap();
    give(&mut temp, DESK, BOB);
    let bob = operator(BOB);
    let before = temp.plan_as(&bob, Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    // The role is limited further after the preview, and the store checks permissions again.
    set(
        &mut temp,
        &role(
            DESK,
            &[cmdlet::LOCK],
            &["OU=Audit,OU=Finance,DC=litwareinc,DC=com"],
        ),
    )
    .unwrap();
    let refused = temp.store.apply(&before, &bob, now(), &Unwatched);
    assert!(
        matches!(refused, Err(StoreError::NotPermitted { .. })),
        "{refused:?}"
    );
    let again = temp.plan_as(&bob, Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    assert_eq!(
        temp.store
            .apply(&again, &bob, now(), &Unwatched)
            .unwrap()
            .changed
            .len(),
        1
    );
    assert_eq!(
        (temp.is_locked("kenmyer"), temp.is_locked("packerman")),
        (false, true)
    );
    // After the unit was renamed in the directory, the role no longer covers its users until the
    // role is changed.
    let moved = "CN=Ken Myer,OU=Treasury,DC=litwareinc,DC=com";
    temp.import_users(vec![person("Ken Myer", "kenmyer", moved)])
        .unwrap();
    let outcome = |temp: &TempStore| {
        temp.plan_as(&bob, Action::Lock, typed(&["Ken Myer"])).items[0]
            .outcome
            .clone()
    };
    set(&mut temp, &role(DESK, &[cmdlet::LOCK], &[FINANCE])).unwrap();
    assert_eq!(outcome(&temp), Outcome::Refused(Refusal::Denied));
    set(
        &mut temp,
        &role(DESK, &[cmdlet::LOCK], &["OU=treasury,DC=litwareinc,DC=com"]),
    )
    .unwrap();
    assert!(matches!(outcome(&temp), Outcome::Change { .. }));
}
