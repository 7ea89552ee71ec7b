//! The names of users as the history records them: JSON for a user whose names change, and one hash
//! for each block of users that a batch adds.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::domain::text::hex;
use crate::domain::user::{UserId, UserNames, guid_key};

/// The number of users in a block. A difference is narrowed down to a block.
const USERS_IN_BLOCK: usize = 64;

/// The hash of the names of one user.
pub(in crate::store) type NamesHash = [u8; 32];

/// Users with consecutive positions in the order of their IDs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct UserBlock {
    pub first: UserId,
    pub last: UserId,
    pub count: u64,
    /// SHA-256 over the [`NamesHash`] of each user.
    pub sha256: String,
}

/// The names as JSON, with the GUID as the store writes it. A value that is missing is null, but telephone number and site are left out,
/// since older programs did not have them.
pub(in crate::store) fn names_json(names: &UserNames) -> String {
    let mut json = json!({
        "displayName": names.display_name,
        "sip": names.sip,
        "upn": names.upn,
        "account": names.account.as_ref().map(ToString::to_string),
        "dn": names.dn,
        "guid": names.guid.as_deref().map(guid_key),
    });
    for (name, value) in [("lineUri", &names.line_uri), ("site", &names.site)] {
        if let Some(value) = value {
            json[name] = json!(value);
        }
    }
    json.to_string()
}

/// The hash of names that are written as [`names_json`].
pub(in crate::store) fn names_hash(json: &str) -> NamesHash {
    Sha256::digest(json).into()
}

/// The hash of a block whose users have these hashes.
pub(in crate::store) fn hash_of_block(users: &[NamesHash]) -> NamesHash {
    let mut hash = Sha256::new();
    for names in users {
        hash.update(names);
    }
    hash.finalize().into()
}

/// The blocks of users, who come in the order of their IDs.
pub(in crate::store) fn blocks_of<'a>(
    users: impl IntoIterator<Item = (UserId, &'a UserNames)>,
) -> Vec<UserBlock> {
    let mut blocks = BlockHasher::default();
    for (id, names) in users {
        blocks.add(id, &names_hash(&names_json(names)));
    }
    blocks.finish()
}

/// Collects blocks while users come one by one.
#[derive(Default)]
pub(in crate::store) struct BlockHasher {
    done: Vec<UserBlock>,
    open: Option<OpenBlock>,
}

struct OpenBlock {
    first: UserId,
    last: UserId,
    names: Vec<NamesHash>,
}

impl BlockHasher {
    pub fn add(&mut self, id: UserId, names: &NamesHash) {
        let block = self.open.get_or_insert_with(|| OpenBlock {
            first: id,
            last: id,
            names: Vec::new(),
        });
        block.last = id;
        block.names.push(*names);
        if block.names.len() == USERS_IN_BLOCK {
            self.close();
        }
    }

    pub fn finish(mut self) -> Vec<UserBlock> {
        self.close();
        self.done
    }

    fn close(&mut self) {
        if let Some(block) = self.open.take() {
            self.done.push(UserBlock {
                first: block.first,
                last: block.last,
                count: block.names.len() as u64,
                sha256: hex(&hash_of_block(&block.names)),
            });
        }
    }
}
