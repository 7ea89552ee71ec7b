//! All JSON against the schemas in `assets/schema`, by a validator of the few keywords that they
//! use.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::golden;
use crate::people::{environment, give_role, noon, ran_with};
use crate::setup::{Bench, PINS};

/// A file with a line of another store.
const OTHER_HEADS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/stores/other-heads.jsonl"
);

/// The schema of each command's output, in an order in which each command has something to print.
const COMMANDS: &[(&str, &[&str])] = &[
    ("import", &["import", "pins", PINS]),
    ("info", &["info"]),
    ("info", &["info", "Nobody Here"]),
    ("users", &["users"]),
    (
        "change",
        &[
            "lock",
            "Jeff Smith",
            "Ben Smith",
            "Maria Garcia",
            "Nobody Here",
            "kenmyer",
        ],
    ),
    (
        "change",
        &["unlock", "* Smith", "Ken Myer", "ken myer", "--what-if"],
    ),
    ("change", &["undo", "--what-if"]),
    ("change", &["undo"]),
    (
        "submit",
        &["lock", "Thomas Smith", "Jeff Smith", "--submit"],
    ),
    ("plans-decide", &["plans", "comment", "2", "why?"]),
    ("plans-decide", &["plans", "withdraw", "2"]),
    ("plans", &["plans"]),
    ("plans-show", &["plans", "show", "1"]),
    ("plans-show", &["plans", "show", "2"]),
    ("change", &["plans", "apply", "1", "--what-if"]),
    ("change", &["plans", "apply", "1"]),
    (
        "change",
        &["set-pin", "Jeff Smith", "--generate", "--what-if"],
    ),
    ("change", &["set-pin", "* Smith", "--generate"]),
    ("change", &["unlock", "Ken Myer"]),
    ("change", &["set-pin", "Ken Myer"]),
    ("authenticate", &["authenticate", "Ken Myer"]),
    ("authenticate", &["authenticate", "Carla Eklund"]),
    ("policy", &["policy"]),
    (
        "policy-set",
        &["policy", "set", "Executives", "--max-attempts", "7"],
    ),
    ("policy", &["policy", "show"]),
    (
        "policy-grant",
        &["policy", "grant", "Executives", "Ken Myer"],
    ),
    ("policy-show", &["policy", "show", "Ken Myer"]),
    (
        "policy-simulate",
        &["policy", "simulate", "global", "--min-length", "7"],
    ),
    ("report", &["report", "expiry"]),
    ("report", &["report", "locks-by-operator"]),
    (
        "report-expiring",
        &["report", "expiring", "--within", "3650d"],
    ),
    (
        "report-locked",
        &["report", "locked", "--longer-than", "0d"],
    ),
    ("report-never-used", &["report", "never-used"]),
    ("policy-grant", &["policy", "revoke", "Ken Myer"]),
    ("policy-set", &["policy", "remove", "Executives"]),
    ("history", &["history"]),
    ("history-show", &["history", "show", "2"]),
    ("history-show", &["history", "show", "4"]),
    ("history-locked-on", &["history", "locked-on", "2026-11-23"]),
    ("history-verify", &["history", "verify"]),
    (
        "history-heads",
        &["history", "heads", OTHER_HEADS, "--compare"],
    ),
    ("approval", &["approval"]),
    (
        "approval",
        &["approval", "--above", "20", "--others-locks", "on"],
    ),
    ("hooks", &["hooks"]),
    ("protected", &["protected", "add", "Ken Myer"]),
    ("protected", &["protected"]),
    ("protected", &["protected", "remove", "Jeff Smith"]),
    (
        "settings",
        &["protected", "remove", "Ken Myer", "--what-if"],
    ),
    ("settings", &["protected", "remove", "Ken Myer", "--submit"]),
    ("plans", &["plans"]),
    ("plans-show", &["plans", "show", "3"]),
    ("settings", &["plans", "apply", "3", "--what-if"]),
    ("history-show", &["history", "show", "24"]),
    ("settings", &["undo", "24", "--what-if"]),
    ("settings", &["undo", "2", "--what-if"]),
    ("key", &["key"]),
    ("key", &["key", "status"]),
    ("roles", &["roles"]),
    ("roles", &["roles", "--cmdlet", "Unlock-CsClientPin"]),
    ("roles-list", &["roles", "list"]),
    ("roles-change", &["roles", "grant", "CsHelpDesk", "carol"]),
    ("roles-change", &["roles", "revoke", "CsHelpDesk", "carol"]),
    (
        "roles-change",
        &["roles", "define", "Desk", "--may", "Lock-CsClientPin"],
    ),
    ("roles-change", &["roles", "remove", "Desk"]),
];

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema")
}

fn schema(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    serde_json::from_str(
        &fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}")),
    )
    .unwrap()
}

/// The faults of a value against its schema, with their positions.
fn faults(schema: &Value, root: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fault = |what: String| found.push(format!("{path}: {what}: {value}"));
    let mut inner = Vec::new();
    let empty = Map::new();
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    for (keyword, wanted) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let target = root
                    .pointer(wanted.as_str().unwrap().strip_prefix('#').unwrap())
                    .unwrap();
                inner.extend(faults(target, root, value, path));
            }
            "type" => {
                let one = std::slice::from_ref(wanted);
                let types = wanted.as_array().map_or(one, Vec::as_slice);
                if !types
                    .iter()
                    .any(|name| is_type(name.as_str().unwrap(), value))
                {
                    fault(format!("is no {wanted}"));
                }
            }
            "enum" if !wanted.as_array().unwrap().contains(value) => {
                fault(format!("is none of {wanted}"));
            }
            "minimum"
                if value
                    .as_f64()
                    .is_some_and(|number| number < wanted.as_f64().unwrap()) =>
            {
                fault(format!("is below {wanted}"));
            }
            "pattern" => {
                // The schemas have only this pattern.
                assert_eq!(wanted, "^[0-9a-f]{64}$");
                let is_hash = |text: &str| {
                    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                };
                if value.as_str().is_some_and(|text| !is_hash(text)) {
                    fault("is no SHA-256".to_owned());
                }
            }
            "format" => {
                assert_eq!(wanted, "date-time");
                let is_utc = |text: &str| {
                    text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok()
                };
                if value.as_str().is_some_and(|text| !is_utc(text)) {
                    fault("is no time in UTC".to_owned());
                }
            }
            "required" => {
                for name in wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap())
                {
                    if value.is_object() && value.get(name).is_none() {
                        fault(format!("lacks {name}"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in properties {
                    if let Some(value) = value.get(name) {
                        inner.extend(faults(schema, root, value, &format!("{path}.{name}")));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(wanted, false);
                for name in value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name)
                {
                    if !properties.contains_key(name) {
                        fault(format!("has {name} besides"));
                    }
                }
            }
            "items" => {
                for (at, value) in value.as_array().into_iter().flatten().enumerate() {
                    inner.extend(faults(wanted, root, value, &format!("{path}[{at}]")));
                }
            }
            "oneOf" => {
                let fits = wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| faults(one, root, value, path).is_empty());
                if fits.count() != 1 {
                    fault("fits none or several of what it can be".to_owned());
                }
            }
            "enum" | "minimum" => {}
            other => panic!("the validator does not know {other}"),
        }
    }
    found.extend(inner);
    found
}

fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the validator does not know the type {other}"),
    }
}

fn check(name: &str, args: &[&str], bench: &Bench) {
    let args = [args, &["--format", "json"]].concat();
    let (_, out, err) = ran_with(
        &environment("litwareinc\\bob", noon),
        &bench.store(),
        &args,
        b"48213760\n",
    );
    let value: Value =
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}: {out}{err}"));
    let schema = schema(name);
    let faults = faults(&schema, &schema, &value, "$");
    assert!(faults.is_empty(), "{args:?}:\n{}", faults.join("\n"));
}

#[test]
fn all_json_is_as_its_schema_says() {
    let bench = golden::bench();
    give_role(&bench, "CsAdministrator", "litwareinc\\bob");
    for (name, args) in COMMANDS {
        check(name, args, &bench);
    }
    let used: BTreeSet<String> = COMMANDS
        .iter()
        .map(|(name, _)| format!("{name}.json"))
        .collect();
    let files = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(
        files.collect::<BTreeSet<_>>(),
        used,
        "each schema is of something that is printed"
    );
}

#[test]
fn the_validator_finds_faults() {
    let item = json!({ "identity": "a", "user": null, "outcome": "not-found", "reason": "b", "before": null, "after": null });
    let good = json!({ "action": "lock", "whatIf": true, "willChange": 1, "noChange": 0, "skipped": 0, "refused": 0,
        "drifted": 0, "items": [item] });
    let schema = schema("change");
    let count = |value: &Value| faults(&schema, &schema, value, "$").len();
    assert_eq!(count(&good), 0);
    for (pointer, wrong) in [
        ("/action", json!("open")),
        ("/whatIf", json!(1)),
        ("/noChange", json!(-1)),
        ("/items/0/outcome", json!("odd")),
        ("/items/0/before", json!("locked by a cat")),
        ("/items", json!({})),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(count(&value), 1, "{pointer}");
    }
    let mut both = good.clone();
    both["changed"] = json!(1);
    let mut besides = good;
    besides["items"][0]["more"] = json!(1);
    assert_eq!((count(&both), count(&besides)), (1, 1));
}
