//! `pindesk policy simulate`: what a policy would mean, without saving it.

use std::collections::HashSet;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table::{self, OutputRow};
use super::{CommandEnvironment, PolicySettings};
use crate::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use crate::domain::policy_effect::PolicyEffect;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::words::users;
use crate::store::{PolicySimulation, Store};

/// An effect and the number of its users. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EffectRow {
    effect: &'static str,
    description: String,
    today: usize,
    users: usize,
}

/// A user with an effect.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserRow {
    identity: String,
    display_name: String,
}

impl OutputRow for EffectRow {
    const FIELDS: &'static [&'static str] = &["Effect", "Description", "Today", "Users"];
}

impl OutputRow for UserRow {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName"];
}

/// A policy that is tried out: its name, its changed settings, and the users to whom it would be
/// granted.
pub(super) struct Draft<'a> {
    pub name: &'a PolicyName,
    pub settings: &'a PolicySettings,
    pub granted_to: &'a [UserRecord],
}

pub(super) fn simulate(
    draft: &Draft<'_>,
    listed: Option<PolicyEffect>,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let known = store.policy(draft.name)?;
    let before = known.map_or_else(PinPolicy::default, |known| known.policy);
    let named = NamedPolicy {
        name: draft.name.clone(),
        policy: draft.settings.changed(&before),
    };
    let to: HashSet<UserId> = draft.granted_to.iter().map(|user| user.id).collect();
    let watch = console.watch("Working out what the policy means", environment);
    let found = store.simulate_policy(&named, &to, (environment.clock)(), &watch)?;
    drop(watch);
    if let Some(effect) = listed {
        return list(&found, effect, store, console);
    }
    show(&named, &found, console);
    Ok(())
}

fn show(named: &NamedPolicy, found: &PolicySimulation, console: &mut Console<'_>) {
    let rows: Vec<EffectRow> = found
        .effects
        .iter()
        .map(|(effect, of)| EffectRow {
            effect: effect.word(),
            description: effect.label(&named.policy),
            today: of.today,
            users: of.users.len(),
        })
        .collect();
    console.say(&format!(
        "The policy {} would hold for {}: {}. Nothing was changed.",
        named.name,
        users(found.users.len()),
        named.policy.describe()
    ));
    let columns = ["Effect", "Description", "Today", "Users"];
    table::write(console, columns, &rows, |row| {
        let (today, users) = (row.today.to_string(), row.users.to_string());
        [row.effect.to_owned(), row.description.clone(), today, users]
    });
}

fn list(
    found: &PolicySimulation,
    effect: PolicyEffect,
    store: &Store,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let ids = found
        .effects
        .get(&effect)
        .map(|of| of.users.as_slice())
        .unwrap_or_default();
    let mut rows = Vec::with_capacity(ids.len());
    store.each_user_of(ids, |user| {
        rows.extend(user.map(|user| UserRow {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
        }));
        true
    })?;
    table::write(console, ["Identity", "DisplayName"], &rows, |row| {
        [row.identity.clone(), row.display_name.clone()]
    });
    Ok(())
}
