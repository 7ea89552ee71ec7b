//! Undo: a plan that restores the states before a batch, and leaves out users who have changed
//! since.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use chrono::Duration;
use common::{TempStore, admin, now, operator, pin_set, typed};
use pindesk::domain::pin::LockCause;
use pindesk::domain::role::Operator;
use pindesk::plan::import::PinFacts;
use pindesk::plan::{Action, BatchId, Group, Outcome, SkipReason};
use pindesk::progress::Unwatched;
use pindesk::store::StoreError;
use pindesk::zone::Zone;
use proptest::prelude::*;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");
const ANNA: (&str, &str) = ("Anna Smith", "asmith");

/// A second administrator of the same store.
fn bob(temp: &TempStore) -> Operator {
    temp.sql().run(
        "INSERT INTO operator_roles (account_key, account, role) VALUES ('bob', 'bob', 'CsHelpDesk')
         ON CONFLICT DO NOTHING",
    );
    operator("bob")
}

fn act(temp: &mut TempStore, who: &Operator, action: Action, names: &[&str]) -> Option<BatchId> {
    let plan = temp.plan_as(who, action, typed(names));
    temp.store
        .apply(&plan, who, now(), &Unwatched)
        .unwrap()
        .batch
}

fn lock_ken_and_pilar(temp: &mut TempStore) -> BatchId {
    let both = ["Ken Myer", "Pilar Ackerman"];
    act(temp, &admin(), Action::Lock, &both).unwrap()
}

fn undo(temp: &mut TempStore, who: &Operator, batch: BatchId) -> Option<BatchId> {
    let plan = temp.store.plan_undo(batch, None, who, now()).unwrap();
    temp.store
        .apply(&plan, who, now(), &Unwatched)
        .unwrap()
        .batch
}

#[test]
fn a_batch_is_undone_exactly_and_linked_in_both_directions() {
    let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
    temp.sql().run(
        "UPDATE pins SET lock_cause = 'system', lock_since = 5, global_failures = 7 WHERE user_id = 1",
    );
    let before = ["kenmyer", "packerman"].map(|logon| temp.user(logon).pin);
    let locked = lock_ken_and_pilar(&mut temp);
    assert_eq!(temp.store.last_undoable(&admin()), Ok(Some(locked)));
    let plan = temp.store.plan_undo(locked, None, &admin(), now()).unwrap();
    assert_eq!(
        plan.question(2),
        format!("Undo batch {}: change the PINs of 2 users back?", locked.0)
    );
    assert_eq!(
        plan.planned_after(&plan.items[0]).unwrap().locked,
        Some(LockCause::System)
    );
    let undone = temp
        .store
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap()
        .batch
        .unwrap();
    assert_eq!(
        ["kenmyer", "packerman"].map(|logon| temp.user(logon).pin),
        before
    );
    assert_eq!(temp.store.undone_by(locked), Ok(vec![undone]));
    assert_eq!(
        temp.store.last_undoable(&admin()),
        Ok(None),
        "what is undone is not offered again"
    );
    assert_eq!(
        temp.store.user_history(temp.id("kenmyer"), 1).unwrap()[0]
            .action
            .word(),
        "undo"
    );
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
    temp.sql()
        .without_guards("UPDATE batches SET undoes = 1 WHERE undoes IS NOT NULL")
        .unwrap();
    assert!(
        temp.store
            .verify_history(&Unwatched)
            .unwrap()
            .first_break
            .is_some(),
        "the link is in the chain"
    );
}

#[test]
fn users_changed_since_are_left_out_and_named() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let bob = bob(&temp);
    let locked = lock_ken_and_pilar(&mut temp);
    act(&mut temp, &bob, Action::Unlock, &["Ken Myer"]);
    act(&mut temp, &bob, Action::Lock, &["Ken Myer"]);
    let plan = temp.store.plan_undo(locked, None, &admin(), now()).unwrap();
    assert_eq!(
        plan.items[0].outcome,
        Outcome::Skipped(SkipReason::ChangedSince {
            by: "bob".to_owned(),
            at: now()
        })
    );
    assert_eq!(
        plan.reason(&plan.items[0], Zone::utc()),
        "Changed since by bob on 2026-11-22 12:00 UTC: left as it is."
    );
    assert_eq!(plan.counts().of(Group::WillChange), 1);
    undo(&mut temp, &admin(), locked);
    assert!(temp.is_locked("kenmyer") && !temp.is_locked("packerman"));
}

#[test]
fn times_are_no_more_exact_in_the_history_than_in_the_state() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let at = now() + Duration::nanoseconds(123_456_789);
    let applied = temp.store.apply(&plan, &admin(), at, &Unwatched).unwrap();
    assert_eq!(applied.at, now() + Duration::milliseconds(123));
    let ken = temp.user("kenmyer");
    assert_eq!(temp.replayed().get(&ken.id), Some(&ken.pin));
}

#[test]
fn an_undo_restores_only_states_of_the_history() {
    let mut temp = TempStore::with(&[KEN]);
    let locked = act(&mut temp, &admin(), Action::Lock, &["Ken Myer"]).unwrap();
    let honest = temp.store.plan_undo(locked, None, &admin(), now()).unwrap();
    let mut forged = honest.clone();
    if let Some(state) = forged.items[0]
        .own
        .as_mut()
        .and_then(|own| own.restores.as_mut())
    {
        state.expires = None;
        state.last_change = Some(now());
    }
    let mut of_another = honest.clone();
    of_another.undoes = Some(BatchId(1));
    for plan in [forged, of_another] {
        let refused = temp
            .store
            .apply(&plan, &admin(), now(), &Unwatched)
            .unwrap_err();
        assert!(
            matches!(refused, StoreError::NotTheUndo { .. }),
            "{refused}"
        );
        assert!(temp.is_locked("kenmyer"));
    }
    temp.store
        .apply(&honest, &admin(), now(), &Unwatched)
        .unwrap();
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn the_change_of_one_user_of_a_batch_is_undone_alone() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let locked = lock_ken_and_pilar(&mut temp);
    let plan = temp
        .store
        .plan_undo(locked, Some(temp.id("packerman")), &admin(), now())
        .unwrap();
    temp.store
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert!(temp.is_locked("kenmyer") && !temp.is_locked("packerman"));
}

#[test]
fn a_change_between_the_preview_and_the_undo_is_drift() {
    let mut temp = TempStore::with(&[KEN]);
    let bob = bob(&temp);
    let locked = act(&mut temp, &admin(), Action::Lock, &["Ken Myer"]).unwrap();
    let plan = temp.store.plan_undo(locked, None, &admin(), now()).unwrap();
    act(&mut temp, &bob, Action::Unlock, &["Ken Myer"]);
    let applied = temp
        .store
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (0, 1));
}

#[test]
fn an_import_and_the_batch_of_another_operator_are_not_offered_for_undo() {
    let mut temp = TempStore::with(&[KEN]);
    assert_eq!(temp.store.last_undoable(&admin()), Ok(None));
    let bob = bob(&temp);
    act(&mut temp, &bob, Action::Lock, &["Ken Myer"]);
    assert_eq!(temp.store.last_undoable(&admin()), Ok(None));
}

#[test]
fn an_import_of_pin_states_is_undone_by_somebody_who_may_import() {
    let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
    let before: Vec<_> = [KEN, PILAR].map(|(_, logon)| temp.user(logon).pin).into();
    let newer = |is_locked_out| PinFacts {
        is_locked_out,
        last_change: Some(now()),
        expires: Some(now() + Duration::days(9)),
        ..pin_set()
    };
    let plan = temp.plan_pins(&[
        (KEN.1, newer(true)),
        (PILAR.1, newer(false)),
        (ANNA.1, newer(true)),
    ]);
    let imported = temp
        .store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let bob = bob(&temp);
    act(&mut temp, &bob, Action::Unlock, &[ANNA.0]);

    let plan = temp
        .store
        .plan_undo(imported.batch, None, &bob, now())
        .unwrap();
    assert_eq!(plan.counts().will_change, 0, "Bob may only lock and unlock");
    let mut forged = temp
        .store
        .plan_undo(imported.batch, None, &admin(), now())
        .unwrap();
    assert_eq!(
        (forged.counts().will_change, forged.counts().skipped),
        (2, 1),
        "Anna has changed since"
    );
    assert!(
        temp.store
            .apply(&forged, &bob, now(), &Unwatched)
            .unwrap_err()
            .is_refusal()
    );
    forged.operator.clone_from(&admin().account);
    let what_if = forged.what_if(&forged.items[0]).unwrap();
    assert!(what_if.contains("Import-PinDesk"), "{what_if}");
    let undone = temp
        .store
        .apply(&forged, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(undone.changed.len(), 2);
    let after: Vec<_> = [KEN, PILAR].map(|(_, logon)| temp.user(logon).pin).into();
    assert_eq!(after, before);
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn after_any_sequence_the_state_is_what_the_history_says(
        steps in proptest::collection::vec((0..3_usize, any::<bool>(), 0..8_usize, 0..6_usize), 1..14)
    ) {
        let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
        let operators = [admin(), bob(&temp)];
        let mut batches = Vec::new();
        for (kind, first, chosen, older) in steps {
            let who = &operators[usize::from(first)];
            let named: Vec<&str> = [KEN.0, PILAR.0, ANNA.0]
                .into_iter()
                .enumerate()
                .filter_map(|(index, name)| ((chosen + 1) >> index & 1 == 1).then_some(name))
                .collect();
            let batch = match kind {
                0 => act(&mut temp, who, Action::Lock, &named),
                1 => act(&mut temp, who, Action::Unlock, &named),
                _ => batches.iter().rev().nth(older).copied().and_then(|batch| undo(&mut temp, who, batch)),
            };
            batches.extend(batch);
        }
        let replayed = temp.replayed();
        for logon in [KEN.1, PILAR.1, ANNA.1] {
            let user = temp.user(logon);
            prop_assert_eq!(replayed.get(&user.id), Some(&user.pin));
        }
        prop_assert_eq!(temp.store.verify_history(&Unwatched).unwrap().first_break, None);
    }
}

#[test]
fn the_history_lists_its_batches_with_what_they_did_and_finds_them_by_their_users() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let locked = lock_ken_and_pilar(&mut temp);
    let undone = undo(&mut temp, &admin(), locked).unwrap();
    let all = temp.batches("");
    let of = |id: BatchId| all.iter().find(|batch| batch.id == id).unwrap();
    assert!(
        all.windows(2).all(|two| two[0].id > two[1].id),
        "newest first"
    );
    assert_eq!(
        (of(locked).changed, of(locked).undone_by),
        (2, Some(undone))
    );
    assert_eq!((of(undone).changed, of(undone).undoes), (2, Some(locked)));
    assert_eq!(of(locked).ticket, "INC-7");
    let found = |text: &str| {
        temp.batches(text)
            .iter()
            .map(|batch| batch.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("inc-7"), [locked]);
    assert_eq!(found("PACKERMAN")[..2], [undone, locked]);
    assert_eq!(found("nothing like it"), []);
    assert_eq!(
        temp.store
            .batches(&pindesk::store::HistoryQuery::default(), 1, &Unwatched)
            .unwrap()
            .len(),
        1
    );
    let entries = temp.store.batch_entries(locked, 100).unwrap();
    let targets: Vec<&str> = entries.iter().map(|entry| entry.target.as_str()).collect();
    assert_eq!(
        targets,
        ["sip:kenmyer@litwareinc.com", "sip:packerman@litwareinc.com"]
    );
}

#[test]
fn a_lock_that_has_ended_by_itself_is_no_lock_to_give_back() {
    let mut temp = TempStore::with(&[KEN]);
    let since = now() - Duration::hours(3);
    temp.sql().run(&format!(
        "UPDATE pins SET lock_cause = 'temporary', lock_since = {} WHERE user_id = 1",
        since.timestamp_millis()
    ));
    let bob = bob(&temp);
    let locked = act(&mut temp, &admin(), Action::Lock, &["Ken Myer"]).unwrap();
    let plan = temp.store.plan_undo(locked, None, &bob, now()).unwrap();
    let item = &plan.items[0];
    assert_eq!(
        item.action,
        Action::Unlock,
        "the roles for unlocking decide, and the script unlocks"
    );
    assert!(
        matches!(&item.outcome, Outcome::Change { caution: Some(_) }),
        "another administrator's lock: {item:?}"
    );
    assert_eq!(plan.planned_after(item).unwrap().locked, None);
    undo(&mut temp, &bob, locked);
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn a_batch_undone_for_one_user_is_still_offered_for_the_others() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let locked = lock_ken_and_pilar(&mut temp);
    let plan = temp
        .store
        .plan_undo(locked, Some(temp.id("kenmyer")), &admin(), now())
        .unwrap();
    temp.store
        .apply(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    let batch = |temp: &TempStore| {
        temp.batches("")
            .into_iter()
            .find(|b| b.id == locked)
            .unwrap()
    };
    assert_eq!((batch(&temp).changed, batch(&temp).undone), (2, 1));
    assert_eq!(temp.store.last_undoable(&admin()), Ok(Some(locked)));
    undo(&mut temp, &admin(), locked);
    assert_eq!(batch(&temp).undone, 2);
    assert_eq!(temp.store.last_undoable(&admin()), Ok(None));
}
