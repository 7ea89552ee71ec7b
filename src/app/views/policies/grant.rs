//! Commands of the policies view: granting a policy to users, and taking it away.

use crate::app::App;
use crate::directory::{Chosen, NameForm};
use crate::plan::words::users;
use crate::worker::jobs::WishedSettings;

impl App {
    /// The users to whom a policy would be granted: those who are selected, else the one at the
    /// cursor.
    pub fn grant_targets(&self) -> Chosen {
        if self.selection.is_empty() {
            Chosen::of(self.selection.cursor)
        } else {
            self.selection.chosen.clone()
        }
    }

    /// "3 users", or the name of the only one. None if nobody is selected.
    pub fn grant_target_words(&self) -> Option<String> {
        let chosen = self.grant_targets();
        let view = self.view.as_ref()?;
        match chosen.len() {
            0 => None,
            1 => {
                let id = chosen.in_order(&view.directory).first().copied()?;
                let position = view.directory.position_of(id)?;
                let name = view.directory.names().get(position, NameForm::DisplayName);
                Some(name.into_owned())
            }
            several => Some(users(several)),
        }
    }

    /// Opens the preview of granting the shown policy to the selected users, or of taking the
    /// granted one away from them.
    pub(in crate::app) fn preview_policy_grant(&mut self, grants: bool) {
        let (Some(view), Some(list)) = (&self.policies, &self.view) else {
            return;
        };
        if grants && view.grant_obstacle().is_some() {
            return;
        }
        let policy = view.edited().filter(|_| grants);
        let policy = policy.map(|line| line.policy.name.to_string());
        let chosen = self.grant_targets();
        if !chosen.is_empty() {
            let to = (chosen, list.directory.clone());
            self.preview_settings(WishedSettings::Grant { policy, to });
        }
    }
}
