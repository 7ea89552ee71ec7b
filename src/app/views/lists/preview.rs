//! The preview of a file: reading the whole file, and applying the preview.

use std::sync::Arc;

use crate::app::state::review_words;
use crate::app::{App, FilePurpose, FocusTarget, ImportStage, ImportStep, JobSlot, WindowView};
use crate::exchange::{HowRead, ImportOptions, ListOptions, ReadError};
use crate::plan::PlanId;
use crate::plan::import::{ImportGroup, ImportKind};
use crate::plan::words::{plural, thousands};
use crate::store::{Imported, StoreError};
use crate::worker::JobFailed;
use crate::worker::jobs::{
    ApplyImport, CountedPlan, PlanList, PreviewImport, PreviewedImport, SubmitImport,
};
use crate::zone::Zone;

impl App {
    /// Reads the whole file and shows the changes it would make.
    pub(in crate::app) fn preview_file(&mut self) {
        let purpose = self.import.as_ref().and_then(|sheet| sheet.purpose);
        match (purpose, purpose.and_then(FilePurpose::import_kind)) {
            (_, Some(kind)) => self.preview_import(kind),
            (Some(purpose), None) => self.preview_list(purpose),
            (None, None) => {}
        }
    }

    fn preview_import(&mut self, kind: ImportKind) {
        let zone = self.zone();
        let Some(sheet) = &mut self.import else {
            return;
        };
        let job = PreviewImport {
            path: sheet.path.clone(),
            options: ImportOptions {
                read: sheet.surveyed_reading(),
                kind: Some(kind),
                date_order: sheet.date_order,
                zone: if sheet.is_utc { Zone::utc() } else { zone },
                columns: sheet.import_columns.clone(),
                domain: sheet.domain.clone(),
                ..ImportOptions::default()
            },
        };
        sheet.opened = None;
        sheet.stage = ImportStage::Reading;
        let (done, failed) = (Self::import_previewed, Self::file_preview_failed);
        self.submit(JobSlot::FILE_PREVIEW, job, done, failed);
    }

    fn preview_list(&mut self, purpose: FilePurpose) {
        let zone = self.zone();
        let Some(sheet) = &mut self.import else {
            return;
        };
        let options = ListOptions {
            read: sheet.surveyed_reading(),
            columns: sheet.columns.clone(),
            action: purpose.action(),
            domain: sheet.domain.clone(),
            date_order: sheet.date_order,
            zone: if sheet.is_utc { Zone::utc() } else { zone },
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
        };
        let job = PlanList {
            path: sheet.path.clone(),
            options: Box::new(options),
        };
        sheet.opened = None;
        sheet.stage = ImportStage::Reading;
        let (done, failed) = (Self::list_planned, Self::file_preview_failed);
        self.submit(JobSlot::FILE_PREVIEW, job, done, failed);
    }

    fn import_previewed(&mut self, PreviewedImport { preview, needs }: PreviewedImport) {
        if let Some(sheet) = &mut self.import {
            sheet.needs = needs;
            sheet.stage = ImportStage::preview(preview.how_read, Arc::new(preview.plan), None);
            self.next_frame.focus = Some(FocusTarget::ImportSheet);
        }
    }

    fn list_planned(&mut self, (how_read, plan): (HowRead, CountedPlan)) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        sheet.picks.clear();
        sheet.stage = ImportStage::List { how_read };
        self.next_frame.focus = Some(FocusTarget::ImportSheet);
        self.show_plan(plan, Vec::new());
    }

    fn file_preview_failed(&mut self, failed: &JobFailed) {
        if *failed == JobFailed::Cancelled {
            self.close_file();
        } else if let Some(sheet) = &mut self.import {
            let asks_date_order =
                matches!(failed, JobFailed::Read(ReadError::DateOrderOpen { .. }));
            sheet.stage = ImportStage::Failed {
                text: failed.to_string(),
                asks_date_order,
            };
            self.next_frame.focus = Some(FocusTarget::ImportSheet);
        }
        self.report(failed);
    }

    pub(in crate::app) fn show_import_group(&mut self, group: Option<ImportGroup>) {
        if let Some(sheet) = &mut self.import
            && let ImportStage::Preview { how_read, plan, .. } = &sheet.stage
        {
            sheet.stage = ImportStage::preview(how_read.clone(), Arc::clone(plan), group);
        }
    }

    pub(in crate::app) fn apply_import(&mut self) {
        if self.is_writing() {
            return;
        }
        let Some(sheet) = &mut self.import else {
            return;
        };
        let ImportStage::Preview { plan, .. } = &sheet.stage else {
            return;
        };
        if !plan.changes_anything() {
            return;
        }
        let plan = Arc::clone(plan);
        sheet.stage = ImportStage::Importing {
            plan: Arc::clone(&plan),
        };
        sheet.step = ImportStep::Apply;
        let (done, failed) = (Self::imported, Self::import_failed);
        self.submit(JobSlot::IMPORT, ApplyImport(plan), done, failed);
    }

    /// Submits an import that the store does not make without approval.
    pub(in crate::app) fn submit_import(&mut self) {
        let Some(sheet) = self.import.as_ref().filter(|_| !self.is_writing()) else {
            return;
        };
        if let ImportStage::NeedsApproval { plan, .. } | ImportStage::Preview { plan, .. } =
            &sheet.stage
        {
            let job = SubmitImport(Arc::clone(plan));
            let (done, failed) = (Self::import_submitted, Self::import_failed);
            self.submit(JobSlot::SUBMIT, job, done, failed);
        }
    }

    fn import_submitted(&mut self, id: PlanId) {
        self.import = None;
        if self.shown_view() == WindowView::Lists {
            self.show_view(WindowView::Plans);
        }
        self.say(review_words::submitted(id));
    }

    fn imported(&mut self, imported: Imported) {
        let done = imported.added + imported.changed;
        let done = usize::try_from(done).unwrap_or(usize::MAX);
        let rows = plural(done, "row", "rows");
        self.say(format!("Imported {} {rows} of the file.", thousands(done)));
        if let Some(sheet) = &mut self.import
            && let ImportStage::Importing { plan } = &sheet.stage
        {
            sheet.stage = ImportStage::Done {
                imported,
                plan: Arc::clone(plan),
            };
            self.next_frame.focus = Some(FocusTarget::ImportSheet);
        }
        self.refresh();
    }

    fn import_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = &mut self.import {
            sheet.step = ImportStep::Preview;
            let text = failed.to_string();
            let needs_approval =
                matches!(failed, JobFailed::Store(StoreError::NeedsApproval { .. }));
            sheet.stage = match &sheet.stage {
                ImportStage::Importing { plan } if needs_approval => ImportStage::NeedsApproval {
                    text,
                    plan: Arc::clone(plan),
                },
                _ => ImportStage::Failed {
                    text,
                    asks_date_order: false,
                },
            };
        }
        // The store has changed since the preview, so the file is previewed again.
        if let JobFailed::Store(StoreError::Stale) = failed {
            self.preview_file();
        }
        self.report(failed);
    }
}
