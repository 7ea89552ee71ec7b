//! Measures what the views over all users and the history take: the simulator of policies, the charts, and
//! forwarding. Run it with `cargo bench --bench insights`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so and ends, and what it measures it prints"
)]

mod common;

use std::collections::HashSet;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Duration as Span;
use common::{now, open, operator, sizes, store_of};
use pindesk::domain::Time;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::user::UserId;
use pindesk::exchange::{ForwardFile, charts};
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use pindesk::zone::Zone;

/// The batches of locks and unlocks, which have as many entries as there are users.
const BATCHES: usize = 1000;
/// The days over which the batches are spread: those of the charts of locks.
const DAYS: i64 = 30;
/// The users who have failed logons in the last hours, and how many each.
const FAILING: (usize, usize) = (10, 20);
/// The longest times with 1,000,000 users and 1,000,000 entries.
const SIMULATOR: Duration = Duration::from_secs(1);
const CHARTS: Duration = Duration::from_millis(200);
/// The number of measurements. The median counts.
const RUNS: usize = 5;

/// The moment at which everything is measured.
fn later() -> Time {
    now() + Span::days(DAYS)
}

/// Prints the median of some runs, beside the time that it may take.
fn measure(what: &str, most: Option<Duration>, mut run: impl FnMut() -> Duration) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    let median = times[RUNS / 2];
    let verdict = match most {
        None => String::new(),
        Some(most) if median <= most => {
            format!(", within the {} ms that it may take", most.as_millis())
        }
        Some(most) => format!(", ABOVE the {} ms that it may take", most.as_millis()),
    };
    println!(
        "{what:<60} {:>9.1} ms{verdict}",
        median.as_secs_f64() * 1000.0
    );
}

/// The time that something takes.
fn timed(run: impl FnOnce()) -> Duration {
    let started = Instant::now();
    run();
    started.elapsed()
}

fn apply(store: &mut Store, action: Action, users: &[UserId], at: Time) {
    let request = Request {
        action,
        targets: users.iter().copied().map(Target::User).collect(),
        keep: Keep::All,
        reason: "measured".to_owned(),
        ticket: String::new(),
    };
    let who = operator();
    let planned = store.plan(&request, &who, at, &Unwatched).unwrap();
    store.apply(&planned.plan, &who, at, &Unwatched).unwrap();
}

/// Users with a PIN of PinDesk's own who log on with wrong ones until shortly before the end.
fn fail_logons(store: &mut Store, users: &[UserId]) {
    let began = later() - Span::hours(40);
    apply(store, Action::SetPin, users, began);
    let wrong = Pin::parse("00000000000").unwrap();
    for (number, user) in users.iter().enumerate() {
        for logon in 0..FAILING.1 {
            let at = began + Span::minutes((number * FAILING.1 + logon) as i64 * 10);
            store.authenticate(*user, &wrong, &operator(), at).unwrap();
        }
    }
}

/// A store of users with a history of as many entries as there are users, in the last 30 days. It is kept
/// beside the build results.
fn store_with_history(count: usize) -> PathBuf {
    let store = store_of(count);
    let lively = store.with_file_name(format!("{count}-history.db"));
    if lively.exists() {
        return lively;
    }
    let folder = tempfile::tempdir_in(store.parent().unwrap()).unwrap();
    let made = folder.path().join("made.db");
    fs::copy(&store, &made).unwrap();
    let mut filling = open(&made);
    let ids: Vec<UserId> = (1..=count as i64).map(UserId).collect();
    let between = Span::days(DAYS) / BATCHES as i32;
    let (failing, others) = ids.split_at(FAILING.0.min(count));
    let mut at = now();
    // Each second batch takes back what the one before it did.
    for users in others.chunks(others.len().div_ceil(BATCHES / 2).max(1)) {
        for action in [Action::Lock, Action::Unlock] {
            at = (at + between).min(later() - Span::hours(41));
            apply(&mut filling, action, users, at);
        }
    }
    fail_logons(&mut filling, failing);
    drop(filling);
    fs::rename(&made, &lively).unwrap();
    lively
}

fn simulator(store: &Store, count: usize) {
    let draft = NamedPolicy {
        name: PolicyName::Global,
        policy: PinPolicy {
            min_length: 7,
            history_count: 5,
            lifetime_days: 90,
            inactivity_days: 60,
            ..PinPolicy::default()
        },
    };
    let none = HashSet::new();
    let what = format!("simulator, {count} users");
    measure(&what, Some(SIMULATOR), || {
        timed(|| {
            let simulated = store.simulate_policy(&draft, &none, later(), &Unwatched);
            assert_eq!(black_box(simulated.unwrap()).users.len(), count);
        })
    });
}

fn all_charts(store: &Store, count: usize, entries: u64) {
    let what = format!("all charts, {count} users and {entries} entries");
    measure(&what, Some(CHARTS), || {
        timed(|| {
            let charts = charts(store, later(), Zone::utc(), &Unwatched).unwrap();
            assert!(!black_box(charts).is_empty());
        })
    });
}

/// The whole history into a new file, and one more batch into a file that has the others.
fn forwarding(store: &mut Store, folder: &Path, entries: u64) {
    let path = folder.join("batches.jsonl");
    let forward = |store: &Store| ForwardFile::open(&path).unwrap().forward(store).unwrap();
    let mut batches = 0;
    let what = format!("forwarding all batches of {entries} entries");
    measure(&what, None, || {
        if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        timed(|| batches = forward(store))
    });
    println!("    {batches} batches, each as one line");
    let mut actions = [Action::Lock, Action::Unlock].into_iter().cycle();
    measure("forwarding one more batch", None, || {
        let user = UserId(FAILING.0 as i64 + 1);
        apply(store, actions.next().unwrap(), &[user], later());
        timed(|| assert_eq!(forward(store), 1))
    });
}

fn main() {
    // cargo test runs the benchmarks, too, to see that they can be started.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    for count in sizes() {
        let kept = store_with_history(count);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("insights.db");
        fs::copy(kept, &path).unwrap();
        let mut store = open(&path);
        let verified = store.verify_history(&Unwatched).unwrap();
        assert!(verified.is_sound(), "{verified:?}");
        let entries = verified.entries;
        simulator(&store, count);
        all_charts(&store, count, entries);
        forwarding(&mut store, folder.path(), entries);
    }
}
