//! The names of users as the history records them: JSON for a user whose names change, and one hash
//! for each block of users that a batch adds.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::text::hex;
use crate::domain::user::{Account, UserId, UserNames, guid_key};

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

/// The names as JSON, with the GUID as the store writes it. A value that is missing is null, but
/// telephone number and site are left out, since older programs did not have them.
pub(in crate::store) fn names_json(names: &UserNames) -> String {
    let account = names.account.as_ref();
    let json = NamesJson {
        account: account.map(ToString::to_string),
        display_name: &names.display_name,
        dn: names.dn.as_deref(),
        guid: names.guid.as_deref().map(guid_key),
        line_uri: names.line_uri.as_deref(),
        sip: names.sip.as_deref(),
        site: names.site.as_deref(),
        upn: names.upn.as_deref(),
    };
    // Writing texts to a String cannot fail.
    serde_json::to_string(&json).unwrap_or_default()
}

/// The names in the order of their keys, in which every program has written them. The hashes depend
/// on it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamesJson<'a> {
    account: Option<String>,
    display_name: &'a str,
    dn: Option<&'a str>,
    guid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_uri: Option<&'a str>,
    sip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<&'a str>,
    upn: Option<&'a str>,
}

/// The names that [`names_json`] has written. None if the text is something else.
pub(in crate::store) fn names_of_json(json: &str) -> Option<UserNames> {
    let written: WrittenNames = serde_json::from_str(json).ok()?;
    let account = written.account.map(|account| {
        let (domain, logon) = account.split_once('\\')?;
        Some(Account {
            domain: domain.to_owned(),
            logon: logon.to_owned(),
        })
    });
    // An account that cannot be read makes the names unknown, not a user without an account.
    let account = match account {
        Some(account) => Some(account?),
        None => None,
    };
    Some(UserNames {
        display_name: written.display_name,
        sip: written.sip,
        upn: written.upn,
        account,
        dn: written.dn,
        guid: written.guid,
        line_uri: written.line_uri,
        site: written.site,
    })
}

/// The names as the history has them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenNames {
    account: Option<String>,
    display_name: String,
    dn: Option<String>,
    guid: Option<String>,
    line_uri: Option<String>,
    sip: Option<String>,
    site: Option<String>,
    upn: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_the_order_of_their_keys() {
        let mut names = UserNames {
            display_name: "Ken \"K\" Myer".to_owned(),
            sip: Some("kenmyer@litwareinc.com".to_owned()),
            account: Some(Account {
                domain: "litwareinc".to_owned(),
                logon: "kenmyer".to_owned(),
            }),
            guid: Some("{5F3C}".to_owned()),
            ..UserNames::default()
        };
        assert_eq!(
            names_json(&names),
            r#"{"account":"litwareinc\\kenmyer","displayName":"Ken \"K\" Myer","dn":null,"guid":"5f3c","sip":"kenmyer@litwareinc.com","upn":null}"#
        );
        let read = names_of_json(&names_json(&names)).unwrap();
        assert_eq!(names_json(&read), names_json(&names));
        assert_eq!(read.account, names.account);
        names.line_uri = Some("tel:+1".to_owned());
        names.site = Some("Redmond".to_owned());
        assert_eq!(
            names_json(&names),
            r#"{"account":"litwareinc\\kenmyer","displayName":"Ken \"K\" Myer","dn":null,"guid":"5f3c","lineUri":"tel:+1","sip":"kenmyer@litwareinc.com","site":"Redmond","upn":null}"#
        );
        let read = names_of_json(&names_json(&names)).unwrap();
        assert_eq!((read.line_uri, read.site), (names.line_uri, names.site));
    }
}
