//! The meanings of a list's columns, and how they are compared.

use strum::VariantArray as _;

/// The meaning of a column. Columns that can name a user come first, the most exact ones before the
/// others. Each variant has its label.
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
    #[strum(to_string = "Identity")]
    Identity,
    #[strum(to_string = "SIP address")]
    SipAddress,
    #[strum(to_string = "UPN")]
    Upn,
    #[strum(to_string = "Distinguished name")]
    DistinguishedName,
    #[strum(to_string = "GUID")]
    Guid,
    /// A logon name without its domain, which must come from another column or be chosen for the
    /// file.
    #[strum(to_string = "Logon name")]
    Logon,
    #[strum(to_string = "Mail address")]
    Mail,
    /// All addresses of a person, each with its prefix.
    #[strum(to_string = "All addresses")]
    Addresses,
    #[strum(to_string = "Display name")]
    DisplayName,
    /// Somebody, by any name.
    #[strum(to_string = "Employee")]
    Employee,
    /// A part of the display name.
    #[strum(to_string = "First name")]
    FirstName,
    #[strum(to_string = "Last name")]
    LastName,
    #[strum(to_string = "Domain")]
    Domain,
    /// `lock` or `unlock`.
    #[strum(to_string = "Action")]
    Action,
    /// Whether the row is to be locked or unlocked: yes or no.
    #[strum(to_string = "Lock: yes or no")]
    WantsLock,
    #[strum(to_string = "Unlock: yes or no")]
    WantsUnlock,
    #[strum(to_string = "Reason")]
    Reason,
    #[strum(to_string = "Ticket")]
    Ticket,
    /// The time at which a lock ends by itself.
    #[strum(to_string = "Until")]
    Until,
    /// The result of a row of a script that was run on the live pool.
    #[strum(to_string = "Result of a script")]
    Result,
    /// The message of such a result.
    #[strum(to_string = "Message of a script")]
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
            | Self::Addresses
            | Self::DisplayName
            | Self::Employee => true,
            Self::FirstName
            | Self::LastName
            | Self::Domain
            | Self::Action
            | Self::WantsLock
            | Self::WantsUnlock
            | Self::Reason
            | Self::Ticket
            | Self::Until
            | Self::Result
            | Self::Message => false,
        }
    }

    /// Whether a name in such a column belongs to one user only.
    pub fn is_exact(self) -> bool {
        self.is_name() && !matches!(self, Self::DisplayName | Self::Employee)
    }

    /// The name that is shown.
    pub fn label(self) -> &'static str {
        self.into()
    }
}

/// A name without case, spaces and punctuation: `User Principal Name` is `userprincipalname`.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The index of the first column with a name, in any case and spacing.
pub(super) fn column_named(headers: &[String], name: &str) -> Option<usize> {
    let wanted = plain(name);
    headers.iter().position(|header| plain(header) == wanted)
}
