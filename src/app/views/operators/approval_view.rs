//! The rules of approval and the protected users, as the operators view shows and changes them.

use crate::domain::approval::ApprovalRules;
use crate::worker::jobs::ApprovalSettings;

/// The rules and the protected users as they are shown, and the unsaved input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalView {
    pub kept: ApprovalSettings,
    pub draft: RulesDraft,
    /// The typed identity of a user to protect.
    pub identity: String,
}

/// The rules as they are typed, before they are saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RulesDraft {
    pub has_limit: bool,
    pub limit: String,
    /// The hours over which changes are added up for the limit.
    pub hours: String,
    pub others_locks: bool,
}

/// The number of users offered as the limit when none is set.
const USUAL_LIMIT: u64 = 200;

impl RulesDraft {
    pub fn of(rules: ApprovalRules) -> Self {
        Self {
            has_limit: rules.above.is_some(),
            limit: rules.above.unwrap_or(USUAL_LIMIT).to_string(),
            hours: rules.hours.to_string(),
            others_locks: rules.others_locks,
        }
    }

    /// The typed rules. None if the limit or the hours are not a number.
    pub fn rules(&self) -> Option<ApprovalRules> {
        let limit = || {
            self.limit
                .trim()
                .replace([',', '.', ' ', '’', '\''], "")
                .parse()
                .ok()
        };
        let above = if self.has_limit { Some(limit()?) } else { None };
        Some(ApprovalRules {
            above,
            hours: self.hours.trim().parse().ok()?,
            others_locks: self.others_locks,
        })
    }
}

impl ApprovalView {
    /// Why the operator may not change the rules and protections. None if the operator may.
    pub fn obstacle(&self) -> Option<String> {
        let roles = self.kept.setters.join(", ");
        (!self.kept.may_set).then(|| format!("Requires one of these roles: {roles}."))
    }

    /// Why the typed rules cannot be saved. None if they can.
    pub fn save_obstacle(&self) -> Option<String> {
        self.obstacle().or_else(|| match self.draft.rules() {
            None => Some("The number of users or of hours is not a number.".to_owned()),
            Some(rules) if rules == self.kept.rules => Some("Nothing has been changed.".to_owned()),
            Some(_) => None,
        })
    }
}
