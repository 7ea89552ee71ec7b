//! Stores of an older PinDesk: they are brought up to date when they are opened, but only if their
//! history is the one that this computer has seen.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use pindesk::cli::{CommandEnvironment, ExitStatus};
use pindesk::store::Witness;
use serde_json::Value;
use tempfile::TempDir;

use crate::people::{environment, give_role, noon, ran, says_once_that_it_waits};
use crate::setup::Bench;

const RELEASED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stores/v5.db");

/// The last entry of the released store.
const LAST_ENTRY: i64 = 45;

/// Half an hour after the last entry.
fn later() -> DateTime<Utc> {
    "2026-11-28T22:30:00Z".parse().unwrap()
}

/// A computer that has seen the released store after it was brought up to date, and in whose place
/// the released store was put again.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Self { folder };
        desk.put_released();
        let seen = desk.run(&["unlock", "Ken Myer"]);
        assert_eq!((seen.0, seen.2.as_str()), (ExitStatus::DONE, ""));
        fs::remove_dir_all(desk.backups()).unwrap();
        desk.put_released();
        desk
    }

    fn put_released(&self) {
        for end in ["-wal", "-shm"] {
            drop(fs::remove_file(format!("{}{end}", self.store().display())));
        }
        fs::write(self.store(), fs::read(RELEASED).unwrap()).unwrap();
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("pindesk.db")
    }

    fn backups(&self) -> PathBuf {
        self.folder.path().join("backups")
    }

    fn environment(&self) -> CommandEnvironment {
        CommandEnvironment {
            witness: Some(Witness::in_folder(self.folder.path().join("seen"))),
            ..environment(r"litwareinc\ann", later)
        }
    }

    fn run(&self, args: &[&str]) -> (ExitStatus, String, String) {
        ran(&self.environment(), &self.store(), args)
    }

    #[track_caller]
    fn is_as_released(&self) {
        let released = fs::read(RELEASED).unwrap();
        assert!(fs::read(self.store()).unwrap() == released);
        let log = format!("{}-wal", self.store().display());
        let log = fs::metadata(Path::new(&log)).map_or(0, |log| log.len());
        assert_eq!(log, 0, "nothing was written");
        assert!(!self.backups().exists());
    }
}

#[test]
fn an_older_copy_is_brought_up_to_date_only_after_it_is_accepted() {
    let desk = Desk::new();
    for args in [
        &["unlock", "Ken Myer"][..],
        &["roles", "grant", "CsHelpDesk", "carol"],
    ] {
        let (status, _, err) = desk.run(args);
        assert_eq!(status, ExitStatus::STORE_FAILED, "{err}");
        let said = format!("it ends with entry {LAST_ENTRY},");
        assert!(err.contains(&said), "{err}");
        assert!(err.contains("--accept-history"), "{err}");
        desk.is_as_released();
    }
    let accepted = desk.run(&["unlock", "Ken Myer", "--accept-history"]);
    assert_eq!((accepted.0, accepted.2.as_str()), (ExitStatus::DONE, ""));
    let (_, batches, _) = desk.run(&["history", "--format", "json"]);
    let batches: Value = serde_json::from_str(&batches).unwrap();
    let actions: Vec<&str> = (0..3)
        .map(|index| batches[index]["Action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["unlock", "accept-history", "upgrade-store"]);
    let reason = batches[1]["Reason"].as_str().unwrap();
    let expected = format!("older copy, which ended with entry {LAST_ENTRY}");
    assert!(reason.starts_with(&expected), "{reason}");
    let quiet = desk.run(&["history", "verify"]);
    assert_eq!((quiet.0, quiet.2.as_str()), (ExitStatus::DONE, ""));
}

#[test]
fn an_older_copy_can_be_looked_into_and_stays_as_it_is() {
    let desk = Desk::new();
    for args in [
        &["info", "Ken Myer"][..],
        &["history"],
        &["history", "verify"],
        &["unlock", "Ken Myer", "--what-if"],
    ] {
        let (status, _, err) = desk.run(args);
        assert_eq!(status, ExitStatus::DONE, "{err}");
        assert!(err.contains("older copy of the store"), "{err}");
        assert!(err.contains(&format!("entry {LAST_ENTRY},")), "{err}");
        desk.is_as_released();
    }
}

#[test]
fn what_a_restore_would_undo_is_shown_without_changing_an_older_store() {
    let desk = Desk::new();
    let copy = desk.folder.path().join("copy.db");
    let backup = desk.run(&["backup", copy.to_str().unwrap()]);
    assert_eq!(backup.0, ExitStatus::DONE, "{}", backup.2);
    let shown = desk.run(&["restore", copy.to_str().unwrap(), "--what-if"]);
    assert_eq!(shown.0, ExitStatus::DONE, "{}", shown.2);
    desk.is_as_released();
}

#[test]
fn an_older_store_that_was_not_replaced_is_brought_up_to_date_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk { folder };
    desk.put_released();
    for args in [&["info", "Ken Myer"][..], &["unlock", "Ken Myer"]] {
        let quiet = desk.run(args);
        assert_eq!((quiet.0, quiet.2.as_str()), (ExitStatus::DONE, ""));
    }
}

/// The ID of an account is kept when the account opens a store for the first time.
#[test]
fn opening_an_older_copy_does_not_keep_the_id_of_the_account_in_it() {
    let bench = Bench::filled_at_noon();
    give_role(&bench, "CsAdministrator", "ann");
    let copy = bench.folder.path().join("copy.db");
    fs::copy(bench.store(), &copy).unwrap();
    let seen = || Some(Witness::in_folder(bench.folder.path().join("seen")));
    let mut desk = CommandEnvironment {
        witness: seen(),
        ..environment("ann", noon)
    };
    let done = ran(&desk, &bench.store(), &["unlock", "Ken Myer"]);
    assert_eq!(done.0, ExitStatus::DONE, "{}", done.2);
    fs::copy(&copy, bench.store()).unwrap();
    let before = bench.content().1;
    desk.operator.id = Some("S-1-5-21-1".to_owned());
    let refused = ran(&desk, &bench.store(), &["unlock", "Ken Myer"]);
    assert_eq!(refused.0, ExitStatus::STORE_FAILED, "{}", refused.2);
    assert_eq!(bench.content().1, before);
}

#[test]
fn a_command_that_waits_while_it_opens_a_store_says_so_once() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk { folder };
    desk.put_released();
    let other = rusqlite::Connection::open(desk.store()).unwrap();
    let info = &["info", "Ken Myer"];
    says_once_that_it_waits(desk.environment(), desk.store(), &other, info);
}
