//! `pindesk approval` and `pindesk protected`.

use serde_json::{Value, json};

use crate::people::{agreed, give_role, ran_as};
use crate::setup::Bench;

const ANN: &str = r"litwareinc\ann";

fn bench() -> Bench {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", ANN);
    give_role(&bench, "CsHelpDesk", "bob");
    bench
}

/// The rules of approval as JSON, without rules for reasons.
fn rules_json(above: &Value, hours: u32, others_locks: bool) -> Value {
    json!({
        "above": above, "hours": hours, "othersLocks": others_locks, "reasonFor": [], "ticketFor": [],
        "ticketPattern": null
    })
}

#[test]
fn a_reason_can_be_made_mandatory() {
    let bench = bench();
    let set = |args: &[&str]| ran_as(ANN, &bench, &[&["approval"], args].concat());
    let ran = set(&[
        "--reason-for",
        "lock,unlock",
        "--ticket-pattern",
        "INC-[0-9]+",
    ]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "No plan needs approval, but for protected users.\nA reason is needed for: lock, unlock. Tickets look like INC-[0-9]+.\n"
    );
    let unlock = |more: &[&str]| ran_as(ANN, &bench, &[&["unlock", "Ken Myer"], more].concat());
    let refused = unlock(&[]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("asks for a reason"), "{refused:?}");
    let refused = unlock(&["--reason", "back", "--ticket", "12"]);
    assert!(
        refused.err.contains("\"12\" is not of the form"),
        "{refused:?}"
    );
    let done = unlock(&["--reason", "back", "--ticket", "INC-12"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(set(&["--ticket-pattern", "("]).status, 2);
    assert_eq!(
        set(&["--reason-for", "off", "--ticket-pattern", "off"]).status,
        0
    );
}

#[test]
fn the_rules_are_shown_and_set_one_by_one() {
    let bench = bench();
    let rules = |args: &[&str]| {
        let ran = ran_as(
            ANN,
            &bench,
            &[&["approval"], args, &["--format", "json"]].concat(),
        );
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        ran.json()
    };
    assert_eq!(rules(&[]), rules_json(&json!(null), 24, false));
    assert_eq!(
        ran_as(ANN, &bench, &["approval"]).out,
        "No plan needs approval, but for protected users.\n"
    );
    assert_eq!(
        rules(&["--above", "200"]),
        rules_json(&json!(200), 24, false)
    );
    assert_eq!(
        rules(&["--others-locks", "on"]),
        rules_json(&json!(200), 24, true)
    );
    agreed(&bench, &["approval", "--above", "OFF"]);
    assert_eq!(rules(&[]), rules_json(&json!(null), 24, true));
    agreed(
        &bench,
        &["approval", "--above", "0", "--others-locks", "off"],
    );
    assert_eq!(rules(&[]), rules_json(&json!(0), 24, false));
    assert_eq!(
        ran_as("nobody", &bench, &["approval"]).out,
        "Plans for more than 0 users in 24 hours need approval.\n"
    );
}

#[test]
fn only_an_administrator_sets_the_rules_and_odd_values_are_2() {
    let bench = bench();
    let before = bench.content();
    for value in ["-1", "many", "", "1.5", "99999999999999999999"] {
        let ran = bench.run(&["approval", "--above", value]);
        assert_eq!(ran.status, 2, "{value}");
        assert!(
            ran.err
                .contains("write a number of users such as 200, or off"),
            "{}",
            ran.err
        );
    }
    assert_eq!(
        bench.run(&["approval", "--others-locks", "maybe"]).status,
        2
    );
    assert_eq!(bench.content(), before);
    for args in [
        &["approval", "--above", "200"][..],
        &["protected", "add", "Ken Myer"],
    ] {
        for who in ["bob", "nobody"] {
            let ran = ran_as(who, &bench, args);
            assert_eq!((ran.status, ran.out.as_str()), (4, ""));
            assert!(ran.err.contains("Set-PinDeskApproval"), "{}", ran.err);
        }
    }
    assert_eq!(
        bench.run(&["approval"]).out,
        "No plan needs approval, but for protected users.\n"
    );
    assert_eq!(bench.run(&["protected"]).err, "No user is protected.\n");
}

#[test]
fn users_are_protected_by_exact_identity_all_or_none() {
    let bench = bench();
    let refused = ran_as(
        ANN,
        &bench,
        &[
            "protected",
            "add",
            "Ken Myer",
            "* Smith",
            "Maria Garcia",
            "kenmyer",
        ],
    );
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
    for said in [
        "Several users match identity \"* Smith\": Adam Smith (sip:adam.smith@litwareinc.com)",
        "Maria Garcia (litwareinc\\mgarcia), Maria Garcia (litwareinc\\mgarcia2)",
        "Did you mean Ken Myer (litwareinc\\kenmyer)?",
        "3 identities do not point at exactly one user. Nothing was changed.",
    ] {
        assert!(refused.err.contains(said), "{}", refused.err);
    }
    assert_eq!(bench.json(&["protected"]), json!([]));

    let added = ran_as(
        ANN,
        &bench,
        &[
            "protected",
            "add",
            "Ken Myer",
            "B*n Smith",
            "KENMYER@litwareinc.com",
        ],
    );
    let now = "Ken Myer (sip:kenmyer@litwareinc.com) is protected now.\nBen Smith (sip:bsmith@litwareinc.com) is protected now.\n";
    assert_eq!(
        (added.status, added.out.as_str(), added.err.as_str()),
        (0, now, "")
    );
    let again = ran_as(ANN, &bench, &["protected", "add", "litwareinc\\kenmyer"]);
    assert_eq!(
        again.out,
        "Ken Myer (sip:kenmyer@litwareinc.com) is protected already.\n"
    );
    assert_eq!(
        bench.json(&["protected"]),
        json!([
            { "Identity": "sip:bsmith@litwareinc.com", "DisplayName": "Ben Smith", "IsProtected": true },
            { "Identity": "sip:kenmyer@litwareinc.com", "DisplayName": "Ken Myer", "IsProtected": true },
        ])
    );
    let needs = ran_as(ANN, &bench, &["unlock", "Ken Myer"]);
    assert_eq!(needs.status, 4);
    assert!(
        needs
            .err
            .contains("it changes 1 protected user. Submit it for review: add --submit."),
        "{}",
        needs.err
    );

    let none = ran_as(
        ANN,
        &bench,
        &["protected", "remove", "Zoë Smith", "--format", "json"],
    );
    assert_eq!(
        none.json(),
        json!([{ "Identity": "sip:zsmith@litwareinc.com", "DisplayName": "Zoë Smith", "IsProtected": false, "Changed": false }])
    );
    agreed(&bench, &["protected", "remove", "Ken Myer"]);
    assert_eq!(ran_as(ANN, &bench, &["unlock", "Ken Myer"]).status, 0);
    let nobody = bench.run_with(&["protected", "add", "-"], "\n");
    assert_eq!(
        (nobody.status, nobody.err.as_str()),
        (2, "pindesk: The identity is empty.\n")
    );
}

#[test]
fn the_last_administrator_stays() {
    let bench = bench();
    bench
        .sql()
        .execute(
            "DELETE FROM operator_roles WHERE role = 'CsAdministrator' AND account <> ?1",
            [ANN],
        )
        .unwrap();
    let ran = ran_as(ANN, &bench, &["roles", "revoke", "CsAdministrator", ANN]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("the last CsAdministrator"), "{}", ran.err);
    assert_eq!(
        ran_as(ANN, &bench, &["approval", "--above", "1"]).status,
        0,
        "she still is one"
    );
}
