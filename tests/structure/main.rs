//! Checks the structure of the crate by reading its source: floors, the rooms of the store, circles
//! of files, names and comments. The rules are in ARCHITECTURE.md.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod comments;
mod exceptions;
mod parsed;
mod resolved;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use comments::riddles;
use parsed::{FileId, Source};
use resolved::{How, Use, Uses, circles};

/// The floors from the lowest to the highest. A module may use its own floor and those below it.
const FLOORS: [&[&str]; 10] = [
    &[
        "domain",
        "io_words",
        "owner_only",
        "progress",
        "time_format",
        "win32",
        "zone",
    ],
    &["plan"],
    &["pipeline"],
    &["store"],
    &["directory", "exchange"],
    &["worker"],
    &["environment"],
    &["app"],
    &["ui", "cli"],
    &["program"],
];

/// The folders and files of the store from the lowest to the highest.
const ROOMS: [&str; 14] = [
    "error", "engine", "schema", "history", "access", "users", "pins", "plans", "backups",
    "change", "replay", "open", "care", "mod",
];

/// The largest number of lines of a file.
const MOST_LINES: usize = 500;

static SOURCE: LazyLock<Source> = LazyLock::new(Source::of_this_crate);
static USES: LazyLock<Uses> = LazyLock::new(|| Uses::of(&SOURCE));

/// `store` for `src/store/pins/hash.rs`, `zone` for `src/zone.rs`.
fn module_of(path: &str) -> &str {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    inside.split('/').next().unwrap()
}

fn floor_of(path: &str) -> Option<usize> {
    let module = module_of(path);
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// `pins` for `src/store/pins/hash.rs`, `error` for `src/store/error.rs`.
fn room_of(path: &str) -> Option<usize> {
    let inside = path.strip_prefix("src/store/")?.trim_end_matches(".rs");
    let room = inside.split('/').next().unwrap();
    Some(
        ROOMS
            .iter()
            .position(|&known| known == room)
            .unwrap_or_else(|| {
                panic!("the order of the store's rooms does not say where {room} is")
            }),
    )
}

/// An exception without its reason.
fn key(exception: &'static str) -> &'static str {
    exception.split_once(": ").unwrap().0
}

/// Fails if there is a fault that is not a known exception, or a known exception that is no longer
/// needed.
#[track_caller]
fn only_known(rule: &str, found: &BTreeMap<String, String>, known: &[&'static str]) {
    let known: BTreeSet<&str> = known.iter().map(|line| key(line)).collect();
    let mut failures: Vec<String> = found
        .iter()
        .filter(|(key, _)| !known.contains(key.as_str()))
        .map(|(key, detail)| format!("{key}: {detail}"))
        .collect();
    failures.extend(
        known
            .into_iter()
            .filter(|key| !found.contains_key(*key))
            .map(|key| format!("{key} keeps the rule now: remove it from the exceptions")),
    );
    assert!(failures.is_empty(), "{rule}\n{}", failures.join("\n"));
}

fn path(file: FileId) -> &'static str {
    &SOURCE.files[file].path
}

/// The uses that a rule about their two files forbids, keyed by `from -> to`, with the items.
fn forbidden(
    is_forbidden: impl Fn(&str, &str) -> bool,
    facades: &[&str],
) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for used in &USES.all {
        let (from, to) = (path(used.from), path(used.to));
        if is_forbidden(from, to) && !is_of_own_facade(used, facades) {
            let items = found.entry(format!("{from} -> {to}")).or_default();
            items.push_str(&used.item);
            items.push(' ');
        }
    }
    found
}

/// Whether the second file is in a higher room of the store than the first one.
fn is_higher_room(from: &str, to: &str) -> bool {
    matches!((room_of(from), room_of(to)), (Some(from), Some(to)) if to > from)
}

#[test]
fn nothing_imports_upwards() {
    let is_higher =
        |from: &str, to: &str| floor_of(from).is_some_and(|floor| floor_of(to) > Some(floor));
    let upwards = forbidden(is_higher, &[]);
    only_known("A floor uses one above it.", &upwards, exceptions::FLOORS);
}

#[test]
fn the_rooms_of_the_store_use_only_those_below() {
    let upwards = forbidden(is_higher_room, &facades());
    only_known("A room uses one above it.", &upwards, exceptions::ROOMS);
}

fn facades() -> Vec<&'static str> {
    exceptions::FACADES.iter().map(|line| key(line)).collect()
}

/// Whether a file uses a facade of its own folder, or a method of it.
fn is_of_own_facade(used: &Use, facades: &[&str]) -> bool {
    let to = path(used.to);
    let is_inside = |folder| path(used.from).starts_with(folder);
    let item = used.item.split("::").next().unwrap();
    to.strip_suffix("mod.rs").is_some_and(is_inside)
        && facades.contains(&format!("{to} {item}").as_str())
}

/// The uses that count for circles: of items that a file names. Passing an item on is no use of it,
/// and the methods of one type may call each other wherever they are.
fn uses_without(facades: &[&str]) -> BTreeSet<(FileId, FileId)> {
    let counts = |used: &&Use| {
        used.how == How::Named && used.item != "mod" && !is_of_own_facade(used, facades)
    };
    USES.all
        .iter()
        .filter(counts)
        .map(|used| (used.from, used.to))
        .collect()
}

#[test]
fn files_do_not_use_each_other_in_circles() {
    let counted = uses_without(&facades());
    let mut found = BTreeMap::new();
    for circle in circles(&counted) {
        for &from in &circle {
            let used: Vec<&str> = circle
                .iter()
                .filter(|&&to| counted.contains(&(from, to)))
                .map(|&to| path(to))
                .collect();
            found.insert(path(from).to_owned(), format!("uses {}", used.join(", ")));
        }
    }
    only_known("These files use each other.", &found, exceptions::CIRCLES);
}

/// The number of uses that break the rules about rooms and circles.
fn uses_against_the_rules(facades: &[&str]) -> usize {
    let counted = uses_without(facades);
    let circles = circles(&counted);
    let is_in_a_circle = |(from, to): &&(FileId, FileId)| {
        circles
            .iter()
            .any(|circle| circle.contains(from) && circle.contains(to))
    };
    let rooms = forbidden(is_higher_room, facades);
    let items: usize = rooms.values().map(|items| items.split(' ').count()).sum();
    counted.iter().filter(is_in_a_circle).count() + items
}

#[test]
fn facades_are_named_only_where_they_are_needed() {
    let all = facades();
    let with_all = uses_against_the_rules(&all);
    for facade in &all {
        let others: Vec<&str> = all
            .iter()
            .copied()
            .filter(|other| other != facade)
            .collect();
        assert!(
            uses_against_the_rules(&others) > with_all,
            "{facade} is no longer needed: remove it from the exceptions"
        );
    }
}

#[test]
fn every_module_stands_on_a_floor() {
    for file in &SOURCE.files {
        let module = module_of(&file.path);
        assert!(
            module == "lib" || module == "main" || floor_of(&file.path).is_some(),
            "{module} has no floor"
        );
    }
}

/// The paths in a file, each as it is written.
fn written_paths() -> impl Iterator<Item = (&'static str, String)> {
    (0..SOURCE.modules.len()).flat_map(|id| {
        let mentions = SOURCE.modules[id].mentions.iter();
        mentions.map(move |mention| (SOURCE.path_of(id), mention.path.join("::")))
    })
}

#[test]
fn only_the_engine_names_rusqlite_and_only_the_window_names_egui() {
    for (file, path) in written_paths() {
        let module = module_of(file);
        let first = path.split("::").next().unwrap();
        assert!(
            file.starts_with("src/store/engine/") || !["rusqlite", "postgres"].contains(&first),
            "{file} names {path}"
        );
        assert!(
            module == "ui" || !["egui", "egui_extras", "eframe"].contains(&first),
            "{file} names {path}"
        );
    }
}

/// The texts in a source, each without its quotes. Comments have none.
fn texts(source: &str) -> Vec<String> {
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n").replace("'\"'", "").replace("\\\"", "");
    code.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The first part of a text that PostgreSQL does not take, or takes in another way than SQLite.
fn only_of_sqlite(text: &str) -> Option<&str> {
    const WORDS: [&str; 23] = [
        "PRAGMA",
        "rowid",
        "sqlite_",
        "json_each",
        "->>",
        "json_extract",
        " GLOB ",
        " LIKE ",
        "OR IGNORE",
        "OR REPLACE",
        "INDEXED BY",
        "NOT INDEXED",
        "AUTOINCREMENT",
        "last_insert",
        "randomblob",
        "instr(",
        "ifnull(",
        "CREATE TEMP ",
        "temp.",
        "main.",
        "VACUUM",
        "$1",
        // PostgreSQL compares each row with each, as soon as the second table is larger than its
        // memory for one step. NOT EXISTS says it in a way that both read once.
        "NOT IN (SELECT",
    ];
    if let Some(word) = WORDS.into_iter().find(|word| text.contains(word)) {
        return Some(word);
    }
    // PostgreSQL has no condition after the table of a CROSS JOIN.
    let joins = text.split("CROSS JOIN ").skip(1);
    let mut joined = joins.map(|join| join.split_whitespace().take(3).collect::<Vec<_>>());
    if joined.any(|words| words.contains(&"ON")) {
        return Some("CROSS JOIN … ON");
    }
    // `IS NOT` compares only with NULL; the comparison of two values is `IS DISTINCT FROM`.
    let compared = text.split(" IS NOT ").skip(1);
    let is_null = |rest: &str| rest.starts_with("NULL") || rest.starts_with("DISTINCT");
    let is_sql = ["SELECT ", "WHERE ", "UPDATE "]
        .iter()
        .any(|word| text.contains(word));
    if is_sql && compared.into_iter().any(|rest| !is_null(rest)) {
        return Some(" IS NOT ");
    }
    // A parameter has its number.
    let mut parameters = text.split('?').skip(1);
    let is_numbered = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '{');
    (is_sql && !parameters.all(is_numbered)).then_some("?")
}

#[test]
fn statements_outside_of_the_engine_are_such_as_both_engines_take() {
    let found = SOURCE
        .files
        .iter()
        .filter(|file| {
            file.path.starts_with("src/store/") && !file.path.starts_with("src/store/engine/")
        })
        .filter_map(|file| {
            let code = file.text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let texts = texts(code);
            let word = texts.iter().find_map(|text| only_of_sqlite(text))?;
            Some((file.path.clone(), word.to_owned()))
        })
        .collect();
    only_known(
        "A statement is SQLite's own.",
        &found,
        exceptions::STATEMENTS,
    );
}

#[test]
fn statements_of_sqlite_are_noticed() {
    for text in [
        "SELECT rowid FROM users",
        "SELECT 1 FROM a CROSS JOIN b ON b.id = a.id",
        "SELECT 1 FROM a WHERE a.x IS NOT b.x",
        "UPDATE users SET site = ? WHERE id = ?2",
        "SELECT 1 FROM a WHERE a.x NOT IN (SELECT y FROM b)",
    ] {
        assert!(only_of_sqlite(text).is_some(), "{text}");
    }
    for text in [
        "SELECT 1 FROM a CROSS JOIN b WHERE b.id = a.id AND a.x IS NOT NULL",
        "SELECT 1 FROM a WHERE x = ?1 AND y = ?{second} AND a.x IS DISTINCT FROM b.x",
        "Which plan is meant? There are two.",
    ] {
        assert_eq!(only_of_sqlite(text), None, "{text}");
    }
}

#[test]
fn the_rules_know_no_clock_and_no_file() {
    for (file, path) in written_paths() {
        if !matches!(module_of(file), "domain" | "plan" | "pipeline") {
            continue;
        }
        let is_foreign = [
            "std::fs",
            "std::io",
            "std::time",
            "std::env",
            "std::net",
            "std::process",
        ]
        .iter()
        .any(|foreign| path == *foreign || path.starts_with(&format!("{foreign}::")))
            || path.ends_with("Utc::now")
            || path.ends_with("Local::now")
            || path.contains("Local::");
        assert!(!is_foreign, "{file} names {path}");
    }
}

#[test]
fn no_file_grows_past_what_can_be_read_in_one_go() {
    let long = SOURCE
        .files
        .iter()
        .map(|file| (file.path.clone(), file.text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| (path, format!("{lines} lines")))
        .collect();
    only_known("Files are too long.", &long, exceptions::LONG_FILES);
}

#[test]
fn no_two_types_have_one_name() {
    let mut defined: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, module) in SOURCE.modules.iter().enumerate() {
        for name in &module.types {
            defined.entry(name).or_default().push(SOURCE.path_of(id));
        }
    }
    let twice = defined
        .into_iter()
        .filter(|(_, files)| files.len() > 1)
        .map(|(name, files)| (name.to_owned(), files.join(", ")))
        .collect();
    only_known("A name means two types.", &twice, exceptions::TYPES);
}

#[test]
fn comments_have_subjects_and_standard_words() {
    let found = comments::rust_files(&["src", "tests", "benches", "examples"])
        .into_iter()
        .map(|(path, text)| (path, riddles(&text).join(" | ")))
        .filter(|(_, riddles)| !riddles.is_empty())
        .collect();
    only_known("Comments are riddles.", &found, exceptions::RIDDLES);
}

#[test]
fn riddles_are_found_anywhere_in_a_comment() {
    let source = [
        "//! A plan. What it does,",
        "//! is here.",
        "",
        "let a = 1;",
        "    // Decides it anew.",
        "/// Whose; several may be named",
        "/// Whether it is what it was.",
    ];
    let expected = [
        "What it does, is here.",
        "Decides it anew.",
        "Whose; several may be named Whether it is what it was.",
    ];
    // Adjacent comments of two kinds are one comment.
    assert_eq!(riddles(&source.join("\n")), expected);
    // The words count only as whole words and in comments.
    assert!(riddles("/// Whatsoever. The samerule.\nlet what = \"What\";").is_empty());
}
