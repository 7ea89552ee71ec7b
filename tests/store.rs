//! The store on real files: opening, finding, importing, changing and refusing.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, thread};

use chrono::Duration;
use common::in_a_file::in_a_file;
use common::sql::{PlainSql, TextRow};
use common::{TempStore, admin, names, new_path_in, now, operator, pin_set, request, typed};
use pindesk::domain::filter::Filter;
use pindesk::domain::identity::Identity;
use pindesk::domain::pin::{Failures, Lock, LockCause, PinState};
use pindesk::domain::role::{BUILT_IN, Operator, Permission, cmdlet};
use pindesk::domain::user::{Account, UserId, UserNames};
use pindesk::exchange::{ExportKind, export};
use pindesk::plan::import::{ImportGroup, ImportVerdict, PinFacts};
use pindesk::plan::{Action, Match, Outcome, Plan, Refusal, Target};
use pindesk::progress::{Progress, Unwatched};
use pindesk::store::{HistoryKind, HistoryQuery, Store, StoreError};
use pindesk::zone::Zone;
use rusqlite::Connection;

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");
const ANNA: (&str, &str) = ("Anna Smith", "asmith");

fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, &admin(), now())
}

fn history_length(temp: &TempStore) -> i64 {
    temp.sql().number("SELECT count(*) FROM history")
}

/// Cancels from the beginning.
struct Cancels;

impl Progress for Cancels {
    fn advance(&self, _done: u64, _total: u64) {}
    fn is_cancelled(&self) -> bool {
        true
    }
}

// Opening

#[cfg(unix)]
#[test]
fn a_new_store_and_the_folders_made_for_it_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("data/pindesk/pindesk.db");
    let _store = open(&path).unwrap();
    for made in ["data", "data/pindesk"] {
        assert_eq!(mode(&folder.path().join(made)), 0o700, "{made}");
    }
    for made in ["pindesk.db", "pindesk.db-wal", "pindesk.db-shm"] {
        assert_eq!(mode(&path.with_file_name(made)), 0o600, "{made}");
    }
    assert_eq!(
        mode(folder.path()),
        0o755,
        "a folder that was there is left as it was"
    );
}

#[test]
fn a_store_that_is_opened_again_is_the_same() {
    let temp = TempStore::with(&[KEN]);
    let (id, length) = (temp.store.id().to_owned(), history_length(&temp));
    let again = temp.again();
    assert_eq!(again.id(), id);
    assert_eq!(
        again.user(temp.id("kenmyer")).unwrap(),
        Some(temp.user("kenmyer"))
    );
    assert_eq!(
        history_length(&temp),
        length,
        "opening is not worth an entry"
    );
    assert_ne!(TempStore::new().store.id(), id);
}

#[test]
fn programs_that_make_the_same_store_at_once_agree_on_one() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = new_path_in(&folder, "new/pindesk.db");
        let ids = thread::scope(|scope| {
            let opening: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(|| {
                        let opened = Store::open_or_make(&path, &admin(), now());
                        opened.unwrap().id().to_owned()
                    })
                })
                .collect();
            opening
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(
            Store::open(&path, &admin(), now())
                .unwrap()
                .batches(&HistoryQuery::default(), 9, &Unwatched)
                .unwrap()
                .len(),
            1
        );
    }
}

#[test]
fn a_file_that_is_not_a_store_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.db");
    let not_a_database = || StoreError::NotADatabase { path: path.clone() };
    let not_a_store = || StoreError::NotAStore { path: path.clone() };
    let too_new = || StoreError::TooNew {
        found: 99,
        known: 15,
        path: path.clone(),
    };
    let text = |text: &str| fs::write(&path, text).unwrap();
    let sql = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    type Case<'a> = (&'a str, &'a dyn Fn(), StoreError);
    let cases: [Case<'_>; 7] = [
        (
            "a text",
            &|| text("Identity,IsPinSet\r\nkenmyer,True\r\n"),
            not_a_database(),
        ),
        ("a short text", &|| text("SQLite"), not_a_database()),
        (
            "the beginning of a database",
            &|| text("SQLite format 3\0"),
            not_a_database(),
        ),
        (
            "another program's database",
            &|| sql("CREATE TABLE notes (text)"),
            not_a_store(),
        ),
        (
            "another program's empty database",
            &|| sql("PRAGMA application_id = 42; VACUUM"),
            not_a_store(),
        ),
        (
            "a newer store",
            &|| drop(open(&path).map(|_| sql("PRAGMA user_version = 99"))),
            too_new(),
        ),
        (
            "a newer store with other tables",
            &|| drop(open(&path).map(|_| sql("PRAGMA user_version = 99; DROP TABLE meta"))),
            too_new(),
        ),
    ];
    for (name, make, expected) in cases {
        make();
        let before = fs::read(&path).unwrap();
        assert_eq!(open(&path).unwrap_err(), expected, "{name}");
        assert!(fs::read(&path).unwrap() == before, "{name} was changed");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let folder_itself = folder.path().to_owned();
    for (path, is_file) in [
        (folder_itself, false),
        (folder.path().join("file/pindesk.db"), true),
    ] {
        let error = open(&path).unwrap_err();
        let kind = match &error {
            StoreError::CannotOpen { .. } => Some(true),
            StoreError::NotAFile { .. } => Some(false),
            _ => None,
        };
        assert_eq!(kind, Some(is_file), "{error}");
        assert!(
            error.to_string().ends_with(&path.display().to_string()),
            "{error}"
        );
    }
}

/// Reads and writes every part of a store once.
fn use_everywhere(path: &Path) -> Result<(), StoreError> {
    let mut store = open(path)?;
    let mut ids = Vec::new();
    store.for_each_user(|user| {
        ids.push(user.id);
        true
    })?;
    for id in &ids {
        store.user_history(*id, 10)?;
    }
    store.each_pin_since(0, |_| true)?;
    store.find(&Identity::parse("User 7").unwrap())?;
    store.find(&Identity::parse("user7@litwareinc.com").unwrap())?;
    store.verify_history(&Unwatched)?;
    let request = request(Action::Lock, ids.into_iter().map(Target::User).collect());
    let plan = store.plan(&request, &admin(), now(), &Unwatched)?.plan;
    store.apply(&plan, &admin(), now(), &Unwatched)?;
    Ok(())
}

/// A closed store of some hundred pages.
fn large_store() -> TempStore {
    let mut temp = TempStore::new();
    let user = |i| names(&format!("User {i}"), &format!("user{i}"));
    temp.import_users((0..200).map(user).collect()).unwrap();
    let facts: Vec<_> = (0..200).map(|i| (format!("user{i}"), pin_set())).collect();
    let facts: Vec<_> = facts
        .iter()
        .map(|(logon, facts)| (logon.as_str(), facts.clone()))
        .collect();
    let plan = temp.plan_pins(&facts);
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    temp
}

#[test]
fn a_damaged_store_is_said_to_be_damaged_whichever_page_it_is() {
    let _in_a_file = in_a_file();
    let temp = large_store();
    let (path, folder) = (temp.path(), temp.folder);
    drop(temp.store);
    let (whole, copy) = (fs::read(&path).unwrap(), folder.path().join("copy.db"));
    let page = 4096;
    let pages = whole.len() / page;
    assert!(pages > 40, "{pages} pages");
    let (mut noticed, mut outcomes) = (0, Vec::new());
    for at in (1..pages).step_by(3) {
        let overwritten = |bytes: &mut Vec<u8>| bytes[at * page..(at + 1) * page].fill(0xA5);
        // The header of the page stays whole.
        let scratched = |bytes: &mut Vec<u8>| {
            bytes[at * page..(at + 1) * page]
                .iter_mut()
                .skip(1000)
                .step_by(97)
                .for_each(|byte| *byte ^= 0xFF);
        };
        let cut_off = |bytes: &mut Vec<u8>| bytes.truncate(at * page);
        type Damage<'a> = (&'a str, &'a dyn Fn(&mut Vec<u8>));
        let damages: [Damage<'_>; 3] = [
            ("overwritten", &overwritten),
            ("scratched", &scratched),
            ("cut off", &cut_off),
        ];
        for (how, damage) in damages {
            let mut bytes = whole.clone();
            damage(&mut bytes);
            fs::write(&copy, bytes).unwrap();
            match use_everywhere(&copy) {
                Ok(()) => {}
                Err(StoreError::Damaged { .. }) => noticed += 1,
                Err(other) => outcomes.push(format!("page {at} {how}: {other}")),
            }
            for left in ["copy.db-wal", "copy.db-shm"] {
                fs::remove_file(folder.path().join(left)).ok();
            }
        }
    }
    assert_eq!(
        outcomes,
        Vec::<String>::new(),
        "anything but whole or damaged"
    );
    assert!(noticed > pages / 3, "{noticed} of {pages}");
}

/// Runs a test in a process that has to respect file permissions. If the tests run as root, which
/// may write every file, it is another process without that privilege.
#[cfg(unix)]
fn where_file_rights_hold(test: &str, body: impl FnOnce()) {
    use std::os::unix::fs::PermissionsExt as _;
    let probe = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new()
        .append(true)
        .open(probe.path())
        .is_err()
    {
        return body();
    }
    assert!(
        std::env::var_os("PINDESK_TEST_UNPRIVILEGED").is_none(),
        "this process still writes read-only files"
    );
    let output = std::process::Command::new("setpriv")
        .args(["--bounding-set=-dac_override,-dac_read_search", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("PINDESK_TEST_UNPRIVILEGED", "1")
        .output()
        .expect("setpriv (of util-linux) runs this test without root's privilege");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_read_only_store_can_be_looked_at_and_refuses_every_change() {
    where_file_rights_hold(
        "a_read_only_store_can_be_looked_at_and_refuses_every_change",
        || {
            let _in_a_file = in_a_file();
            let mut temp = TempStore::with(&[KEN]);
            let read_only = StoreError::ReadOnly { path: temp.path() };
            let path = temp.path();
            let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
            let import = temp.plan_users(vec![names("Anna Smith", "asmith")]);
            let length = history_length(&temp);
            drop(temp.store);
            set_mode(&path, 0o400);

            temp.store = open(&path).unwrap();
            assert_eq!(temp.plan(Action::Lock, typed(&["Ken Myer"])), lock);
            assert_eq!(temp.apply(&lock), Err(read_only.clone()));
            assert_eq!(
                temp.store.import(&import, &admin(), now(), &Unwatched),
                Err(read_only)
            );
            let nobody = operator("nobody");
            let refused = temp.store.apply(&lock, &nobody, now(), &Unwatched);
            assert!(
                matches!(refused, Err(StoreError::NotPermitted { .. })),
                "a refusal, also where none can be recorded"
            );
            assert!(!temp.is_locked("kenmyer"));
            assert_eq!(history_length(&temp), length);
        },
    );
}

#[cfg(unix)]
#[test]
fn a_store_in_a_read_only_folder_is_said_to_be_read_only() {
    where_file_rights_hold(
        "a_store_in_a_read_only_folder_is_said_to_be_read_only",
        || {
            let _in_a_file = in_a_file();
            let temp = TempStore::with(&[KEN]);
            let (path, folder) = (temp.path(), temp.folder);
            drop(temp.store);
            for mode in [0o400, 0o600] {
                set_mode(&path, mode);
                set_mode(folder.path(), 0o500);
                let opened = open(&path).map(drop);
                set_mode(folder.path(), 0o700);
                assert_eq!(
                    opened,
                    Err(StoreError::ReadOnly { path: path.clone() }),
                    "{mode:o}"
                );
            }
        },
    );
}

#[cfg(unix)]
#[test]
fn a_store_that_may_not_be_read_cannot_be_opened() {
    where_file_rights_hold("a_store_that_may_not_be_read_cannot_be_opened", || {
        let _in_a_file = in_a_file();
        let temp = TempStore::new();
        let path = temp.path();
        drop(temp.store);
        set_mode(&path, 0o000);
        assert!(matches!(open(&path), Err(StoreError::CannotOpen { .. })));
    });
}

// Stores that are read slowly

#[test]
fn a_reader_that_waits_between_users_lets_the_log_be_emptied() {
    let _in_a_file = in_a_file();
    let temp = TempStore::with(&[KEN, ("Pilar Ackerman", "packerman")]);
    let other = temp.plain();
    let mut users = 0;
    temp.store
        .for_each_user_by_name(|_| {
            users += 1;
            other
                .execute_batch("UPDATE counters SET value = value + 1 WHERE name = 'version'")
                .unwrap();
            let is_busy: bool = other
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
                .unwrap();
            assert!(!is_busy, "the reader holds its moment");
            true
        })
        .unwrap();
    assert_eq!(users, 2);
}

/// A program that reads an export slowly: whenever it gets a part, somebody else writes.
struct SlowReader {
    other: Connection,
    written: usize,
}

impl std::io::Write for SlowReader {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.other
            .execute_batch("UPDATE counters SET value = value + 1 WHERE name = 'version'")
            .unwrap();
        let is_busy: bool = self
            .other
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .unwrap();
        assert!(!is_busy, "the export holds its moment");
        self.written += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_export_that_waits_for_its_reader_lets_the_log_be_emptied() {
    let _in_a_file = in_a_file();
    let temp = TempStore::with(&[KEN, ("Pilar Ackerman", "packerman")]);
    let ids = [temp.id("kenmyer"), temp.id("packerman")];
    let mut reader = SlowReader {
        other: temp.plain(),
        written: 0,
    };
    for kind in [ExportKind::Users, ExportKind::Pins] {
        let count = export(&temp.store, kind, &ids, now(), &mut reader, &Unwatched).unwrap();
        assert_eq!(count, 2);
    }
    assert!(reader.written > 0);
}

// Stores that cannot be written

#[test]
fn while_another_program_writes_for_too_long_nothing_is_changed_or_lost() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let length = history_length(&temp);
    let other = temp.sql();
    other.begin_write();
    let patience = Duration::milliseconds(300).to_std().unwrap();
    temp.store
        .set_waiter(Some(Arc::new(move |waited| waited < patience)));
    assert_eq!(
        temp.apply(&plan),
        Err(StoreError::Busy { path: temp.path() })
    );
    assert!(!temp.is_locked("kenmyer"), "reading goes on meanwhile");
    other.run("ROLLBACK");
    assert_eq!(history_length(&temp), length);
    assert_eq!(
        temp.apply(&plan).unwrap().changed,
        [temp.id("kenmyer")],
        "the same plan still holds"
    );
}

/// Runs a test on a disk of one megabyte, in another process whose folder is a small file system.
#[cfg(target_os = "linux")]
fn on_a_small_disk(test: &str, body: impl FnOnce(&Path)) {
    const DISK: &str = "PINDESK_TEST_SMALL_DISK";
    if let Some(disk) = std::env::var_os(DISK) {
        return body(Path::new(&disk));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    for way in [&["--user", "--map-root-user", "--mount"][..], &["--mount"]] {
        let output = std::process::Command::new("unshare")
            .args(way)
            .args([
                "--",
                "sh",
                "-c",
                &format!("mount -t tmpfs -o size=1m tmpfs \"${DISK}\" && exec \"$@\""),
                "sh",
            ])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(DISK, folder.path())
            .output()
            .expect("unshare (of util-linux) runs this test on a small disk");
        said += &String::from_utf8_lossy(&output.stdout);
        said += &String::from_utf8_lossy(&output.stderr);
        if output.status.success() && said.contains("1 passed") {
            return;
        }
    }
    panic!(
        "Failed on a small disk, or may not mount one (which needs a user namespace or root):\n{said}"
    );
}

/// Fills a disk to its last byte. The disk has space again when this file is removed.
#[cfg(target_os = "linux")]
fn fill(disk: &Path) -> std::path::PathBuf {
    use std::io::Write as _;
    let path = disk.join("filler");
    let mut filler = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .unwrap();
    for size in [4096, 1] {
        while filler.write_all(&vec![0; size]).is_ok() {}
    }
    path
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_changed_or_lost() {
    on_a_small_disk("on_a_full_disk_nothing_is_changed_or_lost", |disk| {
        let _in_a_file = in_a_file();
        let mut temp = large_store();
        let path = disk.join("pindesk.db");
        let full = StoreError::DiskFull { path: path.clone() };
        let made = temp.path();
        drop(temp.store);
        fs::copy(made, &path).unwrap();
        temp.store = open(&path).unwrap();
        let plan = temp.plan(Action::Lock, vec![Target::Filter(Filter::All)]);
        let import = temp.plan_users(
            (0..200)
                .map(|i| names(&format!("New {i}"), &format!("new{i}")))
                .collect(),
        );
        let length = history_length(&temp);

        let filler = fill(disk);
        for _ in 0..2 {
            assert_eq!(temp.apply(&plan), Err(full.clone()));
            assert_eq!(
                temp.store.import(&import, &admin(), now(), &Unwatched),
                Err(full.clone())
            );
            assert!(!temp.is_locked("user7"), "reading goes on");
        }
        drop(temp.store);
        fill(disk);
        assert_eq!(open(&path).unwrap_err(), full);
        fs::remove_file(filler).unwrap();

        temp.store = open(&path).unwrap();
        assert_eq!(history_length(&temp), length);
        assert_eq!(
            temp.store.verify_history(&Unwatched).unwrap().first_break,
            None
        );
        assert_eq!(
            temp.apply(&plan).unwrap().changed.len(),
            200,
            "with space again the same plan holds"
        );
        assert_eq!(
            temp.store
                .import(&import, &admin(), now(), &Unwatched)
                .unwrap()
                .added,
            200
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_is_made_on_a_full_disk_as_soon_as_there_is_space() {
    on_a_small_disk(
        "a_store_is_made_on_a_full_disk_as_soon_as_there_is_space",
        |disk| {
            let path = disk.join("pindesk.db");
            let filler = fill(disk);
            assert_eq!(
                open(&path).unwrap_err(),
                StoreError::DiskFull { path: path.clone() }
            );
            fs::remove_file(filler).unwrap();
            assert_eq!(open(&path).unwrap().is_empty(), Ok(true));
        },
    );
}

// Importing users

fn with_guid(names: UserNames, guid: &str) -> UserNames {
    UserNames {
        guid: Some(guid.to_owned()),
        ..names
    }
}

const GUID_1: &str = "6ec9e4b0-0c3e-4c0e-9a53-5f0f1e9cf001";
const GUID_2: &str = "6ec9e4b0-0c3e-4c0e-9a53-5f0f1e9cf002";

#[test]
fn users_are_imported_once_and_are_unchanged_the_second_time() {
    let mut temp = TempStore::new();
    let users = || {
        vec![
            with_guid(names("Ken Myer", "kenmyer"), GUID_1),
            names("Müller, Jörg", "jmueller"),
        ]
    };
    let imported = temp.import_users(users()).unwrap();
    assert_eq!((imported.added, imported.changed), (2, 0));
    assert_eq!(temp.user("jmueller").names, users()[1]);
    assert_eq!(
        temp.user("kenmyer").pin,
        PinState::default(),
        "a user without a PIN state has no PIN"
    );
    let braces = format!("{{{}}}", GUID_1.to_uppercase());
    for again in [
        users(),
        vec![with_guid(names("Ken Myer", "kenmyer"), &braces)],
        vec![names("Ken Myer", "kenmyer")],
    ] {
        let plan = temp.plan_users(again.clone());
        assert_eq!(
            (plan.rows.as_slice(), plan.unchanged),
            (&[][..], again.len())
        );
        assert!(!plan.changes_anything());
    }
}

#[test]
fn a_renamed_user_is_known_again_by_the_guid_and_found_by_the_new_names() {
    let mut temp = TempStore::new();
    temp.import_users(vec![with_guid(names("Ann Smith", "asmith"), GUID_1)])
        .unwrap();
    let id = temp.id("asmith");
    let married = with_guid(names("Ann Jones", "ajones"), GUID_1);
    let imported = temp.import_users(vec![married.clone()]).unwrap();
    assert_eq!((imported.added, imported.changed), (0, 1));
    assert_eq!(temp.user("ajones").names, married);
    assert_eq!(temp.id("ajones"), id);
    assert_eq!(
        temp.store.find(&Identity::parse("Ann Smith").unwrap()),
        Ok(Vec::new())
    );
    let history = temp.store.user_history(id, 10).unwrap();
    assert_eq!(
        (history[0].kind, history[0].action.word()),
        (HistoryKind::Names, "import-users")
    );
    assert_eq!(
        (history[0].operator.as_str(), history[0].source.as_deref()),
        (r"litwareinc\ann", Some("export.csv"))
    );
}

#[test]
fn two_people_are_never_made_one() {
    let ken = || names("Ken Myer", "kenmyer");
    let pilar = || names("Pilar Ackerman", "packerman");
    let both = UserNames {
        upn: pilar().upn,
        ..ken()
    };
    let stored = || vec![with_guid(ken(), GUID_1), pilar()];
    for (name, rows, conflict) in [
        (
            "another GUID",
            vec![with_guid(ken(), GUID_2)],
            "Ken Myer (sip:kenmyer@litwareinc.com) has one of these names already, but is somebody else (another GUID).",
        ),
        (
            "names of two people",
            vec![both.clone()],
            "Its names belong to two people: Ken Myer (sip:kenmyer@litwareinc.com) and Pilar Ackerman (sip:packerman@litwareinc.com).",
        ),
        (
            "a new name that is taken",
            vec![with_guid(both, GUID_1)],
            "One of its new names belongs to Pilar Ackerman (sip:packerman@litwareinc.com).",
        ),
        (
            "the same SIP address twice",
            {
                let (first, second) = (names("New One", "new1"), names("New Two", "new2"));
                vec![
                    first.clone(),
                    UserNames {
                        sip: first.sip,
                        ..second
                    },
                ]
            },
            "Line 2 of the file has the same SIP address.",
        ),
    ] {
        let mut temp = TempStore::new();
        temp.import_users(stored()).unwrap();
        let plan = temp.plan_users(rows);
        assert_eq!(
            plan.rows.last().map(|row| &row.verdict),
            Some(&ImportVerdict::Conflict(conflict.to_owned())),
            "{name}"
        );
        let conflicts = plan.count(ImportGroup::Conflict);
        assert_eq!(conflicts, 1, "{name}");
        let imported = temp
            .store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap();
        assert_eq!(
            imported.added as usize,
            plan.rows.len() - conflicts,
            "{name}"
        );
        assert_eq!(temp.user("kenmyer").names, stored()[0], "{name}");
        assert_eq!(temp.user("packerman").names, stored()[1], "{name}");
    }
}

#[test]
fn an_import_of_users_holds_only_while_nobody_has_changed_the_names() {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan_users(vec![names("Anna Smith", "asmith")]);
    temp.import_users(vec![names("Pilar Ackerman", "packerman")])
        .unwrap();
    let length = history_length(&temp);
    assert_eq!(
        temp.store.import(&plan, &admin(), now(), &Unwatched),
        Err(StoreError::Stale)
    );
    assert_eq!(history_length(&temp), length);

    let plan = temp.plan_users(vec![names("Anna Smith", "asmith")]);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    assert_eq!(
        temp.store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap()
            .added,
        1,
        "a lock is no change of names"
    );
}

#[test]
fn a_cancelled_import_changes_nothing() {
    let mut temp = TempStore::with(&[KEN]);
    let (length, freshness) = (history_length(&temp), temp.store.freshness());
    let plan = temp.plan_users(vec![
        names("Anna Smith", "asmith"),
        names("Pilar Ackerman", "packerman"),
    ]);
    assert_eq!(
        temp.store.import(&plan, &admin(), now(), &Cancels),
        Err(StoreError::Cancelled)
    );
    assert_eq!(
        (history_length(&temp), temp.store.freshness()),
        (length, freshness)
    );
    assert_eq!(
        temp.store.find(&Identity::parse("Anna Smith").unwrap()),
        Ok(Vec::new())
    );
}

#[test]
fn a_large_first_import_leaves_the_indexes_as_they_were() {
    let _in_a_file = in_a_file();
    let mut temp = TempStore::new();
    let schema = |temp: &TempStore| -> Vec<(String, Option<String>)> {
        let connection = temp.plain();
        let mut statement = connection
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .unwrap();
        statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let before = schema(&temp);
    let plan = temp.plan_users(
        (0..10_000)
            .map(|i| names(&format!("User {i}"), &format!("user{i}")))
            .collect(),
    );
    assert_eq!(
        temp.store.import(&plan, &admin(), now(), &Cancels),
        Err(StoreError::Cancelled)
    );
    assert_eq!(schema(&temp), before);
    assert_eq!(
        temp.store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap()
            .added,
        10_000
    );
    assert_eq!(schema(&temp), before);
    assert_eq!(temp.user("user9999").names.display_name, "User 9999");
    let check: String = temp
        .plain()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

#[test]
fn logon_domains_come_by_how_many_users_they_have() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let elsewhere = |logon: &str, domain: &str| {
        let mut names = names(logon, logon);
        names.account = Some(Account {
            domain: domain.to_owned(),
            logon: logon.to_owned(),
        });
        names
    };
    temp.import_users(vec![
        elsewhere("anna", "EMEA"),
        elsewhere("\u{10FFFF}odd", "emea"),
        elsewhere("otto", "emea"),
        elsewhere("]zoe", "asia"),
        UserNames {
            account: None,
            ..names("Nobody Here", "nobody")
        },
    ])
    .unwrap();
    assert_eq!(
        temp.store.logon_domains(9).unwrap(),
        ["EMEA", "litwareinc", "asia"]
    );
    assert_eq!(temp.store.logon_domains(1).unwrap(), ["EMEA"]);
}

#[test]
fn long_work_reports_how_far_it_is() {
    struct Watched(AtomicU64);
    impl Progress for Watched {
        fn advance(&self, done: u64, total: u64) {
            assert!(done <= total && total == 1300);
            assert!(self.0.swap(done, Ordering::Relaxed) < done);
        }
        fn is_cancelled(&self) -> bool {
            false
        }
    }
    let mut temp = TempStore::new();
    let plan = temp.plan_users(
        (0..1300)
            .map(|i| names(&format!("User {i}"), &format!("user{i}")))
            .collect(),
    );
    let watched = Watched(AtomicU64::new(0));
    temp.store.import(&plan, &admin(), now(), &watched).unwrap();
    assert_eq!(watched.0.into_inner(), 1300);
}

#[test]
fn a_user_twice_in_a_plan_is_changed_once() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let mut plan = temp.plan(Action::Lock, typed(&["Pilar Ackerman", "Ken Myer"]));
    plan.items.push(plan.items[0].clone());
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(
        applied.changed,
        [temp.id("packerman"), temp.id("kenmyer")],
        "in the order of the plan"
    );
    assert_eq!(
        applied
            .drifted
            .iter()
            .map(|drift| drift.id)
            .collect::<Vec<_>>(),
        [temp.id("packerman")]
    );
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

// Importing PIN states

fn administrators_lock() -> Lock {
    Lock {
        cause: LockCause::Administrator,
        since: Some(now()),
        until: None,
        by: Some(r"litwareinc\ann".to_owned()),
        reason: "lost phone".to_owned(),
        ticket: "INC-7".to_owned(),
    }
}

/// Writes a lock with any cause directly into the table.
fn lock_by_hand(temp: &TempStore, logon: &str, cause: LockCause) {
    temp.sql().run(&format!(
        "UPDATE pins SET lock_cause = '{}', lock_since = {}, local_failures = 2, global_failures = 9 WHERE user_id = {}",
        cause.word(),
        now().timestamp_millis(),
        temp.id(logon).0
    ));
}

#[test]
fn pin_states_are_imported_as_the_file_has_them() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let facts = PinFacts {
        is_set: true,
        is_locked_out: true,
        last_change: Some(now()),
        expires: Some(now() + Duration::days(9)),
    };
    let imported = temp.import_pin("kenmyer", &facts);
    assert_eq!(
        (imported.added, imported.changed, imported.drifted.len()),
        (0, 1, 0)
    );
    let pin = temp.user("kenmyer").pin;
    assert_eq!(
        (pin.is_set, pin.last_change, pin.expires),
        (true, facts.last_change, facts.expires)
    );
    assert_eq!(pin.status(now()).locked, Some(LockCause::Unknown));
    let history = temp.store.user_history(temp.id("kenmyer"), 1).unwrap();
    assert_eq!(
        (history[0].kind, history[0].action.word()),
        (HistoryKind::Pin, "import-pins")
    );
    assert_eq!(history[0].after.as_ref(), Some(&pin));
    assert_eq!(temp.plan_pins(&[("kenmyer", facts.clone())]).unchanged, 1);

    let plan = temp.plan_pins(&[
        ("kenmyer", pin_set()),
        ("packerman", pin_set()),
        ("kenmyer", facts),
    ]);
    assert_eq!((plan.unchanged, plan.rows.len()), (1, 2));
    assert_eq!(
        plan.rows[1].verdict,
        ImportVerdict::Duplicate { of_line: 2 }
    );
}

#[test]
fn a_file_adds_a_lock_and_takes_one_away_but_never_an_administrators() {
    use LockCause::*;
    for (stored, in_file, expected) in [
        (None, true, Some(Unknown)),
        (None, false, None),
        (Some(Unknown), true, Some(Unknown)),
        (Some(Unknown), false, None),
        (Some(System), true, Some(System)),
        (Some(System), false, None),
        (Some(Temporary), true, Some(Temporary)),
        (Some(Temporary), false, None),
        (Some(Administrator), true, Some(Administrator)),
        (Some(Administrator), false, Some(Administrator)),
    ] {
        let mut temp = TempStore::with(&[KEN]);
        if let Some(cause) = stored {
            lock_by_hand(&temp, "kenmyer", cause);
        }
        temp.import_pin(
            "kenmyer",
            &PinFacts {
                is_locked_out: in_file,
                ..pin_set()
            },
        );
        let pin = temp.user("kenmyer").pin;
        assert_eq!(
            pin.status(now()).locked,
            expected,
            "{stored:?}, in the file {in_file}"
        );
        let kept = expected.is_some() && stored.is_some();
        assert_eq!(
            pin.failures != Failures::default(),
            kept,
            "counters go with the lock: {stored:?} {in_file}"
        );
    }
}

#[test]
fn a_file_that_says_unlocked_is_in_conflict_with_an_administrators_lock() {
    let mut temp = TempStore::with(&[KEN]);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    let other_expiry = PinFacts {
        expires: Some(now()),
        ..pin_set()
    };
    let plan = temp.plan_pins(&[("kenmyer", other_expiry.clone())]);
    let conflict = r"The file says unlocked, but litwareinc\ann locked this PIN here. Unlock it in the preview if that is meant.";
    assert_eq!(
        plan.rows[0].verdict,
        ImportVerdict::Conflict(conflict.to_owned())
    );
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(temp.user("kenmyer").pin.lock, Some(administrators_lock()));

    temp.import_pin(
        "kenmyer",
        &PinFacts {
            is_locked_out: true,
            ..other_expiry
        },
    );
    assert_eq!(
        temp.user("kenmyer").pin.lock,
        Some(administrators_lock()),
        "the operator, time and reason stay"
    );
}

#[test]
fn a_pin_locked_after_the_preview_of_an_import_stays_locked() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    for (_, logon) in [KEN, PILAR] {
        temp.import_pin(
            logon,
            &PinFacts {
                is_locked_out: true,
                ..pin_set()
            },
        );
    }
    let import = temp.plan_pins(&[("kenmyer", pin_set()), ("packerman", pin_set())]);
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.again()
        .apply(&lock, &admin(), now(), &Unwatched)
        .unwrap();
    let imported = temp
        .store
        .import(&import, &admin(), now(), &Unwatched)
        .unwrap();
    assert_eq!(imported.changed, 1);
    assert_eq!(
        imported
            .drifted
            .iter()
            .map(|drift| drift.id)
            .collect::<Vec<_>>(),
        [temp.id("kenmyer")]
    );
    assert_eq!(
        imported.drifted[0]
            .current
            .as_ref()
            .and_then(|pin| pin.lock.clone()),
        Some(administrators_lock())
    );
    assert!(temp.is_locked("kenmyer") && !temp.is_locked("packerman"));
}

// Finding users

fn directory() -> TempStore {
    let mut temp = TempStore::new();
    let mut users = vec![
        names("Ken Myer", "kenmyer"),
        names("Anna Smith", "asmith"),
        names("Adam Smith", "adsmith"),
        names("Ann Smithson", "asmithson"),
        names("Maria Garcia", "mgarcia"),
        names("Maria Garcia", "mgarcia2"),
        names("Jörg Müller", "jmueller"),
        names("Myer, Robert", "rmyer"),
        names("Christopher Gray", "cgray"),
        names("Christine Gray", "cgray2"),
    ];
    users[5].dn = users[5]
        .dn
        .as_ref()
        .map(|dn| dn.replace("Finance", "Engineering"));
    users[8].sip = Some("chris.gray@litwareinc.com".to_owned());
    users[9].upn = Some("chris.gray@litwareinc.com".to_owned());
    users[9].sip = None;
    let imported = temp.import_users(users).unwrap();
    assert_eq!(imported.added, 10);
    temp
}

/// The logon names that a target finds, or the word of the refusal and its candidates.
fn found(temp: &TempStore, target: Target) -> Vec<String> {
    let items = temp.store.look_up(&[target], now(), &Unwatched).unwrap();
    let mut texts = Vec::new();
    for item in items {
        match item.found {
            Match::User(user) => texts.push(user.names.account.unwrap().logon),
            Match::Invalid(error) => texts.push(error.to_string()),
            Match::NotFound {
                nearest: candidates,
            } => {
                texts.push("not found".to_owned());
                texts.extend(candidates.into_iter().map(|candidate| candidate.identity));
            }
            Match::Lost { .. } => panic!("only a file loses letters"),
            Match::Ambiguous { candidates } => {
                texts.push("ambiguous".to_owned());
                texts.extend(
                    candidates
                        .iter()
                        .map(|candidate| candidate.identity.clone()),
                );
            }
        }
    }
    texts
}

#[test]
fn each_form_of_identity_finds_its_user() {
    let temp = directory();
    let garcias: &[&str] = &["ambiguous", r"litwareinc\mgarcia", r"litwareinc\mgarcia2"];
    let grays: &[&str] = &["ambiguous", r"litwareinc\cgray", r"litwareinc\cgray2"];
    let cases: &[(&str, &[&str])] = &[
        ("kenmyer@litwareinc.com", &["kenmyer"]),
        ("SIP:KenMyer@LitwareInc.com", &["kenmyer"]),
        (r"LITWAREINC\KenMyer", &["kenmyer"]),
        (" Ken Myer ", &["kenmyer"]),
        ("KEN MYER", &["kenmyer"]),
        (
            "cn = Ken Myer, OU=finance, dc=litwareinc, dc=com",
            &["kenmyer"],
        ),
        (
            "CN=Myer\\2C Robert,OU=Finance,DC=litwareinc,DC=com",
            &["rmyer"],
        ),
        ("Myer, Robert", &["rmyer"]),
        ("JO\u{308}RG MU\u{308}LLER", &["jmueller"]),
        ("* Smith", &["adsmith", "asmith"]),
        ("*smith*", &["adsmith", "asmithson", "asmith"]),
        ("Maria*", &["mgarcia", "mgarcia2"]),
        // Without an asterisk, several users are ambiguous. The program never chooses one.
        ("Maria Garcia", garcias),
        ("chris.gray@litwareinc.com", grays),
        ("sip:chris.gray@litwareinc.com", &["cgray"]),
        (
            "CN=Maria Garcia,OU=Engineering,DC=litwareinc,DC=com",
            &["mgarcia2"],
        ),
        (r"litwareinc\mgarcia", &["mgarcia"]),
        (
            "ken*@litwareinc.com",
            &["Wildcards (*) work only with display names."],
        ),
        ("", &["The identity is empty."]),
    ];
    for (text, expected) in cases {
        assert_eq!(
            found(&temp, Target::Identity((*text).to_owned())),
            *expected,
            "{text}"
        );
    }
}

#[test]
fn an_unknown_user_is_answered_with_the_nearest_names() {
    let temp = directory();
    let cases: &[(&str, &[&str])] = &[
        ("Ken Mayer", &["not found", r"litwareinc\kenmyer"]),
        ("kenmyer", &["not found", r"litwareinc\kenmyer"]),
        (
            "sip:kenmyr@litwareinc.com",
            &["not found", r"litwareinc\kenmyer"],
        ),
        ("jorg muller", &["not found", r"litwareinc\jmueller"]),
        (
            "Maria Garzia",
            &["not found", r"litwareinc\mgarcia", r"litwareinc\mgarcia2"],
        ),
        ("Nobody Like This", &["not found"]),
        ("Zzz*", &["not found"]),
    ];
    for (text, expected) in cases {
        assert_eq!(
            found(&temp, Target::Identity((*text).to_owned())),
            *expected,
            "{text}"
        );
    }
    assert_eq!(found(&temp, Target::User(UserId(999))), ["not found"]);
}

#[test]
fn a_bare_logon_name_is_refused_with_a_hint() {
    let temp = directory();
    let plan = temp.plan(Action::Lock, typed(&["kenmyer"]));
    assert!(matches!(
        plan.items[0].outcome,
        Outcome::Refused(Refusal::NotFound { .. })
    ));
    let reason = plan.items[0].reason(Zone::utc());
    for part in [
        r#"Management object not found for identity "kenmyer"."#,
        "A logon name alone is not an identity",
        r"litwareinc\kenmyer",
    ] {
        assert!(reason.contains(part), "{reason}");
    }
}

#[test]
fn filters_and_selections_find_their_users() {
    let temp = TempStore::with(&[KEN, PILAR, ANNA]);
    lock_by_hand(&temp, "asmith", LockCause::System);
    assert_eq!(found(&temp, Target::Filter(Filter::Locked)), ["asmith"]);
    assert_eq!(
        found(&temp, Target::Filter(Filter::Unlocked)),
        ["kenmyer", "packerman"]
    );
    assert_eq!(found(&temp, Target::Filter(Filter::NoPin)), [""; 0]);
    assert_eq!(
        found(&temp, Target::User(temp.id("packerman"))),
        ["packerman"]
    );
    let plan = temp.plan(
        Action::Unlock,
        vec![
            Target::Filter(Filter::Locked),
            Target::Identity("Anna Smith".into()),
        ],
    );
    let words: Vec<_> = plan.items.iter().map(|item| item.outcome.word()).collect();
    assert_eq!(words, ["change", "duplicate"]);
    assert_eq!(plan.pins_set, 3);
}

#[test]
fn cancelled_looking_finds_nothing() {
    let temp = TempStore::with(&[KEN]);
    let request = request(Action::Lock, typed(&["Ken Myer"]));
    let resolved = temp.store.plan(&request, &admin(), now(), &Cancels);
    assert_eq!(resolved.map(|_| ()), Err(StoreError::Cancelled));
}

// Applying plans

#[test]
fn a_plan_is_applied_as_it_was_shown_and_kept_in_the_history() {
    let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
    lock_by_hand(&temp, "packerman", LockCause::System);
    let plan = temp.plan(
        Action::Lock,
        typed(&["Ken Myer", "Pilar Ackerman", "Ken Myer", "Nobody"]),
    );
    let applied = temp.apply(&plan).unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer"), temp.id("packerman")]);
    assert_eq!(applied.drifted, []);
    assert!(!temp.is_locked("asmith"));
    for (item, logon) in plan.items.iter().zip(["kenmyer", "packerman"]) {
        let (before, after) = (item.user.clone().unwrap().before, temp.user(logon).pin);
        assert_eq!(
            after,
            plan.after(item, &before, &admin().account, now()),
            "{logon}"
        );
        assert_eq!(after.lock, Some(administrators_lock()), "{logon}");
        let entry = &temp.store.user_history(temp.id(logon), 10).unwrap()[0];
        assert_eq!(Some(entry.batch), applied.batch);
        assert_eq!(
            (entry.kind, entry.action.word()),
            (HistoryKind::Pin, "lock")
        );
        assert_eq!(
            (entry.before.as_ref(), entry.after.as_ref()),
            (Some(&before), Some(&after))
        );
        assert_eq!(
            (entry.operator.as_str(), entry.machine.as_str()),
            (r"litwareinc\ann", "WS-01")
        );
        assert_eq!(
            (entry.reason.as_str(), entry.ticket.as_str(), entry.at),
            ("lost phone", "INC-7", now())
        );
        assert_eq!(entry.target, format!("sip:{logon}@litwareinc.com"));
    }
    let unlock = temp.plan(Action::Unlock, typed(&["Ken Myer", "Pilar Ackerman"]));
    temp.apply(&unlock).unwrap();
    assert_eq!(
        temp.user("packerman").pin,
        PinState {
            is_set: true,
            ..PinState::default()
        },
        "counters are zero again"
    );
}

#[test]
fn a_user_who_changed_since_the_plan_is_left_alone_and_the_others_are_changed() {
    let mut temp = TempStore::with(&[KEN, PILAR, ANNA]);
    let plan = temp.plan(
        Action::Lock,
        typed(&["Ken Myer", "Pilar Ackerman", "Anna Smith"]),
    );
    let bob = operator(r"litwareinc\bob");
    grant(&temp, &bob, "CsHelpDesk");
    let theirs = temp.plan_as(&bob, Action::Lock, typed(&["Pilar Ackerman"]));
    let later = now() + Duration::minutes(3);
    temp.again()
        .apply(&theirs, &bob, later, &Unwatched)
        .unwrap();

    let applied = temp.apply(&plan).unwrap();
    assert_eq!(applied.changed, [temp.id("kenmyer"), temp.id("asmith")]);
    let [drift] = applied.drifted.as_slice() else {
        panic!("{:?}", applied.drifted)
    };
    assert_eq!(
        (drift.id, drift.display_name.as_str()),
        (temp.id("packerman"), "Pilar Ackerman")
    );
    assert_eq!(
        drift.planned,
        PinState {
            is_set: true,
            ..PinState::default()
        }
    );
    assert_eq!(drift.current, Some(temp.user("packerman").pin));
    assert_eq!(drift.changed_by, Some((bob.account.clone(), later)));
    assert_eq!(
        temp.user("packerman").pin.lock.and_then(|lock| lock.by),
        Some(bob.account)
    );
    let entry = &temp.store.user_history(temp.id("packerman"), 1).unwrap()[0];
    assert_eq!(
        (entry.kind, Some(entry.batch)),
        (HistoryKind::Drifted, applied.batch)
    );

    let again = temp.apply(&plan).unwrap();
    assert_eq!(
        (again.changed.len(), again.drifted.len()),
        (0, 3),
        "a plan is applied once"
    );
}

#[test]
fn a_renamed_user_has_drifted_too() {
    let mut temp = TempStore::new();
    temp.import_users(vec![with_guid(names("Ann Smith", "asmith"), GUID_1)])
        .unwrap();
    temp.import_pin("asmith", &pin_set());
    let plan = temp.plan(Action::Lock, typed(&["Ann Smith"]));
    temp.import_users(vec![with_guid(names("Ann Jones", "ajones"), GUID_1)])
        .unwrap();
    let applied = temp.apply(&plan).unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (0, 1));
    assert!(!temp.is_locked("ajones"));
}

#[test]
fn a_plan_without_changes_leaves_no_batch() {
    let mut temp = TempStore::with(&[KEN]);
    let (length, freshness) = (history_length(&temp), temp.store.freshness());
    let plan = temp.plan(Action::Unlock, typed(&["Ken Myer", "Nobody"]));
    assert_eq!(temp.apply(&plan).unwrap().batch, None);
    assert_eq!(
        (history_length(&temp), temp.store.freshness()),
        (length, freshness)
    );
}

#[test]
fn a_cancelled_plan_changes_nothing() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let (length, freshness) = (history_length(&temp), temp.store.freshness());
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    assert_eq!(
        temp.store.apply(&plan, &admin(), now(), &Cancels),
        Err(StoreError::Cancelled)
    );
    assert!(!temp.is_locked("kenmyer") && !temp.is_locked("packerman"));
    assert_eq!(
        (history_length(&temp), temp.store.freshness()),
        (length, freshness)
    );
    assert_eq!(
        temp.apply(&plan).unwrap().changed.len(),
        2,
        "and the plan still holds"
    );
}

#[test]
fn other_connections_see_that_something_changed() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let other = temp.again();
    let (data, before) = (other.data_version().unwrap(), other.freshness().unwrap());
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    let after = other.freshness().unwrap();
    assert_ne!(other.data_version().unwrap(), data);
    assert!(after.version > before.version && after.names == before.names);
    let mut changed = Vec::new();
    other
        .each_pin_since(before.version, |pin| {
            changed.push((pin.id, pin.lock.is_some()));
            true
        })
        .unwrap();
    assert_eq!(changed, [(temp.id("kenmyer"), true)]);
}

// Roles

fn grant(temp: &TempStore, operator: &Operator, role: &str) {
    let account = &operator.account;
    temp.sql().run(&format!(
        "INSERT INTO operator_roles (account_key, account, role) VALUES (lower('{account}'), '{account}', '{role}')"
    ));
}

/// Grants a role with all permissions within one organisational unit.
fn grant_within(temp: &TempStore, operator: &Operator, unit: &str) {
    let sql = temp.sql();
    sql.run("INSERT INTO roles (name) VALUES ('Scoped')");
    for name in [cmdlet::LOCK, cmdlet::UNLOCK, cmdlet::IMPORT] {
        sql.run(&format!(
            "INSERT INTO role_cmdlets (role, cmdlet) VALUES ('Scoped', '{name}')"
        ));
    }
    sql.run(&format!(
        "INSERT INTO role_units (role, dn) VALUES ('Scoped', '{unit}')"
    ));
    grant(temp, operator, "Scoped");
}

#[test]
fn each_built_in_role_has_the_permissions_of_the_rules() {
    let temp = TempStore::new();
    let expected = [
        ("CsAdministrator", [true, true, true, true]),
        ("CsUserAdministrator", [true, true, false, true]),
        ("CsHelpDesk", [true, true, false, false]),
        ("CsServerAdministrator", [false, false, true, false]),
        ("CsViewOnlyAdministrator", [false; 4]),
    ];
    assert_eq!(
        BUILT_IN.map(|(role, _)| role),
        expected.map(|(role, _)| role)
    );
    for (role, may) in expected {
        let who = operator(role);
        grant(&temp, &who, role);
        for (name, may) in [cmdlet::LOCK, cmdlet::UNLOCK, cmdlet::POLICY, cmdlet::IMPORT]
            .into_iter()
            .zip(may)
        {
            let permission = if may {
                Permission::Everywhere
            } else {
                Permission::Nowhere
            };
            assert_eq!(
                temp.store.permission(&who, name),
                Ok(permission),
                "{role} {name}"
            );
        }
    }
    assert_eq!(
        temp.store.permission(&operator("nobody"), cmdlet::LOCK),
        Ok(Permission::Nowhere)
    );
    assert_eq!(
        temp.store
            .permission(&operator(r"LITWAREINC\ANN"), cmdlet::LOCK),
        Ok(Permission::Everywhere)
    );
}

/// Applies a plan without permission, and checks that only the attempt is recorded.
fn assert_refused(temp: &mut TempStore, plan: &Plan, who: &Operator) {
    let (length, freshness) = (history_length(temp), temp.store.freshness());
    let error = StoreError::NotPermitted {
        operator: who.account.clone(),
        cmdlet: plan.permissions_needed()[0].to_owned(),
    };
    assert_eq!(temp.store.apply(plan, who, now(), &Unwatched), Err(error));
    assert_eq!(temp.store.freshness(), freshness);
    assert_eq!(history_length(temp), length + 1 + plan.items.len() as i64);
    for id in plan
        .items
        .iter()
        .filter_map(|item| item.user.as_ref())
        .map(|user| user.id)
    {
        let entry = &temp.store.user_history(id, 1).unwrap()[0];
        assert_eq!(
            (entry.kind, entry.operator.as_str()),
            (HistoryKind::Denied, who.account.as_str())
        );
        assert_eq!(
            (entry.action.word(), entry.reason.as_str()),
            (plan.batch_action().word(), "lost phone")
        );
    }
    assert_eq!(
        temp.store.verify_history(&Unwatched).unwrap().first_break,
        None
    );
}

#[test]
fn an_operator_without_the_role_changes_nothing_and_is_recorded() {
    let mut temp = TempStore::with(&[KEN, PILAR]);
    let eve = operator(r"litwareinc\eve");
    let mine = temp.plan(Action::Lock, typed(&["Ken Myer", "Pilar Ackerman"]));
    let theirs = temp.plan_as(&eve, Action::Lock, typed(&["Ken Myer"]));
    assert_eq!(theirs.items[0].outcome, Outcome::Refused(Refusal::Denied));
    assert_refused(&mut temp, &theirs, &eve);
    assert_refused(&mut temp, &mine, &eve);
    grant(&temp, &eve, "CsViewOnlyAdministrator");
    assert_refused(&mut temp, &mine, &eve);
    assert!(!temp.is_locked("kenmyer") && !temp.is_locked("packerman"));
    assert_eq!(temp.apply(&mine).unwrap().changed.len(), 2);
}

#[test]
fn a_role_for_one_unit_changes_nobody_outside_it() {
    let mut temp = TempStore::new();
    let mut anna = names("Anna Smith", "asmith");
    anna.dn = Some("CN=Anna Smith,OU=Sales,DC=litwareinc,DC=com".to_owned());
    let mut no_dn = names("Ken Myer", "kenmyer");
    no_dn.dn = None;
    temp.import_users(vec![names("Pilar Ackerman", "packerman"), anna, no_dn])
        .unwrap();
    for logon in ["packerman", "asmith", "kenmyer"] {
        temp.import_pin(logon, &pin_set());
    }
    let eve = operator(r"litwareinc\eve");
    grant_within(&temp, &eve, "OU=Finance,DC=litwareinc,DC=com");
    let everybody = || typed(&["Pilar Ackerman", "Anna Smith", "Ken Myer"]);
    let theirs = temp.plan_as(&eve, Action::Lock, everybody());
    assert_eq!(
        theirs
            .items
            .iter()
            .map(|item| item.outcome.word())
            .collect::<Vec<_>>(),
        ["change", "denied", "denied"]
    );

    let all = temp.plan(Action::Lock, everybody());
    assert_refused(&mut temp, &all, &eve);
    let applied = temp.store.apply(&theirs, &eve, now(), &Unwatched).unwrap();
    assert_eq!(applied.changed, [temp.id("packerman")]);
    let entry = &temp.store.user_history(temp.id("asmith"), 1).unwrap()[0];
    assert_eq!(
        (entry.kind, Some(entry.batch)),
        (HistoryKind::Denied, applied.batch),
        "refused attempts are kept"
    );
}

#[test]
fn a_role_whose_unit_cannot_be_read_holds_nowhere() {
    let temp = TempStore::new();
    let eve = operator(r"litwareinc\eve");
    grant_within(&temp, &eve, "Finance");
    assert_eq!(
        temp.store.permission(&eve, cmdlet::LOCK),
        Ok(Permission::Nowhere)
    );
}

#[test]
fn importing_needs_a_role_that_holds_everywhere() {
    let mut temp = TempStore::with(&[KEN]);
    let (eve, helper) = (operator(r"litwareinc\eve"), operator(r"litwareinc\helper"));
    grant(&temp, &helper, "CsHelpDesk");
    grant_within(&temp, &eve, "OU=Finance,DC=litwareinc,DC=com");
    let plan = temp.plan_users(vec![names("Anna Smith", "asmith")]);
    for who in [operator("nobody"), helper, eve] {
        let length = history_length(&temp);
        let error = StoreError::NotPermitted {
            operator: who.account.clone(),
            cmdlet: cmdlet::IMPORT.to_owned(),
        };
        assert_eq!(
            temp.store.import(&plan, &who, now(), &Unwatched),
            Err(error),
            "{}",
            who.account
        );
        assert_eq!(history_length(&temp), length + 2, "the attempt is kept");
        assert_eq!(
            temp.store.find(&Identity::parse("Anna Smith").unwrap()),
            Ok(Vec::new())
        );
    }
    temp.store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap();
}

// History

/// A store with a history: its creation, two imports, a lock and an unlock.
fn with_history() -> TempStore {
    let mut temp = TempStore::with(&[KEN]);
    for action in [Action::Lock, Action::Unlock] {
        let plan = temp.plan(action, typed(&["Ken Myer"]));
        temp.apply(&plan).unwrap();
    }
    temp
}

fn dump(sql: &PlainSql) -> Vec<TextRow> {
    ["history", "batches", "plans", "plan_users"]
        .into_iter()
        .flat_map(|table| sql.rows(&format!("SELECT * FROM {table}")))
        .collect()
}

#[test]
fn the_history_can_only_be_appended_to() {
    let mut temp = with_history();
    for _ in 0..3 {
        temp.store
            .submit(
                &temp.plan(Action::Lock, typed(&["Ken Myer"])),
                &admin(),
                now(),
            )
            .unwrap();
    }
    let sql = temp.sql();
    let before = dump(&sql);
    let tables = [
        ("history", "seq", "target"),
        ("batches", "id", "operator"),
        ("plans", "id", "content"),
        ("plan_users", "plan_id", "version"),
    ];
    for (table, key, column) in tables {
        let of_both = [
            format!("UPDATE {table} SET {column} = '7'"),
            format!("UPDATE {table} SET {key} = {key} + 100"),
            format!("DELETE FROM {table}"),
            format!("DELETE FROM {table} WHERE {key} = 3"),
        ];
        let of_file = [
            format!("UPDATE OR REPLACE {table} SET {key} = 1 WHERE {key} = 2"),
            format!("UPDATE OR IGNORE {table} SET {column} = '8' WHERE {key} = 2"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE {key} = 2"),
            format!("REPLACE INTO {table} SELECT * FROM {table}"),
            format!(
                "INSERT INTO {table} SELECT * FROM {table} WHERE {key} = 2 ON CONFLICT DO UPDATE SET {column} = '9'"
            ),
            format!("INSERT INTO {table} SELECT * FROM {table} WHERE {key} = 2"),
        ];
        let of_server = [
            format!("TRUNCATE {table} CASCADE"),
            format!(
                "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET {column} = '9'"
            ),
        ];
        let of_engine = match sql {
            PlainSql::File(_) => of_file.to_vec(),
            PlainSql::Server(_) => of_server.to_vec(),
        };
        for edit in of_both.iter().chain(&of_engine) {
            let error = sql.batch(edit).expect_err(edit);
            assert!(error.contains("append-only"), "{edit}: {error}");
            assert!(dump(&sql) == before, "{edit}");
        }
    }
}

#[test]
fn an_untouched_history_is_whole() {
    let temp = with_history();
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(
        (verified.entries as i64, verified.first_break),
        (history_length(&temp), None)
    );
    assert_eq!(
        temp.again().verify_history(&Unwatched).unwrap().head,
        verified.head
    );
    assert_eq!(
        temp.store.verify_history(&Cancels),
        Err(StoreError::Cancelled)
    );
}

#[test]
fn edits_behind_the_triggers_are_found_with_their_entry() {
    const CONTENT: &str = "its content was changed";
    const BATCH: &str = "its batch was changed";
    const MISSING: &str = "an entry is missing before it";
    const ORDER: &str = "it does not follow the entry before it";
    // Entry 4 is the user's PIN import, 6 the lock and 8 the unlock. Each batch begins with an
    // entry of its own.
    for (edit, seq, what) in [
        (
            "UPDATE history SET target = 'sip:somebody@litwareinc.com' WHERE seq = 6",
            6,
            CONTENT,
        ),
        ("UPDATE history SET user_id = 99 WHERE seq = 6", 6, CONTENT),
        (
            "UPDATE history SET user_id = NULL WHERE seq = 6",
            6,
            CONTENT,
        ),
        ("UPDATE history SET before = NULL WHERE seq = 6", 6, CONTENT),
        (
            "UPDATE history SET after = replace(after, 'lost phone', 'fun') WHERE seq = 6",
            6,
            CONTENT,
        ),
        (
            "UPDATE history SET kind = 'denied' WHERE seq = 6",
            6,
            CONTENT,
        ),
        ("UPDATE history SET batch_id = 1 WHERE seq = 6", 6, CONTENT),
        (
            "UPDATE history SET hash = zeroblob(32) WHERE seq = 6",
            6,
            CONTENT,
        ),
        ("UPDATE history SET hash = x'00' WHERE seq = 6", 6, CONTENT),
        (
            "UPDATE history SET prev_hash = zeroblob(32) WHERE seq = 6",
            6,
            ORDER,
        ),
        (
            "UPDATE history SET prev_hash = zeroblob(33) WHERE seq = 6",
            6,
            ORDER,
        ),
        ("DELETE FROM history WHERE seq = 6", 7, MISSING),
        ("DELETE FROM history WHERE seq = 1", 2, MISSING),
        (
            "DELETE FROM history WHERE seq = 6; UPDATE history SET seq = seq - 1 WHERE seq > 6",
            6,
            ORDER,
        ),
        (
            "UPDATE history SET seq = 60 WHERE seq = 6; UPDATE history SET seq = 6 WHERE seq = 7; UPDATE history SET seq = 7 WHERE seq = 60",
            6,
            ORDER,
        ),
        (
            "UPDATE batches SET operator = 'litwareinc\\eve' WHERE id = 4",
            5,
            BATCH,
        ),
        ("UPDATE batches SET at = at + 1 WHERE id = 4", 5, BATCH),
        ("UPDATE batches SET reason = '' WHERE id = 4", 5, BATCH),
        (
            "UPDATE batches SET source_sha256 = 'ff' WHERE id = 2",
            2,
            BATCH,
        ),
        ("DELETE FROM batches WHERE id = 4", 5, BATCH),
    ] {
        let temp = with_history();
        temp.sql()
            .without_guards(edit)
            .unwrap_or_else(|error| panic!("{edit}: {error}"));
        let found = temp.store.verify_history(&Unwatched).unwrap().first_break;
        let found = found.map(|found| (found.seq, found.what));
        assert_eq!(found, Some((seq, what.to_owned())), "{edit}");
    }
}

#[test]
fn entries_cut_off_the_end_are_found_unless_the_noted_head_is_edited_too() {
    let temp = with_history();
    let head = temp.store.verify_history(&Unwatched).unwrap().head;
    let sql = temp.sql();
    sql.without_guards("DELETE FROM history WHERE seq = 8")
        .unwrap();
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    let found = verified.first_break.map(|found| (found.seq, found.what));
    assert_eq!(
        found,
        Some((7, "the entries after it were cut off".to_owned()))
    );
    let last = sql
        .texts("SELECT hash FROM history WHERE seq = 7")
        .remove(0);
    let hash = last.unwrap().replace("\\x", "");
    sql.run(&format!(
        "UPDATE meta SET value = '7 {hash}' WHERE key = 'history_head'"
    ));
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!((verified.entries, verified.first_break), (7, None));
    assert_ne!(
        verified.head, head,
        "which is why the head is worth keeping elsewhere"
    );
}

#[test]
fn users_of_a_large_import_get_ids_without_gaps() {
    let mut temp = TempStore::new();
    let people: Vec<_> = (1..=2_500)
        .map(|n| names(&format!("User {n}"), &format!("user{n}")))
        .collect();
    temp.import_users(people).unwrap();
    let mut ids = Vec::new();
    temp.store
        .for_each_user(|user| {
            ids.push(user.id.0);
            true
        })
        .unwrap();
    ids.sort_unstable();
    assert_eq!(ids, (1..=2_500).collect::<Vec<i64>>());
}
