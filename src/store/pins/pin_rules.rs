//! The rules for the PIN of one user, for a window that checks digits while they are typed.

use super::policies::effective;
use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::{NamedPolicy, PinPolicy};
use crate::domain::user::UserId;
use crate::store::{Result, Store};

/// The rules that a new PIN of one user has to keep, as the store had them when they were read.
/// Setting the PIN checks them again, and also the PINs that a user must not use again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinRules {
    pub policy: NamedPolicy,
    line: Option<String>,
}

impl Store {
    /// The rules for the PIN of a user. Where the store has no such user, those of the global policy.
    ///
    /// # Errors
    /// The key of PINs is not here, so that none can be set, or the store could not be read.
    pub fn pin_rules(&self, id: UserId) -> Result<PinRules> {
        self.require_key()?;
        let effective = self.read(|connection| effective(connection, id))?;
        Ok(PinRules {
            policy: effective.named,
            line: effective.line_uri,
        })
    }
}

impl PinRules {
    /// All rules that a PIN breaks. Empty if it can be set.
    pub fn faults(&self, pin: &Pin) -> Vec<PinFault> {
        let policy = &self.policy.policy;
        let short = (pin.length() < policy.min_length).then_some(PinFault::TooShort {
            least: policy.min_length,
        });
        let any_length = PinPolicy {
            min_length: 0,
            ..policy.clone()
        };
        let pattern = pin.check(&any_length, self.line.as_deref()).err();
        short.into_iter().chain(pattern).collect()
    }
}
