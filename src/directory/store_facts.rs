//! Values of users that are read from the store only while a condition asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::user::UserId;
use crate::pipeline::StoreFacts;
use crate::store::{Store, StoreError};

/// The policies and failed logons of all users at one moment.
#[derive(Debug)]
pub(super) struct AllFacts {
    policies: HashMap<UserId, Arc<str>>,
    failures: HashMap<UserId, u32>,
}

impl AllFacts {
    /// Reads them.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn read(store: &Store) -> Result<Self, StoreError> {
        let _one_moment = store.snapshot()?;
        let mut policies = HashMap::new();
        for (policy, users) in store.users_by_policy()? {
            let name: Arc<str> = policy.name.to_string().into();
            policies.extend(users.into_iter().map(|id| (id, Arc::clone(&name))));
        }
        Ok(Self {
            policies,
            failures: store.users_with_failures()?.into_iter().collect(),
        })
    }

    pub fn of(&self, id: UserId) -> StoreFacts<'_> {
        StoreFacts {
            policy: self.policies.get(&id).map_or("", |name| name),
            failures: self.failures.get(&id).copied().unwrap_or_default(),
        }
    }
}
