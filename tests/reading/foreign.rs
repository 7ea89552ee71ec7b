//! Files named CSV that are not tables.

use pindesk::exchange::{Input, ReadError, ReadOptions, TextEncoding};

use crate::{encoded, marked, read, read_input, refused};

const PRINTED: &str =
    "output that was formatted for the screen (Format-Table, Format-List or Out-File)";

fn assert_foreign(file: &[u8], expected: &str) {
    // A ZIP archive on disk may be a workbook. Workbooks are not read from memory.
    let error = read_input(
        &Input::bytes("list.csv", file.to_vec()),
        &ReadOptions::default(),
    )
    .expect_err(expected);
    assert!(
        matches!(error, ReadError::Foreign { what, .. } if what == expected),
        "{expected}: {error}"
    );
    assert!(
        error
            .to_string()
            .starts_with(&format!("This is {expected}, not a CSV file. ")),
        "{error}"
    );
}

#[test]
fn files_that_were_renamed_to_csv_are_named() {
    for (file, what) in [
        (b"PK\x03\x04\x14\x00\x06\x00".as_slice(), "a ZIP archive"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "an old Office file (.xls)",
        ),
        (b"%PDF-1.7\n%\xE2\xE3", "a document for reading"),
        (b"{\\rtf1\\ansi", "a document for reading"),
        (b"SQLite format 3\x00\x10\x00", "a database"),
        (b"\x1F\x8B\x08\x00", "a packed archive"),
        // A database, a picture, and a program.
        (
            b"\x00\x01\x00\x00Standard ACE DB\x00\x01\x00\x00\x00",
            "binary data",
        ),
        (
            b"\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR\x00\x00",
            "binary data",
        ),
    ] {
        assert_foreign(file, what);
    }
    // Text formats are also recognised in UTF-16, as Windows PowerShell writes it.
    for (text, what) in [
        ("{\"Identity\": \"sip:ken@x.y\"}", "JSON"),
        ("[\r\n  {\r\n    \"Identity\": 1", "JSON"),
        ("[{\"Identity\":1}]", "JSON"),
        ("\r\n<?xml version=\"1.0\"?>", "a web page or XML"),
        ("<!DOCTYPE html>", "a web page or XML"),
        ("<table><tr>", "a web page or XML"),
        (
            "<Objs Version=\"1.1.0.1\" xmlns=\"x\">",
            "the output of Export-Clixml",
        ),
    ] {
        assert_foreign(text.as_bytes(), what);
        for encoding in [
            TextEncoding::Utf8,
            TextEncoding::Utf16Le,
            TextEncoding::Utf16Be,
        ] {
            assert_foreign(&marked(encoding, text), what);
            assert_foreign(&encoded(encoding, text), what);
        }
    }
    let utf_32 = [b"\xFF\xFE\0\0".as_slice(), b"I\0\0\0d\0\0\0"].concat();
    assert_foreign(&utf_32, "a text in UTF-32");
    // Lists that only begin like other formats.
    for list in [
        "[External] Ken Myer\r\nAnna Smith\r\n",
        "{4e7c1f52-0000-4000-8000-0000000000ab}\r\n",
        "<Ken>\r\n",
    ] {
        assert_eq!(read(list).fields()[0].0, 1, "{list}");
    }
}

#[test]
fn output_formatted_for_the_screen_is_recognised() {
    for text in [
        // Format-Table | Export-Csv: the objects of the screen.
        "#TYPE Microsoft.PowerShell.Commands.Internal.Format.FormatStartData\r\n\
         \"ClassId2e4f51ef21dd47e99d3c952918aff9cd\",\"pageHeaderEntry\",\"groupingEntry\"\r\n\
         \"033ecb2bc07a4d43b5ef94ed5a35d280\",,\r\n",
        // Get-CsUser > list.csv, also with Format-Table.
        "\r\nIdentity                 IsPinSet IsLockedOut\r\n--------                 -------- -----------\r\n\
         sip:ken@x.y                  True       False\r\n\r\n",
        "Identity\r\n--------\r\nsip:ken@x.y\r\n",
        // Get-CsClientPinInfo > list.csv. It has so many properties that PowerShell writes a list.
        "\r\n\r\nIdentity          : sip:ken@x.y\r\nIsPinSet          : True\r\nLastPinChangeTime :\r\n\
         PinExpirationTime : 9/25/2012 1:35:03 PM\r\n\r\n",
    ] {
        assert_foreign(text.as_bytes(), PRINTED);
        assert_foreign(&marked(TextEncoding::Utf16Le, text), PRINTED);
    }
    // Lists that resemble such output only a little.
    for text in [
        "Identity,Reason\r\nken@x.y,a : b\r\npilar@x.y,---\r\n",
        "Identity\r\nAnne-Marie\r\n",
    ] {
        assert!(read(text).how.has_header, "{text}");
    }
}

#[test]
fn texts_that_are_no_tables_are_refused_once() {
    const LDIF: &str = "LDIF, the export of a directory";
    const CARD: &str = "a vCard or a calendar";
    const MAIL: &str = "a mail message";
    const SCRIPT: &str = "a PowerShell script";
    const SQL: &str = "SQL, the script of a database";
    const DRAWN: &str = "a table that is drawn with lines (Markdown, or the answer of a database)";
    const VALUES: &str = "a text with the name of a value in each line";
    const ONE_LINE: &str = "a single line of several texts";
    for (text, what) in [
        (
            "dn: CN=Ken Myer,DC=x,DC=y\r\nchangetype: modify\r\nsn: Myer\r\n",
            LDIF,
        ),
        (
            "# ldapsearch\nversion: 1\n\ndn:: Q049S2Vu\nmail: ken@x.y\n",
            LDIF,
        ),
        ("DN: uid=ken,dc=x,dc=y\nuid: ken\n", LDIF),
        (
            "BEGIN:VCARD\r\nVERSION:4.0\r\nEMAIL:ken@x.y\r\nEND:VCARD\r\n",
            CARD,
        ),
        ("begin:vcard\nfn:Ken\nend:vcard\n", CARD),
        ("BEGIN:VCALENDAR\nATTENDEE:mailto:ken@x.y\n", CARD),
        (
            "Received: from a by b\nFrom: Anna <anna@x.y>\nTo: ken@x.y\n\nText\n",
            MAIL,
        ),
        (
            "Von: Anna <anna@x.y>\nGesendet: Montag\nAn: ken@x.y\nBetreff: PIN\n\nBitte sperren.\nDanke\n",
            MAIL,
        ),
        (
            "De : anna@x.y\nÀ : ken@x.y\nObjet : PIN\n\nMerci\n",
            PRINTED,
        ),
        ("件名：PIN\n差出人：anna@x.y\n\nよろしく\n", MAIL),
        (
            "$users = Import-Csv a.csv\n$users | Unlock-CsClientPin\n",
            SCRIPT,
        ),
        ("# Morning\nImport-Module Lync\n", SCRIPT),
        (
            "Lock-CsClientPin -Identity \"ken@x.y\"\nLock-CsClientPin ann@x.y\n",
            SCRIPT,
        ),
        ("param([string]$Path)\nGet-Content $Path\n", SCRIPT),
        ("INSERT INTO users (mail) VALUES ('ken@x.y');\n", SQL),
        ("-- export\nselect mail from users;\n", SQL),
        (
            "CREATE TABLE users (mail text);\nINSERT INTO users VALUES ('ken@x.y');\n",
            SQL,
        ),
        ("[users]\nken=ken@x.y\n", "a file of settings (.ini)"),
        ("| UPN | Name |\n|:----|-----:|\n| ken@x.y | Ken |\n", DRAWN),
        (
            "+------+---------+\n| name | mail    |\n+------+---------+\n| Ken  | ken@x.y |\n",
            DRAWN,
        ),
        (
            " name | mail\n------+---------\n Ken  | ken@x.y\n(1 row)\n",
            DRAWN,
        ),
        ("UPN | Name\n--- | ---\nken@x.y | Ken\n", DRAWN),
        (
            "- name: Ken\n  upn: ken@x.y\n- name: Anna\n  upn: anna@x.y\n",
            VALUES,
        ),
        (
            "ken:\n  upn: ken@x.y\n  name: Ken\nanna:\n  upn: anna@x.y\n",
            VALUES,
        ),
        ("User: ken@x.y\nManager: anna@x.y\n", VALUES),
        ("Ken Myer; Pilar Ackerman; Anna Smith", ONE_LINE),
        ("Myer, Ken; Smith, Anna\r\n", ONE_LINE),
        ("Ken Myer\tAnna Smith\n", ONE_LINE),
    ] {
        assert_foreign(text.as_bytes(), what);
        assert_foreign(&marked(TextEncoding::Utf16Le, text), what);
    }
    // Tables and lists that begin a little like such texts.
    for (text, header, rows) in [
        ("DN,objectClass\n\"CN=Ken,DC=x,DC=y\",user\n", 1, 1),
        (
            "From: 2026-01-01\nTo: 2026-02-01\n\nName;E-Mail\nKen;ken@x.y\n",
            4,
            1,
        ),
        (
            "Subject: locks\nDate: Monday\nUPN,Reason\nken@x.y,a: b\n",
            3,
            1,
        ),
        (
            "Report: locks\nRun by: Anna\nAs of: today\nWorker,Work Email\nKen,ken@x.y\n",
            4,
            1,
        ),
        ("Version: 2\nUPN\nken@x.y\n", 2, 1),
        ("Name\nAdd-On Team\nSelect-Board\n", 1, 2),
        ("Update\tUser\nnow\tken@x.y\n", 1, 1),
    ] {
        let read = read(text);
        assert_eq!(read.how.header_line, Some(header), "{text}");
        assert_eq!(read.rows.len(), rows, "{text}");
    }
}

#[test]
fn nothing_to_read_is_empty() {
    for file in [
        "",
        "\u{FEFF}",
        "\r\n\r\n",
        "  \t ",
        "#TYPE X\r\n",
        "sep=;\r\n",
        "\r",
    ] {
        assert_eq!(refused(file), ReadError::Empty, "{file:?}");
    }
    assert_eq!(
        refused(marked(TextEncoding::Utf16Le, "\r\n")),
        ReadError::Empty
    );
}
