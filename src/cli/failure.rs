//! The reasons why a command did nothing, and their exit statuses.

use std::path::PathBuf;

use super::ExitStatus;
use crate::domain::custom_role::RoleFault;
use crate::domain::role::Operator;
use crate::exchange::ReadError;
use crate::store::StoreError;

/// The ways on from a history that this computer has not seen.
pub(super) const WAY_ON: &str = "Find out what happened with: pindesk history, and pindesk history verify. To go back to a backup: pindesk restore BACKUP. To go on with the history as it is, add --accept-history to a command; that is recorded.";

/// The reason why a command ended without doing anything.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The command line, standard input or an input file is wrong. The text is a sentence.
    #[error("{0}")]
    Input(String),
    #[error(
        "There is no store yet: {}. Check the name, or make the store with: pindesk import users FILE, or pindesk init",
        .0.display()
    )]
    NoStore(PathBuf),
    #[error("{0}")]
    Store(StoreError),
    /// The clock is far ahead of the last entry.
    #[error("{0} To accept it, add --accept-clock.")]
    ClockJump(StoreError),
    /// The history is not the one that this computer has seen. The way on was said when the store was
    /// opened.
    #[error(
        "Nothing was changed, because this computer has seen another history of the store: {}",
        .0.display()
    )]
    HistoryChanged(PathBuf),
    /// The history is not the one that this computer has seen, and its store is of an older PinDesk.
    #[error(
        "{what} It is of an older PinDesk, and is not brought up to date before that is settled. Nothing was changed. {WAY_ON} {}",
        .path.display()
    )]
    NotUpgraded { what: String, path: PathBuf },
    /// Found while planning, where the store has nothing to record.
    #[error(
        "{operator} may not run {cmdlet} here: none of their roles holds it. Nothing was changed."
    )]
    NotPermitted {
        operator: String,
        cmdlet: &'static str,
    },
    /// The plan needs approval. `how` describes how to get it with this command.
    #[error(
        "This plan needs the approval of somebody else: {why}. {who}{how} Nothing was changed."
    )]
    NeedsApproval {
        why: String,
        who: String,
        how: String,
    },
}

impl Failure {
    pub fn not_permitted(operator: &Operator, cmdlet: &'static str) -> Self {
        Self::NotPermitted {
            operator: operator.account.clone(),
            cmdlet,
        }
    }

    /// Adds a description of how to get the approval that the plan needs.
    pub fn with_way_to_approval(self, how: &str) -> Self {
        match self {
            Self::Store(StoreError::NeedsApproval { why, who }) => Self::NeedsApproval {
                why,
                who,
                how: how.to_owned(),
            },
            other => other,
        }
    }

    /// A fault of a file that the operator has to correct.
    pub fn file(path: &std::path::Path, error: ReadError) -> Self {
        match error {
            ReadError::Store(error) => Self::Store(error),
            ReadError::Cancelled => Self::Store(StoreError::Cancelled),
            // These errors name the file themselves, or do not concern it.
            ReadError::Io(_) | ReadError::Write(_) => Self::Input(error.to_string()),
            ReadError::DateOrderOpen { .. } => Self::Input(format!(
                "{}: {error} Add --date-order mdy or --date-order dmy.",
                path.display()
            )),
            ReadError::Of { .. } | ReadError::Pipeline(_) => Self::Input(error.to_string()),
            error => Self::Input(format!("{}: {error}", path.display())),
        }
    }

    pub fn status(&self) -> ExitStatus {
        match self {
            Self::Input(_)
            | Self::Store(
                StoreError::NoSuchRole { .. }
                | StoreError::LastAdministrator
                | StoreError::HiddenCharacter { .. }
                | StoreError::NotInAFile { .. }
                | StoreError::BadAddress { .. }
                | StoreError::PasswordInAddress
                | StoreError::OnlyInFile { .. }
                | StoreError::StoreIsThere { .. }
                | StoreError::RolesAreThere { .. }
                | StoreError::CannotBackUp { .. }
                | StoreError::CannotRestore { .. }
                | StoreError::NoSuchUser
                | StoreError::NoSuchBatch { .. }
                | StoreError::NoSuchPlan { .. }
                | StoreError::PlanClosed { .. }
                | StoreError::NotAsSubmitted { .. }
                | StoreError::NotTheUndo { .. }
                | StoreError::SettingsDrifted { .. }
                | StoreError::NothingToSubmit
                | StoreError::PlanOfOtherStore
                | StoreError::ReasonNeeded(_)
                | StoreError::WrongTicketPattern(_)
                | StoreError::WrongKeptFilter(_)
                | StoreError::WrongHookName(_)
                | StoreError::PinRefused(_)
                | StoreError::OnePinForSeveral { .. }
                | StoreError::KeyInUse { .. }
                | StoreError::NoKey
                | StoreError::RotationUnfinished { .. }
                | StoreError::KeyStillUsed { .. }
                | StoreError::WrongPolicy(_)
                | StoreError::NoSuchPolicy { .. }
                | StoreError::PolicyInUse { .. }
                | StoreError::EmptyComment
                | StoreError::WrongRole(_)
                | StoreError::BuiltInRole { .. }
                | StoreError::RoleNameTaken { .. }
                | StoreError::RoleSpelling { .. }
                | StoreError::RoleInUse { .. },
            ) => ExitStatus::WRONG_INPUT,
            Self::NotPermitted { .. } | Self::NeedsApproval { .. } => ExitStatus::NOT_PERMITTED,
            Self::Store(error) if error.is_refusal() => ExitStatus::NOT_PERMITTED,
            Self::NoStore(_)
            | Self::Store(_)
            | Self::ClockJump(_)
            | Self::HistoryChanged(_)
            | Self::NotUpgraded { .. } => ExitStatus::STORE_FAILED,
        }
    }
}

impl From<RoleFault> for Failure {
    fn from(fault: RoleFault) -> Self {
        StoreError::WrongRole(fault).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ClockJump { .. } => Self::ClockJump(error),
            StoreError::HistoryChanged { path, .. } => Self::HistoryChanged(path),
            StoreError::NotUpgraded { what, path } => Self::NotUpgraded { what, path },
            error => Self::Store(error),
        }
    }
}
