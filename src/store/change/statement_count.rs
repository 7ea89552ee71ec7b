//! Tests that work on many users takes few statements, as SQLite counts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::Time;
use crate::domain::pin::{Lock, LockCause, PinState};
use crate::domain::role::Operator;
use crate::domain::user::{Account, UserId, UserNames};
use crate::plan::import::{ImportKind, ImportPlan, ImportRow, ImportVerdict};
use crate::plan::{Action, BatchId, Keep, Plan, Request, Target};
use crate::progress::Unwatched;
use crate::store::empty_store::empty_store;
use crate::store::engine::sqlite;
use crate::store::{Finding, Store};

const FEW: usize = 10;
const MANY: usize = 2_000;
/// The least number of users that one statement takes on average. The work on many users may take
/// as many statements as that on few users, plus one for each block of this size.
const USERS_PER_STATEMENT: usize = 16;

struct Counted {
    store: Store,
    statements: Arc<AtomicUsize>,
    ids: Vec<UserId>,
    _folder: tempfile::TempDir,
}

fn operator() -> Operator {
    Operator {
        account: r"litwareinc\ann".to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    }
}

fn names(nth: usize) -> UserNames {
    UserNames {
        display_name: format!("User {nth}"),
        sip: Some(format!("user{nth}@litwareinc.com")),
        upn: Some(format!("user{nth}@litwareinc.com")),
        account: Some(Account {
            domain: "litwareinc".to_owned(),
            logon: format!("user{nth}"),
        }),
        dn: Some(format!("CN=User {nth},OU=Finance,DC=litwareinc,DC=com")),
        ..UserNames::default()
    }
}

impl Counted {
    fn new() -> Self {
        let (folder, mut store) = empty_store();
        let statements = Arc::new(AtomicUsize::new(0));
        sqlite::count_statements(&mut store.connection, Arc::clone(&statements));
        Self {
            store,
            statements,
            ids: Vec::new(),
            _folder: folder,
        }
    }

    /// The number of statements that some work takes, and its result.
    fn count<T>(&mut self, work: impl FnOnce(&mut Store) -> T) -> (usize, T) {
        self.statements.store(0, Ordering::Relaxed);
        let outcome = work(&mut self.store);
        (self.statements.load(Ordering::Relaxed), outcome)
    }

    fn import(&mut self, kind: ImportKind, verdicts: Vec<ImportVerdict>) -> usize {
        let row = |verdict| ImportRow {
            line: 2,
            label: "a text of the file".to_owned(),
            verdict,
        };
        let plan = ImportPlan {
            kind,
            source: "export.csv".to_owned(),
            sha256: "00".repeat(32),
            names_version: self.store.freshness().unwrap().names,
            rows: verdicts.into_iter().map(row).collect(),
            unchanged: 0,
            undoes: None,
            reason: String::new(),
            ticket: String::new(),
            submitted: None,
        };
        let work =
            |store: &mut Store| store.import(&plan, &operator(), Time::default(), &Unwatched);
        self.count(work).1.unwrap();
        self.statements.load(Ordering::Relaxed)
    }

    fn plan(&mut self, action: Action, targets: Vec<Target>) -> (usize, Plan) {
        let request = Request {
            action,
            targets,
            keep: Keep::All,
            reason: "lost phone".to_owned(),
            ticket: String::new(),
        };
        let work =
            |store: &mut Store| store.plan(&request, &operator(), Time::default(), &Unwatched);
        let (count, plan) = self.count(work);
        let plan = plan.unwrap().plan;
        assert_eq!(plan.changes().count(), self.ids.len());
        (count, plan)
    }

    fn last_batch(&self) -> BatchId {
        let sql = "SELECT max(id) FROM batches";
        let id = self.store.connection.query_row(sql, &[], |row| row.get(0));
        BatchId(id.unwrap())
    }

    fn apply(&mut self, plan: &Plan) -> usize {
        let work = |store: &mut Store| store.apply(plan, &operator(), Time::default(), &Unwatched);
        let (count, applied) = self.count(work);
        assert_eq!(applied.unwrap().changed.len(), self.ids.len());
        count
    }
}

/// The number of statements that each kind of work takes for this number of users.
fn statements(users: usize) -> Vec<(&'static str, usize)> {
    let mut counted = Counted::new();
    let mut counts = Vec::new();
    let new = (0..users).map(|nth| ImportVerdict::NewUser(Box::new(names(nth))));
    let count = counted.import(ImportKind::Users, new.collect());
    counts.push(("import of new users", count));
    counted.ids = (1..).take(users).map(UserId).collect();
    let keys: Vec<_> = (0..users).map(|nth| names(nth).keys()).collect();
    let (count, found) = counted.count(|store| store.users_sharing_names(&keys));
    assert!(found.unwrap().iter().all(|found| found.len() == 1));
    counts.push(("users who share names", count));

    let changed = |counted: &Counted, nth: usize| {
        let user = counted.store.user(UserId(nth as i64 + 1)).unwrap().unwrap();
        let mut after = user.names.clone();
        after.site = Some("Redmond".to_owned());
        ImportVerdict::ChangedUser {
            id: user.id,
            version: user.version,
            before: Box::new(user.names),
            after: Box::new(after),
        }
    };
    let changes = (0..users).map(|nth| changed(&counted, nth)).collect();
    let count = counted.import(ImportKind::Users, changes);
    counts.push(("import of changed users", count));
    let set = |counted: &Counted, nth: usize| {
        let user = counted.store.user(UserId(nth as i64 + 1)).unwrap().unwrap();
        // Each lock is different, so that no two users can share one written value.
        let lock = Lock {
            cause: LockCause::Unknown,
            since: Time::from_timestamp(nth as i64, 0),
            until: None,
            by: None,
            reason: String::new(),
            ticket: String::new(),
        };
        let after = PinState {
            is_set: true,
            lock: Some(lock),
            ..PinState::default()
        };
        ImportVerdict::ChangedPin {
            id: user.id,
            version: user.version,
            before: Box::new(user.pin),
            after: Box::new(after),
        }
    };
    let changes = (0..users).map(|nth| set(&counted, nth)).collect();
    let count = counted.import(ImportKind::Pins, changes);
    counts.push(("import of PIN states", count));

    let by_name = (0..users).map(|nth| Target::Identity(format!("user{nth}@litwareinc.com")));
    let (count, unlock) = counted.plan(Action::Unlock, by_name.collect());
    counts.push(("preview of identities", count));
    counts.push(("apply", counted.apply(&unlock)));
    let refresh = |store: &mut Store| store.refresh(unlock.clone(), &operator(), Time::default());
    let (count, refreshed) = counted.count(refresh);
    assert_eq!(refreshed.unwrap().drifted.len(), users);
    counts.push(("refresh of a plan that drifted", count));
    let (count, applied) =
        counted.count(|store| store.apply(&unlock, &operator(), Time::default(), &Unwatched));
    assert_eq!(applied.unwrap().drifted.len(), users);
    counts.push(("apply of a plan that drifted", count));

    let batch = counted.store.last_undoable(&operator()).unwrap().unwrap();
    let undo = |store: &mut Store| store.plan_undo(batch, None, &operator(), Time::default());
    let (count, undo) = counted.count(undo);
    counts.push(("plan of an undo", count));
    let undo = undo.unwrap();
    counts.push(("apply of an undo", counted.apply(&undo)));
    let selected: Vec<Target> = counted.ids.iter().copied().map(Target::User).collect();
    let (count, unlock) = counted.plan(Action::Unlock, selected.clone());
    counts.push(("preview of a selection", count));
    let (count, plan) = counted.count(|store| store.submit(&unlock, &operator(), Time::default()));
    counts.push(("submit", count));
    let (count, opened) =
        counted.count(|store| store.submitted(plan.unwrap(), &operator(), Time::default()));
    assert_eq!(opened.unwrap().reviewed.plan().change_count(), users);
    counts.push(("opening a submitted plan", count));
    counted.apply(&unlock);
    let (count, _) = counted.plan(Action::SetPin, selected);
    counts.push(("preview of new PINs", count));
    let ids = counted.ids.clone();
    let (count, read) = counted.count(|store| store.each_user_of(&ids, |user| user.is_some()));
    read.unwrap();
    counts.push(("export", count));
    let (count, policies) = counted.count(|store| store.policies_of(&ids));
    assert_eq!(policies.unwrap().len(), users);
    counts.push(("policies of users", count));
    let (count, logons) = counted.count(|store| store.last_logons(&ids));
    assert!(logons.unwrap().is_empty());
    counts.push(("last logons", count));
    let several = ids.windows(2).map(Finding::several).collect();
    let (count, offered) = counted.count(|store| store.resolver(&operator())?.matches(several));
    assert_eq!(offered.unwrap().len(), users - 1);
    counts.push(("candidates of ambiguous rows", count));

    let more = (users..2 * users).map(|nth| ImportVerdict::NewUser(Box::new(names(nth))));
    counted.import(ImportKind::Users, more.collect());
    let batch = counted.last_batch();
    let (count, undo) = counted.count(|store| store.plan_undo_import(batch));
    counts.push(("plan of an undo of an import", count));
    let undo = undo.unwrap().unwrap();
    let (count, done) =
        counted.count(|store| store.import(&undo, &operator(), Time::default(), &Unwatched));
    assert_eq!(done.unwrap().removed, users as u64);
    counts.push(("apply of an undo of an import", count));
    counts
}

#[test]
fn many_users_take_few_statements() {
    let (few, many) = (statements(FEW), statements(MANY));
    for ((what, few), (_, many)) in few.into_iter().zip(many) {
        let most = few + (MANY - FEW) / USERS_PER_STATEMENT;
        assert!(
            many <= most,
            "{what}: {many} statements for {MANY} users, {few} for {FEW}"
        );
    }
}

#[test]
fn new_pins_take_few_statements() {
    // Hashing takes long on purpose, so there are fewer users.
    let count = |users: usize| {
        let mut counted = Counted::new();
        let new = (0..users).map(|nth| ImportVerdict::NewUser(Box::new(names(nth))));
        counted.import(ImportKind::Users, new.collect());
        counted.ids = (1..).take(users).map(UserId).collect();
        let selected = counted.ids.iter().copied().map(Target::User).collect();
        let (_, plan) = counted.plan(Action::SetPin, selected);
        counted.apply(&plan)
    };
    let (few, many) = (count(1), count(33));
    assert!(
        many <= few + 8,
        "{many} statements for 33 users, {few} for 1"
    );
}

#[test]
fn plans_are_listed_with_few_statements() {
    let count = |plans: usize| {
        let mut counted = Counted::new();
        counted.import(
            ImportKind::Users,
            vec![ImportVerdict::NewUser(Box::new(names(0)))],
        );
        counted.ids = vec![UserId(1)];
        let (_, plan) = counted.plan(Action::SetPin, vec![Target::User(UserId(1))]);
        for _ in 0..plans {
            counted
                .store
                .submit(&plan, &operator(), Time::default())
                .unwrap();
        }
        let (count, listed) = counted.count(|store| store.plans());
        assert_eq!(listed.unwrap().len(), plans);
        count
    };
    assert_eq!(count(1), count(50));
}
