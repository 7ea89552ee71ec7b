//! The rows of the preview of a list: searching, opening, and picking the user of one.

use std::sync::Arc;

use crate::app::{App, FocusTarget, ImportStage, JobSlot, OpenedRow, WhatIfPanel};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Outcome, Refusal, Verdict};
use crate::worker::JobFailed;
use crate::worker::jobs::{FindUser, FindUsers, OpenRow, OpenedFileRow, SearchPlan};

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
            wanted: String::new(),
            found: None,
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
        let (WhatIfPanel::Preview(list), Some(sheet)) = (&mut self.panel, &mut self.import) else {
            return;
        };
        let name = user.names.display_name.clone();
        sheet.picks.push(list.pick(item, *user));
        let sentence = list.sentence();
        self.say(format!("{name} is picked. {sentence}"));
        self.next_frame.focus = Some(FocusTarget::ImportRows);
        self.search_again();
    }

    /// Undoes the pick at an index, or the last one. Returns whether there was one.
    pub(in crate::app) fn undo_pick(&mut self, index: Option<usize>) -> bool {
        let (WhatIfPanel::Preview(list), Some(sheet)) = (&mut self.panel, &mut self.import) else {
            return false;
        };
        let index = index.or(sheet.picks.len().checked_sub(1));
        let undone = index.and_then(|index| list.undo_pick(&mut sheet.picks, index));
        let Some(pick) = undone else {
            return false;
        };
        let sentence = list.sentence();
        let name = &pick.user.names.display_name;
        self.say(format!("{name} is no longer picked. {sentence}"));
        self.next_frame.focus = Some(FocusTarget::ImportRows);
        self.search_again();
        true
    }

    /// Opens the next row for which a user can be picked, or the one before.
    pub(in crate::app) fn go_to_problem(&mut self, forward: bool) {
        let Some(list) = self.panel.list().filter(|_| self.shows_list_preview()) else {
            return;
        };
        let opened = self.import.as_ref().and_then(|sheet| sheet.opened.as_ref());
        let opened = opened.map(|opened| opened.item);
        let from = opened.and_then(|item| list.row_of(item));
        let Some(row) = list.next_problem(from, forward) else {
            return self.say("No listed row needs a user.");
        };
        let item = list.item_index(row);
        if let Some(item) = item.filter(|_| item != opened) {
            self.open_row(item);
        }
        self.next_frame.list_row = Some(row);
    }

    /// Searches for any user who may be meant by the opened row.
    pub(in crate::app) fn find_for_row(&mut self, text: String) {
        self.cancel(JobSlot::FIND_USER);
        let (Some(view), Some(opened)) = (
            &self.view,
            self.import.as_mut().and_then(|sheet| sheet.opened.as_mut()),
        ) else {
            return;
        };
        opened.found = None;
        opened.wanted.clone_from(&text);
        if text.trim().is_empty() {
            return;
        }
        let job = FindUsers {
            directory: view.directory.clone(),
            text,
        };
        let done = |app: &mut Self, found| {
            if let Some(opened) = app.import.as_mut().and_then(|sheet| sheet.opened.as_mut()) {
                opened.found = Some(found);
            }
        };
        self.submit(JobSlot::FIND_USER, job, done, Self::report);
    }
}
