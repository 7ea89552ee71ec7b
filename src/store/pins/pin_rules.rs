//! The rules for the PIN of one user, for a window that checks digits while they are typed.

use super::policies::{EffectivePolicy, effective};
use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::user::UserId;
use crate::store::{Result, Store};

/// The rules that a new PIN of one user has to keep, as the store had them when they were read.
/// Setting the PIN checks them again, and also the PINs that a user must not use again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinRules(EffectivePolicy);

impl Store {
    /// The rules for the PIN of a user. Where the store has no such user, those of the global policy.
    ///
    /// # Errors
    /// The key of PINs is not here, so that none can be set, or the store could not be read.
    pub fn pin_rules(&self, id: UserId) -> Result<PinRules> {
        self.require_key()?;
        self.read(|connection| effective(connection, id).map(PinRules))
    }
}

impl PinRules {
    /// All rules that a PIN breaks. Empty if it can be set.
    pub fn faults(&self, pin: &Pin) -> Vec<PinFault> {
        pin.faults(&self.0.named.policy, self.0.holder())
    }
}
