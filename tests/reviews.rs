//! Submitted plans: the store requires their approval, and it cannot be bypassed.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::harness::{agreed, bob, eve, store};
use common::{TempStore, admin, now, operator, pin_set, typed};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::{Operator, Role};
use pindesk::plan::{
    Action, BatchAction, Outcome, Plan, PlanId, Refusal, SettingsWish, SkipReason,
};
use pindesk::progress::Unwatched;
use pindesk::store::{
    Applied, Decision, Grant, PlanStatus, PlanSummary, StoreError, SubmittedPlan,
};

fn everybody(temp: &TempStore, action: Action) -> Plan {
    temp.plan(
        action,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith", "Jörg Müller"]),
    )
}

fn need_approval_above(temp: &mut TempStore, above: u64) {
    let rules = ApprovalRules {
        above: Some(above),
        others_locks: false,
        ..ApprovalRules::default()
    };
    assert!(
        temp.store
            .set_approval_rules(rules, &admin(), now())
            .unwrap()
    );
}

fn open(temp: &TempStore, id: PlanId, who: &Operator) -> SubmittedPlan {
    temp.store.submitted(id, who, now()).unwrap()
}

fn summary(temp: &TempStore, id: PlanId) -> PlanSummary {
    temp.store
        .plans()
        .unwrap()
        .into_iter()
        .find(|plan| plan.id == id)
        .unwrap()
}

fn decide(
    temp: &mut TempStore,
    id: PlanId,
    decision: Decision,
    who: &Operator,
) -> Result<(), StoreError> {
    temp.store.decide(id, decision, "looked at it", who, now())
}

fn apply(temp: &mut TempStore, plan: &Plan, who: &Operator) -> Result<Applied, StoreError> {
    temp.store.apply(plan, who, now(), &Unwatched)
}

/// Opens a submitted plan and applies it.
fn apply_submitted(
    temp: &mut TempStore,
    id: PlanId,
    who: &Operator,
) -> Result<Applied, StoreError> {
    let plan = open(temp, id, who).reviewed.pins().unwrap().plan;
    apply(temp, &plan, who)
}

/// The action of the newest batch, and its number of denied entries.
fn last_batch(temp: &TempStore) -> (String, u64) {
    let batch = temp.batches("").remove(0);
    (batch.action.to_string(), batch.denied)
}

fn verify(temp: &TempStore) {
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn without_rules_nothing_needs_approval_and_a_submitted_plan_is_applied_by_its_author() {
    let mut temp = store();
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    assert_eq!(summary(&temp, id).status, PlanStatus::Waiting);
    let opened = open(&temp, id, &admin());
    assert_eq!(opened.may_not.apply, None);
    let applied = apply(
        &mut temp,
        &opened.reviewed.clone().pins().unwrap().plan,
        &admin(),
    )
    .unwrap();
    assert_eq!(applied.changed.len(), 4);
    assert_eq!(summary(&temp, id).status, PlanStatus::Applied);
    let events = open(&temp, id, &admin()).events;
    assert_eq!(
        events
            .iter()
            .map(|event| event.action.word())
            .collect::<Vec<_>>(),
        ["submit-plan", "lock"]
    );
    assert_eq!(Some(events[1].batch), applied.batch);
    verify(&temp);
}

#[test]
fn a_submitted_plan_is_titled_by_its_action() {
    let mut temp = store();
    for (action, identity, title) in [
        (Action::Lock, "Ken Myer", "Lock 1 PIN"),
        (Action::SetPin, "Anna Smith", "Set 1 PIN"),
    ] {
        let plan = temp.plan(action, typed(&[identity]));
        let id = temp.store.submit(&plan, &admin(), now()).unwrap();
        assert_eq!(summary(&temp, id).action, BatchAction::Action(action));
        assert_eq!(summary(&temp, id).what(), title);
    }
}

#[test]
fn above_the_limit_another_operator_must_approve_first() {
    let mut temp = store();
    need_approval_above(&mut temp, 3);
    let plan = everybody(&temp, Action::Lock);
    let refused = apply(&mut temp, &plan, &admin()).unwrap_err();
    assert_eq!(
        refused,
        StoreError::NeedsApproval {
            why: "it changes 4 users, more than 3".to_owned(),
            who: String::new(),
        }
    );
    assert_eq!(
        last_batch(&temp),
        ("lock".to_owned(), 4),
        "the attempt is kept"
    );
    assert!(!temp.is_locked("kenmyer"));

    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    let mine = open(&temp, id, &admin());
    assert!(
        mine.may_not
            .approve
            .unwrap()
            .contains("somebody else has to approve")
    );
    assert!(mine.may_not.apply.unwrap().contains("more than 3"));
    assert!(matches!(
        apply(
            &mut temp,
            &mine.reviewed.clone().pins().unwrap().plan,
            &admin()
        ),
        Err(StoreError::NeedsApproval { .. })
    ));

    // An author cannot approve, in any spelling of the account.
    for account in [r"litwareinc\ann", r"LITWAREINC\Ann"] {
        let refused = decide(&mut temp, id, Decision::Approve, &operator(account)).unwrap_err();
        assert_eq!(
            refused,
            StoreError::OwnPlan {
                operator: account.to_owned()
            }
        );
        assert_eq!(last_batch(&temp), ("approve-plan".to_owned(), 1));
    }
    assert_eq!(
        summary(&temp, id).status,
        PlanStatus::Waiting,
        "a refused approval is none"
    );
    assert!(
        apply(
            &mut temp,
            &mine.reviewed.clone().pins().unwrap().plan,
            &admin()
        )
        .is_err()
    );

    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    assert_eq!(summary(&temp, id).status, PlanStatus::Approved);
    let applied = apply_submitted(&mut temp, id, &admin()).unwrap();
    assert_eq!(applied.changed.len(), 4);
    verify(&temp);
}

#[test]
fn three_users_are_not_more_than_three() {
    let mut temp = store();
    need_approval_above(&mut temp, 3);
    let plan = temp.plan(
        Action::Lock,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith"]),
    );
    assert_eq!(apply(&mut temp, &plan, &admin()).unwrap().changed.len(), 3);
}

#[test]
fn an_approval_counts_only_from_an_operator_with_the_permission() {
    let mut temp = store();
    need_approval_above(&mut temp, 1);
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    for decision in [
        Decision::Approve,
        Decision::Reject,
        Decision::Comment,
        Decision::Withdraw,
    ] {
        let refused = decide(&mut temp, id, decision, &eve()).unwrap_err();
        assert!(refused.is_refusal(), "{decision:?}: {refused}");
    }
    temp.store
        .grant(
            Grant::Give,
            "CsViewOnlyAdministrator",
            &eve().account,
            &admin(),
            now(),
        )
        .unwrap();
    assert!(
        decide(&mut temp, id, Decision::Approve, &eve())
            .unwrap_err()
            .is_refusal()
    );
    decide(&mut temp, id, Decision::Comment, &eve()).unwrap();
    assert_eq!(summary(&temp, id).comments, 1);
    // Bob approves, and then loses his role.
    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    temp.store
        .grant(Grant::Take, "CsHelpDesk", &bob().account, &admin(), now())
        .unwrap();
    let plan = open(&temp, id, &admin()).reviewed.pins().unwrap().plan;
    assert!(matches!(
        apply(&mut temp, &plan, &admin()),
        Err(StoreError::NeedsApproval { .. })
    ));
}

#[test]
fn exactly_the_approved_plan_is_applied() {
    let mut temp = store();
    need_approval_above(&mut temp, 1);
    let small = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    let id = temp.store.submit(&small, &admin(), now()).unwrap();
    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    let approved = open(&temp, id, &admin()).reviewed.pins().unwrap().plan;
    let mut others = everybody(&temp, Action::Lock);
    others.submitted = Some(id);
    let mut unlock = approved.clone();
    unlock.items[0].action = Action::Unlock;
    let mut reason = approved.clone();
    reason.reason = "something else".to_owned();
    let mut somebody = approved.clone();
    somebody.items[1].user = temp.plan(Action::Lock, typed(&["Anna Smith"])).items[0]
        .user
        .clone();
    let mut version = approved.clone();
    if let Some(user) = &mut version.items[0].user {
        user.version.0 += 1;
    }
    for plan in [others, unlock, reason, somebody, version] {
        assert_eq!(
            apply(&mut temp, &plan, &admin()),
            Err(StoreError::NotAsSubmitted { id: id.0 })
        );
    }
    // A part of the approved plan is approved too.
    let less = approved.without(temp.id("kenmyer"));
    assert_eq!(
        apply(&mut temp, &less, &admin()).unwrap().changed,
        [temp.id("packerman")]
    );
    assert!(!temp.is_locked("kenmyer"));
    let again = open(&temp, id, &admin()).reviewed.pins().unwrap().plan;
    assert_eq!(
        apply(&mut temp, &again, &admin()),
        Err(StoreError::PlanClosed {
            id: id.0,
            status: "applied"
        })
    );
}

#[test]
fn a_part_of_a_plan_needs_what_the_whole_of_it_needs() {
    let mut temp = store();
    need_approval_above(&mut temp, 3);
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    let part = open(&temp, id, &bob())
        .reviewed
        .pins()
        .unwrap()
        .plan
        .without(temp.id("kenmyer"));
    assert!(matches!(
        apply(&mut temp, &part, &bob()),
        Err(StoreError::NeedsApproval { .. })
    ));
    assert_eq!(
        summary(&temp, id).status,
        PlanStatus::Waiting,
        "and it waits on"
    );
    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    assert_eq!(apply(&mut temp, &part, &admin()).unwrap().changed.len(), 3);
}

#[test]
fn an_operator_without_any_permission_of_a_plan_cannot_reject_it() {
    let mut temp = store();
    let sales = Role::read(
        "Sales desk",
        &["Lock-CsClientPin"],
        &["OU=Sales,DC=litwareinc,DC=com"],
    )
    .unwrap();
    temp.store.set_role(&sales, &admin(), now()).unwrap();
    temp.store
        .grant(Grant::Give, "Sales desk", &eve().account, &admin(), now())
        .unwrap();
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    assert!(
        decide(&mut temp, id, Decision::Reject, &eve())
            .unwrap_err()
            .is_refusal()
    );
    assert_eq!(
        temp.store.decide(id, Decision::Reject, " ", &bob(), now()),
        Err(StoreError::EmptyComment)
    );
    decide(&mut temp, id, Decision::Reject, &bob()).unwrap();
}

#[test]
fn a_reviewer_sees_users_changed_since_with_both_states_and_the_operator() {
    let mut temp = store();
    let plan = everybody(&temp, Action::Lock);
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    let other = temp.plan_as(&bob(), Action::Lock, typed(&["Ken Myer"]));
    apply(&mut temp, &other, &bob()).unwrap();
    let opened = open(&temp, id, &bob());
    assert_eq!((opened.summary.changes, opened.summary.drifted), (4, 1));
    let reviewed = opened.reviewed.clone().pins().unwrap();
    let [drift] = reviewed.drifted.as_slice() else {
        panic!("one has drifted")
    };
    assert_eq!(drift.id, temp.id("kenmyer"));
    assert!(drift.planned.lock.is_none() && drift.current.as_ref().unwrap().lock.is_some());
    assert_eq!(drift.changed_by, Some((bob().account, now())));
    assert!(matches!(
        opened.reviewed.pins().unwrap().plan.items[0].outcome,
        Outcome::Skipped(SkipReason::ChangedSince { .. })
    ));
    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    let applied = apply_submitted(&mut temp, id, &admin()).unwrap();
    assert_eq!(applied.changed.len(), 3);
    assert_eq!(
        temp.user("kenmyer").pin.lock.unwrap().by,
        Some(bob().account),
        "left as Bob made it"
    );
    let closed = open(&temp, id, &bob()).reviewed.pins().unwrap();
    assert_eq!(
        (closed.plan.counts().will_change, closed.drifted.len()),
        (4, 0),
        "as it was submitted"
    );
}

#[test]
fn a_plan_without_remaining_users_is_outdated() {
    let mut temp = store();
    let id = temp
        .store
        .submit(
            &temp.plan(Action::Lock, typed(&["Ken Myer"])),
            &admin(),
            now(),
        )
        .unwrap();
    let other = temp.plan_as(&bob(), Action::Lock, typed(&["Ken Myer"]));
    apply(&mut temp, &other, &bob()).unwrap();
    assert_eq!(summary(&temp, id).status, PlanStatus::Outdated);
    assert_eq!(
        decide(&mut temp, id, Decision::Approve, &bob()),
        Err(StoreError::PlanClosed {
            id: id.0,
            status: "outdated"
        })
    );
    decide(&mut temp, id, Decision::Withdraw, &admin()).unwrap();
    assert_eq!(summary(&temp, id).status, PlanStatus::Withdrawn);
}

#[test]
fn rejected_and_withdrawn_are_the_end_of_a_plan() {
    let mut temp = store();
    let plan = everybody(&temp, Action::Lock);
    for (decision, who, status) in [
        (Decision::Reject, bob(), PlanStatus::Rejected),
        (Decision::Withdraw, admin(), PlanStatus::Withdrawn),
    ] {
        let id = temp.store.submit(&plan, &admin(), now()).unwrap();
        decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
        decide(&mut temp, id, decision, &who).unwrap();
        assert_eq!(summary(&temp, id).status, status);
        for (again, who) in [
            (Decision::Approve, bob()),
            (Decision::Reject, bob()),
            (Decision::Withdraw, admin()),
        ] {
            assert!(matches!(
                decide(&mut temp, id, again, &who),
                Err(StoreError::PlanClosed { .. })
            ));
        }
        decide(&mut temp, id, Decision::Comment, &bob()).unwrap();
        let opened = open(&temp, id, &admin());
        assert!(opened.may_not.apply.is_some());
        assert!(matches!(
            apply(
                &mut temp,
                &opened.reviewed.clone().pins().unwrap().plan,
                &admin()
            ),
            Err(StoreError::PlanClosed { .. })
        ));
    }
    assert!(
        decide(&mut temp, PlanId(1), Decision::Comment, &operator("nobody"))
            .unwrap_err()
            .is_refusal(),
        "closed or not, without a role one only looks"
    );
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    assert_eq!(
        decide(&mut temp, id, Decision::Withdraw, &bob()),
        Err(StoreError::OnlyAuthor {
            author: admin().account
        })
    );
    assert_eq!(
        decide(&mut temp, PlanId(99), Decision::Approve, &bob()),
        Err(StoreError::NoSuchPlan { id: 99 })
    );
    verify(&temp);
}

#[test]
fn undoing_another_administrators_lock_can_be_made_to_need_approval() {
    let mut temp = store();
    let rules = ApprovalRules {
        above: None,
        others_locks: true,
        ..ApprovalRules::default()
    };
    temp.store
        .set_approval_rules(rules, &admin(), now())
        .unwrap();
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let batch = apply(&mut temp, &lock, &admin()).unwrap().batch.unwrap();
    let unlock = temp.plan_as(&bob(), Action::Unlock, typed(&["Ken Myer"]));
    let refused = apply(&mut temp, &unlock, &bob()).unwrap_err();
    assert_eq!(
        refused,
        StoreError::NeedsApproval {
            why: "it undoes 1 lock of another administrator".to_owned(),
            who: String::new(),
        }
    );
    let undo = temp.store.plan_undo(batch, None, &bob(), now()).unwrap();
    assert!(
        matches!(
            apply(&mut temp, &undo, &bob()),
            Err(StoreError::NeedsApproval { .. })
        ),
        "nor by undoing"
    );
    // The lock is Ann's own.
    let own = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    apply(&mut temp, &own, &admin()).unwrap();
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn a_protected_user_is_never_changed_without_approval() {
    let mut temp = store();
    let ken = temp.id("kenmyer");
    assert!(
        temp.store
            .protect(ken, true, &bob(), now())
            .unwrap_err()
            .is_refusal()
    );
    assert_eq!(last_batch(&temp), ("protect-user".to_owned(), 1));
    let before = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    assert!(temp.store.protect(ken, true, &admin(), now()).unwrap());
    assert!(
        !temp.store.protect(ken, true, &admin(), now()).unwrap(),
        "protected already"
    );
    assert_eq!(temp.store.protected_users().unwrap().len(), 1);
    // This also holds for a plan that was made before.
    for plan in [before, temp.plan(Action::Lock, typed(&["Ken Myer"]))] {
        assert_eq!(
            apply(&mut temp, &plan, &admin()),
            Err(StoreError::NeedsApproval {
                why: "it changes 1 protected user".to_owned(),
                who: String::new(),
            })
        );
    }
    // A file cannot lock them either.
    let facts = pindesk::plan::import::PinFacts {
        is_locked_out: true,
        ..pin_set()
    };
    let import = temp.plan_pins(&[("kenmyer", facts)]);
    assert_eq!(
        temp.store.import(&import, &admin(), now(), &Unwatched),
        Err(StoreError::NeedsApproval {
            why: "it changes 1 protected user".to_owned(),
            who: "Nobody else can approve it yet: first give another account a role that permits Import-PinDesk, under View → Operators or with pindesk roles grant. ".to_owned(),
        })
    );
    let id = temp
        .store
        .submit(
            &temp.plan(Action::Lock, typed(&["Ken Myer"])),
            &admin(),
            now(),
        )
        .unwrap();
    decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
    apply_submitted(&mut temp, id, &admin()).unwrap();
    assert!(temp.is_locked("kenmyer"));
}

#[test]
fn users_denied_to_the_author_of_a_plan_are_denied_to_everybody() {
    let mut temp = store();
    temp.sql().run(
        "INSERT INTO roles VALUES ('Nobody in Finance');
         INSERT INTO role_cmdlets VALUES ('Nobody in Finance', 'Lock-CsClientPin');
         INSERT INTO role_units VALUES ('Nobody in Finance', 'OU=Sales,DC=litwareinc,DC=com');
         UPDATE users SET dn = 'CN=Ken Myer,OU=Sales,DC=litwareinc,DC=com' WHERE sip = 'kenmyer@litwareinc.com'",
    );
    temp.store
        .grant(
            Grant::Give,
            "Nobody in Finance",
            &eve().account,
            &admin(),
            now(),
        )
        .unwrap();
    let plan = temp.plan_as(&eve(), Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    let id = temp.store.submit(&plan, &eve(), now()).unwrap();
    let opened = open(&temp, id, &admin()).reviewed.pins().unwrap().plan;
    assert_eq!(opened.items[1].outcome, Outcome::Refused(Refusal::Denied));
    assert_eq!(
        apply(&mut temp, &opened, &admin()).unwrap().changed,
        [temp.id("kenmyer")]
    );
    // A role for Sales alone cannot approve a plan for Finance.
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    assert!(
        decide(&mut temp, id, Decision::Approve, &eve())
            .unwrap_err()
            .is_refusal()
    );
}

#[test]
fn only_operators_with_the_permission_submit_and_only_plans_with_changes() {
    let mut temp = store();
    let plan = everybody(&temp, Action::Lock);
    assert!(
        temp.store
            .submit(&plan, &eve(), now())
            .unwrap_err()
            .is_refusal()
    );
    assert_eq!(last_batch(&temp), ("submit-plan".to_owned(), 1));
    // This also holds for a plan that was made for her and therefore denies all users.
    let own = temp.plan_as(&eve(), Action::Lock, typed(&["Ken Myer"]));
    assert!(
        temp.store
            .submit(&own, &eve(), now())
            .unwrap_err()
            .is_refusal()
    );
    let nothing = everybody(&temp, Action::Unlock);
    assert_eq!(
        temp.store.submit(&nothing, &admin(), now()),
        Err(StoreError::NothingToSubmit)
    );
    assert_eq!(temp.store.plans().unwrap(), []);
}

#[test]
fn only_an_administrator_sets_the_rules_and_each_change_is_kept() {
    let mut temp = store();
    let rules = ApprovalRules {
        above: Some(200),
        others_locks: true,
        ..ApprovalRules::default()
    };
    assert!(
        temp.store
            .set_approval_rules(rules, &bob(), now())
            .unwrap_err()
            .is_refusal()
    );
    assert_eq!(
        temp.store.approval_rules().unwrap(),
        ApprovalRules::default()
    );
    assert!(
        temp.store
            .set_approval_rules(rules, &admin(), now())
            .unwrap()
    );
    assert!(
        !temp
            .store
            .set_approval_rules(rules, &admin(), now())
            .unwrap()
    );
    assert_eq!(temp.again().approval_rules().unwrap(), rules);
    assert_eq!(last_batch(&temp), ("set-approval".to_owned(), 0));
    let rules = ApprovalRules::default();
    agreed(&mut temp, vec![SettingsWish::SetApproval { rules }]);
    assert_eq!(temp.store.approval_rules().unwrap(), rules);
    // An unreadable limit does not disable approval.
    temp.sql()
        .run("INSERT INTO meta VALUES ('approval_above', 'many')");
    assert_eq!(temp.store.approval_rules().unwrap().above, Some(0));
}

#[test]
fn a_submitted_plan_that_was_edited_is_neither_opened_nor_applied_and_verify_finds_it() {
    let edits = [
        "UPDATE plans SET content = replace(content, 'kenmyer', 'asmith')",
        "UPDATE plans SET changes = 1",
        "UPDATE plans SET action = 'unlock'",
        "UPDATE plan_users SET version = 0 WHERE user_id = 1",
        "DELETE FROM plan_users WHERE user_id = 1",
        "DELETE FROM plan_users; DELETE FROM plans",
        "UPDATE batches SET plan = NULL WHERE action = 'approve-plan'",
        "UPDATE batches SET plan_sha256 = 'x' WHERE action = 'submit-plan'",
        "INSERT INTO batches SELECT 99, 'approve-plan', at, 'bob', machine, '', '', NULL, NULL, program, NULL, plan, plan_sha256
         FROM batches WHERE action = 'submit-plan'",
        "INSERT INTO plans SELECT 99, content, action, undoes, changes FROM plans",
    ];
    for edit in edits {
        let mut temp = store();
        let id = temp
            .store
            .submit(&everybody(&temp, Action::Lock), &admin(), now())
            .unwrap();
        decide(&mut temp, id, Decision::Approve, &bob()).unwrap();
        verify(&temp);
        let is_insert = edit.starts_with("INSERT");
        if !is_insert {
            assert!(temp.sql().batch(edit).is_err(), "append-only: {edit}");
        }
        temp.sql().without_guards(edit).unwrap();
        assert!(
            temp.store
                .verify_history(&Unwatched)
                .unwrap()
                .first_break
                .is_some(),
            "{edit}"
        );
        if edit.contains("content = ") {
            assert_eq!(
                temp.store.submitted(id, &bob(), now()),
                Err(StoreError::EditedPlan { id: id.0 })
            );
        }
    }
}

#[test]
fn each_step_of_a_review_has_a_heading_with_the_action_and_the_operator() {
    let mut temp = store();
    let plan = everybody(&temp, Action::Lock);
    let id = temp.store.submit(&plan, &bob(), now()).unwrap();
    decide(&mut temp, id, Decision::Comment, &admin()).unwrap();
    decide(&mut temp, id, Decision::Reject, &admin()).unwrap();
    let headlines: Vec<String> = open(&temp, id, &bob())
        .events
        .iter()
        .map(pindesk::store::PlanEvent::headline)
        .collect();
    assert_eq!(
        headlines,
        [
            r"Submitted by litwareinc\bob",
            r"Comment by litwareinc\ann",
            r"Rejected by litwareinc\ann",
        ]
    );
}
