//! Saving results, scripts, plans, reports and exports.

use std::sync::Arc;

use super::{App, WhatIfPanel};
use crate::directory::Chosen;
use crate::exchange::ExportKind;
use crate::plan::Plan;
use crate::worker::jobs::{ExportUsers, SavePlan, SaveReport, SaveResults, SaveScript};

impl App {
    pub(super) fn ask_where_to_save_results(&mut self) {
        let (Some(sheet), Some(list)) = (&self.import, self.panel.list()) else {
            return;
        };
        let applied = match &self.panel {
            WhatIfPanel::Result { applied, .. } => Some((**applied).clone()),
            _ => None,
        };
        let stem = sheet
            .path
            .file_stem()
            .map_or_else(|| "list".into(), |stem| stem.to_string_lossy());
        let name = format!("{stem} results.csv");
        let (file, read, plan) = (
            sheet.path.clone(),
            sheet.read.clone(),
            Arc::clone(&list.plan),
        );
        self.ask_where_to_save("Save results", &name, "csv", move |to| SaveResults {
            file,
            read,
            plan,
            applied,
            to,
        });
    }

    /// Whether the preview can be saved as a script. It must change at least one user.
    pub fn is_scriptable(&self) -> bool {
        matches!(&self.panel, WhatIfPanel::Preview(list) if list.counts.will_change > 0 && list.plan.has_script())
    }

    pub(super) fn ask_where_to_save_script(&mut self) {
        if let Some(plan) = self.plan_to_save().filter(|_| self.is_scriptable()) {
            let name = format!("{} PINs.ps1", plan.label());
            let title = "Save as a PowerShell script";
            self.ask_where_to_save(title, &name, "ps1", |to| SaveScript { plan, to });
        }
    }

    /// The plan of the preview, with the reason, the ticket and the end of its locks typed in their
    /// fields. A submitted plan keeps its own. None, after saying why, if the end cannot be read.
    pub(super) fn plan_to_save(&mut self) -> Option<Arc<Plan>> {
        let problem = self
            .panel
            .list()
            .and_then(|list| self.lock_end_problem(list));
        let WhatIfPanel::Preview(list) = &mut self.panel else {
            return None;
        };
        if list.review.is_some() {
            return Some(Arc::clone(&list.plan));
        }
        if let Some(problem) = problem {
            self.fail(problem);
            return None;
        }
        let (reason, ticket) = (self.reason.trim(), self.ticket.trim());
        // A plan that a job still reads is copied, so it is written only if something differs.
        let is_other = list.plan.reason != reason || list.plan.ticket != ticket;
        if is_other || list.has_other_lock_end() {
            let written = list.ended_plan();
            reason.clone_into(&mut written.reason);
            ticket.clone_into(&mut written.ticket);
        }
        Some(Arc::clone(&list.plan))
    }

    pub(super) fn ask_where_to_save_plan(&mut self) {
        if let Some(plan) = self.plan_to_save() {
            let name = format!("{} PINs.plan.json", plan.label());
            self.ask_where_to_save("Save the plan", &name, "json", |to| SavePlan { plan, to });
        }
    }

    /// Saves a report of the preview, or of its result.
    pub(super) fn ask_where_to_save_report(&mut self) {
        let (plan, applied) = match &self.panel {
            WhatIfPanel::Result { list, applied, .. } => {
                (Some(Arc::clone(&list.plan)), Some((**applied).clone()))
            }
            _ => (self.plan_to_save(), None),
        };
        if let Some(plan) = plan {
            let name = format!("{} PINs.html", plan.label());
            self.ask_where_to_save("Save a report", &name, "html", |to| SaveReport {
                plan,
                applied,
                to,
            });
        }
    }

    /// Exports the selected users, or all users of the list if none is selected.
    pub(super) fn ask_where_to_export(&mut self, kind: ExportKind) {
        let Some(view) = self.view.as_ref().filter(|view| view.is_complete) else {
            self.fail("The users are still being loaded. Try again in a moment.");
            return;
        };
        let name = match kind {
            ExportKind::Users => "users.csv",
            ExportKind::Pins => "pins.csv",
        };
        let users = if self.selection.is_empty() {
            Chosen::rows(view, 0..view.len())
        } else {
            self.selection.chosen.clone()
        };
        let directory = view.directory.clone();
        let title = format!("Export {}", kind.label());
        self.ask_where_to_save(&title, name, "csv", move |to| ExportUsers {
            kind,
            users,
            directory,
            to,
        });
    }
}
