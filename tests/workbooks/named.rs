//! Files that only look like workbooks, and damaged ones: each is named for what it is.

use pindesk::exchange::ReadOptions;

use crate::made::{
    compound, ods, part, read, read_as, record, refused, row, sheet, shorts, xls, xls_text, xlsx,
    xlsx_parts, zipped,
};

const KEN: &str = "ken@litwareinc.com";

fn book() -> Vec<u8> {
    xlsx(&[sheet("Users", &(row("", &["User"]) + &row("", &[KEN])))])
}

#[test]
fn the_content_decides_and_not_the_name() {
    let options = ReadOptions::default();
    for name in ["list.xls", "list.csv", "list", "list.ods"] {
        let read = read_as(name, &book(), &options).unwrap();
        assert_eq!(read.fields(), [[KEN]], "{name}");
    }
    for (name, text) in [
        ("list.xls", "User\tName\r\nken@litwareinc.com\tKen Myer\r\n"),
        ("list.xlsx", "User;Name\r\nken@litwareinc.com;Ken Myer\r\n"),
    ] {
        let read = read_as(name, text.as_bytes(), &options).unwrap();
        assert_eq!(read.fields(), [[KEN, "Ken Myer"]], "{name}");
    }
}

#[test]
fn what_only_looks_like_a_workbook_is_named_with_the_way_out() {
    let xml = |inside: &str| format!("<?xml version=\"1.0\"?>\r\n{inside}").into_bytes();
    let package = |workbook: &str| {
        let relation = format!(
            r#"<Relationships><Relationship Id="r" Type="x/officeDocument" Target="{workbook}"/></Relationships>"#
        );
        zipped(&[
            part("[Content_Types].xml", "<Types/>"),
            part("_rels/.rels", &relation),
            part(workbook, "<document/>"),
        ])
    };
    let noise: Vec<u8> = (0..4096_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8 | u8::from(number == 0))
        .collect();
    let printed = "User                Name      \r\nken@litwareinc.com  Ken Myer  \r\nzoe@litwareinc.com  Zoe Smith \r\n";
    for (bytes, expected) in [
        (
            b"<html><table><tr><td>ken@litwareinc.com".to_vec(),
            "a web page or XML",
        ),
        (
            b"<meta charset=utf-8><table><tr><td>ken@litwareinc.com".to_vec(),
            "a web page or XML",
        ),
        (
            xml("<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"),
            "an XML spreadsheet of Excel 2003",
        ),
        (
            xml(
                "<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
            ),
            "a flat OpenDocument spreadsheet (.fods)",
        ),
        (
            xml("<uof:UOF xmlns:uof=\"http://schemas.uof.org/cn/2003/uof\">"),
            "a spreadsheet in Uniform Office Format (.uos)",
        ),
        (b"TABLE\r\n0,1\r\n\"EXCEL\"\r\n".to_vec(), "a DIF file"),
        (
            b"ID;PWXL;N;E\r\nP;PGeneral\r\n".to_vec(),
            "a SYLK file (.slk)",
        ),
        (
            b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00".to_vec(),
            "a workbook of Excel before 1993",
        ),
        (noise, "binary data"),
        (
            printed.as_bytes().to_vec(),
            "a text whose columns have a fixed width (.prn)",
        ),
        (package("word/document.xml"), "a Word document"),
        (package("ppt/presentation.xml"), "a PowerPoint presentation"),
        (
            zipped(&[part("Index/Document.iwa", "x")]),
            "a Numbers document",
        ),
        (
            zipped(&[part(
                "mimetype",
                "application/vnd.oasis.opendocument.spreadsheet",
            )]),
            "an OpenDocument file without a sheet",
        ),
        (
            zipped(&[
                part("mimetype", "application/vnd.oasis.opendocument.text"),
                part(
                    "content.xml",
                    "<document-content><text/></document-content>",
                ),
            ]),
            "an OpenDocument file without a sheet",
        ),
        (zipped(&[part("list.csv", "User")]), "a ZIP archive"),
        (
            compound("WordDocument", b"x"),
            "an old Office file without a workbook",
        ),
    ] {
        let error = refused("list.xlsx", &bytes);
        assert!(error.starts_with(&format!("This is {expected}")), "{error}");
        let advises = ["Save", "Open", "Unpack"]
            .iter()
            .any(|way| error.contains(way));
        assert!(advises, "{error}");
    }
    assert_eq!(refused("list.xlsx", b""), "The file is empty.");
}

#[test]
fn a_workbook_with_a_password_is_named_whatever_its_kind() {
    let encrypted = part(
        "META-INF/manifest.xml",
        "<m:manifest xmlns:m=\"urn:m\"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>",
    );
    let files = [
        zipped(&[part("content.xml", "noise"), encrypted]),
        compound("EncryptedPackage", &[7; 5000]),
        xls(&[record(0x002F, &shorts(&[1, 1, 1]))], &[]),
    ];
    for bytes in files {
        let error = refused("list.xlsx", &bytes);
        assert!(error.starts_with("The workbook has a password."), "{error}");
    }
}

#[test]
fn half_a_list_is_never_read_as_if_it_were_whole() {
    let rows = row("", &["User"]) + &row("", &[KEN]);
    let mut cut = sheet("Users", &rows);
    cut.xml
        .truncate(cut.xml.len() - "</sheetData></worksheet>".len() - 20);
    let text = format!(r#"{rows}<row><c t="s"><v>5</v></c></row>"#);
    let mut without_part = xlsx_parts(&[sheet("Users", &rows)], &[], "");
    without_part.pop();
    let whole = book();
    let archive = ods("", "<table:table table:name=\"Users\"><table:table-row>");
    let users = [xls_text(0, 0, "User"), xls_text(1, 0, KEN)];
    let old = xls(&[], &users);
    let short_text = record(
        0x00FD,
        &[shorts(&[2, 0, 0]), 9_u32.to_le_bytes().to_vec()].concat(),
    );
    for (what, bytes) in [
        ("a sheet that ends in the middle", xlsx(&[cut])),
        ("a text that is not there", xlsx(&[sheet("Users", &text)])),
        ("a sheet without its part", zipped(&without_part)),
        (
            "a file that was cut off",
            whole[..whole.len() - 30].to_vec(),
        ),
        ("an OpenDocument part that ends in the middle", archive),
        ("half of an Excel 97 workbook", old[..2000].to_vec()),
        (
            "an Excel 97 text that is not there",
            xls(&[], &[&users[..], &[short_text]].concat()),
        ),
    ] {
        let error = refused("list.xlsx", &bytes);
        assert!(
            error.starts_with("The workbook is damaged: "),
            "{what}: {error}"
        );
    }
}

#[test]
fn a_small_file_cannot_take_all_memory() {
    // A row that is repeated a million times, and a cell that is repeated in it.
    let repeated = r#"<table:table table:name="Users"><table:table-row table:number-rows-repeated="1048576">
        <table:table-cell office:value-type="string" table:number-columns-repeated="1000"><text:p>a text of some length</text:p></table:table-cell>
        </table:table-row></table:table>"#;
    let error = refused("list.ods", &ods("", repeated));
    assert!(error.starts_with("The sheet has too much text."), "{error}");
    // A claim of four billion rows, and a cell far from the others.
    let claim = record(
        0x0200,
        &[vec![0; 4], vec![0xFF; 4], shorts(&[0, 256, 0])].concat(),
    );
    let far = [xls_text(0, 0, "User"), xls_text(65_535, 255, KEN)];
    for cells in [vec![claim], far.to_vec()] {
        let error = refused("list.xls", &xls(&[], &cells));
        assert!(error.starts_with("The sheets reach too far"), "{error}");
    }
    let circle = {
        let mut bytes = xls(&[], &[]);
        // The first sector of the stream is followed by itself.
        bytes[512 + 8..512 + 12].copy_from_slice(&2_u32.to_le_bytes());
        bytes
    };
    assert!(read(&circle).is_err());
}
