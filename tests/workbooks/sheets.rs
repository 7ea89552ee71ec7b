//! The sheet that is meant, and the parts of a workbook that nobody sees.

use pindesk::exchange::{ReadError, ReadOptions};

use crate::made::{
    Sheet, ods, part, read, read_as, record, row, sheet, sheet_with, shorts, xls, xls_text, xlsx,
    xlsx_parts, zipped,
};

const KEN: &str = "ken@litwareinc.com";
const ZOE: &str = "zoe@litwareinc.com";

fn list(name: &'static str, user: &str) -> Sheet {
    sheet(name, &(row("", &["User"]) + &row("", &[user])))
}

fn with(sheet: &str) -> ReadOptions {
    ReadOptions {
        sheet: Some(sheet.to_owned()),
        ..ReadOptions::default()
    }
}

fn with_hidden() -> ReadOptions {
    ReadOptions {
        with_hidden: true,
        ..ReadOptions::default()
    }
}

#[test]
fn the_only_sheet_with_a_list_is_meant() {
    let cover = sheet("Cover", &row("", &["Quarterly review"]));
    let totals = sheet(
        "Totals",
        &(row("", &["Total", "Share"]) + &row("", &["7", "100"])),
    );
    let book = xlsx(&[cover, list("Leavers", KEN), totals]);
    let read = read(&book).unwrap();
    assert_eq!(read.table, "Excel workbook, sheet Leavers");
    assert_eq!(read.fields(), [[KEN]]);
}

#[test]
fn which_of_two_lists_is_meant_is_asked_and_answered_by_name_or_number() {
    let book = xlsx(&[list("Joiners", KEN), list("Leavers", ZOE)]);
    let Err(ReadError::Choose(question)) = read(&book) else {
        panic!("nothing was asked");
    };
    assert!(question.contains("\"Joiners\", \"Leavers\""), "{question}");
    for (wanted, user) in [("Leavers", ZOE), ("leavers", ZOE), ("2", ZOE), ("1", KEN)] {
        let read = read_as("list.xlsx", &book, &with(wanted)).unwrap();
        assert_eq!(read.fields(), [[user]], "{wanted}");
    }
    for wanted in ["Movers", "3", "0"] {
        let error = read_as("list.xlsx", &book, &with(wanted)).unwrap_err();
        let expected =
            format!("The workbook has no sheet {wanted}. Its sheets are \"Joiners\", \"Leavers\".");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn hidden_sheets_are_said_and_taken_only_by_name() {
    for state in ["hidden", "veryHidden"] {
        let mut old = list("Old", ZOE);
        old.state = if state == "hidden" {
            r#"state="hidden""#
        } else {
            r#"state="veryHidden""#
        };
        let book = xlsx(&[old, list("New", KEN)]);
        let read = read(&book).unwrap();
        assert_eq!(read.fields(), [[KEN]]);
        assert_eq!(read.unseen, "Left out: the hidden sheet Old.");
        assert!(matches!(
            read_as("list.xlsx", &book, &with_hidden()),
            Err(ReadError::Choose(_))
        ));
        let old = read_as("list.xlsx", &book, &with("Old")).unwrap();
        assert_eq!(old.fields(), [[ZOE]]);
    }
}

#[test]
fn hidden_rows_and_columns_are_said_and_left_out_and_can_be_taken_in() {
    let rows = row("", &["User", "Note", "Ticket"])
        + &row(r#"hidden="1""#, &[ZOE, "n", "T1"])
        + &row(r#"ht="0" customHeight="1""#, &[ZOE, "n", "T2"])
        + &row("", &[KEN, "n", "T3"]);
    let columns = r#"<cols><col min="2" max="2" width="9" hidden="1"/><col min="9" max="20" hidden="1"/></cols>"#;
    let book = xlsx(&[sheet_with("Users", columns, &rows)]);
    let seen = read(&book).unwrap();
    assert_eq!(seen.headers, ["User", "Ticket"]);
    assert_eq!(seen.fields(), [[KEN, "T3"]]);
    assert_eq!(seen.rows[0].line, 4);
    assert_eq!(
        seen.unseen,
        "Left out: 2 hidden rows and the hidden column Note."
    );
    let all = read_as("list.xlsx", &book, &with_hidden()).unwrap();
    assert_eq!(all.headers, ["User", "Note", "Ticket"]);
    assert_eq!(all.rows.len(), 3);
    assert_eq!(
        all.unseen,
        "Taken in: 2 hidden rows and the hidden column Note."
    );
}

#[test]
fn filtered_rows_of_an_opendocument_spreadsheet_are_left_out() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let line = |visibility: &str, texts: [&str; 2]| {
        let cells: String = texts.into_iter().map(cell).collect();
        format!("<table:table-row {visibility}>{cells}</table:table-row>")
    };
    let styles = r#"<style:style style:name="t1"><style:table-properties table:display="false"/></style:style>"#;
    let tables = format!(
        r#"<table:table table:name="Old" table:style-name="t1">{}</table:table>
        <table:table table:name="New"><table:table-column/><table:table-column table:visibility="collapse"/>
        {}<table:table-row-group>{}{}</table:table-row-group>{}</table:table>"#,
        line("", [ZOE, "x"]),
        line("", ["User", "Note"]),
        line(r#"table:visibility="filter""#, [ZOE, "a"]),
        line(
            r#"table:visibility="collapse" table:number-rows-repeated="3""#,
            [ZOE, "b"]
        ),
        line("", [KEN, "c"]),
    );
    let read = read(&ods(styles, &tables)).unwrap();
    assert_eq!(read.headers, ["User"]);
    assert_eq!(read.fields(), [[KEN]]);
    assert_eq!(
        read.unseen,
        "Left out: 4 hidden rows, the hidden column Note and the hidden sheet Old."
    );
}

#[test]
fn hidden_rows_and_columns_of_an_excel_97_workbook_are_left_out() {
    let hidden_row = record(0x0208, &shorts(&[1, 0, 2, 0, 0, 0, 0x20, 0]));
    let hidden_column = record(0x007D, &shorts(&[1, 1, 0, 0, 1, 0]));
    let cells = [
        hidden_column,
        hidden_row,
        xls_text(0, 0, "User"),
        xls_text(0, 1, "Note"),
        xls_text(1, 0, ZOE),
        xls_text(1, 1, "a"),
        xls_text(2, 0, KEN),
        xls_text(2, 1, "b"),
    ];
    let read = read(&xls(&[], &cells)).unwrap();
    assert_eq!(read.table, "Excel 97 workbook, sheet Users");
    assert_eq!(read.headers, ["User"]);
    assert_eq!(read.fields(), [[KEN]]);
}

#[test]
fn titles_above_the_header_and_rows_of_totals_are_left_out() {
    let rows = row(r#"r="1""#, &["", "Accounts to lock"])
        + &row(r#"r="2""#, &["", "as of 2026-11-29"])
        + &row(r#"r="4""#, &["", "User", "Calls"])
        + &row(r#"r="5""#, &["", KEN, "3"])
        + &row(r#"r="6""#, &["", "Total", "3"]);
    let mut parts = xlsx_parts(&[sheet("Users", &rows)], &[], "");
    parts.push(part(
        "xl/worksheets/_rels/sheet1.xml.rels",
        r#"<Relationships><Relationship Id="t" Type="x/table" Target="..\tables\Table1.xml"/></Relationships>"#,
    ));
    parts.push(part(
        "xl/tables/table1.xml",
        r#"<table ref="B4:C6" totalsRowCount="1"/>"#,
    ));
    let read = read(&zipped(&parts)).unwrap();
    assert_eq!(read.headers, ["User", "Calls"]);
    assert_eq!(read.fields(), [[KEN, "3"]]);
    assert_eq!(
        read.unseen,
        "Left out: 1 row of totals and 2 rows above the header."
    );
}
