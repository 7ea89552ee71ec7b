//! The origin of a logon: the gateway, number or address from which it came, as the gateway names
//! it.

/// An origin that can be kept and shown: one line of plain characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Reasons why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginFault {
    #[error("The origin of a logon is empty.")]
    Empty,
    #[error("The origin of a logon has at most {} characters.", Origin::MOST)]
    TooLong,
    #[error("The origin of a logon is one line without control characters.")]
    Control,
}

impl Origin {
    /// The largest number of characters.
    pub const MOST: usize = 200;

    /// Reads an origin. Surrounding white space is ignored.
    ///
    /// # Errors
    /// The text is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, OriginFault> {
        let text = text.trim();
        if text.is_empty() {
            Err(OriginFault::Empty)
        } else if text.chars().any(char::is_control) {
            Err(OriginFault::Control)
        } else if text.chars().nth(Self::MOST).is_some() {
            Err(OriginFault::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
