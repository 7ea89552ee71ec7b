//! The delimiters of a text file.

use strum::{IntoStaticStr, VariantArray};

/// The character between the fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum Delimiter {
    #[strum(serialize = "comma")]
    Comma,
    #[strum(serialize = "semicolon")]
    Semicolon,
    #[strum(serialize = "tab")]
    Tab,
    #[strum(serialize = "vertical bar")]
    Pipe,
    /// No delimiter: each line is one field.
    #[strum(serialize = "nothing (one column)")]
    None,
}

impl Delimiter {
    /// The name that is shown.
    pub fn label(self) -> &'static str {
        self.into()
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
