//! Lock and unlock: the users they find, their messages, and the JSON that scripts rely on.

use serde_json::{Value, json};

use crate::setup::Bench;

const KEN: &str = "sip:kenmyer@litwareinc.com";

#[test]
fn every_form_of_identity_finds_the_user() {
    let bench = Bench::filled();
    for identity in [
        "kenmyer@litwareinc.com",
        "sip:kenmyer@litwareinc.com",
        "SIP:KenMyer@LitwareInc.com",
        "litwareinc\\kenmyer",
        "Ken Myer",
        "ken*myer",
        "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
        "cn = ken myer , ou = finance , dc = litwareinc , dc = com",
    ] {
        let ran = bench.run(&["unlock", identity, "--what-if"]);
        let sentence = format!(
            "What if: Performing the operation \"Unlock-CsClientPin\" on target \"{KEN}\".\n"
        );
        assert_eq!(
            (ran.status, ran.out, ran.err),
            (0, sentence, String::new()),
            "{identity}"
        );
    }
}

#[test]
fn a_wildcard_finds_display_names_only_and_says_each_user() {
    let bench = Bench::filled();
    let ran = bench.run(&["unlock", "* Smith", "--what-if"]);
    let target = |name| {
        format!(
            "What if: Performing the operation \"Unlock-CsClientPin\" on target \"sip:{name}\".\n"
        )
    };
    let expected = [
        "dsmith@litwareinc.com",
        "ssmith@litwareinc.com",
        "zsmith@litwareinc.com",
    ]
    .map(target)
    .concat();
    assert_eq!((ran.status, ran.out), (0, expected));
    assert!(
        ran.err.contains(
            "Unlock-CsClientPin : \"* Smith\" (sip:bsmith@litwareinc.com): Not locked.\n"
        ),
        "{}",
        ran.err
    );
    let refused = bench.run(&["unlock", "*@litwareinc.com", "--what-if"]);
    assert_eq!(refused.status, 1);
    assert!(
        refused
            .err
            .contains("Wildcards (*) work only with display names."),
        "{}",
        refused.err
    );
}

#[test]
fn what_if_changes_nothing() {
    let bench = Bench::filled();
    let before = bench.content();
    for args in [
        ["lock", "--where", "pin-set", "--what-if"],
        ["unlock", "--where", "locked", "--what-if"],
    ] {
        assert_eq!(bench.run(&args).status, 0);
    }
    assert_eq!(bench.content(), before);
}

#[test]
fn what_if_as_json_has_the_promised_shape() {
    let bench = Bench::filled();
    let args = [
        "unlock",
        KEN,
        "jsmith@litwareinc.com",
        "Ken Myer",
        "Nobody Here",
        "--what-if",
        "--format",
        "json",
    ];
    let ran = bench.run(&args);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.json(),
        json!({
            "action": "unlock", "whatIf": true, "willChange": 1, "noChange": 1, "skipped": 1, "refused": 1, "drifted": 0,
            "items": [
                { "identity": KEN, "user": KEN, "outcome": "change", "reason": null,
                  "before": "locked, cause unknown", "after": "unlocked" },
                { "identity": "jsmith@litwareinc.com", "user": "sip:jsmith@litwareinc.com", "outcome": "no-change",
                  "reason": "Not locked.", "before": "unlocked", "after": "unlocked" },
                { "identity": "Ken Myer", "user": KEN, "outcome": "duplicate",
                  "reason": "The same user as \"sip:kenmyer@litwareinc.com\" before it.",
                  "before": "locked, cause unknown", "after": "locked, cause unknown" },
                { "identity": "Nobody Here", "user": null, "outcome": "not-found",
                  "reason": "Management object not found for identity \"Nobody Here\".", "before": null, "after": null },
            ],
        })
    );
    let names = [
        "action",
        "whatIf",
        "willChange",
        "noChange",
        "skipped",
        "refused",
        "drifted",
        "items",
    ];
    let positions: Vec<usize> = names
        .iter()
        .map(|name| ran.out.find(&format!("\"{name}\":")).unwrap())
        .collect();
    assert!(positions.is_sorted(), "{}", ran.out);
}

#[test]
fn locking_and_unlocking_change_the_store_and_count() {
    let bench = Bench::filled();
    let lock = [
        "lock",
        "jsmith@litwareinc.com",
        "Ben Smith",
        KEN,
        "--reason",
        "On leave",
        "--ticket",
        "HD-1042",
    ];
    let ran = bench.run(&lock);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.out,
        "Locked 2 users. 0 no change needed, 1 skipped, 0 refused, 0 drifted.\n"
    );
    assert_eq!(
        ran.err,
        "Lock-CsClientPin : \"Ben Smith\" (sip:bsmith@litwareinc.com): No PIN is set.\n"
    );
    assert_eq!(bench.json(&["info", KEN])[0]["LockCause"], "administrator");
    let written: (String, String) = bench
        .sql()
        .query_row(
            "SELECT reason, ticket FROM batches WHERE action = 'lock'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(written, ("On leave".to_owned(), "HD-1042".to_owned()));

    let again = bench.run(&lock);
    assert_eq!(
        (again.status, again.out.as_str()),
        (
            0,
            "Locked 0 users. 2 no change needed, 1 skipped, 0 refused, 0 drifted.\n"
        )
    );
    let unlocked = bench.json(&["unlock", KEN]);
    assert_eq!(
        (&unlocked["whatIf"], &unlocked["changed"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(unlocked.get("willChange"), None);
    assert_eq!(bench.json(&["info", KEN])[0]["IsLockedOut"], false);
}

#[test]
fn force_hides_only_messages_that_are_not_fatal() {
    let bench = Bench::filled();
    let args = [
        "unlock",
        "* Smith",
        "Jeff Smith",
        "Maria Garcia",
        "Pilar Ackerman",
        "--where",
        "pin-set",
        "--what-if",
    ];
    let told = bench.run(&args);
    let forced = bench.run(&[&args[..], &["--force"]].concat());
    assert_eq!((forced.status, &forced.out), (told.status, &told.out));
    assert!(
        told.err.contains("Not locked.") && told.err.contains("The same user as"),
        "{}",
        told.err
    );
    assert!(
        told.err
            .contains("1 user does not pass --where and was left out."),
        "{}",
        told.err
    );
    assert_eq!(forced.err.lines().count(), 1, "{}", forced.err);
    assert!(
        forced
            .err
            .contains("Several users match identity \"Maria Garcia\""),
        "{}",
        forced.err
    );
}

#[test]
fn ambiguous_identities_are_refused_with_all_candidates() {
    let bench = Bench::filled();
    let before = bench.content();
    for (identity, candidates) in [
        (
            "Maria Garcia",
            ["litwareinc\\mgarcia)", "litwareinc\\mgarcia2)"],
        ),
        (
            "chris.gray@litwareinc.com",
            [
                "Christopher Gray (litwareinc\\cgray)",
                "Christine Gray (litwareinc\\cgray2)",
            ],
        ),
    ] {
        let ran = bench.run(&["lock", identity, "--force"]);
        assert_eq!(ran.status, 1);
        assert!(
            candidates
                .iter()
                .all(|candidate| ran.err.contains(candidate)),
            "{}",
            ran.err
        );
        let item = &bench.json(&["lock", identity, "--what-if"])["items"][0];
        assert_eq!(
            (&item["outcome"], &item["user"]),
            (&json!("ambiguous"), &Value::Null)
        );
    }
    assert_eq!(bench.content().0, before.0);
    let exact = bench.run(&["lock", "sip:chris.gray@litwareinc.com", "--what-if"]);
    assert_eq!((exact.status, exact.out.lines().count()), (0, 1));
}

#[test]
fn a_bare_logon_name_is_refused_with_the_name_that_works() {
    let ran = Bench::filled().run(&["unlock", "kenmyer"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("write domain\\logon"), "{}", ran.err);
    assert!(ran.err.contains("litwareinc\\kenmyer"), "{}", ran.err);
}

#[test]
fn identities_come_from_standard_input_too() {
    let bench = Bench::filled();
    let lines = "\u{feff}kenmyer@litwareinc.com\r\n\r\n   \nlitwareinc\\packerman\nCN=Myer\\, Robert,OU=Finance,DC=litwareinc,DC=com";
    let ran = bench.run_with(&["unlock", "-", "--what-if"], lines);
    assert_eq!((ran.status, ran.out.lines().count()), (0, 2));
    assert!(
        ran.err.contains("(sip:rmyer@litwareinc.com): Not locked."),
        "{}",
        ran.err
    );
    let not_utf8 = bench.run_with(&["unlock", "-"], b"ken\xFF\n");
    assert_eq!(not_utf8.status, 2);
    assert!(
        not_utf8.err.contains("Standard input cannot be read"),
        "{}",
        not_utf8.err
    );
}

#[test]
fn an_empty_list_names_nobody_rather_than_everybody() {
    let bench = Bench::filled();
    let before = bench.content();
    let ran = bench.run_with(&["lock", "-", "--where", "pin-set"], "\n\n");
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (0, "Lock-CsClientPin : No user was chosen.\n")
    );
    assert_eq!(bench.content(), before);
}

#[test]
fn several_filters_must_all_hold() {
    let bench = Bench::filled();
    let count = |args: &[&str]| bench.json(args).as_array().unwrap().len();
    let locked = count(&["info", "--where", "locked"]);
    let both = count(&["info", "--where", "locked", "--where", "never-expires"]);
    assert!(0 < both && both < locked);
    let plan = bench.json(&[
        "unlock",
        "--where",
        "locked",
        "--where",
        "never-expires",
        "--what-if",
    ]);
    assert_eq!(plan["willChange"], both);
    assert_eq!(plan["items"].as_array().unwrap().len(), both);
}
