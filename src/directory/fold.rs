//! Folding very many names: as `search_key` does, but each letter is looked up only once.

use std::collections::HashMap;

use unicode_normalization::char::canonical_combining_class;

use crate::domain::text::search_key;

/// What letters have been folded to so far.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// None for what is not folded alone, since marks that stand behind each other may change places.
    known: HashMap<char, Option<Box<str>>, std::hash::BuildHasherDefault<ByCodePoint>>,
}

/// Code points are their own hashes: there are few of them in a directory, and nobody chooses them to be slow.
#[derive(Debug, Default)]
pub(super) struct ByCodePoint(u64);

impl Folder {
    /// Adds a text in the form in which it is looked for.
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

/// A letter folded by itself, if that is what it is folded to wherever it stands.
fn alone(c: char) -> Option<Box<str>> {
    anywhere(c.encode_utf8(&mut [0; 4])).map(String::into_boxed_str)
}

/// A piece of a text as it is folded wherever it stands; None where marks of it may change places with others around it.
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
        // The table looks at the first and at the last bits.
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
