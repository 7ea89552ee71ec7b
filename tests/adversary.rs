//! Attempts to get around roles, approval and the history. Each of them fails.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::sync::Arc;

use chrono::Duration;
use common::harness::{USERS, bob, eve, store};
use common::{TempStore, admin, names, now, pin_set, typed};
use pindesk::cli::{CommandEnvironment, Invocation, Screen, parse, run};
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::role::{Operator, Role, cmdlet};
use pindesk::domain::user::UserNames;
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::exchange::{open_plan, save_plan};
use pindesk::plan::import::PinFacts;
use pindesk::plan::{Action, BatchId, Outcome, Own, Plan, PlanId};
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Decision, Grant, PlanStatus, StoreError};
use pindesk::zone::Zone;

const SALES: &str = "OU=Sales,DC=litwareinc,DC=com";
const FINANCE: &str = "OU=Finance,DC=litwareinc,DC=com";

fn give(temp: &mut TempStore, who: &Operator, name: &str, cmdlets: &[&str], units: &[&str]) {
    temp.store
        .set_role(&Role::read(name, cmdlets, units).unwrap(), &admin(), now())
        .unwrap();
    temp.store
        .grant(Grant::Give, name, &who.account, &admin(), now())
        .unwrap();
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

fn apply(temp: &mut TempStore, plan: &Plan, who: &Operator) -> Result<Applied, StoreError> {
    temp.store.apply(plan, who, now(), &Unwatched)
}

fn open(temp: &TempStore, id: PlanId, who: &Operator) -> Plan {
    temp.store
        .submitted(id, who, now())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan
}

fn status(temp: &TempStore, id: PlanId) -> PlanStatus {
    temp.store
        .plans()
        .unwrap()
        .into_iter()
        .find(|plan| plan.id == id)
        .unwrap()
        .status
}

fn everybody(temp: &TempStore, action: Action) -> Plan {
    temp.plan(
        action,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith", "Jörg Müller"]),
    )
}

/// The plan after it was saved to a file and opened by an operator.
fn through_a_file(temp: &TempStore, plan: &Plan, who: &Operator) -> Plan {
    let path = temp.folder.path().join("plan.json");
    save_plan(plan, temp.store.id(), &path).unwrap();
    let plan = open_plan(&path, temp.store.id(), temp.store.permissions(who).unwrap()).unwrap();
    temp.store.refresh(plan, who, now()).unwrap().plan
}

fn ran(temp: &TempStore, who: &Operator, args: &[&str]) -> (u8, String, String) {
    let environment = CommandEnvironment {
        operator: who.clone(),
        default_store: Err("no data folder".to_owned()),
        keys: KeyPlace::default(),
        hooks: Arc::new(Hooks::default()),
        witness: None,
        notify: Arc::new(|_| {}),
        clock: Arc::new(now),
        zone: Zone::utc(),
        is_watched: false,
        is_typed: false,
        screen: Screen::default(),
    };
    let path = temp.path();
    let words = ["pindesk", "--store", path.to_str().unwrap()]
        .into_iter()
        .chain(args.iter().copied())
        .map(Into::into);
    let Ok(Invocation::Command(command)) = parse(words) else {
        panic!("not a command: {args:?}")
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(
        &command,
        &environment,
        &mut std::io::empty(),
        &mut out,
        &mut err,
    );
    (
        status.0,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

fn verify(temp: &TempStore) {
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

fn last_batch_of(temp: &TempStore, action: &str) -> BatchId {
    temp.batches("")
        .into_iter()
        .find(|batch| batch.action.word() == action)
        .unwrap()
        .id
}

/// A plan that claims to undo a batch, with the user's current state and the state before that
/// batch.
fn forged_undo(temp: &TempStore, action: Action, batch: BatchId, logon: &str) -> Plan {
    let entries = temp.store.batch_entries(batch, 10).unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry.target.contains(logon))
        .unwrap();
    let mut plan = temp.plan(
        Action::Lock,
        typed(&[logon, &format!("sip:{logon}@litwareinc.com")]),
    );
    plan.items.remove(0);
    plan.action = None;
    plan.undoes = Some(batch);
    plan.items[0].action = action;
    plan.items[0].outcome = Outcome::Change { caution: None };
    plan.items[0].own = Some(Box::new(Own {
        restores: entry.before.clone(),
        ..Own::default()
    }));
    plan
}

#[test]
fn an_import_is_not_undone_by_the_help_desk_with_a_plan_file_either() {
    let mut temp = store();
    let import = last_batch_of(&temp, "import-pins");
    let logon = temp.store.batch_entries(import, 1).unwrap()[0]
        .target
        .clone();
    let logon = USERS
        .iter()
        .find(|(_, known)| logon.contains(known))
        .unwrap()
        .1;
    temp.apply(&temp.plan(
        Action::Lock,
        typed(&[&format!("sip:{logon}@litwareinc.com")]),
    ))
    .unwrap();
    let forged = forged_undo(&temp, Action::Unlock, import, logon);
    let plan = through_a_file(&temp, &forged, &bob());
    let before = temp.user(logon).pin;
    let done = apply(&mut temp, &plan, &bob());
    assert!(
        temp.user(logon).pin == before,
        "Bob, who may lock and unlock, has taken the PIN away: {done:?}"
    );
    assert!(matches!(
        apply(&mut temp, &forged, &bob()),
        Err(StoreError::NotPermitted { .. } | StoreError::NotTheUndo { .. })
    ));
}

#[test]
fn a_state_from_before_later_changes_is_not_given_back() {
    let mut temp = store();
    temp.apply(&temp.plan(Action::Lock, typed(&["Ken Myer"])))
        .unwrap();
    temp.apply(&temp.plan(Action::Unlock, typed(&["Ken Myer"])))
        .unwrap();
    let unlocked = last_batch_of(&temp, "unlock");
    // According to the live pool, the PIN is new and expires.
    let expires = Some(now() + Duration::days(1));
    temp.import_pin(
        "kenmyer",
        &PinFacts {
            expires,
            last_change: Some(now()),
            ..pin_set()
        },
    );
    let forged = forged_undo(&temp, Action::Lock, unlocked, "kenmyer");
    let plan = through_a_file(&temp, &forged, &bob());
    let done = apply(&mut temp, &plan, &bob());
    assert_eq!(temp.user("kenmyer").pin.expires, expires, "{done:?}");
    assert!(matches!(
        apply(&mut temp, &forged, &bob()),
        Err(StoreError::NotPermitted { .. } | StoreError::NotTheUndo { .. })
    ));
}

#[test]
fn giving_a_lock_back_is_locking_whatever_a_plan_file_calls_it() {
    let mut temp = store();
    give(&mut temp, &eve(), "Unlockers", &[cmdlet::UNLOCK], &[]);
    temp.apply(&temp.plan(Action::Lock, typed(&["Ken Myer"])))
        .unwrap();
    temp.apply(&temp.plan(Action::Unlock, typed(&["Ken Myer"])))
        .unwrap();
    let forged = forged_undo(
        &temp,
        Action::Unlock,
        last_batch_of(&temp, "unlock"),
        "kenmyer",
    );
    let plan = through_a_file(&temp, &forged, &eve());
    for plan in [&plan, &forged] {
        let done = apply(&mut temp, plan, &eve());
        assert!(
            !temp.is_locked("kenmyer"),
            "Eve, who may only unlock, has locked: {done:?}"
        );
    }
    // The approval of another operator with the same role does not help either.
    need_approval_above(&mut temp, 0);
    let id = temp.store.submit(&forged, &bob(), now()).unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &eve(), now())
        .unwrap();
    let plan = temp
        .store
        .submitted(id, &bob(), now())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan;
    assert_eq!(plan.changes().count(), 0);
    let mut forged = plan;
    forged.items[0].outcome = Outcome::Change { caution: None };
    assert!(
        apply(&mut temp, &forged, &bob())
            .unwrap()
            .changed
            .is_empty()
    );
}

#[test]
fn a_plan_that_claims_to_undo_a_batch_must_restore_a_state() {
    let mut temp = store();
    temp.apply(&temp.plan(Action::Lock, typed(&["Ken Myer"])))
        .unwrap();
    let locked = last_batch_of(&temp, "lock");
    let mut plan = temp.plan_as(&bob(), Action::Lock, typed(&["Anna Smith"]));
    plan.undoes = Some(locked);
    let path = temp.folder.path().join("plan.json");
    save_plan(&plan, temp.store.id(), &path).unwrap();
    let opened = open_plan(
        &path,
        temp.store.id(),
        temp.store.permissions(&bob()).unwrap(),
    );
    assert!(
        opened.is_err(),
        "a plan file that locks somebody and calls it an undo"
    );
    assert!(apply(&mut temp, &plan, &bob()).is_err());
    assert_eq!(
        temp.store.undone_by(locked),
        Ok(Vec::new()),
        "the history says that batch was undone"
    );
}

#[test]
fn an_operator_without_any_permission_of_a_plan_does_not_use_it_up() {
    let mut temp = store();
    need_approval_above(&mut temp, 3);
    give(&mut temp, &eve(), "Sales desk", &[cmdlet::LOCK], &[SALES]);
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    let (code, out, err) = ran(&temp, &eve(), &["plans", "apply", &id.0.to_string()]);
    assert_eq!(status(&temp, id), PlanStatus::Waiting, "{code} {out} {err}");
    assert_eq!(temp.batches("").remove(0).denied, 4, "the attempt is kept");
    temp.store
        .decide(id, Decision::Approve, "", &bob(), now())
        .unwrap();
    ran(&temp, &eve(), &["plans", "apply", &id.0.to_string()]);
    let plan = open(&temp, id, &admin());
    assert_eq!(apply(&mut temp, &plan, &admin()).unwrap().changed.len(), 4);
    verify(&temp);
}

#[test]
fn a_plan_whose_users_were_all_taken_out_is_not_used_up() {
    let mut temp = store();
    give(
        &mut temp,
        &eve(),
        "Finance desk",
        &[cmdlet::LOCK],
        &[FINANCE],
    );
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    let mut plan = open(&temp, id, &bob());
    for (_, logon) in USERS {
        plan.take_out(temp.id(logon));
    }
    apply(&mut temp, &plan, &bob()).unwrap();
    assert_eq!(status(&temp, id), PlanStatus::Waiting);
}

#[test]
fn a_lock_that_has_ended_is_no_lock_for_an_import() {
    let mut temp = store();
    let since = (now() - Duration::hours(3)).timestamp_millis();
    temp.sql().run(&format!(
        "UPDATE pins SET lock_cause = 'temporary', lock_since = {since} WHERE user_id = {}",
        temp.id("kenmyer").0
    ));
    need_approval_above(&mut temp, 0);
    let expires = Some(now() + Duration::days(1));
    let plan = temp.plan_pins(&[(
        "kenmyer",
        PinFacts {
            expires,
            ..pin_set()
        },
    )]);
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(temp.user("kenmyer").pin.expires, expires);
}

#[test]
fn an_approval_by_an_operator_without_the_permission_there_no_longer_counts() {
    let mut temp = store();
    need_approval_above(&mut temp, 1);
    give(&mut temp, &eve(), "Desk", &[cmdlet::LOCK], &[FINANCE]);
    let id = temp
        .store
        .submit(&everybody(&temp, Action::Lock), &admin(), now())
        .unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &eve(), now())
        .unwrap();
    give(&mut temp, &eve(), "Desk", &[cmdlet::LOCK], &[SALES]);
    let plan = open(&temp, id, &admin());
    assert!(matches!(
        apply(&mut temp, &plan, &admin()),
        Err(StoreError::NeedsApproval { .. })
    ));
    assert!(
        temp.store
            .submitted(id, &admin(), now())
            .unwrap()
            .may_not
            .apply
            .is_some()
    );
}

#[test]
fn a_text_of_any_length_breaks_no_table() {
    let mut temp = store();
    // Eve has no permission, but her attempt is recorded.
    let long = "x".repeat(70_000);
    let (code, _, _) = ran(&temp, &eve(), &["lock", "Ken Myer", "--reason", &long]);
    assert_eq!(code, 4);
    let plan = Plan {
        reason: long.clone(),
        ..temp.plan(Action::Lock, typed(&["Ken Myer"]))
    };
    temp.store.submit(&plan, &admin(), now()).unwrap();
    for args in [&["history"] as &[&str], &["plans"]] {
        let (code, out, _) = ran(&temp, &admin(), args);
        let lines: Vec<&str> = out.lines().collect();
        assert!(code == 0 && out.contains(&long), "it is shown as a whole");
        assert!(lines[0].len() < 300, "and makes the table no wider");
    }
}

#[test]
fn a_role_that_was_removed_behind_the_programs_back_permits_nothing() {
    let mut temp = store();
    give(&mut temp, &eve(), "Desk", &[cmdlet::LOCK], &[]);
    temp.sql()
        .without_guards("DELETE FROM roles WHERE name = 'Desk'")
        .unwrap();
    let plan = temp.plan_as(&eve(), Action::Lock, typed(&["Ken Myer"]));
    assert!(apply(&mut temp, &plan, &eve()).is_err_and(|error| error.is_refusal()));
    assert!(
        temp.store
            .who_can(cmdlet::LOCK)
            .unwrap()
            .iter()
            .all(|holder| holder.account != eve().account)
    );
}

#[test]
fn a_user_who_is_not_in_the_store_is_in_nobodys_unit() {
    let mut temp = store();
    give(&mut temp, &eve(), "Desk", &[cmdlet::LOCK], &[FINANCE]);
    let mut plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    if let Some(user) = &mut plan.items[1].user {
        user.id.0 = 4711;
    }
    assert!(
        temp.store
            .submit(&plan, &eve(), now())
            .unwrap_err()
            .is_refusal()
    );
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    assert!(
        temp.store
            .decide(id, Decision::Approve, "", &eve(), now())
            .unwrap_err()
            .is_refusal()
    );
    assert!(
        temp.store
            .submitted(id, &eve(), now())
            .unwrap()
            .may_not
            .approve
            .is_some()
    );
}

#[test]
fn changes_between_approval_and_applying_count() {
    let mut temp = TempStore::new();
    let user = |display: &str, logon: &str, guid: u8, unit: &str| UserNames {
        dn: Some(format!("CN={display},{unit}")),
        guid: Some(format!("00000000-0000-0000-0000-0000000000{guid:02}")),
        ..names(display, logon)
    };
    let people = [
        ("Ken Myer", "kenmyer", 1),
        ("Anna Smith", "asmith", 2),
        ("Pilar Ackerman", "packerman", 3),
    ];
    temp.import_users(
        people
            .iter()
            .map(|(display, logon, guid)| user(display, logon, *guid, FINANCE))
            .collect(),
    )
    .unwrap();
    for (_, logon, _) in people {
        temp.import_pin(logon, &pin_set());
    }
    temp.store
        .grant(Grant::Give, "CsHelpDesk", &bob().account, &admin(), now())
        .unwrap();
    give(&mut temp, &eve(), "Desk", &[cmdlet::LOCK], &[FINANCE]);
    let plan = temp.plan_as(
        &eve(),
        Action::Lock,
        typed(&["Ken Myer", "Anna Smith", "Pilar Ackerman"]),
    );
    let id = temp.store.submit(&plan, &eve(), now()).unwrap();
    // Anna moves to another unit, Pilar is protected, and the rules become stricter.
    temp.import_users(vec![user("Anna Smith", "asmith", 2, SALES)])
        .unwrap();
    assert_eq!(
        temp.user("asmith").names.dn.unwrap(),
        format!("CN=Anna Smith,{SALES}")
    );
    temp.store
        .protect(temp.id("packerman"), true, &admin(), now())
        .unwrap();
    let shown = open(&temp, id, &eve());
    assert!(matches!(
        apply(&mut temp, &shown, &eve()),
        Err(StoreError::NeedsApproval { .. })
    ));
    need_approval_above(&mut temp, 0);
    let less = shown.clone().without(temp.id("packerman"));
    assert!(matches!(
        apply(&mut temp, &less, &eve()),
        Err(StoreError::NeedsApproval { .. })
    ));
    temp.store
        .decide(id, Decision::Approve, "", &bob(), now())
        .unwrap();
    // The older copy that she still has is refused as well.
    let applied = apply(
        &mut temp,
        &Plan {
            submitted: Some(id),
            ..plan
        },
        &eve(),
    )
    .unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer"), temp.id("packerman")]);
    assert_eq!(applied.drifted.len(), 1);
    assert!(!temp.is_locked("asmith"));
    assert!(
        matches!(
            apply(&mut temp, &shown, &eve()),
            Err(StoreError::PlanClosed { .. })
        ),
        "and only once"
    );
    verify(&temp);
}
