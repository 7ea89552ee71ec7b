//! The people of a row: all of its columns are compared, each cell is read by its own form, and the
//! text that programs write around an address is taken off.

use pindesk::exchange::{ListOptions, survey_file};
use pindesk::progress::Unwatched;

use crate::{ANNA, Desk, KEN, lock, names, reasons, verdicts};

const KEN_ADDRESS: &str = "kenmyer@litwareinc.com";
const CHANGES_KEN: [(&str, &str); 1] = [("will change", "Ken Myer")];

/// Plans a list whose column of users is chosen by its name.
fn plan_by(desk: &Desk, column: &str, list: &str) -> pindesk::plan::Plan {
    let found = survey_file(
        &desk.temp.store,
        &desk.write("list.csv", list),
        &lock().read,
        &Unwatched,
    )
    .unwrap();
    let index = found.headers.iter().position(|name| name == column);
    let columns = found.columns.with_user(index, &found.headers, &found.first);
    let options = ListOptions {
        columns: Some(columns),
        ..lock()
    };
    desk.plan_with(list, &options)
}

#[test]
fn a_row_whose_columns_name_two_people_is_not_done_and_says_which() {
    let desk = Desk::new();
    let dn = "\"CN=Anna Smith,OU=Finance,DC=litwareinc,DC=com\"";
    for (header, cells, other) in [
        (
            "UPN,DisplayName",
            "kenmyer@litwareinc.com,Anna Smith",
            "DisplayName",
        ),
        ("Name,Mail", "Anna Smith,kenmyer@litwareinc.com", "Name"),
        (
            "UserPrincipalName,Mail",
            "kenmyer@litwareinc.com,asmith@litwareinc.com",
            "Mail",
        ),
        (
            "Domain,SamAccountName,UPN",
            "litwareinc,asmith,kenmyer@litwareinc.com",
            "SamAccountName",
        ),
        // The only logon domain of the directory stands for a missing one.
        (
            "SamAccountName,UPN",
            "asmith,kenmyer@litwareinc.com",
            "SamAccountName",
        ),
        (
            "UPN,Account",
            r"kenmyer@litwareinc.com,litwareinc\asmith",
            "Account",
        ),
        (
            "SipAddress,UPN",
            "sip:kenmyer@litwareinc.com,asmith@litwareinc.com",
            "UPN",
        ),
        (
            "Mail,DN",
            &format!(
                "asmith@litwareinc.com,{}",
                dn.replace("Anna Smith", "Ken Myer")
            ),
            "Mail",
        ),
        (
            "UPN,proxyAddresses",
            "kenmyer@litwareinc.com,SMTP:anna@old.example;sip:asmith@litwareinc.com",
            "proxyAddresses",
        ),
        (
            "Employee,Mail",
            "Anna Smith,kenmyer@litwareinc.com",
            "Employee",
        ),
        (
            "Worker,Email",
            "asmith@litwareinc.com,kenmyer@litwareinc.com",
            "Worker",
        ),
        (
            "Mail,Reason",
            "Anna Smith <kenmyer@litwareinc.com>,x",
            "Mail",
        ),
    ] {
        let list = format!("{header}\r\n{cells}\r\npackerman@litwareinc.com,,\r\n");
        let plan = desk.plan(&list);
        let (verdict, reason) = &reasons(&plan)[0];
        assert_eq!(*verdict, "ambiguous", "{list}: {reason}");
        for part in [
            r"Ken Myer (litwareinc\kenmyer)",
            r"Anna Smith (litwareinc\asmith)",
            &format!("the column \"{other}\" names"),
        ] {
            let reason = reason.replace("The column", "the column");
            assert!(reason.contains(part), "{list}: {reason}");
        }
    }
}

#[test]
fn two_columns_of_one_heading_are_compared_once_one_is_chosen() {
    let desk = Desk::new();
    for header in ["Email,Email", "UPN,UPN", "User,Mail,User"] {
        let name = header.split(',').next().unwrap();
        let list = format!(
            "{header}\r\nkenmyer@litwareinc.com,asmith@litwareinc.com,kenmyer@litwareinc.com\r\n"
        );
        let list = list.replace(
            ",kenmyer@litwareinc.com\r\n",
            if header.matches(',').count() == 2 {
                ",kenmyer@litwareinc.com\r\n"
            } else {
                "\r\n"
            },
        );
        assert_eq!(
            verdicts(&plan_by(&desk, name, &list)),
            [("ambiguous", "")],
            "{list}"
        );
    }
}

#[test]
fn a_name_that_nobody_or_several_people_have_contradicts_nobody() {
    let desk = Desk::with_more();
    for list in [
        "UPN,Name\r\nkenmyer@litwareinc.com,Myer Ken (Finance)\r\n",
        "UPN,Name\r\nkenmyer@litwareinc.com,Maria Garcia\r\n",
        "UPN,Name\r\nkenmyer@litwareinc.com,\r\n",
        "UPN,Employee\r\nkenmyer@litwareinc.com,0007\r\n",
        "UPN,Mail\r\nkenmyer@litwareinc.com,ken@home.example\r\n",
        "UPN,SamAccountName\r\nkenmyer@litwareinc.com,KENMYER\r\n",
        "UPN,Domain,SamAccountName\r\nkenmyer@litwareinc.com,litwareinc.com,kenmyer\r\n",
        "UPN,Name\r\nkenmyer@litwareinc.com,KEN MYER\r\n",
        "Mail,Note\r\nMyer Ken <kenmyer@litwareinc.com>,x\r\n",
    ] {
        assert_eq!(verdicts(&desk.plan(list)), CHANGES_KEN, "{list}");
    }
}

#[test]
fn a_column_of_logon_names_is_read_cell_by_cell() {
    let mut desk = Desk::new();
    let mut ken = names(KEN.0, KEN.1);
    ken.guid = Some("4e7c1f52-0000-4000-8000-0000000000ab".to_owned());
    desk.temp.import_users(vec![ken]).unwrap();
    for heading in [
        "User",
        "User Name",
        "Login",
        "Account",
        "SamAccountName",
        "username",
    ] {
        for cell in [
            KEN_ADDRESS,
            "sip:kenmyer@litwareinc.com",
            r"litwareinc\kenmyer",
            r"LITWAREINC\\kenmyer",
            "\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"",
            "{4e7c1f52-0000-4000-8000-0000000000ab}",
            "4E7C1F52-0000-4000-8000-0000000000AB",
        ] {
            let list = format!("{heading},Reason\r\n{cell},x\r\n");
            assert_eq!(verdicts(&desk.plan(&list)), CHANGES_KEN, "{list}");
        }
    }
    // A cell with a logon name alone needs the domain, and its neighbours do not.
    let list = "Login,Reason\r\nkenmyer@litwareinc.com,x\r\nasmith,x\r\n";
    let plan = desk.plan(list);
    assert_eq!(
        verdicts(&plan),
        [("will change", "Ken Myer"), ("unreadable", "")]
    );
    assert!(reasons(&plan)[1].1.contains("--domain"), "{plan:?}");
    let with_domain = ListOptions {
        domain: "litwareinc".to_owned(),
        ..lock()
    };
    let plan = desk.plan_with(list, &with_domain);
    assert_eq!(verdicts(&plan)[1], ("will change", ANNA.0));
    // A column that holds logon names only asks for the domain before anything else.
    let asked = desk.refused("Login\r\nkenmyer\r\nasmith\r\n", &lock());
    assert!(
        asked.starts_with("A logon name alone is not an identity"),
        "{asked}"
    );
}

#[test]
fn a_domain_beside_another_one_contradicts_it() {
    let desk = Desk::new();
    let plan = desk.plan(
        "Domain,User\r\ncontoso,litwareinc\\kenmyer\r\nlitwareinc.com,litwareinc\\asmith\r\n",
    );
    assert_eq!(
        verdicts(&plan),
        [("unreadable", ""), ("will change", ANNA.0)]
    );
}

#[test]
fn what_programs_write_around_an_address_is_taken_off() {
    let desk = Desk::new();
    for cell in [
        "SMTP:kenmyer@litwareinc.com",
        "smtp:kenmyer@litwareinc.com",
        "mailto:kenmyer@litwareinc.com?subject=PIN",
        "MAILTO:kenmyer@litwareinc.com",
        "SIP:kenmyer@litwareinc.com;opaque=user:epid:abc;gruu",
        "<kenmyer@litwareinc.com>",
        "Ken Myer <kenmyer@litwareinc.com>",
        "'Ken Myer' <kenmyer@litwareinc.com>",
        "\"\"\"Myer, Ken\"\" <kenmyer@litwareinc.com>\"",
        "Ken Myer (kenmyer@litwareinc.com)",
        "Ken Myer [SMTP:kenmyer@litwareinc.com]",
        "kenmyer@litwareinc.com (Ken Myer)",
        "'kenmyer@litwareinc.com'",
        "“kenmyer@litwareinc.com”",
        "„kenmyer@litwareinc.com“",
        "« kenmyer@litwareinc.com »",
        "“Ken Myer” <kenmyer@litwareinc.com>",
        "「kenmyer@litwareinc.com」",
        "\"=\"\"kenmyer@litwareinc.com\"\"\"",
        "=\"kenmyer@litwareinc.com\"",
        "\"=HYPERLINK(\"\"mailto:kenmyer@litwareinc.com\"\",\"\"Ken\"\")\"",
        "SMTP:kenmyer@litwareinc.com;smtp:ken@old.example;sip:kenmyer@litwareinc.com",
        "\"{SMTP:kenmyer@litwareinc.com, smtp:ken@old.example}\"",
        "X500:/o=Litware/cn=ken;SMTP:kenmyer@litwareinc.com",
        "\"LDAP://CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"",
        "\"GC://dc01.litwareinc.com:3268/CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"",
        "WinNT://litwareinc/kenmyer",
        "\"WinNT://litwareinc/kenmyer,user\"",
        r"i:0#.w|litwareinc\kenmyer",
        "i:0#.f|membership|kenmyer@litwareinc.com",
        "i:0e.t|adfs|kenmyer@litwareinc.com",
        r"12;#i:0#.w|litwareinc\kenmyer",
        "\u{202A}kenmyer@litwareinc.com\u{202C}",
        "\u{200B}kenmyer@litwareinc.com",
        "\u{A0}kenmyer@litwareinc.com\u{FEFF}",
        "kenmyer@litwareinc.com;",
    ] {
        let list = format!("Note,Email\tx\r\nx,{cell}\r\n").replace("\tx", "");
        let plan = desk.plan(&list);
        assert_eq!(verdicts(&plan), CHANGES_KEN, "{list}: {:?}", reasons(&plan));
    }
}

#[test]
fn several_people_in_a_cell_are_several_items_of_their_row() {
    let desk = Desk::new();
    let both = [("will change", "Ken Myer"), ("will change", "Anna Smith")];
    for cell in [
        "kenmyer@litwareinc.com; asmith@litwareinc.com",
        "\"kenmyer@litwareinc.com, asmith@litwareinc.com\"",
        "\"kenmyer@litwareinc.com\nasmith@litwareinc.com\"",
        "kenmyer@litwareinc.com asmith@litwareinc.com",
        "Ken Myer <kenmyer@litwareinc.com>; Anna Smith <asmith@litwareinc.com>;",
        r"litwareinc\kenmyer; sip:asmith@litwareinc.com",
        "SMTP:kenmyer@litwareinc.com; SMTP:asmith@litwareinc.com",
        "kenmyer@litwareinc.com|asmith@litwareinc.com",
    ] {
        let plan = plan_by(
            &desk,
            "People",
            &format!("Ticket,People\r\nINC1,{cell}\r\n"),
        );
        assert_eq!(verdicts(&plan), both, "{cell}: {:?}", reasons(&plan));
        assert!(
            plan.items
                .iter()
                .all(|item| item.position.unwrap().line == 2),
            "{cell}"
        );
        let own = plan.items[1].own.as_deref().unwrap();
        assert_eq!(own.ticket.as_deref(), Some("INC1"));
    }
    // Names that are no certain identities are not taken apart, since a name may have such a
    // character.
    for cell in [
        "Ken Myer; Anna Smith",
        "kenmyer@litwareinc.com; the whole team",
    ] {
        let plan = plan_by(
            &desk,
            "People",
            &format!("Ticket,People\r\nINC1,{cell}\r\n"),
        );
        let (verdict, reason) = &reasons(&plan)[0];
        assert_eq!((*verdict, plan.items.len()), ("not found", 1), "{cell}");
        assert!(reason.contains("several"), "{cell}: {reason}");
    }
    // The columns must name equally many.
    let plan = desk.plan(
        "UPN,Mail\r\nkenmyer@litwareinc.com,kenmyer@litwareinc.com; asmith@litwareinc.com\r\n",
    );
    assert_eq!(verdicts(&plan), [("unreadable", "")]);
    let plan = desk.plan("UPN,Mail\r\nkenmyer@litwareinc.com; asmith@litwareinc.com,asmith@litwareinc.com; kenmyer@litwareinc.com\r\n");
    assert_eq!(verdicts(&plan), [("ambiguous", ""); 2]);
}

#[test]
fn a_column_that_names_somebody_is_offered_where_the_preferred_one_does_not() {
    let desk = Desk::new();
    for (list, first, second) in [
        (
            "Name,Identity,PrimarySmtpAddress\r\nKen Myer,litwareinc.com/Finance/Ken Myer,kenmyer@litwareinc.com\r\n",
            "Identity",
            "Name",
        ),
        (
            "SipAddress,Mail\r\n,kenmyer@litwareinc.com\r\n",
            "SipAddress",
            "Mail",
        ),
        (
            "UPN,DisplayName\r\nken@left.example,Ken Myer\r\n",
            "UPN",
            "DisplayName",
        ),
        (
            "User,Email\r\nkmyer,kenmyer@litwareinc.com\r\nx@y.z,\r\n",
            "User",
            "Email",
        ),
    ] {
        let plan = desk.plan(list);
        let (verdict, reason) = &reasons(&plan)[0];
        assert_eq!(*verdict, "not found", "{list}: {reason}");
        assert!(
            reason.starts_with(&format!("The column \"{first}\" ")),
            "{reason}"
        );
        let way = format!(
            "The column \"{second}\" names Ken Myer (litwareinc\\kenmyer): choose that column (--column \"{second}\")"
        );
        assert!(reason.contains(&way), "{reason}");
        let mut plan = plan;
        plan.pick(0, desk.temp.user("kenmyer"));
        assert_eq!(
            verdicts(&plan)[0],
            CHANGES_KEN[0],
            "the offered user can be picked"
        );
    }
    // Two columns with different people offer nobody.
    let plan = desk.plan("SipAddress,Mail,Name\r\n,kenmyer@litwareinc.com,Anna Smith\r\n");
    assert_eq!(verdicts(&plan), [("unreadable", "")]);
}

#[test]
fn the_results_have_a_row_for_each_person_of_a_cell() {
    let desk = Desk::new();
    let list = "UPN,Note\r\nkenmyer@litwareinc.com; asmith@litwareinc.com,x\r\npackerman@litwareinc.com,y\r\n";
    let plan = desk.plan(list);
    let (_, bytes) = desk.save(&plan, None).unwrap();
    let rows = crate::csv_rows(&String::from_utf8(bytes).unwrap(), b',');
    let found: Vec<_> = rows[1..]
        .iter()
        .map(|row| (row[1].as_str(), row[4].as_str()))
        .collect();
    let expected = [
        ("x", "sip:kenmyer@litwareinc.com"),
        ("x", "sip:asmith@litwareinc.com"),
        ("y", "sip:packerman@litwareinc.com"),
    ];
    assert_eq!(found, expected);
}
