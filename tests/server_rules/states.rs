//! PIN states: the lock in force, the text in the history, and what the actions make of them.

use chrono::Duration;
use pindesk::domain::Time;
use pindesk::domain::action::{Action, ActionDetails, ActionEffect};
use pindesk::domain::pin::{Failures, Inactivity, Lock, LockCause, PinState};
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::common::chance::Chance;
use crate::common::{TempStore, now};
use crate::{asked, assert_same, truth};

/// The number of random cases of each rule.
const CASES: usize = 4000;

const OPERATOR: &str = r"litwareinc\ann";

/// The row of a state that stands in a field of a case, as an expression of SQL. It is the row of the first user.
pub fn row(field: &str) -> String {
    format!(
        "jsonb_populate_record(NULL::pin_changes, c.\"case\" -> '{field}' || jsonb_build_object('change', 1,
             'is_after', false, 'version', 1, 'user_id', (SELECT min(p.user_id) FROM pins p)))"
    )
}

/// A store with one user without a PIN.
pub fn store() -> TempStore {
    let mut temp = TempStore::new();
    temp.import_users(vec![crate::common::names("Ken Myer", "kenmyer")])
        .unwrap();
    temp
}

/// The columns of a state.
pub fn columns(state: &PinState) -> Value {
    let millis = |at: Option<Time>| at.map(|at| at.timestamp_millis());
    let lock = state.lock.as_ref();
    json!({
        "is_set": i32::from(state.is_set),
        "last_change": millis(state.last_change),
        "expires": millis(state.expires),
        "lock_cause": lock.map(|lock| lock.cause.word()),
        "lock_since": millis(lock.and_then(|lock| lock.since)),
        "lock_until": millis(lock.and_then(|lock| lock.until)),
        "lock_by": lock.and_then(|lock| lock.by.as_deref()),
        "lock_reason": lock.map_or("", |lock| &lock.reason),
        "lock_ticket": lock.map_or("", |lock| &lock.ticket),
        "local_failures": state.failures.local,
        "global_failures": state.failures.global,
        "window_started": millis(state.failures.window_started),
        "inactivity_days": state.inactivity.map(|inactivity| inactivity.days),
        "last_use": millis(state.inactivity.map(|inactivity| inactivity.last_use)),
    })
}

/// A time within some hours of `now`, often at a boundary of the rules.
pub fn time(chance: &mut Chance) -> Time {
    let near = [0, 30 * 60_000, 60 * 60_000, 24 * 60 * 60_000];
    let off = [0, 0, 1, -1, 999, 1000, 60_000, -60_000];
    let sign = chance.pick(&[1, -1]);
    now() + Duration::milliseconds(sign * chance.pick(&near) + chance.pick(&off))
}

fn text(chance: &mut Chance) -> String {
    let parts = [
        "",
        "lost phone",
        "\"",
        "\\",
        "\n\t",
        "\u{1}\u{1f}\u{7f}",
        "ß Ü 李",
        "\u{2028}",
        "</é",
        "😀",
        "'",
    ];
    (0..chance.below(4)).map(|_| chance.pick(&parts)).collect()
}

/// A state as the store can have it.
pub fn state(chance: &mut Chance) -> PinState {
    let maybe = |chance: &mut Chance| chance.once_in(2).then(|| time(chance));
    // A lock for want of use is never written.
    let cause = chance.pick(&LockCause::VARIANTS[..4]);
    assert!(!LockCause::VARIANTS[..4].contains(&LockCause::Inactivity));
    let inactivity = chance.once_in(3).then(|| {
        let days = chance.pick(&[1, 30, 999]);
        let last_use = time(chance) - chance.pick(&[Duration::zero(), Duration::days(days.into())]);
        Inactivity { days, last_use }
    });
    let lock = (!chance.once_in(3)).then(|| Lock {
        cause,
        since: maybe(chance),
        until: maybe(chance),
        by: chance
            .pick(&[None, Some(OPERATOR), Some("bob")])
            .map(str::to_owned),
        reason: text(chance),
        ticket: text(chance),
    });
    let count = |chance: &mut Chance| chance.pick(&[0, 0, 1, 9, 24, 99, 999, 4999]);
    PinState {
        is_set: !chance.once_in(6),
        last_change: maybe(chance),
        expires: maybe(chance),
        lock,
        failures: Failures {
            local: count(chance),
            global: count(chance),
            window_started: maybe(chance),
        },
        inactivity,
    }
}

#[test]
#[ignore = "needs a server"]
fn a_lock_is_in_force_at_the_same_times() {
    let temp = store();
    let mut chance = Chance(1);
    let drawn: Vec<(PinState, Time)> = (0..CASES)
        .map(|_| (state(&mut chance), time(&mut chance)))
        .collect();
    let cases: Vec<Value> = drawn
        .iter()
        .map(|(state, at)| json!({"state": columns(state), "at": at.timestamp_millis()}))
        .collect();
    let question = format!("is_locked({}, (c.\"case\" -> 'at')::BIGINT)", row("state"));
    let rust: Vec<_> = drawn
        .iter()
        .map(|(state, at)| Some(truth(state.is_locked_out(*at))))
        .collect();
    assert_same(&question, &cases, &asked(&temp, &question, &cases), &rust);
}

#[test]
#[ignore = "needs a server"]
fn a_state_has_the_same_text_in_the_history() {
    let temp = store();
    let mut chance = Chance(2);
    let states: Vec<PinState> = (0..CASES).map(|_| state(&mut chance)).collect();
    let cases: Vec<Value> = states
        .iter()
        .map(|state| json!({"state": columns(state)}))
        .collect();
    let question = format!("state_text({})", row("state"));
    let rust: Vec<_> = states
        .iter()
        .map(|state| serde_json::to_string(state).ok())
        .collect();
    assert_same(&question, &cases, &asked(&temp, &question, &cases), &rust);
}

/// An action on a state, with the state that it makes.
struct Done {
    action: Action,
    before: PinState,
    after: PinState,
    at: Time,
}

impl Done {
    fn random(chance: &mut Chance, [lifetime_days, inactivity_days]: [u16; 2]) -> Self {
        let action = chance.pick(Action::VARIANTS);
        let before = state(chance);
        let at = time(chance);
        let ends = chance.once_in(3);
        let (reason, ticket) = (text(chance), text(chance));
        let details = ActionDetails {
            operator: OPERATOR,
            at,
            until: ends.then(|| at + Duration::hours(2)),
            reason: &reason,
            ticket: &ticket,
            lifetime_days,
            inactivity_days,
        };
        let after = action.apply(&before, &details);
        Self {
            action,
            before,
            after,
            at,
        }
    }

    /// The cmdlet that Rust allows the change by. None if the action would not make it.
    fn cmdlet(&self) -> Option<String> {
        let effect = self.action.effect(&self.before, self.at);
        // Between plan and change a lock may have ended by itself, and Unlock still takes it away.
        let ended = self.action == Action::Unlock && self.before.lock.is_some();
        (effect == ActionEffect::Changes || ended).then(|| self.action.permission().to_owned())
    }

    fn case(&self) -> Value {
        json!({
            "was": columns(&self.before),
            "becomes": columns(&self.after),
            "entry": {"seq": 1, "kind": "pin", "note": "{\"hash\":{}}"},
            "batch": {"id": 1, "action": self.action.word(), "operator": OPERATOR, "at": self.at.timestamp_millis()},
        })
    }
}

/// The cmdlet by which the server would take a change.
fn cmdlet_of() -> String {
    format!(
        "cmdlet_of({}, {}, jsonb_populate_record(NULL::history, c.\"case\" -> 'entry'),
             jsonb_populate_record(NULL::batches, c.\"case\" -> 'batch'))",
        row("was"),
        row("becomes")
    )
}

/// Gives new PINs this lifetime, and these days without use.
fn set_days(temp: &TempStore, [lifetime, inactivity]: [u16; 2]) {
    temp.sql().run(&format!(
        "UPDATE pin_policies SET lifetime_days = {lifetime}, inactivity_days = {inactivity}"
    ));
}

#[test]
#[ignore = "needs a server"]
fn an_action_makes_the_same_state_and_is_left_out_for_the_same_ones() {
    let temp = store();
    let mut chance = Chance(3);
    for days in [[0, 0], [30, 0], [0, 60], [30, 1]] {
        set_days(&temp, days);
        let done: Vec<Done> = (0..CASES)
            .map(|_| Done::random(&mut chance, days))
            .collect();
        let cases: Vec<Value> = done.iter().map(Done::case).collect();
        let rust: Vec<_> = done.iter().map(Done::cmdlet).collect();
        let allowed = rust.iter().flatten().count();
        assert!(
            allowed > CASES / 4 && allowed < CASES,
            "{allowed} of {CASES}"
        );
        assert_same(
            "the cmdlet",
            &cases,
            &asked(&temp, &cmdlet_of(), &cases),
            &rust,
        );
    }
}

#[test]
#[ignore = "needs a server"]
fn a_right_pin_counts_the_days_without_use_anew() {
    let temp = store();
    let mut chance = Chance(9);
    for days in [0, 30] {
        set_days(&temp, [0, days]);
        let logons: Vec<Done> = std::iter::repeat_with(|| (state(&mut chance), time(&mut chance)))
            .filter(|(state, at)| state.is_set && !state.is_locked_out(*at))
            .take(CASES / 4)
            .map(|(before, at)| Done {
                action: Action::Unlock,
                after: before.after_logon(at, days),
                before,
                at,
            })
            .collect();
        let case = |done: &Done| {
            let mut case = done.case();
            case["batch"]["action"] = "authenticate".into();
            case
        };
        let cases: Vec<Value> = logons.iter().map(case).collect();
        let taken = vec![Some("Test-PinDeskPin".to_owned()); cases.len()];
        assert_same(
            "the cmdlet",
            &cases,
            &asked(&temp, &cmdlet_of(), &cases),
            &taken,
        );
        // Another moment, or other days, are not those of a logon.
        let spoilt: Vec<Value> = logons
            .into_iter()
            .map(|mut done| {
                let other = Inactivity {
                    days: days + 1,
                    last_use: done.at,
                };
                let later = Inactivity {
                    days: days.max(1),
                    last_use: done.at + Duration::milliseconds(1),
                };
                done.after.inactivity = Some(chance.pick(&[other, later]));
                case(&done)
            })
            .collect();
        let nothing = vec![None; spoilt.len()];
        assert_same(
            "the cmdlet",
            &spoilt,
            &asked(&temp, &cmdlet_of(), &spoilt),
            &nothing,
        );
    }
}

/// A change of one fact that no action makes by itself.
fn spoil(chance: &mut Chance, done: &mut Done) {
    let after = &mut done.after;
    match chance.below(7) {
        0 => after.is_set = !after.is_set,
        1 => after.last_change = Some(after.last_change.unwrap_or(done.at) + Duration::seconds(1)),
        2 => after.expires = Some(after.expires.unwrap_or(done.at) + Duration::seconds(1)),
        3 => after.failures.local += 1,
        4 => after.failures.global += 1,
        5 => {
            let inactivity = after.inactivity.unwrap_or(Inactivity {
                days: 1,
                last_use: done.at,
            });
            after.inactivity = Some(Inactivity {
                last_use: inactivity.last_use + Duration::seconds(1),
                ..inactivity
            });
        }
        _ => {
            let system = Lock {
                cause: LockCause::System,
                since: Some(done.at),
                until: None,
                by: None,
                reason: String::new(),
                ticket: String::new(),
            };
            after.lock = Some(match after.lock.take() {
                Some(lock) if lock.by.as_deref() == Some(OPERATOR) => Lock {
                    since: Some(lock.since.unwrap_or(done.at) - Duration::milliseconds(1)),
                    ..lock
                },
                _ => system,
            });
        }
    }
}

#[test]
#[ignore = "needs a server"]
fn a_state_that_no_action_makes_is_refused() {
    let temp = store();
    set_days(&temp, [30, 60]);
    let mut chance = Chance(4);
    let mut spoilt = Vec::new();
    while spoilt.len() < CASES {
        let mut done = Done::random(&mut chance, [30, 60]);
        if done.cmdlet().is_some() {
            spoil(&mut chance, &mut done);
            spoilt.push(done);
        }
    }
    let cases: Vec<Value> = spoilt.iter().map(Done::case).collect();
    let nothing = vec![None; cases.len()];
    assert_same(
        "the cmdlet",
        &cases,
        &asked(&temp, &cmdlet_of(), &cases),
        &nothing,
    );
}
