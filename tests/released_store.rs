//! A store and a plan file of the released schema 5. Today's program opens them, reads all of their
//! content, and continues with them.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::harness::{bob, eve};
use common::{admin, operator};
use pindesk::domain::Time;
use pindesk::domain::approval::ApprovalRules;
use pindesk::domain::hook::HookNames;
use pindesk::domain::identity::Identity;
use pindesk::domain::kept_filter::{FilterReach, KeptFilter};
use pindesk::domain::pin::LockCause;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::role::{BUILT_IN, Operator, Role, is_built_in};
use pindesk::domain::user::UserRecord;
use pindesk::exchange::open_plan;
use pindesk::plan::{Action, BatchId, Group, Keep, PlanId, Request, SettingsWish, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{HistoryQuery, PlanStatus, Store, StoreError};
use tempfile::TempDir;

/// The hash of the last entry in the released store.
const HEAD: &str = "e5ecda5b453b7ae82dda636f289a9db015b4a9fe20fed99b65b6ee92cae9c7a5";

const ENTRIES: u64 = 45;

/// The entries with which today's program records what the store holds: the batch of the upgrade,
/// and the hash of the one PIN that was set.
const RECORDED: u64 = 2;

/// Half an hour after the last entry.
fn later() -> Time {
    "2026-11-28T22:30:00Z".parse().unwrap()
}

fn left_behind(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/stores")
        .join(name)
}

/// A copy of the store, opened with today's program.
struct Opened {
    store: Store,
    _folder: TempDir,
}

impl Opened {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pindesk.db");
        fs::write(&path, fs::read(left_behind("v5.db")).unwrap()).unwrap();
        let store = Store::open(&path, &admin(), later()).unwrap();
        Self {
            store,
            _folder: folder,
        }
    }

    fn user(&self, logon: &str) -> UserRecord {
        let identity = Identity::Account {
            domain: "litwareinc".to_owned(),
            logon: logon.to_owned(),
        };
        self.store.find(&identity).unwrap().remove(0)
    }

    fn locked(&self, logon: &str) -> Option<LockCause> {
        self.user(logon).pin.status(later()).locked
    }

    /// Verifies that the history is unbroken and has `more` entries more than after the upgrade.
    /// Returns the last hash.
    fn verify(&self, more: u64) -> String {
        let verified = self.store.verify_history(&Unwatched).unwrap();
        assert!(verified.is_sound(), "{verified:?}");
        assert_eq!(verified.entries, ENTRIES + RECORDED + more);
        verified.head
    }

    fn authenticate(&mut self, digits: &str, who: &Operator) -> bool {
        let id = self.user("jmueller").id;
        let pin = Pin::parse(digits).unwrap();
        let logon = self.store.authenticate(id, &pin, who, later()).unwrap();
        logon.refusal.is_none()
    }
}

#[test]
fn its_history_ends_with_the_hash_that_was_noted() {
    let opened = Opened::new();
    opened.verify(0);
    let plain = rusqlite::Connection::open(opened.store.path()).unwrap();
    let hash: String = plain
        .query_row(
            "SELECT lower(hex(hash)) FROM history WHERE seq = ?1",
            [ENTRIES as i64],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(hash, HEAD);
}

#[test]
fn its_batches_are_listed_with_their_changes() {
    let opened = Opened::new();
    let batches = opened
        .store
        .batches(&HistoryQuery::default(), 1000, &Unwatched)
        .unwrap();
    assert_eq!(batches.len(), 22);
    assert_eq!(batches[0].action.word(), "upgrade-store");
    let of = |id: i64| {
        let batch = batches
            .iter()
            .find(|batch| batch.id == BatchId(id))
            .unwrap();
        (batch.action.word(), batch.operator.as_str(), batch.changed)
    };
    assert_eq!(of(7), ("lock", r"litwareinc\ann", 1));
    assert_eq!(of(8), ("unlock", r"litwareinc\bob", 3));
    assert_eq!(of(10), ("unlock", r"litwareinc\eve", 1));
    assert_eq!(of(13), ("set-pin", r"litwareinc\ann", 1));
    assert_eq!(of(20), ("approve-plan", r"litwareinc\ann", 0));
    assert_eq!(of(21), ("undo", r"litwareinc\bob", 2));
    let undo = opened.store.batch(BatchId(21)).unwrap().unwrap();
    assert_eq!(undo.undoes, Some(BatchId(8)));
    let lock = opened.store.batch(BatchId(7)).unwrap().unwrap();
    assert_eq!(
        (lock.reason.as_str(), lock.ticket.as_str()),
        ("left the company", "INC-1")
    );
}

#[test]
fn its_users_operators_and_rules_are_those_that_were_left() {
    let opened = Opened::new();
    let mut users = 0;
    opened
        .store
        .for_each_user(|_| {
            users += 1;
            true
        })
        .unwrap();
    assert_eq!(users, 13);
    let ken = opened.user("kenmyer").pin.lock.unwrap();
    assert_eq!(ken.cause, LockCause::Administrator);
    assert_eq!(
        (ken.by.as_deref(), ken.ticket.as_str()),
        (Some(r"litwareinc\ann"), "INC-1")
    );
    assert_eq!(opened.locked("mgarcia"), Some(LockCause::Unknown));
    assert_eq!(opened.locked("packerman"), None);
    let protected = opened.store.protected_users().unwrap();
    assert_eq!(protected, [opened.user("packerman")]);
    assert_eq!(
        opened.store.approval_rules().unwrap(),
        ApprovalRules {
            above: Some(3),
            others_locks: true,
            ..ApprovalRules::default()
        }
    );
    let roles: Vec<(String, Vec<String>)> = opened
        .store
        .operators()
        .unwrap()
        .into_iter()
        .map(|operator| (operator.account, operator.roles))
        .collect();
    let expected = [
        (r"litwareinc\ann", "CsAdministrator"),
        (r"litwareinc\bob", "CsHelpDesk"),
        (r"litwareinc\eve", "Finance desk"),
    ];
    assert_eq!(
        roles,
        expected.map(|(account, role)| (account.to_owned(), vec![role.to_owned()]))
    );
}

#[test]
fn its_built_in_roles_permit_what_those_of_a_new_store_permit() {
    let folder = tempfile::tempdir().unwrap();
    let new = Store::open(&folder.path().join("new.db"), &admin(), later()).unwrap();
    let built_in = |store: &Store| -> Vec<Role> {
        let mut roles = store.all_roles().unwrap();
        roles.retain(|role| is_built_in(&role.name));
        roles
    };
    assert_eq!(built_in(&Opened::new().store), built_in(&new));
    assert_eq!(built_in(&new).len(), BUILT_IN.len());
}

#[test]
fn the_pin_that_was_set_is_still_the_right_one() {
    let mut opened = Opened::new();
    assert!(!opened.authenticate("000000", &bob()));
    assert!(opened.authenticate("739182", &bob()));
    // A batch with a changed state each, and the right one says that it is a logon.
    opened.verify(5);
    let id = opened.user("jmueller").id;
    let pin = Pin::parse("739182").unwrap();
    let refused = opened.store.authenticate(id, &pin, &eve(), later());
    assert!(
        matches!(refused, Err(StoreError::NotPermitted { .. })),
        "{refused:?}"
    );
}

/// The old table had the number of digits, 6, beside the hash.
#[test]
fn the_length_of_the_pin_is_no_longer_kept() {
    let opened = Opened::new();
    let sql = rusqlite::Connection::open(opened.store.path()).unwrap();
    let columns = "SELECT group_concat(name) FROM pragma_table_info('pin_hashes')";
    let columns: String = sql.query_row(columns, [], |row| row.get(0)).unwrap();
    assert_eq!(
        columns,
        "user_id,number,set_at,length_class,key_id,length_seal,hash"
    );
    let class = "SELECT length_class, key_id FROM pin_hashes";
    let class: (u8, Option<String>) = sql
        .query_row(class, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(class, (5, None), "5 stands for 5 and 6 digits");
}

#[test]
fn a_batch_of_it_is_undone() {
    let mut opened = Opened::new();
    let plan = opened
        .store
        .plan_undo(BatchId(21), None, &admin(), later())
        .unwrap();
    assert_eq!(plan.counts().of(Group::WillChange), 2);
    // Its rules add up the changes of a day, which is over then.
    let next_day = later() + chrono::Duration::days(1);
    let applied = opened
        .store
        .apply(&plan, &admin(), next_day, &Unwatched)
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (2, 0));
    assert_eq!(
        (opened.locked("kenmyer"), opened.locked("mgarcia")),
        (None, None)
    );
    opened.verify(3);
    assert_eq!(
        opened.store.undone_by(BatchId(21)).unwrap(),
        [applied.batch.unwrap()]
    );
}

#[test]
fn undo_leaves_users_changed_since_as_they_are() {
    let opened = Opened::new();
    let plan = opened
        .store
        .plan_undo(BatchId(8), None, &bob(), later())
        .unwrap();
    assert_eq!(plan.items.len(), 3);
    assert_eq!(plan.counts().of(Group::Skipped), 3);
}

#[test]
fn the_approved_plan_is_applied_without_users_changed_since() {
    let mut opened = Opened::new();
    let [summary] = opened.store.plans().unwrap().try_into().unwrap();
    assert_eq!(
        (summary.id, summary.status),
        (PlanId(1), PlanStatus::Approved)
    );
    let submitted = opened.store.submitted(PlanId(1), &bob(), later()).unwrap();
    let events: Vec<(&str, &str)> = submitted
        .events
        .iter()
        .map(|event| (event.action.word(), event.by.as_str()))
        .collect();
    assert_eq!(
        events,
        [
            ("submit-plan", r"litwareinc\bob"),
            ("comment-plan", r"litwareinc\ann"),
            ("approve-plan", r"litwareinc\ann"),
        ]
    );
    assert_eq!(submitted.may_not.apply, None);
    assert_eq!(
        submitted.reviewed.clone().pins().unwrap().drifted.len(),
        2,
        "batch 21 came after it"
    );
    let applied = opened
        .store
        .apply(
            &submitted.reviewed.clone().pins().unwrap().plan,
            &bob(),
            later(),
            &Unwatched,
        )
        .unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (11, 0));
    assert_eq!(opened.locked("packerman"), Some(LockCause::Administrator));
    let [summary] = opened.store.plans().unwrap().try_into().unwrap();
    assert_eq!(summary.status, PlanStatus::Applied);
    opened.verify(12);
}

#[test]
fn the_plan_file_is_opened_refreshed_and_needs_approval() {
    let mut opened = Opened::new();
    let permissions = opened.store.permissions(&bob()).unwrap();
    let plan = open_plan(&left_behind("v5.plan.json"), opened.store.id(), permissions).unwrap();
    assert_eq!(plan.changes().count(), 13);
    let refreshed = opened.store.refresh(plan, &bob(), later()).unwrap();
    assert_eq!(refreshed.plan.changes().count(), 11);
    let mut drifted: Vec<&str> = refreshed
        .drifted
        .iter()
        .map(|drift| drift.identity.as_str())
        .collect();
    drifted.sort_unstable();
    assert_eq!(
        drifted,
        ["sip:kenmyer@litwareinc.com", "sip:mgarcia@litwareinc.com"]
    );
    let refused = opened
        .store
        .apply(&refreshed.plan, &bob(), later(), &Unwatched)
        .unwrap_err();
    assert!(refused.is_refusal(), "{refused}");

    let id = opened
        .store
        .submit(&refreshed.plan, &bob(), later())
        .unwrap();
    opened
        .store
        .decide(
            id,
            pindesk::store::Decision::Approve,
            "seen",
            &admin(),
            later(),
        )
        .unwrap();
    let plan = opened
        .store
        .submitted(id, &bob(), later())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan;
    let applied = opened
        .store
        .apply(&plan, &bob(), later(), &Unwatched)
        .unwrap();
    assert_eq!(applied.changed.len(), 11);
    opened.store.verify_history(&Unwatched).unwrap();
}

/// Version 12 added the rules of a policy that are switched on one by one.
#[test]
fn a_store_of_version_11_has_no_further_rules_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    fs::write(&path, fs::read(left_behind("v11.db")).unwrap()).unwrap();
    let root = Operator {
        account: "root".to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    };
    let mut store = Store::open(&path, &root, later()).unwrap();
    let policies = store.policies().unwrap();
    assert_eq!(policies.len(), 2);
    for row in &policies {
        assert!(row.policy.policy.also_refused.is_empty(), "{row:?}");
    }
    let mut global = policies[0].policy.clone();
    global.policy.also_refused = [PinRule::FewDigits].into();
    assert!(store.set_policy(&global, &root, later()).unwrap());
    let again = Store::open(&path, &root, later()).unwrap();
    assert_eq!(again.policy(&global.name).unwrap(), Some(global));
    let verified = again.verify_history(&Unwatched).unwrap();
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
fn a_store_of_version_12_keeps_filters_and_locks_nobody_for_want_of_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    fs::write(&path, fs::read(left_behind("v12.db")).unwrap()).unwrap();
    let root = operator("root");
    let at = later() + chrono::Duration::days(2);
    let mut store = Store::open(&path, &root, at).unwrap();
    assert!(store.verify_history(&Unwatched).unwrap().is_sound());
    for row in store.policies().unwrap() {
        assert_eq!(row.policy.policy.inactivity_days, 0, "{row:?}");
    }
    let years_later = at + chrono::Duration::days(9999);
    let identity = Identity::Account {
        domain: "litwareinc".to_owned(),
        logon: "jmueller".to_owned(),
    };
    let user = store.find(&identity).unwrap().remove(0);
    assert_eq!(user.pin.inactivity, None);
    assert!(!user.pin.is_locked_out(years_later));
    assert_eq!(store.kept_filters(&root).unwrap(), []);

    let mut global = store.policies().unwrap().remove(0).policy;
    global.policy.inactivity_days = 30;
    assert!(store.set_policy(&global, &root, at).unwrap());
    let pin = Pin::parse("739182").unwrap();
    let logon = store.authenticate(user.id, &pin, &root, at).unwrap();
    assert_eq!(logon.refusal, None);
    let filter = KeptFilter::new("Old", "locked-by=inactivity", FilterReach::All).unwrap();
    store.keep_filter(&filter, &root).unwrap();
    let again = Store::open(&path, &root, at).unwrap();
    assert_eq!(again.kept_filters(&root).unwrap(), [filter]);
    let locked = again.user(user.id).unwrap().unwrap().pin;
    assert_eq!(
        locked.status(years_later).locked,
        Some(LockCause::Inactivity)
    );
    assert!(again.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn opening_it_again_changes_nothing_more() {
    let opened = Opened::new();
    let head = opened.verify(0);
    let again = Store::open(opened.store.path(), &operator("stranger"), later()).unwrap();
    let verified = again.verify_history(&Unwatched).unwrap();
    assert_eq!((verified.head, verified.first_break), (head, None));
    assert_eq!(again.id(), opened.store.id());
}

#[test]
fn a_store_of_version_13_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    fs::write(&path, fs::read(left_behind("v13.db")).unwrap()).unwrap();
    let root = operator("root");
    let at = later() + chrono::Duration::days(2);
    let mut store = Store::open(&path, &root, at).unwrap();
    assert!(store.verify_history(&Unwatched).unwrap().is_sound());
    let policies = store.policies().unwrap();
    let days = policies.iter().map(|row| row.policy.policy.inactivity_days);
    assert_eq!(days.max(), Some(60));
    let identity = Identity::Account {
        domain: "litwareinc".to_owned(),
        logon: "jmueller".to_owned(),
    };
    let user = store.find(&identity).unwrap().remove(0);
    assert_eq!(user.pin.failures.local, 0);
    assert_eq!(user.pin.status(at).locked, Some(LockCause::Administrator));
    let request = Request {
        action: Action::Unlock,
        targets: vec![Target::User(user.id)],
        keep: Keep::All,
        reason: String::new(),
        ticket: String::new(),
    };
    let planned = store.plan(&request, &root, at, &Unwatched).unwrap();
    store.apply(&planned.plan, &root, at, &Unwatched).unwrap();
    let again = Store::open(&path, &root, at).unwrap();
    let pin = again.user(user.id).unwrap().unwrap().pin;
    assert_eq!(pin.status(at).locked, None);
    assert!(again.verify_history(&Unwatched).unwrap().is_sound());
}

#[test]
fn a_store_of_version_14_can_name_hooks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    fs::write(&path, fs::read(left_behind("v14.db")).unwrap()).unwrap();
    let root = operator("root");
    let at = later() + chrono::Duration::days(2);
    let mut store = Store::open(&path, &root, at).unwrap();
    assert!(store.verify_history(&Unwatched).unwrap().is_sound());
    assert_eq!(store.hook_names().unwrap(), HookNames::default());
    let hooks = HookNames {
        before: Some("check".to_owned()),
        after: None,
    };
    let wish = SettingsWish::SetHooks {
        hooks: hooks.clone(),
    };
    assert!(store.change_settings(vec![wish], &root, at).unwrap());
    let again = Store::open(&path, &root, at).unwrap();
    assert_eq!(again.hook_names().unwrap(), hooks);
    assert!(again.verify_history(&Unwatched).unwrap().is_sound());
}
