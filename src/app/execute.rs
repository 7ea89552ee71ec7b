//! Executing commands.

use super::{App, ColumnChoices, Command, Notice, ThemeChoice, WhatIfPanel, WindowView};
use crate::directory::Chosen;

impl App {
    /// Executes a command. Work that takes longer than a frame is only started here.
    pub fn execute(&mut self, command: Command) {
        if command.needs_current_list() && !self.is_answered() {
            self.waiting.push(command);
            return;
        }
        if self.asks_about_pins(&command) {
            return;
        }
        let cursor = self.selection.cursor;
        self.carry_out(command);
        if self.selection.cursor != cursor {
            self.details_follow_cursor();
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Do(named) if !self.has_place(named) => {}
            Command::Do(named) => self.execute_named(named),
            Command::ShowFromRail(view) => {
                self.show_from_rail(view);
            }
            Command::ShowUser(id) => self.show_user(id),
            Command::SetSearch(text) => {
                self.query.text = text;
                self.ask();
            }
            Command::SetFilter(filter) => self.set_filter(filter),
            Command::ToggleChip(chip) => self.toggle_chip(chip),
            Command::TypeFilter(text) => self.type_filter(text),
            Command::AddCondition(condition) => self.add_condition(&condition),
            Command::SetFilterName(name) => {
                if let Some(line) = &mut self.filter_line {
                    line.name = name;
                }
            }
            Command::UseFilter(name) => self.use_saved_filter(&name),
            Command::ForgetFilter(name) => self.forget_filter(&name),
            Command::KeepFilterForAll => self.keep_filter_for_all(),
            Command::UseFilterForAll(name) => self.use_filter_for_all(&name),
            Command::ForgetFilterForAll(name) => self.forget_filter_for_all(name),
            Command::SortBy(column) => self.sort_by(column),
            Command::SortInOrder(sort) => self.sort(sort),
            Command::ShowColumn(column, is_shown) => self.settings.columns.show(column, is_shown),
            Command::SetColumnWidth(column, width) => {
                self.settings.columns.set_width(column, width);
            }
            Command::MoveColumn(column, next) => self.settings.columns.move_before(column, next),
            Command::ResetColumns => self.settings.columns = ColumnChoices::default(),
            Command::SetTheme(theme) if self.environment.fixed_theme.is_none() => {
                self.settings.theme = theme;
            }
            Command::SetTheme(_fixed) => self.notice = Some(Notice::outcome(ThemeChoice::FIXED)),
            Command::Select(id) => self.selection.only(id),
            Command::Toggle(id) => self.selection.toggle(id),
            Command::ExtendSelection(id) => {
                if let Some(view) = &self.view {
                    self.selection.extend_to(id, view);
                }
            }
            Command::MoveCursor { to, how } => self.move_cursor(to, how),
            Command::GoToUser(id) => self.go_to_user(id),
            Command::JumpTo(text) => self.jump_to(&text),
            Command::OpenDetails(id) => self.read_details(id),
            Command::PasteUsers(text) => self.paste_users(text),
            Command::GoToPane(pane) => self.go_to_pane(pane),
            Command::ReadRows(ids) => self.read_rows(ids),
            Command::PreviewFor(action, id) => self.preview_of(action, Chosen::only(id)),
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
            Command::ShowChart(kind) => self.show_chart(kind),
            Command::SaveChartPicture(to, picture) => self.save_chart_picture(to, picture),
            Command::ShowBar(row) => self.show_bar(row),
            Command::ShowPolicy(name) => self.show_policy(&name),
            Command::SetPolicyDraft(draft) => self.edit_policy(draft),
            Command::ShowEffect(effect) => self.show_effect(effect),
            Command::SetRulesDraft(draft) => self.edit_rules(draft),
            Command::SaveRules => self.save_rules(),
            Command::SetProtectedIdentity(identity) => self.edit_protected(identity),
            Command::SetProtection(target, protects) => self.protect(target, protects),
            Command::FilterPlans(status) => self.show_plans_of(status),
            Command::OpenSubmitted(id) => self.open_submitted(id),
            Command::SetPipeline(text) => self.set_pipeline(text),
            Command::TypePipeline { text, cursor } => self.type_pipeline(text, cursor),
            Command::ChooseCompletion(direction) => self.choose_completion(direction),
            Command::ChooseFound(direction) => self.choose_found(direction),
            Command::TakeFound(index) => self.take_found(index),
            Command::ShowSettings(part) => {
                self.show_view(WindowView::Settings);
                self.next_frame.settings_part = Some(part);
            }
            Command::Complete(index) => self.complete_pipeline(index),
            Command::RecallPipeline(direction) => self.recall_pipeline(direction),
            Command::SetComment(text) => self.set_comment(text),
            Command::ApplySheet => self.apply_sheet(),
            Command::ApplyChange => self.apply_change(),
            Command::SubmitChange => self.submit_change(),
            Command::SetPendingReason(reason) => self.set_pending_reason(reason),
            Command::SearchHistory(text) => self.search_history(text),
            Command::FilterHistory(filters) => self.filter_history(filters),
            Command::SetLockedOnTime(text) => self.set_locked_on(text),
            Command::SearchLocked(text) => self.search_locked(text),
            Command::OpenBatch(batch) => self.open_batch(batch),
            Command::OpenHistoryAt(batch) => self.show_batch(batch),
            Command::SetReason(text) => self.reason = text,
            Command::SetTicket(text) => self.ticket = text,
            Command::SetLockEnd(text) => self.set_lock_end(text),
            Command::TypeNewPin(types) => self.type_pin(types),
            Command::SetNewPin(text, is_second) => self.edit_pin(text, is_second),
            Command::LeaveNewPin => self.leave_pin(),
            Command::SetTypedNumber(text) => {
                if let WhatIfPanel::Confirming { typed, .. } = &mut self.panel {
                    *typed = text;
                }
            }
            Command::ShowGroup(group) => {
                if let Some(list) = self.panel.list_mut() {
                    list.show_group(group);
                }
            }
            Command::TakeOut(id) => self.take_out(id),
            Command::CancelJob(id) => self.cancel_job(id),
            Command::ImportFiles(paths) => self.import_dropped(paths),
            Command::SetDateOrder(order) => {
                self.change_dates(|sheet| sheet.date_order = Some(order));
            }
            Command::SetFileZoneUtc(is_utc) => self.change_dates(|sheet| sheet.is_utc = is_utc),
            Command::ShowImportGroup(group) => self.show_import_group(group),
            Command::SetPurpose(purpose) => self.set_purpose(purpose),
            Command::SetReadOptions(read) => self.change_reading(read),
            Command::SetColumns(columns) => self.set_columns(columns),
            Command::SetImportColumns(columns) => self.set_import_columns(columns),
            Command::SetFileDomain(domain) => self.set_domain(domain),
            Command::GoToStep(step) => self.go_to(step),
            Command::SearchPreview(verdict, text) => self.search_preview(verdict, text),
            Command::OpenRow(item) => self.open_row(item),
            Command::FindForRow(text) => self.find_for_row(text),
            Command::UndoPick(index) => {
                self.undo_pick(Some(index));
            }
            Command::PickUser(item, id) => self.pick_user(item, id),
            Command::Copy(text) => {
                self.next_frame.copy = Some(text);
                self.say("Copied.");
            }
            Command::CompareBackup(copy) => self.choose_backup(copy),
            Command::SetRestoreReason(reason) => self.set_restore_reason(reason),
            Command::SetWantsKey(wants) => self.wants_key = wants,
            Command::OpenPage(page) => self.open_page(&page),
            Command::DismissNotice => self.notice = None,
        }
    }
}
