//! `pindesk info` and `pindesk users`: their results as text and as JSON.

use serde_json::{Value, json};

use crate::setup::Bench;

#[test]
fn info_as_json_has_the_promised_shape() {
    let bench = Bench::filled();
    let ran = bench.run(&[
        "info",
        "litwareinc\\packerman",
        "Ben Smith",
        "--format",
        "json",
    ]);
    let expected = r#"[
  {
    "Identity": "sip:packerman@litwareinc.com",
    "DisplayName": "Pilar Ackerman",
    "IsPinSet": true,
    "IsLockedOut": true,
    "LockCause": "unknown",
    "LastPinChangeTime": "2026-08-21T00:05:09Z",
    "PinExpirationTime": "2027-02-17T00:05:09Z"
  },
  {
    "Identity": "sip:bsmith@litwareinc.com",
    "DisplayName": "Ben Smith",
    "IsPinSet": false,
    "IsLockedOut": false,
    "LockCause": null,
    "LastPinChangeTime": null,
    "PinExpirationTime": null
  }
]
"#;
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, expected, "")
    );
}

#[test]
fn info_as_text_is_an_aligned_table_in_local_time() {
    let bench = Bench::filled();
    let ran = bench.run(&["info", "litwareinc\\packerman", "Zoë Smith"]);
    let expected = "\
Identity                      DisplayName     IsPinSet  IsLockedOut  LockCause  LastPinChangeTime  PinExpirationTime
sip:packerman@litwareinc.com  Pilar Ackerman  True      True         unknown    2026-08-21 00:05   2027-02-17 00:05
sip:zsmith@litwareinc.com     Zoë Smith       True      True         unknown    2024-10-11 13:53
";
    assert_eq!(ran.out, expected);
    let mut tokyo = bench.command(&["info", "litwareinc\\packerman"]);
    let tokyo = tokyo.env("TZ", "Asia/Tokyo").output().unwrap();
    assert!(
        String::from_utf8(tokyo.stdout)
            .unwrap()
            .contains("2027-02-17 09:05")
    );
}

#[test]
fn info_without_anybody_named_shows_everybody() {
    let bench = Bench::filled();
    assert_eq!(bench.json(&["info"]).as_array().unwrap().len(), 250);
    assert_eq!(
        bench
            .json(&["info", "--where", "no-pin"])
            .as_array()
            .unwrap()
            .len(),
        20
    );
    let nobody = bench.run_with(&["info", "-"], "\n");
    assert_eq!(
        (nobody.status, nobody.out.as_str(), nobody.err.as_str()),
        (0, "", "No user found.\n")
    );
}

#[test]
fn info_reports_users_not_found_and_users_left_out_by_a_filter() {
    let bench = Bench::filled();
    let ran = bench.run(&[
        "info",
        "Maria Garcia",
        "Ken Myer",
        "ken myer",
        "Jeff Smith",
        "--where",
        "locked",
        "--format",
        "json",
    ]);
    assert_eq!(ran.status, 1);
    let shown: Vec<Value> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["Identity"].clone())
        .collect();
    assert_eq!(shown, [json!("sip:kenmyer@litwareinc.com")]);
    assert!(
        ran.err
            .contains("Several users match identity \"Maria Garcia\""),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("1 user does not pass --where and was left out.\n"),
        "{}",
        ran.err
    );
}

#[test]
fn users_searches_as_the_search_box_does() {
    let bench = Bench::filled();
    let expected = json!([{
        "Identity": "sip:jmueller@litwareinc.com",
        "DisplayName": "Jörg Müller",
        "SipAddress": "sip:jmueller@litwareinc.com",
        "UserPrincipalName": "jmueller@litwareinc.com",
        "Account": "litwareinc\\jmueller",
        "DistinguishedName": "CN=Jörg Müller,OU=München,DC=litwareinc,DC=com",
    }]);
    for text in [
        "muller",
        "JÖRG",
        "litwareinc\\jmuell",
        "CN = Jörg Müller, OU = München",
    ] {
        assert_eq!(bench.json(&["users", text]), expected, "{text}");
    }
    let count = |args: &[&str]| bench.json(args).as_array().unwrap().len();
    assert_eq!(count(&["users"]), 250);
    assert_eq!(count(&["users", "* Smith"]), 8);
    assert_eq!(count(&["users", "* Smith", "--where", "locked"]), 3);
    assert_eq!(
        count(&["users", "--where", "locked", "--where", "no-pin"]),
        0
    );
    let text = bench.run(&["users", "Ken Myer"]);
    assert!(
        text.out.starts_with(
            "Identity                    DisplayName  UserPrincipalName       Account"
        ),
        "{}",
        text.out
    );
    let nobody = bench.run(&["users", "zzz*"]);
    assert_eq!((nobody.status, nobody.out.as_str()), (0, ""));
    assert_eq!(
        nobody.err,
        "No user found. Read as display name with wildcard.\n"
    );
    assert_eq!(bench.run(&["users", "ken*@litwareinc.com"]).status, 2);
}

#[test]
fn names_cannot_steer_the_terminal() {
    let bench = Bench::empty();
    let file = bench.file(
        "users.csv",
        "DisplayName,SipAddress\n\"Evil\u{1b}[31m\nName\",sip:evil@litwareinc.com\n",
    );
    assert_eq!(bench.run(&["import", "users", &file]).status, 0);
    let ran = bench.run(&["info"]);
    assert!(
        ran.out.contains("Evil·[31m·Name") && !ran.out.contains('\u{1b}'),
        "{:?}",
        ran.out
    );
    assert_eq!(
        bench.json(&["info"])[0]["DisplayName"],
        "Evil\u{1b}[31m\nName"
    );
}

#[test]
fn users_info_and_exports_have_one_order_of_names() {
    let bench = Bench::filled();
    let names = |args: &[&str]| -> Vec<String> {
        let ran = bench.run(args);
        assert_eq!(ran.status, 0, "{}", ran.err);
        let rows: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
        rows.iter()
            .map(|row| row["DisplayName"].as_str().unwrap().to_owned())
            .collect()
    };
    let users = names(&["users", "--format", "json"]);
    let at = |name: &str| users.iter().position(|user| user == name).unwrap();
    assert!(at("Åsa Lindqvist") < at("Ken Myer"), "Å stands with A");
    assert_eq!(names(&["info", "--format", "json"]), users);
    let csv = bench.file("users.csv", "");
    let ran = bench.run(&["export", "users", &csv]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    let column = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "DisplayName")
        .unwrap();
    let exported: Vec<String> = reader
        .records()
        .map(|record| record.unwrap()[column].to_owned())
        .collect();
    assert_eq!(exported, users);
}
