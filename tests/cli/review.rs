//! Submitted plans: their review by two operators, and the operators who are refused.

use std::path::PathBuf;

use chrono::FixedOffset;
use pindesk::cli::CommandEnvironment;
use pindesk::zone::Zone;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use crate::people::{environment, give_role, noon, ran, ran_as, take_given_roles};
use crate::setup::{Bench, Ran};

const ANN: &str = r"litwareinc\ann";
const BOB: &str = r"litwareinc\bob";
const EVE: &str = r"litwareinc\eve";
const SUBMIT: [&str; 8] = [
    "unlock", "* Smith", "--force", "--submit", "--reason", "storm", "--ticket", "INC-7",
];

/// A store in which Ann has CsAdministrator, Bob has CsHelpDesk, Eve has no role, and plans for
/// more than two users need approval.
fn bench() -> Bench {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", ANN);
    give_role(&bench, "CsHelpDesk", BOB);
    assert_eq!(ran_as(ANN, &bench, &["approval", "--above", "2"]).status, 0);
    bench
}

/// The store of [`bench`] with a plan of Ann's that unlocks Denise, Samantha and Zoë Smith.
fn submitted() -> Bench {
    let bench = bench();
    assert_eq!(ran_as(ANN, &bench, &SUBMIT).status, 0);
    bench
}

fn said(ran: &Ran) -> (i32, &str, &str) {
    (ran.status, &ran.out, &ran.err)
}

/// The content of all tables except the history.
fn all_but_the_history(bench: &Bench) -> Vec<(String, Vec<Vec<Cell>>)> {
    let sql = bench.sql();
    let names: Vec<String> = sql
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('batches', 'history') ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let table = |name: String| {
        // The note of the last entry belongs to the history.
        let wanted = if name == "meta" {
            "WHERE key <> 'history_head'"
        } else {
            ""
        };
        let mut statement = sql
            .prepare(&format!("SELECT * FROM {name} {wanted}"))
            .unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        let rows = statement
            .query_map([], row)
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        (name, rows)
    };
    names.into_iter().map(table).collect()
}

#[test]
fn two_operators_take_a_plan_from_submission_to_the_end() {
    let bench = submitted();
    let list = ran_as(BOB, &bench, &["plans"]);
    assert_eq!(
        said(&list),
        (
            0,
            "Plan  Status   Age    Author          Action  Changes  Drifted  Reason  Ticket  File\n\
             1     waiting  0 min  litwareinc\\ann  unlock  3        0        storm   INC-7\n",
            ""
        )
    );
    let early = ran_as(ANN, &bench, &["plans", "apply", "1"]);
    assert_eq!((early.status, early.out.as_str()), (4, ""));
    assert!(
        early
            .err
            .contains("They approve it with: pindesk plans approve 1."),
        "{}",
        early.err
    );
    let dry = ran_as(
        ANN,
        &bench,
        &["plans", "apply", "1", "--what-if", "--force"],
    );
    assert_eq!((dry.status, dry.out.lines().count()), (0, 3));
    assert_eq!(
        dry.err,
        "PinDesk : Somebody else must approve it first: it changes 3 users, more than 2.\n"
    );

    let comment = ran_as(
        BOB,
        &bench,
        &["plans", "comment", "1", "Who asked for Zoë?"],
    );
    assert_eq!(said(&comment), (0, "Plan 1 has a new comment.\n", ""));
    assert_eq!(
        ran_as(
            ANN,
            &bench,
            &["plans", "comment", "1", "--comment", "HR did"]
        )
        .status,
        0
    );
    // Another operator unlocks Zoë meanwhile.
    assert_eq!(ran_as(BOB, &bench, &["unlock", "Zoë Smith"]).status, 0);
    let approved = ran_as(
        BOB,
        &bench,
        &["plans", "approve", "1", "--comment", "looks right"],
    );
    assert_eq!(said(&approved), (0, "Plan 1 is approved now.\n", ""));
    let again = ran_as(BOB, &bench, &["plans", "approve", "1"]);
    assert_eq!(
        said(&again),
        (
            2,
            "",
            "pindesk: Plan 1 is approved already. Nothing was changed.\n"
        )
    );

    let shown = ran_as(ANN, &bench, &["plans", "show", "1"]);
    let expected = r#"Plan    1
Status  approved
Author  litwareinc\ann, 0 min ago
Action  unlock: 3 users, 1 of them changed since
Reason  storm
Ticket  INC-7

2026-11-22 12:00  Submitted by litwareinc\ann
2026-11-22 12:00  Comment by litwareinc\bob: Who asked for Zoë?
2026-11-22 12:00  Comment by litwareinc\ann: HR did
2026-11-22 12:00  Approved by litwareinc\bob: looks right

Unlock-CsClientPin : "Zoë Smith" (sip:zsmith@litwareinc.com): Changed since the plan, and left alone. Planned for: locked, cause unknown; now: unlocked. Changed by litwareinc\bob on 2026-11-22 at 12:00 UTC.

What if: Performing the operation "Unlock-CsClientPin" on target "sip:dsmith@litwareinc.com".
What if: Performing the operation "Unlock-CsClientPin" on target "sip:ssmith@litwareinc.com".

To apply it: pindesk plans apply 1
"#;
    assert_eq!(said(&shown), (0, expected, ""));

    let applied = ran_as(ANN, &bench, &["plans", "apply", "1", "--force"]);
    assert_eq!(
        said(&applied),
        (
            1,
            "Unlocked 2 users. 5 no change needed, 1 skipped, 0 refused, 0 drifted.\n",
            ""
        ),
        "who has changed is left out"
    );
    let closed = ran_as(ANN, &bench, &["plans", "apply", "1"]);
    assert_eq!(
        said(&closed),
        (
            2,
            "",
            "pindesk: Plan 1 is applied already. Nothing was changed.\n"
        )
    );
    assert_eq!(
        ran_as(ANN, &bench, &["plans", "apply", "1", "--what-if"]).status,
        2
    );
    let shown = ran_as(BOB, &bench, &["plans", "show", "1"]).out;
    assert!(
        shown.contains("Status  applied\n")
            && shown.contains("Applied by litwareinc\\ann as batch "),
        "{shown}"
    );
    assert!(
        !shown.contains("Changed since") && !shown.contains("What if"),
        "{shown}"
    );
    take_given_roles(&bench, &[ANN, BOB]);
    assert_eq!(bench.run(&["history", "verify"]).status, 0);
}

#[test]
fn the_list_is_filtered_by_status_and_says_how_old_plans_are() {
    let bench = submitted();
    assert_eq!(
        ran_as(ANN, &bench, &["unlock", "Ken Myer", "--submit"]).status,
        0
    );
    assert_eq!(
        said(&ran_as(
            BOB,
            &bench,
            &["plans", "reject", "2", "--comment", "no"]
        )),
        (0, "Plan 2 is rejected now.\n", "")
    );
    let numbers = |args: &[&str]| {
        let plans = ran_as(
            EVE,
            &bench,
            &[&["plans", "--format", "json"], args].concat(),
        )
        .json();
        plans
            .as_array()
            .unwrap()
            .iter()
            .map(|plan| plan["plan"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&[]), [2, 1]);
    assert_eq!(numbers(&["--status", "waiting"]), [1]);
    assert_eq!(
        numbers(&["--status", "waiting", "--status", "rejected"]),
        [2, 1]
    );
    assert_eq!(numbers(&["--status", "applied"]), Vec::<i64>::new());
    let none = ran_as(
        EVE,
        &bench,
        &["plans", "--status", "applied", "--status", "outdated"],
    );
    assert_eq!(said(&none), (0, "", "No plan is applied or outdated.\n"));
    assert_eq!(
        said(&Bench::filled_at_noon().run(&["plans"])),
        (0, "", "No plan was submitted yet.\n")
    );
    let unknown = bench.run(&["plans", "--status", "finished"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown
            .err
            .contains("waiting, approved, rejected, applied, withdrawn, outdated"),
        "{}",
        unknown.err
    );

    for (minutes, age) in [
        (-5, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (23 * 60, "23 h"),
        (48 * 60, "2 d"),
    ] {
        let later = environment(EVE, move || noon() + chrono::TimeDelta::minutes(minutes));
        let (_, out, _) = ran(&later, &bench.store(), &["plans"]);
        assert!(out.contains(&format!("waiting   {age}  ")), "{out}");
    }
}

#[test]
fn a_plan_as_json_has_the_promised_shape() {
    let bench = submitted();
    assert_eq!(ran_as(BOB, &bench, &["unlock", "Zoë Smith"]).status, 0);
    let list = ran_as(BOB, &bench, &["plans", "--format", "json"]);
    let summary = json!({
        "plan": 1, "status": "waiting", "time": "2026-11-22T12:00:00Z", "author": ANN, "action": "unlock", "undoes": null,
        "changes": 3, "drifted": 1, "comments": 0, "reason": "storm", "ticket": "INC-7", "source": null,
    });
    assert_eq!(list.json(), json!([summary]));
    let mut shown = ran_as(BOB, &bench, &["plans", "show", "1", "--format", "json"]).json();
    assert_eq!(shown["sha256"].as_str().unwrap().len(), 64);
    let items = shown["items"].take();
    assert_eq!(
        items[3],
        json!({ "identity": "* Smith", "user": "sip:dsmith@litwareinc.com", "outcome": "change", "reason": null,
                "before": "locked, cause unknown", "after": "unlocked" })
    );
    let what_if = ran_as(
        BOB,
        &bench,
        &["plans", "apply", "1", "--what-if", "--format", "json"],
    );
    assert_eq!((what_if.status, &what_if.json()["items"]), (1, &items));
    let batch = shown["events"][0]["batch"].take();
    assert!(batch.as_i64().unwrap() > 1);
    shown["sha256"] = json!("");
    let own = "litwareinc\\ann, who submitted this plan, can withdraw it.";
    assert_eq!(
        shown,
        json!({
            "summary": summary,
            "sha256": "",
            "events": [{ "time": "2026-11-22T12:00:00Z", "action": "submit-plan", "by": ANN, "text": "storm", "batch": null }],
            "drifted": [{ "identity": "sip:zsmith@litwareinc.com", "displayName": "Zoë Smith",
                          "planned": "locked, cause unknown", "current": "unlocked",
                          "changedBy": BOB, "changedAt": "2026-11-22T12:00:00Z" }],
            "mayNot": { "approve": null, "reject": null, "withdraw": format!("Only {own}"),
                        "apply": "Somebody else must approve it first: it changes 3 users, more than 2." },
            "items": null,
        })
    );
    let decided = ran_as(
        BOB,
        &bench,
        &[
            "plans",
            "reject",
            "1",
            "--comment",
            "no",
            "--format",
            "json",
        ],
    );
    assert_eq!(decided.json(), json!({ "plan": 1, "decision": "rejected" }));
}

#[test]
fn nobody_approves_their_own_plan_nor_without_a_role() {
    let bench = submitted();
    let file = plan_file(&bench);
    let before = all_but_the_history(&bench);
    let refused = |who: &str, args: &[&str], said: &str| {
        let entries = bench.content().1;
        let ran = ran_as(who, &bench, args);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (4, ""),
            "{who} {args:?}: {}",
            ran.err
        );
        assert!(ran.err.contains(said), "{}", ran.err);
        assert!(
            all_but_the_history(&bench) == before,
            "something has changed: {who} {args:?}"
        );
        let denied: (String, String) = bench
            .sql()
            .query_row(
                "SELECT h.kind, b.operator FROM history h JOIN batches b ON b.id = h.batch_id ORDER BY h.seq DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(denied, ("denied".to_owned(), who.to_owned()), "{args:?}");
        assert!(bench.content().1 > entries);
    };
    refused(
        ANN,
        &["plans", "approve", "1"],
        "somebody else has to approve it",
    );
    refused(
        r"LITWAREINC\Ann",
        &["plans", "approve", "1"],
        "somebody else has to approve it",
    );
    refused(BOB, &["plans", "withdraw", "1"], "can withdraw it");
    for step in ["approve", "reject", "withdraw"] {
        refused(
            EVE,
            &["plans", step, "1", "--comment", "me too"],
            "Nothing was changed.",
        );
    }
    refused(
        EVE,
        &["plans", "comment", "1", "hello"],
        "may not run Unlock-CsClientPin",
    );
    refused(
        EVE,
        &["plans", "apply", "1"],
        "may not run Unlock-CsClientPin",
    );
    refused(EVE, &SUBMIT, "may not run Unlock-CsClientPin");
    refused(
        EVE,
        &["plans", "submit", file.to_str().unwrap()],
        "may not run Unlock-CsClientPin",
    );
    let mine = ran_as(
        BOB,
        &bench,
        &["history", "--limit", "200", "--format", "json"],
    )
    .json();
    let change = mine
        .as_array()
        .unwrap()
        .iter()
        .find(|batch| batch["Action"] == "lock")
        .unwrap()["Batch"]
        .to_string();
    refused(EVE, &["undo", &change], "may not run Unlock-CsClientPin");
    refused(
        EVE,
        &["undo", &change, "--submit"],
        "may not run Unlock-CsClientPin",
    );
    assert_eq!(
        ran_as(EVE, &bench, &["plans", "show", "1"]).status,
        0,
        "without a role one may look"
    );
    let shown = ran_as(EVE, &bench, &["plans", "show", "1"]).out;
    assert!(
        shown.contains("You cannot apply it: litwareinc\\eve may not run Unlock-CsClientPin here"),
        "{shown}"
    );
    assert_eq!(
        ran_as(EVE, &bench, &["plans", "apply", "1", "--what-if"]).status,
        4
    );
}

/// A plan file of Ann's. The store also has a batch of hers that could be undone.
fn plan_file(bench: &Bench) -> PathBuf {
    let file = bench.folder.path().join("ken.plan.json");
    let path = file.to_str().unwrap();
    assert_eq!(
        ran_as(
            ANN,
            bench,
            &["unlock", "Ken Myer", "--what-if", "--save-plan", path]
        )
        .status,
        0
    );
    assert_eq!(ran_as(ANN, bench, &["lock", "Carla Eklund"]).status, 0);
    file
}

#[test]
fn users_outside_the_unit_of_a_role_are_denied_and_left_as_they_are() {
    let bench = submitted();
    bench
        .sql()
        .execute_batch(
            "INSERT INTO roles VALUES ('Sales'); INSERT INTO role_cmdlets VALUES ('Sales', 'Unlock-CsClientPin');
             INSERT INTO role_units VALUES ('Sales', 'OU=Sales,DC=litwareinc,DC=com')",
        )
        .unwrap();
    give_role(&bench, "Sales", EVE);
    assert_eq!(ran_as(BOB, &bench, &["plans", "approve", "1"]).status, 0);
    let shown = ran_as(EVE, &bench, &["plans", "show", "1"]).out;
    let denied = "\"* Smith\" (sip:dsmith@litwareinc.com): Your roles do not permit Unlock-CsClientPin for this user.";
    assert!(shown.contains(denied), "{shown}");
    assert_eq!(shown.matches("What if: ").count(), 1, "{shown}");
    let items =
        ran_as(EVE, &bench, &["plans", "show", "1", "--format", "json"]).json()["items"].clone();
    let outcome = |sip: &str| {
        let of = |item: &&Value| item["user"] == format!("sip:{sip}@litwareinc.com");
        items.as_array().unwrap().iter().find(of).unwrap()["outcome"].clone()
    };
    assert_eq!(
        ["dsmith", "ssmith", "zsmith"].map(outcome),
        ["denied", "change", "denied"]
    );
    let applied = ran_as(EVE, &bench, &["plans", "apply", "1", "--force"]);
    assert_eq!(
        (applied.status, applied.out.as_str()),
        (
            1,
            "Unlocked 1 user. 5 no change needed, 0 skipped, 2 refused, 0 drifted.\n"
        )
    );
    assert_eq!(
        bench.json(&["info", "Denise Smith"])[0]["IsLockedOut"],
        true
    );
    assert_eq!(
        bench.json(&["info", "Samantha Smith"])[0]["IsLockedOut"],
        false
    );

    let refused = ran_as(EVE, &bench, &["unlock", "Ken Myer", "--submit"]);
    assert_eq!((refused.status, refused.out.as_str()), (4, ""));
    assert!(
        refused
            .err
            .contains("\"Ken Myer\" (sip:kenmyer@litwareinc.com): Your roles do not permit"),
        "{}",
        refused.err
    );
    // She cannot approve a plan for users outside her unit either.
    assert_eq!(
        ran_as(ANN, &bench, &["unlock", "Ken Myer", "--submit"]).status,
        0
    );
    assert_eq!(ran_as(EVE, &bench, &["plans", "approve", "2"]).status, 4);
}

#[test]
fn a_reviewer_sees_locks_that_would_be_undone_and_refused_users() {
    let bench = bench();
    assert_eq!(
        ran_as(
            BOB,
            &bench,
            &["lock", "Carla Eklund", "--reason", "Lost phone"]
        )
        .status,
        0
    );
    assert_eq!(
        ran_as(
            ANN,
            &bench,
            &["unlock", "Carla Eklund", "Nobody Here", "--submit"]
        )
        .status,
        1
    );
    let shown = ran_as(BOB, &bench, &["plans", "show", "1"]).out;
    assert!(
        shown.contains("Management object not found for identity \"Nobody Here\"."),
        "{shown}"
    );
    // The lock is Bob's own, and it is Ann who would undo it, so both are told.
    let caution =
        "Locked on purpose by litwareinc\\bob on 2026-11-22 12:00 UTC, reason: Lost phone.";
    assert!(shown.contains(caution), "{shown}");
    let shown = ran_as(ANN, &bench, &["plans", "show", "1"]).out;
    assert!(shown.contains(caution), "{shown}");
}

#[test]
fn reasons_are_in_the_zone_of_the_screen_and_in_utc_in_json() {
    let bench = bench();
    assert_eq!(ran_as(BOB, &bench, &["lock", "Carla Eklund"]).status, 0);
    let hour_east = CommandEnvironment {
        zone: Zone::Fixed(FixedOffset::east_opt(3600).unwrap()),
        ..environment(ANN, noon)
    };
    let unlock = ["unlock", "Carla Eklund", "--what-if"];
    let (_, _, said) = ran(&hour_east, &bench.store(), &unlock);
    let expected = "Locked on purpose by litwareinc\\bob on 2026-11-22 13:00, no reason given.";
    assert!(said.contains(expected), "{said}");
    let (_, json, _) = ran(
        &hour_east,
        &bench.store(),
        &[&unlock[..], &["--format", "json"]].concat(),
    );
    let expected = r"on 2026-11-22 12:00 UTC, no reason given.";
    assert!(json.contains(expected), "{json}");
}

#[test]
fn odd_numbers_and_comments_are_2_and_change_nothing() {
    let bench = submitted();
    let before = bench.content();
    for number in [
        "0",
        "-1",
        "99999999999999999999",
        "9223372036854775807",
        "one",
        "",
        "1.0",
        "77",
    ] {
        for step in ["show", "approve", "reject", "withdraw", "apply"] {
            let ran = bench.run(&["plans", step, number]);
            assert_eq!(
                (ran.status, ran.out.as_str()),
                (2, ""),
                "{step} {number}: {}",
                ran.err
            );
            assert!(
                ran.err.contains("numbers that plans have") || ran.err.contains("There is no plan"),
                "{}",
                ran.err
            );
        }
    }
    for args in [
        &["plans", "comment", "1"][..],
        &["plans", "comment", "1", ""],
        &["plans", "comment", "1", " \n\t "],
        &["plans", "comment", "1", "--comment", ""],
        &["plans", "comment", "1", "a", "--comment", "b"],
        &["plans", "comment", "77", "hello"],
        &["plans", "--status", "waiting", "show", "1"],
        &["plans", "approve"],
        &["plans", "finish", "1"],
    ] {
        let ran = bench.run(args);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (2, ""),
            "{args:?}: {}",
            ran.err
        );
    }
    assert_eq!(bench.content(), before);
}

#[test]
fn stored_texts_cannot_control_the_terminal_or_break_a_table() {
    let bench = bench();
    let text = "first\r\nsecond\u{1b}[31m \u{202e}third\u{2028}fourth";
    let args = [
        "unlock", "Ken Myer", "--submit", "--reason", text, "--ticket", text,
    ];
    assert_eq!(ran_as(ANN, &bench, &args).status, 0);
    assert_eq!(
        ran_as(BOB, &bench, &["plans", "approve", "1", "--comment", text]).status,
        0
    );
    let list = ran_as(ANN, &bench, &["plans"]).out;
    assert_eq!(list.lines().count(), 2, "{list}");
    let shown = ran_as(ANN, &bench, &["plans", "show", "1"]).out;
    assert!(
        shown.contains("Approved by litwareinc\\bob: first··second·[31m ·third·fourth\n"),
        "{shown}"
    );
    for out in [list, shown] {
        assert!(
            !out.contains(['\u{1b}', '\u{202e}', '\u{2028}', '\r']),
            "{out:?}"
        );
    }
    let kept = ran_as(ANN, &bench, &["plans", "show", "1", "--format", "json"]).json();
    assert_eq!(kept["events"][1]["text"], text);
}

#[test]
fn each_step_has_a_help_with_examples() {
    let bench = Bench::empty();
    for args in [
        &["plans"][..],
        &["plans", "show"],
        &["plans", "submit"],
        &["plans", "approve"],
        &["plans", "reject"],
        &["plans", "withdraw"],
        &["plans", "comment"],
        &["plans", "apply"],
        &["approval"],
        &["protected"],
        &["protected", "add"],
        &["protected", "remove"],
    ] {
        let ran = bench.run(&[args, &["--help"]].concat());
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("Examples:\n  pindesk "), "{}", ran.out);
    }
}
