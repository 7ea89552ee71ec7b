//! Stores that are missing, empty or no files, as the command line says it.

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
