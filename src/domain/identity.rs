//! Identities: the texts that point at a user, in the five forms that the cmdlets take.

use super::dn;
use super::dn::{DistinguishedName, DnError};
use super::pattern::DisplayPattern;
use super::text::identity_key;

/// A text that points at a user, read as one of the five forms.
///
/// Source of the forms: Microsoft Docs, `Lock-CsClientPin`, parameter Identity,
/// <https://learn.microsoft.com/powershell/module/skype/lock-csclientpin>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A SIP address, stored without its `sip:` prefix: `kenmyer@litwareinc.com`.
    Sip(String),
    /// `kenmyer@litwareinc.com`: a UPN, or a SIP address without its prefix.
    Address(String),
    /// `litwareinc\kenmyer`.
    Account { domain: String, logon: String },
    /// A display name without a wildcard: `Ken Myer`.
    DisplayName(String),
    /// A display name with one or more `*`: `* Smith`.
    Pattern(DisplayPattern),
    /// `CN=Ken Myer,OU=Finance,DC=litwareinc,DC=com`.
    Dn(DistinguishedName),
}

/// Reasons why a text is not an identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("The identity is empty.")]
    Empty,
    #[error("Wildcards (*) work only with display names.")]
    Wildcard,
    #[error(
        "The SIP address is incomplete: it needs a name and a domain, as in sip:kenmyer@litwareinc.com."
    )]
    Sip,
    #[error(
        "The account is incomplete: it needs a domain and a logon name, as in litwareinc\\kenmyer."
    )]
    Account,
    #[error("The distinguished name cannot be read: {0}.")]
    Dn(DnError),
}

impl Identity {
    /// Reads a text as an identity. Surrounding spaces are ignored.
    ///
    /// # Errors
    /// The text is empty, is incomplete or broken, or has a `*` and is not a display name.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let dn_text = trim_dn(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(IdentityError::Empty);
        }
        if let Some(address) = strip_sip(text) {
            return Self::parse_sip(address);
        }
        if text.contains('=') {
            match DistinguishedName::parse(dn_text) {
                Ok(name) => return Ok(Self::Dn(name)),
                Err(DnError::Wildcard) => return Err(IdentityError::Wildcard),
                Err(error) if dn::looks_like_dn(text) => return Err(IdentityError::Dn(error)),
                Err(_not_a_dn) => {}
            }
        }
        let star = text.contains('*');
        if text.matches('\\').count() == 1 {
            return if star {
                Err(IdentityError::Wildcard)
            } else {
                Self::parse_account(text)
            };
        }
        if text.contains('@') {
            return if star {
                Err(IdentityError::Wildcard)
            } else {
                Ok(Self::Address(text.to_owned()))
            };
        }
        Ok(if star {
            Self::Pattern(DisplayPattern::new(text))
        } else {
            Self::DisplayName(text.to_owned())
        })
    }

    /// The name of the form, for the text beside the search box.
    pub fn form(&self) -> &'static str {
        match self {
            Self::Sip(_) => "SIP address",
            Self::Address(_) => "UPN or SIP address",
            Self::Account { .. } => "domain and logon name",
            Self::DisplayName(_) => "display name",
            Self::Pattern(_) => "display name with wildcard",
            Self::Dn(_) => "distinguished name",
        }
    }

    /// The key by which the store looks it up. None for a pattern, which is matched instead.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Sip(text) | Self::Address(text) | Self::DisplayName(text) => {
                Some(identity_key(text))
            }
            Self::Account { domain, logon } => Some(account_key(domain, logon)),
            Self::Dn(name) => Some(name.key()),
            Self::Pattern(_) => None,
        }
    }

    fn parse_sip(address: &str) -> Result<Self, IdentityError> {
        if address.contains('*') {
            return Err(IdentityError::Wildcard);
        }
        match address.split_once('@') {
            Some((name, domain)) if !name.is_empty() && !domain.is_empty() => {
                Ok(Self::Sip(address.to_owned()))
            }
            _ => Err(IdentityError::Sip),
        }
    }

    fn parse_account(text: &str) -> Result<Self, IdentityError> {
        match text.split_once('\\') {
            Some((domain, logon)) if !domain.trim().is_empty() && !logon.trim().is_empty() => {
                Ok(Self::Account {
                    domain: domain.trim().to_owned(),
                    logon: logon.trim().to_owned(),
                })
            }
            _ => Err(IdentityError::Account),
        }
    }
}

/// The text without surrounding spaces. An escaped space at the end of a distinguished name is
/// kept.
fn trim_dn(text: &str) -> &str {
    let text = text.trim_start();
    let trimmed = text.trim_end_matches([' ', '\t', '\r', '\n']);
    let backslashes = trimmed.len() - trimmed.trim_end_matches('\\').len();
    let escaped = backslashes % 2 == 1 && text[trimmed.len()..].starts_with(' ');
    &text[..trimmed.len() + usize::from(escaped)]
}

/// The key for comparing `domain\logon`.
pub fn account_key(domain: &str, logon: &str) -> String {
    identity_key(&format!("{domain}\\{logon}"))
}

/// The key for comparing SIP addresses, with or without prefix.
pub fn sip_key(address: &str) -> String {
    identity_key(strip_sip(address.trim()).unwrap_or_else(|| address.trim()))
}

/// Whether a display name could be a logon name without its domain: it has neither spaces nor
/// separators.
pub fn looks_like_bare_logon(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '@' | '\\' | '*' | '=' | ','))
}

/// The text after the prefix `sip:` (in any case). None without the prefix.
pub fn strip_sip(text: &str) -> Option<&str> {
    let prefix = text.get(..4)?;
    prefix
        .eq_ignore_ascii_case("sip:")
        .then(|| text[4..].trim())
}
