//! Changes of settings as plans: previewed, submitted, approved, applied, and the ones that need a
//! second person.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::harness::{agreed, bob, carol, store};
use common::{TempStore, admin, now};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::policy::PinPolicy;
use pindesk::domain::role::ADMINISTRATOR;
use pindesk::plan::{PlanId, SettingsPlan, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Grant, Reviewed, StoreError, SubmittedPlan};

fn policy(name: &str, settings: PinPolicy) -> SettingsWish {
    SettingsWish::SetPolicy {
        policy: name.to_owned(),
        settings,
    }
}

fn shortest(digits: u8) -> PinPolicy {
    PinPolicy {
        min_length: digits,
        ..PinPolicy::default()
    }
}

fn rules(above: Option<u64>, hours: u32, others_locks: bool) -> SettingsWish {
    SettingsWish::SetApproval {
        rules: ApprovalRules {
            above,
            hours,
            others_locks,
        },
    }
}

fn protect(temp: &TempStore, logon: &str, protects: bool) -> SettingsWish {
    SettingsWish::Protect {
        user: temp.id(logon),
        protects,
    }
}

fn grant(temp: &TempStore, logon: &str, policy: Option<&str>) -> SettingsWish {
    SettingsWish::GrantPolicy {
        user: temp.id(logon),
        policy: policy.map(str::to_owned),
    }
}

fn change(temp: &mut TempStore, wish: SettingsWish) -> Result<bool, StoreError> {
    temp.store.change_settings(vec![wish], &admin(), now())
}

/// The reason why a change needs approval.
fn why(changed: Result<bool, StoreError>) -> String {
    match changed {
        Err(StoreError::NeedsApproval { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

fn lines(plan: &SettingsPlan) -> Vec<String> {
    let lines = plan.changes.iter();
    lines
        .map(|change| change.change_line().to_string())
        .collect()
}

fn opened(temp: &TempStore, id: PlanId) -> (SettingsPlan, SubmittedPlan) {
    let opened = temp.store.submitted(id, &admin(), now()).unwrap();
    match &opened.reviewed {
        Reviewed::Settings(reviewed) => (reviewed.plan.clone(), opened),
        other => panic!("{other:?}"),
    }
}

fn verify(temp: &TempStore) {
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.differences, Vec::new());
}

#[test]
fn a_preview_names_each_setting_and_writes_nothing() {
    let temp = store();
    let version = temp.store.data_version().unwrap();
    let wishes = vec![
        policy(
            "Global",
            PinPolicy {
                history_count: 3,
                ..shortest(6)
            },
        ),
        grant(&temp, "kenmyer", None),
        protect(&temp, "kenmyer", true),
        rules(Some(5), 8, true),
        Grant::Give.wish("CsHelpDesk", "eve"),
    ];
    let plan = temp.store.plan_settings(wishes, &admin()).unwrap();
    assert_eq!(
        lines(&plan),
        [
            "Role given: CsHelpDesk for eve: not given → given",
            "Approval for plans above: off → 5 users",
            "Hours over which changes are added up: 24 → 8",
            "Approval for undoing locks of others: off → on",
            "PIN policy Global: at least 5 digits, no history → at least 6 digits, the last 3 PINs can't come back",
            "Protection of sip:kenmyer@litwareinc.com: not protected → protected",
        ]
    );
    assert_eq!(temp.again().data_version().unwrap(), version);
    assert_eq!(
        temp.store.approval_rules().unwrap(),
        ApprovalRules::default()
    );
    assert!(!temp.user("kenmyer").is_protected);
    assert_eq!(
        temp.store.plan_settings(plan.wishes, &bob()),
        Err(StoreError::NotPermitted {
            operator: bob().account,
            cmdlet: "Set-CsPinPolicy".to_owned()
        })
    );
}

#[test]
fn where_no_rule_asks_for_approval_only_protected_users_need_a_second_person() {
    let mut temp = store();
    for wish in [policy("Global", shortest(4)), policy("Lax", shortest(4))] {
        assert_eq!(change(&mut temp, wish), Ok(true));
    }
    let wish = grant(&temp, "asmith", Some("Lax"));
    assert_eq!(change(&mut temp, wish), Ok(true));
    for wish in [
        protect(&temp, "kenmyer", true),
        policy("Global", shortest(6)),
    ] {
        assert_eq!(change(&mut temp, wish), Ok(true), "stronger");
    }
    let wish = protect(&temp, "kenmyer", false);
    assert_eq!(
        why(change(&mut temp, wish)),
        "it ends the protection of 1 user"
    );
    let wish = grant(&temp, "kenmyer", Some("Lax"));
    assert_eq!(
        why(change(&mut temp, wish)),
        "it changes the PIN policy of 1 protected user"
    );
    let wish = policy("Global", shortest(5));
    assert_eq!(
        why(change(&mut temp, wish)),
        "it changes the PIN policy of 1 protected user",
        "the policy of everybody is that of the protected user"
    );
    assert_eq!(change(&mut temp, policy("Lax", shortest(5))), Ok(true));
    verify(&temp);
}

#[test]
fn a_weaker_policy_in_any_setting_needs_approval_where_a_rule_asks_for_it() {
    let strict = PinPolicy {
        min_length: 6,
        history_count: 5,
        lifetime_days: 90,
        allow_common_patterns: false,
        max_attempts: Some(5),
        also_refused: [PinRule::FewDigits].into(),
        inactivity_days: 60,
    };
    let mut temp = store();
    change(&mut temp, policy("Global", strict.clone())).unwrap();
    change(&mut temp, policy("site:Redmond", strict.clone())).unwrap();
    change(&mut temp, policy("Lax", shortest(4))).unwrap();
    change(&mut temp, rules(None, 24, true)).unwrap();
    let weaker = [
        PinPolicy {
            min_length: 5,
            ..strict.clone()
        },
        PinPolicy {
            history_count: 4,
            ..strict.clone()
        },
        PinPolicy {
            lifetime_days: 91,
            ..strict.clone()
        },
        PinPolicy {
            lifetime_days: 0,
            ..strict.clone()
        },
        PinPolicy {
            allow_common_patterns: true,
            ..strict.clone()
        },
        PinPolicy {
            also_refused: [PinRule::OwnName].into(),
            ..strict.clone()
        },
        PinPolicy {
            inactivity_days: 61,
            ..strict.clone()
        },
        PinPolicy {
            inactivity_days: 0,
            ..strict.clone()
        },
        PinPolicy {
            max_attempts: Some(6),
            ..strict.clone()
        },
        PinPolicy {
            max_attempts: None,
            ..strict.clone()
        },
    ];
    for settings in weaker {
        for name in ["Global", "site:Redmond", "site:New"] {
            let changed = change(&mut temp, policy(name, settings.clone()));
            assert_eq!(why(changed), "it makes 1 PIN policy weaker", "{settings:?}");
        }
    }
    let wish = grant(&temp, "kenmyer", Some("Lax"));
    assert_eq!(
        why(change(&mut temp, wish)),
        "it gives 1 user a weaker PIN policy"
    );
    let stronger = PinPolicy {
        min_length: 7,
        history_count: 6,
        lifetime_days: 30,
        max_attempts: Some(4),
        ..strict
    };
    for name in ["Global", "Executives"] {
        assert_eq!(change(&mut temp, policy(name, stronger.clone())), Ok(true));
    }
    let wish = grant(&temp, "kenmyer", Some("Executives"));
    assert_eq!(change(&mut temp, wish), Ok(true));
    verify(&temp);
}

#[test]
fn weaker_rules_need_approval_and_stronger_ones_do_not() {
    let mut temp = store();
    change(&mut temp, rules(Some(5), 24, true)).unwrap();
    for weaker in [
        rules(Some(6), 24, true),
        rules(None, 24, true),
        rules(Some(5), 23, true),
        rules(Some(5), 24, false),
        rules(Some(1), 48, false),
    ] {
        assert_eq!(
            why(change(&mut temp, weaker)),
            "it makes the rules of approval weaker"
        );
    }
    for stronger in [rules(Some(4), 24, true), rules(Some(4), 48, true)] {
        assert_eq!(change(&mut temp, stronger), Ok(true));
    }
    let refused = temp
        .batches("")
        .iter()
        .map(|batch| batch.denied)
        .sum::<u64>();
    assert_eq!(refused, 5, "each attempt is kept");
}

#[test]
fn a_refusal_says_who_could_approve_or_that_nobody_can() {
    let mut temp = store();
    change(&mut temp, rules(Some(5), 24, false)).unwrap();
    let who = |temp: &mut TempStore| match change(temp, rules(None, 24, false)) {
        Err(StoreError::NeedsApproval { who, .. }) => who,
        other => panic!("{other:?}"),
    };
    assert!(
        who(&mut temp).starts_with("Nobody else can approve it yet: first give another account")
    );
    // That way is open without approval, so the store is not locked for ever.
    let given = Grant::Give.wish(ADMINISTRATOR, &carol().account);
    assert_eq!(change(&mut temp, given), Ok(true));
    assert_eq!(who(&mut temp), "It can be approved by litwareinc\\carol. ");
    agreed(&mut temp, vec![rules(None, 24, false)]);
    assert_eq!(temp.store.approval_rules().unwrap().above, None);
    verify(&temp);
}

#[test]
fn a_change_of_settings_is_submitted_approved_and_applied_like_any_plan() {
    let mut temp = store();
    let wish = protect(&temp, "kenmyer", true);
    change(&mut temp, wish).unwrap();
    change(&mut temp, Grant::Give.wish(ADMINISTRATOR, &carol().account)).unwrap();
    let wishes = vec![protect(&temp, "kenmyer", false)];
    let plan = SettingsPlan {
        reason: "left the board".to_owned(),
        ticket: "INC-9".to_owned(),
        ..temp.store.plan_settings(wishes, &admin()).unwrap()
    };
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    let (mine, seen) = opened(&temp, id);
    assert!(seen.may_not.apply.unwrap().contains("litwareinc\\carol"));
    let own = temp
        .store
        .decide(id, Decision::Approve, "", &admin(), now());
    assert!(matches!(own, Err(StoreError::OwnPlan { .. })), "{own:?}");
    let helper = temp.store.decide(id, Decision::Approve, "", &bob(), now());
    assert!(matches!(helper, Err(StoreError::NotPermitted { .. })));
    assert!(temp.store.apply_settings(&mine, &admin(), now()).is_err());
    temp.store
        .decide(id, Decision::Approve, "", &carol(), now())
        .unwrap();
    let forged = SettingsPlan {
        wishes: vec![protect(&temp, "kenmyer", false), rules(Some(9), 24, true)],
        ..mine.clone()
    };
    assert!(temp.store.apply_settings(&forged, &admin(), now()).is_err());
    assert!(temp.user("kenmyer").is_protected);
    temp.store.apply_settings(&mine, &admin(), now()).unwrap();
    assert!(!temp.user("kenmyer").is_protected);
    let batch = &temp.batches("")[0];
    assert_eq!(
        (batch.reason.as_str(), batch.ticket.as_str()),
        ("left the board", "INC-9")
    );
    let steps = temp.store.plan_events(id).unwrap();
    let steps: Vec<&str> = steps.iter().map(|step| step.action.word()).collect();
    assert_eq!(steps, ["submit-plan", "approve-plan", "unprotect-user"]);
    assert!(matches!(
        temp.store.apply_settings(&mine, &admin(), now()),
        Err(StoreError::SettingsDrifted { .. } | StoreError::PlanClosed { .. })
    ));
    verify(&temp);
}

#[test]
fn a_plan_whose_settings_changed_since_is_refused_and_says_what_changed() {
    let mut temp = store();
    let wishes = vec![policy("Global", shortest(8))];
    let plan = temp.store.plan_settings(wishes, &admin()).unwrap();
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    change(&mut temp, policy("Global", shortest(6))).unwrap();
    let (now_shown, seen) = opened(&temp, id);
    let Reviewed::Settings(reviewed) = &seen.reviewed else {
        panic!("{:?}", seen.reviewed)
    };
    assert_eq!(
        reviewed.drifted[0].to_string(),
        "PIN policy Global: at least 5 digits → at least 6 digits"
    );
    assert!(seen.may_not.apply.unwrap().contains("have changed since"));
    let refused = temp.store.apply_settings(&now_shown, &admin(), now());
    assert!(
        matches!(&refused, Err(StoreError::SettingsDrifted { what }) if what.contains("at least 6 digits")),
        "{refused:?}"
    );
    temp.store
        .decide(id, Decision::Withdraw, "", &admin(), now())
        .unwrap();
    assert_eq!(temp.store.policies().unwrap()[0].policy.policy, shortest(6));
}

#[test]
fn an_entry_about_a_setting_says_what_it_was_and_became() {
    let mut temp = store();
    change(&mut temp, policy("Global", shortest(6))).unwrap();
    let batch = temp.batches("")[0].id;
    let entries = temp.store.batch_entries(batch, 10).unwrap();
    assert_eq!(
        entries[0].before_and_after(),
        (
            Some("at least 5 digits".to_owned()),
            Some("at least 6 digits".to_owned())
        )
    );
    assert_eq!(
        entries[0].headline(),
        "PIN policy set or removed: at least 5 digits → at least 6 digits"
    );
}

#[test]
fn a_batch_of_settings_is_undone_but_for_what_changed_since_and_by_the_same_rules() {
    let mut temp = store();
    let wishes = vec![
        policy("Lax", shortest(4)),
        grant(&temp, "asmith", Some("Lax")),
        protect(&temp, "kenmyer", true),
        protect(&temp, "jmuller", true),
        rules(Some(5), 8, true),
    ];
    temp.store.change_settings(wishes, &admin(), now()).unwrap();
    let batch = temp.batches("")[0].id;
    let wish = protect(&temp, "jmuller", false);
    agreed(&mut temp, vec![wish]);
    let plan = temp
        .store
        .plan_undo_settings(batch, &admin())
        .unwrap()
        .unwrap();
    assert_eq!(
        plan.left_out,
        [
            "Changed since, and left as it is: Protection of sip:jmuller@litwareinc.com: protected → not protected"
        ]
    );
    let refused = temp.store.apply_settings(&plan, &admin(), now());
    assert_eq!(
        why(refused.map(|_| true)),
        "it makes the rules of approval weaker, and it ends the protection of 1 user"
    );
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &carol(), now())
        .unwrap();
    let (plan, _) = opened(&temp, id);
    temp.store.apply_settings(&plan, &admin(), now()).unwrap();
    assert_eq!(
        temp.store.approval_rules().unwrap(),
        ApprovalRules::default()
    );
    assert!(!temp.user("kenmyer").is_protected);
    assert_eq!(
        temp.store.policies().unwrap().len(),
        1,
        "only the global one"
    );
    assert_eq!(temp.batches("")[0].undoes, Some(batch));
    verify(&temp);
}
