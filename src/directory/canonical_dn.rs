//! The canonical form of distinguished names, in which they are searched.

use std::borrow::Cow;

use crate::domain::dn::DistinguishedName;

/// The canonical form of a distinguished name. Most are written in it, and checking that is cheaper
/// than making it.
pub(super) fn canonical(dn: &str) -> Cow<'_, str> {
    if is_canonical(dn) {
        return dn.into();
    }
    DistinguishedName::parse(dn).map_or(Cow::Borrowed(dn), |parsed| Cow::Owned(parsed.to_string()))
}

/// Whether a distinguished name is certainly in its canonical form. All unusual texts go to the
/// parser.
pub(super) fn is_canonical(dn: &str) -> bool {
    let bytes = dn.as_bytes();
    let (mut at, mut before) = (0, b',');
    loop {
        let start = at;
        while bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        {
            at += 1;
        }
        if at == start
            || bytes.get(at) != Some(&b'=')
            || matches!(bytes.get(at + 1), None | Some(b' ' | b'#' | b','))
        {
            return false;
        }
        at += 1;
        loop {
            match bytes.get(at) {
                None => return before != b' ',
                Some(b',') if before == b' ' => return false,
                Some(b',') => break,
                // A required escape, which the canonical form keeps.
                Some(b'\\')
                    if matches!(
                        bytes.get(at + 1),
                        Some(b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';')
                    ) =>
                {
                    at += 1;
                }
                Some(b'\\' | b'"' | b'+' | b'<' | b'>' | b';' | b'*') => return false,
                Some(byte) if byte.is_ascii_control() => return false,
                Some(_) => {}
            }
            before = bytes[at];
            at += 1;
        }
        at += 1;
        before = b',';
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_taken_for_canonical_is_what_the_parser_prints(
            dn in proptest::collection::vec(
                proptest::sample::select(vec!["CN=", "ou=", "2.5.4.3=", ",", " ", "\\,", "\\\\", "\\41", "\\ ", "#", "=", "a", "Ä", "+", "\"", "*", "-", "O’C"]),
                0..9,
            )
        ) {
            let dn = dn.concat();
            if is_canonical(&dn) {
                let printed = DistinguishedName::parse(&dn).map_or(dn.clone(), |parsed| parsed.to_string());
                prop_assert_eq!(printed, dn);
            }
        }
    }

    #[test]
    fn what_directories_write_is_canonical() {
        for dn in [
            "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
            "CN=Jörg Müller,OU=A=B",
            r"CN=Harp\, Walter 2,OU=X",
        ] {
            assert!(is_canonical(dn), "{dn}");
        }
        for dn in [
            "CN=Ken Myer , OU=Finance",
            "cn = ken",
            "CN=",
            "CN=#1",
            r"CN=\C3\BC",
            "CN=a+OU=b",
            "",
            "ken",
            "CN=a,",
        ] {
            assert!(!is_canonical(dn), "{dn}");
        }
    }
}
