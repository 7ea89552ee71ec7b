//! Setting a PIN: the plan is like any other, but only a hash of the digits is kept.

use chrono::Duration;
use pindesk::domain::dn::DistinguishedName;
use pindesk::domain::pin::LockCause;
use pindesk::domain::pin_digits::PinFault;
use pindesk::domain::policy::PinPolicy;
use pindesk::domain::role::{Role, cmdlet};
use pindesk::domain::user::UserNames;
use pindesk::plan::{Action, BatchAction, Outcome, Refusal, SkipReason};
use pindesk::progress::Unwatched;
use pindesk::store::{DrawnPin, StoreError};

use crate::common::in_a_file::in_a_file;
use crate::common::{TempStore, admin, names, now, operator, pin_set, typed};
use crate::{pin, policy, set, set_as, with_role};
use pindesk::zone::Zone;

const PEOPLE: [(&str, &str); 3] = [
    ("Ken Myer", "kenmyer"),
    ("Anna Smith", "asmith"),
    ("Pilar Ackerman", "packerman"),
];

#[test]
fn a_new_pin_is_set_and_only_its_hash_is_kept() {
    let mut temp = TempStore::with(&PEOPLE);
    let applied = set(&mut temp, "kenmyer", "48213").unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer")]);
    assert!(applied.pins.is_empty(), "a typed PIN is not returned");
    let state = temp.user("kenmyer").pin;
    assert_eq!(
        (state.is_set, state.last_change, state.expires),
        (true, Some(now()), None)
    );
    assert_eq!(temp.replayed()[&temp.id("kenmyer")], state);
    assert!(
        temp.store
            .verify_history(&Unwatched)
            .unwrap()
            .first_break
            .is_none()
    );
    let hash = temp
        .sql()
        .texts("SELECT hash FROM pin_hashes")
        .remove(0)
        .unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    drop(temp.store);
    for file in std::fs::read_dir(temp.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(
            memchr::memmem::find(&bytes, b"48213").is_none(),
            "the digits are nowhere in the store"
        );
    }
}

#[test]
fn drawn_pins_are_handed_over_once() {
    let mut temp = TempStore::with(&PEOPLE);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            min_length: 8,
            ..PinPolicy::default()
        },
    );
    let plan = temp.plan(
        Action::SetPin,
        typed(&["Ken Myer", "Anna Smith", "ken myer"]),
    );
    assert_eq!(plan.counts().will_change, 2);
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(applied.pins.len(), 2);
    for DrawnPin {
        user, pin: drawn, ..
    } in &applied.pins
    {
        assert_eq!(drawn.length(), 8);
        assert_eq!(
            temp.store
                .authenticate(*user, drawn, &admin(), now())
                .unwrap()
                .refusal,
            None
        );
    }
    assert_ne!(applied.pins[0].pin, applied.pins[1].pin);
}

#[test]
fn a_locked_pin_must_be_unlocked_first() {
    let mut temp = TempStore::with(&PEOPLE);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    assert_eq!(plan.items[0].outcome, Outcome::Skipped(SkipReason::Locked));
    assert_eq!(
        plan.reason(&plan.items[0], Zone::utc()),
        "The PIN is locked: unlock it before a new one is set."
    );
    // The PIN is locked after planning, so the plan no longer applies.
    let plan = temp.plan(Action::SetPin, typed(&["Anna Smith"]));
    let lock = temp.plan(Action::Lock, typed(&["Anna Smith"]));
    temp.apply(&lock).unwrap();
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(
        (
            applied.changed.len(),
            applied.drifted.len(),
            applied.pins.len()
        ),
        (0, 1, 0)
    );
    assert_eq!(
        temp.user("asmith").pin.status(now()).locked,
        Some(LockCause::Administrator)
    );
}

#[test]
fn a_user_without_a_pin_can_get_one() {
    let mut temp = TempStore::new();
    temp.import_users(vec![names("Ken Myer", "kenmyer")])
        .unwrap();
    set(&mut temp, "kenmyer", "48213").unwrap();
    assert!(temp.user("kenmyer").pin.is_set);
}

#[test]
fn the_policy_decides_the_form_and_lifetime_of_a_pin() {
    let mut temp = TempStore::with(&PEOPLE);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            history_count: 2,
            lifetime_days: 90,
            ..PinPolicy::default()
        },
    );
    for (digits, fault) in [
        ("4821", PinFault::TooShort { least: 5 }),
        ("22334", PinFault::NotDigits),
        ("112233", PinFault::Repeats),
        ("12349", PinFault::Ascends),
    ] {
        let refused = set(&mut temp, "kenmyer", digits);
        if digits == "22334" {
            refused.unwrap();
        } else {
            assert_eq!(
                refused,
                Err(StoreError::PinRefused(fault.into())),
                "{digits}"
            );
        }
    }
    set(&mut temp, "asmith", "48213").unwrap();
    assert_eq!(
        temp.user("asmith").pin.expires,
        Some(now() + Duration::days(90))
    );
}

#[test]
fn a_pin_is_not_the_telephone_number() {
    let mut temp = TempStore::new();
    let line = Some("tel:+14255550182;ext=50182".to_owned());
    temp.import_users(vec![UserNames {
        line_uri: line,
        ..names("Ken Myer", "kenmyer")
    }])
    .unwrap();
    for digits in ["50182", "550182", "14255550182"] {
        assert_eq!(
            set(&mut temp, "kenmyer", digits),
            Err(StoreError::PinRefused(PinFault::PhoneNumber.into())),
            "{digits}"
        );
    }
    set(&mut temp, "kenmyer", "50183").unwrap();
}

#[test]
fn administrators_may_set_an_old_pin_again_and_users_their_own_may_not() {
    let mut temp = TempStore::with(&PEOPLE);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            history_count: 2,
            ..PinPolicy::default()
        },
    );
    for digits in ["48213", "48213", "59324"] {
        set(&mut temp, "kenmyer", digits).unwrap();
    }
    // Linux names an account without its domain.
    let ken_on_linux = with_role(&mut temp, "kenmyer", "CsHelpDesk");
    let ken = with_role(&mut temp, r"LITWAREINC\KenMyer", "CsHelpDesk");
    let used = Err(StoreError::PinRefused(
        PinFault::UsedBefore { remembered: 2 }.into(),
    ));
    for digits in ["59324", "48213"] {
        for operator in [&ken, &ken_on_linux] {
            assert_eq!(
                set_as(&mut temp, operator, "kenmyer", digits, now()),
                used,
                "{digits}"
            );
        }
    }
    let other_ken = with_role(&mut temp, r"contoso\kenmyer", "CsHelpDesk");
    set_as(&mut temp, &other_ken, "kenmyer", "59324", now()).unwrap();
    for digits in ["60435", "71546"] {
        set_as(&mut temp, &ken, "kenmyer", digits, now()).unwrap();
    }
    // Only the last two PINs are remembered.
    set_as(&mut temp, &ken, "kenmyer", "48213", now()).unwrap();
    // For another user, Ken acts as an administrator.
    set_as(&mut temp, &ken, "asmith", "48213", now()).unwrap();
    set_as(&mut temp, &ken, "asmith", "48213", now()).unwrap();
}

#[test]
fn no_more_hashes_are_kept_than_a_policy_can_ask_for() {
    let mut temp = TempStore::with(&PEOPLE);
    for number in 0..25 {
        set(
            &mut temp,
            "kenmyer",
            &format!("48{number:02}3{}", number % 7),
        )
        .unwrap();
    }
    let kept = temp.sql().number("SELECT count(*) FROM pin_hashes");
    assert_eq!(kept, 20);
    let right = temp
        .store
        .authenticate(temp.id("kenmyer"), &pin("482433"), &admin(), now())
        .unwrap();
    assert_eq!(right.refusal, None);
}

#[test]
fn one_pin_is_for_one_user() {
    let mut temp = TempStore::with(&PEOPLE);
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer", "Anna Smith"]));
    let refused = temp
        .store
        .apply_with(&plan, Some(&pin("48213")), &admin(), now(), &Unwatched);
    assert_eq!(refused, Err(StoreError::OnePinForSeveral { users: 2 }));
    assert_eq!(temp.user("kenmyer").pin.last_change, None);
}

#[test]
fn a_policy_that_has_changed_since_the_preview_makes_the_plan_void() {
    let mut temp = TempStore::with(&PEOPLE);
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    policy(
        &mut temp,
        "global",
        PinPolicy {
            history_count: 1,
            lifetime_days: 30,
            ..PinPolicy::default()
        },
    );
    let identity = "sip:kenmyer@litwareinc.com".to_owned();
    assert_eq!(
        temp.apply(&plan),
        Err(StoreError::PolicyChanged { identity })
    );
    assert_eq!(temp.user("kenmyer").pin.last_change, None);
}

#[test]
fn roles_decide_who_may_set_pins_and_where() {
    let mut temp = TempStore::new();
    let sales = Some("CN=Anna Smith,OU=Sales,DC=litwareinc,DC=com".to_owned());
    temp.import_users(vec![
        names("Ken Myer", "kenmyer"),
        UserNames {
            dn: sales,
            ..names("Anna Smith", "asmith")
        },
    ])
    .unwrap();
    for logon in ["kenmyer", "asmith"] {
        temp.import_pin(logon, &pin_set());
    }
    let unit = DistinguishedName::parse("OU=Sales,DC=litwareinc,DC=com").unwrap();
    let role = Role {
        name: "Sales desk".to_owned(),
        cmdlets: vec![cmdlet::SET_PIN.to_owned()],
        units: vec![unit],
    };
    temp.store.set_role(&role, &admin(), now()).unwrap();
    let (nobody, viewer) = (
        operator("eve"),
        with_role(&mut temp, "vic", "CsViewOnlyAdministrator"),
    );
    for refused in [&nobody, &viewer] {
        let done = set_as(&mut temp, refused, "asmith", "48213", now());
        assert!(
            matches!(done, Err(StoreError::NotPermitted { .. })),
            "{done:?}"
        );
    }
    assert_eq!(
        temp.batches("set-pin").len(),
        2,
        "both attempts are recorded"
    );
    let sara = with_role(&mut temp, "sara", "Sales desk");
    let plan = temp.plan_as(&sara, Action::SetPin, typed(&["Ken Myer", "Anna Smith"]));
    assert_eq!(plan.items[0].outcome, Outcome::Refused(Refusal::Denied));
    assert_eq!(plan.counts().will_change, 1);
    set_as(&mut temp, &sara, "asmith", "48213", now()).unwrap();
    // The store refuses a forged plan that claims the permission.
    let mut forged = plan.clone();
    forged.items[0].outcome = Outcome::Change { caution: None };
    let done = temp.store.apply(&forged, &sara, now(), &Unwatched);
    assert!(
        matches!(done, Err(StoreError::NotPermitted { .. })),
        "{done:?}"
    );
    assert_eq!(temp.user("kenmyer").pin.last_change, None);
}

#[test]
fn a_protected_user_gets_a_new_pin_only_by_an_approved_plan() {
    let mut temp = TempStore::with(&PEOPLE);
    let id = temp.id("kenmyer");
    temp.store.protect(id, true, &admin(), now()).unwrap();
    let refused = set(&mut temp, "kenmyer", "48213");
    assert!(
        matches!(refused, Err(StoreError::NeedsApproval { .. })),
        "{refused:?}"
    );
    let bob = with_role(&mut temp, "bob", "CsHelpDesk");
    let plan = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    let submitted = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .decide(
            submitted,
            pindesk::store::Decision::Approve,
            "",
            &bob,
            now(),
        )
        .unwrap();
    let plan = temp
        .store
        .submitted(submitted, &admin(), now())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan;
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(
        applied.pins.len(),
        1,
        "the PIN is drawn when the plan is applied, and is no part of it"
    );
}

#[test]
fn a_new_pin_cannot_be_undone() {
    let mut temp = TempStore::with(&PEOPLE);
    let batch = set(&mut temp, "kenmyer", "48213").unwrap().batch.unwrap();
    assert_eq!(temp.store.last_undoable(&admin()).unwrap(), None);
    assert!(
        temp.store
            .plan_undo(batch, None, &admin(), now())
            .unwrap()
            .items
            .is_empty()
    );
    assert!(!BatchAction::from(Action::SetPin).is_undoable());
}

#[test]
fn a_hash_that_is_forgotten_is_not_left_in_the_file() {
    let _in_a_file = in_a_file();
    let mut temp = TempStore::with(&PEOPLE);
    set(&mut temp, "kenmyer", "48213").unwrap();
    let first: String = temp
        .plain()
        .query_row("SELECT hash FROM pin_hashes", [], |row| row.get(0))
        .unwrap();
    for _ in 0..21 {
        set(&mut temp, "kenmyer", "59324").unwrap();
    }
    let path = temp.path();
    // Closing the last connection brings the log into the file.
    let TempStore { store, folder } = temp;
    drop(store);
    let bytes = std::fs::read(path).unwrap();
    let is_left = bytes
        .windows(first.len())
        .any(|bytes| bytes == first.as_bytes());
    assert!(!is_left);
    drop(folder);
}
