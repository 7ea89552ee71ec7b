//! Policies: a weaker one is weaker on both sides.

use pindesk::domain::pin_rule::PinRule;
use pindesk::domain::policy::PinPolicy;
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::common::TempStore;
use crate::common::chance::Chance;
use crate::{asked, assert_same, truth};

const CASES: usize = 6000;

fn policy(chance: &mut Chance) -> PinPolicy {
    PinPolicy {
        min_length: chance.pick(&[4, 5, 6, 24]),
        history_count: chance.pick(&[0, 1, 20]),
        lifetime_days: chance.pick(&[0, 1, 30, 999]),
        allow_common_patterns: chance.once_in(2),
        max_attempts: chance.pick(&[None, None, Some(9), Some(10), Some(24), Some(25), Some(26)]),
        also_refused: PinRule::VARIANTS
            .iter()
            .copied()
            .filter(|_| chance.once_in(5))
            .collect(),
        inactivity_days: chance.pick(&[0, 1, 30, 999]),
    }
}

/// A policy in which few settings differ from another one.
fn like(other: &PinPolicy, chance: &mut Chance) -> PinPolicy {
    let drawn = policy(chance);
    let mut policy = other.clone();
    match chance.below(7) {
        0 => policy.min_length = drawn.min_length,
        1 => policy.history_count = drawn.history_count,
        2 => policy.lifetime_days = drawn.lifetime_days,
        3 => policy.allow_common_patterns = drawn.allow_common_patterns,
        4 => policy.inactivity_days = drawn.inactivity_days,
        5 => policy.max_attempts = drawn.max_attempts,
        _ => policy.also_refused = drawn.also_refused,
    }
    policy
}

#[test]
#[ignore = "needs a server"]
fn a_weaker_policy_is_one_on_both_sides() {
    let temp = TempStore::new();
    let mut chance = Chance(8);
    let drawn: Vec<(PinPolicy, PinPolicy)> = (0..CASES)
        .map(|_| {
            let one = policy(&mut chance);
            let other = like(&one, &mut chance);
            (one, other)
        })
        .collect();
    let cases: Vec<Value> = drawn
        .iter()
        .map(|(one, other)| json!({"one": one, "other": other}))
        .collect();
    let rust: Vec<_> = drawn
        .iter()
        .map(|(one, other)| Some(truth(one.is_weaker_than(other))))
        .collect();
    let question = "is_weaker(c.\"case\" -> 'one', c.\"case\" -> 'other')";
    assert_same(question, &cases, &asked(&temp, question, &cases), &rust);
}
