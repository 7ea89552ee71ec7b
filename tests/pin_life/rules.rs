//! Rules for PINs, and the ranges of policies.

use pindesk::domain::pin_digits::{Pin, PinFault, PinFaults, PinHolder};
use pindesk::domain::policy::{PinPolicy, PolicyFault, PolicyName};
use proptest::prelude::*;

use crate::pin;

const LINE: &str = "tel:+14255550182;ext=50182";

const HOLDER: PinHolder<'_> = PinHolder {
    line: Some(LINE),
    display_name: "",
};

fn check(digits: &str) -> Result<(), PinFaults> {
    pin(digits).check(
        &PinPolicy {
            min_length: 4,
            ..PinPolicy::default()
        },
        HOLDER,
    )
}

fn refused(fault: PinFault) -> Result<(), PinFaults> {
    Err(fault.into())
}

#[test]
fn a_pin_is_digits_alone() {
    for text in [
        "", " ", "12a4", "12 34", "١٢٣٤", "+4821", "48213.0", "-4821",
    ] {
        assert_eq!(Pin::parse(text), Err(PinFault::NotDigits), "{text:?}");
    }
    assert_eq!(pin("\u{feff}48213\r\n").digits(), "48213");
    assert_eq!(Pin::parse(&"7".repeat(25)), Err(PinFault::TooLong));
    assert_eq!(pin(&"7".repeat(24)).length(), 24);
}

#[test]
fn common_patterns_are_refused() {
    for digits in ["8888", "225577", "11223344", "111222", "0000"] {
        assert_eq!(check(digits), refused(PinFault::Repeats), "{digits}");
    }
    for digits in ["1234", "991234", "9876", "0123", "712349", "65431"] {
        assert_eq!(check(digits), refused(PinFault::Ascends), "{digits}");
    }
    for digits in ["14255550182", "4255550182", "50182", "0182"] {
        assert_eq!(check(digits), refused(PinFault::PhoneNumber), "{digits}");
    }
    // These PINs have a single digit, a run of only three, or another part of the number. After 9,
    // the order does not continue with 0.
    for digits in [
        "22557", "8881", "1239", "3214", "1425555", "55501", "78901", "2109",
    ] {
        assert_eq!(check(digits), Ok(()), "{digits}");
    }
    let lenient = PinPolicy {
        min_length: 4,
        allow_common_patterns: true,
        ..PinPolicy::default()
    };
    for digits in ["8888", "1234", "0182"] {
        assert_eq!(pin(digits).check(&lenient, HOLDER), Ok(()), "{digits}");
    }
}

#[test]
fn every_broken_rule_is_named_and_the_length_first() {
    let usual = PinPolicy::default();
    let check = |digits: &str| pin(digits).check(&usual, PinHolder::default());
    assert_eq!(check("4821"), refused(PinFault::TooShort { least: 5 }));
    assert_eq!(check("48213"), Ok(()));
    let two = PinFaults(vec![PinFault::TooShort { least: 5 }, PinFault::Ascends]);
    assert_eq!(
        two.to_string(),
        "This PIN is too short: the policy asks for at least 5 digits. This PIN is too easy to guess: four of its digits \
         follow each other, up or down."
    );
    assert_eq!(check("1234"), Err(two));
}

#[test]
fn no_text_of_a_pin_shows_its_digits() {
    let shown = format!("{:?} {:?}", pin("48213"), Pin::parse("48213x"));
    assert!(!shown.contains("482"), "{shown}");
}

#[test]
fn settings_keep_to_their_ranges() {
    let base = PinPolicy {
        history_count: 1,
        ..PinPolicy::default()
    };
    let good = [
        PinPolicy {
            min_length: 4,
            ..base.clone()
        },
        PinPolicy {
            min_length: 24,
            ..base.clone()
        },
        PinPolicy {
            history_count: 20,
            lifetime_days: 999,
            ..base.clone()
        },
        PinPolicy {
            max_attempts: Some(999),
            ..base.clone()
        },
        PinPolicy::default(),
    ];
    for policy in good {
        assert_eq!(policy.check(), Ok(()), "{policy:?}");
    }
    let bad = [
        PinPolicy {
            min_length: 3,
            ..base.clone()
        },
        PinPolicy {
            min_length: 25,
            ..base.clone()
        },
        PinPolicy {
            history_count: 21,
            ..base.clone()
        },
        PinPolicy {
            lifetime_days: 1000,
            ..base.clone()
        },
        PinPolicy {
            max_attempts: Some(0),
            ..base.clone()
        },
        PinPolicy {
            max_attempts: Some(1000),
            ..base
        },
    ];
    for policy in bad {
        assert!(
            matches!(policy.check(), Err(PolicyFault::OutOfRange { .. })),
            "{policy:?}"
        );
    }
    let endless = PinPolicy {
        lifetime_days: 90,
        ..PinPolicy::default()
    };
    assert_eq!(endless.check(), Err(PolicyFault::LifetimeWithoutHistory));
}

#[test]
fn names_of_policies_show_their_scope() {
    for (text, name) in [
        ("global", PolicyName::Global),
        (" GLOBAL ", PolicyName::Global),
        ("site:Redmond", PolicyName::Site("Redmond".to_owned())),
        ("Site: Redmond", PolicyName::Site("Redmond".to_owned())),
        ("tag:Executives", PolicyName::User("Executives".to_owned())),
        ("Executives", PolicyName::User("Executives".to_owned())),
        ("café", PolicyName::User("café".to_owned())),
    ] {
        assert_eq!(PolicyName::parse(text), Ok(name), "{text}");
    }
    for text in ["", "site:", "tag: ", "SITE:"] {
        assert_eq!(
            PolicyName::parse(text),
            Err(PolicyFault::NoName),
            "{text:?}"
        );
    }
    assert_eq!(
        PolicyName::parse("CAFÉ").unwrap().key(),
        PolicyName::parse("cafe\u{301}").unwrap().key()
    );
}

/// A simple implementation of the rule for four digits in order.
fn has_four_in_order(digits: &str) -> bool {
    ["0123456789", "9876543210"]
        .iter()
        .any(|order| (0..=6).any(|at| digits.contains(&order[at..at + 4])))
}

/// A simple implementation of the rule for runs: no digit is between two different ones.
fn has_no_single(digits: &str) -> bool {
    let digits = digits.as_bytes();
    (0..digits.len()).all(|at| {
        let before = at.checked_sub(1).and_then(|before| digits.get(before));
        before == Some(&digits[at]) || digits.get(at + 1) == Some(&digits[at])
    })
}

proptest! {
    #[test]
    fn patterns_are_found_wherever_they_are(digits in "[0-9]{4,24}|[0-3]{4,8}|(00|11|22|33){2,5}") {
        let policy = PinPolicy { min_length: 4, ..PinPolicy::default() };
        let refused = pin(&digits).check(&policy, PinHolder::default());
        prop_assert_eq!(refused.is_err(), has_four_in_order(&digits) || has_no_single(&digits), "{}", digits);
    }
}
