//! A key outside the store: PINs are hashed with it, and nobody can test or set them without it.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::sync::{Arc, Mutex};

use chrono::Duration;
use common::harness::{bob, store};
use common::{TempStore, admin, now, typed};
use pindesk::domain::lockout::LogonRefusal;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::pin_key::{KeyId, PinKey};
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, FoundKey, HistoryKind, KeySource, Store, StoreError};

/// Keys in memory, in the place of a keyring.
#[derive(Debug, Default)]
struct Shelf(Mutex<Vec<PinKey>>);

impl Shelf {
    fn put(&self, key: &PinKey) {
        self.0.lock().unwrap().push(key.clone());
    }

    fn lose(&self, key: &PinKey) {
        self.0.lock().unwrap().retain(|kept| kept != key);
    }
}

impl KeySource for Shelf {
    fn find(&self, id: &KeyId) -> Result<Option<FoundKey>, String> {
        let keys = self.0.lock().unwrap();
        let found = keys.iter().find(|key| key.id() == id);
        Ok(found.map(|key| FoundKey {
            key: key.clone(),
            found_in: "the shelf".to_owned(),
        }))
    }
}

fn key(nth: u8) -> PinKey {
    PinKey::of([nth; 32])
}

fn pin(digits: &str) -> Pin {
    Pin::parse(digits).unwrap()
}

/// A store, and the shelf on which it looks for keys.
fn with_shelf() -> (TempStore, Arc<Shelf>) {
    let mut temp = store();
    let shelf = Arc::new(Shelf::default());
    temp.store.set_keys(shelf.clone());
    (temp, shelf)
}

fn with_key() -> (TempStore, Arc<Shelf>) {
    let (mut temp, shelf) = with_shelf();
    shelf.put(&key(1));
    temp.store.begin_key(key(1).id(), &admin(), now()).unwrap();
    (temp, shelf)
}

fn set(temp: &mut TempStore, logon: &str, digits: &str) -> Result<Applied, StoreError> {
    let plan = temp.plan(Action::SetPin, typed(&[&format!("litwareinc\\{logon}")]));
    temp.store
        .apply_with(&plan, Some(&pin(digits)), &admin(), now(), &Unwatched)
}

fn tried(
    temp: &mut TempStore,
    logon: &str,
    digits: &str,
) -> Result<Option<LogonRefusal>, StoreError> {
    let id = temp.id(logon);
    let logon = temp.store.authenticate(id, &pin(digits), &admin(), now())?;
    Ok(logon.refusal)
}

fn opened_again(temp: &TempStore) -> Store {
    Store::open(temp.store.path(), &admin(), now()).unwrap()
}

fn assert_verified(temp: &TempStore) {
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.differences, []);
    assert_eq!(verified.first_break, None);
}

fn key_ids(temp: &TempStore) -> Vec<Option<String>> {
    temp.sql()
        .texts("SELECT key_id FROM pin_hashes ORDER BY user_id, number")
}

fn text(key: &PinKey) -> String {
    key.id().to_string()
}

/// Sets the global policy to the usual one with a change.
fn set_global(temp: &mut TempStore, change: impl FnOnce(&mut PinPolicy)) {
    let mut policy = NamedPolicy {
        name: PolicyName::Global,
        policy: PinPolicy::default(),
    };
    change(&mut policy.policy);
    temp.store.set_policy(&policy, &admin(), now()).unwrap();
}

#[test]
fn without_the_key_pins_are_neither_tested_nor_set_and_all_else_works() {
    let (mut temp, shelf) = with_key();
    set(&mut temp, "kenmyer", "48213").unwrap();
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    shelf.lose(&key(1));
    temp.store = opened_again(&temp);
    temp.store.set_keys(shelf.clone());
    let batches = temp.batches("").len();
    for digits in ["48213", "99999"] {
        let refused = tried(&mut temp, "kenmyer", digits).unwrap_err();
        assert!(
            matches!(refused, StoreError::KeyMissing { .. }),
            "{refused}"
        );
        assert!(refused.to_string().contains(key(1).id().as_str()));
    }
    let refused = set(&mut temp, "packerman", "48213").unwrap_err();
    assert!(
        matches!(refused, StoreError::KeyMissing { .. }),
        "{refused}"
    );
    assert!(temp.store.require_key().is_err());
    assert_eq!(
        temp.batches("").len(),
        batches,
        "nothing counts as a failure"
    );
    let plan = temp.plan(Action::Lock, typed(&[r"litwareinc\kenmyer"]));
    assert_eq!(temp.apply(&plan).unwrap().changed.len(), 1);
    let plan = temp.plan(Action::Unlock, typed(&[r"litwareinc\kenmyer"]));
    assert_eq!(temp.apply(&plan).unwrap().changed.len(), 1);
    let state = temp.store.key_state().unwrap();
    assert!(state.keys.key.unwrap().found.is_err());
    shelf.put(&key(1));
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    assert_verified(&temp);
}

#[test]
fn a_hash_without_a_key_stays_valid_and_is_renewed_at_the_next_success() {
    let (mut temp, shelf) = with_shelf();
    set(&mut temp, "kenmyer", "48213").unwrap();
    let version = temp.user("kenmyer").version.0;
    shelf.put(&key(1));
    temp.store.begin_key(key(1).id(), &admin(), now()).unwrap();
    let state = temp.store.key_state().unwrap();
    assert_eq!((state.without_key, state.with_key), (1, 0));
    let wrong = tried(&mut temp, "kenmyer", "48214").unwrap();
    assert_eq!(wrong, Some(LogonRefusal::IncorrectPin));
    assert_eq!(key_ids(&temp), [None], "a wrong PIN renews nothing");
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    assert_eq!(key_ids(&temp), [Some(text(&key(1)))]);
    let newest = temp.store.user_history(temp.id("kenmyer"), 1).unwrap();
    assert_eq!(newest[0].kind, HistoryKind::Hash);
    assert!(newest[0].reason.contains(key(1).id().as_str()));
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    let state = temp.store.key_state().unwrap();
    assert_eq!((state.without_key, state.with_key), (0, 1));
    assert_verified(&temp);
    // The wrong and the right PIN changed the count of failures. Hashing again is no change of the
    // user, so no plan drifts because of it.
    assert_eq!(temp.user("kenmyer").version.0, version + 2);
}

#[test]
fn both_keys_are_valid_during_a_rotation_which_ends_when_no_pin_has_the_old_one() {
    let (mut temp, shelf) = with_key();
    set(&mut temp, "kenmyer", "48213").unwrap();
    set(&mut temp, "packerman", "9172").unwrap_err();
    set(&mut temp, "packerman", "91724").unwrap();
    shelf.put(&key(2));
    temp.store.rotate_key(key(2).id(), &admin(), now()).unwrap();
    let refused = temp.store.finish_rotation(&admin(), now()).unwrap_err();
    assert_eq!(refused, StoreError::KeyStillUsed { hashes: 2 });
    shelf.put(&key(3));
    let refused = temp.store.rotate_key(key(3).id(), &admin(), now());
    assert!(matches!(
        refused,
        Err(StoreError::RotationUnfinished { .. })
    ));
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    assert_eq!(key_ids(&temp), [Some(text(&key(2))), Some(text(&key(1)))]);
    assert_verified(&temp);
    set(&mut temp, "packerman", "73591").unwrap();
    let dropped = temp.store.finish_rotation(&admin(), now()).unwrap();
    assert_eq!(dropped.as_ref(), Some(key(1).id()));
    shelf.lose(&key(1));
    temp.store = opened_again(&temp);
    temp.store.set_keys(shelf);
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    assert_eq!(tried(&mut temp, "packerman", "73591"), Ok(None));
    assert_eq!(temp.store.finish_rotation(&admin(), now()), Ok(None));
    assert_verified(&temp);
}

#[test]
fn a_store_never_says_that_it_uses_a_key_that_is_not_outside_already() {
    let (mut temp, shelf) = with_shelf();
    set(&mut temp, "kenmyer", "48213").unwrap();
    let refused = temp.store.begin_key(key(1).id(), &admin(), now());
    assert!(matches!(refused, Err(StoreError::KeyMissing { .. })));
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    // The program ended after the key was written: the store goes on without it.
    shelf.put(&key(1));
    temp.store = opened_again(&temp);
    temp.store.set_keys(shelf.clone());
    assert_eq!(temp.store.keys_in_use().unwrap().key, None);
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    temp.store.begin_key(key(1).id(), &admin(), now()).unwrap();
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    // Likewise while a key is replaced.
    let refused = temp.store.rotate_key(key(2).id(), &admin(), now());
    assert!(matches!(refused, Err(StoreError::KeyMissing { .. })));
    shelf.put(&key(2));
    temp.store = opened_again(&temp);
    temp.store.set_keys(shelf);
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
    temp.store.rotate_key(key(2).id(), &admin(), now()).unwrap();
    assert_eq!(tried(&mut temp, "kenmyer", "48213"), Ok(None));
}

#[test]
fn the_help_desk_may_not_change_the_key_and_the_attempt_is_recorded() {
    let (mut temp, shelf) = with_shelf();
    shelf.put(&key(1));
    let refused = temp.store.begin_key(key(1).id(), &bob(), now());
    assert!(refused.unwrap_err().is_refusal());
    assert_eq!(temp.store.keys_in_use().unwrap().key, None);
    let batches = temp.batches(key(1).id().as_str());
    assert_eq!((batches.len(), batches[0].denied), (1, 1));
    assert!(temp.store.require_key_permission(&bob(), now()).is_err());
    temp.store.require_key_permission(&admin(), now()).unwrap();
}

#[test]
fn the_key_and_the_length_of_pins_are_nowhere_in_the_store() {
    let (mut temp, _shelf) = with_key();
    set_global(&mut temp, |policy| policy.min_length = 4);
    for (logon, digits) in [("kenmyer", "4821"), ("packerman", "4821370")] {
        set(&mut temp, logon, digits).unwrap();
    }
    let columns = temp
        .sql()
        .rows("SELECT length_class, length_seal FROM pin_hashes");
    let seals: Vec<&[Option<String>]> = columns.iter().map(Vec::as_slice).collect();
    let [[None, Some(one)], [None, Some(other)]] = seals[..] else {
        panic!("{columns:?}")
    };
    assert_ne!(one, other);
    drop(temp.store);
    for file in std::fs::read_dir(temp.folder.path()).unwrap() {
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else {
            continue;
        };
        for secret in [&[1; 32][..], &key(1).to_text().as_bytes()[18..]] {
            assert!(memchr::memmem::find(&bytes, secret).is_none());
        }
    }
}

#[test]
fn limits_depend_on_the_length_that_only_the_key_can_read() {
    let (mut temp, _shelf) = with_key();
    set_global(&mut temp, |policy| policy.min_length = 4);
    for (logon, digits, limit) in [("kenmyer", "4821", 10), ("packerman", "48213", 25)] {
        set(&mut temp, logon, digits).unwrap();
        for nth in 1..=limit {
            tried(&mut temp, logon, "9999").unwrap();
            assert_eq!(temp.is_locked(logon), nth == limit, "{logon}: {nth}");
        }
    }
}

#[test]
fn remembered_pins_are_compared_with_the_keys_that_they_were_hashed_with() {
    let (mut temp, shelf) = with_shelf();
    set_global(&mut temp, |policy| policy.history_count = 5);
    let ken = common::operator(r"litwareinc\kenmyer");
    temp.store
        .grant(
            pindesk::store::Grant::Give,
            "CsHelpDesk",
            &ken.account,
            &admin(),
            now(),
        )
        .unwrap();
    let mut at = now();
    let mut set_own = |temp: &mut TempStore, digits: &str| {
        at += Duration::minutes(1);
        let plan = temp.plan_as(&ken, Action::SetPin, typed(&[r"litwareinc\kenmyer"]));
        temp.store
            .apply_with(&plan, Some(&pin(digits)), &ken, at, &Unwatched)
    };
    set_own(&mut temp, "48213").unwrap();
    shelf.put(&key(1));
    temp.store.begin_key(key(1).id(), &admin(), now()).unwrap();
    set_own(&mut temp, "73591").unwrap();
    shelf.put(&key(2));
    temp.store.rotate_key(key(2).id(), &admin(), now()).unwrap();
    set_own(&mut temp, "91724").unwrap();
    temp.store.finish_rotation(&admin(), now()).unwrap();
    for used in ["48213", "73591", "91724"] {
        let refused = set_own(&mut temp, used);
        assert!(matches!(refused, Err(StoreError::PinRefused(_))), "{used}");
    }
    assert_verified(&temp);
}
