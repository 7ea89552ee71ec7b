//! Hooks of the store: which changes they are asked and told about, with which plan, and what a refusal
//! leaves behind.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::sync::{Arc, Mutex};

use common::harness::{agreed, store};
use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::domain::hook::{HookFault, HookMoment, HookNameFault, HookNames};
use pindesk::plan::{Action, BatchAction, PlanRef, SettingsWish};
use pindesk::progress::Unwatched;
use pindesk::store::{Grant, HistoryKind, HookCall, HookRunner, Opener, Store, StoreError};
use serde_json::Value;

/// Keeps the calls, and answers as the test wants.
#[derive(Debug, Default)]
struct Recorder {
    calls: Mutex<Vec<(String, HookMoment, Value)>>,
    refuses: Mutex<bool>,
}

impl HookRunner for Recorder {
    fn run(&self, call: &HookCall<'_>) -> Result<(), HookFault> {
        let document = (call.document)().unwrap();
        assert!(document.ends_with("}\n") && document.lines().count() == 1);
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["action"], call.action.word());
        let mut calls = self.calls.lock().unwrap();
        calls.push((call.hook.to_owned(), call.moment, document));
        if *self.refuses.lock().unwrap() {
            return Err(HookFault::Refused {
                hook: call.hook.to_owned(),
                words: "no ticket".to_owned(),
            });
        }
        Ok(())
    }

    fn describe(&self, hook: &str) -> Result<String, String> {
        Ok(format!("/hooks/{hook}"))
    }
}

impl Recorder {
    fn taken(&self) -> Vec<(String, HookMoment, Value)> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    fn refuse(&self, refuses: bool) {
        *self.refuses.lock().unwrap() = refuses;
    }
}

fn both() -> HookNames {
    HookNames {
        before: Some("check".to_owned()),
        after: Some("tell".to_owned()),
    }
}

fn wish(hooks: &HookNames) -> Vec<SettingsWish> {
    let hooks = hooks.clone();
    vec![SettingsWish::SetHooks { hooks }]
}

fn set(temp: &mut TempStore, hooks: &HookNames) -> Result<bool, StoreError> {
    temp.store.change_settings(wish(hooks), &admin(), now())
}

/// A store with both hooks, and what was called.
fn hooked() -> (TempStore, Arc<Recorder>) {
    let mut temp = store();
    assert!(set(&mut temp, &both()).unwrap());
    let recorder = Arc::new(Recorder::default());
    temp.store.set_hooks(recorder.clone());
    // Nobody could run the hooks when they were set.
    assert_eq!(temp.store.take_warnings().len(), 1);
    (temp, recorder)
}

fn assert_sound(temp: &TempStore) {
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

/// The actions and moments of calls.
fn moments(calls: &[(String, HookMoment, Value)]) -> Vec<(&str, HookMoment)> {
    let word = |document: &'_ Value| -> String { document["action"].as_str().unwrap().to_owned() };
    calls
        .iter()
        .map(|(_, moment, document)| {
            let known = BatchAction::of_word(&word(document));
            assert_ne!(known, BatchAction::Unknown(word(document)));
            (document["action"].as_str().unwrap(), *moment)
        })
        .collect()
}

#[test]
fn every_change_of_pins_users_and_settings_is_asked_and_told() {
    use HookMoment::{After, Before};
    let (mut temp, recorder) = hooked();
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let locked = temp.apply(&lock).unwrap();
    let calls = recorder.taken();
    assert_eq!(moments(&calls), [("lock", Before), ("lock", After)]);
    let line = PlanRef::Pins(&lock).line(temp.store.id()).unwrap();
    let plan: Value = serde_json::from_str(&line).unwrap();
    for (hook, moment, document) in &calls {
        assert_eq!(hook, if *moment == Before { "check" } else { "tell" });
        assert_eq!(document["plan"], plan, "the plan that is applied");
        assert_eq!(document["store"], temp.store.id());
        assert_eq!(document["operator"], admin().account);
    }
    assert!(calls[0].2.get("result").is_none());
    let result = &calls[1].2["result"];
    assert_eq!(result["batch"], locked.batch.unwrap().0);
    assert_eq!(result["changed"], 1);

    let undo = temp
        .store
        .plan_undo(locked.batch.unwrap(), None, &admin(), now())
        .unwrap();
    temp.apply(&undo).unwrap();
    let set_pin = temp.plan(Action::SetPin, typed(&["Ken Myer"]));
    let drawn = temp.apply(&set_pin).unwrap().pins.remove(0);
    let calls = recorder.taken();
    assert_eq!(
        moments(&calls),
        [
            ("undo", Before),
            ("undo", After),
            ("set-pin", Before),
            ("set-pin", After)
        ]
    );
    for (_, _, document) in &calls {
        let digits = drawn.pin.digits();
        assert!(!document.to_string().contains(&format!("\"{digits}\"")));
    }

    temp.import_users(vec![names("New Person", "new")]).unwrap();
    temp.import_pin("new", &pin_set());
    let imported = temp.import_users(vec![names("Newer", "newer")]).unwrap();
    let undo = temp
        .store
        .plan_undo_import(imported.batch)
        .unwrap()
        .unwrap();
    temp.store
        .import(&undo, &admin(), now(), &Unwatched)
        .unwrap();
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "carol", &admin(), now())
        .unwrap();
    let calls = recorder.taken();
    let words: Vec<&str> = moments(&calls).iter().map(|(word, _)| *word).collect();
    assert_eq!(
        words,
        [
            "import-users",
            "import-users",
            "import-pins",
            "import-pins",
            "import-users",
            "import-users",
            "undo",
            "undo",
            "grant-role",
            "grant-role"
        ]
    );
    assert_eq!(calls[1].2["result"]["added"], 1);
    assert_eq!(temp.store.take_warnings(), Vec::<String>::new());
    assert_sound(&temp);
}

#[test]
fn previews_changes_of_nothing_and_hopeless_attempts_ask_nobody() {
    let (mut temp, recorder) = hooked();
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    assert_eq!(temp.apply(&unlock).unwrap().changed, []);
    let stranger = operator("stranger");
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let refused = temp.store.apply(&lock, &stranger, now(), &Unwatched);
    assert!(matches!(refused, Err(StoreError::NotPermitted { .. })));
    let granted = temp
        .store
        .grant(Grant::Give, "CsHelpDesk", "x", &stranger, now());
    assert!(matches!(granted, Err(StoreError::NotPermitted { .. })));
    assert_eq!(recorder.taken(), []);
}

#[test]
fn a_refused_change_is_recorded_and_changes_nothing() {
    let (mut temp, recorder) = hooked();
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let users = temp.plan_users(vec![names("New Person", "new")]);
    recorder.refuse(true);
    let refused = StoreError::Hook(HookFault::Refused {
        hook: "check".to_owned(),
        words: "no ticket".to_owned(),
    });
    assert_eq!(
        refused.to_string(),
        "The hook check refuses this: no ticket. Nothing was changed."
    );
    assert_eq!(temp.apply(&lock), Err(refused.clone()));
    assert_eq!(
        temp.store.import(&users, &admin(), now(), &Unwatched),
        Err(refused.clone())
    );
    let given = temp
        .store
        .grant(Grant::Give, "CsHelpDesk", "carol", &admin(), now());
    assert_eq!(given, Err(refused));
    assert!(!temp.is_locked("kenmyer"));
    assert_eq!(recorder.taken().len(), 3, "and nothing is told");
    for (action, target) in [
        ("lock", "sip:kenmyer@litwareinc.com"),
        ("import-users", "export.csv"),
        ("grant-role", "carol"),
    ] {
        let batch = temp.batches(action).remove(0);
        let entries = temp.store.batch_entries(batch.id, 10).unwrap();
        let denied = entries.iter().find(|e| e.kind == HistoryKind::Denied);
        assert_eq!(denied.unwrap().target, target);
    }
    assert_sound(&temp);
}

#[test]
fn a_hook_that_fails_after_a_change_is_a_warning() {
    let mut temp = store();
    let after = HookNames {
        before: None,
        ..both()
    };
    assert!(set(&mut temp, &after).unwrap());
    // The change of the hooks itself is told to the new hook, which is not allowed here.
    assert_eq!(temp.store.take_warnings().len(), 1);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let batch = temp.apply(&lock).unwrap().batch.unwrap().0;
    let warnings = temp.store.take_warnings();
    assert!(
        warnings[0].contains("The store names the hook tell, and this computer does not allow it")
            && warnings[0].ends_with(&format!("Batch {batch} was made all the same.")),
        "{warnings:?}"
    );
    assert!(temp.is_locked("kenmyer"));
    assert_eq!(temp.store.take_warnings(), Vec::<String>::new());
}

#[test]
fn without_the_hook_a_change_is_refused_until_the_hook_is_taken_away() {
    let mut temp = store();
    assert!(set(&mut temp, &both()).unwrap());
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let refused = temp.apply(&lock).unwrap_err();
    assert!(refused.is_of_hook(), "{refused}");
    assert!(refused.to_string().contains("does not allow it"));
    // A hook that nobody can run can still be taken away.
    assert!(set(&mut temp, &HookNames::default()).unwrap());
    temp.store.take_warnings();
    assert_eq!(temp.apply(&lock).unwrap().changed.len(), 1);
    assert_sound(&temp);
}

/// Sets another hook while the first one runs.
#[derive(Debug)]
struct Meddler(std::path::PathBuf);

impl HookRunner for Meddler {
    fn run(&self, call: &HookCall<'_>) -> Result<(), HookFault> {
        if call.moment == HookMoment::Before {
            let who = admin();
            let mut store: Store = Opener::new(&who, now()).open_existing(&self.0).unwrap();
            let hooks = HookNames {
                before: Some("stricter".to_owned()),
                after: None,
            };
            store.change_settings(wish(&hooks), &who, now()).unwrap();
        }
        Ok(())
    }

    fn describe(&self, _hook: &str) -> Result<String, String> {
        Err("nothing".to_owned())
    }
}

#[test]
fn a_change_does_not_pass_by_a_hook_that_was_set_meanwhile() {
    let (mut temp, _recorder) = hooked();
    temp.store.set_hooks(Arc::new(Meddler(temp.path())));
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    assert_eq!(temp.apply(&lock), Err(StoreError::Hook(HookFault::Changed)));
    assert!(!temp.is_locked("kenmyer"));
}

#[test]
fn hooks_are_a_setting_that_is_previewed_undone_and_taken_away_only_with_approval() {
    let mut temp = store();
    let preview = temp.store.plan_settings(wish(&both()), &admin()).unwrap();
    let lines: Vec<String> = preview
        .changes
        .iter()
        .map(|change| change.change_line().to_string())
        .collect();
    assert_eq!(
        lines,
        [
            "Hook after changes: none → tell",
            "Hook before changes: none → check"
        ]
    );
    assert_eq!(temp.store.hook_names().unwrap(), HookNames::default());
    let batch = temp
        .store
        .apply_settings(&preview, &admin(), now())
        .unwrap()
        .unwrap();
    assert_eq!(temp.store.hook_names().unwrap(), both());
    let undo = temp
        .store
        .plan_undo_settings(batch, &admin())
        .unwrap()
        .unwrap();
    temp.store.apply_settings(&undo, &admin(), now()).unwrap();
    assert_eq!(temp.store.hook_names().unwrap(), HookNames::default());

    assert!(set(&mut temp, &both()).unwrap());
    let helper = operator("helper");
    let refused = temp
        .store
        .change_settings(wish(&HookNames::default()), &helper, now());
    assert!(matches!(refused, Err(StoreError::NotPermitted { .. })));
    let rules = pindesk::domain::approval::ApprovalRules {
        above: Some(10),
        ..Default::default()
    };
    temp.store.set_hooks(Arc::new(Recorder::default()));
    temp.store
        .set_approval_rules(rules, &admin(), now())
        .unwrap();
    let alone = set(&mut temp, &HookNames::default());
    assert!(
        matches!(alone, Err(StoreError::NeedsApproval { .. })),
        "{alone:?}"
    );
    agreed(&mut temp, wish(&HookNames::default()));
    assert_eq!(temp.store.hook_names().unwrap(), HookNames::default());
    assert_sound(&temp);
}

#[test]
fn a_name_is_one_word() {
    for bad in ["", "off", "OFF", "a b", "../x", "a/b", "ä", &"x".repeat(65)] {
        let hooks = HookNames {
            before: Some(bad.to_owned()),
            after: None,
        };
        assert_eq!(hooks.check(), Err(HookNameFault), "{bad}");
    }
    for good in ["a", "check-tickets", "v2.1_x", &"x".repeat(64)] {
        let hooks = HookNames {
            before: None,
            after: Some(good.to_owned()),
        };
        assert_eq!(hooks.check(), Ok(()), "{good}");
    }
    let mut temp = store();
    let wrong = HookNames {
        before: Some("a b".to_owned()),
        after: None,
    };
    let refused = set(&mut temp, &wrong);
    assert_eq!(refused, Err(StoreError::WrongHookName(HookNameFault)));
}
