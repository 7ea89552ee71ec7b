//! Executing named commands.

use super::copy_users::CopyForm;
use super::{
    App, FocusTarget, HelpDialog, HistoryFilters, HistoryTab, KeyStep, NamedCommand, Pane,
    WindowView,
};
use crate::exchange::{ExportKind, ListForm};
use crate::plan::Action;
use crate::store::Decision;

impl App {
    pub(super) fn execute_named(&mut self, named: NamedCommand) {
        match named {
            NamedCommand::Import => self.pick_file(false),
            NamedCommand::OpenList => self.pick_file(true),
            NamedCommand::NextStep => self.go_by(1),
            NamedCommand::PreviousStep => self.go_by(-1),
            NamedCommand::SaveResults => self.ask_where_to_save_results(),
            NamedCommand::OpenPlan => self.ask_for_plan(),
            NamedCommand::SavePlan => self.ask_where_to_save_plan(),
            NamedCommand::SaveReport => self.ask_where_to_save_report(),
            NamedCommand::SaveScript => self.ask_where_to_save_script(),
            NamedCommand::ExportUsers => self.ask_where_to_export(ExportKind::Users),
            NamedCommand::ExportPins => self.ask_where_to_export(ExportKind::Pins),
            NamedCommand::PrintList => self.ask_where_to_save_list(ListForm::Page),
            NamedCommand::ExportList | NamedCommand::ExportLocked => {
                self.ask_where_to_save_list(ListForm::Csv);
            }
            NamedCommand::SaveWorkbook => self.ask_where_to_save_list(ListForm::Workbook),
            NamedCommand::OpenSample => self.switch_store(self.environment.sample_store.clone()),
            NamedCommand::LeaveSample => self.switch_store(self.environment.store.clone()),
            NamedCommand::OpenStore => self.ask_for_store(),
            NamedCommand::MakeStore => self.make_store(),
            NamedCommand::CancelWait => self.cancel_wait(),
            NamedCommand::BackUpNow => self.back_up_now(),
            NamedCommand::OpenRestore => self.open_restore(),
            NamedCommand::ChooseBackup => self.ask_for_backup(),
            NamedCommand::RestoreBackup => self.restore_backup(),
            NamedCommand::OpenKeys => self.open_keys(),
            NamedCommand::NewKey => self.begin_key_step(KeyStep::Make),
            NamedCommand::ExportKey => self.begin_key_step(KeyStep::Export),
            NamedCommand::ImportKey => self.begin_key_step(KeyStep::Import),
            NamedCommand::RotateKey => self.begin_key_step(KeyStep::Rotate),
            NamedCommand::FinishRotation => self.begin_key_step(KeyStep::Finish),
            NamedCommand::ConfirmKeyStep => self.confirm_key_step(),
            NamedCommand::CancelKeyStep => self.close_keys(),
            NamedCommand::Quit => self.wants_to_quit = true,
            NamedCommand::Lock => self.preview(Action::Lock),
            NamedCommand::Unlock => self.preview(Action::Unlock),
            NamedCommand::SetPin => self.preview(Action::SetPin),
            NamedCommand::ResetFailures => self.preview(Action::ResetFailures),
            NamedCommand::Undo if self.shows_list_preview() && self.undo_pick(None) => {}
            NamedCommand::Undo => self.undo(None, None),
            NamedCommand::NextProblem => self.go_to_problem(true),
            NamedCommand::PreviousProblem => self.go_to_problem(false),
            NamedCommand::Apply => self.take_main_step(),
            NamedCommand::Submit => self.submit_plan(),
            NamedCommand::Approve => self.decide(Decision::Approve),
            NamedCommand::Reject => self.decide(Decision::Reject),
            NamedCommand::Withdraw => self.decide(Decision::Withdraw),
            NamedCommand::Comment => self.decide(Decision::Comment),
            NamedCommand::Confirm => self.apply(),
            NamedCommand::BackToPreview => self.back_to_preview(),
            NamedCommand::LeaveOutCautious => self.leave_out_cautious(),
            NamedCommand::CopyPins => self.copy_pins(),
            NamedCommand::SaveSlips => self.ask_where_to_save_slips(),
            NamedCommand::GiveUpPins => self.answer_about_pins(true),
            NamedCommand::KeepPins => self.answer_about_pins(false),
            NamedCommand::MenuBar => self.next_frame.focus = Some(FocusTarget::Menu),
            NamedCommand::AcceptClock => self.answer_clock(true),
            NamedCommand::RejectClock => self.answer_clock(false),
            NamedCommand::AskAboutHistory => self.ask_about_history(),
            NamedCommand::AcceptHistory => self.answer_about_history(true),
            NamedCommand::RejectHistory => self.answer_about_history(false),
            NamedCommand::ClosePreview => self.close_preview(),
            NamedCommand::ToggleSelected => {
                if let Some(cursor) = self.visible_cursor() {
                    self.selection.toggle(cursor);
                }
            }
            NamedCommand::SelectAll => {
                if let Some(view) = &self.view {
                    self.selection.all(view);
                }
            }
            NamedCommand::ClearSelection => self.selection.clear(),
            NamedCommand::Details => {
                if let Some(cursor) = self.visible_cursor() {
                    self.read_details(cursor);
                }
            }
            NamedCommand::CloseDetails => self.close_details(),
            NamedCommand::ReadingPane => self.switch_reading_pane(),
            NamedCommand::Search => self.go_to_search(),
            NamedCommand::ClearSearch => self.clear_search(),
            NamedCommand::FilterLine => self.open_filter_line(),
            NamedCommand::RemoveFilter => self.remove_filter(),
            NamedCommand::SaveFilter => self.save_filter(),
            NamedCommand::Refresh => {
                // The page of the error gives way to that of opening.
                self.store_error = None;
                self.refresh();
                self.read_plan_again();
                self.say(if self.lost_connection.is_some() {
                    "Trying to connect to the server of the store…"
                } else {
                    "Looked at the store again."
                });
            }
            NamedCommand::Users => self.show_view(WindowView::Users),
            NamedCommand::Lists => self.show_view(WindowView::Lists),
            NamedCommand::Plans => self.show_view(WindowView::Plans),
            NamedCommand::History => self.show_view(WindowView::History),
            NamedCommand::Insights => self.show_view(WindowView::Insights),
            NamedCommand::SaveChart => self.ask_where_to_save_chart(),
            NamedCommand::SaveChartPicture => self.ask_where_to_save_chart_picture(),
            NamedCommand::Policies => self.show_view(WindowView::Policies),
            NamedCommand::NewPolicy => self.begin_policy(),
            NamedCommand::PreviewPolicy => self.preview_policy(),
            NamedCommand::RemovePolicy => self.preview_policy_removal(),
            NamedCommand::GrantPolicy => self.preview_policy_grant(true),
            NamedCommand::RevokePolicy => self.preview_policy_grant(false),
            NamedCommand::ShowEverybody => self.show_among(None),
            NamedCommand::Operators => self.show_view(WindowView::Operators),
            NamedCommand::Settings => self.show_view(WindowView::Settings),
            NamedCommand::EarlierView => self.go_to_visited(-1),
            NamedCommand::LaterView => self.go_to_visited(1),
            NamedCommand::HistoryBatches => self.show_history_tab(HistoryTab::Batches),
            NamedCommand::LockedOn => self.show_history_tab(HistoryTab::LockedOn),
            NamedCommand::LockedNow => self.set_locked_on_now(),
            NamedCommand::ClearHistoryFilters => {
                self.filter_history(HistoryFilters::default());
                self.next_frame.focus = Some(FocusTarget::History);
            }
            NamedCommand::ExportHistory => self.ask_where_to_export_history(),
            NamedCommand::SaveBatchReport => self.ask_where_to_save_batch_report(),
            NamedCommand::SaveEvidence => self.ask_where_to_save_evidence(),
            NamedCommand::Palette | NamedCommand::CommandBox => self.open_command_box(named),
            NamedCommand::CopyRows => self.copy_pipeline_rows(),
            NamedCommand::ExportRows => self.ask_where_to_export_rows(),
            NamedCommand::RunPipeline => self.run_pipeline(false),
            NamedCommand::CopyUsers => self.copy_users(CopyForm::Table),
            NamedCommand::CopyCsv => self.copy_users(CopyForm::Csv),
            NamedCommand::CopyJson => self.copy_users(CopyForm::Json),
            NamedCommand::CopyIdentities => self.copy_users(CopyForm::Identities),
            NamedCommand::PasteUsers => self.next_frame.pastes = true,
            NamedCommand::NextPane => self.go_to_pane(Pane::View),
            NamedCommand::CopyQuery => self.copy_query(),
            NamedCommand::CopySelection => self.copy_users(CopyForm::PowerShell),
            NamedCommand::ExplainPipeline => self.run_pipeline(true),
            NamedCommand::VerifyHistory => self.verify_history(),
            NamedCommand::UserGuide => self.open_help(HelpDialog::UserGuide),
            NamedCommand::Shortcuts => self.open_help(HelpDialog::Shortcuts),
            NamedCommand::About => self.open_help(HelpDialog::About),
            NamedCommand::CloseDialog => self.close_topmost(),
            NamedCommand::ApplyImport => self.apply_import(),
            NamedCommand::CloseImport | NamedCommand::StopChange => self.leave_file(),
            NamedCommand::LeaveFile => self.answer_leaving(true),
            NamedCommand::StayWithFile => self.answer_leaving(false),
        }
    }

    fn open_help(&mut self, help: HelpDialog) {
        self.help = Some(help);
        self.next_frame.focus = Some(FocusTarget::Help);
    }
}
