//! Named commands.

use strum::VariantArray as _;

use crate::plan::Action;

/// A command of a menu, a button or a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum NamedCommand {
    Import,
    OpenList,
    NextStep,
    PreviousStep,
    SaveResults,
    NextProblem,
    PreviousProblem,
    OpenPlan,
    SavePlan,
    SaveReport,
    SaveScript,
    ExportUsers,
    ExportPins,
    PrintList,
    ExportList,
    SaveWorkbook,
    OpenSample,
    LeaveSample,
    OpenStore,
    MakeStore,
    CancelWait,
    BackUpNow,
    OpenRestore,
    ChooseBackup,
    RestoreBackup,
    OpenKeys,
    NewKey,
    ExportKey,
    ImportKey,
    RotateKey,
    FinishRotation,
    ConfirmKeyStep,
    CancelKeyStep,
    Quit,
    Lock,
    Unlock,
    SetPin,
    ResetFailures,
    Undo,
    Apply,
    Submit,
    Approve,
    Reject,
    Withdraw,
    Comment,
    Confirm,
    BackToPreview,
    LeaveOutCautious,
    CopyPins,
    SaveSlips,
    GiveUpPins,
    KeepPins,
    AcceptClock,
    RejectClock,
    AskAboutHistory,
    AcceptHistory,
    RejectHistory,
    ClosePreview,
    ToggleSelected,
    SelectAll,
    ClearSelection,
    Details,
    CloseDetails,
    ReadingPane,
    Search,
    ClearSearch,
    FilterLine,
    RemoveFilter,
    SaveFilter,
    Refresh,
    HistoryBatches,
    LockedOn,
    LockedNow,
    ClearHistoryFilters,
    ExportHistory,
    ExportLocked,
    SaveBatchReport,
    SaveEvidence,
    Palette,
    CommandBox,
    CopyRows,
    ExportRows,
    RunPipeline,
    ExplainPipeline,
    CopyUsers,
    CopyCsv,
    CopyJson,
    CopyIdentities,
    PasteUsers,
    CopyQuery,
    CopySelection,
    VerifyHistory,
    Users,
    Lists,
    Plans,
    History,
    Insights,
    SaveChart,
    SaveChartPicture,
    Policies,
    NewPolicy,
    PreviewPolicy,
    RemovePolicy,
    GrantPolicy,
    RevokePolicy,
    ShowEverybody,
    Operators,
    Settings,
    EarlierView,
    LaterView,
    NextPane,
    MenuBar,
    UserGuide,
    Shortcuts,
    About,
    CloseDialog,
    ApplyImport,
    CloseImport,
    StopChange,
    LeaveFile,
    StayWithFile,
}

impl NamedCommand {
    /// The commands that copy the selected users, the usual one first.
    pub const COPIES: [Self; 5] = [
        Self::CopyUsers,
        Self::CopyCsv,
        Self::CopyJson,
        Self::CopyIdentities,
        Self::CopySelection,
    ];

    /// The text in menus and on buttons, which is also the accessible name.
    pub fn text(self) -> &'static str {
        self.words().0
    }

    /// The tooltip: one sentence about the effect of the command.
    pub fn tooltip(self) -> &'static str {
        self.words().1
    }

    /// The command that previews an action for the selected users.
    pub fn of_action(action: Action) -> Self {
        match action {
            Action::Lock => Self::Lock,
            Action::Unlock => Self::Unlock,
            Action::SetPin => Self::SetPin,
            Action::ResetFailures => Self::ResetFailures,
        }
    }

    /// The action whose preview the command opens.
    pub fn action(self) -> Option<Action> {
        Action::VARIANTS
            .iter()
            .copied()
            .find(|action| Self::of_action(*action) == self)
    }
}
