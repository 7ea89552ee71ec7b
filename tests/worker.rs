//! Work outside the window's thread: searches, jobs, cancelling, failing and ending, with real
//! stores and real threads.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};

use chrono::Duration;
use common::{TempStore, admin, names, now, operator, pin_set, request, typed};
use pindesk::directory::{Chosen, NameForm, Query, Sort, SortColumn, View};
use pindesk::domain::filter::Filter;
use pindesk::domain::identity::Identity;
use pindesk::domain::pin::LockCause;
use pindesk::domain::role::Operator;
use pindesk::domain::user::UserId;
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::exchange::{ImportOptions, ImportPreview, ReadError};
use pindesk::plan::import::ImportGroup;
use pindesk::plan::{Action, Plan};
use pindesk::store::{Grant, Store, StoreError};
use pindesk::worker::jobs::{
    ApplyImport, ApplyPlan, FillSample, MakePlan, PreviewImport, ReadDetails,
};
use pindesk::worker::{
    Clock, Effect, Event, Job, JobContext, JobFailed, JobHandle, Opening, Setup, Waker, Worker,
};
use pindesk::zone::Zone;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");
const ANNA: (&str, &str) = ("Anna Smith", "asmith");

/// The time that a test waits for an expected event before it gives up.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);

/// A worker, and the received events that no test has waited for yet.
struct Office {
    worker: Worker,
    woken: Receiver<()>,
    said: Vec<Event>,
}

impl Office {
    fn on(store: &Path) -> Self {
        Self::with(store, &admin(), Arc::new(now))
    }

    fn with(store: &Path, operator: &Operator, clock: Clock) -> Self {
        let (wake, woken) = channel();
        // The receiver is gone while a test ends.
        let waker = Waker::new(move || wake.send(()).unwrap_or_default());
        let setup = Setup {
            store: store.to_owned(),
            operator: operator.clone(),
            keys: Arc::new(KeyPlace::default()),
            hooks: Arc::new(Hooks::default()),
            witness: None,
            clock,
            waker,
            opening: Opening::default(),
        };
        Self {
            worker: Worker::start(&setup).unwrap(),
            woken,
            said: Vec::new(),
        }
    }

    /// Waits for an event that `take` accepts. `take` returns the events that it does not accept.
    fn wait_for<T>(&mut self, what: &str, mut take: impl FnMut(Event) -> Result<T, Event>) -> T {
        loop {
            self.said.extend(self.worker.events());
            let mut found = None;
            for event in std::mem::take(&mut self.said) {
                match found {
                    Some(_) => self.said.push(event),
                    None => match take(event) {
                        Ok(wanted) => found = Some(wanted),
                        Err(other) => self.said.push(other),
                    },
                }
            }
            if let Some(found) = found {
                return found;
            }
            let is_woken = self.woken.recv_timeout(PATIENCE).is_ok();
            assert!(
                is_woken,
                "{what} never came; {} other events did",
                self.said.len()
            );
        }
    }

    /// The next view.
    fn next_view(&mut self, what: &str) -> Arc<View> {
        self.wait_for(what, |event| match event {
            Event::View(view) => Ok(view),
            other => Err(other),
        })
    }

    /// Waits for a view that passes a test, and drops the earlier ones.
    fn wait_for_view(&mut self, what: &str, wanted: impl Fn(&View) -> bool) -> Arc<View> {
        loop {
            let view = self.next_view(what);
            if wanted(&view) {
                return view;
            }
        }
    }

    fn wait_for_failure(&mut self) -> StoreError {
        self.wait_for("a failure", |event| match event {
            Event::StoreFailed(error) => Ok(error),
            other => Err(other),
        })
    }

    fn wait_for_end<A>(&mut self, handle: &JobHandle<A>) -> Result<A, JobFailed> {
        self.wait_for("the end of a job", |event| match event {
            Event::Done(done) if done == handle.id => Ok(()),
            other => Err(other),
        });
        handle.take().expect("a job that has ended has an answer")
    }

    /// Runs a job and waits for its end.
    fn work<J: Job>(&mut self, job: J) -> Result<J::Answer, JobFailed> {
        let handle = self.worker.submit(job);
        self.wait_for_end(&handle)
    }

    fn plan(&mut self, action: Action, identities: &[&str]) -> Plan {
        self.work(plan_for(action, identities)).unwrap().plan
    }

    fn preview(&mut self, path: PathBuf) -> Result<ImportPreview, JobFailed> {
        let options = utc();
        let previewed = self.work(PreviewImport { path, options })?;
        Ok(previewed.preview)
    }
}

fn plan_for(action: Action, identities: &[&str]) -> MakePlan {
    MakePlan {
        request: request(action, typed(identities)),
        selected: None,
    }
}

fn people() -> TempStore {
    TempStore::with(&[KEN, PILAR, ANNA])
}

fn display_names(view: &View) -> Vec<String> {
    view.positions
        .iter()
        .map(|&position| {
            view.directory
                .names()
                .get(position, NameForm::DisplayName)
                .into_owned()
        })
        .collect()
}

fn locked(view: &View) -> usize {
    view.counts[Filter::CHIPS
        .iter()
        .position(|&chip| chip == Filter::Locked)
        .unwrap()]
}

fn text(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        ..Query::default()
    }
}

fn write_file(temp: &TempStore, text: &str) -> PathBuf {
    let path = temp.folder.path().join("export.csv");
    fs::write(&path, text).unwrap();
    path
}

fn utc() -> ImportOptions {
    ImportOptions {
        zone: Zone::utc(),
        ..ImportOptions::default()
    }
}

/// A clock that blocks the thread that reads it until the gate is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn clock(&self, thread: &'static str) -> Clock {
        let gate = self.clone();
        Arc::new(move || {
            if std::thread::current().name() == Some(thread) {
                let (is_open, changed) = &*gate.0;
                drop(
                    changed
                        .wait_while(is_open.lock().unwrap(), |is_open| !*is_open)
                        .unwrap(),
                );
            }
            now()
        })
    }

    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

// Searches

#[test]
fn the_first_view_comes_without_asking() {
    let temp = people();
    let view = Office::on(&temp.path()).next_view("the first view");
    assert_eq!(
        display_names(&view),
        ["Anna Smith", "Ken Myer", "Pilar Ackerman"]
    );
    assert_eq!((&view.query, view.now), (&Query::default(), now()));
}

#[test]
fn a_store_that_is_not_there_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/pindesk.db");
    let view = Office::on(&path).next_view("the first view");
    assert!(view.is_empty());
    assert_eq!(
        Store::open(&path, &admin(), now()).unwrap().is_empty(),
        Ok(true)
    );
}

#[test]
fn a_question_is_answered_with_its_text_filter_and_order() {
    let mut temp = people();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Anna Smith"]));
    temp.apply(&plan).unwrap();
    let mut office = Office::on(&temp.path());
    let sort = Sort {
        column: SortColumn::DisplayName,
        descending: true,
    };
    for (query, expected) in [
        (text("myer"), &["Ken Myer"][..]),
        (text("* Smith"), &["Anna Smith"]),
        (text("nobody"), &[]),
        (
            Query {
                filter: Filter::LockedBy(LockCause::Administrator),
                ..Query::default()
            },
            &["Anna Smith", "Ken Myer"],
        ),
        (
            Query {
                sort,
                ..Query::default()
            },
            &["Pilar Ackerman", "Ken Myer", "Anna Smith"],
        ),
        (
            Query {
                text: "k".to_owned(),
                filter: Filter::Unlocked,
                sort,
                ..Query::default()
            },
            &["Pilar Ackerman"],
        ),
    ] {
        office.worker.ask(query.clone());
        assert_eq!(
            display_names(&office.wait_for_view("the answer", |view| view.query == query)),
            expected,
            "{query:?}"
        );
    }
}

/// A store with so many users that searches arrive faster than their answers.
fn crowd(count: usize) -> TempStore {
    let temp = TempStore::new();
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO users (display_name, display_key, sip, sip_key, added_batch)
         SELECT 'User ' || i, 'user ' || i, 'user' || i || '@x.y', 'user' || i || '@x.y', 1 FROM n;
         INSERT INTO pins (user_id, version) SELECT id, 1 FROM users;
         UPDATE counters SET value = 1;"
    );
    temp.plain().execute_batch(&sql).unwrap();
    temp
}

#[test]
fn the_latest_question_wins() {
    let temp = crowd(20_000);
    let mut office = Office::on(&temp.path());
    for round in 0..5 {
        let questions: Vec<Query> = (0..50).map(|i| text(&format!("user {round}{i}"))).collect();
        for query in &questions {
            office.worker.ask(query.clone());
        }
        let last = questions.last().unwrap();
        let view = office.wait_for_view("the last answer", |view| view.query == *last);
        assert!(
            display_names(&view)
                .iter()
                .all(|name| name.starts_with(&format!("User {round}49")))
        );
        // No older answer follows.
        office.worker.refresh();
        let next = office.next_view("the next answer");
        assert_eq!(next.query, *last);
    }
}

#[test]
fn a_large_directory_says_how_far_it_is_loaded() {
    let temp = crowd(40_000);
    let mut office = Office::on(&temp.path());
    let view = office.next_view("the first view");
    let loaded: Vec<u64> = office
        .said
        .iter()
        .filter_map(|event| {
            if let Event::Loading(users) = event {
                Some(*users)
            } else {
                None
            }
        })
        .collect();
    assert_eq!((view.len(), loaded), (40_000, vec![16_384, 32_768]));
}

#[test]
fn the_first_rows_of_a_large_store_appear_before_all_users_are_read() {
    let temp = crowd(140_000);
    let mut office = Office::on(&temp.path());
    office.worker.ask(Query::default());
    let first = office.next_view("the first rows");
    assert_eq!(
        (first.is_complete, first.len(), first.counts),
        (false, 200, [0; Filter::CHIPS.len()])
    );
    office.worker.ask(text("user 139999"));
    let answer = office.next_view("the answer");
    assert!(
        answer.is_complete && answer.directory.len() == 140_000,
        "nothing but the first rows comes before it is whole"
    );
    let answer = if answer.query == text("user 139999") {
        answer
    } else {
        office.next_view("the answer to the question")
    };
    assert_eq!(display_names(&answer), ["User 139999"]);
    assert!(
        display_names(&first)
            .iter()
            .all(|name| name.starts_with("User 1")),
        "by display name"
    );
}

#[test]
fn changes_by_another_connection_appear_by_themselves() {
    let mut temp = people();
    let mut office = Office::on(&temp.path());
    office.wait_for_view("the first view", |view| view.len() == 3);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    let view = office.wait_for_view("the lock", |view| locked(view) == 1);
    let position = view.directory.position_of(temp.id("kenmyer")).unwrap();
    assert_eq!(
        view.directory.pin(position).unwrap().locked_by(now()),
        Some(admin().account.as_str())
    );

    office.worker.ask(text("zimmer"));
    office.wait_for_view("nobody", |view| {
        view.query.text == "zimmer" && view.is_empty()
    });
    temp.import_users(vec![names("Zora Zimmer", "zzimmer")])
        .unwrap();
    office.wait_for_view("the new user", |view| {
        display_names(view) == ["Zora Zimmer"]
    });
}

#[test]
fn refresh_answers_the_same_question_again() {
    let temp = people();
    let mut office = Office::on(&temp.path());
    office.worker.ask(text("ken"));
    office.wait_for_view("the answer", |view| view.query == text("ken"));
    for _ in 0..3 {
        office.worker.refresh();
        assert_eq!(
            display_names(&office.next_view("the same answer")),
            ["Ken Myer"]
        );
    }
}

#[test]
fn a_status_that_changes_by_itself_is_seen_when_its_time_has_come() {
    let temp = people();
    let until = now() + Duration::minutes(10);
    temp.plain()
        .execute(
            "UPDATE pins SET lock_cause = 'temporary', lock_since = 0, lock_until = ?1",
            [until.timestamp_millis()],
        )
        .unwrap();
    let minutes = Arc::new(AtomicI64::new(0));
    let clock: Clock = {
        let minutes = Arc::clone(&minutes);
        Arc::new(move || now() + Duration::minutes(minutes.load(Ordering::SeqCst)))
    };
    let mut office = Office::with(&temp.path(), &admin(), clock);
    assert_eq!(locked(&office.next_view("the first view")), 3);
    minutes.store(11, Ordering::SeqCst);
    let view = office.wait_for_view("the end of the locks", |view| locked(view) == 0);
    assert_eq!(view.now, now() + Duration::minutes(11));
}

// Jobs

#[test]
fn a_request_is_planned_and_the_plan_applied() {
    let temp = people();
    let mut office = Office::on(&temp.path());
    let plan = office.plan(
        Action::Lock,
        &["Ken Myer", "nobody", "sip:packerman@litwareinc.com"],
    );
    assert_eq!(
        (
            plan.counts().will_change,
            plan.counts().refused,
            plan.taken_at
        ),
        (2, 1, now())
    );
    assert!(!temp.is_locked("kenmyer"), "a plan changes nothing");
    let applied = office.work(ApplyPlan(Arc::new(plan.clone()))).unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer"), temp.id("packerman")]);
    assert!(temp.is_locked("kenmyer") && temp.is_locked("packerman") && !temp.is_locked("asmith"));
    office.wait_for_view("the locks", |view| locked(view) == 2);

    let again = office.work(ApplyPlan(Arc::new(plan))).unwrap();
    assert_eq!(
        (again.changed.len(), again.drifted.len()),
        (0, 2),
        "the same plan a second time"
    );
}

#[test]
fn chosen_users_become_the_targets_of_a_request_in_the_order_in_which_they_are_shown() {
    let temp = people();
    let mut office = Office::on(&temp.path());
    let sort = Sort {
        column: SortColumn::DisplayName,
        descending: true,
    };
    office.worker.ask(Query {
        sort,
        ..Query::default()
    });
    let view = office.wait_for_view("everybody", |view| view.query.sort == sort);
    let mut some = Chosen::only(temp.id("kenmyer"));
    some.set(temp.id("asmith"), true);
    let mut all_but_ken = Chosen::rows(&view, 0..3);
    all_but_ken.set(temp.id("kenmyer"), false);
    for (chosen, expected) in [
        (some, &["Anna Smith", "Ken Myer"][..]),
        (all_but_ken, &["Pilar Ackerman", "Anna Smith"]),
        (Chosen::rows(&view, 0..2), &["Pilar Ackerman", "Ken Myer"]),
        (Chosen::default(), &[]),
    ] {
        let job = MakePlan {
            request: request(Action::Lock, Vec::new()),
            selected: Some((chosen, view.directory.clone())),
        };
        let plan = office.work(job).unwrap().plan;
        let planned: Vec<&str> = plan
            .changes()
            .map(|(_, user)| user.display_name.as_str())
            .collect();
        assert_eq!(planned, expected);
    }
}

#[test]
fn a_file_is_previewed_and_imported() {
    let temp = people();
    let mut office = Office::on(&temp.path());
    let file = write_file(
        &temp,
        "Identity,IsPinSet,IsLockedOut\nKen Myer,True,True\nnobody@x.y,True,True\n",
    );
    let preview = office.preview(file).unwrap();
    assert_eq!(
        (
            preview.plan.count(ImportGroup::Changed),
            preview.plan.count(ImportGroup::Conflict)
        ),
        (1, 1)
    );
    assert!(!temp.is_locked("kenmyer"), "a preview changes nothing");
    let imported = office.work(ApplyImport(Arc::new(preview.plan))).unwrap();
    assert_eq!((imported.added, imported.changed), (0, 1));
    assert_eq!(
        temp.user("kenmyer").pin.lock.unwrap().cause,
        LockCause::Unknown
    );
}

#[test]
fn details_are_the_user_and_their_history() {
    let mut temp = people();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    let mut office = Office::on(&temp.path());
    let details = office
        .work(ReadDetails {
            id: temp.id("kenmyer"),
            zone: Zone::utc(),
        })
        .unwrap();
    assert_eq!(details.user.as_deref(), Some(&temp.user("kenmyer")));
    assert_eq!(
        details.history,
        temp.store.user_history(temp.id("kenmyer"), 100).unwrap()
    );
    assert_eq!(details.history[0].action.word(), "lock");
    let nobody = office
        .work(ReadDetails {
            id: UserId(99),
            zone: Zone::utc(),
        })
        .unwrap();
    assert!(
        nobody.user.is_none() && nobody.history.is_empty(),
        "{nobody:?}"
    );
}

#[test]
fn the_sample_directory_fills_an_empty_store_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    let mut office = Office::on(&path);
    for _ in 0..2 {
        assert_eq!(office.work(FillSample), Ok(()));
        office.worker.refresh();
        let view = office.wait_for_view("the sample directory", |view| {
            view.len() == 250 && locked(view) == 20
        });
        assert_eq!(
            view.counts[Filter::CHIPS
                .iter()
                .position(|&chip| chip == Filter::Expired)
                .unwrap()],
            15
        );
    }
    let batches: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row(
            "SELECT count(*) FROM batches WHERE action LIKE 'import-%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(batches, 2, "users and PINs, once");

    let temp = people();
    assert_eq!(Office::on(&temp.path()).work(FillSample), Ok(()));
    assert!(
        temp.store
            .find(&Identity::parse("Jörg Müller").unwrap())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn jobs_that_fail_say_why_and_the_next_one_is_done() {
    let mut temp = people();
    let mut office = Office::on(&temp.path());
    let missing = office.preview(temp.folder.path().join("missing.csv"));
    assert!(
        matches!(&missing, Err(JobFailed::Read(ReadError::Io(_)))),
        "{missing:?}"
    );
    let file = write_file(
        &temp,
        "DisplayName,SipAddress\nZora Zimmer,sip:zzimmer@litwareinc.com\n",
    );
    let preview = office.preview(file).unwrap();
    temp.import_users(vec![names("Adam Able", "aable")])
        .unwrap();
    let stale = office.work(ApplyImport(Arc::new(preview.plan)));
    assert!(
        matches!(&stale, Err(JobFailed::Store(StoreError::Stale))),
        "{stale:?}"
    );

    let plan = office.plan(Action::Lock, &["Ken Myer"]);
    let mut visitor = Office::with(
        &temp.path(),
        &operator(r"litwareinc\visitor"),
        Arc::new(now),
    );
    let denied = visitor.work(ApplyPlan(Arc::new(plan.clone())));
    assert!(
        matches!(
            &denied,
            Err(JobFailed::Store(StoreError::NotPermitted { .. }))
        ),
        "{denied:?}"
    );
    assert!(!temp.is_locked("kenmyer"));
    assert!(office.work(ApplyPlan(Arc::new(plan))).is_ok());
    assert!(temp.is_locked("kenmyer"));
}

#[test]
fn jobs_are_done_in_their_order_and_looking_does_not_wait_for_writing() {
    let temp = people();
    let gate = Gate::default();
    let mut office = Office::with(&temp.path(), &admin(), gate.clock("pindesk-write"));
    let lock = office.plan(Action::Lock, &["Ken Myer"]);
    let first = office.worker.submit(ApplyPlan(Arc::new(lock.clone())));
    let second = office.worker.submit(ApplyPlan(Arc::new(lock)));
    assert!(second.id > first.id);
    let details = office
        .work(ReadDetails {
            id: temp.id("kenmyer"),
            zone: Zone::utc(),
        })
        .unwrap();
    assert!(
        !details.user.unwrap().pin.is_locked_out(now()),
        "nothing is written yet"
    );
    office.worker.ask(text("pilar"));
    office.wait_for_view("an answer meanwhile", |view| {
        display_names(view) == ["Pilar Ackerman"]
    });
    gate.open();
    let first = office.wait_for_end(&first).unwrap();
    let second = office.wait_for_end(&second).unwrap();
    assert_eq!((first.changed.len(), second.drifted.len()), (1, 1));
}

// Cancelling

#[test]
fn a_job_that_is_cancelled_before_or_while_it_is_done_has_changed_nothing() {
    let temp = people();
    let file = write_file(
        &temp,
        "DisplayName,SipAddress\nZora Zimmer,sip:zzimmer@litwareinc.com\n",
    );
    let mut office = Office::on(&temp.path());
    let plan = office.plan(Action::Lock, &["Ken Myer"]);
    let preview = office.preview(file).unwrap();
    drop(office);
    let import = Arc::new(preview.plan);
    let before = (
        temp.store.freshness().unwrap(),
        temp.store
            .verify_history(&pindesk::progress::Unwatched)
            .unwrap(),
    );
    cancel_two(&temp, "apply", "pindesk-write", || {
        ApplyPlan(Arc::new(plan.clone()))
    });
    cancel_two(&temp, "import", "pindesk-write", || {
        ApplyImport(Arc::clone(&import))
    });
    cancel_two(&temp, "plan", "pindesk-read", || {
        plan_for(Action::Lock, &["Ken Myer"])
    });
    let after = (
        temp.store.freshness().unwrap(),
        temp.store
            .verify_history(&pindesk::progress::Unwatched)
            .unwrap(),
    );
    assert_eq!(after, before, "not even the history has grown");
    assert!(!temp.is_locked("kenmyer"));
}

/// Cancels two jobs: a running one, and one that waits behind it.
fn cancel_two<J: Job>(temp: &TempStore, case: &str, thread: &'static str, job: impl Fn() -> J) {
    let gate = Gate::default();
    let mut office = Office::with(&temp.path(), &admin(), gate.clock(thread));
    let jobs = [office.worker.submit(job()), office.worker.submit(job())];
    for handle in &jobs {
        assert!(!handle.watch.is_cancelled());
        handle.watch.cancel();
        assert!(handle.watch.is_cancelled());
    }
    gate.open();
    for handle in &jobs {
        let outcome = office.wait_for_end(handle).err();
        assert_eq!(outcome, Some(JobFailed::Cancelled), "{case}");
    }
}

#[test]
fn cancelling_one_job_leaves_the_others_alone() {
    let temp = people();
    let gate = Gate::default();
    let mut office = Office::with(&temp.path(), &admin(), gate.clock("pindesk-write"));
    let plans =
        [KEN, PILAR, ANNA].map(|(display_name, _)| office.plan(Action::Lock, &[display_name]));
    let jobs = plans.map(|plan| office.worker.submit(ApplyPlan(Arc::new(plan))));
    jobs[1].watch.cancel();
    gate.open();
    let ends = jobs.map(|handle| office.wait_for_end(&handle).is_ok());
    assert_eq!(ends, [true, false, true]);
    assert_eq!(
        [KEN, PILAR, ANNA].map(|(_, logon)| temp.is_locked(logon)),
        ends
    );
}

#[test]
fn finished_work_cannot_be_cancelled() {
    let temp = people();
    let mut office = Office::on(&temp.path());
    let plan = office.plan(Action::Lock, &["Pilar Ackerman"]);
    let handle = office.worker.submit(ApplyPlan(Arc::new(plan)));
    assert!(office.wait_for_end(&handle).is_ok());
    handle.watch.cancel();
    assert!(temp.is_locked("packerman"));
}

#[test]
fn a_watch_says_how_far_a_job_is() {
    let temp = crowd(3000);
    temp.plain()
        .execute("UPDATE pins SET is_set = 1", [])
        .unwrap();
    let gate = Gate::default();
    let mut office = Office::with(&temp.path(), &admin(), gate.clock("pindesk-write"));
    let everybody = office.wait_for_view("everybody", |view| view.len() == 3000);
    let chosen = Chosen::rows(&everybody, 0..everybody.len());
    let job = MakePlan {
        request: request(Action::Lock, Vec::new()),
        selected: Some((chosen, everybody.directory.clone())),
    };
    let plan = office.work(job).unwrap().plan;
    let handle = office.worker.submit(ApplyPlan(Arc::new(plan)));
    assert_eq!(handle.watch.share(), None, "nothing is known yet");
    gate.open();
    let applied = office.wait_for_end(&handle).unwrap();
    assert_eq!(
        (applied.changed.len(), handle.watch.share()),
        (3000, Some(1.0))
    );
}

// Failing

#[test]
fn a_store_that_cannot_be_opened_is_reported_and_tried_again_after_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    fs::write(&path, "Identity,IsPinSet\n").unwrap();
    let mut office = Office::on(&path);
    let expected = StoreError::NotADatabase { path: path.clone() };
    assert_eq!(office.wait_for_failure(), expected);
    office.worker.refresh();
    assert_eq!(office.wait_for_failure(), expected, "nothing has changed");
    let failed = Some(JobFailed::Store(expected));
    assert_eq!(
        office
            .work(ReadDetails {
                id: UserId(1),
                zone: Zone::utc()
            })
            .err(),
        failed
    );
    assert_eq!(office.work(FillSample).err(), failed);
    office.worker.ask(text("ken"));

    fs::remove_file(&path).unwrap();
    assert_eq!(
        office.work(FillSample),
        Ok(()),
        "jobs try again by themselves"
    );
    office.worker.refresh();
    let view = office.next_view("the mended store");
    assert_eq!(
        (&view.query, view.is_empty()),
        (&text("ken"), false),
        "the question that was asked meanwhile"
    );
    assert!(
        office
            .said
            .iter()
            .all(|event| !matches!(event, Event::StoreFailed(_))),
        "{:?}",
        office.said
    );
}

#[test]
fn a_store_that_breaks_later_is_said_too() {
    let mut temp = people();
    let mut office = Office::on(&temp.path());
    office.wait_for_view("the first view", |view| view.len() == 3);
    temp.plain()
        .execute_batch("ALTER TABLE counters RENAME TO lost")
        .unwrap();
    let error = office.wait_for_failure();
    assert!(
        matches!(error, StoreError::Other { .. } | StoreError::Damaged { .. }),
        "{error}"
    );
    temp.plain()
        .execute_batch("ALTER TABLE lost RENAME TO counters")
        .unwrap();
    temp.import_pin(
        "kenmyer",
        &pindesk::plan::import::PinFacts {
            is_locked_out: true,
            ..pin_set()
        },
    );
    office.worker.refresh();
    office.wait_for_view("the mended store", |view| locked(view) == 1);
}

// Ending

#[test]
fn dropping_the_worker_ends_its_threads_and_loses_nothing_that_was_begun() {
    let temp = people();
    let clock: Clock = Arc::new(now);
    let mut office = Office::with(&temp.path(), &admin(), Arc::clone(&clock));
    let plan = office.plan(Action::Lock, &["Ken Myer"]);
    drop(office.worker.submit(ApplyPlan(Arc::new(plan))));
    drop(office);
    assert!(temp.is_locked("kenmyer"));
    assert_eq!(
        Arc::strong_count(&clock),
        1,
        "no thread is left that could look at the clock"
    );
}

#[test]
fn the_worker_can_be_dropped_at_any_moment() {
    let crowd = crowd(20_000);
    let clock: Clock = Arc::new(now);
    for asks in 0..4 {
        let office = Office::with(&crowd.path(), &admin(), Arc::clone(&clock));
        for i in 0..asks {
            office.worker.ask(text(&format!("user {i}")));
        }
        drop(office);
        assert_eq!(Arc::strong_count(&clock), 1);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut office = Office::with(folder.path(), &admin(), Arc::clone(&clock));
    assert!(matches!(
        office.wait_for_failure(),
        StoreError::NotAFile { .. }
    ));
    drop(office);
    assert_eq!(
        Arc::strong_count(&clock),
        1,
        "also while it waits for a store to be mended"
    );
}

/// A job with a fault.
struct Faulty {
    writes: bool,
}

impl Job for Faulty {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Faulty"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        if self.writes {
            let JobContext {
                store,
                operator,
                now,
                ..
            } = context;
            store.grant(Grant::Give, "CsHelpDesk", "bob", operator, now)?;
        }
        panic!("a fault in a job")
    }
}

#[test]
fn a_panic_ends_its_job_and_the_next_one_runs() {
    let temp = TempStore::with(&[KEN]);
    let mut office = Office::on(&temp.path());
    assert_eq!(office.work(Faulty { writes: true }), Err(JobFailed::Fault));
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let locked = office.work(ApplyPlan(Arc::new(plan))).unwrap();
    assert_eq!(locked.changed.len(), 1);
    assert_eq!(office.work(Faulty { writes: false }), Err(JobFailed::Fault));
}
