//! The policies view: editing PIN policies, granting them, and the simulator.

pub mod draft;
mod grant;
pub mod state;

use std::sync::Arc;

use draft::PolicyDraft;

use crate::app::{App, JobSlot, Notice, WindowView};
use crate::directory::Among;
use crate::domain::policy::PolicyName;
use crate::domain::policy_effect::PolicyEffect;
use crate::plan::SettingsWish;
use crate::worker::JobFailed;
use crate::worker::jobs::{
    PlanSettings, PlannedChange, PoliciesRead, ReadPolicies, SimulatePolicy, WishedSettings,
};

impl App {
    /// Shows the policies as they are now. The draft stays.
    pub(in crate::app) fn enter_policies(&mut self) {
        self.policies.get_or_insert_default();
        self.read_policies();
    }

    /// Reads the policies again, if they are shown.
    pub(in crate::app) fn read_policies(&mut self) {
        if self.shown_view() == WindowView::Policies && self.policies.is_some() {
            let (done, failed) = (Self::policies_read, Self::report);
            self.submit(JobSlot::POLICIES, ReadPolicies, done, failed);
        }
    }

    fn policies_read(&mut self, read: PoliciesRead) {
        let Some(view) = &mut self.policies else {
            return;
        };
        let is_first = view.all.is_none();
        let was_changed = view.edited().is_some_and(|line| {
            view.draft != PolicyDraft::of(Some(line.policy.name.clone()), &line.policy.policy)
        });
        view.all = Some(read.all);
        view.may_change = read.may_change;
        // A draft without changes follows the policy; a policy that is gone leaves a new one.
        let name = match (&view.draft.edited, is_first) {
            (None, true) => Some(PolicyName::Global),
            (edited, _) => edited.clone(),
        };
        if let Some(name) = name {
            let policy = view.line_of(&name).map(|line| line.policy.clone());
            match policy {
                Some(policy) if !was_changed => {
                    view.draft = PolicyDraft::of(Some(policy.name), &policy.policy);
                }
                Some(_) => {}
                None => view.draft.edited = None,
            }
        }
        self.simulate();
    }

    /// Works out what the draft would mean, on the data of now.
    pub(in crate::app) fn simulate(&mut self) {
        let Some(view) = &self.policies else { return };
        let Ok(draft) = view.draft.read() else {
            self.cancel(JobSlot::SIMULATION);
            return;
        };
        let about = draft.clone();
        let done = move |app: &mut Self, simulation| {
            if let Some(view) = &mut app.policies {
                view.simulated = Some((about, Arc::new(simulation)));
            }
        };
        let job = SimulatePolicy { draft };
        self.submit(JobSlot::SIMULATION, job, done, Self::policy_failed);
    }

    pub(in crate::app) fn policy_failed(&mut self, failed: &JobFailed) {
        if *failed != JobFailed::Cancelled
            && let Some(view) = &mut self.policies
        {
            view.notice = Some(Notice::error(failed.to_string()));
        }
        self.report(failed);
    }

    /// Puts a policy into the form.
    pub(in crate::app) fn show_policy(&mut self, name: &PolicyName) {
        if let Some(view) = &mut self.policies
            && let Some(line) = view.line_of(name)
        {
            view.draft = PolicyDraft::of(Some(line.policy.name.clone()), &line.policy.policy);
            view.notice = None;
            self.simulate();
        }
    }

    /// Begins a new policy, with the settings that are in the form.
    pub(in crate::app) fn begin_policy(&mut self) {
        if let Some(view) = &mut self.policies {
            view.draft.edited = None;
            view.draft.name.clear();
            view.notice = None;
        }
    }

    pub(in crate::app) fn edit_policy(&mut self, draft: PolicyDraft) {
        if let Some(view) = &mut self.policies {
            view.draft = draft;
            view.notice = None;
            self.simulate();
        }
    }

    /// Opens the preview of the typed policy.
    pub(in crate::app) fn preview_policy(&mut self) {
        let view = self.policies.as_ref();
        let Some(view) = view.filter(|view| view.draft_obstacle().is_none()) else {
            return;
        };
        if let Ok(draft) = view.draft.read() {
            self.preview_settings(WishedSettings::These(vec![SettingsWish::of_policy(&draft)]));
        }
    }

    /// Opens the preview of removing the shown policy.
    pub(in crate::app) fn preview_policy_removal(&mut self) {
        let view = self.policies.as_ref();
        let view = view.filter(|view| view.remove_obstacle().is_none());
        if let Some(line) = view.and_then(|view| view.edited()) {
            let policy = line.policy.name.to_string();
            let wish = SettingsWish::RemovePolicy { policy };
            self.preview_settings(WishedSettings::These(vec![wish]));
        }
    }

    /// Opens the preview of a change of settings. Nothing changes before it is applied.
    pub(in crate::app) fn preview_settings(&mut self, wished: WishedSettings) {
        if self.is_writing() || self.has_dialog() {
            return;
        }
        let done = |app: &mut Self, planned: PlannedChange| app.show_change_sheet(planned);
        let job = PlanSettings(wished);
        self.submit(JobSlot::PLAN, job, done, Self::policy_failed);
    }

    /// A change of settings was applied.
    pub(in crate::app) fn settings_applied(&mut self) {
        if let Some(view) = &mut self.policies {
            // The draft is what the store has now.
            if view.draft.edited.is_none() {
                view.draft.edited = view.draft.read().ok().map(|draft| draft.name);
            }
            view.notice = Some(Notice::outcome("The change is applied."));
        }
        self.read_policies();
    }

    /// Lists the users with an effect of the draft in the view of the users.
    pub(in crate::app) fn show_effect(&mut self, effect: Option<PolicyEffect>) {
        let Some(view) = &self.policies else { return };
        let (Some(simulation), Ok(draft)) = (view.simulation(), view.draft.read()) else {
            return;
        };
        let (title, users) = match effect {
            None => (
                format!("PIN policy {}", draft.name),
                simulation.users.clone(),
            ),
            Some(effect) => (
                effect.label(&draft.policy),
                simulation
                    .effects
                    .get(&effect)
                    .map_or_else(Vec::new, |users| users.users.clone()),
            ),
        };
        self.show_among(Some(Among::new(title, users)));
    }
}
