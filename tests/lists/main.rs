//! Lists of users, from the file to the saved results: reading, planning, applying, exporting, and
//! the history.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

#[path = "../common/mod.rs"]
mod common;

mod columns;
mod exports;
mod history;
mod people;
mod random;
mod results;
mod round_trip;
mod saved;
mod scripts;
mod shapes;
mod verdicts;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use common::{TempStore, admin, names, now, pin_set};
use pindesk::domain::role::Operator;
use pindesk::exchange::{
    Input, ListOptions, ListPreview, ReadError, ReadOptions, Table, TextEncoding, plan_list,
    save_results,
};
use pindesk::plan::{Action, Plan};
use pindesk::progress::Unwatched;
use pindesk::store::Applied;
use pindesk::zone::Zone;

pub const KEN: (&str, &str) = ("Ken Myer", "kenmyer");
pub const PILAR: (&str, &str) = ("Pilar Ackerman", "packerman");
pub const ANNA: (&str, &str) = ("Anna Smith", "asmith");
pub const JORG: (&str, &str) = ("Jörg Müller", "jmuller");

/// A small directory, and files beside it.
struct Desk {
    temp: TempStore,
}

impl Desk {
    /// Four users with a PIN that is not locked.
    fn new() -> Self {
        Self {
            temp: TempStore::with(&[KEN, PILAR, ANNA, JORG]),
        }
    }

    /// A desk that also has two users with equal display names and a user without a PIN.
    fn with_more() -> Self {
        let mut desk = Self::new();
        let more = [
            ("Maria Garcia", "mgarcia"),
            ("Maria Garcia", "mgarcia2"),
            ("Otto Ohnepin", "oohnepin"),
        ];
        let mut people: Vec<_> = more
            .iter()
            .map(|(display, logon)| names(display, logon))
            .collect();
        people[1].dn = Some("CN=Maria Garcia,OU=Sales,DC=litwareinc,DC=com".to_owned());
        desk.temp.import_users(people).unwrap();
        for (_, logon) in &more[..2] {
            desk.temp.import_pin(logon, &pin_set());
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Input {
        fs::write(self.path(name), bytes).unwrap();
        Input::file(&self.path(name)).unwrap()
    }

    fn preview_as(
        &self,
        operator: &Operator,
        bytes: impl AsRef<[u8]>,
        options: &ListOptions,
    ) -> Result<ListPreview, ReadError> {
        plan_list(
            &self.temp.store,
            &self.write("list.csv", bytes),
            options,
            operator,
            now(),
            &Unwatched,
        )
    }

    fn preview(
        &self,
        bytes: impl AsRef<[u8]>,
        options: &ListOptions,
    ) -> Result<ListPreview, ReadError> {
        self.preview_as(&admin(), bytes, options)
    }

    fn plan_with(&self, bytes: impl AsRef<[u8]>, options: &ListOptions) -> Plan {
        self.preview(bytes, options)
            .unwrap_or_else(|error| panic!("{error}"))
            .plan
    }

    /// The plan of a list. If the list has a column of actions, each row names its action;
    /// otherwise all rows are locked.
    fn plan(&self, bytes: impl AsRef<[u8]>) -> Plan {
        let header = String::from_utf8_lossy(bytes.as_ref())
            .lines()
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let says = header.contains("action") || header.contains("operation");
        self.plan_with(
            bytes,
            &ListOptions {
                action: (!says).then_some(Action::Lock),
                ..lock()
            },
        )
    }

    /// The reason why a whole list is refused.
    fn refused(&self, bytes: impl AsRef<[u8]>, options: &ListOptions) -> String {
        self.preview(bytes, options)
            .expect_err("the list was worked out")
            .to_string()
    }

    /// Saves the results of the last written list. Returns the name of the encoding and the bytes.
    fn save(&self, plan: &Plan, applied: Option<&Applied>) -> Result<(String, Vec<u8>), ReadError> {
        self.save_as(&ReadOptions::default(), plan, applied)
    }

    fn save_as(
        &self,
        options: &ReadOptions,
        plan: &Plan,
        applied: Option<&Applied>,
    ) -> Result<(String, Vec<u8>), ReadError> {
        let (input, to) = (
            Input::file(&self.path("list.csv"))?,
            self.path("results.csv"),
        );
        let label = save_results(&input, options, plan, applied, &to, &Unwatched)?;
        Ok((label, fs::read(to).unwrap()))
    }

    /// The names of the files beside the store, sorted, to show that no temporary file is left.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.temp.folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| !name.starts_with("pindesk.db"));
        names.sort();
        names
    }
}

fn lock() -> ListOptions {
    ListOptions {
        action: Some(Action::Lock),
        zone: Zone::utc(),
        ..ListOptions::default()
    }
}

fn unlock() -> ListOptions {
    ListOptions {
        action: Some(Action::Unlock),
        ..lock()
    }
}

/// The verdict of each item, and the display name of its user.
fn verdicts(plan: &Plan) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for item in &plan.items {
        let name = item
            .user
            .as_ref()
            .map_or("", |user| user.display_name.as_str());
        found.push((item.outcome.verdict().label(), name));
    }
    found
}

/// Verdict and reason of each item.
fn reasons(plan: &Plan) -> Vec<(&'static str, String)> {
    plan.items
        .iter()
        .map(|item| {
            (
                item.outcome.verdict().label(),
                plan.reason(item, Zone::utc()),
            )
        })
        .collect()
}

/// The header and the rows of a file as PinDesk reads them.
fn read_back(path: &Path, options: &ReadOptions) -> (Vec<String>, Vec<Vec<String>>) {
    let mut table = Table::open(&Input::file(path).unwrap(), options, &Unwatched).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = table.next_row().unwrap() {
        rows.push(row.fields);
    }
    (table.headers().to_vec(), rows)
}

/// The rows of a text as the crate `csv` reads them, including the header.
fn csv_rows(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// The text of a file in an encoding, including the byte-order mark.
fn decoded(encoding: TextEncoding, bytes: &[u8]) -> String {
    let wide = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).unwrap()
    };
    match encoding {
        TextEncoding::Utf8 => String::from_utf8(bytes.to_vec()).unwrap(),
        TextEncoding::Utf16Le => wide(u16::from_le_bytes),
        TextEncoding::Utf16Be => wide(u16::from_be_bytes),
        _ => {
            let mut text = String::new();
            if let Some(page) = encoding.code_page() {
                return page.decode_without_bom_handling(bytes).0.into_owned();
            }
            assert_eq!(encoding.decode(bytes, &mut text), None);
            text
        }
    }
}

/// The bytes of a text in an encoding, without a byte-order mark. None if the encoding lacks a
/// character.
fn encoded(encoding: TextEncoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        TextEncoding::Utf8 => Some(text.as_bytes().to_vec()),
        TextEncoding::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        TextEncoding::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        _ => match encoding.code_page() {
            Some(page) => {
                let (bytes, _, has_unmappable) = page.encode(text);
                (!has_unmappable).then(|| bytes.into_owned())
            }
            None => encoding.encode(text).map(Cow::into_owned),
        },
    }
}
