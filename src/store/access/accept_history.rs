//! Going on with a history that is not the one that this computer has seen.

use super::roles;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::history::append::append_unasked_batch;
use crate::store::history::batch::Batch;
use crate::store::history::head_news::HeadNews;
use crate::store::{Result, Store};

impl Store {
    /// Accepts the history as it is now, if it is not the one that the witness has seen. The
    /// acceptance is an entry of its own, which tells what was expected, if a role of the operator
    /// permits anything; other accounts write nothing, and accept it for themselves. Returns whether
    /// it was needed.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub fn accept_history(&mut self, operator: &Operator, now: Time) -> Result<bool> {
        let Some(HeadNews::Changed(change)) = self.head_news()? else {
            return Ok(false);
        };
        let reason = change.expectation();
        let batch = Batch {
            reason: &reason,
            ..Batch::new(BatchAction::AcceptHistory, now, operator)
        };
        self.write_accepting(|transaction| {
            let roles = roles::roles(transaction, operator)?;
            if roles.iter().any(|role| !role.cmdlets.is_empty()) {
                append_unasked_batch(transaction, &batch)?;
            }
            Ok(())
        })?;
        Ok(true)
    }
}
