//! The columns of the list of users.

use crate::directory::SortColumn;

/// A column of the list, the most used ones first.
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
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum GridColumn {
    #[default]
    #[strum(serialize = "Display name")]
    DisplayName,
    Account,
    #[strum(serialize = "PIN")]
    Pin,
    Lock,
    Expires,
    #[strum(serialize = "Locked since, by")]
    Locked,
    #[strum(serialize = "SIP address")]
    SipAddress,
    #[strum(serialize = "Last change")]
    LastChange,
    #[strum(serialize = "UPN")]
    Upn,
    #[strum(serialize = "Organizational unit")]
    Unit,
    Reason,
    Ticket,
    Policy,
    Failures,
    #[strum(serialize = "Last failure")]
    LastFailure,
}

/// The narrowest and the widest column, in points.
pub const NARROWEST: f32 = 48.0;
pub const WIDEST: f32 = 2000.0;

impl GridColumn {
    /// The text of its header.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// The order by this column.
    pub fn sort(self) -> SortColumn {
        match self {
            Self::DisplayName => SortColumn::DisplayName,
            Self::Account => SortColumn::Account,
            Self::Pin => SortColumn::Pin,
            Self::Lock => SortColumn::Lock,
            Self::Expires => SortColumn::Expires,
            Self::Locked => SortColumn::Locked,
            Self::SipAddress => SortColumn::SipAddress,
            Self::LastChange => SortColumn::LastChange,
            Self::Upn => SortColumn::Upn,
            Self::Unit => SortColumn::Unit,
            Self::Reason => SortColumn::Reason,
            Self::Ticket => SortColumn::Ticket,
            Self::Policy => SortColumn::Policy,
            Self::Failures => SortColumn::Failures,
            Self::LastFailure => SortColumn::LastFailure,
        }
    }

    /// The width in points of a column that nobody has resized.
    pub fn usual_width(self) -> f32 {
        match self {
            Self::DisplayName => 172.0,
            Self::Account => 132.0,
            Self::Pin => 62.0,
            Self::Lock => 178.0,
            Self::Expires => 168.0,
            Self::Locked => 140.0,
            Self::SipAddress | Self::Upn | Self::Unit => 210.0,
            Self::LastChange | Self::LastFailure => 96.0,
            Self::Reason => 240.0,
            Self::Ticket | Self::Policy => 110.0,
            Self::Failures => 128.0,
        }
    }

    /// Whether the column is read from the store for the rows in view, because the directory in
    /// memory does not have it. Such a column is shown only if the operator has chosen it.
    pub fn is_from_store(self) -> bool {
        matches!(
            self,
            Self::Reason | Self::Ticket | Self::Policy | Self::Failures | Self::LastFailure
        )
    }
}
