//! The named texts of a store on a server, read together once a transaction.
//!
//! A change asks for a dozen of them. Inside a transaction nobody else changes them: one that reads sees
//! one moment, and one that writes has the row that all writers take first.

use std::cell::RefCell;
use std::collections::HashMap;

/// The texts that the transaction of now has read. Each statement that may have changed them makes
/// them unknown again.
#[derive(Default)]
pub(super) struct KeptTexts(RefCell<Option<HashMap<String, String>>>);

impl KeptTexts {
    /// The text with this name, or None if there is none. All are read with `read` if they are not
    /// known.
    pub fn get<E>(
        &self,
        name: &str,
        read: impl FnOnce() -> Result<HashMap<String, String>, E>,
    ) -> Result<Option<String>, E> {
        if let Some(texts) = self.0.borrow().as_ref() {
            return Ok(texts.get(name).cloned());
        }
        let texts = read()?;
        let text = texts.get(name).cloned();
        self.0.replace(Some(texts));
        Ok(text)
    }

    pub fn forget(&self) {
        self.0.take();
    }
}
