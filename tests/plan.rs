//! Plans: the effect of each action on each user, the reasons, and their sentences.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use chrono::Duration;
use chrono::FixedOffset;
use common::{names, now};
use pindesk::domain::Time;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::identity::IdentityError;
use pindesk::domain::pin::{Failures, Lock, LockCause, PinState};
use pindesk::domain::role::{Permission, Permissions};
use pindesk::domain::user::{UserId, UserRecord, Version};
use pindesk::plan::{
    Action, Candidate, Caution, Group, Keep, Match, Outcome, Plan, PlanItem, Planner, Refusal,
    Request, Resolved, SkipReason,
};
use pindesk::zone::Zone;
use proptest::prelude::*;
use strum::VariantArray as _;

const ANN: &str = r"litwareinc\ann";
const BOB: &str = r"litwareinc\bob";

fn lock(cause: LockCause, since: Option<Time>) -> Lock {
    let by = (cause == LockCause::Administrator).then(|| ANN.to_owned());
    Lock {
        cause,
        since,
        until: None,
        by,
        reason: String::new(),
        ticket: String::new(),
    }
}

fn locked_until(end: Time) -> PinState {
    pin(
        true,
        Some(Lock {
            until: Some(end),
            ..lock(LockCause::Administrator, None)
        }),
    )
}

/// A PIN after some failed logons.
fn pin(is_set: bool, lock: Option<Lock>) -> PinState {
    let failures = Failures {
        local: 3,
        global: 9,
        window_started: Some(now()),
    };
    PinState {
        is_set,
        lock,
        failures,
        ..PinState::default()
    }
}

fn user(id: i64, display_name: &str, pin: PinState) -> Match {
    let names = names(display_name, &display_name.to_lowercase().replace(' ', ""));
    Match::User(Box::new(UserRecord {
        id: UserId(id),
        names,
        pin,
        version: Version(7),
        is_protected: false,
    }))
}

fn plan_with(
    action: Action,
    operator: &str,
    permission: &Permission,
    found: Vec<Match>,
    pins_set: u64,
) -> Plan {
    let request = Request {
        action,
        targets: Vec::new(),
        keep: Keep::All,
        reason: "lost phone".into(),
        ticket: "INC-7".into(),
    };
    let permissions = Permissions::of_one(permission, ApprovalRules::default());
    let mut planner = Planner::new(operator, now(), &permissions);
    for (i, found) in found.into_iter().enumerate() {
        let given = format!("target {i}");
        planner.add_found(&request, Resolved { given, found }, None);
    }
    planner.into_planned(&request, pins_set).plan
}

fn plan(action: Action, found: Vec<Match>) -> Plan {
    plan_with(action, ANN, &Permission::Everywhere, found, 1000)
}

/// Users 1 to `count`, all with a PIN that is not locked.
fn unlocked_users(count: i64) -> Vec<Match> {
    (1..=count)
        .map(|id| user(id, &format!("User {id}"), pin(true, None)))
        .collect()
}

const CHANGE: Outcome = Outcome::Change { caution: None };
const NO_PIN: Outcome = Outcome::Skipped(SkipReason::NoPinSet);

/// The table of actions and states.
#[test]
fn each_action_changes_each_state_by_the_rules() {
    use {Action::*, LockCause::*};
    let hour = Duration::hours(1);
    let locked = |cause| pin(true, Some(lock(cause, Some(now()))));
    let no_pin = |cause| pin(false, Some(lock(cause, Some(now()))));
    for (action, before, outcome, described) in [
        (Lock, pin(true, None), CHANGE, "locked by administrator"),
        (
            Lock,
            locked(Administrator),
            Outcome::NoChange,
            "locked by administrator",
        ),
        (Lock, locked(System), CHANGE, "locked by administrator"),
        (Lock, locked(Temporary), CHANGE, "locked by administrator"),
        (Lock, locked(Unknown), CHANGE, "locked by administrator"),
        (Lock, pin(false, None), NO_PIN, "no PIN set"),
        (Lock, no_pin(System), NO_PIN, "locked by system"),
        (
            Lock,
            locked_until(now() + hour),
            Outcome::NoChange,
            "locked by administrator",
        ),
        (Lock, locked_until(now()), CHANGE, "locked by administrator"),
        (
            Lock,
            pin(true, Some(lock(Temporary, Some(now() - hour)))),
            CHANGE,
            "locked by administrator",
        ),
        (Unlock, pin(true, None), Outcome::NoChange, "unlocked"),
        (Unlock, pin(false, None), Outcome::NoChange, "no PIN set"),
        (Unlock, locked(Administrator), CHANGE, "unlocked"),
        (Unlock, locked(System), CHANGE, "unlocked"),
        (Unlock, locked(Temporary), CHANGE, "unlocked"),
        (Unlock, locked(Unknown), CHANGE, "unlocked"),
        (Unlock, no_pin(Unknown), CHANGE, "no PIN set"),
        (Unlock, locked_until(now()), Outcome::NoChange, "unlocked"),
        (
            Unlock,
            pin(true, Some(lock(Temporary, Some(now() - hour)))),
            Outcome::NoChange,
            "unlocked",
        ),
    ] {
        let plan = plan(action, vec![user(1, "Ken Myer", before.clone())]);
        let item = &plan.items[0];
        let case = format!("{action:?} {before:?}");
        assert_eq!(item.outcome, outcome, "{case}");
        assert_eq!(
            plan.planned_after(item).unwrap().describe(),
            described,
            "{case}"
        );
        assert_eq!(plan.before(item), Some(before.status(now())), "{case}");
        assert_eq!(
            plan.changes().count(),
            usize::from(outcome == CHANGE),
            "{case}"
        );
        assert_eq!(plan.what_if(item).is_some(), outcome == CHANGE, "{case}");
    }
}

#[test]
fn locking_keeps_the_failure_counters_and_unlocking_clears_both() {
    let before = pin(true, Some(lock(LockCause::System, None)));
    let after = |action| {
        let plan = plan(action, vec![user(1, "Ken Myer", before.clone())]);
        plan.after(&plan.items[0], &before, ANN, now())
    };
    let locked = after(Action::Lock);
    let expected = Lock {
        reason: "lost phone".to_owned(),
        ticket: "INC-7".to_owned(),
        ..lock(LockCause::Administrator, Some(now()))
    };
    assert_eq!(
        locked,
        PinState {
            lock: Some(expected),
            ..before.clone()
        }
    );
    let unlocked = after(Action::Unlock);
    assert_eq!(
        unlocked,
        PinState {
            lock: None,
            failures: Failures::default(),
            ..before
        }
    );
}

#[test]
fn unlocking_the_lock_of_another_administrator_shows_its_operator_time_and_reason() {
    let since: Time = "2026-11-20T08:30:00Z".parse().unwrap();
    let by_ann = |reason: &str, since| Lock {
        reason: reason.to_owned(),
        ..lock(LockCause::Administrator, since)
    };
    for (operator, lock, expected) in [
        (
            BOB,
            by_ann("left", Some(since)),
            r"Locked on purpose by litwareinc\ann on 2026-11-20 08:30 UTC, reason: left.",
        ),
        (
            BOB,
            by_ann("", Some(since)),
            r"Locked on purpose by litwareinc\ann on 2026-11-20 08:30 UTC, no reason given.",
        ),
        (
            BOB,
            by_ann("left", None),
            r"Locked on purpose by litwareinc\ann, reason: left.",
        ),
        (ANN, by_ann("left", Some(since)), ""),
        (r"LITWAREINC\Ann", by_ann("left", Some(since)), ""),
        (BOB, lock(LockCause::System, Some(since)), ""),
        (BOB, lock(LockCause::Unknown, None), ""),
        (BOB, lock(LockCause::Temporary, Some(now())), ""),
    ] {
        let found = vec![user(1, "Ken Myer", pin(true, Some(lock.clone())))];
        let plan = plan_with(
            Action::Unlock,
            operator,
            &Permission::Everywhere,
            found,
            1000,
        );
        let item = &plan.items[0];
        assert_eq!(item.reason(Zone::utc()), expected, "{operator} {lock:?}");
        assert_eq!(
            item.outcome == CHANGE,
            expected.is_empty(),
            "{operator} {lock:?}"
        );
        assert_eq!(
            plan.counts().will_change,
            1,
            "a caution does not stand in the way"
        );
    }
    let found = vec![user(
        1,
        "Ken Myer",
        pin(true, Some(by_ann("left", Some(since)))),
    )];
    let caution = Caution::LockedByAnother {
        by: ANN.to_owned(),
        since: Some(since),
        reason: "left".to_owned(),
    };
    let plan = plan_with(Action::Unlock, BOB, &Permission::Everywhere, found, 1000);
    assert_eq!(
        plan.items[0].outcome,
        Outcome::Change {
            caution: Some(caution)
        }
    );
    let hour_east = Zone::Fixed(FixedOffset::east_opt(3600).unwrap());
    assert_eq!(
        plan.items[0].reason(hour_east),
        r"Locked on purpose by litwareinc\ann on 2026-11-20 09:30, reason: left.",
        "in the zone of the reader"
    );
}

#[test]
fn the_same_user_twice_is_planned_once() {
    let ken = || user(1, "Ken Myer", pin(true, None));
    let plan = plan(
        Action::Lock,
        vec![
            ken(),
            user(2, "Pilar Ackerman", pin(true, None)),
            ken(),
            ken(),
        ],
    );
    let outcomes: Vec<_> = plan.items.iter().map(|item| item.outcome.clone()).collect();
    assert_eq!(
        outcomes,
        [
            CHANGE,
            CHANGE,
            Outcome::Duplicate { of: 0 },
            Outcome::Duplicate { of: 0 }
        ]
    );
    assert_eq!(
        plan.items[3].reason(Zone::utc()),
        "The same user as item 1."
    );
    assert_eq!(
        plan.changes()
            .map(|(_, user)| user.id.0)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(plan.counts().skipped, 2);
}

#[test]
fn users_outside_the_operators_units_are_refused() {
    let unit = |text| pindesk::domain::dn::DistinguishedName::parse(text).unwrap();
    for (permission, expected) in [
        (Permission::Everywhere, CHANGE),
        (Permission::Nowhere, Outcome::Refused(Refusal::Denied)),
        (
            Permission::Within(vec![unit("ou=finance,dc=litwareinc,dc=com")]),
            CHANGE,
        ),
        (
            Permission::Within(vec![unit("OU=Sales,DC=litwareinc,DC=com")]),
            Outcome::Refused(Refusal::Denied),
        ),
    ] {
        let plan = plan_with(Action::Lock, ANN, &permission, unlocked_users(1), 1000);
        assert_eq!(plan.items[0].outcome, expected, "{permission:?}");
    }
}

#[test]
fn a_user_who_is_taken_out_is_skipped_and_stays_visible() {
    let plan = plan(Action::Lock, unlocked_users(3))
        .without(UserId(2))
        .without(UserId(99));
    assert_eq!(
        plan.changes()
            .map(|(_, user)| user.id.0)
            .collect::<Vec<_>>(),
        [1, 3]
    );
    assert_eq!(
        plan.items[1].outcome,
        Outcome::Skipped(SkipReason::TakenOut)
    );
    assert_eq!(
        plan.items[1].reason(Zone::utc()),
        "Taken out of this preview."
    );
    assert_eq!(plan.what_if(&plan.items[1]), None);
}

#[test]
fn taking_a_user_out_changes_only_items_that_would_change() {
    let denied = plan_with(
        Action::Lock,
        ANN,
        &Permission::Nowhere,
        unlocked_users(1),
        1000,
    );
    assert_eq!(denied.clone().without(UserId(1)), denied);
    let ken = || user(1, "Ken Myer", pin(true, None));
    let twice = plan(Action::Lock, vec![ken(), ken()]).without(UserId(1));
    assert_eq!(twice.items[1].outcome, Outcome::Duplicate { of: 0 });
    assert_eq!(twice.changes().count(), 0);
}

#[test]
fn above_the_limit_the_number_must_be_typed() {
    for (pins_set, limit) in [
        (0, 5),
        (40, 5),
        (50, 5),
        (59, 5),
        (60, 6),
        (499, 49),
        (500, 50),
        (510, 50),
        (1_000_000, 50),
    ] {
        for (users, expected) in [(0, false), (limit, false), (limit + 1, true)] {
            let plan = plan_with(
                Action::Lock,
                ANN,
                &Permission::Everywhere,
                unlocked_users(users),
                pins_set,
            );
            assert_eq!(
                plan.confirm_limit(),
                u64::try_from(limit).unwrap(),
                "{pins_set} PINs"
            );
            assert_eq!(
                plan.must_type_number(plan.counts().will_change),
                expected,
                "{users} of {pins_set}"
            );
        }
    }
}

#[test]
fn what_if_is_the_sentence_of_powershell() {
    let ken = || {
        vec![user(
            1,
            "Kenmyer",
            pin(true, Some(lock(LockCause::System, None))),
        )]
    };
    for (action, sentence) in [
        (
            Action::Unlock,
            r#"What if: Performing the operation "Unlock-CsClientPin" on target "sip:kenmyer@litwareinc.com"."#,
        ),
        (
            Action::Lock,
            r#"What if: Performing the operation "Lock-CsClientPin" on target "sip:kenmyer@litwareinc.com"."#,
        ),
    ] {
        let plan = plan(action, ken());
        assert_eq!(plan.what_if(&plan.items[0]).as_deref(), Some(sentence));
    }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

/// Each outcome has its word, its group and its reason.
#[test]
fn each_outcome_has_a_word_a_group_and_a_reason() {
    let candidate = |display: &str, logon: &str| Candidate {
        id: UserId(1),
        display_name: display.to_owned(),
        identity: format!(r"litwareinc\{logon}"),
    };
    let two = vec![
        candidate("Maria Garcia", "mgarcia"),
        candidate("Maria Garcia", "mgarcia2"),
    ];
    let near = vec![candidate("Ken Myer", "kenmyer")];
    for (given, outcome, word, group, reason) in [
        ("Ken", CHANGE, "change", Group::WillChange, ""),
        (
            "Ken",
            Outcome::NoChange,
            "no-change",
            Group::NoChange,
            "Not locked.",
        ),
        ("Ken", NO_PIN, "skipped", Group::Skipped, "No PIN is set."),
        (
            "Ken",
            Outcome::Duplicate { of: 4 },
            "duplicate",
            Group::Skipped,
            "The same user as item 5.",
        ),
        (
            "Ken",
            refused(Refusal::Denied),
            "denied",
            Group::Refused,
            "Your roles do not permit Unlock-CsClientPin for this user.",
        ),
        (
            "ken*@x",
            refused(Refusal::Invalid(IdentityError::Wildcard)),
            "not-found",
            Group::Refused,
            "Wildcards (*) work only with display names.",
        ),
        (
            "Maria Garcia",
            refused(Refusal::Ambiguous {
                candidates: two.into(),
            }),
            "ambiguous",
            Group::Refused,
            r#"Several users match identity "Maria Garcia": Maria Garcia (litwareinc\mgarcia), Maria Garcia (litwareinc\mgarcia2). Name one of them exactly."#,
        ),
        (
            "Nobody Here",
            refused(Refusal::NotFound {
                nearest: Vec::new(),
            }),
            "not-found",
            Group::Refused,
            r#"Management object not found for identity "Nobody Here"."#,
        ),
        (
            "Ken Mayer",
            refused(Refusal::NotFound {
                nearest: near.clone(),
            }),
            "not-found",
            Group::Refused,
            r#"Management object not found for identity "Ken Mayer". Did you mean Ken Myer (litwareinc\kenmyer)?"#,
        ),
        (
            "kenmyer",
            refused(Refusal::NotFound { nearest: near }),
            "not-found",
            Group::Refused,
            r#"Management object not found for identity "kenmyer". A logon name alone is not an identity, since it need not be unique: write domain\logon. Did you mean Ken Myer (litwareinc\kenmyer)?"#,
        ),
    ] {
        let item = PlanItem {
            action: Action::Unlock,
            given: given.to_owned(),
            position: None,
            own: None,
            user: None,
            outcome,
        };
        assert_eq!(item.outcome.word(), word);
        assert_eq!(item.outcome.group(), group, "{word}");
        assert_eq!(item.reason(Zone::utc()), reason, "{word}");
    }
    let already = PlanItem {
        action: Action::Lock,
        given: "Ken".to_owned(),
        position: None,
        own: None,
        user: None,
        outcome: Outcome::NoChange,
    };
    assert_eq!(
        already.reason(Zone::utc()),
        "Already locked by an administrator."
    );
}

#[test]
fn the_question_says_the_number_the_action_and_the_first_names() {
    for (action, count, question, first_names) in [
        (Action::Lock, 1, "Lock the PIN of 1 user?", "User 1"),
        (
            Action::Lock,
            3,
            "Lock the PINs of 3 users?",
            "User 1, User 2, User 3",
        ),
        (
            Action::Lock,
            1250,
            "Lock the PINs of 1,250 users?",
            "User 1, User 2, User 3 and 1,247 more",
        ),
        (Action::Unlock, 0, "Unlock the PINs of 0 users?", ""),
    ] {
        let plan = plan(action, unlocked_users(count));
        assert_eq!(plan.question(plan.counts().will_change), question);
        assert_eq!(plan.first_names(plan.counts().will_change), first_names);
    }
}

#[test]
fn when_there_is_nothing_to_apply_the_plan_says_why() {
    let locked = |id| {
        user(
            id,
            "Ken",
            pin(true, Some(lock(LockCause::Administrator, None))),
        )
    };
    let no_pin = || user(9, "Pilar", pin(false, None));
    let nobody = || Match::NotFound {
        nearest: Vec::new(),
    };
    for (found, expected) in [
        (unlocked_users(1), None),
        (
            vec![locked(1)],
            Some("Nothing to apply: the PIN is already locked."),
        ),
        (
            vec![locked(1), locked(2)],
            Some("Nothing to apply: all PINs are already locked."),
        ),
        (
            vec![nobody(), nobody()],
            Some("Nothing to apply: every user was refused."),
        ),
        (
            vec![locked(1), nobody()],
            Some("Nothing to apply: no PIN would change."),
        ),
        (
            vec![no_pin()],
            Some("Nothing to apply: no PIN would change."),
        ),
        (vec![], Some("Nothing to apply: no user matches.")),
    ] {
        let plan = plan(Action::Lock, found);
        assert_eq!(plan.nothing_to_apply(plan.counts()).as_deref(), expected);
    }
}

fn any_found() -> impl Strategy<Value = Match> {
    let cause = prop::option::of(prop::sample::select(LockCause::VARIANTS.to_vec()));
    let somebody = (1..6_i64, any::<bool>(), cause).prop_map(|(id, is_set, cause)| {
        user(
            id,
            &format!("User {id}"),
            pin(is_set, cause.map(|cause| lock(cause, Some(now())))),
        )
    });
    prop_oneof![
        8 => somebody,
        1 => Just(Match::Invalid(IdentityError::Empty)),
        1 => Just(Match::NotFound { nearest: Vec::new() }),
        1 => Just(Match::Ambiguous { candidates: [].into() }),
    ]
}

proptest! {
    #[test]
    fn every_found_user_has_an_item_and_none_changes_twice(
        found in prop::collection::vec(any_found(), 0..20), lock: bool, bob: bool, denied: bool,
    ) {
        let action = if lock { Action::Lock } else { Action::Unlock };
        let permission = if denied { Permission::Nowhere } else { Permission::Everywhere };
        let plan = plan_with(action, if bob { BOB } else { ANN }, &permission, found.clone(), 1000);

        prop_assert_eq!(plan.items.len(), found.len());
        for (i, item) in plan.items.iter().enumerate() {
            prop_assert_eq!(&item.given, &format!("target {i}"));
            prop_assert_eq!(item.user.is_some(), matches!(found[i], Match::User(_)));
            if let Outcome::Duplicate { of } = item.outcome {
                let first = &plan.items[of];
                prop_assert!(of < i);
                prop_assert_ne!(first.outcome.word(), "duplicate");
                prop_assert_eq!(first.user.as_ref().map(|user| user.id), item.user.as_ref().map(|user| user.id));
            }
        }
        let counts = plan.counts();
        prop_assert_eq!(Group::VARIANTS.iter().map(|&group| counts.of(group)).sum::<usize>(), plan.items.len());
        prop_assert_eq!(plan.changes().count(), counts.will_change);
        let mut ids: Vec<_> = plan.changes().map(|(_, user)| user.id).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), counts.will_change);
        prop_assert!(!denied || ids.is_empty());
        prop_assert_eq!(plan.nothing_to_apply(counts).is_none(), counts.will_change > 0);
        for id in ids {
            let smaller = plan.clone().without(id);
            prop_assert_eq!(smaller.counts().will_change, counts.will_change - 1);
            prop_assert!(smaller.changes().all(|(_, user)| user.id != id));
        }
    }
}
