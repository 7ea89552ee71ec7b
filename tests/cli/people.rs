//! Commands of several operators, run inside the process, each with an account and a clock of its
//! own.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::Builder;

use chrono::{DateTime, Utc};
use pindesk::cli::{CommandEnvironment, ExitStatus, Invocation, Screen, parse, run};
use pindesk::domain::role::Operator;
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::zone::Zone;
use rusqlite::Connection;

use crate::setup::{Bench, Ran};

pub const NOON: &str = "2026-11-22T12:00:00Z";

pub fn noon() -> DateTime<Utc> {
    NOON.parse().unwrap()
}

pub fn environment(
    account: &str,
    clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
) -> CommandEnvironment {
    CommandEnvironment {
        operator: Operator {
            account: account.to_owned(),
            machine: "test".to_owned(),
            id: None,
        },
        default_store: Err("no data folder".to_owned()),
        keys: KeyPlace::default(),
        hooks: Arc::new(Hooks::default()),
        witness: None,
        notify: Arc::new(|_| {}),
        clock: Arc::new(clock),
        zone: Zone::utc(),
        is_watched: false,
        is_typed: false,
        screen: Screen::default(),
    }
}

pub fn ran(
    environment: &CommandEnvironment,
    store: &Path,
    args: &[&str],
) -> (ExitStatus, String, String) {
    ran_with(environment, store, args, b"")
}

/// Runs a command with a text on standard input.
pub fn ran_with(
    environment: &CommandEnvironment,
    store: &Path,
    args: &[&str],
    stdin: &[u8],
) -> (ExitStatus, String, String) {
    let words = ["pindesk", "--store", store.to_str().unwrap()]
        .into_iter()
        .chain(args.iter().copied())
        .map(Into::into);
    let Ok(Invocation::Command(command)) = parse(words) else {
        panic!("not a command: {args:?}")
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(&command, environment, &mut &*stdin, &mut out, &mut err);
    (
        status,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

/// Runs a command at noon as this account.
pub fn ran_as(account: &str, bench: &Bench, args: &[&str]) -> Ran {
    let (status, out, err) = ran(&environment(account, noon), &bench.store(), args);
    Ran {
        status: status.0.into(),
        out,
        err,
    }
}

/// Runs a command while the other program of this connection writes to the store. The command waits,
/// says so once, and is done when the other one has ended.
pub fn says_once_that_it_waits(
    environment: CommandEnvironment,
    store: PathBuf,
    other: &Connection,
    args: &'static [&'static str],
) {
    let (say, said) = channel();
    let say = Mutex::new(say);
    let environment = CommandEnvironment {
        notify: Arc::new(move |text| say.lock().unwrap().send(text.to_owned()).unwrap()),
        ..environment
    };
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = Builder::new()
        .name("waiting".to_owned())
        .spawn(move || ran(&environment, &store, args))
        .unwrap();
    let text = said.recv().unwrap();
    assert!(text.contains("Waiting for another program"), "{text}");
    other.execute_batch("ROLLBACK").unwrap();
    let (status, out, err) = waiting.join().unwrap();
    assert_eq!(status, ExitStatus::DONE, "{out}{err}");
    assert_eq!(said.iter().count(), 0, "and only once");
}

/// Takes the roles away that [`give_role`] gave, since the history does not have them.
pub fn take_given_roles(bench: &Bench, accounts: &[&str]) {
    for account in accounts {
        bench
            .sql()
            .execute("DELETE FROM operator_roles WHERE account = ?1", [account])
            .unwrap();
    }
}

pub fn give_role(bench: &Bench, role: &str, account: &str) {
    bench
        .sql()
        .execute(
            "INSERT OR IGNORE INTO operator_roles (account_key, account, role) VALUES (?1, ?1, ?2)",
            [account, role],
        )
        .unwrap();
}

/// Ann changes settings with the approval of another administrator.
pub fn agreed(bench: &Bench, args: &[&str]) {
    const ANN: &str = r"litwareinc\ann";
    give_role(bench, "CsAdministrator", "second");
    let submitted = ran_as(
        ANN,
        bench,
        &[args, &["--submit", "--format", "json"]].concat(),
    );
    let plan = submitted.json()["plan"].to_string();
    for (who, step) in [("second", "approve"), (ANN, "apply")] {
        let ran = ran_as(who, bench, &["plans", step, &plan]);
        assert_eq!(ran.status, 0, "{}", ran.err);
    }
}
