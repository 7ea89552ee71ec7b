//! The simulator of policies: what a draft would mean, on both sides of each boundary.

use std::collections::HashSet;

use chrono::Duration;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::policy_effect::PolicyEffect;
use pindesk::domain::user::{UserId, UserNames};
use pindesk::progress::Unwatched;
use pindesk::store::{PolicyReason, PolicySimulation, StoreError};

use crate::common::{TempStore, admin, names, now};
use crate::{policy, set_as};

fn draft(name: &str, policy: PinPolicy) -> NamedPolicy {
    let name = PolicyName::parse(name).unwrap();
    NamedPolicy { name, policy }
}

fn simulated(temp: &TempStore, draft: &NamedPolicy) -> PolicySimulation {
    temp.store
        .simulate_policy(draft, &HashSet::new(), now(), &Unwatched)
        .unwrap()
}

fn users(simulation: &PolicySimulation, effect: PolicyEffect) -> (usize, Vec<UserId>) {
    let found = &simulation.effects[&effect];
    (found.today, found.users.clone())
}

/// Users with PINs of 4 to 7 digits, and one without a PIN.
fn with_lengths() -> TempStore {
    let mut temp = TempStore::new();
    let all = ["four", "five", "six", "seven", "none"];
    temp.import_users(all.map(|logon| names(logon, logon)).to_vec())
        .unwrap();
    let least = PinPolicy {
        min_length: 4,
        ..PinPolicy::default()
    };
    policy(&mut temp, "global", least);
    for (logon, digits) in [
        ("four", "5028"),
        ("five", "50281"),
        ("six", "502817"),
        ("seven", "5028173"),
    ] {
        set_as(&mut temp, &admin(), logon, digits, now()).unwrap();
    }
    temp
}

#[test]
fn a_length_is_decided_where_the_store_can_know_it() {
    let temp = with_lengths();
    let [four, five, six, none] = ["four", "five", "six", "none"].map(|logon| temp.id(logon));
    for (least, short, maybe) in [
        (4, vec![], vec![]),
        (5, vec![four], vec![]),
        (6, vec![four], vec![five, six]),
        (7, vec![four, five, six], vec![]),
    ] {
        let policy = PinPolicy {
            min_length: least,
            ..PinPolicy::default()
        };
        let found = simulated(&temp, &draft("global", policy));
        assert_eq!(found.users.len(), 5, "it holds for all");
        assert_eq!(users(&found, PolicyEffect::TooShort), (0, short), "{least}");
        assert_eq!(
            users(&found, PolicyEffect::MaybeTooShort),
            (0, maybe),
            "{least}"
        );
        assert_eq!(users(&found, PolicyEffect::NoPin), (1, vec![none]));
    }
    assert_eq!(
        temp.store.policies().unwrap()[0].policy.policy.min_length,
        4,
        "nothing is saved"
    );
}

#[test]
fn ages_are_counted_from_the_last_change_to_the_second() {
    let mut temp = with_lengths();
    let lifetime = 90;
    for (logon, age) in [
        ("four", Duration::days(lifetime) + Duration::seconds(1)),
        ("five", Duration::days(lifetime)),
        ("six", Duration::days(lifetime - 14) - Duration::seconds(1)),
        ("seven", Duration::zero()),
    ] {
        temp.store
            .set_policy(&draft("global", PinPolicy::default()), &admin(), now())
            .unwrap();
        let plan = temp.plan_as(
            &admin(),
            pindesk::plan::Action::SetPin,
            crate::typed(&[&format!("litwareinc\\{logon}")]),
        );
        temp.store
            .apply_with(
                &plan,
                Some(&Pin::parse("5028174").unwrap()),
                &admin(),
                now(),
                &Unwatched,
            )
            .unwrap();
        let policy = PinPolicy {
            history_count: 1,
            lifetime_days: 90,
            ..PinPolicy::default()
        };
        let found = temp
            .store
            .simulate_policy(
                &draft("global", policy),
                &HashSet::new(),
                now() + age,
                &Unwatched,
            )
            .unwrap();
        let expected = match logon {
            "four" => PolicyEffect::PastLifetime,
            "five" => PolicyEffect::DueSoon,
            _ => PolicyEffect::DueLater,
        };
        let id = temp.id(logon);
        let all = [
            PolicyEffect::PastLifetime,
            PolicyEffect::DueSoon,
            PolicyEffect::DueLater,
        ];
        let has: Vec<PolicyEffect> = all
            .into_iter()
            .filter(|effect| users(&found, *effect).1.contains(&id))
            .collect();
        assert_eq!(has, [expected], "{logon}");
    }
}

#[test]
fn a_user_one_failure_before_the_new_limit_is_locked_at_the_next_one() {
    let mut temp = with_lengths();
    let id = temp.id("five");
    for failed in 0..3 {
        let wrong = Pin::parse("99999").unwrap();
        temp.store
            .authenticate(id, &wrong, &admin(), now())
            .unwrap();
        for (limit, locks) in [(failed + 2, true), (failed + 3, false)] {
            let policy = PinPolicy {
                min_length: 4,
                max_attempts: Some(limit),
                ..PinPolicy::default()
            };
            let found = simulated(&temp, &draft("global", policy));
            let (today, locked) = users(&found, PolicyEffect::LocksAtNextFailure);
            assert_eq!(
                (today, locked.contains(&id)),
                (0, locks),
                "{failed} {limit}"
            );
            assert_eq!(users(&found, PolicyEffect::OtherLimit).1.len(), 4);
        }
    }
}

#[test]
fn a_draft_holds_for_exactly_those_for_whom_it_would_hold_once_saved() {
    let mut temp = TempStore::new();
    let in_redmond = |logon| UserNames {
        site: Some("Redmond".to_owned()),
        ..names(logon, logon)
    };
    temp.import_users(vec![
        in_redmond("ann"),
        in_redmond("bob"),
        names("eve", "eve"),
    ])
    .unwrap();
    let [ann, bob, eve] = ["ann", "bob", "eve"].map(|logon| temp.id(logon));
    policy(&mut temp, "Executives", PinPolicy::default());
    let executives = PolicyName::parse("Executives").unwrap();
    temp.store
        .grant_policy(ann, Some(&executives), &admin(), now())
        .unwrap();
    let held = |temp: &TempStore, id| temp.store.held_policy(id).unwrap();
    let site = || Some("Redmond".to_owned());
    assert_eq!(held(&temp, ann).why, PolicyReason::Granted);
    assert_eq!(held(&temp, bob).why, PolicyReason::Global(site()));
    assert_eq!(held(&temp, eve).why, PolicyReason::Global(None));
    for (name, expected) in [
        ("global", vec![bob, eve]),
        ("site:redmond", vec![bob]),
        ("site:Oslo", vec![]),
        ("executives", vec![ann]),
        ("Interns", vec![]),
    ] {
        let policy = draft(name, PinPolicy::default());
        assert_eq!(simulated(&temp, &policy).users, expected, "{name}");
        temp.store.set_policy(&policy, &admin(), now()).unwrap();
        let holds: Vec<UserId> = [ann, bob, eve]
            .into_iter()
            .filter(|id| held(&temp, *id).named.name.key() == policy.name.key())
            .collect();
        assert_eq!(holds, expected, "{name} once it is saved");
        let counted = temp.store.policy_users().unwrap();
        assert_eq!(
            counted.get(&policy.name.key()).copied().unwrap_or_default(),
            expected.len(),
            "{name}"
        );
        if name.starts_with("site") {
            temp.store
                .remove_policy(&policy.name, &admin(), now())
                .unwrap();
        }
    }
    policy(&mut temp, "site:Redmond", PinPolicy::default());
    assert_eq!(
        held(&temp, bob).why,
        PolicyReason::Site("Redmond".to_owned())
    );
    let to = HashSet::from([eve]);
    let interns = draft("Interns", PinPolicy::default());
    let found = temp
        .store
        .simulate_policy(&interns, &to, now(), &Unwatched)
        .unwrap();
    assert_eq!(found.users, [eve], "as if it were granted");
}

#[test]
fn a_draft_that_is_no_policy_is_refused() {
    let temp = TempStore::new();
    let policy = PinPolicy {
        lifetime_days: 90,
        ..PinPolicy::default()
    };
    let refused =
        temp.store
            .simulate_policy(&draft("global", policy), &HashSet::new(), now(), &Unwatched);
    assert!(matches!(refused, Err(StoreError::WrongPolicy(_))));
}
