//! The actions of batches in the history: the words that the store keeps, and the labels that
//! people read.

use strum::{EnumIter, EnumMessage, IntoEnumIterator as _, VariantArray as _};

use crate::domain::action::Action;

/// The action of a batch in the history. Its word is kept by the store and promised to other
/// programs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EnumIter, EnumMessage)]
#[strum(serialize_all = "kebab-case")]
pub enum BatchAction {
    /// One action on PINs.
    #[strum(disabled)]
    Action(Action),
    /// Rows of a file, each with its own action.
    #[strum(message = "Lock and unlock")]
    Change,
    #[strum(message = "PIN tried")]
    Authenticate,
    #[strum(message = "Undo")]
    Undo,
    #[strum(message = "Import of users")]
    ImportUsers,
    #[strum(message = "Import of PINs")]
    ImportPins,
    #[strum(message = "Store made")]
    CreateStore,
    /// An older store was brought to the schema of the program.
    #[strum(message = "Store upgraded")]
    UpgradeStore,
    #[strum(message = "Store restored")]
    RestoreStore,
    #[strum(message = "Role given")]
    GrantRole,
    #[strum(message = "Role taken")]
    TakeRole,
    #[strum(message = "Role defined")]
    SetRole,
    #[strum(message = "Role removed")]
    RemoveRole,
    #[strum(message = "Plan submitted")]
    SubmitPlan,
    #[strum(message = "Comment on a plan")]
    CommentPlan,
    #[strum(message = "Plan approved")]
    ApprovePlan,
    #[strum(message = "Plan rejected")]
    RejectPlan,
    #[strum(message = "Plan withdrawn")]
    WithdrawPlan,
    #[strum(message = "PIN policy set")]
    SetPolicy,
    #[strum(message = "PIN policy removed")]
    RemovePolicy,
    #[strum(message = "PIN policy granted")]
    GrantPolicy,
    #[strum(message = "Approval rules set")]
    SetApproval,
    #[strum(message = "User protected")]
    ProtectUser,
    #[strum(message = "User no longer protected")]
    UnprotectUser,
    #[strum(message = "Clock accepted")]
    AcceptClock,
    /// The history was not the one that the computer of the operator had seen.
    #[strum(message = "History accepted")]
    AcceptHistory,
    #[strum(message = "Account recognized")]
    BindAccount,
    #[strum(message = "PIN key changed")]
    SetKey,
    /// The word of a newer program.
    #[strum(disabled)]
    Unknown(String),
}

impl BatchAction {
    /// All actions that this program knows, in the order in which they are shown.
    pub fn known() -> impl Iterator<Item = Self> {
        // Rows of a list mix the listed actions, so their own word follows these.
        let (listed, others): (Vec<Action>, Vec<Action>) = Action::VARIANTS
            .iter()
            .partition(|action| action.is_listed());
        listed
            .into_iter()
            .map(Self::Action)
            .chain([Self::Change])
            .chain(others.into_iter().map(Self::Action))
            .chain(Self::iter().filter(|action| *action != Self::Change))
    }

    /// The action with this word.
    pub fn of_word(word: &str) -> Self {
        Self::known()
            .find(|action| action.word() == word)
            .unwrap_or_else(|| Self::Unknown(word.to_owned()))
    }

    /// The word that the store keeps and JSON has: "lock", "grant-role".
    pub fn word(&self) -> &str {
        match self {
            Self::Action(action) => action.word(),
            Self::Unknown(word) => word,
            other => other.get_serializations().first().copied().unwrap_or(""),
        }
    }

    /// The label that people read. For an action of a newer program, it is the word itself.
    pub fn label(&self) -> &str {
        match self {
            Self::Action(action) => action.batch_label(),
            Self::Unknown(word) => word,
            other => other.get_message().unwrap_or(""),
        }
    }

    /// Whether a batch changes PINs because its operator wants it. A tried PIN may change one, too,
    /// but by failing.
    pub fn changes_pins(&self) -> bool {
        matches!(
            self,
            Self::Action(_) | Self::Change | Self::Undo | Self::ImportPins
        )
    }

    /// Whether a batch changes roles, grants, rules, policies or protection.
    pub fn changes_settings(&self) -> bool {
        matches!(
            self,
            Self::GrantRole
                | Self::TakeRole
                | Self::SetRole
                | Self::RemoveRole
                | Self::SetPolicy
                | Self::RemovePolicy
                | Self::GrantPolicy
                | Self::SetApproval
                | Self::ProtectUser
                | Self::UnprotectUser
        )
    }

    /// Whether the settings that a batch changed can be given back: a command changed them, or an
    /// undo.
    pub fn undoes_or_changes_settings(&self) -> bool {
        *self == Self::Undo || self.changes_settings()
    }

    /// Whether a batch can be undone: its PINs, its users and names, or its settings.
    pub fn is_undoable(&self) -> bool {
        match self {
            Self::Action(action) => action.is_undoable(),
            other => {
                self.changes_settings()
                    || matches!(
                        other,
                        Self::Change | Self::Undo | Self::ImportUsers | Self::ImportPins
                    )
            }
        }
    }

    /// Whether a batch that names a submitted plan applied it. The others are steps of its review.
    pub fn is_applying(&self) -> bool {
        match self {
            Self::SubmitPlan
            | Self::CommentPlan
            | Self::ApprovePlan
            | Self::RejectPlan
            | Self::WithdrawPlan => false,
            // A newer program may know more steps of a review.
            Self::Unknown(word) => !word.ends_with("-plan"),
            _ => true,
        }
    }

    /// The position among the known ones, for sorting; unknown ones come last.
    pub fn position(&self) -> usize {
        Self::known()
            .position(|known| known == *self)
            .unwrap_or(usize::MAX)
    }
}

impl From<Action> for BatchAction {
    fn from(action: Action) -> Self {
        Self::Action(action)
    }
}

impl std::fmt::Display for BatchAction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_as_stores_have_them() {
        let words: Vec<String> = BatchAction::known()
            .map(|action| action.to_string())
            .collect();
        assert_eq!(
            words.join(" "),
            "lock unlock change set-pin reset-failures authenticate undo import-users import-pins create-store \
             upgrade-store restore-store grant-role take-role set-role remove-role submit-plan comment-plan approve-plan \
             reject-plan withdraw-plan set-policy remove-policy grant-policy set-approval \
             protect-user unprotect-user accept-clock accept-history bind-account set-key"
        );
        for action in BatchAction::known() {
            assert_eq!(BatchAction::of_word(action.word()), action);
            assert!(!action.label().is_empty(), "{action:?}");
        }
        let newer = BatchAction::of_word("expire");
        assert_eq!((newer.word(), newer.label()), ("expire", "expire"));
    }
}
