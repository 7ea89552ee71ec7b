//! Descriptions of wished changes of settings, for the reasons of batches and for refusals.

use crate::domain::policy::PolicyName;
use crate::domain::role::Role;
use crate::domain::user::UserId;
use crate::plan::SettingsWish;
use crate::store::access::roles::role;
use crate::store::engine::{Connection, EngineResult};
use crate::store::users::find::user;

/// The descriptions that a reason names. The others are counted.
const NAMED: usize = 3;

/// Descriptions as one text.
pub(super) fn joined(words: &[String]) -> String {
    let named = words.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match words.len().saturating_sub(NAMED) {
        0 => named.join("; "),
        more => format!("{}; and {more} more", named.join("; ")),
    }
}

/// "CsHelpDesk for litwareinc\bob"
pub(super) fn words(connection: &Connection, wish: &SettingsWish) -> EngineResult<String> {
    Ok(match wish {
        SettingsWish::SetPolicy { policy, settings } => {
            format!("{}: {}", policy_name(policy), settings.describe())
        }
        SettingsWish::RemovePolicy { policy } => policy_name(policy),
        SettingsWish::GrantPolicy { user, policy } => {
            let policy = policy
                .as_deref()
                .map_or_else(|| "none of their own".to_owned(), policy_name);
            format!("{policy} for {}", whom(connection, *user)?)
        }
        SettingsWish::GiveRole { role, account } | SettingsWish::TakeRole { role, account } => {
            format!("{role} for {}", account.trim())
        }
        SettingsWish::SetRole {
            role,
            cmdlets,
            units,
        } => Role::read(role, cmdlets, units).map_or_else(|_| role.clone(), |role| role.words()),
        SettingsWish::RemoveRole { role: name } => {
            let name = name.trim();
            let role = role(connection, name.to_owned())?;
            if role.cmdlets.is_empty() {
                name.to_owned()
            } else {
                role.words()
            }
        }
        SettingsWish::SetApproval { rules } => rules.describe(),
        SettingsWish::SetReasonRules { rules } => rules.describe(),
        SettingsWish::SetHooks { hooks } => hooks.describe(),
        SettingsWish::Protect { user, .. } => whom(connection, *user)?,
    })
}

/// The description of a refused wish. It says no more about the store than the wish did.
pub(super) fn refused_words(connection: &Connection, wish: &SettingsWish) -> EngineResult<String> {
    match wish {
        SettingsWish::RemoveRole { role } => Ok(role.trim().to_owned()),
        other => words(connection, other),
    }
}

/// The target that a refusal names.
pub(super) fn target(connection: &Connection, wish: Option<&SettingsWish>) -> EngineResult<String> {
    Ok(match wish {
        Some(SettingsWish::SetPolicy { policy, .. } | SettingsWish::RemovePolicy { policy }) => {
            policy_name(policy)
        }
        Some(SettingsWish::GiveRole { account, .. } | SettingsWish::TakeRole { account, .. }) => {
            account.trim().to_owned()
        }
        Some(SettingsWish::SetRole { role, .. }) => role.clone(),
        Some(SettingsWish::RemoveRole { role }) => role.trim().to_owned(),
        Some(SettingsWish::GrantPolicy { user, .. } | SettingsWish::Protect { user, .. }) => {
            whom(connection, *user)?
        }
        Some(SettingsWish::SetApproval { .. }) => "approval".to_owned(),
        Some(SettingsWish::SetReasonRules { .. }) => "reasons".to_owned(),
        Some(SettingsWish::SetHooks { .. }) => "hooks".to_owned(),
        None => "settings".to_owned(),
    })
}

fn policy_name(typed: &str) -> String {
    PolicyName::parse(typed).map_or_else(|_| typed.to_owned(), |name| name.to_string())
}

/// "Ken Myer (sip:kenmyer@litwareinc.com)"
fn whom(connection: &Connection, id: UserId) -> EngineResult<String> {
    Ok(user(connection, id)?.map_or_else(
        || format!("user {}", id.0),
        |user| format!("{} ({})", user.names.display_name, user.names.identity()),
    ))
}
