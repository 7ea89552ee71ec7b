//! Exit codes of failures, and their messages.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::setup::{Bench, PINS, Ran, USERS, command};

fn assert_failed(ran: &Ran, status: i32, said: &str) {
    assert_eq!((ran.status, ran.out.as_str()), (status, ""), "{ran:?}");
    assert!(ran.err.contains(said), "{}", ran.err);
}

#[test]
fn help_and_version_are_results() {
    let bench = Bench::empty();
    for args in [
        &["--help"][..],
        &["lock", "--help"],
        &["unlock", "-h"],
        &["info", "--help"],
        &["users", "--help"],
    ] {
        let ran = bench.run(args);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("Examples:"), "{}", ran.out);
    }
    let version = concat!("pindesk ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(bench.run(&["-V"]).out, version);
    let long = bench.run(&["--version"]).out;
    let build = long.strip_prefix(version).unwrap();
    assert!(build.starts_with("commit: "), "{long}");
    assert!(build.contains("\nbuild: debug, "), "{long}");
    assert!(!bench.store().exists());
}

#[test]
fn a_wrong_command_line_is_2() {
    let bench = Bench::filled();
    let before = bench.content();
    for args in [
        &["lokc"][..],
        &["lock"],
        &["unlock", "--force", "--what-if"],
        &["lock", "--where", "angry"],
        &["info", "--format", "xml"],
        &["import", "people", USERS],
        &["import", "pins", PINS, "--date-order", "ymd"],
    ] {
        let ran = bench.run(args);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(!ran.err.is_empty());
    }
    assert_failed(
        &bench.run(&["lock", "--reason", "x"]),
        2,
        "The identity is empty.",
    );
    assert_eq!(bench.content(), before);
}

#[test]
fn a_wrong_file_is_2() {
    let bench = Bench::empty();
    assert_failed(
        &bench.run(&["import", "users", "/no/such/file.csv"]),
        2,
        "/no/such/file.csv",
    );
    assert!(!bench.store().exists(), "a misspelt file name made a store");
    let bench = Bench::filled();
    let before = bench.content();
    assert_failed(
        &bench.run(&["import", "users", PINS]),
        2,
        "the column DisplayName is missing",
    );
    assert_failed(
        &bench.run(&["import", "pins", USERS]),
        2,
        "the column IsPinSet is missing",
    );
    assert_failed(
        &bench.run(&["import", "users", &bench.file("empty.csv", "")]),
        2,
        "The file is empty.",
    );
    assert_failed(
        &bench.run(&[
            "import",
            "users",
            &bench.file("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        ]),
        2,
        "The workbook is damaged",
    );
    assert_eq!(bench.content(), before);
}

#[test]
fn an_address_that_cannot_be_used_is_2_and_makes_nothing() {
    let filled = Bench::filled();
    for (address, what) in [
        (
            "postgresql://ann:secret@db.litwareinc.com/pindesk",
            "has a password",
        ),
        ("postgres:///pindesk?password=secret", "has a password"),
        ("host=db password=secret", "has a password"),
        ("postgresql://db:port/pindesk", "at character"),
        ("postgresql://db/pindesk?sslmode=maybe", "at character"),
        (
            "mysql://ann:secret@db/pindesk",
            "an address rather than a path",
        ),
    ] {
        for args in [
            &["init"][..],
            &["info"],
            &["import", "users", USERS],
            &["backup", "copy.db"],
            &["check"],
            &[],
        ] {
            let folder = tempfile::tempdir().unwrap();
            let output = command(Path::new(address), args)
                .current_dir(folder.path())
                .env("XDG_DATA_HOME", filled.folder.path())
                .env("HOME", filled.folder.path())
                .output()
                .unwrap();
            let said = format!("{output:?}");
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            assert!(said.contains(what), "{said}");
            assert!(!said.contains("secret"), "{said}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{said}");
        }
        let needs_file = match what {
            "at character" => what,
            _ => "This needs a file",
        };
        for command in ["backup", "restore", "recover"] {
            assert_failed(&filled.run(&[command, address]), 2, needs_file);
        }
    }
}

#[test]
fn a_store_that_fails_is_3() {
    let bench = Bench::empty();
    assert_failed(&bench.run(&["info"]), 3, "There is no store yet");
    assert!(!bench.store().exists(), "looking made a store");
    bench.file("pindesk.db", "This is a letter, and no database at all.");
    for args in [
        &["info"][..],
        &["users"],
        &["unlock", "Ken Myer"],
        &["import", "users", USERS],
    ] {
        assert_failed(&bench.run(args), 3, "This file is not a PinDesk store");
    }
    assert_failed(&Bench::at_folder(), 3, "this is a folder");

    let newer = Bench::filled();
    newer
        .sql()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    assert_failed(
        &newer.run(&["lock", "Ken Myer"]),
        3,
        "made by a newer PinDesk",
    );
    let foreign = Bench::empty();
    foreign
        .sql()
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    assert_failed(&foreign.run(&["info"]), 3, "belongs to another program");
}

impl Bench {
    fn at_folder() -> Ran {
        let bench = Self::empty();
        let output = command(bench.folder.path(), &["info"]).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

#[test]
fn an_operator_without_a_role_gets_4_and_the_attempt_is_kept() {
    let bench = Bench::filled();
    let file = bench.file(
        "users.csv",
        "DisplayName,SipAddress\nNew Person,sip:new@litwareinc.com\n",
    );
    bench
        .sql()
        .execute("DELETE FROM operator_roles", [])
        .unwrap();
    let before = bench.content();
    let tries = [
        &["unlock", "Ken Myer"][..],
        &["lock", "--where", "pin-set"],
        &["import", "users", &file],
    ];
    for args in tries {
        assert_failed(
            &bench.run(&[args, &["--what-if"]].concat()),
            4,
            "none of their roles holds it",
        );
    }
    assert_eq!(bench.content(), before, "what-if left a trace");
    for args in tries {
        assert_failed(&bench.run(args), 4, "their roles do not permit it");
    }
    let after = bench.content();
    assert_eq!(after.0, before.0);
    assert!(after.1 > before.1);
    assert_eq!(bench.run(&["users", "Ken Myer"]).status, 0);
}

#[test]
fn a_role_for_one_unit_refuses_the_others_by_name() {
    let bench = Bench::filled();
    let sql = bench.sql();
    sql.execute_batch(
        "INSERT INTO roles VALUES ('Finance'); INSERT INTO role_cmdlets VALUES ('Finance', 'Unlock-CsClientPin');
         INSERT INTO role_units VALUES ('Finance', 'OU=Finance,DC=litwareinc,DC=com');
         UPDATE operator_roles SET role = 'Finance'",
    )
    .unwrap();
    let ran = bench.run(&["unlock", "Ken Myer", "Samantha Smith", "--force"]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (
            1,
            "Unlocked 1 user. 0 no change needed, 0 skipped, 1 refused, 0 drifted.\n"
        )
    );
    assert!(
        ran.err
            .contains("\"Samantha Smith\" (sip:ssmith@litwareinc.com): Your roles do not permit"),
        "{}",
        ran.err
    );
    assert_failed(&bench.run(&["lock", "Ken Myer"]), 4, "Lock-CsClientPin");
}

#[test]
fn a_closed_output_ends_the_program_without_a_message() {
    let bench = Bench::filled();
    for format in ["text", "json"] {
        let mut command = bench.command(&["info", "-", "--format", format]);
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        // The program waits for its input, so the other end of its output is closed before it
        // writes.
        drop(child.stdout.take());
        child.stdin.take().unwrap().write_all(b"*\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{format}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_said() {
    let bench = Bench::filled();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = bench.command(&["info"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "pindesk: The results cannot be written: the disk is full. What was changed stays changed.\n"
    );
}
