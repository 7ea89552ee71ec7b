//! Undo some hours after the batch, when locks have ended and plans are old.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::{TempStore, admin, now, request, typed};
use pindesk::domain::Time;
use pindesk::domain::pin::LockCause;
use pindesk::plan::{Action, BatchId, Group, Outcome, Plan, SkipReason};
use pindesk::progress::Unwatched;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");

fn minutes(minutes: i64) -> Time {
    now() + chrono::Duration::minutes(minutes)
}

/// Plans and applies an action for users at a moment.
fn act(
    temp: &mut TempStore,
    action: Action,
    names: &[&str],
    until: Option<Time>,
    at: Time,
) -> BatchId {
    let request = request(action, typed(names));
    let mut plan = temp
        .store
        .plan(&request, &admin(), at, &Unwatched)
        .unwrap()
        .plan;
    if let Some(until) = until {
        plan = plan.locking_until(until);
    }
    let applied = temp.store.apply(&plan, &admin(), at, &Unwatched).unwrap();
    assert_eq!(applied.changed.len(), names.len());
    applied.batch.unwrap()
}

fn plan_undo(temp: &TempStore, batch: BatchId, at: Time) -> Plan {
    temp.store.plan_undo(batch, None, &admin(), at).unwrap()
}

/// Plans and applies the undo of a batch at a moment. Returns the number of changed users.
fn undo(temp: &mut TempStore, batch: BatchId, at: Time) -> usize {
    let plan = plan_undo(temp, batch, at);
    let applied = temp.store.apply(&plan, &admin(), at, &Unwatched).unwrap();
    assert_eq!(applied.drifted, []);
    applied.changed.len()
}

/// A store in which Ken's PIN is locked from 12:00 to 13:00 after too many failed logons.
fn locked_temporarily() -> TempStore {
    let temp = TempStore::with(&[KEN]);
    temp.sql().run(&format!(
        "UPDATE pins SET lock_cause = 'temporary', lock_since = {} WHERE user_id = 1",
        now().timestamp_millis()
    ));
    temp
}

#[test]
fn a_lock_until_a_time_that_is_over_needs_no_undoing() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let names = ["Ken Myer", "Pilar Ackerman"];
    let batch = act(&mut temp, Action::Lock, &names, Some(minutes(120)), now());
    let before_the_end = plan_undo(&temp, batch, minutes(119));
    assert_eq!(before_the_end.counts().of(Group::WillChange), 2);
    for at in [minutes(120), minutes(600)] {
        let plan = plan_undo(&temp, batch, at);
        for item in &plan.items {
            assert_eq!(
                (item.action, &item.outcome),
                (Action::Unlock, &Outcome::NoChange)
            );
        }
        let state = temp.user("kenmyer");
        let applied = temp.store.apply(&plan, &admin(), at, &Unwatched).unwrap();
        assert_eq!((applied.batch, applied.changed), (None, Vec::new()));
        assert_eq!(temp.user("kenmyer"), state);
    }
}

#[test]
fn a_temporary_lock_is_given_back_while_its_hour_runs_and_not_after_it() {
    for (later, expected) in [
        (minutes(59), Some(LockCause::Temporary)),
        (minutes(60), None),
        (minutes(300), None),
    ] {
        let mut temp = locked_temporarily();
        let batch = act(&mut temp, Action::Unlock, &["Ken Myer"], None, minutes(10));
        let changed = undo(&mut temp, batch, later);
        assert_eq!(changed, usize::from(expected.is_some()), "{later}");
        assert_eq!(temp.user("kenmyer").pin.status(later).locked, expected);
    }
}

#[test]
fn an_undo_that_waited_until_the_lock_it_gives_back_has_ended_changes_nobody() {
    let mut temp = locked_temporarily();
    let batch = act(&mut temp, Action::Lock, &["Ken Myer"], None, minutes(10));
    let plan = plan_undo(&temp, batch, minutes(30));
    assert_eq!(
        plan.items[0].action,
        Action::Lock,
        "the temporary lock is given back"
    );
    assert_eq!(plan.counts().of(Group::WillChange), 1);

    let refreshed = temp
        .store
        .refresh(plan.clone(), &admin(), minutes(180))
        .unwrap();
    assert!(
        matches!(
            refreshed.plan.items[0].outcome,
            Outcome::Skipped(SkipReason::NotDone(_))
        ),
        "giving back would now be unlocking: {:?}",
        refreshed.plan.items
    );
    let applied = temp
        .store
        .apply(&plan, &admin(), minutes(180), &Unwatched)
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (0, 1));
    assert_eq!(
        temp.user("kenmyer").pin.status(minutes(180)).locked,
        Some(LockCause::Administrator)
    );

    assert_eq!(
        undo(&mut temp, batch, minutes(180)),
        1,
        "planned again, it unlocks"
    );
    assert_eq!(temp.user("kenmyer").pin.status(minutes(180)).locked, None);
}

#[test]
fn an_undo_of_hours_ago_is_itself_undone() {
    let mut temp = TempStore::with(&[KEN]);
    let locked = act(
        &mut temp,
        Action::Lock,
        &["Ken Myer"],
        Some(minutes(300)),
        now(),
    );
    let plan = plan_undo(&temp, locked, minutes(120));
    let undone = temp
        .store
        .apply(&plan, &admin(), minutes(120), &Unwatched)
        .unwrap()
        .batch
        .unwrap();
    assert_eq!(undo(&mut temp, undone, minutes(240)), 1);
    let lock = temp.user("kenmyer").pin.lock.unwrap();
    assert_eq!((lock.since, lock.until), (Some(now()), Some(minutes(300))));
    assert_eq!(
        plan_undo(&temp, locked, minutes(250))
            .counts()
            .of(Group::Skipped),
        1,
        "the PIN has changed since the first batch"
    );
}
