//! What was done, and whether its record holds.

use rusqlite::Connection;

use crate::setup::Bench;

#[test]
fn batches_are_listed_found_and_verified() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["lock", "Carla Eklund", "--reason", "lost phone", "--ticket", "INC-7"]).status, 0);
    let all = bench.run(&["history"]);
    assert_eq!((all.status, all.out.lines().count()), (0, 5), "{}", all.out);
    assert!(all.out.lines().nth(1).unwrap().contains("lost phone"), "the newest first: {}", all.out);
    let found = bench.run(&["history", "eklund", "--format", "json"]).json();
    assert!(
        found.as_array().unwrap().iter().any(|batch| batch["Ticket"] == "INC-7" && batch["Changed"] == 1),
        "{found}"
    );
    let one = bench.run(&["history", "--limit", "1"]);
    assert_eq!(one.out.lines().count(), 2);
    assert!(one.err.contains("Only the newest 1 are shown."), "{}", one.err);

    let holds = bench.run(&["history", "verify"]);
    assert_eq!(holds.status, 0);
    assert!(holds.out.contains("entries holds."), "{}", holds.out);
    let sql = Connection::open(bench.store()).unwrap();
    sql.execute_batch("DROP TRIGGER history_no_update; UPDATE history SET target = 'x' WHERE seq = 9").unwrap();
    drop(sql);
    let broken = bench.run(&["history", "verify", "--format", "json"]);
    assert_eq!((broken.status, broken.json()["firstBreak"].as_i64()), (3, Some(9)));
}

#[test]
fn who_was_locked_at_a_moment_comes_from_the_history_alone() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["lock", "Carla Eklund", "--ticket", "INC-7"]).status, 0);
    let between = bench.run(&["history", "--limit", "1", "--format", "json"]).json()[0]["Time"].clone();
    let between = between.as_str().unwrap().to_owned();
    assert_eq!(bench.run(&["unlock", "Carla Eklund"]).status, 0);
    let then = bench.run(&["history", "locked-on", &between]);
    assert!(then.out.contains("sip:ceklund@litwareinc.com") && then.out.contains("INC-7"), "{}{}", then.out, then.err);
    assert_eq!(then.out.lines().count(), 22, "and the 20 who came locked from a file");
    assert!(!bench.run(&["history", "locked-on", "2199-01-01"]).out.contains("ceklund"));
    assert_eq!(bench.run(&["history", "locked-on", "2001-01-01 10:00"]).out.lines().count(), 1);
    assert_eq!(
        bench.run(&["history", "locked-on", "9/12/2026"]).status,
        2,
        "which of them is the month is not guessed"
    );
}
