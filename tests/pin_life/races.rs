//! Limits hold exactly: with many programs at once, with clocks that differ, and after a program that ended in between.

use std::thread::Builder;

use chrono::Duration;
use pindesk::domain::lockout::LogonRefusal;
use pindesk::domain::pin::LockCause;
use pindesk::domain::policy::PinPolicy;
use pindesk::progress::Unwatched;

use crate::common::{TempStore, admin, now};
use crate::{pin, policy, set};

/// Programs that try at the same time.
const PROGRAMS: i64 = 12;

fn ken_with_limit(limit: u16) -> TempStore {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    policy(
        &mut temp,
        "global",
        PinPolicy {
            max_attempts: Some(limit),
            ..PinPolicy::default()
        },
    );
    set(&mut temp, "kenmyer", "48213").unwrap();
    temp
}

/// The answers to these digits, tried by as many programs at once, each with a clock of its own.
fn tried_at_once(temp: &TempStore, digits: &[&'static str]) -> Vec<Option<LogonRefusal>> {
    let id = temp.id("kenmyer");
    let programs: Vec<_> = (0..)
        .zip(digits)
        .map(|(nth, digits): (i64, _)| {
            let mut store = temp.again();
            let (pin, at) = (pin(digits), now() - Duration::minutes(40 * nth));
            Builder::new()
                .name(format!("program {nth}"))
                .spawn(move || store.authenticate(id, &pin, &admin(), at).unwrap().refusal)
                .unwrap()
        })
        .collect();
    programs
        .into_iter()
        .map(|program| program.join().unwrap())
        .collect()
}

#[test]
fn exactly_as_many_guesses_as_the_limit_are_answered() {
    for limit in [1, 3, 5] {
        let temp = ken_with_limit(limit);
        let answers = tried_at_once(&temp, &["99999"; PROGRAMS as usize]);
        let of = |refusal| {
            answers
                .iter()
                .filter(|answer| **answer == Some(refusal))
                .count()
        };
        assert_eq!(of(LogonRefusal::IncorrectPin), usize::from(limit));
        assert_eq!(
            of(LogonRefusal::UserPinAccountLocked),
            PROGRAMS as usize - usize::from(limit)
        );
        let user = temp.user("kenmyer");
        assert_eq!(user.pin.status(now()).locked, Some(LockCause::Temporary));
        assert_eq!(user.pin.failures.global, u32::from(limit));
        assert_eq!(temp.replayed()[&user.id], user.pin);
    }
}

#[test]
fn right_pins_at_the_same_time_are_all_let_in() {
    let temp = ken_with_limit(2);
    let answers = tried_at_once(&temp, &["48213"; PROGRAMS as usize]);
    assert_eq!(answers, [None; PROGRAMS as usize]);
    assert_eq!(temp.user("kenmyer").pin.failures.global, 0);
}

#[test]
fn earlier_and_earlier_clocks_give_no_more_guesses() {
    let mut temp = ken_with_limit(3);
    let id = temp.id("kenmyer");
    let mut wrong = 0;
    for second in 0..20 {
        let at = now() - Duration::seconds(second);
        let logon = temp
            .store
            .authenticate(id, &pin("99999"), &admin(), at)
            .unwrap();
        wrong += u32::from(logon.refusal == Some(LogonRefusal::IncorrectPin));
        assert_eq!(logon.at, now(), "no entry is older than the one before");
    }
    assert_eq!(wrong, 3);
}

#[test]
fn a_guess_that_nobody_finished_counts() {
    let mut temp = ken_with_limit(2);
    let id = temp.id("kenmyer");
    // Another program reserved an attempt and was killed while it compared the PIN.
    temp.sql().run(&format!(
        "INSERT INTO logon_attempts (user_id, began, operator, machine) VALUES ({}, {}, 'bob', 'desk-2')",
        id.0,
        now().timestamp_millis()
    ));
    let later = now() + Duration::minutes(2);
    let logon = temp
        .store
        .authenticate(id, &pin("99999"), &admin(), later)
        .unwrap();
    assert_eq!(logon.refusal, Some(LogonRefusal::IncorrectPin));
    assert_eq!(
        (
            logon.state.status(later).locked,
            logon.state.failures.global
        ),
        (Some(LockCause::Temporary), 2)
    );
    let interrupted = &temp.batches("interrupted")[0];
    assert_eq!(
        (interrupted.operator.as_str(), interrupted.machine.as_str()),
        ("bob", "desk-2"),
        "it is recorded under the operator who made it"
    );
    let left = temp.sql().number("SELECT count(*) FROM logon_attempts");
    assert_eq!(left, 0);
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.first_break, None);
}
