//! The delimiters of a text file.

use strum::VariantArray;

/// The character between the fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Pipe,
    /// No delimiter: each line is one field.
    None,
}

impl Delimiter {
    /// The name that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "vertical bar",
            Self::None => "nothing (one column)",
        }
    }

    /// The fields of a row as a part of a sentence: `one column`, or `fields separated by …`.
    pub fn how_separated(self) -> String {
        match self {
            Self::None => "one column".to_owned(),
            delimiter => format!("fields separated by {}", delimiter.label()),
        }
    }

    /// The character. For one column it is NUL, which no text has.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::None => 0,
        }
    }

    /// The delimiter with this byte. None if no delimiter has it.
    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        Self::VARIANTS
            .iter()
            .copied()
            .find(|delimiter| delimiter.byte() == byte && *delimiter != Self::None)
    }
}
