//! A submitted plan of any kind as it is now.

use super::refresh_import::RefreshedImport;
use super::refresh_settings::RefreshedSettings;
use crate::plan::PlanRef;
use crate::store::Refreshed;

/// A submitted plan as it is now, and what has drifted since it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reviewed {
    Pins(Refreshed),
    Import(RefreshedImport),
    Settings(RefreshedSettings),
}

impl Reviewed {
    /// The plan as it is now.
    pub fn plan(&self) -> PlanRef<'_> {
        match self {
            Self::Pins(refreshed) => PlanRef::Pins(&refreshed.plan),
            Self::Import(refreshed) => PlanRef::Import(&refreshed.plan),
            Self::Settings(refreshed) => PlanRef::Settings(&refreshed.plan),
        }
    }

    /// The plan, if it is about PINs.
    pub fn pins(self) -> Option<Refreshed> {
        match self {
            Self::Pins(refreshed) => Some(refreshed),
            Self::Import(_) | Self::Settings(_) => None,
        }
    }

    /// Whether nothing of the plan can be applied any more, since a part of it has drifted and it is
    /// applied whole.
    pub fn has_drifted_whole(&self) -> bool {
        matches!(self, Self::Settings(refreshed) if !refreshed.drifted.is_empty())
    }
}
