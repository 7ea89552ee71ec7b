//! What the columns of a list mean: by their names, as the tools that administrators use write them.

use crate::domain::identity::Identity;

/// What a column of a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Any of the five forms of identity.
    Identity,
    SipAddress,
    Upn,
    DistinguishedName,
    /// A logon name without its domain: works only with a domain, from another column or chosen for the file.
    Logon,
    Domain,
    DisplayName,
    Mail,
    Guid,
    /// `lock` or `unlock`.
    Action,
    Reason,
    Ticket,
    /// When a lock ends by itself.
    Until,
    /// What came of a row when its script was run on the live pool.
    Result,
    /// What the script's result says beside it.
    Message,
}

impl Meaning {
    /// Those that can name a user, the most exact first: the first that a file has names its users.
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
    /// Those that say something about the row.
    pub const OTHERS: [Self; 5] = [
        Self::Domain,
        Self::Action,
        Self::Reason,
        Self::Ticket,
        Self::Until,
    ];

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

/// Columns that are known but say nothing here: of remote sessions, of `Get-CsUser`, of `Get-CsClientPinInfo` and the
/// export of PIN states, which say what is and not what is wanted, of Active Directory. Their names show that a row is a
/// header.
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

/// Is one of the cells the name of a column that is known?
pub(super) fn has_known_name(cells: &[String]) -> bool {
    cells
        .iter()
        .any(|cell| Meaning::of(cell).is_some() || KNOWN.contains(&plain(cell).as_str()))
}

/// Is the first row of a file its header? Somebody's identity says no, even beside a cell such as `User`, and a known
/// name says yes. Otherwise a single column has none, since a row that is taken for a header would be lost silently, and
/// several columns have one.
pub(super) fn looks_like_header(cells: &[String]) -> bool {
    let is_name =
        |cell: &String| cell.contains(['@', '\\']) || cell.to_lowercase().starts_with("cn=");
    !cells.iter().any(|cell| is_identity(cell.trim()))
        && (has_known_name(cells) || cells.len() > 1 && !cells.iter().any(is_name))
}

/// Is it surely somebody's name, and not that of a column, as `Domain\User` is?
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

/// A column that only objects for the screen have, as Format-Table leaves them in an Export-Csv.
pub(super) fn is_format_debris(name: &str) -> bool {
    plain(name) == "classid2e4f51ef21dd47e99d3c952918aff9cd"
}
