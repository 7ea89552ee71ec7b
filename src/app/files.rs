//! Files in and out: the steps of the import sheet, and what is saved.

use std::path::PathBuf;
use std::sync::Arc;

use super::save::ToSave;
use super::{
    App, FilePurpose, ImportSheet, ImportStage, ImportStep, OpenedRow, Panel, PreviewList, Purpose,
    RunningJob,
};
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::{
    ImportOptions, ListColumns, ListOptions, ListPreview, Look, ReadOptions, Row,
};
use crate::plan::import::{ImportGroup, ImportKind};
use crate::plan::{Candidate, Outcome, Plan, Refusal, Tally, Verdict};
use crate::store::Drift;
use crate::worker::{Job, RowQuestion};
use crate::zone::Zone;

/// What a file dialog was opened for.
#[derive(Debug)]
pub(super) enum Asked {
    Open { is_list: bool },
    OpenPlan,
    Save(Box<ToSave>),
}

impl App {
    pub(super) fn pick_file(&mut self, is_list: bool) {
        if self.is_writing() || self.import.is_some() {
            return;
        }
        let title = if is_list {
            "Lock or unlock from a file"
        } else {
            "Import users or PINs"
        };
        self.ask_for_file(Asked::Open { is_list }, |files, chosen| {
            files.open_csv(title, chosen);
        });
    }

    pub(super) fn ask_for_file(
        &mut self,
        asked: Asked,
        open: impl FnOnce(&dyn super::FileChooser, Box<dyn FnOnce(Option<PathBuf>) + Send>),
    ) {
        if self.is_picking {
            return;
        }
        self.is_picking = true;
        let (sender, waker) = (self.picked.0.clone(), self.environment.waker.clone());
        let store = self.store.clone();
        let chosen = move |path| {
            // The window may have been closed meanwhile.
            if sender.send((asked, store, path)).is_ok() {
                waker.wake();
            }
        };
        open(&*self.environment.files, Box::new(chosen));
    }

    /// A file dialog was answered.
    pub(super) fn picked(&mut self, asked: Asked, path: PathBuf) {
        match asked {
            Asked::Open { is_list } => self.open_file(path, is_list),
            Asked::Save(save) => self.save(*save, path),
            Asked::OpenPlan if self.is_writing() || self.has_dialog() => {
                let file = path.display();
                self.fail(format!(
                    "The plan was not opened, since something else is under way: {file}"
                ));
            }
            Asked::OpenPlan => {
                self.details = None;
                self.panel = Panel::Planning(None);
                self.submit(Purpose::Plan, "Opening the plan", Job::OpenPlan(path));
            }
        }
    }

    /// Files that were dropped on the window.
    pub(super) fn import_dropped(&mut self, mut paths: Vec<PathBuf>) {
        match (paths.len(), paths.pop()) {
            (1, Some(path)) => self.open_file(path, false),
            _ => self
                .fail("PinDesk imports one file at a time. Drop the users first, then the PINs."),
        }
    }

    pub(super) fn open_file(&mut self, path: PathBuf, is_list: bool) {
        if self.is_writing() {
            let file = path.display();
            self.fail(format!(
                "The file was not read, since another change is being written. Try again afterwards: {file}"
            ));
            return;
        }
        let has_list = self
            .import
            .as_ref()
            .is_some_and(|sheet| matches!(sheet.stage, ImportStage::List { .. }));
        if has_list && matches!(self.panel, Panel::Preview(_) | Panel::Confirming { .. }) {
            let file = path.display();
            self.fail(format!(
                "The file was not read, since a list is open. Apply it or close it first: {file}"
            ));
            return;
        }
        // What an older sheet is still waiting for must not reach this one.
        for purpose in [
            Purpose::Look,
            Purpose::PreviewImport,
            Purpose::OpenRow,
            Purpose::Pick,
            Purpose::SearchPreview,
        ] {
            self.cancel(purpose);
        }
        // One dialog at a time: a question that is still open goes back to its preview.
        self.back_to_preview();
        self.shows_shortcuts = false;
        self.shows_about = false;
        self.history = None;
        self.plans = None;
        self.command_box = None;
        self.operators = None;
        self.drop_list_preview();
        self.import = Some(ImportSheet::new(path, is_list));
        self.look();
    }

    fn look(&mut self) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let job = Job::Look(sheet.path.clone(), sheet.read.clone());
        self.submit(Purpose::Look, "Reading the file", job);
    }

    pub(super) fn looked(&mut self, look: Look) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let is_first = sheet.purpose.is_none() && sheet.step == ImportStep::File;
        if sheet.columns.is_none() {
            sheet.columns = Some(look.columns.clone());
        }
        if is_first && !sheet.is_list {
            sheet.purpose = FilePurpose::of_directory(look.guess);
        }
        if is_first && sheet.purpose.is_none() && look.columns.action.is_some() {
            sheet.purpose = Some(FilePurpose::ByColumn);
        }
        let is_directory = matches!(sheet.purpose, Some(FilePurpose::Users | FilePurpose::Pins));
        sheet.look = Some(Box::new(look));
        sheet.look_failed = None;
        if is_first {
            self.wishes.focus = Some(super::FocusWish::Sheet);
        }
        // What is certainly a directory file goes on at once; its preview says what it was taken for.
        if is_first && is_directory {
            self.go_to(ImportStep::Preview);
        }
    }

    pub(super) fn change_reading(&mut self, read: ReadOptions) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let keeps_columns = sheet.read.delimiter == read.delimiter
            && sheet.read.has_header == read.has_header
            && sheet.read.sheet == read.sheet;
        sheet.read = read;
        if !keeps_columns {
            sheet.columns = None;
        }
        self.outdate_preview();
        self.look();
    }

    pub(super) fn set_purpose(&mut self, purpose: FilePurpose) {
        if let Some(sheet) = &mut self.import
            && sheet.purpose != Some(purpose)
        {
            sheet.purpose = Some(purpose);
            self.outdate_preview();
        }
    }

    pub(super) fn set_columns(&mut self, columns: ListColumns) {
        if let Some(sheet) = &mut self.import {
            sheet.columns = Some(columns);
            self.outdate_preview();
        }
    }

    pub(super) fn set_domain(&mut self, domain: String) {
        if let Some(sheet) = &mut self.import {
            sheet.domain = domain;
            self.outdate_preview();
        }
    }

    /// A choice about dates: what is shown as a preview is worked out anew at once.
    pub(super) fn change_dates(&mut self, change: impl FnOnce(&mut ImportSheet)) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        change(sheet);
        let is_shown = sheet.step == ImportStep::Preview;
        self.outdate_preview();
        if is_shown {
            self.work_out();
        }
    }

    /// What was worked out no longer holds.
    fn outdate_preview(&mut self) {
        self.cancel(Purpose::PreviewImport);
        self.drop_list_preview();
        if let Some(sheet) = &mut self.import {
            sheet.stage = ImportStage::NotYet;
            sheet.opened = None;
        }
    }

    /// The preview of a list belongs to its sheet.
    fn drop_list_preview(&mut self) {
        if matches!(&self.panel, Panel::Preview(list) | Panel::Failed { list: Some(list), .. } if list.belongs_to_sheet())
        {
            self.panel = Panel::Empty;
            self.forget_reason();
        }
    }

    pub(super) fn go_to(&mut self, step: ImportStep) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        if !sheet.can_go(step) || sheet.step == ImportStep::Apply {
            return;
        }
        sheet.step = step;
        sheet.saved = None;
        self.wishes.focus = Some(super::FocusWish::Sheet);
        let is_open = matches!(
            sheet.stage,
            ImportStage::NotYet | ImportStage::Failed { .. }
        );
        // Where applying has failed, the list is worked out anew.
        let is_failed = matches!(sheet.stage, ImportStage::List { .. })
            && matches!(self.panel, Panel::Failed { .. });
        if step == ImportStep::Preview && (is_open || is_failed) {
            self.work_out();
        }
    }

    pub(super) fn go_by(&mut self, by: isize) {
        if let Some(step) = self.import.as_ref().and_then(|sheet| sheet.neighbour(by)) {
            self.go_to(step);
        }
    }

    /// Reads the file as a whole and works out what would come of it.
    pub(super) fn work_out(&mut self) {
        let zone = self.zone();
        let Some(sheet) = &mut self.import else {
            return;
        };
        let zone = if sheet.is_utc { Zone::utc() } else { zone };
        let (mut read, date_order) = (sheet.read.clone(), sheet.date_order);
        read.surveyed = sheet.look().and_then(|look| look.survey);
        sheet.opened = None;
        let import = |kind| ImportOptions {
            read: read.clone(),
            kind: Some(kind),
            date_order,
            zone,
        };
        let job = match sheet.purpose {
            None => return,
            Some(FilePurpose::Users) => {
                Job::PreviewImport(sheet.path.clone(), import(ImportKind::Users))
            }
            Some(FilePurpose::Pins) => {
                Job::PreviewImport(sheet.path.clone(), import(ImportKind::Pins))
            }
            Some(purpose) => {
                let columns = sheet.columns.clone();
                let options = ListOptions {
                    read: read.clone(),
                    columns,
                    action: purpose.action(),
                    domain: sheet.domain.clone(),
                    date_order,
                    zone,
                    reason: self.reason.clone(),
                    ticket: self.ticket.clone(),
                };
                Job::PlanList(sheet.path.clone(), Box::new(options))
            }
        };
        sheet.stage = ImportStage::Reading;
        self.submit(Purpose::PreviewImport, "Reading the file", job);
    }

    pub(super) fn list_planned(&mut self, preview: ListPreview, tally: Tally) {
        let Some(sheet) = &mut self.import else {
            return;
        };
        let ListPreview { how_read, plan, .. } = preview;
        sheet.stage = ImportStage::List { how_read };
        self.wishes.focus = Some(super::FocusWish::Sheet);
        self.show_plan(plan, tally, Vec::new());
    }

    pub(super) fn show_import_group(&mut self, group: Option<ImportGroup>) {
        if let Some(sheet) = &mut self.import
            && let ImportStage::Preview { how_read, plan, .. } = &sheet.stage
        {
            sheet.stage = ImportStage::preview(how_read.clone(), Arc::clone(plan), group);
        }
    }

    pub(super) fn apply_import(&mut self) {
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
        self.submit(Purpose::Import, "Importing", Job::Import(plan));
    }

    pub(super) fn close_import(&mut self) {
        let is_writing = matches!(self.panel, Panel::Applying(_));
        let purposes = [
            Purpose::Look,
            Purpose::PreviewImport,
            Purpose::Import,
            Purpose::OpenRow,
            Purpose::Apply,
        ];
        let is_cancelled = |job: &&RunningJob| purposes.contains(&job.purpose);
        self.jobs
            .iter()
            .filter(is_cancelled)
            .for_each(|job| job.watch.cancel());
        // A running change stays on screen until it has ended: its outcome must be seen.
        if !is_writing
            && self
                .import
                .as_ref()
                .is_some_and(|sheet| !matches!(sheet.stage, ImportStage::Importing { .. }))
        {
            self.jobs.retain(|job| {
                !matches!(
                    job.purpose,
                    Purpose::PreviewImport | Purpose::Look | Purpose::OpenRow
                )
            });
            self.drop_list_preview();
            // What the sheet listed only in part is shown as a whole beside the list.
            if let Some(list) = self.panel.list_mut() {
                list.verdict = None;
                list.search.clear();
                list.show(None);
            }
            self.import = None;
            self.wishes.focus = Some(super::FocusWish::Grid);
        }
    }

    /// Lists the items with a verdict and a text. Among many that takes a while, and is done elsewhere.
    pub(super) fn search_preview(&mut self, verdict: Option<Verdict>, text: String) {
        let Some(list) = self.panel.list_mut() else {
            return;
        };
        list.verdict = verdict;
        list.search = text;
        if list.search.trim().is_empty() {
            self.cancel(Purpose::SearchPreview);
            if let Some(list) = self.panel.list_mut() {
                list.show(None);
            }
            return;
        }
        let job = Job::Search(Arc::clone(&list.plan), verdict, list.search.clone());
        self.submit(Purpose::SearchPreview, "Searching the list", job);
    }

    /// Shows what stands in the file at an item, and who is near where nobody was found.
    pub(super) fn open_row(&mut self, item: usize) {
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
        let (Some(place), ImportStage::List { how_read }) = (planned.place, &sheet.stage) else {
            return;
        };
        let is_unknown = matches!(&planned.outcome, Outcome::Refused(Refusal::NotFound { nearest }) if nearest.is_empty());
        let question = RowQuestion {
            item,
            path: sheet.path.clone(),
            read: sheet.read.clone(),
            how_read: how_read.clone(),
            place,
            nearest_to: is_unknown.then(|| planned.given.clone()),
        };
        self.submit(Purpose::OpenRow, "Reading the row", Job::OpenRow(question));
    }

    pub(super) fn row_opened(&mut self, item: usize, row: Row, nearest: Vec<Candidate>) {
        if let Some(opened) = self.import.as_mut().and_then(|sheet| sheet.opened.as_mut())
            && opened.item == item
        {
            opened.row = Some(Ok(row));
            opened.nearest = nearest;
        }
    }

    /// Somebody says who is meant by an item. The user is read first, as they are now.
    pub(super) fn pick_user(&mut self, item: usize, id: UserId) {
        if matches!(self.panel, Panel::Preview(_)) {
            self.submit(Purpose::Pick, "Looking the user up", Job::Pick(item, id));
        }
    }

    pub(super) fn user_picked(&mut self, item: usize, user: Option<UserRecord>) {
        let Some(user) = user else {
            return self.fail("This user is no longer in the store.");
        };
        if let Panel::Preview(list) = &mut self.panel {
            list.pick(item, user);
            self.search_again();
        }
    }

    /// What is listed after the plan has become another one.
    pub(super) fn search_again(&mut self) {
        if let Some(list) = self.panel.list() {
            let (verdict, text) = (list.verdict, list.search.clone());
            if !text.is_empty() {
                self.search_preview(verdict, text);
            }
        }
    }

    /// A reason and a ticket belong to the preview for which they were given.
    pub(super) fn forget_reason(&mut self) {
        self.reason.clear();
        self.ticket.clear();
        self.brings_reason = false;
    }

    pub(super) fn show_plan(&mut self, plan: Plan, tally: Tally, drifted: Vec<Drift>) {
        self.brings_reason =
            plan.undoes.is_some() || plan.source.is_some() || plan.reason != self.reason;
        // What is undone or opened brings its own.
        self.reason.clone_from(&plan.reason);
        self.ticket.clone_from(&plan.ticket);
        let list = PreviewList::tallied(Arc::new(plan), tally).with_drifts(drifted);
        self.say(list.sentence());
        self.panel = Panel::Preview(list);
    }
}
