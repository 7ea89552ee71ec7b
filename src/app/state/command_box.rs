//! The command box: a PowerShell pipeline over PinDesk's own users.

use crate::worker::jobs::PipelineAnswer;

/// The command box as it is shown.
#[derive(Default)]
pub struct CommandBox {
    pub text: String,
    /// Why what is typed cannot be run, and where; None where it can, or nothing was typed.
    pub fault: Option<String>,
    pub answer: Option<PipelineAnswer>,
    /// Why it came to nothing.
    pub failed: Option<String>,
    pub is_running: bool,
}

/// Pipelines to begin with: the documented ones, and what they lead to.
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
    /// Can what is typed be run?
    pub fn is_runnable(&self) -> bool {
        !self.text.trim().is_empty() && self.fault.is_none() && !self.is_running
    }
}
