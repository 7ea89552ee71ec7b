//! `pindesk roles`: showing permissions, granting and revoking roles, and defining custom roles.

use serde::Serialize;

use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::settings::carry_out;
use super::table;
use super::table::OutputRow;
use super::{CommandEnvironment, CommandLine, ExitStatus, RolesArgs, RolesTask, SettingsHow};
use crate::domain::custom_role::{known_cmdlet, units_text};
use crate::domain::dn::DistinguishedName;
use crate::domain::role::{Permission, Role, is_built_in};
use crate::plan::SettingsWish;
use crate::store::{Grant, Holder, OperatorRoles, Store, remove_role_outcome, set_role_outcome};

/// An operator with their roles. Scripts rely on the names, here and below.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OperatorRow {
    account: String,
    roles: Vec<String>,
}

/// An operator who may run a cmdlet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HolderRow {
    account: String,
    roles: Vec<String>,
    /// Empty if the permission holds everywhere.
    units: Vec<String>,
    /// The units as one text.
    #[serde(skip)]
    scope: String,
}

/// A role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleRow {
    name: String,
    is_built_in: bool,
    cmdlets: Vec<String>,
    /// Empty if the permission holds everywhere.
    units: Vec<String>,
    /// The units as one text.
    #[serde(skip)]
    scope: String,
}

/// The result of granting, revoking, defining or removing a role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ChangedRole<'a> {
    action: &'static str,
    role: &'a str,
    /// The account that was granted or lost the role. Null if the role itself was defined or
    /// removed.
    account: Option<&'a str>,
    changed: bool,
}

impl OutputRow for OperatorRow {
    const FIELDS: &'static [&'static str] = &["Account", "Roles"];
}

impl OutputRow for HolderRow {
    const FIELDS: &'static [&'static str] = &["Account", "Roles", "Units"];
}

impl OutputRow for RoleRow {
    const FIELDS: &'static [&'static str] = &["Name", "IsBuiltIn", "Cmdlets", "Units"];
}

impl OutputRow for ChangedRole<'_> {
    const FIELDS: &'static [&'static str] = &["Action", "Role", "Account", "Changed"];
}

pub(super) fn run(
    args: &RolesArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if args.cmdlet.is_some() && args.task.is_some() {
        let text = "--cmdlet shows who may run a cmdlet. Leave it out to show, give or define roles. Nothing was changed.";
        return Err(Failure::Input(text.to_owned()));
    }
    // The name is checked before the store is opened.
    let cmdlet = args.cmdlet.as_deref().map(known_cmdlet).transpose()?;
    let mut store = command.open_store(environment, console)?;
    match &args.task {
        Some(RolesTask::Grant { role, account, how }) => {
            let what = (Grant::Give, role.as_str(), account.as_str());
            grant(what, how, &mut store, environment, console)?;
        }
        Some(RolesTask::Revoke { role, account, how }) => {
            let what = (Grant::Take, role.as_str(), account.as_str());
            grant(what, how, &mut store, environment, console)?;
        }
        Some(RolesTask::List) => list_roles(store.all_roles()?, console),
        Some(RolesTask::Define {
            name,
            may,
            units,
            how,
        }) => {
            let role = Role::read(name, may, units)?;
            let wishes = vec![SettingsWish::of_role(&role)];
            if let Some(done) = carry_out(wishes, how, &mut store, environment, console)? {
                let changed = done.changes_anything();
                let row = ChangedRole {
                    action: "define",
                    role: &role.name,
                    account: None,
                    changed,
                };
                outcome(&row, &set_role_outcome(&role, changed), console);
            }
        }
        Some(RolesTask::Remove { name, how }) => {
            let role = name.clone();
            let wishes = vec![SettingsWish::RemoveRole { role }];
            if let Some(done) = carry_out(wishes, how, &mut store, environment, console)? {
                let changed = done.changes_anything();
                let row = ChangedRole {
                    action: "remove",
                    role: name,
                    account: None,
                    changed,
                };
                outcome(&row, &remove_role_outcome(name, changed), console);
            }
        }
        None => match cmdlet {
            Some(cmdlet) => list_holders(store.who_can(cmdlet)?, console),
            None => list_operators(store.operators()?, console),
        },
    }
    Ok(ExitStatus::DONE)
}

fn grant(
    (grant, role, account): (Grant, &str, &str),
    how: &SettingsHow,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let wishes = vec![grant.wish(role, account)];
    let Some(done) = carry_out(wishes, how, store, environment, console)? else {
        return Ok(());
    };
    let changed = done.changes_anything();
    let action = if grant == Grant::Give {
        "grant"
    } else {
        "revoke"
    };
    let row = ChangedRole {
        action,
        role,
        account: Some(account),
        changed,
    };
    outcome(&row, &grant.outcome(role, account, changed), console);
    Ok(())
}

/// Writes the result of a command about a role, as a sentence or as one JSON object.
fn outcome(row: &ChangedRole<'_>, words: &str, console: &mut Console<'_>) {
    if console.is_text() {
        console.line(words);
    } else {
        table::write_one(console, row);
    }
}

fn list_operators(operators: Vec<OperatorRoles>, console: &mut Console<'_>) {
    let rows: Vec<OperatorRow> = operators
        .into_iter()
        .map(|OperatorRoles { account, roles }| OperatorRow { account, roles })
        .collect();
    table::write(
        console,
        [Column::weighing("Account", 2), "Roles".into()],
        &rows,
        |row| [row.account.clone(), row.roles.join(", ")],
    );
}

fn list_holders(holders: Vec<Holder>, console: &mut Console<'_>) {
    let row = |Holder {
                   account,
                   permission,
                   roles,
               }: Holder| {
        let scope = match &permission {
            Permission::Within(units) => units_text(units),
            Permission::Everywhere | Permission::Nowhere => "everywhere".to_owned(),
        };
        let units = match permission {
            Permission::Within(units) => texts(&units),
            Permission::Everywhere | Permission::Nowhere => Vec::new(),
        };
        HolderRow {
            account,
            roles,
            units,
            scope,
        }
    };
    let rows: Vec<HolderRow> = holders.into_iter().map(row).collect();
    table::write(
        console,
        [
            Column::weighing("Account", 2),
            "Roles".into(),
            "Where".into(),
        ],
        &rows,
        |row| [row.account.clone(), row.roles.join(", "), row.scope.clone()],
    );
}

fn list_roles(roles: Vec<Role>, console: &mut Console<'_>) {
    let row = |role: Role| RoleRow {
        is_built_in: is_built_in(&role.name),
        scope: if role.units.is_empty() {
            "everywhere".to_owned()
        } else {
            units_text(&role.units)
        },
        units: texts(&role.units),
        name: role.name,
        cmdlets: role.cmdlets,
    };
    let rows: Vec<RoleRow> = roles.into_iter().map(row).collect();
    let columns = [
        Column::weighing("Role", 2),
        "Kind".into(),
        "Cmdlets".into(),
        "Where".into(),
    ];
    table::write(console, columns, &rows, |row| {
        let kind = if row.is_built_in { "built in" } else { "own" };
        let (cmdlets, scope) = if row.cmdlets.is_empty() {
            ("none".to_owned(), String::new())
        } else {
            (row.cmdlets.join(", "), row.scope.clone())
        };
        [row.name.clone(), kind.to_owned(), cmdlets, scope]
    });
}

fn texts(units: &[DistinguishedName]) -> Vec<String> {
    units.iter().map(ToString::to_string).collect()
}
