//! The command box: a PowerShell pipeline over PinDesk's own users.

use crate::pipeline::Completions;
use crate::worker::jobs::PipelineAnswer;

/// The state of the command box.
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
    /// The index of the completion that Tab takes.
    pub chosen: usize,
    /// The index of the earlier line that is shown, counted from the newest.
    pub(in crate::app) recalled: Option<usize>,
}

/// A direction in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
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
    /// Whether the typed pipeline can be run.
    pub fn is_runnable(&self) -> bool {
        !self.text.trim().is_empty() && self.fault.is_none() && !self.is_running
    }
}
