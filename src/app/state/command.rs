//! The commands of the window.

use std::path::PathBuf;

use super::direction::Direction;
use super::grid_column::GridColumn;
use super::named_command::NamedCommand;
use super::pane::Pane;
use super::pin_entry::PinText;
use super::settings::ThemeChoice;
use crate::app::views::history::filters::HistoryFilters;
use crate::app::views::lists::step::{FilePurpose, ImportStep};
use crate::app::views::operators::approval_view::RulesDraft;
use crate::app::views::operators::role_form::RoleForm;
use crate::app::views::operators::state::OperatorsTab;
use crate::app::views::policies::draft::PolicyDraft;
use crate::app::views::settings::part::SettingsPart;
use crate::app::views::window_view::WindowView;
use crate::directory::{Sort, SortColumn};
use crate::domain::filter::Filter;
use crate::domain::policy::PolicyName;
use crate::domain::policy_effect::PolicyEffect;
use crate::domain::user::UserId;
use crate::exchange::{ChartKind, ColumnChoice, DateOrder, ListColumns, Picture, ReadOptions};
use crate::plan::import::ImportGroup;
use crate::plan::{Action, BatchId, Group, PlanId, Verdict};
use crate::store::{Grant, PlanStatus};
use crate::worker::JobId;
use crate::worker::jobs::ProtectionTarget;

/// A command that a painted frame returns, for [`App::execute`](crate::app::App::execute).
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Executes a command of a menu, a button or a shortcut.
    Do(NamedCommand),
    /// Shows a view, and leaves the focus in the rail.
    ShowFromRail(WindowView),
    /// Shows the users, with the cursor on this one.
    ShowUser(UserId),
    SetSearch(String),
    /// Shows only the users who pass this filter.
    SetFilter(Filter),
    /// Switches a chip on or off, beside a chip of the other kind.
    ToggleChip(Filter),
    /// Sets the filter as it is typed.
    TypeFilter(String),
    AddCondition(String),
    SetFilterName(String),
    /// Uses the filter that is kept under a name.
    UseFilter(String),
    ForgetFilter(String),
    /// Keeps the filter under the typed name for all operators of the store.
    KeepFilterForAll,
    UseFilterForAll(String),
    ForgetFilterForAll(String),
    /// Sorts by a column, or reverses the order if the list is sorted by it.
    SortBy(SortColumn),
    SortInOrder(Sort),
    /// Shows a column of the list, or hides it.
    ShowColumn(GridColumn, bool),
    /// Sets the width of a column in points.
    SetColumnWidth(GridColumn, f32),
    /// Moves a column to the left of another one. None: to the right end.
    MoveColumn(GridColumn, Option<GridColumn>),
    /// Gives all columns their usual order and width, and shows the usual ones.
    ResetColumns,
    SetTheme(ThemeChoice),
    /// Selects only this user.
    Select(UserId),
    /// Adds a user to the selection, or removes them.
    Toggle(UserId),
    /// Selects the rows from the start of the selection to this user.
    ExtendSelection(UserId),
    MoveCursor {
        to: CursorMove,
        how: CursorSelects,
    },
    /// Moves the cursor to a user of the list.
    GoToUser(UserId),
    /// Moves the cursor to the next user whose display name begins with a text.
    JumpTo(String),
    OpenDetails(UserId),
    /// Selects the users that a pasted text names.
    PasteUsers(String),
    /// Moves the focus to a pane of the window.
    GoToPane(Pane),
    /// Reads the users in and around the rows in view for columns that are read from the store.
    ReadRows(Vec<UserId>),
    /// Opens the preview of an action for one user. The selection does not matter.
    PreviewFor(Action, UserId),
    /// Opens the preview of undoing a batch, or only its change to one user.
    Undo(BatchId, Option<UserId>),
    /// Grants a role to an account, or revokes it: the name of the role, then the account.
    GrantRole(Grant, String, String),
    SetGrantAccount(String),
    SetGrantRole(String),
    ShowOperatorsTab(OperatorsTab),
    /// Lists the accounts that may run a cmdlet. None: all accounts with a role.
    ShowWhoCan(Option<&'static str>),
    SetRoleForm(RoleForm),
    /// Fills the form with a role.
    EditRole(String),
    /// Saves the role of the form.
    SaveRole,
    RemoveRole(String),
    /// Shows a chart.
    ShowChart(ChartKind),
    /// Saves the picture of a chart that was painted for this file.
    SaveChartPicture(PathBuf, Picture),
    /// Lists the users of a bar of the shown chart.
    ShowBar(usize),
    /// Puts a policy into the form of the policies.
    ShowPolicy(PolicyName),
    /// Sets the typed policy.
    SetPolicyDraft(PolicyDraft),
    /// Lists the users with an effect of the typed policy. None: all for whom it would hold.
    ShowEffect(Option<PolicyEffect>),
    /// Sets the typed rules of approval. `SaveRules` stores them.
    SetRulesDraft(RulesDraft),
    SaveRules,
    /// Sets the typed identity of a user to protect.
    SetProtectedIdentity(String),
    /// Protects a user, or ends the protection.
    SetProtection(ProtectionTarget, bool),
    /// Sets the typed reason of a change of settings that needs approval.
    SetPendingReason(String),
    /// Lists the submitted plans with one status, or all.
    FilterPlans(Option<PlanStatus>),
    /// Opens a submitted plan in the panel.
    OpenSubmitted(PlanId),
    /// Sets the typed comment on the plan in the panel, or in the sheet.
    SetComment(String),
    /// Applies the submitted plan in the sheet.
    ApplySheet,
    /// Applies the change in its sheet.
    ApplyChange,
    /// Submits the change in its sheet for review.
    SubmitChange,
    /// Sets the text of the command box.
    SetPipeline(String),
    /// Sets the text of the command box as it is typed. `cursor` is the byte of the text cursor.
    TypePipeline {
        text: String,
        cursor: usize,
    },
    /// Moves to the next completion of the command box, or to the one before.
    ChooseCompletion(Direction),
    /// Moves to the next row of the palette, or to the one before.
    ChooseFound(Direction),
    /// Takes the row of the palette with this index.
    TakeFound(usize),
    /// Shows a part of the settings.
    ShowSettings(SettingsPart),
    /// Takes the completion with this index.
    Complete(usize),
    /// Puts a line that was run earlier into the command box.
    RecallPipeline(Direction),
    /// Sets the text that listed batches contain.
    SearchHistory(String),
    FilterHistory(HistoryFilters),
    /// Sets the typed moment, and lists the users that were locked then.
    SetLockedOnTime(String),
    /// Sets the text that listed locked users contain.
    SearchLocked(String),
    /// Shows the entries of a batch in the open history.
    OpenBatch(BatchId),
    /// Opens the history with this batch.
    OpenHistoryAt(BatchId),
    SetReason(String),
    SetTicket(String),
    /// Sets the typed end of the locks of the preview. None: only Unlock ends them.
    SetLockEnd(Option<String>),
    /// Chooses whether the new PIN of the only user of the preview is typed or drawn.
    TypeNewPin(bool),
    /// Sets the digits of the new PIN in the first field, or, if true, in the second one.
    SetNewPin(PinText, bool),
    /// The first field of the new PIN was left.
    LeaveNewPin,
    /// Sets the typed number of changes in the confirmation question.
    SetTypedNumber(String),
    /// Lists one group of the preview, or all.
    ShowGroup(Option<Group>),
    /// Takes a user out of the preview.
    TakeOut(UserId),
    CancelJob(JobId),
    ImportFiles(Vec<PathBuf>),
    SetDateOrder(DateOrder),
    /// Whether times without a zone in the file are read as UTC instead of local time.
    SetFileZoneUtc(bool),
    /// Lists one group of rows of a directory import, or all.
    ShowImportGroup(Option<ImportGroup>),
    SetPurpose(FilePurpose),
    SetReadOptions(ReadOptions),
    SetColumns(ListColumns),
    /// Sets the columns of an import whose headings do not say what they have.
    SetImportColumns(Vec<ColumnChoice>),
    /// Sets the domain of logon names that have none in the file.
    SetFileDomain(String),
    GoToStep(ImportStep),
    /// Lists the items of the preview with a verdict and a text.
    SearchPreview(Option<Verdict>, String),
    /// Shows the row of the file behind an item of the preview.
    OpenRow(usize),
    /// Searches for any user who may be meant by the opened row of a list.
    FindForRow(String),
    /// Undoes the pick of a user at this index.
    UndoPick(usize),
    /// Assigns a user to an item of the preview.
    PickUser(usize, UserId),
    /// Copies a text to the clipboard.
    Copy(String),
    /// Checks a backup, and compares it with the store.
    CompareBackup(PathBuf),
    SetRestoreReason(String),
    /// Whether a key is made for the store that is made of an empty file.
    SetWantsKey(bool),
    DismissNotice,
    /// Opens a saved page in the browser.
    OpenPage(PathBuf),
}

/// How moving the cursor changes the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorSelects {
    /// Selects the row of the cursor only.
    Only,
    /// Selects all rows from the start of the selection to the cursor.
    Through,
    /// Leaves the selection as it is. Space then adds or removes the row of the cursor.
    Nothing,
}

/// The target of a cursor movement in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorMove {
    Rows(i64),
    First,
    Last,
}

impl Command {
    /// Whether the command refers to the list, its cursor or its selection. It then waits until the
    /// list answers the current search.
    pub(in crate::app) fn needs_current_list(&self) -> bool {
        match self {
            Self::MoveCursor { .. } | Self::JumpTo(_) | Self::GoToUser(_) => true,
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
