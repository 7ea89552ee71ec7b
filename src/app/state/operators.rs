//! The operators view: who has which role, who can do what, and the roles themselves.

use super::approval::ApprovalView;
use super::notice::Notice;
use super::role_form::RoleForm;
use crate::domain::role::Role;
use crate::store::{Holder, OperatorRoles};

/// The parts of the view.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum OperatorsTab {
    #[default]
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

/// The operators and roles as they are shown, and what is about to be changed.
#[derive(Default)]
pub struct OperatorsView {
    pub tab: OperatorsTab,
    /// The rules of approval and the protected users, once they have been asked for.
    pub approval: Option<ApprovalView>,
    pub all: Vec<OperatorRoles>,
    /// All roles, the built-in ones first.
    pub roles: Vec<Role>,
    /// May whoever is at the keyboard change any of it?
    pub may_change: bool,
    /// The cmdlet of "Who can"; none: anyone with a role.
    pub who_can: Option<&'static str>,
    pub(in crate::app) holders: Option<(&'static str, Vec<Holder>)>,
    pub account: String,
    pub role: Option<String>,
    pub form: RoleForm,
    /// What came of the last change.
    pub notice: Option<Notice>,
}

impl OperatorsView {
    /// The accounts that may run the chosen cmdlet, as soon as they have been read.
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
