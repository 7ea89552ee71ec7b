//! Files with faults, endless files, and files that become unreadable: faults are reported with
//! line and byte, and reading always ends.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pindesk::exchange::{Delimiter, FileForm, Input, ReadError, ReadOptions, Table, TextEncoding};
use pindesk::progress::{Progress, Unwatched};

use crate::{encoded, read, read_as, read_input, refused};

const LONGEST_LINE: u64 = 4 << 20;

#[test]
fn bytes_that_cannot_be_read_make_their_row_unreadable_and_no_other() {
    let utf_16 = |units: &[u16]| {
        units
            .iter()
            .flat_map(|unit| unit.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let text = |text: &str| encoded(TextEncoding::Utf16Le, text);
    let of = |encoding| ReadOptions {
        encoding: Some(encoding),
        ..ReadOptions::default()
    };
    let japanese = TextEncoding::ShiftJis;
    for (file, options, problem) in [
        // A file that a full disk has filled with NULs, or a text in two encodings.
        (
            b"Identity,Reason\r\nken,a\r\npil\0ar,b\r\nanna,c\r\n".to_vec(),
            ReadOptions::default(),
            "Line 3, byte 27: A NUL character does not belong into a text.",
        ),
        (
            encoded(TextEncoding::Utf8, "Identity,Reason\r\nken,ü\r\n")
                .into_iter()
                .chain(*b"\xC3\xBC\0,b\r\nanna,c\r\n")
                .collect(),
            ReadOptions::default(),
            "Line 3, byte 27: A NUL character does not belong into a text.",
        ),
        (
            [
                text("Identity,Reason\r\nken,ü\r\n"),
                text("pü\0,b\r\nanna,c\r\n"),
            ]
            .concat(),
            ReadOptions::default(),
            "Line 3, byte 52: A NUL character does not belong into a text.",
        ),
        // Half of a character, after a program has cut a text between its code units.
        (
            [
                text("Identity,Reason\r\nken,ü\r\nx"),
                utf_16(&[0xD83D]),
                text(",b\r\nanna,c\r\n"),
            ]
            .concat(),
            ReadOptions::default(),
            "Line 3, byte 50: Half of a pair of UTF-16 units stands alone.",
        ),
        (
            [
                text("Identity,Reason\r\nken,\u{1F600}\r\n"),
                utf_16(&[0xDE00]),
                text(",b\r\nanna,c\r\n"),
            ]
            .concat(),
            ReadOptions::default(),
            "Line 3, byte 50: Half of a pair of UTF-16 units stands alone.",
        ),
        // A file in another encoding than the chosen one.
        (
            b"Identity,Reason\r\nken,a\r\nJ\xF6rg,b\r\nanna,c\r\n".to_vec(),
            of(TextEncoding::Utf8),
            "Line 3, byte 25: These bytes are not UTF-8.",
        ),
        (
            b"Identity,Reason\r\nken,a\r\n\x8E\xA9\x8E,b\r\nanna,c\r\n".to_vec(),
            of(japanese),
            "Line 3, byte 26: These bytes have no meaning in the code page.",
        ),
        // A fault on the second line of a row.
        (
            b"Identity,Reason\r\nken,a\r\npilar,\"b\r\n\xFF\"\r\nanna,c\r\n".to_vec(),
            of(TextEncoding::Utf8),
            "Line 4, byte 34: These bytes are not UTF-8.",
        ),
    ] {
        let found = read_as(&file, &options).unwrap();
        assert_eq!(
            found.problems(),
            [problem],
            "{}",
            String::from_utf8_lossy(&file)
        );
        let named: Vec<_> = found.rows.iter().map(|row| row.fields[0].clone()).collect();
        assert_eq!((named[0].as_str(), named[2].as_str()), ("ken", "anna"));
    }
}

#[test]
fn a_text_that_ends_in_the_middle_is_unreadable_there() {
    // An incomplete copy.
    let mut file = encoded(
        TextEncoding::Utf16Le,
        "\u{FEFF}Identity,Reason\r\nken,a\r\nanna,bcd",
    );
    file.pop();
    let found = read(&file);
    assert_eq!(found.fields(), [(2, vec!["ken", "a"])]);
    assert_eq!(
        found.problems(),
        ["Line 3, byte 64: The file ends in the middle of a UTF-16 unit."]
    );
    let options = ReadOptions {
        encoding: Some(TextEncoding::Utf8),
        ..ReadOptions::default()
    };
    let found = read_as(b"Identity,Reason\nken,a\nanna,J\xC3", &options).unwrap();
    assert_eq!(
        found.problems(),
        ["Line 3, byte 28: These bytes are not UTF-8."]
    );
}

#[test]
fn a_quote_that_is_never_closed_names_the_row_where_it_opens() {
    for (file, line, byte) in [
        ("Identity,Reason\nken,a\npilar,\"b\nanna,c\n", 3, 22),
        ("Identity,Reason\r\n\"ken,a\r\nanna,c\r\n", 2, 17),
        ("Identity,Reason\rken,a\r\"", 3, 22),
        ("\u{FEFF}\"Identity,Reason\nken,a\n", 1, 3),
        ("ken@x.y\n\"anna@x.y\n", 2, 8),
    ] {
        assert_eq!(
            refused(file),
            ReadError::OpenQuote { line, byte },
            "{file:?}"
        );
    }
    // A quote inside of a field is a plain character.
    assert_eq!(
        read("Identity,Reason\nken,5\" screen\n").fields(),
        [(2, vec!["ken", "5\" screen"])]
    );
    // The search for the closing quote ends at the limit of a row.
    let start = "Identity,Reason\nken,a\npilar,\"b\n";
    let (input, taken) = endless(start, "anna,c\n", 64 << 20);
    assert_eq!(
        read_input(&input, &ReadOptions::default()),
        Err(ReadError::OpenQuote { line: 3, byte: 22 })
    );
    assert!(taken.load(Ordering::Relaxed) < (64 << 20) + (12 << 20));
}

/// A text followed by endless repetitions of another one. It counts the bytes that are read.
struct Repeats {
    start: Vec<u8>,
    again: Vec<u8>,
    at: u64,
    size: u64,
    taken: Arc<AtomicU64>,
}

impl Read for Repeats {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = usize::try_from(self.size - self.at)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        for byte in &mut buffer[..count] {
            let at = usize::try_from(self.at).unwrap();
            *byte = match self.start.get(at) {
                Some(&byte) => byte,
                None => self.again[(at - self.start.len()) % self.again.len()],
            };
            self.at += 1;
        }
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

fn endless(start: &str, again: &str, size: u64) -> (Input, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let (start, again, counted) = (
        start.as_bytes().to_vec(),
        again.as_bytes().to_vec(),
        Arc::clone(&taken),
    );
    let open = move || {
        let (start, again, taken) = (start.clone(), again.clone(), Arc::clone(&counted));
        Ok(Box::new(Repeats {
            start,
            again,
            at: 0,
            size,
            taken,
        }) as Box<dyn Read + Send>)
    };
    (Input::of("list.csv", size, open), taken)
}

#[test]
fn a_line_without_an_end_is_given_up_before_it_fills_the_memory() {
    let size = 64 << 20;
    for (start, line, byte) in [("", 1, 0), ("Identity,Reason\nken,a\n", 3, 22)] {
        let (input, taken) = endless(start, "abc", size);
        let options = ReadOptions {
            delimiter: Some(Delimiter::Comma),
            ..ReadOptions::default()
        };
        let error = read_input(&input, &options).unwrap_err();
        assert_eq!(
            error,
            ReadError::LineTooLong {
                line,
                byte,
                limit: 4 << 20
            }
        );
        // The file is read once as a whole for the encoding, and then at most twice up to the
        // limit, for the layout and for the rows.
        let after = taken.load(Ordering::Relaxed) - size;
        assert!(
            after < 2 * (LONGEST_LINE + (1 << 17)),
            "{after} bytes after the first look"
        );
    }
    // A line of the greatest allowed length is read, though no spreadsheet has such a cell.
    let long = "x".repeat((4 << 20) - 4);
    let found = read(format!("Identity,Reason\nken,{long}\nanna,b\n"));
    assert_eq!(
        (found.rows[0].fields[1].chars().count(), found.fields()),
        (101, vec![(3, vec!["anna", "b"])])
    );
    assert_eq!(
        found.rows[0].problem.as_deref(),
        Some("The cell in column 2 has more than 32,767 characters, the most that Excel takes.")
    );
    // Each byte is invalid, so the decoded text is longer than the bytes. The row is unreadable
    // like others.
    let bad = [
        b"Identity,Reason\nken,".as_slice(),
        &vec![0xFF; 3 << 20],
        b"\nanna,b\n",
    ]
    .concat();
    let options = ReadOptions {
        encoding: Some(TextEncoding::Utf8),
        ..ReadOptions::default()
    };
    let found = read_as(bad, &options).unwrap();
    assert_eq!(
        found.problems(),
        ["Line 2, byte 20: These bytes are not UTF-8."]
    );
    assert_eq!(found.fields(), [(3, vec!["anna", "b"])]);
}

/// Returns a part of a text and then an error, from a certain opening on.
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
fn a_file_that_goes_away_while_it_is_read_is_an_error_and_never_a_shorter_list() {
    let text = format!("Identity,Reason\n{}", "ken,a\n".repeat(20_000)).into_bytes();
    for kept in [0, 5, 16, 5000, 100_000, text.len()] {
        let mut opening = 0;
        loop {
            let (text, openings) = (text.clone(), AtomicU64::new(0));
            let input = Input::of("list.csv", text.len() as u64, move || {
                let bytes = text.clone();
                let is_away = openings.fetch_add(1, Ordering::Relaxed) >= opening;
                let gone = || {
                    Box::new(GoesAway(io::Cursor::new(bytes[..kept].to_vec())))
                        as Box<dyn Read + Send>
                };
                Ok(if is_away {
                    gone()
                } else {
                    Box::new(io::Cursor::new(bytes.clone()))
                })
            });
            let outcome = read_input(&input, &ReadOptions::default());
            if let Ok(found) = outcome {
                assert_eq!(found.rows.len(), 20_000);
                break;
            }
            assert_eq!(
                outcome,
                Err(ReadError::Io(
                    "the network name is no longer available".to_owned()
                ))
            );
            opening += 1;
        }
        assert!(opening >= 3, "the last opening reads all of it");
    }
}

#[test]
fn a_file_that_is_gone_before_it_is_read_is_named_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, "Identity\nken@x.y\n").unwrap();
    let input = Input::file(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let error = read_input(&input, &ReadOptions::default())
        .unwrap_err()
        .to_string();
    assert_eq!(error.matches("list.csv").count(), 1, "{error}");
}

/// Returns few bytes at a time, as a slow pipe does, so that characters and line ends are split.
struct Trickles(io::Cursor<Vec<u8>>, usize);

impl Read for Trickles {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = buffer.len().min(self.1);
        self.0.read(&mut buffer[..end])
    }
}

#[test]
fn it_does_not_matter_how_the_bytes_come() {
    for encoding in [
        TextEncoding::Utf8,
        TextEncoding::Utf16Le,
        TextEncoding::Utf16Be,
    ] {
        let file = encoded(
            encoding,
            "Identity,Reason\r\nJörg,\"a\r\nb\"\r\n\r\r\n\nanna \u{1F600},c\rpilar,d\r\n",
        );
        let whole = read(&file);
        for at_once in 1..12 {
            let bytes = file.clone();
            let input = Input::of("list.csv", file.len() as u64, move || {
                Ok(Box::new(Trickles(io::Cursor::new(bytes.clone()), at_once))
                    as Box<dyn Read + Send>)
            });
            assert_eq!(
                read_input(&input, &ReadOptions::default()).unwrap(),
                whole,
                "{encoding:?}, {at_once} at once"
            );
        }
        let lines: Vec<u64> = whole.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 7, 8], "{encoding:?}");
    }
}

/// Cancels after this number of bytes.
struct CancelsAt(u64, AtomicU64);

impl Progress for CancelsAt {
    fn advance(&self, done: u64, _total: u64) {
        self.1.store(done, Ordering::Relaxed);
    }
    fn is_cancelled(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

#[test]
fn looking_through_a_file_without_an_end_can_be_cancelled() {
    for at in [0, 1, 10 << 20] {
        let (input, taken) = endless("Identity\n", "ken@x.y\n", u64::MAX);
        let outcome = Table::open(
            &input,
            &ReadOptions::default(),
            &CancelsAt(at, AtomicU64::new(0)),
        );
        assert_eq!(
            outcome.map(|table| table.headers().len()),
            Err(ReadError::Cancelled)
        );
        assert!(taken.load(Ordering::Relaxed) <= at + (1 << 17));
    }
    // Without cancelling, a finite file of this kind is read.
    let (input, _) = endless("Identity\n", "ken@x.y\n", 9 + 8 * 1000);
    assert!(Table::open(&input, &ReadOptions::default(), &Unwatched).is_ok());
    assert_eq!(
        read_input(&input, &ReadOptions::default())
            .unwrap()
            .rows
            .len(),
        1000
    );
}

#[test]
fn a_damaged_character_makes_only_its_row_unreadable() {
    // A copy that was cut off in the middle of its last character.
    let mut file = "Identity\nJörg Müller\nKäthe Groß\nJosé"
        .as_bytes()
        .to_vec();
    file.pop();
    let mut table = Table::open(
        &Input::bytes("cut.csv", file),
        &ReadOptions::default(),
        &Unwatched,
    )
    .unwrap();
    assert!(matches!(
        table.how_read().form,
        FileForm::Text {
            encoding: TextEncoding::Utf8,
            ..
        }
    ));
    let names =
        [table.next_row(), table.next_row()].map(|row| row.unwrap().unwrap().fields.remove(0));
    assert_eq!(names, ["Jörg Müller", "Käthe Groß"]);
    assert!(
        table
            .next_row()
            .unwrap()
            .unwrap()
            .problem
            .unwrap()
            .contains("not UTF-8")
    );
}

#[test]
fn a_file_with_too_many_columns_is_refused() {
    let wide = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|number| format!("n{number}")).collect();
        format!("{}\n", names.join(","))
    };
    assert_eq!(read(wide(32_768)).headers.len(), 32_768);
    let input = Input::bytes("list.csv", wide(32_769).into_bytes());
    assert_eq!(
        read_input(&input, &ReadOptions::default())
            .unwrap_err()
            .to_string(),
        "The first row has more than 32768 columns. Delete those that are not needed."
    );
}
