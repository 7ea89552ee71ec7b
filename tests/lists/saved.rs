//! A list gives one plan, whatever encoding and layout it is saved in, and its results can be saved
//! in each of them.

use pindesk::exchange::{
    Delimiter, LineEnd, ListOptions, RESULT_COLUMNS, ReadOptions, TextEncoding,
};
use pindesk::plan::{Plan, PlanItem, RowPosition};
use strum::VariantArray as _;

use crate::{Desk, csv_rows, decoded, encoded, lock, names, verdicts};
use pindesk::zone::Zone;

const DELIMITERS: [(Delimiter, char); 4] = [
    (Delimiter::Comma, ','),
    (Delimiter::Semicolon, ';'),
    (Delimiter::Tab, '\t'),
    (Delimiter::Pipe, '|'),
];
const ENDS: [(LineEnd, &str); 3] = [
    (LineEnd::CrLf, "\r\n"),
    (LineEnd::Lf, "\n"),
    (LineEnd::Cr, "\r"),
];

/// Display names and logon names, each with letters of another script.
const PEOPLE: [(&str, &str); 10] = [
    ("Jürgen Groß", "jgross"),
    ("Zdeněk Dvořák", "zdvorak"),
    ("Иван Петров", "ipetrov"),
    ("Γιώργος Παπαδόπουλος", "gpapadopoulos"),
    ("Şule Yıldız", "syildiz"),
    ("דוד כהן", "dcohen"),
    ("محمد أحمد", "mahmad"),
    ("Jānis Bērziņš", "jberzins"),
    ("山田太郎", "tyamada"),
    ("김철수", "ckim"),
];

/// The cells of a list with every kind of row, for people whose letters an encoding has.
fn cells(names: &[&str]) -> Vec<[String; 4]> {
    let row = |cells: [&str; 4]| cells.map(str::to_owned);
    let mut rows = vec![
        row(["Name", "Action", "Reason", "Until"]),
        row([
            "Ken Myer",
            "lock",
            "said \"lost\"; or a,b|c\td",
            "2027-01-31",
        ]),
        row(["Pilar Ackerman", "unlock", " kept as it is ", ""]),
        row(["Ken Myer", "lock", "'=1+1", ""]),
        row(["Nobody", "lock", "=1+1", ""]),
        row(["Maria Garcia", "lock", "'t Hart", ""]),
        row(["Anna*", "lock", "", ""]),
        row(["Anna Smith", "remove", "", ""]),
        row(["J?rgen Gro?", "lock", "", ""]),
    ];
    for name in names {
        // The rows are repeated, so that the encoding can be guessed.
        rows.push(row([name, "lock", name, "2027-02-01"]));
        rows.push(row([name, "", &format!("{name} {name}"), ""]));
    }
    rows
}

fn written(rows: &[[String; 4]], delimiter: char, end: &str) -> String {
    let cell = |cell: &String| {
        let needed = cell.contains([delimiter, '"', '\r', '\n']);
        if needed {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let line = |row: &[String; 4]| {
        row.iter()
            .map(cell)
            .collect::<Vec<_>>()
            .join(&delimiter.to_string())
            + end
    };
    rows.iter().map(line).collect()
}

/// A plan without the byte positions of its rows and the hash of its file.
fn meaning(plan: Plan) -> Plan {
    let at_no_byte = |item: PlanItem| PlanItem {
        position: item.position.map(|position| RowPosition {
            byte: 0,
            ..position
        }),
        ..item
    };
    Plan {
        source: None,
        items: plan.items.into_iter().map(at_no_byte).collect(),
        ..plan
    }
}

#[test]
fn every_encoding_delimiter_and_line_end_gives_the_same_plan_and_takes_its_results() {
    let mut desk = Desk::with_more();
    desk.temp
        .import_users(
            PEOPLE
                .iter()
                .map(|(name, logon)| names(name, logon))
                .collect(),
        )
        .unwrap();
    for (_, logon) in PEOPLE {
        desk.temp.import_pin(logon, &crate::pin_set());
    }
    let mut held = 0;
    for &encoding in TextEncoding::VARIANTS {
        let fits = |name: &&str| encoded(encoding, name).is_some();
        let people: Vec<&str> = PEOPLE.iter().map(|(name, _)| *name).filter(fits).collect();
        let rows = cells(&people);
        let expected = meaning(desk.plan_with(written(&rows, ';', "\n"), &lock()));
        assert_eq!(expected.items.len(), rows.len() - 1);
        assert_eq!(verdicts(&expected)[0], ("will change", "Ken Myer"));
        let wide = matches!(encoding, TextEncoding::Utf16Le | TextEncoding::Utf16Be);
        for ((delimiter, separator), (line_end, end)) in DELIMITERS
            .into_iter()
            .flat_map(|one| ENDS.map(|end| (one, end)))
        {
            for has_mark in [false, true] {
                let mark = if has_mark {
                    encoded(encoding, "\u{FEFF}")
                } else {
                    Some(Vec::new())
                };
                let Some(mark) = mark.filter(|mark| !has_mark || wide || mark == b"\xEF\xBB\xBF")
                else {
                    continue;
                };
                let file = [
                    mark,
                    encoded(encoding, &written(&rows, separator, end)).unwrap(),
                ]
                .concat();
                // The few letters are not enough to tell the code pages apart, so the page is
                // chosen.
                let chosen = (!encoding.is_unicode()).then_some(encoding);
                let read = ReadOptions {
                    encoding: chosen,
                    ..ReadOptions::default()
                };
                let preview = desk
                    .preview(
                        &file,
                        &ListOptions {
                            read: read.clone(),
                            ..lock()
                        },
                    )
                    .unwrap();
                assert_eq!(preview.how_read.delimiter(), Some(delimiter));
                let plan = preview.plan.clone();
                assert_eq!(
                    meaning(preview.plan),
                    expected,
                    "{encoding:?} {delimiter:?} {line_end:?}"
                );
                let (_, results) = desk.save_as(&read, &plan, None).unwrap();
                check_results(encoding, (separator, end), &rows, &plan, &results);
                held += 1;
            }
        }
    }
    assert_eq!(held, 12 * (2 + 2 + 2 + 24));
}

fn check_results(
    encoding: TextEncoding,
    (separator, end): (char, &str),
    rows: &[[String; 4]],
    plan: &Plan,
    file: &[u8],
) {
    // The matched identity may have letters that the code page lacks.
    let fits = plan
        .items
        .iter()
        .all(|item| encoded(encoding, &plan.reason(item, Zone::utc())).is_some());
    let is_marked_utf8 = file.starts_with(b"\xEF\xBB\xBF");
    assert!(fits || is_marked_utf8, "{encoding:?}");
    let wide = matches!(encoding, TextEncoding::Utf16Le | TextEncoding::Utf16Be);
    let text = decoded(
        if fits || wide {
            encoding
        } else {
            TextEncoding::Utf8
        },
        file,
    );
    assert!(!wide || text.starts_with('\u{FEFF}'), "{encoding:?}");
    assert!(text.ends_with(end) && !text.ends_with(&format!("{end}{end}")));
    let found = csv_rows(&text, u8::try_from(separator).unwrap());
    assert_eq!(found.len(), rows.len());
    for (index, (found, row)) in found.iter().zip(rows).enumerate() {
        assert_eq!(found[..4], row[..], "{encoding:?}");
        let Some(index) = index.checked_sub(1) else {
            assert_eq!(found[4..], RESULT_COLUMNS);
            continue;
        };
        let item = &plan.items[index];
        assert_eq!(found[4], item.outcome.verdict().label());
        assert_eq!(found[5], plan.reason(item, Zone::utc()));
        assert_eq!(
            found[6],
            item.user.as_ref().map_or("", |user| &user.identity)
        );
        let state = |status: Option<pindesk::domain::pin::PinStatus>| {
            status.map_or("", |status| status.describe())
        };
        assert_eq!(
            (&*found[7], &*found[8]),
            (state(plan.before(item)), state(plan.planned_after(item)))
        );
    }
}
