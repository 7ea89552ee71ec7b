//! The output of commands, compared with files in `tests/golden`. `UPDATE_GOLDEN=1 cargo test
//! --test cli golden` renews them; review the difference like any other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::people::{environment, give_role, noon, ran};
use crate::setup::{Bench, PINS, USERS};

const ANN: &str = "litwareinc\\ann";

/// The commands, which run on a store with users, a lock and a submitted plan.
pub const COMMANDS: [(&str, &[&str]); 19] = [
    (
        "lock-what-if",
        &[
            "lock",
            "Jeff Smith",
            "Ben Smith",
            "Maria Garcia",
            "Nobody Here",
            "--what-if",
        ],
    ),
    (
        "unlock-what-if",
        &["unlock", "* Smith", "Ken Myer", "ken myer", "--what-if"],
    ),
    (
        "lock",
        &[
            "lock",
            "Jeff Smith",
            "Ben Smith",
            "Thomas Smith",
            "--reason",
            "On leave",
            "--ticket",
            "HD-1042",
        ],
    ),
    ("unlock", &["unlock", "* Smith", "--force"]),
    ("info", &["info", "--where", "locked"]),
    ("users", &["users", "smith"]),
    ("plans", &["plans"]),
    ("plans-show", &["plans", "show", "1"]),
    ("history", &["history"]),
    ("history-show", &["history", "show", "4"]),
    (
        "set-pin-what-if",
        &["set-pin", "* Smith", "--generate", "--what-if"],
    ),
    ("policy", &["policy"]),
    ("policy-show", &["policy", "show", "Ken Myer", "Jeff Smith"]),
    (
        "policy-simulate",
        &[
            "policy",
            "simulate",
            "global",
            "--min-length",
            "6",
            "--history",
            "5",
            "--lifetime",
            "90",
        ],
    ),
    (
        "policy-simulate-list",
        &[
            "policy",
            "simulate",
            "Guests",
            "--to",
            "Jeff Smith",
            "--list",
            "length-unknown",
        ],
    ),
    ("report", &["report", "policies"]),
    ("report-locks", &["report", "locks-by-day"]),
    ("roles", &["roles"]),
    ("roles-list", &["roles", "list"]),
];

/// A store whose content does not depend on the day or the machine.
static STORE: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench::empty();
    for args in [
        &["import", "users", USERS][..],
        &["import", "pins", PINS],
        &[
            "lock",
            "Carla Eklund",
            "--reason",
            "Lost her phone, and asked for it",
            "--ticket",
            "INC-7",
        ],
        &[
            "unlock",
            "* Smith",
            "--reason",
            "=back from leave",
            "--submit",
        ],
        &[
            "policy",
            "set",
            "Executives",
            "--min-length",
            "8",
            "--history",
            "5",
            "--lifetime",
            "90",
        ],
        &["policy", "grant", "Executives", "Ken Myer"],
        &[
            "roles",
            "define",
            "Finance desk",
            "--may",
            "Unlock-CsClientPin",
            "--in",
            "OU=Finance,DC=litwareinc,DC=com",
        ],
    ] {
        let (status, _, err) = ran(&environment(ANN, noon), &bench.store(), args);
        assert_eq!(status.0, 0, "{args:?}: {err}");
    }
    give_role(&bench, "CsHelpDesk", "litwareinc\\bob");
    give_role(&bench, "Finance desk", "litwareinc\\bob");
    bench
});

/// An equal store for each command.
pub fn bench() -> Bench {
    let bench = Bench::empty();
    fs::copy(STORE.store(), bench.store()).unwrap();
    bench
}

#[test]
fn output_equals_the_golden_files() {
    let mut changed = Vec::new();
    for (name, args) in COMMANDS {
        for format in ["text", "json", "csv"] {
            let (_, out, err) = ran(
                &environment(ANN, noon),
                &bench().store(),
                &[args, &["--format", format]].concat(),
            );
            let extension = if format == "text" { "txt" } else { format };
            compare(&format!("{name}.{extension}"), &out, &mut changed);
            if format == "text" {
                compare(&format!("{name}.err.txt"), &err, &mut changed);
            }
        }
    }
    assert!(
        changed.is_empty(),
        "{}\nRenew with UPDATE_GOLDEN=1 if that is meant.",
        changed.join("\n")
    );
}

#[test]
fn plan_files_keep_their_format_and_are_applied_alike() {
    let bench = bench();
    let file = bench.folder.path().join("smiths.plan.json");
    let path = file.to_str().unwrap();
    let said = |args: &[&str]| ran(&environment(ANN, noon), &bench.store(), args);
    let saved = said(&[
        "unlock",
        "* Smith",
        "Ken Myer",
        "--reason",
        "back",
        "--what-if",
        "--save-plan",
        path,
    ]);
    assert_eq!(saved.0.0, 0, "{}", saved.2);
    let mut changed = Vec::new();
    let store = format!("\"{}\"", bench.store_id());
    compare(
        "plan-file.json",
        &fs::read_to_string(&file)
            .unwrap()
            .replace(&store, "\"(the store)\""),
        &mut changed,
    );
    for format in ["text", "json", "csv"] {
        let (_, out, _) = said(&["apply", path, "--what-if", "--format", format]);
        let extension = if format == "text" { "txt" } else { format };
        compare(&format!("apply-what-if.{extension}"), &out, &mut changed);
    }
    assert!(
        changed.is_empty(),
        "{}\nRenew with UPDATE_GOLDEN=1 if that is meant.",
        changed.join("\n")
    );
}

/// Checked-out files may have other line ends, and the hash of a plan covers the id of its store.
fn steady(text: &str) -> String {
    let hash = "\"sha256\": \"";
    let mut parts = text.split(hash);
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| {
        format!("{text}{hash}{}", &part[part.find('"').unwrap()..])
    });
    text.replace("\r\n", "\n")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn compare(name: &str, found: &str, changed: &mut Vec<String>) {
    let (found, path) = (steady(found), folder().join(name));
    let kept = fs::read_to_string(&path).map(|text| text.replace("\r\n", "\n"));
    if kept.as_ref().is_ok_and(|kept| *kept == found) || kept.is_err() && found.is_empty() {
        return;
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(folder()).unwrap();
        // Empty output has no file.
        if found.is_empty() {
            fs::remove_file(&path).unwrap();
        } else {
            fs::write(&path, &found).unwrap();
        }
        return;
    }
    let kept = kept.unwrap_or_default();
    let line = kept
        .lines()
        .zip(found.lines())
        .position(|(kept, found)| kept != found);
    let line = line.unwrap_or_else(|| kept.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    changed.push(format!(
        "{name}, line {}:\n  was {}\n  is  {}",
        line + 1,
        at(&kept),
        at(&found)
    ));
}
