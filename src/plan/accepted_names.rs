//! Names that an operator accepts although they look damaged.

use crate::domain::text::identity_key;
use crate::domain::user::UserNames;

/// Display names or identities, as they were typed.
#[derive(Debug, Default)]
pub struct AcceptedNames(Vec<AcceptedName>);

#[derive(Debug)]
struct AcceptedName {
    typed: String,
    key: String,
    /// Whether a row has the name.
    is_met: bool,
}

impl AcceptedNames {
    pub fn of(typed: &[String]) -> Self {
        let name = |typed: &String| AcceptedName {
            typed: typed.clone(),
            key: identity_key(typed.trim()),
            is_met: false,
        };
        Self(typed.iter().map(name).collect())
    }

    /// Whether a row with these names is accepted. Notes that there is such a row.
    pub fn meet(&mut self, names: &UserNames) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let keys = [&names.display_name, &names.identity()].map(|name| identity_key(name));
        let mut is_met = false;
        for name in &mut self.0 {
            if keys.contains(&name.key) {
                name.is_met = true;
                is_met = true;
            }
        }
        is_met
    }

    /// The first name that no row has had.
    pub fn unmet(&self) -> Option<&str> {
        let unmet = self.0.iter().find(|name| !name.is_met);
        unmet.map(|name| name.typed.as_str())
    }
}
