//! The operators view: accounts with their roles, the accounts that may run a cmdlet, and the
//! roles.

use super::approval_view::ApprovalView;
use super::role_form::RoleForm;
use crate::app::state::notice::Notice;
use crate::domain::role::Role;
use crate::plan::SettingsWish;
use crate::store::{Holder, OperatorRoles};

/// The tabs of the view.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum OperatorsTab {
    #[default]
    #[strum(serialize = "Accounts")]
    Operators,
    Roles,
    Approval,
    #[strum(serialize = "Protected users")]
    Protected,
}

impl OperatorsTab {
    pub fn label(self) -> &'static str {
        self.into()
    }
}

/// The state of the operators view, with the unsaved input.
#[derive(Default)]
pub struct OperatorsView {
    pub tab: OperatorsTab,
    /// The rules of approval and the protected users. None until they have been read.
    pub approval: Option<ApprovalView>,
    pub all: Vec<OperatorRoles>,
    /// All roles, the built-in ones first.
    pub roles: Vec<Role>,
    /// Whether the operator may change operators and roles.
    pub may_change: bool,
    /// The cmdlet chosen at "Who can". None: all accounts with a role are listed.
    pub who_can: Option<&'static str>,
    pub(in crate::app) holders: Option<(&'static str, Vec<Holder>)>,
    pub account: String,
    pub role: Option<String>,
    pub form: RoleForm,
    /// The outcome of the last change.
    pub notice: Option<Notice>,
    /// The last change that the store does not make without approval, so that it can be submitted.
    pub pending: Option<PendingChange>,
}

/// A change of settings that needs approval, and the typed reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    pub wish: SettingsWish,
    pub reason: String,
}

impl OperatorsView {
    /// The accounts that may run the chosen cmdlet. None until they have been read.
    pub fn holders(&self) -> Option<&[Holder]> {
        let chosen = self.who_can?;
        self.holders
            .as_ref()
            .filter(|(cmdlet, _)| *cmdlet == chosen)
            .map(|(_, holders)| holders.as_slice())
    }

    pub(in crate::app) fn fail(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::error(text));
    }
}
