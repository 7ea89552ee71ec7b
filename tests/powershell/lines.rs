//! Lines as administrators type them.

use std::collections::HashMap;

use pindesk::domain::user::UserRecord;
use pindesk::exchange::{ImportOptions, Input, preview_input, readable, run_pipeline};
use pindesk::pipeline::{Pipeline, PipelineRow, RunAnswer, Value};
use pindesk::plan::{Action, Target};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;
use serde_json::Value as Json;

use crate::answers::{Shares, Verdict, asked_at, context, is_refused_there, recorded};
use crate::common::{TempStore, admin};

/// The kinds of lines that people type every day.
const EVERY_DAY: [&str; 10] = [
    "do", "where", "select", "sort", "each", "count", "output", "lists", "dates", "text",
];

/// Parts of the messages by which PinDesk names its deliberate differences.
const DIFFERENCES: [&str; 2] = ["for earlier than every date", "inside of longer names too"];

const USERS: &[u8] = include_bytes!("data/users.csv");
const PINS: &[u8] = include_bytes!("data/pins.csv");

/// A store with the users and PIN states of `data/`.
fn store() -> TempStore {
    let mut temp = TempStore::new();
    temp.store.accept_clock(&admin(), asked_at()).unwrap();
    for bytes in [USERS, PINS] {
        let options = ImportOptions {
            zone: Zone::utc(),
            ..ImportOptions::default()
        };
        let input = Input::bytes("data.csv", bytes);
        let plan = preview_input(&temp.store, &input, &options, asked_at(), &Unwatched)
            .unwrap()
            .plan;
        temp.store
            .import(&plan, &admin(), asked_at(), &Unwatched)
            .unwrap();
    }
    temp
}

/// The answer of PinDesk to a line.
struct Answer {
    rows: Vec<PipelineRow>,
    kind: RunAnswer,
    warnings: Vec<String>,
}

/// The SIP addresses of the users in the order of their IDs, without `@litwareinc.com`, and the
/// properties by which lines sort.
struct Everybody(Vec<(i64, String)>, HashMap<String, UserRecord>);

impl Everybody {
    fn of(temp: &TempStore) -> Self {
        let (mut users, mut records) = (Vec::new(), HashMap::new());
        temp.store
            .for_each_user(|user| {
                let sip = user.names.sip.clone().unwrap_or_default();
                let short = sip.replace("@litwareinc.com", "");
                users.push((user.id.0, short.clone()));
                records.insert(short, user);
                true
            })
            .unwrap();
        Self(users, records)
    }

    /// Whether a sorted line may have one user at the position of another: by equal keys, or by
    /// names of East Asia, whose order differs between versions of PowerShell.
    fn may_swap(&self, line: &str, one: &str, other: &str) -> bool {
        let (one, other) = (&self.1[one], &self.1[other]);
        let is_east_asian = |user: &UserRecord| {
            let mut name = user.names.display_name.chars();
            name.any(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'))
        };
        let length = |user: &UserRecord| user.names.display_name.encode_utf16().count();
        (line.contains("PinExpirationTime") && one.pin.expires == other.pin.expires)
            || (line.contains("LastPinChangeTime") && one.pin.last_change == other.pin.last_change)
            || (line.contains("DisplayName.Length") && length(one) == length(other))
            || (line.contains("DisplayName")
                && (one.names.display_name == other.names.display_name
                    || is_east_asian(one) && is_east_asian(other)))
    }

    fn short(&self, id: i64) -> &str {
        let found = self.0.iter().find(|(other, _)| *other == id);
        found.map_or("?", |(_, short)| short)
    }
}

fn answer(line: &str, temp: &TempStore) -> Result<Answer, String> {
    // The lines name files beside them, and tests run in the folder of the package.
    let line = line.replace("data/", "tests/powershell/data/");
    let pipeline = Pipeline::parse(&line).map_err(|fault| fault.to_string())?;
    let mut rows = Vec::new();
    let outcome = run_pipeline(&pipeline, context(), &temp.store, &Unwatched, &mut |row| {
        rows.push(row);
        true
    })
    .map_err(|error| error.to_string())?;
    Ok(Answer {
        rows,
        kind: outcome.answer,
        warnings: outcome.explanation.warnings,
    })
}

/// A value as the recorded answers write it.
fn json(value: &Value) -> Json {
    match value {
        Value::Null | Value::NoDate => Json::Null,
        Value::Bool(is) => Json::Bool(*is),
        Value::Number(number) if number.fract() == 0.0 => Json::from(*number as i64),
        Value::Number(number) => Json::from(*number),
        Value::Date(time) => Json::String(time.format("%Y-%m-%dT%H:%M:%S").to_string()),
        other => Json::String(readable(other, Zone::utc())),
    }
}

/// A row as the recorded answers write it.
fn row_json(row: &PipelineRow) -> Json {
    match (row.columns.as_ref(), row.cells.as_slice()) {
        ([], [value]) => json(value),
        (columns, cells) => columns
            .iter()
            .cloned()
            .zip(cells.iter().map(json))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

/// Whether a row agrees with the recorded one. Columns that the stand-ins did not have, and lists,
/// are left out.
fn agrees(ours: &Json, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let mut both = theirs
                .iter()
                .filter_map(|(name, theirs)| Some((ours.get(name)?, theirs)))
                .peekable();
            both.peek().is_some() && both.all(|(ours, theirs)| agrees(ours, theirs))
        }
        (_, Json::Array(_)) => true,
        (Json::String(ours), Json::String(theirs)) => {
            // Names of cultures write a narrow blank before AM and PM.
            ours.replace('\u{202F}', " ") == theirs.replace('\u{202F}', " ")
        }
        (Json::Number(ours), Json::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        (ours, theirs) => ours == theirs,
    }
}

fn asked(target: &Target, action: Action, temp: &TempStore, everybody: &Everybody) -> Vec<String> {
    let verb = match action {
        Action::Lock => "Lock",
        Action::Unlock => "Unlock",
        Action::SetPin => "Set",
        Action::ResetFailures => panic!("no cmdlet of PowerShell asks for it"),
    };
    let named = |name: &str| format!("{verb} {name}");
    match target {
        Target::User(id) => vec![named(everybody.short(id.0))],
        Target::Identity(text) => {
            let found = temp
                .store
                .look_up(std::slice::from_ref(target), asked_at(), &Unwatched)
                .unwrap();
            let mut names: Vec<i64> = Vec::new();
            for resolved in found {
                if let pindesk::plan::Match::User(user) = resolved.found {
                    names.push(user.id.0);
                }
            }
            names.sort_unstable();
            match names.as_slice() {
                [] => vec![named(text)],
                ids => ids.iter().map(|id| named(everybody.short(*id))).collect(),
            }
        }
        other @ Target::Filter(_) => panic!("{other:?}"),
    }
}

/// Compares an answer with the recorded one. The message says what is different.
fn compare(
    recorded: &Json,
    given: &Answer,
    temp: &TempStore,
    everybody: &Everybody,
) -> Result<(), String> {
    if let RunAnswer::Change(change) = &given.kind {
        let ours: Vec<String> = change
            .request
            .targets
            .iter()
            .flat_map(|target| asked(target, change.request.action, temp, everybody))
            .collect();
        let theirs: Vec<&str> = recorded["asked"]
            .as_array()
            .map(|names| names.iter().map(|name| name.as_str().unwrap()).collect())
            .unwrap_or_default();
        return if ours == theirs {
            Ok(())
        } else {
            Err(format!("asked for {ours:?} instead of {theirs:?}"))
        };
    }
    let rows: Vec<Json> = match &given.kind {
        RunAnswer::Count(count) => vec![Json::from(*count)],
        _ => given.rows.iter().map(row_json).collect(),
    };
    if let Some(theirs) = recorded["rows"].as_array() {
        // PowerShell hands on an object with the number, which is shown as the number alone.
        let theirs: Vec<Json> = match (&given.kind, theirs.as_slice()) {
            (RunAnswer::Count(_), [one]) if one.is_object() => vec![one["Count"].clone()],
            _ => theirs.clone(),
        };
        let same = rows.len() == theirs.len()
            && rows
                .iter()
                .zip(&theirs)
                .all(|(ours, theirs)| agrees(ours, theirs));
        return if same {
            Ok(())
        } else {
            Err(format!("rows {rows:?} instead of {theirs:?}"))
        };
    }
    if recorded.get("display").is_some() || recorded.get("written").is_some() {
        return Ok(());
    }
    let ours: Vec<&str> = given
        .rows
        .iter()
        .filter_map(|row| row.user().map(|id| everybody.short(id.0)))
        .collect();
    let text = |name: &str| recorded[name].as_str().map(|text| text.split_whitespace());
    if let Some(theirs) = text("users") {
        let theirs: Vec<&str> = theirs.collect();
        // A value that is no object was recorded as nothing.
        let is_nothing = theirs.is_empty() && rows.iter().all(|row| !row.is_object());
        let line = recorded["line"].as_str().unwrap();
        let is_same_order = line.contains("Sort")
            && ours.len() == theirs.len()
            && ours
                .iter()
                .zip(&theirs)
                .all(|(one, other)| one == other || everybody.may_swap(line, one, other));
        return if ours == theirs || is_nothing || is_same_order {
            Ok(())
        } else {
            Err(format!(
                "{} instead of {}",
                ours.join(" "),
                theirs.join(" ")
            ))
        };
    }
    let without: Vec<&str> = text("all_but").unwrap().collect();
    let theirs: Vec<&str> = everybody
        .0
        .iter()
        .map(|(_, short)| short.as_str())
        .filter(|short| !without.contains(short))
        .collect();
    if ours == theirs {
        Ok(())
    } else {
        Err(format!(
            "{} instead of all but {}",
            ours.join(" "),
            without.join(" ")
        ))
    }
}

fn verdict(recorded: &Json, temp: &TempStore, everybody: &Everybody) -> Verdict {
    let line = recorded["line"].as_str().unwrap();
    let given = match answer(line, temp) {
        Err(why) => return Verdict::Refused(why),
        Ok(given) => given,
    };
    let names_a_difference = given
        .warnings
        .iter()
        .any(|warning| DIFFERENCES.iter().any(|part| warning.contains(part)));
    if is_refused_there(recorded) {
        return Verdict::Other("PowerShell answers with an error".to_owned());
    }
    match compare(recorded, &given, temp, everybody) {
        Ok(()) => Verdict::Answered,
        Err(_) if names_a_difference => Verdict::Answered,
        Err(what) => Verdict::Other(what),
    }
}

#[test]
fn lines_are_answered_as_by_powershell_or_refused() {
    let temp = store();
    let everybody = Everybody::of(&temp);
    let mut shares = Shares::default();
    for line in recorded(include_str!("lines.json")) {
        let verdict = verdict(&line, &temp, &everybody);
        // A line that PowerShell refuses is no line to answer.
        if is_refused_there(&line) && matches!(verdict, Verdict::Refused(_)) {
            continue;
        }
        shares.add(
            line["kind"].as_str().unwrap(),
            line["line"].as_str().unwrap(),
            verdict,
        );
    }
    shares.print("Lines");
    println!(
        "  of the kinds of every day: {:.1} %",
        100.0 * shares.share(|kind| EVERY_DAY.contains(&kind))
    );
    shares.expect_no_other();
    assert!(shares.share(|kind| EVERY_DAY.contains(&kind)) >= 0.88);
}
