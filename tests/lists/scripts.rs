//! The result file of a script, read as a list: rows that the live pool has done are recorded, and
//! no others.

use pindesk::exchange::ListOptions;
use pindesk::exchange::powershell::RESULT_COLUMNS;

use crate::{Desk, lock, reasons};

/// A result file as `Export-Csv` writes it.
fn result_file(rows: &[[&str; 4]]) -> String {
    let line = |cells: &[&str]| {
        cells
            .iter()
            .map(|cell| format!("\"{cell}\""))
            .collect::<Vec<_>>()
            .join(",")
            + "\r\n"
    };
    let mut text = "\u{FEFF}".to_owned() + &line(&RESULT_COLUMNS);
    for [identity, action, result, message] in rows {
        text += &line(&[
            identity,
            "'=Name",
            action,
            result,
            message,
            "2026-11-22T11:00:00Z",
        ]);
    }
    text
}

#[test]
fn rows_done_on_the_pool_are_planned_and_others_are_skipped_with_the_reason() {
    let mut desk = Desk::new();
    let file = result_file(&[
        ["sip:kenmyer@litwareinc.com", "Lock", "Done", ""],
        [
            "sip:packerman@litwareinc.com",
            "Lock",
            "Failed",
            "Access, or \"\"something\"\",\r\nwas denied",
        ],
        ["sip:packerman@litwareinc.com", "Lock", "Failed", "'=cmd"],
        ["sip:asmith@litwareinc.com", "Lock", "WhatIf", ""],
        ["sip:asmith@litwareinc.com", "Lock", "Declined", ""],
        ["sip:jmuller@litwareinc.com", "Lock", "", ""],
        ["sip:jmuller@litwareinc.com", "Lock", "Perhaps", ""],
        ["sip:jmuller@litwareinc.com", "Unlock", "done", ""],
        ["sip:asmith@litwareinc.com", "Lock", "FAILED", ""],
        ["sip:asmith@litwareinc.com", "Lock", "Unknown", "ended"],
    ]);
    let plan = desk.plan_with(
        file,
        &ListOptions {
            action: None,
            ..lock()
        },
    );
    let expected = [
        ("will change", ""),
        (
            "skipped",
            "The live pool refused it: Access, or \"something\",\r\nwas denied",
        ),
        ("skipped", "The live pool refused it: =cmd"),
        ("skipped", "The script only said what it would do."),
        ("skipped", "Answered with No when the script was run."),
        (
            "unreadable",
            "Its result is \"\"; a script writes Done, Failed, Unknown, WhatIf or Declined.",
        ),
        (
            "unreadable",
            "Its result is \"Perhaps\"; a script writes Done, Failed, Unknown, WhatIf or Declined.",
        ),
        ("no change needed", "Not locked."),
        ("skipped", "The live pool refused it: no message."),
        (
            "unreadable",
            "The script was ended during this step. Look at this PIN on the live pool: it may have been changed or not.",
        ),
    ];
    assert_eq!(
        reasons(&plan),
        expected.map(|(verdict, reason)| (verdict, reason.to_owned()))
    );
    assert_eq!(
        desk.temp.apply(&plan).unwrap().changed,
        [desk.temp.id("kenmyer")]
    );
    // The results of such a list can be saved and read again.
    let (_, results) = desk.save(&plan, None).unwrap();
    let again = desk.plan_with(
        results,
        &ListOptions {
            action: None,
            ..lock()
        },
    );
    assert_eq!(reasons(&again)[1..], reasons(&plan)[1..]);
}

#[test]
fn a_failed_row_takes_nothing_from_a_later_one_that_was_done() {
    let desk = Desk::new();
    let plan = desk.plan(result_file(&[
        ["sip:kenmyer@litwareinc.com", "Lock", "Failed", "no"],
        ["sip:kenmyer@litwareinc.com", "Lock", "Done", ""],
        ["sip:packerman@litwareinc.com", "Unlock", "Failed", "no"],
        ["sip:packerman@litwareinc.com", "Lock", "Done", ""],
    ]));
    let found: Vec<_> = reasons(&plan)
        .into_iter()
        .map(|(verdict, _)| verdict)
        .collect();
    assert_eq!(found, ["skipped", "will change", "skipped", "will change"]);
}
