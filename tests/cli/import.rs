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

#[test]
fn a_guessed_encoding_is_shown_with_the_rows_that_it_changes() {
    let bench = Bench::filled();
    let file = bench.file("users.csv", "");
    // J\x94rg and J\x81rgen are Jörg and Jürgen in the code pages of MS-DOS, and no words in Windows-1252.
    std::fs::write(
        &file,
        b"DisplayName,SipAddress\nJ\x94rg Neu,sip:jneu@litwareinc.com\nJ\x81rgen Alt,sip:jalt@litwareinc.com\n",
    )
    .unwrap();
    let guessed = bench.run(&["import", "users", &file, "--what-if"]);
    let shown = "The encoding is a guess, which reads line 2 as \"Jörg Neu,sip:jneu@litwareinc.com\", \
                 line 3 as \"Jürgen Alt,sip:jalt@litwareinc.com\". Name another one with --encoding.";
    assert!(guessed.err.contains(shown), "{}", guessed.err);
    let chosen = bench.run(&["import", "users", &file, "--encoding", "IBM850"]);
    assert!(!chosen.err.contains("guess"), "{}", chosen.err);
    let found = bench.run(&["users", "jneu@litwareinc.com"]);
    assert!(found.out.contains("Jörg Neu"), "{}", found.out);
}

#[test]
fn headings_in_other_languages_name_the_same_columns() {
    let exports = [
        "Anzeigename;Benutzerprinzipalname;SIP-Adresse",
        "Nom d'affichage;Nom d'utilisateur principal;Adresse SIP",
        "Nombre para mostrar;Nombre principal de usuario;Dirección SIP",
        "Nome visualizzato;Nome entità utente;Indirizzo SIP",
        "Weergavenaam;User principal name;SIP-adres",
        "Nome para exibição;Nome UPN;Endereço SIP",
        "Nazwa wyświetlana;Główna nazwa użytkownika;Adres SIP",
    ];
    for header in exports {
        let bench = Bench::filled();
        let row = "Anna Nowak;anowak@litwareinc.com;sip:anna.nowak@litwareinc.com";
        let file = bench.file("users.csv", format!("{header}\n{row}\n"));
        let report = bench.json(&["import", "users", &file]);
        assert_eq!(report["new"], json!(1), "{header}: {report}");
        let found = bench.json(&["users", "anna.nowak@litwareinc.com"]);
        assert_eq!(
            found[0]["UserPrincipalName"], "anowak@litwareinc.com",
            "{header}"
        );
    }
}

#[test]
fn a_column_with_an_unknown_heading_is_named() {
    let bench = Bench::filled();
    let users = bench.file(
        "users.csv",
        "Who,Ruf,Kürzel\nAnna Nowak,sip:anna.nowak@litwareinc.com,anowak\n",
    );
    let refused = bench.run(&["import", "users", &users]);
    assert_eq!(refused.status, 2);
    let way_out = "Columns found: Who, Ruf, Kürzel. Say which column has it with --column HEADING=DisplayName.";
    assert!(refused.err.contains(way_out), "{}", refused.err);
    let columns = ["--column", "who=DisplayName", "--column", "Ruf=sipaddress"];
    let logon = [
        "--column",
        "Kürzel=SamAccountName",
        "--domain",
        "litwareinc",
    ];
    let args = [&["import", "users", &users][..], &columns, &logon].concat();
    assert_eq!(bench.json(&args)["new"], json!(1));
    let found = bench.json(&["users", "anna.nowak@litwareinc.com"]);
    assert_eq!(found[0]["Account"], "litwareinc\\anowak");

    let pins = bench.file("pins.csv", "Login,IsPinSet,Zu\nanowak,True,True\n");
    let args = ["import", "pins", &pins, "--column", "Zu=IsLockedOut"];
    let alone = bench.run(&args);
    assert!(alone.err.contains("--domain NAME"), "{}", alone.err);
    let args = [&args[..], &["--domain", "litwareinc"]].concat();
    assert_eq!(bench.json(&args)["changed"], json!(1));

    let missing = bench.run(&["import", "users", &users, "--column", "Name=DisplayName"]);
    assert_eq!(missing.status, 2);
    let why = "There is no column Name. Columns found: Who, Ruf, Kürzel.";
    assert!(missing.err.contains(why), "{}", missing.err);
    let unknown = bench.run(&["import", "users", &users, "--column", "Ruf=Sound"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.err.contains("write HEADING=FACT"),
        "{}",
        unknown.err
    );
}

#[test]
fn a_column_of_logon_names_that_holds_addresses_is_read_by_what_its_cells_are() {
    let bench = Bench::filled();
    let file = bench.file(
        "users.csv",
        "Name,User name\nAnna Nowak,anowak@litwareinc.com\nBo Lund,sip:bo.lund@litwareinc.com\nCy Fox,litwareinc\\cfox\nDee Ray,dray\n",
    );
    let report = bench.json(&["import", "users", &file]);
    assert_eq!(
        (&report["new"], &report["conflicts"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(report["rows"][0]["line"], json!(5));
    let upn = bench.json(&["users", "anowak@litwareinc.com"]);
    assert_eq!(upn[0]["UserPrincipalName"], "anowak@litwareinc.com");
    let sip = bench.json(&["users", "bo.lund"]);
    assert_eq!(sip[0]["SipAddress"], "sip:bo.lund@litwareinc.com");
}
