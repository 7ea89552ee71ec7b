//! Rules for plans that need approval. Off by default, since many stores have one operator.

/// The plans that somebody other than the author must approve before they can be applied. Plans
/// that change protected users always need approval, whatever these rules say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRules {
    /// Plans that change more users than this. None: any number may be changed without approval.
    pub above: Option<u64>,
    /// Plans that undo locks of another administrator.
    pub others_locks: bool,
}

impl ApprovalRules {
    /// "Plans for more than 200 users, and plans that undo another administrator's lock, need
    /// approval."
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
