//! The texts of cells of the list, whole and as they are copied.

use crate::directory::{NameForm, Position, View};
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::{Expiry, Failures};
use crate::time_format::date;
use crate::worker::jobs::UserFacts;
use crate::zone::Zone;

use super::GridColumn;
use super::row_text::lock_label;

/// The text of a cell. Empty if the user has no such value. `facts` are for columns that are read
/// from the store.
pub fn cell_text(
    view: &View,
    position: Position,
    column: GridColumn,
    facts: Option<&UserFacts>,
    zone: Zone,
) -> String {
    let name = |form| view.directory.names().get(position, form).into_owned();
    let Some(pin) = view.directory.pin(position) else {
        return String::new();
    };
    let status = pin.status(view.now);
    match column {
        GridColumn::DisplayName => name(NameForm::DisplayName),
        GridColumn::Account => name(NameForm::Account),
        GridColumn::SipAddress => name(NameForm::Sip),
        GridColumn::Upn => name(NameForm::Upn),
        GridColumn::Unit => unit_of(&name(NameForm::Dn)),
        GridColumn::Pin => if status.is_set { "Set" } else { "Not set" }.to_owned(),
        GridColumn::Lock => lock_label(&status).to_owned(),
        GridColumn::Locked => match (status.locked, pin.locked_since(view.now)) {
            (None, _) => String::new(),
            (Some(_), None) => "not known".to_owned(),
            (Some(_), Some(since)) => {
                let by = pin.locked_by(view.now).unwrap_or_default();
                format!("{} {by}", date(since, zone)).trim_end().to_owned()
            }
        },
        GridColumn::Expires => match status.expiry {
            Expiry::NoPin => String::new(),
            Expiry::Never => "Never".to_owned(),
            Expiry::At(at) | Expiry::Expired(at) => date(at, zone),
        },
        GridColumn::LastChange => pin
            .last_change()
            .map_or_else(String::new, |at| date(at, zone)),
        // The list is older than a lock that was set or ended meanwhile.
        GridColumn::Reason | GridColumn::Ticket if status.locked.is_none() => String::new(),
        column => facts.map_or_else(String::new, |facts| fact_text(facts, column, zone)),
    }
}

fn fact_text(facts: &UserFacts, column: GridColumn, zone: Zone) -> String {
    match column {
        GridColumn::Reason => facts.reason.clone(),
        GridColumn::Ticket => facts.ticket.clone(),
        GridColumn::Policy => facts.policy.clone(),
        GridColumn::Failures => match facts.failures {
            Failures { global: 0, .. } => "0".to_owned(),
            Failures { global, local, .. } => format!("{global}, {local} in a row"),
        },
        GridColumn::LastFailure => facts
            .last_failure
            .map_or_else(String::new, |at| date(at, zone)),
        _ => String::new(),
    }
}

/// Where a distinguished name lies: `litwareinc.com/Europe/Finance`.
fn unit_of(dn: &str) -> String {
    DistinguishedName::parse(dn).map_or_else(|_not_a_dn| String::new(), |dn| dn.container_path())
}
