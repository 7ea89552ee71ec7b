//! Layouts of lists: lines before the header, no header, headers with faults, ragged rows.

use pindesk::exchange::{Delimiter, ReadOptions};

use crate::{read, read_as};

fn type_line(file: &str) -> (Option<String>, u64, Vec<String>) {
    let found = read(file);
    (
        found.how.type_line().map(str::to_owned),
        found.lines_before,
        found.headers,
    )
}

#[test]
fn lines_before_the_header_are_passed_over_and_counted() {
    let headers = vec!["Identity".to_owned(), "Reason".to_owned()];
    for (before, type_name, lines) in [
        // Export-Csv of Windows PowerShell without -NoTypeInformation.
        (
            "#TYPE Selected.Microsoft.Rtc.X\r\n",
            Some("Selected.Microsoft.Rtc.X"),
            1,
        ),
        ("#type\r\n", Some(""), 1),
        // Saved again by a spreadsheet, which quotes the line or fills it up to the width of the
        // table.
        ("\"#TYPE Selected.X\"\r\n", Some("Selected.X"), 1),
        ("#TYPE Selected.X,,\r\n", Some("Selected.X"), 1),
        // Notes that people have written above the table.
        (
            "# for INC-7\r\n\r\n#TYPE X\r\n#TYPE Y\r\n  # more\r\n",
            Some("X"),
            5,
        ),
        ("\r\n \t \r\n", None, 2),
        // The header is found after a preamble of any length.
        (&"# note\r\n".repeat(250), None, 250),
    ] {
        let found = type_line(&format!("{before}Identity,Reason\r\nken,lost\r\n"));
        assert_eq!(
            found,
            (type_name.map(str::to_owned), lines, headers.clone()),
            "{before}"
        );
    }
    // The name of a column may begin with a quote.
    let (_, lines, headers) = type_line("\"\"\"#\",Identity\r\n1,ken\r\n");
    assert_eq!(
        (lines, headers),
        (0, vec!["\"#".to_owned(), "Identity".to_owned()])
    );
    // After the header, such lines are rows.
    assert_eq!(
        read("Identity,Reason\n#1,x\n").fields(),
        [(2, vec!["#1", "x"])]
    );
}

#[test]
fn the_separator_line_of_excel_takes_precedence_over_detection() {
    for (line, delimiter) in [
        ("sep=;", Delimiter::Semicolon),
        ("SEP=;", Delimiter::Semicolon),
        ("\"sep=;\"", Delimiter::Semicolon),
        ("#TYPE X\r\nsep=;", Delimiter::Semicolon),
        ("sep=,", Delimiter::Comma),
        ("sep=|", Delimiter::Pipe),
        ("sep=\t", Delimiter::Tab),
    ] {
        let found = read(format!(
            "{line}\r\nIdentity;Reason,x|y\tz\r\n1;2,3|4\t5\r\n"
        ));
        assert_eq!(found.how.delimiter(), Some(delimiter), "{line}");
        assert_eq!(found.problems(), [""; 0], "{line}");
        assert_eq!(found.lines_before, line.lines().count() as u64, "{line}");
    }
    // The user's choice takes precedence over it.
    let options = ReadOptions {
        delimiter: Some(Delimiter::Comma),
        ..ReadOptions::default()
    };
    let found = read_as("sep=;\r\nIdentity,Reason\r\nken,\"a;b\"\r\n", &options).unwrap();
    assert_eq!(found.fields(), [(3, vec!["ken", "a;b"])]);
}

#[test]
fn a_list_without_a_header_starts_with_its_first_row() {
    for list in [
        // UPNs, SIP addresses and logon names, as pasted from a mail.
        [
            "kenmyer@litwareinc.com",
            "packerman@litwareinc.com",
            "asmith@litwareinc.com",
        ],
        [
            "sip:kenmyer@litwareinc.com",
            "sip:packerman@litwareinc.com",
            "sip:asmith@litwareinc.com",
        ],
        [
            r"litwareinc\kenmyer",
            r"litwareinc\packerman",
            r"litwareinc\asmith",
        ],
        // Display names, some of them with a comma or a semicolon.
        ["Ken Myer", "Pilar Ackerman", "Anna Smith"],
        ["Ken Myer", "Myer, Robert", "Anna Smith; external"],
        ["Myer, Robert", "Ken Myer", "Anna Smith"],
        // Get-ADUser … | % DistinguishedName. The names have many commas and no quotes.
        [
            "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
            r"CN=Myer\, Robert,OU=Finance,DC=litwareinc,DC=com",
            "CN=Anna Smith,OU=HR,DC=litwareinc,DC=com",
        ],
        // Mixed forms.
        [
            "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
            "asmith@litwareinc.com",
            "Pilar Ackerman",
        ],
    ] {
        for ends in ["", "\r\n"] {
            let found = read(list.join("\r\n") + ends);
            assert!(!found.how.has_header, "{list:?}");
            assert_eq!(
                (found.how.delimiter(), &found.headers[..]),
                (Some(Delimiter::None), &["Column 1".to_owned()][..])
            );
            let rows: Vec<_> = (1..)
                .zip(list)
                .map(|(line, name)| (line, vec![name]))
                .collect();
            assert_eq!(found.fields(), rows);
        }
    }
    // A list of one line.
    assert_eq!(
        read("kenmyer@litwareinc.com").fields(),
        [(1, vec!["kenmyer@litwareinc.com"])]
    );
    // Distinguished names in quotes.
    let quoted =
        "\"CN=Ken Myer,DC=litwareinc,DC=com\"\r\n\"CN=Anna Smith,DC=litwareinc,DC=com\"\r\n";
    assert_eq!(
        read(quoted).fields()[1],
        (2, vec!["CN=Anna Smith,DC=litwareinc,DC=com"])
    );
    // Several columns without a header.
    let found = read("kenmyer@litwareinc.com,lost phone\r\nasmith@litwareinc.com,left\r\n");
    assert_eq!(
        (found.headers, found.rows.len()),
        (vec!["Column 1".to_owned(), "Column 2".to_owned()], 2)
    );
}

#[test]
fn one_column_with_a_known_name_has_a_header() {
    for name in [
        "Identity",
        "User Principal Name",
        "UPN",
        "sip_address",
        "\"DisplayName\"",
        "distinguishedName",
        "mail",
    ] {
        let found = read(format!("{name}\r\nCN=Ken Myer,DC=litwareinc,DC=com\r\n"));
        assert!(found.how.has_header, "{name}");
        assert_eq!(
            found.fields(),
            [(2, vec!["CN=Ken Myer,DC=litwareinc,DC=com"])],
            "{name}"
        );
    }
}

#[test]
fn blank_lines_are_no_rows_but_count_as_lines() {
    let found = read("\r\n\r\nIdentity,Reason\r\n\r\nken,a\r\n   \r\n\t\r\npilar,b\r\n\r\n");
    assert_eq!(
        found.fields(),
        [(5, vec!["ken", "a"]), (8, vec!["pilar", "b"])]
    );
    assert_eq!((found.how.rows, found.lines_before), (2, 2));
}

#[test]
fn a_short_row_is_filled_up_and_a_row_that_is_too_long_says_so() {
    let found = read("Identity,Reason,Ticket\nken,a\npilar,b,1\nrob,c,2,3\nanna,d,4,, \nmaria\n");
    let expected = [
        (2, vec!["ken", "a", ""]),
        (3, vec!["pilar", "b", "1"]),
        (5, vec!["anna", "d", "4"]),
        (6, vec!["maria", "", ""]),
    ];
    assert_eq!(found.fields(), expected);
    assert_eq!(found.problems(), ["It has 4 fields; the header has 3."]);
    // The header also has the empty columns that a spreadsheet leaves.
    let found = read("Identity,Reason,,\nken,a,,\npilar,b, ,\nrob,c\nmaria,d,e,\n");
    let expected = [
        (2, vec!["ken", "a"]),
        (3, vec!["pilar", "b"]),
        (4, vec!["rob", "c"]),
    ];
    assert_eq!(found.fields(), expected);
    assert_eq!(found.problems(), ["It has 3 fields; the header has 2."]);
}

#[test]
fn names_of_columns_are_made_different() {
    // Import-Csv refuses such a header, but a spreadsheet does not.
    let found = read("UPN, upn ,UPN,Identity,UPN (2)\n1,2,3,4,5\n");
    assert_eq!(
        found.headers,
        ["UPN", "upn (2)", "UPN (3)", "Identity", "UPN (2) (2)"]
    );
    assert_eq!(found.doubled.as_deref(), Some("upn"));
    assert_eq!(found.fields(), [(2, vec!["1", "2", "3", "4", "5"])]);
    // Empty names between others get a number. Those at the end were left by a spreadsheet.
    let found = read(",Identity, ,\"\",,\n1,2,3\n1,2,,,,\n");
    assert_eq!(found.headers, ["Column 1", "Identity"]);
    assert_eq!(
        found.fields(),
        [(3, vec!["1", "2"])],
        "the first row is too long"
    );
    let found = read("Identity,,Reason,\n1,2,3,\n");
    assert_eq!(
        (found.headers, found.doubled),
        (
            ["Identity", "Column 2", "Reason"]
                .map(str::to_owned)
                .to_vec(),
            None
        )
    );
    // Many columns with one name take little time.
    let wide = vec!["x"; 20_000].join(",");
    let found = read(format!("Identity,{wide}\nken,{wide}\n"));
    assert_eq!((found.headers.len(), found.problems().len()), (20_001, 0));
    assert_eq!(found.headers[20_000], "x (20000)");
}

#[test]
fn columns_of_remote_sessions_are_columns_like_others() {
    // Invoke-Command … | Export-Csv.
    let found = read(
        "\"Identity\",\"PSComputerName\",\"RunspaceId\",\"PSShowComputerName\"\r\n\
         \"sip:ken@x.y\",\"lync01\",\"6f1e2f7e-0000-4000-8000-000000000001\",\"True\"\r\n",
    );
    assert_eq!(
        found.headers,
        [
            "Identity",
            "PSComputerName",
            "RunspaceId",
            "PSShowComputerName"
        ]
    );
    assert_eq!(found.fields()[0].1[..2], ["sip:ken@x.y", "lync01"]);
}

#[test]
fn cells_that_were_made_harmless_for_a_spreadsheet_are_taken_back() {
    let found = read("Identity,Reason\n'=x,'+1\n'@ken,'t Hart\n''-x,'\n");
    assert_eq!(
        found.fields(),
        [
            (2, vec!["=x", "+1"]),
            (3, vec!["@ken", "'t Hart"]),
            (4, vec!["'-x", "'"])
        ]
    );
    assert_eq!(found.rows[0].raw, "'=x,'+1", "as it stands there");
}
