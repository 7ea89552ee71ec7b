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
