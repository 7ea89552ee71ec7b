//! Small files from a mutator that knows the parts of tables. Each file is read to its end with
//! random options. The seed is fixed, so that each failure can be repeated. `PINDESK_FUZZ_RUNS`
//! sets the number of files.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use common::chance::{Chance, runs};
use pindesk::exchange::{Delimiter, FileForm, Input, ReadError, ReadOptions, Table, TextEncoding};
use pindesk::progress::Unwatched;
use strum::VariantArray as _;

const SHORT_RUN: u64 = 20_000;
const LONGEST: usize = 512;

const SEEDS: [&str; 15] = [
    "Identity,Reason\r\nsip:ken@x.y,lost phone\r\n\"Myer, Robert\",\"a \"\"b\"\"\r\nc\"\r\n",
    "#TYPE Selected.X\r\n\"Identity\";\"DisplayName\"\r\n\"ken@x.y\";\"Jörg Müller\"\r\n\"anna@x.y\";\"José\"\r\n",
    "sep=\t\nUPN\tAction\tTicket\nken@x.y\tlock\t1\n\n  \nanna@x.y\tunlock\t2\t\t\n",
    "UPN|upn|UPN (2)||\r1|2|3|4\r5|6|7|8\r",
    "CN=Ken Myer,OU=Finance,DC=x,DC=y\nCN=Anna Smith,OU=HR,DC=x,DC=y\n",
    "litwareinc\\ken\r\nlitwareinc\\anna\r\nsip:pilar@x.y",
    "Иван Петров\r\nОльга Смирнова\r\nЮрий Щукин\r\n",
    "Identity,DisplayName\n1,山田太郎\n2,鈴木花子\n3,\u{1F600}\n",
    "\r\nIdentity   IsPinSet\r\n--------   --------\r\nken@x.y    True\r\n",
    "Identity : ken@x.y\r\nIsPinSet : True\r\nIsLockedOut :\r\n",
    "\"ClassId2e4f51ef21dd47e99d3c952918aff9cd\",\"pageHeaderEntry\"\r\n\"a\",\"b\"\r\n",
    "{\"Identity\": 1}\r\n",
    "<?xml version=\"1.0\"?>\r\n<Objs/>",
    "Identity,Reason\n'=x,'+1\n'@ken,'t Hart\n'',＝1\n",
    "# a note\n\"# another\"\n\n\"a\nb\",\"c\rd\r\ne\"\n,\n\"\",\"\"\n",
];

const TOKENS: [&[u8]; 34] = [
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
];

/// Makes files.
struct Maker {
    chance: Chance,
    /// The seeds, in every encoding that has their characters.
    seeds: Vec<Vec<u8>>,
    encodings: Vec<TextEncoding>,
}

impl Maker {
    fn new(seed: u64) -> Self {
        let mut seeds = Vec::new();
        for text in SEEDS {
            seeds.push(text.as_bytes().to_vec());
            seeds.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            seeds.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            for page in [
                encoding_rs::WINDOWS_1252,
                encoding_rs::WINDOWS_1251,
                encoding_rs::SHIFT_JIS,
            ] {
                let (bytes, _, has_unmappable) = page.encode(text);
                if !has_unmappable && !text.is_ascii() {
                    seeds.push(bytes.into_owned());
                }
            }
        }
        Self {
            chance: Chance(seed),
            seeds,
            encodings: TextEncoding::VARIANTS.to_vec(),
        }
    }

    fn file(&mut self, file: &mut Vec<u8>) {
        let chance = &mut self.chance;
        file.clear();
        if chance.once_in(4) {
            file.extend_from_slice(chance.pick(&[
                b"\xEF\xBB\xBF".as_slice(),
                b"\xFF\xFE",
                b"\xFE\xFF",
            ]));
        }
        file.extend_from_slice(&self.seeds[chance.below(self.seeds.len())]);
        for _ in 0..chance.below(8) {
            let at = chance.below(file.len() + 1);
            let end = (at + chance.below(24)).min(file.len());
            match chance.below(9) {
                0 if at < file.len() => file[at] = chance.next().to_le_bytes()[0],
                1 => drop(file.drain(at..end)),
                2 => {
                    let part = file[at..end].to_vec();
                    let to = chance.below(file.len() + 1);
                    file.splice(to..to, part);
                }
                3 => file.truncate(at),
                4 => {
                    let other = &self.seeds[chance.below(self.seeds.len())];
                    file.truncate(at);
                    file.extend_from_slice(&other[chance.below(other.len())..]);
                }
                5 => {
                    let wide: Vec<u8> = chance
                        .pick(&TOKENS)
                        .iter()
                        .flat_map(|&byte| [byte, 0])
                        .collect();
                    file.splice(at..at, wide);
                }
                _ => drop(file.splice(at..at, chance.pick(&TOKENS).iter().copied())),
            }
        }
        file.truncate(LONGEST);
    }

    fn options(&mut self) -> ReadOptions {
        let chance = &mut self.chance;
        ReadOptions {
            encoding: chance.once_in(3).then(|| chance.pick(&self.encodings)),
            delimiter: chance.once_in(3).then(|| chance.pick(Delimiter::VARIANTS)),
            has_header: chance.once_in(3).then(|| chance.once_in(2)),
            ..ReadOptions::default()
        }
    }
}

/// The file that is read. Opening it makes no copy.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

struct Reading(Shared, usize);

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.0.0.lock().unwrap();
        let rest = &bytes[self.1.min(bytes.len())..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.1 += count;
        Ok(count)
    }
}

/// The characters of a row without delimiters, quotes, `'`, byte-order marks and white space. Blank
/// cells after the last column do not count.
fn content(text: &str, delimiter: Delimiter) -> impl Iterator<Item = char> {
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
fn check(input: &Input, file: &[u8], options: &ReadOptions) -> bool {
    let mut table = match Table::open(input, options, &Unwatched) {
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
                content(&row.raw, delimiter).eq(content(&fields, delimiter)),
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
    }
    assert!(
        rows <= most && rows == table.how_read().rows,
        "{rows} rows in {most} lines"
    );
    true
}

fn refuse(error: &ReadError) -> bool {
    let is_about_the_file = matches!(
        error,
        ReadError::Empty | ReadError::Foreign { .. } | ReadError::OpenQuote { .. }
    );
    assert!(is_about_the_file, "{error}");
    false
}

#[test]
fn no_small_file_breaks_the_reader() {
    let runs = runs(SHORT_RUN);
    let mut maker = Maker::new(1);
    let shared = Shared::default();
    let mut read = 0;
    for run in 0..runs {
        let mut file = std::mem::take(&mut *shared.0.lock().unwrap());
        maker.file(&mut file);
        let (options, bytes) = (maker.options(), file.clone());
        *shared.0.lock().unwrap() = file;
        let opened = shared.clone();
        let open = move || Ok(Box::new(Reading(opened.clone(), 0)) as Box<dyn Read + Send>);
        let input = Input::of("list.csv", bytes.len() as u64, open);
        let checked = catch_unwind(AssertUnwindSafe(|| check(&input, &bytes, &options)));
        let Ok(is_table) = checked else {
            panic!("run {run}, {options:?}: b\"{}\"", bytes.escape_ascii())
        };
        read += u64::from(is_table);
    }
    assert!(read * 4 > runs, "only {read} of {runs} files were tables");
}
