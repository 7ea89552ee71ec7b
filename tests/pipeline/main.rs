//! PowerShell pipelines: the documented examples, refusals with their positions, and conditions
//! with the meaning that they have in PowerShell.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

#[path = "../common/mod.rs"]
mod common;

mod blocks;
mod completion;
mod conditions;
mod differential;
mod edges;
mod faults;
mod filters;
mod seeds;
mod stages;

use common::{TempStore, admin, names, now};
use pindesk::domain::pin::{Lock, LockCause, PinState};
use pindesk::domain::role::Role;
use pindesk::domain::user::{UserId, UserRecord, Version};
use pindesk::exchange::{ImportOptions, Input, preview_input, sample};
use pindesk::pipeline::{
    Change, Context, Fault, Pipeline, PipelineRow, PipelineSource, RunAnswer, RunOutcome,
};
use pindesk::plan::Target;
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;

fn context() -> Context {
    Context {
        now: now(),
        zone: Zone::utc(),
        brief: false,
    }
}

/// A store with the sample directory.
fn sample_store() -> TempStore {
    let mut temp = TempStore::new();
    for bytes in [sample::USERS, sample::PINS] {
        let options = ImportOptions {
            zone: Zone::utc(),
            ..ImportOptions::default()
        };
        let input = Input::bytes("sample.csv", bytes);
        let plan = preview_input(&temp.store, &input, &options, now(), &Unwatched)
            .unwrap()
            .plan;
        temp.store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap();
    }
    temp
}

fn everybody(temp: &TempStore) -> Vec<UserRecord> {
    let mut users = Vec::new();
    temp.store
        .for_each_user(|user| {
            users.push(user);
            true
        })
        .unwrap();
    users
}

fn user(id: i64, display_name: &str, pin: PinState) -> UserRecord {
    let names = names(display_name, &format!("user{id}"));
    UserRecord {
        id: UserId(id),
        names,
        pin,
        version: Version(id),
        is_protected: false,
    }
}

/// A PIN that is set and expires `expires_in` days from now. With None it never expires.
fn pin(expires_in: Option<i64>) -> PinState {
    PinState {
        is_set: true,
        expires: expires_in.map(|days| now() + chrono::Duration::days(days)),
        ..PinState::default()
    }
}

fn locked(cause: LockCause) -> PinState {
    let lock = Lock {
        cause,
        since: Some(now()),
        until: None,
        by: Some(r"litwareinc\ann".to_owned()),
        reason: "On leave".to_owned(),
        ticket: String::new(),
    };
    PinState {
        lock: Some(lock),
        ..pin(Some(30))
    }
}

/// Five users: with an expired PIN, one that expires soon, one that never expires, none, and a
/// locked one.
fn people() -> Vec<UserRecord> {
    vec![
        user(1, "Ken Myer", pin(Some(-1))),
        user(2, "Pilar Ackerman", pin(Some(7))),
        user(3, "Anna Smith", pin(None)),
        user(4, "Otto Ohnepin", PinState::default()),
        user(5, "Zoe Smith", locked(LockCause::Administrator)),
    ]
}

fn role(name: &str, cmdlets: &[&str]) -> Role {
    Role {
        name: name.to_owned(),
        cmdlets: cmdlets.iter().map(|&cmdlet| cmdlet.to_owned()).collect(),
        units: Vec::new(),
    }
}

/// Three roles. The last one may only unlock.
fn roles() -> Vec<Role> {
    vec![
        role(
            "CsAdministrator",
            &["Lock-CsClientPin", "Unlock-CsClientPin", "Set-CsPinPolicy"],
        ),
        role("CsViewOnlyAdministrator", &[]),
        role("Unlocker", &["Unlock-CsClientPin"]),
    ]
}

const HEADER: [&str; 3] = ["Identity", "Name", "Reason"];
const LIST: [[&str; 3]; 3] = [
    ["sip:user1@litwareinc.com", "Ken Myer", "leave"],
    [r"litwareinc\user2", "Pilar", ""],
    ["Anna Smith", "Anna", "LEAVE"],
];

fn parse(text: &str) -> Pipeline {
    Pipeline::parse(text).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Runs a text with the objects of its source: the users, the roles or the list. Pipelines in
/// brackets run first.
fn try_run(text: &str, users: &[UserRecord]) -> Result<(Vec<PipelineRow>, RunOutcome), Fault> {
    let mut pipeline = Pipeline::parse(text)?;
    while let Some(part) = pipeline.next_part() {
        let (_, outcome) = run_one(&part, users)?;
        pipeline.take_part(outcome.found);
    }
    run_one(&pipeline, users)
}

fn run_one(
    pipeline: &Pipeline,
    users: &[UserRecord],
) -> Result<(Vec<PipelineRow>, RunOutcome), Fault> {
    let mut rows = Vec::new();
    let mut sink = |row| {
        rows.push(row);
        true
    };
    let mut lookup = |target: Target| match target {
        Target::Identity(text) => users
            .iter()
            .find(|user| user.names.identity() == text || user.names.display_name == text)
            .cloned()
            .ok_or_else(|| format!("{text} is not found.")),
        other => Err(format!("{other:?}")),
    };
    let mut run = pipeline.start(context(), &mut sink).looking_up(&mut lookup);
    match pipeline.source() {
        PipelineSource::Nothing => {}
        PipelineSource::Users => {
            for user in users {
                if !run.user(user.clone()) {
                    break;
                }
            }
        }
        PipelineSource::Roles => {
            for role in roles() {
                run.role(role);
            }
        }
        PipelineSource::File(_) => {
            run.header(&HEADER.map(str::to_owned))?;
            for row in LIST {
                run.row(row.map(str::to_owned).to_vec());
            }
        }
        PipelineSource::Lines(_) => {
            for row in LIST {
                run.line(row[0].to_owned());
            }
        }
    }
    let outcome = run.finish()?;
    Ok((rows, outcome))
}

fn run(text: &str) -> (Vec<PipelineRow>, RunOutcome) {
    try_run(text, &people()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The first cells of the rows, as texts.
fn found(text: &str) -> Vec<String> {
    run(text)
        .0
        .iter()
        .map(|row| row.cells[0].to_text(Zone::utc()))
        .collect()
}

/// The IDs of the users who pass a condition on PIN states.
fn passing(condition: &str) -> Vec<i64> {
    passing_of(condition, &people())
        .unwrap_or_else(|fault| panic!("{fault}"))
        .0
}

/// The IDs of these users who pass a condition on PIN states, and the warnings.
fn passing_of(condition: &str, users: &[UserRecord]) -> Result<(Vec<i64>, Vec<String>), Fault> {
    let text =
        format!("Get-CsUser | Get-CsClientPinInfo | Where-Object {condition} | Lock-CsClientPin");
    let (_, outcome) = try_run(&text, users)?;
    Ok((ids(&asked(outcome.answer)), outcome.explanation.warnings))
}

fn asked(answer: RunAnswer) -> Change {
    match answer {
        RunAnswer::Change(change) => change,
        other => panic!("{other:?}"),
    }
}

fn ids(change: &Change) -> Vec<i64> {
    let id = |target: &Target| match target {
        Target::User(id) => id.0,
        other => panic!("{other:?}"),
    };
    change.request.targets.iter().map(id).collect()
}
