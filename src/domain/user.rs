//! Users: their number in the store and the five names by which people know them.

use super::dn::DistinguishedName;
use super::identity::{account_key, sip_key};
use super::text::identity_key;

/// A user's number in the store. It never changes and is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// The names of a user. All but the display name may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserNames {
    pub display_name: String,
    /// Without the `sip:` prefix.
    pub sip: Option<String>,
    pub upn: Option<String>,
    pub account: Option<Account>,
    /// As the directory wrote it.
    pub dn: Option<String>,
    /// The directory's own number for the user (objectGUID): it survives renaming and moving.
    pub guid: Option<String>,
    /// `LineURI`: the telephone number, and the extension where there is one. No name; a PIN must not be like it.
    pub line_uri: Option<String>,
    /// Where they belong to, for the PIN policies of sites. No name either.
    pub site: Option<String>,
}

/// `litwareinc\kenmyer`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    pub domain: String,
    pub logon: String,
}

/// The comparable forms of a user's names, by which the store looks users up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    pub display: String,
    pub sip: Option<String>,
    pub upn: Option<String>,
    pub account: Option<String>,
    pub dn: Option<String>,
    pub guid: Option<String>,
}

impl UserNames {
    /// The one name that stands for the user in what-if sentences, results and the history: the SIP address, or the
    /// next best that is an exact identity.
    pub fn identity(&self) -> String {
        if let Some(sip) = &self.sip {
            return format!("sip:{sip}");
        }
        let account = || self.account.as_ref().map(Account::to_string);
        self.upn
            .clone()
            .or_else(account)
            .or_else(|| self.dn.clone())
            .unwrap_or_else(|| self.display_name.clone())
    }

    /// The comparable forms. A distinguished name that cannot be parsed is compared as plain text.
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
            guid: self
                .guid
                .as_deref()
                .map(|guid| guid.trim_matches(['{', '}']).to_ascii_lowercase()),
        }
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\\{}", self.domain, self.logon)
    }
}

/// A user as the store knows them at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    pub id: UserId,
    pub names: UserNames,
    pub pin: super::pin::PinState,
    pub version: Version,
    /// Changing their PIN always needs somebody else's approval.
    pub is_protected: bool,
}

/// Grows with every change of a user's names or PIN state, so that a plan can tell whether it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(pub i64);
