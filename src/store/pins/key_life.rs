//! The life of a key: a store begins to use one, replaces it, and finishes the replacement. The key
//! itself is written outside the store, and always before the store says that it uses it.

use super::keys::{KEY, KEY_BEFORE, key_in_force, key_named};
use crate::domain::Time;
use crate::domain::pin_key::KeyId;
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::engine::named_values::set_text;
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::settings::Settings;
use crate::store::{Result, Store, StoreError, WriteError};

/// The keys that a store names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysInUse {
    /// The key in force. None: PINs are hashed without a key.
    pub key: Option<KeyInUse>,
    /// The key that is being replaced.
    pub before: Option<KeyInUse>,
}

/// The keys of a store, and the PINs that depend on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyState {
    pub keys: KeysInUse,
    /// Number of PINs that are hashed with the key in force.
    pub with_key: u64,
    /// Number of PINs that are hashed with another key.
    pub with_old_key: u64,
    /// Number of PINs that are hashed without a key.
    pub without_key: u64,
}

/// The commands that do what a state of the keys asks for, as the descriptions name them.
#[derive(Clone, Copy, Debug)]
pub struct KeyWays {
    pub make: &'static str,
    pub import: &'static str,
    pub finish: &'static str,
}

/// A key that the store names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInUse {
    pub id: KeyId,
    /// The description of where it was found, or the reason why it cannot be used here.
    pub found: std::result::Result<String, String>,
}

impl KeysInUse {
    /// Whether PINs can be set and tested here, with whatever key they have.
    pub fn is_usable(&self) -> bool {
        let mut needed = self.key.iter().chain(&self.before);
        needed.all(|used| used.found.is_ok())
    }

    /// A description, one sentence or two a line.
    pub fn lines(&self, ways: &KeyWays) -> Vec<String> {
        let force = match &self.key {
            None => format!(
                "This store uses no key. Somebody who gets a copy of it can try all PINs. To make a key: {}",
                ways.make
            ),
            Some(KeyInUse {
                id,
                found: Ok(place),
            }) => {
                format!("Key {id} is in force. It was found in {place}.")
            }
            Some(KeyInUse {
                id,
                found: Err(why),
            }) => format!(
                "Key {id} is needed to set and test PINs, but {why}. Bring it here with: {}",
                ways.import
            ),
        };
        let before = self.before.as_ref().map(|KeyInUse { id, found }| match found {
            Ok(place) => {
                format!("Key {id} is being replaced and still valid. It was found in {place}.")
            }
            Err(why) => format!(
                "Key {id} is being replaced and still valid, but {why}. PINs that need it cannot be tested here."
            ),
        });
        std::iter::once(force).chain(before).collect()
    }
}

impl KeyState {
    /// A description, one sentence or two a line.
    pub fn lines(&self, ways: &KeyWays) -> Vec<String> {
        let mut lines = self.keys.lines(ways);
        let is_keyless = self.keys.key.is_none() && self.with_old_key == 0;
        lines.push(if is_keyless && self.without_key == 0 {
            "No PIN is kept in this store yet.".to_owned()
        } else if is_keyless {
            format!("PINs: {} hashed, all without a key.", self.without_key)
        } else {
            format!(
                "PINs: {} hashed with the key in force, {} with another key, {} without a key.",
                self.with_key, self.with_old_key, self.without_key
            )
        });
        if self.keys.before.is_some() && self.with_old_key == 0 {
            lines.push(format!(
                "No PIN needs the old key any more. To end the rotation: {}",
                ways.finish
            ));
        }
        lines
    }
}

impl Store {
    /// The keys of the store, where they are, and the PINs that depend on them.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn key_state(&self) -> Result<KeyState> {
        let (named, counts) = self.read(|connection| {
            let named = key_ids(connection)?;
            let counts = KeyCounts::of(connection, named.0.as_ref())?;
            Ok((named, counts))
        })?;
        Ok(KeyState {
            keys: self.look_for(named),
            with_key: counts.current,
            with_old_key: counts.old,
            without_key: counts.keyless,
        })
    }

    /// The keys of the store, and where they are. Counts no PINs, so it takes no time in a large
    /// store.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn keys_in_use(&self) -> Result<KeysInUse> {
        Ok(self.look_for(self.read(key_ids)?))
    }

    fn look_for(&self, (key, before): KeyIds) -> KeysInUse {
        let look = |id: KeyId| KeyInUse {
            found: self.keys.find(&id).map(|found| found.found_in),
            id,
        };
        KeysInUse {
            key: key.map(look),
            before: before.map(look),
        }
    }

    /// Checks that the operator may begin or replace a key, so that no key is made in vain.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), or the store failed.
    pub fn require_key_permission(&mut self, operator: &Operator, at: Time) -> Result<()> {
        let attempt = KeyAttempt {
            words: "make a key",
            operator,
            at,
        };
        self.change_key(&attempt, |_| Ok(None))
    }

    /// Checks that the key can be replaced, so that no key is made in vain.
    ///
    /// # Errors
    /// The store uses no key, another rotation is not finished, or the store could not be read.
    pub fn check_rotation(&self) -> Result<()> {
        self.try_read(|connection| may_rotate(connection).map(drop))
    }

    /// Records that the keys of the store are about to be written into a file.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), or the store failed.
    pub fn record_key_export(&mut self, operator: &Operator, at: Time) -> Result<()> {
        let attempt = KeyAttempt {
            words: "export the key",
            operator,
            at,
        };
        self.change_key(&attempt, |transaction| {
            let Some(used) = key_in_force(transaction)? else {
                return Err(StoreError::NoKey.into());
            };
            Ok(Some(format!("Key {used} exported to a file")))
        })
    }

    /// From now on PINs are hashed with this key, which must be found outside the store already.
    ///
    /// # Errors
    /// The key is not here, the store uses one already, the operator's roles do not permit it (which
    /// is recorded), or the store failed.
    pub fn begin_key(&mut self, id: &KeyId, operator: &Operator, at: Time) -> Result<()> {
        self.require(id)?;
        let words = format!("PINs are hashed with key {id} from now on");
        let attempt = KeyAttempt {
            words: &words,
            operator,
            at,
        };
        self.change_key(&attempt, |transaction| {
            if let Some(used) = key_in_force(transaction)? {
                return Err(StoreError::KeyInUse {
                    id: used.to_string(),
                }
                .into());
            }
            set_text(transaction, KEY, Some(id.as_str()))?;
            Ok(Some(words.clone()))
        })
    }

    /// Replaces the key by this one, which must be found outside the store already. Both are valid
    /// until [`Store::finish_rotation`].
    ///
    /// # Errors
    /// The key is not here, the store uses none yet or this one, another rotation is not finished,
    /// the operator's roles do not permit it (which is recorded), or the store failed.
    pub fn rotate_key(&mut self, id: &KeyId, operator: &Operator, at: Time) -> Result<()> {
        self.require(id)?;
        let words = format!("PINs are hashed with key {id} instead of the one before");
        let attempt = KeyAttempt {
            words: &words,
            operator,
            at,
        };
        self.change_key(&attempt, |transaction| {
            let used = may_rotate(transaction)?;
            if used == *id {
                return Err(StoreError::KeyInUse { id: id.to_string() }.into());
            }
            set_text(transaction, KEY_BEFORE, Some(used.as_str()))?;
            set_text(transaction, KEY, Some(id.as_str()))?;
            Ok(Some(words.clone()))
        })
    }

    /// Ends a rotation: the old key is no longer needed for any PIN. Returns its ID, or None if there
    /// was no rotation.
    ///
    /// # Errors
    /// PINs are still hashed with another key than the one in force, the operator's roles do not
    /// permit it (which is recorded), or the store failed.
    pub fn finish_rotation(&mut self, operator: &Operator, at: Time) -> Result<Option<KeyId>> {
        let attempt = KeyAttempt {
            words: "finish the rotation of the key",
            operator,
            at,
        };
        let mut dropped = None;
        self.change_key(&attempt, |transaction| {
            let Some(before) = key_named(transaction, KEY_BEFORE)? else {
                return Ok(None);
            };
            let counts = KeyCounts::of(transaction, key_in_force(transaction)?.as_ref())?;
            if counts.old > 0 {
                let hashes = counts.old;
                return Err(StoreError::KeyStillUsed { hashes }.into());
            }
            set_text(transaction, KEY_BEFORE, None)?;
            let words = format!("Key {before} is no longer needed");
            dropped = Some(before);
            Ok(Some(words))
        })?;
        Ok(dropped)
    }

    fn require(&self, id: &KeyId) -> Result<()> {
        self.keys.find(id).map(drop).map_err(|detail| {
            let id = id.to_string();
            StoreError::KeyMissing { id, detail }
        })
    }
}

/// The IDs of the key in force and of the one that is being replaced.
type KeyIds = (Option<KeyId>, Option<KeyId>);

fn key_ids(connection: &Connection) -> EngineResult<KeyIds> {
    Ok((
        key_in_force(connection)?,
        key_named(connection, KEY_BEFORE)?,
    ))
}

/// The key in force, if it may be replaced.
fn may_rotate(connection: &Connection) -> std::result::Result<KeyId, WriteError> {
    let Some(used) = key_in_force(connection)? else {
        return Err(StoreError::NoKey.into());
    };
    if let Some(before) = key_named(connection, KEY_BEFORE)? {
        let id = before.to_string();
        return Err(StoreError::RotationUnfinished { id }.into());
    }
    Ok(used)
}

/// An attempt to change the key, with the texts for its history.
struct KeyAttempt<'a> {
    words: &'a str,
    operator: &'a Operator,
    at: Time,
}

impl KeyAttempt<'_> {
    fn batch<'a>(&'a self, words: &'a str) -> Batch<'a> {
        Batch {
            reason: words,
            ..Batch::new(BatchAction::SetKey, self.at, self.operator)
        }
    }
}

impl Store {
    /// Makes a change of the key and records it, if the operator may. It takes the permission for PIN
    /// policies, since it changes how all PINs are kept. `change` returns a description of what it
    /// changed; None is no change and is not recorded.
    fn change_key(
        &mut self,
        attempt: &KeyAttempt<'_>,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<Option<String>, WriteError>,
    ) -> Result<()> {
        let work = |transaction: &Transaction<'_>| {
            let permission = roles::permission(transaction, attempt.operator, cmdlet::POLICY)?;
            if permission != Permission::Everywhere {
                return Err(StoreError::not_permitted(attempt.operator, cmdlet::POLICY).into());
            }
            let before = Settings::read(transaction)?;
            if let Some(words) = change(transaction)? {
                let mut chain = append_batch(transaction, &attempt.batch(&words))?;
                let after = Settings::read(transaction)?;
                before.append_changes(&after, transaction, &mut chain)?;
            }
            Ok(())
        };
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &attempt.batch(attempt.words), "key")
        })
    }
}

/// Numbers of PINs in force.
#[derive(Default)]
struct KeyCounts {
    current: u64,
    old: u64,
    keyless: u64,
}

impl KeyCounts {
    /// KeyCounts the newest hash of each user. A hash that a file has overtaken counts, too, since an
    /// undo can bring its PIN back.
    fn of(connection: &Connection, key: Option<&KeyId>) -> EngineResult<Self> {
        let mut statement = connection.prepare_cached(
            "SELECT key_id, count(*) FROM pin_hashes WHERE number = (
                 SELECT max(newest.number) FROM pin_hashes newest WHERE newest.user_id = pin_hashes.user_id)
             GROUP BY key_id",
        )?;
        let mut rows = statement.query(&[])?;
        let mut counts = Self::default();
        while let Some(row) = rows.next()? {
            let id: Option<String> = row.get(0)?;
            let count = row.get::<i64>(1)?.unsigned_abs();
            match id.as_deref() {
                None => counts.keyless += count,
                Some(id) if key.is_some_and(|key| key.as_str() == id) => counts.current += count,
                Some(_) => counts.old += count,
            }
        }
        Ok(counts)
    }
}
