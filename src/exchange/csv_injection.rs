//! Protection against cells that a spreadsheet would run as formulas: added on writing, removed on
//! reading. Cells in quotes, so that no program splits them.

use std::borrow::Cow;

/// Characters that make a cell a formula. The full-width ones do so in East Asian versions of
/// Excel.
const FORMULA_CHARACTERS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The delimiters of tables that programs write and read.
const USUAL_DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The text, with one `'` in front if a spreadsheet would take it for a formula.
///
/// A text that already has such a `'` gets one more, so that [`as_meant`] restores every text.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_risky(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text as it was before [`harmless`]. A `'` before any other character, as in `'t Hart`,
/// belongs to the text.
pub fn as_meant(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| is_risky(rest))
        .unwrap_or(text)
}

/// A cell, in quotes if any program could split it, trim it or take it for a comment.
///
/// Which delimiter a spreadsheet expects depends on its language, so the usual ones are all quoted,
/// whatever the file's own delimiter is.
pub fn quoted_if_needed(cell: &str, delimiter: char) -> Cow<'_, str> {
    let needs_quotes = cell.contains(USUAL_DELIMITERS)
        || cell.contains([delimiter, '"', '\r', '\n'])
        || cell.starts_with('#')
        || cell.trim() != cell;
    if needs_quotes {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(FORMULA_CHARACTERS)
}
