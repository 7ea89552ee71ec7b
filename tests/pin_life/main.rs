//! The life of a PIN: its policy, setting it, logging on with it, and locking it.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

mod attack;
mod callers;
mod charts;
mod clock;
#[path = "../common/mod.rs"]
mod common;
mod guessable;
mod inactivity;
mod lockout;
mod logons;
mod policies;
mod races;
mod reset_failures;
mod rules;
mod setting;
mod simulator;

use common::{TempStore, admin, now, operator, typed};
use pindesk::domain::Time;
use pindesk::domain::pin_digits::Pin;
use pindesk::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use pindesk::domain::role::Operator;
use pindesk::plan::Action;
use pindesk::progress::Unwatched;
use pindesk::store::{Applied, Grant, StoreError};

fn pin(digits: &str) -> Pin {
    Pin::parse(digits).unwrap()
}

/// Sets a PIN that was typed.
fn set(temp: &mut TempStore, logon: &str, digits: &str) -> Result<Applied, StoreError> {
    set_as(temp, &admin(), logon, digits, now())
}

fn set_as(
    temp: &mut TempStore,
    operator: &Operator,
    logon: &str,
    digits: &str,
    at: Time,
) -> Result<Applied, StoreError> {
    let plan = temp.plan_as(
        operator,
        Action::SetPin,
        typed(&[&format!("litwareinc\\{logon}")]),
    );
    temp.store
        .apply_with(&plan, Some(&pin(digits)), operator, at, &Unwatched)
}

fn policy(temp: &mut TempStore, name: &str, policy: PinPolicy) {
    let name = PolicyName::parse(name).unwrap();
    temp.store
        .set_policy(&NamedPolicy { name, policy }, &admin(), now())
        .unwrap();
}

/// An operator with this role.
fn with_role(temp: &mut TempStore, account: &str, role: &str) -> Operator {
    temp.store
        .grant(Grant::Give, role, account, &admin(), now())
        .unwrap();
    operator(account)
}
