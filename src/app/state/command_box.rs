//! The palette: words that find commands, users, plans and batches, or a PowerShell pipeline over
//! PinDesk's own users.

use super::notice::Notice;
use super::palette_item::PaletteItem;
use crate::pipeline::{Completions, looks_like_a_line};
use crate::store::PlanSummary;
use crate::worker::jobs::{FoundEverywhere, PipelineAnswer};

/// The state of the palette.
#[derive(Default)]
pub struct CommandBox {
    pub text: String,
    /// Why the typed pipeline cannot be run, with the position of the error. None if it can be run,
    /// or if nothing is typed.
    pub fault: Option<String>,
    pub answer: Option<PipelineAnswer>,
    /// Why running the pipeline failed.
    pub failed: Option<String>,
    pub is_running: bool,
    /// Words that can stand at the text cursor. There are none before something was typed.
    pub completions: Completions,
    /// The rows that the typed words find, the best first. Empty while a line is typed.
    pub found: Vec<PaletteItem>,
    /// The index of the row that Enter takes, or of the completion that Tab takes.
    pub chosen: usize,
    /// The outcome of copying or exporting the listed rows.
    pub notice: Option<Notice>,
    /// The submitted plans. None until they are read.
    pub(in crate::app) plans: Option<Vec<PlanSummary>>,
    /// The users and batches of the words. None until they are found.
    pub(in crate::app) stored: Option<FoundEverywhere>,
    /// The index of the earlier line that is shown, counted from the newest.
    pub(in crate::app) recalled: Option<usize>,
}

/// Example pipelines of the documentation, each with a title.
pub const EXAMPLES: [(&str, &str); 5] = [
    (
        "Users with a locked PIN",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}",
    ),
    (
        "Unlock PINs locked by the system",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.LockCause -eq \"system\"} | Unlock-CsClientPin",
    ),
    (
        "Lock expired PINs",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin",
    ),
    (
        "Users whose PIN expires next week",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -ge (Get-Date) -and $_.PinExpirationTime -le \
         (Get-Date).AddDays(7)} | Sort-Object PinExpirationTime",
    ),
    (
        "Which roles may unlock",
        "Get-CsAdminRole | Where-Object {$_.Cmdlets -match \"Unlock-CsClientPin\"}",
    ),
];

impl CommandBox {
    /// Whether the text is a line of PowerShell, and not words that are looked for.
    pub fn is_line(&self) -> bool {
        self.recalled.is_some() || looks_like_a_line(&self.text)
    }

    /// Whether users and batches are still looked for.
    pub fn is_searching(&self) -> bool {
        self.stored.is_none()
    }

    /// Whether the typed pipeline can be run.
    pub fn is_runnable(&self) -> bool {
        self.is_line() && self.fault.is_none() && !self.is_running
    }
}
