//! `--confirm`: the questions, as PowerShell asks them, and the plan after the answers.

use pindesk::cli::{CommandEnvironment, ExitStatus};
use serde_json::json;

use crate::people::{environment, give_role, noon, ran_with};
use crate::setup::{Bench, Ran};

const KEN: &str = "sip:kenmyer@litwareinc.com";
const CHOICES: &str =
    "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is \"Y\"): ";

fn bench() -> Bench {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", "ann");
    bench
}

fn answered(environment: &CommandEnvironment, bench: &Bench, args: &[&str], answers: &str) -> Ran {
    let (status, out, err) = ran_with(environment, &bench.store(), args, answers.as_bytes());
    Ran {
        status: status.0.into(),
        out,
        err,
    }
}

fn as_ann(bench: &Bench, args: &[&str], answers: &str) -> Ran {
    answered(&environment("ann", noon), bench, args, answers)
}

fn question(cmdlet: &str, target: &str) -> String {
    format!(
        "\nConfirm\nAre you sure you want to perform this action?\n\
         Performing the operation \"{cmdlet}\" on target \"{target}\".\n{CHOICES}"
    )
}

fn locked(bench: &Bench, who: &str) -> bool {
    bench.json(&["info", who])[0]["IsLockedOut"] == json!(true)
}

#[test]
fn it_asks_in_the_words_of_powershell_and_takes_yes_for_nothing() {
    let bench = bench();
    // On a terminal, the typed answer and its line end are visible already.
    let typed = CommandEnvironment {
        is_typed: true,
        ..environment("ann", noon)
    };
    let ran = answered(&typed, &bench, &["unlock", KEN, "--confirm"], "\n");
    assert_eq!(
        (ran.status, ran.err),
        (0, question("Unlock-CsClientPin", KEN))
    );
    assert_eq!(
        ran.out,
        "Unlocked 1 user. 0 no change needed, 0 skipped, 0 refused, 0 drifted.\n"
    );
    assert!(!locked(&bench, KEN));
    // Otherwise, the program repeats the answer.
    let ran = as_ann(&bench, &["lock", KEN, "--confirm"], "n\n");
    assert_eq!(
        (ran.status, ran.err),
        (0, format!("{}n\n", question("Lock-CsClientPin", KEN)))
    );
    assert_eq!(
        ran.out,
        "Locked 0 users. 0 no change needed, 1 skipped, 0 refused, 0 drifted.\n"
    );
    assert!(!locked(&bench, KEN));
}

#[test]
fn each_choice_does_what_its_help_says() {
    let smiths = ["dsmith", "ssmith", "zsmith"].map(|name| format!("sip:{name}@litwareinc.com"));
    // The answers, whether each user is unlocked, and the number of questions.
    for (answers, unlocked, asked) in [
        ("y\nY\nyes\n", [true, true, true], 3),
        ("\n\n\n", [true, true, true], 3),
        ("a\n", [true, true, true], 1),
        ("n\nA\n", [false, true, true], 2),
        ("Yes\nYES TO ALL\n", [true, true, true], 2),
        ("N\ny\nNo\n", [false, true, false], 3),
        ("l\n", [false, false, false], 1),
        ("y\nNo to All\n", [true, false, false], 2),
        // The end of the input declines all users.
        ("", [false, false, false], 1),
        ("y\n", [true, false, false], 2),
        ("y\r\nn\r\ny", [true, false, true], 3),
    ] {
        let bench = bench();
        let ran = as_ann(
            &bench,
            &["unlock", "* Smith", "--confirm", "--force"],
            answers,
        );
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(
            ran.err.matches("Performing the operation").count(),
            asked,
            "{answers:?}: {}",
            ran.err
        );
        assert_eq!(
            smiths.each_ref().map(|who| !locked(&bench, who)),
            unlocked,
            "{answers:?}"
        );
        let changed = unlocked.iter().filter(|unlocked| **unlocked).count();
        assert!(
            ran.out.starts_with(&format!("Unlocked {changed} user")),
            "{}",
            ran.out
        );
    }
}

#[test]
fn help_and_invalid_answers_ask_again() {
    let bench = bench();
    let ran = as_ann(&bench, &["unlock", KEN, "--confirm"], "?\nperhaps\ny\n");
    let help = "\
Y - Continue with only the next step of the operation.
A - Continue with all the steps of the operation.
N - Skip this operation and proceed with the next operation.
L - Skip this operation and all subsequent operations.
";
    let first = question("Unlock-CsClientPin", KEN);
    assert_eq!(
        ran.err,
        format!("{first}?\n{help}{CHOICES}perhaps\n{CHOICES}y\n")
    );
    assert!(!locked(&bench, KEN));
}

#[test]
fn only_users_who_would_change_are_asked_about_and_force_skips_no_question() {
    let bench = bench();
    let args = [
        "unlock",
        KEN,
        "Jeff Smith",
        "Ken Myer",
        "Nobody Here",
        "--confirm",
    ];
    let ran = as_ann(&bench, &[&args[..], &["--force"]].concat(), "n\n");
    assert_eq!(
        (ran.status, ran.err.matches("Confirm\n").count()),
        (1, 1),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("Management object not found"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("Taken out"), "{}", ran.err);
    let what_if = as_ann(&bench, &["unlock", KEN, "--confirm", "--what-if"], "");
    let sentence =
        format!("What if: Performing the operation \"Unlock-CsClientPin\" on target \"{KEN}\".\n");
    assert_eq!(
        (what_if.status, what_if.out, what_if.err),
        (0, sentence, String::new())
    );
    assert!(locked(&bench, KEN));
}

#[test]
fn declined_users_are_in_no_plan_no_history_and_no_result() {
    let bench = bench();
    let saved = bench.folder.path().join("agreed.plan.json");
    let (saved, list) = (
        saved.to_str().unwrap(),
        bench.file("list.csv", "Name\nDenise Smith\nZoë Smith\n"),
    );
    let results = bench.file("results.csv", "");
    let args = [
        "unlock",
        "--csv",
        &list,
        "--confirm",
        "--save-plan",
        saved,
        "--save-results",
        &results,
        "--format",
        "json",
    ];
    let ran = as_ann(&bench, &args, "n\ny\n");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = ran.json();
    assert_eq!(
        (&report["changed"], &report["skipped"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(report["items"][0]["outcome"], "skipped");
    let results = std::fs::read_to_string(results).unwrap();
    assert!(
        results.contains("Denise Smith,skipped") && results.contains("Zoë Smith,changed"),
        "{results}"
    );
    // The saved plan has only the confirmed users: it changes nobody else.
    bench
        .sql()
        .execute("UPDATE pins SET version = version", [])
        .unwrap();
    let again = as_ann(&bench, &["apply", saved, "--what-if"], "");
    assert_eq!(again.out, "", "{}", again.err);
    let entries: i64 = bench
        .sql()
        .query_row(
            "SELECT count(*) FROM history WHERE kind = 'pin' AND batch_id > 3",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(entries, 1);
}

#[test]
fn undo_apply_and_plans_apply_ask_too() {
    let bench = bench();
    let all = "a\n";
    let locked_smiths = ["lock", "Jeff Smith", "Thomas Smith", "--confirm"];
    assert_eq!(as_ann(&bench, &locked_smiths, all).status, 0);
    let undone = as_ann(&bench, &["undo", "--confirm"], "n\ny\n");
    assert_eq!(undone.status, 0, "{}", undone.err);
    assert_eq!(
        undone
            .err
            .matches("Performing the operation \"Unlock-CsClientPin\"")
            .count(),
        2
    );
    assert_eq!(
        undone.out,
        "Changed back 1 user. 0 no change needed, 1 skipped, 0 refused, 0 drifted.\n"
    );

    let file = bench.folder.path().join("plan.json");
    let file = file.to_str().unwrap();
    assert_eq!(
        as_ann(
            &bench,
            &["unlock", "* Smith", "--what-if", "--save-plan", file],
            ""
        )
        .status,
        0
    );
    let applied = as_ann(&bench, &["apply", file, "--confirm", "--force"], "y\nl\n");
    assert_eq!(applied.status, 0, "{}", applied.err);
    assert!(
        applied.out.starts_with("Unlocked 1 user."),
        "{}",
        applied.out
    );

    give_role(&bench, "CsAdministrator", "bob");
    assert_eq!(
        as_ann(&bench, &["unlock", "* Smith", "--submit"], "").status,
        0
    );
    let bob = environment("bob", noon);
    assert_eq!(
        answered(&bob, &bench, &["plans", "approve", "1"], "").status,
        0
    );
    let applied = answered(
        &bob,
        &bench,
        &["plans", "apply", "1", "--confirm", "--force"],
        "y\nn\nn\n",
    );
    assert_eq!(applied.status, 0, "{}", applied.err);
    assert!(
        applied.out.starts_with("Unlocked 1 user."),
        "{}",
        applied.out
    );
}

#[test]
fn answers_and_identities_cannot_both_come_from_standard_input() {
    let bench = bench();
    let before = bench.content();
    let ran = as_ann(&bench, &["unlock", "-", "--confirm"], "Ken Myer\n");
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (i32::from(ExitStatus::WRONG_INPUT.0), "")
    );
    assert!(
        ran.err
            .contains("--confirm takes its answers from standard input"),
        "{}",
        ran.err
    );
    let submit = bench.run(&["unlock", KEN, "--confirm", "--submit"]);
    assert_eq!(submit.status, 2);
    assert_eq!(bench.content(), before);
    // With --what-if no question is asked, so standard input can have the identities.
    assert_eq!(
        as_ann(
            &bench,
            &["unlock", "-", "--confirm", "--what-if"],
            "Ken Myer\n"
        )
        .out
        .lines()
        .count(),
        1
    );
}

#[test]
fn leaving_out_users_can_make_approval_unnecessary() {
    let bench = bench();
    assert_eq!(as_ann(&bench, &["approval", "--above", "2"], "").status, 0);
    let args = ["unlock", "* Smith", "--confirm", "--force"];
    let refused = as_ann(&bench, &args, "a\n");
    assert_eq!((refused.status, refused.out.as_str()), (4, ""));
    assert!(
        refused
            .err
            .starts_with("PinDesk : this needs the approval of somebody else: it changes 3 users")
    );
    let applied = as_ann(&bench, &args, "n\na\n");
    assert!(
        applied.out.starts_with("Unlocked 2 users."),
        "{}",
        applied.err
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_2_and_changes_nothing() {
    let bench = bench();
    let store = bench.store();
    let (status, out, err) = ran_with(
        &environment("ann", noon),
        &store,
        &["unlock", "* Smith", "--confirm"],
        b"y\n\xFF\n",
    );
    assert_eq!((status, out.as_str()), (ExitStatus::WRONG_INPUT, ""));
    assert!(err.contains("The answer cannot be read"), "{err}");
    assert!(locked(&bench, "sip:dsmith@litwareinc.com"));
}

#[test]
fn the_program_itself_asks() {
    let bench = Bench::filled();
    let ran = bench.run_with(&["unlock", "* Smith", "--confirm", "--force"], "n\ny\n");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(
        ran.out,
        "Unlocked 1 user. 5 no change needed, 2 skipped, 0 refused, 0 drifted.\n"
    );
}
