//! Stores that are missing, empty or no files, as the command line says it.

use crate::people::{environment, give_role, noon, says_once_that_it_waits};
use crate::setup::{Bench, USERS};

#[test]
fn init_makes_a_store_and_replaces_nothing() {
    let bench = Bench::empty();
    let made = bench.run(&["init"]);
    assert_eq!((made.status, made.out.as_str()), (0, ""), "{made:?}");
    assert!(made.err.contains("a new store"), "{}", made.err);
    assert_eq!(bench.run(&["info"]).status, 0);
    let before = std::fs::read(bench.store()).unwrap();
    let again = bench.run(&["init"]);
    assert_eq!(again.status, 2, "{again:?}");
    assert!(
        again.err.contains("There is a file already"),
        "{}",
        again.err
    );
    assert_eq!(std::fs::read(bench.store()).unwrap(), before);
}

#[test]
fn an_empty_file_is_refused_by_every_command_until_init() {
    let bench = Bench::empty();
    std::fs::write(bench.store(), "").unwrap();
    for args in [
        &["info"][..],
        &["history", "verify"],
        &["unlock", "Ken Myer"],
        &["import", "users", USERS],
        &["roles", "grant", "CsHelpDesk", "bob"],
    ] {
        let ran = bench.run(args);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{args:?} {ran:?}");
        assert!(ran.err.contains("This file is empty"), "{}", ran.err);
        assert_eq!(std::fs::read(bench.store()).unwrap(), b"", "{args:?}");
    }
    assert_eq!(bench.run(&["init"]).status, 0);
    assert_eq!(bench.run(&["import", "users", USERS]).status, 0);
}

#[test]
fn an_import_is_taken_back_by_restoring_the_copy_before_it() {
    let bench = Bench::filled();
    let before = bench.json(&["info"]);
    let users = std::fs::read_to_string(USERS).unwrap();
    let renamed = bench.file("renamed.csv", users.replace("Aaron", "Erin"));
    let imported = bench.run(&["import", "users", &renamed]);
    assert!(imported.status <= 1, "{imported:?}");
    assert_ne!(bench.json(&["info"]), before);
    let backups = bench.json(&["backups"]);
    let copy = backups[0]["File"].as_str().unwrap().to_owned();
    assert_eq!(backups[0]["State"], "sound", "{backups}");
    let shown = bench.run(&["restore", &copy, "--what-if"]);
    assert_eq!(shown.status, 0, "{shown:?}");
    assert!(
        shown.out.contains("1 batch since then would be undone"),
        "{}",
        shown.out
    );
    assert_ne!(bench.json(&["info"]), before);
    let restored = bench.run(&["restore", &copy, "--reason", "wrong file"]);
    assert_eq!(restored.status, 0, "{restored:?}");
    assert_eq!(bench.json(&["info"]), before);
    assert_eq!(bench.run(&["history", "verify"]).status, 0);
    assert_eq!(bench.run(&["check"]).status, 0);
}

#[test]
fn an_import_without_a_copy_must_be_asked_for() {
    let bench = Bench::filled();
    bench.file("backups", "a file where the folder should be");
    let users = std::fs::read_to_string(USERS).unwrap();
    let renamed = bench.file("renamed.csv", users.replace("Aaron", "Erin"));
    let before = bench.content();
    let refused = bench.run(&["import", "users", &renamed]);
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains("--no-backup"), "{}", refused.err);
    assert_eq!(bench.content(), before);
    let done = bench.run(&["import", "users", &renamed, "--no-backup"]);
    assert!(done.status <= 1, "{done:?}");
}

#[test]
fn check_tells_sound_from_damaged_and_unreadable() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["check"]).status, 0);
    let mut bytes = std::fs::read(bench.store()).unwrap();
    let end = bytes.len() - 4096;
    bytes[end - 20 * 4096..end].fill(0xA5);
    std::fs::write(bench.store(), &bytes).unwrap();
    let damaged = bench.run(&["check"]);
    assert_eq!(damaged.status, 1, "{damaged:?}");
    assert!(damaged.err.contains("pindesk restore"), "{}", damaged.err);
    std::fs::write(bench.store(), "no database").unwrap();
    assert_eq!(bench.run(&["check"]).status, 3);
}

#[test]
fn a_command_that_waits_for_another_program_says_so_once() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", "ann");
    let ann = environment("ann", noon);
    says_once_that_it_waits(ann, bench.store(), &bench.sql(), &["unlock", "Ken Myer"]);
}

#[test]
fn the_list_of_backups_says_which_is_damaged() {
    let bench = Bench::filled();
    let users = std::fs::read_to_string(USERS).unwrap();
    let renamed = bench.file("renamed.csv", users.replace("Aaron", "Erin"));
    let imported = bench.run(&["import", "users", &renamed]);
    assert!(imported.status <= 1, "{imported:?}");
    let copy = bench.json(&["backups"])[0]["File"].clone();
    let copy = copy.as_str().unwrap();
    let mut bytes = std::fs::read(copy).unwrap();
    bytes[8 * 4096..10 * 4096].fill(0xA5);
    std::fs::write(copy, bytes).unwrap();
    let backups = bench.json(&["backups"]);
    assert_eq!(backups[0]["State"], "damaged", "{backups}");
}
