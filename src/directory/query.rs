//! Queries of the directory: a text, a filter and an order.

use super::Among;
use crate::domain::filter::Filter;
use crate::domain::identity::{Identity, IdentityError};
use crate::zone::Zone;

/// A query of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub text: String,
    pub filter: Filter,
    /// A second filter, which must hold, too: locked, and expiring.
    pub also: Filter,
    /// A condition that must hold, too, as [`UserCondition`](crate::pipeline::UserCondition) reads
    /// it. Empty: there is none.
    pub condition: String,
    /// The zone in which the condition reads times.
    pub zone: Zone,
    pub sort: Sort,
    /// The users to whom it is restricted. None: all.
    pub among: Option<Among>,
}

impl Query {
    /// Whether it leaves out users, whatever the text finds.
    pub fn is_filtered(&self) -> bool {
        let has_chip = self.filter != Filter::All || self.also != Filter::All;
        has_chip || !self.condition.is_empty() || self.among.is_some()
    }

    /// The filters of the query that hold beside a chip: those of the other kind. None beside the
    /// chip of all users.
    pub(super) fn beside(&self, chip: Filter) -> [Filter; 2] {
        [self.filter, self.also].map(|filter| {
            let is_other = filter.is_about_locks() != chip.is_about_locks();
            if is_other && chip != Filter::All {
                filter
            } else {
                Filter::All
            }
        })
    }
}

/// An order of rows. Equal rows are in the order of display names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sort {
    pub column: SortColumn,
    pub descending: bool,
}

/// The values by which rows can be sorted.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    strum::VariantArray,
)]
pub enum SortColumn {
    #[default]
    DisplayName,
    Account,
    Pin,
    Lock,
    Expires,
    Locked,
    SipAddress,
    LastChange,
    Upn,
    Unit,
    Reason,
    Ticket,
    Policy,
    Failures,
    LastFailure,
}

/// The form of a text that has none of the other forms, and so can be a part of any name.
const DISPLAY_NAME: &str = "display name";

/// The meaning of the text in the search box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// An empty text, which finds all users.
    Everybody,
    /// A text to find anywhere in the five names.
    Text {
        looked_for: String,
        form: &'static str,
    },
    /// A display-name pattern.
    Pattern(crate::domain::pattern::DisplayPattern),
    /// A text that can find no user, and the reason.
    Refused(IdentityError),
}

impl Reading {
    /// Reads the text of the search box. It accepts more than an identity: only a `*` makes the
    /// text a pattern.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Everybody;
        }
        let as_text = |form| Self::Text {
            looked_for: text.to_owned(),
            form,
        };
        match Identity::parse(text) {
            Ok(Identity::Pattern(pattern)) => Self::Pattern(pattern),
            // The canonical form is searched, whatever spaces and escapes were typed.
            Ok(Identity::Dn(dn)) => Self::Text {
                looked_for: dn.to_string(),
                form: "distinguished name",
            },
            Ok(Identity::DisplayName(_)) => as_text(DISPLAY_NAME),
            Ok(identity) => as_text(identity.form()),
            Err(IdentityError::Wildcard) => Self::Refused(IdentityError::Wildcard),
            // The user is still typing.
            Err(IdentityError::Sip) => as_text("SIP address"),
            Err(IdentityError::Account) => as_text("domain and logon name"),
            Err(IdentityError::Dn(_)) => as_text("distinguished name"),
            Err(IdentityError::Empty) => Self::Everybody,
        }
    }

    /// The small text beside the search box.
    pub fn describe(&self) -> String {
        match self {
            Self::Everybody => String::new(),
            Self::Text { form, .. } if *form == DISPLAY_NAME => {
                "Looked for in all five names".to_owned()
            }
            Self::Text { form, .. } => format!("Read as {form}"),
            Self::Pattern(_) => "Read as display name with wildcard".to_owned(),
            Self::Refused(error) => error.to_string(),
        }
    }
}

impl SortColumn {
    /// Whether it is one of the names, whose order does not depend on PIN states.
    pub(super) fn is_name(self) -> bool {
        matches!(
            self,
            Self::DisplayName | Self::SipAddress | Self::Account | Self::Upn | Self::Unit
        )
    }

    /// Whether its values are read from the store while users are sorted by it.
    pub(super) fn is_from_store(self) -> bool {
        matches!(
            self,
            Self::Reason | Self::Ticket | Self::Policy | Self::Failures | Self::LastFailure
        )
    }
}
