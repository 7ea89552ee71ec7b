//! The other way: filters as the text of a pipeline.

use crate::domain::filter::Filter;
use crate::plan::Action;

/// The pipeline that finds the users who pass all filters, and does something to their PINs, if anything is to be done.
///
/// It means the same in PowerShell itself, but for `LockCause`, which is PinDesk's own.
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

/// What a filter asks for; None where it asks for nothing. A missing expiry is always asked for by name, since
/// PowerShell would take it for earlier than every date.
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
