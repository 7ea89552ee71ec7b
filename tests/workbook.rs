//! Reading workbooks: the sheets, the texts of cells, and the refusal of harmful files.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::fs::{self, File};
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use pindesk::exchange::{
    Input, ReadError, ReadOptions, SheetRow, SheetShape, Table, Workbook, WorkbookError,
};
use pindesk::progress::Unwatched;
use proptest::prelude::*;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MEGABYTE: u64 = 1 << 20;

/// A sheet: its name, its state, and the content of `sheetData`.
type Sheet<'a> = (&'a str, &'a str, &'a str);

/// The parts of a workbook with these sheets; formats 1 to 4 are date, time, duration and two
/// decimals.
fn parts(sheets: &[Sheet<'_>], shared: &[&str], workbook_pr: &str) -> Vec<(String, String)> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut list, mut relations) = (String::new(), String::new());
    for (number, (name, state, _)) in (1..).zip(sheets) {
        list += &format!(
            r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>"#
        );
        relations += &format!(
            r#"<Relationship Id="rId{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
    }
    let texts: Vec<String> = shared
        .iter()
        .map(|text| format!("<si><t xml:space=\"preserve\">{text}</t></si>"))
        .collect();
    let texts = texts.concat();
    let count = shared.len();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{office}">{workbook_pr}<sheets>{list}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{package}">{relations}</Relationships>"#),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                r#"<styleSheet xmlns="{main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy\ hh:mm:ss"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="21"/><xf numFmtId="46"/><xf numFmtId="2"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/sharedStrings.xml".to_owned(),
            format!(r#"<sst xmlns="{main}" count="{count}" uniqueCount="{count}">{texts}</sst>"#),
        ),
    ];
    for (number, (_, _, data)) in (1..).zip(sheets) {
        let sheet =
            format!(r#"<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>"#);
        parts.push((format!("xl/worksheets/sheet{number}.xml"), sheet));
    }
    parts
}

fn zipped<T: AsRef<[u8]>>(parts: &[(String, T)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_ref()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn file(folder: &TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("book.xlsx");
    fs::write(&path, bytes).unwrap();
    path
}

fn open(bytes: &[u8]) -> Result<Workbook, WorkbookError> {
    let folder = tempfile::tempdir().unwrap();
    Workbook::open(&file(&folder, bytes))
}

fn refused(bytes: &[u8]) -> WorkbookError {
    open(bytes).err().expect("the workbook was opened")
}

type Rows = Vec<(u64, Vec<String>)>;

fn rows_of(workbook: &mut Workbook, sheet: &str) -> Result<Rows, WorkbookError> {
    let mut rows = Vec::new();
    workbook.for_each_row(sheet, |row| {
        rows.push((row.number, row.cells));
        true
    })?;
    Ok(rows)
}

/// The rows of the only sheet.
fn rows_with(data: &str, shared: &[&str], workbook_pr: &str) -> Result<Rows, WorkbookError> {
    let mut workbook = open(&zipped(&parts(
        &[("Users", "visible", data)],
        shared,
        workbook_pr,
    )))?;
    rows_of(&mut workbook, "Users")
}

fn rows(data: &str) -> Rows {
    rows_with(data, &[], "").unwrap_or_else(|error| panic!("{error}"))
}

/// The text of the first cell of a sheet.
fn only_text(cell: &str) -> String {
    let mut rows = rows(&format!(r#"<row r="1">{cell}</row>"#));
    rows.pop().unwrap_or_else(|| panic!("{cell}")).1.remove(0)
}

fn row(number: u64, texts: &[&str]) -> (u64, Vec<String>) {
    (number, texts.iter().map(|&text| text.to_owned()).collect())
}

#[test]
fn shared_and_inline_texts_are_read() {
    let data = r#"
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="inlineStr"><is><t>k@x.y</t></is></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><r><t xml:space="preserve">Jörg </t></r><r><t>Müller</t></r></is></c><c r="B3" t="str"><f>A3</f><v>a &amp; b</v></c></row>"#;
    let shared = ["DisplayName", "SipAddress", " Myer, Ken &lt;k&gt; "];
    let expected = [
        row(1, &["DisplayName", "SipAddress"]),
        row(2, &[" Myer, Ken <k> ", "k@x.y"]),
        row(3, &["Jörg Müller", "a & b"]),
    ];
    assert_eq!(rows_with(data, &shared, "").unwrap(), expected);
}

#[test]
fn numbers_truths_and_errors_are_texts_as_excel_shows_them() {
    for (cell, text) in [
        ("<c><v>12</v></c>", "12"),
        ("<c><v>12.0</v></c>", "12"),
        ("<c><v>-3</v></c>", "-3"),
        ("<c><v>0.1</v></c>", "0.1"),
        ("<c t=\"n\"><v>1.5E3</v></c>", "1500"),
        ("<c><v>4912345678901</v></c>", "4912345678901"),
        ("<c s=\"4\"><v>2.5</v></c>", "2.50"),
        ("<c t=\"b\"><v>1</v></c>", "TRUE"),
        ("<c t=\"b\"><v>0</v></c>", "FALSE"),
        ("<c t=\"e\"><v>#N/A</v></c>", "#N/A"),
        ("<c t=\"e\"><v>#REF!</v></c>", "#REF!"),
        ("<c t=\"str\"><v>=1+1</v></c>", "=1+1"),
    ] {
        assert_eq!(only_text(cell), text, "{cell}");
    }
}

#[test]
fn dates_are_written_year_first_in_both_date_systems() {
    for (cell, text) in [
        (
            "<c s=\"1\"><v>41177.566006944442</v></c>",
            "2012-09-25 13:35:03",
        ),
        ("<c s=\"1\"><v>41177</v></c>", "2012-09-25 00:00:00"),
        ("<c s=\"1\"><v>41177.999999</v></c>", "2012-09-26 00:00:00"),
        ("<c s=\"1\"><v>1</v></c>", "1900-01-01 00:00:00"),
        ("<c s=\"1\"><v>59</v></c>", "1900-02-28 00:00:00"),
        ("<c s=\"1\"><v>60</v></c>", "60"),
        ("<c s=\"1\"><v>61</v></c>", "1900-03-01 00:00:00"),
        (
            "<c s=\"1\"><v>2958465.999988426</v></c>",
            "9999-12-31 23:59:59",
        ),
        ("<c s=\"1\"><v>-1</v></c>", "-1"),
        (
            "<c s=\"1\"><v>1e300</v></c>",
            &format!("1{}", "0".repeat(300)),
        ),
        ("<c s=\"2\"><v>0.566006944442</v></c>", "13:35:03"),
        ("<c s=\"3\"><v>1.5</v></c>", "36:00:00"),
        (
            "<c t=\"d\"><v>2012-09-25T13:35:03</v></c>",
            "2012-09-25 13:35:03",
        ),
    ] {
        assert_eq!(only_text(cell), text, "{cell}");
    }
    let cell = "<row r=\"1\"><c s=\"1\"><v>39715.566006944442</v></c></row>";
    for flag in ["1", "true"] {
        let pr = format!("<workbookPr date1904=\"{flag}\"/>");
        assert_eq!(
            rows_with(cell, &[], &pr).unwrap(),
            [row(1, &["2012-09-25 13:35:03"])]
        );
    }
}

#[test]
fn gaps_are_filled_up_to_the_header_and_rows_without_text_are_left_out() {
    let data = r#"
        <row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row>
        <row r="3"/>
        <row r="4"><c r="A4" s="1"/><c r="B4" t="str"><v></v></c></row>
        <row r="5"><c r="B5"><v>2</v></c></row>
        <row r="9"><c r="E9"><v>5</v></c><c r="A9"><v>1</v></c></row>
        <row><c><v>10</v></c><c><v>11</v></c></row>"#;
    let expected = [
        row(2, &["1", "", "3"]),
        row(5, &["", "2", ""]),
        row(9, &["1", "", "", "", "5"]),
        row(10, &["10", "11", ""]),
    ];
    assert_eq!(rows(data), expected);
}

#[test]
fn visible_sheets_with_cells_are_named_in_order() {
    let cell = |text: &str| format!(r#"<row r="1"><c r="A1" t="str"><v>{text}</v></c></row>"#);
    let (users, pins, secret) = (cell("users"), cell("pins"), cell("secret"));
    let sheets = [
        ("Pins &amp; more", "visible", pins.as_str()),
        ("Hidden", "hidden", &secret),
        ("Empty", "visible", ""),
        ("Gone", "veryHidden", &secret),
        (
            "Formats only",
            "visible",
            r#"<row r="1"><c r="A1" s="1"/></row>"#,
        ),
        ("Users", "visible", &users),
        ("Broken", "visible", r#"<row r="1"><c r="A1"><v>1</v>"#),
    ];
    let mut workbook = open(&zipped(&parts(&sheets, &[], ""))).unwrap();
    assert_eq!(workbook.sheets(), ["Pins & more", "Users", "Broken"]);
    assert_eq!(
        rows_of(&mut workbook, "Users"),
        Ok(vec![row(1, &["users"])])
    );
    assert_eq!(
        rows_of(&mut workbook, "Pins & more"),
        Ok(vec![row(1, &["pins"])])
    );
    assert!(matches!(
        rows_of(&mut workbook, "Broken"),
        Err(WorkbookError::Damaged(_))
    ));
    let missing = rows_of(&mut workbook, "Nobody").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "The workbook has no sheet Nobody. Its sheets are Pins & more, Users, Broken."
    );
}

#[test]
fn reading_ends_when_the_visitor_has_enough() {
    let data = "<row><c><v>1</v></c></row>".repeat(1000);
    let mut workbook = open(&zipped(&parts(&[("Users", "visible", &data)], &[], ""))).unwrap();
    let mut seen = Vec::new();
    let visited = workbook.for_each_row("Users", |SheetRow { number, .. }| {
        seen.push(number);
        number < 3
    });
    assert_eq!((visited, seen), (Ok(SheetShape::default()), vec![1, 2, 3]));
    assert_eq!(
        rows_of(&mut workbook, "Users").unwrap().len(),
        1000,
        "a sheet can be read again"
    );
}

#[test]
fn files_that_are_not_workbooks_and_damaged_workbooks_have_different_messages() {
    let part = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let good = zipped(&parts(&[("Users", "visible", "")], &[], ""));
    for (bytes, what) in [
        (b"DisplayName,SipAddress\n".to_vec(), "text"),
        (Vec::new(), "nothing"),
        (zipped(&[part("notes.txt", "hello")]), "some ZIP archive"),
        (zipped(&parts(&[], &[], "")), "no sheets"),
    ] {
        assert_eq!(refused(&bytes), WorkbookError::NotAWorkbook, "{what}");
    }
    for length in [good.len() - 10, good.len() - 30, good.len() / 2, 30, 8] {
        let error = refused(&good[..length]);
        assert!(
            matches!(error, WorkbookError::Damaged(_)),
            "{length}: {error}"
        );
        assert!(
            error.to_string().starts_with("The workbook is damaged: "),
            "{error}"
        );
    }
    let mut flipped = good.clone();
    // This byte is after the header and the name of the first part.
    flipped[30 + "[Content_Types].xml".len() + 4] ^= 0xFF;
    assert!(
        matches!(refused(&flipped), WorkbookError::Damaged(_)),
        "a part that does not fit its checksum"
    );
    assert!(matches!(
        Workbook::open(&PathBuf::from("nowhere.xlsx")),
        Err(WorkbookError::Io(_))
    ));
}

#[test]
fn a_workbook_with_a_password_is_named_as_one() {
    for file in [
        "populate-password.xlsx",
        "lo-password.xls",
        "lo-password.ods",
    ] {
        let encrypted = fs::read(PathBuf::from("tests/workbooks/files").join(file)).unwrap();
        assert_eq!(refused(&encrypted), WorkbookError::Encrypted, "{file}");
    }
    let compound = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 600]].concat();
    assert!(matches!(refused(&compound), WorkbookError::Damaged(_)));
    assert!(Workbook::may_be(&compound) && Workbook::may_be(b"PK\x03\x04\x14\x00"));
    for start in [&b"PK"[..], b"", b"DisplayName", b"\xD0\xCF", b"PK\x05\x06"] {
        assert!(!Workbook::may_be(start), "{start:?}");
    }
}

/// Changes the size of the part with this index in the ZIP directory.
fn promise(bytes: &mut [u8], position: usize, size: u32) {
    let entries: Vec<usize> = (0..bytes.len() - 4)
        .filter(|&at| bytes[at..].starts_with(b"PK\x01\x02"))
        .collect();
    bytes[entries[position] + 24..][..4].copy_from_slice(&size.to_le_bytes());
}

#[test]
fn too_many_bytes_are_refused_whether_they_are_promised_or_not() {
    let good = zipped(&parts(&[("Users", "visible", "")], &[], ""));
    let mut promising = good.clone();
    promise(&mut promising, 0, (513 * MEGABYTE).try_into().unwrap());
    assert_eq!(refused(&promising), WorkbookError::TooLargeUnpacked);
    let mut promising = good;
    promise(&mut promising, 0, (300 * MEGABYTE).try_into().unwrap());
    promise(&mut promising, 1, (300 * MEGABYTE).try_into().unwrap());
    let error = refused(&promising);
    assert_eq!(error, WorkbookError::TooLargeUnpacked);
    assert_eq!(
        error.to_string(),
        "The workbook is larger than 512 MB when unpacked. Save the sheet as CSV UTF-8."
    );

    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, b"PK\x03\x04");
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(100 * MEGABYTE + 1)
        .unwrap();
    let error = Workbook::open(&path).err().unwrap();
    assert_eq!(error, WorkbookError::TooLarge);
    assert_eq!(
        error.to_string(),
        "The workbook is larger than 100 MB. Save the sheet as CSV UTF-8."
    );
}

#[test]
fn bytes_beyond_the_promise_are_counted_too() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let fast = SimpleFileOptions::default().compression_level(Some(1));
    zip.start_file("[Content_Types].xml", fast).unwrap();
    zip.write_all(b"<Types/>").unwrap();
    zip.start_file("xl/media/image1.bin", fast).unwrap();
    let zeros = vec![0; MEGABYTE as usize];
    for _ in 0..513 {
        zip.write_all(&zeros).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    promise(&mut bytes, 1, 1000);
    let error = refused(&bytes);
    assert!(
        matches!(
            error,
            WorkbookError::TooLargeUnpacked
                | WorkbookError::PackedTooTightly
                | WorkbookError::Damaged(_)
        ),
        "{error}"
    );
}

#[test]
fn memory_is_taken_for_texts_that_are_there_and_not_for_promised_ones() {
    for count in ["99999999999999999999", "100000000000", "10000000"] {
        for attribute in [
            format!("uniqueCount=\"{count}\""),
            format!("uniqueCount\n = '{count}'"),
        ] {
            let data = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
            let mut parts = parts(&[("Users", "visible", data)], &["a"], "");
            parts[5].1 = parts[5].1.replace("uniqueCount=\"1\"", &attribute);
            let mut workbook = open(&zipped(&parts)).unwrap();
            assert_eq!(rows_of(&mut workbook, "Users"), Ok(vec![row(1, &["a"])]));
            let utf_16 = |text: &str| {
                format!("\u{FEFF}{text}")
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect()
            };
            let parts: Vec<(String, Vec<u8>)> = parts
                .into_iter()
                .map(|(name, text)| (name, utf_16(&text)))
                .collect();
            let mut workbook = open(&zipped(&parts)).unwrap();
            assert_eq!(
                rows_of(&mut workbook, "Users"),
                Ok(vec![row(1, &["a"])]),
                "in UTF-16"
            );
        }
    }
}

#[test]
fn cells_outside_of_the_sheet_and_rows_out_of_order_are_refused() {
    for cell in [
        "XFE1",
        "ZZZZZZ1",
        "ZZZZZZZZZZZZZZ1",
        "A1048577",
        "A4294967295",
        "A99999999999999",
        "A0",
        "A",
        "1",
        "Ä1",
    ] {
        let data = format!(r#"<row r="1"><c r="{cell}"><v>1</v></c></row>"#);
        assert!(
            matches!(rows_with(&data, &[], ""), Err(WorkbookError::Damaged(_))),
            "{cell}"
        );
    }
    let backwards =
        r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#;
    assert_eq!(
        rows_with(backwards, &[], ""),
        Err(WorkbookError::Damaged(
            "its rows are not in order".to_owned()
        ))
    );
}

fn read_all(bytes: &[u8]) {
    if let Ok(mut workbook) = open(bytes) {
        for sheet in workbook.sheets().to_vec() {
            drop(rows_of(&mut workbook, &sheet));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), zip in any::<bool>()) {
        let start: &[u8] = if zip { b"PK\x03\x04" } else { b"" };
        read_all(&[start, &bytes].concat());
    }

    #[test]
    fn a_workbook_with_other_bytes_in_it_is_read_or_refused(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let data = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="B2" s="1"><v>41177.5</v></c></row>"#;
        let mut bytes = zipped(&parts(&[("Users", "visible", data)], &["Name"], ""));
        for (position, byte) in changes {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        read_all(&bytes);
    }

    #[test]
    fn a_workbook_whose_parts_say_something_else_is_read_or_refused(
        changes in proptest::collection::vec(
            (any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0..12_usize, proptest::sample::select(vec![
                "<", ">", "\"", "&", "&amp;", "/", "9999999999", "-1", "ZZZZZZZ9", "<c>", "</c>", "<row r=\"0\">", "<v>", "é", "",
                "[[[[", "s", "t=\"s\"", "<is>", "<si/>", "<sheetData>", "</sst>",
            ])),
            1..5,
        ),
    ) {
        let data = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="B2" s="1"><v>41177.5</v></c></row>"#;
        let mut parts = parts(&[("Users", "visible", data)], &["Name"], "<workbookPr date1904=\"0\"/>");
        for (part, position, length, new) in changes {
            let part = part.index(parts.len());
            let text = &mut parts[part].1;
            let start = position.index(text.len() + 1);
            let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary((start + length).min(text.len())));
            text.replace_range(start..end, new);
        }
        read_all(&zipped(&parts));
    }
}

/// A workbook with one sheet of these rows.
fn book(data: &str) -> Vec<u8> {
    zipped(&parts(&[("Users", "visible", data)], &[], ""))
}

fn inline(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// Reads a workbook as a list, and returns the fields and the problem of each row.
fn read(bytes: &[u8]) -> Result<Vec<(usize, Option<String>)>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let input = Input::file(&file(&folder, bytes)).unwrap();
    let mut table = Table::open(&input, &ReadOptions::default(), &Unwatched)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next_row()? {
        rows.push((row.fields.len(), row.problem));
    }
    Ok(rows)
}

#[test]
fn a_header_that_reaches_to_the_last_column_is_refused() {
    let mut data = format!("<row>{}{}</row>", inline("A1", "UPN"), inline("XFD1", "x"));
    for row in 2..5002 {
        data += &format!(
            "<row>{}</row>",
            inline(&format!("A{row}"), "kenmyer@litwareinc.com")
        );
    }
    let bytes = book(&data);
    assert!(bytes.len() < 100_000, "{}", bytes.len());
    assert_eq!(
        read(&bytes).unwrap_err().to_string(),
        "Line 1: It has a cell in column 16384. Columns after 1024 are not read; delete it. Nothing was done."
    );
}

#[test]
fn a_cell_far_to_the_right_is_the_problem_of_its_own_row() {
    let mut data = format!("<row>{}</row>", inline("A1", "UPN"));
    for row in 2..16_002 {
        let (far, name) = (
            inline(&format!("XFD{row}"), "x"),
            inline(&format!("A{row}"), "ken"),
        );
        data += &match row {
            3 => format!("<row>{name}</row>"),
            _ => format!("<row>{far}</row>"),
        };
    }
    let rows = read(&book(&data)).unwrap();
    assert_eq!(rows.len(), 16_000);
    let far = "It has a cell in column 16384. Columns after 1024 are not read; delete it.";
    for (index, row) in rows.into_iter().enumerate() {
        assert_eq!(row, (1, (index != 1).then(|| far.to_owned())));
    }
}

#[test]
fn a_cell_that_excel_does_not_take_is_the_problem_of_its_own_row() {
    let long = "n".repeat(32_768);
    let data = format!(
        "<row>{}</row><row>{}</row><row>{}</row>",
        inline("A1", "UPN"),
        inline("A2", &long),
        inline("A3", &long[1..])
    );
    let problem =
        "The cell in column 1 has more than 32,767 characters, the most that Excel takes.";
    assert_eq!(
        read(&book(&data)).unwrap(),
        [(1, Some(problem.to_owned())), (1, None)]
    );
}

#[test]
fn a_part_that_unpacks_to_far_more_than_it_is_packed_into_is_refused() {
    let data = format!(
        "<row>{}</row><row>{}</row>",
        inline("A1", "UPN"),
        inline("A2", &"n".repeat(31 * MEGABYTE as usize))
    );
    let bytes = book(&data);
    assert!(bytes.len() < 40_000, "{}", bytes.len());
    assert_eq!(refused(&bytes), WorkbookError::PackedTooTightly);
}

#[test]
fn a_text_that_many_cells_share_is_counted_for_each_of_them() {
    let text = "n".repeat(32_000);
    let mut data = String::new();
    for row in 1..9_000 {
        data += &format!(r#"<row><c r="A{row}" t="s"><v>0</v></c></row>"#);
    }
    let bytes = zipped(&parts(&[("Users", "visible", &data)], &[&text], ""));
    assert_eq!(
        read(&bytes).unwrap_err(),
        ReadError::Workbook(WorkbookError::TooMuchText)
    );
}
