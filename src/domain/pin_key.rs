//! The secret key with which PINs are hashed. It lies outside the store, so that a copy of the store
//! is not enough to try PINs.
//!
//! Each use has a key of its own, made by HMAC-SHA256 (RFC 2104,
//! <https://www.rfc-editor.org/rfc/rfc2104>) of a fixed text. Therefore the ID, which everybody can
//! read, and the seals say nothing about the key that Argon2id gets.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::policy::PinPolicy;
use super::text::hex;

/// A secret key of 32 bytes. `Debug` shows its ID alone, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct PinKey {
    secret: Zeroizing<[u8; SECRET_BYTES]>,
    id: KeyId,
}

/// The ID of a key, computed from the key: 16 hexadecimal digits. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

/// The HMAC that seals the length of a PIN.
pub type LengthSeal = [u8; 32];

const SECRET_BYTES: usize = 32;

/// The block of SHA-256 in bytes. HMAC fills a shorter key up with zeros.
const BLOCK_BYTES: usize = 64;

/// The number of bytes of an ID.
const ID_BYTES: usize = 8;

/// The beginning of a key that is written as text. It says what the line is, and the version.
const TEXT_BEGINNING: &str = "pindesk-pin-key-1:";

impl PinKey {
    /// The key with these bytes.
    pub fn of(secret: [u8; SECRET_BYTES]) -> Self {
        let secret = Zeroizing::new(secret);
        let id = code(&secret, "PinDesk key ID", &[]);
        Self {
            id: KeyId(hex(&id[..ID_BYTES])),
            secret,
        }
    }

    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The key as one line of text, for a keyring or a file of its owner.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(
            TEXT_BEGINNING.len() + 2 * SECRET_BYTES,
        ));
        text.push_str(TEXT_BEGINNING);
        for byte in *self.secret {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        text
    }

    /// Reads the text of a key. None if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix(TEXT_BEGINNING)?.as_bytes();
        if digits.len() != 2 * SECRET_BYTES {
            return None;
        }
        let mut secret = [0; SECRET_BYTES];
        for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
            let mut digits = pair.iter().map(|digit| {
                char::from(*digit)
                    .to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
            });
            *byte = digits.next()?? << 4 | digits.next()??;
        }
        let key = Self::of(secret);
        secret.zeroize();
        Some(key)
    }

    /// The secret that Argon2id gets beside the PIN.
    pub fn for_hashing(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(code(&self.secret, "PinDesk PIN hash", &[]))
    }

    /// Seals the length of the PIN that has this hash. The hash begins with a salt that no other
    /// PIN has, so equal lengths have different seals.
    pub fn seal_length(&self, hash: &str, digits: u8) -> LengthSeal {
        let key = code(&self.secret, "PinDesk PIN length", &[]);
        code(&key, hash, &[digits])
    }

    /// The length that was sealed. None if the seal is of another key or another hash.
    pub fn sealed_length(&self, hash: &str, seal: &[u8]) -> Option<u8> {
        (0..=PinPolicy::MOST_DIGITS).find(|digits| self.seal_length(hash, *digits) == seal)
    }
}

impl fmt::Debug for PinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinKey({})", self.id)
    }
}

impl KeyId {
    /// Reads an ID. None if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_id = text.len() == 2 * ID_BYTES
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_id.then(|| Self(text.to_owned()))
    }

    /// The ID in the place of an unreadable one, which is none of any key that PinDesk draws.
    pub fn of_nobody() -> Self {
        Self("0".repeat(2 * ID_BYTES))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The HMAC-SHA256 of a text and of what follows it.
fn code(key: &[u8; SECRET_BYTES], text: &str, after: &[u8]) -> [u8; 32] {
    let mut block = Zeroizing::new([0; BLOCK_BYTES]);
    block[..SECRET_BYTES].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(text.as_bytes());
    mac.update(after);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_text_and_nothing_else() {
        let key = PinKey::of(std::array::from_fn(|at| u8::try_from(at).unwrap() * 7));
        let text = key.to_text();
        assert_eq!(PinKey::parse(&format!("{}\n", *text)), Some(key));
        for wrong in ["", "pindesk-pin-key-1:", "pindesk-pin-key-2:00", &text[1..]] {
            assert_eq!(PinKey::parse(wrong), None, "{wrong}");
        }
        assert_eq!(PinKey::parse(&text.replace("07", "0x")), None);
    }

    #[test]
    fn a_key_shows_its_id_alone() {
        let key = PinKey::of([0xAB; 32]);
        let shown = format!("{key:?}");
        assert!(!shown.to_lowercase().contains("abab"), "{shown}");
        assert!(shown.contains(key.id().as_str()));
        assert_eq!(KeyId::parse(key.id().as_str()).as_ref(), Some(key.id()));
    }

    #[test]
    fn a_sealed_length_is_read_with_the_key_and_the_hash_alone() {
        let (key, other) = (PinKey::of([1; 32]), PinKey::of([2; 32]));
        for digits in 4..=24 {
            let seal = key.seal_length("$argon2id$a", digits);
            assert_eq!(key.sealed_length("$argon2id$a", &seal), Some(digits));
            assert_eq!(key.sealed_length("$argon2id$b", &seal), None);
            assert_eq!(other.sealed_length("$argon2id$a", &seal), None);
        }
    }

    /// Computed with Python's `hmac`, so that keys of today are read by later programs.
    #[test]
    fn the_id_of_a_key_never_changes() {
        assert_eq!(PinKey::of([0; 32]).id().as_str(), "ceb56240b00db61c");
    }
}
