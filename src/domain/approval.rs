//! When a plan needs a second pair of eyes. Off by default, since many stores have one operator.

/// From when on somebody else than a plan's author must approve it before it can be applied. Protected users always
/// need that, whatever is set here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRules {
    /// Plans that change more users than this; None: any number may be changed.
    pub above: Option<u64>,
    /// Plans that undo what another administrator has locked.
    pub others_locks: bool,
}

impl ApprovalRules {
    /// "Plans for more than 200 users, and plans that undo another administrator's lock, need approval."
    pub fn describe(self) -> String {
        let above = self.above.map(|above| {
            format!(
                "for more than {above} {}",
                if above == 1 { "user" } else { "users" }
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
