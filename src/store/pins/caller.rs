//! Logons that a gateway passes on from a caller. The caller must not learn who is known here: an
//! unknown name, a wrong PIN, and a PIN that is locked, missing or set elsewhere are answered alike,
//! after the same work.

use super::attempts;
use super::hash;
use super::logon_call::LogonCall;
use crate::domain::Time;
use crate::domain::identity::Identity;
use crate::domain::lockout::LogonRefusal;
use crate::domain::origin::Origin;
use crate::domain::pin_digits::Pin;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::UserRecord;
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::{Result, Store, StoreError};

/// The answer for a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerLogon {
    /// The PIN is right and in force.
    Accepted(Box<UserRecord>),
    /// The PIN is right, but has expired. Only somebody who knows it hears this.
    Expired,
    /// All other reasons.
    Refused,
}

/// The reason that the history gives for a logon of somebody unknown. The typed name is left out,
/// since callers also type their PIN there.
const UNKNOWN: &str = "unknown user";

impl Store {
    /// Tries a PIN for a caller, as [`Store::authenticate`] does for an operator. The identity must
    /// name one user exactly. A logon of nobody is recorded, too.
    ///
    /// # Errors
    /// No role of the operator permits it for anybody (which is recorded), the key is not here, the
    /// clock must be accepted first, or the store failed.
    pub fn authenticate_caller(
        &mut self,
        identity: &str,
        pin: &Pin,
        origin: Option<&Origin>,
        operator: &Operator,
        at: Time,
    ) -> Result<CallerLogon> {
        let call = LogonCall {
            operator,
            at,
            origin,
            hides_reasons: true,
        };
        let Some(user) = self.one_user(identity)? else {
            self.try_nobody(pin, &call)?;
            return Ok(CallerLogon::Refused);
        };
        match self.try_pin(user.id, pin, &call) {
            Ok(logon) => Ok(match logon.refusal {
                None => CallerLogon::Accepted(Box::new(user)),
                Some(LogonRefusal::PinExpired) => CallerLogon::Expired,
                Some(_) => CallerLogon::Refused,
            }),
            // The user is outside of the units of the operator's roles.
            Err(StoreError::NotPermitted { .. })
                if self.permission(operator, cmdlet::TEST_PIN)? != Permission::Nowhere =>
            {
                hash::compare_with_nothing(pin);
                Ok(CallerLogon::Refused)
            }
            Err(error) => Err(error),
        }
    }

    /// The one user whom an identity names. None if it is no exact identity, or names nobody or
    /// several users.
    fn one_user(&self, identity: &str) -> Result<Option<UserRecord>> {
        let identity = Identity::parse(identity).ok();
        let Some(identity) = identity.filter(|identity| !matches!(identity, Identity::Pattern(_)))
        else {
            return Ok(None);
        };
        let mut found = self.find(&identity)?;
        let user = found.pop();
        Ok(user.filter(|_| found.is_empty()))
    }

    /// Does for nobody what is done for a user, and records it.
    fn try_nobody(&mut self, pin: &Pin, call: &LogonCall<'_>) -> Result<()> {
        let batch = |reason| Batch {
            reason,
            origin: call.origin,
            ..Batch::new(BatchAction::Authenticate, call.at, call.operator)
        };
        self.write_or_record(
            |transaction| {
                let permission = roles::permission(transaction, call.operator, cmdlet::TEST_PIN)?;
                if permission == Permission::Nowhere {
                    return Err(StoreError::not_permitted(call.operator, cmdlet::TEST_PIN).into());
                }
                Ok(attempts::reserve_for_nobody(transaction, call)?)
            },
            |transaction| record_denied(transaction, &batch("not permitted"), UNKNOWN),
        )?;
        hash::compare_with_nothing(pin);
        self.write(|transaction| append_batch(transaction, &batch(UNKNOWN)).map(drop))
    }
}
