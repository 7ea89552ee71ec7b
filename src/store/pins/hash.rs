//! Hashing, comparing and drawing PINs. No other file of the store sees the digits.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::PinPolicy;

/// Random bytes from this value on are not used. The remainders by ten of the bytes below it are
/// equally likely.
const FAIR_BYTES: u8 = 250;

/// The Argon2id hash (RFC 9106, <https://www.rfc-editor.org/rfc/rfc9106>) of a PIN with a new salt.
/// The text is a PHC string (<https://github.com/P-H-C/phc-string-format>), which names the
/// algorithm and its parameters.
pub(in crate::store) fn hash(pin: &Pin) -> Result<String, String> {
    let hash = Argon2::default().hash_password(pin.digits().as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| format!("the PIN cannot be hashed ({error})"))
}

/// Whether these digits were hashed. An unreadable hash matches no digits.
pub(in crate::store) fn is_of(pin: &Pin, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(pin.digits().as_bytes(), &hash)
            .is_ok()
    })
}

/// Draws a random PIN that keeps to a policy. `line` is the user's `LineURI`.
pub(in crate::store) fn draw(policy: &PinPolicy, line: Option<&str>) -> Result<Pin, String> {
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
        let drawn = Pin::parse(&digits).and_then(|pin| pin.check(policy, line).map(|()| pin));
        match drawn {
            Ok(pin) => return Ok(pin),
            // Another draw can avoid these faults. The others would come back with every draw.
            Err(PinFault::Repeats | PinFault::Ascends | PinFault::PhoneNumber) => {}
            Err(fault) => return Err(fault.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_and_salted() {
        let pin = Pin::parse("48213").unwrap();
        let (first, second) = (hash(&pin).unwrap(), hash(&pin).unwrap());
        assert!(
            first.starts_with("$argon2id$v=19$") && first != second && !first.contains("48213"),
            "{first}"
        );
        assert!(
            is_of(&pin, &first)
                && is_of(&pin, &second)
                && !is_of(&Pin::parse("48214").unwrap(), &first)
        );
        assert!(!is_of(&pin, "48213") && !is_of(&pin, ""));
    }

    #[test]
    fn drawn_pins_keep_to_the_policy_and_have_every_digit() {
        let policy = PinPolicy {
            min_length: 4,
            ..PinPolicy::default()
        };
        let mut seen = [0; 10];
        for _ in 0..2000 {
            let pin = draw(&policy, Some("tel:+14255550100;ext=50100")).unwrap();
            pin.check(&policy, Some("tel:+14255550100;ext=50100"))
                .unwrap();
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
