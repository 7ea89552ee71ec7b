//! Excel workbooks. An input is the text of the parts, each under a line with its name, or a whole
//! archive. Parts are changed before they are zipped, so that the archive itself stays sound.

use std::fs;
use std::io::{Cursor, Write as _};
use std::panic::{set_hook, take_hook};
use std::path::Path;

use pindesk::exchange::{Input, ReadError, ReadOptions, SheetRow, Table, Workbook};
use pindesk::progress::Unwatched;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::campaign::Campaign;
use crate::chance::Chance;
use crate::{assert_plain, memory_folder};

const CAMPAIGN: Campaign = Campaign {
    target: "workbook",
    words: &[
        b"<c>",
        b"<c r=\"A1\">",
        b"<c r=\"XFD1048576\">",
        b"<c r=\"XFE1\">",
        b"<c r=\"A0\">",
        b"</c>",
        b"<v>",
        b"</v>",
        b"<row r=\"1048577\">",
        b"<row>",
        b"</row>",
        b" t=\"s\"",
        b" t=\"b\"",
        b" t=\"e\"",
        b" t=\"d\"",
        b" t=\"str\"",
        b" t=\"inlineStr\"",
        b"<is><t>",
        b"</t></is>",
        b" s=\"1\"",
        b" s=\"4294967296\"",
        b"<f>",
        b"<f t=\"shared\" si=\"0\" ref=\"A1:XFD9\">",
        b"<si>",
        b"<t/>",
        b"<r><t>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"&#0;",
        b"&#x110000;",
        b"&amp;",
        b"&lol;",
        b"<!DOCTYPE x [<!ENTITY lol \"lol\">]>",
        b"uniqueCount=\"4000001\"",
        b"date1904=\"1\"",
        b"<dimension ref=\"A1:XFD1048576\"/>",
        b"<mergeCell ref=\"A1:B2\"/>",
        b"/>",
        b"x:",
        b" state=\"hidden\"",
        b"PK\x01\x02",
        b"PK\x05\x06",
    ],
    short: 1_000,
    longest: 8_192,
    one_accepted_in: 10,
};
/// The beginning and the end of the line with the name of a part.
const NAME: (&str, &str) = ("==> ", " <==\n");
const MOST_ROWS: u64 = 1 << 20;
const MOST_COLUMNS: usize = 1 << 14;

/// The parts of an input, with their names.
fn parts(input: &[u8]) -> Vec<(String, &[u8])> {
    let (mut parts, mut rest) = (Vec::new(), input);
    while let Some(name) = after(rest, NAME.0) {
        let Some(content) = after(name, NAME.1) else {
            break;
        };
        let name = &name[..name.len() - content.len() - NAME.1.len()];
        rest = after(content, NAME.0).map_or(&[], |next| {
            &content[content.len() - next.len() - NAME.0.len()..]
        });
        let content = &content[..content.len() - rest.len()];
        parts.push((String::from_utf8_lossy(name).into_owned(), content));
    }
    parts
}

/// The bytes after the first occurrence of a text.
fn after<'a>(bytes: &'a [u8], text: &str) -> Option<&'a [u8]> {
    let at = bytes
        .windows(text.len())
        .position(|window| window == text.as_bytes())?;
    Some(&bytes[at + text.len()..])
}

/// The archive of an input. One in eight gets damage of its own.
fn archive(input: &[u8], chance: &mut Chance) -> Vec<u8> {
    if input.starts_with(b"PK") {
        return input.to_vec();
    }
    let method = chance.pick(&[CompressionMethod::Stored, CompressionMethod::Deflated]);
    let options = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts(input) {
        // The library refuses to write the same name twice.
        if zip.start_file(name, options).is_ok() {
            zip.write_all(content).unwrap();
        }
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    if chance.once_in(8) {
        for _ in 0..=chance.below(4) {
            let at = chance.below(bytes.len());
            bytes[at] = chance.next().to_le_bytes()[0];
        }
    }
    bytes
}

/// Reads every sheet. Rows are in order and within the limits of Excel.
fn check_sheets(path: &Path) -> bool {
    let mut workbook = match Workbook::open(path) {
        Ok(workbook) => workbook,
        Err(error) => {
            assert_plain(&error.to_string());
            return false;
        }
    };
    let mut accepted = false;
    for sheet in workbook.sheets().to_vec() {
        let mut last = 0;
        let read = workbook.for_each_row(
            &sheet,
            |SheetRow {
                 number,
                 cells,
                 faults,
                 problem,
                 ..
             }| {
                assert!(number > last && number <= MOST_ROWS, "row {number}");
                assert!(cells.len() <= MOST_COLUMNS, "{} cells", cells.len());
                let has_text = cells.iter().any(|cell| !cell.is_empty());
                assert!(
                    has_text || problem.is_some() || !faults.is_empty(),
                    "row {number}"
                );
                last = number;
                true
            },
        );
        match read {
            Ok(_shape) => accepted = true,
            Err(error) => assert_plain(&error.to_string()),
        }
    }
    accepted
}

/// Reads the first sheet as a table.
fn check_table(path: &Path) {
    let read = || -> Result<(), ReadError> {
        let mut table = Table::open(&Input::file(path)?, &ReadOptions::default(), &Unwatched)?;
        let width = table.headers().len();
        while let Some(row) = table.next_row()? {
            assert!(row.problem.is_some() || row.fields.len() == width);
        }
        Ok(())
    };
    if let Err(error) = read() {
        assert_plain(&error.to_string().replace(&path.display().to_string(), ""));
    }
}

/// Panics of the library that reads workbooks are caught, and need no report.
fn hide_panics_of_the_library() {
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        if !panic
            .location()
            .is_some_and(|location| location.file().contains("calamine"))
        {
            usual(panic);
        }
    }));
}

#[test]
fn workbook() {
    hide_panics_of_the_library();
    let folder = memory_folder();
    let path = folder.path().join("book.xlsx");
    CAMPAIGN.run(|input, chance| {
        fs::write(&path, archive(input, chance)).unwrap();
        if chance.once_in(4) {
            check_table(&path);
        }
        check_sheets(&path)
    });
}
