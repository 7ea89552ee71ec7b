//! Evidence of a batch: the instructions in the archive are followed with the tools they name.
#![cfg(unix)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{TempStore, admin, names, now, operator, pin_set, typed};
use pindesk::exchange::{ReadError, save_evidence};
use pindesk::plan::{Action, BatchId};
use pindesk::progress::{Progress, Unwatched};
use pindesk::store::{Decision, Grant, StoreError};
use tempfile::TempDir;

/// A store with a plan that Ann submitted, Bob commented on and approved, and Ann applied, with
/// other batches in between.
fn reviewed() -> (TempStore, BatchId) {
    let mut temp = TempStore::with(&[
        ("Ken Myer", "kenmyer"),
        ("Jörg Müller", "jmuller"),
        ("Anna Smith", "asmith"),
    ]);
    let bob = operator("bob");
    temp.store
        .grant(Grant::Give, "CsHelpDesk", "bob", &admin(), now())
        .unwrap();
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer", "Jörg Müller"]));
    let id = temp.store.submit(&plan, &admin(), now()).unwrap();
    temp.store
        .decide(id, Decision::Comment, "why \"Jörg\"?", &bob, now())
        .unwrap();
    let other = temp.plan(Action::Lock, typed(&["Anna Smith"]));
    temp.apply(&other).unwrap();
    temp.store
        .decide(id, Decision::Approve, "fine", &bob, now())
        .unwrap();
    let plan = temp
        .store
        .submitted(id, &admin(), now())
        .unwrap()
        .reviewed
        .pins()
        .unwrap()
        .plan;
    let batch = temp.apply(&plan).unwrap().batch.unwrap();
    (temp, batch)
}

fn unpacked(temp: &TempStore, batch: BatchId) -> TempDir {
    let path = temp.folder.path().join("evidence.zip");
    save_evidence(&temp.store, batch, &path, &admin(), now(), &Unwatched).unwrap();
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(fs::File::open(path).unwrap())
        .unwrap()
        .extract(folder.path())
        .unwrap();
    folder
}

/// The commands of the README in the archive, for the sums, the links and the plan.
fn recipe(folder: &Path) -> [String; 3] {
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    let links = readme
        .split_once("for folder")
        .map(|(_, rest)| format!("for folder{rest}"))
        .unwrap();
    let (links, rest) = links.split_once("\ndone\n").unwrap();
    let plan = rest
        .lines()
        .find(|line| line.starts_with("grep"))
        .unwrap_or_default();
    let sums = readme
        .lines()
        .find(|line| line.starts_with("sha256sum"))
        .unwrap();
    [sums.to_owned(), format!("{links}\ndone"), plan.to_owned()]
}

/// The output of a shell command, and whether it succeeded.
fn shell(folder: &Path, command: &str) -> (String, bool) {
    let done = Command::new("sh")
        .arg("-c")
        .arg(command)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    (
        String::from_utf8_lossy(&done.stdout).into_owned(),
        done.status.success(),
    )
}

fn files(folder: &Path) -> Vec<String> {
    let (listed, _) = shell(folder, "find . -type f | sort");
    listed
        .lines()
        .map(|line| line.trim_start_matches("./").to_owned())
        .collect()
}

#[test]
fn the_recipe_finds_everything_in_order_and_names_each_step() {
    let (temp, batch) = reviewed();
    let folder = unpacked(&temp, batch);
    let names = files(folder.path());
    let steps: Vec<String> = names
        .iter()
        .filter_map(|name| name.strip_prefix("entries/"))
        .map(|name| {
            name.split_once('-')
                .unwrap()
                .1
                .split('/')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        steps,
        [
            "submit-plan",
            "comment-plan",
            "approve-plan",
            "lock",
            "lock",
            "lock"
        ]
    );
    let [sums, links, plan] = recipe(folder.path());
    let (printed, is_good) = shell(folder.path(), &sums);
    assert!(is_good, "{printed}");
    assert_eq!(
        printed
            .lines()
            .filter(|line| line.ends_with(": OK"))
            .count(),
        names.len() - 1,
        "{printed}"
    );
    assert_eq!(shell(folder.path(), &links), (String::new(), true));
    let (named, _) = shell(folder.path(), &plan);
    assert_eq!(
        named.lines().count(),
        4,
        "submitted, commented, approved and applied was this plan: {named}"
    );
    let readme = fs::read_to_string(folder.path().join("README.txt")).unwrap();
    assert!(
        readme.contains(&temp.store.verify_history(&Unwatched).unwrap().head),
        "{readme}"
    );
    assert!(!readme.contains("BROKEN"));
    let report = fs::read_to_string(folder.path().join("report.html")).unwrap();
    let review = report
        .split_once("<dt>Review</dt>")
        .unwrap()
        .1
        .split_once("</dd>")
        .unwrap()
        .0;
    let steps =
        ["Submitted by ", "Comment by ", "Approved by "].map(|step| review.find(step).unwrap());
    assert!(
        steps.is_sorted() && !review.contains("Applied by"),
        "{review}"
    );
    let all = names
        .iter()
        .map(|name| fs::read_to_string(folder.path().join(name)).unwrap())
        .collect::<String>();
    assert!(!all.contains("Anna"), "nothing of other batches");
}

#[test]
fn whatever_is_changed_is_found() {
    let (temp, batch) = reviewed();
    let whole = unpacked(&temp, batch);
    for name in files(whole.path())
        .into_iter()
        .filter(|name| name != "SHA256SUMS")
    {
        let folder = unpacked(&temp, batch);
        let file = folder.path().join(&name);
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, bytes).unwrap();
        let [sums, ..] = recipe(whole.path());
        assert!(!shell(folder.path(), &sums).1, "{name}");
    }
    // If the sum is edited too, the link from the next entry shows it.
    let folder = unpacked(&temp, batch);
    let lock = files(folder.path())
        .into_iter()
        .find(|name| name.contains("-lock/"))
        .unwrap();
    let text = fs::read_to_string(folder.path().join(&lock))
        .unwrap()
        .replace("INC-7", "INC-8");
    fs::write(folder.path().join(&lock), text).unwrap();
    shell(
        folder.path(),
        "sha256sum README.txt report.html plan.json entries/*/* > SHA256SUMS",
    );
    let [sums, links, _] = recipe(folder.path());
    assert!(shell(folder.path(), &sums).1);
    assert!(shell(folder.path(), &links).0.contains("does not follow"));
    // Another plan is found as well.
    let folder = unpacked(&temp, batch);
    let [.., plan] = recipe(folder.path());
    let text = fs::read_to_string(folder.path().join("plan.json"))
        .unwrap()
        .replace("kenmyer", "asmith");
    fs::write(folder.path().join("plan.json"), text).unwrap();
    assert_eq!(shell(folder.path(), &plan).0, "");
}

#[test]
fn a_batch_without_a_submitted_plan_has_its_entries_alone_and_an_unknown_one_has_none() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let plan = temp.plan(Action::Lock, typed(&["Ken Myer"]));
    let batch = temp.apply(&plan).unwrap().batch.unwrap();
    let folder = unpacked(&temp, batch);
    assert!(!folder.path().join("plan.json").exists());
    let [sums, links, plan] = recipe(folder.path());
    assert!(shell(folder.path(), &sums).1);
    assert_eq!(
        (shell(folder.path(), &links).0, plan),
        (String::new(), String::new())
    );
    let path = temp.folder.path().join("none.zip");
    let none = save_evidence(&temp.store, BatchId(99), &path, &admin(), now(), &Unwatched);
    assert_eq!(
        none,
        Err(ReadError::Store(StoreError::NoSuchBatch { id: 99 }))
    );
    assert!(!path.exists());
}

/// Edits the entries of a batch with another connection at the first report of progress.
struct Editing {
    sql: common::Untriggered,
    batch: BatchId,
}

impl Progress for Editing {
    fn advance(&self, _done: u64, _total: u64) {
        self.sql
            .execute(
                "UPDATE history SET target = 'sip:x@y' WHERE batch_id = ?1",
                [self.batch.0],
            )
            .unwrap();
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

#[test]
fn the_archive_has_exactly_the_verified_entries() {
    let mut temp = TempStore::new();
    let logons: Vec<String> = (0..600).map(|number| format!("user{number}")).collect();
    let users = logons.iter().map(|logon| names(logon, logon)).collect();
    temp.import_users(users).unwrap();
    let facts: Vec<_> = logons
        .iter()
        .map(|logon| (logon.as_str(), pin_set()))
        .collect();
    let plan = temp.plan_pins(&facts);
    let batch = temp
        .store
        .import(&plan, &admin(), now(), &Unwatched)
        .unwrap()
        .batch;
    let path = temp.folder.path().join("evidence.zip");
    let editing = Editing {
        sql: temp.without_triggers(),
        batch,
    };
    save_evidence(&temp.store, batch, &path, &admin(), now(), &editing).unwrap();
    assert!(
        temp.store
            .verify_history(&Unwatched)
            .unwrap()
            .first_break
            .is_some(),
        "it was edited meanwhile"
    );
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(fs::File::open(path).unwrap())
        .unwrap()
        .extract(folder.path())
        .unwrap();
    let [sums, links, _] = recipe(folder.path());
    let (printed, is_good) = shell(folder.path(), &sums);
    assert!(is_good, "{printed}");
    assert_eq!(shell(folder.path(), &links), (String::new(), true));
}

#[test]
fn a_store_that_was_edited_says_so_in_its_evidence() {
    let (temp, batch) = reviewed();
    let plain = temp.plain();
    plain
        .execute_batch("DROP TRIGGER history_no_update; DROP TRIGGER batches_no_update;")
        .unwrap();
    plain
        .execute(
            "UPDATE history SET target = 'sip:x@y' WHERE batch_id = ?1 AND kind = 'pin'",
            [batch.0],
        )
        .unwrap();
    plain
        .execute(
            "UPDATE batches SET action = '../../lock' WHERE id = ?1",
            [batch.0],
        )
        .unwrap();
    drop(plain);
    let folder = unpacked(&temp, batch);
    assert!(
        fs::read_to_string(folder.path().join("README.txt"))
            .unwrap()
            .contains("BROKEN at entry")
    );
    let [sums, ..] = recipe(folder.path());
    assert!(
        !shell(folder.path(), &sums).1,
        "its entries are not what their hashes stand for"
    );
    assert!(
        files(folder.path())
            .iter()
            .any(|name| name.contains("-lock/"))
    );
}
