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
        matches!(&self.panel, WhatIfPanel::Preview(list) if list.counts.will_change > 0)
    }

    pub(super) fn ask_where_to_save_script(&mut self) {
        if let Some(plan) = self.plan_to_save().filter(|_| self.is_scriptable()) {
            let name = format!("{} PINs.ps1", plan.label());
            let title = "Save as a PowerShell script";
            self.ask_where_to_save(title, &name, "ps1", |to| SaveScript { plan, to });
        }
    }

    /// The plan of the preview, with the reason and the ticket typed in their fields. A submitted
    /// plan keeps its own reason and ticket.
    pub(super) fn plan_to_save(&self) -> Option<Arc<Plan>> {
        let list = self
            .panel
            .list()
            .filter(|_| matches!(self.panel, WhatIfPanel::Preview(_)))?;
        let mut plan = Arc::clone(&list.plan);
        let (reason, ticket) = (self.reason.trim(), self.ticket.trim());
        if list.review.is_some() {
            return Some(plan);
        }
        // The plan is copied only if the reason or the ticket differs.
        if plan.reason != reason || plan.ticket != ticket {
            let written = Arc::make_mut(&mut plan);
            reason.clone_into(&mut written.reason);
            ticket.clone_into(&mut written.ticket);
        }
        Some(plan)
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
