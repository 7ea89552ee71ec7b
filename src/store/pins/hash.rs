//! Hashing, comparing and drawing PINs. No other file of the store sees the digits.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use super::hash_rows::{HashedPin, KeptLength};
use crate::domain::pin_digits::{Pin, PinFaults, PinHolder};
use crate::domain::pin_key::PinKey;
use crate::domain::policy::PinPolicy;

/// Random bytes from this value on are not used. The remainders by ten of the bytes below it are
/// equally likely.
const FAIR_BYTES: u8 = 250;

/// The Argon2id hash (RFC 9106, <https://www.rfc-editor.org/rfc/rfc9106>) of a PIN with a new salt,
/// and with the secret key if there is one. The text of the hash is a PHC string
/// (<https://github.com/P-H-C/phc-string-format>), which names the algorithm and its parameters.
pub(super) fn hash(pin: &Pin, key: Option<&PinKey>) -> Result<HashedPin, String> {
    let hash = with_hasher(key, |argon2| argon2.hash_password(pin.digits().as_bytes()))
        .map_err(|error| format!("the PIN cannot be hashed ({error})"))?
        .to_string();
    let length = match key {
        None => KeptLength::Class(PinPolicy::length_class(pin.length())),
        Some(key) => KeptLength::Sealed {
            key: key.id().clone(),
            seal: key.seal_length(&hash, pin.length()).to_vec(),
        },
    };
    Ok(HashedPin { hash, length })
}

/// Whether these digits were hashed with this key. An unreadable hash matches no digits.
pub(super) fn is_of(pin: &Pin, hashed: &HashedPin, key: Option<&PinKey>) -> bool {
    PasswordHash::new(&hashed.hash).is_ok_and(|hash| {
        with_hasher(key, |argon2| {
            argon2.verify_password(pin.digits().as_bytes(), &hash)
        })
        .is_ok()
    })
}

/// Takes as long as comparing digits with a hash. No digits are right.
pub(super) fn compare_with_nothing(pin: &Pin) {
    static OF_NOBODY: LazyLock<Option<HashedPin>> = LazyLock::new(|| {
        let pin = Pin::parse("000000").ok()?;
        hash(&pin, None).ok()
    });
    if let Some(hashed) = &*OF_NOBODY {
        std::hint::black_box(is_of(pin, hashed, None));
    }
}

/// Calls a function with Argon2id, which gets the secret of the key.
fn with_hasher<T>(
    key: Option<&PinKey>,
    work: impl FnOnce(&Argon2<'_>) -> argon2::password_hash::Result<T>,
) -> argon2::password_hash::Result<T> {
    let Some(key) = key else {
        return work(&Argon2::default());
    };
    let secret = key.for_hashing();
    let argon2 = Argon2::new_with_secret(
        &*secret,
        Algorithm::default(),
        Version::default(),
        Params::default(),
    )?;
    work(&argon2)
}

/// Draws a random PIN that keeps to a policy.
pub(in crate::store) fn draw(policy: &PinPolicy, holder: PinHolder<'_>) -> Result<Pin, String> {
    loop {
        let mut digits = String::new();
        while digits.len() < usize::from(policy.min_length) {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| format!("no PIN can be drawn ({error})"))?;
            let fair = bytes
                .iter()
                .filter(|byte| **byte < FAIR_BYTES)
                .map(|byte| char::from(b'0' + byte % 10));
            digits.extend(fair.take(usize::from(policy.min_length) - digits.len()));
        }
        let pin = Pin::parse(&digits).map_err(|fault| fault.to_string())?;
        match pin.check(policy, holder) {
            Ok(()) => return Ok(pin),
            // Another draw can avoid these faults. The others would come back with every draw.
            Err(PinFaults(faults)) if faults.iter().all(|fault| fault.is_of_digits()) => {}
            Err(faults) => return Err(faults.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;
    use crate::domain::pin_rule::PinRule;

    #[test]
    fn a_hash_is_argon2id_and_salted() {
        let pin = Pin::parse("48213").unwrap();
        let hash = |pin: &Pin| hash(pin, None).unwrap();
        let (first, second) = (hash(&pin), hash(&pin));
        let text = &first.hash;
        assert!(
            text.starts_with("$argon2id$v=19$")
                && first.hash != second.hash
                && !text.contains("48213"),
            "{text}"
        );
        let other = Pin::parse("48214").unwrap();
        assert!(is_of(&pin, &first, None) && is_of(&pin, &second, None));
        assert!(!is_of(&other, &first, None));
        for unreadable in ["48213", ""] {
            let unreadable = HashedPin {
                hash: unreadable.to_owned(),
                length: KeptLength::Class(5),
            };
            assert!(!is_of(&pin, &unreadable, None));
        }
    }

    #[test]
    fn a_hash_with_a_key_matches_with_that_key_alone() {
        let pin = Pin::parse("48213").unwrap();
        let (key, other) = (PinKey::of([1; 32]), PinKey::of([2; 32]));
        let hashed = hash(&pin, Some(&key)).unwrap();
        assert!(is_of(&pin, &hashed, Some(&key)));
        assert!(!is_of(&pin, &hashed, Some(&other)) && !is_of(&pin, &hashed, None));
        assert_eq!(hashed.key(), Some(key.id()));
    }

    #[test]
    fn drawn_pins_keep_to_the_policy_and_have_every_digit() {
        let policy = PinPolicy {
            min_length: 4,
            also_refused: PinRule::VARIANTS.iter().copied().collect(),
            ..PinPolicy::default()
        };
        let holder = PinHolder {
            line: Some("tel:+14255550100;ext=50100"),
            display_name: "Anna Berg",
        };
        let mut seen = [0; 10];
        for _ in 0..2000 {
            let pin = draw(&policy, holder).unwrap();
            pin.check(&policy, holder).unwrap();
            assert_eq!(pin.length(), 4);
            pin.digits()
                .bytes()
                .for_each(|digit| seen[usize::from(digit - b'0')] += 1);
        }
        // 800 of each digit are expected. A missing digit or a frequent one would be a fault.
        assert!(
            seen.iter().all(|count| (500..1100).contains(count)),
            "{seen:?}"
        );
    }
}
