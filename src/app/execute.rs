//! Carrying out commands.

use std::path::PathBuf;
use std::sync::Arc;

use super::{
    App, Command, FocusWish, HistoryFilters, HistoryTab, ImportStep, Named, Panel, Purpose,
};
use crate::directory::{Sort, View};
use crate::domain::user::UserId;
use crate::exchange::ExportKind;
use crate::plan::{Action, BatchId, Request};
use crate::store::Decision;
use crate::worker::Job;

impl App {
    /// Carries a command out. Work that takes longer than a frame is only started here.
    pub fn execute(&mut self, command: Command) {
        if command.means_the_list() && !self.is_answered() {
            self.waiting.push(command);
            return;
        }
        match command {
            Command::Do(named) => self.execute_named(named),
            Command::SetSearch(text) => {
                self.query.text = text;
                self.ask();
            }
            Command::SetFilter(filter) => {
                self.query.filter = filter;
                self.ask();
            }
            Command::SortBy(column) => {
                let sort = self.query.sort;
                let descending = sort.column == column && !sort.descending;
                self.query.sort = Sort { column, descending };
                self.settings.sort = self.query.sort;
                self.ask();
            }
            Command::ToggleColumn(column) => self.settings.toggle(column),
            Command::SetColumnWidth(column, width) => {
                self.settings.column_widths.insert(column, width);
            }
            Command::SetTheme(theme) => self.settings.theme = theme,
            Command::Select(id) => self.selection.only(id),
            Command::Toggle(id) => self.selection.toggle(id),
            Command::ExtendTo(id) => {
                if let Some(view) = &self.view {
                    self.selection.extend_to(id, view);
                }
            }
            Command::MoveCursor { to, how } => self.move_cursor(to, how),
            Command::JumpTo(text) => self.jump_to(&text),
            Command::OpenDetails(id) => self.read_details(id),
            Command::Undo(batch, only) => self.undo(Some(batch), only),
            Command::GrantRole(grant, role, account) => self.grant(grant, role, account),
            Command::SetGrantAccount(account) => {
                if let Some(operators) = &mut self.operators {
                    operators.account = account;
                }
            }
            Command::SetGrantRole(role) => {
                if let Some(operators) = &mut self.operators {
                    operators.role = Some(role);
                }
            }
            Command::ShowOperatorsTab(tab) => self.show_operators_tab(tab),
            Command::ShowWhoCan(cmdlet) => self.show_who_can(cmdlet),
            Command::SetRoleForm(form) => self.set_role_form(form),
            Command::EditRole(name) => self.edit_role(&name),
            Command::SaveRole => self.save_role(),
            Command::RemoveRole(name) => self.remove_role(name),
            Command::EditRules(draft) => self.edit_rules(draft),
            Command::SaveRules => self.save_rules(),
            Command::EditProtected(identity) => self.edit_protected(identity),
            Command::Protect(whom, protects) => self.protect(whom, protects),
            Command::ShowPlansOf(status) => self.show_plans_of(status),
            Command::OpenSubmitted(id) => self.open_submitted(id),
            Command::SetPipeline(text) => self.set_pipeline(text),
            Command::SetComment(text) => self.set_comment(text),
            Command::SearchHistory(text) => self.search_history(text),
            Command::FilterHistory(filters) => self.filter_history(filters),
            Command::SetLockedOn(text) => self.set_locked_on(text),
            Command::SearchLocked(text) => self.search_locked(text),
            Command::OpenBatch(batch) => self.open_batch(batch),
            Command::ShowBatch(batch) => self.show_batch(batch),
            Command::SetReason(text) => self.reason = text,
            Command::SetTicket(text) => self.ticket = text,
            Command::SetTyped(text) => {
                if let Panel::Confirming { typed, .. } = &mut self.panel {
                    *typed = text;
                }
            }
            Command::ShowGroup(group) => {
                if let Some(list) = self.panel.list_mut() {
                    list.show_group(group);
                }
            }
            Command::TakeOut(id) => self.take_out(id),
            Command::CancelJob(id) => self
                .jobs
                .iter()
                .filter(|job| job.id == id)
                .for_each(|job| job.watch.cancel()),
            Command::ImportFiles(paths) => self.import_dropped(paths),
            Command::SetDateOrder(order) => {
                self.change_dates(|sheet| sheet.date_order = Some(order));
            }
            Command::SetFileZoneUtc(is_utc) => self.change_dates(|sheet| sheet.is_utc = is_utc),
            Command::ShowImportGroup(group) => self.show_import_group(group),
            Command::SetPurpose(purpose) => self.set_purpose(purpose),
            Command::SetReading(read) => self.change_reading(read),
            Command::SetColumns(columns) => self.set_columns(columns),
            Command::SetFileDomain(domain) => self.set_domain(domain),
            Command::GoToStep(step) => self.go_to(step),
            Command::SearchPreview(verdict, text) => self.search_preview(verdict, text),
            Command::OpenRow(item) => self.open_row(item),
            Command::PickUser(item, id) => self.pick_user(item, id),
            Command::Copy(text) => {
                self.wishes.copy = Some(text);
                self.say("Copied.");
            }
            Command::DismissNotice => self.notice = None,
        }
    }

    fn execute_named(&mut self, named: Named) {
        match named {
            Named::Import => self.pick_file(false),
            Named::OpenList => self.pick_file(true),
            Named::NextStep => self.go_by(1),
            Named::PreviousStep => self.go_by(-1),
            Named::SaveResults => self.ask_where_to_save_results(),
            Named::OpenPlan => self.ask_for_plan(),
            Named::SavePlan => self.ask_where_to_save_plan(),
            Named::SaveReport => self.ask_where_to_save_report(),
            Named::SaveScript => self.ask_where_to_save_script(),
            Named::ExportUsers => self.ask_where_to_export(ExportKind::Users),
            Named::ExportPins => self.ask_where_to_export(ExportKind::Pins),
            Named::OpenSample => self.switch_store(self.environment.sample_store.clone()),
            Named::LeaveSample => self.switch_store(self.environment.store.clone()),
            Named::Quit => self.wants_to_quit = true,
            Named::Lock => self.preview(Action::Lock),
            Named::Unlock => self.preview(Action::Unlock),
            Named::SetPin => self.preview(Action::SetPin),
            Named::Undo => self.undo(None, None),
            Named::Apply => self.take_main_step(),
            Named::Submit => self.submit_plan(),
            Named::Approve => self.decide(Decision::Approve),
            Named::Reject => self.decide(Decision::Reject),
            Named::Withdraw => self.decide(Decision::Withdraw),
            Named::Comment => self.decide(Decision::Comment),
            Named::Confirm => self.apply(),
            Named::BackToPreview => self.back_to_preview(),
            Named::ClosePreview => self.close_preview(),
            Named::ToggleSelected => {
                if let Some(cursor) = self.visible_cursor() {
                    self.selection.toggle(cursor);
                }
            }
            Named::SelectAll => {
                if let Some(view) = &self.view {
                    self.selection.all(view);
                }
            }
            Named::ClearSelection => self.selection.clear(),
            Named::Details => {
                if let Some(cursor) = self.visible_cursor() {
                    self.read_details(cursor);
                }
            }
            Named::CloseDetails => {
                self.details = None;
                self.wishes.focus = Some(FocusWish::Grid);
            }
            Named::Search => self.wishes.focus = Some(FocusWish::Search),
            Named::ClearSearch => {
                self.execute(Command::SetSearch(String::new()));
                self.wishes.focus = Some(FocusWish::Search);
            }
            Named::Refresh => {
                self.refresh();
                self.look_at_plan_again();
                self.say("Looked at the store again.");
            }
            Named::History => self.open_history(),
            Named::HistoryBatches => self.show_history_tab(HistoryTab::Batches),
            Named::LockedOn => self.show_history_tab(HistoryTab::LockedOn),
            Named::LockedNow => self.set_locked_on_now(),
            Named::ClearHistoryFilters => {
                self.filter_history(HistoryFilters::default());
                self.wishes.focus = Some(FocusWish::History);
            }
            Named::ExportHistory => self.ask_where_to_export_history(),
            Named::SaveBatchReport => self.ask_where_to_save_batch_report(),
            Named::SaveEvidence => self.ask_where_to_save_evidence(),
            Named::CommandBox => self.open_command_box(),
            Named::RunPipeline => self.run_pipeline(false),
            Named::CopyQuery => self.copy_query(),
            Named::CopySelection => self.copy_selection(),
            Named::ExplainPipeline => self.run_pipeline(true),
            Named::Plans => self.open_plans(),
            Named::Operators => self.open_operators(),
            Named::VerifyHistory => self.verify_history(),
            Named::Shortcuts => self.shows_shortcuts = true,
            Named::About => self.shows_about = true,
            Named::CloseDialog => self.close_topmost(),
            Named::ApplyImport => self.apply_import(),
            Named::CloseImport => self.close_import(),
        }
    }

    fn ask(&mut self) {
        self.waiting.clear();
        if let Some(worker) = &self.worker {
            worker.ask(self.query.clone());
        }
    }

    /// Does the shown list answer what is asked now? While it does not, a key that means the list has to wait.
    fn is_answered(&self) -> bool {
        self.waiting.is_empty() && self.view.as_ref().is_none_or(|view| self.is_answer(view))
    }

    fn is_answer(&self, view: &View) -> bool {
        view.is_complete && view.query == self.query
    }

    /// Carries out what has waited for the list.
    pub(super) fn go_on(&mut self) {
        if self.view.as_ref().is_some_and(|view| self.is_answer(view)) {
            for command in std::mem::take(&mut self.waiting) {
                self.execute(command);
            }
        }
    }

    /// Lock and Unlock lead to the preview, and to nothing else.
    fn preview(&mut self, action: Action) {
        if self.is_writing()
            || matches!(self.panel, Panel::Confirming { .. })
            || self.import.is_some()
        {
            return;
        }
        let Some(view) = &self.view else { return };
        if self.selection.is_empty() {
            self.fail(format!(
                "{}: no user is selected. Select one or more users first.",
                action.label()
            ));
            return;
        }
        let chosen = (self.selection.chosen.clone(), view.directory.clone());
        if self.brings_reason {
            self.forget_reason();
        }
        let request = Request {
            action,
            targets: Vec::new(),
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
        };
        self.details = None;
        self.panel = Panel::Planning(Some(action));
        self.submit(
            Purpose::Plan,
            "Working out the preview",
            Job::Plan(request, Some(chosen)),
        );
    }

    /// Undoing is a plan like any other, and begins with its preview.
    fn undo(&mut self, batch: Option<BatchId>, only: Option<UserId>) {
        if self.is_writing()
            || matches!(self.panel, Panel::Confirming { .. })
            || self.import.is_some()
        {
            return;
        }
        self.details = None;
        self.history = None;
        self.panel = Panel::Planning(None);
        self.submit(
            Purpose::Plan,
            "Working out the preview",
            Job::PlanUndo(batch, only),
        );
    }

    fn take_out(&mut self, id: UserId) {
        self.panel = match std::mem::replace(&mut self.panel, Panel::Empty) {
            Panel::Preview(list) => Panel::Preview(list.without(id)),
            other => other,
        };
        self.search_again();
    }

    /// Is who was picked for a row still being read?
    pub(super) fn is_picking_user(&self) -> bool {
        self.jobs.iter().any(|job| job.purpose == Purpose::Pick)
    }

    pub(super) fn ask_to_confirm(&mut self) {
        if self.is_picking_user() {
            return;
        }
        // Only what is on the screen can be confirmed. Details cover the preview: first it is shown again.
        if self.details.take().is_some() || self.view.is_none() {
            return;
        }
        self.panel = match std::mem::replace(&mut self.panel, Panel::Empty) {
            Panel::Preview(mut list) if list.why_not_apply().is_none() => {
                list.refused = None;
                self.wishes.focus = Some(if list.must_type_number() {
                    FocusWish::Typed
                } else {
                    FocusWish::Confirm
                });
                Panel::Confirming {
                    list,
                    typed: String::new(),
                }
            }
            other => other,
        };
    }

    /// Applies what the preview showed: the same plan, with the reason and ticket as they stand in their boxes now. Those of
    /// a submitted plan are part of what was submitted.
    fn apply(&mut self) {
        if !self.panel.is_confirmable() || self.is_writing() {
            return;
        }
        let Panel::Confirming { mut list, .. } = std::mem::replace(&mut self.panel, Panel::Empty)
        else {
            return;
        };
        if list.review.is_none() {
            let plan = Arc::make_mut(&mut list.plan);
            self.reason.trim().clone_into(&mut plan.reason);
            self.ticket.trim().clone_into(&mut plan.ticket);
        }
        let job = Job::Apply(Arc::clone(&list.plan));
        self.panel = Panel::Applying(list);
        if let Some(sheet) = &mut self.import {
            sheet.step = ImportStep::Apply;
            sheet.saved = None;
        }
        self.submit(Purpose::Apply, "Applying", job);
    }

    pub(super) fn back_to_preview(&mut self) {
        self.panel = match std::mem::replace(&mut self.panel, Panel::Empty) {
            Panel::Confirming { list, .. } => {
                self.wishes.focus = Some(FocusWish::Apply);
                Panel::Preview(list)
            }
            other => other,
        };
    }

    fn close_preview(&mut self) {
        match &self.panel {
            // What is being written is written to its end.
            Panel::Applying(_) => {}
            Panel::Planning(_) => {
                self.cancel(Purpose::Plan);
                self.panel = Panel::Empty;
            }
            _ => self.panel = Panel::Empty,
        }
        self.notice = None;
        self.forget_reason();
        self.wishes.focus = Some(FocusWish::Grid);
    }

    /// Esc closes whatever lies on top.
    fn close_topmost(&mut self) {
        // With Esc the focus is nowhere; it goes to the list, unless what is closed knows a better place.
        self.wishes.focus = Some(FocusWish::Grid);
        if self.shows_shortcuts || self.shows_about {
            self.shows_shortcuts = false;
            self.shows_about = false;
        } else if matches!(self.panel, Panel::Confirming { .. }) {
            self.back_to_preview();
        } else if self.operators.is_some() {
            self.close_operators();
        } else if self.command_box.is_some() {
            self.close_command_box();
        } else if self.plans.is_some() {
            self.close_plans();
        } else if self.history.is_some() {
            self.close_history();
        } else if let Some(opened) = self.import.as_mut().map(|sheet| sheet.opened.take()) {
            let is_searched = self.shows_list_preview()
                && self
                    .panel
                    .list()
                    .is_some_and(|list| !list.search.is_empty());
            if opened.is_some() {
                self.wishes.focus = Some(FocusWish::Rows);
            } else if is_searched {
                let verdict = self.panel.list().and_then(|list| list.verdict);
                self.search_preview(verdict, String::new());
                self.wishes.focus = Some(FocusWish::Rows);
            } else {
                self.close_import();
            }
        } else if self.details.is_some() {
            self.execute_named(Named::CloseDetails);
        } else if !matches!(self.panel, Panel::Empty) {
            self.close_preview();
        } else if self.notice.as_ref().is_some_and(|notice| notice.is_error) {
            self.notice = None;
        } else if !self.selection.is_empty() {
            self.selection.clear();
        } else if !self.query.text.is_empty() {
            self.execute_named(Named::ClearSearch);
        }
    }

    fn switch_store(&mut self, store: PathBuf) {
        if self.jobs.iter().any(|job| job.purpose == Purpose::Save) {
            self.fail("A file is being saved. Try again afterwards.");
            return;
        }
        if self.is_writing() || self.store == store {
            return;
        }
        self.store = store;
        self.jobs.iter().for_each(|job| job.watch.cancel());
        self.jobs.clear();
        self.end_worker();
        self.view = None;
        self.loaded_so_far = 0;
        self.selection = super::Selection::default();
        self.panel = Panel::Empty;
        self.reason.clear();
        self.ticket.clear();
        self.waiting.clear();
        self.details = None;
        self.import = None;
        self.history = None;
        self.plans = None;
        self.command_box = None;
        self.operators = None;
        self.notice = None;
        self.store_error = None;
        self.start_worker();
        if self.is_sample() {
            self.submit(
                Purpose::Sample,
                "Filling the sample directory",
                Job::ImportSample,
            );
        }
    }
}
