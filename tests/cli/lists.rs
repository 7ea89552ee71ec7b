//! Lock and unlock for the users of a list.

use std::fs;

use crate::setup::Bench;

/// A list in UTF-16 with semicolons: Ken is locked, no user is called Nobody, and the last row has
/// a field too many.
fn list(bench: &Bench) -> String {
    let text = "\u{feff}Name;Mail\r\nKen Myer;kenmyer@litwareinc.com\r\nNobody;nobody@litwareinc.com\r\n\
                Ken again;KENMYER@litwareinc.com\r\nMyer;Ken;kenmyer@litwareinc.com\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bench.file("list.csv", bytes)
}

fn utf_16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).unwrap()
}

/// Excel keeps an open file from being replaced on Windows; here the file cannot be written for
/// other reasons.
#[test]
fn nothing_is_changed_if_the_results_cannot_be_saved() {
    let bench = Bench::filled();
    let file = list(&bench);
    let before = bench.content();
    let store = bench.store().to_str().unwrap().to_owned();
    let folder = bench.store().parent().unwrap().to_owned();
    let missing = folder.join("none/results.csv");
    for results in [missing.to_str().unwrap(), folder.to_str().unwrap(), &store] {
        let ran = bench.run(&["unlock", "--csv", &file, "--save-results", results]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{results}");
        assert!(
            ran.err
                .contains("Nothing was changed. To go on, name another file"),
            "{}",
            ran.err
        );
        assert!(bench.content() == before, "{results}");
    }
}

#[test]
fn a_list_is_carried_out_and_comes_back_with_the_result() {
    let bench = Bench::filled();
    let (file, results) = (list(&bench), bench.file("results.csv", ""));
    let before = bench.content();
    let ran = bench.run(&[
        "unlock",
        "--csv",
        &file,
        "--what-if",
        "--save-results",
        &results,
    ]);
    assert_eq!(
        (ran.status, bench.content() == before),
        (1, true),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(
        ran.err.contains(
            "4 rows, UTF-16 (little-endian) with byte-order mark, separated by semicolon"
        )
    );
    assert!(
        utf_16(&fs::read(&results).unwrap())
            .contains("Ken Myer;kenmyer@litwareinc.com;will change;")
    );

    let ran = bench.run(&["unlock", "--csv", &file, "--save-results", &results]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (
            1,
            "Unlocked 1 user. 0 no change needed, 1 skipped, 2 refused, 0 drifted.\n"
        )
    );
    let text = utf_16(&fs::read(&results).unwrap());
    let verdicts: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(';').nth(2))
        .collect();
    assert_eq!(
        verdicts,
        ["changed", "not found", "duplicate", "unreadable"],
        "{text}"
    );
}

#[test]
fn the_column_and_the_domain_can_be_named() {
    let bench = Bench::filled();
    let file = bench.file("logons.csv", "Who,Note\nkenmyer,a\n");
    let unnamed = bench.run(&["lock", "--csv", &file, "--what-if"]);
    assert_eq!(
        (unnamed.status, unnamed.out.as_str()),
        (2, ""),
        "{}",
        unnamed.err
    );
    assert!(
        unnamed
            .err
            .contains("Choose the column that names the users."),
        "{}",
        unnamed.err
    );
    let ran = bench.run(&["lock", "--csv", &file, "--column", "who", "--what-if"]);
    assert!(
        ran.err.contains("A logon name alone is not an identity"),
        "{}",
        ran.err
    );
    let missing = bench.run(&["lock", "--csv", &file, "--column", "Mail", "--what-if"]);
    assert!(
        missing
            .err
            .contains("there is no column Mail. Columns found: Who, Note."),
        "{}",
        missing.err
    );

    let file = bench.file("logons.csv", "SamAccountName\nkenmyer\n");
    assert_eq!(
        bench.run(&["lock", "--csv", &file, "--what-if"]).status,
        2,
        "a logon name needs a domain"
    );
    assert_eq!(
        bench
            .run(&[
                "lock",
                "--csv",
                &file,
                "--domain",
                "litwareinc",
                "--what-if"
            ])
            .status,
        0
    );
}

#[test]
fn the_line_with_the_names_of_the_columns_can_be_named() {
    let bench = Bench::filled();
    let file = bench.file(
        "joined.csv",
        "DisplayName,Phone\nPilar Ackerman,1\nDisplayName,SipAddress\nKen Myer,sip:kenmyer@litwareinc.com\n",
    );
    let ran = bench.run(&[
        "lock",
        "--csv",
        &file,
        "--header-line",
        "3",
        "--what-if",
        "--format",
        "csv",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.out.contains("kenmyer") && !ran.out.contains("Pilar"),
        "{}",
        ran.out
    );
    let past_the_end = bench.run(&["lock", "--csv", &file, "--header-line", "30", "--what-if"]);
    assert_eq!(past_the_end.status, 2, "{}", past_the_end.out);
    let users = bench.file(
        "users.csv",
        "DisplayName,SipAddress\nDisplayName,SipAddress,UPN,SamAccountName,Domain\nNew User,sip:new@litwareinc.com,new@litwareinc.com,new,litwareinc\n",
    );
    let ran = bench.run(&["import", "users", &users, "--header-line", "2", "--what-if"]);
    assert!(
        ran.status == 0 && ran.err.contains("1 new") || ran.out.contains("1 new"),
        "{} {}",
        ran.out,
        ran.err
    );
}

#[test]
fn a_list_cannot_be_combined_with_named_users() {
    let bench = Bench::filled();
    let file = list(&bench);
    for args in [
        ["unlock", "--csv", &file, "Ken Myer"].as_slice(),
        &["unlock", "--csv", &file, "--where", "locked"],
    ] {
        assert_eq!(bench.run(args).status, 2);
    }
}
