//! Signs of an attack among the PINs that a plan unlocks.

use crate::domain::user::UserId;
use crate::plan::Plan;
use crate::plan::attack::Attack;
use crate::store::{Result, Store};

impl Store {
    /// The attack of which the plan shows signs: it unlocks many PINs that wrong PINs have locked
    /// within minutes, from few origins. None if there is no such sign.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn attack(&self, plan: &Plan) -> Result<Option<Attack>> {
        let mut pins = plan.locked_together();
        if pins.is_empty() {
            return Ok(None);
        }
        let ids: Vec<UserId> = pins.iter().map(|pin| pin.id).collect();
        let mut logons = self.last_logons(&ids)?;
        for pin in &mut pins {
            let last = logons.remove(&pin.id).and_then(|logons| logons.failure);
            pin.origin = last.and_then(|failure| failure.from);
        }
        Ok(Attack::of(pins))
    }
}
