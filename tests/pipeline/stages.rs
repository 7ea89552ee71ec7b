//! The stages of a pipeline: the objects that each one passes on, and the final result.

use pindesk::pipeline::{RunAnswer, Value};
use pindesk::plan::{Action, Target};

use crate::common::{now, typed};
use crate::{asked, context, found, ids, parse, people, run, try_run, user};

#[test]
fn users_and_states_have_their_properties() {
    let (rows, outcome) = run("Get-CsUser -Identity 'Ken Myer'");
    let RunAnswer::Rows { columns, count: 1 } = outcome.answer else {
        panic!("{:?}", outcome.answer)
    };
    assert_eq!(&*rows[0].columns, columns);
    assert_eq!(rows[0].user(), Some(pindesk::domain::user::UserId(1)));
    let cell =
        |name: &str| &rows[0].cells[columns.iter().position(|column| column == name).unwrap()];
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        cell("Identity"),
        &text("CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com")
    );
    assert_eq!(cell("SipAddress"), &text("sip:user1@litwareinc.com"));
    assert_eq!(cell("SamAccountName"), &text("user1"));
    assert_eq!(cell("Guid"), &Value::Null);
    let (rows, _) = run(
        "Get-CsClientPinInfo -Id litwareinc\\user5 | select Identity,islockedout,LastPinChangeTime,LockedBy",
    );
    assert_eq!(
        rows[0].cells,
        [
            text("sip:user5@litwareinc.com"),
            Value::Bool(true),
            Value::NoDate,
            text(r"litwareinc\ann")
        ]
    );
    assert_eq!(
        &*rows[0].columns,
        ["Identity", "IsLockedOut", "LastPinChangeTime", "LockedBy"]
    );
}

#[test]
fn an_identity_finds_one_user_and_a_wildcard_display_names() {
    for (identity, names) in [
        ("\"Ken Myer\"", vec!["Ken Myer"]),
        ("sip:USER2@litwareinc.com", vec!["Pilar Ackerman"]),
        ("user2@litwareinc.com", vec!["Pilar Ackerman"]),
        ("litwareinc\\user3", vec!["Anna Smith"]),
        (
            "'cn=anna smith, ou=finance,dc=litwareinc,dc=com'",
            vec!["Anna Smith"],
        ),
        ("'* Smith'", vec!["Anna Smith", "Zoe Smith"]),
    ] {
        assert_eq!(
            found(&format!("Get-CsUser {identity} | select DisplayName")),
            names,
            "{identity}"
        );
    }
    let mut twins = people();
    twins.push(user(6, "Ken Myer", people().remove(0).pin));
    for (identity, said) in [
        (
            "'Nobody Here'",
            "Management object not found for identity \"Nobody Here\".",
        ),
        ("'Ken Myer'", "Several users"),
    ] {
        for chosen in [
            "",
            "| select -First 1 ",
            "| sort DisplayName | select -First 1 ",
        ] {
            let fault = try_run(
                &format!("Get-CsUser {identity} {chosen}| Lock-CsClientPin"),
                &twins,
            )
            .unwrap_err();
            assert!(fault.message.contains(said), "{fault}");
        }
    }
}

#[test]
fn rows_are_chosen_sorted_and_counted() {
    for (line, cells) in [
        (
            "Get-CsUser | sort DisplayName | select DisplayName -First 2",
            vec!["Anna Smith", "Ken Myer"],
        ),
        (
            "Get-CsUser | Sort-Object -Property displayname -Descending | select DisplayName -Last 1",
            vec!["Anna Smith"],
        ),
        (
            "Get-CsUser | select -Last 2 | select DisplayName",
            vec!["Otto Ohnepin", "Zoe Smith"],
        ),
        (
            "Get-CsUser | select -ExpandProperty SamAccountName -First 2",
            vec!["user1", "user2"],
        ),
        (
            "Get-CsUser | select -exp DisplayName | ? {$_ -like '*m*'} | sort -des",
            vec!["Zoe Smith", "Pilar Ackerman", "Ken Myer", "Anna Smith"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | select IsPinSet -Unique",
            vec!["True", "False"],
        ),
        (
            "Get-CsUser | Get-CsClientPinInfo | sort PinExpirationTime, DisplayName | select DisplayName",
            vec![
                "Anna Smith",
                "Otto Ohnepin",
                "Ken Myer",
                "Pilar Ackerman",
                "Zoe Smith",
            ],
        ),
        (
            "Get-CsAdminRole -Identity csadministrator | select -expand Cmdlets | select -first 1",
            vec!["Lock-CsClientPin"],
        ),
        (
            "Import-Csv list.csv | ? Reason -eq leave | select Name",
            vec!["Ken Myer", "Anna"],
        ),
        ("Get-CsUser | select DisplayName -First 0", vec![]),
    ] {
        assert_eq!(found(line), cells, "{line}");
    }
    assert!(matches!(
        run("Get-CsUser | ? DisplayName -like '*Smith' | measure")
            .1
            .answer,
        RunAnswer::Count(2)
    ));
}

#[test]
fn a_pipeline_takes_no_more_than_it_needs() {
    let pipeline =
        parse("Get-CsUser | Get-CsClientPinInfo | ? IsPinSet | select -First 2 | Lock-CsClientPin");
    let mut sink = |_row| panic!("nothing comes out");
    let mut run = pipeline.start(context(), &mut sink);
    let taken = people()
        .into_iter()
        .map(|user| run.user(user))
        .take_while(|goes_on| *goes_on)
        .count();
    assert_eq!(taken, 1, "the second one is the last");
    assert_eq!(ids(&asked(run.finish().unwrap().answer)), [1, 2]);
    let enough = parse("Get-CsUser");
    let mut sink = |_row| false;
    assert!(!enough.start(context(), &mut sink).user(people().remove(0)));
}

#[test]
fn users_can_come_from_anywhere() {
    let mut rows = 0;
    let mut sink = |_row| {
        rows += 1;
        true
    };
    let many = (1..=100_000).map(|id| user(id, "Anna Smith", people().remove(2).pin));
    let pipeline = parse(
        "Get-CsUser | Get-CsClientPinInfo | ? {$_.PinExpirationTime -eq $null} | select Identity",
    );
    let mut run = pipeline.start(context(), &mut sink);
    assert!(
        many.into_iter().all(|user| run.user(user)),
        "none is enough"
    );
    let outcome = run.finish().unwrap();
    let counts: Vec<(usize, usize)> = outcome
        .explanation
        .stages
        .iter()
        .map(|stage| (stage.taken, stage.passed))
        .collect();
    assert_eq!((rows, counts), (100_000, vec![(100_000, 100_000); 4]));
}

#[test]
fn a_change_takes_users_by_id_and_texts_as_identities() {
    let users = |line: &str| asked(run(line).1.answer).request.targets;
    let id = |id| Target::User(pindesk::domain::user::UserId(id));
    assert_eq!(
        users("Get-CsUser | select -First 1 | Lock-CsClientPin"),
        [id(1)]
    );
    assert_eq!(
        users("Get-CsUser | select Identity, DisplayName -Last 1 | Lock-CsClientPin"),
        [id(5)]
    );
    assert_eq!(
        users(
            "Get-CsUser | select -ExpandProperty UserPrincipalName -First 1 | Unlock-CsClientPin"
        ),
        typed(&["user1@litwareinc.com"])
    );
    assert_eq!(
        users("Import-Csv list.csv | Lock-CsClientPin"),
        typed(&[
            "sip:user1@litwareinc.com",
            r"litwareinc\user2",
            "Anna Smith"
        ])
    );
    assert_eq!(users("Lock-CsClientPin '* Smith'"), typed(&["* Smith"]));
    let mut starred = people();
    starred.push(user(6, "Anna*", people().remove(0).pin));
    let line = "Get-CsUser | select -ExpandProperty DisplayName | Lock-CsClientPin";
    assert!(
        try_run(line, &starred)
            .unwrap_err()
            .message
            .contains("must name one user each")
    );
}

#[test]
fn texts_are_handed_on_as_identities() {
    let (_, outcome) = run("'sip:a@x.y', \"Ken O`\"Myer\" |\n Unlock-CsClientPin -WhatIf");
    let change = asked(outcome.answer);
    let named = |text: &str| Target::Identity(text.to_owned());
    assert_eq!(
        change.request.targets,
        [named("sip:a@x.y"), named("Ken O\"Myer")]
    );
    assert!(change.what_if);
    assert!(
        try_run("'* Smith' | Unlock-CsClientPin", &people()).is_err(),
        "what is handed on names one user"
    );
}

#[test]
fn the_switches_are_kept_in_any_case_and_abbreviated() {
    for (switches, expected) in [
        ("", (false, false, false)),
        ("-WhatIf -Confirm -Force", (true, true, true)),
        ("-wi -cf", (true, true, false)),
        ("-WH -Conf -f", (true, true, true)),
        (
            "-whatif:$FALSE -Confirm: $false -Force:$True",
            (false, false, true),
        ),
        ("\u{2013}WhatIf \u{2014}Force", (true, false, true)),
    ] {
        let change = asked(
            run(&format!("Unlock-CsClientPin -Id 'Ken Myer' {switches}"))
                .1
                .answer,
        );
        assert_eq!(
            (change.what_if, change.confirm, change.force),
            expected,
            "{switches}"
        );
        assert_eq!(change.request.action, Action::Unlock);
    }
}

#[test]
fn users_changed_since_are_left_out() {
    let change = asked(
        run("Get-CsUser | select -First 2 | Lock-CsClientPin")
            .1
            .answer,
    );
    let mut users = people();
    users[1].version.0 += 1;
    let keep = &change.request.keep;
    assert!(keep.keeps(&users[0], now()));
    assert!(!keep.keeps(&users[1], now()));
}

#[test]
fn each_stage_is_explained() {
    let line = "Get-CsUser |\n Get-CsClientPinInfo | ? {$_.PinExpirationTime -lt (Get-Date).AddDays(-0.5) -or !$_.IsPinSet}\n";
    let stages = run(line).1.explanation.stages;
    let told: Vec<(&str, &str, usize, usize)> = stages
        .iter()
        .map(|stage| {
            (
                stage.text.as_str(),
                stage.words.as_str(),
                stage.taken,
                stage.passed,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Get-CsUser", "all users", 5, 5),
            ("Get-CsClientPinInfo", "their PIN states", 5, 5),
            (
                "? {$_.PinExpirationTime -lt (Get-Date).AddDays(-0.5) -or !$_.IsPinSet}",
                "those where PinExpirationTime is before 12 hours ago or not (IsPinSet)",
                5,
                2
            ),
        ]
    );
}

#[test]
fn a_cmdlet_that_only_shows_ends_a_pipeline_and_changes_nothing() {
    let plain = found("Get-CsUser | select DisplayName");
    for last in [
        "Format-Table DisplayName -AutoSize",
        "fl DisplayName",
        "ft DisplayName, Guid -Wrap",
    ] {
        assert_eq!(found(&format!("Get-CsUser | {last}")), plain, "{last}");
    }
    for last in ["Out-Host", "Out-GridView", "Format-List"] {
        assert_eq!(
            run(&format!("Get-CsUser | {last}")).0.len(),
            plain.len(),
            "{last}"
        );
    }
    let fault =
        pindesk::pipeline::Pipeline::parse("Get-CsUser | ft | Lock-CsClientPin").unwrap_err();
    assert!(fault.message.contains("only shows"), "{fault}");
}
