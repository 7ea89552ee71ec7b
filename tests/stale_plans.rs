//! Plans, plan files and imports that do not match the store: users that differ are left alone and
//! reported.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::{TempStore, admin, now, pin_set, typed};
use pindesk::domain::Time;
use pindesk::domain::pin::{LockCause, PinState};
use pindesk::plan::import::PinFacts;
use pindesk::plan::{Action, Outcome, Plan, PlannedUser};
use pindesk::progress::Unwatched;
use pindesk::store::StoreError;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");

fn hours(hours: i64) -> Time {
    now() + chrono::Duration::hours(hours)
}

/// The one user of a plan.
fn planned(plan: &mut Plan) -> &mut PlannedUser {
    plan.items[0].user.as_mut().unwrap()
}

/// Changes the user of a plan.
type Forge = fn(&mut PlannedUser);

/// A plan that locks Ken, with one detail that differs from the store.
fn forged(temp: &TempStore, forge: Forge) -> Plan {
    let mut plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    forge(planned(&mut plan));
    plan
}

fn with_another_expiry(user: &mut PlannedUser) {
    user.before.expires = Some(hours(1));
}

#[test]
fn a_plan_with_another_state_than_the_store_has_changes_nobody_even_at_the_right_version() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = forged(&temp, with_another_expiry);
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(applied.changed, []);
    let [drift] = applied.drifted.as_slice() else {
        panic!("{applied:?}")
    };
    assert_eq!(drift.planned.expires, Some(hours(1)));
    assert_eq!(drift.current, Some(temp.user("kenmyer").pin));
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn a_refreshed_plan_leaves_out_users_with_another_state_identity_or_name() {
    let temp = TempStore::with(&[KEN, PILAR]);
    let forgeries: [(&str, Forge); 4] = [
        ("state", with_another_expiry),
        ("identity", |user| {
            "sip:packerman@litwareinc.com".clone_into(&mut user.identity);
        }),
        ("display name", |user| {
            "Pilar Ackerman".clone_into(&mut user.display_name);
        }),
        ("version", |user| user.version.0 += 1),
    ];
    for (what, forge) in forgeries {
        let plan = forged(&temp, forge);
        let refreshed = temp.store.refresh(plan, &admin(), now()).unwrap();
        assert_eq!(refreshed.drifted.len(), 1, "another {what}");
        assert_eq!(refreshed.plan.changes().count(), 0, "another {what}");
        assert!(
            matches!(refreshed.plan.items[0].outcome, Outcome::Skipped(_)),
            "another {what}"
        );
    }
    let honest = forged(&temp, |_| {});
    let refreshed = temp.store.refresh(honest, &admin(), now()).unwrap();
    assert_eq!(refreshed.drifted, []);
    assert_eq!(refreshed.plan.changes().count(), 1);
}

#[test]
fn a_lock_whose_end_has_come_is_not_set_any_more() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp
        .plan(Action::Lock, typed(&["Ken Myer"]))
        .locking_until(hours(2));
    let at_its_end = temp
        .store
        .refresh(plan.clone(), &admin(), hours(2))
        .unwrap();
    assert!(
        matches!(at_its_end.plan.items[0].outcome, Outcome::Refused(_)),
        "{:?}",
        at_its_end.plan.items
    );
    let a_moment_before = hours(2) - chrono::Duration::milliseconds(1);
    let still_open = temp
        .store
        .refresh(plan.clone(), &admin(), a_moment_before)
        .unwrap();
    assert_eq!(still_open.plan.changes().count(), 1);
    let applied = temp
        .store
        .apply(&plan, &admin(), a_moment_before, &Unwatched)
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (1, 0));
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    temp.store
        .apply(&unlock, &admin(), a_moment_before, &Unwatched)
        .unwrap();
    let plan = temp
        .plan(Action::Lock, typed(&["Ken Myer"]))
        .locking_until(hours(2));
    let applied = temp
        .store
        .apply(&plan, &admin(), hours(2), &Unwatched)
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (0, 1));
}

fn locked_out() -> PinFacts {
    PinFacts {
        is_locked_out: true,
        ..pin_set()
    }
}

#[test]
fn an_import_locks_and_unlocks_nobody_who_was_protected_after_its_preview() {
    for was_locked in [false, true] {
        let mut temp = TempStore::with(&[KEN, PILAR]);
        let (from, to) = if was_locked {
            (locked_out(), pin_set())
        } else {
            (pin_set(), locked_out())
        };
        temp.import_pin("kenmyer", &from);
        let preview = temp.plan_pins(&[("kenmyer", to), ("packerman", locked_out())]);
        let ken = temp.id("kenmyer");
        temp.store.protect(ken, true, &admin(), now()).unwrap();
        let refused = temp.store.import(&preview, &admin(), now(), &Unwatched);
        assert!(
            matches!(refused, Err(StoreError::NeedsApproval { .. })),
            "{refused:?}"
        );
        assert_eq!(temp.is_locked("kenmyer"), was_locked);
        assert!(!temp.is_locked("packerman"), "all of an import or nothing");
    }
}

#[test]
fn an_import_that_changes_anything_of_a_protected_user_needs_approval() {
    let mut temp = TempStore::with(&[KEN]);
    let ken = temp.id("kenmyer");
    temp.store.protect(ken, true, &admin(), now()).unwrap();
    let facts = PinFacts {
        expires: Some(hours(24)),
        ..pin_set()
    };
    let preview = temp.plan_pins(&[("kenmyer", facts)]);
    let refused = temp.store.import(&preview, &admin(), now(), &Unwatched);
    assert!(
        matches!(refused, Err(StoreError::NeedsApproval { .. })),
        "{refused:?}"
    );
    assert_eq!(temp.user("kenmyer").pin.expires, None);
}

#[test]
fn an_import_removes_a_lock_that_has_ended_by_itself() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp
        .plan(Action::Lock, typed(&["Ken Myer"]))
        .locking_until(hours(2));
    temp.apply(&plan).unwrap();
    let ken = temp.user("kenmyer");
    let facts = PinFacts {
        expires: Some(hours(48)),
        ..pin_set()
    };
    let mut preview = temp.plan_pins(&[]);
    let mut seen = pindesk::plan::import::SeenNames::default();
    let row = pindesk::plan::import::plan_pin(2, "kenmyer", &facts, &ken, &mut seen, hours(3));
    preview.rows.extend(row);
    let imported = temp
        .store
        .import(&preview, &admin(), hours(3), &Unwatched)
        .unwrap();
    assert_eq!(imported.changed, 1);
    let PinState { lock, expires, .. } = temp.user("kenmyer").pin;
    assert_eq!(
        (lock.map(|lock| lock.cause), expires),
        (None::<LockCause>, Some(hours(48)))
    );
}
