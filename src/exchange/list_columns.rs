//! The meanings of a list's columns, recognized by the names that common tools write.

use strum::VariantArray as _;

use crate::domain::identity::Identity;

/// The meaning of a column. Columns that can name a user come first, the most exact ones before the
/// others. Each variant has its label, and the names of its columns in small letters without spaces
/// and punctuation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum Meaning {
    /// Any of the five forms of identity.
    #[strum(to_string = "Identity", serialize = "identity")]
    #[strum(serialize = "useridentity")]
    Identity,
    #[strum(to_string = "SIP address", serialize = "sipaddress")]
    #[strum(serialize = "sip", serialize = "sipuri")]
    #[strum(serialize = "primarysipaddress")]
    #[strum(serialize = "msrtcsipprimaryuseraddress")]
    SipAddress,
    #[strum(to_string = "UPN", serialize = "upn")]
    #[strum(serialize = "userprincipalname")]
    Upn,
    #[strum(to_string = "Distinguished name", serialize = "distinguishedname")]
    #[strum(serialize = "dn")]
    DistinguishedName,
    #[strum(to_string = "GUID", serialize = "guid", serialize = "objectguid")]
    Guid,
    /// A logon name without its domain, which must come from another column or be chosen for the
    /// file.
    #[strum(to_string = "Logon name", serialize = "logonname")]
    #[strum(serialize = "logon", serialize = "login", serialize = "loginname")]
    #[strum(serialize = "samaccountname", serialize = "sam")]
    #[strum(serialize = "user", serialize = "username")]
    #[strum(serialize = "account", serialize = "accountname")]
    Logon,
    #[strum(to_string = "Mail address", serialize = "mail")]
    #[strum(serialize = "email", serialize = "emailaddress")]
    #[strum(serialize = "windowsemailaddress", serialize = "primarysmtpaddress")]
    Mail,
    #[strum(to_string = "Display name", serialize = "displayname")]
    #[strum(serialize = "name", serialize = "fullname")]
    DisplayName,
    #[strum(to_string = "Domain", serialize = "domain", serialize = "domainname")]
    #[strum(serialize = "netbiosdomain", serialize = "ntdomain")]
    #[strum(serialize = "userdomain")]
    Domain,
    /// `lock` or `unlock`.
    #[strum(to_string = "Action", serialize = "action", serialize = "operation")]
    Action,
    #[strum(to_string = "Reason", serialize = "reason")]
    Reason,
    #[strum(to_string = "Ticket", serialize = "ticket")]
    #[strum(serialize = "ticketnumber", serialize = "incident")]
    Ticket,
    /// The time at which a lock ends by itself.
    #[strum(to_string = "Until", serialize = "until", serialize = "lockuntil")]
    Until,
    /// The result of a row of a script that was run on the live pool.
    #[strum(to_string = "Result of a script", serialize = "pindeskresult")]
    Result,
    /// The message of such a result.
    #[strum(to_string = "Message of a script", serialize = "message")]
    Message,
}

impl Meaning {
    /// The meanings that can name a user, the most exact first. The first one that a file has names
    /// its users.
    pub fn naming() -> impl Iterator<Item = Self> {
        Self::VARIANTS
            .iter()
            .copied()
            .filter(|meaning| meaning.is_name())
    }

    /// Whether such a column can name a user.
    pub fn is_name(self) -> bool {
        match self {
            Self::Identity
            | Self::SipAddress
            | Self::Upn
            | Self::DistinguishedName
            | Self::Guid
            | Self::Logon
            | Self::Mail
            | Self::DisplayName => true,
            Self::Domain
            | Self::Action
            | Self::Reason
            | Self::Ticket
            | Self::Until
            | Self::Result
            | Self::Message => false,
        }
    }

    /// The name that is shown.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// The meaning of a column's name, in any case, spacing and punctuation.
    pub fn of(name: &str) -> Option<Self> {
        plain(name).parse().ok()
    }
}

/// Known columns without a meaning here, whose names show that a row is a header: those of remote
/// sessions, `Get-CsUser` and Active Directory; and those of `Get-CsClientPinInfo` and the export
/// of PIN states, which say what is, not what is wanted.
const KNOWN: [&str; 25] = [
    "pscomputername",
    "runspaceid",
    "psshowcomputername",
    "ispinset",
    "islockedout",
    "lastpinchangetime",
    "pinexpirationtime",
    "lockeduntil",
    "lockedout",
    "enabled",
    "sid",
    "objectsid",
    "firstname",
    "lastname",
    "givenname",
    "surname",
    "telephonenumber",
    "lineuri",
    "teluri",
    "extension",
    "department",
    "title",
    "lastlogondate",
    "registrarpool",
    "pindeskverdict",
];

/// A name without case, spaces and punctuation: `User Principal Name` is `userprincipalname`.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether one of the cells is the name of a known column.
pub(super) fn has_known_name(cells: &[String]) -> bool {
    cells
        .iter()
        .any(|cell| Meaning::of(cell).is_some() || KNOWN.contains(&plain(cell).as_str()))
}

/// Whether the first row of a file is its header. A row with an identity is not a header, even
/// beside a cell such as `User`. A row with the name of a known column is one. Any other row is a
/// header only if it has several columns and no cell with the characters of an identity. A single
/// column may be a list of users, and the first of them must not be lost silently.
pub(super) fn looks_like_header(cells: &[String]) -> bool {
    let is_name =
        |cell: &String| cell.contains(['@', '\\']) || cell.to_lowercase().starts_with("cn=");
    !cells.iter().any(|cell| is_identity(cell.trim()))
        && (has_known_name(cells) || cells.len() > 1 && !cells.iter().any(is_name))
}

/// Whether a cell is certainly an identity, and not the name of a column such as `Domain\User`.
fn is_identity(cell: &str) -> bool {
    let is_address = |(name, domain): (&str, &str)| !name.is_empty() && domain.contains('.');
    match cell.split_once('\\') {
        Some((domain, logon)) => {
            !(domain.is_empty() || logon.is_empty())
                && [domain, logon]
                    .iter()
                    .all(|part| Meaning::of(part).is_none())
        }
        None => {
            matches!(Identity::parse(cell), Ok(Identity::Dn(_)))
                || !cell.contains(char::is_whitespace)
                    && cell.split_once('@').is_some_and(is_address)
        }
    }
}

/// Whether a column is one that `Format-Table | Export-Csv` writes by mistake for objects of the
/// screen.
pub(super) fn is_format_debris(name: &str) -> bool {
    plain(name) == "classid2e4f51ef21dd47e99d3c952918aff9cd"
}
