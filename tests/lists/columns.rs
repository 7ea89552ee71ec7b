//! The column that names the users is found by its name, in any case and spacing. If several
//! columns or none fit, the user must choose.

use pindesk::exchange::{ListColumns, ListOptions, Meaning, ReadOptions, survey_file};
use pindesk::progress::Unwatched;

use crate::{Desk, KEN, lock, names, unlock, verdicts};
use pindesk::zone::Zone;

const GUID: &str = "4e7c1f52-0000-4000-8000-0000000000ab";

/// A desk whose user Ken also has a GUID.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let mut ken = names(KEN.0, KEN.1);
    ken.guid = Some(GUID.to_owned());
    desk.temp.import_users(vec![ken]).unwrap();
    desk
}

#[test]
fn each_name_of_a_column_finds_the_user_it_names() {
    let sip = "sip:kenmyer@litwareinc.com";
    let address = "kenmyer@litwareinc.com";
    let dn = "\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"";
    let table: [(&[&str], &[&str]); 8] = [
        (
            &["Identity", "User Identity"],
            &[
                sip,
                "SIP:KENMYER@litwareinc.com",
                address,
                r"litwareinc\kenmyer",
                r"LITWAREINC\KenMyer",
                "ken myer",
                dn,
            ],
        ),
        (
            &[
                "SipAddress",
                "SIP",
                "SipUri",
                "sip_address",
                "Primary SIP Address",
            ],
            &[sip, address],
        ),
        (
            &["UserPrincipalName", "UPN", "User Principal Name", "u p n"],
            &[address, "KenMyer@LitwareInc.com"],
        ),
        (
            &[
                "SamAccountName",
                "username",
                "logon",
                "user",
                "SAM account name",
                "Logon-Name",
            ],
            &["kenmyer", "KENMYER"],
        ),
        (
            &["DisplayName", "Name", "display name", "Full Name"],
            &["Ken Myer", "KEN MYER"],
        ),
        (&["DistinguishedName", "DN", "distinguished name"], &[dn]),
        (
            &[
                "Mail",
                "EmailAddress",
                "WindowsEmailAddress",
                "E-Mail",
                "email address",
            ],
            &[address],
        ),
        (
            &["Guid", "ObjectGUID", "object guid"],
            &[GUID, "{4E7C1F52-0000-4000-8000-0000000000AB}"],
        ),
    ];
    let desk = desk();
    let options = ListOptions {
        domain: "litwareinc".to_owned(),
        ..lock()
    };
    for (headers, cells) in table {
        for header in headers {
            for shape in [
                header.to_lowercase(),
                header.to_uppercase(),
                (*header).to_owned(),
                format!("  {header} "),
            ] {
                for cell in cells {
                    for list in [
                        format!("{shape}\r\n{cell}\r\n"),
                        format!(
                            "PSComputerName,Reason,{shape},RunspaceId\r\nlync01,lost,{cell},1-2\r\n"
                        ),
                    ] {
                        let plan = desk.plan_with(&list, &options);
                        assert_eq!(verdicts(&plan), [("will change", "Ken Myer")], "{list:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_columns_that_say_something_more_have_several_names() {
    let desk = Desk::new();
    for (action, reason, ticket, until) in [
        ("Action", "Reason", "Ticket", "Until"),
        ("operation", "REASON", "ticket number", "Lock Until"),
        (" ACTION ", "reason", "Incident", "lock-until"),
    ] {
        let list = format!(
            "UPN;{action};{reason};{ticket};{until};PSShowComputerName\r\n\
             kenmyer@litwareinc.com;Lock;lost;INC-9;2027-01-31;True\r\n\
             packerman@litwareinc.com;UNLOCK;;;;True\r\n"
        );
        let plan = desk.plan(&list);
        assert_eq!(plan.action, None, "each row says for itself");
        assert_eq!(
            verdicts(&plan),
            [
                ("will change", "Ken Myer"),
                ("no change needed", "Pilar Ackerman")
            ],
            "{list}"
        );
        let own = plan.items[0].own.as_deref().unwrap();
        assert_eq!(
            (own.reason.as_deref(), own.ticket.as_deref()),
            (Some("lost"), Some("INC-9")),
            "{list}"
        );
        assert_eq!(
            own.until,
            Some("2027-01-31T00:00:00Z".parse().unwrap()),
            "{list}"
        );
        assert_eq!(plan.items[1].own, None, "{list}");
    }
}

#[test]
fn the_most_exact_of_several_columns_counts() {
    let desk = Desk::new();
    for list in [
        "Name,Mail,UPN\nKen,ken@home.example,kenmyer@litwareinc.com\n",
        "user,DN\nkmyer,\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"\n",
    ] {
        assert_eq!(
            verdicts(&desk.plan(list)),
            [("will change", "Ken Myer")],
            "{list}"
        );
    }
    // The names in a row mean two people, because a column was sorted without the other.
    for list in [
        "UPN,SIP\npackerman@litwareinc.com,kenmyer@litwareinc.com\n",
        "SipAddress,Identity\npackerman@litwareinc.com,kenmyer@litwareinc.com\n",
        "Name,Mail,UPN\nPilar Ackerman,packerman@litwareinc.com,kenmyer@litwareinc.com\n",
        "user,DN\npackerman,\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"\n",
        "UPN,DN\npackerman@litwareinc.com,\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"\n",
    ] {
        let plan = desk.plan(list);
        assert_eq!(verdicts(&plan), [("ambiguous", "")], "{list}");
        let reason = plan.reason(&plan.items[0], Zone::utc());
        assert!(
            reason.contains("Ken Myer") && reason.contains("Pilar Ackerman"),
            "{reason}"
        );
    }
    // A name that no user has does not contradict the other one.
    let list = "SIP,UPN\nkenmyer@litwareinc.com,left@litwareinc.com\n";
    assert_eq!(verdicts(&desk.plan(list)), [("will change", "Ken Myer")]);
}

#[test]
fn two_columns_that_could_both_name_the_users_are_asked_about() {
    let desk = Desk::new();
    for header in [
        "user,SamAccountName",
        "Name,DisplayName",
        "mail,EmailAddress",
        "sip,reason,SipAddress",
    ] {
        let row = vec!["kenmyer@litwareinc.com"; header.split(',').count()].join(",");
        let list = format!("{header}\r\n{row}\r\n");
        assert_eq!(
            desk.refused(&list, &lock()),
            "Choose the column that names the users.",
            "{header}"
        );
    }
    // Without a header, two columns of addresses can be those of a user and of the manager.
    let list = "packerman@litwareinc.com,kenmyer@litwareinc.com\r\n".repeat(2);
    assert_eq!(
        desk.refused(&list, &lock()),
        "Choose the column that names the users."
    );
    // With unknown names in the header, the column with addresses is not taken.
    let list = "Employee,Manager\r\nKen Myer,packerman@litwareinc.com\r\n";
    assert_eq!(
        desk.refused(list, &lock()),
        "Choose the column that names the users."
    );
    let choose = |index, user_meaning| {
        let found = survey_file(
            &desk.temp.store,
            &desk.write("list.csv", list),
            &lock().read,
            &Unwatched,
        )
        .unwrap();
        let columns = found
            .columns
            .with_user(Some(index), &found.headers, &found.first);
        ListOptions {
            columns: Some(ListColumns {
                user_meaning,
                ..columns
            }),
            ..lock()
        }
    };
    assert_eq!(
        verdicts(&desk.plan_with(list, &choose(0, Meaning::DisplayName))),
        [("will change", "Ken Myer")]
    );
    assert_eq!(
        verdicts(&desk.plan_with(list, &choose(1, Meaning::Upn))),
        [("will change", "Pilar Ackerman")]
    );
}

#[test]
fn two_columns_of_actions_or_ends_are_never_one_of_them() {
    let desk = Desk::new();
    let none = ListOptions {
        action: None,
        ..lock()
    };
    let asked = "Choose whether the PINs are to be locked or unlocked.";
    for list in [
        "UPN,Action,Action\r\nkenmyer@litwareinc.com,lock,unlock\r\n",
        "UPN,Action,Operation\r\nkenmyer@litwareinc.com,lock,unlock\r\n",
        "UPN\r\nkenmyer@litwareinc.com\r\n",
    ] {
        assert_eq!(desk.refused(list, &none), asked, "{list}");
    }
    let list = "UPN,Until,Lock Until\r\nkenmyer@litwareinc.com,2027-01-01,2028-01-01\r\n";
    assert_eq!(desk.plan(list).items[0].own, None, "neither of them");
}

#[test]
fn a_list_without_a_header_is_named_by_its_only_column_of_identities() {
    let desk = Desk::new();
    for list in [
        "Ken Myer\r\n",
        "kenmyer@litwareinc.com\r\n",
        "\u{FEFF}sip:kenmyer@litwareinc.com",
        "litwareinc\\kenmyer\r\n",
        "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\r\n",
        "Ken Myer;kenmyer@litwareinc.com;lost\r\n",
    ] {
        let plan = desk.plan(list);
        assert_eq!(verdicts(&plan), [("will change", "Ken Myer")], "{list}");
        assert_eq!(plan.items[0].position.unwrap().line, 1, "{list}");
    }
}

#[test]
fn a_list_of_distinguished_names_has_columns_whatever_separates_them() {
    let desk = Desk::new();
    let rows = [
        "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com^lost",
        "CN=Anna Smith,OU=Finance,DC=litwareinc,DC=com^",
    ];
    for header in ["DN^Reason", "Reason^Note^Distinguished Name", ""] {
        for delimiter in [";", "\t", "|"] {
            let rows = if header.contains("Note") {
                rows.map(|row| format!("x^y^{}", row.split('^').next().unwrap()))
            } else {
                rows.map(str::to_owned)
            };
            let list = [&[header.to_owned()], &rows[..]]
                .concat()
                .join("\n")
                .replace('^', delimiter);
            let plan = desk.plan(&list);
            assert_eq!(
                verdicts(&plan),
                [("will change", "Ken Myer"), ("will change", "Anna Smith")],
                "{list}"
            );
        }
    }
    // A single column whose texts have the delimiter is still one column.
    assert_eq!(
        verdicts(&desk.plan("CN=Ken|Myer,OU=Finance,DC=litwareinc,DC=com\r\n")),
        [("not found", "")]
    );
    assert_eq!(
        verdicts(&desk.plan("CN=Ken\\;Myer,OU=Finance,DC=litwareinc,DC=com\r\n")),
        [("not found", "")]
    );
}

#[test]
fn a_first_row_that_names_a_user_is_never_taken_for_a_header() {
    let desk = Desk::new();
    for row in [
        "kenmyer@litwareinc.com,User",
        "User;litwareinc\\kenmyer",
        "\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\",Name",
        "Reason\tsip:kenmyer@litwareinc.com\tDomain",
    ] {
        for list in [row.to_owned(), format!("{row}\r\n{row}\r\n")] {
            let plan = desk.plan(&list);
            assert_eq!(verdicts(&plan)[0], ("will change", "Ken Myer"), "{list}");
            assert_eq!(plan.items[0].position.unwrap().line, 1, "{list}");
        }
    }
    // Names of columns may have these characters too.
    for header in [
        "Domain\\User,Identity",
        "E-mail @ work,Identity",
        "Identity,@",
    ] {
        let row = if header.starts_with("Id") {
            "kenmyer@litwareinc.com,x"
        } else {
            "x,kenmyer@litwareinc.com"
        };
        let list = format!("{header}\r\n{row}\r\n");
        assert_eq!(
            verdicts(&desk.plan(&list)),
            [("will change", "Ken Myer")],
            "{list}"
        );
    }
}

#[test]
fn a_column_of_numbers_does_not_hide_the_header() {
    let desk = Desk::new();
    for delimiter in [",", ";", "\t", "|"] {
        for number in ["#", "\"#\"", "No.", "Nr"] {
            let list =
                format!("{number},Name\r\n1,Ken Myer\r\n2,Anna Smith\r\n").replace(',', delimiter);
            let expected = [("will change", "Ken Myer"), ("will change", "Anna Smith")];
            assert_eq!(verdicts(&desk.plan(&list)), expected, "{list}");
        }
    }
}

#[test]
fn logon_names_work_only_with_a_domain() {
    let desk = Desk::new();
    let asked = "A logon name alone is not an identity, since it need not be unique. Choose the domain of this file.";
    let list = "SamAccountName\r\nkenmyer\r\n";
    assert_eq!(desk.refused(list, &lock()), asked);
    assert_eq!(
        desk.refused(
            list,
            &ListOptions {
                domain: "  ".to_owned(),
                ..lock()
            }
        ),
        asked
    );
    for (domain, expected) in [
        ("litwareinc", "will change"),
        ("LitwareInc.com", "will change"),
        ("corp", "not found"),
    ] {
        let plan = desk.plan_with(
            list,
            &ListOptions {
                domain: domain.to_owned(),
                ..lock()
            },
        );
        assert_eq!(verdicts(&plan)[0].0, expected, "{domain}");
    }
    // The domain of a row takes precedence over that of the file, which is the default.
    let list = "user,Domain\r\nkenmyer,litwareinc\r\npackerman,corp\r\nasmith,\r\nlitwareinc\\jmuller,corp\r\n";
    let found = |domain: &str| {
        let plan = desk.plan_with(
            list,
            &ListOptions {
                domain: domain.to_owned(),
                ..lock()
            },
        );
        verdicts(&plan)
            .iter()
            .map(|(verdict, _)| *verdict)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(""),
        ["will change", "not found", "unreadable", "unreadable"]
    );
    assert_eq!(
        found("litwareinc"),
        ["will change", "not found", "will change", "unreadable"]
    );
    let plan = desk.plan(list);
    assert_eq!(
        plan.reason(&plan.items[2], Zone::utc()),
        "It has a logon name without a domain, which need not be unique. Choose the domain (--domain NAME)."
    );
}

#[test]
fn a_upn_is_never_taken_for_the_sip_address_of_another_user() {
    let mut desk = Desk::new();
    let mut other = names("Ken Other", "kother");
    other.sip = Some("k.other@litwareinc.com".to_owned());
    let mut partner = names("Pat Partner", "ppartner");
    partner.upn = None;
    desk.temp.import_users(vec![other, partner]).unwrap();
    for (_, logon) in [("", "kother"), ("", "ppartner")] {
        desk.temp.import_pin(logon, &crate::pin_set());
    }
    // No user has this UPN. It is only the SIP address of a user with another UPN.
    let plan = desk.plan("UPN\r\nk.other@litwareinc.com\r\n");
    assert_eq!(verdicts(&plan), [("not found", "")]);
    assert!(
        plan.reason(&plan.items[0], Zone::utc())
            .ends_with("Did you mean Ken Other (litwareinc\\kother)?"),
        "{plan:?}"
    );
    assert_eq!(
        verdicts(&desk.plan("UPN\r\nkother@litwareinc.com\r\n")),
        [("will change", "Ken Other")]
    );
    // As an identity of the cmdlets it may be a UPN or a SIP address. Users without a known UPN
    // have only the SIP address.
    assert_eq!(
        verdicts(&desk.plan("Identity\r\nk.other@litwareinc.com\r\n")),
        [("will change", "Ken Other")]
    );
    assert_eq!(
        verdicts(&desk.plan("UPN\r\nppartner@litwareinc.com\r\n")),
        [("will change", "Pat Partner")]
    );
}

#[test]
fn a_row_that_says_another_action_than_the_one_that_was_chosen_is_not_done() {
    let mut desk = Desk::new();
    desk.temp
        .apply(&desk.plan("UPN\r\nkenmyer@litwareinc.com\r\n"))
        .unwrap();
    let list = "UPN,Action\r\n\
        kenmyer@litwareinc.com, Unlock-CsClientPin \r\npackerman@litwareinc.com,lock\r\nasmith@litwareinc.com,\r\n";
    let plan = desk.plan_with(list, &unlock());
    assert_eq!(
        verdicts(&plan),
        [
            ("will change", KEN.0),
            ("unreadable", ""),
            ("no change needed", "Anna Smith")
        ]
    );
    assert_eq!(
        plan.reason(&plan.items[1], Zone::utc()),
        "Its Action says Lock, but this file is to unlock."
    );
    let plan = desk.plan_with(
        list,
        &ListOptions {
            action: None,
            ..lock()
        },
    );
    assert_eq!(
        plan.reason(&plan.items[2], Zone::utc()),
        "Its Action is empty; it must be Lock or Unlock."
    );
}

#[test]
fn without_a_header_a_column_names_the_users_when_more_than_half_of_its_cells_are_exact() {
    let desk = Desk::new();
    let options = ListOptions {
        read: ReadOptions {
            has_header: Some(false),
            ..ReadOptions::default()
        },
        ..lock()
    };
    let half = "kenmyer@litwareinc.com,lost phone\nPilar Ackerman,lost phone\n";
    assert_eq!(
        desk.refused(half, &options),
        "Choose the column that names the users."
    );
    let most = format!("{half}asmith@litwareinc.com,lost phone\n");
    assert_eq!(
        verdicts(&desk.plan_with(most, &options)),
        [
            ("will change", "Ken Myer"),
            ("will change", "Pilar Ackerman"),
            ("will change", "Anna Smith")
        ]
    );
}

#[test]
fn a_row_whose_own_column_for_the_action_says_no_is_left_out() {
    let desk = Desk::new();
    let rows = |heading: &str, no: &str, yes: &str| {
        format!(
            "UPN;{heading}\r\nkenmyer@litwareinc.com;{no}\r\npackerman@litwareinc.com;{yes}\r\nasmith@litwareinc.com;\r\n"
        )
    };
    for (heading, no, yes) in [
        ("Lock?", "No", "Yes"),
        ("To be locked", "0", "1"),
        ("PIN sperren", "Nein", "Ja"),
        ("À verrouiller", "non", "oui"),
        ("Zablokować?", "nie", "tak"),
        ("是否锁定", "否", "是"),
    ] {
        let plan = desk.plan_with(rows(heading, no, yes), &lock());
        let labels: Vec<&str> = verdicts(&plan).iter().map(|verdict| verdict.0).collect();
        assert_eq!(
            labels,
            ["skipped", "will change", "will change"],
            "{heading}"
        );
        assert_eq!(
            plan.reason(&plan.items[0], Zone::utc()),
            format!("Its column for Lock says \"{no}\".")
        );
    }
    // A column about another action decides nothing.
    for heading in ["Unlock?", "Locked"] {
        let plan = desk.plan_with(rows(heading, "No", "Yes"), &lock());
        assert_eq!(verdicts(&plan)[0].0, "will change", "{heading}");
    }
    let plan = desk.plan_with(rows("Lock?", "ask HR", "Yes"), &lock());
    assert_eq!(verdicts(&plan)[0].0, "unreadable");
    assert_eq!(
        plan.reason(&plan.items[0], Zone::utc()),
        "Its column for Lock says \"ask HR\", which is neither yes nor no."
    );
}
