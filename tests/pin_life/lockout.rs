//! Failed logons and their locks, by the rules of the domain alone, without a store and a clock.

use chrono::Duration;
use pindesk::domain::lockout::{FAILURE_WINDOW, LogonRefusal};
use pindesk::domain::pin::{Failures, LockCause, PinState};
use pindesk::domain::policy::{Limits, PinPolicy};
use proptest::prelude::*;

use crate::common::now;

fn fresh() -> PinState {
    PinState::default().with_new_pin(now(), 0, 0)
}

#[test]
fn limits_go_by_the_length_of_the_pin() {
    let policy = PinPolicy::default();
    for (digits, local, global) in [
        (4, 10, 100),
        (5, 25, 1000),
        (6, 25, 1000),
        (7, 25, 5000),
        (24, 25, 5000),
    ] {
        assert_eq!(policy.limits(digits), Limits { local, global }, "{digits}");
    }
    let strict = PinPolicy {
        max_attempts: Some(3),
        ..policy
    };
    assert_eq!(
        strict.limits(5),
        Limits {
            local: 3,
            global: 1000
        },
        "only the local one is set"
    );
}

#[test]
fn the_local_limit_locks_for_an_hour() {
    let limits = PinPolicy::default().limits(4);
    let mut state = fresh();
    for failure in 1..10 {
        state = state.after_failed_logon(now(), limits);
        assert_eq!(state.failures.local, failure);
        assert!(!state.is_locked_out(now()));
    }
    state = state.after_failed_logon(now(), limits);
    let hour = Duration::hours(1);
    assert_eq!(state.status(now()).locked, Some(LockCause::Temporary));
    assert_eq!(
        state.logon_refusal(now()),
        Some(LogonRefusal::UserPinAccountLocked),
        "the right PIN is refused, too"
    );
    assert_eq!(
        state
            .status(now() + hour - Duration::milliseconds(1))
            .locked,
        Some(LockCause::Temporary)
    );
    assert_eq!(state.status(now() + hour).locked, None);
    assert_eq!(
        state.failures,
        Failures {
            local: 0,
            global: 10,
            window_started: None
        }
    );
}

#[test]
fn the_global_limit_locks_until_an_operator_unlocks() {
    let limits = PinPolicy::default().limits(4);
    let mut state = fresh();
    let mut at = now();
    for _ in 0..100 {
        assert_ne!(state.status(at).locked, Some(LockCause::System));
        state = state.after_failed_logon(at, limits);
        // The failures are too slow to reach the local limit.
        at += Duration::minutes(31);
    }
    assert_eq!(
        state.status(at + Duration::days(4000)).locked,
        Some(LockCause::System)
    );
    let unlocked = state.unlocked(now());
    assert_eq!(
        (unlocked.is_locked_out(at), unlocked.failures),
        (false, Failures::default())
    );
}

#[test]
fn failures_count_together_for_half_an_hour() {
    let limits = Limits {
        local: 3,
        global: 1000,
    };
    let first = fresh()
        .after_failed_logon(now(), limits)
        .after_failed_logon(now() + Duration::minutes(29), limits);
    assert_eq!(
        first.failures,
        Failures {
            local: 2,
            global: 2,
            window_started: Some(now())
        }
    );
    // The window begins with the first failure, and does not move with later ones.
    let late = first.after_failed_logon(now() + FAILURE_WINDOW, limits);
    assert_eq!(late.failures.local, 1);
    assert_eq!(
        (
            late.failures.global,
            late.is_locked_out(now() + FAILURE_WINDOW)
        ),
        (3, false)
    );
    let third = first.after_failed_logon(now() + FAILURE_WINDOW - Duration::seconds(1), limits);
    assert_eq!(
        third.status(now() + FAILURE_WINDOW).locked,
        Some(LockCause::Temporary)
    );
    let back = first.after_failed_logon(now() - Duration::hours(2), limits);
    let lock = back.lock.unwrap();
    assert_eq!(
        (lock.cause, lock.since),
        (LockCause::Temporary, Some(now())),
        "a clock that was put back opens no new window, and ends no lock earlier"
    );
}

#[test]
fn no_more_attempts_run_at_once_than_may_fail() {
    let limits = Limits {
        local: 3,
        global: 5,
    };
    let failed = fresh().after_failed_logon(now(), limits);
    let may = |state: &PinState, at, pending| state.may_fail_again(at, limits, pending);
    assert!(may(&failed, now(), 1) && !may(&failed, now(), 2));
    assert!(
        may(&failed, now() + FAILURE_WINDOW, 2) && !may(&failed, now() + FAILURE_WINDOW, 3),
        "the window is over"
    );
    assert!(
        !may(&failed, now() - Duration::hours(2), 2),
        "a clock that was put back does not end the window"
    );
    let often = PinState {
        failures: Failures {
            global: 3,
            ..Failures::default()
        },
        ..fresh()
    };
    assert!(may(&often, now(), 1) && !may(&often, now(), 2));
    let strict = Limits {
        local: 1,
        global: 1,
    };
    assert!(
        failed.may_fail_again(now(), strict, 0) && !failed.may_fail_again(now(), strict, 1),
        "a limit that was lowered leaves one attempt, as the PIN is not locked"
    );
}

#[test]
fn a_success_clears_the_local_count_only() {
    let limits = Limits {
        local: 5,
        global: 1000,
    };
    let failed = fresh()
        .after_failed_logon(now(), limits)
        .after_failed_logon(now(), limits);
    let logged_on = failed.after_logon(now(), 0);
    assert_eq!(
        logged_on.failures,
        Failures {
            local: 0,
            global: 2,
            window_started: None
        }
    );
    assert_eq!(
        failed.with_new_pin(now(), 0, 0).failures.global,
        2,
        "only Unlock clears the global count"
    );
}

proptest! {
    /// However often the clock is put back after the first failure, no more wrong PINs are let through than the local
    /// limit allows.
    #[test]
    fn clocks_that_run_backwards_give_no_more_guesses(jumps in proptest::collection::vec(0..100_000_i64, 1..40)) {
        let limits = Limits { local: 3, global: 1000 };
        let mut state = fresh().after_failed_logon(now(), limits);
        let mut guesses = 1;
        for back in jumps {
            let at = now() - Duration::seconds(back);
            if state.logon_refusal(at).is_none() {
                state = state.after_failed_logon(at, limits);
                guesses += 1;
            }
        }
        prop_assert!(guesses <= 3, "{}", guesses);
    }

    /// After any sequence of events the counts are right, and a logon never removes a lock.
    #[test]
    fn stories_of_logons(steps in proptest::collection::vec((0..3_u8, 0..3600_i64), 1..120)) {
        let limits = Limits { local: 4, global: 30 };
        let (mut state, mut at, mut failures) = (fresh(), now(), 0);
        for (what, seconds) in steps {
            at += Duration::seconds(seconds);
            let refusal = state.logon_refusal(at);
            let before = state.clone();
            match (what, refusal) {
                (_, Some(_)) => {}
                (0, None) => state = state.after_logon(now(), 0),
                _ => {
                    state = state.after_failed_logon(at, limits);
                    failures += 1;
                }
            }
            prop_assert_eq!(state.failures.global, failures);
            prop_assert!(state.failures.local < limits.local);
            prop_assert_eq!(state.status(at).locked == Some(LockCause::System), failures >= limits.global);
            prop_assert!(before.lock_in_force(at).is_none() || before == state);
        }
    }
}
