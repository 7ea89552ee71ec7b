//! Imports: reading CSV files in every form, and the preview of their rows against the store.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::FixedOffset;
use common::{TempStore, admin, names, now};
use pindesk::domain::Time;
use pindesk::domain::pin::{LockCause, PinState};
use pindesk::domain::text::hex;
use pindesk::domain::user::UserNames;
use pindesk::exchange::dates::{DateOrder, OrderEvidence, WrittenDate};
use pindesk::exchange::{
    Certainty, Delimiter, FileForm, ImportOptions, ImportPreview, Input, LineEnd, ReadError,
    ReadOptions, TextEncoding, preview_import, preview_input, sample,
};
use pindesk::plan::import::{ImportGroup, ImportKind, ImportVerdict};
use pindesk::plan::{Action, Target};
use pindesk::progress::{Progress, Unwatched};
use pindesk::store::{Imported, Store};
use pindesk::zone::Zone;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use strum::VariantArray as _;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");
const ANNA: (&str, &str) = ("Anna Smith", "asmith");

const USERS_HEADER: &str =
    "DisplayName,SipAddress,UserPrincipalName,SamAccountName,DistinguishedName,Guid";
const PINS_HEADER: &str = "Identity,IsPinSet,IsLockedOut,LastPinChangeTime,PinExpirationTime";

/// Options that read times without a zone as UTC.
fn utc() -> ImportOptions {
    ImportOptions {
        zone: Zone::utc(),
        ..ImportOptions::default()
    }
}

fn moment(text: &str) -> Time {
    text.parse().unwrap()
}

/// The preview of a file with this content.
fn preview_with(
    temp: &TempStore,
    file: impl AsRef<[u8]>,
    options: &ImportOptions,
) -> Result<ImportPreview, ReadError> {
    let path = temp.folder.path().join("export.csv");
    fs::write(&path, file).unwrap();
    preview_import(&temp.store, &path, options, now(), &Unwatched)
}

fn preview(temp: &TempStore, file: impl AsRef<[u8]>) -> ImportPreview {
    preview_with(temp, file, &utc()).unwrap_or_else(|error| panic!("{error}"))
}

/// The reason why a whole file is refused.
fn refused(file: impl AsRef<[u8]>) -> ReadError {
    preview_with(&TempStore::new(), file, &utc()).expect_err("the file was read")
}

fn import(temp: &mut TempStore, file: impl AsRef<[u8]>) -> Imported {
    let plan = preview(temp, file).plan;
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap()
}

/// The users that a file would add, each with the line of its row.
fn new_users(preview: &ImportPreview) -> Vec<(u64, UserNames)> {
    let new = |verdict: &ImportVerdict| match verdict {
        ImportVerdict::NewUser(names) => UserNames::clone(names),
        other => panic!("{other:?}"),
    };
    preview
        .plan
        .rows
        .iter()
        .map(|row| (row.line, new(&row.verdict)))
        .collect()
}

/// The one user of a file with one row.
fn only_user(file: &str) -> UserNames {
    let mut users = new_users(&preview(&TempStore::new(), file));
    assert_eq!(users.len(), 1, "{file}");
    users.remove(0).1
}

/// The rows that are left out, each with its line and the reason.
fn conflicts(preview: &ImportPreview) -> Vec<(u64, String)> {
    let left_out = preview
        .plan
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            ImportVerdict::Conflict(why) => Some((row.line, why.clone())),
            ImportVerdict::Duplicate { of_line } => {
                Some((row.line, format!("duplicate of line {of_line}")))
            }
            _ => None,
        });
    left_out.collect()
}

/// The only reason why a row of a file with one row is left out.
fn conflict(temp: &TempStore, file: impl AsRef<[u8]>) -> String {
    let mut found = conflicts(&preview(temp, file));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).1
}

fn counts(preview: &ImportPreview) -> [usize; 4] {
    [
        ImportGroup::New,
        ImportGroup::Changed,
        ImportGroup::Unchanged,
        ImportGroup::Conflict,
    ]
    .map(|group| preview.plan.count(group))
}

/// A row of users.csv without a GUID.
fn user_row(display_name: &str, logon: &str) -> String {
    let domain = "litwareinc.com";
    format!(
        "\"{display_name}\",sip:{logon}@{domain},{logon}@{domain},{logon},\"CN={},OU=Finance,DC=litwareinc,DC=com\",",
        display_name.replace(',', "\\,")
    )
}

fn users_file(rows: &[String]) -> String {
    format!("{USERS_HEADER}\n{}\n", rows.join("\n"))
}

fn pins_file(rows: &[&str]) -> String {
    format!("{PINS_HEADER}\n{}\n", rows.join("\n"))
}

/// Ken's PIN state, as a row with these two dates would leave it.
fn kens_pin(dates: &str, options: &ImportOptions) -> Result<PinState, String> {
    let temp = TempStore::with(&[KEN]);
    let file = pins_file(&[&format!("sip:kenmyer@litwareinc.com,True,False,{dates}")]);
    let preview = preview_with(&temp, file, options).map_err(|error| error.to_string())?;
    match preview.plan.rows.first().map(|row| &row.verdict) {
        Some(ImportVerdict::ChangedPin { after, .. }) => Ok(PinState::clone(after)),
        Some(ImportVerdict::Conflict(why)) => Err(why.clone()),
        None => Ok(temp.user("kenmyer").pin),
        Some(other) => panic!("{other:?}"),
    }
}

// How a file was saved

#[test]
fn a_file_means_the_same_however_it_was_saved() {
    let header = [
        "DisplayName",
        "SipAddress",
        "UserPrincipalName",
        "SamAccountName",
        "DistinguishedName",
    ];
    let people = [names(KEN.0, KEN.1), names("Myer, Robert", "rmyer")];
    let fields = |user: &UserNames| {
        let sip = format!("sip:{}", user.sip.clone().unwrap());
        let account = user.account.clone().unwrap();
        [
            user.display_name.clone(),
            sip,
            user.upn.clone().unwrap(),
            account.logon,
            user.dn.clone().unwrap(),
        ]
    };
    let temp = TempStore::new();
    let befores: [(&[&str], Option<&str>); 6] = [
        (&[], None),
        (
            &["#TYPE Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser"],
            Some("Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser"),
        ),
        (
            &["#type Selected.X", "", "# a note", "#Fields: none"],
            Some("Selected.X"),
        ),
        (&["# only a note"], None),
        (&["", "  ", ""], None),
        (&["#TYPE", "#TYPE second"], Some("")),
    ];
    for ((lines_before, type_line), (delimiter, named), (line_end, end)) in befores
        .iter()
        .flat_map(|before| {
            let delimiters = [
                (',', Delimiter::Comma),
                (';', Delimiter::Semicolon),
                ('\t', Delimiter::Tab),
                ('|', Delimiter::Pipe),
            ];
            delimiters.map(|delimiter| (before, delimiter))
        })
        .flat_map(|(before, delimiter)| {
            let ends = [
                ("\n", LineEnd::Lf),
                ("\r\n", LineEnd::CrLf),
                ("\r", LineEnd::Cr),
            ];
            ends.map(|line_end| (before, delimiter, line_end))
        })
    {
        for (bom, quote_all, ends) in [
            (true, true, true),
            (true, false, false),
            (false, true, false),
            (false, false, true),
        ] {
            let quoted = |field: &str| {
                if quote_all || field.contains([delimiter, ',']) {
                    format!("\"{field}\"")
                } else {
                    field.to_owned()
                }
            };
            let line = |fields: &[String]| {
                fields
                    .iter()
                    .map(|field| quoted(field))
                    .collect::<Vec<_>>()
                    .join(&delimiter.to_string())
            };
            let mut lines: Vec<String> = lines_before.iter().map(|&line| line.to_owned()).collect();
            lines.push(line(&header.map(str::to_owned)));
            lines.extend(people.iter().map(|user| line(&fields(user))));
            let text = lines.join(line_end) + if ends { line_end } else { "" };
            let file = [
                if bom { &b"\xEF\xBB\xBF"[..] } else { b"" },
                text.as_bytes(),
            ]
            .concat();

            let preview = preview(&temp, file);
            let first = lines_before.len() as u64 + 2;
            let expected: Vec<_> = (first..).zip(people.clone()).collect();
            assert_eq!(new_users(&preview), expected, "{text}");
            let how = preview.how_read;
            assert_eq!(
                how.encoding(),
                if bom {
                    "UTF-8 with byte-order mark"
                } else {
                    "plain ASCII"
                }
            );
            assert_eq!(
                (how.delimiter(), how.type_line(), how.rows),
                (Some(named), *type_line, 2),
                "{text}"
            );
            assert!(
                matches!(how.form, FileForm::Text { line_end, .. } if line_end == end),
                "{text}"
            );
        }
    }
}

#[test]
fn quoted_fields_keep_delimiters_line_ends_and_doubled_quotes() {
    for line_end in ["\n", "\r\n", "\r"] {
        let lines = [
            USERS_HEADER,
            r#""Myer, Ken",kenmyer@litwareinc.com,,,,"#,
            r#""Robert ""Bob"" Kelly",rkelly@litwareinc.com,,,,"#,
            "\"Two",
            "lines, one; person\",two@litwareinc.com,,,,",
            r#""""",quote@litwareinc.com,,,,"#,
        ];
        let users = new_users(&preview(&TempStore::new(), lines.join(line_end)));
        let displayed: Vec<_> = users
            .iter()
            .map(|(line, user)| (*line, user.display_name.clone()))
            .collect();
        let two_lines = format!("Two{line_end}lines, one; person");
        let expected = [
            (2, "Myer, Ken"),
            (3, r#"Robert "Bob" Kelly"#),
            (4, &two_lines),
            (6, "\""),
        ];
        assert_eq!(
            displayed,
            expected.map(|(line, name)| (line, name.to_owned()))
        );
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    for line_end in ["\n", "\r\n", "\r"] {
        let text = [
            "#TYPE X",
            "",
            "\"DisplayName\",\"Sip",
            "Address\",SipAddress",
            "",
            "",
            "\"Ken",
            "Myer\",,kenmyer@litwareinc.com",
            "",
            "Pilar Ackerman,,packerman@litwareinc.com",
            "too few",
            "Anna Smith,,asmith@litwareinc.com",
        ]
        .join(line_end);
        for (file, case) in [
            (format!("{text}{line_end}"), "ended"),
            (text.clone(), "not ended"),
        ] {
            let preview = preview(&TempStore::new(), file);
            let lines: Vec<u64> = preview.plan.rows.iter().map(|row| row.line).collect();
            assert_eq!(lines, [7, 10, 11, 12], "{line_end:?}, {case}");
            assert_eq!(preview.how_read.rows, 4, "blank lines are no rows");
        }
    }
}

#[test]
fn columns_are_known_in_any_case_order_and_spacing_among_others() {
    let expected = names("Ken Myer", "kenmyer");
    let dn = "\"CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com\"";
    let sip = "sip:kenmyer@litwareinc.com";
    let upn = "kenmyer@litwareinc.com";
    for file in [
        format!(
            "DISPLAYNAME,sipaddress,userPrincipalName,samaccountname,distinguishedname\nKen Myer,{sip},{upn},kenmyer,{dn}\n"
        ),
        format!(
            " DisplayName ,\" SipAddress\",UPN\t,SamAccountName , DistinguishedName\n Ken Myer , {sip} , {upn} , kenmyer ,{dn}\n"
        ),
        format!(
            "PSComputerName,Identity,SamAccountName,UPN,RunspaceId,Name,SipAddress\nlync01,{dn},kenmyer,{upn},1,Ken Myer,{sip}\n"
        ),
        format!(
            "DisplayName,SipAddress,UPN,SamAccountName,DistinguishedName,,\nKen Myer,{sip},{upn},kenmyer,{dn},,\n"
        ),
    ] {
        assert_eq!(only_user(&file), expected, "{file}");
    }
    assert_eq!(
        only_user("DisplayName,Name,UPN\n,Ken Myer,k@x.y\n").display_name,
        "Ken Myer",
        "an empty display name"
    );
}

#[test]
fn the_columns_decide_the_kind_of_file_unless_it_is_chosen() {
    let kind = |file: &str, kind| {
        let options = ImportOptions { kind, ..utc() };
        preview_with(&TempStore::new(), file, &options)
            .map(|preview| preview.plan.kind)
            .map_err(|error| error.to_string())
    };
    let (users, pins) = (format!("{USERS_HEADER}\n"), format!("{PINS_HEADER}\n"));
    assert_eq!(kind(&users, None), Ok(ImportKind::Users));
    assert_eq!(kind(&pins, None), Ok(ImportKind::Pins));
    assert_eq!(kind(&users, Some(ImportKind::Users)), Ok(ImportKind::Users));
    assert_eq!(
        kind(
            &format!("{USERS_HEADER},isPinSet,isLockedOut\n"),
            Some(ImportKind::Users)
        ),
        Ok(ImportKind::Users)
    );
    assert!(
        kind(&pins, Some(ImportKind::Users))
            .unwrap_err()
            .contains("the column DisplayName is missing")
    );
    assert!(
        kind(&users, Some(ImportKind::Pins))
            .unwrap_err()
            .contains("the column IsPinSet is missing")
    );
}

#[test]
fn a_missing_column_is_named_together_with_those_that_are_there() {
    for (header, missing) in [
        ("SipAddress,UPN", "DisplayName"),
        ("DisplayName,SamAccountName,Guid", "SipAddress"),
        ("Name;Sam", "SipAddress"),
        ("IsPinSet,IsLockedOut", "Identity"),
        ("Identity,IsPinSet", "DisplayName"),
    ] {
        let found = header.replace([',', ';'], ", ");
        let expected = ReadError::MissingColumn {
            missing: missing.to_owned(),
            found: found.clone(),
        };
        let error = refused(format!("{header}\n"));
        assert_eq!(error, expected, "{header}");
        assert!(
            error.to_string().contains(missing) && error.to_string().contains(&found),
            "{error}"
        );
    }
}

#[test]
fn a_column_that_is_there_twice_is_refused() {
    for header in [
        "DisplayName,UPN,upn",
        "DisplayName,UPN, Upn ",
        "UPN,DisplayName,UPN,UPN",
    ] {
        let error = refused(format!("{header}\na,b,c\n"));
        assert!(
            matches!(&error, ReadError::DuplicateHeader(name) if name.eq_ignore_ascii_case("upn")),
            "{error}"
        );
    }
}

#[test]
fn a_short_row_is_filled_up_and_a_row_with_too_many_fields_is_left_out() {
    let temp = TempStore::new();
    let file = "DisplayName,SipAddress,UPN\nKen Myer,k@x.y\nPilar Ackerman,p@x.y,p@x.y\nMyer, Ken,k@x.y,k@x.y\n,\n\
                Anna Smith,a@x.y,a@x.y,, \n";
    let preview = preview(&temp, file);
    let expected = [(4, "It has 4 fields; the header has 3.".to_owned())];
    assert_eq!(conflicts(&preview), expected);
    assert_eq!(counts(&preview), [3, 0, 0, 1]);
    assert_eq!(preview.how_read.empty_rows, 1);
}

#[test]
fn text_that_is_not_utf_8_is_read_as_a_windows_code_page_and_marked_as_a_guess() {
    let file = b"DisplayName,SipAddress,UPN\r\nKen Myer,k@x.y,\r\nJ\xF6rg M\xFCller,j@x.y,\r\nAnna,a@x.y,\r\n";
    let preview = preview(&TempStore::new(), file);
    let displayed: Vec<_> = new_users(&preview)
        .into_iter()
        .map(|(line, user)| (line, user.display_name))
        .collect();
    let expected = [(2, "Ken Myer"), (3, "Jörg Müller"), (4, "Anna")]
        .map(|(line, name)| (line, name.to_owned()));
    assert_eq!(displayed, expected);
    assert_eq!(preview.how_read.encoding(), "Windows-1252 (Western Europe)");
    assert!(matches!(
        preview.how_read.form,
        FileForm::Text {
            certainty: Certainty::Guess,
            ..
        }
    ));
}

#[test]
fn invalid_utf_8_is_reported_with_line_and_byte_if_utf_8_was_chosen() {
    let file = b"DisplayName,SipAddress,UPN\r\nKen Myer,k@x.y,\r\nJ\xF6rg M\xFCller,j@x.y,\r\nAnna,a@x.y,\xE4\r\n";
    let read = ReadOptions {
        encoding: Some(TextEncoding::Utf8),
        ..ReadOptions::default()
    };
    let preview = preview_with(&TempStore::new(), file, &ImportOptions { read, ..utc() }).unwrap();
    let expected = [
        (3, "Line 3, byte 46: These bytes are not UTF-8.".to_owned()),
        (4, "Line 4, byte 76: These bytes are not UTF-8.".to_owned()),
    ];
    assert_eq!(conflicts(&preview), expected);
    assert_eq!(counts(&preview), [1, 0, 0, 2]);
    assert!(matches!(
        preview.how_read.form,
        FileForm::Text {
            certainty: Certainty::Chosen,
            ..
        }
    ));
}

#[test]
fn utf_16_is_read_with_and_without_a_mark() {
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let text = format!(
        "\u{FEFF}{}",
        users_file(&[user_row("José Nuñez", "jnunez")])
    );
    let without_mark = text.trim_start_matches('\u{FEFF}');
    for (file, name) in [
        (
            utf_16(&text, u16::to_le_bytes),
            "UTF-16 (little-endian) with byte-order mark",
        ),
        (
            utf_16(&text, u16::to_be_bytes),
            "UTF-16 (big-endian) with byte-order mark",
        ),
        (
            utf_16(without_mark, u16::to_le_bytes),
            "UTF-16 (little-endian)",
        ),
        (
            utf_16(without_mark, u16::to_be_bytes),
            "UTF-16 (big-endian)",
        ),
    ] {
        let preview = preview(&TempStore::new(), file);
        assert_eq!(preview.how_read.encoding(), name);
        assert_eq!(
            new_users(&preview),
            [(2, names("José Nuñez", "jnunez"))],
            "{name}"
        );
    }
    assert_eq!(refused(b"\xFF\xFE"), ReadError::Empty);
}

#[test]
fn files_that_are_not_tables_are_recognised_and_refused_by_name() {
    let printed =
        "output that was formatted for the screen (Format-Table, Format-List or Out-File)";
    for (file, what) in [
        (b"SQLite format 3\x00".as_slice(), "a database"),
        (b"\x00\x01\x00\x00Standard ACE DB\x00", "binary data"),
        (
            b"ClassId2e4f51ef21dd47e99d3c952918aff9cd,pageHeaderEntry\r\n",
            printed,
        ),
    ] {
        let error = refused(file);
        assert!(
            matches!(&error, ReadError::Foreign { what: found, .. } if *found == what),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .starts_with(&format!("This is {what}, not a CSV file. ")),
            "{error}"
        );
    }
}

#[test]
fn the_separator_line_of_a_spreadsheet_is_followed() {
    for (line, delimiter) in [
        ("sep=;", Delimiter::Semicolon),
        ("\"sep=|\"", Delimiter::Pipe),
        ("SEP=\t", Delimiter::Tab),
    ] {
        let separator = match delimiter {
            Delimiter::Semicolon => ";",
            Delimiter::Pipe => "|",
            _ => "\t",
        };
        let rows = ["DisplayName,UPN,SipAddress", "Ken Myer,k@x.y,k@x.y"]
            .map(|row| row.replace(',', separator));
        let preview = preview(
            &TempStore::new(),
            format!("{line}\r\n{}\r\n", rows.join("\r\n")),
        );
        assert_eq!(
            (counts(&preview), preview.plan.rows[0].line),
            ([1, 0, 0, 0], 3),
            "{line:?}"
        );
        assert_eq!(preview.how_read.delimiter(), Some(delimiter));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_named_and_nothing_is_read() {
    let file =
        "DisplayName,UPN,SipAddress\nKen Myer,k@x.y,\n\"Pilar Ackerman,p@x.y,\nAnna Smith,a@x.y,\n";
    let error = refused(file);
    assert_eq!(error, ReadError::OpenQuote { line: 3, byte: 43 });
    assert!(error.to_string().contains("on line 3 (byte 43)"), "{error}");
}

#[test]
fn a_file_without_a_header_is_empty() {
    for file in [
        "",
        "\u{FEFF}",
        "\r\n",
        "\n\n\n",
        "   ",
        "#TYPE X",
        "#TYPE X\r\n",
        "\u{FEFF}#TYPE X\r\n# note\r\n\r\n",
    ] {
        assert_eq!(refused(file), ReadError::Empty, "{file:?}");
    }
}

#[test]
fn a_file_with_nothing_but_a_header_has_nothing_to_import() {
    for header in [USERS_HEADER, PINS_HEADER] {
        for line_end in ["", "\n", "\r\n", "\r\n\r\n\r\n"] {
            let preview = preview(&TempStore::new(), format!("{header}{line_end}"));
            assert_eq!(
                (counts(&preview), preview.how_read.rows),
                ([0; 4], 0),
                "{header}{line_end:?}"
            );
            assert!(!preview.plan.changes_anything());
        }
    }
}

#[test]
fn a_file_that_is_not_there_or_a_folder_is_named() {
    let temp = TempStore::new();
    for path in [
        temp.folder.path().join("missing.csv"),
        temp.folder.path().to_owned(),
    ] {
        let error = preview_import(&temp.store, &path, &utc(), now(), &Unwatched).unwrap_err();
        assert!(matches!(&error, ReadError::Io(_)), "{error}");
        assert!(
            error.to_string().ends_with(&format!("{}.", path.display())),
            "{error}"
        );
    }
}

/// A file whose drive fails after some bytes.
struct GoesAway(io::Cursor<Vec<u8>>);

impl Read for GoesAway {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the network name is no longer available")),
            count => Ok(count),
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_refused_as_a_whole() {
    let temp = TempStore::with(&[KEN]);
    for text in [
        "Disp".to_owned(),
        format!("{USERS_HEADER}\n"),
        users_file(&[user_row("Pilar Ackerman", "packerman")]),
        pins_file(&["sip:kenmyer@litwareinc.com,True,True,,", "sip:kenm"]),
    ] {
        let (bytes, size) = (text.clone().into_bytes(), text.len() as u64);
        let file = Input::of("users.csv", size, move || {
            Ok(Box::new(GoesAway(io::Cursor::new(bytes.clone()))))
        });
        let outcome = preview_input(&temp.store, &file, &utc(), now(), &Unwatched);
        let expected = ReadError::Io("the network name is no longer available".to_owned());
        assert_eq!(outcome.map(|preview| preview.plan), Err(expected), "{text}");
    }
}

#[test]
fn the_plan_names_exactly_the_file_that_was_read() {
    let temp = TempStore::new();
    let long = users_file(
        &(0..3000)
            .map(|i| user_row(&format!("User {i}"), &format!("user{i}")))
            .collect::<Vec<_>>(),
    );
    for file in [
        sample::USERS.to_vec(),
        sample::PINS.to_vec(),
        format!("\u{FEFF}#TYPE X\r\n\r\n{USERS_HEADER}\r\n\r\n\r\n").into_bytes(),
        USERS_HEADER.as_bytes().to_vec(),
        long.into_bytes(),
    ] {
        let plan = preview(&temp, &file).plan;
        let real = hex(&Sha256::digest(&file));
        assert_eq!((plan.sha256, plan.source.as_str()), (real, "export.csv"));
    }
}

/// Cancels after it was asked this number of times.
struct CancelsAfter(AtomicU64);

impl Progress for CancelsAfter {
    fn advance(&self, done: u64, total: u64) {
        assert!(done <= total, "{done} of {total}");
    }
    fn is_cancelled(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) == 0
    }
}

#[test]
fn reading_can_be_cancelled_at_every_step() {
    let people: Vec<_> = (0..1500)
        .map(|i| (format!("User {i}"), format!("user{i}")))
        .collect();
    let mut temp = TempStore::new();
    let users = users_file(
        &people
            .iter()
            .map(|(display, logon)| user_row(display, logon))
            .collect::<Vec<_>>(),
    );
    let pins: Vec<_> = people
        .iter()
        .map(|(_, logon)| format!("{logon}@litwareinc.com,True,False,,"))
        .collect();
    let pins = pins_file(&pins.iter().map(String::as_str).collect::<Vec<_>>());
    import(&mut temp, &users);
    for file in [users, pins] {
        let mut steps = 0;
        loop {
            let input = Input::bytes("export.csv", file.clone().into_bytes());
            let progress = CancelsAfter(AtomicU64::new(steps));
            match preview_input(&temp.store, &input, &utc(), now(), &progress) {
                Err(error) => assert_eq!(error, ReadError::Cancelled),
                Ok(_) => break,
            }
            steps += 1;
        }
        assert!(steps >= 2, "asked {steps} times");
    }
}

// Dates

#[test]
fn dates_are_read_as_cultures_write_them() {
    use DateOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy};
    for (text, order, expected) in [
        ("9/25/2012 1:35:03 PM", Mdy, "2012-09-25T13:35:03Z"),
        ("9/25/2012 1:35:03\u{202f}PM", Mdy, "2012-09-25T13:35:03Z"),
        ("09/25/2012 01:35:03 pm", Mdy, "2012-09-25T13:35:03Z"),
        ("9/25/2012 1:35:03PM", Mdy, "2012-09-25T13:35:03Z"),
        ("2/3/2012 12:00:00 AM", Mdy, "2012-02-03T00:00:00Z"),
        ("2/3/2012 12:00:00 AM", Dmy, "2012-03-02T00:00:00Z"),
        ("2/3/2012 12:59:59 AM", Mdy, "2012-02-03T00:59:59Z"),
        ("2/3/2012 1:00:00 AM", Mdy, "2012-02-03T01:00:00Z"),
        ("2/3/2012 11:59:59 AM", Mdy, "2012-02-03T11:59:59Z"),
        ("2/3/2012 12:00:00 PM", Mdy, "2012-02-03T12:00:00Z"),
        ("2/3/2012 11:59:59 PM", Mdy, "2012-02-03T23:59:59Z"),
        ("25/09/2012 13:35:03", Dmy, "2012-09-25T13:35:03Z"),
        ("25.09.2012 13:35:03", Dmy, "2012-09-25T13:35:03Z"),
        ("25-09-2012 13:35", Dmy, "2012-09-25T13:35:00Z"),
        ("  9/25/2012  ", Mdy, "2012-09-25T00:00:00Z"),
        ("2012-09-25", Mdy, "2012-09-25T00:00:00Z"),
        ("2012-09-25 13:35:03", Dmy, "2012-09-25T13:35:03Z"),
        ("2012/09/25 1:35:03 PM", Dmy, "2012-09-25T13:35:03Z"),
        ("2012-09-25T13:35:03", Mdy, "2012-09-25T13:35:03Z"),
        ("2012-09-25T13:35:03.1234567", Mdy, "2012-09-25T13:35:03Z"),
        ("2012-09-25T13:35:03Z", Mdy, "2012-09-25T13:35:03Z"),
        (
            "2012-09-25T13:35:03.5000000+02:00",
            Mdy,
            "2012-09-25T11:35:03.5Z",
        ),
        ("2012-09-25T13:35:03-07:00", Dmy, "2012-09-25T20:35:03Z"),
        ("2/29/2012 1:00:00 AM", Mdy, "2012-02-29T01:00:00Z"),
        ("12/31/9999 11:59:59 PM", Mdy, "9999-12-31T23:59:59Z"),
        ("1/1/0001 12:00:00 AM", Mdy, "0001-01-01T00:00:00Z"),
    ] {
        let written = WrittenDate::read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            written.moment(order, Zone::utc()),
            Some(moment(expected)),
            "{text}"
        );
    }
}

#[test]
fn other_texts_are_not_read_as_dates() {
    for text in [
        "",
        "never",
        "True",
        "9/25",
        "9/25/2012/1",
        "25/25/2012",
        "0/1/2012",
        "1/0/2012",
        "2/30/2012",
        "31/4/2012",
        "2/29/2013",
        "9/25/12",
        "9/25/12012",
        "2012-13-01",
        "2012-02-30",
        "9/25/2012 25:00:00",
        "9/25/2012 13:60:00",
        "9/25/2012 13:35:03:00",
        "9/25/2012 13",
        "9/25/2012 0:10:00 AM",
        "9/25/2012 13:00:00 PM",
        "9/25/2012 1:00:00 XM",
        "9/25/2012 1:00:00 PM EST",
        "2012-09-25T13:35:03.123+02",
        "2012-09-25T13:35:03.1234567+0200",
        "2012-09-25T13:35:03 +02:00x",
        "41177.566",
        "٢٥/٩/٢٠١٢",
    ] {
        assert_eq!(WrittenDate::read(text), None, "{text}");
    }
}

#[test]
fn a_date_that_the_other_order_does_not_have_is_no_moment() {
    let written = WrittenDate::read("9/25/2012").unwrap();
    assert_eq!(written.moment(DateOrder::DayMonthYear, Zone::utc()), None);
    assert_eq!(
        WrittenDate::read("25/9/2012")
            .unwrap()
            .moment(DateOrder::MonthDayYear, Zone::utc()),
        None
    );
}

#[test]
fn the_order_of_dates_is_proved_by_the_column_or_asked_for() {
    use DateOrder::{DayMonthYear as Dmy, MonthDayYear as Mdy};
    let open = |example: &str, line| ReadError::DateOrderOpen {
        example: example.to_owned(),
        line,
    };
    let (shown, chosen) = (
        |order, line| {
            (
                order,
                Some(format!("{}, as line {line} shows", DateOrder::label(order))),
            )
        },
        |order| {
            (
                order,
                Some(format!("{}, as chosen", DateOrder::label(order))),
            )
        },
    );
    type Case<'a> = (
        &'a [&'a str],
        Option<DateOrder>,
        Result<(DateOrder, Option<String>), ReadError>,
    );
    let cases: [Case<'_>; 10] = [
        (&[], None, Ok((Mdy, None))),
        (
            &["2012-09-25", "2012-09-25T13:35:03Z"],
            None,
            Ok((Mdy, None)),
        ),
        (&["5/5/2012"], None, Ok((Mdy, None))),
        (
            &["1/2/2012", "9/25/2012", "9/26/2012"],
            None,
            Ok(shown(Mdy, 3)),
        ),
        (&["1/2/2012", "25/9/2012"], None, Ok(shown(Dmy, 3))),
        (&["25/9/2012"], Some(Mdy), Ok(shown(Dmy, 2))),
        (
            &["5/5/2012", "1/2/2012", "3/4/2012"],
            None,
            Err(open("1/2/2012", 3)),
        ),
        (&["1/2/2012"], Some(Mdy), Ok(chosen(Mdy))),
        (&["1/2/2012"], Some(Dmy), Ok(chosen(Dmy))),
        (
            &["1/2/2012", "25/9/2012", "9/25/2012"],
            Some(Dmy),
            Err(ReadError::DateOrderMixed {
                month_first: 4,
                day_first: 3,
            }),
        ),
    ];
    for (column, choice, expected) in cases {
        let mut evidence = OrderEvidence::default();
        for (line, text) in (2..).zip(column) {
            evidence.add(WrittenDate::read(text).unwrap(), line, text);
        }
        assert_eq!(evidence.order(choice), expected, "{column:?} {choice:?}");
    }
}

#[test]
fn a_file_of_pins_is_read_in_the_order_that_it_proves() {
    let temp = TempStore::with(&[KEN, PILAR]);
    let file = |first: &str, second: &str| {
        pins_file(&[
            &format!("sip:kenmyer@litwareinc.com,True,False,{first},"),
            &format!("packerman@litwareinc.com,True,False,,{second}"),
        ])
    };
    let (american, european) = (
        "month/day/year, as line 3 shows",
        "day/month/year, as line 3 shows",
    );
    for (second, order, changed) in [
        ("9/25/2027 1:35:03 PM", american, "2026-02-03T12:00:00Z"),
        ("25/9/2027 13:35:03", european, "2026-03-02T12:00:00Z"),
    ] {
        let preview = preview(&temp, file("2/3/2026 12:00:00 PM", second));
        assert_eq!(preview.how_read.dates.as_deref(), Some(order));
        let states: Vec<_> = preview
            .plan
            .rows
            .iter()
            .map(|row| match &row.verdict {
                ImportVerdict::ChangedPin { after, .. } => (after.last_change, after.expires),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            states,
            [
                (Some(moment(changed)), None),
                (None, Some(moment("2027-09-25T13:35:03Z")))
            ]
        );
    }
    let mixed = preview_with(&temp, file("25/9/2026", "9/25/2027"), &utc()).unwrap_err();
    assert_eq!(
        mixed,
        ReadError::DateOrderMixed {
            month_first: 3,
            day_first: 2
        }
    );
    assert_eq!(
        mixed.to_string(),
        "Line 3 shows that dates are month/day, line 2 that they are day/month."
    );
}

#[test]
fn an_open_order_of_dates_is_asked_for_and_answered_by_an_option() {
    let open = kens_pin("2/3/2026 1:00:00 PM,3/4/2027", &utc()).unwrap_err();
    assert!(
        open.contains("the first is 2/3/2026 1:00:00 PM on line 2. Choose the order."),
        "{open}"
    );
    for (order, changed, expires) in [
        (
            DateOrder::MonthDayYear,
            "2026-02-03T13:00:00Z",
            "2027-03-04T00:00:00Z",
        ),
        (
            DateOrder::DayMonthYear,
            "2026-03-02T13:00:00Z",
            "2027-04-03T00:00:00Z",
        ),
    ] {
        let options = ImportOptions {
            date_order: Some(order),
            ..utc()
        };
        let pin = kens_pin("2/3/2026 1:00:00 PM,3/4/2027", &options).unwrap();
        assert_eq!(
            (pin.last_change, pin.expires),
            (Some(moment(changed)), Some(moment(expires))),
            "{order:?}"
        );
    }
}

#[test]
fn times_are_read_in_the_zone_that_was_chosen_unless_they_name_one() {
    let zone = |hours: i32| Zone::Fixed(FixedOffset::east_opt(hours * 3600).unwrap());
    for (zone, written, expected) in [
        (zone(0), "9/25/2026 1:35:03 PM", "2026-09-25T13:35:03Z"),
        (zone(2), "9/25/2026 1:35:03 PM", "2026-09-25T11:35:03Z"),
        (zone(-8), "9/25/2026 1:35:03 PM", "2026-09-25T21:35:03Z"),
        (zone(2), "9/25/2026 12:30:00 AM", "2026-09-24T22:30:00Z"),
        (zone(2), "2026-09-25 13:35:03", "2026-09-25T11:35:03Z"),
        (zone(2), "2026-09-25T13:35:03Z", "2026-09-25T13:35:03Z"),
        (zone(2), "2026-09-25T13:35:03-07:00", "2026-09-25T20:35:03Z"),
    ] {
        let options = ImportOptions {
            zone,
            ..ImportOptions::default()
        };
        let pin = kens_pin(&format!("{written},"), &options).unwrap();
        assert_eq!(
            pin.last_change,
            Some(moment(expected)),
            "{written} in {zone:?}"
        );
    }
}

#[test]
fn a_date_that_cannot_be_read_is_named_and_only_its_row_is_left_out() {
    let temp = TempStore::with(&[KEN, PILAR, ANNA]);
    let preview = preview(
        &temp,
        pins_file(&[
            "sip:kenmyer@litwareinc.com,True,False,soon,",
            "sip:packerman@litwareinc.com,True,False,,2/30/2027",
            "sip:asmith@litwareinc.com,True,False,2/28/2026,",
        ]),
    );
    let expected = [
        (
            2,
            "LastPinChangeTime is \"soon\", which is no date.".to_owned(),
        ),
        (
            3,
            "PinExpirationTime is \"2/30/2027\", which is no date.".to_owned(),
        ),
    ];
    assert_eq!(conflicts(&preview), expected);
    assert_eq!(counts(&preview), [0, 1, 0, 2]);
}

#[test]
fn truth_values_are_read_in_any_case_and_as_spreadsheets_write_them() {
    let temp = TempStore::with(&[KEN]);
    for (is_set, is_locked, expected) in [
        ("True", "False", Ok((true, false))),
        ("true", "TRUE", Ok((true, true))),
        (" tRUE ", "\" true \"", Ok((true, true))),
        ("False", "false", Ok((false, false))),
        ("Yes", "False", Ok((true, false))),
        ("True", "1", Ok((true, true))),
        ("WAHR", "FAUX", Ok((true, false))),
        (
            "perhaps",
            "False",
            Err("IsPinSet is \"perhaps\"; it must be True or False."),
        ),
        (
            "",
            "False",
            Err("IsPinSet is \"\"; it must be True or False."),
        ),
        (
            "True",
            "$true",
            Err("IsLockedOut is \"$true\"; it must be True or False."),
        ),
    ] {
        let preview = preview(
            &temp,
            pins_file(&[&format!(
                "sip:kenmyer@litwareinc.com,{is_set},{is_locked},,"
            )]),
        );
        let read = match preview.plan.rows.first().map(|row| &row.verdict) {
            None => Ok((true, false)),
            Some(ImportVerdict::ChangedPin { after, .. }) => {
                Ok((after.is_set, after.lock.is_some()))
            }
            Some(ImportVerdict::Conflict(why)) => Err(why.as_str()),
            Some(other) => panic!("{other:?}"),
        };
        assert_eq!(read, expected, "{is_set}, {is_locked}");
    }
}

// Users

#[test]
fn the_domain_comes_from_the_file_the_stores_table_or_the_distinguished_name() {
    let temp = TempStore::new();
    temp.plain()
        .execute(
            "INSERT INTO domains (dns, netbios) VALUES ('emea.litwareinc.com', 'LWEMEA')",
            [],
        )
        .unwrap();
    for (header, domain, dn, expected) in [
        (
            "X",
            "",
            "CN=K,OU=F,DC=litwareinc,DC=com",
            Some(r"litwareinc\k"),
        ),
        (
            "X",
            "",
            "CN=K,OU=F,DC=emea,DC=litwareinc,DC=com",
            Some(r"LWEMEA\k"),
        ),
        (
            "X",
            "",
            "cn=K , ou=F , dc = EMEA , dc = LitwareInc , dc = com",
            Some(r"LWEMEA\k"),
        ),
        (
            "X",
            "",
            "CN=K,OU=F,DC=asia,DC=litwareinc,DC=com",
            Some(r"asia\k"),
        ),
        (
            "Domain",
            "LITWARE",
            "CN=K,DC=emea,DC=litwareinc,DC=com",
            Some(r"LITWARE\k"),
        ),
        (
            "netbiosdomain",
            "LITWARE",
            "CN=K,DC=litwareinc,DC=com",
            Some(r"LITWARE\k"),
        ),
        (
            "Domain",
            " ",
            "CN=K,DC=emea,DC=litwareinc,DC=com",
            Some(r"LWEMEA\k"),
        ),
        ("Domain", "LITWARE", "", Some(r"LITWARE\k")),
        ("Domain", "", "", None),
        ("Domain", "", "CN=K,OU=F", None),
        ("Domain", "", "not a distinguished name", None),
    ] {
        let file = format!(
            "DisplayName,UPN,SamAccountName,DistinguishedName,{header}\nK,k@x.y,k,\"{dn}\",{domain}\n"
        );
        let users = new_users(&preview(&temp, file));
        let account = users[0].1.account.as_ref().map(ToString::to_string);
        assert_eq!(account.as_deref(), expected, "{header} {domain:?} {dn}");
    }
}

#[test]
fn a_domain_in_the_column_of_the_logon_name_is_the_domain_of_the_account() {
    let temp = TempStore::new();
    let dn = "CN=K,DC=emea,DC=litwareinc,DC=com";
    for (logon, domain, expected) in [
        (r"LITWARE\k", "", Some(r"LITWARE\k")),
        (r"LITWARE\k", "litware", Some(r"LITWARE\k")),
        (r"LITWARE\k", "FABRIKAM", None),
        (r"LITWARE\", "", None),
        (r"\k", "LITWARE", None),
    ] {
        let header = "DisplayName,UPN,SamAccountName,DistinguishedName,Domain";
        let plan = preview(
            &temp,
            format!("{header}\nK,k@x.y,{logon},\"{dn}\",{domain}\n"),
        );
        let account = match &plan.plan.rows[0].verdict {
            ImportVerdict::NewUser(user) => user.account.as_ref().map(ToString::to_string),
            ImportVerdict::Conflict(_) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(account.as_deref(), expected, "{logon} {domain:?}");
    }
    let without_domains = "DisplayName,UPN,SamAccountName\nK,k@x.y,LITWARE\\k\n".to_owned();
    let users = new_users(&preview(&temp, without_domains));
    assert_eq!(
        users[0]
            .1
            .account
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some(r"LITWARE\k")
    );
}

#[test]
fn names_are_kept_as_the_directory_wrote_them_but_for_what_is_not_part_of_them() {
    let user = only_user(&format!(
        "{USERS_HEADER}\n José Nuñez ,SIP:Jose@Litwareinc.com,Jose@Litwareinc.com,JNunez,\"CN = José , DC=LitwareInc,DC=com\",{{4E7C1F52-0000-4000-8000-0000000000AB}}\n"
    ));
    assert_eq!(user.display_name, "José Nuñez");
    assert_eq!(
        user.sip.as_deref(),
        Some("Jose@Litwareinc.com"),
        "without its prefix"
    );
    assert_eq!(user.upn.as_deref(), Some("Jose@Litwareinc.com"));
    assert_eq!(
        user.account.map(|account| account.to_string()).as_deref(),
        Some(r"LitwareInc\JNunez")
    );
    assert_eq!(user.dn.as_deref(), Some("CN = José , DC=LitwareInc,DC=com"));
    assert_eq!(
        user.guid.as_deref(),
        Some("4e7c1f52-0000-4000-8000-0000000000ab"),
        "comparable"
    );
}

#[test]
fn a_row_that_names_nobody_exactly_is_left_out() {
    let temp = TempStore::new();
    let no_name = "It has no display name.";
    let not_exact = "It has no name that is exact: SIP address, UPN, account and distinguished name are all empty.";
    for (row, why) in [
        (",sip:k@x.y,,,,", no_name),
        ("Ken,,,,,", not_exact),
        ("Ken,sip:,,ken,,", not_exact),
        ("Ken, ,,ken,,{1}", not_exact),
    ] {
        assert_eq!(
            conflict(&temp, format!("{USERS_HEADER}\n{row}\n")),
            why,
            "{row}"
        );
    }
}

#[test]
fn the_same_file_twice_is_all_unchanged() {
    for file in [
        sample::USERS.to_vec(),
        users_file(&[user_row("Ken Myer", "kenmyer"), user_row("Myer, Robert", "rmyer")]).into_bytes(),
        format!("{USERS_HEADER}\r\nKen,SIP:Ken@X.y,KEN@x.y,KEN,,{{4E7C1F52-0000-4000-8000-0000000000AB}}\r\n")
            .into_bytes(),
        "DisplayName,DistinguishedName\nMu\u{308}ller,\"cn = M\\C3\\BCller , DC=com\"\nM,not a DN\n".into(),
    ] {
        let mut temp = TempStore::new();
        let [new, 0, 0, 0] = counts(&preview(&temp, &file)) else { panic!("{}", String::from_utf8_lossy(&file)) };
        assert_eq!(import(&mut temp, &file).added, new as u64);
        let again = preview(&temp, &file);
        assert_eq!(counts(&again), [0, 0, new, 0]);
        assert!(!again.plan.changes_anything());
    }
    let mut temp = TempStore::new();
    import(&mut temp, sample::USERS);
    assert_eq!(counts(&preview(&temp, sample::PINS)), [0, 230, 20, 0]);
    import(&mut temp, sample::PINS);
    assert_eq!(counts(&preview(&temp, sample::PINS)), [0, 0, 250, 0]);
}

#[test]
fn a_renamed_user_is_known_again_by_the_guid() {
    let mut temp = TempStore::new();
    import(
        &mut temp,
        format!(
            "{USERS_HEADER}\n{}aa-01\n",
            user_row("Anna Smith", "asmith")
        ),
    );
    let anna = temp.user("asmith");
    let preview = preview(
        &temp,
        format!(
            "{USERS_HEADER}\n{}{{AA-01}}\n",
            user_row("Anna Jones", "ajones")
        ),
    );
    let [row] = &preview.plan.rows[..] else {
        panic!("{preview:?}")
    };
    let ImportVerdict::ChangedUser {
        id,
        version,
        before,
        after,
    } = &row.verdict
    else {
        panic!("{row:?}")
    };
    assert_eq!(
        (*id, *version, &**before),
        (anna.id, anna.version, &anna.names)
    );
    assert_eq!(
        (after.display_name.as_str(), after.guid.as_deref()),
        ("Anna Jones", Some("aa-01"))
    );
}

#[test]
fn two_people_are_never_made_one() {
    let mut temp = TempStore::new();
    import(
        &mut temp,
        format!(
            "{USERS_HEADER}\n{}aa-01\n{}aa-02\n{}\n",
            user_row("Anna Smith", "asmith"),
            user_row("Ken Myer", "kenmyer"),
            user_row("Lobby", "lobby")
        ),
    );
    let ken_of = r"Ken Myer (sip:kenmyer@litwareinc.com)";
    for (case, row, expected) in [
        (
            "a recreated account has another GUID",
            format!("{}aa-77", user_row("Ken Myer", "kenmyer")),
            format!(
                "{ken_of} has one of these names already, but is somebody else (another GUID)."
            ),
        ),
        (
            "one takes the SIP address of the other",
            "Anna Smith,sip:kenmyer@litwareinc.com,asmith@litwareinc.com,asmith,,aa-01".to_owned(),
            format!("One of its new names belongs to {ken_of}."),
        ),
        (
            "names of two people",
            "Somebody,sip:kenmyer@litwareinc.com,asmith@litwareinc.com,,,".to_owned(),
            format!(
                "Its names belong to two people: Anna Smith (sip:asmith@litwareinc.com) and {ken_of}."
            ),
        ),
        (
            "names of two people, one of them without a GUID",
            "Somebody,sip:lobby@litwareinc.com,kenmyer@litwareinc.com,,,aa-09".to_owned(),
            format!(
                "Its names belong to two people: {ken_of} and Lobby (sip:lobby@litwareinc.com)."
            ),
        ),
    ] {
        assert_eq!(
            conflict(&temp, format!("{USERS_HEADER}\n{row}\n")),
            expected,
            "{case}"
        );
    }
    let one_learns_the_guid = format!("{USERS_HEADER}\n{}aa-09\n", user_row("Lobby", "lobby"));
    assert_eq!(counts(&preview(&temp, one_learns_the_guid)), [0, 1, 0, 0]);
}

#[test]
fn without_a_guid_a_reused_logon_name_does_not_merge_two_users() {
    let mut temp = TempStore::new();
    import(&mut temp, users_file(&[user_row("Ken Myer", "kenmyer")]));
    let header = "DisplayName,SipAddress,UserPrincipalName,SamAccountName,DistinguishedName";
    let row = |name: &str, sip: &str, dn: &str| {
        format!(
            "{header}\n{name},sip:{sip}@litwareinc.com,{sip}@litwareinc.com,kenmyer,\"CN={dn},DC=litwareinc,DC=com\"\n"
        )
    };
    let why = conflict(&temp, row("Karl Other", "kother", "Karl Other"));
    assert!(
        why.contains("no GUID tells whether it is the same person"),
        "{why}"
    );
    let known = temp.user("kenmyer").names.dn.unwrap();
    let moved_names = format!(
        "{header}\nKen Myer-Lee,sip:klee@litwareinc.com,klee@litwareinc.com,kenmyer,\"{known}\"\n"
    );
    assert_eq!(
        counts(&preview(&temp, moved_names))[1],
        1,
        "the same distinguished name is the same person"
    );
}

#[test]
fn a_name_that_the_file_has_no_column_for_stays() {
    let mut temp = TempStore::new();
    import(&mut temp, users_file(&[user_row("Ken Myer", "kenmyer")]));
    let before = temp.user("kenmyer").names;
    let sip = before.sip.clone().unwrap();
    assert_eq!(
        counts(&preview(
            &temp,
            format!("DisplayName,SipAddress\nKen Myer,sip:{sip}\n")
        )),
        [0, 0, 1, 0]
    );
    import(
        &mut temp,
        format!("DisplayName,SipAddress\nKenneth Myer,sip:{sip}\n"),
    );
    assert_eq!(
        temp.user("kenmyer").names,
        UserNames {
            display_name: "Kenneth Myer".to_owned(),
            ..before
        }
    );
}

#[test]
fn a_moment_is_read_as_exactly_as_the_store_keeps_it() {
    let mut temp = TempStore::with(&[KEN]);
    let file = pins_file(&[r"litwareinc\kenmyer,True,False,2026-09-13T17:51:27.1234567Z,"]);
    import(&mut temp, &file);
    assert_eq!(
        counts(&preview(&temp, &file)),
        [0, 0, 1, 0],
        "the second time nothing has changed"
    );
}

#[test]
fn of_two_rows_with_the_same_exact_name_the_first_one_keeps_it() {
    let first = "Ken,sip:ken@x.y,ken@x.y,ken,\"CN=Ken,DC=x,DC=y\",aa-01";
    for (second, form) in [
        (
            "Other,SIP:KEN@X.Y,o@x.y,o,\"CN=O,DC=x,DC=y\",aa-02",
            "SIP address",
        ),
        (
            "Other,ken@x.y,o@x.y,o,\"CN=O,DC=x,DC=y\",aa-02",
            "SIP address",
        ),
        ("Other,o@x.y,Ken@x.y,o,\"CN=O,DC=x,DC=y\",aa-02", "UPN"),
        ("Other,o@x.y,o@x.y,KEN,\"CN=O,DC=X,DC=y\",aa-02", "account"),
        (
            "Other,o@x.y,o@x.y,o,\"cn=ken, dc=x, dc=y\",aa-02",
            "distinguished name",
        ),
        ("Other,o@x.y,o@x.y,o,\"CN=O,DC=x,DC=y\",{AA-01}", "GUID"),
        (first, "GUID"),
    ] {
        let preview = preview(
            &TempStore::new(),
            format!("{USERS_HEADER}\n{first}\n{second}\n"),
        );
        assert_eq!(
            conflicts(&preview),
            [(3, format!("Line 2 of the file has the same {form}."))],
            "{second}"
        );
        assert_eq!(counts(&preview), [1, 0, 0, 1], "{second}");
    }
    let namesakes = format!("{USERS_HEADER}\nKen,k1@x.y,k2@x.y,,,\nKen,k2@x.y,k1@x.y,,,\n");
    assert_eq!(
        counts(&preview(&TempStore::new(), namesakes)),
        [2, 0, 0, 0],
        "one's UPN may be the other's SIP address"
    );
}

// PIN states

#[test]
fn a_row_of_pins_is_about_the_one_user_its_identity_points_at() {
    let temp = TempStore::with(&[KEN, PILAR]);
    for identity in [
        "sip:kenmyer@litwareinc.com",
        "SIP:KENMYER@LITWAREINC.COM",
        "kenmyer@litwareinc.com",
        r"litwareinc\kenmyer",
        "Ken Myer",
        "\" Ken Myer \"",
        "\"cn = ken myer, ou = Finance, DC=litwareinc,DC=com\"",
    ] {
        let preview = preview(&temp, pins_file(&[&format!("{identity},True,True,,")]));
        let [row] = &preview.plan.rows[..] else {
            panic!("{preview:?}")
        };
        let ImportVerdict::ChangedPin {
            id, before, after, ..
        } = &row.verdict
        else {
            panic!("{row:?}")
        };
        assert_eq!(
            (*id, &**before),
            (temp.id("kenmyer"), &temp.user("kenmyer").pin),
            "{identity}"
        );
        let lock = after.lock.as_ref().unwrap();
        assert_eq!(
            (lock.cause, lock.since, &lock.by),
            (LockCause::Unknown, None, &None),
            "{identity}"
        );
    }
}

#[test]
fn a_row_of_pins_that_points_at_no_single_user_is_left_out() {
    let mut temp = TempStore::with(&[KEN]);
    import(
        &mut temp,
        "DisplayName,SipAddress,UPN\n\
         Maria Garcia,sip:mgarcia@litwareinc.com,\nMaria Garcia,sip:mgarcia2@litwareinc.com,\n\
         Chris Gray,sip:cgray@litwareinc.com,cross@litwareinc.com\nChristine Gray,sip:cross@litwareinc.com,\n",
    );
    let nobody = "Nobody in the directory has this identity. Import the users first.";
    for (identity, why) in [
        ("sip:nobody@litwareinc.com", nobody),
        ("kenmyer", nobody),
        ("Maria Garcia", "2 users have this identity."),
        ("cross@litwareinc.com", "2 users have this identity."),
        (
            "* Myer",
            "A file must name each user exactly, without wildcards.",
        ),
        (
            "*",
            "A file must name each user exactly, without wildcards.",
        ),
        (
            "sip:*@litwareinc.com",
            "Wildcards (*) work only with display names.",
        ),
        ("\"\"", "Identity is empty."),
        (
            "sip:kenmyer",
            "The SIP address is incomplete: it needs a name and a domain, as in sip:kenmyer@litwareinc.com.",
        ),
    ] {
        assert_eq!(
            conflict(&temp, pins_file(&[&format!("{identity},True,False,,")])),
            why,
            "{identity}"
        );
    }
    assert_eq!(
        counts(&preview(
            &temp,
            pins_file(&["sip:cross@litwareinc.com,True,False,,"])
        )),
        [0, 1, 0, 0]
    );
}

#[test]
fn a_user_who_comes_twice_is_imported_once() {
    let temp = TempStore::with(&[KEN, PILAR]);
    let preview = preview(
        &temp,
        pins_file(&[
            "sip:kenmyer@litwareinc.com,True,True,,",
            "sip:packerman@litwareinc.com,True,False,,",
            r"litwareinc\kenmyer,True,False,,",
            "Pilar Ackerman,True,True,,",
            "Ken Myer,maybe,False,,",
        ]),
    );
    let expected = [
        (4, "duplicate of line 2".to_owned()),
        (5, "duplicate of line 3".to_owned()),
        (
            6,
            "IsPinSet is \"maybe\"; it must be True or False.".to_owned(),
        ),
    ];
    assert_eq!(conflicts(&preview), expected);
    assert_eq!(counts(&preview), [0, 1, 1, 3]);
}

#[test]
fn a_file_never_takes_an_administrators_lock_away_and_keeps_the_cause_of_every_lock() {
    let lock = |cause: &str| {
        format!(
            "UPDATE pins SET is_set = 1, lock_cause = '{cause}', lock_by = 'ann', lock_since = 1795000000000"
        )
    };
    let row = |locked: bool| pins_file(&[&format!("sip:kenmyer@litwareinc.com,True,{locked},,")]);
    for cause in LockCause::VARIANTS
        .iter()
        .copied()
        .filter(|cause| *cause != LockCause::Inactivity)
    {
        let temp = TempStore::with(&[KEN]);
        temp.plain().execute_batch(&lock(cause.word())).unwrap();
        if cause == LockCause::Temporary {
            temp.plain()
                .execute_batch(&format!(
                    "UPDATE pins SET lock_until = {}",
                    now().timestamp_millis() + 1
                ))
                .unwrap();
        }
        assert!(temp.is_locked("kenmyer"));
        assert_eq!(
            counts(&preview(&temp, row(true))),
            [0, 0, 1, 0],
            "{cause:?} stays what it is"
        );
        let unlocked = preview(&temp, row(false));
        if cause == LockCause::Administrator {
            let why = "The file says unlocked, but ann locked this PIN here. Unlock it in the preview if that is meant.";
            assert_eq!(conflicts(&unlocked), [(2, why.to_owned())]);
        } else {
            assert_eq!(counts(&unlocked), [0, 1, 0, 0], "{cause:?}");
        }
    }
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan(Action::Lock, vec![Target::User(temp.id("kenmyer"))]);
    temp.apply(&plan).unwrap();
    assert!(
        conflict(&temp, row(false)).contains(&admin().account),
        "a lock that was made here"
    );
}

#[test]
fn the_import_makes_exactly_the_changes_of_the_preview() {
    let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
    let file = pins_file(&[
        "sip:kenmyer@litwareinc.com,True,True,9/25/2025 1:35:03 PM,",
        "sip:packerman@litwareinc.com,False,False,,",
        "sip:asmith@litwareinc.com,True,False,,2/17/2027 12:05:09 AM",
        "sip:nobody@litwareinc.com,True,True,,",
    ]);
    let shown = preview(&temp, &file);
    let imported = import(&mut temp, &file);
    assert_eq!(
        (imported.added, imported.changed, imported.drifted.len()),
        (0, 3, 0)
    );
    for row in &shown.plan.rows[..3] {
        let ImportVerdict::ChangedPin { id, after, .. } = &row.verdict else {
            panic!("{row:?}")
        };
        assert_eq!(
            temp.store.user(*id).unwrap().unwrap().pin,
            **after,
            "{}",
            row.label
        );
    }
    let expires = Some(moment("2027-02-17T00:05:09Z"));
    assert_eq!(
        temp.user("asmith").pin,
        PinState {
            is_set: true,
            expires,
            ..PinState::default()
        }
    );
    assert_eq!(
        temp.store.user_history(temp.id("kenmyer"), 1).unwrap()[0]
            .source
            .as_deref(),
        Some("export.csv")
    );
}

// Properties

/// Bytes that begin like a file of users or PINs.
fn nearly_a_file() -> impl Strategy<Value = Vec<u8>> {
    let beginning = proptest::sample::select(vec![
        "",
        "\u{FEFF}",
        "#TYPE X\r\n",
        "DisplayName,SipAddress\r\n",
        "DisplayName;UPN;DistinguishedName;Guid\n",
        "Identity,IsPinSet,IsLockedOut,LastPinChangeTime\n",
        "Identity\tIsPinSet\tIsLockedOut\tPinExpirationTime\r\n",
    ]);
    let word = proptest::sample::select(vec![
        "True",
        "False",
        "sip:",
        "kenmyer@litwareinc.com",
        "Ken Myer",
        "CN=Ken",
        "DC=com",
        "\\",
        "*",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "\r\n",
        "\n",
        "\r",
        "9/25/2012",
        " 1:35:03 PM",
        "2012-02-30T25:61:61",
        "99999999999999999999",
        "#",
        "=",
        "ß",
        "\u{301}",
        "{",
        "-0",
    ]);
    let piece = prop_oneof![5 => word.prop_map(|word| word.as_bytes().to_vec()), 1 => proptest::collection::vec(any::<u8>(), 0..4)];
    (beginning, proptest::collection::vec(piece, 0..40))
        .prop_map(|(beginning, pieces)| [beginning.as_bytes(), &pieces.concat()].concat())
}

#[test]
fn no_file_makes_a_preview_panic() {
    let temp = TempStore::with(&[KEN, PILAR]);
    let preview = |store: &Store, bytes: Vec<u8>, kind| {
        let options = ImportOptions {
            kind,
            date_order: Some(DateOrder::DayMonthYear),
            ..utc()
        };
        preview_input(
            store,
            &Input::bytes("x.csv", bytes),
            &options,
            now(),
            &Unwatched,
        )
    };
    proptest!(ProptestConfig::with_cases(1000), |(bytes in nearly_a_file())| {
        for kind in [None, Some(ImportKind::Users), Some(ImportKind::Pins)] {
            if let Ok(preview) = preview(&temp.store, bytes.clone(), kind) {
                let counted: usize = counts(&preview).iter().sum();
                prop_assert_eq!(counted as u64, preview.how_read.rows, "every row is in one group");
            }
        }
    });
}

#[test]
fn an_import_of_damaged_names_leaves_the_good_ones() {
    let mut temp = TempStore::new();
    let header = "DisplayName,SipAddress,DistinguishedName,Guid\n";
    let row = |name: &str, guid: u8| {
        format!(
            "{name},sip:u{guid}@litwareinc.com,\"CN={name},OU=Finance,DC=litwareinc,DC=com\",00000000-0000-0000-0000-0000000000{guid:02}\n"
        )
    };
    let import = |temp: &mut TempStore, rows: &[String]| {
        let path = temp.folder.path().join("users.csv");
        fs::write(&path, format!("{header}{}", rows.concat())).unwrap();
        let options = ImportOptions::default();
        let preview = preview_import(&temp.store, &path, &options, now(), &Unwatched).unwrap();
        temp.store
            .import(&preview.plan, &admin(), now(), &Unwatched)
            .unwrap();
        preview.plan
    };
    import(&mut temp, &[row("Zoë Kranz", 1), row("Jörg Müller", 2)]);
    let plan = import(
        &mut temp,
        &[
            row("Zo? Kranz", 1),
            row("JÃ¶rg MÃ¼ller", 2),
            row("Ren? Gro?e", 3),
        ],
    );
    assert_eq!(plan.count(ImportGroup::Conflict), 3);
    let ImportVerdict::Conflict(why) = &plan.rows[0].verdict else {
        panic!("{:?}", plan.rows[0])
    };
    assert!(
        why.starts_with("Letters were lost") && why.contains("Zoë Kranz would become Zo? Kranz"),
        "{why}"
    );
    let sql = temp.plain();
    let mut statement = sql
        .prepare("SELECT display_name FROM users ORDER BY id")
        .unwrap();
    let names = statement
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    let names: Vec<String> = names.map(|name| name.unwrap()).collect();
    assert_eq!(names, ["Zoë Kranz", "Jörg Müller"]);
}
