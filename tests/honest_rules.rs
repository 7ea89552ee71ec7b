//! Ways around the rules that an administrator could take with the program itself.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use chrono::Duration;
use common::harness::{USERS, agreed, bob, eve, store};
use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::role::{ADMINISTRATOR, Operator, Permission, Role, cmdlet};
use pindesk::domain::user::UserNames;
use pindesk::plan::import::{ImportPlan, ImportVerdict, PinFacts};
use pindesk::plan::{Action, ApprovalNeed, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Decision, Grant, Imported, Reviewed, StoreError};

const FINANCE: &str = "OU=Finance,DC=litwareinc,DC=com";
const SALES: &str = "OU=Sales,DC=litwareinc,DC=com";

fn role(name: &str, cmdlets: &[&str], units: &[&str]) -> Role {
    Role::read(name, cmdlets, units).unwrap()
}

/// Ann gives Eve a role of her own.
fn give(temp: &mut TempStore, role: &Role) {
    temp.store.set_role(role, &admin(), now()).unwrap();
    temp.store
        .grant(Grant::Give, &role.name, &eve().account, &admin(), now())
        .unwrap();
}

fn limit(temp: &mut TempStore, above: u64, hours: u32) {
    let rules = ApprovalRules {
        above: Some(above),
        hours,
        ..ApprovalRules::default()
    };
    temp.store
        .set_approval_rules(rules, &admin(), now())
        .unwrap();
}

fn lock(
    temp: &mut TempStore,
    who: &Operator,
    name: &str,
    hours: i64,
) -> Result<Applied, StoreError> {
    let at = now() + Duration::hours(hours);
    let plan = temp.plan_as(who, Action::Lock, typed(&[name]));
    temp.store.apply(&plan, who, at, &Unwatched)
}

/// The number of refused attempts in the history.
fn denied(temp: &TempStore) -> u64 {
    temp.batches("").iter().map(|batch| batch.denied).sum()
}

#[test]
fn giving_roles_alone_makes_nobody_an_administrator() {
    let mut temp = store();
    give(&mut temp, &role("Clerks", &[cmdlet::ROLES], &[]));
    let refused = temp
        .store
        .grant(Grant::Give, ADMINISTRATOR, &eve().account, &eve(), now());
    assert_eq!(
        refused,
        Err(StoreError::MoreThanHeld {
            operator: eve().account,
            role: ADMINISTRATOR.to_owned(),
            cmdlet: cmdlet::LOCK.to_owned(),
        })
    );
    assert_eq!(denied(&temp), 1, "the attempt is kept");
    let clerks = temp
        .store
        .grant(Grant::Give, "Clerks", &bob().account, &eve(), now());
    assert_eq!(clerks, Ok(true), "what she holds herself, she may give");
}

#[test]
fn nobody_defines_a_role_that_permits_more_than_their_own() {
    let mut temp = store();
    give(
        &mut temp,
        &role("Finance desk", &[cmdlet::UNLOCK], &[FINANCE]),
    );
    give(&mut temp, &role("Clerks", &[cmdlet::ROLES], &[]));
    for wider in [
        role("Clerks", &[cmdlet::ROLES, cmdlet::IMPORT], &[]),
        role("Finance desk", &[cmdlet::UNLOCK], &[]),
        role("Finance desk", &[cmdlet::UNLOCK], &[FINANCE, SALES]),
        role("Desk", &[cmdlet::LOCK], &[FINANCE]),
    ] {
        let refused = temp.store.set_role(&wider, &eve(), now()).unwrap_err();
        assert!(refused.is_refusal(), "{}: {refused}", wider.words());
    }
    assert_eq!(denied(&temp), 4);
    assert_eq!(
        temp.store.permission(&eve(), cmdlet::IMPORT),
        Ok(Permission::Nowhere)
    );
    let narrower = role(
        "Payroll",
        &[cmdlet::UNLOCK],
        &["OU=Payroll,OU=Finance,DC=litwareinc,DC=com"],
    );
    assert_eq!(temp.store.set_role(&narrower, &eve(), now()), Ok(true));
}

#[test]
fn an_administrator_who_has_never_acted_does_not_replace_the_last_one() {
    let mut temp = store();
    let carol = operator(r"litwareinc\carol");
    temp.store
        .grant(Grant::Give, ADMINISTRATOR, &carol.account, &admin(), now())
        .unwrap();
    let take = |temp: &mut TempStore, who: &Operator| {
        temp.store
            .grant(Grant::Take, ADMINISTRATOR, &who.account, &admin(), now())
    };
    assert_eq!(
        take(&mut temp, &admin()),
        Err(StoreError::LastAdministrator),
        "perhaps nobody can log on as Carol"
    );
    lock(&mut temp, &carol, "Ken Myer", 0).unwrap();
    assert_eq!(take(&mut temp, &admin()), Ok(true));
}

#[test]
fn an_account_with_a_character_that_shows_nothing_gets_no_role() {
    let mut temp = store();
    let refused = temp.store.grant(
        Grant::Give,
        ADMINISTRATOR,
        "litwareinc\\ann\u{200B}",
        &admin(),
        now(),
    );
    let error = refused.unwrap_err();
    assert!(
        matches!(&error, StoreError::HiddenCharacter { account } if account == "litwareinc\\ann·"),
        "{error}"
    );
}

#[test]
fn plans_below_the_limit_add_up() {
    let mut temp = store();
    limit(&mut temp, 2, 24);
    lock(&mut temp, &bob(), "Ken Myer", 0).unwrap();
    lock(&mut temp, &bob(), "Anna Smith", 1).unwrap();
    assert_eq!(
        lock(&mut temp, &bob(), "Pilar Ackerman", 2),
        Err(StoreError::NeedsApproval {
            why: "with 2 in the last 24 hours it changes 3 users, more than 2".to_owned(),
            who: String::new(),
        })
    );
    let again = temp.plan_as(&bob(), Action::Unlock, typed(&["Ken Myer"]));
    temp.store
        .apply(&again, &bob(), now() + Duration::hours(2), &Unwatched)
        .expect("a user who is changed again counts once");
    lock(&mut temp, &admin(), "Pilar Ackerman", 2).expect("others have a count of their own");
    lock(&mut temp, &bob(), "Jörg Müller", 26).expect("a day later the count begins again");
}

#[test]
fn an_account_that_is_written_in_another_way_has_the_same_count() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    lock(&mut temp, &bob(), "Ken Myer", 0).unwrap();
    let shouting = operator(r"LITWAREINC\BOB");
    assert!(matches!(
        lock(&mut temp, &shouting, "Anna Smith", 0),
        Err(StoreError::NeedsApproval { .. })
    ));
}

#[test]
fn approved_changes_do_not_count_and_neither_does_anything_with_0_hours() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &bob(), now())
        .unwrap();
    let plan = temp
        .store
        .submitted(id, &admin(), now())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan;
    temp.apply(&plan).unwrap();
    lock(&mut temp, &admin(), "Pilar Ackerman", 1).expect("the two were approved");
    assert!(lock(&mut temp, &admin(), "Jörg Müller", 1).is_err());
    let rules = ApprovalRules {
        above: Some(1),
        hours: 0,
        ..ApprovalRules::default()
    };
    agreed(&mut temp, vec![SettingsWish::SetApproval { rules }]);
    lock(&mut temp, &admin(), "Jörg Müller", 1).unwrap();
}

#[test]
fn the_store_says_in_advance_what_it_will_ask_for() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    lock(&mut temp, &admin(), USERS[0].0, 0).unwrap();
    let plan = temp.plan(Action::Lock, typed(&[USERS[1].0]));
    let needs = temp.store.approval_needs(&plan, &admin(), now()).unwrap();
    assert_eq!(needs.len(), 1);
    assert_eq!(
        temp.store.approval_needs(&plan, &bob(), now()),
        Ok(Vec::new())
    );
}

/// The PIN states of these users as a file has them: all locked, or all unlocked.
fn pins_file(temp: &TempStore, logons: &[&str], is_locked_out: bool) -> ImportPlan {
    let facts = |logon: &&'static str| {
        let facts = PinFacts {
            is_locked_out,
            ..pin_set()
        };
        (*logon, facts)
    };
    let all = ["kenmyer", "packerman", "asmith", "jmuller"];
    let facts: Vec<_> = all
        .iter()
        .filter(|logon| logons.contains(logon))
        .map(facts)
        .collect();
    temp.plan_pins(&facts)
}

fn import(temp: &mut TempStore, plan: &ImportPlan, who: &Operator) -> Result<Imported, StoreError> {
    temp.store.import(plan, who, now(), &Unwatched)
}

fn importer(temp: &mut TempStore) -> Operator {
    let carol = operator(r"litwareinc\carol");
    temp.store
        .grant(
            Grant::Give,
            "CsUserAdministrator",
            &carol.account,
            &admin(),
            now(),
        )
        .unwrap();
    carol
}

/// The users as the directory has them, with GUIDs so that they can be renamed.
fn directory() -> TempStore {
    let mut temp = TempStore::new();
    temp.import_users(vec![
        person("Ken Myer", "kenmyer", 1, FINANCE),
        person("Anna Smith", "asmith", 2, SALES),
    ])
    .unwrap();
    for logon in ["kenmyer", "asmith"] {
        temp.import_pin(logon, &pin_set());
    }
    temp
}

fn person(display: &str, logon: &str, guid: u8, unit: &str) -> UserNames {
    UserNames {
        dn: Some(format!("CN={display},{unit}")),
        guid: Some(format!("00000000-0000-0000-0000-0000000000{guid:02}")),
        ..names(display, logon)
    }
}

fn why(refused: Result<Imported, StoreError>) -> String {
    match refused {
        Err(StoreError::NeedsApproval { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_locks_or_unlocks_counts_as_locking_and_unlocking() {
    let mut temp = store();
    limit(&mut temp, 2, 24);
    let plan = pins_file(&temp, &["kenmyer", "asmith", "jmuller"], true);
    assert_eq!(
        why(import(&mut temp, &plan, &admin())),
        "it changes 3 users, more than 2"
    );
    assert!(!temp.is_locked("kenmyer"));
    assert_eq!(temp.batches("")[0].denied, 1, "the attempt is kept");
    for (logon, hours) in [("kenmyer", 0), ("asmith", 1)] {
        let plan = pins_file(&temp, &[logon], true);
        let at = now() + Duration::hours(hours);
        temp.store.import(&plan, &admin(), at, &Unwatched).unwrap();
    }
    let third = lock(&mut temp, &admin(), "Pilar Ackerman", 2);
    assert!(third.is_err(), "files and plans have one count");
}

#[test]
fn a_file_that_takes_pins_away_counts_too_and_one_that_brings_dates_does_not() {
    let mut temp = store();
    limit(&mut temp, 0, 24);
    let dates = PinFacts {
        last_change: Some(now()),
        ..pin_set()
    };
    let plan = temp.plan_pins(&[("kenmyer", dates)]);
    import(&mut temp, &plan, &admin()).unwrap();
    let none = PinFacts {
        is_set: false,
        ..pin_set()
    };
    let plan = temp.plan_pins(&[("kenmyer", none)]);
    why(import(&mut temp, &plan, &admin()));
}

#[test]
fn nothing_of_a_protected_user_is_imported_without_approval() {
    let mut temp = directory();
    temp.store
        .protect(temp.id("kenmyer"), true, &admin(), now())
        .unwrap();
    let dates = PinFacts {
        last_change: Some(now()),
        ..pin_set()
    };
    let expiry = PinFacts {
        expires: Some(now()),
        ..pin_set()
    };
    let locked = PinFacts {
        is_locked_out: true,
        ..pin_set()
    };
    for facts in [dates, expiry, locked] {
        let plan = temp.plan_pins(&[("kenmyer", facts)]);
        assert_eq!(
            why(import(&mut temp, &plan, &admin())),
            "it changes 1 protected user"
        );
    }
    for names in [
        person("Ken Myer jr.", "kenmyer", 1, FINANCE),
        person("Ken Myer", "kenmyer", 1, SALES),
    ] {
        let plan = temp.plan_users(vec![names]);
        assert_eq!(
            why(import(&mut temp, &plan, &admin())),
            "it changes 1 protected user"
        );
    }
    let before = temp.user("kenmyer");
    let ids = temp.store.protected_ids().unwrap();
    let plan = temp
        .plan_users(vec![
            person("Ken Myer jr.", "kenmyer", 1, FINANCE),
            person("Anna Brown", "asmith", 2, SALES),
        ])
        .without(&ids, "left out");
    import(&mut temp, &plan, &admin()).unwrap();
    assert_eq!(temp.user("kenmyer"), before);
    assert_eq!(temp.user("asmith").names.display_name, "Anna Brown");
}

#[test]
fn nobody_else_gets_the_name_of_a_protected_user_without_approval() {
    let mut temp = directory();
    temp.store
        .protect(temp.id("kenmyer"), true, &admin(), now())
        .unwrap();
    for names in [
        person("KEN MYER", "kmyer2", 3, SALES),
        person("Ken Myer", "asmith", 2, SALES),
    ] {
        let plan = temp.plan_users(vec![names]);
        assert_eq!(
            why(import(&mut temp, &plan, &admin())),
            "it gives the name of a protected user to 1 other user"
        );
    }
}

#[test]
fn nobody_moves_a_user_into_or_out_of_the_own_units_without_approval() {
    let mut temp = directory();
    let carol = importer(&mut temp);
    give(
        &mut temp,
        &role("Finance desk", &[cmdlet::LOCK], &[FINANCE]),
    );
    give(&mut temp, &role("Importers", &[cmdlet::IMPORT], &[]));
    for (names, moves) in [
        (person("Anna Smith", "asmith", 2, FINANCE), true),
        (person("Ken Myer", "kenmyer", 1, SALES), true),
        (
            person("Anna Smith", "asmith", 2, "OU=Other,DC=litwareinc,DC=com"),
            false,
        ),
    ] {
        let plan = temp.plan_users(vec![names]);
        let tried = import(&mut temp, &plan, &eve());
        if moves {
            assert_eq!(
                why(tried),
                "it moves 1 user into or out of the units of your own roles"
            );
        } else {
            tried.unwrap();
        }
    }
    let plan = temp.plan_users(vec![person("Ken Myer", "kenmyer", 1, SALES)]);
    import(&mut temp, &plan, &carol).expect("she may lock everywhere");
}

#[test]
fn an_import_is_submitted_approved_and_applied_like_any_plan() {
    let mut temp = store();
    limit(&mut temp, 1, 24);
    let carol = importer(&mut temp);
    let plan = ImportPlan {
        reason: "nightly file".to_owned(),
        ..pins_file(&temp, &["kenmyer", "asmith", "jmuller"], true)
    };
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    let open = |temp: &TempStore| {
        let opened = temp.store.submitted(id, &admin(), now()).unwrap();
        let Reviewed::Import(reviewed) = opened.reviewed else {
            panic!("{:?}", opened.reviewed)
        };
        (reviewed, opened.may_not)
    };
    let (mine, may_not) = open(&temp);
    assert!(may_not.apply.unwrap().contains("more than 1"));
    assert!(may_not.approve.is_some(), "not by its author");
    why(import(&mut temp, &mine.plan, &admin()));
    for (who, may) in [(&bob(), false), (&carol, true)] {
        let decided = temp.store.decide(id, Decision::Approve, "", who, now());
        assert_eq!(decided.is_ok(), may, "only somebody who may import");
    }
    lock(&mut temp, &carol, "Anna Smith", 0).unwrap();
    let more = ImportPlan {
        submitted: Some(id),
        ..pins_file(&temp, &["kenmyer", "packerman"], true)
    };
    assert_eq!(
        import(&mut temp, &more, &admin()),
        Err(StoreError::NotAsSubmitted { id: id.0 })
    );
    let (reviewed, may_not) = open(&temp);
    assert_eq!((reviewed.drifted, may_not.apply), (1, None));
    let imported = import(&mut temp, &reviewed.plan, &admin()).unwrap();
    assert_eq!(imported.changed, 2);
    assert!(temp.is_locked("kenmyer") && temp.is_locked("jmuller"));
    let events = temp.store.plan_events(id).unwrap();
    let steps: Vec<&str> = events.iter().map(|event| event.action.word()).collect();
    assert_eq!(steps, ["submit-plan", "approve-plan", "import-pins"]);
    assert_eq!(temp.batches("")[0].reason, "nightly file");
    assert!(matches!(
        import(&mut temp, &reviewed.plan, &admin()),
        Err(StoreError::PlanClosed { .. })
    ));
    verify(&temp);
}

#[test]
fn a_submitted_import_of_users_leaves_out_what_no_longer_fits() {
    let mut temp = directory();
    let plan = temp.plan_users(vec![
        person("Ken Meyer", "kenmyer", 1, FINANCE),
        person("Anna Brown", "asmith", 2, SALES),
        person("Pilar Ackerman", "packerman", 3, SALES),
        person("Jeff Hay", "jhay", 4, SALES),
    ]);
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.import_users(vec![
        person("Anna White", "asmith", 2, SALES),
        person("Jeff Hay", "jhay", 4, SALES),
    ])
    .unwrap();
    lock(&mut temp, &admin(), "Ken Myer", 0).unwrap();
    let opened = temp.store.submitted(id, &admin(), now()).unwrap();
    let Reviewed::Import(reviewed) = opened.reviewed else {
        panic!("{:?}", opened.reviewed)
    };
    assert_eq!(reviewed.drifted, 2, "Anna and Jeff");
    let imported = import(&mut temp, &reviewed.plan, &admin()).unwrap();
    assert_eq!((imported.added, imported.changed), (1, 1));
    assert_eq!(temp.user("asmith").names.display_name, "Anna White");
    assert_eq!(temp.user("kenmyer").names.display_name, "Ken Meyer");
    verify(&temp);
}

#[test]
fn an_import_that_claims_other_names_before_is_refused() {
    let mut temp = directory();
    let mut plan = temp.plan_users(vec![person("Ken Meyer", "kenmyer", 1, FINANCE)]);
    if let ImportVerdict::ChangedUser { before, .. } = &mut plan.rows[0].verdict {
        before.display_name = "Somebody Else".to_owned();
    }
    assert_eq!(import(&mut temp, &plan, &admin()), Err(StoreError::Stale));
}

fn verify(temp: &TempStore) {
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn an_import_that_gives_a_weaker_policy_by_another_site_needs_approval_like_granting_it() {
    let site = |logon: &str, display: &str, site: &str| UserNames {
        site: Some(site.to_owned()),
        ..names(display, logon)
    };
    let mut temp = TempStore::new();
    temp.import_users(vec![
        site("kenmyer", "Ken Myer", "Redmond"),
        site("asmith", "Anna Smith", "Redmond"),
    ])
    .unwrap();
    let anna = temp.id("asmith");
    let policy = |name: PolicyName, min_length| NamedPolicy {
        name,
        policy: PinPolicy {
            min_length,
            ..PinPolicy::default()
        },
    };
    let own = PolicyName::User("Executives".to_owned());
    for named in [
        policy(PolicyName::Site("Redmond".to_owned()), 8),
        policy(PolicyName::Site("Berlin".to_owned()), 9),
        policy(own.clone(), 6),
    ] {
        temp.store.set_policy(&named, &admin(), now()).unwrap();
    }
    temp.store
        .grant_policy(anna, Some(&own), &admin(), now())
        .unwrap();
    let file = |to: &str| {
        vec![
            site("kenmyer", "Ken Myer", to),
            site("asmith", "Anna Smith", to),
        ]
    };
    let needs = |temp: &TempStore, to: &str| {
        let plan = temp.plan_users(file(to));
        let needs = temp.store.approval_needs(&plan, &admin(), now()).unwrap();
        ApprovalNeed::words(&needs)
    };
    assert_eq!(needs(&temp, "Paris"), "", "no rule asks");
    let rules = ApprovalRules {
        others_locks: true,
        ..ApprovalRules::default()
    };
    temp.store
        .set_approval_rules(rules, &admin(), now())
        .unwrap();
    assert_eq!(
        needs(&temp, "Paris"),
        "it gives 1 user a weaker PIN policy",
        "Anna has her own"
    );
    assert_eq!(needs(&temp, "Berlin"), "", "a stronger one");
    let plan = temp.plan_users(file("Paris"));
    let refused = temp.store.import(&plan, &admin(), now(), &Unwatched);
    assert!(
        matches!(refused, Err(StoreError::NeedsApproval { .. })),
        "{refused:?}"
    );
}
