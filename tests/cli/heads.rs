//! `history heads`: the last entries of batches in a file outside of the store.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::setup::{Bench, Ran};

const KEN: &str = "sip:kenmyer@litwareinc.com";

fn file(bench: &Bench) -> PathBuf {
    bench.folder.path().join("heads.jsonl")
}

fn append(bench: &Bench) -> Ran {
    bench.run(&["history", "heads", file(bench).to_str().unwrap()])
}

fn compare(bench: &Bench) -> Ran {
    bench.run(&[
        "history",
        "heads",
        file(bench).to_str().unwrap(),
        "--compare",
    ])
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn each_batch_is_one_line_and_the_next_run_goes_on_where_the_file_ends() {
    let bench = Bench::filled();
    let first = append(&bench);
    assert_eq!(first.status, 0, "{first:?}");
    assert!(first.err.contains("3 batches were appended"), "{first:?}");
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    assert!(append(&bench).err.contains("1 batch was appended"));
    assert!(append(&bench).err.contains("0 batches were appended"));
    let lines = lines(&file(&bench));
    let batches: Vec<i64> = lines.iter().filter_map(|l| l["batch"].as_i64()).collect();
    assert_eq!(batches, [1, 2, 3, 4]);
    assert_eq!(lines[3]["entry"], bench.content().1);
    assert_eq!(lines[3]["store"], bench.store_id());
    let verified = bench.json(&["history", "verify"]);
    assert_eq!(lines[3]["hash"], verified["lastHash"]);
    let compared = compare(&bench);
    assert_eq!(compared.status, 0, "{compared:?}");
    assert_eq!(compared.out, "The history has all 4 lines of the file.\n");
    assert_eq!(bench.run(&["lock", KEN]).status, 0);
    let compared = compare(&bench);
    assert!(compared.out.contains("1 newer batches"), "{compared:?}");
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone_and_never_behind_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let bench = Bench::filled();
    assert_eq!(append(&bench).status, 0);
    let mode = fs::metadata(file(&bench)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = bench.file("other", "");
    fs::remove_file(file(&bench)).unwrap();
    symlink(&other, file(&bench)).unwrap();
    let refused = append(&bench);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.err.contains("it is a link"), "{refused:?}");
    assert_eq!(fs::read(&other).unwrap(), b"");
}

#[test]
fn an_older_copy_is_named_and_nothing_is_appended_to_its_file() {
    let bench = Bench::filled();
    let copy = bench.folder.path().join("copy.db");
    assert_eq!(bench.run(&["backup", copy.to_str().unwrap()]).status, 0);
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    assert_eq!(append(&bench).status, 0);
    let before = fs::read(file(&bench)).unwrap();
    drop(fs::remove_file(bench.folder.path().join("pindesk.db-wal")));
    fs::copy(&copy, bench.store()).unwrap();
    for ran in [append(&bench), compare(&bench)] {
        assert_eq!(ran.status, 3, "{ran:?}");
        let said = ran.out + &ran.err;
        assert!(said.contains("The store is an older copy"), "{said}");
    }
    assert_eq!(fs::read(file(&bench)).unwrap(), before);
}

#[test]
fn another_history_is_named_with_the_first_line_that_differs() {
    let bench = Bench::filled();
    assert_eq!(append(&bench).status, 0);
    let text = fs::read_to_string(file(&bench)).unwrap();
    let hash = lines(&file(&bench))[1]["hash"].as_str().unwrap().to_owned();
    fs::write(file(&bench), text.replace(&hash, &"00".repeat(32))).unwrap();
    let compared = compare(&bench);
    assert_eq!(compared.status, 3, "{compared:?}");
    assert!(
        compared
            .out
            .starts_with("Line 2: The history of the store was rewritten")
    );
}

#[test]
fn a_restored_backup_is_a_known_reason_and_the_file_goes_on() {
    let bench = Bench::filled();
    let copy = bench.folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    assert_eq!(bench.run(&["backup", copy]).status, 0);
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    assert_eq!(append(&bench).status, 0);
    assert_eq!(bench.run(&["restore", copy]).status, 0);
    let appended = append(&bench);
    assert_eq!(appended.status, 0, "{appended:?}");
    assert!(
        appended.err.contains("1 batch was appended"),
        "{appended:?}"
    );
    let compared = compare(&bench);
    assert_eq!(compared.status, 0, "{compared:?}");
    assert!(
        compared.out.contains("has 4 of the 5 lines"),
        "{compared:?}"
    );
}

#[test]
fn other_files_are_refused_and_a_torn_line_is_gone_past() {
    let bench = Bench::filled();
    let notes = bench.file("heads.jsonl", "my notes\n");
    assert_eq!(append(&bench).status, 2);
    assert_eq!(fs::read(&notes).unwrap(), b"my notes\n");
    let other = include_str!("../stores/other-heads.jsonl");
    bench.file("heads.jsonl", other);
    for ran in [append(&bench), compare(&bench)] {
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!((ran.out + &ran.err).contains("of another store"));
    }
    fs::remove_file(file(&bench)).unwrap();
    assert_eq!(append(&bench).status, 0);
    let text = fs::read_to_string(file(&bench)).unwrap();
    fs::write(file(&bench), &text[..text.len() - 20]).unwrap();
    assert_eq!(append(&bench).status, 0);
    let compared = compare(&bench);
    assert_eq!(compared.status, 1, "{compared:?}");
    assert!(
        compared.out.contains("Line 3 cannot be read."),
        "{compared:?}"
    );
}
