//! Identities: recognising, refusing and comparing each form.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

use pindesk::domain::dn::DistinguishedName;
use pindesk::domain::identity::{Identity, IdentityError, looks_like_bare_logon, sip_key};
use pindesk::domain::pattern::DisplayPattern;
use pindesk::domain::text::identity_key;
use proptest::prelude::*;

fn parsed(text: &str) -> Identity {
    Identity::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn dn(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn each_form_is_recognised() {
    for (text, form) in [
        ("sip:kenmyer@litwareinc.com", "SIP address"),
        ("SIP:kenmyer@litwareinc.com", "SIP address"),
        ("kenmyer@litwareinc.com", "UPN or SIP address"),
        (r"litwareinc\kenmyer", "domain and logon name"),
        ("Ken Myer", "display name"),
        ("Myer, Ken", "display name"),
        ("Ken Myer (Finance) [2] 100% _?", "display name"),
        ("田中 美咲", "display name"),
        ("kenmyer", "display name"),
        ("* Smith", "display name with wildcard"),
        ("Pilar*", "display name with wildcard"),
        ("Smith, *", "display name with wildcard"),
        ("*", "display name with wildcard"),
        (
            "CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com",
            "distinguished name",
        ),
        (r"cn = Myer\, Ken , ou = Finance", "distinguished name"),
        (r"CN=J\C3\B6rg M\C3\BCller,DC=com", "distinguished name"),
        ("2.5.4.3=Ken Myer,DC=com", "distinguished name"),
    ] {
        assert_eq!(parsed(text).form(), form, "{text}");
    }
}

#[test]
fn the_parts_are_taken_apart() {
    assert_eq!(
        parsed("sip: kenmyer@litwareinc.com"),
        Identity::Sip("kenmyer@litwareinc.com".to_owned())
    );
    let account = Identity::Account {
        domain: "litwareinc".to_owned(),
        logon: "kenmyer".to_owned(),
    };
    assert_eq!(parsed(r"litwareinc\kenmyer"), account);
    assert_eq!(
        dn("CN=Ken Myer,DC=litwareinc,DC=com").dns_domain(),
        "litwareinc.com"
    );
    assert_eq!(
        dn("CN=Ken Myer,DC=litwareinc,DC=com").first_domain_component(),
        Some("litwareinc")
    );
    assert_eq!(dn("CN=Ken Myer").first_domain_component(), None);
}

#[test]
fn white_space_around_an_identity_does_not_count() {
    for text in [
        "sip:a@b",
        "a@b",
        r"d\l",
        "Ken Myer",
        "* Smith",
        "CN=Ken Myer,DC=com",
    ] {
        for (before, after) in [
            (" ", " "),
            ("\t", "\t"),
            ("", "\r\n"),
            ("", " \r\n"),
            ("", "\r\n "),
            ("\n", "\t "),
        ] {
            assert_eq!(
                parsed(&format!("{before}{text}{after}")),
                parsed(text),
                "{text:?} {before:?} {after:?}"
            );
        }
    }
    assert_eq!(
        parsed("CN=Ken\\ \r\n"),
        parsed(r"CN=Ken\20"),
        "an escaped space at the end belongs to the name"
    );
}

#[test]
fn a_wildcard_is_refused_in_any_form_but_the_display_name() {
    for text in [
        "sip:ken*@litwareinc.com",
        "sip:*",
        "ken*@litwareinc.com",
        "*@litwareinc.com",
        r"litwareinc\*",
        r"*\kenmyer",
        "CN=Ken*,DC=com",
        "CN=*",
        r"CN=Smith\, *,DC=com",
    ] {
        assert_eq!(
            Identity::parse(text),
            Err(IdentityError::Wildcard),
            "{text}"
        );
    }
    assert_eq!(
        IdentityError::Wildcard.to_string(),
        "Wildcards (*) work only with display names."
    );
    assert_eq!(
        parsed(r"CN=Ken\2A").form(),
        "distinguished name",
        "an escaped asterisk is a plain character"
    );
    assert_eq!(parsed(r"CN=Ken\*"), parsed(r"CN=Ken\2a"));
}

#[test]
fn empty_or_incomplete_identities_are_refused() {
    for text in ["", " ", "\t\r\n", "\u{3000}"] {
        assert_eq!(Identity::parse(text), Err(IdentityError::Empty), "{text:?}");
    }
    for text in [
        "sip:",
        "sip:kenmyer",
        "sip:@litwareinc.com",
        "sip:kenmyer@",
        "SIP: ",
    ] {
        assert_eq!(Identity::parse(text), Err(IdentityError::Sip), "{text}");
    }
    for text in [r"\", r"\kenmyer", r"litwareinc\", r" \ kenmyer"] {
        assert_eq!(Identity::parse(text), Err(IdentityError::Account), "{text}");
    }
}

#[test]
fn a_broken_distinguished_name_is_refused_with_the_position() {
    for (text, why) in [
        ("CN=", "the value is empty at character 4"),
        ("CN=,DC=com", "the value is empty at character 4"),
        (
            "CN=Ken Myer,",
            "an attribute such as CN= is missing at character 13",
        ),
        (
            "CN=Ken Myer,Finance",
            "an attribute such as CN= is missing at character 13",
        ),
        (
            "CN=Ken Myer,OU Finance",
            "an attribute such as CN= is missing at character 13",
        ),
        (
            r"CN=Ken\zMyer",
            "a backslash at character 7 is not followed by a character that may be escaped",
        ),
        (
            r"CN=Ken\",
            "a backslash at character 7 is not followed by a character that may be escaped",
        ),
        (
            "CN=Ken;Myer",
            "the character ';' at character 7 must be escaped with a backslash",
        ),
        (
            "CN=\"Ken\"",
            "the character '\"' at character 4 must be escaped with a backslash",
        ),
        (
            "CN=#Ken",
            "the character '#' at character 4 must be escaped with a backslash",
        ),
        (
            r"CN=Ken\C3Myer",
            "the escaped bytes at character 4 are not UTF-8",
        ),
    ] {
        let error = Identity::parse(text).expect_err(text).to_string();
        assert_eq!(
            error,
            format!("The distinguished name cannot be read: {why}."),
            "{text}"
        );
    }
}

#[test]
fn distinguished_names_are_equal_when_they_mean_the_same() {
    let name = dn("CN=Myer\\, J\u{f6}rg,OU=Finance,DC=litwareinc,DC=com");
    for text in [
        "cn=myer\\, j\u{f6}rg,ou=FINANCE,dc=LitwareInc,dc=COM",
        "CN = Myer\\, J\u{f6}rg , OU = Finance ,  DC=litwareinc , DC=com ",
        r"CN=Myer\2C J\C3\B6rg,OU=Finance,DC=litwareinc,DC=com",
        "2.5.4.3=Myer\\, Jo\u{308}rg,2.5.4.11=Finance,0.9.2342.19200300.100.1.25=litwareinc,DC=com",
    ] {
        assert_eq!(dn(text).key(), name.key(), "{text}");
    }
    for text in [
        "CN=Myer\\, Jorg,OU=Finance,DC=litwareinc,DC=com",
        "CN=Myer\\,  J\u{f6}rg,OU=Finance,DC=litwareinc,DC=com",
        "CN=Myer\\, J\u{f6}rg,DC=litwareinc,DC=com,OU=Finance",
        "CN=Myer,CN=J\u{f6}rg,OU=Finance,DC=litwareinc,DC=com",
    ] {
        assert_ne!(dn(text).key(), name.key(), "{text}");
    }
    assert_eq!(
        dn("CN=Ken+OU=Finance,DC=com").key(),
        dn("ou=Finance + cn=Ken,DC=com").key(),
        "a group has no order"
    );
    assert_ne!(
        dn("CN=Ken+OU=Finance").key(),
        dn("CN=Ken,OU=Finance").key(),
        "a group is one level"
    );
    assert_ne!(
        dn(r"CN=a\+OU=b").key(),
        dn("CN=a+OU=b").key(),
        "an escaped character separates nothing"
    );
}

#[test]
fn distinguished_names_are_printed_with_the_escapes_they_need_and_no_others() {
    for (text, printed) in [
        ("CN = Ken Myer , DC = com", "CN=Ken Myer,DC=com"),
        (r"CN=Myer\2C Ken", r"CN=Myer\, Ken"),
        (r"CN=\20Ken\20", r"CN=\ Ken\ "),
        (r"CN=\#1 Desk", r"CN=\#1 Desk"),
        (r"CN=Desk \#1", "CN=Desk #1"),
        (r"CN=a\=b", "CN=a=b"),
        (r"CN=J\C3\B6rg", "CN=J\u{f6}rg"),
        (r"CN=a\0Ab", r"CN=a\0Ab"),
        (r#"CN=\"\<\>\;\\\+"#, r#"CN=\"\<\>\;\\\+"#),
        (r"CN=\20", r"CN=\ "),
    ] {
        assert_eq!(dn(text).to_string(), printed, "{text}");
    }
}

#[test]
fn identities_are_compared_without_case_and_normal_form_and_never_looser() {
    for (a, b) in [
        ("sip:kenmyer@litwareinc.com", "SIP:KenMyer@LitwareInc.com"),
        ("kenmyer@litwareinc.com", "KENMYER@LITWAREINC.COM"),
        (r"litwareinc\kenmyer", r"LITWAREINC\KenMyer"),
        ("M\u{fc}ller", "MU\u{308}LLER"),
        ("Иван Петров", "ИВАН ПЕТРОВ"),
    ] {
        assert_eq!(parsed(a).key(), parsed(b).key(), "{a} and {b}");
    }
    for (a, b) in [
        ("Müller", "Muller"),
        ("Ken Myer", "Ken  Myer"),
        ("Strauß", "Strauss"),
        (r"a\b", r"a\bc"),
    ] {
        assert_ne!(parsed(a).key(), parsed(b).key(), "{a} and {b}");
    }
    assert_eq!(sip_key("SIP:Ken@B"), sip_key("ken@b"));
    assert_eq!(
        parsed("Ken*").key(),
        None,
        "a pattern is matched, not looked up"
    );
}

#[test]
fn an_asterisk_matches_any_run_and_every_other_character_itself() {
    for (pattern, name, expected) in [
        ("* Smith", "Anna Smith", true),
        ("* Smith", "ANNA SMITH", true),
        ("* Smith", "Ann Smithson", false),
        ("* Smith", "Smith", false),
        ("*Smith", "Smith", true),
        ("Pilar*", "Pilar", true),
        ("Pilar*", "pilar ackerman", true),
        ("*ar*", "Pilar Ackerman", true),
        ("*", "", true),
        ("***", "Ken", true),
        ("K*n*r", "Ken Myer", true),
        ("K*n*n", "Ken", false),
        ("ab*ba", "aba", false),
        ("ab*ba", "abba", true),
        ("M\u{fc}*", "MU\u{308}ller", true),
        ("Mu*", "Müller", false),
        ("?en*", "Ken Myer", false),
        ("?en*", "?en", true),
        ("[K]en*", "Ken", false),
        ("%*", "Ken", false),
        ("K_n*", "Ken", false),
        (".*", "Ken", false),
        ("*(Fi+n)*", "Ken (Fi+n)", true),
    ] {
        assert_eq!(
            DisplayPattern::new(pattern).matches(name),
            expected,
            "{pattern} and {name}"
        );
    }
}

#[test]
fn a_single_word_looks_like_a_logon_name() {
    for (text, expected) in [
        ("kenmyer", true),
        (" kenmyer ", true),
        ("Ken Myer", false),
        (r"litwareinc\kenmyer", false),
        ("ken@litwareinc.com", false),
        ("ken*", false),
        ("", false),
    ] {
        assert_eq!(looks_like_bare_logon(text), expected, "{text:?}");
    }
}

/// A simple implementation of `*`.
fn plain_match(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|skipped| plain_match(rest, &name[skipped..])),
        Some((character, rest)) => name
            .split_first()
            .is_some_and(|(c, others)| c == character && plain_match(rest, others)),
    }
}

/// All texts over an alphabet up to a length.
fn all_texts(alphabet: &str, longest: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let longer: Vec<String> = texts[from..]
            .iter()
            .flat_map(|text| alphabet.chars().map(move |c| format!("{text}{c}")))
            .collect();
        from = texts.len();
        texts.extend(longer);
    }
    texts
}

#[test]
fn the_matcher_agrees_with_the_plain_rule_on_all_short_texts() {
    let names = all_texts("ab", 6);
    for pattern in all_texts("ab*", 5) {
        let matcher = DisplayPattern::new(&pattern);
        for name in &names {
            assert_eq!(
                matcher.matches(name),
                plain_match(pattern.as_bytes(), name.as_bytes()),
                "{pattern} {name}"
            );
        }
    }
}

/// A value of a distinguished name with any characters, many of them special.
fn value() -> impl Strategy<Value = String> {
    let special = prop::sample::select(r#",+"\<>;=#* "#.chars().collect::<Vec<_>>());
    let character = prop_oneof![3 => special, 2 => prop::char::range('a', 'f'), 2 => any::<char>()];
    prop::collection::vec(character, 1..12).prop_map(String::from_iter)
}

fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        "CN|OU|DC|cn|Dc",
        "[a-zA-Z][a-zA-Z0-9-]{0,5}",
        "[0-9]{1,3}(\\.[0-9]{1,3}){1,4}"
    ]
}

/// A value in escaped form: every character as hex bytes, or only characters that are not plain
/// letters.
fn written(value: &str, all_hex: bool) -> String {
    let hex = |c: char| {
        c.encode_utf8(&mut [0; 4])
            .bytes()
            .fold(String::new(), |hex, byte| hex + &format!("\\{byte:02x}"))
    };
    value
        .chars()
        .map(|c| {
            if all_hex || !c.is_alphanumeric() {
                hex(c)
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// The text of a distinguished name of several levels, some with several attributes, and spaces
/// around separators.
fn dn_text() -> impl Strategy<Value = String> {
    let pair = (attribute(), value(), any::<bool>(), " {0,2}", " {0,2}").prop_map(
        |(attribute, value, hex, a, b)| format!("{a}{attribute}{b}={a}{}{b}", written(&value, hex)),
    );
    let level = prop::collection::vec(pair, 1..4).prop_map(|pairs| pairs.join("+"));
    prop::collection::vec(level, 1..5).prop_map(|levels| levels.join(","))
}

/// A text with many characters that have a meaning in identities.
fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = [
        "sip:", "CN=", "DC", "=", ",", "+", "\\", "*", "@", "\"", "#", " ", "\t", "\0", "C3", "ä",
        "\u{308}",
    ];
    let piece = prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        any::<String>()
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_value_is_read_as_it_was_meant(value in value(), hex: bool) {
        let name = dn(&format!("DC={},DC=com", written(&value, hex)));
        prop_assert_eq!(name.first_domain_component(), Some(value.as_str()));
    }

    #[test]
    fn a_distinguished_name_that_is_printed_and_read_again_is_the_same(text in dn_text()) {
        let name = dn(&text);
        let printed = name.to_string();
        prop_assert_eq!(&dn(&printed), &name);
        prop_assert_eq!(dn(&printed).to_string(), printed.clone());
        prop_assert_eq!(parsed(&printed), Identity::Dn(name));
    }

    #[test]
    fn the_key_of_a_distinguished_name_is_stable(text in dn_text()) {
        let name = dn(&text);
        prop_assert_eq!(dn(&name.to_string()).key(), name.key());
        prop_assert_eq!(dn(&name.key()).key(), name.key());
        prop_assert!(name.is_within(&name));
        let below = dn(&format!("CN=Ken,{text}"));
        prop_assert!(below.is_within(&name) && !name.is_within(&below));
    }

    #[test]
    fn a_comparable_form_is_its_own_comparable_form(text: String) {
        prop_assert_eq!(identity_key(&identity_key(&text)), identity_key(&text));
    }

    #[test]
    fn a_pattern_without_an_asterisk_is_an_exact_comparison(
        text in "[^*]{0,8}", other in "[^*]{0,8}", ascii in "[a-zA-Z ]{0,6}",
    ) {
        let pairs = [(&text, text.to_lowercase()), (&text, other), (&ascii, ascii.to_uppercase())];
        for (text, name) in pairs {
            prop_assert_eq!(DisplayPattern::new(text).matches(&name), identity_key(text) == identity_key(&name));
        }
    }

    #[test]
    fn the_matcher_agrees_with_the_plain_rule(pattern in "[ab*]{0,10}", name in "[abAB]{0,14}") {
        let expected = plain_match(pattern.as_bytes(), name.to_lowercase().as_bytes());
        prop_assert_eq!(DisplayPattern::new(&pattern).matches(&name), expected);
    }

    #[test]
    fn a_name_matches_when_any_run_of_it_becomes_an_asterisk(name in "[^*]{0,10}", from in 0..11_usize, to in 0..11_usize) {
        let key = identity_key(&name);
        let characters: Vec<char> = key.chars().collect();
        let (from, to) = (from.min(characters.len()), to.min(characters.len()));
        let (from, to) = (from.min(to), from.max(to));
        let pattern: String = characters[..from].iter().chain(&['*']).chain(&characters[to..]).collect();
        // A combining mark after the asterisk joins it, so such a text is not a pattern.
        prop_assume!(identity_key(&pattern) == pattern);
        prop_assert!(DisplayPattern::new(&pattern).matches(&name), "{} {}", pattern, name);
    }

    #[test]
    fn reading_an_identity_never_panics_and_never_takes_a_wildcard_for_exact(text in hostile_text()) {
        if let Ok(identity) = Identity::parse(&text) {
            prop_assert_eq!(identity.key().is_none(), matches!(identity, Identity::Pattern(_)));
            if let Identity::Sip(text) | Identity::Address(text) | Identity::DisplayName(text) = &identity {
                prop_assert!(!text.contains('*'));
            }
            let spaced = format!("\t {text} ");
            prop_assert_eq!(Identity::parse(&spaced), Ok(identity));
        }
    }
}
