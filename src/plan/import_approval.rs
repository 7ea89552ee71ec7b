//! Whether an import needs the approval of another operator, and why. Pure: the facts of the store
//! are arguments.

use std::collections::HashSet;

use super::approval::ApprovalNeed;
use super::import::{ImportPlan, ImportVerdict};
use crate::domain::Time;
use crate::domain::account::operator_key;
use crate::domain::approval::ApprovalRules;
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::{LockCause, PinState};
use crate::domain::role::Permission;
use crate::domain::text::identity_key;
use crate::domain::user::{UserId, UserNames};

/// The facts about the store and the operator on which the approval of an import depends.
pub struct ImportFacts<'a> {
    pub rules: ApprovalRules,
    /// The users whom the operator has changed lately without approval.
    pub lately: &'a HashSet<UserId>,
    pub protected: &'a HashSet<UserId>,
    /// The keys of the display names of protected users.
    pub protected_names: &'a HashSet<String>,
    /// The users to whom a new site gives a weaker PIN policy.
    pub weaker_policy: &'a HashSet<UserId>,
    /// The permissions of the operator that hold in some units only.
    pub limited: &'a [Permission],
    pub operator: &'a str,
    pub at: Time,
}

impl ImportPlan {
    /// The reasons why this import needs approval. Empty if it needs none.
    ///
    /// A row that locks or unlocks a PIN, takes it away, or removes its user counts like a lock or
    /// unlock. The states
    /// and names before are compared with the store when the import is applied.
    pub fn approval_needs(&self, facts: &ImportFacts<'_>) -> Vec<ApprovalNeed> {
        let mut counts = RowCounts::default();
        let mut more = facts.lately.len();
        for row in self.changes() {
            match &row.verdict {
                ImportVerdict::ChangedPin {
                    id, before, after, ..
                } => {
                    counts.protected += usize::from(facts.protected.contains(id));
                    if is_locking(before, after, facts.at) {
                        counts.locking += 1;
                        more = more.saturating_sub(usize::from(facts.lately.contains(id)));
                    }
                    counts.others += usize::from(undoes_a_lock_of_another(before, after, facts));
                }
                ImportVerdict::ChangedUser {
                    id, before, after, ..
                } => {
                    if facts.protected.contains(id) {
                        counts.protected += 1;
                    } else if before.display_name != after.display_name {
                        counts.named += usize::from(facts.has_protected_name(after));
                    }
                    counts.moved += usize::from(facts.is_moved(before, after));
                    // A protected user is counted already.
                    counts.weaker += usize::from(
                        facts.weaker_policy.contains(id) && !facts.protected.contains(id),
                    );
                }
                ImportVerdict::RemovedUser { id, .. } => {
                    counts.protected += usize::from(facts.protected.contains(id));
                    counts.locking += 1;
                    more = more.saturating_sub(usize::from(facts.lately.contains(id)));
                }
                ImportVerdict::NewUser(names) => {
                    counts.named += usize::from(facts.has_protected_name(names));
                }
                ImportVerdict::Conflict(_) | ImportVerdict::Duplicate { .. } => {}
            }
        }
        let others = Some(counts.others).filter(|others| *others > 0 && facts.rules.others_locks);
        let asks = facts.rules.ask_for_approval();
        let weaker = Some(counts.weaker).filter(|weaker| *weaker > 0 && asks);
        [
            ApprovalNeed::above(facts.rules, counts.locking, more),
            others.map(ApprovalNeed::OthersLocks),
            (counts.protected > 0).then_some(ApprovalNeed::Protected(counts.protected)),
            (counts.named > 0).then_some(ApprovalNeed::ProtectedName(counts.named)),
            (counts.moved > 0).then_some(ApprovalNeed::Moved(counts.moved)),
            weaker.map(ApprovalNeed::WeakerGrant),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The rows of each kind that the rules ask about.
#[derive(Default)]
struct RowCounts {
    locking: usize,
    others: usize,
    protected: usize,
    named: usize,
    moved: usize,
    weaker: usize,
}

impl ImportFacts<'_> {
    fn has_protected_name(&self, names: &UserNames) -> bool {
        self.protected_names
            .contains(&identity_key(&names.display_name))
    }

    /// Whether a user comes into the units of the operator, or leaves them.
    fn is_moved(&self, before: &UserNames, after: &UserNames) -> bool {
        if self.limited.is_empty() || before.dn == after.dn {
            return false;
        }
        let parsed = |names: &UserNames| {
            let dn = names.dn.as_deref()?;
            DistinguishedName::parse(dn).ok()
        };
        let (before, after) = (parsed(before), parsed(after));
        self.limited.iter().any(|permission| {
            permission.covers(before.as_ref()) != permission.covers(after.as_ref())
        })
    }
}

/// Whether an import locks or unlocks a PIN, or takes it away. A PIN that the store did not know is
/// none of it, even if it is locked.
fn is_locking(before: &PinState, after: &PinState, at: Time) -> bool {
    before.is_set && (before.lock_in_force(at) != after.lock_in_force(at) || !after.is_set)
}

fn undoes_a_lock_of_another(before: &PinState, after: &PinState, facts: &ImportFacts<'_>) -> bool {
    before.lock_in_force(facts.at).is_some_and(|lock| {
        let by = lock.by.as_deref();
        let is_own = by.is_some_and(|by| operator_key(by) == operator_key(facts.operator));
        lock.cause == LockCause::Administrator && !is_own && after.lock.as_ref() != Some(lock)
    })
}
