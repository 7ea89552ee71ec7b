//! Resetting counted failures, and leaving locks as they are.

use pindesk::domain::pin::{Failures, LockCause};
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::{Action, Group, Outcome, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Reviewed};
use pindesk::zone::Zone;

use crate::common::harness::{agreed, bob, carol, eve, store};
use crate::common::{TempStore, admin, now, typed};
use crate::{pin, policy, set, with_role};

/// Ken with three failures, and Anna with none.
fn failed() -> TempStore {
    let mut temp = store();
    for (logon, digits) in [("kenmyer", "48213"), ("asmith", "59324")] {
        set(&mut temp, logon, digits).unwrap();
    }
    for _ in 0..3 {
        let id = temp.id("kenmyer");
        let logon = temp.store.authenticate(id, &pin("11111"), &admin(), now());
        logon.unwrap();
    }
    temp
}

fn reset(temp: &mut TempStore) -> usize {
    let plan = temp.plan(Action::ResetFailures, typed(&["Ken Myer"]));
    let applied = temp.store.apply(&plan, &admin(), now(), &Unwatched);
    applied.unwrap().changed.len()
}

#[test]
fn both_counts_become_zero_and_nothing_else_changes() {
    let mut temp = failed();
    let before = temp.user("kenmyer").pin;
    assert_eq!((before.failures.local, before.failures.global), (3, 3));
    let names = ["Ken Myer", "Anna Smith", "Pilar Ackerman"];
    let plan = temp.plan(Action::ResetFailures, typed(&names));
    let outcomes: Vec<(Group, String)> = plan
        .items
        .iter()
        .map(|item| (item.outcome.group(), plan.reason(item, Zone::utc())))
        .collect();
    assert_eq!(
        outcomes,
        [
            (
                Group::WillChange,
                "3 failures in a row and 3 in all would no longer count.".to_owned()
            ),
            (Group::NoChange, "No failures are counted.".to_owned()),
            (Group::NoChange, "No failures are counted.".to_owned()),
        ]
    );
    assert_eq!(
        plan.what_if(&plan.items[0]).unwrap(),
        "What if: Performing the operation \"Reset-PinDeskFailures\" on target \"sip:kenmyer@litwareinc.com\"."
    );
    let applied = (temp.store)
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer")]);
    let after = temp.user("kenmyer").pin;
    assert_eq!(after.failures, Failures::default());
    assert!(before.is_same_pin(&after) && before.lock == after.lock);
    let newest = temp.store.user_history(temp.id("kenmyer"), 1).unwrap();
    assert_eq!(newest[0].action.word(), "reset-failures");
    assert!(
        newest[0].headline().starts_with("Failures reset"),
        "{}",
        newest[0].headline()
    );
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn every_lock_stays() {
    for cause in ["administrator", "system", "temporary", "unknown"] {
        let mut temp = failed();
        if cause == "administrator" {
            let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
            (temp.store)
                .apply(&plan, &admin(), now(), &Unwatched)
                .unwrap();
        } else {
            temp.sql().run(&format!(
                "UPDATE pins SET lock_cause = '{cause}', lock_since = {} WHERE user_id = {}",
                now().timestamp_millis(),
                temp.id("kenmyer").0
            ));
        }
        let before = temp.user("kenmyer").pin;
        assert_eq!(reset(&mut temp), 1, "{cause}");
        let after = temp.user("kenmyer").pin;
        assert_eq!(
            (after.lock, after.failures),
            (before.lock, Failures::default())
        );
    }
}

#[test]
fn a_reset_is_undone() {
    let mut temp = failed();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    (temp.store)
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let before = temp.user("kenmyer").pin;
    assert_eq!(reset(&mut temp), 1);
    let batch = temp.store.last_undoable(&admin()).unwrap().unwrap();
    let plan = temp.store.plan_undo(batch, None, &admin(), now()).unwrap();
    let [item] = &plan.items[..] else {
        panic!("{:?}", plan.items)
    };
    assert_eq!(item.action, Action::ResetFailures);
    assert_eq!(item.outcome, Outcome::Change { caution: None });
    assert_eq!(
        plan.reason(item, Zone::utc()),
        "3 failures in a row and 3 in all would count again."
    );
    (temp.store)
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(temp.user("kenmyer").pin, before);
    assert_eq!(before.status(now()).locked, Some(LockCause::Administrator));
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn whoever_may_unlock_may_reset_failures() {
    let mut temp = failed();
    let plan = temp.plan_as(&eve(), Action::ResetFailures, typed(&["Ken Myer"]));
    let refused = temp.store.apply(&plan, &eve(), now(), &Unwatched);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("Unlock-CsClientPin")
    );
    let unlocking = SettingsWish::SetRole {
        role: "Unlockers".to_owned(),
        cmdlets: vec!["Unlock-CsClientPin".to_owned()],
        units: Vec::new(),
    };
    agreed(&mut temp, vec![unlocking]);
    let unlocker = with_role(&mut temp, "dan", "Unlockers");
    let plan = temp.plan_as(&unlocker, Action::ResetFailures, typed(&["Ken Myer"]));
    let applied = temp.store.apply(&plan, &unlocker, now(), &Unwatched);
    assert_eq!(applied.unwrap().changed.len(), 1);
}

#[test]
fn a_lock_of_another_does_not_make_it_need_approval_but_a_limit_does() {
    let mut temp = failed();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    (temp.store)
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let rules = pindesk::domain::approval::ApprovalRules {
        others_locks: true,
        ..Default::default()
    };
    agreed(&mut temp, vec![SettingsWish::SetApproval { rules }]);
    let plan = temp.plan_as(&bob(), Action::ResetFailures, typed(&["Ken Myer"]));
    assert_eq!(plan.items[0].outcome, Outcome::Change { caution: None });
    let needs = temp.store.approval_needs(&plan, &bob(), now()).unwrap();
    assert_eq!(needs, []);
    let rules = pindesk::domain::approval::ApprovalRules {
        above: Some(0),
        others_locks: true,
        ..Default::default()
    };
    agreed(&mut temp, vec![SettingsWish::SetApproval { rules }]);
    let refused = temp.store.apply(&plan, &bob(), now(), &Unwatched);
    assert!(refused.unwrap_err().to_string().contains("approval"));
    let id = temp.store.submit(&plan, &bob(), now()).unwrap();
    (temp.store)
        .decide(id, Decision::Approve, "", &carol(), now())
        .unwrap();
    let opened = temp.store.submitted(id, &bob(), now()).unwrap();
    let Reviewed::Pins(reviewed) = opened.reviewed else {
        panic!("{:?}", opened.reviewed)
    };
    let applied = (temp.store)
        .apply(&reviewed.plan, &bob(), now(), &Unwatched)
        .unwrap();
    assert_eq!(applied.changed.len(), 1);
    assert!(temp.user("kenmyer").pin.is_locked_out(now()));
    assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn after_a_reset_as_many_failures_are_left_as_at_first() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let strict = PinPolicy {
        max_attempts: Some(3),
        ..PinPolicy::default()
    };
    policy(&mut temp, "global", strict);
    set(&mut temp, "kenmyer", "48213").unwrap();
    let id = temp.id("kenmyer");
    let fail = |temp: &mut TempStore| {
        let logon = temp.store.authenticate(id, &pin("11111"), &admin(), now());
        logon.unwrap().state.is_locked_out(now())
    };
    assert!(!fail(&mut temp) && !fail(&mut temp));
    assert_eq!(reset(&mut temp), 1);
    assert!(!fail(&mut temp) && !fail(&mut temp));
    assert!(fail(&mut temp), "the third one locks");
}
