//! Logons on a store: counting failures, locking, and the record of both.

use std::thread::Builder;

use chrono::Duration;
use pindesk::domain::lockout::LogonRefusal;
use pindesk::domain::pin::LockCause;
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::Action;
use pindesk::plan::import::PinFacts;
use pindesk::progress::Unwatched;
use pindesk::store::{HistoryEntry, StoreError};

use crate::common::{TempStore, admin, now, operator, pin_set, typed};
use crate::{pin, policy, set, set_as, with_role};

fn ken() -> TempStore {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            max_attempts: Some(3),
            ..PinPolicy::default()
        },
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    temp
}

/// The refusal of a logon `minutes` from now. None if it succeeds.
fn tried(temp: &mut TempStore, digits: &str, minutes: i64) -> Option<LogonRefusal> {
    let at = now() + Duration::minutes(minutes);
    let id = temp.id("kenmyer");
    let logon = temp
        .store
        .authenticate(id, &pin(digits), &admin(), at)
        .unwrap();
    assert_eq!(logon.state, temp.user("kenmyer").pin);
    assert_eq!(
        temp.replayed()[&id],
        logon.state,
        "the history has each change"
    );
    logon.refusal
}

#[test]
fn wrong_pins_lock_and_the_right_one_is_refused_then() {
    use LogonRefusal::{IncorrectPin, UserPinAccountLocked};
    let mut temp = ken();
    assert_eq!(tried(&mut temp, "48213", 0), None);
    assert_eq!(tried(&mut temp, "48214", 1), Some(IncorrectPin));
    assert_eq!(tried(&mut temp, "4821", 2), Some(IncorrectPin));
    assert_eq!(
        tried(&mut temp, "48213", 3),
        None,
        "a success clears the local count"
    );
    for minute in 4..7 {
        assert_eq!(tried(&mut temp, "48214", minute), Some(IncorrectPin));
    }
    assert_eq!(tried(&mut temp, "48213", 7), Some(UserPinAccountLocked));
    let failures = temp.user("kenmyer").pin.failures;
    assert_eq!(
        (failures.local, failures.global),
        (0, 5),
        "tries while it is locked do not count"
    );
    assert_eq!(
        tried(&mut temp, "48213", 66),
        None,
        "after an hour it is over by itself"
    );
    assert!(
        temp.store
            .verify_history(&Unwatched)
            .unwrap()
            .first_break
            .is_none()
    );
    let words: Vec<String> = temp
        .store
        .user_history(temp.id("kenmyer"), 100)
        .unwrap()
        .iter()
        .map(HistoryEntry::headline)
        .collect();
    assert!(
        words.contains(&"Locked after failed logons: unlocked → locked temporarily".to_owned()),
        "{words:?}"
    );
    assert!(
        words.contains(&"Failed logon: unlocked".to_owned()),
        "{words:?}"
    );
}

#[test]
fn an_unlock_gives_it_back_at_once() {
    let mut temp = ken();
    for minute in 0..3 {
        tried(&mut temp, "99999", minute);
    }
    assert_eq!(
        temp.user("kenmyer").pin.status(now()).locked,
        Some(LockCause::Temporary)
    );
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    temp.apply(&unlock).unwrap();
    assert_eq!(temp.user("kenmyer").pin.failures.global, 0);
    assert_eq!(tried(&mut temp, "48213", 4), None);
}

#[test]
fn locks_set_on_purpose_stay_locked() {
    let mut temp = ken();
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    let before = temp.user("kenmyer");
    for digits in ["48213", "99999"] {
        assert_eq!(
            tried(&mut temp, digits, 1),
            Some(LogonRefusal::UserPinAccountLocked)
        );
    }
    assert_eq!(temp.user("kenmyer"), before);
}

#[test]
fn an_expired_pin_is_refused_and_does_not_count() {
    let mut temp = ken();
    policy(
        &mut temp,
        "global",
        PinPolicy {
            history_count: 1,
            lifetime_days: 30,
            ..PinPolicy::default()
        },
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    let days = |days| now() + Duration::days(days);
    temp.store.accept_clock(&admin(), days(29)).unwrap();
    assert_eq!(tried(&mut temp, "48213", 29 * 24 * 60), None);
    let late = 31 * 24 * 60;
    temp.store.accept_clock(&admin(), days(31)).unwrap();
    assert_eq!(
        tried(&mut temp, "48213", late),
        Some(LogonRefusal::PinExpired)
    );
    assert_eq!(temp.user("kenmyer").pin.failures.global, 0);
    assert_eq!(
        tried(&mut temp, "48214", late),
        Some(LogonRefusal::IncorrectPin),
        "wrong is wrong, expired or not"
    );
}

#[test]
fn pins_that_are_not_known_here() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    assert_eq!(
        tried_new(&mut temp),
        Some(LogonRefusal::Unknown),
        "imported: set somewhere else"
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    assert_eq!(tried_new(&mut temp), None);
    // By a file, another PIN was set since, so the stored hash is that of an older PIN.
    let facts = PinFacts {
        last_change: Some(now() + Duration::hours(1)),
        ..pin_set()
    };
    temp.import_pin("kenmyer", &facts);
    assert_eq!(tried_new(&mut temp), Some(LogonRefusal::Unknown));
    let facts = PinFacts {
        is_set: false,
        last_change: None,
        ..pin_set()
    };
    temp.import_pin("kenmyer", &facts);
    assert_eq!(tried_new(&mut temp), Some(LogonRefusal::PinNotSet));
    assert_eq!(temp.user("kenmyer").pin.failures.global, 0);
}

fn tried_new(temp: &mut TempStore) -> Option<LogonRefusal> {
    let id = temp.id("kenmyer");
    temp.store
        .authenticate(id, &pin("48213"), &admin(), now())
        .unwrap()
        .refusal
}

#[test]
fn an_export_that_comes_back_leaves_the_pin_alone() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let odd = now() + Duration::milliseconds(417);
    set_as(&mut temp, &admin(), "kenmyer", "48213", odd).unwrap();
    // Files of Get-CsClientPinInfo have whole seconds.
    let last_change = temp.user("kenmyer").pin.last_change;
    assert_eq!(last_change, Some(now()));
    let facts = PinFacts {
        last_change,
        ..pin_set()
    };
    assert_eq!(temp.import_pin("kenmyer", &facts).changed, 0);
    assert_eq!(tried_new(&mut temp), None);
}

#[test]
fn trying_pins_takes_a_role() {
    let mut temp = ken();
    let (eve, vic) = (
        operator("eve"),
        with_role(&mut temp, "vic", "CsViewOnlyAdministrator"),
    );
    let id = temp.id("kenmyer");
    for refused in [&eve, &vic] {
        let done = temp.store.authenticate(id, &pin("99999"), refused, now());
        assert!(
            matches!(done, Err(StoreError::NotPermitted { .. })),
            "{done:?}"
        );
    }
    assert_eq!(
        temp.user("kenmyer").pin.failures.global,
        0,
        "logons without permission lock nobody"
    );
    assert_eq!(
        temp.batches("authenticate")
            .iter()
            .filter(|batch| batch.denied > 0)
            .count(),
        2
    );
    let desk = with_role(&mut temp, "dora", "CsHelpDesk");
    assert_eq!(
        temp.store
            .authenticate(id, &pin("48213"), &desk, now())
            .unwrap()
            .refusal,
        None
    );
}

#[test]
fn simultaneous_guesses_on_several_connections_are_all_counted() {
    let mut temp = ken();
    policy(
        &mut temp,
        "global",
        PinPolicy {
            max_attempts: Some(999),
            ..PinPolicy::default()
        },
    );
    let id = temp.id("kenmyer");
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let mut store = temp.again();
            let guesses = move || {
                for _ in 0..5 {
                    store
                        .authenticate(id, &pin("99999"), &admin(), now())
                        .unwrap();
                }
            };
            Builder::new()
                .name("guesses".to_owned())
                .spawn(guesses)
                .unwrap()
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(temp.user("kenmyer").pin.failures.global, 20);
}

#[test]
fn a_logon_makes_older_previews_of_the_user_void() {
    let mut temp = ken();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    tried(&mut temp, "99999", 0);
    assert_eq!(temp.apply(&plan).unwrap().drifted.len(), 1);
}

#[test]
fn a_file_resets_the_failures_of_only_the_users_it_unlocks() {
    let mut temp = ken();
    tried(&mut temp, "99999", 0);
    let facts = PinFacts {
        expires: Some(now() + Duration::days(9)),
        ..pin_set()
    };
    assert_eq!(temp.import_pin("kenmyer", &facts).changed, 1);
    assert_eq!(temp.user("kenmyer").pin.failures.global, 1);
    set(&mut temp, "kenmyer", "48213").unwrap();
    for minute in 1..4 {
        tried(&mut temp, "99999", minute);
    }
    assert!(temp.user("kenmyer").pin.is_locked_out(now()));
    temp.import_pin("kenmyer", &facts);
    assert_eq!(
        temp.user("kenmyer").pin.failures.global,
        0,
        "the file says that it was unlocked"
    );
}

#[test]
fn a_protected_user_who_is_locked_by_guesses_is_told() {
    let mut temp = ken();
    let id = temp.id("kenmyer");
    temp.store.protect(id, true, &admin(), now()).unwrap();
    let told = |temp: &TempStore, minutes| {
        let at = now() + Duration::minutes(minutes);
        temp.store.protected_locked_by_guesses(at).unwrap().len()
    };
    for minute in 0..3 {
        assert_eq!(told(&temp, minute), 0);
        tried(&mut temp, "99999", minute);
    }
    assert_eq!(
        (told(&temp, 3), told(&temp, 62)),
        (1, 0),
        "until the lock ends"
    );
    let locked = temp.batches("protected user locked");
    assert_eq!(locked.len(), 1);
    assert_eq!(locked[0].operator, admin().account);
    // The help desk cannot unlock a protected user in order to go on guessing.
    let desk = with_role(&mut temp, "dora", "CsHelpDesk");
    let unlock = temp.plan_as(&desk, Action::Unlock, typed(&["Ken Myer"]));
    let at = now() + Duration::minutes(3);
    let refused = temp.store.apply(&unlock, &desk, at, &Unwatched);
    assert!(
        matches!(refused, Err(StoreError::NeedsApproval { .. })),
        "{refused:?}"
    );
}

#[test]
fn the_last_failure_is_known_after_right_digits_and_after_an_unlock() {
    let mut temp = ken();
    let id = temp.id("kenmyer");
    let last = |temp: &TempStore| {
        let logons = temp.store.last_logons(&[id]).unwrap();
        Some(logons.get(&id)?.failure.as_ref()?.at)
    };
    assert_eq!(last(&temp), None);
    tried(&mut temp, "48213", 0);
    assert_eq!(last(&temp), None);
    tried(&mut temp, "99999", 1);
    let failed = last(&temp).unwrap();
    assert!(failed >= now() + Duration::minutes(1));
    tried(&mut temp, "48213", 2);
    tried(&mut temp, "48213", 3);
    assert_eq!(last(&temp), Some(failed), "right digits are no failure");
    for minute in 4..7 {
        tried(&mut temp, "99999", minute);
    }
    let locking = last(&temp).unwrap();
    assert!(locking > failed, "the failure that locks is one, too");
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    temp.apply(&unlock).unwrap();
    assert_eq!(last(&temp), Some(locking));
}
