//! The rules of approval, and protected users.

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::role::{Permission, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::words::users;
use crate::plan::{Match, Target};
use crate::store::Store;
use crate::worker::job::{Effect, Job, JobContext, JobFailed};
use crate::worker::watch::Watch;

/// Reads the rules of approval and the protected users.
pub struct ReadApproval;

/// The rules of approval and the protected users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalSettings {
    pub rules: ApprovalRules,
    pub protected: Vec<UserRecord>,
    /// Whether the operator may change either of them.
    pub may_set: bool,
    /// The roles whose accounts may change them.
    pub setters: Vec<String>,
}

/// Sets the rules of approval. The answer is a sentence.
pub struct SetApprovalRules(pub ApprovalRules);

/// Protects a user, or ends the protection. The answer is a sentence.
pub struct SetProtection {
    pub target: ProtectionTarget,
    pub protects: bool,
}

/// The user of [`SetProtection`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtectionTarget {
    User(UserId),
    /// A text that is read as an identity. It must mean exactly one user.
    Identity(String),
}

impl Job for ReadApproval {
    type Answer = ApprovalSettings;

    fn title(&self) -> &'static str {
        "Reading the rules"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let JobContext {
            store, operator, ..
        } = context;
        let _one_moment = store.snapshot()?;
        Ok(ApprovalSettings {
            rules: store.approval_rules()?,
            protected: store.protected_users()?,
            may_set: store.permission(operator, cmdlet::APPROVAL)? == Permission::Everywhere,
            setters: store.role_names(Some(cmdlet::APPROVAL))?,
        })
    }
}

impl Job for SetApprovalRules {
    type Answer = String;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Saving the rules"
    }

    fn run(self, context: JobContext<'_>) -> Result<String, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        store.set_approval_rules(self.0, operator, now)?;
        Ok(format!("Saved. {}", self.0.describe()))
    }
}

impl Job for SetProtection {
    type Answer = String;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        if self.protects {
            "Protecting a user"
        } else {
            "Ending the protection of a user"
        }
    }

    fn run(self, context: JobContext<'_>) -> Result<String, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        let user = match self.target {
            ProtectionTarget::User(id) => id,
            ProtectionTarget::Identity(text) => one_user(store, &text, now, watch)?,
        };
        let changed = store.protect(user, self.protects, operator, now)?;
        let name = store
            .user(user)?
            .map(|user| user.names.display_name)
            .unwrap_or_default();
        Ok(match (self.protects, changed) {
            (true, true) => format!(
                "{name} is protected now: changing their PIN needs the approval of somebody else."
            ),
            (true, false) => format!("{name} is protected already."),
            (false, true) => format!("{name} is no longer protected."),
            (false, false) => format!("{name} was not protected."),
        })
    }
}

/// The one user that an identity means. An ambiguous identity is refused, so that no user is
/// protected, or left unprotected, by accident.
fn one_user(store: &Store, text: &str, now: Time, watch: &Watch) -> Result<UserId, JobFailed> {
    let found = store.look_up(&[Target::Identity(text.to_owned())], now, watch)?;
    match found.as_slice() {
        [one] => match (&one.found, one.problem()) {
            (Match::User(user), _) => Ok(user.id),
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
