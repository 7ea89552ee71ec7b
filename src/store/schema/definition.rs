//! Definitions of tables, indexes, triggers and views, as SQLite keeps them.

use crate::store::engine::catalog::schema_rows;
use crate::store::engine::{Connection, EngineResult};

use std::collections::BTreeMap;

/// The name of a definition: its kind ("table", "index", "trigger", "view") and its name.
pub(in crate::store) type DefinitionKey = (String, String);

/// The definitions of a store: the table that each is about, and its statement in a form that can be
/// compared.
pub(in crate::store) type Definitions = BTreeMap<DefinitionKey, (String, String)>;

/// Reads all definitions.
pub(in crate::store) fn definitions(connection: &Connection) -> EngineResult<Definitions> {
    let rows = schema_rows(connection)?.into_iter();
    Ok(rows
        .map(|row| ((row.kind, row.name), (row.table, comparable(&row.sql))))
        .collect())
}

/// The definitions of a version on a server, as `postgres/v11.definitions` has them: a line for each
/// with kind, name, table and statement, and a tab between them. None if the version is not known.
pub(in crate::store) fn known_on_server(version: i64) -> Option<Definitions> {
    let text = match version {
        11 => include_str!("postgres/v11.definitions"),
        12 => include_str!("postgres/v12.definitions"),
        13 => include_str!("postgres/v13.definitions"),
        14 => include_str!("postgres/v14.definitions"),
        15 => include_str!("postgres/v15.definitions"),
        _ => return None,
    };
    let lines = text.lines().map(|line| {
        let mut parts = line.splitn(4, '\t').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        ((next(), next()), (next(), next()))
    });
    Some(lines.collect())
}

/// The words of a statement with one space between them, without comments and without quotes around
/// plain names: the texts of SQLite after ALTER TABLE differ in these from version to version.
fn comparable(sql: &str) -> String {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first.is_whitespace() {
            first.len_utf8()
        } else {
            let word = word_at(rest, first);
            words.push(plain_name(word).unwrap_or(word));
            word.len()
        };
        rest = &rest[length..];
    }
    words.join(" ")
}

/// The quoted text, the word or the single character at the beginning of a text.
fn word_at(text: &str, first: char) -> &str {
    let end = match first {
        '\'' | '"' | '`' => quoted_length(text, first),
        _ if is_of_word(first) => text.find(|c| !is_of_word(c)).unwrap_or(text.len()),
        _ => first.len_utf8(),
    };
    &text[..end]
}

/// The length of a quoted text, in which a doubled quote is a quote.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut from = 1;
    while let Some(found) = text[from..].find(quote) {
        from += found + 1;
        if !text[from..].starts_with(quote) {
            return from;
        }
        from += 1;
    }
    text.len()
}

/// The name in double quotes, if it needs none.
fn plain_name(word: &str) -> Option<&str> {
    let name = word.strip_prefix('"')?.strip_suffix('"')?;
    (!name.is_empty() && name.chars().all(is_of_word)).then_some(name)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::comparable;

    #[test]
    fn spaces_comments_and_needless_quotes_do_not_count() {
        assert_eq!(
            comparable("CREATE TABLE \"users\" ( -- all\n  id INTEGER, /* old */ name TEXT )"),
            comparable("CREATE TABLE users(id INTEGER,name TEXT)")
        );
    }

    #[test]
    fn texts_and_names_do_count() {
        for (one, other) in [
            ("SELECT 'a b'", "SELECT 'a  b'"),
            ("SELECT '-- a'", "SELECT '-- b'"),
            ("SELECT 'it''s' a", "SELECT 'it' 's' a"),
            ("SELECT a b", "SELECT ab"),
            ("SELECT \"a b\"", "SELECT a b"),
        ] {
            assert_ne!(comparable(one), comparable(other), "{one}");
        }
    }
}
