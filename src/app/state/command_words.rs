//! The texts and tooltips of named commands.

use super::named_command::NamedCommand;

impl NamedCommand {
    /// The text in menus and on buttons, and the tooltip: one sentence about the effect.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Import => (
                "Import users or PINs…",
                "Read a file of Get-CsUser or Get-CsClientPinInfo and show what would change.",
            ),
            Self::OpenList => (
                "Lock or unlock from a file…",
                "Read a list of users (CSV, text or Excel workbook) and show what would happen to each of them.",
            ),
            Self::NextStep => ("Next", "Go on to the next step."),
            Self::PreviousStep => ("Back", "Go back to the step before. Nothing is changed."),
            Self::NextProblem => (
                "Next problem",
                "Open the next row for which a user can be picked.",
            ),
            Self::PreviousProblem => (
                "Previous problem",
                "Open the row before for which a user can be picked.",
            ),
            Self::SaveResults => (
                "Save results…",
                "Save the rows of the file, in their order, with what became of each of them.",
            ),
            Self::OpenPlan => (
                "Open a plan…",
                "Open a plan that was saved, and show it as a preview. Nothing changes yet.",
            ),
            Self::SavePlan => (
                "Plan of the preview…",
                "Save exactly what the preview shows, for a ticket, for somebody else to look at, or for pindesk apply.",
            ),
            Self::SaveReport => (
                "Report of the preview or result…",
                "Save a page that any browser opens and prints, for people without PinDesk.",
            ),
            Self::SaveScript => (
                "PowerShell script of the preview…",
                "Save a script that does on the live pool what the preview shows. It takes -WhatIf and -Confirm.",
            ),
            Self::ExportUsers => (
                "Users…",
                "Save the names of the selected users, or of all that match, as CSV for Excel and PowerShell.",
            ),
            Self::ExportPins => (
                "PIN states…",
                "Save the PIN states of the selected users, or of all that match, as CSV for Excel and PowerShell.",
            ),
            Self::PrintList => (
                "List as a page to print…",
                "Save the list of this view as it is shown, as a page that any browser opens and prints.",
            ),
            Self::ExportList => (
                "List as CSV…",
                "Save the list of this view as it is shown, as CSV for Excel.",
            ),
            Self::SaveWorkbook => (
                "List as a workbook…",
                "Save the list of this view as it is shown, as a workbook (.xlsx) in which dates and numbers can be sorted.",
            ),
            Self::ExportLocked => (
                "Export…",
                "Save who was locked at this moment as CSV, with names, operators, times and reasons.",
            ),
            Self::OpenSample => (
                "Open the sample directory",
                "Try PinDesk on about 250 invented people, in a store of their own.",
            ),
            Self::LeaveSample => ("Leave the sample directory", "Go back to your own store."),
            Self::OpenStore => (
                "Open another store…",
                "Choose the file of another store, and work on that one.",
            ),
            Self::MakeStore => (
                "Make a new store here",
                "Make a new store of this empty file. Your account is its first administrator.",
            ),
            Self::CancelWait => (
                "Cancel",
                "Stop waiting for the other program. Nothing is changed.",
            ),
            Self::BackUpNow => ("Back up now", "Make a checked copy of the store beside it."),
            Self::OpenRestore => (
                "Restore from backup…",
                "Go back to a copy of the store, after seeing what would be undone.",
            ),
            Self::ChooseBackup => ("Other file…", "Choose the file of another backup."),
            Self::RestoreBackup => (
                "Restore",
                "Put the backup in the place of the store. A copy of today's store is made first.",
            ),
            Self::OpenKeys => (
                "PIN key…",
                "Show the key outside the store with which PINs are hashed, and make, export, import or rotate it.",
            ),
            Self::NewKey => (
                "New key…",
                "Make a key outside the store. PINs are hashed with it from then on, so that a copy of the store is not enough to try them.",
            ),
            Self::ExportKey => (
                "Export key…",
                "Save the key in a file for your account alone, for your safe and for other accounts. The history records it.",
            ),
            Self::ImportKey => (
                "Import key…",
                "Take the key from a file that was exported where the key is, and keep it for this account.",
            ),
            Self::RotateKey => (
                "Rotate key…",
                "Make a new key that takes the place of this one. The old key stays valid until you finish the rotation.",
            ),
            Self::FinishRotation => (
                "Finish rotation…",
                "Have the store use the new key alone, when no PIN needs the old one any more.",
            ),
            Self::ConfirmKeyStep => ("Confirm", "Do it now. It is recorded in the history."),
            Self::CancelKeyStep => ("Cancel", "Change nothing and go back."),
            Self::Quit => ("Quit", "Close PinDesk."),
            Self::Lock => (
                "Lock",
                "Show what locking the PINs of the selected users would do. Nothing changes yet.",
            ),
            Self::Unlock => (
                "Unlock",
                "Show what unlocking the PINs of the selected users would do. Nothing changes yet.",
            ),
            Self::SetPin => (
                "Set new PIN…",
                "Show which of the selected users would get a new PIN. It is drawn when you apply the preview, and shown once.",
            ),
            Self::ResetFailures => (
                "Reset failures",
                "Show for which of the selected users the counts of failed logons would become zero. Locks stay as they are. Nothing changes yet.",
            ),
            Self::Undo => (
                "Undo last batch…",
                "Show what undoing your own last batch would do. Users that have changed since are left out. Nothing changes yet.",
            ),
            Self::Apply => (
                "Apply",
                "Carry out exactly what the preview shows, after one more question.",
            ),
            Self::Submit => (
                "Submit for review",
                "Keep exactly what the preview shows as a plan that somebody else looks at. Nothing changes yet.",
            ),
            Self::Approve => (
                "Approve",
                "Approve this plan as it was submitted. Nothing changes before it is applied.",
            ),
            Self::Reject => (
                "Reject",
                "Reject this plan for good, for the reason in the comment.",
            ),
            Self::Withdraw => (
                "Withdraw",
                "Take your plan back for good. Nothing is changed.",
            ),
            Self::Comment => (
                "Comment",
                "Keep the comment with the plan, for everybody who opens it.",
            ),
            Self::Confirm => ("Confirm", "Carry out the preview now."),
            Self::BackToPreview => ("Cancel", "Change nothing and go back to the preview."),
            Self::LeaveOutCautious => (
                "Leave these out",
                "Take the users out of the preview whom an administrator has locked on purpose.",
            ),
            Self::CopyPins => (
                "Copy the PINs",
                "A line for each user: identity, a tab, and the PIN.",
            ),
            Self::SaveSlips => (
                "Save slips…",
                "Save a page for printing with a slip for each user: name, identity and PIN. The file is for your account alone; delete it after printing.",
            ),
            Self::GiveUpPins => (
                "Give the PINs up",
                "Go on without the new PINs. Nobody can show them again.",
            ),
            Self::KeepPins => ("Go back to the PINs", "Keep the result with the new PINs."),
            Self::AcceptClock => (
                "The clock is right",
                "Go on with the time of the clock. That is recorded in the history.",
            ),
            Self::RejectClock => ("Cancel", "Change nothing. Set the clock first."),
            Self::AskAboutHistory => (
                "Accept this history…",
                "Go on with the history of the store as it is now.",
            ),
            Self::AcceptHistory => (
                "Accept and record it",
                "Go on. The history records that you accepted it, and which entry was expected.",
            ),
            Self::RejectHistory => (
                "Cancel",
                "Change nothing. The list can be read, and nothing can be written.",
            ),
            Self::ClosePreview => ("Close preview", "Discard the preview. Nothing is changed."),
            Self::ToggleSelected => (
                "Select row",
                "Add the row of the cursor to the selection, or take it away.",
            ),
            Self::SelectAll => (
                "Select all that match",
                "Select every user that the search and the filter show.",
            ),
            Self::ClearSelection => ("Clear selection", "Select nobody."),
            Self::Details => (
                "Details",
                "Show the five names, the PIN state and the history of one user.",
            ),
            Self::CloseDetails => (
                "Close details",
                "Close the details. View → Reading pane shows them beside the list again.",
            ),
            Self::ReadingPane => (
                "Reading pane",
                "Show the user at the cursor beside the list, unless a preview is there.",
            ),
            Self::Search => ("Search", "Move to the search box."),
            Self::FilterLine => (
                "Filter…",
                "Say who is listed as a condition: by lock, operator, time, unit or name.",
            ),
            Self::RemoveFilter => ("Clear the filter", "List everybody again."),
            Self::SaveFilter => (
                "Keep for me",
                "Keep this filter under the name, for you on this computer.",
            ),
            Self::ClearSearch => ("Clear search", "Empty the search box."),
            Self::Refresh => (
                "Refresh",
                "Look at the store again. PinDesk does so by itself every second.",
            ),
            Self::HistoryBatches => (
                "What was done",
                "Show the batches, and what each of them did.",
            ),
            Self::LockedOn => (
                "Locked on…",
                "Show who was locked at a moment, from the history alone.",
            ),
            Self::LockedNow => ("Now", "Show who is locked at this moment."),
            Self::ClearHistoryFilters => (
                "Clear filters",
                "Show the batches of all actions, operators, users and times.",
            ),
            Self::ExportHistory => (
                "Export…",
                "Save all that the listed batches did, entry by entry, as CSV for Excel and PowerShell.",
            ),
            Self::SaveBatchReport => (
                "Report…",
                "Save a page about this batch that any browser opens and prints, for people without PinDesk.",
            ),
            Self::SaveEvidence => (
                "Evidence…",
                "Save this batch with its plan, its review and its hashes as one archive, which anybody can check with sha256sum.",
            ),
            Self::Palette => (
                "Find anything…",
                "Find a command, a user, a plan or a batch by words, or type a line of PowerShell.",
            ),
            Self::CopyRows => (
                "Copy rows",
                "Copy all rows that the pipeline finds, as a table for spreadsheets and tickets.",
            ),
            Self::ExportRows => (
                "Export rows…",
                "Save all rows that the pipeline finds as CSV, as Export-Csv does.",
            ),
            Self::CommandBox => (
                "Run a pipeline…",
                "Type what you would type in PowerShell: Get-CsUser, Where-Object, Unlock-CsClientPin and the like.",
            ),
            Self::RunPipeline => (
                "Run",
                "Run the pipeline. What it would do to PINs is shown as a preview; nothing changes yet.",
            ),
            Self::ExplainPipeline => (
                "Explain",
                "Say what each stage does, how many users pass it, and where PowerShell would do otherwise.",
            ),
            Self::CopyUsers => (
                "Copy",
                "Copy the selected users as a table, for spreadsheets and tickets.",
            ),
            Self::CopyCsv => (
                "Copy as CSV",
                "Copy the selected users as CSV, with the columns that are not hidden.",
            ),
            Self::CopyJson => (
                "Copy as JSON",
                "Copy the names and PIN states of the selected users as JSON, with times in UTC.",
            ),
            Self::CopyIdentities => (
                "Copy identities only",
                "Copy one exact identity of each selected user, one a line.",
            ),
            Self::PasteUsers => (
                "Paste users",
                "Select the users whose names are on the clipboard, one a line, and say who is not found.",
            ),
            Self::CopyQuery => (
                "Copy list as PowerShell",
                "Copy the pipeline that finds the users of the search and the filter. PowerShell does not look past accents.",
            ),
            Self::CopySelection => (
                "Copy selection as PowerShell",
                "Copy the pipeline that finds the selected users, each by an exact name.",
            ),
            Self::Users => (
                "Users",
                "Find users, see whose PIN is locked, and lock or unlock PINs.",
            ),
            Self::Lists => (
                "Lists",
                "Lock or unlock from a file, or import users and PINs, step by step.",
            ),
            Self::Plans => (
                "Plans",
                "Show the plans that were submitted for review, and what became of them.",
            ),
            Self::History => (
                "History",
                "Show everything that was done: the operator, the time, the users and the reason.",
            ),
            Self::Settings => (
                "Settings",
                "Show how the window looks, where the store and its backups are, and the key of PINs.",
            ),
            Self::EarlierView => (
                "Previous view",
                "Go back to the view that was shown before.",
            ),
            Self::LaterView => ("Next view", "Go to the view that was left by going back."),
            Self::MenuBar => (
                "Menu bar",
                "Move to the menus. The arrows go through them, and Enter opens one.",
            ),
            Self::NextPane => (
                "Next pane",
                "Move from the rail to the view, to the panel beside it, and around. With Shift backwards.",
            ),
            Self::VerifyHistory => (
                "Verify history",
                "Walk the chain of hashes from the first entry and show where it breaks first, if it does.",
            ),
            Self::Operators => (
                "Operators",
                "Show who has which role, and give roles or take them away.",
            ),
            Self::Insights => (
                "Insights",
                "Show charts of the PINs and of what was done. Each bar leads to its users.",
            ),
            Self::SaveChart => (
                "Save as CSV…",
                "Save the numbers of this chart as CSV for Excel and PowerShell.",
            ),
            Self::SaveChartPicture => (
                "Save as PNG…",
                "Save this chart as a picture, with all its bars, for documents and mails.",
            ),
            Self::Policies => (
                "Policies",
                "Show the PIN policies and who has which, and try a change out before it is made.",
            ),
            Self::NewPolicy => (
                "New policy",
                "Begin a new policy with the settings of the form. Nothing changes yet.",
            ),
            Self::PreviewPolicy => (
                "Preview the change…",
                "Show what saving this policy would change. Nothing changes yet.",
            ),
            Self::RemovePolicy => (
                "Remove…",
                "Show what removing this policy would change. Nothing changes yet.",
            ),
            Self::GrantPolicy => (
                "Grant…",
                "Show what granting this policy to the selected users would change. Nothing changes yet.",
            ),
            Self::RevokePolicy => (
                "Take away…",
                "Show what taking the granted policy away from the selected users would change. Nothing changes yet.",
            ),
            Self::ShowEverybody => (
                "Show everybody",
                "List all users again, not only the particular ones.",
            ),
            Self::UserGuide => (
                "User guide",
                "Show how to find users, lock and unlock PINs, and do everything else in this window.",
            ),
            Self::Shortcuts => ("Keyboard shortcuts", "Show all shortcuts."),
            Self::About => (
                "About PinDesk",
                "Show the version, the store and the renderer.",
            ),
            Self::CloseDialog => ("Close", "Close this dialog."),
            Self::ApplyImport => ("Import", "Carry out exactly what the preview shows."),
            Self::CloseImport => ("Close file", "Leave this file. Nothing more is changed."),
            Self::StopChange => ("Cancel", "Change nothing, if it can still be stopped."),
            Self::LeaveFile => (
                "Leave the file",
                "Close the file. Nothing of it is changed.",
            ),
            Self::StayWithFile => ("Go on with it", "Keep the file open as it is."),
        }
    }
}
