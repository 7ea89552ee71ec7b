//! The reason why a pipeline is refused, with its line and column.

use crate::domain::text::shown;

/// The number of characters of a long line that are shown before the position.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// The reason why a pipeline is refused, and the position in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The line, or the part of it around the position.
    excerpt: String,
    /// The number of characters of the excerpt before the position.
    indent: usize,
}

/// A message about a byte of the text, before [`Fault::of`] finds its line and column.
#[derive(Debug)]
pub(super) struct LocatedMessage {
    pub at: usize,
    pub message: String,
}

impl Fault {
    /// A fault in a text.
    pub(super) fn of(text: &str, found: LocatedMessage) -> Self {
        Self::at(text, found.at, found.message)
    }

    /// A fault at a byte of the text.
    pub(super) fn at(text: &str, at: usize, message: impl Into<String>) -> Self {
        let at = text.floor_char_boundary(at);
        let before = text[..at].replace("\r\n", "\n").replace('\r', "\n");
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count();
        let line = before.matches('\n').count() + 1;
        let left: Vec<char> = before[start..].chars().collect();
        let left = &left[left.len().saturating_sub(BEFORE)..];
        let right = text[at..]
            .chars()
            .take_while(|c| !matches!(c, '\n' | '\r'))
            .take(AFTER);
        // Control characters are wider or narrower than one column and would move the mark below.
        let excerpt = left
            .iter()
            .copied()
            .chain(right)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        Self {
            message: shown(&message.into()).into_owned(),
            line,
            column: column + 1,
            excerpt,
            indent: left.len(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )?;
        writeln!(f, "  {}", self.excerpt)?;
        write!(f, "  {:indent$}^", "", indent = self.indent)
    }
}

impl std::error::Error for Fault {}
