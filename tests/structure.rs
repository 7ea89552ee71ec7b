//! The floors of the crate, kept by reading its source: nothing imports upwards, and what a floor must not know, it does
//! not name. The rules are those of ARCHITECTURE.md.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. A module may use its own floor and those below it.
const FLOORS: [&[&str]; 9] = [
    &["domain", "progress", "zone"],
    &["plan"],
    &["pipeline"],
    &["store"],
    &["directory", "exchange"],
    &["worker"],
    &["environment"],
    &["app"],
    &["ui", "cli"],
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file without its comments and its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(source()).unwrap();
    inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn nothing_imports_upwards() {
    for path in sources(&source()) {
        let Some(floor) = floor_of(&module_of(&path)) else {
            continue;
        };
        let code = code(&path);
        let used: BTreeSet<&str> = code
            .split("crate::")
            .skip(1)
            .map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default()
            })
            .collect();
        for module in used {
            if let Some(other) = floor_of(module) {
                assert!(
                    other <= floor,
                    "{} uses crate::{module}, which lies above it",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_module_stands_on_a_floor() {
    for path in sources(&source()) {
        let module = module_of(&path);
        assert!(
            module == "lib" || module == "main" || floor_of(&module).is_some(),
            "{module} has no floor"
        );
    }
}

#[test]
fn only_the_store_names_rusqlite_and_only_the_window_names_egui() {
    for path in sources(&source()) {
        let (module, code) = (module_of(&path), code(&path));
        assert!(
            module == "store" || !code.contains("rusqlite"),
            "{} names rusqlite",
            path.display()
        );
        assert!(
            module == "ui" || !code.contains("egui"),
            "{} names egui",
            path.display()
        );
    }
}

#[test]
fn the_rules_know_no_clock_no_file_and_no_store() {
    for path in sources(&source())
        .into_iter()
        .filter(|path| matches!(module_of(path).as_str(), "domain" | "plan" | "pipeline"))
    {
        let code = code(&path);
        for foreign in [
            "Utc::now",
            "Local::now",
            "std::fs",
            "std::io",
            "std::time",
            "crate::store",
            "File::",
        ] {
            assert!(
                !code.contains(foreign),
                "{} names {foreign}",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_grows_past_what_can_be_read_in_one_go() {
    for path in sources(&source()) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 600, "{} has {lines} lines", path.display());
    }
}
