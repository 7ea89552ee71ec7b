//! Changes of settings as plans: roles, grants, rules of approval, PIN policies and protection.
//! The store carries wishes out to learn what they change, and keeps that for the preview only.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use super::approval::ApprovalNeed;
use super::batch_action::BatchAction;
use super::plan_value::{BatchId, PlanId};
use crate::domain::approval::ApprovalRules;
use crate::domain::hook::HookNames;
use crate::domain::policy::{NamedPolicy, PinPolicy};
use crate::domain::reason_rules::ReasonRules;
use crate::domain::role::{Role, cmdlet};
use crate::domain::user::UserId;

/// One wished change of a setting. Names are as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "wish",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum SettingsWish {
    /// Sets a PIN policy, and makes it if there is none of this name.
    SetPolicy {
        policy: String,
        settings: PinPolicy,
    },
    RemovePolicy {
        policy: String,
    },
    /// Grants a policy to a user. None takes the granted one away.
    GrantPolicy {
        user: UserId,
        policy: Option<String>,
    },
    GiveRole {
        role: String,
        account: String,
    },
    TakeRole {
        role: String,
        account: String,
    },
    /// Defines a custom role. No unit means everywhere.
    SetRole {
        role: String,
        cmdlets: Vec<String>,
        units: Vec<String>,
    },
    RemoveRole {
        role: String,
    },
    SetApproval {
        rules: ApprovalRules,
    },
    SetReasonRules {
        rules: ReasonRules,
    },
    /// Names the programs that run before and after changes.
    SetHooks {
        hooks: HookNames,
    },
    /// Protects a user, or ends the protection.
    Protect {
        user: UserId,
        protects: bool,
    },
}

/// The kind of a setting.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SettingKind {
    Role,
    Grant,
    /// A named value, such as a rule of approval.
    Value,
    Policy,
    PolicyGrant,
    Protection,
}

/// A setting before and after a change, as the history keeps it. None means that it is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    pub kind: SettingKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The name of the setting, or the identity of the user.
    pub target: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// The parts of a change of settings that make the store less strict, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weakening {
    /// PIN policies that become weaker.
    pub policies: usize,
    /// Users who are not protected and get a weaker policy.
    pub grants: usize,
    /// Protected users whose policy changes by a grant or becomes weaker.
    pub protected: usize,
    /// Whether the rules of approval become weaker.
    pub rules: bool,
    /// Users whose protection ends.
    pub unprotected: usize,
}

/// Wishes, and the changes that they made when they were tried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingsPlan {
    pub wishes: Vec<SettingsWish>,
    /// The changes that the preview shows. Applying makes exactly these, or none.
    pub changes: Vec<SettingChange>,
    pub weakening: Weakening,
    /// The batch that the plan undoes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<BatchId>,
    /// Sentences about settings that are left out of an undo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    pub reason: String,
    pub ticket: String,
    /// The ID of the store that tried the wishes out. It stands beside the plan in its line.
    #[serde(skip)]
    pub store: String,
    /// The submitted plan that this one was opened from.
    #[serde(skip)]
    pub submitted: Option<PlanId>,
}

impl SettingsWish {
    /// The wish to set a policy.
    pub fn of_policy(wanted: &NamedPolicy) -> Self {
        Self::SetPolicy {
            policy: wanted.name.to_string(),
            settings: wanted.policy.clone(),
        }
    }

    /// The wish to define a role.
    pub fn of_role(role: &Role) -> Self {
        Self::SetRole {
            role: role.name.clone(),
            cmdlets: role.cmdlets.clone(),
            units: role.units.iter().map(ToString::to_string).collect(),
        }
    }

    /// The cmdlet that must be permitted everywhere.
    pub fn cmdlet(&self) -> &'static str {
        match self {
            Self::SetPolicy { .. } | Self::RemovePolicy { .. } | Self::GrantPolicy { .. } => {
                cmdlet::POLICY
            }
            Self::GiveRole { .. }
            | Self::TakeRole { .. }
            | Self::SetRole { .. }
            | Self::RemoveRole { .. } => cmdlet::ROLES,
            Self::SetApproval { .. }
            | Self::SetReasonRules { .. }
            | Self::SetHooks { .. }
            | Self::Protect { .. } => cmdlet::APPROVAL,
        }
    }

    /// The action that the history names.
    pub fn action(&self) -> BatchAction {
        match self {
            Self::SetPolicy { .. } => BatchAction::SetPolicy,
            Self::RemovePolicy { .. } => BatchAction::RemovePolicy,
            Self::GrantPolicy { .. } => BatchAction::GrantPolicy,
            Self::GiveRole { .. } => BatchAction::GrantRole,
            Self::TakeRole { .. } => BatchAction::TakeRole,
            Self::SetRole { .. } => BatchAction::SetRole,
            Self::RemoveRole { .. } => BatchAction::RemoveRole,
            Self::SetApproval { .. } | Self::SetReasonRules { .. } | Self::SetHooks { .. } => {
                BatchAction::SetApproval
            }
            Self::Protect { protects: true, .. } => BatchAction::ProtectUser,
            Self::Protect { .. } => BatchAction::UnprotectUser,
        }
    }

    /// The user whom the wish is about.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::GrantPolicy { user, .. } | Self::Protect { user, .. } => Some(*user),
            _ => None,
        }
    }
}

impl SettingsPlan {
    /// The action that the history names.
    pub fn batch_action(&self) -> BatchAction {
        if self.undoes.is_some() {
            return BatchAction::Undo;
        }
        batch_action(&self.wishes)
    }

    /// Whether the plan changes any setting.
    pub fn changes_anything(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Whether the plan sets hooks. No hook is asked about that, so that one which refuses everything
    /// can be taken away.
    pub fn sets_hooks(&self) -> bool {
        let sets = |wish: &SettingsWish| matches!(wish, SettingsWish::SetHooks { .. });
        self.wishes.iter().any(sets)
    }

    /// Whether the plan changes a setting of this user.
    pub fn changes_of(&self, user: UserId) -> bool {
        self.changes.iter().any(|change| change.user == Some(user))
    }

    /// The cmdlets that must be permitted everywhere, each once.
    pub fn cmdlets(&self) -> Vec<&'static str> {
        let mut cmdlets: Vec<&'static str> = self.wishes.iter().map(SettingsWish::cmdlet).collect();
        cmdlets.sort_unstable();
        cmdlets.dedup();
        cmdlets
    }
}

impl From<Vec<SettingsWish>> for SettingsPlan {
    /// A plan of wishes that have not been tried out yet, so that it shows no changes.
    fn from(wishes: Vec<SettingsWish>) -> Self {
        Self {
            wishes,
            changes: Vec::new(),
            weakening: Weakening::default(),
            undoes: None,
            left_out: Vec::new(),
            reason: String::new(),
            ticket: String::new(),
            store: String::new(),
            submitted: None,
        }
    }
}

/// The action that the history names for wishes that are carried out together. All commands wish
/// for one kind of change.
pub fn batch_action(wishes: &[SettingsWish]) -> BatchAction {
    wishes
        .first()
        .map_or(BatchAction::SetApproval, SettingsWish::action)
}

impl Weakening {
    /// The reasons why the change needs approval by these rules, which hold before it.
    pub fn needs(self, rules: ApprovalRules) -> Vec<ApprovalNeed> {
        let Self {
            policies,
            grants,
            protected,
            rules: weaker_rules,
            unprotected,
        } = self;
        let asks = rules.ask_for_approval();
        [
            (asks && policies > 0).then_some(ApprovalNeed::WeakerPolicy(policies)),
            (asks && grants > 0).then_some(ApprovalNeed::WeakerGrant(grants)),
            (asks && weaker_rules).then_some(ApprovalNeed::WeakerRules),
            (protected > 0).then_some(ApprovalNeed::ProtectedPolicy(protected)),
            (unprotected > 0).then_some(ApprovalNeed::Unprotected(unprotected)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
