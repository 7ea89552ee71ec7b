//! The policies view: all PIN policies, the draft of one, and what it would mean.

use std::sync::Arc;

use super::draft::PolicyDraft;
use crate::app::state::notice::Notice;
use crate::domain::policy::{NamedPolicy, PolicyName};
use crate::store::PolicySimulation;
use crate::worker::jobs::PolicyLine;

/// The state of the policies view, with the unsaved input.
#[derive(Default)]
pub struct PoliciesView {
    /// All policies. None until they have been read.
    pub all: Option<Vec<PolicyLine>>,
    /// Whether the operator may change them.
    pub may_change: bool,
    pub draft: PolicyDraft,
    /// The newest answer of the simulator, and the draft that it is about.
    pub simulated: Option<(NamedPolicy, Arc<PolicySimulation>)>,
    /// The outcome of the last step.
    pub notice: Option<Notice>,
}

impl PoliciesView {
    /// The policy that the draft changes. None: the draft is a new one.
    pub fn edited(&self) -> Option<&PolicyLine> {
        let name = self.draft.edited.as_ref()?;
        self.line_of(name)
    }

    pub fn line_of(&self, name: &PolicyName) -> Option<&PolicyLine> {
        let all = self.all.as_deref().unwrap_or_default();
        all.iter().find(|line| line.policy.name.key() == name.key())
    }

    /// The simulation of the draft as it is typed now. None until the simulator has answered.
    pub fn simulation(&self) -> Option<&Arc<PolicySimulation>> {
        let draft = self.draft.read().ok()?;
        let simulated = self.simulated.as_ref();
        simulated
            .filter(|(policy, _)| *policy == draft)
            .map(|(_, simulation)| simulation)
    }

    /// Why the draft cannot be previewed. None if it can.
    pub fn draft_obstacle(&self) -> Option<String> {
        let draft = match self.draft.read() {
            Ok(draft) => draft,
            Err(why) => return Some(why),
        };
        match self.line_of(&draft.name) {
            Some(line) if self.draft.edited.is_none() => Some(format!(
                "There is a policy {} already. Choose it in the list to change it.",
                line.policy.name
            )),
            Some(line) if line.policy.policy == draft.policy => {
                Some("Nothing has been changed.".to_owned())
            }
            _ => None,
        }
    }

    /// Why the shown policy cannot be removed. None if it can.
    pub fn remove_obstacle(&self) -> Option<String> {
        match self.edited() {
            None => Some("Choose a policy first.".to_owned()),
            Some(line) if line.policy.name == PolicyName::Global => {
                Some("The global policy is always there.".to_owned())
            }
            Some(line) if line.granted > 0 => {
                Some("It is granted to users. Take it away from them first.".to_owned())
            }
            Some(_) => None,
        }
    }

    /// Why the shown policy cannot be granted. None if it can.
    pub fn grant_obstacle(&self) -> Option<String> {
        match self.edited().map(|line| &line.policy.name) {
            Some(PolicyName::User(_)) => None,
            Some(_) => {
                Some("Global policies and those of sites hold without being granted.".to_owned())
            }
            None => Some("Save the policy first.".to_owned()),
        }
    }
}
