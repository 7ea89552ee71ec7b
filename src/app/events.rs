//! What the threads report, put into the state.

use std::sync::Arc;

use super::{App, Details, FocusWish, ImportStage, ImportStep, Notice, Panel, Purpose};
use crate::exchange::ReadError;
use crate::plan::words::{plural, thousands, users};
use crate::store::{Applied, StoreError};
use crate::time_format::date_and_time;
use crate::worker::{Event, JobDone, JobFailed};

impl App {
    /// Takes in what has happened since the last frame. Never waits.
    pub fn poll(&mut self) {
        let events: Vec<Event> = self
            .worker
            .as_ref()
            .map(|worker| worker.events().collect())
            .unwrap_or_default();
        for event in events {
            self.take_in(event);
        }
        if let Ok((asked, store, path)) = self.picked.1.try_recv() {
            self.is_picking = false;
            match path {
                Some(_) if store != self.store => {
                    self.fail("Nothing was read or saved, since this is another store now.");
                }
                Some(path) => self.picked(asked, path),
                None => {}
            }
        }
    }

    fn take_in(&mut self, event: Event) {
        match event {
            Event::Loading(count) => self.loaded_so_far = count,
            Event::View(view) => {
                let is_news = self
                    .view
                    .as_ref()
                    .is_none_or(|old| old.directory.freshness() != view.directory.freshness());
                self.view = Some(view);
                self.store_error = None;
                if is_news {
                    self.look_again();
                }
                self.go_on();
            }
            Event::Written => self.look_again(),
            Event::StoreFailed(error) => {
                self.view = None;
                self.store_error = Some(error);
            }
            Event::Done(id, outcome) => {
                // A job that a newer one has replaced no longer matters.
                let Some(place) = self.jobs.iter().position(|job| job.id == id) else {
                    return;
                };
                let job = self.jobs.remove(place);
                match *outcome {
                    Ok(done) => self.job_done(done),
                    Err(failed) => self.job_failed(job.purpose, &failed),
                }
            }
        }
    }

    /// Reads once more what is shown of the store beside the list: somebody has written into it.
    fn look_again(&mut self) {
        if let Some(id) = self.details.as_ref().map(|details| details.id) {
            self.read_details(id);
        }
        self.look_at_plan_again();
        self.read_plans();
        self.read_batches_again();
    }

    fn job_done(&mut self, done: JobDone) {
        match done {
            JobDone::Piped(piped) => self.piped(piped),
            JobDone::Planned(plan, tally) => self.show_plan(plan, tally, Vec::new()),
            JobDone::Operators(read) => self.operators_read(read),
            JobDone::Granted(words) => self.granted(words),
            JobDone::RoleChanged(name, words) => self.role_changed(&name, words),
            JobDone::Batches(batches, choices) => self.batches_read(batches, choices),
            JobDone::Plans(all) => self.plans_read(all),
            JobDone::SubmittedOpened(opened) => self.submitted_opened(*opened),
            JobDone::Submitted(id) => self.plan_submitted(id),
            JobDone::Decided(id, decision) => self.decided(id, decision),
            JobDone::Approval(approval) => self.approval_read(*approval),
            JobDone::ApprovalSet(words) | JobDone::Protected(words) => self.rules_changed(words),
            JobDone::Entries(batch, entries) => self.entries_read(batch, entries),
            JobDone::LockedAt(all) => self.locked_read(all),
            JobDone::LockedFound(found) => self.locked_found(found),
            JobDone::Verified(verified) => self.history_verified(verified),
            JobDone::NothingToUndo => {
                self.panel = Panel::Empty;
                self.say("There is nothing of yours to undo.");
            }
            JobDone::Opened {
                reviewed,
                made_by,
                made_at,
            } => {
                let made_at = date_and_time(made_at, self.zone());
                let tally = reviewed.plan.tally();
                self.show_plan(reviewed.plan, tally, reviewed.drifted);
                let text = self
                    .notice
                    .take()
                    .map(|notice| notice.text)
                    .unwrap_or_default();
                self.brings_reason = true;
                self.say(format!("Made by {made_by} at {made_at}. {text}"));
            }
            JobDone::Looked(look) => self.looked(*look),
            JobDone::ListPlanned(preview, tally) => self.list_planned(*preview, tally),
            JobDone::Found(places) => {
                if let Some(list) = self.panel.list_mut() {
                    list.show(Some(places));
                }
            }
            JobDone::RowOpened { item, row, nearest } => self.row_opened(item, row, nearest),
            JobDone::Picked(item, user) => self.user_picked(item, user.map(|user| *user)),
            JobDone::Saved(what, path) => {
                self.say(format!("{what}: {}", path.display()));
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let saved = |text| {
                    Some(Notice {
                        text,
                        is_error: false,
                    })
                };
                if let Some(sheet) = &mut self.import {
                    sheet.saved = saved(format!("Saved as {name}"));
                }
                if let Some(history) = &mut self.history {
                    history.notice = saved(format!("{what}: {name}"));
                }
            }
            JobDone::Applied(applied) => self.applied(applied),
            JobDone::ImportPreviewed(preview) => {
                if let Some(sheet) = &mut self.import {
                    sheet.stage =
                        ImportStage::preview(preview.how_read, Arc::new(preview.plan), None);
                    self.wishes.focus = Some(FocusWish::Sheet);
                }
            }
            JobDone::Imported(imported) => {
                let done = imported.added + imported.changed;
                let done = usize::try_from(done).unwrap_or(usize::MAX);
                self.say(format!("Imported {} of the file.", plural_rows(done)));
                if let Some(sheet) = &mut self.import
                    && let ImportStage::Importing { plan } = &sheet.stage
                {
                    sheet.stage = ImportStage::Done {
                        imported,
                        plan: Arc::clone(plan),
                    };
                    self.wishes.focus = Some(FocusWish::Sheet);
                }
                self.refresh();
            }
            JobDone::Details(user, history) => {
                if let Some(details) = &mut self.details {
                    details.is_missing = user.is_none();
                    details.user = user;
                    details.history = history;
                }
            }
            JobDone::SampleImported => {
                self.say(
                    "This is the sample directory: 250 invented people in a store of their own.",
                );
                self.refresh();
            }
        }
    }

    fn applied(&mut self, applied: Applied) {
        let list = match std::mem::replace(&mut self.panel, Panel::Empty) {
            Panel::Applying(list) => list,
            other => {
                self.panel = other;
                self.refresh();
                return;
            }
        };
        let changed = applied.changed.len();
        let mut text = format!(
            "{}: {} {}.",
            list.plan.label(),
            users(changed),
            list.plan.done()
        );
        if !applied.drifted.is_empty() {
            let drifted = applied.drifted.len();
            text.push_str(&format!(
                " {} had changed since the preview and {} left alone.",
                users(drifted),
                plural(drifted, "was", "were")
            ));
        }
        self.say(text);
        let drifted = applied
            .drifted
            .iter()
            .map(|drift| (drift.id, drift.clone()))
            .collect();
        let mut list = list;
        list.put_first(&drifted);
        self.panel = Panel::Result {
            list,
            applied: Box::new(applied),
            drifted,
        };
        self.selection.clear();
        self.reason.clear();
        self.ticket.clear();
        self.wishes.focus = Some(if self.import.is_some() {
            FocusWish::Sheet
        } else {
            FocusWish::Grid
        });
        self.refresh();
    }

    fn job_failed(&mut self, purpose: Purpose, failed: &JobFailed) {
        let text = failed.to_string();
        match purpose {
            Purpose::Plan => {
                self.panel = Panel::Failed {
                    text: text.clone(),
                    list: None,
                }
            }
            Purpose::Apply => {
                if let Some(sheet) = &mut self.import {
                    sheet.step = ImportStep::Preview;
                }
                self.not_applied(failed, &text);
            }
            Purpose::Look => {
                if let Some(sheet) = &mut self.import {
                    sheet.look_failed = Some(text.clone());
                }
            }
            Purpose::OpenRow => {
                if let Some(opened) = self.import.as_mut().and_then(|sheet| sheet.opened.as_mut()) {
                    opened.row = Some(Err(text.clone()));
                }
            }
            Purpose::PreviewImport => {
                if *failed == JobFailed::Cancelled {
                    self.import = None;
                } else if let Some(sheet) = &mut self.import {
                    let asks_date_order =
                        matches!(failed, JobFailed::Read(ReadError::DateOrderOpen { .. }));
                    sheet.stage = ImportStage::Failed {
                        text: text.clone(),
                        asks_date_order,
                    };
                    self.wishes.focus = Some(FocusWish::Sheet);
                }
            }
            Purpose::Import => {
                if let Some(sheet) = &mut self.import {
                    sheet.step = ImportStep::Preview;
                    sheet.stage = ImportStage::Failed {
                        text: text.clone(),
                        asks_date_order: false,
                    };
                }
                // The store is another one than the preview saw: look again.
                if let JobFailed::Store(StoreError::Stale) = failed {
                    self.work_out();
                }
            }
            Purpose::Details => self.details = None,
            Purpose::Verify
            | Purpose::Batches
            | Purpose::Entries
            | Purpose::LockedOn
            | Purpose::SearchLocked => {
                self.history_failed(purpose, failed);
            }
            Purpose::Operators => self.operators = None,
            Purpose::Grant | Purpose::Rules => self.not_granted(&text),
            Purpose::Submit | Purpose::Decide => self.step_refused(text.clone()),
            Purpose::Pipeline => {
                self.not_piped(failed);
                return;
            }
            Purpose::Plans => self.plans = None,
            Purpose::Approval | Purpose::Review => {}
            Purpose::SearchPreview | Purpose::Pick | Purpose::Save | Purpose::Sample => {}
        }
        // What the panel says itself needs no bar above everything as well.
        let is_said = self
            .panel
            .list()
            .is_some_and(|list| list.refused.as_ref() == Some(&text));
        if *failed == JobFailed::Cancelled || is_said {
            self.say(text);
        } else {
            self.fail(text);
        }
        if purpose == Purpose::Save {
            if let Some(sheet) = &mut self.import {
                sheet.saved.clone_from(&self.notice);
            }
            if let Some(history) = &mut self.history {
                history.notice.clone_from(&self.notice);
            }
        }
    }

    pub(super) fn read_details(&mut self, id: crate::domain::user::UserId) {
        if self.details.as_ref().is_none_or(|details| details.id != id) {
            self.details = Some(Details {
                id,
                user: None,
                history: Vec::new(),
                is_missing: false,
            });
        }
        self.submit(
            Purpose::Details,
            "Reading details",
            crate::worker::Job::Details(id),
        );
    }

    pub(super) fn refresh(&self) {
        if let Some(worker) = &self.worker {
            worker.refresh();
        }
    }
}

fn plural_rows(count: usize) -> String {
    format!("{} {}", thousands(count), plural(count, "row", "rows"))
}
