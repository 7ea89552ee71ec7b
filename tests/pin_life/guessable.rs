//! The rules that a policy switches on one by one: what each refuses, and what only looks like it.

use pindesk::domain::pin_digits::{PinFault, PinHolder};
use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::policy::{PinPolicy, PolicyName};
use pindesk::domain::user::UserNames;
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::StoreError;
use proptest::prelude::*;
use strum::VariantArray as _;

use crate::common::{TempStore, admin, names, now, typed};
use crate::{pin, policy, set};

/// Only this rule: common patterns are allowed.
fn only(rule: PinRule) -> PinPolicy {
    PinPolicy {
        min_length: 4,
        allow_common_patterns: true,
        also_refused: [rule].into(),
        ..PinPolicy::default()
    }
}

const HOLDER: PinHolder<'_> = PinHolder {
    line: Some("tel:+14255550182;ext=4071"),
    display_name: "Zoë-Anna O’Brien Müller 李",
};

#[test]
fn each_rule_refuses_its_digits_and_no_near_misses() {
    for (rule, fault, refused, near) in [
        (
            PinRule::KeypadLines,
            PinFault::KeypadLines,
            // Each line from both ends, lines one after the other, lines that turn on a key, and a line of four anywhere.
            [
                "2580",
                "0852",
                "159753",
                "147258",
                "951357",
                "14789",
                "1478963",
                "147896321",
                "321456",
                "14741",
                "992580",
                "085299",
            ]
            .as_slice(),
            // A line of two keys, keys beside the line, a longer way from key to key, and a line with other keys.
            [
                "1470",
                "15975",
                "1592",
                "2850",
                "258369148",
                "99147",
                "14799",
                "2558",
                "7530",
                "1590",
            ]
            .as_slice(),
        ),
        (
            PinRule::RepeatedGroups,
            PinFault::RepeatedGroups,
            ["408408", "121212", "1212", "8888", "48214821", "123123123"].as_slice(),
            ["40840", "121213", "4084080", "12121", "0408408", "408804"].as_slice(),
        ),
        (
            PinRule::FewDigits,
            PinFault::FewDigits,
            ["12121", "70007", "121212", "9999", "100000001"].as_slice(),
            ["12123", "70017", "1210", "9987", "100000002"].as_slice(),
        ),
        (
            PinRule::ReversedNumber,
            PinFault::ReversedNumber,
            // The number and its end, and the extension.
            ["28105555241", "2810555", "28105", "1704"].as_slice(),
            // The number forwards, a part that is not its end, and the extension with one digit more or less.
            ["0182", "5555241", "4071", "17040", "01704", "2810556"].as_slice(),
        ),
        (
            PinRule::OwnName,
            PinFault::OwnName,
            // Anna, Obri, Obrien, Mull and Muller: letters lose their accents.
            ["2662", "6274", "627436", "6855", "685537"].as_slice(),
            // Zoe has three keys only; more keys than the name; the end of a name; Mueller.
            ["9630", "26620", "7436", "68355", "2661", "6274367"].as_slice(),
        ),
    ] {
        let only = only(rule);
        for digits in refused {
            assert_eq!(pin(digits).faults(&only, HOLDER), [fault], "{digits}");
        }
        for digits in near {
            assert_eq!(
                pin(digits).faults(&only, HOLDER),
                [],
                "{digits} for {rule:?}"
            );
        }
    }
}

/// Nobody's PIN is judged otherwise until somebody switches a rule on.
#[test]
fn no_rule_is_on_unless_somebody_has_switched_it_on() {
    let temp = TempStore::new();
    for held in temp.store.policies().unwrap() {
        assert!(held.policy.policy.also_refused.is_empty());
    }
    let usual = PinPolicy {
        min_length: 4,
        ..PinPolicy::default()
    };
    for digits in ["2580", "408408", "12121", "28105", "2662"] {
        assert_eq!(pin(digits).faults(&usual, HOLDER), [], "{digits}");
    }
}

#[test]
fn setting_a_pin_names_every_rule_that_it_breaks() {
    let mut temp = TempStore::new();
    temp.import_users(vec![UserNames {
        line_uri: Some("tel:+14255550182;ext=12121".to_owned()),
        ..names("Anna Smith", "asmith")
    }])
    .unwrap();
    let strict = PinPolicy {
        also_refused: PinRule::VARIANTS.iter().copied().collect(),
        ..PinPolicy::default()
    };
    policy(&mut temp, "global", strict.clone());
    let global = temp.store.policy(&PolicyName::Global).unwrap().unwrap();
    assert_eq!(global.policy, strict, "the store keeps all of them");
    let Err(StoreError::PinRefused(faults)) = set(&mut temp, "asmith", "12121") else {
        panic!("it is refused");
    };
    let expected = [
        PinFault::PhoneNumber,
        PinFault::FewDigits,
        PinFault::ReversedNumber,
    ];
    assert_eq!(faults.0, expected);
    let text = StoreError::PinRefused(faults.clone()).to_string();
    for fault in faults.0 {
        assert!(text.contains(&fault.to_string()), "{text}");
    }
    assert!(!text.contains("12121"), "{text}");
    // "Smit" on the keypad is too short; "Smith" is not.
    let own_name = set(&mut temp, "asmith", "76484");
    assert_eq!(
        own_name,
        Err(StoreError::PinRefused(PinFault::OwnName.into()))
    );
    set(&mut temp, "asmith", "76483").unwrap();
}

#[test]
fn drawn_pins_keep_to_the_rules() {
    let mut temp = TempStore::with(&[("Ken Myer", "kenmyer")]);
    let strict = PinPolicy {
        min_length: 4,
        also_refused: PinRule::VARIANTS.iter().copied().collect(),
        ..PinPolicy::default()
    };
    policy(&mut temp, "global", strict.clone());
    let plan = temp.plan(Action::SetPin, typed(&[r"litwareinc\kenmyer"]));
    let applied = temp
        .store
        .apply_with(&plan, None, &admin(), now(), &Unwatched);
    let drawn = applied.unwrap().pins;
    let holder = PinHolder {
        line: None,
        display_name: "Ken Myer",
    };
    assert_eq!(drawn[0].pin.faults(&strict, holder), []);
}

/// All paths of straight lines, walked key by key: an independent reading of the rule.
fn is_of_lines(digits: &[u8]) -> bool {
    fn point(key: u8) -> (i8, i8) {
        match key {
            b'0' => (1, 3),
            key => (((key - b'1') % 3) as i8, ((key - b'1') / 3) as i8),
        }
    }
    fn is_line(keys: &[u8]) -> bool {
        let steps: Vec<(i8, i8)> = keys
            .windows(2)
            .map(|pair| {
                let (from, to) = (point(pair[0]), point(pair[1]));
                (to.0 - from.0, to.1 - from.1)
            })
            .collect();
        let (x, y) = steps[0];
        (x, y) != (0, 0) && x.abs() <= 1 && y.abs() <= 1 && steps.iter().all(|step| *step == (x, y))
    }
    digits.is_empty()
        || (3..=digits.len()).any(|length| {
            is_line(&digits[..length])
                && (is_of_lines(&digits[length..])
                    || length < digits.len() && is_of_lines(&digits[length - 1..]))
        })
}

proptest! {
    #[test]
    fn lines_are_those_of_the_keypad(digits in "[0-9]{4,8}|(147|741|258|852|0852|369|159|951|753|357|123|456|789|[0-9]){2,4}") {
        prop_assume!(digits.len() >= 4);
        let keys = digits.as_bytes();
        let expected = is_of_lines(keys) || digits.contains("2580") || digits.contains("0852");
        let faults = pin(&digits).faults(&only(PinRule::KeypadLines), PinHolder::default());
        prop_assert_eq!(faults == [PinFault::KeypadLines], expected, "{}", digits);
    }
}
