//! The preview of a change of settings says exactly what applying it makes, takes no lock and writes
//! nothing.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::harness::{USERS, store};
use common::{TempStore, admin, now};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::policy::PinPolicy;
use pindesk::plan::SettingsWish;
use pindesk::store::{HistoryEntry, StoreError};
use proptest::prelude::*;

const NAMES: [&str; 4] = ["Global", "Site:Redmond", "Lax", "Strict"];
const ROLES: [&str; 3] = ["CsHelpDesk", "Desk", "Auditors"];
const ACCOUNTS: [&str; 3] = ["bob", "carl", r"litwareinc\ann"];

/// A wish; users are indexes.
fn wish() -> impl Strategy<Value = (SettingsWish, usize)> {
    let policy = |name: usize| NAMES[name].to_owned();
    let settings =
        (4..9_u8, any::<bool>()).prop_map(|(min_length, allow_common_patterns)| PinPolicy {
            min_length,
            allow_common_patterns,
            ..PinPolicy::default()
        });
    let user = pindesk::domain::user::UserId(0);
    let role = (0..3_usize, 0..3_usize);
    let wish = prop_oneof![
        (0..4_usize, settings).prop_map(move |(name, settings)| SettingsWish::SetPolicy {
            policy: policy(name),
            settings
        }),
        (0..4_usize).prop_map(move |name| SettingsWish::RemovePolicy {
            policy: policy(name)
        }),
        (0..5_usize).prop_map(move |name| SettingsWish::GrantPolicy {
            user,
            policy: NAMES.get(name).map(|name| (*name).to_owned())
        }),
        role.clone()
            .prop_map(|(role, account)| SettingsWish::GiveRole {
                role: ROLES[role].to_owned(),
                account: ACCOUNTS[account].to_owned()
            }),
        role.prop_map(|(role, account)| SettingsWish::TakeRole {
            role: ROLES[role].to_owned(),
            account: ACCOUNTS[account].to_owned()
        }),
        (0..3_usize, any::<bool>()).prop_map(|(role, more)| SettingsWish::SetRole {
            role: ROLES[role].to_owned(),
            cmdlets: ["Lock-CsClientPin", "Unlock-CsClientPin"][..=usize::from(more)]
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            units: Vec::new()
        }),
        (0..3_usize).prop_map(|role| SettingsWish::RemoveRole {
            role: ROLES[role].to_owned()
        }),
        any::<bool>().prop_map(|others_locks| SettingsWish::SetApproval {
            rules: ApprovalRules {
                others_locks,
                ..ApprovalRules::default()
            }
        }),
        any::<bool>().prop_map(move |protects| SettingsWish::Protect { user, protects }),
    ];
    (wish, 0..USERS.len())
}

fn of_user(temp: &TempStore, (wish, index): (SettingsWish, usize)) -> SettingsWish {
    let user = temp.id(USERS[index].1);
    match wish {
        SettingsWish::GrantPolicy { policy, .. } => SettingsWish::GrantPolicy { user, policy },
        SettingsWish::Protect { protects, .. } => SettingsWish::Protect { user, protects },
        other => other,
    }
}

fn last_seq(temp: &TempStore) -> i64 {
    let sql = "SELECT max(seq) FROM history";
    temp.sql().number(sql)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_if_says_what_applying_makes(stories in proptest::collection::vec(proptest::collection::vec(wish(), 1..5), 1..6)) {
        let mut temp = store();
        for wishes in stories {
            let wishes: Vec<SettingsWish> =
                wishes.into_iter().map(|wish| of_user(&temp, wish)).collect();
            let before = last_seq(&temp);
            let plan = temp.store.plan_settings(wishes.clone(), &admin());
            prop_assert_eq!(last_seq(&temp), before, "nothing is written");
            let again = temp.store.plan_settings(wishes.clone(), &admin());
            prop_assert_eq!(&again, &plan, "a preview leaves nothing behind");
            match plan {
                Ok(plan) => match temp.store.apply_settings(&plan, &admin(), now()) {
                    Ok(None) => prop_assert!(plan.changes.is_empty()),
                    Ok(Some(batch)) => {
                        let entries = temp.store.batch_entries(batch, 100).unwrap();
                        let made: Vec<_> = entries.into_iter().filter_map(setting).collect();
                        prop_assert_eq!(made, plan.changes);
                    }
                    Err(error) => prop_assert!(
                        matches!(error, StoreError::NeedsApproval { .. }),
                        "{:?}", error
                    ),
                },
                Err(previewed) => {
                    let refused = temp.store.change_settings(wishes, &admin(), now());
                    prop_assert_eq!(refused, Err(previewed));
                }
            }
        }
        prop_assert!(temp.store.verify_history(&pindesk::progress::Unwatched).unwrap().is_sound());
    }
}

fn setting(entry: HistoryEntry) -> Option<pindesk::plan::SettingChange> {
    entry.setting.map(|setting| *setting)
}

#[test]
fn a_preview_waits_for_nobody_who_writes() {
    let temp = store();
    let other = temp.sql();
    other.begin_write();
    let wishes = vec![SettingsWish::Protect {
        user: temp.id("kenmyer"),
        protects: true,
    }];
    let plan = temp.store.plan_settings(wishes, &admin()).unwrap();
    assert_eq!(plan.changes.len(), 1);
}

#[test]
fn a_store_that_can_only_be_read_shows_what_would_change() {
    let temp = store();
    let reading = temp.store.for_reading().unwrap();
    let wishes = vec![SettingsWish::GiveRole {
        role: "CsHelpDesk".to_owned(),
        account: "carl".to_owned(),
    }];
    let plan = reading.plan_settings(wishes, &admin()).unwrap();
    assert_eq!(plan.changes.len(), 1);
    assert!(!temp.user("kenmyer").is_protected);
}

#[test]
fn a_submitted_plan_about_settings_says_in_the_list_how_many_have_changed() {
    let mut temp = store();
    let policy = |min_length| SettingsWish::SetPolicy {
        policy: "Global".to_owned(),
        settings: PinPolicy {
            min_length,
            ..PinPolicy::default()
        },
    };
    let plan = temp.store.plan_settings(vec![policy(8)], &admin()).unwrap();
    temp.store.submit(&plan, &admin(), now()).unwrap();
    assert_eq!(temp.store.plans().unwrap()[0].drifted, 0);
    temp.store
        .change_settings(vec![policy(6)], &admin(), now())
        .unwrap();
    let listed = &temp.store.plans().unwrap()[0];
    assert_eq!((listed.drifted, listed.status.word()), (1, "outdated"));
}

#[test]
fn a_plan_about_settings_that_was_made_elsewhere_is_neither_submitted_nor_applied() {
    let (mut temp, elsewhere) = (store(), store());
    let wishes = vec![SettingsWish::Protect {
        user: temp.id("kenmyer"),
        protects: true,
    }];
    // Both stores have the same users with the same IDs and settings.
    let plan = elsewhere.store.plan_settings(wishes, &admin()).unwrap();
    let refused = Err(StoreError::PlanOfOtherStore);
    assert_eq!(temp.store.apply_settings(&plan, &admin(), now()), refused);
    let refused = Err(StoreError::PlanOfOtherStore);
    assert_eq!(temp.store.submit(&plan, &admin(), now()), refused);
    assert!(!temp.user("kenmyer").is_protected);
}

#[test]
fn a_plan_whose_settings_are_not_as_it_says_is_not_submitted() {
    let mut temp = store();
    let wishes = vec![SettingsWish::SetApproval {
        rules: ApprovalRules {
            others_locks: true,
            ..ApprovalRules::default()
        },
    }];
    let mut plan = temp.store.plan_settings(wishes, &admin()).unwrap();
    plan.changes[0].before = Some(serde_json::json!({"value": "2"}));
    let refused = temp.store.submit(&plan, &admin(), now());
    assert!(
        matches!(refused, Err(StoreError::SettingsDrifted { .. })),
        "{refused:?}"
    );
}
