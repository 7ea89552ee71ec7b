//! `pindesk roles`: who may do what, giving and taking roles, and defining roles of one's own.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table;
use super::{Command, Environment, ExitStatus, RolesArgs, RolesTask};
use crate::domain::custom_role::{known_cmdlet, unit_words};
use crate::domain::dn::DistinguishedName;
use crate::domain::role::{Permission, Role, is_built_in};
use crate::store::{Grant, Holder, OperatorRoles, Store, remove_role_outcome, set_role_outcome};

/// An operator. The names are promised to scripts, here and below.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    account: String,
    roles: Vec<String>,
}

/// An operator who may run a cmdlet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HolderRow {
    account: String,
    roles: Vec<String>,
    /// Empty: everywhere.
    units: Vec<String>,
}

/// A role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleRow {
    name: String,
    is_built_in: bool,
    cmdlets: Vec<String>,
    /// Empty: everywhere.
    units: Vec<String>,
}

pub(super) fn run(
    args: &RolesArgs,
    command: &Command,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if args.cmdlet.is_some() && args.task.is_some() {
        let text =
            "--cmdlet shows who may run a cmdlet. Leave it out to show, give or define roles. Nothing was changed.";
        return Err(Failure::Input(text.to_owned()));
    }
    // What can be said without the store is said first.
    let cmdlet = args.cmdlet.as_deref().map(known_cmdlet).transpose()?;
    let mut store = command.open_store(environment)?;
    match &args.task {
        Some(RolesTask::Grant { role, account }) => {
            grant(Grant::Give, role, account, &mut store, environment, console)?;
        }
        Some(RolesTask::Revoke { role, account }) => {
            grant(Grant::Take, role, account, &mut store, environment, console)?;
        }
        Some(RolesTask::List) => list_roles(store.all_roles()?, console),
        Some(RolesTask::Define { name, may, units }) => {
            let role = Role::read(name, may, units)?;
            let changed = store.set_role(&role, &environment.operator, (environment.clock)())?;
            console.line(&set_role_outcome(&role, changed));
        }
        Some(RolesTask::Remove { name }) => {
            let changed = store.remove_role(name, &environment.operator, (environment.clock)())?;
            console.line(&remove_role_outcome(name, changed));
        }
        None => match cmdlet {
            Some(cmdlet) => list_holders(store.who_can(cmdlet)?, console),
            None => list_operators(store.operators()?, console),
        },
    }
    Ok(ExitStatus::DONE)
}

fn grant(
    grant: Grant,
    role: &str,
    account: &str,
    store: &mut Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let changed = store.grant(grant, role, account, &environment.operator, (environment.clock)())?;
    console.line(&grant.outcome(role, account, changed));
    Ok(())
}

fn list_operators(operators: Vec<OperatorRoles>, console: &mut Console<'_>) {
    let rows: Vec<Row> = operators.into_iter().map(|OperatorRoles { account, roles }| Row { account, roles }).collect();
    if console.is_json() {
        console.json(&rows);
        return;
    }
    table::write(console, ["Account", "Roles"], &rows, |row| [row.account.clone(), row.roles.join(", ")]);
}

fn list_holders(holders: Vec<Holder>, console: &mut Console<'_>) {
    if console.is_json() {
        let row = |Holder { account, permission, roles }: Holder| {
            let units = match permission {
                Permission::Within(units) => texts(&units),
                Permission::Everywhere | Permission::Nowhere => Vec::new(),
            };
            HolderRow { account, roles, units }
        };
        console.json(&holders.into_iter().map(row).collect::<Vec<_>>());
        return;
    }
    table::write(console, ["Account", "Roles", "Where"], &holders, |holder| {
        let place = match &holder.permission {
            Permission::Within(units) => unit_words(units),
            Permission::Everywhere | Permission::Nowhere => "everywhere".to_owned(),
        };
        [holder.account.clone(), holder.roles.join(", "), place]
    });
}

fn list_roles(roles: Vec<Role>, console: &mut Console<'_>) {
    if console.is_json() {
        let row = |role: Role| RoleRow {
            is_built_in: is_built_in(&role.name),
            units: texts(&role.units),
            name: role.name,
            cmdlets: role.cmdlets,
        };
        console.json(&roles.into_iter().map(row).collect::<Vec<_>>());
        return;
    }
    table::write(console, ["Role", "Kind", "Cmdlets", "Where"], &roles, |role| {
        let kind = if is_built_in(&role.name) { "built in" } else { "own" };
        let (cmdlets, place) = match (role.cmdlets.is_empty(), role.units.is_empty()) {
            (true, _) => ("none".to_owned(), String::new()),
            (false, true) => (role.cmdlets.join(", "), "everywhere".to_owned()),
            (false, false) => (role.cmdlets.join(", "), unit_words(&role.units)),
        };
        [role.name.clone(), kind.to_owned(), cmdlets, place]
    });
}

fn texts(units: &[DistinguishedName]) -> Vec<String> {
    units.iter().map(ToString::to_string).collect()
}
