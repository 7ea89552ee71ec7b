//! Users: their IDs and their five names.

use serde::{Deserialize, Serialize};

use super::dn::DistinguishedName;
use super::identity::{Identity, account_key, sip_key};
use super::text::identity_key;

/// The ID of a user in the store. It never changes and is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId(pub i64);

/// The names of a user. All but the display name may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserNames {
    pub display_name: String,
    /// The SIP address without its `sip:` prefix.
    pub sip: Option<String>,
    pub upn: Option<String>,
    pub account: Option<Account>,
    /// The distinguished name as the directory wrote it.
    pub dn: Option<String>,
    /// The directory's ID of the user (objectGUID), which survives renaming and moving.
    pub guid: Option<String>,
    /// `LineURI`: the telephone number, with its extension if there is one. It is not a name; a PIN
    /// must not be like it.
    pub line_uri: Option<String>,
    /// The site of the user, for PIN policies. It is not a name either.
    pub site: Option<String>,
}

/// `litwareinc\kenmyer`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    pub domain: String,
    pub logon: String,
}

/// The keys of a user's names, by which the store looks users up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    pub display: String,
    pub sip: Option<String>,
    pub upn: Option<String>,
    pub account: Option<String>,
    pub dn: Option<String>,
    pub guid: Option<String>,
}

/// The five names of a user, borrowed from where they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BorrowedNames<'a> {
    pub display_name: &'a str,
    /// Without the `sip:` prefix.
    pub sip: Option<&'a str>,
    pub upn: Option<&'a str>,
    /// Domain and logon name.
    pub account: Option<(&'a str, &'a str)>,
    pub dn: Option<&'a str>,
}

impl UserNames {
    /// The name for the user in what-if sentences, results and the history: the SIP address, or
    /// else the next name that is an exact identity.
    pub fn identity(&self) -> String {
        self.as_borrowed().identity()
    }

    /// The names that can be an identity, without copies.
    pub fn as_borrowed(&self) -> BorrowedNames<'_> {
        let account = self.account.as_ref();
        BorrowedNames {
            display_name: &self.display_name,
            sip: self.sip.as_deref(),
            upn: self.upn.as_deref(),
            account: account.map(|account| (account.domain.as_str(), account.logon.as_str())),
            dn: self.dn.as_deref(),
        }
    }

    /// The keys of all names. A distinguished name that cannot be parsed is compared as plain text.
    pub fn keys(&self) -> NameKeys {
        NameKeys {
            display: identity_key(&self.display_name),
            sip: self.sip.as_deref().map(sip_key),
            upn: self.upn.as_deref().map(identity_key),
            account: self
                .account
                .as_ref()
                .map(|a| account_key(&a.domain, &a.logon)),
            dn: self.dn.as_deref().map(|dn| {
                DistinguishedName::parse(dn)
                    .map_or_else(|_not_a_dn| identity_key(dn), |dn| dn.key())
            }),
            guid: self.guid.as_deref().map(guid_key),
        }
    }
}

impl UserNames {
    /// Whether the user has this exact name.
    pub fn has(&self, name: &Identity) -> bool {
        let is =
            |own: &Option<String>, name: &str| own.as_deref().is_some_and(|own| equal(own, name));
        match name {
            Identity::Sip(address) => is(&self.sip, address),
            Identity::Address(address) => is(&self.sip, address) || is(&self.upn, address),
            Identity::Account { domain, logon } => self
                .account
                .as_ref()
                .is_some_and(|own| equal(&own.domain, domain) && equal(&own.logon, logon)),
            Identity::DisplayName(display) => equal(&self.display_name, display),
            Identity::Dn(dn) => self.dn.as_deref().is_some_and(|own| {
                DistinguishedName::parse(own).map_or_else(
                    |_not_a_dn| identity_key(own) == dn.key(),
                    // As in `equal`.
                    |own| own == *dn || own.key() == dn.key(),
                )
            }),
            Identity::Pattern(_) => false,
        }
    }
}

/// Whether two names are equal as identities are compared.
fn equal(one: &str, other: &str) -> bool {
    // Most names are written alike, and a key costs more than a comparison.
    if one == other {
        true
    } else if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        identity_key(one) == identity_key(other)
    }
}

impl BorrowedNames<'_> {
    /// See [`UserNames::identity`].
    pub fn identity(&self) -> String {
        let Self {
            display_name,
            sip,
            upn,
            account,
            dn,
        } = *self;
        match (sip, upn, account, dn) {
            (Some(sip), ..) => ["sip:", sip].concat(),
            (_, Some(upn), ..) => upn.to_owned(),
            (_, _, Some((domain, logon)), _) => [domain, "\\", logon].concat(),
            (.., dn) => dn.unwrap_or(display_name).to_owned(),
        }
    }
}

/// The key of a GUID: without braces and in lower case.
pub fn guid_key(guid: &str) -> String {
    guid.trim_matches(['{', '}']).to_ascii_lowercase()
}

/// Whether a text has the form of a GUID, with or without braces.
pub fn is_guid(text: &str) -> bool {
    let digits = text.trim_matches(['{', '}']);
    digits.len() == 36
        && digits.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\\{}", self.domain, self.logon)
    }
}

/// A user as the store has them at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    pub id: UserId,
    pub names: UserNames,
    pub pin: super::pin::PinState,
    pub version: Version,
    /// Whether changing the PIN always needs approval.
    pub is_protected: bool,
}

/// A counter that grows with every change of a user's names or PIN state. A plan compares it to
/// find out whether it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version(pub i64);
