//! Folds very many names as `search_key` does, but looks each letter up only once.

use std::collections::HashMap;

use unicode_normalization::char::canonical_combining_class;

use crate::domain::text::search_key;

/// The folded forms of all letters so far.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// None for characters that cannot be folded alone: combining marks behind each other may be
    /// reordered.
    known: HashMap<char, Option<Box<str>>, std::hash::BuildHasherDefault<ByCodePoint>>,
}

/// A hasher for code points. A directory has few different ones, and no attacker chooses them.
#[derive(Debug, Default)]
pub(super) struct ByCodePoint(u64);

impl Folder {
    /// Appends the folded form of a text.
    pub fn fold(&mut self, text: &str, to: &mut Vec<u8>) {
        let start = to.len();
        if text
            .bytes()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
        {
            to.extend_from_slice(text.as_bytes());
            to[start..].make_ascii_lowercase();
            return;
        }
        for c in text.chars() {
            if c.is_ascii() && !c.is_ascii_control() {
                to.push(c.to_ascii_lowercase() as u8);
                continue;
            }
            let Some(folded) = self.known.entry(c).or_insert_with(|| alone(c)) else {
                to.truncate(start);
                to.extend_from_slice(search_key(text).as_bytes());
                return;
            };
            to.extend_from_slice(folded.as_bytes());
        }
    }
}

/// The folded form of a letter, if it is the same in every context.
fn alone(c: char) -> Option<Box<str>> {
    anywhere(c.encode_utf8(&mut [0; 4])).map(String::into_boxed_str)
}

/// The folded form of a piece of a text, if it is the same in every context. None if its combining
/// marks may be reordered with their neighbours.
pub(super) fn anywhere(piece: &str) -> Option<String> {
    Some(search_key(piece))
        .filter(|folded| folded.chars().all(|c| canonical_combining_class(c) == 0))
}

impl std::hash::Hasher for ByCodePoint {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        // The hash table uses the first and the last bits, so the multiplication spreads the number
        // over both.
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_folds_as_the_search_does(
            texts in proptest::collection::vec("[a-zA-Z ßẞİıÅåéÉüØłĐΣςЯйか\u{3099}が田कि𠮷ﬁＡ’\u{200E}\u{301}\u{323}\u{5B0}\u{5B4}\u{64B}\u{651}\u{94D}\u{1100}\u{1161}\u{11A8}각\n]{0,8}|\\PC{0,6}", 1..20)
        ) {
            let mut folder = Folder::default();
            for text in texts {
                let mut folded = Vec::new();
                folder.fold(&text, &mut folded);
                prop_assert_eq!(String::from_utf8(folded).unwrap(), search_key(&text), "{:?}", text);
            }
        }
    }
}
