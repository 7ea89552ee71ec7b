//! Identities as they are typed or stand in a file.

use pindesk::domain::identity::{Identity, looks_like_bare_logon, sip_key};
use pindesk::domain::text::{identity_key, search_key, sort_key};
use pindesk::domain::visible::{has_hidden, shown};

use crate::assert_plain;
use crate::campaign::Campaign;

const CAMPAIGN: Campaign = Campaign {
    target: "identity",
    words: &[
        b"sip:",
        b"SIP: ",
        b"@",
        b"\\",
        b"*",
        b"=",
        b",",
        b"CN=",
        b"OU=",
        b"DC=",
        b" ",
        b"\t",
        b"\\,",
        b"\\2A",
        b"\\C3\\BC",
        b"+",
        b"#",
        b"\"",
        b";",
        b"?",
        b"\xC4\xB0",
        b"\xC3\x9F",
    ],
    short: 20_000,
    longest: 256,
    one_accepted_in: 2,
};

/// The text of an identity, which reads as the same one.
fn written(identity: &Identity) -> String {
    match identity {
        Identity::Sip(address) => format!("sip:{address}"),
        Identity::Address(text) | Identity::DisplayName(text) => text.clone(),
        Identity::Account { domain, logon } => format!("{domain}\\{logon}"),
        Identity::Pattern(pattern) => pattern.text().to_owned(),
        Identity::Dn(name) => name.to_string(),
    }
}

/// Keys are keys of themselves, and a shown name has no hidden characters.
fn check_keys(text: &str) {
    let key = identity_key(text);
    assert_eq!(identity_key(&key), key);
    assert!(!sort_key(text).is_empty());
    assert!(!search_key(text).contains(char::is_control));
    assert!(!has_hidden(&shown(text)));
}

fn check(text: &str) -> bool {
    check_keys(text);
    assert!(!sip_key(text).starts_with(char::is_whitespace));
    let identity = match Identity::parse(text) {
        Ok(identity) => identity,
        Err(error) => {
            assert_plain(&error.to_string());
            return false;
        }
    };
    // No domain has an equals sign. Without the spaces around it, such a text is another form.
    if matches!(&identity, Identity::Account { domain, .. } if domain.contains('=')) {
        return true;
    }
    let again = Identity::parse(&written(&identity));
    assert_eq!(again.as_ref(), Ok(&identity), "{:?}", written(&identity));
    assert_eq!(
        identity.key().is_none(),
        matches!(identity, Identity::Pattern(_))
    );
    if looks_like_bare_logon(text) {
        assert!(matches!(
            identity,
            Identity::DisplayName(_) | Identity::Sip(_)
        ));
    }
    // Other texts may join with the letters beside them.
    if let Identity::Pattern(pattern) = &identity
        && text.is_ascii()
    {
        assert!(pattern.matches(&pattern.text().replace('*', "x y")));
        assert!(pattern.matches(&pattern.text().replace('*', "")));
    }
    true
}

#[test]
fn identity() {
    CAMPAIGN.run(|input, _| check(&String::from_utf8_lossy(input)));
}
