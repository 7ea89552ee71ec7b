//! A window without a screen: the real program with a real store, a fixed clock, and a file dialog
//! that answers at once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eframe::egui::accesskit::Role;
use eframe::egui::{self, DroppedFile, Key, Modifiers, Theme, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use pindesk::app::{FileChooser, WindowEnvironment};
use pindesk::domain::Time;
use pindesk::domain::identity::Identity;
use pindesk::domain::role::Operator;
use pindesk::domain::user::UserRecord;
use pindesk::environment::{Hooks, KeyPlace};
use pindesk::exchange::{ImportOptions, Input, preview_input, sample};
use pindesk::plan::{Action, Keep, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{Grant, Store, Witness};
use pindesk::ui::PinDesk;
use pindesk::worker::{KeyKeeper, Waker};
use pindesk::zone::Zone;
use tempfile::TempDir;

/// The number of frames before a test gives up, about half a minute.
const LOOKS: usize = 3000;

/// A window, the folder of its store, and the answer of its file dialog.
pub struct Desk {
    pub harness: Harness<'static, PinDesk>,
    pub folder: TempDir,
    answer: Arc<Mutex<Option<PathBuf>>>,
}

pub fn now() -> Time {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub fn ann() -> Operator {
    Operator {
        account: "ann".to_owned(),
        machine: "desk-1".to_owned(),
        id: None,
    }
}

/// A store of the first released PinDesk, with 13 users.
pub fn released_store() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stores/v5.db");
    std::fs::read(path).unwrap()
}

/// Half an hour after the last entry of [`released_store`].
pub fn after_release() -> Time {
    "2026-11-28T22:30:00Z".parse().unwrap()
}

/// A store with the sample directory in it.
pub fn sample_store(path: &Path) -> Store {
    sample_store_at(path, now())
}

/// A store into which the sample directory was imported at a moment.
pub fn sample_store_at(path: &Path, at: Time) -> Store {
    let mut store = Store::open(path, &ann(), at).unwrap();
    for (name, bytes) in [("users.csv", sample::USERS), ("pins.csv", sample::PINS)] {
        let options = ImportOptions {
            zone: Zone::utc(),
            ..ImportOptions::default()
        };
        let preview =
            preview_input(&store, &Input::bytes(name, bytes), &options, at, &Unwatched).unwrap();
        store.import(&preview.plan, &ann(), at, &Unwatched).unwrap();
    }
    store
}

/// Applies an action as another operator, on a separate connection.
pub fn someone_else(store: &mut Store, action: Action, identity: &str, account: &str) {
    change_as(store, action, identity, account, "asked on the phone");
}

/// Locks a PIN as an operator, with a reason.
pub fn lock_with_reason(store: &mut Store, identity: &str, account: &str, reason: &str) {
    change_as(store, Action::Lock, identity, account, reason);
}

fn change_as(store: &mut Store, action: Action, identity: &str, account: &str, reason: &str) {
    let sql = rusqlite::Connection::open(store.path()).unwrap();
    sql.execute(
        "INSERT OR IGNORE INTO operator_roles (account_key, account, role) VALUES (?1, ?1, 'CsHelpDesk')",
        [account],
    )
    .unwrap();
    let operator = Operator {
        account: account.to_owned(),
        machine: "desk-2".to_owned(),
        id: None,
    };
    let request = Request {
        action,
        targets: vec![Target::Identity(identity.to_owned())],
        keep: Keep::All,
        reason: reason.to_owned(),
        ticket: String::new(),
    };
    let plan = store
        .plan(&request, &operator, now(), &Unwatched)
        .unwrap()
        .plan;
    assert_eq!(
        store
            .apply(&plan, &operator, now(), &Unwatched)
            .unwrap()
            .changed
            .len(),
        1
    );
}

impl Desk {
    /// A window on an empty folder.
    pub fn first_start() -> Self {
        Self::open(|_| {}, Vec2::new(1280.0, 800.0), Theme::Light)
    }

    /// A window on the sample directory.
    pub fn with_sample() -> Self {
        Self::with_sample_in(Vec2::new(1280.0, 800.0), Theme::Light)
    }

    pub fn with_sample_in(size: Vec2, theme: Theme) -> Self {
        let mut desk = Self::open(|path| drop(sample_store(path)), size, theme);
        desk.wait_for("Users, 250 of 250 shown");
        desk
    }

    pub fn open(prepare: impl FnOnce(&Path), size: Vec2, theme: Theme) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pindesk.db");
        prepare(&path);
        Self::open_on(folder, &path, size, theme)
    }

    /// A window on an existing store. The folder exists as long as the window.
    pub fn open_on(folder: TempDir, store: &Path, size: Vec2, theme: Theme) -> Self {
        Self::open_as(
            ann(),
            Arc::new(KeyPlace::default()),
            folder,
            store,
            size,
            theme,
        )
    }

    /// The window of another operator on the same store. The operator has the role CsHelpDesk.
    pub fn beside(&self, account: &str) -> Self {
        self.store()
            .grant(Grant::Give, "CsHelpDesk", account, &ann(), now())
            .unwrap();
        let operator = Operator {
            account: account.to_owned(),
            machine: "desk-2".to_owned(),
            id: None,
        };
        let size = Vec2::new(1280.0, 800.0);
        let mut other = Self::open_as(
            operator,
            Arc::new(KeyPlace::default()),
            TempDir::new().unwrap(),
            &self.store_path(),
            size,
            Theme::Light,
        );
        other.wait_for("Users, 250 of 250 shown");
        other
    }

    /// The window of an operator, with a place for keys.
    pub fn open_as(
        operator: Operator,
        keys: Arc<dyn KeyKeeper>,
        folder: TempDir,
        store: &Path,
        size: Vec2,
        theme: Theme,
    ) -> Self {
        let answer: Arc<Mutex<Option<PathBuf>>> = Arc::default();
        let files = Box::new(Answers(Arc::clone(&answer)));
        let (store, sample_store) = (store.to_owned(), folder.path().join("sample.db"));
        let witness = Witness::in_folder(folder.path().join("seen"));
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(theme)
            .with_max_steps(16)
            .allow_missing_glyphs()
            .build_eframe(move |cc| {
                let ctx = cc.egui_ctx.clone();
                let environment = WindowEnvironment {
                    store,
                    sample_store,
                    folder_advice: None,
                    fixed_theme: None,
                    machine_file: None,
                    operator,
                    keys,
                    hooks: Arc::new(Hooks::default()),
                    witness: Some(witness),
                    clock: Arc::new(now),
                    zone: Zone::utc(),
                    waker: Waker::new(move || ctx.request_repaint()),
                    files,
                };
                let mut desk = PinDesk::new(cc, environment);
                "none: painted by a test".clone_into(&mut desk.app.renderer);
                cc.egui_ctx.set_theme(theme);
                desk
            });
        Self {
            harness,
            folder,
            answer,
        }
    }

    pub fn store_path(&self) -> PathBuf {
        self.folder.path().join("pindesk.db")
    }

    /// Another connection to the store of the window.
    pub fn store(&self) -> Store {
        Store::open(&self.store_path(), &ann(), now()).unwrap()
    }

    /// The user with this identity, as stored.
    pub fn stored(&self, identity: &str) -> UserRecord {
        let mut found = self
            .store()
            .find(&Identity::parse(identity).unwrap())
            .unwrap();
        assert_eq!(found.len(), 1, "{identity}");
        found.remove(0)
    }

    /// Sets the file that the next file dialog returns.
    pub fn answer_dialogs_with(&self, path: &Path) {
        *self.answer.lock().unwrap() = Some(path.to_owned());
    }

    /// Writes a file into the folder of the store.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn drop_file(&mut self, path: &Path) {
        self.drop_files(&[path]);
    }

    pub fn drop_files(&mut self, paths: &[&Path]) {
        for path in paths {
            self.harness
                .input_mut()
                .dropped_files
                .push(Arc::new(Dropped((*path).to_owned())));
        }
        self.harness.step();
        self.harness.input_mut().dropped_files.clear();
        self.harness.run();
    }

    /// Runs frames until a condition holds, because other threads need time.
    pub fn wait_until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        for _ in 0..LOOKS {
            self.harness.step();
            if holds(self) {
                // The window must come to rest: `run` fails if it keeps repainting.
                self.harness.run();
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("still not so: {what}\n{}", self.names().join("\n"));
    }

    /// Waits for a control whose name contains a text.
    pub fn wait_for(&mut self, name: &str) {
        self.wait_until(name, |desk| desk.has(name));
    }

    pub fn has(&self, name: &str) -> bool {
        self.harness
            .query_all_by_label_contains(name)
            .next()
            .is_some()
    }

    /// The only control with exactly this name.
    pub fn control<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness.get_by_label(name)
    }

    /// Clicks the only control with exactly this name, once it is there.
    pub fn click(&mut self, name: &str) {
        let is_there = |desk: &Self| desk.harness.query_all_by_label(name).next().is_some();
        if !is_there(self) {
            self.wait_until(name, is_there);
        }
        self.harness.get_by_label(name).click();
        self.harness.run();
    }

    /// Shows a view through the rail.
    pub fn show(&mut self, view: &str) {
        self.harness.get_by_role_and_label(Role::Tab, view).click();
        self.harness.run();
    }

    /// Clicks the row of a user like a screen reader. The label of a row begins with the name and
    /// the account.
    pub fn click_row(&mut self, start: &str) {
        self.harness.get_by_label_contains(start).click_accesskit();
        self.harness.run();
    }

    /// Moves the focus to the text field with this name.
    pub fn enter_field(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::TextInput, name)
            .focus();
        self.harness.run();
    }

    pub fn is_enabled(&self, name: &str) -> bool {
        !self.control(name).accesskit_node().is_disabled()
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    pub fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.harness.run();
    }

    /// Types into the search box and waits for the answer.
    pub fn search(&mut self, text: &str) {
        self.press(Modifiers::COMMAND, Key::F);
        self.press(Modifiers::COMMAND, Key::A);
        if text.is_empty() {
            self.press(Modifiers::NONE, Key::Backspace);
        } else {
            self.type_text(text);
        }
        let wanted = text.to_owned();
        self.wait_until("the answer to the search", |desk| {
            let app = &desk.harness.state().app;
            app.view
                .as_ref()
                .is_some_and(|view| view.query == app.query && view.query.text == wanted)
        });
    }

    /// Whether any text on the screen contains `text`.
    pub fn says(&self, text: &str) -> bool {
        self.texts().iter().any(|shown| shown.contains(text))
    }

    /// All texts on the screen.
    pub fn texts(&self) -> Vec<String> {
        self.harness
            .root()
            .children_recursive()
            .filter_map(|node| node.value())
            .collect()
    }

    /// The names of all controls, for failure messages.
    pub fn names(&self) -> Vec<String> {
        self.harness
            .root()
            .children_recursive()
            .filter_map(|node| node.accesskit_node().label())
            .collect()
    }
}

struct Answers(Arc<Mutex<Option<PathBuf>>>);

impl FileChooser for Answers {
    fn open_csv(&self, _title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {
        chosen(self.0.lock().unwrap().clone());
    }

    fn open_plan(&self, _title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {
        chosen(self.0.lock().unwrap().clone());
    }

    fn open_store(&self, _title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {
        chosen(self.0.lock().unwrap().clone());
    }

    fn open_key(&self, _title: &str, chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>) {
        chosen(self.0.lock().unwrap().clone());
    }

    fn save(
        &self,
        _title: &str,
        _name: &str,
        _extension: &str,
        chosen: Box<dyn FnOnce(Option<PathBuf>) + Send>,
    ) {
        chosen(self.0.lock().unwrap().clone());
    }

    /// The test sees which page it was: a note beside the page.
    fn open_page(&self, page: &Path) -> Result<(), String> {
        std::fs::write(page.with_extension("opened"), b"").map_err(|error| error.to_string())
    }
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}
