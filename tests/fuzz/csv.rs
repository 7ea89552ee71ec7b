//! Lists as CSV in every encoding and layout. Each file is read to its end with random options, and
//! a table that was read is written and read again.

use std::sync::Arc;

use pindesk::exchange::csv_injection::harmless;
use pindesk::exchange::{Delimiter, FileForm, Input, ReadError, ReadOptions, Table, TextEncoding};
use pindesk::progress::Unwatched;
use strum::VariantArray as _;

use crate::assert_plain;
use crate::campaign::Campaign;
use crate::chance::Chance;

const CAMPAIGN: Campaign = Campaign {
    target: "csv",
    words: &[
        b",",
        b";",
        b"\t",
        b"|",
        b"\"",
        b"\"\"",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"\0",
        b" ",
        b"#",
        b"#TYPE ",
        b"sep=;\n",
        b"'",
        b"=",
        b"@",
        b"\\",
        b"CN=",
        b"Identity",
        b"UPN",
        b"---",
        b" : ",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\xFE\xFF",
        b"\xE4\xF6\xFC",
        b"\xC3\xBC",
        b"\xED\xA0\x80",
        b"\x3D\xD8",
        b"\x93\x5C",
        b"\x81",
        b"\r\0\n\0",
    ],
    short: 6_000,
    longest: 512,
    one_accepted_in: 4,
};

fn options(chance: &mut Chance) -> ReadOptions {
    ReadOptions {
        encoding: chance
            .once_in(3)
            .then(|| chance.pick(TextEncoding::VARIANTS)),
        delimiter: chance.once_in(3).then(|| chance.pick(Delimiter::VARIANTS)),
        has_header: chance.once_in(3).then(|| chance.once_in(2)),
        ..ReadOptions::default()
    }
}

/// Bytes in memory as a file.
fn input(bytes: &[u8]) -> Input {
    let bytes: Arc<[u8]> = bytes.into();
    Input::bytes("list.csv", bytes)
}

/// The header and the rows that can be read.
#[derive(Debug, PartialEq)]
struct Content {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The table as a spreadsheet program or PowerShell would write it.
fn written(content: &Content) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for row in std::iter::once(&content.headers).chain(&content.rows) {
        writer
            .write_record(row.iter().map(|field| harmless(field).into_owned()))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

/// Writes a table and reads it again.
fn check_again(content: &Content) {
    let options = ReadOptions {
        delimiter: Some(Delimiter::Comma),
        has_header: Some(true),
        ..ReadOptions::default()
    };
    let file = written(content);
    let mut table = Table::open(&input(&file), &options, &Unwatched).unwrap();
    let mut again = Content {
        headers: table.headers().to_vec(),
        rows: Vec::new(),
    };
    while let Some(row) = table.next_row().unwrap() {
        if let Some(problem) = &row.problem {
            // A file whose first row was read as data may have its header there.
            assert!(
                problem.starts_with("Another header"),
                "line {}: {problem}",
                row.line
            );
            return;
        }
        again.rows.push(row.fields);
    }
    let expected = Content {
        headers: content.headers.clone(),
        rows: (content.rows.iter())
            .filter(|row| !is_passed_over(row, &content.headers))
            .cloned()
            .collect(),
    };
    assert_eq!(again, expected, "b\"{}\"", file.escape_ascii());
}

/// Whether a row of a file with a header is not data: it has no text, or is the header once more,
/// with or without the line that Windows PowerShell writes before it.
fn is_passed_over(row: &[String], headers: &[String]) -> bool {
    let lower = |cell: &String| -> String {
        let characters = cell.trim().chars();
        characters.flat_map(char::to_lowercase).collect()
    };
    let texts = headers.iter().map(lower).filter(|name| !name.is_empty());
    // A text such as a tab stands in the file behind a mask.
    let row = row.iter().filter(|cell| !harmless(cell).trim().is_empty());
    let row: Vec<String> = row.map(lower).collect();
    row.first().is_none_or(|first| first.starts_with("#type ")) || texts.eq(row.iter().cloned())
}

/// The characters of a row without delimiters, quotes, `'`, byte-order marks and white space. Blank
/// cells after the last column do not count.
fn characters(text: &str, delimiter: Delimiter) -> impl Iterator<Item = char> {
    let separator = match delimiter {
        Delimiter::Comma => ',',
        Delimiter::Semicolon => ';',
        Delimiter::Tab => '\t',
        Delimiter::Pipe => '|',
        Delimiter::None => '\0',
    };
    text.chars().filter(move |&c| {
        c != separator && !c.is_whitespace() && !matches!(c, '"' | '\'' | '\u{FEFF}')
    })
}

/// Reads a file to its end and checks the rules for every file. Returns whether it is a table.
fn check(file: &[u8], chance: &mut Chance) -> bool {
    let mut table = match Table::open(&input(file), &options(chance), &Unwatched) {
        Ok(table) => table,
        Err(error) => return refuse(&error),
    };
    let FileForm::Text {
        encoding,
        delimiter,
        ..
    } = table.how_read().form
    else {
        panic!("{:?}", table.how_read())
    };
    let is_utf8 = encoding == TextEncoding::Utf8;
    let most = file
        .iter()
        .filter(|byte| matches!(byte, b'\r' | b'\n'))
        .count() as u64
        + 1;
    let (mut last, mut rows) = (None, 0);
    let mut content = Content {
        headers: table.headers().to_vec(),
        rows: Vec::new(),
    };
    loop {
        let row = match table.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => return refuse(&error),
        };
        rows += 1;
        assert!(
            last.is_none_or(|(line, byte)| row.line > line && row.byte > byte),
            "line {}",
            row.line
        );
        assert!(
            row.line > table.lines_before() && row.line <= most,
            "line {} of {most}",
            row.line
        );
        assert!(row.byte < file.len() as u64, "byte {}", row.byte);
        assert!(
            row.problem.is_some() || row.fields.len() == table.headers().len(),
            "line {}",
            row.line
        );
        if row.problem.is_none() {
            let fields: String = row.fields.concat();
            assert!(
                characters(&row.raw, delimiter).eq(characters(&fields, delimiter)),
                "{row:?}"
            );
        }
        if is_utf8 && row.problem.is_none() {
            let start = usize::try_from(row.byte).unwrap();
            assert!(
                file[start..].starts_with(row.raw.as_bytes()),
                "byte {}",
                row.byte
            );
        }
        last = Some((row.line, row.byte));
        match row.problem {
            Some(problem) => assert_plain(&problem),
            None => content.rows.push(row.fields),
        }
    }
    assert!(
        rows <= most && rows == table.how_read().rows,
        "{rows} rows in {most} lines"
    );
    // Such a first line is a note, the type of the objects or the delimiter, in quotes too.
    let first = content.headers[0].trim_start_matches('\u{feff}');
    if !first.starts_with('#') && !first.to_ascii_lowercase().starts_with("sep=") {
        check_again(&content);
    }
    true
}

fn refuse(error: &ReadError) -> bool {
    let is_about_the_file = matches!(
        error,
        ReadError::Empty | ReadError::Foreign { .. } | ReadError::OpenQuote { .. }
    );
    assert!(is_about_the_file, "{error}");
    assert_plain(&error.to_string());
    false
}

#[test]
fn csv() {
    CAMPAIGN.run(check);
}
