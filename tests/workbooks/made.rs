//! Workbooks made by the tests: XML and binary parts in ZIP archives, and Excel 97 records in a compound
//! file.

use std::fs;
use std::io::{Cursor, Write as _};

use pindesk::exchange::{FileRow, Input, ReadError, ReadOptions, Table};
use pindesk::progress::Unwatched;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A table as it was read.
#[derive(Debug)]
pub struct Read {
    pub table: String,
    pub headers: Vec<String>,
    pub rows: Vec<FileRow>,
    /// The parts that nobody sees, as a sentence.
    pub unseen: String,
}

impl Read {
    /// The fields of all rows.
    pub fn fields(&self) -> Vec<Vec<&str>> {
        let rows = self.rows.iter();
        rows.map(|row| row.fields.iter().map(String::as_str).collect())
            .collect()
    }
}

/// Reads a file with these bytes under any name.
pub fn read_as(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Read, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let mut table = Table::open(&Input::file(&path)?, options, &Unwatched)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next_row()? {
        rows.push(row);
    }
    Ok(Read {
        table: table.how_read().encoding(),
        headers: table.headers().to_vec(),
        unseen: table.how_read().unseen().unwrap_or_default(),
        rows,
    })
}

pub fn read(bytes: &[u8]) -> Result<Read, ReadError> {
    read_as("list.xlsx", bytes, &ReadOptions::default())
}

/// The reason why a file is refused.
pub fn refused(name: &str, bytes: &[u8]) -> String {
    let read = read_as(name, bytes, &ReadOptions::default());
    read.expect_err(name).to_string()
}

/// A sheet of a workbook: its name, its attributes in the workbook, and its part.
pub struct Sheet {
    pub name: &'static str,
    pub state: &'static str,
    pub xml: String,
}

/// A visible sheet with these rows and nothing else.
pub fn sheet(name: &'static str, rows: &str) -> Sheet {
    sheet_with(name, "", rows)
}

/// A visible sheet with something before its rows.
pub fn sheet_with(name: &'static str, before: &str, rows: &str) -> Sheet {
    let xml =
        format!(r#"<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>"#);
    Sheet {
        name,
        state: "",
        xml,
    }
}

/// A row of texts. `attributes` are those of the row.
pub fn row(attributes: &str, texts: &[&str]) -> String {
    let cells: Vec<String> = texts
        .iter()
        .map(|text| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#))
        .collect();
    format!("<row {attributes}>{}</row>", cells.concat())
}

/// The parts of a workbook. `formats` are codes of number formats, for the styles from 1 on.
pub fn xlsx_parts(sheets: &[Sheet], formats: &[&str], properties: &str) -> Vec<(String, Vec<u8>)> {
    let (mut list, mut relations) = (String::new(), String::new());
    for (number, sheet) in (1..).zip(sheets) {
        let Sheet { name, state, .. } = sheet;
        list += &format!(r#"<sheet name="{name}" sheetId="{number}" {state} r:id="r{number}"/>"#);
        relations += &format!(
            r#"<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>"#
        );
    }
    let (mut codes, mut styles) = (String::new(), "<xf numFmtId=\"0\"/>".to_owned());
    for (id, code) in (200..).zip(formats) {
        codes += &format!(r#"<numFmt numFmtId="{id}" formatCode="{code}"/>"#);
        styles += &format!(r#"<xf numFmtId="{id}"/>"#);
    }
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{list}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships>{relations}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                r#"<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"#
            ),
        ),
    ];
    for (number, sheet) in (1..).zip(sheets) {
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            sheet.xml.clone(),
        ));
    }
    parts
        .into_iter()
        .map(|(name, text)| (name, text.into_bytes()))
        .collect()
}

pub fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    zipped(&xlsx_parts(sheets, &[], ""))
}

/// An OpenDocument spreadsheet with these styles and tables.
pub fn ods(styles: &str, tables: &str) -> Vec<u8> {
    let names = ["office", "table", "text", "style", "calcext"]
        .map(|name| format!(r#"xmlns:{name}="urn:{name}""#))
        .join(" ");
    let content = format!(
        "<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        part("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        part("content.xml", &content),
        part("META-INF/manifest.xml", "<manifest/>"),
    ])
}

pub fn part(name: &str, text: &str) -> (String, Vec<u8>) {
    (name.to_owned(), text.as_bytes().to_vec())
}

pub fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A record of an Excel 97 workbook.
pub fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// 16-bit numbers as bytes.
pub fn shorts(numbers: &[u16]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// A compound file with one stream.
pub fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    let mut stream = stream.to_vec();
    // Shorter streams would be in sectors of another size.
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = u32::try_from(stream.len() / SECTOR).unwrap();
    let mut header = vec![0_u8; SECTOR];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    put(24, &shorts(&[0x3E, 3, 0xFFFE, 9, 6]));
    for (at, number) in [
        (44, 1),
        (48, 1),
        (56, 4096),
        (60, u32::MAX - 1),
        (68, u32::MAX - 1),
    ] {
        put(at, &u32::to_le_bytes(number));
    }
    for number in 0..109_u32 {
        let sector = if number == 0 { 0 } else { u32::MAX };
        put(76 + 4 * number as usize, &sector.to_le_bytes());
    }
    // Sector 0 has the table, 1 the directory; the stream follows.
    let mut table = vec![u32::MAX - 2, u32::MAX - 1];
    table.extend((3..sectors + 2).chain([u32::MAX - 1]));
    table.resize(SECTOR / 4, u32::MAX);
    let table: Vec<u8> = table.into_iter().flat_map(u32::to_le_bytes).collect();
    let entry = |name: &str, kind: u8, first: u32, size: usize| {
        let mut entry = vec![0_u8; 128];
        let name: Vec<u8> = name
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        entry[..name.len()].copy_from_slice(&name);
        entry[64..66].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        (entry[66], entry[67]) = (kind, 1);
        for at in [68, 72, 76] {
            entry[at..at + 4].fill(0xFF);
        }
        entry[116..120].copy_from_slice(&first.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        entry
    };
    let mut root = entry("Root Entry", 5, u32::MAX - 1, 0);
    root[76..80].copy_from_slice(&1_u32.to_le_bytes());
    let directory = [root, entry(name, 2, 2, stream.len()), vec![0; 256]].concat();
    [header, table, directory, stream].concat()
}

/// An Excel 97 workbook with one sheet. `globals` and `cells` are records.
pub fn xls(globals: &[Vec<u8>], cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &shorts(&[0x0600, kind, 0, 0, 0, 0, 0, 0]));
    let name = b"Users";
    let bound = |offset: u32| {
        let head = [&offset.to_le_bytes()[..], &[0, 0, 5, 0], name].concat();
        record(0x0085, &head)
    };
    let style = |format: u16| record(0x00E0, &[shorts(&[0, format]), vec![0; 16]].concat());
    let before = [
        begin(5),
        globals.concat(),
        style(0),
        style(1),
        style(14),
        style(0xA4),
    ]
    .concat();
    let end = record(0x000A, &[]);
    let offset = before.len() + bound(0).len() + end.len();
    let bound = bound(u32::try_from(offset).unwrap());
    let stream = [before, bound, end.clone(), begin(0x10), cells.concat(), end].concat();
    compound("Workbook", &stream)
}

/// A cell with a short text.
pub fn xls_text(row: u16, column: u16, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let head = shorts(&[row, column, 0, length]);
    record(0x0204, &[head, vec![0], text.as_bytes().to_vec()].concat())
}
