//! Results of random lists: every cell is unchanged in its row, and the plan's answer follows it.

use pindesk::exchange::csv_injection::as_meant;
use pindesk::exchange::{
    Delimiter, Input, ListColumns, ListOptions, Meaning, RESULT_COLUMNS, ReadOptions, TextEncoding,
    plan_list, save_results,
};
use pindesk::plan::Plan;
use pindesk::progress::Unwatched;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use strum::VariantArray as _;

use crate::common::{admin, names, now};
use crate::{Desk, csv_rows, decoded, encoded, lock, read_back};
use pindesk::zone::Zone;

/// Names that are difficult in a CSV file, with the logon names of their users.
const HARD: [(&str, &str); 8] = [
    ("Myer; \"Ken\", Dr.", "hard1"),
    ("=Anna|Smith", "hard2"),
    ("'+Otto", "hard3"),
    ("#Tab\tbetween", "hard4"),
    ("two\r\nlines", "hard5"),
    ("\"", "hard6"),
    ("Łukasz 山田", "hard7"),
    ("@Ünal", "hard8"),
];

const DELIMITERS: [(Delimiter, u8); 4] = [
    (Delimiter::Comma, b','),
    (Delimiter::Semicolon, b';'),
    (Delimiter::Tab, b'\t'),
    (Delimiter::Pipe, b'|'),
];

/// A cell: one of the names, or characters with a meaning in CSV.
fn cell() -> BoxedStrategy<String> {
    let pieces = vec![
        '"', ',', ';', '\t', '|', '\n', '\r', '#', ' ', '\'', '=', '+', '-', '@', '＝', 'a', 'ü',
        'Ł', '山', '\u{FEFF}',
    ];
    let text = proptest::collection::vec(proptest::sample::select(pieces), 0..7)
        .prop_map(String::from_iter);
    let name = proptest::sample::select(HARD.map(|(name, _)| name.to_owned()).to_vec());
    prop_oneof![3 => text, 2 => name, 1 => Just("Ken Myer".to_owned()), 1 => Just(String::new())]
        .boxed()
}

#[derive(Clone, Debug)]
struct Case {
    header: Vec<String>,
    /// The rows, which may have a cell too few or too many.
    rows: Vec<Vec<String>>,
    user: usize,
    has_header: bool,
    delimiter: (Delimiter, u8),
    end: csv::Terminator,
    always: bool,
    encoding: TextEncoding,
    has_mark: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let ends = [
        csv::Terminator::CRLF,
        csv::Terminator::Any(b'\n'),
        csv::Terminator::Any(b'\r'),
    ];
    let encodings: Vec<TextEncoding> = TextEncoding::VARIANTS.to_vec();
    (2..5_usize).prop_flat_map(move |width| {
        let row = proptest::collection::vec(cell(), width - 1..=width + 1);
        (
            proptest::collection::vec(cell(), width),
            proptest::collection::vec(row, 1..6),
            0..width - 1,
            any::<bool>(),
            proptest::sample::select(DELIMITERS.to_vec()),
            proptest::sample::select(ends.to_vec()),
            any::<bool>(),
            prop_oneof![
                Just(TextEncoding::Utf8),
                proptest::sample::select(encodings.clone())
            ],
            any::<bool>(),
        )
            .prop_map(
                |(header, rows, user, has_header, delimiter, end, always, encoding, has_mark)| {
                    Case {
                        header: header
                            .into_iter()
                            .enumerate()
                            .map(|(index, name)| format!("{index}{name}"))
                            .collect(),
                        rows,
                        user,
                        has_header,
                        delimiter,
                        end,
                        always,
                        encoding,
                        has_mark,
                    }
                },
            )
    })
}

impl Case {
    /// The file as the crate `csv` writes it. None if the encoding lacks a character.
    fn file(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter.1)
            .terminator(self.end)
            .flexible(true)
            .quote_style(if self.always {
                csv::QuoteStyle::Always
            } else {
                csv::QuoteStyle::Necessary
            })
            .from_writer(&mut bytes);
        for row in self
            .has_header
            .then_some(&self.header)
            .into_iter()
            .chain(&self.rows)
        {
            writer.write_record(row).unwrap();
        }
        drop(writer);
        let text = String::from_utf8(bytes).unwrap();
        let mark = if self.has_mark && self.encoding.is_unicode() {
            "\u{FEFF}"
        } else {
            ""
        };
        // A text that begins with a byte-order mark, or with lines that can precede a header, is
        // another list.
        let first = text.split(['\r', '\n']).next().unwrap_or_default();
        let first =
            first.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\u{FEFF}');
        if text.starts_with('\u{FEFF}') || first.starts_with('#') || first.is_empty() {
            return None;
        }
        encoded(self.encoding, &(mark.to_owned() + &text))
    }

    fn read(&self) -> ReadOptions {
        ReadOptions {
            encoding: Some(self.encoding),
            delimiter: Some(self.delimiter.0),
            has_header: Some(self.has_header),
            ..ReadOptions::default()
        }
    }
}

fn check(desk: &Desk, case: &Case) -> Result<(), TestCaseError> {
    let Some(file) = case.file() else {
        return Ok(());
    };
    let input = Input::bytes("list.csv", file);
    let columns = ListColumns {
        are_bare: false,
        user: Some(case.user),
        user_meaning: Meaning::DisplayName,
        also: Vec::new(),
        hints: Vec::new(),
        first_name: None,
        last_name: None,
        domain: None,
        action: None,
        wants_lock: None,
        wants_unlock: None,
        reason: None,
        ticket: None,
        until: None,
        result: None,
        message: None,
    };
    let options = ListOptions {
        read: case.read(),
        columns: Some(columns),
        ..lock()
    };
    let plan = plan_list(
        &desk.temp.store,
        &input,
        &options,
        &admin(),
        now(),
        &Unwatched,
    )
    .unwrap()
    .plan;
    let to = desk.path("results.csv");
    let label = save_results(&input, &options.read, &plan, None, &to, &Unwatched).unwrap();
    let bytes = std::fs::read(&to).unwrap();

    let is_marked_utf8 = label == "UTF-8 with byte-order mark";
    prop_assert_eq!(is_marked_utf8, bytes.starts_with(b"\xEF\xBB\xBF"));
    let encoding = if is_marked_utf8 {
        TextEncoding::Utf8
    } else {
        case.encoding
    };
    let found = csv_rows(&decoded(encoding, &bytes), case.delimiter.1);
    // A byte-order mark at the beginning of a row is what joining files leaves, and is taken off. The
    // tests of shapes have such files.
    let has_mark = |row: &Vec<String>| row.first().is_some_and(|c| c.starts_with('\u{FEFF}'));
    if case.rows.iter().any(has_mark) {
        return Ok(());
    }
    let is_blank = |row: &&Vec<String>| {
        let is_header = case.has_header && row[..] == case.header[..];
        row.iter().all(|cell| cell.trim().is_empty()) || is_header
    };
    let rows: Vec<&Vec<String>> = case.rows.iter().filter(|row| !is_blank(row)).collect();
    // The first row tells how many columns a list without a header has.
    let first = case.rows.first().filter(|_| !case.has_header);
    if rows.is_empty() || first.is_some_and(|row| is_blank(&row)) {
        return Ok(());
    }
    prop_assert_eq!(plan.items.len(), rows.len());
    prop_assert_eq!(found.len(), rows.len() + 1);
    let mut columns = case.header.len();
    if !case.has_header {
        columns = rows[0].len();
    }
    let expected = if case.has_header {
        case.header.clone()
    } else {
        found[0][..columns].to_vec()
    };
    prop_assert_eq!(
        &found[0],
        &[&expected[..], &RESULT_COLUMNS.map(str::to_owned)].concat()
    );
    for ((row, cells), index) in rows.iter().zip(&found[1..]).zip(0..) {
        let mut kept = (*row).clone();
        let mut extra = kept.split_off(columns.min(kept.len()));
        while extra.last().is_some_and(|cell| cell.trim().is_empty()) {
            extra.pop();
        }
        kept.resize(columns, String::new());
        // A byte-order mark before a line is left out.
        let start = kept[0].trim_start_matches('\u{FEFF}').to_owned();
        prop_assert!(cells[0] == kept[0] || cells[0] == start);
        prop_assert_eq!(&cells[1..columns], &kept[1..]);
        let answer: Vec<String> = cells[columns..columns + 5]
            .iter()
            .map(|cell| as_meant(cell).to_owned())
            .collect();
        prop_assert_eq!(&answer[..], &answers(&plan, index)[..]);
        prop_assert_eq!(&cells[columns + 5..], &extra[..]);
    }
    // PinDesk itself reads the same rows, in the same order.
    let options = ReadOptions {
        encoding: None,
        has_header: Some(true),
        ..case.read()
    };
    let options = if is_marked_utf8 {
        options
    } else {
        ReadOptions {
            encoding: Some(encoding),
            ..options
        }
    };
    let (headers, again) = read_back(&to, &options);
    prop_assert_eq!(&headers[columns..], &RESULT_COLUMNS);
    prop_assert_eq!(again.len(), rows.len());
    for (again, cells) in again.iter().zip(&found[1..]) {
        let meant: Vec<String> = cells.iter().map(|cell| as_meant(cell).to_owned()).collect();
        let start = meant[0].trim_start_matches('\u{FEFF}');
        prop_assert!(again[0] == meant[0] || again[0] == start);
        prop_assert_eq!(&again[1..], &meant[1..again.len()]);
    }
    Ok(())
}

fn answers(plan: &Plan, index: usize) -> [String; 5] {
    let item = &plan.items[index];
    let state = |status: Option<pindesk::domain::pin::PinStatus>| {
        status.map_or("", |status| status.describe())
    };
    [
        item.outcome.verdict().label().to_owned(),
        plan.reason(item, Zone::utc()),
        item.user
            .as_ref()
            .map_or("", |user| &user.identity)
            .to_owned(),
        state(plan.before(item)).to_owned(),
        state(plan.planned_after(item)).to_owned(),
    ]
}

#[test]
fn every_cell_of_a_list_made_by_chance_comes_back_in_its_results() {
    let mut desk = Desk::new();
    let people = HARD
        .map(|(name, logon)| names(name, logon))
        .map(|mut names| {
            names.dn = None;
            names
        });
    desk.temp.import_users(people.to_vec()).unwrap();
    for (_, logon) in HARD {
        desk.temp.import_pin(logon, &crate::pin_set());
    }
    let mut runner = TestRunner::new(Config {
        cases: 1200,
        failure_persistence: None,
        ..Config::default()
    });
    runner.run(&case(), |case| check(&desk, &case)).unwrap();
}
