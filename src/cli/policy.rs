//! `pindesk policy`: showing, setting and granting PIN policies.

use std::collections::BTreeSet;
use std::io::BufRead;

use serde::Serialize;

use super::columns::NO_COLUMNS;
use super::console::Console;
use super::failure::Failure;
use super::one_user::single_users;
use super::policy_simulate::{Draft, simulate};
use super::settings::carry_out;
use super::table;
use super::table::OutputRow;
use super::{
    CommandEnvironment, CommandLine, ExitStatus, PolicyArgs, PolicySettings, PolicyTask,
    SettingsHow,
};
use crate::domain::pin_rule::PinRule;
use crate::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use crate::domain::user::UserRecord;
use crate::plan::SettingsWish;
use crate::store::{HeldPolicy, PolicyRow, Store};

/// The settings, named as `Get-CsPinPolicy` names them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyValues {
    min_password_length: u8,
    #[serde(rename = "PINHistoryCount")]
    history_count: u8,
    #[serde(rename = "PINLifetime")]
    lifetime: u16,
    allow_common_patterns: bool,
    maximum_logon_attempts: Option<u16>,
    also_refused: BTreeSet<PinRule>,
    inactivity_days: u16,
}

/// A policy. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDetails {
    identity: String,
    #[serde(flatten)]
    settings: PolicyValues,
    granted: u64,
}

/// The policy that holds for a user.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Held {
    identity: String,
    display_name: String,
    policy: String,
    /// Why it holds: "granted", "site" or "global".
    why: &'static str,
    #[serde(flatten)]
    settings: PolicyValues,
}

/// The result of granting or revoking a policy for one user. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Granted {
    identity: String,
    display_name: String,
    policy: String,
    changed: bool,
}

/// The result of setting or removing a policy. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    identity: String,
    changed: bool,
}

impl OutputRow for PolicyDetails {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "MinPasswordLength",
        "PINHistoryCount",
        "PINLifetime",
        "AllowCommonPatterns",
        "MaximumLogonAttempts",
        "AlsoRefused",
        "InactivityDays",
        "Granted",
    ];
}

impl OutputRow for Held {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "DisplayName",
        "Policy",
        "Why",
        "MinPasswordLength",
        "PINHistoryCount",
        "PINLifetime",
        "AllowCommonPatterns",
        "MaximumLogonAttempts",
        "AlsoRefused",
        "InactivityDays",
    ];
}

impl OutputRow for Granted {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName", "Policy", "Changed"];
}

impl OutputRow for Changed {
    const FIELDS: &'static [&'static str] = &["Identity", "Changed"];
}

pub(super) fn run(
    args: &PolicyArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let find = |identities: &[String],
                store: &Store,
                stdin: &mut dyn BufRead,
                console: &mut Console<'_>| {
        single_users(identities, store, environment, stdin, console)
    };
    match &args.task {
        None => show(&store.policies()?, console),
        Some(PolicyTask::Show { identities }) if identities.is_empty() => {
            show(&store.policies()?, console);
        }
        Some(PolicyTask::Show { identities }) => {
            let users = find(identities, &store, stdin, console)?;
            held(&users, &store, console)?;
        }
        Some(PolicyTask::Set {
            name,
            settings,
            how,
        }) => {
            set(name, settings, how, &mut store, environment, console)?;
        }
        Some(PolicyTask::Remove { name, how }) => {
            let policy = name.to_string();
            let wishes = vec![SettingsWish::RemovePolicy { policy }];
            let done = carry_out(wishes, how, &mut store, environment, console)?;
            let Some(changed) = done.map(|done| done.changes_anything()) else {
                return Ok(ExitStatus::DONE);
            };
            let outcome = if changed {
                "is removed"
            } else {
                "does not exist: nothing to remove"
            };
            say_changed(name, changed, outcome, console);
        }
        Some(PolicyTask::Simulate {
            name,
            settings,
            to,
            list,
        }) => {
            let granted_to = if to.is_empty() {
                Vec::new()
            } else {
                find(to, &store, stdin, console)?
            };
            let draft = Draft {
                name,
                settings,
                granted_to: &granted_to,
            };
            simulate(&draft, *list, &store, environment, console)?;
        }
        Some(PolicyTask::Grant {
            name,
            identities,
            how,
        }) => {
            let users = find(identities, &store, stdin, console)?;
            grant(&users, Some(name), how, &mut store, environment, console)?;
        }
        Some(PolicyTask::Revoke { identities, how }) => {
            let users = find(identities, &store, stdin, console)?;
            grant(&users, None, how, &mut store, environment, console)?;
        }
    }
    Ok(ExitStatus::DONE)
}

fn show(policies: &[PolicyRow], console: &mut Console<'_>) {
    let rows: Vec<PolicyDetails> = policies
        .iter()
        .map(|row| PolicyDetails {
            identity: row.policy.name.to_string(),
            settings: PolicyValues::of(&row.policy.policy),
            granted: row.granted,
        })
        .collect();
    let columns = [
        "Identity", "Digits", "History", "Lifetime", "Patterns", "Attempts", "Granted",
    ];
    table::write(console, columns, &rows, |row| {
        let [digits, history, lifetime, patterns, attempts] = row.settings.cells();
        [
            row.identity.clone(),
            digits,
            history,
            lifetime,
            patterns,
            attempts,
            row.granted.to_string(),
        ]
    });
}

fn held(users: &[UserRecord], store: &Store, console: &mut Console<'_>) -> Result<(), Failure> {
    let mut rows = Vec::with_capacity(users.len());
    for user in users {
        let HeldPolicy { named, why } = store.held_policy(user.id)?;
        let NamedPolicy { name, policy } = named;
        rows.push(Held {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            policy: name.to_string(),
            why: why.word(),
            settings: PolicyValues::of(&policy),
        });
    }
    let columns = [
        "Identity",
        "DisplayName",
        "Policy",
        "Why",
        "Digits",
        "History",
        "Lifetime",
        "Patterns",
        "Attempts",
    ];
    table::write(console, columns, &rows, |row| {
        let [digits, history, lifetime, patterns, attempts] = row.settings.cells();
        let (identity, name) = (row.identity.clone(), row.display_name.clone());
        [
            identity,
            name,
            row.policy.clone(),
            row.why.to_owned(),
            digits,
            history,
            lifetime,
            patterns,
            attempts,
        ]
    });
    Ok(())
}

fn set(
    name: &PolicyName,
    settings: &PolicySettings,
    how: &SettingsHow,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let known = store.policy(name)?;
    let policy = settings.changed(
        known
            .as_ref()
            .map_or(&PinPolicy::default(), |known| &known.policy),
    );
    let outcome = policy.describe();
    let wanted = NamedPolicy {
        name: name.clone(),
        policy,
    };
    let wishes = vec![SettingsWish::of_policy(&wanted)];
    let Some(done) = carry_out(wishes, how, store, environment, console)? else {
        return Ok(());
    };
    let changed = done.changes_anything();
    let words = if changed { "is set" } else { "was so already" };
    say_changed(name, changed, &format!("{words}: {outcome}"), console);
    Ok(())
}

fn say_changed(name: &PolicyName, changed: bool, outcome: &str, console: &mut Console<'_>) {
    if console.is_text() {
        console.line(&format!("The policy {name} {outcome}."));
    } else {
        table::write_one(
            console,
            &Changed {
                identity: name.to_string(),
                changed,
            },
        );
    }
}

fn grant(
    users: &[UserRecord],
    name: Option<&PolicyName>,
    how: &SettingsHow,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let wish = |user: &UserRecord| SettingsWish::GrantPolicy {
        user: user.id,
        policy: name.map(ToString::to_string),
    };
    let wishes = users.iter().map(wish).collect();
    let Some(done) = carry_out(wishes, how, store, environment, console)? else {
        return Ok(());
    };
    let mut rows = Vec::with_capacity(users.len());
    for user in users {
        let changed = done.changes_of(user.id);
        let policy = store.policy_of(user.id)?.name.to_string();
        let (identity, display_name) = (user.names.identity(), user.names.display_name.clone());
        rows.push(Granted {
            identity,
            display_name,
            policy,
            changed,
        });
    }
    if !console.is_text() {
        table::write(console, NO_COLUMNS, &rows, |_| []);
        return Ok(());
    }
    for Granted {
        identity,
        display_name,
        policy,
        changed,
    } in &rows
    {
        let words = if *changed { "now" } else { "already" };
        console.line(&format!(
            "The policy {policy} holds for {display_name} ({identity}) {words}."
        ));
    }
    Ok(())
}

impl PolicyValues {
    fn of(policy: &PinPolicy) -> Self {
        Self {
            min_password_length: policy.min_length,
            history_count: policy.history_count,
            lifetime: policy.lifetime_days,
            allow_common_patterns: policy.allow_common_patterns,
            maximum_logon_attempts: policy.max_attempts,
            also_refused: policy.also_refused.clone(),
            inactivity_days: policy.inactivity_days,
        }
    }

    /// "refused, also keypad-lines, own-name"
    fn patterns(&self) -> String {
        let common = if self.allow_common_patterns {
            "allowed"
        } else {
            "refused"
        };
        let also: Vec<&str> = self.also_refused.iter().map(|rule| rule.word()).collect();
        match (also.is_empty(), self.allow_common_patterns) {
            (true, _) => common.to_owned(),
            (false, true) => format!("allowed, but not {}", also.join(", ")),
            (false, false) => format!("refused, also {}", also.join(", ")),
        }
    }

    /// The cells of a table: digits, history, lifetime, patterns, attempts.
    fn cells(&self) -> [String; 5] {
        let lifetime = match self.lifetime {
            0 => "never expires".to_owned(),
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        };
        let lifetime = match self.inactivity_days {
            0 => lifetime,
            1 => format!("{lifetime}, 1 without use"),
            days => format!("{lifetime}, {days} without use"),
        };
        [
            format!("{} or more", self.min_password_length),
            if self.history_count == 0 {
                "none".to_owned()
            } else {
                self.history_count.to_string()
            },
            lifetime,
            self.patterns(),
            self.maximum_logon_attempts
                .map_or_else(|| "by length".to_owned(), |attempts| attempts.to_string()),
        ]
    }
}
