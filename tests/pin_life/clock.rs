//! The time of entries: never older than the one before, and far ahead only if somebody accepts that.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::pin::LockCause;
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Grant, StoreError};

use crate::common::{TempStore, admin, now, operator, typed};
use crate::{pin, policy, set};

fn ken() -> TempStore {
    TempStore::with(&[("Ken Myer", "kenmyer")])
}

fn lock_at(temp: &mut TempStore, at: Time) -> Result<Time, StoreError> {
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.store
        .apply(&plan, &admin(), at, &Unwatched)
        .map(|applied| applied.at)
}

#[test]
fn an_entry_is_never_older_than_the_one_before() {
    let mut temp = ken();
    let before = now() - Duration::hours(3);
    assert_eq!(lock_at(&mut temp, before), Ok(now()));
    let lock = temp.user("kenmyer").pin.lock.unwrap();
    assert_eq!(
        lock.since,
        Some(now()),
        "the state has the time of its entry"
    );
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), before)
        .unwrap();
    let denied = temp
        .store
        .grant(Grant::Give, "CsHelpDesk", "eve", &operator("eve"), before);
    assert!(denied.is_err());
    let times: Vec<Time> = temp.batches("").iter().map(|batch| batch.at).collect();
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
}

#[test]
fn a_day_ahead_is_accepted_silently_and_more_is_not() {
    let mut temp = ken();
    let day = now() + Duration::days(1);
    assert_eq!(lock_at(&mut temp, day), Ok(day));
    let jump = day + Duration::days(1) + Duration::milliseconds(1);
    let refused = StoreError::ClockJump {
        last: day,
        now: jump,
    };
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    let before = temp.batches("").len();
    assert_eq!(
        temp.store.apply(&unlock, &admin(), jump, &Unwatched),
        Err(refused.clone())
    );
    assert_eq!(
        temp.store
            .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), jump),
        Err(refused)
    );
    assert_eq!(temp.batches("").len(), before);
    assert_eq!(temp.store.clock_jump(jump), Ok(Some(day)));

    assert_eq!(temp.store.accept_clock(&admin(), jump), Ok(true));
    assert_eq!(
        temp.store.accept_clock(&admin(), jump),
        Ok(false),
        "needed once"
    );
    let accepted = &temp.batches("accept-clock")[0];
    assert_eq!(
        (accepted.at, accepted.reason.as_str(), &accepted.operator),
        (jump, "24 hours after the last entry", &admin().account)
    );
    assert!(
        temp.store
            .apply(&unlock, &admin(), jump, &Unwatched)
            .is_ok()
    );
}

#[test]
fn whoever_may_do_nothing_cannot_move_the_time_of_the_store() {
    let mut temp = ken();
    let (eve, later) = (operator("eve"), now() + Duration::days(40));
    assert_eq!(temp.store.accept_clock(&eve, later), Ok(false));
    let denied = temp
        .store
        .grant(Grant::Give, "CsHelpDesk", "eve", &eve, later);
    assert!(
        matches!(denied, Err(StoreError::NotPermitted { .. })),
        "{denied:?}"
    );
    let recorded = &temp.batches("eve")[0];
    assert_eq!(
        (recorded.at, recorded.reason.as_str()),
        (
            now(),
            "CsHelpDesk for eve (the clock showed 2027-01-01 12:00:00 UTC, not accepted)"
        )
    );
}

#[test]
fn a_clock_that_was_put_back_does_not_end_a_temporary_lock() {
    let mut temp = ken();
    policy(
        &mut temp,
        "global",
        PinPolicy {
            max_attempts: Some(1),
            ..PinPolicy::default()
        },
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    let id = temp.id("kenmyer");
    temp.store
        .authenticate(id, &pin("99999"), &admin(), now())
        .unwrap();
    let early = now() - Duration::hours(5);
    let logon = temp
        .store
        .authenticate(id, &pin("48213"), &admin(), early)
        .unwrap();
    assert!(logon.refusal.is_some());
    assert_eq!(
        logon.state.status(logon.at).locked,
        Some(LockCause::Temporary)
    );
}

#[test]
fn a_clock_that_is_behind_is_told() {
    let temp = ken();
    let lag = |hours| {
        temp.store
            .clock_lag(now() - Duration::hours(hours))
            .unwrap()
    };
    assert_eq!((lag(3), lag(0)), (Some(Duration::hours(3)), None));
}
