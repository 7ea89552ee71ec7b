//! Files that are often taken for tables, by their first bytes.

use super::error::ReadError;

const SPREADSHEET: &str = "Save it as CSV UTF-8, or as a workbook of Excel (.xlsx).";
const EXPORT: &str = "In PowerShell, pipe the objects themselves into Export-Csv.";
const SAVE_AGAIN: &str =
    "Open it in a spreadsheet program, and save it as a workbook of Excel (.xlsx) or as CSV UTF-8.";
/// The first bytes that are looked at for the kind of an XML file.
const XML_HEAD: usize = 2048;

pub(super) const A_ZIP_ARCHIVE: ReadError = ReadError::Foreign {
    what: "a ZIP archive",
    hint: "Unpack it first.",
};

pub(super) const BINARY: ReadError = ReadError::Foreign {
    what: "binary data",
    hint: SPREADSHEET,
};

/// The first bytes of old and packed files, and what such a file is.
const BEGINNINGS: [(&[u8], &str, &str); 12] = [
    (
        b"\xD0\xCF\x11\xE0",
        "an old Office file (.xls)",
        SPREADSHEET,
    ),
    // The workbooks of Excel 2, 3 and 4 are no compound files.
    (b"\x09\x00\x04\x00", OLDEST, SAVE_AGAIN),
    (b"\x09\x02\x06\x00", OLDEST, SAVE_AGAIN),
    (b"\x09\x04\x06\x00", OLDEST, SAVE_AGAIN),
    (b"\x1F\x8B", PACKED, UNPACK),
    (b"7z\xBC\xAF", PACKED, UNPACK),
    (b"Rar!", PACKED, UNPACK),
    (b"BZh", PACKED, UNPACK),
    (b"\xFD7zXZ", PACKED, UNPACK),
    (
        b"SQLite format 3\0",
        "a database",
        "Open a store with --store, or from the command line.",
    ),
    (b"TABLE\r\n0,1", "a DIF file", SAVE_AGAIN),
    (b"TABLE\n0,1", "a DIF file", SAVE_AGAIN),
];
const OLDEST: &str = "a workbook of Excel before 1993";
const PACKED: &str = "a packed archive";
const UNPACK: &str = "Unpack it first.";

/// The file with these first bytes, if it is no table.
pub(super) fn foreign(start: &[u8]) -> Option<ReadError> {
    let text = start
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(start)
        .trim_ascii_start();
    let begins = |with: &[u8]| {
        text.get(..with.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(with))
    };
    let known = BEGINNINGS
        .iter()
        .find(|(beginning, ..)| start.starts_with(beginning));
    let (what, hint) = if let Some((_, what, hint)) = known {
        (*what, *hint)
    } else if start.starts_with(b"PK\x03\x04") {
        return Some(A_ZIP_ARCHIVE);
    } else if begins(b"%PDF") || begins(b"{\\rtf") {
        ("a document for reading", SPREADSHEET)
    } else if begins(b"<Objs") {
        ("the output of Export-Clixml", EXPORT)
    } else if begins(b"<") {
        xml(text, &begins)?
    } else if is_sylk(text) {
        ("a SYLK file (.slk)", SAVE_AGAIN)
    } else if is_json(text) {
        ("JSON", EXPORT)
    } else {
        return None;
    };
    Some(ReadError::Foreign { what, hint })
}

/// A web page or an XML file, and the spreadsheets among them by their name spaces.
fn xml(text: &[u8], begins: &dyn Fn(&[u8]) -> bool) -> Option<(&'static str, &'static str)> {
    let head = String::from_utf8_lossy(&text[..text.len().min(XML_HEAD)]);
    let has = |name: &str| head.contains(name);
    let pages: [&[u8]; 5] = [b"<html", b"<!doctype", b"<table", b"<head", b"<meta"];
    if has("urn:schemas-microsoft-com:office:spreadsheet") && !has("<html") {
        Some(("an XML spreadsheet of Excel 2003", SAVE_AGAIN))
    } else if has("opendocument:xmlns:office") {
        Some(("a flat OpenDocument spreadsheet (.fods)", SAVE_AGAIN))
    } else if has("http://schemas.uof.org") {
        Some(("a spreadsheet in Uniform Office Format (.uos)", SAVE_AGAIN))
    } else if begins(b"<?xml") || pages.into_iter().any(begins) {
        Some(("a web page or XML", SAVE_AGAIN))
    } else {
        None
    }
}

/// Whether a text begins as SYLK does. A table whose first column is called ID has no such second line.
fn is_sylk(text: &[u8]) -> bool {
    let mut lines = text
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|line| !line.is_empty());
    let first = lines.next().is_some_and(|line| line.starts_with(b"ID;P"));
    let second = lines.next().and_then(|line| line.get(..2));
    first && matches!(second, Some(b"P;" | b"B;" | b"F;" | b"C;" | b"O;"))
}

/// Whether a text begins with a brace or bracket and a token of JSON.
fn is_json(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"{").or_else(|| text.strip_prefix(b"["));
    rest.is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'{' | b'[')))
}
