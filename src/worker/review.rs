//! The work around submitted plans: submitting, deciding, and the rules of when a second pair of eyes is needed.

use super::job::{JobDone, JobFailed};
use super::{Setup, Watch};
use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::words::users;
use crate::plan::{Found, Target};
use crate::store::Store;

/// The rules of approval and the protected users, for whoever looks at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub rules: ApprovalRules,
    pub protected: Vec<UserRecord>,
    /// May the operator change either of them?
    pub may_set: bool,
    /// The roles that may.
    pub setters: Vec<String>,
}

/// Who is to be protected, or not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    User(UserId),
    /// A text that is read as an identity; it must mean exactly one user.
    Identity(String),
}

pub(super) fn approval(store: &Store, operator: &Operator) -> Result<JobDone, JobFailed> {
    Ok(JobDone::Approval(Box::new(Approval {
        rules: store.approval_rules()?,
        protected: store.protected_users()?,
        may_set: store.permission(operator, cmdlet::APPROVAL)? == Permission::Everywhere,
        setters: store.role_names(Some(cmdlet::APPROVAL))?,
    })))
}

pub(super) fn set_approval(
    store: &mut Store,
    rules: ApprovalRules,
    operator: &Operator,
    now: Time,
) -> Result<JobDone, JobFailed> {
    store.set_approval_rules(rules, operator, now)?;
    Ok(JobDone::ApprovalSet(format!("Saved. {}", rules.describe())))
}

pub(super) fn protect(
    store: &mut Store,
    whom: Whom,
    protects: bool,
    setup: &Setup,
    watch: &Watch,
) -> Result<JobDone, JobFailed> {
    let now = (setup.clock)();
    let user = match whom {
        Whom::User(id) => id,
        Whom::Identity(text) => one_user(store, &text, now, watch)?,
    };
    let changed = store.protect(user, protects, &setup.operator, now)?;
    let name = store
        .user(user)?
        .map(|user| user.names.display_name)
        .unwrap_or_default();
    let words = match (protects, changed) {
        (true, true) => format!(
            "{name} is protected now: changing their PIN needs the approval of somebody else."
        ),
        (true, false) => format!("{name} is protected already."),
        (false, true) => format!("{name} is no longer protected."),
        (false, false) => format!("{name} was not protected."),
    };
    Ok(JobDone::Protected(words))
}

/// The one user that a text means. Nobody is protected by accident, and nobody is left unprotected by one.
fn one_user(store: &Store, text: &str, now: Time, watch: &Watch) -> Result<UserId, JobFailed> {
    let found = store.look_up(&[Target::Identity(text.to_owned())], now, watch)?;
    match found.as_slice() {
        [one] => match (&one.found, one.problem()) {
            (Found::User(user), _) => Ok(user.id),
            (_, problem) => Err(JobFailed::Identity(problem.unwrap_or_default())),
        },
        [] => Err(JobFailed::Identity(format!(
            "Nobody is called \"{text}\". Name a user exactly."
        ))),
        several => {
            let count = users(several.len());
            Err(JobFailed::Identity(format!(
                "\"{text}\" means {count}. Name one of them exactly."
            )))
        }
    }
}
