//! Cells that a spreadsheet would run as a formula, made harmless on the way out and taken back on the way in.

use std::borrow::Cow;

/// What makes a cell a formula for a spreadsheet; the full-width signs do so in East Asian versions.
const FORMULA_SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The text with one `'` in front where a spreadsheet would take it for a formula.
///
/// A text that has such a `'` already gets one more, so that [`as_meant`] gives every text back as it was.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_risky(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text as it was before [`harmless`]; a `'` that stands before anything else, as in `'t Hart`, is the text's own.
pub fn as_meant(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| is_risky(rest))
        .unwrap_or(text)
}

fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_SIGNS)
}
