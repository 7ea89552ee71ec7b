//! Policies in the store: the nearest one wins, and each change of one is recorded.

use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyFault, PolicyName};
use pindesk::domain::user::UserNames;
use pindesk::store::StoreError;

use crate::common::{TempStore, admin, names, now, operator};
use crate::{policy, with_role};

fn digits(min_length: u8) -> PinPolicy {
    PinPolicy {
        min_length,
        ..PinPolicy::default()
    }
}

#[test]
fn the_nearest_policy_wins() {
    let mut temp = TempStore::new();
    let site = Some("Redmond".to_owned());
    temp.import_users(vec![
        UserNames {
            site,
            ..names("Ken Myer", "kenmyer")
        },
        names("Anna Smith", "asmith"),
    ])
    .unwrap();
    let (ken, anna) = (temp.id("kenmyer"), temp.id("asmith"));
    let of = |temp: &TempStore, id| temp.store.policy_of(id).unwrap().policy.min_length;
    assert_eq!(
        (of(&temp, ken), of(&temp, anna)),
        (5, 5),
        "one is always there"
    );
    policy(&mut temp, "global", digits(6));
    policy(&mut temp, "site:REDMOND", digits(7));
    assert_eq!((of(&temp, ken), of(&temp, anna)), (7, 6));
    policy(&mut temp, "Executives", digits(8));
    let executives = PolicyName::parse("executives").unwrap();
    assert!(
        temp.store
            .grant_policy(ken, Some(&executives), &admin(), now())
            .unwrap()
    );
    assert!(
        !temp
            .store
            .grant_policy(ken, Some(&executives), &admin(), now())
            .unwrap(),
        "they had it already"
    );
    assert_eq!((of(&temp, ken), of(&temp, anna)), (8, 6));
    let in_use = StoreError::PolicyInUse {
        name: "Executives".to_owned(),
        granted: 1,
    };
    let named = PolicyName::parse("Executives").unwrap();
    assert_eq!(
        temp.store.remove_policy(&named, &admin(), now()),
        Err(in_use)
    );
    assert!(temp.store.grant_policy(ken, None, &admin(), now()).unwrap());
    assert!(
        temp.store
            .remove_policy(&executives, &admin(), now())
            .unwrap()
    );
    assert!(
        !temp
            .store
            .remove_policy(&executives, &admin(), now())
            .unwrap()
    );
    assert_eq!(of(&temp, ken), 7);
    let rows = temp.store.policies().unwrap();
    let shown: Vec<String> = rows.iter().map(|row| row.policy.name.to_string()).collect();
    assert_eq!(shown, ["Global", "site:REDMOND"]);
}

#[test]
fn what_cannot_be() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let ken = temp.id("kenmyer");
    assert!(matches!(
        temp.store
            .remove_policy(&PolicyName::Global, &admin(), now()),
        Err(StoreError::PolicyInUse { .. })
    ));
    for name in ["global", "site:Redmond", "Nobody has made it"] {
        let name = PolicyName::parse(name).unwrap();
        let done = temp.store.grant_policy(ken, Some(&name), &admin(), now());
        assert!(
            matches!(done, Err(StoreError::NoSuchPolicy { .. })),
            "{done:?}"
        );
    }
    let wrong = NamedPolicy {
        name: PolicyName::Global,
        policy: digits(3),
    };
    let done = temp.store.set_policy(&wrong, &admin(), now());
    assert!(
        matches!(
            done,
            Err(StoreError::WrongPolicy(PolicyFault::OutOfRange { .. }))
        ),
        "{done:?}"
    );
}

#[test]
fn only_operators_with_the_permission_change_policies_and_each_attempt_is_recorded() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let ken = temp.id("kenmyer");
    let desk = with_role(&mut temp, "dora", "CsHelpDesk");
    let wanted = NamedPolicy {
        name: PolicyName::parse("Executives").unwrap(),
        policy: digits(8),
    };
    for refused in [&desk, &operator("eve")] {
        let done = temp.store.set_policy(&wanted, refused, now());
        assert!(
            matches!(done, Err(StoreError::NotPermitted { .. })),
            "{done:?}"
        );
    }
    let server = with_role(&mut temp, "sven", "CsServerAdministrator");
    assert!(temp.store.set_policy(&wanted, &server, now()).unwrap());
    assert!(
        !temp.store.set_policy(&wanted, &server, now()).unwrap(),
        "what is no change is not recorded"
    );
    let done = temp
        .store
        .grant_policy(ken, Some(&wanted.name), &desk, now());
    assert!(
        matches!(done, Err(StoreError::NotPermitted { .. })),
        "{done:?}"
    );
    temp.store
        .grant_policy(ken, Some(&wanted.name), &server, now())
        .unwrap();
    let reasons: Vec<(String, u64)> = temp
        .batches("executives")
        .iter()
        .map(|batch| (batch.reason.clone(), batch.denied))
        .collect();
    let says = "Executives: at least 8 digits, no history, never expires, no common patterns, attempts by the length of the PIN";
    let granted = "Executives for Ken Myer (sip:kenmyer@litwareinc.com)";
    let expected = [(granted, 0), (granted, 1), (says, 0), (says, 1), (says, 1)];
    assert_eq!(
        reasons,
        expected.map(|(reason, denied)| (reason.to_owned(), denied))
    );
}
