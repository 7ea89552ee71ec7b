//! The identity in a cell of a list: read by what the cell is, and by its column where the cell
//! alone does not say.

use std::collections::HashMap;

use super::list_columns::Meaning;
use crate::domain::dn::DistinguishedName;
use crate::domain::identity::{Identity, strip_sip};
use crate::domain::user::{UserNames, guid_key, is_guid};
use crate::domain::wrapped::is_exact;
use crate::plan::may_be_logon;
use crate::store::NameLookup;

/// The identity in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowIdentity {
    Identity(Identity),
    Upn(String),
    Guid(String),
}

/// Another name that a row has for its user: any of these, since the domain of a logon name need
/// not be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherName {
    pub column: usize,
    pub names: Vec<RowIdentity>,
    /// Whether it is only offered, and does not contradict.
    pub is_hint: bool,
}

/// Reads the identities of cells.
pub(super) struct IdentityReader<'a> {
    /// The domain of bare logon names.
    pub domain: &'a str,
    /// The NetBIOS name of each DNS domain.
    pub domains: &'a HashMap<String, String>,
    /// The logon domains of the directory.
    pub logon_domains: &'a [String],
}

/// The most logon domains in which a logon name without a domain is looked for, to compare it.
const MOST_DOMAINS: usize = 8;

impl RowIdentity {
    pub fn lookup(&self) -> NameLookup {
        match self {
            Self::Identity(identity) => NameLookup::identity(identity),
            Self::Upn(upn) => NameLookup::upn(upn),
            Self::Guid(guid) => NameLookup::guid(guid),
        }
    }

    /// Whether it is a name of this user.
    pub fn is_of(&self, names: &UserNames) -> bool {
        match self {
            Self::Identity(identity) => names.has(identity),
            Self::Upn(upn) => names.has(&Identity::Address(upn.clone())),
            Self::Guid(guid) => names
                .guid
                .as_deref()
                .is_some_and(|own| guid_key(own) == guid_key(guid)),
        }
    }

    /// Whether it is a display name, which several people may share.
    pub fn is_display(&self) -> bool {
        matches!(self, Self::Identity(Identity::DisplayName(_)))
    }
}

impl IdentityReader<'_> {
    /// The identity in a cell.
    ///
    /// # Errors
    /// The reason why the cell names nobody, as a sentence.
    pub fn identity(
        &self,
        text: &str,
        meaning: Meaning,
        domain: &str,
    ) -> Result<RowIdentity, String> {
        if text.is_empty() {
            return Err("The identity is empty.".to_owned());
        }
        if is_guid(text) && meaning != Meaning::DisplayName
            || meaning == Meaning::Guid && !is_exact(text)
        {
            return Ok(RowIdentity::Guid(text.to_owned()));
        }
        let parse = |text: &str| Identity::parse(text).map_err(|error| error.to_string());
        let identity = match meaning {
            Meaning::DisplayName | Meaning::Employee if !is_exact(text) => {
                Identity::DisplayName(text.to_owned())
            }
            Meaning::SipAddress if strip_sip(text).is_none() && !is_other_form(text) => {
                parse(&format!("sip:{text}"))?
            }
            Meaning::DistinguishedName if !is_exact(text) => match DistinguishedName::parse(text) {
                Ok(dn) => Identity::Dn(dn),
                Err(error) => return Err(format!("This is no distinguished name: {error}.")),
            },
            Meaning::Logon if !is_exact(text) && may_be_logon(text) && !text.contains('\\') => {
                Identity::Account {
                    domain: self.domain(domain)?,
                    logon: text.to_owned(),
                }
            }
            _ => parse(text)?,
        };
        if let Identity::Account { domain: own, logon } = &identity
            && !domain.is_empty()
            && !self.is_same_domain(own, domain)
        {
            return Err(format!(
                "It names {own}\\{logon}, but its domain is {domain}."
            ));
        }
        if matches!(identity, Identity::Pattern(_)) || text.contains('*') {
            Err("A file must name each user exactly, without wildcards (*).".to_owned())
        } else {
            Ok(match identity {
                Identity::Address(upn) if meaning == Meaning::Upn => RowIdentity::Upn(upn),
                Identity::Account { domain, logon } if domain.contains('.') => {
                    let domain = self.short(&domain);
                    RowIdentity::Identity(Identity::Account { domain, logon })
                }
                identity => RowIdentity::Identity(identity),
            })
        }
    }

    /// The names that a cell of another column may mean. A logon name without a domain is looked
    /// for in all domains, if there are few.
    pub fn other_names(&self, text: &str, meaning: Meaning, domain: &str) -> Vec<RowIdentity> {
        let has_domain = !(domain.is_empty() && self.domain.trim().is_empty());
        if meaning == Meaning::Logon && !has_domain && may_be_logon(text) {
            let domains = self.logon_domains;
            let domains = if domains.len() <= MOST_DOMAINS {
                domains
            } else {
                &[]
            };
            return domains
                .iter()
                .filter_map(|domain| self.identity(text, meaning, domain).ok())
                .collect();
        }
        self.identity(text, meaning, domain).into_iter().collect()
    }

    /// The logon domain of the row, or else the chosen one. A DNS name is turned into its NetBIOS
    /// name.
    fn domain(&self, cell: &str) -> Result<String, String> {
        let name = if cell.is_empty() {
            self.domain.trim()
        } else {
            cell
        };
        if name.is_empty() {
            return Err("It has a logon name without a domain, which need not be unique. Choose the domain (--domain NAME).".to_owned());
        }
        Ok(self.short(name))
    }

    fn short(&self, name: &str) -> String {
        let known = self.domains.get(&name.to_lowercase()).cloned();
        known.unwrap_or_else(|| name.split('.').next().unwrap_or(name).to_owned())
    }

    fn is_same_domain(&self, one: &str, other: &str) -> bool {
        self.short(one).to_lowercase() == self.short(other).to_lowercase()
    }
}

/// Whether a text is an account or a distinguished name.
fn is_other_form(text: &str) -> bool {
    matches!(
        Identity::parse(text),
        Ok(Identity::Account { .. } | Identity::Dn(_))
    )
}
