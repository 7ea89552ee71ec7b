//! Plans that are saved and applied later, and batches that are undone.

use crate::setup::Bench;

const WHO: &str = "sip:ceklund@litwareinc.com";

#[test]
fn a_saved_plan_is_applied_once_and_an_edited_one_never() {
    let bench = Bench::filled();
    let file = bench.folder.path().join("carla.plan.json");
    let file = file.to_str().unwrap();
    let before = bench.content();
    let ran = bench.run(&[
        "lock",
        WHO,
        "--ticket",
        "INC-7",
        "--what-if",
        "--save-plan",
        file,
    ]);
    assert_eq!(
        (ran.status, bench.content() == before),
        (0, true),
        "{}",
        ran.err
    );
    let what_if = bench.run(&["apply", file, "--what-if"]);
    let sentence =
        format!("What if: Performing the operation \"Lock-CsClientPin\" on target \"{WHO}\".\n");
    assert_eq!(
        (what_if.status, what_if.out),
        (0, sentence),
        "{}",
        what_if.err
    );
    let applied = bench.run(&["apply", file]);
    assert_eq!(
        (applied.status, applied.out.as_str()),
        (
            0,
            "Locked 1 user. 0 no change needed, 0 skipped, 0 refused, 0 drifted.\n"
        )
    );
    let again = bench.run(&["apply", file]);
    assert_eq!(
        (again.status, again.out.as_str()),
        (
            1,
            "Locked 0 users. 0 no change needed, 1 skipped, 0 refused, 0 drifted.\n"
        )
    );
    let edited = bench.file(
        "edited.json",
        std::fs::read_to_string(file)
            .unwrap()
            .replacen("INC-7", "INC-8", 1),
    );
    let refused = bench.run(&["apply", &edited]);
    assert_eq!(refused.status, 2);
    assert!(
        refused
            .err
            .contains("The plan was edited after it was saved"),
        "{}",
        refused.err
    );
}

#[test]
fn undo_restores_the_last_change() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["undo"]).status, 2, "there is nothing to undo");
    assert_eq!(bench.run(&["lock", WHO]).status, 0);
    let what_if = bench.run(&["undo", "--what-if"]);
    assert!(
        what_if.out.contains("Unlock-CsClientPin") && what_if.out.contains(WHO),
        "{}",
        what_if.out
    );
    let undone = bench.run(&["undo", "--reason", "wrong person"]);
    assert_eq!(
        (undone.status, undone.out.lines().count()),
        (0, 1),
        "{}",
        undone.err
    );
    assert!(bench.run(&["info", WHO]).out.contains("False"));
    assert_eq!(bench.run(&["undo"]).status, 2, "it is undone");
    let created = bench.run(&["undo", "1"]);
    assert_eq!(created.status, 2);
    assert!(
        created
            .err
            .contains("Batch 1 changed nothing that can be undone."),
        "{}",
        created.err
    );
}

#[test]
fn an_import_of_users_is_undone_but_for_those_who_have_changed_since() {
    let bench = Bench::filled();
    let what_if = bench.run(&["undo", "2", "--what-if"]);
    assert_eq!(what_if.status, 1, "users whose PINs were imported stay");
    let stays = "has changed this user since, so the user stays.";
    assert!(what_if.err.contains(stays), "{}", what_if.err);
    let file = bench.file(
        "more.csv",
        b"DisplayName,SipAddress,Guid\r\nNew One,sip:none@litwareinc.com,0a\r\n",
    );
    assert_eq!(bench.run(&["import", "users", &file]).status, 0);
    let what_if = bench.run(&["undo", "4", "--what-if"]);
    let line = "What if: New One: removed, was sip:none@litwareinc.com\n";
    assert_eq!(
        (what_if.status, what_if.out.as_str()),
        (0, line),
        "{}",
        what_if.err
    );
    let declined = bench.run_with(&["undo", "4", "--confirm"], "n\n");
    assert_eq!((declined.status, declined.out.as_str()), (0, ""));
    let undone = bench.run(&["undo", "4"]);
    let done = "1 user changed, as batch 5.\n";
    assert_eq!(
        (undone.status, undone.out.as_str()),
        (0, done),
        "{}",
        undone.err
    );
    assert_eq!(bench.run(&["undo", "5"]).status, 0, "and back again");
    assert!(
        bench
            .run(&["users", "New One"])
            .out
            .contains("none@litwareinc.com")
    );
    assert_eq!(bench.run(&["history", "verify"]).status, 0);
}
