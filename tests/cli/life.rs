//! `set-pin`, `authenticate`, `policy`, `lock --until` and `Set-CsClientPin`: as scripts and people
//! use them.

use chrono::{DateTime, Duration, Utc};
use pindesk::cli::CommandEnvironment;
use serde_json::{Value, json};

use crate::people::{environment, give_role, noon, ran_with};
use crate::setup::{Bench, Ran};

const KEN: &str = "sip:kenmyer@litwareinc.com";
const JEFF: &str = "sip:jsmith@litwareinc.com";

/// A store with the administrator Ann and the user Ken Myer, whose PIN is not locked.
fn bench() -> Bench {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", "ann");
    assert_eq!(ann(&bench, &["unlock", KEN], "").status, 0);
    bench
}

fn ann(bench: &Bench, args: &[&str], stdin: &str) -> Ran {
    at(bench, noon(), args, stdin)
}

fn at(bench: &Bench, now: DateTime<Utc>, args: &[&str], stdin: &str) -> Ran {
    run(bench, &environment("ann", move || now), args, stdin)
}

fn run(bench: &Bench, environment: &CommandEnvironment, args: &[&str], stdin: &str) -> Ran {
    let (status, out, err) = ran_with(environment, &bench.store(), args, stdin.as_bytes());
    Ran {
        status: status.0.into(),
        out,
        err,
    }
}

fn json_of(bench: &Bench, args: &[&str], stdin: &str) -> Value {
    ann(bench, &[args, &["--format", "json"]].concat(), stdin).json()
}

#[test]
fn a_pin_comes_on_standard_input_and_then_it_is_the_right_one() {
    let bench = bench();
    let set = ann(
        &bench,
        &["set-pin", KEN, "--reason", "New telephone"],
        "48213\n",
    );
    assert_eq!((set.status, set.err.as_str()), (0, ""));
    assert_eq!(
        set.out,
        "Gave 1 user a new PIN. 0 no change needed, 0 skipped, 0 refused, 0 drifted.\n"
    );
    let right = ann(&bench, &["authenticate", KEN], "48213\n");
    assert_eq!(
        (right.status, right.out.as_str()),
        (0, "Ken Myer (sip:kenmyer@litwareinc.com): authenticated.\n")
    );
    let wrong = ann(&bench, &["authenticate", KEN], "48214\r\n");
    assert_eq!(wrong.status, 1);
    assert_eq!(
        wrong.out,
        "Ken Myer (sip:kenmyer@litwareinc.com): not authenticated. The PIN is wrong.\n"
    );
    let row = json_of(&bench, &["authenticate", "Ken Myer"], "48214");
    let expected = json!({ "identity": "Ken Myer", "user": KEN, "authenticated": false, "reason": "IncorrectPin", "lockCause": null });
    assert_eq!(row, expected);
    let history = json_of(&bench, &["history", "--action", "set-pin"], "");
    assert_eq!(
        (&history[0]["Reason"], &history[0]["Changed"]),
        (&json!("New telephone"), &json!(1))
    );
    for text in [set.out, wrong.out, history.to_string()] {
        assert!(!text.contains("4821"), "no result has the digits: {text}");
    }
}

#[test]
fn a_drawn_pin_is_shown_once_and_works() {
    let bench = bench();
    let set = ann(&bench, &["set-pin", KEN, "--generate"], "");
    let pin = set
        .out
        .lines()
        .next()
        .unwrap()
        .strip_prefix("sip:kenmyer@litwareinc.com  ")
        .unwrap()
        .to_owned();
    assert_eq!(pin.len(), 5);
    assert_eq!(ann(&bench, &["authenticate", KEN], &pin).status, 0);
    let several = json_of(&bench, &["set-pin", "* Smith", "--generate"], "");
    let items = several["items"].as_array().unwrap();
    assert!(
        items
            .iter()
            .all(|item| item.get("pin").is_some() == (item["outcome"] == "change")),
        "{several}"
    );
    assert!(several["changed"].as_u64().unwrap() > 1);
    let csv = ann(
        &bench,
        &["set-pin", JEFF, "--generate", "--format", "csv"],
        "",
    )
    .out;
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some("identity,user,outcome,reason,before,after,pin")
    );
    let pin = lines.next().unwrap().rsplit(',').next().unwrap();
    assert_eq!(ann(&bench, &["authenticate", JEFF], pin).status, 0, "{csv}");
}

#[test]
fn impossible_changes_end_with_2_or_1_and_change_nothing() {
    let bench = bench();
    let before = bench.content();
    for (args, stdin, words) in [
        (&["set-pin", KEN][..], "", "No PIN came on standard input"),
        (
            &["set-pin", KEN],
            "\n48213\n",
            "No PIN came on standard input",
        ),
        (&["set-pin", KEN], "4821x\n", "A PIN has digits from 0 to 9"),
        (&["set-pin", KEN], "4821\n", "at least 5 digits"),
        (&["set-pin", KEN], "11223344\n", "only repeat each other"),
        (&["set-pin", KEN], "99123499\n", "follow each other"),
        (
            &["set-pin", "* Smith"],
            "48213\n",
            "Name one exactly, or add --generate",
        ),
        (&["set-pin", "-"], "48213\n", "the user must be named here"),
        (&["authenticate", KEN], "", "No PIN came"),
        (
            &["authenticate", "* Smith"],
            "48213\n",
            "Several users match",
        ),
        (
            &["authenticate", "Nobody Here"],
            "48213\n",
            "Management object not found",
        ),
        (
            &["policy", "set", "global", "--lifetime", "90"],
            "",
            "needs a history",
        ),
        (
            &["policy", "set", "global", "--min-length", "3"],
            "",
            "from 4 to 24",
        ),
        (
            &["policy", "grant", "Nobody made it", KEN],
            "",
            "There is no policy",
        ),
        (&["policy", "remove", "global"], "", "must be for everybody"),
        (&["lock", KEN, "--until", "yesterday"], "", "is no time"),
        (
            &["lock", KEN, "--until", "2026-11-21"],
            "",
            "is in the past",
        ),
    ] {
        let ran = ann(&bench, args, stdin);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (2, ""),
            "{args:?}: {}",
            ran.err
        );
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
    }
    assert_eq!(bench.content(), before);
    // With a locked PIN or an unknown user, nothing is done.
    assert_eq!(ann(&bench, &["lock", KEN], "").status, 0);
    for (who, words) in [
        (KEN, "unlock it before a new one is set"),
        ("Nobody Here", "Management object not found"),
    ] {
        let ran = ann(&bench, &["set-pin", who, "--force"], "48213\n");
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}

#[test]
fn without_a_role_nothing_is_set_and_nothing_is_tried() {
    let bench = bench();
    for (args, stdin) in [
        (&["set-pin", KEN][..], "48213\n"),
        (&["authenticate", KEN], "48213\n"),
        (&["policy", "set", "global", "--min-length", "6"], ""),
    ] {
        let ran = run(&bench, &environment("eve", noon), args, stdin);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (4, ""),
            "{args:?}: {}",
            ran.err
        );
    }
    let denied = json_of(&bench, &["history", "--operator", "eve"], "");
    assert_eq!(denied.as_array().unwrap().len(), 3);
}

#[test]
fn what_if_and_confirm_work_as_for_other_changes() {
    let bench = bench();
    let before = bench.content();
    let ran = ann(&bench, &["set-pin", KEN, "--what-if"], "");
    let sentence =
        format!("What if: Performing the operation \"Set-CsClientPin\" on target \"{KEN}\".\n");
    assert_eq!((ran.status, ran.out), (0, sentence));
    assert_eq!(bench.content(), before);
    // The PIN is the first line of standard input, and the answers follow.
    let no = ann(&bench, &["set-pin", KEN, "--confirm"], "48213\nn\n");
    assert!(no.out.contains("1 skipped"), "{no:?}");
    assert_eq!(bench.content().0, before.0);
    let yes = ann(&bench, &["set-pin", KEN, "--confirm"], "48213\ny\n");
    assert!(
        yes.err
            .contains("Performing the operation \"Set-CsClientPin\""),
        "{yes:?}"
    );
    assert_eq!(ann(&bench, &["authenticate", KEN], "48213").status, 0);
    let end = ann(&bench, &["set-pin", KEN, "--confirm"], "59324\n");
    assert!(
        end.out.contains("1 skipped"),
        "the end of the input is a No to All: {end:?}"
    );
}

#[test]
fn policies_and_lockout_work_together() {
    let bench = bench();
    let set = ann(
        &bench,
        &[
            "policy",
            "set",
            "Executives",
            "--min-length",
            "8",
            "--max-attempts",
            "3",
        ],
        "",
    );
    assert_eq!(
        set.out,
        "The policy Executives is set: at least 8 digits, no history, never expires, no common patterns, 3 attempts.\n"
    );
    let granted = ann(&bench, &["policy", "grant", "Executives", "Ken Myer"], "");
    assert_eq!(
        granted.out,
        format!("The policy Executives holds for Ken Myer ({KEN}) now.\n")
    );
    assert_eq!(ann(&bench, &["set-pin", KEN], "482137\n").status, 2);
    assert_eq!(ann(&bench, &["set-pin", KEN], "48213760\n").status, 0);
    for _ in 0..2 {
        assert_eq!(
            json_of(&bench, &["authenticate", KEN], "1\n")["lockCause"],
            json!(null)
        );
    }
    let third = ann(&bench, &["authenticate", KEN], "1\n");
    assert!(
        third
            .out
            .ends_with("The PIN is wrong. Locked until 2026-11-22 13:00.\n"),
        "{}",
        third.out
    );
    let right = json_of(&bench, &["authenticate", KEN], "48213760\n");
    assert_eq!(
        (&right["reason"], &right["lockCause"]),
        (&json!("UserPinAccountLocked"), &json!("temporary"))
    );
    let info = at(&bench, noon(), &["info", KEN, "--format", "json"], "").json();
    assert_eq!(
        (&info[0]["IsLockedOut"], &info[0]["LockCause"]),
        (&json!(true), &json!("temporary"))
    );
    let later = at(
        &bench,
        noon() + Duration::hours(1),
        &["authenticate", KEN],
        "48213760\n",
    );
    assert_eq!(later.status, 0, "{later:?}");
}

#[test]
fn a_lock_can_have_an_end() {
    let bench = bench();
    assert_eq!(
        ann(
            &bench,
            &["lock", KEN, "--until", "2026-12-01", "--reason", "On leave"],
            ""
        )
        .status,
        0
    );
    let is_locked = |time: &str| {
        let now = time.parse().unwrap();
        at(&bench, now, &["info", KEN, "--format", "json"], "").json()[0]["IsLockedOut"]
            == json!(true)
    };
    assert!(
        is_locked("2026-12-01T23:59:59Z"),
        "a date alone means through the end of that day"
    );
    assert!(!is_locked("2026-12-02T00:00:00Z"));
    let moment = ["lock", JEFF, "--until", "2026-11-22 12:30", "--what-if"];
    assert_eq!(ann(&bench, &moment, "").status, 0);
    assert_eq!(
        bench.run(&["unlock", KEN, "--until", "2026-12-01"]).status,
        2,
        "an unlock has no end"
    );
}

#[test]
fn pipelines_draw_pins_and_never_take_one() {
    let bench = bench();
    let text = "Get-CsUser -Identity 'Ken Myer' | Set-CsClientPin";
    let what_if = ann(&bench, &["run", &format!("{text} -WhatIf")], "");
    assert!(
        what_if.out.contains("\"Set-CsClientPin\" on target"),
        "{what_if:?}"
    );
    let ran = ann(&bench, &["run", text], "");
    let pin = ran
        .out
        .lines()
        .next()
        .unwrap()
        .split("  ")
        .nth(1)
        .unwrap()
        .to_owned();
    assert_eq!(ann(&bench, &["authenticate", KEN], &pin).status, 0);
    let by_name = ann(
        &bench,
        &[
            "run",
            r#"set-csclientpin -id "litwareinc\kenmyer" -cf:$false"#,
        ],
        "",
    );
    assert_eq!(by_name.status, 0, "{by_name:?}");
    let given = ann(
        &bench,
        &["run", "Set-CsClientPin -Identity 'Ken Myer' -Pin 48213"],
        "",
    );
    assert_eq!((given.status, given.out.as_str()), (2, ""));
    assert!(
        given.err.contains("A PIN never stands in a command"),
        "{}",
        given.err
    );
    let explained = ann(&bench, &["run", text, "--explain"], "");
    assert!(
        explained
            .out
            .contains("draw a new PIN for each of these users"),
        "{}",
        explained.out
    );
}

#[test]
fn files_of_a_plan_that_sets_pins_hold_none() {
    let bench = bench();
    let submitted = ann(
        &bench,
        &[
            "run",
            "Get-CsUser -Identity 'Ken Myer' | Set-CsClientPin",
            "--submit",
        ],
        "",
    );
    assert!(
        submitted.out.contains("Submitted as plan 1"),
        "{submitted:?}"
    );
    give_role(&bench, "CsHelpDesk", "bob");
    let shown = run(
        &bench,
        &environment("bob", noon),
        &["plans", "show", "1", "--format", "json"],
        "",
    )
    .json();
    assert!(!shown.to_string().contains("\"pin\""), "{shown}");
    let applied = run(
        &bench,
        &environment("bob", noon),
        &["plans", "apply", "1", "--format", "json"],
        "",
    )
    .json();
    let pin = applied["items"][0]["pin"]
        .as_str()
        .unwrap_or_else(|| panic!("{applied}"));
    assert_eq!(ann(&bench, &["authenticate", KEN], pin).status, 0);
}

#[test]
fn a_clock_far_ahead_must_be_accepted() {
    let bench = bench();
    let later = noon() + Duration::days(9);
    let refused = at(&bench, later, &["lock", KEN], "");
    assert_eq!((refused.status, refused.out.as_str()), (3, ""));
    assert_eq!(
        refused.err,
        "pindesk: The clock of this computer says 2026-12-01 12:00:00 UTC, which is 9 days after the last entry of the \
         store. Check the clock, and accept it if it is right. Nothing was changed. To accept it, add --accept-clock.\n"
    );
    let accepted = at(&bench, later, &["lock", KEN, "--accept-clock"], "");
    assert_eq!(accepted.status, 0, "{}", accepted.err);
    let batches = at(&bench, later, &["history", "--format", "json"], "").json();
    assert_eq!(batches[0]["Action"], "lock");
    assert_eq!(batches[1]["Action"], "accept-clock");
    assert_eq!(batches[1]["Reason"], "9 days after the last entry");
}

#[test]
fn a_clock_that_is_behind_is_told() {
    let bench = bench();
    let earlier = noon() - Duration::hours(3);
    let locked = at(&bench, earlier, &["lock", KEN], "");
    assert_eq!(locked.status, 0);
    assert_eq!(
        locked.err,
        "The clock of this computer is 3 hours behind the last entry of the store. The new entry gets the time of the \
         last one.\n"
    );
    let info = at(&bench, earlier, &["history", "--format", "json"], "").json();
    assert_eq!(info[0]["Time"], "2026-11-22T12:00:00Z");
}
