//! The steps of the import sheet, and the choices that each step offers.

use crate::app::{
    App, FilePurpose, FocusTarget, ImportSheet, ImportStage, ImportStep, JobSlot, WhatIfPanel,
};
use crate::exchange::{ColumnChoice, FileSurvey, ListColumns, ReadOptions};
use crate::worker::JobFailed;
use crate::worker::jobs::SurveyFile;

impl App {
    /// Finds the layout of the file, and reads its first rows.
    pub(in crate::app) fn survey_file(&mut self) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let job = SurveyFile {
            path: sheet.path.clone(),
            options: sheet.read.clone(),
        };
        self.submit(JobSlot::SURVEY, job, Self::surveyed, Self::survey_failed);
    }

    fn surveyed(&mut self, survey: Box<FileSurvey>) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let is_first = sheet.purpose.is_none() && sheet.step == ImportStep::File;
        if sheet.columns.is_none() {
            sheet.columns = Some(survey.columns.clone());
        }
        if is_first && !sheet.is_list {
            sheet.purpose = FilePurpose::of_directory(survey.guess);
        }
        if is_first && sheet.purpose.is_none() && survey.columns.action.is_some() {
            sheet.purpose = Some(FilePurpose::ByColumn);
        }
        let is_directory = sheet.purpose.and_then(FilePurpose::import_kind).is_some();
        sheet.survey = Some(survey);
        sheet.survey_failed = None;
        let next = if sheet.can_go(ImportStep::Preview) {
            ImportStep::Preview
        } else {
            ImportStep::Columns
        };
        if is_first {
            self.next_frame.focus = Some(FocusTarget::ImportSheet);
        }
        // A recognized directory file goes straight to its preview, which names the recognized
        // kind.
        if is_first && is_directory {
            self.go_to(next);
        }
    }

    fn survey_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = &mut self.import {
            sheet.survey_failed = Some(failed.to_string());
        }
        self.report(failed);
    }

    pub(in crate::app) fn change_reading(&mut self, read: ReadOptions) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let keeps_columns = sheet.read.delimiter == read.delimiter
            && sheet.read.has_header == read.has_header
            && sheet.read.header_line == read.header_line
            && sheet.read.sheet == read.sheet
            && sheet.read.with_hidden == read.with_hidden;
        sheet.read = read;
        if !keeps_columns {
            sheet.columns = None;
            sheet.import_columns.clear();
        }
        self.outdate_preview();
        self.survey_file();
    }

    pub(in crate::app) fn set_purpose(&mut self, purpose: FilePurpose) {
        if let Some(sheet) = &mut self.import
            && sheet.purpose != Some(purpose)
        {
            sheet.purpose = Some(purpose);
            self.outdate_preview();
        }
    }

    pub(in crate::app) fn set_columns(&mut self, columns: ListColumns) {
        if let Some(sheet) = &mut self.import {
            sheet.columns = Some(columns);
            self.outdate_preview();
        }
    }

    pub(in crate::app) fn set_import_columns(&mut self, columns: Vec<ColumnChoice>) {
        if let Some(sheet) = &mut self.import {
            sheet.import_columns = columns;
            self.outdate_preview();
        }
    }

    pub(in crate::app) fn set_domain(&mut self, domain: String) {
        if let Some(sheet) = &mut self.import {
            sheet.domain = domain;
            self.outdate_preview();
        }
    }

    /// Changes how dates are read. A preview that is shown is computed again at once.
    pub(in crate::app) fn change_dates(&mut self, change: impl FnOnce(&mut ImportSheet)) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        change(sheet);
        let is_shown = sheet.step == ImportStep::Preview;
        self.outdate_preview();
        if is_shown {
            self.preview_file();
        }
    }

    /// Drops the preview, because a choice that it depends on has changed.
    fn outdate_preview(&mut self) {
        self.cancel(JobSlot::FILE_PREVIEW);
        self.drop_list_preview();
        if let Some(sheet) = &mut self.import {
            sheet.stage = ImportStage::NotYet;
            sheet.opened = None;
        }
    }

    /// Closes the preview of a list, which exists only together with its sheet.
    pub(in crate::app) fn drop_list_preview(&mut self) {
        if matches!(&self.panel, WhatIfPanel::Preview(list) | WhatIfPanel::Failed { list: Some(list), .. } if list.belongs_to_sheet())
        {
            self.panel = WhatIfPanel::Empty;
            self.forget_reason();
        }
    }

    pub(in crate::app) fn go_to(&mut self, step: ImportStep) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        if !sheet.can_go(step) || sheet.step == ImportStep::Apply {
            return;
        }
        sheet.step = step;
        sheet.saved = None;
        self.next_frame.focus = Some(FocusTarget::ImportSheet);
        let is_open = matches!(
            sheet.stage,
            ImportStage::NotYet | ImportStage::Failed { .. } | ImportStage::NeedsApproval { .. }
        );
        // If applying has failed, the list is planned again.
        let is_failed = matches!(sheet.stage, ImportStage::List { .. })
            && matches!(self.panel, WhatIfPanel::Failed { .. });
        if step == ImportStep::Preview && (is_open || is_failed) {
            self.preview_file();
        }
    }

    pub(in crate::app) fn go_by(&mut self, by: isize) {
        if let Some(step) = self.import.as_ref().and_then(|sheet| sheet.neighbour(by)) {
            self.go_to(step);
        }
    }
}
