//! `--submit`, and plans that the store refuses without approval.

use serde_json::json;

use crate::people::{agreed, give_role, ran_as};
use crate::setup::Bench;

const ANN: &str = r"litwareinc\ann";
const SMITHS: &str = "* Smith";

/// A store in which Ann has CsAdministrator and plans for more than two users need approval.
fn bench() -> Bench {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", ANN);
    assert_eq!(ran_as(ANN, &bench, &["approval", "--above", "2"]).status, 0);
    bench
}

#[test]
fn a_plan_is_submitted_rather_than_applied() {
    let bench = bench();
    let pins = bench.json(&["info"]);
    let ran = ran_as(
        ANN,
        &bench,
        &["unlock", SMITHS, "--force", "--submit", "--reason", "storm"],
    );
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, "Submitted as plan 1: 3 users would change.\n", "")
    );
    let ran = ran_as(
        ANN,
        &bench,
        &[
            "unlock",
            "Ken Myer",
            "Nobody Here",
            "--submit",
            "--format",
            "json",
        ],
    );
    assert_eq!(ran.status, 1, "somebody was refused");
    assert!(ran.out.starts_with("{\n  \"plan\": 2,"), "{}", ran.out);
    let mut report = ran.json();
    assert_eq!(report["items"].as_array_mut().unwrap().len(), 2);
    report["items"] = json!([]);
    assert_eq!(
        report,
        json!({
            "plan": 2, "action": "unlock", "whatIf": false, "willChange": 1, "noChange": 0, "skipped": 0, "refused": 1,
            "drifted": 0, "items": [],
        })
    );
    assert_eq!(bench.json(&["info"]), pins);
}

#[test]
fn a_list_an_undone_batch_and_a_plan_file_are_submitted_too() {
    let bench = bench();
    let list = bench.file(
        "list.csv",
        "Mail\nkenmyer@litwareinc.com\nnobody@litwareinc.com\n",
    );
    let results = bench.file("results.csv", "");
    let ran = ran_as(
        ANN,
        &bench,
        &[
            "unlock",
            "--csv",
            &list,
            "--submit",
            "--save-results",
            &results,
        ],
    );
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (1, "Submitted as plan 1: 1 user would change.\n"),
        "{}",
        ran.err
    );
    assert!(
        std::fs::read_to_string(&results)
            .unwrap()
            .contains("will change")
    );
    assert_eq!(
        ran_as(ANN, &bench, &["plans", "--format", "json"]).json()[0]["source"],
        "list.csv"
    );

    assert_eq!(ran_as(ANN, &bench, &["lock", "Carla Eklund"]).status, 0);
    let ran = ran_as(
        ANN,
        &bench,
        &["undo", "--submit", "--reason", "wrong person"],
    );
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "Submitted as plan 2: 1 user would change.\n"),
        "{}",
        ran.err
    );

    let file = bench.folder.path().join("ken.plan.json");
    let file = file.to_str().unwrap();
    assert_eq!(
        ran_as(
            ANN,
            &bench,
            &[
                "unlock",
                "Ken Myer",
                "--ticket",
                "INC-9",
                "--what-if",
                "--save-plan",
                file
            ]
        )
        .status,
        0
    );
    let ran = ran_as(ANN, &bench, &["plans", "submit", file]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "Submitted as plan 3: 1 user would change.\n"),
        "{}",
        ran.err
    );
    let plans = ran_as(ANN, &bench, &["plans", "--format", "json"]).json();
    assert_eq!(
        (&plans[0]["ticket"], &plans[1]["action"]),
        (&json!("INC-9"), &json!("undo"))
    );
    let edited = bench.file(
        "edited.json",
        std::fs::read_to_string(file)
            .unwrap()
            .replacen("INC-9", "INC-8", 1),
    );
    assert_eq!(ran_as(ANN, &bench, &["plans", "submit", &edited]).status, 2);
    assert_eq!(
        ran_as(ANN, &bench, &["plans", "submit", "/no/such/plan.json"]).status,
        2
    );
}

#[test]
fn a_plan_without_changes_is_not_submitted_and_what_if_excludes_submit() {
    let bench = bench();
    let before = bench.content();
    let ran = ran_as(
        ANN,
        &bench,
        &["unlock", "Jeff Smith", "Nobody Here", "--submit"],
    );
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("Not locked.") && ran.err.contains("nothing to submit"),
        "{}",
        ran.err
    );
    for args in [
        &["lock", SMITHS, "--submit", "--what-if"][..],
        &["undo", "--submit", "--what-if"],
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
    }
    assert_eq!(bench.content(), before);
}

#[test]
fn a_plan_that_needs_approval_is_refused_with_4_and_the_next_step() {
    let bench = bench();
    let list = bench.file(
        "list.csv",
        "Name\nDenise Smith\nSamantha Smith\nZoë Smith\n",
    );
    let file = bench.folder.path().join("smiths.plan.json");
    let file = file.to_str().unwrap();
    let what_if = ran_as(
        ANN,
        &bench,
        &[
            "unlock",
            SMITHS,
            "--force",
            "--what-if",
            "--save-plan",
            file,
        ],
    );
    assert_eq!((what_if.status, what_if.out.lines().count()), (0, 3));
    let hint =
        "PinDesk : this needs the approval of somebody else: it changes 3 users, more than 2.\n";
    assert!(what_if.err.ends_with(hint), "{}", what_if.err);
    // Ann locked these three users while that needed no approval.
    agreed(&bench, &["approval", "--above", "off"]);
    assert_eq!(
        ran_as(
            ANN,
            &bench,
            &["lock", "Carla Eklund", "Jeff Smith", "Thomas Smith"]
        )
        .status,
        0
    );
    assert_eq!(ran_as(ANN, &bench, &["approval", "--above", "2"]).status, 0);

    let pins = bench.json(&["info"]);
    let submit_file = format!("Submit it for review: pindesk plans submit {file}.");
    for (args, way) in [
        (&["lock", SMITHS, "--force"][..], "add --submit."),
        (&["unlock", "--csv", &list], "add --submit."),
        (&["undo"], "add --submit."),
        (&["apply", file], submit_file.as_str()),
    ] {
        let dry = ran_as(ANN, &bench, &[args, &["--what-if"]].concat());
        assert_eq!(dry.status, 0, "{}", dry.err);
        assert!(
            dry.err
                .contains("PinDesk : this needs the approval of somebody else: ")
                && dry.err.contains(" users, more than 2."),
            "{}",
            dry.err
        );
        let before = bench.content().1;
        let ran = ran_as(ANN, &bench, args);
        assert_eq!((ran.status, ran.out.as_str()), (4, ""), "{args:?}");
        assert!(
            ran.err.contains("needs the approval of somebody else: "),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(way), "{}", ran.err);
        assert!(bench.content().1 > before, "the attempt is kept: {args:?}");
    }
    assert_eq!(bench.json(&["info"]), pins);
}

#[test]
fn a_lock_of_another_administrator_can_be_made_to_need_approval() {
    let bench = bench();
    give_role(&bench, "CsHelpDesk", "bob");
    assert_eq!(
        ran_as(ANN, &bench, &["approval", "--others-locks", "on"]).status,
        0
    );
    assert_eq!(ran_as(ANN, &bench, &["lock", "Carla Eklund"]).status, 0);
    let ran = ran_as("bob", &bench, &["unlock", "Carla Eklund"]);
    assert_eq!(ran.status, 4);
    assert!(
        ran.err.contains(
            "it undoes 1 lock of another administrator. Submit it for review: add --submit."
        ),
        "{}",
        ran.err
    );
    assert_eq!(
        ran_as(ANN, &bench, &["unlock", "Carla Eklund"]).status,
        0,
        "her own lock"
    );
}
