//! The simulator of PIN policies: the effects of a draft on the users for whom it would hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Duration;
use strum::VariantArray as _;

use super::hash_rows::{HASH_COLUMNS, KeptLength, PinHash};
use super::policy_reach::Policies;
use crate::domain::Time;
use crate::domain::pin_key::{KeyId, PinKey};
use crate::domain::policy::NamedPolicy;
use crate::domain::policy_effect::{
    KnownLength, KnownPin, PolicyEffect, each_effect, lengths_of_class,
};
use crate::domain::user::UserId;
use crate::progress::{Progress, step};
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::history::last_logons::logons_since;
use crate::store::users::rows::pin;
use crate::store::{Result, Store, StoreError};

/// The effects of a draft of a policy on the users for whom it would hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySimulation {
    /// All users for whom it would hold, by ID.
    pub users: Vec<UserId>,
    pub effects: BTreeMap<PolicyEffect, EffectUsers>,
}

/// The users with one effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EffectUsers {
    /// The number of these users for whom the policy of today has that effect.
    pub today: usize,
    /// The users with the effect of the draft, by ID.
    pub users: Vec<UserId>,
}

impl Store {
    /// The effects of a draft as if it were saved, and granted to `granted_to`. Nothing is changed.
    ///
    /// # Errors
    /// The draft is invalid, the work was cancelled, or the store could not be read.
    pub fn simulate_policy(
        &self,
        draft: &NamedPolicy,
        granted_to: &HashSet<UserId>,
        now: Time,
        progress: &dyn Progress,
    ) -> Result<PolicySimulation> {
        draft.policy.check().map_err(StoreError::WrongPolicy)?;
        let _one_moment = self.snapshot()?;
        let total = self.count_users()? as u64;
        let mut find_key = |id: &KeyId| self.keys.find(id).ok().map(|found| found.key);
        let mut done = 0;
        let mut is_cancelled = false;
        let simulation = self.read(|connection| {
            let lengths = newest_lengths(connection, &mut find_key)?;
            let policies = Policies::read(connection)?;
            let mut pass = Simulator::new(draft, granted_to, &policies, now);
            let days = policies
                .most_inactivity_days()
                .max(draft.policy.inactivity_days);
            if days > 0 {
                let since = now - Duration::days(days.into());
                pass.last_logons = logons_since(connection, since)?;
            }
            pass.run(connection, lengths, || {
                done += 1;
                is_cancelled = step(progress, done, total);
                !is_cancelled
            })
        })?;
        if is_cancelled {
            return Err(StoreError::Cancelled);
        }
        Ok(simulation)
    }
}

/// A pass over all users.
struct Simulator<'a> {
    draft: &'a NamedPolicy,
    draft_key: String,
    granted_to: &'a HashSet<UserId>,
    policies: &'a Policies,
    now: Time,
    /// The policies of users with one grant and one site: whether the draft would hold, and the key
    /// of the one that holds now.
    known: HashMap<(Option<String>, Option<String>), (bool, String)>,
    /// The last logon of each user who has logged on in the days without use that a policy allows.
    last_logons: HashMap<UserId, Time>,
    found: PolicySimulation,
}

impl<'a> Simulator<'a> {
    fn new(
        draft: &'a NamedPolicy,
        granted_to: &'a HashSet<UserId>,
        policies: &'a Policies,
        now: Time,
    ) -> Self {
        let effects = PolicyEffect::VARIANTS.iter();
        Self {
            draft,
            draft_key: draft.name.key(),
            granted_to,
            policies,
            now,
            known: HashMap::new(),
            last_logons: HashMap::new(),
            found: PolicySimulation {
                users: Vec::new(),
                effects: effects
                    .map(|effect| (*effect, EffectUsers::default()))
                    .collect(),
            },
        }
    }

    fn run(
        mut self,
        connection: &Connection,
        lengths: Vec<(UserId, KnownLength)>,
        mut goes_on: impl FnMut() -> bool,
    ) -> EngineResult<PolicySimulation> {
        let mut lengths = lengths.into_iter().peekable();
        let mut statement = connection.prepare_cached(USERS)?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let id = UserId(row.get(0)?);
            let mut length = None;
            while let Some((_, newest)) = lengths.next_if(|(of, _)| *of <= id) {
                // Older PINs of the user come before the newest one.
                length = newest;
            }
            self.user(row, id, &length)?;
            if !goes_on() {
                break;
            }
        }
        Ok(self.found)
    }

    fn user(&mut self, row: Row<'_>, id: UserId, length: &KnownLength) -> EngineResult<()> {
        let (granted, site): (Option<&str>, Option<&str>) = (row.get(1)?, row.get(2)?);
        // Most users have neither, so that looking them up would cost more than deciding.
        let pair = (granted.map(str::to_owned), site.map(str::to_owned));
        let (policies, draft_key) = (self.policies, self.draft_key.as_str());
        let (holds, key) = self.known.entry(pair).or_insert_with(|| {
            let would = policies.key(granted, site, Some(draft_key));
            (would == draft_key, policies.key(granted, site, None))
        });
        if !*holds && !self.granted_to.contains(&id) {
            return Ok(());
        }
        let before = &policies.of_key(key).policy;
        let state = pin(row, PIN)?;
        self.found.users.push(id);
        let (draft, effects) = (&self.draft.policy, &mut self.found.effects);
        let known = KnownPin {
            state: &state,
            length,
            last_logon: self.last_logons.get(&id).copied(),
        };
        each_effect(&known, draft, before, self.now, |effect| {
            effects.entry(effect).or_default().users.push(id);
        });
        each_effect(&known, before, before, self.now, |effect| {
            effects.entry(effect).or_default().today += 1;
        });
        Ok(())
    }
}

/// The user, the granted policy, the site, and the PIN state.
const USERS: &str = "SELECT u.id, u.pin_policy, u.site, p.is_set, p.last_change, p.expires, p.lock_cause, p.lock_since,
    p.lock_until, p.lock_by, '', '', p.local_failures, p.global_failures, p.window_started,
    p.inactivity_days, p.last_use
    FROM users u JOIN pins p ON p.user_id = u.id ORDER BY u.id";
/// The first column of the PIN state.
const PIN: usize = 3;

/// The lengths of PINs as far as they can be known, by user, and the newest PIN of a user last.
fn newest_lengths(
    connection: &Connection,
    find_key: &mut dyn FnMut(&KeyId) -> Option<PinKey>,
) -> EngineResult<Vec<(UserId, KnownLength)>> {
    let sql = format!("SELECT {HASH_COLUMNS} FROM pin_hashes ORDER BY user_id, number");
    let mut keys: HashMap<KeyId, Option<PinKey>> = HashMap::new();
    let mut lengths = Vec::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let row = PinHash::of(row)?;
        let length = match &row.hashed.length {
            KeptLength::Class(class) => Some(lengths_of_class(*class)),
            KeptLength::Sealed { key, seal } => {
                let key = keys.entry(key.clone()).or_insert_with(|| find_key(key));
                let length = key
                    .as_ref()
                    .and_then(|key| key.sealed_length(&row.hashed.hash, seal));
                length.map(|length| length..=length)
            }
        };
        lengths.push((row.id, length));
    }
    Ok(lengths)
}
