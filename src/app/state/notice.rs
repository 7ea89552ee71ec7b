//! An outcome or an error, as a sentence.

use std::path::PathBuf;

/// The latest outcome or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
    /// A saved page, which the browser can open.
    pub page: Option<PathBuf>,
}

impl Notice {
    pub fn outcome(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_error: false,
            page: None,
        }
    }

    pub fn error(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_error: true,
            page: None,
        }
    }
}
