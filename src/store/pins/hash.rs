//! PINs as hashes: the one place that knows digits and what is kept of them.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::PinPolicy;

/// Bytes from here on would make some digits likelier than others.
const FAIR_BYTES: u8 = 250;

/// An Argon2id hash of a PIN with a salt of its own, as a text that says how it was made.
pub(in crate::store) fn hash(pin: &Pin) -> Result<String, String> {
    let hash = Argon2::default().hash_password(pin.digits().as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| format!("the PIN cannot be hashed ({error})"))
}

/// Are these the digits that were hashed? A hash that cannot be read is nobody's.
pub(in crate::store) fn is_of(pin: &Pin, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(pin.digits().as_bytes(), &hash)
            .is_ok()
    })
}

/// Draws a PIN that keeps to a policy.
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
            // Drawn again, but for what no draw would mend.
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
        // 800 of each are expected; a digit that never comes, or one of two, would be a fault.
        assert!(
            seen.iter().all(|count| (500..1100).contains(count)),
            "{seen:?}"
        );
    }
}
