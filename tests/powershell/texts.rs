//! Conditions over names that are hard to compare.

use pindesk::domain::pin::PinState;
use pindesk::domain::user::{UserId, UserRecord, Version};
use pindesk::pipeline::Pipeline;
use serde_json::Value as Json;

use crate::answers::{Shares, Verdict, context, is_refused_there, recorded};
use crate::common::names;

fn users() -> Vec<UserRecord> {
    let mut reader = csv::Reader::from_reader(&include_bytes!("data/texts.csv")[3..]);
    reader
        .records()
        .zip(1..)
        .map(|(record, id)| {
            let record = record.unwrap();
            UserRecord {
                id: UserId(id),
                names: names(&record[0], &record[3]),
                pin: PinState::default(),
                version: Version(id),
                is_protected: false,
            }
        })
        .collect()
}

/// Characters beyond U+FFFF are two to PowerShell and one to PinDesk.
fn has_two_units(name: &str) -> bool {
    name.chars().any(|c| c.len_utf16() > 1)
}

/// Þ and the order of East Asian names differ between versions of PowerShell.
fn is_unsettled(name: &str) -> bool {
    name.chars()
        .any(|c| matches!(c, 'Þ' | 'þ' | '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'))
}

fn found(line: &str, users: &[UserRecord]) -> Result<(Vec<String>, Vec<String>), String> {
    let pipeline = Pipeline::parse(line).map_err(|fault| fault.to_string())?;
    let mut found = Vec::new();
    let mut sink = |row: pindesk::pipeline::PipelineRow| {
        found.push(row.user().unwrap());
        true
    };
    let mut run = pipeline.start(context(), &mut sink);
    for user in users {
        if !run.user(user.clone()) {
            break;
        }
    }
    let outcome = run.finish().map_err(|fault| fault.to_string())?;
    let name = |id: &UserId| {
        let user = users.iter().find(|user| user.id == *id).unwrap();
        user.names.display_name.clone()
    };
    Ok((
        found.iter().map(name).collect(),
        outcome.explanation.warnings,
    ))
}

fn verdict(recorded: &Json, users: &[UserRecord]) -> Verdict {
    let line = recorded["line"].as_str().unwrap();
    let (ours, _) = match found(line, users) {
        Err(why) => return Verdict::Refused(why),
        Ok(found) => found,
    };
    if is_refused_there(recorded) {
        return Verdict::Other("PowerShell answers with an error".to_owned());
    }
    let theirs: Vec<&str> = recorded["names"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let by_order = recorded["kind"] == "order";
    let counts = |name: &str| !(has_two_units(name) || by_order && is_unsettled(name));
    let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
    let only = |these: &[&str], those: &[&str]| -> Vec<String> {
        these
            .iter()
            .filter(|name| counts(name) && !those.contains(name))
            .map(|name| (*name).to_owned())
            .collect()
    };
    let (more, fewer) = (only(&ours, &theirs), only(&theirs, &ours));
    if more.is_empty() && fewer.is_empty() {
        Verdict::Answered
    } else {
        Verdict::Other(format!("only here {more:?}, only there {fewer:?}"))
    }
}

#[test]
fn conditions_over_difficult_texts_are_answered_as_by_powershell() {
    let users = users();
    let mut shares = Shares::default();
    for line in recorded(include_str!("texts.json")) {
        let verdict = verdict(&line, &users);
        // A condition that PowerShell refuses is no condition to answer.
        if is_refused_there(&line) && matches!(verdict, Verdict::Refused(_)) {
            continue;
        }
        shares.add(
            line["kind"].as_str().unwrap(),
            line["line"].as_str().unwrap(),
            verdict,
        );
    }
    shares.print("Conditions over difficult texts");
    shares.expect_no_other();
    assert!(shares.share(|_| true) >= 0.95);
}
