//! The directory as `Get-CsUser | Export-Csv` writes it.

use std::collections::HashMap;

use super::error::ReadError;
use super::import_columns::{ColumnFinder, ImportField};
use super::import_options::ImportOptions;
use super::list_columns::plain;
use super::records::FileRow;
use super::table::Table;
use crate::domain::dn::DistinguishedName;
use crate::domain::identity::{Identity, strip_sip};
use crate::domain::user::{Account, UserNames};
use crate::plan::import::NameColumns;
use crate::plan::words::thousands;

/// The most characters of a name. Those of a directory are far shorter: Active Directory allows 256
/// for a display name (MS-ADA1, attribute displayName,
/// <https://learn.microsoft.com/openspecs/windows_protocols/ms-ada1>).
const LONGEST_NAME: usize = 1024;

/// The indexes of the columns with names.
pub(super) struct UserColumns {
    display_name: usize,
    name: Option<usize>,
    sip: Option<usize>,
    upn: Option<usize>,
    logon: Option<usize>,
    domain: Option<usize>,
    dn: Option<usize>,
    guid: Option<usize>,
    line_uri: Option<usize>,
    site: Option<usize>,
    /// The domain of logon names that have none in their row.
    domain_of_all: Option<String>,
}

impl UserColumns {
    /// Finds the columns by their names, or as a user says.
    ///
    /// # Errors
    /// A column is missing that is needed to tell users apart, or a chosen one does not exist.
    pub fn find(table: &Table, options: &ImportOptions) -> Result<Self, ReadError> {
        if let Some(name) = table.doubled() {
            return Err(ReadError::DuplicateHeader(name));
        }
        let finder = ColumnFinder::new(table, &options.columns)?;
        let display_name = finder.find(ImportField::DisplayName);
        let display_name = display_name.ok_or_else(|| table.missing("DisplayName"))?;
        let columns = Self {
            display_name,
            name: table.column(&["Name"]),
            sip: finder.find(ImportField::SipAddress),
            upn: finder.find(ImportField::UserPrincipalName),
            logon: finder.find(ImportField::SamAccountName),
            domain: finder.find(ImportField::Domain),
            dn: finder.find(ImportField::DistinguishedName),
            guid: finder.find(ImportField::Guid),
            line_uri: finder.find(ImportField::LineUri),
            site: finder.find(ImportField::Site),
            domain_of_all: Some(options.domain.trim())
                .filter(|domain| !domain.is_empty())
                .map(str::to_owned),
        };
        let is_told_apart = columns.sip.or(columns.upn).or(columns.dn).is_some()
            || columns.name_columns().account
            || columns
                .logon
                .is_some_and(|column| may_have_addresses(table, column));
        if !is_told_apart {
            return Err(table.missing("SipAddress"));
        }
        Ok(columns)
    }

    /// The names for which the file has columns. An account needs a logon name, and a domain or a
    /// distinguished name from which the domain is derived.
    pub fn name_columns(&self) -> NameColumns {
        NameColumns {
            sip: self.sip.is_some(),
            upn: self.upn.is_some(),
            account: self.logon.is_some()
                && (self.domain.or(self.dn).is_some() || self.domain_of_all.is_some()),
            dn: self.dn.is_some(),
            line_uri: self.line_uri.is_some(),
            site: self.site.is_some(),
        }
    }

    /// The first column of names in which a row has more than [`LONGEST_NAME`] characters.
    fn too_long(&self, row: &FileRow) -> Option<&'static str> {
        let columns = [
            (Some(self.display_name), "display name"),
            (self.name, "name"),
            (self.sip, "SIP address"),
            (self.upn, "UPN"),
            (self.logon, "logon name"),
            (self.domain, "domain"),
            (self.dn, "distinguished name"),
            (self.guid, "GUID"),
            (self.line_uri, "telephone number"),
            (self.site, "site"),
        ];
        columns.into_iter().find_map(|(column, name)| {
            let text = row.fields.get(column?)?.trim();
            // A text has at least as many bytes as characters, and counting those is slower.
            let is_long = text.len() > LONGEST_NAME && text.chars().count() > LONGEST_NAME;
            is_long.then_some(name)
        })
    }

    /// The first fault of a cell with a name.
    fn fault(&self, row: &FileRow) -> Option<String> {
        let columns = [
            Some(self.display_name),
            self.name,
            self.sip,
            self.upn,
            self.logon,
            self.domain,
            self.dn,
            self.guid,
            self.line_uri,
            self.site,
        ];
        let mut columns = columns.into_iter().flatten();
        columns.find_map(|column| row.value_fault(column))
    }

    /// The names in a row. `domains` has the NetBIOS name of each DNS domain.
    ///
    /// # Errors
    /// The reason why the row names no user, as a sentence.
    pub fn read(
        &self,
        row: &FileRow,
        domains: &HashMap<String, String>,
    ) -> Result<UserNames, String> {
        if let Some(column) = self.too_long(row) {
            return Err(format!(
                "Its {column} has more than {} characters.",
                thousands(LONGEST_NAME)
            ));
        }
        if let Some(fault) = self.fault(row) {
            return Err(fault);
        }
        let field = |column: Option<usize>| {
            let text = row.fields.get(column?)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let dn = field(self.dn);
        let parsed = dn
            .as_deref()
            .and_then(|dn| DistinguishedName::parse(dn).ok());
        let derived_domain = || {
            if let Some(domain) = &self.domain_of_all {
                let known = domains.get(&domain.to_lowercase());
                return Some(known.unwrap_or(domain).clone());
            }
            let dn = parsed.as_ref()?;
            let known = domains.get(&dn.dns_domain().to_lowercase()).cloned();
            known.or_else(|| dn.first_domain_component().map(str::to_owned))
        };
        // Some programs have an address in the column of the logon name.
        let (logon, address) = match field(self.logon) {
            Some(text) if text.contains('@') && !text.contains('\\') => (None, Some(text)),
            logon => (logon, None),
        };
        let is_sip = |text: &String| strip_sip(text).is_some();
        let (sip_of_logon, upn_of_logon) = match address {
            Some(text) if is_sip(&text) => (Some(text), None),
            address => (None, address),
        };
        let names = UserNames {
            display_name: field(Some(self.display_name))
                .or_else(|| field(self.name))
                .ok_or("It has no display name.")?,
            sip: field(self.sip)
                .or(sip_of_logon)
                .map(|sip| strip_sip(&sip).map_or(sip.clone(), str::to_owned))
                .filter(|sip| !sip.is_empty()),
            upn: field(self.upn).or(upn_of_logon),
            account: account(logon, field(self.domain), derived_domain)?,
            dn,
            guid: field(self.guid).map(|guid| guid.trim_matches(['{', '}']).to_ascii_lowercase()),
            line_uri: field(self.line_uri),
            site: field(self.site),
        };
        if names.sip.is_none()
            && names.upn.is_none()
            && names.account.is_none()
            && names.dn.is_none()
        {
            return Err(
                "It has no name that is exact: SIP address, UPN, account and distinguished name are all empty."
                    .to_owned(),
            );
        }
        Ok(names)
    }
}

/// Whether a column of logon names may have addresses instead. One that is called `SamAccountName` has
/// names without a domain.
fn may_have_addresses(table: &Table, column: usize) -> bool {
    let name = table.headers().get(column);
    name.is_some_and(|name| !plain(name).starts_with("sam"))
}

/// The account of a row. Some programs write the domain into the column of the logon name, although
/// a logon name has no backslash (attribute sAMAccountName,
/// <https://learn.microsoft.com/windows/win32/adschema/a-samaccountname>).
fn account(
    logon: Option<String>,
    domain: Option<String>,
    derived_domain: impl FnOnce() -> Option<String>,
) -> Result<Option<Account>, String> {
    let Some(logon) = logon else {
        return Ok(None);
    };
    if !logon.contains('\\') {
        let domain = domain.or_else(derived_domain);
        return Ok(domain.map(|domain| Account { domain, logon }));
    }
    match (Identity::parse(&logon), domain) {
        (Ok(Identity::Account { domain, .. }), Some(other))
            if domain.to_lowercase() != other.to_lowercase() =>
        {
            Err(format!(
                "Its account is {logon}, but its domain is {other}."
            ))
        }
        (Ok(Identity::Account { domain, logon }), _) => Ok(Some(Account { domain, logon })),
        (Ok(_), _) => Err(format!("{logon} is not a logon name.")),
        (Err(error), _) => Err(format!("{logon} is not a logon name. {error}")),
    }
}
