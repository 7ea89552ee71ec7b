//! The shape of lists that people and programs make: titles above the header, notes below the rows,
//! rows of any length, and files that were joined.

use pindesk::exchange::{ListOptions, ReadOptions, survey_file};
use pindesk::progress::Unwatched;

use crate::{Desk, lock, reasons, verdicts};

const BOTH: [(&str, &str); 2] = [
    ("will change", "Ken Myer"),
    ("will change", "Pilar Ackerman"),
];

/// The line of the header, and the verdicts.
fn read(desk: &Desk, list: impl AsRef<[u8]>) -> (Option<u64>, Vec<(&'static str, String)>) {
    let preview = desk
        .preview(list, &lock())
        .unwrap_or_else(|error| panic!("{error}"));
    let found = verdicts(&preview.plan)
        .into_iter()
        .map(|(verdict, name)| (verdict, name.to_owned()))
        .collect();
    (preview.how_read.header_line, found)
}

fn both() -> Vec<(&'static str, String)> {
    BOTH.map(|(verdict, name)| (verdict, name.to_owned()))
        .to_vec()
}

#[test]
fn the_header_is_found_below_titles() {
    let desk = Desk::new();
    for (line, list) in [
        (
            4,
            "Report: Terminations,,,\nRun by: hr.bot,,,\n,,,\nWorker,Employee ID,Email Address,Termination Date\n\
             Ken Myer,0007,kenmyer@litwareinc.com,2026-11-20\nPilar Ackerman,0008,packerman@litwareinc.com,2026-11-21\n",
        ),
        (
            2,
            "version:v1.0,,\nName [displayName] Required,User name [userPrincipalName] Required,Block sign in (Yes/No) [accountEnabled] Required\n\
             Ken Myer,kenmyer@litwareinc.com,No\nPilar Ackerman,packerman@litwareinc.com,No\n",
        ),
        // Titles without the delimiter of the table.
        (
            3,
            "Austritte November 2026\n\nMitarbeiter;Personalnummer;E-Mail-Adresse\nKen Myer;7;kenmyer@litwareinc.com\nPilar Ackerman;8;packerman@litwareinc.com\n",
        ),
        // Two lines of headings, of which the upper one names groups of columns.
        (
            2,
            "Personne,,Compte,\nNom complet,Adresse de messagerie,Domaine,Identifiant\nKen Myer,kenmyer@litwareinc.com,litwareinc,kenmyer\n\
             Pilar Ackerman,packerman@litwareinc.com,litwareinc,packerman\n",
        ),
        (
            5,
            "\"Litware, Inc.\"\tConfidential\n\nLeavers\t\nPrinted 2026-11-20\t\nNaam\tE-mailadres\nKen Myer\tkenmyer@litwareinc.com\nPilar Ackerman\tpackerman@litwareinc.com\n",
        ),
        (
            3,
            "People to lock\n\nEmail\nkenmyer@litwareinc.com\npackerman@litwareinc.com\n",
        ),
        (1, "UPN\nkenmyer@litwareinc.com\npackerman@litwareinc.com\n"),
    ] {
        assert_eq!(read(&desk, list), (Some(line), both()), "{list}");
    }
    // A heading that is not known is chosen by its line.
    let list = "Leavers,\nWho,Where\nkenmyer@litwareinc.com,x\npackerman@litwareinc.com,y\n";
    let options = ListOptions {
        read: ReadOptions {
            header_line: Some(2),
            ..ReadOptions::default()
        },
        ..lock()
    };
    let preview = desk.preview(list, &options).unwrap();
    assert_eq!(verdicts(&preview.plan), BOTH);
    assert_eq!(preview.headers, ["Who", "Where"]);
    let far = ListOptions {
        read: ReadOptions {
            header_line: Some(9),
            ..ReadOptions::default()
        },
        ..lock()
    };
    assert_eq!(
        desk.refused(list, &far),
        "The file has no line 9 for a header."
    );
}

#[test]
fn rows_above_an_identity_are_never_taken_for_titles() {
    let desk = Desk::new();
    let list = "kenmyer@litwareinc.com\nUPN\npackerman@litwareinc.com\n";
    let (line, found) = read(&desk, list);
    assert_eq!((line, found[0].0, found.len()), (None, "will change", 3));
}

#[test]
fn the_results_keep_the_titles() {
    let desk = Desk::new();
    let list = "Report;;\nEmail;Note;\nkenmyer@litwareinc.com;x;\n";
    let plan = desk.plan(list);
    let (_, bytes) = desk.save(&plan, None).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("Report;;", 3));
    assert!(lines[1].starts_with("Email;Note;PinDeskVerdict"), "{text}");
}

#[test]
fn fields_that_are_missing_at_the_end_are_empty() {
    let desk = Desk::new();
    for list in [
        "UPN,Reason,Comment\nkenmyer@litwareinc.com,x,\npackerman@litwareinc.com\n",
        "UPN,Reason,Comment\nkenmyer@litwareinc.com\npackerman@litwareinc.com,y\n",
        "UPN;Reason\nkenmyer@litwareinc.com;x;\npackerman@litwareinc.com;y;;;\n",
        "UPN\tReason\t\nkenmyer@litwareinc.com\npackerman@litwareinc.com\tx\t\t\n",
    ] {
        assert_eq!(read(&desk, list).1, both(), "{list}");
    }
    let plan = desk.plan("UPN,Reason\nkenmyer@litwareinc.com,x,extra\n");
    assert_eq!(
        reasons(&plan),
        [(
            "unreadable",
            "It has 3 fields; the header has 2.".to_owned()
        )]
    );
    for list in [
        "UPN,Reason\n\"kenmyer@litwareinc.com,x\"\n",
        "Reason,UPN\n\"x;kenmyer@litwareinc.com\"\n",
        "UPN;Reason;Ticket\n\"kenmyer@litwareinc.com;x;\"\n",
    ] {
        let [("unreadable", reason)] = &reasons(&desk.plan(list))[..] else {
            panic!("{list}");
        };
        assert!(reason.starts_with("It is one cell: "), "{list}: {reason}");
    }
}

#[test]
fn rows_of_nothing_are_passed_over_and_counted() {
    let desk = Desk::new();
    for (list, empty) in [
        (
            "UPN,Reason,\nkenmyer@litwareinc.com,x,\n,,\n,,\npackerman@litwareinc.com,x,\n",
            2,
        ),
        (
            "UPN;Reason\n;\nkenmyer@litwareinc.com;x\n ; \"\"\npackerman@litwareinc.com;x\n",
            2,
        ),
        (
            "UPN\tReason\n\t\t\t\nkenmyer@litwareinc.com\tx\npackerman@litwareinc.com\n\t\n",
            0,
        ),
    ] {
        let preview = desk.preview(list, &lock()).unwrap();
        assert_eq!(verdicts(&preview.plan), BOTH, "{list}");
        assert_eq!(
            (preview.how_read.empty_rows, preview.how_read.rows),
            (empty, 2),
            "{list}"
        );
    }
}

#[test]
fn totals_and_notes_are_no_users_and_say_so() {
    let desk = Desk::new();
    for note in [
        "Total: 2,,",
        "Total,2,",
        ",,Total 2",
        "Summe,,2",
        "\"Total général\",,",
        ",Exported by hr.bot,",
        "Gesamt: 2,,",
        "(2 rows affected),,",
        "* confidential,,",
    ] {
        let list = format!(
            "UPN,Reason,Note\nkenmyer@litwareinc.com,x,\npackerman@litwareinc.com,y,\n{note}\n"
        );
        let plan = desk.plan(&list);
        let found = verdicts(&plan);
        assert_eq!((&found[..2], found[2].0), (&BOTH[..], "skipped"), "{list}");
        assert_eq!(
            reasons(&plan)[2].1,
            "It names nobody: it is a total or a note."
        );
    }
    // A row that has lost its user is not a note.
    let plan = desk.plan("UPN,Reason,Note\n,left,INC-1\n");
    assert_eq!(verdicts(&plan), [("unreadable", "")]);
    // A user who cannot be found is not one either.
    let plan = desk.plan("UPN,Reason\nTotally Unknown,\n");
    assert_eq!(verdicts(&plan), [("not found", "")]);
}

#[test]
fn what_joining_files_leaves_behind_is_passed_over() {
    let desk = Desk::new();
    for (list, repeated) in [
        (
            "\u{FEFF}UPN,Reason\nkenmyer@litwareinc.com,x\n\u{FEFF}UPN,Reason\npackerman@litwareinc.com,y\n",
            1,
        ),
        (
            "\u{FEFF}UPN,Reason\nkenmyer@litwareinc.com,x\n\u{FEFF}\"UPN\",\"reason\"\npackerman@litwareinc.com,y\n\u{1A}",
            1,
        ),
        (
            "UPN,Reason\r\nkenmyer@litwareinc.com,x\r\n\u{1A}UPN,Reason\r\npackerman@litwareinc.com,y\r\n\u{1A}\r\n",
            1,
        ),
        (
            "#TYPE X\nUPN,Reason\nkenmyer@litwareinc.com,x\n#TYPE X\nUPN,Reason\npackerman@litwareinc.com,y\n",
            2,
        ),
        (
            "\u{FEFF}kenmyer@litwareinc.com\n\u{FEFF}packerman@litwareinc.com\n",
            0,
        ),
    ] {
        let preview = desk.preview(list, &lock()).unwrap();
        assert_eq!(verdicts(&preview.plan), BOTH, "{list:?}");
        assert_eq!(preview.how_read.repeated_headers, repeated, "{list:?}");
    }
    // A part with other columns is not read by the columns of the first one.
    let list = "UPN,Reason\nkenmyer@litwareinc.com,x\nReason,UPN\nleft,packerman@litwareinc.com\n";
    let found = reasons(&desk.plan(list));
    assert_eq!(
        found
            .iter()
            .map(|(verdict, _)| *verdict)
            .collect::<Vec<_>>(),
        ["will change", "unreadable", "unreadable"]
    );
    assert!(
        found[2].1.starts_with("Another header begins on line 3"),
        "{found:?}"
    );
}

#[test]
fn a_row_in_another_encoding_is_unreadable_and_the_others_are_read() {
    let desk = Desk::new();
    for bad in [
        "caf\u{E9}",
        "\u{FC}ber",
        "na\u{EF}ve \u{E0} c\u{F4}t\u{E9} d\u{E9}j\u{E0}",
    ] {
        // The first row is UTF-8, and from the second one on the file is Windows-1252.
        let mut bytes = "Name,Note\nJörg Müller,x\n".as_bytes().to_vec();
        for row in [format!("Ken Myer,{bad}\n"), "Anna Smith,x\n".to_owned()] {
            bytes.extend(row.chars().map(|c| u8::try_from(u32::from(c)).unwrap()));
        }
        let plan = desk.plan(&bytes);
        assert_eq!(
            verdicts(&plan),
            [
                ("will change", "Jörg Müller"),
                ("unreadable", ""),
                ("will change", "Anna Smith")
            ],
            "{bad}"
        );
    }
}

#[test]
fn a_guessed_encoding_is_shown_with_the_rows_that_it_changes() {
    let desk = Desk::new();
    for (bytes, line) in [
        (b"Name,Note\nKen Myer,x\nJ\xF6rg M\xFCller,y\n".to_vec(), 3),
        // OEM (IBM 850), Macintosh and GBK.
        (b"Name,Note\nJ\x94rg M\x81ller,y\nKen Myer,x\n".to_vec(), 2),
        (b"Name,Note\nJ\x9Arg M\x9Fller,y\n".to_vec(), 2),
        (
            b"Name,Note\nKen Myer,x\n\xD5\xC5\xC8\xFD,\xC0\xEB\xD6\xB0\n".to_vec(),
            3,
        ),
    ] {
        let input = desk.write("list.csv", &bytes);
        let found = survey_file(
            &desk.temp.store,
            &input,
            &ReadOptions::default(),
            &Unwatched,
        )
        .unwrap();
        assert!(found.how_read.is_guess());
        assert_eq!(found.how_read.doubtful[0].0, line, "{bytes:?}");
        let preview = desk.preview(&bytes, &lock()).unwrap();
        assert_eq!(preview.how_read.doubtful.len(), 1);
    }
}
