//! Files of odd shapes, and the rows that `Import-Csv` makes of them.

use pindesk::exchange::{readable, run_pipeline};
use pindesk::pipeline::{Pipeline, Value};
use pindesk::progress::Unwatched;
use pindesk::zone::Zone;
use serde_json::Value as Json;

use crate::answers::context;
use crate::common::TempStore;

/// Files that are read more carefully than by PowerShell, or refused, and why.
const MORE_CAREFUL: [(&str, &str); 9] = [
    (
        "bom-inside.csv",
        "the header once more, where files were joined, is passed over",
    ),
    ("ctrl-z.csv", "the end mark of CP/M and DOS is no row"),
    (
        "trailing-comma-header.csv",
        "a cell beyond the headings is refused",
    ),
    ("enc-cp1252.csv", "the encoding is found"),
    ("enc-utf16le-nobom.csv", "the encoding is found"),
    ("semicolon.csv", "the delimiter is found"),
    ("space-header.csv", "blanks around a heading do not count"),
    ("nul.csv", "a NUL character is refused"),
    ("unclosed.csv", "an open quote is refused"),
];

fn rows(file: &str) -> Result<Json, String> {
    let temp = TempStore::new();
    let line = format!("Import-Csv tests/powershell/tables/{file}");
    let pipeline = Pipeline::parse(&line).map_err(|fault| fault.to_string())?;
    let mut rows: Vec<Json> = Vec::new();
    run_pipeline(&pipeline, context(), &temp.store, &Unwatched, &mut |row| {
        let cells = row.cells.iter().map(|cell| match cell {
            Value::Null => Json::Null,
            other => Json::String(readable(other, Zone::utc())),
        });
        let row: serde_json::Map<String, Json> = row.columns.iter().cloned().zip(cells).collect();
        rows.push(row.into());
        true
    })
    .map_err(|error| error.to_string())?;
    Ok(rows.into())
}

#[test]
fn files_have_the_rows_of_import_csv_or_are_read_more_carefully() {
    let recorded: serde_json::Map<String, Json> =
        serde_json::from_str(include_str!("tables.json")).unwrap();
    let mut other = Vec::new();
    for (file, theirs) in &recorded {
        let is_careful = MORE_CAREFUL.iter().any(|(known, _)| known == file);
        let ours = rows(file);
        let is_same = ours.as_ref().is_ok_and(|rows| *rows == theirs["rows"]);
        if is_same == is_careful {
            other.push(format!("{file}: {ours:?} and {}", theirs["rows"]));
        }
    }
    assert!(other.is_empty(), "{}", other.join("\n"));
}
