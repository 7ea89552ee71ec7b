//! The steps of the import sheet, and the uses of a file.

use crate::exchange::FileKind;
use crate::plan::Action;
use crate::plan::import::ImportKind;

/// The steps in their order. The operator can go back and forth between them.
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
    /// The result.
    Apply,
}

/// The use of a file.
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

    /// The action for rows that name none. None: each row must name one, or the file is not a list.
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Lock => Some(Action::Lock),
            Self::Unlock => Some(Action::Unlock),
            Self::ByColumn | Self::Users | Self::Pins => None,
        }
    }

    /// The kind of an import. None for a list.
    pub fn import_kind(self) -> Option<ImportKind> {
        match self {
            Self::Users => Some(ImportKind::Users),
            Self::Pins => Some(ImportKind::Pins),
            Self::Lock | Self::Unlock | Self::ByColumn => None,
        }
    }

    /// The use of a recognized directory file. None for a list, whose use the operator chooses.
    pub fn of_directory(kind: FileKind) -> Option<Self> {
        match kind {
            FileKind::List => None,
            FileKind::Users => Some(Self::Users),
            FileKind::Pins => Some(Self::Pins),
        }
    }
}
