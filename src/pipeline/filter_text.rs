//! Writes filters as the text of a pipeline.

use crate::domain::filter::Filter;
use crate::plan::Action;

/// The pipeline that finds the users who pass all filters and carries out the action, if there is
/// one, on their PINs.
///
/// It has the same meaning in PowerShell itself, except for `LockCause`, which only PinDesk knows.
pub fn pipeline_text(filters: &[Filter], action: Option<Action>) -> String {
    let conditions: Vec<String> = filters
        .iter()
        .filter_map(|filter| pin_condition(*filter))
        .collect();
    let mut text = "Get-CsUser | Get-CsClientPinInfo".to_owned();
    if !conditions.is_empty() {
        text.push_str(&format!(
            " | Where-Object {{{}}}",
            conditions.join(" -and ")
        ));
    }
    if let Some(action) = action {
        text.push_str(&format!(" | {}", action.cmdlet()));
    }
    text
}

/// A filter as a condition; None when it lets all users pass. A missing expiry is excluded
/// explicitly, since PowerShell takes it for earlier than every date.
pub fn pin_condition(filter: Filter) -> Option<String> {
    Some(match filter {
        Filter::All => return None,
        Filter::Locked => "$_.IsLockedOut -eq $True".to_owned(),
        Filter::Unlocked => "$_.IsLockedOut -eq $False".to_owned(),
        Filter::LockedBy(cause) => format!("$_.LockCause -eq \"{}\"", cause.word()),
        Filter::PinSet => "$_.IsPinSet -eq $True".to_owned(),
        Filter::NoPin => "$_.IsPinSet -eq $False".to_owned(),
        Filter::Expired => {
            "$_.PinExpirationTime -ne $Null -and $_.PinExpirationTime -lt (Get-Date)".to_owned()
        }
        Filter::ExpiresWithinDays(days) => {
            format!(
                "$_.PinExpirationTime -ge (Get-Date) -and $_.PinExpirationTime -le (Get-Date).AddDays({days})"
            )
        }
        Filter::NeverExpires => {
            "$_.IsPinSet -eq $True -and $_.PinExpirationTime -eq $Null".to_owned()
        }
    })
}
