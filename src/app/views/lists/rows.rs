//! The rows of the preview of a list: searching, opening, and picking the user of one.

use std::sync::Arc;

use crate::app::{App, ImportStage, JobSlot, OpenedRow, WhatIfPanel};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Outcome, Refusal, Verdict};
use crate::worker::JobFailed;
use crate::worker::jobs::{FindUser, OpenRow, OpenedFileRow, SearchPlan};

impl App {
    /// Lists the items with a verdict and a text. A large plan takes a while, so a job of the
    /// worker searches it.
    pub(in crate::app) fn search_preview(&mut self, verdict: Option<Verdict>, text: String) {
        let Some(list) = self.panel.list_mut() else {
            return;
        };
        list.verdict = verdict;
        list.search = text;
        if list.search.trim().is_empty() {
            self.cancel(JobSlot::SEARCH_PREVIEW);
            if let Some(list) = self.panel.list_mut() {
                list.show(None);
            }
            return;
        }
        let job = SearchPlan {
            plan: Arc::clone(&list.plan),
            verdict,
            text: list.search.clone(),
        };
        let (done, failed) = (Self::preview_searched, Self::report);
        self.submit(JobSlot::SEARCH_PREVIEW, job, done, failed);
    }

    fn preview_searched(&mut self, found: Vec<usize>) {
        if let Some(list) = self.panel.list_mut() {
            list.show(Some(found));
        }
    }

    /// Repeats the search after the plan has changed.
    pub(in crate::app) fn search_again(&mut self) {
        if let Some(list) = self.panel.list() {
            let (verdict, text) = (list.verdict, list.search.clone());
            if !text.is_empty() {
                self.search_preview(verdict, text);
            }
        }
    }

    /// Shows the row of the file behind an item, and users with similar names if no user was found.
    pub(in crate::app) fn open_row(&mut self, item: usize) {
        let Some(list) = self.panel.list() else {
            return;
        };
        let plan = Arc::clone(&list.plan);
        let Some(sheet) = &mut self.import else {
            return;
        };
        let Some(planned) = plan.items.get(item) else {
            return;
        };
        if sheet
            .opened
            .as_ref()
            .is_some_and(|opened| opened.item == item)
        {
            sheet.opened = None;
            return;
        }
        sheet.opened = Some(OpenedRow {
            item,
            row: None,
            nearest: Vec::new(),
        });
        let (Some(position), ImportStage::List { how_read }) = (planned.position, &sheet.stage)
        else {
            return;
        };
        let is_unknown = matches!(&planned.outcome, Outcome::Refused(Refusal::NotFound { nearest }) if nearest.is_empty());
        let job = OpenRow {
            path: sheet.path.clone(),
            read: sheet.read.clone(),
            how_read: how_read.clone(),
            position,
            nearest_to: is_unknown.then(|| planned.given.clone()),
        };
        self.submit(
            JobSlot::OPEN_ROW,
            job,
            move |app, opened| app.row_opened(item, opened),
            Self::row_failed,
        );
    }

    fn row_opened(&mut self, item: usize, answer: OpenedFileRow) {
        if let Some(opened) = self.import.as_mut().and_then(|sheet| sheet.opened.as_mut())
            && opened.item == item
        {
            opened.row = Some(Ok(answer.row));
            opened.nearest = answer.nearest;
        }
    }

    fn row_failed(&mut self, failed: &JobFailed) {
        if let Some(opened) = self.import.as_mut().and_then(|sheet| sheet.opened.as_mut()) {
            opened.row = Some(Err(failed.to_string()));
        }
        self.report(failed);
    }

    /// Assigns a user to an item of the preview. The user is read from the store first, to get the
    /// current state.
    pub(in crate::app) fn pick_user(&mut self, item: usize, id: UserId) {
        if matches!(self.panel, WhatIfPanel::Preview(_)) {
            self.submit(
                JobSlot::PICK_USER,
                FindUser(id),
                move |app, user| app.user_picked(item, user),
                Self::report,
            );
        }
    }

    fn user_picked(&mut self, item: usize, user: Option<Box<UserRecord>>) {
        let Some(user) = user else {
            return self.fail("This user is no longer in the store.");
        };
        if let WhatIfPanel::Preview(list) = &mut self.panel {
            list.pick(item, *user);
            if let Some(sheet) = &mut self.import {
                sheet.picks += 1;
            }
            self.search_again();
        }
    }
}
