//! Parts that several tests share: a fixed moment, invented people, and a store in a temporary
//! folder.

#![allow(dead_code, reason = "every test file uses its own part of it")]

pub mod chance;
pub mod harness;
pub mod in_a_file;
pub mod sql;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use pindesk::domain::Time;
use pindesk::domain::identity::Identity;
use pindesk::domain::pin::PinState;
use pindesk::domain::role::Operator;
use pindesk::domain::user::{Account, UserId, UserNames, UserRecord};
use pindesk::plan::import::{ImportKind, ImportPlan, PinFacts, SeenNames, plan_pin, plan_user};
use pindesk::plan::{Action, Keep, Plan, Request, Target};
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, BatchSummary, HistoryQuery, Imported, Store, StoreError};
use tempfile::TempDir;

use in_a_file::is_in_a_file;
use sql::drop_triggers;

pub fn now() -> Time {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub fn operator(account: &str) -> Operator {
    Operator {
        account: account.to_owned(),
        machine: "WS-01".to_owned(),
        id: None,
    }
}

/// The operator who creates the stores of the tests, and so has all permissions in them.
pub fn admin() -> Operator {
    operator(r"litwareinc\ann")
}

/// All names except the GUID, made of a display name and a logon name.
pub fn names(display_name: &str, logon: &str) -> UserNames {
    UserNames {
        display_name: display_name.to_owned(),
        sip: Some(format!("{logon}@litwareinc.com")),
        upn: Some(format!("{logon}@litwareinc.com")),
        account: Some(Account {
            domain: "litwareinc".to_owned(),
            logon: logon.to_owned(),
        }),
        dn: Some(format!(
            "CN={},OU=Finance,DC=litwareinc,DC=com",
            display_name.replace(',', "\\,")
        )),
        ..UserNames::default()
    }
}

/// A PIN that is set and never expires.
pub fn pin_set() -> PinFacts {
    PinFacts {
        is_set: true,
        is_locked_out: false,
        last_change: None,
        expires: None,
    }
}

pub fn request(action: Action, targets: Vec<Target>) -> Request {
    Request {
        action,
        targets,
        keep: Keep::All,
        reason: "lost phone".to_owned(),
        ticket: "INC-7".to_owned(),
    }
}

/// Targets as they are typed.
pub fn typed(identities: &[&str]) -> Vec<Target> {
    identities
        .iter()
        .map(|&text| Target::Identity(text.to_owned()))
        .collect()
}

/// A connection to a store whose triggers are away as long as it is open.
pub struct Untriggered {
    sql: rusqlite::Connection,
    triggers: Vec<String>,
}

impl std::ops::Deref for Untriggered {
    type Target = rusqlite::Connection;

    fn deref(&self) -> &rusqlite::Connection {
        &self.sql
    }
}

impl Drop for Untriggered {
    fn drop(&mut self) {
        for trigger in &self.triggers {
            // A test may have removed the table of a trigger.
            let _is_back = self.sql.execute_batch(trigger);
        }
    }
}

/// The variable with the address of a server for tests. Its database gets a schema for each store,
/// and is made for the tests alone.
const SERVER: &str = "PINDESK_TEST_SERVER";

/// Where a new store of a test is: a file in this folder, or a schema of the server for tests.
pub fn new_path(folder: &TempDir) -> PathBuf {
    new_path_in(folder, "pindesk.db")
}

/// Where a new store of a test is: the file of this name, or a schema of the server for tests.
pub fn new_path_in(folder: &TempDir, name: &str) -> PathBuf {
    static STORES: AtomicUsize = AtomicUsize::new(0);
    match std::env::var(SERVER).ok().filter(|_| !is_in_a_file()) {
        None => folder.path().join(name),
        Some(server) => {
            let number = STORES.fetch_add(1, Ordering::Relaxed);
            let between = if server.contains('?') { '&' } else { '?' };
            let schema = format!("store_{}_{number}", std::process::id());
            format!("{server}{between}options=-csearch_path%3D{schema}").into()
        }
    }
}

/// A store in a folder that is removed with it.
pub struct TempStore {
    pub store: Store,
    pub folder: TempDir,
}

impl TempStore {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_make(&new_path(&folder), &admin(), now()).unwrap();
        Self { store, folder }
    }

    /// A store with these users, who all have a PIN that is not locked.
    pub fn with(users: &[(&str, &str)]) -> Self {
        let mut temp = Self::new();
        let names = users
            .iter()
            .map(|(display, logon)| names(display, logon))
            .collect();
        temp.import_users(names).unwrap();
        for (_, logon) in users {
            temp.import_pin(logon, &pin_set());
        }
        temp
    }

    pub fn path(&self) -> PathBuf {
        self.store.path().to_owned()
    }

    /// A second connection of the program to the file, as another window has it.
    pub fn again(&self) -> Store {
        Store::open(&self.path(), &admin(), now()).unwrap()
    }

    /// A plain SQLite connection to the file, for tests about the file (`in_a_file`).
    pub fn plain(&self) -> rusqlite::Connection {
        let is_file = self.store.path().exists();
        assert!(
            is_file,
            "this test is about a file: begin it with in_a_file()"
        );
        rusqlite::Connection::open(self.path()).unwrap()
    }

    /// A plain SQLite connection to the file, whose triggers are removed, as anyone who can write
    /// the file could do. They come back when the connection is dropped, since PinDesk does not write
    /// to a store without them.
    pub fn without_triggers(&self) -> Untriggered {
        let sql = self.plain();
        let triggers = drop_triggers(&sql);
        Untriggered { sql, triggers }
    }

    pub fn import_users(&mut self, users: Vec<UserNames>) -> Result<Imported, StoreError> {
        let plan = self.plan_users(users);
        self.store.import(&plan, &admin(), now(), &Unwatched)
    }

    pub fn plan_users(&self, users: Vec<UserNames>) -> ImportPlan {
        let mut seen = SeenNames::default();
        let count = users.len();
        let rows: Vec<_> = (2..)
            .zip(users)
            .filter_map(|(line, names)| {
                let found = self.store.users_sharing_names(&[names.keys()]).unwrap();
                let sharing = found.concat();
                plan_user(line, names, &sharing, &mut seen)
            })
            .collect();
        self.import_plan(ImportKind::Users, count - rows.len(), rows)
    }

    /// Plans the PIN states of users who are named by their logon names.
    pub fn plan_pins(&self, facts: &[(&str, PinFacts)]) -> ImportPlan {
        let mut seen = SeenNames::default();
        let rows: Vec<_> = (2..)
            .zip(facts)
            .filter_map(|(line, (logon, facts))| {
                plan_pin(line, logon, facts, &self.user(logon), &mut seen, now())
            })
            .collect();
        self.import_plan(ImportKind::Pins, facts.len() - rows.len(), rows)
    }

    pub fn import_pin(&mut self, logon: &str, facts: &PinFacts) -> Imported {
        let plan = self.plan_pins(&[(logon, facts.clone())]);
        self.store
            .import(&plan, &admin(), now(), &Unwatched)
            .unwrap()
    }

    fn import_plan(
        &self,
        kind: ImportKind,
        unchanged: usize,
        rows: Vec<pindesk::plan::import::ImportRow>,
    ) -> ImportPlan {
        let names_version = self.store.freshness().unwrap().names;
        ImportPlan {
            kind,
            source: "export.csv".to_owned(),
            sha256: "00".repeat(32),
            names_version,
            rows,
            unchanged,
            undoes: None,
            reason: String::new(),
            ticket: String::new(),
            submitted: None,
        }
    }

    /// The one user with this logon name.
    pub fn user(&self, logon: &str) -> UserRecord {
        let identity = Identity::Account {
            domain: "litwareinc".to_owned(),
            logon: logon.to_owned(),
        };
        let mut found = self.store.find(&identity).unwrap();
        assert_eq!(found.len(), 1, "{logon}");
        found.remove(0)
    }

    pub fn id(&self, logon: &str) -> UserId {
        self.user(logon).id
    }

    pub fn is_locked(&self, logon: &str) -> bool {
        self.user(logon).pin.is_locked_out(now())
    }

    /// The states of the users after replaying the history from the beginning.
    pub fn replayed(&self) -> HashMap<UserId, PinState> {
        let sql = "SELECT user_id, after FROM history WHERE kind = 'pin' AND after IS NOT NULL ORDER BY seq";
        let rows = self.sql().rows(sql).into_iter();
        rows.map(|row| {
            let [Some(id), Some(json)] = &row[..] else {
                panic!("{row:?}")
            };
            (
                UserId(id.parse().unwrap()),
                serde_json::from_str(json).unwrap(),
            )
        })
        .collect()
    }

    /// A plain connection to the server, whose tables are those of this store. None for a file.
    pub fn server(&self) -> Option<postgres::Client> {
        let path = self.path();
        let address = path
            .to_str()
            .filter(|path| path.starts_with("postgresql:"))?;
        Some(postgres::Client::connect(address, postgres::NoTls).unwrap())
    }

    /// The batches that contain a text, the newest first.
    pub fn batches(&self, text: &str) -> Vec<BatchSummary> {
        let query = HistoryQuery {
            text: text.to_owned(),
            ..HistoryQuery::default()
        };
        self.store.batches(&query, 1000, &Unwatched).unwrap()
    }

    pub fn plan(&self, action: Action, targets: Vec<Target>) -> Plan {
        self.plan_as(&admin(), action, targets)
    }

    pub fn plan_as(&self, operator: &Operator, action: Action, targets: Vec<Target>) -> Plan {
        let request = request(action, targets);
        self.store
            .plan(&request, operator, now(), &Unwatched)
            .unwrap()
            .plan
    }

    pub fn apply(&mut self, plan: &Plan) -> Result<Applied, StoreError> {
        self.store.apply(plan, &admin(), now(), &Unwatched)
    }
}
