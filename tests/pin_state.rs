//! PIN states: the lock and expiry in force at a moment, and the filters that a state passes.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use chrono::{DateTime, Duration, Utc};
use pindesk::domain::Time;
use pindesk::domain::filter::Filter;
use pindesk::domain::pin::{Expiry, Failures, Lock, LockCause, PinState};
use proptest::prelude::*;
use strum::VariantArray as _;

/// The smallest step of time that the store keeps.
const MOMENT: Duration = Duration::milliseconds(1);

fn now() -> Time {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn lock(cause: LockCause, since: Option<Time>, until: Option<Time>) -> Lock {
    Lock {
        cause,
        since,
        until,
        by: None,
        reason: String::new(),
        ticket: String::new(),
    }
}

fn set() -> PinState {
    PinState {
        is_set: true,
        ..PinState::default()
    }
}

fn locked(lock: Lock) -> PinState {
    PinState {
        lock: Some(lock),
        ..set()
    }
}

#[test]
fn a_lock_that_ends_by_itself_is_in_force_until_just_before_its_end() {
    let hour = Duration::hours(1);
    for (name, lock) in [
        (
            "by an administrator, until",
            lock(
                LockCause::Administrator,
                Some(now() - hour * 9),
                Some(now()),
            ),
        ),
        (
            "by an administrator, since unknown",
            lock(LockCause::Administrator, None, Some(now())),
        ),
        (
            "temporary, an hour ago",
            lock(LockCause::Temporary, Some(now() - hour), None),
        ),
        (
            "temporary, end recorded",
            lock(LockCause::Temporary, Some(now() - hour), Some(now())),
        ),
    ] {
        let (cause, pin) = (lock.cause, locked(lock));
        for (at, expected) in [
            (now() - Duration::days(9999), Some(cause)),
            (now() - MOMENT, Some(cause)),
            (now(), None),
            (now() + MOMENT, None),
        ] {
            assert_eq!(pin.status(at).locked, expected, "{name} at {at}");
            assert_eq!(pin.is_locked_out(at), expected.is_some(), "{name} at {at}");
            assert_eq!(
                pin.lock_in_force(at).map(|lock| lock.cause),
                expected,
                "{name} at {at}"
            );
        }
    }
}

#[test]
fn other_locks_end_only_by_unlock() {
    let (long_ago, past) = (now() - Duration::days(9999), Some(now() - MOMENT));
    for lock in [
        lock(LockCause::Administrator, Some(long_ago), None),
        lock(LockCause::System, Some(long_ago), None),
        lock(LockCause::System, Some(long_ago), past),
        lock(LockCause::Unknown, None, None),
        lock(LockCause::Unknown, None, past),
        lock(LockCause::Temporary, None, None),
    ] {
        let pin = locked(lock.clone());
        assert_eq!(pin.status(now()).locked, Some(lock.cause), "{lock:?}");
        assert_eq!(pin.next_change(now()), None, "{lock:?}");
        assert_eq!(pin.unlocked(now()).status(now()).locked, None, "{lock:?}");
    }
}

#[test]
fn a_lock_from_the_end_of_time_is_in_force_and_nothing_overflows() {
    for since in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
        let pin = locked(lock(LockCause::Temporary, Some(since), None));
        assert_eq!(pin.is_locked_out(now()), since > now());
        assert_eq!(pin.next_change(now()), None);
    }
    let forever = PinState {
        expires: Some(DateTime::<Utc>::MAX_UTC),
        ..set()
    };
    assert!(!Filter::ExpiresWithinDays(u16::MAX).matches(&forever.status(now()), now()));
}

#[test]
fn a_pin_is_expired_only_after_its_expiry() {
    for (name, pin, expected) in [
        (
            "just before now",
            PinState {
                expires: Some(now() - MOMENT),
                ..set()
            },
            Expiry::Expired(now() - MOMENT),
        ),
        (
            "exactly now",
            PinState {
                expires: Some(now()),
                ..set()
            },
            Expiry::At(now()),
        ),
        (
            "just after now",
            PinState {
                expires: Some(now() + MOMENT),
                ..set()
            },
            Expiry::At(now() + MOMENT),
        ),
        ("no expiry", set(), Expiry::Never),
        ("no PIN", PinState::default(), Expiry::NoPin),
        (
            "no PIN, old expiry",
            PinState {
                is_set: false,
                expires: Some(now() - MOMENT),
                ..set()
            },
            Expiry::NoPin,
        ),
    ] {
        let status = pin.status(now());
        assert_eq!(status.expiry, expected, "{name}");
        assert_eq!(
            Filter::Expired.matches(&status, now()),
            matches!(expected, Expiry::Expired(_)),
            "{name}"
        );
    }
}

#[test]
fn the_next_change_is_the_next_moment_that_changes_the_status() {
    let hour = Duration::hours(1);
    let until = |at: Time| locked(lock(LockCause::Administrator, None, Some(at)));
    let expiring = |at: Time| PinState {
        expires: Some(at),
        ..set()
    };
    for (name, pin, expected) in [
        ("nothing ends", set(), None),
        ("lock ends later", until(now() + hour), Some(now() + hour)),
        ("lock ends now, so it has ended", until(now()), None),
        ("lock has ended", until(now() - hour), None),
        ("expires later", expiring(now() + hour), Some(now() + hour)),
        (
            "expires now, which has not happened yet",
            expiring(now()),
            Some(now()),
        ),
        ("has expired", expiring(now() - MOMENT), None),
        (
            "no PIN that could expire",
            PinState {
                is_set: false,
                ..expiring(now() + hour)
            },
            None,
        ),
        (
            "lock first",
            PinState {
                expires: Some(now() + hour * 2),
                ..until(now() + hour)
            },
            Some(now() + hour),
        ),
        (
            "expiry first",
            PinState {
                expires: Some(now() + hour),
                ..until(now() + hour * 2)
            },
            Some(now() + hour),
        ),
        (
            "the hour of a temporary lock",
            locked(lock(LockCause::Temporary, Some(now() - hour / 2), None)),
            Some(now() + hour / 2),
        ),
    ] {
        assert_eq!(pin.next_change(now()), expected, "{name}");
    }
}

#[test]
fn locking_and_unlocking_keep_everything_else() {
    let failures = Failures {
        local: 3,
        global: 7,
        window_started: Some(now()),
    };
    let before = PinState {
        last_change: Some(now()),
        expires: Some(now()),
        failures,
        ..set()
    };
    let locked =
        before.locked_by_administrator("litwareinc\\ann", now(), None, "lost phone", "INC-7");
    let by_ann = Lock {
        by: Some("litwareinc\\ann".to_owned()),
        reason: "lost phone".to_owned(),
        ticket: "INC-7".to_owned(),
        ..lock(LockCause::Administrator, Some(now()), None)
    };
    assert_eq!(
        locked,
        PinState {
            lock: Some(by_ann),
            ..before.clone()
        }
    );
    assert_eq!(
        locked.unlocked(now()),
        PinState {
            lock: None,
            failures: Failures::default(),
            ..before
        }
    );
}

#[test]
fn a_state_is_described_in_a_few_words() {
    let unknown = || lock(LockCause::Unknown, None, None);
    for (pin, words) in [
        (PinState::default(), "no PIN set"),
        (set(), "unlocked"),
        (
            locked(lock(LockCause::Administrator, None, None)),
            "locked by administrator",
        ),
        (
            locked(lock(LockCause::System, None, None)),
            "locked by system",
        ),
        (
            locked(lock(LockCause::Temporary, Some(now()), None)),
            "locked temporarily",
        ),
        (locked(unknown()), "locked, cause unknown"),
        (
            PinState {
                is_set: false,
                ..locked(unknown())
            },
            "locked, cause unknown",
        ),
        (
            locked(lock(
                LockCause::Temporary,
                Some(now() - Duration::hours(1)),
                None,
            )),
            "unlocked",
        ),
    ] {
        assert_eq!(pin.status(now()).describe(), words);
    }
}

/// Users with different answers to the filters.
fn users() -> [(&'static str, PinState); 10] {
    let days = |days| Some(now() + Duration::days(days));
    [
        ("no pin", PinState::default()),
        (
            "no pin, locked",
            PinState {
                lock: Some(lock(LockCause::Unknown, None, None)),
                ..PinState::default()
            },
        ),
        ("never", set()),
        (
            "in 14 days",
            PinState {
                expires: days(14),
                ..set()
            },
        ),
        (
            "after 14 days",
            PinState {
                expires: days(14).map(|at| at + MOMENT),
                ..set()
            },
        ),
        (
            "now",
            PinState {
                expires: days(0),
                ..set()
            },
        ),
        (
            "expired",
            PinState {
                expires: days(-1),
                ..set()
            },
        ),
        (
            "admin",
            locked(lock(LockCause::Administrator, days(-1), None)),
        ),
        ("system", locked(lock(LockCause::System, days(-1), None))),
        (
            "temporary",
            locked(lock(LockCause::Temporary, Some(now()), None)),
        ),
    ]
}

#[test]
fn each_filter_lets_its_users_pass_and_no_others() {
    let all = users().map(|(name, _)| name);
    let expected: [(&str, &[&str]); 14] = [
        ("all", &all),
        (
            "locked",
            &["no pin, locked", "admin", "system", "temporary"],
        ),
        ("locked-by=admin", &["admin"]),
        ("locked-by=administrator", &["admin"]),
        ("locked-by=system", &["system"]),
        ("locked-by=temporary", &["temporary"]),
        ("locked-by=unknown", &["no pin, locked"]),
        (
            "unlocked",
            &[
                "no pin",
                "never",
                "in 14 days",
                "after 14 days",
                "now",
                "expired",
            ],
        ),
        (
            "pin-set",
            &[
                "never",
                "in 14 days",
                "after 14 days",
                "now",
                "expired",
                "admin",
                "system",
                "temporary",
            ],
        ),
        ("no-pin", &["no pin", "no pin, locked"]),
        ("expired", &["expired"]),
        ("expires-within=14d", &["in 14 days", "now"]),
        ("expires-within=0", &["now"]),
        ("never-expires", &["never", "admin", "system", "temporary"]),
    ];
    for (text, expected) in expected {
        let filter = Filter::parse(text).unwrap();
        let passed: Vec<&str> = users()
            .into_iter()
            .filter(|(_, pin)| filter.matches(&pin.status(now()), now()))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(passed, expected, "{text}");
    }
}

#[test]
fn filters_are_read_in_any_case_and_anything_else_is_refused_with_the_list() {
    assert_eq!(
        Filter::parse(" Locked-By=SYSTEM "),
        Ok(Filter::LockedBy(LockCause::System))
    );
    assert_eq!(
        Filter::parse("EXPIRES-WITHIN=30D"),
        Ok(Filter::ExpiresWithinDays(30))
    );
    assert_eq!(
        Filter::parse("expires-within=65535d"),
        Ok(Filter::ExpiresWithinDays(u16::MAX))
    );
    for text in [
        "",
        "lock",
        "locked-by",
        "locked-by=",
        "locked-by=me",
        "locked=",
        "locked=yes",
        "unlocked=no",
        "expires-within",
        "expires-within=",
        "expires-within=d",
        "expires-within=-1d",
        "expires-within=14w",
        "expires-within=65536d",
        "expired=14d",
    ] {
        let error = Filter::parse(text).expect_err(text).to_string();
        assert!(
            error.starts_with(&format!(
                "\"{text}\" is not a filter. Filters are: locked, unlocked,"
            )),
            "{error}"
        );
    }
}

/// A time near now, often a moment at which a lock or a PIN ends.
fn near() -> impl Strategy<Value = Time> {
    (-3..=3_i64, -1..=1_i64)
        .prop_map(|(hours, moments)| now() + Duration::hours(hours) + MOMENT * moments as i32)
}

fn any_pin() -> impl Strategy<Value = PinState> {
    let times = (
        prop::option::of(near()),
        prop::option::of(near()),
        prop::option::of(near()),
    );
    (
        any::<bool>(),
        times,
        prop::option::of(prop::sample::select(LockCause::VARIANTS.to_vec())),
    )
        .prop_map(|(is_set, (expires, since, until), cause)| {
            let lock = cause.map(|cause| lock(cause, since, until));
            PinState {
                is_set,
                expires,
                lock,
                ..PinState::default()
            }
        })
}

/// The part of a status that does not depend on the passing time.
fn facts(pin: &PinState, at: Time) -> (Option<LockCause>, bool) {
    let status = pin.status(at);
    (status.locked, matches!(status.expiry, Expiry::Expired(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn between_now_and_the_next_change_nothing_changes(pin in any_pin(), from in near()) {
        if let Some(next) = pin.next_change(from) {
            prop_assert!(next >= from);
            prop_assert_eq!(facts(&pin, (next - MOMENT).max(from)), facts(&pin, from));
            prop_assert_ne!(facts(&pin, next + MOMENT), facts(&pin, from));
        } else { prop_assert_eq!(facts(&pin, from + Duration::days(9999)), facts(&pin, from)) }
    }

    #[test]
    fn every_status_is_in_exactly_one_of_locked_and_unlocked(pin in any_pin(), at in near()) {
        let status = pin.status(at);
        let passes = |filter: Filter| filter.matches(&status, at);
        prop_assert!(passes(Filter::Locked) != passes(Filter::Unlocked));
        prop_assert!(passes(Filter::PinSet) != passes(Filter::NoPin));
        let causes = LockCause::VARIANTS.iter().copied().filter(|&cause| passes(Filter::LockedBy(cause))).count();
        prop_assert_eq!(causes == 1, passes(Filter::Locked));
        prop_assert!(!(passes(Filter::Expired) && passes(Filter::NoPin)));
    }
}
