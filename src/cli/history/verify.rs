//! `pindesk history verify`: the chain of hashes, and the store against its history.

use serde::Serialize;

use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::table::{OutputRow, write_one};
use crate::cli::{CommandEnvironment, ExitStatus};
use crate::store::{Area, Store, Verified};

/// The result of verifying the history. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerifyReport {
    holds: bool,
    entries: u64,
    last_hash: String,
    first_break: Option<i64>,
    what: Option<String>,
    differences: Vec<DifferenceRow>,
}

/// The differences in one area.
#[derive(Serialize)]
struct DifferenceRow {
    area: Area,
    count: u64,
    first: String,
}

impl OutputRow for VerifyReport {
    const FIELDS: &'static [&'static str] = &[
        "holds",
        "entries",
        "lastHash",
        "firstBreak",
        "what",
        "differences",
    ];
}

pub(super) fn verify(
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Verifying the history", environment);
    let verified = store.verify_history(&watch)?;
    drop(watch);
    // Verifying shows only what the file itself shows, so a witness that cannot help is said here.
    if let Some(fault) = store.witness_fault() {
        console.say(&format!("pindesk: {fault}"));
    }
    if console.is_text() {
        for line in lines(&verified) {
            console.line(&line);
        }
    } else {
        write_one(console, &report(&verified));
    }
    Ok(if verified.first_break.is_some() {
        ExitStatus::STORE_FAILED
    } else if verified.is_sound() {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    })
}

fn lines(verified: &Verified) -> Vec<String> {
    let Verified { entries, head, .. } = verified;
    let chain = match &verified.first_break {
        Some(broken) => format!("The chain breaks at entry {}: {}.", broken.seq, broken.what),
        None => format!("The chain of all {entries} entries holds. The last hash is {head}."),
    };
    if verified.is_sound() {
        return vec![format!("The store agrees with its history. {chain}")];
    }
    let mut lines = vec![chain];
    if !verified.differences.is_empty() {
        lines.push("The store is not as its history says:".to_owned());
    }
    let differences = verified.differences.iter();
    lines.extend(differences.map(|difference| format!("- {}", difference.sentence())));
    lines
}

fn report(verified: &Verified) -> VerifyReport {
    let broken = verified.first_break.as_ref();
    let differences = verified.differences.iter().map(|found| DifferenceRow {
        area: found.area,
        count: found.count,
        first: found.first.clone(),
    });
    VerifyReport {
        holds: verified.is_sound(),
        entries: verified.entries,
        last_hash: verified.head.clone(),
        first_break: broken.map(|broken| broken.seq),
        what: broken.map(|broken| broken.what.clone()),
        differences: differences.collect(),
    }
}
