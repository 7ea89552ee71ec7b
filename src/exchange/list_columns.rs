//! The meanings of a list's columns, recognized by the names that common tools write.

use crate::domain::identity::Identity;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Any of the five forms of identity.
    Identity,
    SipAddress,
    Upn,
    DistinguishedName,
    /// A logon name without its domain, which must come from another column or be chosen for the
    /// file.
    Logon,
    Domain,
    DisplayName,
    Mail,
    Guid,
    /// `lock` or `unlock`.
    Action,
    Reason,
    Ticket,
    /// The time at which a lock ends by itself.
    Until,
    /// The result of a row of a script that was run on the live pool.
    Result,
    /// The message of such a result.
    Message,
}

impl Meaning {
    /// Columns that can name a user, the most exact first. The first one that a file has names its
    /// users.
    pub const NAMING: [Self; 8] = [
        Self::Identity,
        Self::SipAddress,
        Self::Upn,
        Self::DistinguishedName,
        Self::Guid,
        Self::Logon,
        Self::Mail,
        Self::DisplayName,
    ];
    /// Columns with other facts about the row.
    pub const OTHERS: [Self; 5] = [
        Self::Domain,
        Self::Action,
        Self::Reason,
        Self::Ticket,
        Self::Until,
    ];

    /// The name that is shown.
    pub fn label(self) -> &'static str {
        match self {
            Self::Identity => "Identity",
            Self::SipAddress => "SIP address",
            Self::Upn => "UPN",
            Self::DistinguishedName => "Distinguished name",
            Self::Logon => "Logon name",
            Self::Domain => "Domain",
            Self::DisplayName => "Display name",
            Self::Mail => "Mail address",
            Self::Guid => "GUID",
            Self::Action => "Action",
            Self::Reason => "Reason",
            Self::Ticket => "Ticket",
            Self::Until => "Until",
            Self::Result => "Result of a script",
            Self::Message => "Message of a script",
        }
    }

    /// The meaning of a column's name, in any case, spacing and punctuation.
    pub fn of(name: &str) -> Option<Self> {
        Some(match plain(name).as_str() {
            "identity" | "useridentity" => Self::Identity,
            "sipaddress"
            | "sip"
            | "sipuri"
            | "primarysipaddress"
            | "msrtcsipprimaryuseraddress" => Self::SipAddress,
            "userprincipalname" | "upn" => Self::Upn,
            "distinguishedname" | "dn" => Self::DistinguishedName,
            "samaccountname" | "username" | "logon" | "logonname" | "loginname" | "login"
            | "user" | "sam" | "account" | "accountname" => Self::Logon,
            "domain" | "netbiosdomain" | "ntdomain" | "domainname" | "userdomain" => Self::Domain,
            "displayname" | "name" | "fullname" => Self::DisplayName,
            "mail" | "email" | "emailaddress" | "windowsemailaddress" | "primarysmtpaddress" => {
                Self::Mail
            }
            "guid" | "objectguid" => Self::Guid,
            "action" | "operation" => Self::Action,
            "reason" => Self::Reason,
            "ticket" | "ticketnumber" | "incident" => Self::Ticket,
            "until" | "lockuntil" => Self::Until,
            "pindeskresult" => Self::Result,
            "message" => Self::Message,
            _ => return None,
        })
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
