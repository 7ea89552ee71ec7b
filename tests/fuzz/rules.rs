//! Rules as they are typed: filters, names of policies, PINs and custom roles. Each line of an input
//! is one; the last line has the units of the role.

use pindesk::domain::dn::split_names;
use pindesk::domain::filter::Filter;
use pindesk::domain::pin_digits::{Pin, PinHolder};
use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::policy::{PinPolicy, PolicyName};
use pindesk::domain::role::Role;
use pindesk::domain::visible::shown;
use strum::VariantArray as _;

use crate::assert_plain;
use crate::campaign::Campaign;
use crate::chance::Chance;

const CAMPAIGN: Campaign = Campaign {
    target: "rules",
    words: &[
        b"\n",
        b"locked-by=",
        b"admin",
        b"expires-within=",
        b"14d",
        b"65535d",
        b"site:",
        b"tag:",
        b"global",
        b"tel:+",
        b";ext=",
        b"1234",
        b"8888",
        b"Lock-CsClientPin",
        b"Set-CsPinPolicy",
        b"Unlock-CsClientPin",
        b",",
        b";",
        b"OU=",
        b"\\;",
        b" ",
    ],
    short: 20_000,
    longest: 256,
    one_accepted_in: 4,
};

fn check_filter(text: &str) -> bool {
    match Filter::parse(text) {
        Ok(filter) => assert_plain(&filter.label()),
        Err(error) => assert_plain(&error.to_string()),
    }
    Filter::parse(text).is_ok()
}

fn check_policy(text: &str, chance: &mut Chance) -> bool {
    let Ok(name) = PolicyName::parse(text) else {
        return false;
    };
    let again = PolicyName::parse(&name.to_string());
    assert_eq!(again.map(|again| again.key()), Ok(name.key()));
    let policy = PinPolicy {
        min_length: chance.next().to_le_bytes()[0],
        history_count: chance.next().to_le_bytes()[0],
        lifetime_days: chance.pick(&[0, 1, 999, 1000, u16::MAX]),
        inactivity_days: chance.pick(&[0, 1, 999, 1000, u16::MAX]),
        allow_common_patterns: chance.once_in(2),
        max_attempts: chance.pick(&[None, Some(0), Some(1), Some(u16::MAX)]),
        also_refused: PinRule::VARIANTS
            .iter()
            .copied()
            .filter(|_| chance.once_in(2))
            .collect(),
    };
    if let Err(fault) = policy.check() {
        assert_plain(&fault.to_string());
    }
    assert_plain(&policy.describe());
    true
}

fn check_pin(text: &str, line: &str) -> bool {
    let pin = match Pin::parse(text) {
        Ok(pin) => pin,
        Err(fault) => {
            assert_plain(&fault.to_string());
            return false;
        }
    };
    assert!(pin.digits().bytes().all(|byte| byte.is_ascii_digit()));
    assert!((1..=PinPolicy::MOST_DIGITS).contains(&pin.length()));
    assert_eq!(format!("{pin:?}"), "Pin(…)");
    let policy = PinPolicy {
        also_refused: PinRule::VARIANTS.iter().copied().collect(),
        ..PinPolicy::default()
    };
    let holder = PinHolder {
        line: Some(line),
        display_name: line,
    };
    if let Err(faults) = pin.check(&policy, holder) {
        assert_plain(&faults.to_string());
    }
    true
}

fn check_role(name: &str, cmdlets: &str, units: &str) -> bool {
    let cmdlets: Vec<&str> = cmdlets.split(',').collect();
    let role = match Role::read(name, &cmdlets, &split_names(units)) {
        Ok(role) => role,
        Err(fault) => {
            assert_plain(&fault.to_string());
            return false;
        }
    };
    let texts: Vec<String> = role.units.iter().map(ToString::to_string).collect();
    let again = Role::read(&role.name, &role.cmdlets, &texts);
    assert_eq!(again.as_ref(), Ok(&role));
    assert_eq!(role.checked().as_ref(), Ok(&role));
    assert!(role.units.len() <= split_names(units).len());
    assert_plain(&shown(&role.words()));
    true
}

fn check(text: &str, chance: &mut Chance) -> bool {
    let lines: Vec<&str> = text.split('\n').collect();
    let line = |index: usize| lines.get(index).copied().unwrap_or_default();
    let mut accepted = 0;
    for text in &lines {
        accepted += usize::from(check_filter(text));
        accepted += usize::from(check_policy(text, chance));
        accepted += usize::from(check_pin(text, line(1)));
    }
    accepted += usize::from(check_role(line(0), line(1), line(lines.len() - 1)));
    accepted > 0
}

#[test]
fn rules() {
    CAMPAIGN.run(|input, chance| check(&String::from_utf8_lossy(input), chance));
}
