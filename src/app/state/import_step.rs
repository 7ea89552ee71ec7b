//! The steps of the import sheet, and what a file is for.

use crate::exchange::FileKind;
use crate::plan::Action;

/// The steps, in their order. One can go back and forth in them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
pub enum ImportStep {
    File,
    #[strum(serialize = "How it is read")]
    Reading,
    Columns,
    Preview,
    /// What came of it.
    Apply,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
pub enum FilePurpose {
    #[strum(serialize = "Unlock the PINs of the users in it")]
    Unlock,
    #[strum(serialize = "Lock the PINs of the users in it")]
    Lock,
    /// The column Action of each row decides.
    #[strum(serialize = "Lock or unlock, as its column Action says")]
    ByColumn,
    #[strum(serialize = "Import it as the directory (Get-CsUser)")]
    Users,
    #[strum(serialize = "Import it as PIN states (Get-CsClientPinInfo)")]
    Pins,
}

impl ImportStep {
    pub fn label(self) -> &'static str {
        self.into()
    }
}

impl FilePurpose {
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// What is done with a row that does not say it. None: the row must, or it is no list.
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Lock => Some(Action::Lock),
            Self::Unlock => Some(Action::Unlock),
            Self::ByColumn | Self::Users | Self::Pins => None,
        }
    }

    /// What can be taken for granted of a file that looks like this.
    pub fn of_directory(kind: FileKind) -> Option<Self> {
        match kind {
            FileKind::List => None,
            FileKind::Users => Some(Self::Users),
            FileKind::Pins => Some(Self::Pins),
        }
    }
}
