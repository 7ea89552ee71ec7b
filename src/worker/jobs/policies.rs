//! PIN policies: reading them, simulating a draft, and planning changes of settings.

use std::collections::HashSet;

use super::plans::PlannedChange;
use crate::directory::{Chosen, Directory};
use crate::domain::policy::NamedPolicy;
use crate::domain::role::{Permission, cmdlet};
use crate::plan::{SettingsWish, StorePlan};
use crate::store::PolicySimulation;
use crate::worker::job::{Job, JobContext, JobFailed};

/// Reads all policies, with the number of users of each.
pub struct ReadPolicies;

/// All policies, and whether the operator may change them.
#[derive(Debug)]
pub struct PoliciesRead {
    pub all: Vec<PolicyLine>,
    pub may_change: bool,
}

/// A policy with its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLine {
    pub policy: NamedPolicy,
    /// The number of users to whom it was granted.
    pub granted: u64,
    /// The number of users for whom it holds.
    pub users: usize,
}

/// Works out what a draft would mean for the users for whom it would hold.
pub struct SimulatePolicy {
    pub draft: NamedPolicy,
}

/// Plans a change of settings.
pub struct PlanSettings(pub WishedSettings);

/// The settings that are wished for.
pub enum WishedSettings {
    These(Vec<SettingsWish>),
    /// A policy for each of these users, or none of their own.
    Grant {
        policy: Option<String>,
        to: (Chosen, Directory),
    },
}

impl Job for ReadPolicies {
    type Answer = PoliciesRead;

    fn title(&self) -> &'static str {
        "Reading the policies"
    }

    fn run(self, context: JobContext<'_>) -> Result<PoliciesRead, JobFailed> {
        let JobContext {
            store, operator, ..
        } = context;
        let _one_moment = store.snapshot()?;
        let counts = store.policy_users()?;
        let line = |row: crate::store::PolicyRow| PolicyLine {
            users: counts
                .get(&row.policy.name.key())
                .copied()
                .unwrap_or_default(),
            policy: row.policy,
            granted: row.granted,
        };
        Ok(PoliciesRead {
            all: store.policies()?.into_iter().map(line).collect(),
            may_change: store.permission(operator, cmdlet::POLICY)? == Permission::Everywhere,
        })
    }
}

impl Job for SimulatePolicy {
    type Answer = PolicySimulation;

    fn title(&self) -> &'static str {
        "Working out what the policy means"
    }

    fn run(self, context: JobContext<'_>) -> Result<PolicySimulation, JobFailed> {
        let JobContext {
            store, now, watch, ..
        } = context;
        Ok(store.simulate_policy(&self.draft, &HashSet::new(), now, watch)?)
    }
}

impl Job for PlanSettings {
    type Answer = PlannedChange;

    fn title(&self) -> &'static str {
        "Working out the preview"
    }

    fn run(self, context: JobContext<'_>) -> Result<PlannedChange, JobFailed> {
        let wishes = match self.0 {
            WishedSettings::These(wishes) => wishes,
            WishedSettings::Grant { policy, to } => {
                let users = to.0.in_order(&to.1).into_iter();
                let wish = |user| SettingsWish::GrantPolicy {
                    user,
                    policy: policy.clone(),
                };
                users.map(wish).collect()
            }
        };
        let plan = context.store.plan_settings(wishes, context.operator)?;
        Ok(PlannedChange::of(StorePlan::Settings(plan), &context)?)
    }
}
