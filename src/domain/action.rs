//! The table of actions: the names, texts and effects of locking, unlocking and setting a PIN, and of
//! resetting counted failures.

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use super::Time;
use super::pin::{Failures, LockCause, PinState};

/// An action on a PIN, as the cmdlets of Skype for Business Server offer it.
///
/// Sources:
/// [Lock-CsClientPin](https://learn.microsoft.com/powershell/module/skype/lock-csclientpin),
/// [Unlock-CsClientPin](https://learn.microsoft.com/powershell/module/skype/unlock-csclientpin) and
/// [Set-CsClientPin](https://learn.microsoft.com/powershell/module/skype/set-csclientpin).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumCount,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Action {
    Lock,
    Unlock,
    /// Sets a new PIN, which is given or generated when the plan is applied. A plan never holds a
    /// PIN.
    SetPin,
    /// Sets the counts of failed logons to zero, and leaves every lock as it is. It is PinDesk's own,
    /// as Reset Hack Count is of Cisco Unified CM.
    ResetFailures,
}

/// The texts and rules of one action.
struct ActionFacts {
    /// The operation of what-if sentences.
    cmdlet: &'static str,
    /// The permission that roles hold. Most actions have one of their own, named like the cmdlet.
    permission: &'static str,
    /// The verb at the beginning of a sentence or a button: "Lock".
    verb: &'static str,
    /// The past participle after a number of users, as in "3 users locked".
    past: &'static str,
    /// The text of the button before a number of users: "Lock", "Set PINs of".
    button: &'static str,
    /// The texts before and after a number of users, as in "Locked 3 users" and "Gave 3 users a new
    /// PIN".
    done_to: (&'static str, &'static str),
    /// A description of the permission: "lock PINs". Empty if it is that of another action.
    permits: &'static str,
    /// The beginning of an explanation for one and for several users, before "of these users": "lock
    /// the PIN", "lock the PINs".
    explanation: [&'static str; 2],
    /// The label of a batch in the history: "Lock".
    batch_label: &'static str,
    /// The label of a user's entry in the history: "Locked".
    entry_label: &'static str,
    /// The reason why a PIN stays as it is, if the action would change nothing.
    unchanged: &'static str,
    /// Whether a batch can be undone by giving the earlier states back.
    is_undoable: bool,
    /// Whether rows of a list and PowerShell scripts can ask for it.
    is_listed: bool,
}

/// The effect of an action on a PIN in a given state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionEffect {
    /// The PIN state changes.
    Changes,
    /// The PIN is already in the state that the action would give it.
    NoChange,
    /// No PIN is set, and the action needs one.
    NoPinSet,
    /// The PIN is locked and must be unlocked first.
    Locked,
}

/// The details of an action on one user.
#[derive(Clone, Copy, Debug)]
pub struct ActionDetails<'a> {
    /// The account of the operator, such as `litwareinc\bob`.
    pub operator: &'a str,
    pub at: Time,
    /// The moment at which a lock ends by itself. None if only Unlock ends it.
    pub until: Option<Time>,
    pub reason: &'a str,
    pub ticket: &'a str,
    /// The lifetime of a new PIN in days. With 0 it never expires.
    pub lifetime_days: u16,
    /// The days without use after which a new PIN is locked. With 0 it never is.
    pub inactivity_days: u16,
}

impl Action {
    const fn facts(self) -> ActionFacts {
        match self {
            Self::Lock => ActionFacts {
                cmdlet: "Lock-CsClientPin",
                permission: "Lock-CsClientPin",
                verb: "Lock",
                past: "locked",
                button: "Lock",
                done_to: ("Locked ", ""),
                permits: "lock PINs",
                explanation: ["lock the PIN of", "lock the PINs of"],
                batch_label: "Lock",
                entry_label: "Locked",
                unchanged: "Already locked by an administrator.",
                is_undoable: true,
                is_listed: true,
            },
            Self::Unlock => ActionFacts {
                cmdlet: "Unlock-CsClientPin",
                permission: "Unlock-CsClientPin",
                verb: "Unlock",
                past: "unlocked",
                button: "Unlock",
                done_to: ("Unlocked ", ""),
                permits: "unlock PINs",
                explanation: ["unlock the PIN of", "unlock the PINs of"],
                batch_label: "Unlock",
                entry_label: "Unlocked",
                unchanged: "Not locked.",
                is_undoable: true,
                is_listed: true,
            },
            Self::SetPin => ActionFacts {
                cmdlet: "Set-CsClientPin",
                permission: "Set-CsClientPin",
                verb: "Set",
                past: "given a new PIN",
                button: "Set PINs of",
                done_to: ("Gave ", " a new PIN"),
                permits: "set PINs",
                explanation: ["draw a new PIN for", "draw a new PIN for each of"],
                batch_label: "New PIN",
                entry_label: "New PIN set",
                // Setting a PIN always changes something.
                unchanged: "",
                // The old PIN is not kept, so it cannot come back.
                is_undoable: false,
                // The pool would draw other PINs than PinDesk.
                is_listed: false,
            },
            Self::ResetFailures => ActionFacts {
                cmdlet: "Reset-PinDeskFailures",
                // Unlock does the same and more.
                permission: "Unlock-CsClientPin",
                verb: "Reset failures",
                past: "set to zero failures",
                button: "Reset failures of",
                done_to: ("Reset the failures of ", ""),
                permits: "",
                explanation: ["reset the failures of", "reset the failures of each of"],
                batch_label: "Reset failures",
                entry_label: "Failures reset",
                unchanged: "No failures are counted.",
                is_undoable: true,
                // The pool has no such cmdlet.
                is_listed: false,
            },
        }
    }

    /// The effect of the action on a PIN at `now`.
    pub fn effect(self, pin: &PinState, now: Time) -> ActionEffect {
        let status = pin.status(now);
        match (self, status.locked) {
            (Self::Lock, Some(LockCause::Administrator)) | (Self::Unlock, None) => {
                ActionEffect::NoChange
            }
            (Self::Lock | Self::ResetFailures, _) if !status.is_set => ActionEffect::NoPinSet,
            (Self::ResetFailures, _) if pin.failures == Failures::default() => {
                ActionEffect::NoChange
            }
            (Self::Lock | Self::ResetFailures, _)
            | (Self::Unlock, Some(_))
            // A new PIN is used from now on.
            | (Self::SetPin, None | Some(LockCause::Inactivity)) => ActionEffect::Changes,
            (Self::SetPin, Some(_)) => ActionEffect::Locked,
        }
    }

    /// The state after the action.
    #[must_use]
    pub fn apply(self, before: &PinState, details: &ActionDetails<'_>) -> PinState {
        let &ActionDetails {
            operator,
            at,
            until,
            reason,
            ticket,
            lifetime_days,
            inactivity_days,
        } = details;
        match self {
            Self::Lock => before.locked_by_administrator(operator, at, until, reason, ticket),
            Self::Unlock => before.unlocked(at),
            Self::SetPin => before.with_new_pin(at, lifetime_days, inactivity_days),
            Self::ResetFailures => before.with_failures_reset(),
        }
    }

    /// The cmdlet of the action: the operation of what-if sentences.
    pub const fn cmdlet(self) -> &'static str {
        self.facts().cmdlet
    }

    /// The permission that roles hold for it.
    pub const fn permission(self) -> &'static str {
        self.facts().permission
    }

    /// Whether roles hold a permission for this action alone.
    pub const fn has_own_permission(self) -> bool {
        !self.facts().permits.is_empty()
    }

    /// Whether Skype for Business Server has its cmdlet, so that pipelines may, too.
    pub const fn is_of_the_product(self) -> bool {
        !matches!(self, Self::ResetFailures)
    }

    /// Whether it replaces or removes the lock of a PIN.
    pub const fn changes_lock(self) -> bool {
        !matches!(self, Self::ResetFailures)
    }

    /// The word of JSON, the history and the command line: "lock", "unlock", "set-pin",
    /// "reset-failures".
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// "Lock", "Unlock", "Set".
    pub const fn label(self) -> &'static str {
        self.facts().verb
    }

    /// "locked", "unlocked", "given a new PIN".
    pub const fn done(self) -> &'static str {
        self.facts().past
    }

    /// The text of the button before a number of users: "Lock", "Unlock", "Set PINs of".
    pub const fn button(self) -> &'static str {
        self.facts().button
    }

    /// "Lock 3 PINs", "Reset failures of 3 PINs"; `pins` is "3 PINs" or "the PINs of 2 users".
    pub fn on_pins(self, pins: &str) -> String {
        let of = if self.changes_lock() { "" } else { " of" };
        format!("{}{of} {pins}", self.label())
    }

    /// "Locked 3 users", "Gave 3 users a new PIN"; `users` is "3 users".
    pub fn done_to(self, users: &str) -> String {
        let (before, after) = self.facts().done_to;
        format!("{before}{users}{after}")
    }

    /// A description of the permission: "lock PINs".
    pub const fn permits(self) -> &'static str {
        self.facts().permits
    }

    /// "lock the PIN of \"Ken Myer\"", or without an identity "lock the PINs of these users".
    pub fn explained(self, identity: Option<&str>) -> String {
        let [one, several] = self.facts().explanation;
        match identity {
            Some(identity) => format!("{one} \"{identity}\""),
            None => format!("{several} these users"),
        }
    }

    /// The label of its batches in the history.
    pub const fn batch_label(self) -> &'static str {
        self.facts().batch_label
    }

    /// The label of its entries in the history.
    pub const fn entry_label(self) -> &'static str {
        self.facts().entry_label
    }

    /// The reason why a PIN stays as it is, if the action would change nothing.
    pub const fn unchanged(self) -> &'static str {
        self.facts().unchanged
    }

    /// Whether a batch can be undone by giving the earlier states back.
    pub const fn is_undoable(self) -> bool {
        self.facts().is_undoable
    }

    /// Whether rows of a list and PowerShell scripts can ask for it.
    pub const fn is_listed(self) -> bool {
        self.facts().is_listed
    }

    /// The action with this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::VARIANTS
            .iter()
            .copied()
            .find(|action| action.word() == word)
    }

    /// The actions that rows of a list and PowerShell scripts can ask for.
    pub fn listed() -> impl Iterator<Item = Self> {
        Self::VARIANTS
            .iter()
            .copied()
            .filter(|action| action.is_listed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_json_are_those_of_the_history() {
        for action in Action::VARIANTS {
            let json = serde_json::to_string(action).unwrap();
            assert_eq!(json, format!("\"{}\"", action.word()));
            assert_eq!(Action::of_word(action.word()), Some(*action));
        }
    }

    #[test]
    fn an_action_that_changes_a_pin_locked_by_an_administrator_ends_that_lock_if_it_says_so() {
        // The approval rule about locks of others relies on this: it does not compute the state after.
        let at: Time = "2026-11-22T12:00:00Z".parse().unwrap();
        let set = PinState {
            is_set: true,
            ..PinState::default()
        };
        let locked = set.locked_by_administrator("alice", at, None, "why", "T-1");
        let details = ActionDetails {
            operator: "bob",
            at,
            until: None,
            reason: "other",
            ticket: "",
            lifetime_days: 0,
            inactivity_days: 0,
        };
        let locked = PinState {
            failures: Failures {
                global: 3,
                ..Failures::default()
            },
            ..locked
        };
        for action in Action::VARIANTS {
            if action.effect(&locked, at) == ActionEffect::Changes {
                let is_other = action.apply(&locked, &details).lock != locked.lock;
                assert_eq!(is_other, action.changes_lock(), "{action:?}");
            }
        }
        for action in [Action::Unlock, Action::ResetFailures] {
            assert_eq!(action.effect(&locked, at), ActionEffect::Changes);
        }
    }

    #[test]
    fn a_list_can_mix_lock_and_unlock_only() {
        // The history tells the entries of such a batch apart by the state after: locked or not.
        let listed: Vec<Action> = Action::listed().collect();
        assert_eq!(listed, [Action::Lock, Action::Unlock]);
    }
}
