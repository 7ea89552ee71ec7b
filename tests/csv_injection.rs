//! Exported files: no cell is a formula, and every cell is read back as it was.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::borrow::Cow;

use pindesk::exchange::csv_injection::{as_meant, harmless, quoted_if_needed};
use proptest::prelude::*;

const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[test]
fn a_formula_gets_an_apostrophe_and_loses_it_again() {
    for (text, written) in [
        ("=1+1", "'=1+1"),
        (
            "=HYPERLINK(\"http://evil\")",
            "'=HYPERLINK(\"http://evil\")",
        ),
        ("+49 30 1234", "'+49 30 1234"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r\n", "'\r\n"),
        ("\n", "'\n"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A1", "'＠A1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
    ] {
        assert_eq!(harmless(text), written);
        assert_eq!(as_meant(written), text);
    }
}

#[test]
fn everything_else_stays_as_it_is() {
    for text in [
        "",
        "'",
        "''",
        "Ken Myer",
        "'t Hart",
        "''quoted''",
        "a=b",
        "sip:+49@x.y",
        " =1",
        "1-2",
        "−5",
        "é",
    ] {
        assert!(
            matches!(harmless(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
        assert_eq!(as_meant(text), text);
    }
}

#[test]
fn a_formula_that_another_program_wrote_is_taken_as_it_stands() {
    for text in ["=1+1", "-5", "＝1"] {
        assert_eq!(as_meant(text), text);
    }
}

/// A text with many characters that formulas begin with.
fn text() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        4 => Just('\''),
        4 => proptest::sample::select(SIGNS.to_vec()),
        2 => any::<char>(),
    ];
    proptest::collection::vec(sign, 0..8).prop_map(String::from_iter)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_text_is_harmless_and_comes_back(text in text()) {
        let written = harmless(&text);
        prop_assert!(!written.starts_with(SIGNS), "{written:?}");
        prop_assert_eq!(as_meant(&written), &text);
    }

    #[test]
    fn two_texts_are_never_written_the_same(one in text(), other in text()) {
        prop_assert_eq!(one == other, harmless(&one) == harmless(&other));
    }
}

#[test]
fn a_cell_is_in_quotes_wherever_some_program_would_split_or_trim_it() {
    for (cell, written) in [
        ("x;=1+1", "\"x;=1+1\""),
        ("x,=1+1", "\"x,=1+1\""),
        ("x\t=1+1", "\"x\t=1+1\""),
        ("x|=1+1", "\"x|=1+1\""),
        ("x\n=1+1", "\"x\n=1+1\""),
        ("x\r=1+1", "\"x\r=1+1\""),
        ("a \"b\"", "\"a \"\"b\"\"\""),
        (" a", "\" a\""),
        ("a ", "\"a \""),
        ("a\u{a0}", "\"a\u{a0}\""),
        ("#a", "\"#a\""),
        ("", ""),
        ("Ken Myer", "Ken Myer"),
        ("'=1", "'=1"),
    ] {
        for delimiter in [',', ';', '\t', '|'] {
            assert_eq!(quoted_if_needed(cell, delimiter), written, "{cell:?}");
        }
    }
    assert_eq!(quoted_if_needed("a:b", ':'), "\"a:b\"");
}

proptest! {
    #[test]
    fn a_table_comes_back_as_it_was_whatever_its_delimiter(
        rows in proptest::collection::vec(proptest::array::uniform3("[a=;,|\t \"\r\n#']{0,5}|\\PC{0,4}"), 1..6),
        delimiter in proptest::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let line = |row: &[String; 3]| row
            .iter()
            .map(|cell| quoted_if_needed(cell, delimiter).into_owned())
            .collect::<Vec<_>>()
            .join(&delimiter.to_string());
        let text: String = rows.iter().map(|row| line(row) + "\r\n").collect();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter as u8)
            .from_reader(text.as_bytes());
        let back: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        prop_assert_eq!(back, rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
    }
}
