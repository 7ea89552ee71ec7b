//! The key outside the store in the window: making, exporting, importing and rotating it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use eframe::egui::{Key, Modifiers, Theme, Vec2};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::NodeT as _;
use pindesk::domain::identity::Identity;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::pin_key::{KeyId, PinKey};
use pindesk::domain::role::Operator;
use pindesk::environment::KeyPlace;
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{FoundKey, Grant, HistoryQuery, KeySource, KeysInUse, Store};
use pindesk::worker::KeyKeeper;
use tempfile::TempDir;

use super::harness::{Desk, ann, now, sample_store};

const SIZE: Vec2 = Vec2::new(1280.0, 800.0);

/// A keyring in memory. It draws the same keys in each run, since pictures show their IDs.
#[derive(Debug, Default)]
struct Keyring(Mutex<Vec<PinKey>>);

impl KeySource for Keyring {
    fn find(&self, id: &KeyId) -> Result<Option<FoundKey>, String> {
        let keys = self.0.lock().unwrap();
        let found = keys.iter().find(|key| key.id() == id);
        Ok(found.map(|key| FoundKey {
            key: key.clone(),
            found_in: self.words(),
        }))
    }
}

impl KeyKeeper for Keyring {
    fn words(&self) -> String {
        "the keyring of this account".to_owned()
    }

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn draw(&self) -> Result<PinKey, String> {
        let nth = self.0.lock().unwrap().len() as u8;
        Ok(PinKey::of([nth + 1; 32]))
    }

    fn keep(&self, key: &PinKey) -> Result<(), String> {
        self.0.lock().unwrap().push(key.clone());
        Ok(())
    }

    fn read_file(&self, path: &Path) -> Result<Vec<PinKey>, String> {
        KeyPlace::Nowhere.read_file(path)
    }

    fn write_file(&self, path: &Path, keys: &[PinKey]) -> Result<(), String> {
        KeyPlace::Nowhere.write_file(path, keys)
    }
}

/// A window whose account keeps keys in a file beside the store.
fn with_key_file(prepare: impl FnOnce(&Path)) -> Desk {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pindesk.db");
    prepare(&path);
    let keys = Arc::new(KeyPlace::File(key_file(folder.path())));
    Desk::open_as(ann(), keys, folder, &path, SIZE, Theme::Light)
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("pins.key")
}

/// A window on the sample directory.
fn with_sample() -> Desk {
    let mut desk = with_key_file(|path| drop(sample_store(path)));
    desk.wait_for("Users, 250 of 250 shown");
    desk
}

/// Opens the dialog and waits for a text in it.
fn open_keys(desk: &mut Desk, text: &str) {
    desk.click("File");
    desk.click("PIN key…");
    desk.wait_until(text, |desk| desk.says(text));
}

fn confirm(desk: &mut Desk, step: &str, outcome: &str) {
    desk.click(step);
    desk.click("Confirm");
    desk.wait_until(outcome, |desk| desk.says(outcome));
}

/// A window on a store with a key.
fn with_key() -> Desk {
    let mut desk = with_sample();
    open_keys(&mut desk, "This store uses no key.");
    confirm(&mut desk, "New key…", "Export a copy now");
    desk
}

/// A connection with the keys of the window's account.
fn store_with_keys(desk: &Desk) -> Store {
    let mut store = desk.store();
    let keys = KeyPlace::File(key_file(desk.folder.path()));
    store.set_keys(Arc::new(keys));
    store
}

fn in_use(desk: &Desk) -> KeysInUse {
    store_with_keys(desk).keys_in_use().unwrap()
}

fn set_pin(store: &mut Store, identity: &str) {
    let request = Request {
        action: Action::SetPin,
        targets: vec![Target::Identity(identity.to_owned())],
        keep: Keep::All,
        reason: String::new(),
        ticket: String::new(),
    };
    let plan = store
        .plan(&request, &ann(), now(), &Unwatched)
        .unwrap()
        .plan;
    let pin = Pin::parse("48213").unwrap();
    let applied = store.apply_with(&plan, Some(&pin), &ann(), now(), &Unwatched);
    assert_eq!(applied.unwrap().changed.len(), 1);
}

fn is_right(store: &mut Store, identity: &str) -> bool {
    let found = store.find(&Identity::parse(identity).unwrap()).unwrap();
    let pin = Pin::parse("48213").unwrap();
    let logon = store.authenticate(found[0].id, &pin, &ann(), now());
    logon.unwrap().refusal.is_none()
}

/// The reasons of the batches about keys, newest first.
fn key_batches(desk: &Desk) -> Vec<String> {
    let all = desk
        .store()
        .batches(&HistoryQuery::default(), 100, &Unwatched)
        .unwrap();
    all.into_iter()
        .filter(|batch| batch.action.word() == "set-key")
        .map(|batch| batch.reason)
        .collect()
}

/// The window of another account on the same store, with a folder of its own for keys.
fn other_account(desk: &Desk, account: &str, role: &str) -> Desk {
    desk.store()
        .grant(Grant::Give, role, account, &ann(), now())
        .unwrap();
    let operator = Operator {
        account: account.to_owned(),
        machine: "desk-2".to_owned(),
        id: None,
    };
    let folder = TempDir::new().unwrap();
    let keys = Arc::new(KeyPlace::File(key_file(folder.path())));
    let path = desk.store_path();
    let mut other = Desk::open_as(operator, keys, folder, &path, SIZE, Theme::Light);
    other.wait_for("Users, 250 of 250 shown");
    other
}

#[cfg(unix)]
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{}", path.display());
}

#[cfg(not(unix))]
fn assert_private(_path: &Path) {}

#[test]
fn a_key_is_made_after_one_question_and_then_exported() {
    let mut desk = with_sample();
    open_keys(&mut desk, "This store uses no key.");
    desk.click("New key…");
    assert!(desk.says("Make a key for this store?"));
    desk.click("Cancel");
    assert_eq!(in_use(&desk), KeysInUse::default());
    confirm(&mut desk, "New key…", "Export a copy now and lock it away");
    let key = in_use(&desk).key.unwrap();
    assert!(key.found.is_ok());
    assert!(desk.says(key.id.as_str()) && desk.says("is in force. It was found in the file"));
    assert_private(&key_file(desk.folder.path()));

    let copy = desk.folder.path().join("copy.key");
    desk.answer_dialogs_with(&copy);
    desk.click("Export key…");
    desk.wait_until("the export", |desk| {
        desk.says("in clear and for your account alone. Lock it away.")
    });
    assert_private(&copy);
    let kept = std::fs::read(&copy).unwrap();
    desk.click("Export key…");
    desk.wait_until("the refusal", |desk| {
        desk.says("there is a file already, which stays as it is")
    });
    assert_eq!(std::fs::read(&copy).unwrap(), kept);
    let [exported, made] = &key_batches(&desk)[..] else {
        panic!("{:?}", key_batches(&desk));
    };
    assert!(made.contains("from now on") && exported.contains("exported"));
    desk.click("Close");
    assert!(!desk.has("Export key…"));
}

#[test]
fn another_account_imports_the_key_from_the_bar_and_sets_pins() {
    let mut desk = with_key();
    let copy = desk.folder.path().join("copy.key");
    desk.answer_dialogs_with(&copy);
    desk.click("Export key…");
    desk.wait_until("the export", |desk| desk.says("Lock it away."));
    let mut other = other_account(&desk, "bob", "CsHelpDesk");
    other.wait_until("the bar", |other| {
        other.says("is needed to set and test PINs")
    });
    let foreign = other.folder.path().join("foreign.key");
    let foreign_key = PinKey::of([9; 32]);
    KeyPlace::Nowhere
        .write_file(&foreign, std::slice::from_ref(&foreign_key))
        .unwrap();
    other.answer_dialogs_with(&foreign);
    other.click("Import key…");
    other.wait_until("the refusal", |other| {
        other.says("this file has no key that the store uses")
    });
    assert!(other.says(foreign_key.id().as_str()) && other.says("is needed to set and test PINs"));
    other.click("Close");
    other.answer_dialogs_with(&copy);
    other.click("Import key…");
    other.wait_until("the import", |other| other.says("now. Delete the file"));
    other.click("Close");
    other.wait_until("no bar", |other| {
        !other.says("is needed to set and test PINs")
    });
    assert_private(&key_file(other.folder.path()));
    other.search("Carla Eklund");
    other.click_row("Carla Eklund, ");
    other.click("Actions");
    other.click("Set new PIN…");
    other.wait_for("1 will change");
    other.click("Apply");
    other.click("Confirm");
    other.wait_for("1 changed");
    assert_eq!(store_with_keys(&desk).key_state().unwrap().with_key, 1);
}

#[test]
fn a_rotation_ends_when_no_pin_needs_the_old_key() {
    let mut desk = with_key();
    let old = in_use(&desk).key.unwrap().id;
    let mut store = store_with_keys(&desk);
    set_pin(&mut store, "Carla Eklund");
    confirm(&mut desk, "Rotate key…", "Finish the rotation when");
    let state = store_with_keys(&desk).key_state().unwrap();
    assert_eq!(state.keys.before.as_ref().unwrap().id, old);
    assert_eq!((state.with_key, state.with_old_key), (0, 1));
    assert!(!desk.is_enabled("Finish rotation…"));
    assert!(desk.says("1 PIN still needs another key."));
    assert!(!desk.has("Rotate key…"));
    desk.click("Close");

    assert!(is_right(&mut store_with_keys(&desk), "Carla Eklund"));
    open_keys(&mut desk, "No PIN needs the old key any more.");
    confirm(
        &mut desk,
        "Finish rotation…",
        "The rotation is finished. No PIN needs key",
    );
    assert_eq!(in_use(&desk).before, None);
    assert!(is_right(&mut store_with_keys(&desk), "Carla Eklund"));
    assert!(desk.is_enabled("Rotate key…"));
    let verified = store.verify_history(&Unwatched).unwrap();
    assert_eq!((verified.first_break, verified.differences), (None, vec![]));
}

#[test]
fn an_operator_without_the_permission_sees_why_and_may_only_import() {
    let mut desk = with_sample();
    let mut other = other_account(&desk, "bob", "CsHelpDesk");
    open_keys(&mut other, "This store uses no key.");
    assert!(!other.is_enabled("New key…"));
    assert!(other.says("You need a role with Set-CsPinPolicy that holds everywhere."));
    open_keys(&mut desk, "This store uses no key.");
    confirm(&mut desk, "New key…", "Export a copy now");
    other.wait_until("the key of the other window", |other| {
        other.has("Rotate key…")
    });
    assert!(!other.is_enabled("Rotate key…") && !other.is_enabled("Export key…"));
    let described = other.control("Export key…");
    let described = described.accesskit_node().description().unwrap();
    assert!(described.contains("Set-CsPinPolicy"), "{described}");
    let key = store_with_keys(&desk).keys_in_use().unwrap();
    assert!(key.key.unwrap().found.is_ok());
    assert_eq!(key_batches(&desk).len(), 1);
}

#[test]
fn a_permission_that_is_taken_meanwhile_refuses_the_step_and_that_is_recorded() {
    let desk = with_sample();
    let mut other = other_account(&desk, "bob", "CsServerAdministrator");
    open_keys(&mut other, "This store uses no key.");
    other.click("New key…");
    desk.store()
        .grant(Grant::Take, "CsServerAdministrator", "bob", &ann(), now())
        .unwrap();
    other.click("Confirm");
    other.wait_until("the refusal", |other| {
        other.says("bob may not run Set-CsPinPolicy")
    });
    other.wait_until("the reason", |other| {
        other.says("You need a role with Set-CsPinPolicy")
    });
    assert!(!other.is_enabled("New key…"));
    assert!(!key_file(other.folder.path()).exists());
    assert_eq!(in_use(&desk), KeysInUse::default());
    assert_eq!(key_batches(&desk), ["make a key"]);
}

#[test]
fn an_export_that_cannot_be_written_says_that_the_history_records_it() {
    let mut desk = with_key();
    let nowhere = desk.folder.path().join("no folder").join("copy.key");
    desk.answer_dialogs_with(&nowhere);
    desk.click("Export key…");
    desk.wait_until("the error", |desk| {
        desk.says("The key was not exported, although the history records an attempt")
    });
    assert_eq!(key_batches(&desk).len(), 2);
}

#[test]
fn a_missing_key_can_be_imported_or_replaced_but_not_exported() {
    let mut desk = with_key();
    desk.click("Close");
    let file = key_file(desk.folder.path());
    let moved = desk.folder.path().join("moved.key");
    std::fs::rename(&file, &moved).unwrap();
    let mut other = other_account(&desk, "carl", "CsServerAdministrator");
    open_keys(&mut other, "The key is not here.");
    assert!(!other.is_enabled("Export key…") && other.is_enabled("Import key…"));
    other.click("Rotate key…");
    assert!(other.says("is not here. PINs that need it can be tested only where it is"));
    other.press(Modifiers::NONE, Key::Escape);
    assert!(other.is_enabled("Rotate key…"), "Esc leaves the question");
    other.press(Modifiers::NONE, Key::Escape);
    assert!(!other.has("Rotate key…"), "and then the dialog");
    open_keys(&mut other, "The key is not here.");
    other.answer_dialogs_with(&moved);
    other.click("Import key…");
    other.wait_until("the import", |other| other.says("now. Delete the file"));
    assert!(other.is_enabled("Export key…"));
    other.wait_until("no other import", |other| !other.has("Import key…"));
}

#[test]
fn where_no_key_can_be_kept_the_dialog_says_so() {
    let mut desk = Desk::with_sample();
    open_keys(&mut desk, "No key can be kept here");
    assert!(!desk.is_enabled("New key…"));
}

#[test]
fn the_first_start_offers_a_key_and_asks_once() {
    const BOX: &str = "Use a key outside the store";
    let mut desk = with_key_file(|_| {});
    desk.wait_for(BOX);
    desk.wait_until("the keys are read", |desk| desk.is_enabled(BOX));
    desk.click(BOX);
    desk.wait_until("the question", |desk| {
        desk.says("Make a key for this store?")
    });
    desk.click("Cancel");
    assert!(!desk.has("Close"), "the dialog was opened for the question");
    assert!(desk.is_enabled(BOX));
    assert_eq!(in_use(&desk), KeysInUse::default());
    desk.click(BOX);
    desk.wait_until("the question", |desk| {
        desk.says("Make a key for this store?")
    });
    desk.click("Confirm");
    desk.wait_until("the outcome", |desk| desk.says("Export a copy now"));
    desk.click("Close");
    desk.wait_until("the box is ticked", |desk| !desk.is_enabled(BOX));
    assert!(in_use(&desk).key.unwrap().found.is_ok());
}

fn empty_file(path: &Path) {
    std::fs::write(path, []).unwrap();
}

#[test]
fn a_store_of_an_empty_file_begins_with_a_key_only_if_the_box_is_ticked() {
    let mut desk = with_key_file(empty_file);
    desk.wait_for("Make a new store here");
    desk.click("Make a new store here");
    desk.wait_for("Open the sample directory");
    assert_eq!(in_use(&desk), KeysInUse::default());

    let mut desk = with_key_file(empty_file);
    desk.wait_for("Make a new store here");
    desk.click("Use a key outside the store");
    desk.click("Make a new store here");
    desk.wait_until("the outcome", |desk| desk.says("Export a copy now"));
    assert!(in_use(&desk).key.unwrap().found.is_ok());

    let mut nowhere = Desk::open(empty_file, SIZE, Theme::Light);
    nowhere.wait_for("Make a new store here");
    nowhere.click("Use a key outside the store");
    nowhere.click("Make a new store here");
    nowhere.wait_until("the reason", |desk| {
        desk.says("there is no place for keys here") && desk.says("This store uses no key.")
    });
    assert_eq!(in_use(&nowhere), KeysInUse::default());
}

#[test]
fn the_key_is_made_and_exported_with_keys_alone() {
    let mut desk = with_sample();
    open_keys(&mut desk, "This store uses no key.");
    let has_focus = |desk: &Desk, name: &str| desk.control(name).accesskit_node().is_focused();
    assert!(has_focus(&desk, "New key…"));
    desk.press(Modifiers::NONE, Key::Enter);
    assert!(has_focus(&desk, "Cancel"));
    desk.press(Modifiers::SHIFT, Key::Tab);
    assert!(has_focus(&desk, "Confirm"));
    let copy = desk.folder.path().join("copy.key");
    desk.answer_dialogs_with(&copy);
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_until("the outcome", |desk| desk.says("Export a copy now"));
    assert!(has_focus(&desk, "Export key…"));
    desk.press(Modifiers::NONE, Key::Enter);
    desk.wait_until("the export", |desk| desk.says("Lock it away."));
    assert!(copy.exists());
    desk.press(Modifiers::NONE, Key::Escape);
    assert!(!desk.has("Export key…"));
}

#[test]
fn in_the_smallest_window_all_steps_are_reached_with_tab() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pindesk.db");
    let keys = Arc::new(Keyring::default());
    drop(sample_store(&path));
    let size = Vec2::new(640.0, 400.0);
    let mut own = Desk::open_as(ann(), keys, folder, &path, size, Theme::Light);
    own.wait_for("Users, 250 of 250 shown");
    open_keys(&mut own, "This store uses no key.");
    confirm(&mut own, "New key…", "Export a copy now");
    confirm(&mut own, "Rotate key…", "Finish the rotation when");
    // Another account without the keys, whose dialog is the highest one.
    let missing = Arc::new(Keyring::default());
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::open_as(ann(), missing, folder, &path, size, Theme::Light);
    desk.wait_for("Users, 250 of 250 shown");
    open_keys(&mut desk, "The key is not here.");
    let inside = |desk: &Desk, name: &str| {
        let rect = desk.control(name).rect();
        rect.top() >= 0.0 && rect.bottom() <= 400.0
    };
    assert!(inside(&desk, "Import key…") && inside(&desk, "Close"));
    desk.press(Modifiers::NONE, Key::Tab);
    assert!(
        desk.control("Finish rotation…")
            .accesskit_node()
            .is_focused()
    );
    assert!(inside(&desk, "Finish rotation…"));
}

/// A dialog, a question and a bar, in both themes, in a narrow and in a wide window.
#[test]
fn pictures() {
    let mut results = SnapshotResults::new();
    for (width, theme, suffix) in [
        (1600.0, Theme::Light, "light"),
        (800.0, Theme::Dark, "dark"),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pindesk.db");
        let keys = Arc::new(Keyring::default());
        let mut store = sample_store(&path);
        set_pin(&mut store, "sip:malahmad@litwareinc.com");
        let size = Vec2::new(width, 800.0);
        let mut desk = Desk::open_as(ann(), keys.clone(), folder, &path, size, theme);
        desk.wait_for("Users, 250 of 250 shown");
        let picture = |desk: &mut Desk, name: &str| {
            desk.harness.remove_cursor();
            desk.harness.run();
            desk.harness.snapshot(format!("{name}-{suffix}"));
        };
        open_keys(&mut desk, "This store uses no key.");
        picture(&mut desk, "key-none");
        desk.click("New key…");
        picture(&mut desk, "key-question");
        desk.click("Confirm");
        desk.wait_until("the outcome", |desk| desk.says("Export a copy now"));
        picture(&mut desk, "key-made");
        store.set_keys(keys.clone());
        set_pin(&mut store, "Carla Eklund");
        confirm(&mut desk, "Rotate key…", "Finish the rotation when");
        picture(&mut desk, "key-rotation");
        desk.click("Close");
        keys.0.lock().unwrap().pop();
        let folder = TempDir::new().unwrap();
        let missing = Arc::new(Keyring::default());
        let mut other = Desk::open_as(ann(), missing, folder, &path, size, theme);
        other.wait_until("the bar", |desk| {
            desk.says("is needed to set and test PINs")
        });
        picture(&mut other, "key-bar");
        open_keys(&mut other, "The key is not here.");
        picture(&mut other, "key-missing");
        results.extend_harness(&mut desk.harness);
        results.extend_harness(&mut other.harness);
    }
}
