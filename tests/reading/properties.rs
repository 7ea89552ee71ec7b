//! Random tables, written by the crate `csv` and read back, and random bytes.

use pindesk::exchange::csv_injection::{as_meant, harmless};
use pindesk::exchange::{Delimiter, Input, LineEnd, ReadOptions, TextEncoding};
use proptest::prelude::*;
use strum::VariantArray as _;

use crate::saved::PAGES;
use crate::{assert_bytes, encoded, marked, read_as, read_input};

const DELIMITERS: [(Delimiter, u8); 4] = [
    (Delimiter::Comma, b','),
    (Delimiter::Semicolon, b';'),
    (Delimiter::Tab, b'\t'),
    (Delimiter::Pipe, b'|'),
];
const ENDS: [(LineEnd, csv::Terminator); 3] = [
    (LineEnd::CrLf, csv::Terminator::CRLF),
    (LineEnd::Lf, csv::Terminator::Any(b'\n')),
    (LineEnd::Cr, csv::Terminator::Any(b'\r')),
];

/// A text that a CSV file can have, often with characters that have a meaning in CSV.
fn field() -> BoxedStrategy<String> {
    let special = vec![
        '"', ',', ';', '\t', '|', '\n', '\r', '#', ' ', '\u{FEFF}', '\u{301}', '\'', '=', '-', '@',
        '＝',
    ];
    let character = prop_oneof![
        4 => proptest::sample::select(special),
        6 => any::<char>().prop_filter("a NUL makes its row unreadable", |&c| c != '\0'),
    ];
    proptest::collection::vec(character, 0..8)
        .prop_map(String::from_iter)
        .boxed()
}

fn table(field: BoxedStrategy<String>) -> impl Strategy<Value = (usize, Vec<Vec<String>>)> {
    let row = move |columns| proptest::collection::vec(field.clone(), columns);
    (2..6_usize).prop_flat_map(move |columns| {
        (Just(columns), proptest::collection::vec(row(columns), 0..8))
    })
}

/// The file as the crate `csv` writes it.
fn written(
    header: &[String],
    rows: &[Vec<String>],
    delimiter: u8,
    end: csv::Terminator,
    always: bool,
) -> String {
    let mut bytes = Vec::new();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(end)
        .quote_style(if always {
            csv::QuoteStyle::Always
        } else {
            csv::QuoteStyle::Necessary
        })
        .from_writer(&mut bytes);
    writer.write_record(header).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    drop(writer);
    String::from_utf8(bytes).unwrap()
}

/// The number of line ends of any kind in a text.
fn line_ends(text: &str) -> u64 {
    text.replace("\r\n", "\n").matches(['\r', '\n']).count() as u64
}

/// Whether a row is passed over, since it has no text.
fn is_blank(row: &[String]) -> bool {
    row.iter().all(|field| field.trim().is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn files_of_another_csv_writer_are_read_back_unchanged(
        (columns, rows) in table(field()),
        (delimiter, separator) in proptest::sample::select(DELIMITERS.to_vec()),
        (line_end, terminator) in proptest::sample::select(ENDS.to_vec()),
        encoding in proptest::sample::select(vec![TextEncoding::Utf8, TextEncoding::Utf16Le, TextEncoding::Utf16Be]),
        always in any::<bool>(),
        bom in any::<bool>(),
        is_harmless in any::<bool>(),
    ) {
        let header: Vec<String> = (1..=columns).map(|column| format!("column {column}")).collect();
        // The marks that joining files leaves in a line are left out.
        let without = |field: String| field.replace(['\u{FEFF}', '\u{1A}'], "x");
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(without).collect())
            .collect();
        // The fields are protected against formulas, or unchanged.
        let made = |field: &String| if is_harmless { harmless(field).into_owned() } else { field.clone() };
        let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(made).collect()).collect();
        let text = written(&header, &cells, separator, terminator, always);
        let file = if bom { marked(encoding, &text) } else { encoded(encoding, &text) };
        let encoding_chosen = (!bom).then_some(encoding);
        let options = ReadOptions {
            encoding: encoding_chosen,
            delimiter: Some(delimiter),
            has_header: Some(true),
            ..ReadOptions::default()
        };
        let read = read_as(&file, &options).unwrap();
        let mut line = 2;
        let mut expected = Vec::new();
        for (row, cells) in rows.iter().zip(&cells) {
            if !is_blank(cells) {
                let meant = |field: &String| if is_harmless { field.clone() } else { as_meant(field).to_owned() };
                expected.push((line, row.iter().map(meant).collect::<Vec<_>>()));
            }
            line += 1 + cells.iter().map(|field| line_ends(field)).sum::<u64>();
        }
        let found: Vec<_> = read.rows.iter().map(|row| (row.line, row.fields.clone())).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(read.problems(), [""; 0]);
        prop_assert_eq!(&read.headers, &header);
        prop_assert_eq!(read.text_form().3, line_end);
        assert_bytes(&file, encoding, &read.rows);
    }

    #[test]
    fn with_nothing_chosen_a_table_is_read_back_the_same_in_every_encoding(
        (page, names) in proptest::sample::select(PAGES.to_vec()),
        (columns, picks) in table(proptest::string::string_regex("[0-3][ -~]{0,12}").unwrap().boxed()),
        (delimiter, separator) in proptest::sample::select(DELIMITERS.to_vec()),
        (line_end, terminator) in proptest::sample::select(ENDS.to_vec()),
        way in 0..7_usize,
        always in any::<bool>(),
    ) {
        let header = ["Identity", "Reason", "Ticket", "Name", "Until", "Action"].map(str::to_owned);
        // Names that show the code page, and rows of names and other characters.
        let mut rows: Vec<Vec<String>> = names.iter().map(|name| vec![(*name).to_owned(); columns]).collect();
        let cell = |pick: String| {
            let (name, rest) = pick.split_at(1);
            format!("{}{rest}", names[name.parse::<usize>().unwrap()])
        };
        rows.extend(picks.into_iter().map(|row| row.into_iter().map(cell).collect()));
        let text = written(&header[..columns], &rows, separator, terminator, always);
        let file = match way {
            0 => encoded(TextEncoding::Utf8, &text),
            1 => marked(TextEncoding::Utf8, &text),
            2 => encoded(TextEncoding::Utf16Le, &text),
            3 => marked(TextEncoding::Utf16Le, &text),
            4 => encoded(TextEncoding::Utf16Be, &text),
            5 => marked(TextEncoding::Utf16Be, &text),
            // Its letters are nearly those of the western code page.
            _ if page == TextEncoding::Windows1258 => return Ok(()),
            _ => encoded(page, &text),
        };
        let read = read_as(&file, &ReadOptions::default()).unwrap();
        prop_assert_eq!((read.text_form().2, read.text_form().3), (delimiter, line_end));
        let found: Vec<_> = read.rows.iter().map(|row| (row.line, row.fields.clone())).collect();
        prop_assert_eq!(found, (2..).zip(rows).collect::<Vec<_>>());
        prop_assert_eq!(read.problems(), [""; 0]);
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        delimiter in proptest::sample::select(Delimiter::VARIANTS.to_vec()),
        has_header in any::<Option<bool>>(),
    ) {
        let nothing_chosen = ReadOptions { has_header, ..ReadOptions::default() };
        let chosen = TextEncoding::VARIANTS.iter().map(|&encoding| ReadOptions {
            encoding: Some(encoding),
            delimiter: Some(delimiter),
            ..nothing_chosen.clone()
        });
        for options in chosen.chain([nothing_chosen.clone()]) {
            let input = Input::bytes("list.csv", bytes.clone());
            if let Ok(found) = read_input(&input, &options) {
                prop_assert!(found.rows.iter().all(|row| row.problem.is_some() || row.fields.len() == found.headers.len()));
            }
        }
    }
}
