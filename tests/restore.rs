//! Going back to a backup, the copies before large changes, checking, and recovering.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{TempStore, admin, now, operator, typed};
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{BackupFile, Grant, HistoryQuery, Opener, Restored, Store, StoreError};

const KEN: (&str, &str) = ("Ken Myer", "kenmyer");

/// A store, a backup of it, and a lock since then.
fn locked_since_backup() -> (TempStore, PathBuf) {
    let mut temp = TempStore::with(&[KEN]);
    let copy = temp.folder.path().join("copy.db");
    temp.store.back_up(&copy).unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    (temp, copy)
}

fn restore(path: &Path, copy: &Path) -> Result<Restored, StoreError> {
    Store::restore(
        path,
        copy,
        "wrong list",
        &Opener::new(&admin(), now()),
        &Unwatched,
    )
}

/// Closes the store of a test for the time of some work.
fn closed<T>(temp: TempStore, work: impl FnOnce(&Path) -> T) -> (TempStore, T) {
    let path = temp.path();
    let TempStore { store, folder } = temp;
    drop(store);
    let outcome = work(&path);
    let store = Store::open_existing(&path, &admin(), now()).unwrap();
    (TempStore { store, folder }, outcome)
}

fn overwrite_middle(path: &Path, from: usize) {
    let mut bytes = fs::read(path).unwrap();
    let end = (from + 4096).min(bytes.len());
    bytes[from..end].fill(0xA5);
    fs::write(path, bytes).unwrap();
}

// Restoring

#[test]
fn a_backup_takes_the_place_of_the_store_and_the_history_says_so() {
    let (temp, copy) = locked_since_backup();
    let replaced = temp.store.verify_history(&Unwatched).unwrap();
    let before = fs::read(&copy).unwrap();
    let (temp, restored) = closed(temp, |path| restore(path, &copy).unwrap());
    assert!(!temp.is_locked("kenmyer"));
    assert!(fs::read(&copy).unwrap() == before, "the backup stays");
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.first_break, None);
    let batch = temp.store.batch(restored.batch).unwrap().unwrap();
    assert_eq!(
        (
            batch.action.word(),
            batch.reason.as_str(),
            batch.source.as_deref()
        ),
        ("restore-store", "wrong list", Some("copy.db"))
    );
    let note: String = temp
        .plain()
        .query_row(
            "SELECT note FROM history WHERE kind = 'batch' AND batch_id = ?1",
            [restored.batch.0],
            |row| row.get(0),
        )
        .unwrap();
    assert!(note.contains(&replaced.head), "{note}");
    let kept = Store::open_to_read(&restored.kept.unwrap(), &admin(), now()).unwrap();
    assert_eq!(kept.verify_history(&Unwatched).unwrap(), replaced);
}

#[test]
fn a_backup_of_last_month_is_restored_without_a_question_about_the_clock() {
    let (temp, copy) = locked_since_backup();
    let later = now() + chrono::Duration::days(30);
    let (temp, restored) = closed(temp, |path| {
        Store::restore(path, &copy, "", &Opener::new(&admin(), later), &Unwatched).unwrap()
    });
    let batch = temp.store.batch(restored.batch).unwrap().unwrap();
    assert_eq!(batch.at, later);
}

#[test]
fn a_restore_is_not_older_than_what_it_undoes() {
    let (temp, copy) = locked_since_backup();
    let earlier = now() - chrono::Duration::hours(1);
    let (temp, restored) = closed(temp, |path| {
        Store::restore(path, &copy, "", &Opener::new(&admin(), earlier), &Unwatched).unwrap()
    });
    let batch = temp.store.batch(restored.batch).unwrap().unwrap();
    assert_eq!(batch.at, now());
}

#[test]
fn what_would_be_undone_is_listed_first() {
    let (temp, copy) = locked_since_backup();
    let path = temp.path();
    let compared =
        Store::compare_with_backup(&path, &copy, &Opener::new(&admin(), now()), &Unwatched)
            .unwrap();
    assert_eq!((compared.users, compared.undone_count), (1, 1));
    assert_eq!(compared.undone[0].action.word(), "lock");
    assert_eq!(compared.unreadable, None);
    assert!(temp.is_locked("kenmyer"), "nothing has changed");
}

#[test]
fn a_plan_of_the_replaced_store_does_not_fit_the_restored_one() {
    let (temp, copy) = locked_since_backup();
    let plan = temp.plan(Action::Unlock, typed(&["Ken Myer"]));
    let (mut temp, _) = closed(temp, |path| restore(path, &copy).unwrap());
    let lock = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&lock).unwrap();
    let applied = temp.apply(&plan).unwrap();
    assert_eq!((applied.changed.len(), applied.drifted.len()), (0, 1));
}

#[test]
fn nothing_is_restored_while_somebody_has_the_store_open() {
    let (temp, copy) = locked_since_backup();
    let path = temp.path();
    assert_eq!(
        restore(&path, &copy).unwrap_err(),
        StoreError::InUse { path }
    );
    assert!(temp.is_locked("kenmyer"));
    temp.store.check_place().unwrap();
}

#[test]
fn only_who_may_change_roles_goes_back() {
    let (temp, copy) = locked_since_backup();
    let (temp, refused) = closed(temp, |path| {
        let helper = operator("helper");
        Store::restore(path, &copy, "", &Opener::new(&helper, now()), &Unwatched).unwrap_err()
    });
    assert!(refused.is_refusal(), "{refused}");
    assert!(temp.is_locked("kenmyer"));
    let last = temp.store.batches(&HistoryQuery::default(), 1, &Unwatched);
    let last = last.unwrap().remove(0);
    assert_eq!((last.action.word(), last.denied), ("restore-store", 1));
}

#[test]
fn a_damaged_backup_or_one_of_another_store_is_not_used() {
    let (temp, copy) = locked_since_backup();
    let other = TempStore::with(&[KEN]);
    let foreign = other.folder.path().join("foreign.db");
    other.store.back_up(&foreign).unwrap();
    let damaged = temp.folder.path().join("damaged.db");
    fs::copy(&copy, &damaged).unwrap();
    overwrite_middle(&damaged, 8 * 4096);
    let (temp, refused) = closed(temp, |path| {
        [restore(path, &foreign), restore(path, &damaged)].map(Result::unwrap_err)
    });
    for error in refused {
        assert!(
            matches!(
                error,
                StoreError::CannotRestore { .. } | StoreError::Damaged { .. }
            ),
            "{error}"
        );
    }
    assert!(temp.is_locked("kenmyer"));
}

#[test]
fn a_damaged_store_is_kept_with_its_log_and_replaced() {
    let (temp, copy) = locked_since_backup();
    let path = temp.path();
    let TempStore { store, folder } = temp;
    drop(store);
    let garbage = vec![0xA5; 50_000];
    fs::write(&path, &garbage).unwrap();
    fs::write(folder.path().join("pindesk.db-wal"), "a log").unwrap();
    let compared =
        Store::compare_with_backup(&path, &copy, &Opener::new(&admin(), now()), &Unwatched);
    assert!(compared.unwrap().unreadable.is_some());
    let restored = restore(&path, &copy).unwrap();
    let kept = restored.kept.unwrap();
    assert!(fs::read(&kept).unwrap() == garbage);
    let mut log = kept.into_os_string();
    log.push("-wal");
    assert_eq!(fs::read(log).unwrap(), b"a log");
    let temp = TempStore {
        store: Store::open_existing(&path, &admin(), now()).unwrap(),
        folder,
    };
    assert!(!temp.is_locked("kenmyer"));
    let verified = temp.store.verify_history(&Unwatched).unwrap();
    assert_eq!(verified.first_break, None);
}

// Copies before large changes

#[test]
fn a_copy_is_made_once_for_each_batch_and_only_where_there_are_users() {
    let temp = TempStore::new();
    assert_eq!(temp.store.back_up_before_import(now()), Ok(None));
    let temp = TempStore::with(&[KEN]);
    let copy = temp.store.back_up_before_import(now()).unwrap().unwrap();
    assert_eq!(temp.store.back_up_before_change(now()), Ok(copy.clone()));
    let [listed] = BackupFile::list(&temp.path()).try_into().unwrap();
    assert_eq!((listed.path, listed.batch.0), (copy.clone(), 3));
    let opened = Store::open_to_read(&copy, &admin(), now()).unwrap();
    assert_eq!(opened.id(), temp.store.id());
}

#[cfg(unix)]
#[test]
fn copies_are_for_their_owner_or_for_those_who_share_the_store() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for (folder_mode, file_mode) in [(0o700, 0o600), (0o2770, 0o660)] {
        let temp = TempStore::with(&[KEN]);
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(temp.folder.path(), folder_mode);
        set(&temp.path(), file_mode);
        let copy = temp.store.back_up_before_change(now()).unwrap();
        assert_eq!(mode(copy.parent().unwrap()), folder_mode);
        assert_eq!(mode(&copy), file_mode);
    }
}

#[test]
fn where_no_copy_can_be_made_the_error_says_how_to_go_on() {
    let temp = TempStore::with(&[KEN]);
    fs::write(temp.folder.path().join("backups"), "a file").unwrap();
    let refused = temp.store.back_up_before_change(now()).unwrap_err();
    assert!(
        matches!(&refused, StoreError::NoCopyBefore { .. })
            && refused.to_string().contains("--no-backup"),
        "{refused}"
    );
}

#[test]
fn an_older_store_is_copied_before_it_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pindesk.db");
    let older = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/v5.db");
    fs::write(&path, fs::read(older).unwrap()).unwrap();
    drop(Store::open(&path, &admin(), now()).unwrap());
    let [copy] = BackupFile::list(&path).try_into().unwrap();
    let version: i64 = rusqlite::Connection::open(&copy.path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 5);
}

#[test]
fn a_broken_history_stops_a_copy_before_a_change_and_other_differences_do_not() {
    let temp = unlocked_by_hand();
    let copy = temp.store.back_up_before_change(now()).unwrap();
    fs::remove_file(copy).unwrap();
    temp.plain()
        .execute_batch(
            "DROP TRIGGER history_no_update; UPDATE history SET hash = zeroblob(32) WHERE seq = 3",
        )
        .unwrap();
    let refused = temp.store.back_up_before_change(now()).unwrap_err();
    assert!(
        matches!(&refused, StoreError::Damaged { detail, .. } if detail.contains("entry 3")),
        "{refused}"
    );
    assert_eq!(BackupFile::list(&temp.path()), []);
}

// Damage

/// A store of many pages.
fn large() -> TempStore {
    let people: Vec<(String, String)> = (0..2000)
        .map(|i| (format!("User {i}"), format!("user{i}")))
        .collect();
    let mut temp = TempStore::new();
    let names = people
        .iter()
        .map(|(display, logon)| common::names(display, logon))
        .collect();
    temp.import_users(names).unwrap();
    temp
}

/// The pages with the rows of the users, in their order.
fn leaves_of_users(temp: &TempStore) -> Vec<usize> {
    let sql = "SELECT pageno FROM dbstat WHERE name = 'users' AND pagetype = 'leaf' ORDER BY path";
    let plain = temp.plain();
    let mut statement = plain.prepare(sql).unwrap();
    let pages = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    pages
        .map(|page| usize::try_from(page.unwrap()).unwrap())
        .collect()
}

#[test]
fn a_sound_store_is_sound_and_checking_changes_nothing() {
    let (temp, copy) = locked_since_backup();
    let path = temp.path();
    drop(temp.store);
    for path in [path, copy] {
        let before = fs::read(&path).unwrap();
        let checkup = Store::check(&path, None, &Unwatched).unwrap();
        assert_eq!((checkup.findings, checkup.users), (Vec::new(), 1));
        assert!(fs::read(&path).unwrap() == before);
    }
}

#[test]
fn a_key_that_is_missing_from_an_index_is_found_and_stops_a_backup() {
    let temp = large();
    let to = temp.folder.path().join("copy.db");
    temp.store.back_up(&to).unwrap();
    let good = fs::read(&to).unwrap();
    let path = temp.path();
    // The index says that the user is another one.
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, '(sip_key)', '(sip_key) WHERE 0') WHERE name = 'users_sip';",
    )
    .unwrap();
    drop(sql);
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute("UPDATE users SET sip_key = 'moved' WHERE id = 7", [])
        .unwrap();
    sql.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '') WHERE name = 'users_sip';",
    )
    .unwrap();
    drop(sql);
    let checkup = Store::check(&path, None, &Unwatched).unwrap();
    assert!(
        checkup
            .findings
            .iter()
            .any(|found| found.contains("users_sip")),
        "{:?}",
        checkup.findings
    );
    let refused = temp.store.back_up(&to).unwrap_err();
    let opening = Store::open_existing(&path, &admin(), now()).unwrap_err();
    let reading = Store::open_to_read(&path, &admin(), now()).unwrap_err();
    for refused in [refused, opening, reading] {
        assert!(
            matches!(&refused, StoreError::Damaged { path: named, .. } if *named == path),
            "the store is blamed: {refused}"
        );
    }
    assert!(fs::read(&to).unwrap() == good, "the good backup stays");
}

#[test]
fn after_damage_nothing_more_is_written() {
    let temp = large();
    let leaves = leaves_of_users(&temp);
    let path = temp.path();
    drop(temp.store);
    let mut store = Store::open_existing(&path, &admin(), now()).unwrap();
    // Another program writes, so that the store reads its pages again.
    let sql = rusqlite::Connection::open(&path).unwrap();
    sql.execute_batch(
        "UPDATE users SET display_name = display_name WHERE id = 1;
                       PRAGMA wal_checkpoint(TRUNCATE);",
    )
    .unwrap();
    for page in leaves {
        overwrite_middle(&path, (page - 1) * 4096);
    }
    let damage = store.for_each_user(|_| true).unwrap_err();
    assert!(matches!(damage, StoreError::Damaged { .. }), "{damage}");
    let bob = r"litwareinc\bob";
    let refused = store.grant(Grant::Give, "CsHelpDesk", bob, &admin(), now());
    assert_eq!(refused.unwrap_err(), damage);
}

#[test]
fn everything_of_a_sound_store_is_recovered() {
    let (temp, _) = locked_since_backup();
    let to = temp.folder.path().join("saved.db");
    let path = temp.path();
    let recovered = Store::recover(&path, &to, &admin(), now(), &Unwatched).unwrap();
    assert_eq!(recovered.broken_history, None);
    let missing: Vec<_> = recovered
        .tables
        .iter()
        .filter(|table| table.missing.is_some())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let saved = Store::open_to_read(&to, &admin(), now()).unwrap();
    assert_eq!(
        saved.verify_history(&Unwatched).unwrap(),
        temp.store.verify_history(&Unwatched).unwrap()
    );
    let again = Store::recover(&path, &to, &admin(), now(), &Unwatched);
    assert!(again.is_err(), "a file that is there stays");
}

#[test]
fn what_lies_around_damaged_pages_is_recovered_and_the_rest_is_named() {
    let temp = large();
    let (path, to) = (temp.path(), temp.folder.path().join("saved.db"));
    let leaf = leaves_of_users(&temp)[10];
    drop(temp.store);
    overwrite_middle(&path, (leaf - 1) * 4096);
    let recovered = Store::recover(&path, &to, &admin(), now(), &Unwatched).unwrap();
    let users = recovered
        .tables
        .iter()
        .find(|table| table.table == "users")
        .unwrap();
    assert!(users.rows > 1950 && users.rows < 2000, "{users:?}");
    assert!(
        users.missing.as_ref().unwrap().contains("rows "),
        "{users:?}"
    );
    let others = recovered
        .tables
        .iter()
        .filter(|table| table.table != "users");
    assert!(others.into_iter().all(|table| table.missing.is_none()));
    let saved = Store::open_existing(&to, &admin(), now()).unwrap();
    assert!(!saved.is_empty().unwrap());
}

// The replay of Verify

/// A store whose Ken is unlocked behind PinDesk's back.
fn unlocked_by_hand() -> TempStore {
    let mut temp = TempStore::with(&[KEN]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    temp.plain()
        .execute("UPDATE pins SET lock_cause = NULL", [])
        .unwrap();
    temp
}

#[test]
fn checking_finds_what_the_history_does_not_say() {
    let temp = unlocked_by_hand();
    let checkup = Store::check(&temp.path(), None, &Unwatched).unwrap();
    assert_eq!(checkup.findings, [] as [String; 0]);
    assert_eq!(checkup.differences.len(), 1);
    assert!(!checkup.is_sound());
}

#[test]
fn a_store_that_is_not_as_its_history_says_replaces_no_earlier_backup() {
    let mut temp = TempStore::with(&[KEN]);
    let copy = temp.folder.path().join("copy.db");
    assert_eq!(temp.store.back_up(&copy).unwrap(), []);
    let earlier = fs::read(&copy).unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    temp.apply(&plan).unwrap();
    temp.plain()
        .execute("UPDATE pins SET lock_cause = NULL", [])
        .unwrap();
    let refused = temp.store.back_up(&copy).unwrap_err();
    assert!(matches!(&refused, StoreError::CannotBackUp { detail, .. }
        if detail.contains("the earlier backup stays")));
    assert!(fs::read(&copy).unwrap() == earlier);
    let other = temp.folder.path().join("other.db");
    assert_eq!(temp.store.back_up(&other).unwrap().len(), 1);
    let compared = Store::compare_with_backup(
        &temp.path(),
        &other,
        &Opener::new(&admin(), now()),
        &Unwatched,
    )
    .unwrap();
    assert_eq!(compared.differences.len(), 1);
}

#[test]
fn recovering_says_what_the_history_does_not_say() {
    let temp = unlocked_by_hand();
    let saved = temp.folder.path().join("saved.db");
    let recovered = Store::recover(&temp.path(), &saved, &admin(), now(), &Unwatched).unwrap();
    assert_eq!(recovered.broken_history, None);
    assert_eq!(recovered.differences.len(), 1);
}
