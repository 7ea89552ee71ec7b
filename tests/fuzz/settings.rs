//! Settings of the window. One that cannot be read gets its default and is named; those of other
//! versions are kept.

use pindesk::app::WindowSettings;
use serde_json::{Map, Value};

use crate::assert_plain;
use crate::campaign::Campaign;

const CAMPAIGN: Campaign = Campaign {
    target: "settings",
    words: &[
        b"{",
        b"}",
        b"[",
        b"]",
        b"[[[[[[[[[[[[[[[[",
        b",",
        b":",
        b"\"",
        b"null",
        b"true",
        b"\"theme\":",
        b"\"Dark\"",
        b"\"sort\":",
        b"\"column\":",
        b"\"descending\":",
        b"\"hidden_columns\":",
        b"\"column_widths\":",
        b"\"DisplayName\"",
        b"\"Account\"",
        b"(theme:Dark)",
        b"\\u0000",
        b"\\ud800",
        b"1e39",
        b"-0.0",
    ],
    short: 20_000,
    longest: 1024,
    one_accepted_in: 16,
};
const OWN: [&str; 6] = [
    "theme",
    "sort",
    "hidden_columns",
    "shown_columns",
    "column_order",
    "column_widths",
];

fn check(text: &str) -> bool {
    let (settings, unreadable) = WindowSettings::read(text);
    if let Some(unreadable) = &unreadable {
        assert_plain(unreadable);
    }
    let written = settings.written();
    let (again, still_unreadable) = WindowSettings::read(&written);
    assert_eq!(still_unreadable, None);
    assert_eq!(again.columns.hidden, settings.columns.hidden);
    assert_eq!(again.columns.widths, settings.columns.widths);
    assert_eq!((again.theme, again.sort), (settings.theme, settings.sort));
    assert!(
        settings
            .columns
            .widths
            .values()
            .all(|width| width.is_finite())
    );
    let Ok(file) = serde_json::from_str::<Map<String, Value>>(text) else {
        assert_eq!(settings, WindowSettings::default());
        assert!(unreadable.is_some(), "{text}");
        return false;
    };
    let kept: Map<String, Value> = serde_json::from_str(&written).unwrap();
    for (key, value) in file.iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
        assert_eq!(
            kept.get(key).cloned().map(without_fractions),
            Some(without_fractions(value.clone())),
            "{key:?}"
        );
    }
    true
}

/// A value without its fractions, which may differ in the last digit after they are written.
fn without_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::Null,
        Value::Array(values) => values.into_iter().map(without_fractions).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (key, without_fractions(value)))
            .collect(),
        value => value,
    }
}

#[test]
fn settings() {
    CAMPAIGN.run(|input, _| check(&String::from_utf8_lossy(input)));
}
