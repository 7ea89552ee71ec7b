//! Single changes of settings, as the commands and windows wish for them.

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::policy::{NamedPolicy, PolicyName};
use crate::domain::reason_rules::ReasonRules;
use crate::domain::role::{Operator, Role};
use crate::domain::user::UserId;
use crate::plan::SettingsWish;
use crate::store::{Grant, Result, Store, StoreError};

impl Grant {
    /// The wish to give an account a role, or to take it away.
    pub fn wish(self, role: &str, account: &str) -> SettingsWish {
        let (role, account) = (role.to_owned(), account.to_owned());
        match self {
            Self::Give => SettingsWish::GiveRole { role, account },
            Self::Take => SettingsWish::TakeRole { role, account },
        }
    }
}

impl Store {
    /// Gives an account a role, or takes it away. The last CsAdministrator who has changed anything
    /// stays. Returns whether that was a change; otherwise nothing is recorded.
    ///
    /// # Errors
    /// The operator's roles do not permit it or permit less than the role (which is recorded), there
    /// is no such role, or the store failed.
    pub fn grant(
        &mut self,
        grant: Grant,
        role: &str,
        account: &str,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        self.change_settings(vec![grant.wish(role, account)], operator, at)
    }

    /// Defines a custom role, or defines it again. Returns whether that was a change; otherwise
    /// nothing is recorded.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), the role is invalid or built in,
    /// another role has its name, or the store failed.
    pub fn set_role(&mut self, role: &Role, operator: &Operator, at: Time) -> Result<bool> {
        self.change_settings(vec![SettingsWish::of_role(role)], operator, at)
    }

    /// Removes a custom role that no account has. Returns whether there was one; otherwise nothing
    /// is recorded.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), the role is built in, an account
    /// has it, its name is spelled differently, or the store failed.
    pub fn remove_role(&mut self, name: &str, operator: &Operator, at: Time) -> Result<bool> {
        let role = name.to_owned();
        self.change_settings(vec![SettingsWish::RemoveRole { role }], operator, at)
    }

    /// Sets the rules of approval. Returns whether that changed them.
    ///
    /// # Errors
    /// The operator's roles do not permit it or weaker rules need approval (both are recorded), or
    /// the store failed.
    pub fn set_approval_rules(
        &mut self,
        rules: ApprovalRules,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        self.change_settings(vec![SettingsWish::SetApproval { rules }], operator, at)
    }

    /// Sets the rules for reasons and tickets. Returns whether that changed them.
    ///
    /// # Errors
    /// As [`Store::set_approval_rules`]; also, the pattern for tickets is none.
    pub fn set_reason_rules(
        &mut self,
        rules: ReasonRules,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        self.change_settings(vec![SettingsWish::SetReasonRules { rules }], operator, at)
    }

    /// Protects a user, or stops doing so. Returns whether that was a change.
    ///
    /// # Errors
    /// The operator's roles do not permit it or ending the protection needs approval (both are
    /// recorded), there is no such user, or the store failed.
    pub fn protect(
        &mut self,
        user: UserId,
        protects: bool,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        self.change_settings(vec![SettingsWish::Protect { user, protects }], operator, at)
    }

    /// Sets a policy, and makes it if there is none of this name. Returns whether that was a
    /// change.
    ///
    /// # Errors
    /// The policy is invalid, the operator's roles do not permit it or a weaker one needs approval
    /// (both are recorded), or the store failed.
    pub fn set_policy(
        &mut self,
        wanted: &NamedPolicy,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let fault = wanted.policy.check();
        fault.map_err(StoreError::WrongPolicy)?;
        self.change_settings(vec![SettingsWish::of_policy(wanted)], operator, at)
    }

    /// Removes a policy of a site, or one that no user has been granted. Returns whether there was
    /// one.
    ///
    /// # Errors
    /// The policy is the global one or a user has been granted it, the operator's roles do not
    /// permit it or that needs approval (both are recorded), or the store failed.
    pub fn remove_policy(
        &mut self,
        name: &PolicyName,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let policy = name.to_string();
        self.change_settings(vec![SettingsWish::RemovePolicy { policy }], operator, at)
    }

    /// Grants a policy to a user, or takes the granted one away, so that the policy of their site
    /// or the global one holds. Returns whether that was a change.
    ///
    /// # Errors
    /// There is no such user, or no such policy that can be granted; the operator's roles do not
    /// permit it or that needs approval (both are recorded); or the store failed.
    pub fn grant_policy(
        &mut self,
        user: UserId,
        name: Option<&PolicyName>,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let policy = name.map(ToString::to_string);
        self.change_settings(
            vec![SettingsWish::GrantPolicy { user, policy }],
            operator,
            at,
        )
    }
}
