//! A separate store for each test, filled with the sample directory, and ways to run the program on
//! it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use pindesk::cli::ExitStatus;
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::people::{environment, noon, ran};

pub const USERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample/users.csv");
pub const PINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample/pins.csv");

/// The sample directory, imported once and copied for each test.
static FILLED: LazyLock<TempDir> = LazyLock::new(|| {
    let bench = Bench::empty();
    assert_eq!(bench.run(&["import", "users", USERS]).status, 0);
    assert_eq!(bench.run(&["import", "pins", PINS]).status, 0);
    bench.folder
});

/// The sample directory, imported at the fixed time of the tests that run inside the process.
static FILLED_AT_NOON: LazyLock<TempDir> = LazyLock::new(|| {
    let bench = Bench::empty();
    for args in [["import", "users", USERS], ["import", "pins", PINS]] {
        let (status, ..) = ran(&environment("setup", noon), &bench.store(), &args);
        assert_eq!(status, ExitStatus::DONE);
    }
    bench.folder
});

/// A folder with a store in it.
pub struct Bench {
    pub folder: TempDir,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    /// A folder without a store.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A folder with a store that has the sample directory.
    pub fn filled() -> Self {
        let bench = Self::empty();
        std::fs::copy(FILLED.path().join("pindesk.db"), bench.store()).unwrap();
        bench
    }

    /// With the sample directory, whose history ends at the fixed time of [`noon`].
    pub fn filled_at_noon() -> Self {
        let bench = Self::empty();
        std::fs::copy(FILLED_AT_NOON.path().join("pindesk.db"), bench.store()).unwrap();
        bench
    }

    pub fn store(&self) -> PathBuf {
        self.folder.path().join("pindesk.db")
    }

    /// A file beside the store.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        command(&self.store(), args)
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    /// Runs the program with a text on standard input.
    pub fn run_with(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input may have ended already.
        drop(child.stdin.take().unwrap().write_all(stdin.as_ref()));
        let output = child.wait_with_output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program and returns its JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        self.run(&args).json()
    }

    /// The unique ID of the store.
    pub fn store_id(&self) -> String {
        let sql = "SELECT value FROM meta WHERE key = 'store_id'";
        self.sql().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn sql(&self) -> Connection {
        Connection::open(self.store()).unwrap()
    }

    /// The PIN states of all users and the number of history entries, to show that nothing has
    /// changed.
    pub fn content(&self) -> (Value, i64) {
        let history = self
            .sql()
            .query_row("SELECT count(*) FROM history", [], |row| row.get(0))
            .unwrap();
        (self.json(&["info"]), history)
    }
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The file with the keys of a store.
pub fn key_file(store: &Path) -> PathBuf {
    store.with_file_name("pins.key")
}

/// The data folder of the account that works on a store in a test.
pub fn data_folder(store: &Path) -> PathBuf {
    store.with_file_name("account")
}

pub fn command(store: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pindesk"));
    command
        .arg("--store")
        .arg(store)
        .args(args)
        // No test uses the keyring of the account.
        .env("PINDESK_KEY_FILE", key_file(store))
        // No test writes into the data folder of the account.
        .env("XDG_DATA_HOME", data_folder(store))
        .env("HOME", data_folder(store))
        .env("TZ", "UTC");
    command
}
