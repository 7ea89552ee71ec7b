//! Rules for plans that need approval. Off by default, since many stores have one operator.

use serde::{Deserialize, Serialize};

/// The number of hours over which the changes of an operator are added up, in a new store.
pub const USUAL_HOURS: u32 = 24;

/// The rules that say which plans another operator must approve before they can be applied. Plans
/// that change protected users always need approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalRules {
    /// The number of changed users above which a plan needs approval. None: no number needs it.
    pub above: Option<u64>,
    /// The time in hours for which the limit holds. Users whom the same operator has changed in
    /// this time without approval are counted, too. With 0, each plan is counted alone.
    pub hours: u32,
    /// Whether a plan that undoes another administrator's locks needs approval.
    pub others_locks: bool,
}

impl Default for ApprovalRules {
    fn default() -> Self {
        Self {
            above: None,
            hours: USUAL_HOURS,
            others_locks: false,
        }
    }
}

impl ApprovalRules {
    /// Whether any rule asks for approval.
    pub fn ask_for_approval(self) -> bool {
        self.above.is_some() || self.others_locks
    }

    /// Whether some plan that needs approval by `other` would need none by these rules.
    pub fn are_weaker_than(self, other: Self) -> bool {
        let allows_more = other.above.is_some_and(|limit| {
            self.above.is_none_or(|above| above > limit) || self.hours < other.hours
        });
        allows_more || other.others_locks && !self.others_locks
    }

    /// "Plans for more than 200 users in 24 hours, and plans that undo another administrator's
    /// lock, need approval."
    pub fn describe(self) -> String {
        let above = self.above.map(|above| {
            format!(
                "for more than {above} {}{}",
                if above == 1 { "user" } else { "users" },
                match self.hours {
                    0 => String::new(),
                    1 => " in an hour".to_owned(),
                    hours => format!(" in {hours} hours"),
                }
            )
        });
        let others = self
            .others_locks
            .then(|| "that undo another administrator's lock".to_owned());
        match (above, others) {
            (None, None) => "No plan needs approval, but for protected users.".to_owned(),
            (Some(one), None) | (None, Some(one)) => format!("Plans {one} need approval."),
            (Some(above), Some(others)) => {
                format!("Plans {above}, and plans {others}, need approval.")
            }
        }
    }
}
