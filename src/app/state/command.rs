//! What can be done in the window.

use std::path::PathBuf;

use super::approval::RulesDraft;
use super::history_filters::HistoryFilters;
use super::import_step::{FilePurpose, ImportStep};
use super::named_command::NamedCommand;
use super::operators::OperatorsTab;
use super::role_form::RoleForm;
use super::settings::ThemeChoice;
use crate::directory::SortColumn;
use crate::domain::filter::Filter;
use crate::domain::user::UserId;
use crate::exchange::{DateOrder, ListColumns, ReadOptions};
use crate::plan::import::ImportGroup;
use crate::plan::{BatchId, Group, PlanId, Verdict};
use crate::store::{Grant, PlanStatus};
use crate::worker::JobId;
use crate::worker::jobs::ProtectionTarget;

/// What a frame asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Do(NamedCommand),
    SetSearch(String),
    SetFilter(Filter),
    SortBy(SortColumn),
    ToggleColumn(SortColumn),
    SetColumnWidth(SortColumn, f32),
    SetTheme(ThemeChoice),
    Select(UserId),
    Toggle(UserId),
    ExtendTo(UserId),
    MoveCursor {
        to: CursorMove,
        how: CursorSelects,
    },
    /// Moves the cursor to the next user whose display name begins so.
    JumpTo(String),
    OpenDetails(UserId),
    /// Shows what undoing a batch would do, or of what it did to one user.
    Undo(BatchId, Option<UserId>),
    GrantRole(Grant, String, String),
    SetGrantAccount(String),
    SetGrantRole(String),
    ShowOperatorsTab(OperatorsTab),
    /// Lists who may run a cmdlet; without one, anyone with a role.
    ShowWhoCan(Option<&'static str>),
    SetRoleForm(RoleForm),
    /// Fills the form with a role.
    EditRole(String),
    /// Saves the role of the form.
    SaveRole,
    RemoveRole(String),
    EditRules(RulesDraft),
    SaveRules,
    /// What stands in the field for somebody to protect.
    EditProtected(String),
    /// Protects somebody, or stops doing so.
    Protect(ProtectionTarget, bool),
    /// Lists the submitted plans with one status, or all.
    ShowPlansOf(Option<PlanStatus>),
    OpenSubmitted(PlanId),
    SetComment(String),
    /// What is typed in the command box.
    SetPipeline(String),
    SearchHistory(String),
    FilterHistory(HistoryFilters),
    /// Asks who was locked at a moment, as it is typed.
    SetLockedOn(String),
    SearchLocked(String),
    OpenBatch(BatchId),
    /// Opens the history with this batch.
    ShowBatch(BatchId),
    SetReason(String),
    SetTicket(String),
    SetTyped(String),
    ShowGroup(Option<Group>),
    TakeOut(UserId),
    CancelJob(JobId),
    ImportFiles(Vec<PathBuf>),
    SetDateOrder(DateOrder),
    SetFileZoneUtc(bool),
    ShowImportGroup(Option<ImportGroup>),
    SetPurpose(FilePurpose),
    SetReading(ReadOptions),
    SetColumns(ListColumns),
    SetFileDomain(String),
    GoToStep(ImportStep),
    /// Lists the items of the preview with a verdict and a text.
    SearchPreview(Option<Verdict>, String),
    /// Shows what stands in the file at an item of the preview.
    OpenRow(usize),
    /// Says who is meant by an item of the preview.
    PickUser(usize, UserId),
    /// Puts a text on the clipboard.
    Copy(String),
    DismissNotice,
}

/// What moving the cursor does to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorSelects {
    /// The row of the cursor, and nobody else.
    Only,
    /// All rows from where the selection began.
    Through,
    /// Nothing changes; Space then adds the row of the cursor, or takes it away.
    Nothing,
}

/// Where the cursor of the grid goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorMove {
    Rows(i64),
    First,
    Last,
}

impl Command {
    /// Does it mean the list, its cursor or its selection as the person expects them to be by now?
    pub(in crate::app) fn means_the_list(&self) -> bool {
        match self {
            Self::MoveCursor { .. } | Self::JumpTo(_) => true,
            Self::Do(named) => {
                let needs = [
                    NamedCommand::SelectAll,
                    NamedCommand::ToggleSelected,
                    NamedCommand::Details,
                ];
                needs.contains(named) || named.action().is_some()
            }
            _ => false,
        }
    }
}
