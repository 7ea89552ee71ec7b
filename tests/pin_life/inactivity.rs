//! The lock of PINs that nobody uses.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::lockout::LogonRefusal;
use pindesk::domain::pin::{Inactivity, LockCause, PinState};
use pindesk::domain::policy::{PinPolicy, PolicyFault};
use pindesk::plan::{Action, Group, Plan};
use pindesk::progress::Unwatched;

use crate::common::{TempStore, admin, now, request, typed};
use crate::{pin, policy, set};

fn allowing(days: u16) -> PinPolicy {
    PinPolicy {
        inactivity_days: days,
        ..PinPolicy::default()
    }
}

/// Ken with a PIN that is locked after 30 days without use.
fn ken() -> TempStore {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer"), ("Anna Smith", "asmith")]);
    policy(&mut temp, "global", allowing(30));
    set(&mut temp, "kenmyer", "48213").unwrap();
    temp
}

fn after(days: i64, minutes: i64) -> Time {
    now() + Duration::days(days) + Duration::minutes(minutes)
}

fn tried(temp: &mut TempStore, digits: &str, at: Time) -> Option<LogonRefusal> {
    temp.store.accept_clock(&admin(), at).unwrap();
    let id = temp.id("kenmyer");
    let logon = temp.store.authenticate(id, &pin(digits), &admin(), at);
    logon.unwrap().refusal
}

fn planned(temp: &TempStore, action: Action, at: Time) -> Plan {
    let request = request(action, typed(&["Ken Myer"]));
    let planned = temp.store.plan(&request, &admin(), at, &Unwatched);
    planned.unwrap().plan
}

fn change(temp: &mut TempStore, action: Action, at: Time) -> usize {
    temp.store.accept_clock(&admin(), at).unwrap();
    let plan = planned(temp, action, at);
    let applied = temp.store.apply(&plan, &admin(), at, &Unwatched).unwrap();
    applied.changed.len()
}

#[test]
fn a_pin_is_locked_at_the_end_of_the_days_without_use_and_not_before() {
    let used = now();
    for (days, set, minutes, expected) in [
        (1, true, 24 * 60 - 1, None),
        (1, true, 24 * 60, Some(LockCause::Inactivity)),
        (1, true, 24 * 60 + 1, Some(LockCause::Inactivity)),
        (30, true, 30 * 24 * 60 - 1, None),
        (30, true, 30 * 24 * 60, Some(LockCause::Inactivity)),
        (30, true, 30 * 24 * 60 + 1, Some(LockCause::Inactivity)),
        (999, true, 999 * 24 * 60 - 1, None),
        (999, true, 999 * 24 * 60 + 1, Some(LockCause::Inactivity)),
        (30, false, 40 * 24 * 60, None),
        (0, true, 999 * 24 * 60, None),
    ] {
        let state = PinState {
            is_set: set,
            ..PinState::default().with_new_pin(used, 0, days)
        };
        let at = used + Duration::minutes(minutes);
        assert_eq!(state.status(at).locked, expected, "{days} {minutes}");
        assert_eq!(
            state.effective_lock(at).and_then(|lock| lock.since),
            expected.map(|_| used + Duration::days(days.into()))
        );
        let changes = state.next_change(at);
        assert_eq!(
            changes.is_some(),
            set && days > 0 && expected.is_none(),
            "{days} {minutes}"
        );
    }
    // The calendar has an end.
    let last = PinState {
        is_set: true,
        inactivity: Some(Inactivity {
            days: 999,
            last_use: Time::MAX_UTC,
        }),
        ..PinState::default()
    };
    assert!(!last.is_locked_out(Time::MAX_UTC));
}

#[test]
fn days_without_use_have_a_range_and_more_of_them_are_weaker() {
    assert_eq!(allowing(999).check(), Ok(()));
    assert!(matches!(
        allowing(1000).check(),
        Err(PolicyFault::OutOfRange { given: 1000, .. })
    ));
    for (one, other, is_weaker) in [
        (30, 30, false),
        (29, 30, false),
        (31, 30, true),
        (0, 999, true),
        (999, 0, false),
        (0, 0, false),
    ] {
        assert_eq!(
            allowing(one).is_weaker_than(&allowing(other)),
            is_weaker,
            "{one} {other}"
        );
    }
}

#[test]
fn a_logon_begins_the_days_anew_and_a_wrong_pin_does_not() {
    let mut temp = ken();
    assert_eq!(tried(&mut temp, "48213", after(29, 0)), None);
    assert_eq!(
        tried(&mut temp, "11111", after(58, 0)),
        Some(LogonRefusal::IncorrectPin)
    );
    assert_eq!(tried(&mut temp, "48213", after(58, 23 * 60 + 59)), None);
    assert_eq!(
        tried(&mut temp, "48213", after(88, 24 * 60)),
        Some(LogonRefusal::UserPinAccountLocked)
    );
    assert!(temp.user("kenmyer").pin.lock.is_none(), "no entry says so");
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn unlock_and_a_new_pin_end_it() {
    let mut temp = ken();
    let locked = after(31, 0);
    assert_eq!(change(&mut temp, Action::Unlock, locked), 1);
    let unlocked = temp.user("kenmyer").pin;
    assert!(!unlocked.is_locked_out(after(60, 59)));
    assert!(unlocked.is_locked_out(after(61, 0)));
    assert_eq!(change(&mut temp, Action::Unlock, locked), 0, "not locked");

    assert_eq!(change(&mut temp, Action::SetPin, after(70, 0)), 1);
    assert!(!temp.user("kenmyer").pin.is_locked_out(after(99, 0)));
    assert_eq!(change(&mut temp, Action::Lock, after(120, 0)), 1);
    let pin = temp.user("kenmyer").pin;
    assert_eq!(
        pin.status(after(120, 0)).locked,
        Some(LockCause::Administrator)
    );
    let plan = planned(&temp, Action::SetPin, after(121, 0));
    assert_eq!(plan.items[0].outcome.group(), Group::Skipped);
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn an_undone_unlock_gives_the_days_back() {
    let mut temp = ken();
    let before = temp.user("kenmyer").pin;
    assert_eq!(change(&mut temp, Action::Unlock, after(31, 0)), 1);
    let batch = temp.store.last_undoable(&admin()).unwrap().unwrap();
    let plan = (temp.store)
        .plan_undo(batch, None, &admin(), after(31, 5))
        .unwrap();
    assert_eq!(plan.items[0].action, Action::Lock);
    let applied = temp.store.apply(&plan, &admin(), after(31, 5), &Unwatched);
    assert_eq!(applied.unwrap().changed.len(), 1);
    assert_eq!(temp.user("kenmyer").pin, before);
}

#[test]
fn a_policy_locks_nobody_before_the_next_use() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    set(&mut temp, "kenmyer", "48213").unwrap();
    policy(&mut temp, "global", allowing(30));
    assert!(!temp.user("kenmyer").pin.is_locked_out(after(400, 0)));
    assert_eq!(tried(&mut temp, "48213", after(100, 0)), None);
    let pin = temp.user("kenmyer").pin;
    assert!(!pin.is_locked_out(after(129, 0)) && pin.is_locked_out(after(130, 0)));
    // A policy that no longer has such days counts from the next use, too.
    policy(&mut temp, "global", allowing(0));
    assert!(temp.user("kenmyer").pin.is_locked_out(after(130, 0)));
    assert_eq!(tried(&mut temp, "48213", after(101, 0)), None);
    assert_eq!(temp.user("kenmyer").pin.inactivity, None);
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn a_plan_for_a_new_pin_holds_for_the_days_that_it_was_made_with() {
    let mut temp = ken();
    let plan = temp.plan(Action::SetPin, typed(&["Anna Smith"]));
    policy(&mut temp, "global", allowing(60));
    let refused = temp.store.apply(&plan, &admin(), now(), &Unwatched);
    assert!(refused.unwrap_err().to_string().contains("has changed"));
}
