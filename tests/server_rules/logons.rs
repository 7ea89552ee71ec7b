//! Logons: a wrong PIN counts, and locks at the limits, as Rust says; nothing else passes as one.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::pin::PinState;
use pindesk::domain::policy::{Limits, PinPolicy};
use serde_json::{Value, json};

use crate::common::TempStore;
use crate::common::chance::Chance;
use crate::states::{columns, row, state, store, time};
use crate::{asked, assert_same, truth};

const CASES: usize = 3000;

/// The lengths of PINs whose limits differ, and one between them.
const LENGTHS: [u8; 4] = [4, 5, 6, 8];

/// Gives the user a hash of a PIN of this length, and the limit of the policy in force.
fn set_limits(temp: &TempStore, digits: u8, max_attempts: Option<u16>) -> Limits {
    let policy = PinPolicy {
        max_attempts,
        ..PinPolicy::default()
    };
    let most = max_attempts.map_or("NULL".to_owned(), |most| most.to_string());
    temp.sql().run(&format!(
        "DELETE FROM pin_hashes; UPDATE pin_policies SET max_attempts = {most};
         INSERT INTO pin_hashes (user_id, number, set_at, length_class, hash)
         SELECT id, 1, 0, {}, '' FROM users",
        PinPolicy::length_class(digits)
    ));
    policy.limits(digits)
}

fn case(before: &PinState, after: &PinState, at: Time) -> Value {
    json!({"was": columns(before), "becomes": columns(after), "at": at.timestamp_millis()})
}

fn question() -> String {
    let (was, becomes) = (row("was"), row("becomes"));
    format!("is_failed_logon({was}, {becomes}, (c.\"case\" -> 'at')::BIGINT)")
}

/// States and times of logons that PinDesk would count.
fn logons(chance: &mut Chance) -> Vec<(PinState, Time)> {
    (0..CASES)
        .map(|_| (state(chance), time(chance)))
        .filter(|(state, at)| state.is_set && !state.is_locked_out(*at))
        .collect()
}

#[test]
#[ignore = "needs a server"]
fn a_failed_logon_leads_to_the_same_state() {
    let temp = store();
    let mut chance = Chance(5);
    for digits in LENGTHS {
        for most in [None, Some(1), Some(3)] {
            let limits = set_limits(&temp, digits, most);
            let cases: Vec<Value> = logons(&mut chance)
                .iter()
                .map(|(before, at)| case(before, &before.after_failed_logon(*at, limits), *at))
                .collect();
            let rust = vec![Some(truth(true)); cases.len()];
            assert_same(
                &question(),
                &cases,
                &asked(&temp, &question(), &cases),
                &rust,
            );
        }
    }
}

#[test]
#[ignore = "needs a server"]
fn a_failure_that_counts_otherwise_is_refused() {
    let temp = store();
    let mut chance = Chance(6);
    let limits = set_limits(&temp, 5, None);
    let mut cases = Vec::new();
    for (before, at) in logons(&mut chance) {
        let mut after = before.after_failed_logon(at, limits);
        match chance.below(5) {
            0 => after.failures.global -= 1,
            1 => after.failures.local += 1,
            2 => after.lock = before.lock.clone().filter(|_| after.lock == before.lock),
            3 => after.is_set = false,
            _ => after.failures.window_started = Some(at + Duration::milliseconds(1)),
        }
        // A change that leaves the state as the logon makes it is none.
        if after != before.after_failed_logon(at, limits) {
            cases.push(case(&before, &after, at));
        }
    }
    assert!(cases.len() > CASES / 4, "{} cases", cases.len());
    let rust = vec![Some(truth(false)); cases.len()];
    let is_taken = format!("coalesce({}, false)", question());
    assert_same(&is_taken, &cases, &asked(&temp, &is_taken, &cases), &rust);
}
