//! Importing files.

use serde_json::json;

use crate::setup::{Bench, PINS, USERS};

#[test]
fn both_sample_files_come_in_and_come_in_again_without_a_change() {
    let bench = Bench::empty();
    assert_eq!(
        bench.run(&["import", "users", USERS, "--what-if"]).status,
        3,
        "there is no store to compare with"
    );
    assert!(!bench.store().exists(), "and what if makes none");
    let counts = "250 new, 0 changed, 0 unchanged, 0 in conflict, 0 drifted.\n";
    assert_eq!(
        bench.run(&["import", "users", USERS]).out,
        format!("Imported {USERS}: {counts}")
    );
    let what_if = bench.run(&["import", "users", USERS, "--what-if"]);
    let unchanged = "0 new, 0 changed, 250 unchanged, 0 in conflict, 0 drifted.\n";
    assert_eq!(what_if.out, format!("What if: {USERS}: {unchanged}"));
    let pins = bench.json(&["import", "pins", PINS, "--date-order", "mdy", "--utc"]);
    let expected = json!({ "file": PINS, "kind": "pins", "whatIf": false, "new": 0, "changed": 230, "unchanged": 20,
        "conflicts": 0, "drifted": 0, "rows": [] });
    assert_eq!(pins, expected);

    let before = bench.content();
    let again = bench.json(&["import", "pins", PINS]);
    assert_eq!(
        (&again["changed"], &again["unchanged"]),
        (&json!(0), &json!(250))
    );
    assert_eq!(bench.content(), before);
}

#[test]
fn conflicts_are_listed_and_the_other_rows_come_in() {
    let bench = Bench::filled();
    let file = bench.file(
        "pins.csv",
        "Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime\n\
         sip:kenmyer@litwareinc.com,True,False,,\n\
         kenmyer@litwareinc.com,True,True,,\n\
         sip:nobody@litwareinc.com,True,False,,\n",
    );
    let ran = bench.run(&["import", "pins", &file, "--format", "json"]);
    assert_eq!(ran.status, 1);
    let expected = json!({ "file": file, "kind": "pins", "whatIf": false, "new": 0, "changed": 1, "unchanged": 0,
        "conflicts": 2, "drifted": 0, "rows": [
            { "line": 3, "label": "kenmyer@litwareinc.com", "verdict": "duplicate",
              "reason": "The same user as on line 2." },
            { "line": 4, "label": "sip:nobody@litwareinc.com", "verdict": "conflict",
              "reason": "Nobody in the directory has this identity. Import the users first." },
        ] });
    assert_eq!(ran.json(), expected);
    assert!(
        ran.err
            .contains("line 4: sip:nobody@litwareinc.com: Nobody in the directory"),
        "{}",
        ran.err
    );
    assert_eq!(bench.json(&["info", "Ken Myer"])[0]["IsLockedOut"], false);
}

#[test]
fn an_open_date_order_is_asked_for_and_then_followed() {
    let bench = Bench::filled();
    let file = bench.file(
        "pins.csv",
        "Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime\n\
         sip:kenmyer@litwareinc.com,True,False,2/3/2026 1:00:00 PM,\n",
    );
    let before = bench.content();
    let ran = bench.run(&["import", "pins", &file]);
    assert_eq!((ran.status, bench.content()), (2, before));
    assert!(
        ran.err
            .contains("Add --date-order mdy or --date-order dmy."),
        "{}",
        ran.err
    );
    assert_eq!(
        bench
            .run(&["import", "pins", &file, "--date-order", "dmy"])
            .status,
        0
    );
    assert_eq!(
        bench.json(&["info", "Ken Myer"])[0]["LastPinChangeTime"],
        "2026-03-02T13:00:00Z"
    );
}

#[test]
fn utc_reads_times_as_utc_wherever_the_machine_is() {
    let bench = Bench::filled();
    let mut command = bench.command(&["import", "pins", PINS, "--utc"]);
    // They were read as UTC before.
    let output = command.env("TZ", "Asia/Tokyo").output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("0 changed, 250 unchanged")
    );
    let mut command = bench.command(&["import", "pins", PINS, "--what-if"]);
    let output = command.env("TZ", "Asia/Tokyo").output().unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("230 changed, 20 unchanged")
    );
}

#[test]
fn a_name_that_looks_damaged_comes_in_where_it_is_named_exactly() {
    let bench = Bench::filled();
    let file = bench.file(
        "users.csv",
        "DisplayName,SipAddress\n\
         Who?s there,sip:who@litwareinc.com\n\
         What?s up,sip:what@litwareinc.com\n\
         Why?s that,sip:why@litwareinc.com\n",
    );
    let counts = |accepted: &[&str]| {
        let args = ["import", "users", &file, "--what-if"];
        let report = bench.json(&[&args[..], accepted].concat());
        (report["new"].clone(), report["conflicts"].clone())
    };
    assert_eq!(counts(&[]), (json!(0), json!(3)));
    let unknown = bench.run(&["import", "users", &file, "--accept-name", "Who"]);
    assert_eq!(unknown.status, 2);
    let why =
        "No row has the display name or identity \"Who\", so there is no such name to accept.";
    assert!(unknown.err.contains(why), "{}", unknown.err);
    let of_pins = bench.run(&["import", "pins", PINS, "--accept-name", "Ken Myer"]);
    assert_eq!(of_pins.status, 2);
    assert!(of_pins.err.contains("changes no names"), "{}", of_pins.err);
    let accepted = [
        "--accept-name",
        "who?s there",
        "--accept-name",
        "sip:what@litwareinc.com",
    ];
    assert_eq!(counts(&accepted), (json!(2), json!(1)));
}

#[test]
fn a_name_of_more_than_1024_characters_makes_its_row_unreadable() {
    let bench = Bench::filled();
    let (longest, longer) = ("ö".repeat(1024), "ö".repeat(1025));
    let file = bench.file(
        "users.csv",
        format!(
            "DisplayName,SipAddress\n{longest},sip:a@litwareinc.com\n{longer},sip:b@litwareinc.com\n\
             Ann,sip:{longer}@litwareinc.com\n"
        ),
    );
    let report = bench.json(&["import", "users", &file, "--what-if"]);
    assert_eq!(report["new"], json!(1));
    let reasons: Vec<&str> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["reason"].as_str().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "Its display name has more than 1,024 characters.",
            "Its SIP address has more than 1,024 characters.",
        ]
    );
}

#[test]
fn an_import_takes_the_encoding_that_it_is_told() {
    let bench = Bench::filled();
    let file = bench.file("users.csv", "");
    // 0xF8 is ř in Windows-1250, and ø in Windows-1252.
    std::fs::write(
        &file,
        b"DisplayName,SipAddress\nJi\xF8i Nov\xE1k,sip:jiri@litwareinc.com\n",
    )
    .unwrap();
    for (encoding, name) in [
        ("windows-1250", "Jiři Novák"),
        ("windows-1252", "Jiøi Novák"),
    ] {
        let bench = Bench::filled();
        let args = ["import", "users", &file, "--encoding", encoding];
        assert_eq!(bench.run(&args).status, 0);
        let found = bench.run(&["users", "jiri@litwareinc.com"]);
        assert!(found.out.contains(name), "{encoding}: {}", found.out);
    }
}
