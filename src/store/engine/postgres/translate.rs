//! SQL as the store writes it, as SQL of PostgreSQL: `?1` becomes `$1`, and a list of parameter 1 a
//! table that its array makes.

use crate::store::engine::id_set::{IN_LIST, IN_LIST_ORDER, LIST};

/// A statement as PostgreSQL takes it.
pub(super) struct Translated {
    pub sql: String,
    /// The number of columns, if the statement has several rows of them.
    pub width: Option<usize>,
}

impl Translated {
    pub fn of(sql: &str) -> Self {
        Self {
            sql: translate(sql),
            width: width(sql),
        }
    }
}

/// The number of columns of a statement with rows of parameters, as `row_blocks` writes them.
fn width(sql: &str) -> Option<usize> {
    let (_, rows) = sql
        .split_once("VALUES (?,")
        .or_else(|| sql.split_once("VALUES (?)"))?;
    let first = rows.split(')').next().unwrap_or_default();
    Some(1 + first.matches('?').count())
}

/// The list of parameter 1 as a table, as [`LIST`] names it. `key` counts from 0.
const LIST_OF_ARRAY: &str = "(SELECT ordinality - 1 AS key, value FROM unnest($1) WITH ORDINALITY AS items (value, ordinality)) list";

/// The list of parameter 1 as a subquery, as [`IN_LIST`] writes it.
const IN_ARRAY: &str = "(SELECT unnest($1))";

/// Translates a statement. Texts in quotes and comments stay as they are. A `?` without a number is
/// the parameter after the one before it.
fn translate(sql: &str) -> String {
    let mut translated = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    let mut last = 0_usize;
    while let Some(at) = rest.find(['?', '\'', '"', 'j', '(', '-', '/']) {
        translated.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if let Some(text) = lists(rest, &mut translated) {
            text
        } else if let Some(number) = rest.strip_prefix('?') {
            let digits = number.len()
                - number
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .len();
            last = number[..digits].parse().unwrap_or(last + 1);
            translated.push_str(&format!("${last}"));
            1 + digits
        } else {
            let length = unchanged(rest);
            translated.push_str(&rest[..length]);
            length
        };
        rest = &rest[length..];
    }
    translated.push_str(rest);
    translated
}

/// Translates a list at the beginning of a text. Returns the length of what was translated.
fn lists(rest: &str, translated: &mut String) -> Option<usize> {
    let (found, written) = [
        (LIST, LIST_OF_ARRAY),
        (IN_LIST, IN_ARRAY),
        (IN_LIST_ORDER, "ORDER BY list.key"),
    ]
    .into_iter()
    .find(|(list, _)| rest.starts_with(list))?;
    translated.push_str(written);
    Some(found.len())
}

/// The length of a quoted text, a comment or a character at the beginning of a text.
fn unchanged(rest: &str) -> usize {
    let end = |text: &str, end: &str| text.find(end).map_or(rest.len(), |at| at + 1 + end.len());
    match rest.as_bytes() {
        // A doubled quote ends one text and begins another one.
        [b'\'', ..] => end(&rest[1..], "'"),
        [b'"', ..] => end(&rest[1..], "\""),
        [b'-', b'-', ..] => end(&rest[1..], "\n"),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_numbers() {
        for (sql, expected) in [
            ("SELECT ?2 || ?1 || ?12", "SELECT $2 || $1 || $12"),
            ("VALUES (?, ?), (?, ?)", "VALUES ($1, $2), ($3, $4)"),
            ("a = '?1' AND \"b?2\" = ?1", "a = '?1' AND \"b?2\" = $1"),
            ("'it''s ?1' || ?1", "'it''s ?1' || $1"),
            ("1 - ?1 -- ?2\n+ ?3", "1 - $1 -- ?2\n+ $3"),
            ("'open ?1", "'open ?1"),
            ("jäh (?1)", "jäh ($1)"),
        ] {
            assert_eq!(translate(sql), expected);
        }
    }

    #[test]
    fn a_list_becomes_a_table_of_its_array() {
        let sql = format!(
            "SELECT 1 / 2 FROM {LIST} CROSS JOIN users u WHERE u.id IN {IN_LIST} {IN_LIST_ORDER}"
        );
        let expected = format!(
            "SELECT 1 / 2 FROM {LIST_OF_ARRAY} CROSS JOIN users u WHERE u.id IN {IN_ARRAY} ORDER BY list.key"
        );
        assert_eq!(translate(&sql), expected);
    }
}
