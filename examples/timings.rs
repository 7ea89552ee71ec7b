//! Times work inside of PinDesk for `scripts/compare`. Prints one line of JSON.
//!
//! - `timings search STORE TURNS TEXT…`: loads the directory, then how long each text takes to find all its users, in order
//! - `timings list STORE lock|unlock FILE`: a list of users, from the file to the preview and from there to disk
//! - `timings import STORE FILE`: users or PIN states, likewise

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Instant;

use pindesk::directory::{AnswerCache, Directory, Query};
use pindesk::domain::Time;
use pindesk::environment;
use pindesk::exchange::{ImportOptions, Input, ListOptions, plan_list, preview_import};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::Store;
use pindesk::zone::Zone;
use serde_json::{Value, json};

type Outcome = Result<Value, Box<dyn Error>>;

#[allow(clippy::print_stdout, reason = "what it measures it prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let words: Vec<&str> = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .collect();
    let measured = match *words.as_slice() {
        ["search", store, turns, ref texts @ ..] => search(&open(store)?, turns.parse()?, texts)?,
        ["list", store, action, file] => list(&mut open(store)?, action, Path::new(file))?,
        ["import", store, file] => import(&mut open(store)?, Path::new(file))?,
        _ => return Err("say search, list or import, and on what".into()),
    };
    println!("{measured}");
    Ok(())
}

fn now() -> Time {
    environment::system_clock()()
}

fn open(store: &str) -> Result<Store, Box<dyn Error>> {
    Ok(Store::open(
        Path::new(store),
        &environment::operator()?,
        now(),
    )?)
}

fn search(store: &Store, turns: usize, texts: &[&str]) -> Outcome {
    let started = Instant::now();
    let directory = Directory::load(store, &Unwatched)?;
    let load = millis(started);
    let (mut answers, mut measured) = (AnswerCache::default(), Vec::new());
    for &text in texts {
        let query = Query {
            text: text.to_owned(),
            ..Query::default()
        };
        let (mut hits, mut times) = (0, Vec::new());
        for _ in 0..turns {
            // As in the window, where the whole list is there before the user types.
            answer(&mut answers, &directory, &Query::default())?;
            let (found, took) = answer(&mut answers, &directory, &query)?;
            hits = found;
            times.push(took);
        }
        measured.push(json!({ "text": text, "hits": hits, "ms": times }));
    }
    Ok(
        json!({ "users": directory.len(), "loadMs": load, "answers": measured, "peakKiB": peak_memory() }),
    )
}

/// The number of users that a query finds, and the time it took.
fn answer(
    answers: &mut AnswerCache,
    directory: &Directory,
    query: &Query,
) -> Result<(usize, f64), Box<dyn Error>> {
    let started = Instant::now();
    let view = answers
        .answer(directory, query, now(), &|| false)
        .ok_or("nobody has cancelled it")?;
    Ok((view.len(), millis(started)))
}

fn list(store: &mut Store, action: &str, file: &Path) -> Outcome {
    let action = if action == "lock" {
        Action::Lock
    } else {
        Action::Unlock
    };
    let options = ListOptions {
        action: Some(action),
        zone: Zone::utc(),
        ..ListOptions::default()
    };
    let (operator, before) = (environment::operator()?, peak_memory());
    let started = Instant::now();
    let preview = plan_list(
        store,
        &Input::file(file)?,
        &options,
        &operator,
        now(),
        &Unwatched,
    )?;
    let (plan_ms, planned) = (millis(started), peak_memory());
    let started = Instant::now();
    let applied = store.apply(&preview.plan, &operator, now(), &Unwatched)?;
    Ok(json!({
        "rows": preview.plan.items.len(), "changed": applied.changed.len(), "previewMs": plan_ms, "applyMs": millis(started),
        "beforeKiB": before, "previewKiB": planned, "peakKiB": peak_memory(),
    }))
}

fn import(store: &mut Store, file: &Path) -> Outcome {
    let options = ImportOptions {
        zone: Zone::utc(),
        ..ImportOptions::default()
    };
    let (operator, before) = (environment::operator()?, peak_memory());
    let started = Instant::now();
    let preview = preview_import(store, file, &options, now(), &Unwatched)?;
    let (plan_ms, planned) = (millis(started), peak_memory());
    let started = Instant::now();
    let imported = store.import(&preview.plan, &operator, now(), &Unwatched)?;
    Ok(json!({
        "rows": preview.how_read.rows, "added": imported.added, "changed": imported.changed, "previewMs": plan_ms,
        "applyMs": millis(started), "beforeKiB": before, "previewKiB": planned, "peakKiB": peak_memory(),
    }))
}

fn millis(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// Peak memory of this process. None if the system does not report it.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
