//! The text that a person sees in a cell, and cells whose text is not what their author meant.

use pindesk::exchange::{CellFault, ReadOptions};

use crate::made::{
    ods, read, read_as, record, row, sheet, shorts, xls, xls_text, xlsx, xlsx_parts, zipped,
};

/// The texts of numbers with a format each, in the 1900 or 1904 system.
fn shown(cells: &[(&str, &str)], properties: &str) -> Vec<String> {
    let formats: Vec<&str> = cells.iter().map(|(format, _)| *format).collect();
    let numbers: Vec<String> = (1..)
        .zip(cells)
        .map(|(style, (_, number))| format!(r#"<c s="{style}"><v>{number}</v></c>"#))
        .collect();
    let numbers = numbers.concat();
    let names: Vec<String> = (1..=cells.len())
        .map(|number| format!("N{number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = row("", &names) + &format!("<row>{numbers}</row>");
    let parts = xlsx_parts(&[sheet("Users", &rows)], &formats, properties);
    let read = read(&zipped(&parts)).unwrap();
    read.rows.last().unwrap().fields.clone()
}

#[test]
fn a_number_is_as_its_format_shows_it() {
    let cells = [
        ("000000", "417", "000417"),
        ("00-00", "417", "04-17"),
        ("0.0%", "0.125", "12.5%"),
        ("#,##0.00", "1234567.891", "1,234,567.89"),
        ("0.0#", "2", "2.0"),
        ("0,,", "12345678", "12"),
        ("\\E\\X\\T 0", "7", "EXT 7"),
        ("[$€-407] 0.00", "5", "€ 5.00"),
        ("0;[Red]\\-0;&quot;none&quot;", "0", "none"),
        ("0;(0)", "-3", "(3)"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "999999999999999", "999999999999999"),
        ("General", "1000000000000000", "1000000000000000"),
        ("General", "123456789012345678", "123456789012346000"),
        ("General", "123456.789", "123456.789"),
        ("General", "007", "7"),
        ("General", "1E3", "1000"),
        ("General", "-5", "-5"),
        ("General", "-0", "0"),
        ("@", "417", "417"),
        (";;;", "417", ""),
        (";;;", "0.5", ""),
        ("0", "-0.2", "0"),
    ];
    let asked: Vec<(&str, &str)> = cells
        .iter()
        .map(|(format, number, _)| (*format, *number))
        .collect();
    let expected: Vec<&str> = cells.iter().map(|(.., text)| *text).collect();
    assert_eq!(shown(&asked, ""), expected);
}

#[test]
fn dates_and_times_follow_their_format_and_the_system_of_the_workbook() {
    let cells = [
        ("d\\. mmmm yyyy", "45351", "2024-02-29"),
        (
            "[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;",
            "45351",
            "2024-02-29",
        ),
        ("dd/mm/yy hh:mm", "45351.75", "2024-02-29 18:00:00"),
        ("m/d/yy", "45351.75", "2024-02-29"),
        ("hh:mm", "45351.75", "18:00"),
        ("h:mm AM/PM", "0.5", "12:00 PM"),
        ("[mm]:ss", "0.0625", "90:00"),
        ("[h]:mm:ss.0", "1.0000115741", "24:00:01.0"),
    ];
    let asked: Vec<(&str, &str)> = cells
        .iter()
        .map(|(format, number, _)| (*format, *number))
        .collect();
    let expected: Vec<&str> = cells.iter().map(|(.., text)| *text).collect();
    assert_eq!(shown(&asked, ""), expected);
    for flag in ["1", "true", "on"] {
        let properties = format!(r#"<workbookPr date1904="{flag}"/>"#);
        let since_1904 = shown(&[("yyyy-mm-dd", "43889")], &properties);
        assert_eq!(since_1904, ["2024-02-29"], "{flag}");
    }
}

#[test]
fn a_formula_without_a_true_result_and_an_error_are_faults_of_their_cell() {
    let cells = r#"<c><f>A9</f></c><c t="str"><f>A9</f><v></v></c><c><f>A9</f><v>0</v></c>
        <c t="e"><f>NA()</f><v>#N/A</v></c><c t="str"><f>A9</f><v>Ken Myer</v></c><c><v>0</v></c>"#;
    let rows = row("", &["User", "Name", "Mail", "Account", "UPN", "Calls"])
        + &format!("<row>{cells}</row>");
    let read = read(&xlsx(&[sheet("Users", &rows)])).unwrap();
    let faults = [
        (0, CellFault::NoResult),
        (1, CellFault::EmptyResult),
        (2, CellFault::ZeroResult),
        (3, CellFault::Error),
    ];
    assert_eq!(read.rows[0].faults, faults);
    assert_eq!(read.fields()[0], ["", "", "0", "#N/A", "Ken Myer", "0"]);
    let error = read.rows[0].fault(3).unwrap();
    assert_eq!(error, "Its cell in column D shows the error #N/A.");
}

#[test]
fn a_row_of_formulas_without_results_is_no_empty_row() {
    let rows = row("", &["User", "Name"]) + "<row><c><f>A9</f></c><c><f>B9</f></c></row>";
    let uncomputed = read(&xlsx(&[sheet("Users", &rows)])).unwrap();
    assert_eq!(uncomputed.rows.len(), 1);
    let rows =
        row("", &["User", "Name"]) + r#"<row><c t="str"><f>IF(A9="","",A9)</f><v></v></c></row>"#;
    let blank = read(&xlsx(&[sheet("Users", &rows)])).unwrap();
    assert_eq!(blank.rows.len(), 0, "a formula that shows nothing");
}

#[test]
fn an_opendocument_cell_has_the_text_that_is_shown() {
    let cells = r#"<table:table-row><table:table-cell office:value-type="float" office:value="417"><text:p>00417</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2024-02-29T00:00:00"><text:p>29.02.24</text:p></table:table-cell>
        <table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50 %</text:p></table:table-cell>
        <table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation><text:p>Ken<text:s text:c="2"/><text:span>M<text:span>ye</text:span>r</text:span></text:p><text:p>second</text:p></table:table-cell>
        <table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
        <table:table-cell table:formula="of:=A1" office:value-type="float" office:value="0"><text:p>0</text:p></table:table-cell>
        <table:table-cell table:formula="of:=A1"/></table:table-row>"#;
    let names: Vec<String> = ["User", "Since", "Share", "Locked", "Name", "A", "B", "C"]
        .iter()
        .map(|name| format!("<table:table-cell><text:p>{name}</text:p></table:table-cell>"))
        .collect();
    let table = format!(
        r#"<table:table table:name="Users"><table:table-row>{}</table:table-row>{cells}</table:table>"#,
        names.concat()
    );
    let read = read(&ods("", &table)).unwrap();
    let expected = [
        "00417",
        "2024-02-29",
        "50 %",
        "TRUE",
        "Ken  Myer\nsecond",
        "#N/A",
        "0",
        "",
    ];
    assert_eq!(read.fields()[0], expected);
    let faults = [
        (5, CellFault::Error),
        (6, CellFault::ZeroResult),
        (7, CellFault::NoResult),
    ];
    assert_eq!(read.rows[0].faults, faults);
}

#[test]
fn an_excel_97_cell_has_its_format_and_a_formula_its_fault() {
    let number = |row: u16, column: u16, style: u16, number: f64| {
        let data = [shorts(&[row, column, style]), number.to_le_bytes().to_vec()].concat();
        record(0x0203, &data)
    };
    let formula = |column: u16, result: [u8; 8]| {
        let data = [shorts(&[1, column, 0]), result.to_vec(), vec![0; 8]].concat();
        record(0x0006, &data)
    };
    let code = b"00000";
    let format = [shorts(&[0xA4, 5]), vec![0], code.to_vec()].concat();
    let globals = [record(0x0022, &shorts(&[1])), record(0x041E, &format)];
    let cells = [
        xls_text(0, 0, "UPN"),
        xls_text(0, 1, "Ext"),
        xls_text(0, 2, "Since"),
        xls_text(0, 3, "Name"),
        xls_text(0, 4, "Mail"),
        xls_text(1, 0, "ken@litwareinc.com"),
        number(1, 1, 3, 417.0),
        number(1, 2, 2, 43889.0),
        formula(3, [0; 8]),
        formula(4, [2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF]),
    ];
    let read = read_as("list.xls", &xls(&globals, &cells), &ReadOptions::default()).unwrap();
    let expected = ["ken@litwareinc.com", "00417", "2024-02-29", "0", "#N/A"];
    assert_eq!(read.fields()[0], expected);
    let faults = [(3, CellFault::ZeroResult), (4, CellFault::Error)];
    assert_eq!(read.rows[0].faults, faults);
}
