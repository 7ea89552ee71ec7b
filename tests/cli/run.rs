//! Pipelines on the command line: their results, changes and refusals.

use serde_json::{Value, json};

use crate::setup::Bench;

const KEN: &str = "sip:kenmyer@litwareinc.com";
const LOCKED: &str = "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}";
const EXPIRED: &str =
    "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)}";

#[test]
fn a_change_is_planned_applied_and_recorded_as_any_other() {
    let bench = Bench::filled();
    let locked = bench
        .json(&["info", "--where", "locked"])
        .as_array()
        .unwrap()
        .len();
    let unlock = format!("{LOCKED} | Unlock-CsClientPin");
    let ran = bench.run(&["run", &unlock, "--reason", "storm", "--ticket", "INC-7"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        format!("Unlocked {locked} users. 0 no change needed, 0 skipped, 0 refused, 0 drifted.\n")
    );
    assert_eq!(bench.json(&["info", "--where", "locked"]), json!([]));
    let written: (String, String) = bench
        .sql()
        .query_row(
            "SELECT reason, ticket FROM batches WHERE action = 'unlock'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(written, ("storm".to_owned(), "INC-7".to_owned()));
    let again = bench.run(&["run", &unlock]);
    assert_eq!(
        (again.status, again.err.as_str()),
        (0, "Unlock-CsClientPin : No user was chosen.\n")
    );
}

#[test]
fn what_if_explain_and_looking_change_nothing() {
    let bench = Bench::filled();
    let before = bench.content();
    let lock = format!("{EXPIRED} | Lock-CsClientPin");
    let with_switch = format!("{lock} -WhatIf");
    let asked = bench.run(&["run", &lock, "--what-if"]);
    assert_eq!(
        (asked.status, asked.out.lines().count()),
        (0, bench.run(&["run", &with_switch]).out.lines().count())
    );
    assert!(
        asked
            .out
            .lines()
            .all(|line| line.starts_with("What if: Performing the operation \"Lock-CsClientPin\""))
    );
    assert!(
        asked
            .err
            .contains("WARNING: PowerShell takes a missing PinExpirationTime"),
        "{}",
        asked.err
    );
    assert!(
        asked
            .err
            .contains("in PowerShell add: $_.PinExpirationTime -ne $Null"),
        "{}",
        asked.err
    );
    let explained = bench.run(&["run", &lock, "--explain"]);
    assert_eq!((explained.status, explained.out.lines().count()), (0, 5));
    assert!(
        explained
            .out
            .contains("those where PinExpirationTime is before now"),
        "{}",
        explained.out
    );
    assert!(
        explained.err.ends_with("Nothing was changed.\n"),
        "{}",
        explained.err
    );
    let explained = bench.json(&["run", &lock, "--explain"]);
    assert_eq!(
        explained["stages"][0],
        json!({ "stage": "Get-CsUser", "does": "all users", "in": 250, "out": 250 })
    );
    assert_eq!(explained["warnings"].as_array().unwrap().len(), 1);
    let file = bench.folder.path().join("out.csv");
    let export = format!("Get-CsUser | Export-Csv '{}'", file.display());
    for (flag, out) in [
        (
            "--what-if",
            "What if: Performing the operation \"Export-Csv\" on target",
        ),
        ("--explain", "Stage"),
    ] {
        let ran = bench.run(&["run", &export, flag]);
        assert!(ran.status == 0 && ran.out.starts_with(out), "{ran:?}");
    }
    assert!(!file.exists());
    assert_eq!(bench.content(), before);
}

#[test]
fn rows_are_a_table_or_json() {
    let bench = Bench::filled();
    let ran = bench.run(&[
        "run",
        "Get-CsUser 'Ken Myer' | Get-CsClientPinInfo | select DisplayName,IsLockedOut,PinExpirationTime",
    ]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "DisplayName  IsLockedOut  PinExpirationTime\nKen Myer     True\n"
    );
    let rows = bench.json(&["run", LOCKED]);
    let info = bench.json(&["info", "--where", "locked"]);
    assert_eq!(
        rows.as_array().unwrap().len(),
        info.as_array().unwrap().len()
    );
    let of = |rows: &Value| {
        rows.as_array()
            .unwrap()
            .iter()
            .find(|row| row["Identity"] == KEN)
            .unwrap()
            .clone()
    };
    for (name, value) in of(&info).as_object().unwrap() {
        assert_eq!(&of(&rows)[name], value, "{name}");
    }
    assert_eq!(
        bench.json(&["run", "Get-CsUser | measure"]),
        json!({ "Count": 250 })
    );
    assert_eq!(
        bench.run(&["run", "Get-CsUser | measure"]).out,
        "Count: 250\n"
    );
    let names = bench.json(&[
        "run",
        "Get-CsUser '* Smith' | select -expand DisplayName | sort | select -first 2",
    ]);
    assert_eq!(names, json!(["Adam Smith", "Anna Smith"]));
    let roles = bench.json(&[
        "run",
        "Get-CsAdminRole | ? {$_.Cmdlets -contains 'Set-CsPinPolicy'} | select Identity,UserScopes",
    ]);
    assert_eq!(
        roles,
        json!([
            { "Identity": "CsAdministrator", "UserScopes": ["Global"] },
            { "Identity": "CsServerAdministrator", "UserScopes": ["Global"] },
        ])
    );
    let nobody = bench.run(&["run", "Get-CsUser | ? DisplayName -eq nobody"]);
    assert_eq!(
        (nobody.status, nobody.out.as_str(), nobody.err.as_str()),
        (0, "", "Nothing was found.\n")
    );
}

#[test]
fn texts_become_the_lines_of_a_file() {
    let bench = Bench::filled();
    let file = bench.folder.path().join("addresses.txt");
    let path = file.display();
    let text = || std::fs::read_to_string(&file).unwrap();
    let two = "Get-CsUser 'Ken Myer' | Select-Object -ExpandProperty SipAddress";
    let one = format!("{KEN}\r\n");
    for (end, expected) in [
        (format!("| Out-File '{path}'"), one.clone()),
        (format!(">> '{path}'"), one.repeat(2)),
        (format!("| Add-Content -Path '{path}'"), one.repeat(3)),
        (format!("> '{path}'"), one.clone()),
        (
            format!("| Set-Content '{path}' -Encoding utf8"),
            one.clone(),
        ),
    ] {
        let ran = bench.run(&["run", &format!("{two} {end}")]);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (0, ""),
            "{end}: {}",
            ran.err
        );
        assert!(
            ran.err.ends_with("1 line was written.\n"),
            "{end}: {}",
            ran.err
        );
        assert_eq!(text(), expected, "{end}");
    }
    for end in ["> $null", ">$NULL", "| Out-Null"] {
        let ran = bench.run(&["run", &format!("{two} {end}")]);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (0, ""),
            "{end}: {}",
            ran.err
        );
        assert_eq!(text(), one, "{end}");
    }
    for end in [
        format!("| Out-File '{path}' -NoClobber"),
        format!("| Select-Object Length | Out-File '{path}'"),
    ] {
        let ran = bench.run(&["run", &format!("{two} {end}")]);
        assert_eq!(ran.status, 2, "{end}: {}", ran.err);
        assert_eq!(text(), one, "{end}");
    }
    // Lines in UTF-8 are not added to UTF-16.
    let before = b"\xFF\xFEk\0\r\0\n\0";
    std::fs::write(&file, before).unwrap();
    let ran = bench.run(&["run", &format!("{two} >> '{path}'")]);
    assert!(
        ran.status == 2 && ran.err.contains("not in UTF-8"),
        "{}",
        ran.err
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);
    // A table that is written is Export-Csv.
    let table = "Get-CsUser 'Ken Myer' | Select-Object SipAddress, DisplayName";
    let ways = [
        "ConvertTo-Csv -NoTypeInformation -Delimiter ';' | Set-Content",
        "Export-Csv -Delimiter ';'",
    ];
    let written = ways.map(|way| {
        let ran = bench.run(&["run", &format!("{table} | {way} '{path}'")]);
        assert_eq!(ran.status, 0, "{way}: {}", ran.err);
        text()
    });
    assert_eq!(written[0], written[1]);
    assert!(
        written[0].contains("\"sip:kenmyer@litwareinc.com\";\"Ken Myer\""),
        "{written:?}"
    );
}

#[test]
fn a_file_goes_out_and_comes_back() {
    let bench = Bench::filled();
    let file = bench.folder.path().join("locked users.csv");
    let ran = bench.run(&[
        "run",
        &format!(
            "{LOCKED} | Export-Csv -Path \"{}\" -NoTypeInformation -Encoding UTF8",
            file.display()
        ),
    ]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("rows were written."), "{}", ran.err);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("\u{feff}\"Identity\",\"DisplayName\",\"SipAddress\","),
        "{text}"
    );
    let import = format!(
        "Import-Csv '{}' | ? DisplayName -eq 'ken myer' | Unlock-CsClientPin",
        file.display()
    );
    let ran = bench.run(&["run", &import]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (
            0,
            "Unlocked 1 user. 0 no change needed, 0 skipped, 0 refused, 0 drifted.\n"
        )
    );
    assert_eq!(bench.json(&["info", KEN])[0]["IsLockedOut"], false);

    let list = bench.file(
        "list.csv",
        "Identity,Reason\nsip:kenmyer@litwareinc.com,x\nAnna Smith,y\n",
    );
    let states = bench.json(&[
        "run",
        &format!("Import-Csv '{list}' | Get-CsClientPinInfo | select Identity, IsLockedOut"),
    ]);
    let expected = serde_json::json!([
        { "Identity": "sip:kenmyer@litwareinc.com", "IsLockedOut": false },
        { "Identity": "sip:asmith@litwareinc.com", "IsLockedOut": false },
    ]);
    assert_eq!(states, expected);
    let line = "'litwareinc\\kenmyer', 'Anna Smith' | Get-CsClientPinInfo | ? IsLockedOut -eq $False | Lock-CsClientPin";
    let ran = bench.run(&["run", line, "--what-if"]);
    assert_eq!((ran.status, ran.out.lines().count()), (0, 2), "{ran:?}");

    let broken = bench.file(
        "broken.csv",
        "Identity,Reason\nsip:kenmyer@litwareinc.com,x\none,two,three\n",
    );
    let before = bench.content();
    for (line, said) in [
        (
            format!("Import-Csv '{broken}' | Lock-CsClientPin"),
            "Line 3: It has 3 cells, and there are 2 headings.",
        ),
        (
            format!("Import-Csv '{broken}' | ? Reson -eq x"),
            "There is no property Reson here. There are: Identity, Reason.",
        ),
        (
            "'Anna Smith', 'Nobody Here' | Get-CsClientPinInfo | Lock-CsClientPin".to_owned(),
            "object not found",
        ),
        (
            "'Anna Smith', '* Smith' | Get-CsClientPinInfo | Lock-CsClientPin".to_owned(),
            "must name one user each",
        ),
        (
            "Import-Csv /no/such/file.csv | Lock-CsClientPin".to_owned(),
            "/no/such/file.csv",
        ),
        (
            format!(
                "Get-CsUser | Export-Csv '{}'",
                bench.folder.path().display()
            ),
            "it is a folder",
        ),
        (
            format!("Get-CsUser | Export-Csv '{}'", bench.store().display()),
            "there is a database",
        ),
    ] {
        let ran = bench.run(&["run", &line]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{line}");
        assert!(ran.err.contains(said), "{line}: {}", ran.err);
    }
    assert_eq!(bench.content(), before);
}

#[test]
fn a_pipeline_comes_from_standard_input_too() {
    let bench = Bench::filled();
    let text = "\u{feff}# who is locked\r\nGet-CsUser |\r\n  Get-CsClientPinInfo |\r\n  ? IsLockedOut |\r\n  measure\r\n";
    let ran = bench.run_with(&["run", "-"], text);
    let locked = bench
        .json(&["info", "--where", "locked"])
        .as_array()
        .unwrap()
        .len();
    assert_eq!((ran.status, ran.out), (0, format!("Count: {locked}\n")));
    assert_eq!(bench.run_with(&["run", "-"], b"\xFF\xFE").status, 2);
    assert_eq!(bench.run_with(&["run", "-"], "").status, 2);
}

#[test]
fn a_refused_pipeline_ends_with_2_and_its_position_and_does_nothing() {
    let bench = Bench::filled();
    let before = bench.content();
    let ran = bench.run(&["run", "Get-CsUser | Lock-CsClientPn"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines[0].starts_with("pindesk: line 1, column 14: \"Lock-CsClientPn\" is no cmdlet"),
        "{}",
        ran.err
    );
    assert_eq!(
        lines[1..],
        ["  Get-CsUser | Lock-CsClientPn", "               ^"]
    );
    let half = format!("{EXPIRED} | ? {{$_.LastPinChangeTime -lt 'soon'}} | Lock-CsClientPin");
    for line in [half.as_str(), "Get-CsUser 'Nobody Here' | Lock-CsClientPin"] {
        let ran = bench.run(&["run", line]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{line}");
        assert!(!ran.err.is_empty());
    }
    for args in [
        &["run"][..],
        &["run", "Get-CsUser", "--submit"],
        &["run", "Get-CsUser", "--submit", "--what-if"],
    ] {
        assert_eq!(bench.run(args).status, 2, "{args:?}");
    }
    assert_eq!(bench.content(), before);
    assert_eq!(
        bench
            .run(&[
                "run",
                "Get-CsUser 'Ken Myer' | Lock-CsClientPin -Confirm -WhatIf"
            ])
            .status,
        0
    );
}

#[test]
fn confirm_asks_about_each_user_and_changes_the_confirmed_ones() {
    let bench = Bench::filled();
    let line = "Get-CsUser '* Smith' | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut} | Unlock-CsClientPin -cf";
    let ran = bench.run_with(&["run", line], "n\ny\n");
    assert!(
        ran.err.contains(
            "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is \"Y\"):"
        ),
        "{}",
        ran.err
    );
    assert!(ran.out.starts_with("Unlocked 1 user."), "{}", ran.out);
    // The end of the input counts as No to All.
    let before = bench.content();
    assert!(
        bench
            .run(&["run", "Get-CsUser | Lock-CsClientPin -Confirm"])
            .out
            .starts_with("Locked 0 users.")
    );
    assert_eq!(bench.content(), before);
    assert!(
        bench
            .run(&[
                "run",
                "Get-CsUser 'Ken Myer' | Lock-CsClientPin -Confirm:$false"
            ])
            .out
            .starts_with("Locked 1")
    );
    let from_input = bench.run_with(&["run", "-"], "Get-CsUser | Lock-CsClientPin -Confirm");
    assert_eq!(from_input.status, 2, "{}", from_input.err);
}

#[test]
fn an_identity_that_nobody_has_is_refused_as_by_lock() {
    let bench = Bench::filled();
    let lock = bench.run(&["lock", "Nobody Here", "Ken Myer", "--what-if"]);
    let ran = bench.run(&["run", "Lock-CsClientPin -Identity 'Nobody Here' -WhatIf"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert_eq!(ran.err, lock.err);
    let twins = bench.run(&["run", "Lock-CsClientPin 'Maria Garcia'"]);
    assert_eq!(twins.status, 1);
    assert!(
        twins
            .err
            .contains("Several users match identity \"Maria Garcia\""),
        "{}",
        twins.err
    );
}

#[test]
fn force_hides_messages_that_are_not_fatal() {
    let bench = Bench::filled();
    let told = bench.run(&["run", "Get-CsUser '* Smith' | Unlock-CsClientPin -WhatIf"]);
    let forced = bench.run(&[
        "run",
        "Get-CsUser '* Smith' | Unlock-CsClientPin -WhatIf -Force",
    ]);
    assert!(told.err.contains("Not locked."), "{}", told.err);
    assert_eq!(
        (forced.status, forced.out, forced.err.as_str()),
        (told.status, told.out, "")
    );
}

#[test]
fn roles_decide_and_plans_can_be_submitted() {
    let bench = Bench::filled();
    let line = "Lock-CsClientPin 'Pilar Ackerman'";
    let submitted = bench.run(&["run", line, "--submit", "--reason", "left"]);
    assert_eq!(
        (submitted.status, submitted.out.as_str()),
        (0, "Submitted as plan 1: 1 user would change.\n")
    );
    bench
        .sql()
        .execute("DELETE FROM operator_roles", [])
        .unwrap();
    let before = bench.content();
    let ran = bench.run(&["run", line]);
    assert_eq!((ran.status, ran.out.as_str()), (4, ""));
    assert_eq!(bench.run(&["run", line, "--what-if"]).status, 4);
    assert_eq!(bench.content().0, before.0);
    assert_eq!(bench.run(&["run", LOCKED]).status, 0, "everybody may look");
}
