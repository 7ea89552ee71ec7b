//! Tables: CSV, the width of the terminal, colours, and rows that are written while others are
//! still read.

use std::io::{self, Write};

use pindesk::cli::{CommandEnvironment, ExitStatus, Invocation, Screen, parse, run};

use crate::people::{environment, give_role, noon, ran};
use crate::setup::Bench;

fn on_screen(width: Option<usize>, is_coloured: bool) -> CommandEnvironment {
    CommandEnvironment {
        screen: Screen {
            width,
            is_terminal: true,
            is_coloured,
        },
        ..environment("ann", noon)
    }
}

/// The rows of a CSV text, read by the crate `csv`.
pub fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn csv_has_the_values_of_json() {
    let bench = Bench::filled();
    let ran = bench.run(&[
        "info",
        "litwareinc\\packerman",
        "Ben Smith",
        "--format",
        "csv",
    ]);
    let expected = "Identity,DisplayName,IsPinSet,IsLockedOut,LockCause,LastPinChangeTime,PinExpirationTime,\
        LastLogonTime,LastLogonFrom,LastFailedLogonTime,LastFailedLogonFrom\r\n\
        sip:packerman@litwareinc.com,Pilar Ackerman,true,true,unknown,2026-08-21T00:05:09Z,2027-02-17T00:05:09Z,,,,\r\n\
        sip:bsmith@litwareinc.com,Ben Smith,false,false,,,,,,,\r\n";
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, expected, "")
    );
    for args in [
        &["info"][..],
        &["users", "smith"],
        &["history"],
        &["roles"],
        &["unlock", "* Smith", "--what-if"],
    ] {
        let csv = records(&bench.run(&[args, &["--format", "csv"]].concat()).out);
        let json = bench.json(args);
        let rows = json.get("items").unwrap_or(&json).as_array().unwrap();
        assert_eq!(csv.len(), rows.len() + 1, "{args:?}");
        for (cells, row) in csv[1..].iter().zip(rows) {
            // Names that JSON leaves out where nothing is known are empty cells.
            let mut names = row.as_object().unwrap().keys();
            assert!(names.all(|name| csv[0].contains(name)), "{args:?}: {row}");
            assert_eq!(cells.len(), csv[0].len());
            for (name, cell) in csv[0].iter().zip(cells) {
                let value = match &row[name] {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    serde_json::Value::Array(parts) => parts[0].as_str().unwrap().to_owned(),
                    other => other.to_string(),
                };
                assert_eq!(*cell, value, "{args:?}: {name}");
            }
        }
    }
    let nobody = bench.run(&["users", "zzz", "--format", "csv"]);
    assert_eq!((nobody.out.lines().count(), nobody.err.as_str()), (1, ""));
}

#[test]
fn csv_runs_nothing_and_holds_any_text() {
    let bench = Bench::empty();
    let name = "=cmd|' /C calc'!A0, \"quoted\"\nnext";
    let file = bench.file(
        "users.csv",
        format!(
            "DisplayName,SipAddress\n\"{}\",sip:evil@x.com\n",
            name.replace('"', "\"\"")
        ),
    );
    assert_eq!(bench.run(&["import", "users", &file]).status, 0);
    for command in ["info", "users"] {
        let rows = records(&bench.run(&[command, "--format", "csv"]).out);
        assert_eq!(rows[1][1], format!("'{name}"));
    }
}

#[test]
fn a_table_is_as_wide_as_the_terminal_at_most() {
    let bench = Bench::filled_at_noon();
    for args in [
        &["info"][..],
        &["users"],
        &["history"],
        &["roles", "list"],
        &["history", "show", "2"],
    ] {
        let whole = bench.run(args).out;
        for width in [40, 80, 200] {
            let (status, out, _) = ran(&on_screen(Some(width), false), &bench.store(), args);
            assert_eq!(status, ExitStatus::DONE);
            assert_eq!(out.lines().count(), whole.lines().count());
            let widest = out
                .lines()
                .map(unicode_width::UnicodeWidthStr::width)
                .max()
                .unwrap();
            assert!(
                widest <= width || args[0] == "history" && args.len() > 1,
                "{args:?} {width}: {widest}"
            );
        }
        assert!(!whole.contains('…'), "without a terminal nothing is cut");
    }
    let (_, out, _) = ran(
        &on_screen(Some(80), false),
        &bench.store(),
        &["info", "Pilar Ackerman"],
    );
    let expected = "\
Identity                      DisplayName     IsPinSet  IsLockedOut  LockCause
sip:packerman@litwareinc.com  Pilar Ackerman  True      True         unknown
";
    assert_eq!(out, expected);
}

#[test]
fn colours_are_for_terminals_and_leave_the_words() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", "ann");
    let plain = ran(&on_screen(None, false), &bench.store(), &["info"]).1;
    let coloured = ran(&on_screen(None, true), &bench.store(), &["info"]).1;
    assert!(
        !plain.contains('\u{1b}') && coloured.contains("\u{1b}[2munknown\u{1b}[0m"),
        "{coloured}"
    );
    let mut stripped = coloured;
    for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m"] {
        stripped = stripped.replace(code, "");
    }
    assert_eq!(stripped, plain);
    let json = ran(
        &on_screen(Some(80), true),
        &bench.store(),
        &["info", "--format", "json"],
    )
    .1;
    assert!(!json.contains('\u{1b}') && !json.contains('…'));
    let (_, out, _) = ran(
        &on_screen(None, true),
        &bench.store(),
        &["unlock", "Nobody Here"],
    );
    assert_eq!(
        out,
        "Unlocked 0 users. 0 no change needed, 0 skipped, \u{1b}[31m1 refused\u{1b}[0m, 0 drifted.\n"
    );
}

/// Counts the lines and the calls by which they arrive.
#[derive(Default)]
struct Counting {
    writes: usize,
    largest: usize,
    text: Vec<u8>,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes += 1;
        self.largest = self.largest.max(bytes.len());
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn rows_come_before_the_last_one_is_read() {
    let bench = Bench::filled_at_noon();
    let (first, last): (String, i64) = bench
        .sql()
        .query_row(
            "SELECT (SELECT display_name FROM users ORDER BY coalesce(display_sort, display_key), id LIMIT 1),
                (SELECT id FROM users ORDER BY coalesce(display_sort, display_key) DESC, id DESC LIMIT 1)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    // The last user cannot be read, so a program that first collected all users would show none.
    let sql = bench.sql();
    sql.execute(
        "UPDATE pins SET local_failures = 1 << 40 WHERE user_id = ?1",
        [last],
    )
    .unwrap();
    drop(sql);
    for format in ["json", "csv"] {
        let store = bench.store();
        let words = [
            "pindesk",
            "--store",
            store.to_str().unwrap(),
            "info",
            "--format",
            format,
        ];
        let Ok(Invocation::Command(command)) = parse(words.map(Into::into)) else {
            panic!("no command")
        };
        let (mut out, mut err) = (Counting::default(), Vec::new());
        let status = run(
            &command,
            &environment("ann", noon),
            &mut io::empty(),
            &mut out,
            &mut err,
        );
        assert_eq!(status, ExitStatus::STORE_FAILED);
        let text = String::from_utf8(out.text).unwrap();
        assert_eq!(text.matches("sip:").count(), 249, "{format}");
        assert!(text[..400].contains(&first), "{format}: {text}");
        assert!(
            out.writes > 3 && out.largest <= 8192,
            "{format}: {} writes up to {}",
            out.writes,
            out.largest
        );
    }
}

#[test]
fn an_array_that_is_written_row_by_row_looks_as_one_that_is_written_whole() {
    let bench = Bench::filled_at_noon();
    for args in [&["info"][..], &["users", "smith"], &["users", "zzz"]] {
        let ran = bench.run(&[args, &["--format", "json"]].concat());
        let whole = serde_json::to_string_pretty(&ran.json()).unwrap();
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text
                .lines()
                .map(|line| line.trim_end_matches(',').to_owned())
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(sorted(&ran.out), sorted(&whole), "{args:?}");
    }
}
