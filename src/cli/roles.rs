//! `pindesk roles`: who may do what, and giving and taking roles.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table;
use super::{Command, Environment, ExitStatus, RolesArgs, RolesTask};
use crate::store::{Grant, OperatorRoles};

/// An operator. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    account: String,
    roles: Vec<String>,
}

pub(super) fn run(
    args: &RolesArgs,
    command: &Command,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment)?;
    let now = (environment.clock)();
    let (grant, role, account) = match &args.task {
        Some(RolesTask::Grant { role, account }) => (Grant::Give, role, account),
        Some(RolesTask::Revoke { role, account }) => (Grant::Take, role, account),
        None => {
            let holding = store.role_names(args.cmdlet.as_deref())?;
            list(store.operators()?, &holding, console);
            return Ok(ExitStatus::DONE);
        }
    };
    let changed = store.grant(grant, role, account, &environment.operator, now)?;
    console.line(&grant.outcome(role, account, changed));
    Ok(ExitStatus::DONE)
}

/// The operators who have one of these roles, with those of their roles.
fn list(operators: Vec<OperatorRoles>, holding: &[String], console: &mut Console<'_>) {
    let rows: Vec<Row> = operators
        .into_iter()
        .map(|OperatorRoles { account, roles }| Row {
            account,
            roles: roles.into_iter().filter(|role| holding.contains(role)).collect(),
        })
        .filter(|row| !row.roles.is_empty())
        .collect();
    if console.is_json() {
        console.json(&rows);
        return;
    }
    table::write(console, ["Account", "Roles"], &rows, |row| [row.account.clone(), row.roles.join(", ")]);
}
