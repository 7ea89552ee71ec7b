//! Display-name patterns, the only form of identity in which `*` is a wildcard.

use super::text::identity_key;

/// A display name in which every `*` stands for any number of characters, or none.
///
/// All other characters (`?`, `[`, `]`, `%`, `_` …) stand for themselves. Case and normal form are
/// ignored, as in every identity. Source: Microsoft Docs, `Unlock-CsClientPin`, parameter Identity,
/// <https://learn.microsoft.com/powershell/module/skype/unlock-csclientpin>.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DisplayPattern {
    text: String,
    /// The folded texts between the asterisks: at least one. The first is anchored at the start,
    /// the last at the end.
    pieces: Vec<String>,
}

impl DisplayPattern {
    /// The pattern for a text. Without a `*` it matches exactly that display name.
    pub fn new(text: &str) -> Self {
        let pieces = identity_key(text).split('*').map(str::to_owned).collect();
        Self {
            text: text.to_owned(),
            pieces,
        }
    }

    /// The pattern as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a display name matches.
    pub fn matches(&self, display_name: &str) -> bool {
        self.matches_key(&identity_key(display_name))
    }

    /// Whether a display name matches, given its [`identity_key`].
    pub fn matches_key(&self, key: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return key == first;
        };
        let Some(mut rest) = key.strip_prefix(first.as_str()) else {
            return false;
        };
        // Each piece is matched as early as possible, which leaves the most room for the next ones.
        for piece in middle {
            match rest.find(piece.as_str()) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}
