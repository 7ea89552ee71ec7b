//! Distinguished names, alone and several in one text.

use pindesk::domain::dn::{DistinguishedName, split_names};

use crate::assert_plain;
use crate::campaign::Campaign;

const CAMPAIGN: Campaign = Campaign {
    target: "dn",
    words: &[
        b"CN=",
        b"OU=",
        b"DC=",
        b"2.5.4.3=",
        b"0.9.2342.19200300.100.1.25=",
        b",",
        b" , ",
        b"+",
        b"=",
        b"\\,",
        b"\\\\",
        b"\\ ",
        b"\\#",
        b"#04024869",
        b"\\2A",
        b"*",
        b"\\C3\\BC",
        b"\\C3",
        b"\\00",
        b"\"",
        b";",
        b"<",
        b">",
        b" ",
        b"\xC3\x9C",
    ],
    short: 20_000,
    longest: 384,
    one_accepted_in: 8,
};

fn check(text: &str) -> bool {
    for name in split_names(text) {
        assert!(text.contains(name));
    }
    let name = match DistinguishedName::parse(text) {
        Ok(name) => name,
        Err(error) => {
            assert_plain(&error.to_string());
            return false;
        }
    };
    let written = name.to_string();
    let again = DistinguishedName::parse(&written);
    assert_eq!(again.as_ref(), Ok(&name), "{written:?}");
    // One name between others is found again.
    assert_eq!(split_names(&format!("{written};DC=x")), [&written, "DC=x"]);
    let key = name.key();
    assert!(name.is_within(&name));
    assert_eq!(
        DistinguishedName::parse(&key).map(|name| name.key()),
        Ok(key),
        "{written:?}"
    );
    let child = DistinguishedName::parse(&format!("CN=x,{written}")).unwrap();
    assert!(child.is_within(&name) && !name.is_within(&child));
    true
}

#[test]
fn dn() {
    CAMPAIGN.run(|input, _| check(&String::from_utf8_lossy(input)));
}
