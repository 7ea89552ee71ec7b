//! Measures a store on a PostgreSQL server beside bare statements to the same server: bulk changes, loading the
//! directory, following another operator, and single unlocks of many. Run it with
//! `PINDESK_TEST_SERVER=$(scripts/postgres start FOLDER) cargo bench --bench team`.
//!
//! All work is done by a login that the rules of the server hold for. Everything is measured in turns, and medians
//! are printed.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so and ends, and what it measures it prints"
)]

mod common;

use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use common::{Dice, now, operator, sizes, store_of};
use pindesk::directory::Directory;
use pindesk::domain::Time;
use pindesk::domain::role::Operator;
use pindesk::domain::user::UserId;
use pindesk::plan::{Action, Keep, Plan, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{Opener, Store};

/// The login of the operator.
const LOGIN: &str = "pindesk_bench";

/// The number of users of a bulk change, and of the change that is made row by row.
const BULK: usize = 100_000;
const BY_ROWS: usize = 5_000;

const SAMPLES: usize = 5;

/// The number of desks that unlock single users, and the time for which they do.
const DESKS: usize = 8;
const SINGLES: Duration = Duration::from_secs(15);

/// A database with a store of this many users.
struct Team {
    address: String,
    superuser: postgres::Client,
}

impl Team {
    /// Makes the database, or goes on with that of an earlier run on the same server.
    fn of(count: usize, server: &str) -> Self {
        let mut admin = postgres::Client::connect(server, postgres::NoTls).unwrap();
        let database = format!("pindesk_bench_{count}");
        let find = "SELECT 1 FROM pg_database WHERE datname = $1";
        if admin.query_opt(find, &[&database]).unwrap().is_none() {
            let make = format!("CREATE DATABASE {database}");
            admin.batch_execute(&make).unwrap();
        }
        let make = format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{LOGIN}') THEN CREATE ROLE {LOGIN} LOGIN; END IF; END $$"
        );
        admin.batch_execute(&make).unwrap();
        let address = with_database(server, &database);
        let mut superuser = postgres::Client::connect(&address, postgres::NoTls).unwrap();
        let find = "SELECT to_regnamespace('pindesk') IS NOT NULL";
        let has_store: bool = superuser.query_one(find, &[]).unwrap().get(0);
        if !has_store {
            let started = Instant::now();
            let file = store_of(count);
            let at = operator();
            let opener = Opener::new(&at, now());
            Store::copy(&file, Path::new(&address), LOGIN, &opener, &Unwatched).unwrap();
            println!(
                "{count} users copied to the server in {:.0?}",
                started.elapsed()
            );
        }
        superuser
            .batch_execute(&format!(
                "GRANT pindesk_operator TO {LOGIN}; SET search_path = pindesk, pg_temp; ANALYZE"
            ))
            .unwrap();
        Self { address, superuser }
    }

    /// The address of the store for the operator.
    fn path(&self) -> PathBuf {
        with_user(&self.address, LOGIN).into()
    }

    fn open(&self) -> Store {
        open(&self.path())
    }

    /// Makes tables like those of the store, without its rules, for bare statements.
    fn make_bare_tables(&mut self) {
        self.superuser
            .batch_execute(
                "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare;
                 CREATE TABLE bare.pins (LIKE pins INCLUDING ALL); INSERT INTO bare.pins SELECT * FROM pins;
                 CREATE TABLE bare.history (LIKE history INCLUDING ALL); ANALYZE bare.pins",
            )
            .unwrap();
    }
}

/// The time of this machine, which is that of the server, too: entries that are older or far ahead are refused.
#[allow(
    clippy::disallowed_methods,
    reason = "a benchmark is a program, which asks the clock in one place"
)]
fn clock() -> Time {
    Utc::now()
}

fn open(path: &Path) -> Store {
    Store::open(path, &desk(), clock()).unwrap()
}

fn desk() -> Operator {
    operator().at_server(LOGIN.to_owned())
}

/// The address with another database. `scripts/postgres` writes `postgresql:///tests?host=…&user=postgres`.
fn with_database(server: &str, database: &str) -> String {
    let (before, after) = server.split_once('?').expect("an address with a socket");
    let (host, _) = before.rsplit_once('/').unwrap();
    format!("{host}/{database}?{after}")
}

fn with_user(address: &str, user: &str) -> String {
    let (before, after) = address.split_once('?').unwrap();
    let others = after.split('&').filter(|pair| !pair.starts_with("user="));
    let others: Vec<&str> = others.collect();
    format!("{before}?{}&user={user}", others.join("&"))
}

fn plan(store: &Store, action: Action, users: &[i64]) -> Plan {
    let request = Request {
        action,
        targets: users.iter().map(|id| Target::User(UserId(*id))).collect(),
        keep: Keep::All,
        reason: "phone lost in Kraków".to_owned(),
        ticket: "INC-7".to_owned(),
    };
    store
        .plan(&request, &desk(), clock(), &Unwatched)
        .unwrap()
        .plan
}

fn apply(store: &mut Store, plan: &Plan) -> usize {
    let applied = store.apply(plan, &desk(), clock(), &Unwatched);
    applied.unwrap().changed.len()
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Users who are not locked, drawn from all of the directory.
fn unlocked(team: &mut Team, count: usize) -> Vec<i64> {
    let sql = "SELECT user_id FROM pins WHERE is_set = 1 AND lock_cause IS NULL ORDER BY md5(user_id::TEXT) LIMIT $1";
    let limit = i64::try_from(count).unwrap();
    let rows = team.superuser.query(sql, &[&limit]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

const BARE_UPDATE: &str = "UPDATE bare.pins SET lock_cause = 'administrator', lock_since = $2, lock_by = 'bench',
    lock_reason = 'phone lost in Kraków', lock_ticket = 'INC-7', version = version + 1 WHERE user_id = ANY ($1)";
const BARE_INSERT: &str =
    "INSERT INTO bare.history SELECT * FROM history WHERE batch_id = (SELECT max(id) FROM batches)";
const ROW_UPDATE: &str =
    "UPDATE bare.pins SET lock_cause = NULL, lock_since = $2, lock_by = NULL, lock_reason = '',
    lock_ticket = '', version = version + 1 WHERE user_id = $1";
const ROW_INSERT: &str = "INSERT INTO bare.history SELECT * FROM history WHERE seq = $1";

/// A bulk change from its preview until it is durable, beside bare statements with the same rows.
fn bulk(team: &mut Team) {
    team.make_bare_tables();
    let users = unlocked(team, BULK);
    let count = users.len();
    let mut store = team.open();
    let [mut pindesk, mut update, mut insert, mut rows] = [const { Vec::new() }; 4];
    for sample in 0..SAMPLES * 2 {
        let action = if sample % 2 == 0 {
            Action::Lock
        } else {
            Action::Unlock
        };
        let plan = plan(&store, action, &users);
        let (time, changed) = timed(|| apply(&mut store, &plan));
        assert_eq!(changed, count, "everybody changed");
        pindesk.push(time);
        let now = clock().timestamp_millis();
        update.push(
            timed(|| {
                team.superuser
                    .execute(BARE_UPDATE, &[&users, &now])
                    .unwrap()
            })
            .0,
        );
        insert.push(timed(|| team.superuser.execute(BARE_INSERT, &[]).unwrap()).0);
        let first: i64 = team
            .superuser
            .query_one("SELECT max(seq) FROM history", &[])
            .unwrap()
            .get(0);
        team.superuser
            .batch_execute("TRUNCATE bare.history")
            .unwrap();
        rows.push(
            timed(|| by_rows(team, &users, first)).0
                * u32::try_from(count / BY_ROWS.min(count)).unwrap(),
        );
        team.superuser
            .batch_execute("TRUNCATE bare.history")
            .unwrap();
    }
    let [pindesk, update, insert, rows] =
        [&mut pindesk, &mut update, &mut insert, &mut rows].map(|times| median(times));
    println!("{count} users, from preview to durable: {pindesk:.0?}");
    println!(
        "  bare UPDATE … = ANY {update:.0?}: {:.1} times that",
        ratio(pindesk, update)
    );
    println!(
        "  with a bare INSERT of the history {:.0?}: {:.1} times that",
        update + insert,
        ratio(pindesk, update + insert)
    );
    println!(
        "  row by row {rows:.0?}: PinDesk is {:.1} times as fast",
        ratio(rows, pindesk)
    );
}

/// Some of the users one after the other, each with an entry, in one transaction.
fn by_rows(team: &mut Team, users: &[i64], newest: i64) {
    let mut transaction = team.superuser.transaction().unwrap();
    let update = transaction.prepare(ROW_UPDATE).unwrap();
    let insert = transaction.prepare(ROW_INSERT).unwrap();
    for (user, back) in users.iter().zip(0..).take(BY_ROWS) {
        transaction.execute(&update, &[user, &0_i64]).unwrap();
        transaction.execute(&insert, &[&(newest - back)]).unwrap();
    }
    transaction.commit().unwrap();
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// Everybody, until the directory in memory is whole, beside a bare copy of the same columns.
fn loading(team: &mut Team) {
    const COPIES: [&str; 2] = [
        "COPY (SELECT id, display_name, sip, upn, domain, logon, dn FROM users ORDER BY id) TO STDOUT",
        "COPY (SELECT user_id, is_set, last_change, expires, lock_cause, lock_since, lock_until, lock_by FROM pins
               ORDER BY user_id) TO STDOUT",
    ];
    let store = team.open();
    let [mut loads, mut copies] = [const { Vec::new() }; 2];
    for _ in 0..SAMPLES {
        loads.push(timed(|| black_box(Directory::load(&store, &Unwatched).unwrap())).0);
        let copied = timed(|| {
            for copy in COPIES {
                let mut bytes = Vec::new();
                let mut reader = team.superuser.copy_out(copy).unwrap();
                reader.read_to_end(&mut bytes).unwrap();
                black_box(&bytes);
            }
        });
        copies.push(copied.0);
    }
    let (load, copy) = (median(&mut loads), median(&mut copies));
    println!(
        "directory: {load:.0?}, COPY of the same columns {copy:.0?}: {:.2} times that",
        ratio(load, copy)
    );
}

/// The time in which a directory in memory has another operator's change.
fn following(team: &mut Team) {
    let user = unlocked(team, 1);
    let (store, mut other) = (team.open(), team.open());
    let mut directory = Directory::load(&store, &Unwatched).unwrap();
    let mut times = Vec::new();
    for sample in 0..SAMPLES * 4 {
        let action = if sample % 2 == 0 {
            Action::Lock
        } else {
            Action::Unlock
        };
        let plan = plan(&other, action, &user);
        assert_eq!(apply(&mut other, &plan), 1);
        let (time, newer) = timed(|| directory.brought_up_to_date(&store, &Unwatched).unwrap());
        directory = newer;
        times.push(time);
    }
    println!(
        "a change of another operator is in the directory after {:.1?}",
        median(&mut times)
    );
}

/// Locks and unlocks of single users by several desks, each with its plan. With a pause, there are 100 a second
/// in all.
fn singles(team: &mut Team, paced: bool) {
    // Few enough that a small directory is enough for both runs.
    let users = unlocked(team, DESKS * 50);
    let path = team.path();
    let shares = users.chunks((users.len() / DESKS).max(1));
    let has_ended = AtomicBool::new(false);
    let pause = paced.then(|| Duration::from_millis(10 * DESKS as u64));
    let work = |desk: usize| {
        let mut store = open(&path);
        let mut dice = Dice(desk as u64);
        let mine = shares.clone().nth(desk).unwrap();
        let mut is_locked = vec![false; mine.len()];
        let mut times = Vec::new();
        while !has_ended.load(Ordering::Relaxed) {
            let began = Instant::now();
            let index = dice.below(mine.len());
            let action = if is_locked[index] {
                Action::Unlock
            } else {
                Action::Lock
            };
            let plan = plan(&store, action, &mine[index..=index]);
            assert_eq!(apply(&mut store, &plan), 1);
            is_locked[index] = !is_locked[index];
            times.push(began.elapsed());
            if let Some(pause) = pause {
                std::thread::sleep(pause.saturating_sub(began.elapsed()));
            }
        }
        times
    };
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let work = &work;
        let desks: Vec<_> = (0..DESKS)
            .map(|desk| scope.spawn(move || work(desk)))
            .collect();
        std::thread::sleep(SINGLES);
        has_ended.store(true, Ordering::Relaxed);
        desks
            .into_iter()
            .flat_map(|desk| desk.join().unwrap())
            .collect()
    });
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!(
        "single changes of {DESKS} desks {}: {:.0} a second, half within {:.1?}, 99 of 100 within {:.1?}",
        if paced {
            "at 100 a second"
        } else {
            "without a pause"
        },
        times.len() as f64 / SINGLES.as_secs_f64(),
        at(50),
        at(99),
    );
}

fn main() {
    let Ok(server) = std::env::var("PINDESK_TEST_SERVER") else {
        println!(
            "This benchmark needs a server: PINDESK_TEST_SERVER=$(scripts/postgres start FOLDER) cargo bench --bench team"
        );
        return;
    };
    for count in sizes() {
        println!("=== {count} users");
        let mut team = Team::of(count, &server);
        // The invented people are of an earlier day.
        team.open().accept_clock(&desk(), clock()).unwrap();
        bulk(&mut team);
        loading(&mut team);
        following(&mut team);
        singles(&mut team, true);
        singles(&mut team, false);
    }
}
