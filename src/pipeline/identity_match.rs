//! Finds the user that an object or an identity means.

use super::fault::LocatedMessage;
use super::objects::IDENTITY;
use super::value::Object;
use crate::domain::identity::Identity;
use crate::domain::user::UserNames;
use crate::plan::Target;
use crate::zone::Zone;

/// Whether an identity may mean several users.
pub(super) fn is_pattern(identity: &Identity) -> bool {
    matches!(identity, Identity::Pattern(_))
}

/// Whether an identity means the user with these names.
pub(super) fn means(identity: &Identity, names: &UserNames) -> bool {
    let keys = names.keys();
    let is = |key: &Option<String>| key.is_some() && *key == identity.key();
    match identity {
        Identity::Sip(_) => is(&keys.sip),
        Identity::Address(_) => is(&keys.sip) || is(&keys.upn),
        Identity::Account { .. } => is(&keys.account),
        Identity::DisplayName(_) => is(&Some(keys.display)),
        Identity::Dn(_) => is(&keys.dn),
        Identity::Pattern(pattern) => pattern.matches_key(&keys.display),
    }
}

/// The user that an object means to the stage at byte `at` of the text. Rows and texts from a file
/// or a property must name one user each.
///
/// # Errors
/// The identity has a wildcard.
pub(super) fn target(at: usize, object: &Object, zone: Zone) -> Result<Target, LocatedMessage> {
    if let Some((id, _)) = object.user() {
        return Ok(Target::User(id));
    }
    let text = match object {
        Object::Row(row) => row
            .columns
            .iter()
            .position(|name| name.eq_ignore_ascii_case(IDENTITY))
            .and_then(|column| row.cells.get(column))
            .map(|cell| cell.to_text(zone)),
        Object::Value(value) => Some(value.to_text(zone)),
        Object::User(_) | Object::Pin(_) | Object::Role(_) => None,
    };
    let text = text.unwrap_or_default();
    if Identity::parse(&text).is_ok_and(|identity| is_pattern(&identity)) {
        let message = format!(
            "\"{text}\" has a wildcard and would take several users. What is handed on must name one user each."
        );
        return Err(LocatedMessage { at, message });
    }
    Ok(Target::Identity(text))
}
