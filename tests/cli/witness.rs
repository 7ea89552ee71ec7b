//! A history that is not the one that the computer has seen: rewritten, an older copy, another
//! store, and the reasons that are none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use pindesk::domain::text::hex;
use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::setup::{Bench, Ran, command, data_folder};

const KEN: &str = "sip:kenmyer@litwareinc.com";
const CARLA: &str = "sip:ceklund@litwareinc.com";

/// The program of an account with a data folder of its own.
fn on_another_desk(bench: &Bench, store: &Path, args: &[&str]) -> Ran {
    let folder = bench.folder.path().join("other-account");
    ran(&command(store, args)
        .env("XDG_DATA_HOME", folder)
        .output()
        .unwrap())
}

fn ran(output: &Output) -> Ran {
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Puts a file in the place of the store, as `cp` does.
fn replace_store(bench: &Bench, copy: &Path) {
    for end in ["-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{end}", bench.store().display())));
    }
    fs::copy(copy, bench.store()).unwrap();
}

/// A store of which the computer has seen a lock since the backup that is returned.
fn locked_since_backup() -> (Bench, PathBuf) {
    let bench = Bench::filled();
    let copy = bench.folder.path().join("copy.db");
    assert_eq!(bench.run(&["backup", copy.to_str().unwrap()]).status, 0);
    assert_eq!(bench.run(&["lock", CARLA]).status, 0);
    (bench, copy)
}

/// Changes the reason of the last batch, and hashes all entries again, so that nothing inside the
/// file shows that.
fn rewrite_last_reason(sql: &Connection) {
    let triggers: Vec<(String, String)> = sql
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, _) in &triggers {
        sql.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    let (batch, seq, after): (i64, i64, String) = sql
        .query_row(
            "SELECT batch_id, seq, after FROM history WHERE kind = 'batch' ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let mut after: Value = serde_json::from_str(&after).unwrap();
    after[5] = "asked by phone".into();
    sql.execute(
        "UPDATE batches SET reason = 'asked by phone' WHERE id = ?1",
        [batch],
    )
    .unwrap();
    sql.execute(
        "UPDATE history SET after = ?2 WHERE seq = ?1",
        params![seq, after.to_string()],
    )
    .unwrap();
    hash_again(sql);
    for (_, trigger) in triggers {
        sql.execute_batch(&trigger).unwrap();
    }
}

fn hash_again(sql: &Connection) {
    let columns = "seq, batch_id, kind, user_id, target, before, after, note";
    let rows: Vec<Vec<Value>> = sql
        .prepare(&format!("SELECT {columns} FROM history ORDER BY seq"))
        .unwrap()
        .query_map([], |row| {
            let text = |index| row.get::<_, Option<String>>(index).map(Value::from);
            let number = |index| row.get::<_, Option<i64>>(index).map(Value::from);
            let mut values = vec![number(0)?, number(1)?, text(2)?, number(3)?];
            for index in 4..8 {
                values.push(text(index)?);
            }
            Ok::<_, rusqlite::Error>(values)
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut prev = [0_u8; 32];
    for mut values in rows {
        let seq = values[0].as_i64().unwrap();
        if values[7].is_null() {
            values.pop();
        }
        let text = format!("{}\n{}\n", hex(&prev), Value::from(values));
        let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        sql.execute(
            "UPDATE history SET prev_hash = ?2, hash = ?3 WHERE seq = ?1",
            params![seq, prev, hash],
        )
        .unwrap();
        let head = format!("{seq} {}", hex(&hash));
        sql.execute(
            "UPDATE meta SET value = ?1 WHERE key = 'history_head'",
            [head],
        )
        .unwrap();
        prev = hash;
    }
}

/// Reads warn, writes are refused with status 3, and nothing changes until the history is accepted,
/// which is recorded.
#[track_caller]
fn is_named_and_refused_until_accepted(bench: &Bench, said: &str) {
    let before = bench.content();
    for args in [
        &["info", KEN][..],
        &["unlock", KEN, "--what-if"],
        &["history"],
    ] {
        let read = bench.run(args);
        assert_eq!(read.status, 0, "{read:?}");
        assert!(read.err.contains(said), "{read:?}");
        assert!(read.err.contains("--accept-history"), "{read:?}");
    }
    let refused = bench.run(&["unlock", KEN]);
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains(said), "{refused:?}");
    assert!(refused.err.contains("Nothing was changed"), "{refused:?}");
    assert_eq!(bench.content(), before);

    let accepted = bench.run(&["unlock", KEN, "--accept-history"]);
    assert_eq!(
        (accepted.status, accepted.err.as_str()),
        (0, ""),
        "{accepted:?}"
    );
    let quiet = bench.run(&["info", KEN]);
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
    let batches = bench.json(&["history", "--action", "accept-history"]);
    assert_eq!(batches.as_array().unwrap().len(), 1, "{batches}");
    let reason = batches[0]["Reason"].as_str().unwrap();
    assert!(reason.contains("expected"), "{reason}");
}

#[test]
fn a_backup_that_was_copied_over_the_store_by_hand_is_an_older_copy() {
    let (bench, copy) = locked_since_backup();
    replace_store(&bench, &copy);
    is_named_and_refused_until_accepted(&bench, "This is an older copy of the store: it ends");
}

#[test]
fn a_history_that_was_hashed_again_is_rewritten_though_verify_finds_nothing() {
    let (bench, _) = locked_since_backup();
    rewrite_last_reason(&bench.sql());
    let verified = bench.run(&["history", "verify"]);
    assert_eq!(verified.status, 0, "{verified:?}");
    is_named_and_refused_until_accepted(&bench, "The history of this store was rewritten");
}

#[test]
fn another_store_in_its_place_is_named() {
    let (bench, _) = locked_since_backup();
    let other = Bench::empty();
    assert_eq!(
        other.run(&["import", "users", crate::setup::USERS]).status,
        0
    );
    assert_eq!(other.run(&["import", "pins", crate::setup::PINS]).status, 0);
    replace_store(&bench, &other.store());
    is_named_and_refused_until_accepted(&bench, "This is another store than the one");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_store_leads_to_an_older_copy() {
    let (bench, copy) = locked_since_backup();
    let elsewhere = bench.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let target = elsewhere.join("older.db");
    fs::copy(&copy, &target).unwrap();
    for end in ["", "-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{end}", bench.store().display())));
    }
    std::os::unix::fs::symlink(&target, bench.store()).unwrap();
    let refused = bench.run(&["unlock", KEN]);
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains("older copy"), "{refused:?}");
}

#[test]
fn a_store_that_pindesk_makes_where_one_was_deleted_is_no_surprise() {
    let (bench, _) = locked_since_backup();
    for end in ["", "-wal", "-shm"] {
        drop(fs::remove_file(format!("{}{end}", bench.store().display())));
    }
    assert_eq!(bench.run(&["init"]).status, 0);
    let quiet = bench.run(&["history"]);
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
}

#[test]
fn a_backup_that_was_restored_with_pindesk_is_known_here_and_told_elsewhere() {
    let (bench, copy) = locked_since_backup();
    let seen = on_another_desk(&bench, &bench.store(), &["info", KEN]);
    assert_eq!((seen.status, seen.err.as_str()), (0, ""));
    let restored = bench.run(&["restore", copy.to_str().unwrap()]);
    assert_eq!(restored.status, 0, "{restored:?}");
    let here = bench.run(&["lock", CARLA]);
    assert_eq!((here.status, here.err.as_str()), (0, ""));
    let told = on_another_desk(&bench, &bench.store(), &["unlock", CARLA]);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(told.err.contains("has restored a backup"), "{told:?}");
    let quiet = on_another_desk(&bench, &bench.store(), &["lock", CARLA]);
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
}

#[test]
fn a_restore_explains_no_change_before_it_and_none_after_it() {
    let (bench, copy) = locked_since_backup();
    let restored = bench.run(&["restore", copy.to_str().unwrap()]);
    assert_eq!(restored.status, 0, "{restored:?}");
    let of_restored = bench.folder.path().join("restored.db");
    let backup = bench.run(&["backup", of_restored.to_str().unwrap()]);
    assert_eq!(backup.status, 0, "{backup:?}");
    assert_eq!(bench.run(&["lock", CARLA]).status, 0);
    replace_store(&bench, &of_restored);
    is_named_and_refused_until_accepted(&bench, "This is an older copy of the store");
}

#[test]
fn a_copy_beside_the_store_has_a_witness_of_its_own() {
    let (bench, copy) = locked_since_backup();
    let trial = bench.folder.path().join("trial.db");
    fs::copy(&copy, &trial).unwrap();
    for args in [&["unlock", KEN][..], &["lock", KEN], &["info", KEN]] {
        let tried = ran(&command(&trial, args).output().unwrap());
        assert_eq!((tried.status, tried.err.as_str()), (0, ""), "{tried:?}");
        let quiet = bench.run(&["info", KEN]);
        assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
    }
    drop(fs::remove_file(bench.folder.path().join("trial.db-wal")));
    fs::copy(&copy, &trial).unwrap();
    let older = ran(&command(&trial, &["unlock", KEN]).output().unwrap());
    assert_eq!(older.status, 3, "{older:?}");
    replace_store(&bench, &copy);
    assert_eq!(bench.run(&["unlock", KEN]).status, 3);
}

#[test]
fn a_store_that_was_moved_is_known_again_and_an_older_one_is_told() {
    let (bench, copy) = locked_since_backup();
    let moved = bench.folder.path().join("moved.db");
    fs::rename(bench.store(), &moved).unwrap();
    let quiet = ran(&command(&moved, &["info", KEN]).output().unwrap());
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
    fs::remove_file(&moved).unwrap();
    let older = bench.folder.path().join("older.db");
    fs::copy(&copy, &older).unwrap();
    let told = ran(&command(&older, &["lock", CARLA]).output().unwrap());
    assert_eq!(told.status, 0, "{told:?}");
    assert!(
        told.err.contains("older copy") && told.err.contains("moved.db"),
        "{told:?}"
    );
}

#[test]
fn a_record_names_the_whole_path_also_of_a_store_in_the_current_folder() {
    let bench = Bench::filled();
    let here = |args: &[&str]| {
        let mut command = command(Path::new("pindesk.db"), args);
        let command = command
            .current_dir(bench.folder.path())
            .env("XDG_DATA_HOME", data_folder(&bench.store()));
        ran(&command.output().unwrap())
    };
    assert_eq!(here(&["unlock", KEN]).status, 0);
    let seen = data_folder(&bench.store()).join("pindesk").join("seen");
    let file = fs::read_dir(seen).unwrap().next().unwrap().unwrap().path();
    let record: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert!(
        Path::new(record["path"].as_str().unwrap()).is_absolute(),
        "{record}"
    );
}

#[test]
fn looking_into_a_backup_is_no_sight_of_a_store() {
    let (bench, copy) = locked_since_backup();
    for _ in 0..2 {
        let looked = ran(&command(&copy, &["info", KEN]).output().unwrap());
        assert_eq!((looked.status, looked.err.as_str()), (0, ""));
    }
    let newer = bench.run(&["backup", copy.to_str().unwrap()]);
    assert_eq!(newer.status, 0, "{newer:?}");
    let looked = ran(&command(&copy, &["info", KEN]).output().unwrap());
    assert_eq!((looked.status, looked.err.as_str()), (0, ""));
}

#[test]
fn an_account_without_a_role_is_warned_and_accepts_for_itself() {
    let (bench, copy) = locked_since_backup();
    bench
        .sql()
        .execute(
            "UPDATE operator_roles SET role = 'CsViewOnlyAdministrator'",
            [],
        )
        .unwrap();
    replace_store(&bench, &copy);
    bench
        .sql()
        .execute("DELETE FROM operator_roles", [])
        .unwrap();
    assert!(bench.run(&["info", KEN]).err.contains("older copy"));
    let entries = bench.content().1;
    let accepted = bench.run(&["info", KEN, "--accept-history"]);
    assert_eq!((accepted.status, accepted.err.as_str()), (0, ""));
    assert_eq!(bench.content().1, entries);
    assert_eq!(bench.run(&["info", KEN]).err, "");
}

#[test]
fn a_data_folder_that_cannot_be_written_stops_nothing_and_is_said_by_verify() {
    let bench = Bench::filled();
    fs::write(data_folder(&bench.store()), "a file, not a folder").unwrap();
    let quiet = bench.run(&["unlock", KEN]);
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""));
    let said = bench.run(&["history", "verify"]);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.err.contains("cannot be kept"), "{said:?}");
}

#[test]
fn what_was_seen_lies_in_the_data_folder_for_its_owner_alone() {
    let bench = Bench::filled();
    assert_eq!(bench.run(&["unlock", KEN]).status, 0);
    let seen = data_folder(&bench.store()).join("pindesk").join("seen");
    let files: Vec<PathBuf> = fs::read_dir(&seen)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    let record: Value = serde_json::from_slice(&fs::read(&files[0]).unwrap()).unwrap();
    assert_eq!(record["store"], bench.store_id());
    assert_eq!(record["entry"], bench.content().1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&files[0]).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn no_test_starts_the_program_with_the_data_folder_of_the_account() {
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))];
    let (mut starters, program) = (0, concat!("CARGO_BIN_EXE", "_pindesk"));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            if text.contains(program) {
                starters += 1;
                assert!(
                    text.contains(".env(\"XDG_DATA_HOME\""),
                    "{}",
                    path.display()
                );
            }
        }
    }
    assert_eq!(starters, 2);
}
