//! `pindesk history`: the record of changes, and its verification.

use rusqlite::Connection;

use crate::setup::Bench;

#[test]
fn batches_are_listed_found_and_verified() {
    let bench = Bench::filled();
    assert_eq!(
        bench
            .run(&[
                "lock",
                "Carla Eklund",
                "--reason",
                "lost phone",
                "--ticket",
                "INC-7"
            ])
            .status,
        0
    );
    let all = bench.run(&["history"]);
    assert_eq!((all.status, all.out.lines().count()), (0, 5), "{}", all.out);
    assert!(
        all.out.lines().nth(1).unwrap().contains("lost phone"),
        "the newest first: {}",
        all.out
    );
    let found = bench.run(&["history", "eklund", "--format", "json"]).json();
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .any(|batch| batch["Ticket"] == "INC-7" && batch["Changed"] == 1),
        "{found}"
    );
    let one = bench.run(&["history", "--limit", "1"]);
    assert_eq!(one.out.lines().count(), 2);
    assert!(
        one.err.contains("Only the newest 1 are shown."),
        "{}",
        one.err
    );

    let holds = bench.run(&["history", "verify"]);
    assert_eq!(holds.status, 0);
    assert!(holds.out.contains("entries holds."), "{}", holds.out);
    let sql = Connection::open(bench.store()).unwrap();
    sql.execute_batch(
        "DROP TRIGGER history_no_update; UPDATE history SET target = 'x' WHERE seq = 9",
    )
    .unwrap();
    drop(sql);
    let broken = bench.run(&["history", "verify", "--format", "json"]);
    assert_eq!(
        (broken.status, broken.json()["firstBreak"].as_i64()),
        (3, Some(9))
    );
}

#[test]
fn a_store_that_differs_from_its_history_ends_with_status_1() {
    let bench = Bench::filled();
    let sound = bench.run(&["history", "verify"]);
    assert_eq!(
        (sound.status, sound.out.lines().count()),
        (0, 1),
        "{sound:?}"
    );
    assert!(
        sound.out.starts_with("The store agrees with its history. "),
        "{sound:?}"
    );
    Connection::open(bench.store())
        .unwrap()
        .execute_batch(
            "INSERT INTO operator_roles (account_key, account, role) VALUES ('eve', 'eve', 'CsHelpDesk');
             UPDATE pin_policies SET min_length = 4",
        )
        .unwrap();
    let text = bench.run(&["history", "verify"]);
    assert_eq!(text.status, 1, "{text:?}");
    for line in [
        "The store is not as its history says:",
        "- Role given: CsHelpDesk for eve: the store has it, the history does not.",
        "- PIN policy Global: the store says minLength 4, the history says 5.",
    ] {
        assert!(
            text.out.lines().any(|found| found == line),
            "{line}: {text:?}"
        );
    }
    let ran = bench.run(&["history", "verify", "--format", "json"]);
    let json = ran.json();
    assert_eq!((ran.status, json["holds"].as_bool()), (1, Some(false)));
    assert!(json["firstBreak"].is_null());
    assert_eq!(json["differences"][0]["area"], "grants");
    assert_eq!(json["differences"][0]["count"], 1);
    assert_eq!(json["differences"][1]["area"], "policies");
    let csv = bench.run(&["history", "verify", "--format", "csv"]);
    assert!(csv.out.contains("policies"), "{csv:?}");
}

#[test]
fn users_locked_at_a_moment_come_from_the_history_alone() {
    let bench = Bench::filled();
    assert_eq!(
        bench
            .run(&["lock", "Carla Eklund", "--ticket", "INC-7"])
            .status,
        0
    );
    let between = bench
        .run(&["history", "--limit", "1", "--format", "json"])
        .json()[0]["Time"]
        .clone();
    let between = between.as_str().unwrap().to_owned();
    assert_eq!(bench.run(&["unlock", "Carla Eklund"]).status, 0);
    let then = bench.run(&["history", "locked-on", &between]);
    assert!(
        then.out.contains("sip:ceklund@litwareinc.com") && then.out.contains("INC-7"),
        "{}{}",
        then.out,
        then.err
    );
    assert_eq!(
        then.out.lines().count(),
        22,
        "and the 20 who came locked from a file"
    );
    assert!(
        !bench
            .run(&["history", "locked-on", "2199-01-01"])
            .out
            .contains("ceklund")
    );
    assert_eq!(
        bench
            .run(&["history", "locked-on", "2001-01-01 10:00"])
            .out
            .lines()
            .count(),
        1
    );
    assert_eq!(
        bench.run(&["history", "locked-on", "9/12/2026"]).status,
        2,
        "which of them is the month is not guessed"
    );
}

/// A store in which ann locks Carla Eklund for a ticket, and unlocks her.
fn two_batches() -> Bench {
    let bench = Bench::filled();
    assert_eq!(
        bench
            .run(&[
                "lock",
                "Carla Eklund",
                "--reason",
                "=1+1",
                "--ticket",
                "INC-7"
            ])
            .status,
        0
    );
    assert_eq!(bench.run(&["unlock", "Carla Eklund"]).status, 0);
    bench
}

#[test]
fn filters_narrow_and_an_invalid_filter_is_refused_with_the_reason() {
    let bench = two_batches();
    let batches = |args: &[&str]| {
        let all: Vec<&str> = ["history"].iter().chain(args).copied().collect();
        let json = bench.json(&all);
        json.as_array()
            .unwrap()
            .iter()
            .map(|batch| batch["Batch"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(batches(&["--action", "lock"]), [4]);
    assert_eq!(
        batches(&["--user", "carla"]),
        [5, 4, 3],
        "by the display name, which the entries do not have"
    );
    assert_eq!(batches(&["carla"]), [0_i64; 0]);
    assert_eq!(batches(&["--user", "eklund", "--limit", "1"]), [5]);
    let operator = bench.json(&["history"])[0]["Operator"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(batches(&["--operator", &operator.to_uppercase()]).len(), 5);
    assert_eq!(batches(&["--operator", "nobody"]), [0_i64; 0]);
    let time = bench.json(&["history", "--action", "lock"])[0]["Time"]
        .as_str()
        .unwrap()
        .to_owned();
    let day = &time[..10];
    assert!(batches(&["--since", &time]).contains(&4));
    assert!(
        !batches(&["--until", &time]).contains(&4),
        "its end is not in a span"
    );
    assert!(
        batches(&["--since", day, "--until", day]).contains(&4),
        "but all of a day is"
    );
    assert_eq!(batches(&["--until", "2001-01-01"]), [0_i64; 0]);
    for (args, words) in [
        (
            &["--since", "9/12/2026"][..],
            "\"9/12/2026\" is no time. Write it as in 2026-11-22",
        ),
        (&["--until", "soon"], "\"soon\" is no time."),
        (
            &["--action", "Lock"],
            "There is no action \"Lock\". Known are lock, unlock, change",
        ),
        (
            &["--since", "2026-11-23", "--until", "2026-11-22"],
            "--until lies before --since",
        ),
    ] {
        for before in [&["history"][..], &["history", "export", "never.csv"]] {
            let ran = bench.run(&[before, args].concat());
            assert_eq!(ran.status, 2, "{ran:?}");
            assert!(ran.err.contains(words) && ran.out.is_empty(), "{ran:?}");
        }
    }
}

#[test]
fn one_batch_is_shown_with_all_that_it_did() {
    let bench = two_batches();
    let shown = bench.run(&["history", "show", "4"]);
    assert_eq!(shown.status, 0);
    for part in [
        "4  Lock: 1 changed",
        "Ticket: INC-7",
        "sip:ceklund@litwareinc.com",
        "locked by administrator",
    ] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let json = bench.json(&["history", "show", "4"]);
    assert_eq!(
        (json["Batch"].as_i64(), json["Action"].as_str()),
        (Some(4), Some("lock"))
    );
    let entry = &json["Entries"][0];
    assert_eq!(entry["User"], "sip:ceklund@litwareinc.com");
    assert_eq!(
        (&entry["Kind"], &entry["Before"]),
        (&"changed".into(), &"unlocked".into())
    );
    assert_eq!(
        bench.json(&["history", "show", "3"])["SourceSha256"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    let missing = bench.run(&["history", "show", "99"]);
    assert_eq!(
        (missing.status, missing.err.trim()),
        (2, "pindesk: There is no batch 99 in this store.")
    );
    assert_eq!(bench.run(&["history", "show", "four"]).status, 2);
}

#[test]
fn the_history_is_exported_and_a_batch_reported() {
    let bench = two_batches();
    let csv = bench.file("history.csv", "older");
    let ran = bench.run(&[
        "history", "export", &csv, "--action", "lock", "--user", "carla",
    ]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("1 row of the history."), "{}", ran.err);
    let text = std::fs::read_to_string(&csv).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0][0], &rows[0][6], &rows[0][10]),
        ("4", "changed", "'=1+1")
    );
    let page = bench.folder.path().join("batch.html");
    let page = page.to_str().unwrap();
    assert_eq!(bench.run(&["history", "report", "4", page]).status, 0);
    assert!(
        std::fs::read_to_string(page)
            .unwrap()
            .contains("Batch 4: Lock, 1 changed")
    );
    let archive = bench.folder.path().join("evidence.zip");
    let ran = bench.run(&["history", "evidence", "4", archive.to_str().unwrap()]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(std::fs::read(&archive).unwrap().starts_with(b"PK"));
    let missing = bench.run(&["history", "report", "99", page]);
    assert_eq!(
        (missing.status, missing.err.trim()),
        (2, "pindesk: There is no batch 99 in this store.")
    );
    assert!(
        std::fs::read_to_string(page).unwrap().contains("Batch 4"),
        "what was there stays"
    );
    let store = bench.store();
    let over_the_store = bench.run(&["history", "export", store.to_str().unwrap()]);
    assert_eq!(over_the_store.status, 2);
    assert!(
        over_the_store.err.contains("there is a database"),
        "{}",
        over_the_store.err
    );
}
