//! What is saved: results, scripts, plans and exports.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::Asked;
use super::{App, Panel, Purpose};
use crate::directory::Chosen;
use crate::exchange::ExportKind;
use crate::plan::Plan;
use crate::worker::{Job, ResultsToSave};

impl App {
    pub(super) fn ask_where_to_save_results(&mut self) {
        let Some(sheet) = self.import.as_ref().filter(|_| self.panel.list().is_some()) else { return };
        let stem = sheet.path.file_stem().map_or_else(|| "list".into(), |stem| stem.to_string_lossy());
        let name = format!("{stem} results.csv");
        self.ask_for_file(Asked::Results, move |files, chosen| files.save("Save results", &name, "csv", chosen));
    }

    pub(super) fn save_results(&mut self, to: PathBuf) {
        let (Some(sheet), Some(list)) = (&self.import, self.panel.list()) else { return };
        let applied = match &self.panel {
            Panel::Result { applied, .. } => Some((**applied).clone()),
            _ => None,
        };
        let save = ResultsToSave {
            file: sheet.path.clone(),
            read: sheet.read.clone(),
            plan: Arc::clone(&list.plan),
            applied,
            to,
        };
        self.submit(Purpose::Save, "Saving the results", Job::SaveResults(Box::new(save)));
    }

    /// The plan that a script can be made of: one that changes somebody.
    pub fn scriptable(&self) -> Option<Arc<Plan>> {
        self.panel.list().filter(|list| list.counts.will_change > 0).map(|list| Arc::clone(&list.plan))
    }

    pub(super) fn ask_where_to_save_script(&mut self) {
        let Some(plan) = self.scriptable() else { return };
        let name = format!("{} PINs.ps1", plan.label());
        self.ask_for_file(Asked::Script, move |files, chosen| {
            files.save("Save as a PowerShell script", &name, "ps1", chosen);
        });
    }

    /// The preview as a plan of its own, with the reason and the ticket that stand in their boxes.
    pub(super) fn plan_to_save(&self) -> Option<Arc<Plan>> {
        let list = self.panel.list().filter(|_| matches!(self.panel, Panel::Preview(_)))?;
        let mut plan = Arc::clone(&list.plan);
        let written = Arc::make_mut(&mut plan);
        self.reason.trim().clone_into(&mut written.reason);
        self.ticket.trim().clone_into(&mut written.ticket);
        Some(plan)
    }

    pub(super) fn ask_for_plan(&mut self) {
        if self.is_writing() || self.has_dialog() {
            return;
        }
        self.ask_for_file(Asked::OpenPlan, |files, chosen| files.open_plan("Open a plan", chosen));
    }

    pub(super) fn ask_where_to_save_plan(&mut self) {
        let Panel::Preview(list) = &self.panel else { return };
        let name = format!("{} PINs.plan.json", list.plan.label());
        self.ask_for_file(Asked::SavePlan, move |files, chosen| files.save("Save the plan", &name, "json", chosen));
    }

    pub(super) fn ask_where_to_export(&mut self, kind: ExportKind) {
        if self.view.is_none() {
            return;
        }
        let name = match kind {
            ExportKind::Users => "users.csv",
            ExportKind::Pins => "pins.csv",
        };
        let title = format!("Export {}", kind.label());
        self.ask_for_file(Asked::Export(kind), move |files, chosen| files.save(&title, name, "csv", chosen));
    }

    /// Those who are selected, or, where nobody is, all that match.
    pub(super) fn export(&mut self, kind: ExportKind, to: PathBuf) {
        let Some(view) = &self.view else { return };
        let chosen =
            if self.selection.is_empty() { Chosen::rows(view, 0..view.len()) } else { self.selection.chosen.clone() };
        let job = Job::Export(kind, chosen, view.directory.clone(), to);
        self.submit(Purpose::Save, "Exporting", job);
    }
}
