//! What is saved: results, scripts, plans and exports. What it is, is settled when the place is asked for: the answer may
//! come when the window shows something else.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::Asked;
use super::{App, Panel, Purpose};
use crate::directory::{Chosen, Directory};
use crate::exchange::{ExportKind, ReadOptions};
use crate::plan::{BatchId, Plan};
use crate::store::{Applied, HistoryQuery};
use crate::worker::{Job, ResultsToSave};

/// Something to save, as it was when somebody asked for it.
#[derive(Debug)]
pub(super) enum ToSave {
    Results {
        file: PathBuf,
        read: ReadOptions,
        plan: Arc<Plan>,
        applied: Option<Applied>,
    },
    Plan(Arc<Plan>),
    Script(Arc<Plan>),
    Report(Arc<Plan>, Option<Applied>),
    Export(ExportKind, Chosen, Directory),
    /// The entries of these batches.
    History(HistoryQuery),
    BatchReport(BatchId),
    Evidence(BatchId),
}

impl App {
    pub(super) fn ask_where_to_save(
        &mut self,
        save: ToSave,
        title: &str,
        name: &str,
        extension: &str,
    ) {
        let asked = Asked::Save(Box::new(save));
        self.ask_for_file(asked, |files, chosen| {
            files.save(title, name, extension, chosen);
        });
    }

    pub(super) fn save(&mut self, save: ToSave, to: PathBuf) {
        let (title, job) = match save {
            ToSave::Results {
                file,
                read,
                plan,
                applied,
            } => {
                let save = ResultsToSave {
                    file,
                    read,
                    plan,
                    applied,
                    to,
                };
                ("Saving the results", Job::SaveResults(Box::new(save)))
            }
            ToSave::Plan(plan) => ("Saving the plan", Job::SavePlan(plan, to)),
            ToSave::Script(plan) => ("Saving the script", Job::SaveScript(plan, to)),
            ToSave::Report(plan, applied) => {
                ("Saving the report", Job::SaveReport(plan, applied, to))
            }
            ToSave::Export(kind, chosen, directory) => {
                ("Exporting", Job::Export(kind, chosen, directory, to))
            }
            ToSave::History(query) => ("Exporting the history", Job::ExportHistory(query, to)),
            ToSave::BatchReport(batch) => ("Saving the report", Job::SaveBatchReport(batch, to)),
            ToSave::Evidence(batch) => ("Gathering the evidence", Job::SaveEvidence(batch, to)),
        };
        self.submit(Purpose::Save, title, job);
    }

    pub(super) fn ask_where_to_save_results(&mut self) {
        let (Some(sheet), Some(list)) = (&self.import, self.panel.list()) else {
            return;
        };
        let applied = match &self.panel {
            Panel::Result { applied, .. } => Some((**applied).clone()),
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
        self.ask_where_to_save(
            ToSave::Results {
                file,
                read,
                plan,
                applied,
            },
            "Save results",
            &name,
            "csv",
        );
    }

    /// Is there a preview of which a script can be made: one that changes somebody?
    pub fn is_scriptable(&self) -> bool {
        matches!(&self.panel, Panel::Preview(list) if list.counts.will_change > 0)
    }

    pub(super) fn ask_where_to_save_script(&mut self) {
        if let Some(plan) = self.plan_to_save().filter(|_| self.is_scriptable()) {
            let name = format!("{} PINs.ps1", plan.label());
            self.ask_where_to_save(
                ToSave::Script(plan),
                "Save as a PowerShell script",
                &name,
                "ps1",
            );
        }
    }

    /// The preview as a plan of its own, with the reason and the ticket that stand in their boxes. Those of a submitted plan
    /// are part of what was submitted.
    pub(super) fn plan_to_save(&self) -> Option<Arc<Plan>> {
        let list = self
            .panel
            .list()
            .filter(|_| matches!(self.panel, Panel::Preview(_)))?;
        let mut plan = Arc::clone(&list.plan);
        let (reason, ticket) = (self.reason.trim(), self.ticket.trim());
        if list.review.is_some() {
            return Some(plan);
        }
        // A copy only where there is something new to say.
        if plan.reason != reason || plan.ticket != ticket {
            let written = Arc::make_mut(&mut plan);
            reason.clone_into(&mut written.reason);
            ticket.clone_into(&mut written.ticket);
        }
        Some(plan)
    }

    pub(super) fn ask_for_plan(&mut self) {
        if !self.is_writing() && !self.has_dialog() {
            self.ask_for_file(Asked::OpenPlan, |files, chosen| {
                files.open_plan("Open a plan", chosen);
            });
        }
    }

    pub(super) fn ask_where_to_save_plan(&mut self) {
        if let Some(plan) = self.plan_to_save() {
            let name = format!("{} PINs.plan.json", plan.label());
            self.ask_where_to_save(ToSave::Plan(plan), "Save the plan", &name, "json");
        }
    }

    /// Of the preview, or of its result.
    pub(super) fn ask_where_to_save_report(&mut self) {
        let (plan, applied) = match &self.panel {
            Panel::Result { list, applied, .. } => {
                (Some(Arc::clone(&list.plan)), Some((**applied).clone()))
            }
            _ => (self.plan_to_save(), None),
        };
        if let Some(plan) = plan {
            let name = format!("{} PINs.html", plan.label());
            self.ask_where_to_save(
                ToSave::Report(plan, applied),
                "Save a report",
                &name,
                "html",
            );
        }
    }

    /// Those who are selected, or, where nobody is, all that match.
    pub(super) fn ask_where_to_export(&mut self, kind: ExportKind) {
        let Some(view) = self.view.as_ref().filter(|view| view.is_complete) else {
            self.fail("The users are still being loaded. Try again in a moment.");
            return;
        };
        let name = match kind {
            ExportKind::Users => "users.csv",
            ExportKind::Pins => "pins.csv",
        };
        let chosen = if self.selection.is_empty() {
            Chosen::rows(view, 0..view.len())
        } else {
            self.selection.chosen.clone()
        };
        let save = ToSave::Export(kind, chosen, view.directory.clone());
        self.ask_where_to_save(save, &format!("Export {}", kind.label()), name, "csv");
    }
}
