//! Rules that exist twice, in Rust and in the functions of a server, say the same: random states, actions,
//! units, policies and rules of approval are decided by both.
//!
//! All of these need a server, which `scripts/check` has.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so and ends"
)]

#[path = "../common/mod.rs"]
mod common;

mod approval;
mod logons;
mod policies;
mod scope;
mod states;

use common::TempStore;
use serde_json::Value;

/// The answers of the server to one question for each of many cases, in their order. The question is an expression
/// about `c.case`, the JSON of a case.
fn asked(temp: &TempStore, question: &str, cases: &[Value]) -> Vec<Option<String>> {
    let mut server = temp.server().unwrap();
    let sql = format!(
        "SELECT ({question})::TEXT FROM jsonb_array_elements($1::TEXT::JSONB) WITH ORDINALITY AS c (\"case\", nth) ORDER BY nth"
    );
    let cases = Value::Array(cases.to_vec()).to_string();
    let rows = server.query(&sql, &[&cases]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Fails with the first case for which the server says something else than Rust.
fn assert_same(
    question: &str,
    cases: &[Value],
    server: &[Option<String>],
    rust: &[Option<String>],
) {
    assert_eq!(cases.len(), server.len());
    assert_eq!(cases.len(), rust.len());
    for (case, (server, rust)) in cases.iter().zip(server.iter().zip(rust)) {
        assert_eq!(server, rust, "server, Rust: {question} of {case}");
    }
}

/// A truth as the server writes it.
fn truth(value: bool) -> String {
    value.to_string()
}
