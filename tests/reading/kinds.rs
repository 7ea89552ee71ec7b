//! Lists and imports as other programs write them, three of each kind of difficulty.

use pindesk::exchange::{ImportOptions, Input, ListOptions, plan_list, preview_input};
use pindesk::plan::Action;
use pindesk::plan::import::{ImportKind, ImportVerdict};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;

use crate::common::{TempStore, admin, now};

const PEOPLE: [(&str, &str); 4] = [
    ("Ken Myer", "kenmyer"),
    ("Pilar Ackerman", "packerman"),
    ("Anna Smith", "asmith"),
    ("Jörg Müller", "jmuller"),
];
const KEN: &str = "will change Ken Myer";
const PILAR: &str = "will change Pilar Ackerman";
const JORG: &str = "will change Jörg Müller";

/// The verdict of each item of a list to lock, with the display name of its user.
fn planned(list: impl AsRef<[u8]>) -> Vec<String> {
    let temp = TempStore::with(&PEOPLE);
    let input = Input::bytes("list.csv", list.as_ref().to_vec());
    let options = ListOptions {
        action: Some(Action::Lock),
        zone: Zone::utc(),
        ..ListOptions::default()
    };
    let preview = plan_list(&temp.store, &input, &options, &admin(), now(), &Unwatched);
    let plan = match preview {
        Ok(preview) => preview.plan,
        Err(error) => return vec![error.to_string()],
    };
    let name = |item: &pindesk::plan::PlanItem| {
        let user = item.user.as_ref();
        let name = user.map_or("", |user| user.display_name.as_str());
        let text = format!("{} {name}", item.outcome.verdict().label());
        text.trim_end().to_owned()
    };
    plan.items.iter().map(name).collect()
}

#[test]
fn a_row_that_contradicts_itself_is_not_done() {
    for list in [
        "Kontoname;E-Mail-Adresse\nkenmyer;packerman@litwareinc.com\n",
        "Account,ProxyAddresses\nlitwareinc\\kenmyer,smtp:pa@litwareinc.com;SIP:packerman@litwareinc.com\n",
        "Nom complet;Nom d'utilisateur principal\nPilar Ackerman;kenmyer@litwareinc.com\n",
    ] {
        let found = planned(list);
        assert_eq!(found.len(), 1, "{list}: {found:?}");
        assert!(!found[0].starts_with("will change"), "{list}: {found:?}");
    }
}

#[test]
fn first_and_last_name_are_compared_with_the_address() {
    for list in [
        "Last Name,First Name,Email\nMyer,Ken,kenmyer@litwareinc.com\nSmith,Anna,packerman@litwareinc.com\n",
        "Vorname;Nachname;E-Mail\nKen;Myer;kenmyer@litwareinc.com\nAnna;Smith;packerman@litwareinc.com\n",
        "Nom;Prénom;Courriel\nMyer;Ken;kenmyer@litwareinc.com\nSmith;Anna;packerman@litwareinc.com\n",
        "Nombre;Apellidos;Correo\nKen;Myer;kenmyer@litwareinc.com\nAnna;Smith;packerman@litwareinc.com\n",
    ] {
        assert_eq!(planned(list), [KEN, "ambiguous"], "{list}");
    }
    // A name that nobody has contradicts nobody.
    let list = "Given Name,Surname,Email\nKenneth,Myer,kenmyer@litwareinc.com\n";
    assert_eq!(planned(list), [KEN]);
}

#[test]
fn first_and_last_name_name_the_users_where_nothing_else_does() {
    for list in [
        "Vorname;Nachname;Abteilung\nKen;Myer;IT\nPilar;Ackerman;HR\n",
        "Cognome;Nome;Reparto\nMyer;Ken;IT\nAckerman;Pilar;HR\n",
        "Imię;Nazwisko\nKen;Myer\nPilar;Ackerman\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
    // One of the parts alone names nobody.
    assert_eq!(
        planned("Vorname;Nachname\n;Myer\nKen;\n"),
        ["not found", "unreadable"]
    );
}

#[test]
fn the_list_of_active_directory_has_a_type_in_each_row() {
    for list in [
        "Nombre\tTipo\tDescripción\nKen Myer\tUsuario\t\nPilar Ackerman\tUsuario\tx\n",
        "Nom\tType\tDescription\nKen Myer\tUtilisateur\t\nPilar Ackerman\tUtilisateur\tx\n",
        "Nazwa\tTyp\tOpis\nKen Myer\tUżytkownik\t\nPilar Ackerman\tUżytkownik\tx\n",
        "名称\t类型\t描述\nKen Myer\t用户\t\nPilar Ackerman\t用户\tx\n",
        // A heading that nobody knows.
        "Objekt\tArt\tZusatz\nKen Myer\tBenutzer\t\nPilar Ackerman\tBenutzer\tx\n",
    ] {
        let found = planned(list);
        if list.starts_with("Objekt") {
            assert!(
                !found.contains(&KEN.to_owned()) && found.len() == 1,
                "{found:?}"
            );
        } else {
            assert_eq!(found, [KEN, PILAR], "{list}");
        }
    }
}

#[test]
fn addresses_count_before_logon_names_that_stand_alone() {
    for list in [
        "Employee ID,Worker,Work Email,Login\n1,Ken Myer,kenmyer@litwareinc.com,kenmyer\n2,Pilar Ackerman,packerman@litwareinc.com,packerman\n",
        "氏名,メールアドレス,ログオン名\nKen Myer,kenmyer@litwareinc.com,kenmyer\nPilar Ackerman,packerman@litwareinc.com,packerman\n",
        "USER ID,DEPARTMENT,MAIL ID\nkenmyer,IT,kenmyer@litwareinc.com\npackerman,HR,packerman@litwareinc.com\n",
        "User Id,Username,Primary email\n00u1,kenmyer@litwareinc.com,kenmyer@litwareinc.com\n00u2,packerman@litwareinc.com,packerman@litwareinc.com\n",
        "First Name,Last Name,E-mail Address,E-mail 2 Address\nKen,Myer,kenmyer@litwareinc.com,\nPilar,Ackerman,packerman@litwareinc.com,\n",
        "Email,Reason,Email\nkenmyer@litwareinc.com,x,kenmyer@litwareinc.com\npackerman@litwareinc.com,x,packerman@litwareinc.com\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
    // They are compared.
    for list in [
        "Work Email,Login\nkenmyer@litwareinc.com,packerman\n",
        "Email,Email\nkenmyer@litwareinc.com,packerman@litwareinc.com\n",
        "UserPrincipalName;onPremisesSamAccountName;onPremisesDomainName\nkenmyer@litwareinc.com;packerman;litwareinc.com\n",
    ] {
        assert_eq!(planned(list), ["ambiguous"], "{list}");
    }
}

#[test]
fn what_is_no_logon_name_needs_no_domain() {
    for list in [
        "Account\nKen Myer\nPilar Ackerman\n",
        "Benutzer;Ort\nKen Myer;Köln\nPilar Ackerman;Bonn\n",
        "Login\nlitwareinc.com\\kenmyer\nlitwareinc.com\\packerman\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
    let found = planned("User\n+14255550159\n#NV\nS-1-5-21-2831-1104\n");
    assert_eq!(found, ["not found"; 3]);
}

#[test]
fn lines_about_somebody_else_are_no_users() {
    for list in [
        "Name,Email\nKen Myer,kenmyer@litwareinc.com\n\nContact,asmith@litwareinc.com\n",
        "Name;E-Mail\nKen Myer;kenmyer@litwareinc.com\nErstellt von:;Anna Smith\n",
        "Correo\nkenmyer@litwareinc.com\nContacto: asmith@litwareinc.com\n",
        "User name [userPrincipalName] Required,x\nkenmyer@litwareinc.com,\nExample: asmith@litwareinc.com,\n",
        "Verfasser: Anna Smith <asmith@litwareinc.com>\nKen Myer <kenmyer@litwareinc.com>\n",
    ] {
        let mut found = planned(list);
        found.retain(|item| item != "skipped");
        assert_eq!(found, [KEN], "{list}");
    }
}

#[test]
fn a_column_that_says_nothing_is_offered() {
    let list = "Nachname Vorname;Kommunikation-ID\nMyer Ken;kenmyer@litwareinc.com\n";
    assert_eq!(planned(list), ["not found"]);
    // It contradicts nobody.
    let list = "UPN;Geprüft\nkenmyer@litwareinc.com;asmith@litwareinc.com\n";
    assert_eq!(planned(list), [KEN]);
}

#[test]
fn lines_added_in_another_encoding_are_told() {
    for (start, added) in [
        (
            "UPN,Name\nkenmyer@litwareinc.com,Ken Myer\n",
            "UPN,Name\r\n\u{FEFF}packerman@litwareinc.com,Pilar\r\n",
        ),
        (
            "UPN\r\nkenmyer@litwareinc.com\r\n",
            "packerman@litwareinc.com\r\n",
        ),
        (
            "kenmyer@litwareinc.com\r\n",
            "packerman@litwareinc.com\r\nasmith@litwareinc.com\r\n",
        ),
    ] {
        let utf16 = added.encode_utf16().flat_map(u16::to_le_bytes);
        let list: Vec<u8> = start.bytes().chain(utf16).collect();
        let found = planned(&list);
        assert!(found[0].contains("two encodings"), "{found:?}");
    }
}

#[test]
fn a_column_of_logon_names_is_read_by_its_cells() {
    for list in [
        "Identifiant\nkenmyer@litwareinc.com\nlitwareinc\\packerman\n",
        "Gebruikersnaam;Afdeling\nsip:kenmyer@litwareinc.com;IT\npackerman@litwareinc.com;HR\n",
        "Nazwa logowania\tDział\nLITWAREINC\\kenmyer\tIT\nPACKERMAN@litwareinc.com\tHR\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
}

#[test]
fn addresses_are_unwrapped() {
    for list in [
        "Email\n<mailto:kenmyer@litwareinc.com>\n\"Ackerman, Pilar\" <packerman@litwareinc.com>\n",
        "Mail\nSMTP:kenmyer@litwareinc.com\n=\"packerman@litwareinc.com\"\n",
        "User\ni:0#.w|litwareinc\\kenmyer\ni:0e.t|adfs|packerman@litwareinc.com\n",
        "Members\n-1;#i:0#.w|litwareinc\\kenmyer;#7;#packerman@litwareinc.com\n",
        "Path\nldap://dc1.litwareinc.com/CN=Ken%20Myer,OU=Finance,DC=litwareinc,DC=com\n\"sip:packerman@litwareinc.com:5061\"\n",
        "User\nkenmyer@litwareinc.com / packerman@litwareinc.com\n",
        "Nutzer\nkenmyer＠litwareinc.com\nxmpp:packerman@litwareinc.com.\n",
        "Proxy addresses\nSMTP:kenmyer@litwareinc.com+smtp:k@litwareinc.com\nSMTP:packerman@litwareinc.com\n",
        "宛先\nkenmyer@litwareinc.com、packerman@litwareinc.com\n",
    ] {
        let mut found = planned(list);
        found.retain(|item| item != "skipped");
        assert_eq!(found, [KEN, PILAR], "{list}");
    }
}

#[test]
fn a_line_of_addresses_is_a_list_of_people() {
    for list in [
        "Ken Myer <kenmyer@litwareinc.com>; Pilar Ackerman <packerman@litwareinc.com>;",
        "\"Myer, Ken\" <kenmyer@litwareinc.com>, \"Ackerman, Pilar\" <packerman@litwareinc.com>\n",
        "An: Myer, Ken <kenmyer@litwareinc.com>; Ackerman, Pilar <packerman@litwareinc.com>\r\n",
        "kenmyer@litwareinc.com,packerman@litwareinc.com",
        "LITWAREINC\\kenmyer;litwareinc\\packerman\r\n",
        "宛先：kenmyer@litwareinc.com; packerman@litwareinc.com\n",
        "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com;CN=Pilar Ackerman,OU=Finance,DC=litwareinc,DC=com",
        // A mail program breaks long lines.
        "kenmyer@litwareinc.com;\n sip:kenmyer@litwareinc.com; packerman@litwareinc.com; \n",
        "Users\nKen Myer <kenmyer@litwareinc.com>; packerman@litwareinc.com\n",
    ] {
        let mut found = planned(list);
        found.retain(|item| !item.starts_with("duplicate"));
        assert_eq!(found, [KEN, PILAR], "{list}");
    }
    // Two addresses in each line may be a table, in which one of the columns is meant.
    let open =
        "kenmyer@litwareinc.com;ken@home.example\npackerman@litwareinc.com;pa@home.example\n";
    assert_eq!(planned(open), ["Choose the column that names the users."]);
}

#[test]
fn a_heading_that_nobody_knows_is_no_user() {
    const HEADING: &str = "skipped";
    for list in [
        "Betroffene\nkenmyer@litwareinc.com\npackerman@litwareinc.com\n",
        "Personnes concernées\r\nsip:kenmyer@litwareinc.com\r\nLITWAREINC\\packerman\r\n",
        "退職者一覧\nkenmyer@litwareinc.com\npackerman@litwareinc.com\n",
    ] {
        assert_eq!(planned(list), [HEADING, KEN, PILAR], "{list}");
    }
    // A name with a fault is no heading, nor is a user.
    for (list, first) in [
        ("Kem Myer\npackerman@litwareinc.com\n", "not found"),
        ("Ken Myer\npackerman@litwareinc.com\n", KEN),
        ("Left\nkenmyer\npackerman@litwareinc.com\n", "not found"),
    ] {
        assert_eq!(planned(list)[0], first, "{list}");
    }
}

#[test]
fn lines_of_a_list_have_marks_numbers_and_labels() {
    for list in [
        "- kenmyer@litwareinc.com\n- packerman@litwareinc.com\n",
        "1. Ken Myer <kenmyer@litwareinc.com>\n2. packerman@litwareinc.com\n",
        "•\tsip:kenmyer@litwareinc.com\n•\tLITWAREINC\\packerman\n",
        "Utilisateur: kenmyer@litwareinc.com\nUtilisateur: packerman@litwareinc.com\n",
        "Ken Myer: kenmyer@litwareinc.com\nPilar: packerman@litwareinc.com\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
    // The label is compared like another column.
    let found = planned("Anna Smith: kenmyer@litwareinc.com\nKen Myer: kenmyer@litwareinc.com\n");
    assert!(!found[0].starts_with("will change"), "{found:?}");
}

#[test]
fn an_unknown_heading_is_judged_by_its_cells() {
    for list in [
        "Kto;Uwagi\nkenmyer@litwareinc.com;\npackerman@litwareinc.com;odszedł\n",
        "Lp.;Do zablokowania\n1;kenmyer@litwareinc.com\n2;packerman@litwareinc.com\n",
        "Nr,Betroffen,Bemerkung\n1,litwareinc\\kenmyer,ausgetreten\n2,litwareinc\\packerman,\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
}

#[test]
fn the_header_is_found_below_titles() {
    for list in [
        "Lista de bajas\n\nFecha: 2026-11-20\nNombre completo;Correo electrónico\nKen Myer;kenmyer@litwareinc.com\nPilar Ackerman;packerman@litwareinc.com\n",
        ",,\nReport 12,,\n,,\nMatricule,E-mail,Service\n0007,kenmyer@litwareinc.com,IT\n0008,packerman@litwareinc.com,RH\n",
        "version:v1.0\nMember object ID or user principal name [memberObjectIdOrUpn] Required\nkenmyer@litwareinc.com\npackerman@litwareinc.com\n",
        "\"Export; vertraulich\"\n\"Stand: 20.11.2026\"\nName;UPN\nKen Myer;kenmyer@litwareinc.com\nPilar Ackerman;packerman@litwareinc.com\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
}

#[test]
fn short_rows_and_rows_of_nothing_are_no_trouble() {
    for list in [
        "UPN;Reason;Ticket\nkenmyer@litwareinc.com\n;;\npackerman@litwareinc.com;left\n;;;;\n",
        "UPN,Reason\nkenmyer@litwareinc.com,x,,,\n,\n\npackerman@litwareinc.com\n",
        "UPN\tReason\n\t\nkenmyer@litwareinc.com\t\t\npackerman@litwareinc.com\n\t\n",
    ] {
        assert_eq!(planned(list), [KEN, PILAR], "{list}");
    }
}

#[test]
fn joined_files_are_one_list() {
    let files: [&[u8]; 3] = [
        b"\xEF\xBB\xBFUPN;Name\r\nkenmyer@litwareinc.com;Ken Myer\r\n\x1A\xEF\xBB\xBFUPN;Name\r\njmuller@litwareinc.com;J\xC3\xB6rg M\xC3\xBCller\r\n\x1A",
        b"UPN,Name\nkenmyer@litwareinc.com,Ken Myer\n\nUPN,Name\njmuller@litwareinc.com,J\xF6rg M\xFCller\n",
        // The code page of MS-DOS.
        b"UPN,Name\r\nkenmyer@litwareinc.com,Ken Myer\r\nupn,name\r\njmuller@litwareinc.com,J\x94rg M\x81ller\r\n\x1A",
    ];
    for list in files {
        assert_eq!(planned(list), [KEN, JORG], "{}", list.escape_ascii());
    }
}

#[test]
fn the_end_of_a_joined_text_ends_no_cell() {
    let rows = |file: &str| {
        let rows = crate::read(file).rows;
        rows.into_iter()
            .map(|row| (row.byte, row.raw, row.fields))
            .collect::<Vec<_>>()
    };
    let fields = |fields: [&str; 2]| fields.map(str::to_owned).to_vec();
    // A row of two lines that a text ends with.
    let raw = "\"a\nb\",c";
    assert_eq!(
        rows(&format!("A,B\n{raw}\u{1A}")),
        [(4, raw.to_owned(), fields(["a\nb", "c"]))]
    );
    // Inside of a cell it is a character like others.
    let raw = "\"a\u{1A}\nb\",c";
    assert_eq!(
        rows(&format!("A,B\n{raw}\n")),
        [(4, raw.to_owned(), fields(["a\u{1A}\nb", "c"]))]
    );
}

/// The changes and conflicts of an import.
fn imported(kind: ImportKind, file: &str) -> Vec<String> {
    let temp = TempStore::with(&PEOPLE);
    let input = Input::bytes("import.csv", file.to_owned());
    let options = ImportOptions {
        kind: Some(kind),
        zone: Zone::utc(),
        ..ImportOptions::default()
    };
    let preview = match preview_input(&temp.store, &input, &options, now(), &Unwatched) {
        Ok(preview) => preview,
        Err(error) => return vec![error.to_string()],
    };
    let rows = preview.plan.rows.into_iter();
    rows.map(|row| match row.verdict {
        ImportVerdict::Conflict(why) => why,
        ImportVerdict::NewUser(names) => format!("new {}", names.display_name),
        ImportVerdict::ChangedPin { after, .. } => {
            let locked = if after.is_locked_out(now()) {
                "locked"
            } else {
                "unlocked"
            };
            format!("{locked} {}", row.label)
        }
        other => format!("{other:?}"),
    })
    .collect()
}

#[test]
fn truth_values_of_spreadsheets_are_states_of_pins() {
    for file in [
        "SipAddress;IsPinSet;IsLockedOut\nsip:kenmyer@litwareinc.com;WAHR;WAHR\n",
        "UPN,IsPinSet,IsLockedOut\nkenmyer@litwareinc.com,VERDADERO,1\n",
        "Identity\tIsPinSet\tIsLockedOut\nlitwareinc\\kenmyer\tPRAWDA\tTrue\n",
    ] {
        let found = imported(ImportKind::Pins, file);
        assert_eq!(found.len(), 1, "{file}: {found:?}");
        assert!(found[0].starts_with("locked"), "{file}: {found:?}");
    }
}

#[test]
fn a_state_whose_row_names_two_people_is_not_imported() {
    for file in [
        "Name,SipAddress,IsPinSet,IsLockedOut\nKen Myer,sip:packerman@litwareinc.com,True,True\n",
        "SipAddress;UPN;IsPinSet;IsLockedOut\nsip:kenmyer@litwareinc.com;packerman@litwareinc.com;WAHR;WAHR\n",
        "UPN,Konto,IsPinSet,IsLockedOut\nkenmyer@litwareinc.com,litwareinc\\packerman,Y,N\n",
    ] {
        let found = imported(ImportKind::Pins, file);
        assert!(found[0].contains("but its column"), "{file}: {found:?}");
    }
    // A name that nobody has contradicts nobody.
    let file = "SipAddress,Name,Mail,IsPinSet,IsLockedOut\nsip:kenmyer@litwareinc.com,Kenneth,k@home.example,Y,on\n";
    assert!(imported(ImportKind::Pins, file)[0].starts_with("locked"));
}

#[test]
fn imports_have_titles_and_short_rows_too() {
    for file in [
        "Exported 2026-11-20,,\nDisplayName,UPN,Site\nNew Person,new@litwareinc.com\n",
        "sep=;\nAnzeigename;SIP-Adresse;Telefon\nNew Person;sip:new@litwareinc.com\n;;\n",
        "#TYPE Microsoft.Rtc\n\"DisplayName\",\"SipAddress\"\n\"New Person\",\"sip:new@litwareinc.com\"\n\"DisplayName\",\"SipAddress\"\n",
    ] {
        assert_eq!(
            imported(ImportKind::Users, file),
            ["new New Person"],
            "{file}"
        );
    }
}
