//! Undo of an import of users: added users are taken out again, changed names are changed back, and
//! users to whom something has happened since stay as they are.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use common::harness::{agreed, bob, carol};
use common::{TempStore, admin, names, now, pin_set, typed};
use pindesk::directory::Directory;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::user::UserNames;
use pindesk::plan::import::{ImportPlan, ImportRow, ImportVerdict};
use pindesk::plan::{Action, BatchId, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Decision, Grant, HistoryKind, Imported, Reviewed, StoreError};
use pindesk::zone::Zone;
use proptest::prelude::*;

fn guid(display: &str, logon: &str, guid: &str) -> UserNames {
    UserNames {
        guid: Some(guid.to_owned()),
        ..names(display, logon)
    }
}

/// A store with Ken and Pilar, into which a file then brings Anna and Jörg and gives Pilar another
/// name. Returns the batch of that file.
fn imported() -> (TempStore, BatchId) {
    let mut temp = TempStore::new();
    temp.import_users(vec![
        guid("Ken Myer", "kenmyer", "aa"),
        guid("Pilar Ackerman", "packerman", "bb"),
    ])
    .unwrap();
    let imported = temp
        .import_users(vec![
            guid("Pilar Jones", "pjones", "bb"),
            guid("Anna Smith", "asmith", "cc"),
            guid("Jörg Müller", "jmuller", "dd"),
        ])
        .unwrap();
    (temp, imported.batch)
}

fn plan(temp: &TempStore, batch: BatchId) -> ImportPlan {
    temp.store.plan_undo_import(batch).unwrap().unwrap()
}

fn apply(temp: &mut TempStore, plan: &ImportPlan) -> Result<Imported, StoreError> {
    temp.store.import(plan, &admin(), now(), &Unwatched)
}

fn undo(temp: &mut TempStore, batch: BatchId) -> Imported {
    let plan = plan(temp, batch);
    apply(temp, &plan).unwrap()
}

fn logons(temp: &TempStore) -> Vec<String> {
    let logons = temp.sql().texts("SELECT logon FROM users ORDER BY id");
    logons.into_iter().map(Option::unwrap).collect()
}

fn verify(temp: &TempStore) {
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

fn lines(plan: &ImportPlan) -> Vec<String> {
    let row = |row: &ImportRow| match (&row.verdict, row.change_line(now(), Zone::utc())) {
        (ImportVerdict::Conflict(why), _) => format!("{}: {why}", row.label),
        (_, line) => line.unwrap().to_string(),
    };
    plan.rows.iter().map(row).collect()
}

#[test]
fn added_users_are_taken_out_and_changed_names_are_changed_back() {
    let (mut temp, batch) = imported();
    let plan = plan(&temp, batch);
    assert_eq!(
        lines(&plan)[..2],
        [
            "Anna Smith: removed, was sip:asmith@litwareinc.com",
            "Jörg Müller: removed, was sip:jmuller@litwareinc.com",
        ]
    );
    assert!(
        lines(&plan)[2].contains("display name Pilar Jones"),
        "{:?}",
        lines(&plan)
    );
    let done = apply(&mut temp, &plan).unwrap();
    assert_eq!((done.added, done.changed, done.removed), (0, 1, 2));
    assert_eq!(logons(&temp), ["kenmyer", "packerman"]);
    assert_eq!(
        temp.user("packerman").names,
        guid("Pilar Ackerman", "packerman", "bb")
    );
    verify(&temp);
    let batches = temp.batches("");
    assert_eq!((batches[0].undoes, batches[0].changed), (Some(batch), 3));
    assert_eq!(batches[1].undone_by, Some(batches[0].id));
    assert!(
        batches[1].headline().ends_with("1 changed (undone)"),
        "{}",
        batches[1].headline()
    );
    let removed: Vec<String> = temp
        .store
        .batch_entries(batches[0].id, 10)
        .unwrap()
        .into_iter()
        .filter(|entry| entry.kind == HistoryKind::Removed)
        .map(|entry| entry.target)
        .collect();
    assert_eq!(
        removed,
        ["sip:asmith@litwareinc.com", "sip:jmuller@litwareinc.com"]
    );
}

#[test]
fn an_import_that_was_undone_for_some_of_its_users_says_for_how_many() {
    let (mut temp, batch) = imported();
    temp.import_pin("asmith", &pin_set());
    undo(&mut temp, batch);
    let of = |temp: &TempStore, id: BatchId| {
        let batches = temp.batches("");
        batches
            .iter()
            .find(|found| found.id == id)
            .unwrap()
            .headline()
    };
    let headline = of(&temp, batch);
    assert!(headline.ends_with("(undone in part: 2 of 3)"), "{headline}");
}

#[test]
fn an_undo_of_an_import_can_be_undone_and_ids_are_never_used_again() {
    let (mut temp, batch) = imported();
    let before = logons(&temp);
    let (anna, jmuller) = (temp.user("asmith"), temp.id("jmuller"));
    let undone = undo(&mut temp, batch);
    let again = undo(&mut temp, undone.batch);
    assert_eq!((again.added, again.changed, again.removed), (2, 1, 0));
    assert_eq!(logons(&temp), before);
    assert_eq!(temp.user("asmith").names, anna.names);
    assert!(temp.id("asmith") > jmuller, "{:?}", temp.id("asmith"));
    verify(&temp);
    let once_more = undo(&mut temp, again.batch);
    assert_eq!(once_more.removed, 2);
    let fresh = temp
        .import_users(vec![guid("Eve Jones", "ejones", "ee")])
        .unwrap();
    assert_eq!(fresh.added, 1);
    assert_eq!(temp.id("ejones").0, 7, "after 3, 4 and 5, 6");
    verify(&temp);
}

#[test]
fn users_to_whom_something_has_happened_stay_and_are_named() {
    let people = ["locked", "protected", "granted", "renamed", "untouched"];
    let mut temp = TempStore::new();
    let rows = people
        .iter()
        .map(|logon| guid(&format!("User {logon}"), logon, logon));
    let batch = temp.import_users(rows.collect()).unwrap().batch;
    temp.import_pin("locked", &pin_set());
    let lax = PolicyName::User("Strict".to_owned());
    let strict = PinPolicy {
        min_length: 8,
        ..PinPolicy::default()
    };
    let named = NamedPolicy {
        name: lax.clone(),
        policy: strict,
    };
    temp.store.set_policy(&named, &admin(), now()).unwrap();
    let (protected, granted) = (temp.id("protected"), temp.id("granted"));
    temp.store
        .grant_policy(granted, Some(&lax), &admin(), now())
        .unwrap();
    temp.store
        .grant_policy(granted, None, &admin(), now())
        .unwrap();
    temp.store
        .protect(protected, true, &admin(), now())
        .unwrap();
    temp.import_users(vec![guid("User newname", "renamed", "renamed")])
        .unwrap();
    let plan = plan(&temp, batch);
    let stays = |user: &str| {
        format!(r"User {user}: litwareinc\ann has changed this user since, so the user stays.")
    };
    let expected = [
        stays("locked"),
        stays("protected"),
        stays("granted"),
        stays("newname"),
        "User untouched: removed, was sip:untouched@litwareinc.com".to_owned(),
    ];
    assert_eq!(lines(&plan), expected);
    assert_eq!(apply(&mut temp, &plan).unwrap().removed, 1);
    verify(&temp);
}

#[test]
fn a_user_who_changes_between_preview_and_undo_stays_and_is_reported() {
    let (mut temp, batch) = imported();
    let plan = plan(&temp, batch);
    temp.import_pin("asmith", &pin_set());
    temp.import_users(vec![guid("Pilar Smith", "pjones", "bb")])
        .unwrap();
    let done = apply(&mut temp, &plan).unwrap();
    let left: Vec<&str> = done
        .drifted
        .iter()
        .map(|drift| drift.identity.as_str())
        .collect();
    assert_eq!(
        left,
        ["sip:asmith@litwareinc.com", "sip:pjones@litwareinc.com"]
    );
    assert_eq!((done.changed, done.removed), (0, 1));
    assert_eq!(temp.batches("")[0].drifted, 2);
    verify(&temp);
}

#[test]
fn an_old_name_that_belongs_to_somebody_else_by_now_does_not_come_back() {
    let (mut temp, batch) = imported();
    temp.import_users(vec![guid("Paul Ackerman", "packerman", "ff")])
        .unwrap();
    let plan = plan(&temp, batch);
    assert_eq!(
        lines(&plan)[2],
        "Pilar Jones: One of the names belongs to Paul Ackerman (sip:packerman@litwareinc.com) now."
    );
    assert_eq!(apply(&mut temp, &plan).unwrap().removed, 2);
    verify(&temp);
}

#[test]
fn names_that_two_users_exchanged_are_exchanged_back() {
    let (mut temp, _) = imported();
    let (ken, pilar) = (temp.user("kenmyer").names, temp.user("pjones").names);
    let with = |of: &UserNames, guid: &str| UserNames {
        guid: Some(guid.to_owned()),
        ..of.clone()
    };
    // A file can exchange names in two steps only.
    let away = guid("Somebody", "somebody", "aa");
    temp.import_users(vec![away]).unwrap();
    let first = temp.import_users(vec![with(&ken, "bb")]).unwrap().batch;
    let second = temp.import_users(vec![with(&pilar, "aa")]).unwrap().batch;
    let taken = plan(&temp, first);
    assert!(
        lines(&taken)[0].contains("belongs to"),
        "{:?}",
        lines(&taken)
    );
    assert_eq!(undo(&mut temp, second).changed, 1);
    assert_eq!(undo(&mut temp, first).changed, 1);
    assert_eq!(temp.user("pjones").names, pilar);
    verify(&temp);
}

#[test]
fn removing_users_counts_for_the_limit_like_locking_them() {
    let (mut temp, batch) = imported();
    let above = |above| ApprovalRules {
        above: Some(above),
        ..ApprovalRules::default()
    };
    let wish = |above_of| SettingsWish::SetApproval {
        rules: above(above_of),
    };
    agreed(&mut temp, vec![wish(1)]);
    let undo = plan(&temp, batch);
    let refused = apply(&mut temp, &undo);
    assert!(
        matches!(&refused, Err(StoreError::NeedsApproval { why, .. }) if why == "it changes 2 users, more than 1"),
        "{refused:?}"
    );
    let id = temp.store.submit(&undo, &admin(), now()).unwrap();
    temp.store
        .decide(id, Decision::Approve, "", &carol(), now())
        .unwrap();
    let opened = temp.store.submitted(id, &admin(), now()).unwrap();
    assert_eq!(opened.may_not.apply, None);
    let Reviewed::Import(reviewed) = opened.reviewed else {
        panic!()
    };
    assert_eq!(apply(&mut temp, &reviewed.plan).unwrap().removed, 2);
    verify(&temp);
}

#[test]
fn a_protected_user_gets_the_old_name_back_with_approval_only() {
    let (mut temp, batch) = imported();
    let pilar = temp.id("pjones");
    temp.store.protect(pilar, true, &admin(), now()).unwrap();
    let plan = plan(&temp, batch);
    let refused = apply(&mut temp, &plan);
    assert!(
        matches!(&refused, Err(StoreError::NeedsApproval { why, .. }) if why.contains("1 protected user")),
        "{refused:?}"
    );
}

#[test]
fn a_submitted_undo_leaves_out_who_drifted() {
    let (mut temp, batch) = imported();
    let plan = plan(&temp, batch);
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.import_pin("asmith", &pin_set());
    assert_eq!(temp.store.plans().unwrap()[0].drifted, 1);
    let opened = temp.store.submitted(id, &admin(), now()).unwrap();
    let Reviewed::Import(reviewed) = opened.reviewed else {
        panic!()
    };
    assert_eq!(reviewed.drifted, 1);
    assert_eq!(
        lines(&reviewed.plan)[0],
        "Anna Smith: Changed since the plan was made: left as it is."
    );
    let done = apply(&mut temp, &reviewed.plan).unwrap();
    assert_eq!((done.removed, done.changed), (1, 1));
    verify(&temp);
}

#[test]
fn only_an_account_that_may_import_undoes_an_import() {
    let (mut temp, batch) = imported();
    let who = bob();
    temp.store
        .grant(Grant::Give, "CsHelpDesk", &who.account, &admin(), now())
        .unwrap();
    let plan = plan(&temp, batch);
    let refused = temp.store.import(&plan, &who, now(), &Unwatched);
    assert!(
        refused.as_ref().is_err_and(StoreError::is_refusal),
        "{refused:?}"
    );
    let recorded = &temp.batches("")[0];
    assert_eq!((recorded.denied, recorded.undoes), (1, Some(batch)));
    assert_eq!(
        temp.batches("")[2].undone_by,
        None,
        "a refused attempt undoes nothing"
    );
    assert_eq!(logons(&temp).len(), 4);
}

#[test]
fn a_plan_that_claims_more_than_its_batch_removes_nobody_else() {
    let (mut temp, batch) = imported();
    let ken = temp.user("kenmyer");
    let forged = ImportVerdict::RemovedUser {
        id: ken.id,
        version: ken.version,
        names: Box::new(ken.names),
    };
    let mut plan = plan(&temp, batch);
    plan.rows[0].verdict = forged.clone();
    let done = apply(&mut temp, &plan).unwrap();
    assert_eq!((done.removed, done.drifted.len()), (1, 1));
    assert!(logons(&temp).contains(&"kenmyer".to_owned()));
    plan.undoes = None;
    assert_eq!(apply(&mut temp, &plan), Err(StoreError::Stale));
    verify(&temp);
}

#[test]
fn plans_that_name_a_removed_user_say_so() {
    let (mut temp, batch) = imported();
    temp.import_pin("kenmyer", &pin_set());
    let anna = temp.plan(Action::SetPin, typed(&["Anna Smith", "Ken Myer"]));
    let id = temp.store.submit(&anna, &admin(), now()).unwrap();
    undo(&mut temp, batch);
    let seen = temp.store.submitted(id, &admin(), now()).unwrap();
    assert_eq!(seen.summary.drifted, 1);
    let done = temp.apply(&anna).unwrap();
    assert_eq!((done.changed.len(), done.drifted.len()), (1, 1));
    assert_eq!(done.drifted[0].current, None);
    assert!(
        temp.plan(Action::Lock, typed(&["Anna Smith"]))
            .counts()
            .refused
            == 1
    );
    verify(&temp);
}

#[test]
fn the_directory_in_memory_notices_users_who_are_removed() {
    let (mut temp, batch) = imported();
    let before = Directory::load(&temp.store, &Unwatched).unwrap();
    let anna = temp.id("asmith");
    assert!(before.position_of(anna).is_some());
    undo(&mut temp, batch);
    let after = before.brought_up_to_date(&temp.store, &Unwatched).unwrap();
    assert_eq!((after.len(), after.position_of(anna)), (2, None));
}

#[test]
fn a_removed_user_who_is_put_back_by_hand_is_found() {
    let (mut temp, batch) = imported();
    let sql = temp.sql();
    sql.run(
        "CREATE TEMP TABLE kept AS SELECT * FROM users WHERE id = 3;
         CREATE TEMP TABLE kept_pin AS SELECT * FROM pins WHERE user_id = 3",
    );
    undo(&mut temp, batch);
    sql.run("INSERT INTO users SELECT * FROM kept; INSERT INTO pins SELECT * FROM kept_pin");
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    let first = &verified.differences[0].first;
    assert_eq!(
        first,
        "sip:asmith@litwareinc.com is there, but was removed."
    );
}

#[test]
fn removing_a_user_without_a_record_is_still_found_beside_an_undo() {
    let (mut temp, batch) = imported();
    undo(&mut temp, batch);
    temp.sql()
        .run("DELETE FROM pins WHERE user_id = 1; DELETE FROM users WHERE id = 1");
    assert!(!temp.store.verify_history(&Unwatched).unwrap().is_sound());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Random imports with undos between them: the store stays what its history says, and an undo of
    /// the last import brings the directory of before it back.
    #[test]
    fn an_undo_of_the_last_import_brings_the_directory_back(
        files in proptest::collection::vec(proptest::collection::vec((0..12_usize, 0..4_usize), 1..8), 1..5),
        again in any::<bool>(),
    ) {
        let mut temp = TempStore::new();
        for rows in files {
            let before = directory(&temp);
            let mut names: Vec<UserNames> = Vec::new();
            for (who, how) in rows {
                if names.iter().all(|other| other.guid.as_deref() != Some(&format!("g{who}"))) {
                    names.push(guid(&format!("Name {how} of {who}"), &format!("logon{who}x{how}"), &format!("g{who}")));
                }
            }
            let plan = temp.plan_users(names);
            if !plan.changes_anything() {
                continue;
            }
            let batch = apply(&mut temp, &plan).unwrap().batch;
            let after = directory(&temp);
            let undone = undo(&mut temp, batch);
            prop_assert_eq!(&directory(&temp), &before);
            prop_assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
            if again {
                undo(&mut temp, undone.batch);
                prop_assert_eq!(&directory(&temp), &after);
                prop_assert!(temp.store.verify_history(&Unwatched).unwrap().is_sound());
            }
        }
    }
}

/// The names of all users, in their order.
fn directory(temp: &TempStore) -> Vec<String> {
    let names = temp
        .sql()
        .texts("SELECT guid || display_name || sip || dn FROM users ORDER BY 1");
    names.into_iter().map(Option::unwrap).collect()
}
